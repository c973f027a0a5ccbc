//! `venv-lsp requirements`: one record for each logical line of a requirements file, and for each requirement of every
//! other format.

mod text;

use std::path::Path;

use serde_json::{Value, json};
use venv_analysis::facts::Environment;
use venv_analysis::{AllMetadata, Entry, Included, Manifest, ManifestKind, Role, State, plain, state_of};
use venv_syntax::{
    Demand, Line, LineKind, Name, OptionItem, OptionKind, RequirementLine, RequirementTarget, Span, evaluate,
    expand_variables, logical_text, parse_requirements_txt,
};

use super::{Format, Requirements, Verdict, print, print_json};
use crate::positions::LineIndex;
use crate::reader::{FactReader, Question};

pub(super) fn run(arguments: &Requirements) -> anyhow::Result<Verdict> {
    let reader = FactReader::new();
    let question = arguments.named.question_of(&reader, None)?;
    let mut all = Vec::new();
    for file in &arguments.files {
        all.extend(records(&reader, file, &question)?);
    }
    let has_errors = all.iter().any(|record| record["kind"] == "error" || !record["message"].is_null());
    match arguments.output_format {
        Format::Json => print_json(&Value::Array(all))?,
        Format::Text => print(&text::as_text(&all))?,
    }
    Ok(if has_errors { Verdict::Found } else { Verdict::Clean })
}

/// One record for each logical line that is not blank.
fn records(reader: &FactReader, written: &Path, question: &Question) -> anyhow::Result<Vec<Value>> {
    let path = std::path::absolute(written)?;
    let manifest = match reader.manifest(&path, question) {
        Ok(manifest) => manifest,
        Err(Included::Unreadable(reason)) => {
            let mut record = blank_record(written);
            record["line"] = json!(0);
            record["end_line"] = json!(0);
            record["message"] = json!(plain(&reason));
            return Ok(vec![record]);
        }
        Err(Included::NotFound | Included::Manifest(_)) => {
            anyhow::bail!("`{}` was not found", written.display())
        }
    };
    let resolution = reader.resolve(&path, question);
    let environment = resolution.chosen.as_ref().map(|chosen| &chosen.environment);
    let metadata = environment.map(|environment| reader.metadata_of_extras(&manifest, environment));
    let environment = environment.map(|environment| &**environment).zip(metadata.as_ref());
    let index = LineIndex::new(&manifest.text);
    let mut entries = manifest.entries();
    let mut records = Vec::new();
    for line in &manifest.tree.lines {
        let entry = match &line.tree.kind {
            LineKind::Blank => continue,
            LineKind::Requirement(_) => entries.next(),
            LineKind::Options(_) | LineKind::Invalid => None,
        };
        let mut record = blank_record(written);
        let raw = Span::new(line.start, line.start + line.tree.len).slice(&manifest.text);
        record["line"] = json!(index.line_number(line.start));
        record["end_line"] = json!(index.line_number(last_offset(&manifest.text, line)));
        record["raw"] = json!(raw);
        let expanded = expanded(reader, &manifest, raw);
        let (text, line) = match &expanded {
            Some((text, line)) => (&**text, line),
            None => (&*manifest.text, line),
        };
        fill(&mut record, &manifest, text, line, entry);
        if let (Some(entry), Some(environment)) = (entry, environment) {
            fill_state(&mut record, entry, environment);
        }
        records.push(record);
    }
    if manifest.kind != ManifestKind::Requirements {
        for error in manifest.errors_outside_lines() {
            let mut record = blank_record(written);
            record["line"] = json!(index.line_number(error.span.start));
            record["end_line"] = json!(index.line_number(error.span.end));
            record["raw"] = json!(error.span.slice(&manifest.text));
            record["message"] = json!(plain(&error.message));
            records.push(record);
        }
        records.sort_by_key(|record| record["line"].as_u64());
    }
    Ok(records)
}

/// Where the last line of a logical line ends. A `\` before the end of the file joins no line to it.
fn last_offset(text: &str, line: &Line) -> u32 {
    let end = line.start + line.tree.len;
    let is_joined_to_nothing =
        end as usize == text.len() && line.tree.len > 0 && text.ends_with(['\n', '\r']);
    if is_joined_to_nothing { end - 1 } else { end }
}

/// A line of a requirements file as pip sees it, where variables in it are set: a text, and the one line that it is.
fn expanded(reader: &FactReader, manifest: &Manifest, raw: &str) -> Option<(String, Line)> {
    if manifest.kind != ManifestKind::Requirements || !raw.contains("${") {
        return None;
    }
    let text = expand_variables(&logical_text(raw), |name| reader.variable(name))?;
    match <[Line; 1]>::try_from(parse_requirements_txt(&text).lines) {
        Ok([line]) => Some((text, line)),
        // pip does not cut what it has put in, and neither is it looked at here.
        Err(_) => None,
    }
}

/// Every key of a record, null until it applies.
fn blank_record(written: &Path) -> Value {
    json!({
        "file": written.to_string_lossy(), "line": null, "end_line": null, "kind": "error", "name": null, "specifier": null,
        "extras": null, "marker": null, "applies": null, "editable": null, "url": null, "hashes": null,
        "constraint": null, "options": null, "raw": null, "installed": null, "satisfied": null, "message": null, "section": null,
    })
}

