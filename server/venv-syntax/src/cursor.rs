//! A position in a text, from which parsers read bytes.
//!
//! Every token of the grammars here is ASCII, so bytes are enough; a position is only ever moved over whole
//! characters.

use crate::Span;

/// An offset as spans hold it.
pub(crate) fn offset(position: usize) -> u32 {
    u32::try_from(position).expect("texts of 4 GiB and more are refused before they are parsed")
}

/// The span from one position to another.
pub(crate) fn span(start: usize, end: usize) -> Span {
    Span::new(offset(start), offset(end))
}

/// What Python's `str.isspace` says.
pub(crate) fn is_python_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// `range` of `text` without the blanks at both of its ends, as Python's `str.strip` takes them off.
pub(crate) fn trim(text: &str, start: usize, end: usize) -> (usize, usize) {
    let slice = &text[start..end];
    let left = slice.trim_start_matches(is_python_space);
    let start = end - left.len();
    (start, start + left.trim_end_matches(is_python_space).len())
}

/// The position of the first byte of `bytes` from `position` on that `stop` takes, or the end. Looks at several bytes at
/// a time, for which `stop` must be cheap and without branches.
pub(crate) fn find_byte(bytes: &[u8], position: usize, stop: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(position..).unwrap_or_default();
    let (chunks, _) = rest.as_chunks::<16>();
    let plain = chunks
        .iter()
        .take_while(|chunk| chunk.iter().fold(0, |found, byte| found | u8::from(stop(*byte))) == 0)
        .count();
    let start = position + plain * 16;
    bytes[start..].iter().position(|byte| stop(*byte)).map_or(bytes.len(), |at| start + at)
}

/// Reads `text` from `position` to its end.
#[derive(Clone)]
pub(crate) struct Cursor<'t> {
    pub(crate) text: &'t str,
    pub(crate) position: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str, position: usize) -> Self {
        Self { text, position }
    }

    pub(crate) fn at_end(&self) -> bool {
        self.position >= self.text.len()
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.position..]
    }

    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.position += 1;
        }
        found
    }

    pub(crate) fn skip_blanks(&mut self) {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t'));
    }

    /// Moves over what Python's `\s` takes.
    pub(crate) fn skip_python_spaces(&mut self) {
        self.position = self.text.len() - self.rest().trim_start_matches(is_python_space).len();
    }

    /// Moves over ASCII bytes that `wanted` takes.
    pub(crate) fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(|byte| byte.is_ascii() && wanted(byte)) {
            self.position += 1;
        }
    }

    /// Moves over everything, multi-byte characters included, until `stop` takes an ASCII byte.
    pub(crate) fn skip_until(&mut self, stop: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(|byte| !(byte.is_ascii() && stop(byte))) {
            self.position += 1;
        }
    }

    /// The span from `start` to here.
    pub(crate) fn span_from(&self, start: usize) -> Span {
        span(start, self.position)
    }
}
