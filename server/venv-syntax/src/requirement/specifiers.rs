//! `>=1.0, !=1.5` and `(>=1.0)`.

use std::borrow::Cow;

use crate::cursor::{Cursor, is_python_space, offset, span, trim};
use crate::excerpt;
use crate::poetry_constraint::foreign;
use crate::version::grammar::{VersionShape, arbitrary_equality, scan_version, specifier};
use crate::{Span, Specifier, SyntaxError};

/// Reads specifiers until something comes that begins none.
pub(crate) fn parse_specifiers(
    cursor: &mut Cursor<'_>,
    specifiers: &mut Vec<Specifier>,
    errors: &mut Vec<SyntaxError>,
) {
    let open = cursor.position;
    let parenthesised = cursor.eat(b'(');
    let mut previous: Option<usize> = None;
    let mut comma = false;
    loop {
        cursor.skip_blanks();
        let start = cursor.position;
        match cursor.peek() {
            Some(b'=' | b'<' | b'>' | b'!' | b'~') => {
                if let Some(end) = previous {
                    errors.push(missing_comma(cursor.text, end, start));
                }
                // Most requirements have one.
                if specifiers.capacity() == 0 {
                    specifiers.reserve_exact(1);
                }
                if cursor.rest().starts_with("===") {
                    arbitrary(cursor, specifiers, errors);
                } else {
                    specifiers.extend(parse_specifier(cursor, errors));
                }
                let end = cursor.position;
                cursor.skip_blanks();
                comma = cursor.eat(b',');
                previous = (!comma).then_some(end);
            }
            Some(b',') if comma || parenthesised => {
                cursor.position += 1;
                let at = cursor.span_from(start);
                let error = SyntaxError::requirement(at, "a version is missing before this `,`");
                errors.push(error.fixed_by(at, "", "Remove the `,`"));
                previous = None;
            }
            Some(_) if comma && scan_version(cursor.text, start).is_some() => {
                cursor.skip_until(ends_version);
                let wrong = cursor.span_from(start);
                let written = excerpt(wrong.slice(cursor.text));
                let message = format!("an operator such as `<` or `!=` is missing before `{written}`");
                errors.push(SyntaxError::requirement(wrong, message));
                cursor.skip_blanks();
                comma = cursor.eat(b',');
                previous = (!comma).then_some(cursor.position);
            }
            Some(_) | None => break,
        }
    }
    if parenthesised && !cursor.eat(b')') {
        let error = SyntaxError::requirement(span(open, open + 1), "this `(` has no matching `)`");
        errors.push(match previous {
            Some(end) if cursor.at_end() => {
                error.fixed_by(Span::empty(offset(end)), ")", "Add the missing `)`")
            }
            Some(_) | None => error,
        });
    }
}

/// Reads a whole text of specifiers as `packaging.specifiers.SpecifierSet` does, for which too many commas are none
/// too many.
pub(crate) fn parse_specifier_set(text: &str, errors: &mut Vec<SyntaxError>) -> Vec<Specifier> {
    let mut specifiers = Vec::new();
    let mut from = 0;
    for part in text.split(',') {
        let (start, end) = trim(text, from, from + part.len());
        from += part.len() + 1;
        let mut cursor = Cursor::new(&text[..end], start);
        match cursor.peek() {
            None => continue,
            Some(b'=' | b'<' | b'>' | b'!' | b'~') => parse_specifiers(&mut cursor, &mut specifiers, errors),
            Some(_) => {}
        }
        if !cursor.at_end() {
            errors.push(no_specifier(text, cursor.position, end));
        }
    }
    specifiers
}

fn no_specifier(text: &str, start: usize, end: usize) -> SyntaxError {
    let written = &text[start..end];
    if written.starts_with('^') {
        return foreign(written, span(start, end));
    }
    let bare =
        scan_version(text, start).is_some_and(|shape| shape.end == end || &text[shape.end..end] == ".*");
    let message = if bare {
        format!(
            "an operator is missing before `{0}`: write `>={1}` or `=={0}`",
            excerpt(written),
            excerpt(written.trim_end_matches(".*"))
        )
    } else {
        format!(
            "`{}` is not a bound of versions: write `>=3.9`, or several with `,` between them",
            excerpt(written)
        )
    };
    SyntaxError::requirement(span(start, end), message)
}

