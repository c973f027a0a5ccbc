//! The lines of a file as they are sorted.

use venv_syntax::{Line, LineKind, RequirementTarget, Span};

use crate::assist::heading::{heading, is_comment};
use crate::manifest::{Entry, Manifest, ManifestKind};

/// A line, without its line ending.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    pub(super) span: Span,
    pub(super) kind: RowKind<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum RowKind<'a> {
    /// A requirement of this normalised name, and where it lacks a comma.
    Item { name: &'a str, comma: Option<u32> },
    /// A comment, which belongs to what is below it.
    Comment,
    /// A comment that may belong to what is above it.
    CommentBelow,
    /// What parts blocks.
    Other,
}

/// The lines of each list of the file.
pub(super) fn rows(manifest: &Manifest) -> Vec<Vec<Row<'_>>> {
    let prefix = match manifest.kind {
        ManifestKind::Requirements => {
            return vec![manifest.tree.lines.iter().map(|line| of_line(line, &manifest.text)).collect()];
        }
        // Written by tools, in an order of their own.
        ManifestKind::Pylock | ManifestKind::PipConfiguration => return Vec::new(),
        ManifestKind::Script => "#",
        ManifestKind::CondaEnvironment => "-",
        ManifestKind::Pyproject | ManifestKind::SetupCfg | ManifestKind::SetupPy | ManifestKind::Pipfile => {
            ""
        }
    };
    let mut lists = Vec::new();
    for (index, section) in manifest.sections.iter().enumerate() {
        let mut entries: Vec<Entry<'_>> =
            manifest.entries_in(section.span).filter(|entry| entry.section_index() == Some(index)).collect();
        entries.sort_by_key(|entry| entry.extent());
        if entries.len() > 1 {
            lists.push(of_section(&manifest.text, section.span, &entries, prefix));
        }
    }
    lists
}

fn of_line<'a>(line: &'a Line, text: &str) -> Row<'a> {
    let span = Span::new(line.start, line.start + line.tree.len);
    let written = span.slice(text);
    let kind = match &line.tree.kind {
        // A `\` at the end of the text would continue the line into another one.
        LineKind::Requirement(requirement) if line.tree.errors.is_empty() && !written.ends_with('\\') => {
            match (&requirement.target, requirement.editable) {
                (RequirementTarget::Named(requirement), None) => {
                    RowKind::Item { name: &requirement.name.normalized, comma: None }
                }
                (RequirementTarget::Named(_) | RequirementTarget::Location { .. }, _) => RowKind::Other,
            }
        }
        LineKind::Blank
            if is_comment(line) && heading(line, text).is_none() && !written.contains(['\n', '\r']) =>
        {
            if written.starts_with([' ', '\t']) {
                RowKind::CommentBelow
            } else {
                RowKind::Comment
            }
        }
        LineKind::Blank | LineKind::Requirement(_) | LineKind::Options(_) | LineKind::Invalid => {
            RowKind::Other
        }
    };
    Row { span, kind }
}

/// The lines from the first item to the last one, each of which is alone in its line. `prefix` is what stands before
/// every item, between blanks.
fn of_section<'a>(text: &str, section: Span, entries: &[Entry<'a>], prefix: &str) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return rows };
    let line_start = |at: u32| text[..at as usize].rfind('\n').map_or(0, |line| line + 1);
    // With the comments above the first one.
    let from = line_start(section.start).min(line_start(first.extent().start));
    let to = last.extent().end as usize;
    let end = to + text[to..].find('\n').unwrap_or(text.len() - to);
    let mut entries = entries.iter().peekable();
    let needs_commas = text[first.extent().end as usize..].trim_start_matches([' ', '\t']).starts_with(',');
    let mut at = from;
    for line in text[from..end].split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let span = crate::assist::span(at, at + content.len());
        at += line.len();
        let mut here = Vec::new();
        while let Some(entry) = entries.next_if(|entry| entry.extent().start < span.end) {
            here.push(*entry);
        }
        let kind = match here.as_slice() {
            [entry] => item(text, span, *entry, prefix, needs_commas).unwrap_or(RowKind::Other),
            [] if is_comment_line(content, prefix) => RowKind::Comment,
            [] | [..] => RowKind::Other,
        };
        rows.push(Row { span, kind });
    }
    rows
}

fn item<'a>(
    text: &str,
    line: Span,
    entry: Entry<'a>,
    prefix: &str,
    needs_commas: bool,
) -> Option<RowKind<'a>> {
    let extent = entry.extent();
    if entry.is_invalid() || extent.start < line.start || extent.end > line.end {
        return None;
    }
    let before = Span::new(line.start, extent.start).slice(text);
    let before = before.trim_matches([' ', '\t']);
    // A line of a block of text has no dash, and is no item of the list.
    if prefix == "-" && before != "-" && !text[extent.start as usize..].starts_with("- ") {
        return None;
    }
    // The dash of a list may be a part of the item.
    let before = before.strip_prefix(prefix).unwrap_or(before);
    let behind = Span::new(extent.end, line.end).slice(text).trim_start_matches([' ', '\t']);
    let (comma, rest) = match behind.strip_prefix(',') {
        Some(rest) => (None, rest.trim_start()),
        None => (needs_commas.then_some(extent.end), behind),
    };
    // The comma of this one stands on a later line, where it would stay.
    if comma.is_some() && next_written(text, line.end).starts_with(',') {
        return None;
    }
    let is_alone = before.trim().is_empty() && (rest.is_empty() || rest.starts_with('#'));
    is_alone.then_some(RowKind::Item { name: &entry.name()?.normalized, comma })
}

/// The text from `at` on, without the blanks and comments that it begins with.
fn next_written(text: &str, at: u32) -> &str {
    let mut rest = text[at as usize..].trim_start();
    while rest.starts_with('#') {
        rest = rest.split_once('\n').map_or("", |(_, below)| below.trim_start());
    }
    rest
}

fn is_comment_line(content: &str, prefix: &str) -> bool {
    let content = content.trim_start();
    let content = if prefix == "#" { content.strip_prefix('#').map(str::trim_start) } else { Some(content) };
    content.is_some_and(|content| content.starts_with('#'))
}
