//! What can be folded away.

use venv_syntax::Span;

use crate::manifest::Manifest;

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
pub fn foldings(_manifest: &Manifest) -> Vec<Folding> {
    Vec::new()
}
