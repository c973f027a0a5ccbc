//! The words of commands, nearly as a shell has them.
//!
//! One thing is read as it is meant: a shell takes `six>=1.0` for `six` and sends what it says to the file `=1.0`.

use std::ops::Range;

use crate::mapped_text::MappedText;
use crate::setup_py::line_ending;

/// A word of a command.
pub(super) struct Word {
    /// Without quotes.
    pub(super) text: MappedText,
    /// With its quotes.
    pub(super) extent: Range<usize>,
    /// Whether it is what it says: it has no variable in it.
    pub(super) is_literal: bool,
}

/// The commands of `file` in `range`, which `;`, `&&`, `||`, `|` and line endings part.
pub(super) fn commands(file: &str, range: Range<usize>) -> Vec<Vec<Word>> {
    let mut commands = vec![Vec::new()];
    let bytes = &file.as_bytes()[..range.end];
    let mut at = range.start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' => at += 1,
            b'\\' if line_ending(bytes, at + 1).is_some() => {
                at = line_ending(bytes, at + 1).unwrap_or(at + 1);
            }
            b'\n' | b'\r' | b';' | b'&' | b'|' => {
                commands.push(Vec::new());
                at += 1;
            }
            b'#' => at += memchr::memchr2(b'\n', b'\r', &bytes[at..]).unwrap_or(bytes.len() - at),
            _ if redirection(bytes, at).is_some() => {
                at = redirection(bytes, at).unwrap_or(at);
                while matches!(bytes.get(at), Some(b' ' | b'\t')) {
                    at += 1;
                }
                at = word(file, at, range.end).extent.end;
            }
            _ => {
                let word = word(file, at, range.end);
                at = word.extent.end;
                if let Some(command) = commands.last_mut() {
                    command.push(word);
                }
            }
        }
    }
    commands.retain(|command| !command.is_empty());
    commands
}

/// Behind the `>`, `2>&` or the like that begins at `at`.
fn redirection(bytes: &[u8], at: usize) -> Option<usize> {
    let is = |at: usize, wanted: &[u8]| bytes.get(at).is_some_and(|byte| wanted.contains(byte));
    let mut end = at;
    while bytes.get(end).is_some_and(u8::is_ascii_digit) || (end == at && is(end, b"&")) {
        end += 1;
    }
    if !is(end, b"<>") {
        return None;
    }
    while is(end, b"<>&") {
        end += 1;
    }
    Some(end)
}

/// The word at `start`, which may be empty.
fn word(file: &str, start: usize, end: usize) -> Word {
    let bytes = &file.as_bytes()[..end];
    let mut text = MappedText::default();
    let (mut at, mut quote, mut is_literal) = (start, None, true);
    while let Some(byte) = bytes.get(at) {
        match (quote, byte) {
            (None, b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|') => break,
            (None, b'"' | b'\'') => {
                quote = Some(*byte);
                at += 1;
            }
            (Some(open), byte) if open == *byte => {
                quote = None;
                at += 1;
            }
            (None | Some(b'"'), b'\\') if line_ending(bytes, at + 1).is_some() => {
                if quote.is_none() {
                    break;
                }
                at = line_ending(bytes, at + 1).unwrap_or(at + 1);
            }
            (None, b'\\') => {
                let length = file[at + 1..end].chars().next().map_or(0, char::len_utf8);
                text.push_read(&file[at + 1..at + 1 + length], at..at + 1 + length);
                at += 1 + length;
            }
            (_, byte) => {
                is_literal &= !matches!(byte, b'$' | b'{' | b'`' | b'\n' | b'\r');
                let length = file[at..end].chars().next().map_or(1, char::len_utf8);
                text.push(file, at..at + length);
                at += length;
            }
        }
    }
    Word { text, extent: start..at, is_literal }
}
