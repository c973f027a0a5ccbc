//! Python's string literals: where they end, and what they mean
//! (<https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals>).

use crate::mapped_text::MappedText;

/// Expressions within strings within expressions. Python allows for 150.
const DEEPEST: usize = 20;

/// A string as far as one must know it to go on behind it.
pub(crate) struct StringShape {
    pub(crate) end: usize,
    /// Whether it is closed, and neither bytes nor a string with expressions in it.
    pub(crate) is_literal: bool,
}

/// The string with its prefix at `start` and its quotes at `quote`.
pub(crate) fn string(text: &str, start: usize, quote: usize) -> StringShape {
    let bytes = text.as_bytes();
    let prefix = &bytes[start..quote];
    let has = |letter: u8| prefix.iter().any(|byte| byte.eq_ignore_ascii_case(&letter));
    let quotes = quotes(bytes, quote);
    let formatted = has(b'f') || has(b't');
    if formatted && let Some(end) = formatted_end(bytes, quote, quotes, DEEPEST) {
        return StringShape { end, is_literal: false };
    }
    let (end, closed) = plain_end(bytes, quote, quotes);
    StringShape { end, is_literal: closed && !formatted && !has(b'b') }
}

/// What a literal string means. `None` where that is not told without Python's tables, or where Python refuses it.
pub(super) fn meaning(text: &str, start: usize, end: usize) -> Option<MappedText> {
    let bytes = text.as_bytes();
    let quote = start + bytes[start..end].iter().position(|byte| matches!(byte, b'"' | b'\''))?;
    let raw = bytes[start..quote].iter().any(|byte| byte.eq_ignore_ascii_case(&b'r'));
    let quotes = quotes(bytes, quote);
    let (mut at, end) = (quote + quotes, end - quotes);
    let mut read = MappedText::default();
    while at < end {
        let stop = bytes[at..end].iter().position(|byte| match byte {
            b'\\' => !raw,
            b'\r' => true,
            _ => false,
        });
        let stop = stop.map_or(end, |length| at + length);
        read.push(text, at..stop);
        at = stop;
        if at == end {
            break;
        }
        if bytes[at] == b'\r' {
            let after = line_ending(bytes, at).unwrap_or(at + 1);
            read.push_read("\n", at..after);
            at = after;
            continue;
        }
        at = escape(text, at, end, &mut read)?;
    }
    Some(read)
}

/// Reads the escape at the `\` at `at`, and says where it ends.
fn escape(text: &str, at: usize, end: usize, read: &mut MappedText) -> Option<usize> {
    let bytes = &text.as_bytes()[..end];
    let next = *bytes.get(at + 1)?;
    if let Some(after) = line_ending(bytes, at + 1) {
        return Some(after);
    }
    let hexadecimal = |length: usize| {
        let digits = text.get(at + 2..at + 2 + length).filter(|_| at + 2 + length <= end)?;
        let digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(digits)?;
        Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, at + 2 + length))
    };
    let (c, after) = match next {
        b'\\' | b'\'' | b'"' => (char::from(next), at + 2),
        b'a' => ('\x07', at + 2),
        b'b' => ('\x08', at + 2),
        b'f' => ('\x0c', at + 2),
        b'n' => ('\n', at + 2),
        b'r' => ('\r', at + 2),
        b't' => ('\t', at + 2),
        b'v' => ('\x0b', at + 2),
        b'0'..=b'7' => {
            let digits = &bytes[at + 1..end.min(at + 4)];
            let length = digits.iter().take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            let value = digits[..length].iter().fold(0, |value, byte| value * 8 + u32::from(byte - b'0'));
            (char::from_u32(value)?, at + 1 + length)
        }
        b'x' => hexadecimal(2)?,
        b'u' => hexadecimal(4)?,
        b'U' => hexadecimal(8)?,
        b'N' => return None,
        _ => {
            // Python keeps a `\` that begins no escape.
            read.push(text, at..at + 1);
            return Some(at + 1);
        }
    };
    read.push_read(c.encode_utf8(&mut [0; 4]), at..after);
    Some(after)
}

/// Where the line ending at `at` ends, if there is one.
pub(crate) fn line_ending(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'\n' => Some(at + 1),
        b'\r' if bytes.get(at + 1) == Some(&b'\n') => Some(at + 2),
        b'\r' => Some(at + 1),
        _ => None,
    }
}

/// How many quotes open the string: one or three.
fn quotes(bytes: &[u8], quote: usize) -> usize {
    let mark = bytes[quote];
    if bytes.get(quote + 1) == Some(&mark) && bytes.get(quote + 2) == Some(&mark) { 3 } else { 1 }
}

/// The end of a string without expressions, and whether it is closed: one in single quotes ends with its line, one in
/// triple quotes with the text. A `\` keeps a quote from ending it, in raw strings too.
fn plain_end(bytes: &[u8], quote: usize, quotes: usize) -> (usize, bool) {
    let mut at = quote + quotes;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'\\' {
            at = line_ending(bytes, at + 1).unwrap_or(at + 2);
        } else if *byte == bytes[quote] && closes(bytes, at, quote, quotes) {
            return (at + quotes, true);
        } else if quotes == 1 && matches!(byte, b'\n' | b'\r') {
            return (at, false);
        } else {
            at += 1;
        }
    }
    (bytes.len(), false)
}

fn closes(bytes: &[u8], at: usize, quote: usize, quotes: usize) -> bool {
    bytes[at..].starts_with(&bytes[quote..quote + quotes])
}

/// The end of a string with expressions, in which there may be strings with the same quotes. `None` where it has none.
fn formatted_end(bytes: &[u8], quote: usize, quotes: usize, depth: usize) -> Option<usize> {
    let mut at = quote + quotes;
    loop {
        match bytes.get(at)? {
            b'\\' => at = line_ending(bytes, at + 1).unwrap_or(at + 2),
            b'{' if bytes.get(at + 1) == Some(&b'{') => at += 2,
            b'{' => at = expression_end(bytes, at + 1, depth)?,
            b'\n' | b'\r' if quotes == 1 => return None,
            byte if *byte == bytes[quote] && closes(bytes, at, quote, quotes) => return Some(at + quotes),
            _ => at += 1,
        }
    }
}

/// Behind the `}` that ends an expression within a string.
fn expression_end(bytes: &[u8], start: usize, depth: usize) -> Option<usize> {
    let depth = depth.checked_sub(1)?;
    let (mut at, mut open) = (start, 0_usize);
    loop {
        match bytes.get(at)? {
            b'}' if open == 0 => return Some(at + 1),
            b'(' | b'[' | b'{' => {
                open += 1;
                at += 1;
            }
            b')' | b']' | b'}' => {
                open = open.saturating_sub(1);
                at += 1;
            }
            b'"' | b'\'' => {
                let count = quotes(bytes, at);
                at = formatted_end(bytes, at, count, depth)?;
            }
            _ => at += 1,
        }
    }
}
