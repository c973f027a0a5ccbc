//! `[tool.uv]`, in a `pyproject.toml` and in a script (<https://docs.astral.sh/uv/reference/settings/>).

use std::collections::HashMap;

use crate::declarations::Builder;
use crate::toml::{Table, Value, ValueKind};
use crate::{Declared, Demand, LineKind, Requirement, RequirementTarget, SectionKind, normalize_name};

/// Adds what `[tool.uv]` of a `pyproject.toml` asks for and bounds, and what its sources make of everything else.
pub(super) fn read(uv: &Table, builder: &mut Builder) {
    if let Some(entry) = uv.entry("dev-dependencies") {
        builder.list((SectionKind::Group, Demand::Always), "tool.uv.dev-dependencies", None, entry);
    }
    read_bounds(uv, builder);
    read_sources(uv, builder);
}

/// Adds the constraints and overrides. `exclude-dependencies` has names only, and asks for nothing.
pub(crate) fn read_bounds(uv: &Table, builder: &mut Builder) {
    for (key, kind) in [
        ("constraint-dependencies", SectionKind::Constraints),
        ("build-constraint-dependencies", SectionKind::Constraints),
        ("override-dependencies", SectionKind::Overrides),
    ] {
        let Some(entry) = uv.entry(key) else { continue };
        let Some(items) = builder.items(entry, "a list of strings") else { continue };
        let section = builder.section((kind, Demand::Nobody), format!("tool.uv.{key}"), None, entry);
        for item in items {
            // Some may be written as `{ requirement = "six==1.0", hashes = […] }`.
            let table = item.as_table().map(|table| table.value("requirement").and_then(Value::as_text));
            match table.unwrap_or(item.as_text()) {
                Some(text) => builder.requirement_within(section, text, item.span),
                None if table.is_some() => {}
                None => builder.not_a_string(entry, item),
            }
        }
    }
}

/// Gives what has been found so far, and has a source, the text that leads pip to the same place. Only uv can take
/// a path or another member of the workspace for it.
pub(crate) fn read_sources(uv: &Table, builder: &mut Builder) {
    let Some(sources) = uv.table(&["sources"]) else { return };
    let sources: HashMap<String, &Value> =
        sources.entries.iter().map(|source| (normalize_name(&source.key.text), &source.value)).collect();
    for Declared { line, text, .. } in &mut builder.found.declared {
        if let LineKind::Requirement(found) = &line.tree.kind
            && let RequirementTarget::Named(requirement) = &found.target
            && requirement.url.is_none()
            && let Some(source) = sources.get(&*requirement.name.normalized)
            && let Some(for_pip) = text_for_pip(text, requirement, source)
        {
            *text = for_pip.into_boxed_str();
        }
    }
}

/// What leads pip to the same place as `source` leads uv, empty if nothing does; `None` where that is `text`.
fn text_for_pip(text: &str, requirement: &Requirement, source: &Value) -> Option<String> {
    let table = match &source.kind {
        ValueKind::Table(table) => table,
        // Several, of which the marker of each chooses.
        ValueKind::Array(several) => {
            let only_index =
                |value: &Value| value.as_table().is_some_and(|table| table.entry("index").is_some());
            return (!several.iter().all(only_index)).then(String::new);
        }
        ValueKind::Text(_)
        | ValueKind::Boolean(_)
        | ValueKind::Number
        | ValueKind::Date
        | ValueKind::Invalid => return None,
    };
    let string = |key| table.value(key).and_then(Value::as_text).map(|text| &*text.text);
    let is_local =
        table.entry("path").is_some() || table.value("workspace").and_then(Value::as_bool).unwrap_or(false);
    let url = match (string("git"), string("url")) {
        (Some(git), _) => {
            let revision = string("rev").or(string("tag")).or(string("branch"));
            let revision = revision.map_or_else(String::new, |revision| format!("@{revision}"));
            format!("git+{}{revision}", git.strip_prefix("git+").unwrap_or(git))
        }
        (None, Some(url)) => url.to_owned(),
        (None, None) => return is_local.then(String::new),
    };
    let conditional =
        table.entry("marker").is_some() || table.entry("extra").is_some() || table.entry("group").is_some();
    if conditional || text.is_empty() || url.contains(char::is_whitespace) {
        return Some(String::new());
    }
    let folder = string("subdirectory").map_or_else(String::new, |folder| format!("#subdirectory={folder}"));
    let extras: Vec<&str> = requirement.extras.iter().map(|extra| &*extra.text).collect();
    let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
    // Without a URL the first `;` begins the marker.
    let marker = text.split_once(';').map_or_else(String::new, |(_, marker)| format!(" ; {}", marker.trim()));
    Some(format!("{}{extras} @ {url}{folder}{marker}", requirement.name.text))
}
