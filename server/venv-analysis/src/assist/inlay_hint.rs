//! Versions beside the requirements that do not name one.

use venv_syntax::Span;

use crate::check::Context;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlayHint {
    /// In bytes from the start of the file.
    pub at: u32,
    pub label: String,
    /// Markdown.
    pub tooltip: Option<String>,
}

/// The installed version of each requirement in `range`, behind it.
pub fn inlay_hints(_context: &Context<'_>, _range: Span) -> Vec<InlayHint> {
    Vec::new()
}
