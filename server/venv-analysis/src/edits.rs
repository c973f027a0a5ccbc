//! The literal edits that more than one rule offers: a requirement taken away, another name, another version.

use venv_syntax::{Replacement, Span, Version};

use crate::manifest::{Entry, Manifest, ManifestKind};
use crate::words::quoted;

/// Takes `entry` away with what separates it from its neighbours: its line where nothing else is in it, else the item
/// and one separator.
pub(crate) fn removal(manifest: &Manifest, entry: Entry<'_>, title: impl Into<String>) -> Replacement {
    let span = removed(manifest, entry.extent());
    let (span, text) = emptied(manifest, entry, span).unwrap_or((span, String::new()));
    Replacement { span, text, title: title.into() }
}

/// The list of an `environment.yml` whose only item goes: without brackets it would be no list any more, which conda
/// refuses.
fn emptied(manifest: &Manifest, entry: Entry<'_>, item: Span) -> Option<(Span, String)> {
    let section = entry.section().filter(|_| manifest.kind == ManifestKind::CondaEnvironment)?;
    let text = &*manifest.text;
    let colon = text.get(section.head.end as usize..item.start as usize)?;
    let between = colon.trim_start().strip_prefix(':')?;
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    if entry.extent().end < section.span.end || !between.lines().all(is_blank) {
        return None;
    }
    let start = item.start - u32::try_from(between.len()).ok()?;
    Some((Span::new(start, item.end), format!(" []{between}")))
}

/// Puts `right` in the place of the name, and takes the versions away unless `keeps_versions`. `None` where that
/// takes more than one change.
pub(crate) fn renaming(
    manifest: &Manifest,
    entry: Entry<'_>,
    right: &str,
    keeps_versions: bool,
) -> Option<Replacement> {
    let requirement = entry.requirement()?;
    let at = |span: Span| span.shift(entry.start);
    let name = at(requirement.name.span);
    let title = format!("Replace {} with {}", quoted(&requirement.name.text), quoted(right));
    let text = &manifest.text;
    // One of several values of a key, or a name that is written in another way.
    if name.slice(text) != &*requirement.name.text {
        return None;
    }
    let is_key = is_key(manifest, entry);
    // A `.` in a key without quotes would begin another one.
    let is_bare = is_key && entry.extent().start == name.start;
    let right = if is_bare && right.contains('.') { format!("\"{right}\"") } else { right.to_owned() };
    let Some(versions) = requirement.versions_span().map(at).filter(|_| !keeps_versions) else {
        return Some(Replacement { span: name, text: right, title });
    };
    // The hashes are those of the files of the wrong one.
    if !entry.line().options.is_empty() || versions.start < name.end {
        return None;
    }
    let between = Span::new(name.end, versions.start).slice(text);
    let text = if is_key {
        format!("{right}{between}*")
    } else if between.contains(['(', '\\']) || versions.slice(text).contains(['"', '\'']) {
        return None;
    } else {
        format!("{right}{}", in_one_string(between)?.trim_end())
    };
    Some(Replacement { span: name.cover(versions), text, title })
}

/// Asks for the version that is there.
pub(crate) fn alignment(text: &str, entry: Entry<'_>, installed: &Version) -> Option<Replacement> {
    let requirement = entry.requirement()?;
    // A line with hashes is that of one version and no other.
    if !entry.line().options.is_empty() {
        return None;
    }
    let versions = requirement.versions_span()?.shift(entry.start);
    // Python makes one string of several.
    if versions.slice(text).contains(['"', '\'']) {
        return None;
    }
    let text = format!("=={}", installed.clone().without_local());
    let title = format!("Ask for {} {}, which is installed", quoted(&requirement.name.text), quoted(&text));
    Some(Replacement { span: versions, text, title })
}

/// What is written between two parts of a requirement, without the quotes that end one string and begin the next:
/// Python makes one of `"six" "==1"`. `None` where the two are not alike.
fn in_one_string(between: &str) -> Option<&str> {
    let Some(end) = between.find(['"', '\'']) else { return Some(between) };
    let (kept, quotes) = between.split_at(end);
    let quote = &quotes[..1];
    let blank = quotes.strip_prefix(quote)?.strip_suffix(quote)?;
    blank.trim().is_empty().then_some(kept).filter(|_| quotes.len() > 2)
}

