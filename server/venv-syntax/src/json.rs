//! JSON with spans (RFC 8259), as far as notebooks need it.
//!
//! What stands before the first mistake is kept. Strings are read when they are asked for: those of a notebook's
//! outputs can be long, and nobody asks for them.

use std::ops::Range;

use crate::mapped_text::MappedText;

/// Nothing is nested that deep, and what is deeper is taken for a mistake.
const DEEPEST: usize = 128;

/// A text of JSON.
#[derive(Debug)]
pub(crate) struct Json {
    pub(crate) root: Value,
    /// Whether there was no mistake in it.
    pub(crate) is_whole: bool,
}

/// A value with its place.
#[derive(Debug)]
pub(crate) struct Value {
    pub(crate) range: Range<usize>,
    pub(crate) kind: ValueKind,
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum ValueKind {
    /// With its quotes in the text.
    Text,
    Array(Vec<Value>),
    /// In the order of the text.
    Object(Vec<(Value, Value)>),
    /// A number, `true`, `false`, `null`, or nothing.
    Other,
}

impl Value {
    /// The value behind the key `wanted` of an object.
    pub(crate) fn member(&self, text: &str, wanted: &str) -> Option<&Self> {
        let ValueKind::Object(members) = &self.kind else { return None };
        members
            .iter()
            .find(|(key, _)| key.text(text).is_some_and(|key| key.text == wanted))
            .map(|(_, value)| value)
    }

    pub(crate) fn items(&self) -> Option<&[Self]> {
        if let ValueKind::Array(items) = &self.kind { Some(items) } else { None }
    }

    /// What a string says; an escape that is none stands for itself.
    pub(crate) fn text(&self, text: &str) -> Option<MappedText> {
        if !matches!(self.kind, ValueKind::Text) {
            return None;
        }
        let mut read = MappedText::default();
        let (mut at, end) = (self.range.start + 1, self.range.end - 1);
        if at == end {
            read.push_read("", at..at);
        }
        while at < end {
            let plain = memchr::memchr(b'\\', &text.as_bytes()[at..end]).map_or(end, |length| at + length);
            if at < plain {
                read.push(text, at..plain);
            }
            at = plain;
            if at < end {
                let (c, behind) = escape(&text[..end], at).unwrap_or(('\\', at + 1));
                read.push_read(c.encode_utf8(&mut [0; 4]), at..behind);
                at = behind;
            }
        }
        Some(read)
    }
}

/// The character that the escape at `at` stands for, and where it ends.
fn escape(text: &str, at: usize) -> Option<(char, usize)> {
    let c = match text.as_bytes().get(at + 1)? {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\x08',
        b'f' => '\x0c',
        byte @ (b'"' | b'\\' | b'/') => char::from(*byte),
        b'u' => return unicode(text, at),
        _ => return None,
    };
    Some((c, at + 2))
}

/// `\u00e9`, or two of these for a character beyond 16 bits.
fn unicode(text: &str, at: usize) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at + 2..at + 6).filter(|_| text[at..].starts_with("\\u"))?;
        let digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(digits)?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(at)?;
    if let Some(second) = text.is_char_boundary(at + 6).then(|| unit(at + 6)).flatten()
        && let Some(Ok(c)) = char::decode_utf16([first, second]).next()
        && c.len_utf16() == 2
    {
        return Some((c, at + 12));
    }
    // Half of a pair is no character.
    Some((char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER), at + 6))
}

/// Reads a text of JSON. Never fails.
pub(crate) fn parse_json(text: &str) -> Json {
    let mut reader = Reader { bytes: text.as_bytes(), at: 0, is_whole: true };
    if text.starts_with('\u{feff}') {
        reader.at = '\u{feff}'.len_utf8();
    }
    let root = reader.value(DEEPEST);
    reader.skip_blanks();
    let is_whole = reader.is_whole && reader.at == text.len();
    Json { root, is_whole }
}

struct Reader<'t> {
    bytes: &'t [u8],
    at: usize,
    /// Nothing is read behind a mistake.
    is_whole: bool,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Value {
        self.skip_blanks();
        let start = self.at;
        let kind = match (self.bytes.get(start), depth.checked_sub(1)) {
            (Some(b'"'), _) => self.string(),
            (Some(b'['), Some(depth)) => self.array(depth),
            (Some(b'{'), Some(depth)) => self.object(depth),
            _ => {
                let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
                self.at += self.bytes[start..].iter().take_while(is_part).count();
                self.is_whole &= self.at > start;
                ValueKind::Other
            }
        };
        Value { range: start..self.at, kind }
    }

    fn string(&mut self) -> ValueKind {
        let mut at = self.at + 1;
        loop {
            match memchr::memchr3(b'"', b'\\', b'\n', &self.bytes[at.min(self.bytes.len())..])
                .map(|length| at + length)
            {
                Some(stop) if self.bytes[stop] == b'"' => {
                    self.at = stop + 1;
                    return ValueKind::Text;
                }
                Some(stop) if self.bytes[stop] == b'\\' => at = stop + 2,
                Some(_) | None => {
                    self.is_whole = false;
                    return ValueKind::Other;
                }
            }
        }
    }

    fn array(&mut self, depth: usize) -> ValueKind {
        let mut items = Vec::new();
        self.at += 1;
        if !self.eat(b']') {
            loop {
                let item = self.value(depth);
                if self.is_whole || !matches!(item.kind, ValueKind::Other) {
                    items.push(item);
                }
                if !self.goes_on(b']') {
                    break;
                }
            }
        }
        ValueKind::Array(items)
    }

    fn object(&mut self, depth: usize) -> ValueKind {
        let mut members = Vec::new();
        self.at += 1;
        if !self.eat(b'}') {
            loop {
                let key = self.value(0);
                self.is_whole &= matches!(key.kind, ValueKind::Text) && self.eat(b':');
                if !self.is_whole {
                    break;
                }
                members.push((key, self.value(depth)));
                if !self.goes_on(b'}') {
                    break;
                }
            }
        }
        ValueKind::Object(members)
    }

    /// Whether there is a comma, and not the end.
    fn goes_on(&mut self, close: u8) -> bool {
        if !self.is_whole || self.eat(close) {
            return false;
        }
        self.is_whole = self.eat(b',');
        self.is_whole
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let found = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn skip_blanks(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
}
