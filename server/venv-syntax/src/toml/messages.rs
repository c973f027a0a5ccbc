//! What crate `toml` refuses, said in plain words.

use crate::cursor::{offset, span};
use crate::excerpt;
use crate::{Span, SyntaxError};

use super::scan::is_bare;

/// What is wrong with `text`.
pub(super) fn errors(text: &str, refused: &[toml::de::Error]) -> Vec<SyntaxError> {
    /// More than these are never looked at: one of a line is said.
    const OF_A_LINE: usize = 8;
    let mut in_order: Vec<(usize, &toml::de::Error)> = refused
        .iter()
        .map(|error| (error.span().map_or(0, |span| span.start.min(text.len())), error))
        .collect();
    in_order.sort_by_key(|(start, _)| *start);
    let mut errors = Vec::new();
    let (mut line_end, mut of_line) = (0, 0);
    for (start, error) in in_order {
        if start >= line_end {
            line_end =
                memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len() + 1, |at| start + at + 1);
            of_line = 0;
        }
        of_line += 1;
        if of_line <= OF_A_LINE {
            errors.push(plain(text, error));
        }
    }
    errors
}

/// Whether one of `errors` is due to a tool that fills the text in before it is TOML. Strings of TOML can hold
/// templates too, of which nothing is wrong.
pub(super) fn is_template(text: &str, errors: &[SyntaxError]) -> bool {
    let in_comment = |line: &str| {
        line.trim_start().strip_prefix('#').is_some_and(|comment| comment.trim_start().starts_with("{%"))
    };
    !errors.is_empty()
        && (text.lines().any(in_comment)
            || errors.iter().any(|error| {
                let start = error.span.start as usize;
                let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
                let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
                let line = &text[line..end];
                line.contains("{{") || line.contains("{%") || (line.contains("{#") && line.contains("#}"))
            }))
}

fn plain(text: &str, error: &toml::de::Error) -> SyntaxError {
    let range = error.span().unwrap_or(0..0);
    let (start, end) = (floor(text, range.start), floor(text, range.end));
    let at = visible(text, start, end.max(start));
    let written = excerpt(at.slice(text));
    let word = word(text, start);
    let message = error.message();
    let begins = |prefix: &str| message.starts_with(prefix);
    let says = |message: String| SyntaxError::requirement(at, message);
    let at_word = |message: String| {
        let whole = if word.is_empty() { at } else { span(start, start + word.len()) };
        SyntaxError::requirement(whole, message)
    };
    if begins("duplicate key") && text[..start].ends_with(['[', '.']) {
        says(format!("the table `{written}` is there twice: put everything under one header"))
    } else if begins("duplicate key") {
        says(format!("`{written}` is there twice: keep one of them"))
    } else if begins("missing comma between array elements") {
        let end = text[..start].trim_end().len();
        let comment = text[..end].rsplit('\n').next().is_some_and(|line| line.contains('#'));
        let at = if comment || end == 0 { at } else { visible(text, end, end) };
        let error = SyntaxError::requirement(at, "a `,` is missing between two items");
        if comment { error } else { error.fixed_by(Span::empty(offset(end)), ",", "Insert `,`") }
    } else if begins("extra comma") {
        says("there is one `,` too many here".to_owned()).fixed_by(at, "", "Remove the `,`")
    } else if begins("string values must be quoted") || begins("invalid boolean") {
        if matches!(&*word.to_ascii_lowercase(), "true" | "false") {
            let lower = word.to_ascii_lowercase();
            says(format!("TOML writes `{lower}` in lower case")).fixed_by(
                at,
                &*lower,
                format!("Write `{lower}`"),
            )
        } else if word.is_empty() {
            says("a value is missing after `=`".to_owned())
        } else {
            at_word(format!("text must be in quotes: `\"{}\"`", excerpt(word)))
        }
    } else if begins("unexpected `=` in array") {
        says("`=` cannot stand in a list: an item is a text in quotes".to_owned())
    } else if begins("unexpected key or value") || begins("unexpected content") {
        at_word(format!("`{}` is not expected here: a value ends its line", excerpt(word)))
    } else if begins("unquoted keys cannot be empty") {
        says("a name is missing here".to_owned())
    } else if begins("invalid unquoted key") {
        says("a name with other characters than letters, digits, `-` and `_` must be in quotes".to_owned())
    } else if begins("missing escaped value")
        || begins("too few unicode")
        || begins("invalid value, expected unicode")
    {
        says("this `\\` begins no escape: write `\\\\`, or put the text in single quotes".to_owned())
    } else if begins("cannot recurse") || begins("recursion limit") {
        says("tables and lists are nested too deeply here".to_owned())
    } else if begins("cannot extend value of type") {
        says(format!("`{written}` is not a table: it has a value already"))
    } else if begins("carriage return") {
        says("there is half a line ending here: remove it".to_owned())
    } else if message.contains("visible characters") {
        says("a control character must be written as an escape, such as `\\t`".to_owned())
    } else if begins("invalid key-value pair") || begins("key with no value") {
        says("this is not TOML: a line is `name = value` or `[table]`".to_owned())
    } else if message.contains("inline table") || message.contains("key-value pairs") {
        says("this is not an inline table: it is `{ name = value, name = value }`".to_owned())
    } else if message.contains("comment") {
        says("a comment cannot hold control characters".to_owned())
    } else if word.is_empty() {
        says("a value is missing here".to_owned())
    } else {
        at_word(format!(
            "`{}` is not a value: write a text in quotes, a number, a date, `true` or `false`",
            excerpt(word)
        ))
    }
}

/// What is wrong with a line that has no `=`.
pub(super) fn no_statement(line: &str, at: Span) -> SyntaxError {
    let first = line.split_whitespace().next().unwrap_or(line);
    let message = match first {
        "<<<<<<<" | "=======" | ">>>>>>>" | "|||||||" => {
            "a merge conflict was left here: keep one side and delete its marks".to_owned()
        }
        "]" | "]," | "}" | "}," => format!("this `{first}` closes nothing: remove it"),
        _ if line.starts_with(['"', '\'']) => {
            "this is in no list: a `[` is missing before it, or there is a `]` too many".to_owned()
        }
        _ if line.bytes().all(|b| is_bare(b) || b == b'.') => {
            format!("`{}` has no value: write `{} = …`", excerpt(line), excerpt(line))
        }
        _ => format!("`{}` is not TOML: a line is `name = value` or `[table]`", excerpt(line)),
    };
    SyntaxError::requirement(at, message)
}

/// The boundary of a character at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// `start..end`, or if that is empty a character beside it, so that there is something to underline.
fn visible(text: &str, start: usize, end: usize) -> Span {
    if start < end {
        return span(start, end);
    }
    let on_line = |c: &char| !matches!(c, '\n' | '\r');
    if let Some(c) = text[..start].chars().next_back().filter(on_line).filter(|c| !c.is_whitespace()) {
        return span(start - c.len_utf8(), start);
    }
    match text[start..].chars().next().filter(on_line) {
        Some(c) => span(start, start + c.len_utf8()),
        None => match text[..start].chars().next_back().filter(on_line) {
            Some(c) => span(start - c.len_utf8(), start),
            None => span(start, start),
        },
    }
}

/// What stands at `start` and has no blank, comma or bracket in it.
fn word(text: &str, start: usize) -> &str {
    let rest = &text[start..];
    let end =
        rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | '#')).unwrap_or(rest.len());
    &rest[..end]
}
