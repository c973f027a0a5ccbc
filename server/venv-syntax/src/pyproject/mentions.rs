//! Where the tables of tools name extras and groups that are declared elsewhere.

use crate::cursor::span;
use crate::declarations::Builder;
use crate::toml::{Table, Text, Value};
use crate::{Mention, Name, SectionKind, is_valid_name, normalize_name};

/// Adds them.
pub(super) fn read(text: &str, root: &Table, builder: &mut Builder) {
    let mut found = Found(Vec::new());
    let own = root.table(&["project"]).and_then(|project| project.value("name")?.as_text());
    if let Some(uv) = root.table(&["tool", "uv"]) {
        found.of_uv(uv, own.map(|name| normalize_name(&name.text)).as_deref());
    }
    if let Some(environments) = root.table(&["tool", "hatch", "envs"]) {
        for environment in environments.entries.iter().filter_map(|entry| entry.value.as_table()) {
            found.list(SectionKind::Extra, "tool.hatch.envs", environment.value("features"));
            found.list(SectionKind::Group, "tool.hatch.envs", environment.value("dependency-groups"));
        }
    }
    if let Some(poetry) = root.table(&["tool", "poetry"]) {
        found.keys(SectionKind::Extra, "tool.poetry.extras", poetry.table(&["extras"]));
        found.headers(text, POETRY_GROUP);
    }
    found.0.sort_by_key(|mention| mention.name.span);
    builder.found.mentions = found.0;
}

const POETRY_GROUP: &str = "tool.poetry.group";

struct Found(Vec<Mention>);

impl Found {
    fn of_uv(&mut self, uv: &Table, project: Option<&str>) {
        self.list(SectionKind::Group, "tool.uv.default-groups", uv.value("default-groups"));
        self.keys(SectionKind::Group, "tool.uv.dependency-groups", uv.table(&["dependency-groups"]));
        let conflicts = uv.value("conflicts").and_then(Value::as_array).into_iter().flatten();
        for one in conflicts.filter_map(Value::as_array).flatten().filter_map(Value::as_table) {
            let package = one.value("package").and_then(Value::as_text);
            if package.is_none_or(|package| Some(&*normalize_name(&package.text)) == project) {
                self.extra_and_group("tool.uv.conflicts", one);
            }
        }
        for source in uv.table(&["sources"]).into_iter().flat_map(|sources| &sources.entries) {
            let several = source.value.as_array().into_iter().flatten();
            for one in several.chain([&source.value]).filter_map(Value::as_table) {
                self.extra_and_group("tool.uv.sources", one);
            }
        }
    }

    /// `{ extra = "a" }`, `{ group = "b" }`
    fn extra_and_group(&mut self, path: &str, table: &Table) {
        for (key, kind) in [("extra", SectionKind::Extra), ("group", SectionKind::Group)] {
            if let Some(name) = table.value(key).and_then(Value::as_text) {
                self.add(kind, path, name, false);
            }
        }
    }

    fn list(&mut self, kind: SectionKind, path: &str, list: Option<&Value>) {
        let items = list.and_then(Value::as_array).into_iter().flatten();
        for name in items.filter_map(Value::as_text) {
            self.add(kind, path, name, false);
        }
    }

    fn keys(&mut self, kind: SectionKind, path: &str, table: Option<&Table>) {
        for entry in table.into_iter().flat_map(|table| &table.entries) {
            self.add(kind, path, &entry.key, true);
        }
    }

    fn add(&mut self, kind: SectionKind, path: &str, name: &Text, is_key: bool) {
        if is_valid_name(&name.text) {
            self.0.push(Mention { kind, path: path.into(), name: name.name(), is_key });
        }
    }

    /// `[table.name]` and `[table.name.more]`: of a table with several headers the tree has the first one only.
    fn headers(&mut self, text: &str, table: &str) {
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let name = line.trim_start().strip_prefix('[').and_then(|line| line.strip_prefix(table));
            if let Some(name) = name.and_then(|rest| rest.strip_prefix('.')) {
                let rest = name.trim_start_matches(['"', '\'']);
                let ends: &[char] = if rest.len() < name.len() { &['"', '\''] } else { &['.', ']'] };
                let name = &rest[..rest.find(ends).unwrap_or(0)];
                let at = start + line.len() - rest.len();
                if is_valid_name(name) {
                    let name = Name {
                        span: span(at, at + name.len()),
                        text: name.into(),
                        normalized: normalize_name(name).into(),
                    };
                    self.0.push(Mention { kind: SectionKind::Group, path: table.into(), name, is_key: true });
                }
            }
            start += line.len();
        }
    }
}
