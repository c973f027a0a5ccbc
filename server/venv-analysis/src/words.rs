//! The words that messages and titles share.

use std::path::Path;

use crate::facts::{Chosen, Origin};

/// `` `.venv` (two folders up) ``: the environment and where it comes from.
pub(crate) fn environment_with_origin(chosen: &Chosen) -> String {
    let name = environment_name(&chosen.environment.root);
    match &chosen.origin {
        Origin::Nearest { levels: 0, .. } => name,
        Origin::Nearest { levels: 1, .. } => format!("{name} (one folder up)"),
        Origin::Nearest { levels, .. } => format!("{name} ({} folders up)", number(*levels)),
        Origin::Variable(variable) => format!("{name} (from `{variable}`)"),
        Origin::Named(by) => format!("{name} ({})", plain(by)),
    }
}

/// The environment's last folder in backticks: `` `.venv` ``.
pub fn environment_name(root: &Path) -> String {
    let name = root.file_name().map_or_else(|| root.to_string_lossy(), |name| name.to_string_lossy());
    format!("`{}`", plain(&name))
}

/// "1 requirement", "5 requirements".
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// `text` without anything that could move a terminal's cursor or break a line: every control character, and
/// the marks that reverse the direction of text, become `\u{FFFD}`.
pub fn plain(text: &str) -> String {
    let is_bad = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if is_bad(c) { '\u{FFFD}' } else { c }).collect()
}

/// `text` for a message: plain, and cut where a line would become too long to read.
pub(crate) fn quoted(text: &str) -> String {
    const LIMIT: usize = 60;
    let text = plain(text);
    if text.chars().count() <= LIMIT {
        return format!("`{text}`");
    }
    let cut: String = text.chars().take(LIMIT).collect();
    format!("`{cut}…`")
}

fn number(count: usize) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_get_through() {
        assert_eq!(plain("a\u{1b}[31mb\r\nc\u{202e}d"), "a\u{FFFD}[31mb\u{FFFD}\u{FFFD}c\u{FFFD}d");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(quoted(&"x".repeat(100)).chars().count(), 63);
    }
}
