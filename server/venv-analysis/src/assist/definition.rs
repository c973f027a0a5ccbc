//! Where the thing at the cursor is defined.

use std::path::PathBuf;

use venv_syntax::Span;

use crate::check::Context;

/// A place, in this file or another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What the cursor is on.
    pub origin: Span,
    /// `None`: in the same file.
    pub file: Option<PathBuf>,
    /// In bytes from the start of that file; 0..0 where the whole file is meant.
    pub span: Span,
}

/// The file of a `-r`, the group of an `include-group`, the metadata of an installed distribution.
pub fn definition(_context: &Context<'_>, _at: u32) -> Option<Definition> {
    None
}
