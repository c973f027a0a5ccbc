//! From a string as it is written to what it says, and back.

use crate::source_map::SourceMap;

/// What `raw`, a string with its quotes or a bare key, says; the map leads back to `raw`, which begins at `base`.
///
/// An escape that is none stands for itself, and a closing quote may be missing.
pub(super) fn read(raw: &str, base: usize) -> (String, SourceMap) {
    let quote = match raw.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => char::from(*quote),
        Some(_) | None => return (raw.to_owned(), SourceMap::plain(raw.len(), base)),
    };
    let triple = if quote == '"' { "\"\"\"" } else { "'''" };
    let multi_line = raw.starts_with(triple);
    let delimiter = if multi_line { triple } else { &triple[..1] };
    let body = &raw[delimiter.len()..];
    let body = body.strip_suffix(delimiter).unwrap_or(body);
    let mut start = base + delimiter.len();
    let mut body = body;
    if multi_line && let Some(rest) = body.strip_prefix("\r\n").or_else(|| body.strip_prefix('\n')) {
        start += body.len() - rest.len();
        body = rest;
    }
    let mut reader =
        Reader { body, start, text: String::with_capacity(body.len()), map: SourceMap::default() };
    let escapes = quote == '"';
    let mut position = 0;
    while position < body.len() {
        let rest = &body.as_bytes()[position..];
        let plain = rest
            .iter()
            .position(|byte| (escapes && *byte == b'\\') || (multi_line && *byte == b'\r'))
            .unwrap_or(rest.len());
        reader.plain(position, position + plain);
        position += plain;
        position = match body.as_bytes().get(position) {
            None => position,
            Some(b'\\') => reader.escape(position, multi_line),
            Some(_) => reader.carriage_return(position),
        };
    }
    if reader.map.is_empty() {
        reader.map.push(0, start..start);
    }
    (reader.text, reader.map)
}

struct Reader<'t> {
    body: &'t str,
    /// Where `body` begins in the source.
    start: usize,
    text: String,
    map: SourceMap,
}

impl Reader<'_> {
    fn plain(&mut self, start: usize, end: usize) {
        if start < end {
            self.text.push_str(&self.body[start..end]);
            self.map.push(end - start, self.start + start..self.start + end);
        }
    }

    fn character(&mut self, c: char, start: usize, end: usize) -> usize {
        self.text.push(c);
        self.map.push(c.len_utf8(), self.start + start..self.start + end);
        end
    }

    /// Reads what begins with the `\r` at `position`; returns where it ends.
    fn carriage_return(&mut self, position: usize) -> usize {
        if self.body[position..].starts_with("\r\n") {
            return self.character('\n', position, position + 2);
        }
        self.plain(position, position + 1);
        position + 1
    }

    /// Reads the escape that begins with the `\` at `position`; returns where it ends.
    fn escape(&mut self, position: usize, multi_line: bool) -> usize {
        let after = &self.body[position + 1..];
        let simple = match after.as_bytes().first() {
            Some(b'b') => Some('\u{8}'),
            Some(b't') => Some('\t'),
            Some(b'n') => Some('\n'),
            Some(b'f') => Some('\u{c}'),
            Some(b'r') => Some('\r'),
            Some(b'e') => Some('\u{1b}'),
            Some(b'"') => Some('"'),
            Some(b'\\') => Some('\\'),
            Some(b'x') => return self.digits(position, 2),
            Some(b'u') => return self.digits(position, 4),
            Some(b'U') => return self.digits(position, 8),
            Some(_) | None => None,
        };
        if let Some(c) = simple {
            return self.character(c, position, position + 2);
        }
        let blanks = after.len() - after.trim_start_matches([' ', '\t', '\r', '\n']).len();
        let line_end = after[..blanks].trim_start_matches([' ', '\t']);
        if multi_line && line_end.starts_with(['\n', '\r']) {
            return position + 1 + blanks;
        }
        self.plain(position, position + 1);
        position + 1
    }

    fn digits(&mut self, position: usize, count: usize) -> usize {
        let (start, end) = (position + 2, position + 2 + count);
        let digits = self.body.get(start..end).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32) {
            Some(c) => self.character(c, position, end),
            None => {
                self.plain(position, position + 1);
                position + 1
            }
        }
    }
}
