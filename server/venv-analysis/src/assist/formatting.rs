//! Tidying that surely changes nothing that a tool reads.
//!
//! The style is that of `packaging` and pip-compile: `name[a,b]>=1,<2 ; marker`, two blanks before a comment, and the
//! hashes of a continued line each on a line of its own behind four blanks. Order, comments, names, versions, URLs,
//! paths and quotes stay as they are written. A line of which anything is not understood is left alone, and so is one
//! that would not be read as before.

mod line;
mod meaning;

use venv_syntax::{Line, Replacement, Span, parse_requirements_txt};

use crate::manifest::{Manifest, ManifestKind};

use self::line::tidy;
use self::meaning::meaning;

/// The edits that tidy a requirements file, in the order of their places. Nothing for other formats.
pub fn format(manifest: &Manifest) -> Vec<Replacement> {
    let mut edits = Vec::new();
    if manifest.kind != ManifestKind::Requirements {
        return edits;
    }
    let (text, lines) = (&*manifest.text, &manifest.tree.lines);
    let blank = lines.iter().rev().take_while(|line| is_blank(line, text)).count();
    let (kept, blank) = lines.split_at(lines.len() - blank);
    for line in kept {
        let span = Span::new(line.start, line.start + line.tree.len);
        let tidied = tidy(line, text).filter(|tidied| tidied != span.slice(text));
        if let Some(tidied) = tidied.filter(|tidied| is_same(line, text, tidied)) {
            edits.extend(replacement(text, span, &tidied));
        }
    }
    let Some(last) = kept.last() else {
        edits.extend(replacement(text, crate::assist::span(0, text.len()), ""));
        return edits;
    };
    let end = last.start + last.tree.len;
    let rest = Span::new(end, crate::assist::span(0, text.len()).end);
    // What a `\` at the very end is joined to must not become another line.
    if !text[..end as usize].ends_with('\\') {
        let ending =
            blank.first().map_or_else(|| line_ending(text), |first| Span::new(end, first.start).slice(text));
        edits.extend(replacement(text, rest, ending));
    }
    edits
}

/// The line ending of the text: the first one.
fn line_ending(text: &str) -> &'static str {
    match text.find(['\n', '\r']).map(|at| &text[at..]) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        Some(_) | None => "\n",
    }
}

fn is_blank(line: &Line, text: &str) -> bool {
    let written = Span::new(line.start, line.start + line.tree.len).slice(text);
    written.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// Whether `tidied` is one line that says what `line` says.
fn is_same(line: &Line, text: &str, tidied: &str) -> bool {
    let again = parse_requirements_txt(tidied);
    match again.lines.as_slice() {
        [one] => one.tree.errors.is_empty() && meaning(one, tidied) == meaning(line, text),
        _ => false,
    }
}

/// The edit that writes `tidied` under `span`, without what is the same at both ends.
fn replacement(text: &str, span: Span, tidied: &str) -> Option<Replacement> {
    let written = span.slice(text);
    if written == tidied {
        return None;
    }
    let same = |(a, b): &(char, char)| a == b;
    let prefix: usize = written.chars().zip(tidied.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (old, new) = (&written[prefix..], &tidied[prefix..]);
    let suffix: usize =
        old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let start = span.start as usize + prefix;
    Some(Replacement {
        span: crate::assist::span(start, start + old.len() - suffix),
        text: new[..new.len() - suffix].to_owned(),
        title: "Tidy the line".to_owned(),
    })
}
