//! The encodings that a comment at the start of a file can name (PEP 263), by the names that Python knows.

/// What is known of an encoding.
#[derive(Clone, Copy)]
pub(super) enum Encoding {
    Utf8,
    /// One byte is one character: which it is, of the bytes above 127.
    Bytes(fn(u8) -> Option<char>),
    /// One that is not read here, unless the text is ASCII.
    Other,
}

/// The encoding that Python knows by this name.
pub(super) fn encoding(name: &str) -> Option<Encoding> {
    let name = name.to_ascii_lowercase().replace(['-', '.'], "_");
    let name = match name.strip_prefix("iso_8859") {
        Some(part) => format!("iso8859{part}"),
        None => name,
    };
    Some(match name.as_str() {
        "utf_8" | "utf8" | "utf" | "u8" | "cp65001" | "utf8_ucs2" | "utf8_ucs4" | "utf_8_sig" => {
            Encoding::Utf8
        }
        "ascii" | "us_ascii" | "us" | "646" | "iso646_us" | "ansi_x3_4_1968" => Encoding::Bytes(|_| None),
        "latin_1" | "latin1" | "latin" | "l1" | "iso8859_1" | "iso8859" | "8859" | "cp819" | "ibm819" => {
            Encoding::Bytes(|byte| Some(char::from(byte)))
        }
        "cp1252" | "windows_1252" | "1252" => Encoding::Bytes(windows_1252),
        "iso8859_15" | "latin_9" | "latin9" | "l9" => Encoding::Bytes(|byte| Some(latin_9(byte))),
        _ if is_other(&name) => Encoding::Other,
        _ => return None,
    })
}

/// Whether the name belongs to one of Python's other encodings in which ASCII is ASCII.
fn is_other(name: &str) -> bool {
    const NUMBERED: [&str; 8] = ["cp", "windows", "ibm", "iso8859", "latin", "l", "iso_ir", "tis"];
    const NAMED: [&str; 15] = [
        "koi8_",
        "mac_",
        "gb",
        "big5",
        "euc",
        "shift_jis",
        "sjis",
        "iso2022",
        "hz",
        "johab",
        "kz1048",
        "ptcp154",
        "uhc",
        "ks_c",
        "ms9",
    ];
    let is_numbered = |family: &str| {
        name.strip_prefix(family).is_some_and(|rest| {
            let number = rest.strip_prefix('_').unwrap_or(rest);
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    NUMBERED.iter().any(|family| is_numbered(family)) || NAMED.iter().any(|family| name.starts_with(family))
}

/// Only the bytes from 0x80 to 0x9f differ from Latin-1.
fn windows_1252(byte: u8) -> Option<char> {
    const TABLE: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    match byte {
        0x81 | 0x8d | 0x8f | 0x90 | 0x9d => None,
        0x80..=0x9f => TABLE.chars().nth(usize::from(byte - 0x80)),
        _ => Some(char::from(byte)),
    }
}

fn latin_9(byte: u8) -> char {
    match byte {
        0xa4 => '€',
        0xa6 => 'Š',
        0xa8 => 'š',
        0xb4 => 'Ž',
        0xb8 => 'ž',
        0xbc => 'Œ',
        0xbd => 'œ',
        0xbe => 'Ÿ',
        _ => char::from(byte),
    }
}
