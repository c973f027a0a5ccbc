//! From the bytes of a file to its text, as pip decodes requirements files.
//!
//! A byte order mark decides; without one the text is UTF-8. Unlike pip, nothing is taken from the locale:
//! the same file must mean the same on every machine.

mod encoding;

use encoding::{Encoding, encoding};

/// Why a file could not be read as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Offset in bytes of the first byte that is wrong.
    pub offset: usize,
    /// What is wrong, in one plain line.
    pub message: String,
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

/// The text of a file: UTF-8, or UTF-16 or UTF-32 with a byte order mark, which is removed. A comment such as
/// `# -*- coding: latin-1 -*-` in the first two lines is obeyed (PEP 263) for UTF-8, ASCII, Latin-1, Latin-9 and
/// Windows-1252, and for every other encoding that Python knows where the text is ASCII.
///
/// # Errors
/// When a byte is not one of the encoding's, when the comment names another encoding, and when the text is
/// too long for 32-bit offsets.
pub fn decode(bytes: &[u8]) -> Result<String, DecodeError> {
    let text = decode_any(bytes)?;
    if u32::try_from(text.len()).is_err() {
        return Err(DecodeError {
            offset: u32::MAX as usize,
            message: "the file is larger than 4 GiB: it cannot be a requirements file".to_owned(),
        });
    }
    Ok(text)
}

fn decode_any(bytes: &[u8]) -> Result<String, DecodeError> {
    // The mark of UTF-16 LE begins that of UTF-32 LE, which therefore comes first.
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return utf8(rest, 3);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe\0\0") {
        return utf32(rest, u32::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\0\0\xfe\xff") {
        return utf32(rest, u32::from_be_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes);
    }
    let Some((start, name)) = declared_encoding(bytes) else { return utf8(bytes, 0) };
    let unread = || DecodeError {
        offset: start,
        message: format!("the file says that it is in `{name}`: save it as UTF-8 and remove that comment"),
    };
    match encoding(name) {
        Some(Encoding::Utf8) => utf8(bytes, 0),
        Some(Encoding::Bytes(table)) => {
            let decoded = |byte: &u8| if byte.is_ascii() { Some(char::from(*byte)) } else { table(*byte) };
            bytes.iter().map(decoded).collect::<Option<String>>().ok_or_else(unread)
        }
        Some(Encoding::Other) if bytes.is_ascii() => utf8(bytes, 0),
        Some(Encoding::Other) | None => Err(unread()),
    }
}

fn utf8(bytes: &[u8], before: usize) -> Result<String, DecodeError> {
    match str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let offset = error.valid_up_to();
            let byte = bytes.get(offset).copied().unwrap_or_default();
            let offset = offset + before;
            let message = format!("byte {byte:#04x} at offset {offset} is not UTF-8: save the file as UTF-8");
            Err(DecodeError { offset, message })
        }
    }
}

fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Result<String, DecodeError> {
    let (units, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut offset = 2;
    for unit in char::decode_utf16(units.iter().map(|unit| read(*unit))) {
        let c = unit.map_err(|_| broken("UTF-16", offset))?;
        offset += 2 * c.len_utf16();
        text.push(c);
    }
    if rest.is_empty() { Ok(text) } else { Err(broken("UTF-16", offset)) }
}

fn utf32(bytes: &[u8], read: fn([u8; 4]) -> u32) -> Result<String, DecodeError> {
    let (units, rest) = bytes.as_chunks::<4>();
    let mut text = String::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        text.push(char::from_u32(read(*unit)).ok_or_else(|| broken("UTF-32", 4 + 4 * index))?);
    }
    if rest.is_empty() { Ok(text) } else { Err(broken("UTF-32", 4 + 4 * units.len())) }
}

fn broken(encoding: &str, offset: usize) -> DecodeError {
    DecodeError {
        offset,
        message: format!(
            "the file begins as {encoding} but is not {encoding} at offset {offset}: save it as UTF-8"
        ),
    }
}

