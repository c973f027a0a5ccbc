//! The text of a quoted value in a marker.
//!
//! The specification knows no escapes, but `packaging` lets Python read the value as one of its own string literals.

use std::borrow::Cow;

/// What `written`, which was between quotes, stands for. A character that is asked for by its name (`\\N{DASH}`)
/// stays as it is written.
///
/// # Errors
/// Why Python refuses it, fit for a message.
pub(super) fn unescaped(written: &str) -> Result<Cow<'_, str>, &'static str> {
    if written.contains(['\n', '\r', '\0']) {
        return Err("a value in a marker ends on the line that it begins on");
    }
    if !written.contains('\\') {
        return Ok(Cow::Borrowed(written));
    }
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let Some(escaped) = after.chars().next() else {
            return Err("a `\\` before the closing quote makes it a part of the value: remove the `\\`");
        };
        rest = &after[escaped.len_utf8()..];
        let plain = match escaped {
            '\\' | '\'' | '"' => escaped,
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            '0'..='7' => {
                let length = after.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                rest = &after[length..];
                character(u32::from_str_radix(&after[..length], 8).ok())
            }
            'x' => number(&mut rest, 2)?,
            'u' => number(&mut rest, 4)?,
            'U' => number(&mut rest, 8)?,
            'N' => {
                let name = rest.strip_prefix('{').and_then(|name| name.split_once('}'));
                if name.is_none_or(|(name, _)| name.is_empty()) {
                    return Err("a name in `{` and `}` is missing after `\\N`");
                }
                text.push('\\');
                escaped
            }
            // Python keeps what it does not know.
            _ => {
                text.push('\\');
                escaped
            }
        };
        text.push(plain);
    }
    text.push_str(rest);
    Ok(Cow::Owned(text))
}

fn number(rest: &mut &str, length: usize) -> Result<char, &'static str> {
    let digits = rest.get(..length).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let Some(digits) = digits else {
        return Err("`\\x`, `\\u` and `\\U` need two, four and eight hexadecimal digits");
    };
    *rest = &rest[length..];
    let number = u32::from_str_radix(digits, 16).ok();
    if number.is_some_and(|number| number > u32::from(char::MAX)) {
        return Err("there is no character of this number");
    }
    Ok(character(number))
}

/// Half of a surrogate pair, which Python takes, is no character.
fn character(number: Option<u32>) -> char {
    number.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_python_makes_of_them() {
        for (written, text) in [
            ("linux", "linux"),
            (r"a\\b", r"a\b"),
            (r"\n\t\'\x41\u00e9\101\7z", "\n\t'Aé\x41\x07z"),
            (r"\d\N{DASH}\é", r"\d\N{DASH}\é"),
            (r"\ud800", "\u{fffd}"),
            ("", ""),
        ] {
            assert_eq!(unescaped(written).as_deref(), Ok(text), "{written}");
        }
        for written in [r"\", r"a\\\", r"\x4", r"\x4é", r"\u12", r"\U00110000", r"\N", r"\N{}", "a\nb", "\0"]
        {
            assert!(unescaped(written).is_err(), "{written}");
        }
    }
}