fn missing_comma(text: &str, end: usize, start: usize) -> SyntaxError {
    let wrong = if end < start { span(end, start) } else { span(start, start + 1) };
    if text[..end].ends_with(',') {
        // Only `===` takes a `,` with its version.
        let comma = span(end - 1, end);
        let error = SyntaxError::requirement(comma, "`===` takes this `,` for a part of its version");
        return error.fixed_by(Span::empty(comma.start), " ", "Put a space before the `,`");
    }
    let error = SyntaxError::requirement(wrong, "a `,` is missing between two versions");
    error.fixed_by(Span::empty(offset(end)), ",", "Insert `,`")
}

/// Reads `===` and what it takes for its version: everything to the next space, even nothing. It is cut at its
/// commas only afterwards, and then everything behind the first must be a specifier or nothing.
fn arbitrary(cursor: &mut Cursor<'_>, specifiers: &mut Vec<Specifier>, errors: &mut Vec<SyntaxError>) {
    let start = cursor.position;
    cursor.position += 3;
    let operator = cursor.span_from(start);
    cursor.skip_python_spaces();
    let version_start = cursor.position;
    let length = cursor.rest().find(|c| is_python_space(c) || matches!(c, ';' | ')'));
    cursor.position = length.map_or(cursor.text.len(), |length| version_start + length);
    let mut parts = cursor.text[version_start..cursor.position].split(',');
    let first = parts.next().unwrap_or_default();
    let mut at = version_start + first.len();
    let version = span(version_start, at);
    let value = arbitrary_equality(first);
    specifiers.push(Specifier { span: span(start, at), operator, version, value });
    for part in parts {
        let mut part_cursor = Cursor::new(&cursor.text[..at + 1 + part.len()], at + 1);
        at = part_cursor.text.len();
        match part_cursor.peek() {
            None => {}
            Some(_) if part.starts_with("===") => arbitrary(&mut part_cursor, specifiers, errors),
            Some(byte) => {
                if is_operator_byte(byte) {
                    specifiers.extend(parse_specifier(&mut part_cursor, errors));
                }
                if !part_cursor.at_end() {
                    let wrong = span(part_cursor.position, at);
                    let written = excerpt(wrong.slice(part_cursor.text));
                    errors.push(SyntaxError::requirement(wrong, format!("`{written}` is not a version")));
                }
            }
        }
    }
}

fn parse_specifier(cursor: &mut Cursor<'_>, errors: &mut Vec<SyntaxError>) -> Option<Specifier> {
    let start = cursor.position;
    let operator = parse_operator(cursor, errors);
    let operator_span = span(start, cursor.position);
    cursor.skip_python_spaces();
    let version_start = cursor.position;
    let shape = scan_version(cursor.text, version_start);
    if let Some(shape) = &shape {
        cursor.position = shape.end;
    }
    cursor.skip_until(ends_version);
    let version = cursor.span_from(version_start);
    // An operator that is none has its error already.
    let operator = operator?;
    let whole = span(start, cursor.position);
    let is_foreign = operator_span.slice(cursor.text) == "~"
        && shape.as_ref().is_some_and(|shape| shape.end == cursor.position);
    if is_foreign {
        errors.pop();
        errors.push(foreign(whole.slice(cursor.text), whole));
    }
    match shape.filter(|shape| shape.end == cursor.position) {
        Some(shape) => match specifier(operator, cursor.text, version_start, &shape) {
            Some(value) => Some(Specifier { span: whole, operator: operator_span, version, value }),
            None => {
                if !is_foreign {
                    errors.push(contradiction(operator, whole, version, &shape, cursor.text));
                }
                None
            }
        },
        None => {
            errors.push(not_a_version(operator, operator_span, version, cursor.text));
            None
        }
    }
}

