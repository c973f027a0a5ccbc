//! Physical lines, and the logical lines that a `\` at their end makes of them.

use std::borrow::Cow;
use std::ops::{BitOr, BitOrAssign};

use crate::Span;
use crate::cursor::{find_byte, is_python_space, span};
use crate::source_map::SourceMap;

/// What occurs in a line, so that most lines can skip most work.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Contents(u8);

impl Contents {
    pub(super) const BACKSLASH: Self = Self(1);
    pub(super) const HASH: Self = Self(2);
    pub(super) const DOLLAR: Self = Self(4);
    pub(super) const BRACE: Self = Self(8);
    /// The byte ends a line, or begins a character that does.
    const ENDS: Self = Self(128);

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Contents {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Contents {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

const CLASSES: [Contents; 256] = {
    let mut classes = [Contents(0); 256];
    classes[b'\\' as usize] = Contents::BACKSLASH;
    classes[b'#' as usize] = Contents::HASH;
    classes[b'$' as usize] = Contents::DOLLAR;
    classes[b'{' as usize] = Contents::BRACE;
    let ends = [b'\n', b'\r', 0x0b, 0x0c, 0x1c, 0x1d, 0x1e, 0xc2, 0xe2];
    let mut index = 0;
    while index < ends.len() {
        classes[ends[index] as usize] = Contents::ENDS;
        index += 1;
    }
    classes
};

/// One line of the text, as Python's `str.splitlines` cuts it.
struct PhysicalLine {
    start: usize,
    /// Before the line ending.
    end: usize,
    /// Behind the line ending; `None` when the text ends without one.
    next: Option<usize>,
    contents: Contents,
}

fn physical_line(text: &str, start: usize) -> PhysicalLine {
    let bytes = text.as_bytes();
    let mut contents = Contents::default();
    let mut end = start;
    loop {
        end = find_byte(bytes, end, is_special);
        let Some(byte) = bytes.get(end) else { break };
        let class = CLASSES[usize::from(*byte)];
        if class == Contents::ENDS {
            let length = ending(&bytes[end..]);
            if length > 0 {
                return PhysicalLine { start, end, next: Some(end + length), contents };
            }
        } else {
            contents |= class;
        }
        end += 1;
    }
    PhysicalLine { start, end, next: None, contents }
}

/// Whether a byte may be in one of [`CLASSES`].
fn is_special(byte: u8) -> bool {
    !(b' '..b'{').contains(&byte) | (byte == b'\\') | (byte == b'#') | (byte == b'$')
}

/// The length in bytes of the line ending with which `bytes` begin.
fn ending(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r' | 0x0b | 0x0c | 0x1c..=0x1e, ..] => 1,
        // U+0085, U+2028, U+2029
        [0xc2, 0x85, ..] => 2,
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
        _ => 0,
    }
}

/// A logical line without its comments.
pub(super) struct LogicalLine<'t> {
    /// Offset of the line in the file.
    pub(super) start: usize,
    /// Bytes to before the last line ending.
    pub(super) len: usize,
    /// Where the next logical line begins.
    pub(super) next: Option<usize>,
    pub(super) contents: Contents,
    /// What is left to read: the text without `\`, line endings and comments.
    pub(super) text: Cow<'t, str>,
    /// How `text` maps to the source, relative to the start of the line. Empty when both are the same.
    pub(super) map: SourceMap,
    /// In the source.
    pub(super) comments: Vec<Span>,
    /// In the source: a `\` at the end of a comment, behind which pip drops a line that is not blank.
    pub(super) swallowed: Option<Span>,
}

pub(super) fn logical_line(text: &str, start: usize) -> LogicalLine<'_> {
    let first = physical_line(text, start);
    let whole = &text[first.start..first.end];
    if continues(whole, first.contents) {
        return joined_line(text, first);
    }
    let mut line = LogicalLine {
        start,
        len: whole.len(),
        next: first.next,
        contents: first.contents,
        text: Cow::Borrowed(whole),
        map: SourceMap::default(),
        comments: Vec::new(),
        swallowed: None,
    };
    if first.contents.has(Contents::HASH)
        && let Some(hash) = comment_start(whole)
    {
        line.comments.push(span(hash, whole.len()));
        line.text = Cow::Borrowed(&whole[..hash]);
    }
    line
}

/// Whether the next line belongs to this one. A line that is only a comment is never continued.
fn continues(line: &str, contents: Contents) -> bool {
    contents.has(Contents::BACKSLASH) && line.ends_with('\\') && !is_comment(line)
}

fn is_comment(line: &str) -> bool {
    line.trim_start_matches(is_python_space).starts_with('#')
}

/// The first `#` that has nothing or a blank before it.
fn comment_start(line: &str) -> Option<usize> {
    memchr::memchr_iter(b'#', line.as_bytes())
        .find(|at| line[..*at].chars().next_back().is_none_or(is_python_space))
}

fn joined_line(text: &str, first: PhysicalLine) -> LogicalLine<'_> {
    let start = first.start;
    let mut map = SourceMap::with_capacity(8);
    let mut contents = Contents::default();
    let mut physical = first;
    loop {
        let line = &text[physical.start..physical.end];
        contents |= physical.contents;
        let goes_on = continues(line, physical.contents);
        let mut kept = line;
        let mut source = physical.start - start;
        if goes_on {
            kept = kept.trim_start_matches('\\');
            source += line.len() - kept.len();
            kept = kept.trim_end_matches('\\');
        } else if physical.contents.has(Contents::HASH) && is_comment(line) {
            // A blank, so that what the line was joined to does not touch the `#`.
            map.push(1, source..source);
        }
        map.push(kept.len(), source..source + kept.len());
        match physical.next {
            Some(next) if goes_on => physical = physical_line(text, next),
            _ => break,
        }
    }
    let mut joined = String::with_capacity(map.length());
    for (piece, source) in map.pieces() {
        match text.get(start + source.start..start + source.end) {
            Some(kept) if piece.len() == source.len() => joined.push_str(kept),
            Some(_) | None => joined.push(' '),
        }
    }
    let mut line = LogicalLine {
        start,
        len: physical.end - start,
        next: physical.next,
        contents,
        text: Cow::Borrowed(""),
        map,
        comments: Vec::new(),
        swallowed: None,
    };
    if contents.has(Contents::HASH)
        && let Some(hash) = comment_start(&joined)
    {
        for (piece, source) in line.map.pieces() {
            if piece.end <= hash || source.is_empty() {
                continue;
            }
            if piece.contains(&hash) {
                let at = source.start + (hash - piece.start);
                let end = line_end(text, start + at) - start;
                line.comments.push(span(at, end));
                if end < line.len {
                    line.swallowed = Some(span(end - 1, end));
                }
            } else if is_comment(&joined[piece.clone()]) {
                let indent = joined[piece].find('#').unwrap_or(0);
                line.comments.push(span(source.start + indent, line_end(text, start + source.start) - start));
            }
        }
        let dropped = line.map.pieces().filter(|(piece, _)| piece.start > hash);
        if dropped.map(|(piece, _)| &joined[piece]).all(|text| text.trim().is_empty() || is_comment(text)) {
            line.swallowed = None;
        }
        joined.truncate(hash);
    }
    line.text = Cow::Owned(joined);
    line
}

fn line_end(text: &str, start: usize) -> usize {
    physical_line(text, start).end
}
