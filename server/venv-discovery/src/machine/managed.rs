//! What the distributor of an externally managed Python says about it (PEP 668).
//!
//! pip reads the file with `configparser`, looks for `Error-de_DE`, `Error-de` and `Error`, and shows what it finds
//! (pip's `exceptions.py`). A file that cannot be read marks the Python all the same.

use std::path::Path;

use venv_analysis::plain;
use venv_syntax::parse_config_file;

use crate::system::System;

/// Of the file, in bytes; those of Debian and Homebrew have about a thousand.
const LARGEST: usize = 64 << 10;

/// Of the message, in characters. A longer one is cut.
const LONGEST: usize = 4_000;

/// The message in the file `marker`, in the user's language where it has that.
pub(super) fn managed_message(system: &dyn System, marker: &Path) -> Option<Box<str>> {
    let text = String::from_utf8(system.read_within(marker, LARGEST).ok()?).ok()?;
    let file = parse_config_file(&text);
    if !file.errors.is_empty() {
        return None;
    }
    let keys = language(system).iter().flat_map(|language| names_of(language)).collect::<Vec<_>>();
    let keys = keys.iter().map(String::as_str).chain(["error"]);
    let found = keys.into_iter().find_map(|key| {
        let mut entries = file.entries.iter().filter(|entry| &*entry.section == "externally-managed");
        entries.find(|entry| entry.key.to_lowercase() == key).map(|entry| &*entry.value)
    })?;
    let message: String = found.trim().chars().take(LONGEST).collect();
    let message: Vec<String> = message.split('\n').map(plain).collect();
    let message = message.join("\n");
    (!message.is_empty()).then(|| message.into())
}

/// `error-de_de` and `error-de` for `de_DE`.
fn names_of(language: &str) -> Vec<String> {
    let language = language.to_lowercase();
    let mut names = vec![format!("error-{language}")];
    let shorter = ['-', '_'].iter().filter_map(|separator| language.split_once(*separator));
    names.extend(shorter.map(|(language, _)| format!("error-{language}")));
    names
}

/// The language of messages, `de_DE`. On Windows there is none that pip would ask for.
fn language(system: &dyn System) -> Option<String> {
    if system.platform().is_windows() {
        return None;
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| system.env(name))?;
    let language = locale.split(['.', '@']).next().unwrap_or_default();
    (!matches!(language, "" | "C" | "POSIX")).then(|| language.to_owned())
}
