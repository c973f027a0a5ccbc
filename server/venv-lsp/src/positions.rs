//! Lines and columns. The only place where they exist: everything else counts bytes.
//!
//! LSP ends a line at `\n`, `\r\n` or a lone `\r`, and counts columns in the units that client and server have
//! agreed on.

use ls_types::{ClientCapabilities, Position, PositionEncodingKind, Range};
use venv_syntax::Span;

/// The units of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    /// What LSP assumes where nothing was agreed.
    #[default]
    Utf16,
    Utf32,
}

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub struct LineIndex {
    /// Offsets in bytes; the first is 0.
    starts: Vec<u32>,
    /// What every [`STRIDE`] bytes of the text amount to, so that a column far right in a long line does not take
    /// the whole line to count. Empty for a text of ASCII alone, where bytes are columns.
    marks: Vec<Count>,
}

/// The units of a text, up to some byte of it.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    utf16: u32,
    utf32: u32,
}

/// In bytes.
const STRIDE: usize = 1024;

impl Encoding {
    /// UTF-8 where the client can, because nothing has to be counted then; else what it names first.
    pub fn negotiate(capabilities: &ClientCapabilities) -> Self {
        let general = capabilities.general.as_ref();
        let offered = general.and_then(|general| general.position_encodings.as_deref()).unwrap_or_default();
        if offered.contains(&PositionEncodingKind::UTF8) {
            return Self::Utf8;
        }
        let first = offered
            .iter()
            .find(|kind| **kind == PositionEncodingKind::UTF16 || **kind == PositionEncodingKind::UTF32);
        if first == Some(&PositionEncodingKind::UTF32) { Self::Utf32 } else { Self::Utf16 }
    }

    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }
}

impl Count {
    /// Each character counts with its first byte; what UTF-8 has four bytes for is two units of UTF-16.
    fn of(bytes: &[u8]) -> Self {
        let firsts = bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        let pairs = bytes.iter().filter(|byte| **byte >= 0xf0).count();
        let utf32 = u32::try_from(firsts).unwrap_or(u32::MAX);
        Self { utf16: utf32 + u32::try_from(pairs).unwrap_or(0), utf32 }
    }

    fn plus(self, other: Self) -> Self {
        Self { utf16: self.utf16 + other.utf16, utf32: self.utf32 + other.utf32 }
    }
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                continue;
            }
            starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
        }
        let mut marks = Vec::new();
        if !text.is_ascii() {
            let mut before = Count::default();
            for stride in bytes.chunks(STRIDE) {
                marks.push(before);
                before = before.plus(Count::of(stride));
            }
            marks.push(before);
        }
        Self { starts, marks }
    }

    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> Position {
        let line = self.line(offset);
        let column = self.units(text, self.starts[line], offset, encoding);
        Position::new(u32::try_from(line).unwrap_or(u32::MAX), column)
    }

    /// The units between two bytes.
    fn units(&self, text: &str, start: u32, end: u32, encoding: Encoding) -> u32 {
        if encoding == Encoding::Utf8 || self.marks.is_empty() {
            return end - start;
        }
        let count = if (end - start) as usize <= STRIDE {
            Count::of(&text.as_bytes()[start as usize..end as usize])
        } else {
            let (before, until) = (self.count(text, start), self.count(text, end));
            Count { utf16: until.utf16 - before.utf16, utf32: until.utf32 - before.utf32 }
        };
        match encoding {
            Encoding::Utf8 => end - start,
            Encoding::Utf16 => count.utf16,
            Encoding::Utf32 => count.utf32,
        }
    }

    /// What the text before a byte amounts to.
    fn count(&self, text: &str, offset: u32) -> Count {
        let mark = offset as usize / STRIDE;
        self.marks[mark].plus(Count::of(&text.as_bytes()[mark * STRIDE..offset as usize]))
    }

    pub fn range(&self, text: &str, span: Span, encoding: Encoding) -> Range {
        Range::new(self.position(text, span.start, encoding), self.position(text, span.end, encoding))
    }

    /// The byte that a position names. A column past the end of its line is the end of the line, a line past the
    /// end of the text is the end of the text, and a column inside a character is its start: as LSP says, and as
    /// clients do when they and the server have parted for a moment.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> u32 {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else { return text_len(text) };
        let end = self.starts.get(line + 1).copied().unwrap_or_else(|| text_len(text));
        let content = Span::new(start, end).slice(text).trim_end_matches(['\n', '\r']);
        let mut units = position.character as usize;
        if content.is_ascii() {
            return start + u32::try_from(units.min(content.len())).unwrap_or(0);
        }
        let mut at = start;
        for c in content.chars() {
            let width = match encoding {
                Encoding::Utf8 => c.len_utf8(),
                Encoding::Utf16 => c.len_utf16(),
                Encoding::Utf32 => 1,
            };
            if units < width {
                break;
            }
            units -= width;
            at += u32::try_from(c.len_utf8()).unwrap_or(0);
        }
        at
    }

    pub fn span(&self, text: &str, range: Range, encoding: Encoding) -> Span {
        let start = self.offset(text, range.start, encoding);
        let end = self.offset(text, range.end, encoding);
        Span::new(start.min(end), start.max(end))
    }

    /// The 1-based line of an offset.
    pub fn line_number(&self, offset: u32) -> usize {
        self.line(offset) + 1
    }

    /// The line that holds `offset`, without its line ending.
    pub fn line_span(&self, text: &str, offset: u32) -> Span {
        let line = self.line(offset);
        let start = self.starts[line];
        let end = self.starts.get(line + 1).copied().unwrap_or_else(|| text_len(text));
        let content = Span::new(start, end).slice(text).trim_end_matches(['\n', '\r']);
        Span::new(start, start + text_len(content))
    }

    fn line(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }
}

