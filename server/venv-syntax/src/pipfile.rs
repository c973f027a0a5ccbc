//! Pipenv's `Pipfile` (<https://pipenv.pypa.io/en/latest/pipfile.html>).
//!
//! `[packages]` and `[dev-packages]`, and every other table that is none of Pipenv's own: a category. The name of a
//! package is a key; its value is a range of versions, or a table with `version`, `extras`, `markers` and where the
//! package comes from. A marker may also be a key of its own: `sys_platform = "== 'win32'"`.

use crate::cursor::span;
use crate::declarations::{Builder, Keyed, wrong_value};
use crate::mapped_text::MappedText;
use crate::marker::parse_marker;
use crate::poetry_constraint::remap_specifiers;
use crate::requirement::parse_specifier_set;
use crate::requirements_txt::{is_template, remap_errors, remap_marker};
use crate::source_map::SourceMap;
use crate::toml::{self, Entry, Table, Text, Value, ValueKind};
use crate::version::grammar::{parse_specifier, scan_version};
use crate::{
    Declarations, Demand, MarkerVariable, RequiresPython, SectionKind, Span, Specifier, SyntaxError,
    is_valid_name,
};

/// Reads a `Pipfile`. Never fails.
pub fn parse_pipfile(text: &str) -> Declarations {
    let document = toml::parse(text, &SourceMap::plain(text.len(), 0));
    let mut builder = Builder::default();
    builder.found.errors = document.errors;
    for entry in &document.root.entries {
        let meaning = match &*entry.key.text {
            "requires" => {
                if let Some(requires) = entry.value.as_table() {
                    read_requires(requires, &mut builder);
                }
                continue;
            }
            "source" | "pipenv" | "scripts" | "build-system" => continue,
            "packages" => (SectionKind::Dependencies, Demand::Always),
            _ => (SectionKind::Group, Demand::OnRequest),
        };
        let ValueKind::Table(packages) = &entry.value.kind else { continue };
        let name = (meaning.0 == SectionKind::Group).then(|| entry.key.name());
        let section = builder.section(meaning, entry.key.text.clone(), name, entry);
        for package in &packages.entries {
            read_package(section, package, &mut builder);
        }
    }
    builder.finish().with_fitting_quotes(text)
}

fn read_package(section: usize, package: &Entry, builder: &mut Builder) {
    if is_template(&package.key.text) {
        return;
    }
    // `"name[extra]"`, which Pipenv puts together with the version as it is.
    if package.key.text.split_once('[').is_some_and(|(name, _)| is_valid_name(name)) {
        return builder.left_alone(section, &package.key);
    }
    let mut keyed = Keyed::default();
    match &package.value.kind {
        ValueKind::Text(text) if text.text.starts_with("git+") => keyed.read_url(text),
        ValueKind::Text(text) => read_version(text, &mut keyed),
        ValueKind::Table(table) => read_table(table, &mut keyed),
        ValueKind::Boolean(_)
        | ValueKind::Number
        | ValueKind::Date
        | ValueKind::Array(_)
        | ValueKind::Invalid => {
            let message = "this must be a version in quotes, such as `\"==1.2\"` or `\"*\"`, or a table with a `version`";
            keyed.errors.extend(wrong_value(&package.value, message));
        }
    }
    builder.keyed(section, &package.key, package.extent(), keyed);
}

fn read_table(table: &Table, keyed: &mut Keyed) {
    keyed.read_extras(table);
    keyed.read_place(table);
    for entry in &table.entries {
        let key = &*entry.key.text;
        match (key, &entry.value.kind) {
            ("version", ValueKind::Text(version)) => read_version(version, keyed),
            ("markers" | "os_markers", ValueKind::Text(marker)) => keyed.read_marker(marker),
            (key, ValueKind::Text(value)) if is_marker(key) => read_short_marker(&entry.key, value, keyed),
            ("version" | "markers", _) => {
                let message = format!("`{key}` must be a text in quotes");
                keyed.errors.extend(wrong_value(&entry.value, &message));
            }
            (key, _) if is_marker(key) || KEYS.contains(&key) => {}
            (_, _) => keyed.errors.push(unknown_key(&entry.key)),
        }
    }
}

