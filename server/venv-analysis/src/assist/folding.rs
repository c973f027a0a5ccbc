//! What can be folded away.

use venv_syntax::{Line, Span};

use crate::assist::heading::{heading, is_comment, parts};
use crate::manifest::{Manifest, ManifestKind};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folding {
    /// From somewhere in the first line to somewhere in the last; the first line stays in sight.
    pub span: Span,
    pub kind: FoldingKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldingKind {
    /// Lines of comments.
    Comment,
    /// The hashes of a requirement, a section.
    Region,
}

/// The hashes of each requirement, blocks of comments, sections of requirements between comment headings.
pub fn foldings(manifest: &Manifest) -> Vec<Folding> {
    let text = &*manifest.text;
    let has_lines = |span: Span| span.slice(text).contains(['\n', '\r']);
    let region = |span: Span| Folding { span, kind: FoldingKind::Region };
    let mut found = Vec::new();
    if manifest.kind == ManifestKind::Requirements {
        found
            .extend(parts(manifest).iter().map(|part| part.span).filter(|span| has_lines(*span)).map(region));
        let lines = manifest.tree.lines.iter();
        let whole = lines.map(|line| Span::new(line.start, line.start + line.tree.len));
        found.extend(whole.filter(|span| has_lines(*span)).map(region));
        let goes_on = |a: &Line, b: &Line| is_comment(a) && is_comment(b) && heading(b, text).is_none();
        let blocks = manifest.tree.lines.chunk_by(goes_on);
        found.extend(blocks.filter(|block| block.len() > 1).filter_map(|block| {
            let (first, last) = (block.first()?, block.last()?);
            let span = Span::new(first.start, last.start + last.tree.len);
            Some(Folding { span, kind: FoldingKind::Comment })
        }));
    } else {
        let sections = manifest.sections.iter().map(|section| section.span.cover(section.head));
        found.extend(sections.filter(|span| has_lines(*span)).map(region));
    }
    found.sort_by_key(|folding| (folding.span.start, std::cmp::Reverse(folding.span.end)));
    found.dedup_by_key(|folding| folding.span);
    found
}