fn fill(record: &mut Value, manifest: &Manifest, text: &str, line: &Line, entry: Option<Entry<'_>>) {
    match &line.tree.kind {
        LineKind::Requirement(requirement) => {
            record["kind"] = json!("requirement");
            record["constraint"] = json!(manifest.role == Role::Constraints);
            match entry.filter(|entry| entry.section().is_some()) {
                None => fill_requirement(record, text, line.start, requirement),
                Some(entry) => fill_declared(record, text, entry),
            }
        }
        LineKind::Options(options) => {
            record["kind"] = json!("option");
            record["options"] = json!(
                options.iter().map(|option| option_record(text, line.start, option)).collect::<Vec<_>>()
            );
        }
        LineKind::Blank | LineKind::Invalid => {}
    }
    if !line.tree.errors.is_empty() {
        if line.tree.errors.iter().any(|error| !error.is_late) {
            record["kind"] = json!("error");
        }
        let messages: Vec<String> = line.tree.errors.iter().map(|error| plain(&error.message)).collect();
        record["message"] = json!(messages.join("; "));
    }
}

fn fill_requirement(record: &mut Value, text: &str, start: u32, line: &RequirementLine) {
    let names = |names: &[Name]| json!(names.iter().map(|name| &*name.text).collect::<Vec<_>>());
    record["editable"] = json!(line.editable.is_some());
    let (hashes, options): (Vec<_>, Vec<_>) =
        line.options.iter().partition(|option| option.kind == OptionKind::Hash);
    let values: Vec<&str> =
        hashes.iter().filter_map(|hash| hash.value.as_ref()).map(|value| &*value.text).collect();
    record["hashes"] = json!(values);
    record["options"] =
        json!(options.iter().map(|option| option_record(text, start, option)).collect::<Vec<_>>());
    match &line.target {
        RequirementTarget::Named(requirement) => {
            record["name"] = json!(requirement.name.text);
            record["extras"] = names(&requirement.extras);
            let specifiers: Vec<String> = requirement
                .specifiers
                .iter()
                .map(|specifier| {
                    let part = |span: Span| {
                        let written = span.shift(start).slice(text);
                        // It may go on behind a `\`.
                        if written.contains('\\') { logical_text(written) } else { written.into() }
                    };
                    format!("{}{}", part(specifier.operator), part(specifier.version))
                })
                .collect();
            record["specifier"] = json!(specifiers.join(","));
            record["url"] = json!(requirement.url.as_ref().map(|url| &*url.text));
            record["marker"] = json!(requirement.marker.as_ref().map(ToString::to_string));
        }
        RequirementTarget::Location { location, name, version, extras, marker } => {
            // pip takes the name of a wheel's file in its normalised form, and one behind `#egg=` as it is written.
            record["name"] = json!(name.as_ref().map(|name| match version {
                Some(_) => &*name.normalized,
                None => &*name.text,
            }));
            record["extras"] = names(extras);
            record["specifier"] = json!(version.as_ref().map(|version| format!("=={version}")));
            // pip knows what is meant by an editable `git://…`.
            let control = ["git", "svn"].into_iter().find(|control| {
                let scheme = location.text.split(':').next().unwrap_or_default();
                line.editable.is_some() && scheme.eq_ignore_ascii_case(control)
            });
            record["url"] = match control {
                Some(control) => json!(format!("{control}+{}", location.text)),
                None => json!(location.text),
            };
            record["marker"] = json!(marker.as_ref().map(ToString::to_string));
        }
    }
}

/// What a format with sections asks for, in the words of a requirements file.
fn fill_declared(record: &mut Value, text: &str, entry: Entry<'_>) {
    let joined = entry.joined(text);
    let lines = parse_requirements_txt(&joined).lines;
    match lines.first().map(|line| &line.tree.kind) {
        Some(LineKind::Requirement(requirement)) => fill_requirement(record, &joined, 0, requirement),
        Some(LineKind::Blank | LineKind::Options(_) | LineKind::Invalid) | None => {
            fill_requirement(record, text, entry.start, entry.line());
        }
    }
    record["section"] = json!(entry.section().map(|section| &*section.path));
    record["constraint"] = json!(entry.demand() == Demand::Nobody);
}

fn fill_state(record: &mut Value, entry: Entry<'_>, (environment, metadata): (&Environment, &AllMetadata)) {
    let applies = entry.marker().map_or(Some(true), |marker| evaluate(marker, &environment.markers, &[]));
    record["applies"] = json!(applies);
    let installed = entry.name().and_then(|name| environment.distributions.find(&name.normalized));
    record["installed"] = json!(installed.map(|found| &*found.version));
    record["satisfied"] = match state_of(entry, environment, metadata) {
        State::Satisfied | State::UnknownExtra => json!(true),
        State::Missing | State::Mismatch | State::IncompleteExtra => json!(false),
        State::NotForHere | State::NotAsked | State::Unknown => Value::Null,
    };
}

fn option_record(text: &str, start: u32, option: &OptionItem) -> Value {
    json!({
        "name": option.name.shift(start).slice(text),
        "value": option.value.as_ref().map(|value| &*value.text),
    })
}
