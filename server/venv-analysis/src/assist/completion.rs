//! What can stand at the cursor.

use venv_syntax::Span;

use crate::check::Context;

/// One thing that can stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows, and what is typed to find it.
    pub label: String,
    pub kind: CompletionKind,
    /// Beside the label: a version, what an option takes.
    pub detail: Option<String>,
    /// Markdown.
    pub documentation: Option<String>,
    /// What is replaced, in bytes from the start of the file: the word that the cursor touches.
    pub replaces: Span,
    /// What is written there.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    Distribution,
    Version,
    Extra,
    Group,
    Option,
    MarkerVariable,
    MarkerValue,
    Operator,
    File,
}

/// What can stand at `at`, in bytes from the start of the file; the most likely first.
pub fn complete(_context: &Context<'_>, _at: u32) -> Vec<Completion> {
    Vec::new()
}
