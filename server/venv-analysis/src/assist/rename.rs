//! Another name for an extra or a group, in one file.

use venv_syntax::{Replacement, Section, SectionKind, Span, is_valid_name, normalize_name};

use crate::assist::subject::{Subject, subject_at};
use crate::check::Context;
use crate::manifest::{Manifest, ManifestKind};
use crate::project::{default_groups, own_extra, own_name};
use crate::words::quoted;

/// The extra or group at `at` that can be renamed: its place and its name as written there.
pub fn renameable(context: &Context<'_>, at: u32) -> Option<(Span, String)> {
    let (_, span) = target(context.manifest, at)?;
    Some((span, span.slice(&context.manifest.text).to_owned()))
}

/// The edits that give the extra or group at `at` another name; or why it cannot have that name.
pub fn rename(context: &Context<'_>, at: u32, name: &str) -> Result<Vec<Replacement>, String> {
    let manifest = context.manifest;
    let Some((section, _)) = target(manifest, at) else { return Ok(Vec::new()) };
    let (what, one) =
        if section.kind == SectionKind::Extra { ("extra", "an extra") } else { ("group", "a group") };
    if !is_valid_name(name) {
        return Err(format!(
            "{} cannot be the name of {one}: it has letters, digits, `-`, `_` and `.`, and begins and ends with a \
             letter or a digit",
            quoted(name)
        ));
    }
    let (old, new) = (normalized(section), normalize_name(name));
    let is_taken = |other: &Section| is_same_family(other, section) && normalized(other) == new;
    if new != old && manifest.sections.iter().any(is_taken) {
        return Err(format!("there is another {what} {} already: choose another name", quoted(name)));
    }
    let text = &*manifest.text;
    let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if manifest.kind == ManifestKind::SetupPy
        && !(is_word && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
        && places(manifest, section).iter().any(|(span, is_key)| *is_key && !is_quoted(text, *span))
    {
        return Err(format!("{} cannot be a keyword of Python, which the {what} is here", quoted(name)));
    }
    let mut edits: Vec<Replacement> = places(manifest, section)
        .into_iter()
        .filter(|(span, _)| span.slice(text) != name)
        .map(|(span, is_key)| Replacement {
            span,
            text: written(manifest, span, is_key, name),
            title: format!("Rename the {what} to `{name}`"),
        })
        .collect();
    edits.sort_by_key(|edit| edit.span);
    edits.dedup_by_key(|edit| edit.span);
    Ok(edits)
}

/// The section that the name at `at` is the name of, and the place of that name.
fn target(manifest: &Manifest, at: u32) -> Option<(&Section, Span)> {
    let sections = &manifest.sections;
    // A place that is made of something else cannot be written.
    let is_plain = |span: &Span, normalized: &str| {
        !span.is_empty() && normalize_name(span.slice(&manifest.text)) == normalized
    };
    if let Some((span, name)) = default_groups(manifest).into_iter().find(|(span, _)| span.touches(at)) {
        let section =
            sections.iter().find(|section| is_group(section) && normalized(section) == normalize_name(name));
        return section.map(|section| (section, span));
    }
    let (section, span) = match subject_at(manifest, at)?.subject {
        Subject::Section(section) => (section, section.name.as_ref()?.span),
        Subject::GroupInclude(include) => (sections.get(include.section?)?, include.name.span),
        Subject::Extra(entry, extra) => (own_extra(manifest, entry, extra)?, extra.span.shift(entry.start)),
        Subject::Name(_)
        | Subject::Specifier(..)
        | Subject::Marker(..)
        | Subject::Option(_)
        | Subject::Hash(_)
        | Subject::Include(_)
        | Subject::RequiresPython(_) => return None,
    };
    let can_be_renamed = matches!(section.kind, SectionKind::Extra | SectionKind::Group);
    (can_be_renamed && span.touches(at) && is_plain(&span, normalized(section))).then_some((section, span))
}

/// Every place in the file that names `section`, and whether it is a key.
fn places(manifest: &Manifest, section: &Section) -> Vec<(Span, bool)> {
    let mut places = Vec::new();
    let name = normalized(section);
    for other in &manifest.sections {
        if is_same_family(other, section) && normalized(other) == name {
            places.extend(other.name.as_ref().map(|name| (name.span, true)));
        }
    }
    if is_group(section) {
        let includes =
            manifest.sections.iter().filter(|other| is_group(other)).flat_map(|other| &other.includes);
        let includes = includes.filter(|include| *include.name.normalized == *name);
        places.extend(includes.map(|include| (include.name.span, false)));
        let defaults =
            default_groups(manifest).into_iter().filter(|(_, found)| normalize_name(found) == name);
        places.extend(defaults.map(|(span, _)| (span, false)));
    }
    if section.kind == SectionKind::Extra
        && let Some(own) = own_name(manifest).map(normalize_name)
    {
        for entry in manifest.entries() {
            if entry.name().is_some_and(|name| *name.normalized == *own) {
                let extras = entry.extras().iter().filter(|extra| *extra.normalized == *name);
                places.extend(extras.map(|extra| (extra.span.shift(entry.start), false)));
            }
        }
    }
    places
}

/// `name` as it is written under `span`. In a key of TOML that has no quotes, a dot would part it.
fn written(manifest: &Manifest, span: Span, is_key: bool, name: &str) -> String {
    let is_toml = match manifest.kind {
        ManifestKind::Pyproject | ManifestKind::Script | ManifestKind::Pipfile | ManifestKind::Pylock => true,
        ManifestKind::Requirements
        | ManifestKind::SetupCfg
        | ManifestKind::SetupPy
        | ManifestKind::CondaEnvironment => false,
    };
    if is_toml && is_key && !is_quoted(&manifest.text, span) && name.contains('.') {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    }
}

fn is_quoted(text: &str, span: Span) -> bool {
    text[..span.start as usize].ends_with(['"', '\''])
}

fn normalized(section: &Section) -> &str {
    section.name.as_ref().map_or("", |name| &name.normalized)
}

/// The groups of `[dependency-groups]`, which others take in by name.
fn is_group(section: &Section) -> bool {
    section.kind == SectionKind::Group && section.path.starts_with("dependency-groups.")
}

/// Whether the names of the two are keys of one table.
fn is_same_family(one: &Section, other: &Section) -> bool {
    let table = |section: &Section| {
        let mut parts = section.path.split('.');
        (parts.next().map(str::to_owned), parts.next().filter(|_| !is_group(section)).map(str::to_owned))
    };
    one.kind == other.kind && table(one) == table(other)
}
