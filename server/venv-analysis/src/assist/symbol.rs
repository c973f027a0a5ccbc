//! The outline of a file.

use venv_syntax::Span;

use crate::manifest::Manifest;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    pub name: String,
    pub detail: Option<String>,
    pub kind: SymbolKind,
    /// The whole of it, in bytes from the start of the file.
    pub span: Span,
    /// What is selected: the name, within `span`.
    pub name_span: Span,
    pub children: Vec<Symbol>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A list of requirements.
    Section,
    Requirement,
    /// A `-r` or `-c`.
    Include,
    Option,
}

/// The outline: sections with their requirements; the lines of a requirements file.
pub fn symbols(_manifest: &Manifest) -> Vec<Symbol> {
    Vec::new()
}
