//! Another name for an extra or a group, in one file.

use venv_syntax::{Replacement, Span};

use crate::check::Context;

/// The extra or group at `at` that can be renamed: its place and its name as written there.
pub fn renameable(_context: &Context<'_>, _at: u32) -> Option<(Span, String)> {
    None
}

/// The edits that give the extra or group at `at` another name; or why it cannot have that name.
pub fn rename(_context: &Context<'_>, _at: u32, _name: &str) -> Result<Vec<Replacement>, String> {
    Ok(Vec::new())
}
