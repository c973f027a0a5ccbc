//! The words that messages and titles share.

use std::path::Path;

use venv_syntax::excerpt;
pub use venv_syntax::without_secrets;

use crate::facts::{Chosen, Origin};

/// `` `.venv` (two folders up) ``: the environment and where it comes from.
pub(crate) fn environment_with_origin(chosen: &Chosen) -> String {
    let name = environment_name(&chosen.environment.root);
    match &chosen.origin {
        Origin::Nearest { folder, levels } if is_elsewhere(chosen, folder) => folders_up(*levels)
            .map_or(format!("{name} (by a redirect file)"), |levels| {
                format!("{name} (by a redirect file {levels})")
            }),
        Origin::Nearest { levels, .. } => {
            folders_up(*levels).map_or(name.clone(), |levels| format!("{name} ({levels})"))
        }
        Origin::Declared { by, levels, .. } => folders_up(*levels)
            .map_or(format!("{name} (by {by})"), |levels| format!("{name} (by {by}, {levels})")),
        Origin::Script => format!("{name} (the script's own)"),
        Origin::Variable(variable) => format!("{name} (from `{variable}`)"),
        Origin::Named(by) => format!("{name} ({})", plain(by)),
    }
}

/// Whether the environment that was found in `folder` is only named there.
pub(crate) fn is_elsewhere(chosen: &Chosen, folder: &Path) -> bool {
    let root = &chosen.environment.root;
    root != folder && root.parent() != Some(folder)
}

/// "two folders up"; nothing for the folder itself.
pub(crate) fn folders_up(levels: usize) -> Option<String> {
    match levels {
        0 => None,
        1 => Some("one folder up".to_owned()),
        _ => Some(format!("{} folders up", number(levels))),
    }
}

/// The environment's last folder in backticks: `` `.venv` ``.
pub fn environment_name(root: &Path) -> String {
    let name = root.file_name().map_or_else(|| root.to_string_lossy(), |name| name.to_string_lossy());
    format!("`{}`", plain(&name))
}

/// The file's name in backticks: `` `base.txt` ``.
pub(crate) fn file_name(path: &Path) -> String {
    let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
    quoted(&name)
}

/// "1 requirement", "5 requirements".
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// `text` without anything that could move a terminal's cursor or break a line: every control character, and
/// the marks that reverse the direction of text, become `\u{FFFD}`.
pub fn plain(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let is_bad = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if is_bad(c) { '\u{FFFD}' } else { c }).collect()
}

/// `text` in backticks for a message, as [`excerpt`] shows it.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", excerpt(text))
}

/// `` `a`, `b` and `c` ``, or `` `a`, `b`, `c` and 5 more ``.
pub(crate) fn listed(names: &[&str]) -> String {
    joined(&names.iter().map(|name| quoted(name)).collect::<Vec<_>>())
}

/// `a, b and c`, or `a, b, c and 5 more`.
pub(crate) fn joined(texts: &[String]) -> String {
    const MOST: usize = 4;
    let shown = if texts.len() > MOST { MOST - 1 } else { texts.len() };
    let mut parts = texts[..shown].to_vec();
    let last = if shown < texts.len() { Some(format!("{} more", texts.len() - shown)) } else { parts.pop() };
    match (parts.is_empty(), last) {
        (true, last) => last.unwrap_or_default(),
        (false, last) => format!("{} and {}", parts.join(", "), last.unwrap_or_default()),
    }
}

/// All of `names`, none left out; of one that is too long the end.
pub(crate) fn listed_whole(names: &[String]) -> String {
    const LONGEST: usize = 58;
    let mut shown: Vec<String> = names
        .iter()
        .map(|name| {
            let skipped = name.chars().count().saturating_sub(LONGEST);
            let end: String = name.chars().skip(skipped).collect();
            if skipped > 0 { quoted(&format!("…{end}")) } else { quoted(&end) }
        })
        .collect();
    let last = shown.pop().unwrap_or_default();
    if shown.is_empty() { last } else { format!("{} and {last}", shown.join(", ")) }
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
    fn lists_are_read_as_sentences() {
        assert_eq!(listed(&[]), "");
        assert_eq!(listed(&["a"]), "`a`");
        assert_eq!(listed(&["a", "b"]), "`a` and `b`");
        assert_eq!(listed(&["a", "b", "c", "d"]), "`a`, `b`, `c` and `d`");
        assert_eq!(listed(&["a", "b", "c", "d", "e"]), "`a`, `b`, `c` and 2 more");
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(quoted(&"x".repeat(100)).chars().count(), 63);
    }
}
