//! Tidying that surely changes nothing that a tool reads.

use venv_syntax::Replacement;

use crate::manifest::Manifest;

/// The edits that tidy a requirements file, in the order of their places. Nothing for other formats.
pub fn format(_manifest: &Manifest) -> Vec<Replacement> {
    Vec::new()
}
