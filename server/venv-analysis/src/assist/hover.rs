//! What is known of the thing at the cursor.

use venv_syntax::Span;

use crate::check::Context;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it speaks of, in bytes from the start of the file.
    pub span: Span,
    /// Markdown, in which nothing that a file or a distribution says can be more than text.
    pub markdown: String,
}

/// What is installed of a requirement, from where, what it needs and who needs it; what an option or a marker means.
/// `context.facts.metadata` should hold what all distributions say of themselves.
pub fn hover(_context: &Context<'_>, _at: u32) -> Option<Hover> {
    None
}
