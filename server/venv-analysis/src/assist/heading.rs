//! Comments that head a part of a requirements file: `# --- dev ---`, `## Tests`, `# ====== docs`.

use venv_syntax::{Line, LineKind, Span};

use crate::manifest::{Manifest, ManifestKind};

/// A part of a file with what heads it. Spans are in bytes from the start of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) title: &'a str,
    /// The comment.
    pub(super) head: Span,
    /// From the comment to the end of the last line before the next heading that is not blank.
    pub(super) span: Span,
}

/// The parts, in the order of the text.
pub(super) fn parts(manifest: &Manifest) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    if manifest.kind != ManifestKind::Requirements {
        return parts;
    }
    for line in &manifest.tree.lines {
        let whole = Span::new(line.start, line.start + line.tree.len);
        if let Some((head, title)) = heading(line, &manifest.text) {
            parts.push(Part { title, head, span: whole });
        } else if let Some(part) = parts.last_mut()
            && !is_empty(line)
        {
            part.span.end = whole.end;
        }
    }
    parts
}

pub(super) fn is_comment(line: &Line) -> bool {
    matches!(line.tree.kind, LineKind::Blank) && !line.tree.comments.is_empty()
}

fn is_empty(line: &Line) -> bool {
    matches!(line.tree.kind, LineKind::Blank) && line.tree.comments.is_empty()
}

/// The comment that `line` is, and its title, if it heads a part.
pub(super) fn heading<'t>(line: &Line, text: &'t str) -> Option<(Span, &'t str)> {
    let comment = line.tree.comments.first().filter(|_| is_comment(line))?.shift(line.start);
    let written = comment.slice(text);
    let inner = written.trim_start_matches('#');
    let hashes = written.len() - inner.len();
    let is_rule = |c: char| matches!(c, '-' | '=' | '*' | '~' | '#' | '─' | '━' | '═');
    let inner = inner.trim();
    let title = inner.trim_matches(is_rule);
    let before = inner.chars().take_while(|c| is_rule(*c)).count();
    let is_closed = inner.chars().rev().take_while(|c| is_rule(*c)).count() > 1;
    // `# --pre` is an option that somebody has taken out, `# -*- coding` is for editors.
    let has_rule = before > 1 && (title.starts_with(' ') || is_closed) && !inner.starts_with("-*-");
    let is_title = title.chars().any(char::is_alphanumeric);
    (is_title && (has_rule || hashes > 1)).then(|| (comment, title.trim()))
}