/// Reads an operator, and says what it should be where it is none. `None` when that cannot be told.
fn parse_operator(cursor: &mut Cursor<'_>, errors: &mut Vec<SyntaxError>) -> Option<&'static str> {
    let start = cursor.position;
    cursor.skip_while(is_operator_byte);
    let mut lookahead = cursor.clone();
    lookahead.skip_blanks();
    let gap = lookahead.position;
    lookahead.skip_while(is_operator_byte);
    let split = lookahead.position > gap;
    let first = &cursor.text[start..cursor.position];
    let written = if split {
        cursor.position = lookahead.position;
        Cow::Owned(format!("{first}{}", &cursor.text[gap..lookahead.position]))
    } else {
        Cow::Borrowed(first)
    };
    let found = cursor.span_from(start);
    let (right, exact) = match &*written {
        "==" => ("==", true),
        ">=" => (">=", true),
        "<=" => ("<=", true),
        "!=" => ("!=", true),
        "~=" => ("~=", true),
        "<" => ("<", true),
        ">" => (">", true),
        "=" => ("==", false),
        "=>" | ">==" | "==>" => (">=", false),
        "=<" | "<==" | "==<" => ("<=", false),
        "<>" | "!" | "=!" | "!==" => ("!=", false),
        "~" | "=~" | "~==" => ("~=", false),
        _ => {
            let message =
                format!("`{written}` is not an operator: use one of `==`, `>=`, `<=`, `~=`, `!=`, `<`, `>`");
            errors.push(SyntaxError::requirement(found, message));
            return None;
        }
    };
    if exact && !split {
        return Some(right);
    }
    let (message, title) = if exact {
        (format!("there must be no space inside `{right}`"), format!("Write `{right}`"))
    } else {
        (format!("pip needs `{right}`, not `{written}`"), format!("Replace `{written}` with `{right}`"))
    };
    errors.push(SyntaxError::requirement(found, message).fixed_by(found, right, title));
    Some(right)
}

/// The version is one, but not with this operator.
fn contradiction(
    operator: &str,
    whole: Span,
    version: Span,
    shape: &VersionShape,
    text: &str,
) -> SyntaxError {
    let written = version.slice(text);
    if shape.wildcard {
        let base = written.strip_suffix(".*").unwrap_or(written);
        let error = SyntaxError::requirement(
            whole,
            format!("`.*` goes with `==` and `!=` only, not with `{operator}`"),
        );
        return match operator {
            ">=" | "<" => {
                let end = Span::new(version.end - 2, version.end);
                error.fixed_by(end, "", format!("Write `{operator}{base}`"))
            }
            _ => error,
        };
    }
    if let Some(local) = &shape.local {
        let label = span(local.start - 1, local.end);
        let error = SyntaxError::requirement(
            label,
            format!("a local version such as `+{}` goes with `==` and `!=` only", &text[local.clone()]),
        );
        return error.fixed_by(label, "", format!("Remove `+{}`", &text[local.clone()]));
    }
    let error = SyntaxError::requirement(
        whole,
        format!(
            "`~=` needs a version of two numbers or more: `~={written}.0`, which means `>={written}.0,=={written}.*`"
        ),
    );
    if shape.end == version.end as usize && written.bytes().all(|byte| byte.is_ascii_digit()) {
        return error.fixed_by(Span::empty(version.end), ".0", format!("Write `~={written}.0`"));
    }
    error
}

fn not_a_version(operator: &str, operator_span: Span, version: Span, text: &str) -> SyntaxError {
    let written = version.slice(text);
    if written.is_empty() {
        return SyntaxError::requirement(operator_span, format!("a version is missing after `{operator}`"));
    }
    let shown = excerpt(written);
    let inner = written.trim_matches(['"', '\'', '`', '“', '”', '‘', '’']);
    if inner.len() < written.len() && is_version(inner) {
        return SyntaxError::requirement(version, "a version is written without quotes").fixed_by(
            version,
            inner,
            "Remove the quotes",
        );
    }
    if let Some((before, _)) = written.split_once('#')
        && is_version(before)
    {
        let at = version.start + offset(before.len());
        return SyntaxError::requirement(
            Span::new(at, version.end),
            "a comment needs a space before its `#`",
        )
        .fixed_by(Span::empty(at), "  ", "Put a space before `#`");
    }
    if let Some((before, rest)) = written.split_once(['[', '('])
        && is_version(before)
    {
        let at = version.start + offset(before.len());
        let message = if rest.ends_with(']') {
            "extras come directly after the name".to_owned()
        } else {
            format!("`{}` is not expected after the version", excerpt(&written[before.len()..]))
        };
        return SyntaxError::requirement(Span::new(at, version.end), message);
    }
    let message = match written {
        "*" | "latest" | "any" | "x" => {
            format!("`{shown}` is not a version: without one, the newest is installed")
        }
        _ if written.ends_with(".*") && scan_version(text, version.start as usize).is_some() => {
            format!("`{shown}` is not a version: `.*` can follow plain numbers only")
        }
        _ if written.ends_with(".x") => {
            format!("`{shown}` is not a version: write `.*` for any number")
        }
        _ => format!("`{shown}` is not a version"),
    };
    SyntaxError::requirement(version, message)
}

fn is_version(text: &str) -> bool {
    scan_version(text, 0).is_some_and(|shape| shape.end == text.len())
}

fn is_operator_byte(byte: u8) -> bool {
    matches!(byte, b'<' | b'>' | b'=' | b'!' | b'~')
}

fn ends_version(byte: u8) -> bool {
    byte.is_ascii_whitespace() || is_operator_byte(byte) || matches!(byte, b',' | b';' | b')')
}
