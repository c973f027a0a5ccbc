//! `[dependency-groups]` (PEP 735).

use crate::declarations::Builder;
use crate::toml::{Entry, Table, Text, Value, ValueKind};
use crate::{Demand, GroupInclude, Name, Section, SectionKind, Span, SyntaxError, SyntaxErrorKind};

use super::names::{check, unknown};

/// Adds the groups. Which of them everyone gets is up to `uv`, as uv reads it.
pub(super) fn read(groups: &Entry, uv: Option<&Table>, builder: &mut Builder) {
    let Some(table) = super::must_be_table(groups, "dependency-groups", builder) else { return };
    let first = builder.found.sections.len();
    for group in &table.entries {
        read_group(group, first, builder);
    }
    let all: Vec<Name> = table.entries.iter().map(|group| group.key.name()).collect();
    resolve(first, &all, builder);
    find_cycles(first, builder);
    mark_defaults(first, uv, builder);
}

fn read_group(group: &Entry, first: usize, builder: &mut Builder) {
    let name = group.key.name();
    check(("group", "a group"), &group.key, first, builder);
    let Some(items) = builder.items(group, "a list of strings and groups") else { return };
    let path = format!("dependency-groups.{}", group.key.text);
    let section = builder.section((SectionKind::Group, Demand::OnRequest), path, Some(name), group);
    for item in items {
        match &item.kind {
            ValueKind::Text(text) => builder.requirement(section, text),
            ValueKind::Table(table) => read_include(section, item, table, builder),
            ValueKind::Invalid => {}
            ValueKind::Boolean(_) | ValueKind::Number | ValueKind::Date | ValueKind::Array(_) => {
                let message = "an item of a group must be a string or `{ include-group = \"…\" }`";
                builder.error(item.span, message);
            }
        }
    }
}

/// `{include-group = "test"}`
fn read_include(section: usize, item: &Value, table: &Table, builder: &mut Builder) {
    let [Entry { key, value }] = &*table.entries else {
        let message =
            "an item of a group must be a string or `{ include-group = \"…\" }`, with nothing else in it";
        return builder.error(item.span, message);
    };
    if &*key.text != "include-group" {
        let message =
            format!("`{}` is not known here: a group is taken in with `include-group`", key.shown());
        return builder.error(key.extent, message);
    }
    match &value.kind {
        ValueKind::Text(text) => {
            let include = GroupInclude { name: text.name(), section: None, extent: item.span };
            builder.found.sections[section].includes.push(include);
        }
        ValueKind::Invalid => {}
        ValueKind::Boolean(_)
        | ValueKind::Number
        | ValueKind::Date
        | ValueKind::Array(_)
        | ValueKind::Table(_) => {
            builder.error(value.span, "`include-group` must be the name of a group, in quotes");
        }
    }
}

/// Finds the sections that the includes name. A group of `all` that is no list has none.
fn resolve(first: usize, all: &[Name], builder: &mut Builder) {
    let names: Vec<Name> = names(&builder.found.sections[first..]);
    let mut errors = Vec::new();
    for include in builder.found.sections[first..].iter_mut().flat_map(|section| &mut section.includes) {
        let found = names.iter().position(|name| name.normalized == include.name.normalized);
        include.section = found.map(|index| first + index);
        if !all.iter().any(|name| name.normalized == include.name.normalized) {
            errors.push(unknown_group(&include.name, all));
        }
    }
    builder.found.errors.append(&mut errors);
}

/// Of the groups, each of which has one.
fn names(sections: &[Section]) -> Vec<Name> {
    sections.iter().filter_map(|section| section.name.clone()).collect()
}

fn unknown_group(name: &Name, all: &[Name]) -> SyntaxError {
    unknown(name, all, "group", "[dependency-groups]")
}

/// Reports every include that leads back to a group on the way to it.
fn find_cycles(first: usize, builder: &mut Builder) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let sections = &builder.found.sections;
    let mut states = vec![State::New; sections.len()];
    let mut errors = Vec::new();
    for start in first..sections.len() {
        if states[start] != State::New {
            continue;
        }
        // The groups on the way, each with how many of its includes were followed.
        let mut way = vec![(start, 0)];
        states[start] = State::Open;
        while let Some((group, followed)) = way.last_mut() {
            let group = *group;
            let Some(include) = sections[group].includes.get(*followed) else {
                states[group] = State::Done;
                way.pop();
                continue;
            };
            *followed += 1;
            let Some(next) = include.section else { continue };
            match states[next] {
                State::Done => {}
                State::New => {
                    states[next] = State::Open;
                    way.push((next, 0));
                }
                State::Open => {
                    let circle = way.iter().skip_while(|(index, _)| *index != next);
                    let circle: Vec<&str> = circle.map(|(index, _)| shown(&sections[*index])).collect();
                    errors.push(cycle(include.name.span, &circle));
                }
            }
        }
    }
    builder.found.errors.append(&mut errors);
}

fn shown(section: &Section) -> &str {
    section.name.as_ref().map_or(&section.path, |name| &name.text)
}

fn cycle(span: Span, circle: &[&str]) -> SyntaxError {
    let message = match circle {
        [own] => format!("the group `{own}` takes itself in: remove this"),
        [first, others @ ..] => {
            let others: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
            format!("the group `{first}` takes itself in through {}: remove one of them", others.join(", "))
        }
        [] => "this group takes itself in: remove this".to_owned(),
    };
    SyntaxError { span, kind: SyntaxErrorKind::IncludeCycle, message, fix: None, is_late: false }
}

/// Finds the groups that everyone gets: `default-groups` of `[tool.uv]`, which is `["dev"]` where it is not given,
/// and what these take in.
fn mark_defaults(first: usize, uv: Option<&Table>, builder: &mut Builder) {
    let names = names(&builder.found.sections[first..]);
    let index_of = |name: &str| names.iter().position(|other| &*other.normalized == name);
    let default = uv.and_then(|uv| uv.entry("default-groups"));
    let mut wanted: Vec<usize> = match default.map(|entry| (entry, &entry.value.kind)) {
        None => index_of("dev").into_iter().collect(),
        Some((_, ValueKind::Text(text))) if &*text.text == "all" => (0..names.len()).collect(),
        Some((entry, _)) => {
            let listed: Vec<&Text> = builder.strings(entry).unwrap_or_default();
            let mut wanted = Vec::new();
            for name in listed.into_iter().map(Text::name) {
                match index_of(&name.normalized) {
                    Some(index) => wanted.push(index),
                    // `dev` is also what `dev-dependencies` of `[tool.uv]` are called.
                    None if &*name.normalized == "dev" => {}
                    None => builder.found.errors.push(unknown_group(&name, &names)),
                }
            }
            wanted
        }
    };
    while let Some(index) = wanted.pop() {
        let section = &mut builder.found.sections[first + index];
        if section.demand != Demand::Always {
            section.demand = Demand::Always;
            wanted.extend(section.includes.iter().filter_map(|include| include.section).map(|at| at - first));
        }
    }
}
