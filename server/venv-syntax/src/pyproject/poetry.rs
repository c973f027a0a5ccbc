//! `[tool.poetry]` (<https://python-poetry.org/docs/pyproject/>).

use crate::declarations::{Builder, Keyed, wrong_value};
use crate::poetry_constraint::{parse_poetry_constraint, remap_specifiers};
use crate::requirements_txt::{is_template, remap_errors};
use crate::toml::{Entry, Table, Text, Value, ValueKind};
use crate::{Demand, GroupInclude, RequiresPython, SectionKind, Specifier, SyntaxError, normalize_name};

/// Adds what the tables of `[tool.poetry]` ask for. What `[project]` and the groups say is there already.
pub(super) fn read(poetry: &Table, builder: &mut Builder) {
    let always = (SectionKind::Dependencies, Demand::Always);
    read_dependencies(poetry, "dependencies", "tool.poetry.dependencies", always, None, builder);
    let group = (SectionKind::Group, Demand::Always);
    read_dependencies(poetry, "dev-dependencies", "tool.poetry.dev-dependencies", group, None, builder);
    let Some(groups) = super::table(poetry, "group", "tool.poetry.group", builder) else { return };
    let first = builder.found.sections.len();
    for group in &groups.entries {
        let Some(table) = group.value.as_table() else { continue };
        let is_optional = table.value("optional").and_then(Value::as_bool).unwrap_or(false);
        let demand = if is_optional { Demand::OnRequest } else { Demand::Always };
        let path = format!("tool.poetry.group.{}.dependencies", group.key.text);
        let meaning = (SectionKind::Group, demand);
        let section = read_dependencies(table, "dependencies", &path, meaning, Some(&group.key), builder);
        if let Some(section) = section {
            read_includes(table, section, builder);
        }
    }
    resolve(first, builder);
}

/// Adds the table `key`, and returns its section.
fn read_dependencies(
    table: &Table,
    key: &str,
    path: &str,
    meaning: (SectionKind, Demand),
    name: Option<&Text>,
    builder: &mut Builder,
) -> Option<usize> {
    let entry = table.entry(key)?;
    let dependencies = super::must_be_table(entry, path, builder)?;
    let section = builder.section(meaning, path, name.map(Text::name), entry);
    let mut optional = None;
    for dependency in &dependencies.entries {
        if &*dependency.key.text == "python" {
            read_python(path, dependency, builder);
            continue;
        }
        if is_template(&dependency.key.text) {
            continue;
        }
        if let ValueKind::Array(several) = &dependency.value.kind {
            for one in several {
                let value = read_value(one);
                builder.keyed(section, &dependency.key, one.span, value);
            }
            continue;
        }
        let is_optional = dependency.value.as_table().and_then(|table| table.value("optional"));
        let section = if is_optional.and_then(Value::as_bool) == Some(true) {
            // Only an extra brings these.
            let meaning = (SectionKind::Extra, Demand::OnRequest);
            *optional.get_or_insert_with(|| builder.section(meaning, path, None, entry))
        } else {
            section
        };
        builder.keyed(section, &dependency.key, dependency.extent(), read_value(&dependency.value));
    }
    Some(section)
}

fn read_value(value: &Value) -> Keyed {
    let mut keyed = Keyed::default();
    match &value.kind {
        ValueKind::Text(text) => read_constraint(text, &mut keyed),
        ValueKind::Table(table) => read_table(table, &mut keyed),
        ValueKind::Boolean(_)
        | ValueKind::Number
        | ValueKind::Date
        | ValueKind::Array(_)
        | ValueKind::Invalid => {
            let message = "this must be a version in quotes, such as `\"^1.2\"`, or a table with a `version`";
            keyed.errors.extend(wrong_value(value, message));
        }
    }
    keyed
}

