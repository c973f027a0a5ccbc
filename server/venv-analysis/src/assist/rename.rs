//! Another name for an extra or a group, in one file.

use venv_syntax::{
    Marker, MarkerValue, MarkerVariable, Replacement, Section, SectionKind, Span, is_valid_name,
    normalize_name,
};

use crate::assist::subject::{Subject, subject_at};
use crate::check::Context;
use crate::manifest::{Manifest, ManifestKind};
use crate::project::{is_mentioned, mentioned, own_extra, own_name};
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
    if places(manifest, section).iter().any(|(span, _)| span.slice(text).contains(['"', '\''])) {
        return Err(format!("the {what} is put together from several strings in one place: join them first"));
    }
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
    if let Some((section, span)) =
        mentioned(manifest, at).filter(|(section, span)| is_plain(span, normalized(section)))
    {
        return Some((section, span));
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
    let (text, name) = (&*manifest.text, normalized(section));
    for other in &manifest.sections {
        if is_same_family(other, section) && normalized(other) == name {
            places.extend(other.name.as_ref().map(|name| (name.span, true)));
        }
    }
    let mentions = manifest.mentions.iter().filter(|mention| is_mentioned(section, mention));
    places.extend(mentions.map(|mention| (mention.name.span, mention.is_key)));
    if section.kind == SectionKind::Group {
        let takers = manifest.sections.iter().filter(|other| is_same_family(other, section));
        let includes = takers.flat_map(|other| &other.includes);
        let includes = includes.filter(|include| *include.name.normalized == *name);
        places.extend(includes.map(|include| (include.name.span, false)));
    }
    if section.kind == SectionKind::Extra {
        let marked = manifest.entries().filter_map(|entry| Some((entry.start, entry.marker()?)));
        for (start, marker) in marked {
            extras_in(marker, name, &mut |span| places.push((unquoted(text, span.shift(start)), false)));
        }
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
        | ManifestKind::CondaEnvironment
        | ManifestKind::PipConfiguration => false,
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

/// Shows `see` where `marker` compares `extra` with the extra of this name.
fn extras_in(marker: &Marker, name: &str, see: &mut dyn FnMut(Span)) {
    match marker {
        Marker::Or(markers) | Marker::And(markers) => {
            markers.iter().for_each(|marker| extras_in(marker, name, see));
        }
        Marker::Compare { left, right, .. } => {
            for (one, other) in [(left, right), (right, left)] {
                if let (MarkerValue::Variable(MarkerVariable::Extra), MarkerValue::Literal(literal)) =
                    (&one.value, &other.value)
                    && normalize_name(literal) == name
                {
                    see(other.span);
                }
            }
        }
    }
}

/// Without the quotes around it, which may be escaped.
fn unquoted(text: &str, span: Span) -> Span {
    let is_quote = ['"', '\'', '\\'];
    let inner = span.slice(text);
    let start = inner.len() - inner.trim_start_matches(is_quote).len();
    let end = inner.trim_end_matches(is_quote).len();
    let start = span.start + u32::try_from(start).unwrap_or_default();
    Span::new(start, (span.start + u32::try_from(end).unwrap_or_default()).max(start))
}

/// Whether the names of the two are keys of one table.
fn is_same_family(one: &Section, other: &Section) -> bool {
    const TABLES: [&str; 7] = [
        "dependency-groups.",
        "project.optional-dependencies.",
        "tool.poetry.group.",
        "tool.pdm.dev-dependencies.",
        "tool.setuptools.dynamic.",
        "options.extras_require.",
        "extras_require.",
    ];
    let table = |section: &Section| TABLES.iter().find(|table| section.path.starts_with(**table));
    one.kind == other.kind && table(one) == table(other)
}