fn text_len(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_end_at_lf_crlf_and_a_lone_cr() {
        let text = "a\nb\r\nc\rd";
        let index = LineIndex::new(text);
        let lines: Vec<u32> = (0..8).map(|at| index.position(text, at, Encoding::Utf16).line).collect();
        assert_eq!(lines, [0, 0, 1, 1, 1, 2, 2, 3]);
    }

    #[test]
    fn columns_count_what_was_agreed_on() {
        let text = "é😀x";
        let index = LineIndex::new(text);
        for (encoding, column) in [(Encoding::Utf8, 6), (Encoding::Utf16, 3), (Encoding::Utf32, 2)] {
            assert_eq!(index.position(text, 6, encoding), Position::new(0, column));
            assert_eq!(index.offset(text, Position::new(0, column), encoding), 6);
        }
    }

    #[test]
    fn positions_past_the_end_are_clamped() {
        let text = "ab\ncd";
        let index = LineIndex::new(text);
        assert_eq!(index.offset(text, Position::new(0, 99), Encoding::Utf16), 2);
        assert_eq!(index.offset(text, Position::new(9, 0), Encoding::Utf16), 5);
        assert_eq!(index.offset(text, Position::new(1, 99), Encoding::Utf16), 5);
    }

    #[test]
    fn columns_far_right_are_counted_as_those_near_the_start_are() {
        for text in ["é😀x".repeat(2000), format!("é\n{}", "x😀".repeat(2000)), "x".repeat(5000)] {
            let index = LineIndex::new(&text);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let (mut line, mut column) = (0, 0);
                for (at, c) in text.char_indices() {
                    let offset = u32::try_from(at).unwrap();
                    assert_eq!(index.position(&text, offset, encoding), Position::new(line, column));
                    column += match encoding {
                        Encoding::Utf8 => u32::try_from(c.len_utf8()).unwrap(),
                        Encoding::Utf16 => u32::try_from(c.len_utf16()).unwrap(),
                        Encoding::Utf32 => 1,
                    };
                    if c == '\n' {
                        (line, column) = (line + 1, 0);
                    }
                }
                let end = u32::try_from(text.len()).unwrap();
                assert_eq!(index.position(&text, end, encoding), Position::new(line, column));
            }
        }
    }

    proptest! {
        #[test]
        fn every_boundary_comes_back(text in "[a\u{e9}\u{1F600}\r\n]{0,40}") {
            let index = LineIndex::new(&text);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                for (at, _) in text.char_indices() {
                    let inside_crlf = text[..at].ends_with('\r') && text[at..].starts_with('\n');
                    if inside_crlf {
                        continue;
                    }
                    let offset = u32::try_from(at).unwrap();
                    let position = index.position(&text, offset, encoding);
                    prop_assert_eq!(index.offset(&text, position, encoding), offset);
                }
            }
        }
    }
}
