//! Words and quotes of the options of a line, as Python's `shlex.split` has them.

use std::borrow::Cow;
use std::ops::Range;

use crate::cursor::find_byte;
use crate::source_map::SourceMap;

/// One word: where it is in the text, and what it says without its quotes.
#[derive(Debug)]
pub(super) struct Word<'t> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: Cow<'t, str>,
}

/// A quote that is never closed, or a `\` with nothing behind it: where it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unbalanced {
    pub(super) at: usize,
}

/// The words of `text[start..end]`.
pub(super) fn words(text: &str, start: usize, end: usize) -> (Vec<Word<'_>>, Option<Unbalanced>) {
    let bytes = &text.as_bytes()[..end];
    let mut words = Vec::with_capacity(8);
    let mut at = start;
    loop {
        while bytes.get(at).is_some_and(|byte| is_blank(*byte)) {
            at += 1;
        }
        if at == end {
            return (words, None);
        }
        let word = at;
        at = find_byte(bytes, at, ends_plain_part);
        if bytes.get(at).is_none_or(|byte| is_blank(*byte)) {
            words.push(Word { start: word, end: at, value: Cow::Borrowed(&text[word..at]) });
            continue;
        }
        match quoted_word(text, word, at, end) {
            Ok(found) => {
                at = found.end;
                words.push(found);
            }
            Err(unbalanced) => return (words, Some(unbalanced)),
        }
    }
}

/// Goes on with a word at its first quote or `\`.
fn quoted_word(text: &str, start: usize, first: usize, end: usize) -> Result<Word<'_>, Unbalanced> {
    let mut value = text[start..first].to_owned();
    let end = unquote(text, first, end, |c, _| value.push(c))?;
    Ok(Word { start, end, value: Cow::Owned(value) })
}

/// Where each character of the word comes from that is written, quotes and all, in `text[start..end]`; with the word.
pub(super) fn word_and_map(text: &str, start: usize, end: usize) -> Option<(String, SourceMap)> {
    let (mut word, mut map) = (String::new(), SourceMap::default());
    let found = unquote(text, start, end, |c, source| {
        word.push(c);
        map.push(c.len_utf8(), source);
    });
    (found == Ok(end)).then_some((word, map))
}

/// Shows to `keep` every character of a word that goes on at `first`, and where it is written; returns where it ends.
fn unquote(
    text: &str,
    first: usize,
    end: usize,
    mut keep: impl FnMut(char, Range<usize>),
) -> Result<usize, Unbalanced> {
    let mut quote: Option<(char, usize)> = None;
    let mut chars = text[first..end].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let at = first + at;
        let next = chars.peek().map(|(_, c)| *c);
        match (quote, c) {
            (None, ' ' | '\t' | '\n' | '\r') => return Ok(at),
            (None, '"' | '\'') => quote = Some((c, at)),
            (Some((open, _)), _) if c == open => quote = None,
            (None, '\\') if next.is_none() => return Err(Unbalanced { at }),
            (None, '\\') | (Some(('"', _)), '\\') if quote.is_none() || matches!(next, Some('"' | '\\')) => {
                if let Some((_, escaped)) = chars.next() {
                    keep(escaped, at..at + 1 + escaped.len_utf8());
                }
            }
            (None | Some(_), _) => keep(c, at..at + c.len_utf8()),
        }
    }
    match quote {
        Some((_, at)) => Err(Unbalanced { at }),
        None => Ok(end),
    }
}

fn is_blank(byte: u8) -> bool {
    (byte == b' ') | (byte == b'\t') | (byte == b'\r') | (byte == b'\n')
}

fn ends_plain_part(byte: u8) -> bool {
    is_blank(byte) | (byte == b'"') | (byte == b'\'') | (byte == b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_a_shell() {
        for (text, expected) in [
            ("-r a.txt", vec!["-r", "a.txt"]),
            ("  --hash=x\t-e  . ", vec!["--hash=x", "-e", "."]),
            ("-C 'a=b c' \"d\\\"e\\f\"", vec!["-C", "a=b c", "d\"e\\f"]),
            ("a\\ b 'c'd\"e\"", vec!["a b", "cde"]),
            ("'' x", vec!["", "x"]),
            ("", vec![]),
        ] {
            let (found, unbalanced) = words(text, 0, text.len());
            assert_eq!(found.iter().map(|word| &*word.value).collect::<Vec<_>>(), expected, "{text}");
            assert_eq!(unbalanced, None);
        }
    }

    #[test]
    fn what_is_not_closed_is_found() {
        for (text, at) in [("-C 'a", 3), ("-C a\"b", 4), ("-C a\\", 4)] {
            assert_eq!(words(text, 0, text.len()).1, Some(Unbalanced { at }), "{text}");
        }
    }
}
