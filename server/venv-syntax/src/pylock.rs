//! `pylock.toml` and `pylock.NAME.toml` (<https://packaging.python.org/en/latest/specifications/pylock-toml/>).
//!
//! A package that comes from an index has a version, which is asked for exactly. One that comes from elsewhere (`vcs`,
//! `directory`, `archive`) has only a name.

use crate::cursor::span;
use crate::declarations::{Builder, Keyed, wrong_value};
use crate::source_map::SourceMap;
use crate::toml::{self, Entry, Table, Text, Value, ValueKind};
use crate::version::grammar::parse_specifier;
use crate::{Declarations, Demand, SectionKind, Span, Specifier, SyntaxError};

/// Reads a `pylock.toml`. Never fails.
pub fn parse_pylock(text: &str) -> Declarations {
    let document = toml::parse(text, &SourceMap::plain(text.len(), 0));
    let mut builder = Builder::default();
    builder.found.errors = document.errors;
    let root = &document.root;
    check_version(text, root, &mut builder);
    if let Some(python) = root.entry("requires-python") {
        builder.requires_python("requires-python", python);
    }
    if let Some(packages) = root.entry("packages") {
        let Some(items) = packages.value.as_array() else {
            let message = "`packages` must be a list of tables: write `[[packages]]`";
            builder.found.errors.extend(wrong_value(&packages.value, message));
            return builder.finish();
        };
        let meaning = (SectionKind::Lock, Demand::Always);
        let section = builder.section(meaning, "packages", None, packages);
        for item in items {
            read_package(section, item, &mut builder);
        }
    }
    builder.finish().with_fitting_quotes(text)
}

/// `lock-version`, without which nobody may read the rest.
fn check_version(text: &str, root: &Table, builder: &mut Builder) {
    let Some(entry) = root.entry("lock-version") else {
        if builder.found.errors.is_empty() && !crate::requirements_txt::is_template(text) {
            let first = span(0, text.find(['\n', '\r']).unwrap_or(text.len()));
            builder.error(first, "`lock-version` is missing: write `lock-version = \"1.0\"` at the top");
        }
        return;
    };
    let version = entry.value.as_text().map(|version| &*version.text);
    match version.and_then(|version| version.split('.').next()?.parse().ok()) {
        Some(1_u32) => {}
        Some(major) => {
            let message =
                format!("lock files of version {major} are not known here: make one of version 1.0");
            builder.error(entry.value.span, message);
        }
        None => {
            let message = "this must be the version of the format in quotes, `\"1.0\"`";
            builder.found.errors.extend(wrong_value(&entry.value, message));
        }
    }
}

/// One `[[packages]]`.
fn read_package(section: usize, item: &Value, builder: &mut Builder) {
    let Some(package) = item.as_table() else {
        let message = "a package must be a table with a `name`: write `[[packages]]`";
        return builder.found.errors.extend(wrong_value(item, message));
    };
    let Some((entry, name)) = package.entry("name").and_then(|entry| Some((entry, entry.value.as_text()?)))
    else {
        if package.value("name").is_none() {
            let head = package.header.unwrap_or(item.span);
            builder.error(head, "this package has no `name`: write `name = \"…\"` below");
        }
        return;
    };
    let mut keyed = Keyed::default();
    let mut place = entry.extent();
    let text = |key: &str| {
        let entry = package.entry(key)?;
        Some((entry, entry.value.as_text()?))
    };
    if let Some((entry, version)) = text("version") {
        place = place.cover(entry.extent());
        read_version(entry, version, &mut keyed);
    }
    if let Some((entry, marker)) = text("marker") {
        place = place.cover(entry.extent());
        keyed.read_marker(marker);
    }
    builder.keyed(section, name, place, keyed);
    if let Some(declared) = builder.found.declared.last_mut() {
        declared.extent = with_tables(item);
    }
}

/// The place of a value with the tables in it that have a header of their own.
fn with_tables(value: &Value) -> Span {
    match &value.kind {
        ValueKind::Table(table) => {
            table.entries.iter().fold(value.span, |span, entry| span.cover(with_tables(&entry.value)))
        }
        ValueKind::Array(items) => items.iter().fold(value.span, |span, item| span.cover(with_tables(item))),
        ValueKind::Text(_)
        | ValueKind::Boolean(_)
        | ValueKind::Number
        | ValueKind::Date
        | ValueKind::Invalid => value.span,
    }
}

fn read_version(entry: &Entry, version: &Text, keyed: &mut Keyed) {
    let place = version.span();
    match parse_specifier("==", &version.text).filter(|value| !value.operator().is_star()) {
        Some(value) => {
            let operator = Span::empty(place.start);
            keyed.any_of = vec![vec![Specifier { span: place, operator, version: place, value }]];
        }
        None => {
            let message = format!("`{}` is not a version", version.shown());
            keyed.errors.push(SyntaxError::requirement(entry.value.span, message));
        }
    }
}