fn read_table(table: &Table, keyed: &mut Keyed) {
    let string = |key| table.value(key).and_then(Value::as_text);
    if let Some(version) = string("version") {
        read_constraint(version, keyed);
    }
    keyed.read_extras(table);
    keyed.read_place(table);
    if let Some(markers) = string("markers") {
        keyed.read_marker(markers);
    }
    if let Some(python) = string("python") {
        let any_of = constraint(python, &mut keyed.errors).unwrap_or_default();
        let marker = any_of.iter().map(|all_of| python_marker(all_of)).collect::<Vec<_>>();
        if !marker.iter().any(String::is_empty) {
            keyed.add_marker(&marker.join(" or "), python.span());
        }
    }
    if let Some(platform) = string("platform") {
        let one = |name: &str| {
            let (operator, name) = match name.trim().strip_prefix("!=") {
                Some(name) => ("!=", name),
                None => ("==", name.trim().trim_start_matches('=')),
            };
            format!("sys_platform {operator} \"{}\"", name.trim())
        };
        let marker: Vec<String> = platform.text.split('|').filter(|name| !name.is_empty()).map(one).collect();
        keyed.add_marker(&marker.join(" or "), platform.span());
    }
}

fn read_constraint(text: &Text, keyed: &mut Keyed) {
    keyed.any_of = constraint(text, &mut keyed.errors).unwrap_or_default();
}

/// What `text` bounds, with spans of the file.
fn constraint(text: &Text, errors: &mut Vec<SyntaxError>) -> Option<Vec<Vec<Specifier>>> {
    if is_template(&text.text) {
        return None;
    }
    let mut wrong = Vec::new();
    let mut any_of = parse_poetry_constraint(&text.text, &mut wrong);
    let map = |span| text.map.to_source(span);
    if let Some(any_of) = &mut any_of {
        remap_specifiers(any_of, map);
    }
    remap_errors(&mut wrong, &map);
    errors.extend(wrong);
    any_of
}

/// `>=3.8,<4` as a marker.
fn python_marker(all_of: &[Specifier]) -> String {
    let one = |specifier: &Specifier| {
        let version = specifier.value.version();
        let variable = if version.release().len() > 2 { "python_full_version" } else { "python_version" };
        let star = if specifier.value.operator().is_star() { ".*" } else { "" };
        format!(
            "{variable} {} \"{version}{star}\"",
            specifier.value.operator().to_string().trim_end_matches(".*")
        )
    };
    all_of.iter().map(one).collect::<Vec<_>>().join(" and ")
}

/// `python = "^3.9"`
fn read_python(path: &str, entry: &Entry, builder: &mut Builder) {
    let Some(text) = entry.value.as_text() else {
        let message = "this must be a version in quotes, such as `\"^3.9\"`";
        return builder.found.errors.extend(wrong_value(&entry.value, message));
    };
    let any_of = constraint(text, &mut builder.found.errors).unwrap_or_default();
    let path = format!("{path}.python").into();
    builder.found.requires_python.push(RequiresPython { span: text.span(), path, any_of });
}

/// `include-groups = ["test"]`
fn read_includes(group: &Table, section: usize, builder: &mut Builder) {
    let Some(names) = group.value("include-groups").and_then(Value::as_array) else { return };
    let names = names.iter().filter_map(Value::as_text);
    let includes = names.map(|name| GroupInclude { name: name.name(), section: None, extent: name.extent });
    builder.found.sections[section].includes = includes.collect();
}

/// Finds the groups that are taken in by others.
fn resolve(first: usize, builder: &mut Builder) {
    let names: Vec<Option<String>> = builder.found.sections[first..]
        .iter()
        .map(|section| section.name.as_ref().map(|name| normalize_name(&name.text)))
        .collect();
    for include in builder.found.sections[first..].iter_mut().flat_map(|section| &mut section.includes) {
        let found = names.iter().position(|name| name.as_deref() == Some(&*include.name.normalized));
        include.section = found.map(|index| first + index);
    }
}