/// The keys that are not looked at here.
const KEYS: [&str; 16] = [
    "git",
    "hg",
    "svn",
    "bzr",
    "ref",
    "subdirectory",
    "name",
    "extras",
    "editable",
    "os_markers",
    "hashes",
    "index",
    "no_binary",
    "skip_resolver",
    "path",
    "file",
];

fn unknown_key(key: &Text) -> SyntaxError {
    let written = key.shown();
    let right = match &*key.text {
        "branch" | "tag" | "rev" | "commit" | "revision" => Some("ref"),
        "marker" => Some("markers"),
        "extra" => Some("extras"),
        "url" => Some("file"),
        "versions" => Some("version"),
        _ => None,
    };
    match right {
        Some(right) => {
            let message = format!("Pipenv knows no key `{written}` here: write `{right}`");
            let title = format!("Replace `{written}` with `{right}`");
            SyntaxError::requirement(key.extent, message).fixed_by(key.extent, right, title)
        }
        None => {
            SyntaxError::requirement(key.extent, format!("Pipenv knows no key `{written}` here: remove it"))
        }
    }
}

/// Whether it is a marker variable that may be a key.
fn is_marker(key: &str) -> bool {
    MarkerVariable::named(key).is_some_and(|variable| {
        variable.name() == key
            && !matches!(
                variable,
                MarkerVariable::Extra | MarkerVariable::Extras | MarkerVariable::DependencyGroups
            )
    })
}

/// `sys_platform = "== 'win32'"`
fn read_short_marker(key: &Text, value: &Text, keyed: &mut Keyed) {
    let mut marker = MappedText::default();
    let place = key.extent;
    marker.push_read(&format!("{} ", key.text), place.start as usize..place.end as usize);
    marker.append(&MappedText { text: value.text.to_string(), map: value.map.clone() });
    let mut errors = Vec::new();
    let map = |span: Span| marker.map.to_source(span);
    if let Some(mut read) = parse_marker(&marker.text, 0, &mut errors) {
        remap_marker(&mut read, &map);
        keyed.markers.push((read, marker.text.clone()));
    }
    remap_errors(&mut errors, &map);
    keyed.errors.extend(errors);
}

/// `*`, a range, or a version that is meant exactly; a marker may follow.
fn read_version(value: &Text, keyed: &mut Keyed) {
    if is_template(&value.text) {
        return;
    }
    let value = MappedText { text: value.text.to_string(), map: value.map.clone() };
    let semicolon = value.text.find(';').unwrap_or(value.text.len());
    if let Some(marker) = value.text.get(semicolon + 1..) {
        let part = value.part(semicolon + 1..value.text.len());
        keyed.read_marker(&Text { text: marker.into(), extent: part.source(), map: part.map });
    }
    let range = value.part(0..semicolon).trimmed();
    if matches!(&*range.text, "" | "*" | "==*") {
        return;
    }
    let map = |span: Span| range.map.to_source(span);
    let bare = scan_version(&range.text, 0).filter(|shape| shape.end == range.text.len());
    let mut all_of = match bare.and_then(|_| parse_specifier("==", &range.text)) {
        Some(value) => {
            let version = span(0, range.text.len());
            vec![Specifier { span: version, operator: Span::empty(0), version, value }]
        }
        None => {
            let mut errors = Vec::new();
            let all_of = parse_specifier_set(&range.text, &mut errors);
            remap_errors(&mut errors, &map);
            keyed.errors.extend(errors);
            all_of
        }
    };
    remap_specifiers(std::slice::from_mut(&mut all_of), map);
    keyed.any_of = vec![all_of];
}

/// `[requires]`
fn read_requires(requires: &Table, builder: &mut Builder) {
    for (key, parts) in [("python_version", ".*"), ("python_full_version", "")] {
        let Some(version) = requires.value(key).and_then(Value::as_text) else { continue };
        let number = version.text.trim();
        let Some(value) = parse_specifier("==", &format!("{number}{parts}")) else { continue };
        let place = version.span();
        let specifier = Specifier { span: place, operator: Span::empty(place.start), version: place, value };
        let path = format!("requires.{key}").into();
        builder.found.requires_python.push(RequiresPython {
            span: place,
            path,
            any_of: vec![vec![specifier]],
        });
    }
}
