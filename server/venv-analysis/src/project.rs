//! What a file says of the project that it belongs to.

use venv_syntax::{Name, Section, SectionKind, Span, normalize_name};

use crate::manifest::{Entry, Manifest, ManifestKind, hash_of_name};

/// The name of the project whose file this is.
pub(crate) fn own_name(manifest: &Manifest) -> Option<&str> {
    let text = &*manifest.text;
    let value = match manifest.kind {
        ManifestKind::Pyproject => {
            value_of(text, "[project]", "name").or_else(|| value_of(text, "[tool.poetry]", "name"))?
        }
        ManifestKind::SetupCfg => value_of(text, "[metadata]", "name")?,
        ManifestKind::SetupPy => argument_of_setup(text, "name")?,
        ManifestKind::Requirements
        | ManifestKind::Script
        | ManifestKind::Pylock
        | ManifestKind::Pipfile
        | ManifestKind::CondaEnvironment => return None,
    };
    let value = text[value..].lines().next()?.trim();
    let name = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => value[1..].split(quote).next()?,
        None => value,
    };
    venv_syntax::is_valid_name(name).then_some(name)
}

/// The hash of that name, as entries have it.
pub(crate) fn own_name_hash(manifest: &Manifest) -> Option<u64> {
    own_name(manifest).map(|name| hash_of_name(&normalize_name(name)))
}

/// Where the value of `setup(…, key=` begins.
fn argument_of_setup(text: &str, key: &str) -> Option<usize> {
    let call = text.find("setup(")?;
    text[call..].match_indices(key).find_map(|(at, _)| {
        let at = call + at;
        let is_word = text[..at].ends_with(|c: char| c.is_whitespace() || matches!(c, '(' | ','));
        let value = text[at + key.len()..].trim_start().strip_prefix('=')?.trim_start();
        (is_word && value.starts_with(['"', '\''])).then(|| text.len() - value.len())
    })
}

fn is_header(line: &str) -> bool {
    line.starts_with('[')
        && line.split('#').next().unwrap_or(line).trim_end().ends_with(']')
        && !line.contains(['"', '\''])
}

/// The section of `extra`, if `entry` asks for it of the project whose file this is: `project[extra]`.
pub(crate) fn own_extra<'a>(manifest: &'a Manifest, entry: Entry<'_>, extra: &Name) -> Option<&'a Section> {
    if normalize_name(own_name(manifest)?) != *entry.name()?.normalized {
        return None;
    }
    let mut extras = manifest.sections.iter().filter(|section| section.kind == SectionKind::Extra);
    extras.find(|section| section.name.as_ref().is_some_and(|name| name.normalized == extra.normalized))
}

/// The names in `default-groups` of `[tool.uv]`, with their places.
pub(crate) fn default_groups(manifest: &Manifest) -> Vec<(Span, &str)> {
    let mut found = Vec::new();
    if manifest.kind != ManifestKind::Pyproject {
        return found;
    }
    let text = &*manifest.text;
    let Some(list) = value_of(text, "[tool.uv]", "default-groups").filter(|at| text[*at..].starts_with('['))
    else {
        return found;
    };
    let mut at = list + 1;
    while let Some(open) = text[at..].find(|c: char| !c.is_whitespace() && c != ',').map(|length| at + length)
    {
        let rest = &text[open..];
        if rest.starts_with('#') {
            at = open + rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some(length) = rest[1..].find([quote, '\n']) else { break };
        let name = &rest[1..=length];
        if venv_syntax::is_valid_name(name) {
            found.push((crate::assist::span(open + 1, open + 1 + length), name));
        }
        at = open + length + 2;
    }
    found
}

/// Where the value of `key` begins, in the table with this header.
fn value_of(text: &str, header: &str, key: &str) -> Option<usize> {
    let mut at = 0;
    let mut is_in_table = false;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if is_header(content) {
            is_in_table = content.split('#').next().is_some_and(|found| found.trim() == header);
        } else if is_in_table
            && let Some(rest) = line.trim_start().strip_prefix(key)
            && let Some(value) = rest.trim_start().strip_prefix('=')
        {
            return Some(at + line.len() - value.trim_start().len());
        }
        at += line.len();
    }
    None
}