/// Whether the name is a key, as `six = "*"` has it.
fn is_key(manifest: &Manifest, entry: Entry<'_>) -> bool {
    let is_toml = match manifest.kind {
        ManifestKind::Pyproject | ManifestKind::Pipfile => true,
        ManifestKind::Requirements
        | ManifestKind::Script
        | ManifestKind::Pylock
        | ManifestKind::SetupCfg
        | ManifestKind::SetupPy
        | ManifestKind::CondaEnvironment
        | ManifestKind::PipConfiguration => false,
    };
    // The line of an item of a list begins behind its quote.
    is_toml && entry.extent().start == entry.start
}

/// What goes when `item` does.
fn removed(manifest: &Manifest, item: Span) -> Span {
    let text = &*manifest.text;
    let (start, end) = (item.start as usize, item.end as usize);
    let separator = match manifest.kind {
        ManifestKind::Requirements | ManifestKind::PipConfiguration => None,
        ManifestKind::SetupCfg => Some(';'),
        ManifestKind::Pyproject
        | ManifestKind::Script
        | ManifestKind::Pylock
        | ManifestKind::SetupPy
        | ManifestKind::Pipfile
        | ManifestKind::CondaEnvironment => Some(','),
    };
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line_start..start];
    // A block of metadata is in comments, and an item of a list in YAML begins with a dash.
    let margin = before.trim_start();
    let is_first = match manifest.kind {
        ManifestKind::Script => margin.trim_start_matches('#').trim().is_empty(),
        ManifestKind::CondaEnvironment => margin.is_empty() || margin.trim_end() == "-",
        ManifestKind::Requirements
        | ManifestKind::Pyproject
        | ManifestKind::Pylock
        | ManifestKind::SetupCfg
        | ManifestKind::SetupPy
        | ManifestKind::Pipfile
        | ManifestKind::PipConfiguration => margin.is_empty(),
    };
    let after = &text[end..];
    let blank = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
    let own_separator = separator.filter(|separator| after[blank(after)..].starts_with(*separator));
    let item_end = end + own_separator.map_or(0, |separator| blank(after) + separator.len_utf8());
    let line_end = text[item_end..].find('\n').map_or(text.len(), |at| item_end + at + 1);
    let rest = text[item_end..line_end].trim();
    let span = |start: usize, end: usize| {
        let offset = |at: usize| u32::try_from(at).expect("it lies in a text of less than 4 GiB");
        Span::new(offset(start), offset(end))
    };
    let later = separator
        .filter(|it| *it == ',' && own_separator.is_none())
        .and_then(|it| later_separator(text, end, it));
    let follows_separator = separator.is_some_and(|separator| text[..start].trim_end().ends_with(separator));
    if let Some(later) = later.filter(|_| !follows_separator) {
        return span(start, later + blank(&text[later..]));
    }
    if is_first && later.is_none() && (rest.is_empty() || rest.starts_with('#')) {
        return span(line_start, line_end);
    }
    if own_separator.is_some() {
        return span(start, item_end + blank(&text[item_end..]));
    }
    // The last one of its list.
    let before = text[..start].trim_end_matches([' ', '\t']);
    match separator.and_then(|separator| before.strip_suffix(separator)) {
        Some(before) => span(before.len(), end),
        None => span(start, end),
    }
}

/// Where the separator ends that follows on a later line, with nothing but comments before it.
fn later_separator(text: &str, end: usize, separator: char) -> Option<usize> {
    let mut at = end;
    loop {
        at = text.len() - text[at..].trim_start().len();
        let rest = &text[at..];
        if rest.starts_with(separator) {
            return Some(at + separator.len_utf8());
        }
        let comment = rest.strip_prefix('#')?;
        // The mark at the start of a line of a block of metadata hides the rest of the line from Python only.
        at += 1;
        if !text[..at - 1].trim_end_matches([' ', '\t']).ends_with('\n') || !comment.starts_with(' ') {
            at += comment.find('\n')?;
        }
    }
}