/// The encoding that a comment in the first two lines names, and where the name begins.
fn declared_encoding(bytes: &[u8]) -> Option<(usize, &str)> {
    let mut start = 0;
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        if line.first() == Some(&b'#')
            && let Some((at, name)) = encoding_in(line)
        {
            return Some((start + at, name));
        }
        start += line.len() + 1;
    }
    None
}

/// `coding[:=]\s*([-\w.]+)`
fn encoding_in(line: &[u8]) -> Option<(usize, &str)> {
    memchr::memmem::find_iter(line, b"coding").find_map(|at| {
        let rest = &line[at + 6..];
        let rest = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"="))?;
        // Python's `\s`, which takes a vertical tab too.
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x0b).count();
        let rest = &rest[blanks..];
        let length = rest
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')))
            .unwrap_or(rest.len());
        let name = str::from_utf8(&rest[..length]).ok().filter(|name| !name.is_empty())?;
        Some((line.len() - rest.len(), name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units16(text: &str, mark: [u8; 2], write: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(write)).collect()
    }

    #[test]
    fn byte_order_marks_decide_and_are_removed() {
        let text = "six==1.0  # \u{1f40d} é\n";
        let utf32 = |mark: [u8; 4], write: fn(u32) -> [u8; 4]| -> Vec<u8> {
            mark.into_iter().chain(text.chars().flat_map(|c| write(u32::from(c)))).collect()
        };
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            units16(text, [0xff, 0xfe], u16::to_le_bytes),
            units16(text, [0xfe, 0xff], u16::to_be_bytes),
            utf32([0xff, 0xfe, 0, 0], u32::to_le_bytes),
            utf32([0, 0, 0xfe, 0xff], u32::to_be_bytes),
        ] {
            assert_eq!(decode(&bytes).unwrap(), text);
        }
    }

    #[test]
    fn a_comment_may_name_the_encoding() {
        assert_eq!(decode(b"# -*- coding: latin-1 -*-\n# caf\xe9\n").unwrap().lines().last(), Some("# café"));
        assert_eq!(decode("\n# coding=utf-8\n# é".as_bytes()).unwrap().lines().last(), Some("# é"));
        assert_eq!(decode(b"# coding: cp1252\n# \x80\n").unwrap().lines().last(), Some("# €"));
        assert_eq!(decode(b"# coding: latin9\n# \xa4\n").unwrap().lines().last(), Some("# €"));
        assert_eq!(decode(b"# coding: koi8-r\nsix\n").unwrap().lines().last(), Some("six"));
        for (bytes, name) in [
            (&b"# coding: koi8-r\n# \xc1\n"[..], "`koi8-r`"),
            (b"# coding: cp1252\n# \x81\n", "`cp1252`"),
            (b"# coding: ascii\n# \xc3\xa9\n", "`ascii`"),
            (b"# coding: klingon\nsix\n", "`klingon`"),
        ] {
            let error = decode(bytes).unwrap_err();
            assert_eq!(error.offset, 10);
            assert!(error.message.contains(name), "{error}");
        }
        // The third line is too late.
        assert!(decode(b"\n\n# coding: latin-1\n# \xe9\n").is_err());
    }

    #[test]
    fn errors_say_where_and_what_to_do() {
        let error = decode(b"six\ncaf\xe9\n").unwrap_err();
        assert_eq!(error.offset, 7);
        assert_eq!(error.message, "byte 0xe9 at offset 7 is not UTF-8: save the file as UTF-8");
        assert_eq!(decode(b"\xef\xbb\xbf\xff").unwrap_err().offset, 3);
        assert_eq!(decode(b"\xff\xfea\0\0\xd8").unwrap_err().offset, 4, "half a surrogate pair");
        assert_eq!(decode(b"\xff\xfea\0b").unwrap_err().offset, 4, "half a unit");
        assert_eq!(decode(b"\xff\xfe\0\0\0\0\x11\0").unwrap_err().offset, 4, "beyond Unicode");
        assert_eq!(decode(b"").unwrap(), "");
    }
}
