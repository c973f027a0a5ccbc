//! The answers to the requests about a file: each from a snapshot and the request's parameters alone, in the words
//! of LSP.

mod diagnostics;
mod edits;
mod markup;
mod menu;
mod places;
mod structure;
mod suggestions;
mod tokens;

pub use diagnostics::{diagnostics, full_report};
pub use edits::{formatting, prepare_rename, range_formatting, rename};
pub use menu::{ACTION_KINDS, SORT, UNINSTALL, code_actions};
pub use places::{definition, links};
pub use structure::{foldings, symbols};
pub use suggestions::{TRIGGERS, completion, hover, inlay_hints};
pub use tokens::{legend, tokens, tokens_in_range};
