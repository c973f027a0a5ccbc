//! What in a file leads somewhere: other files, URLs.

use std::path::PathBuf;

use venv_syntax::Span;

use crate::check::Context;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// In bytes from the start of the file.
    pub span: Span,
    pub target: LinkTarget,
    pub tooltip: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// Absolute.
    File(PathBuf),
    /// `http` or `https`, without a password.
    Url(String),
}

/// The files of `-r` and `-c`, local paths, and the URLs that a browser can open.
pub fn links(_context: &Context<'_>) -> Vec<Link> {
    Vec::new()
}
