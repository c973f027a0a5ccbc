//! `name[extras]` and what follows it.

use crate::cursor::{Cursor, is_python_space, offset, span, trim};
use crate::excerpt;
use crate::marker::parse_marker;
use crate::poetry_constraint::foreign;
use crate::version::grammar::scan_version;
use crate::{Name, Requirement, Span, SyntaxError, Url, normalize_name};

use super::specifiers::parse_specifiers;

/// Whose rules hold where pip's differ from the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// A URL ends at a blank, and something must follow a `;`.
    Specification,
    /// pip cuts a line of a requirements file at its first `;` before it looks at anything else.
    RequirementsFile,
}

/// Reads one requirement from `start` to the end of `text`.
pub(crate) fn parse(
    text: &str,
    start: usize,
    dialect: Dialect,
    errors: &mut Vec<SyntaxError>,
) -> Option<Requirement> {
    let (start, end) = trim(text, start, text.len());
    let text = &text[..end];
    if let Some((open, inner_end)) = quoted(text, start) {
        let whole = span(start, end);
        let inner = &text[start + open..inner_end];
        let error = SyntaxError::requirement(whole, "a requirement is written without quotes");
        errors.push(error.fixed_by(whole, inner, "Remove the quotes"));
        return parse(&text[..inner_end], start + open, dialect, errors);
    }
    // A `;` can be part of a URL only; what else has one ends before it.
    let semicolon = memchr::memchr(b';', &text.as_bytes()[start..]).map(|at| start + at);
    let (_, head_end) = trim(text, start, semicolon.unwrap_or(end));
    let mut head = Cursor::new(&text[..head_end], start);
    let name = parse_name(&mut head, text, errors)?;
    let mut requirement = Requirement {
        span: name.span,
        name,
        extras: Vec::new(),
        specifiers: Vec::new(),
        alternatives: Vec::new(),
        url: None,
        marker: None,
    };
    head.skip_blanks();
    if head.peek() == Some(b'[') {
        parse_extras(&mut head, text, &mut requirement.extras, errors);
        head.skip_blanks();
    }
    let mut marker_at = semicolon;
    if head.peek() == Some(b'@') {
        let within_url = parse_url(&mut head, text, dialect, &mut requirement, errors);
        if dialect == Dialect::Specification {
            marker_at = within_url;
        }
    } else {
        parse_specifiers(&mut head, &mut requirement.specifiers, errors);
        head.skip_blanks();
        if !head.at_end() {
            unexpected_rest(&mut head, &requirement, errors);
        }
    }
    if let Some(at) = marker_at {
        let (marker_start, _) = trim(text, at + 1, end);
        if marker_start < end {
            requirement.marker = parse_marker(text, marker_start, errors).map(Box::new);
        } else if dialect == Dialect::Specification {
            let message = "a marker is missing after `;`";
            errors.push(SyntaxError::requirement(span(at, at + 1), message));
        }
    }
    requirement.span = span(requirement.span.start as usize, end);
    Some(requirement)
}

pub(crate) fn name(text: &str, start: usize, end: usize) -> Name {
    let written = &text[start..end];
    let normalized = if is_normalized(written) { written.into() } else { normalize_name(written).into() };
    Name { span: span(start, end), text: written.into(), normalized }
}

/// The extras in the brackets that open at `open` and close at the end of `text`.
pub(crate) fn bracketed_extras(text: &str, open: usize, errors: &mut Vec<SyntaxError>) -> Vec<Name> {
    let mut extras = Vec::new();
    let mut cursor = Cursor::new(text, open);
    parse_extras(&mut cursor, text, &mut extras, errors);
    extras
}

/// Whether [`normalize_name`] changes nothing, as with most names.
fn is_normalized(name: &str) -> bool {
    let mut dash = false;
    name.bytes().all(|byte| {
        let twice = dash && byte == b'-';
        dash = byte == b'-';
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || (dash && !twice)
    })
}

/// `"six==1.0"`: the length of the opening quote, and where the text before the closing one ends.
fn quoted(text: &str, start: usize) -> Option<(usize, usize)> {
    let text = text.strip_suffix(',').unwrap_or(text);
    let rest = &text[start.min(text.len())..];
    let open = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`' | '“' | '‘' | '”' | '’'))?;
    let close = rest.chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`' | '”' | '’' | '“' | '‘'))?;
    let (length, end) = (open.len_utf8(), text.len() - close.len_utf8());
    let one_pair = !open.is_ascii() || open == close;
    (one_pair && start + length < end && text.as_bytes()[start + length].is_ascii_alphanumeric())
        .then_some((length, end))
}

fn parse_name(head: &mut Cursor<'_>, text: &str, errors: &mut Vec<SyntaxError>) -> Option<Name> {
    let start = head.position;
    if !head.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        errors.push(missing_name(head, text));
        return None;
    }
    head.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    let end = head.position;
    if head.rest().chars().next().is_some_and(|c| !c.is_ascii() && c.is_alphanumeric()) {
        head.skip_until(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')));
        let wrong = head.span_from(start);
        let message = format!(
            "`{}` cannot be a package name: only ASCII letters, digits, `-`, `_` and `.` can be in one",
            excerpt(wrong.slice(text))
        );
        errors.push(SyntaxError::requirement(wrong, message));
        return None;
    }
    // pip lets a name end in `_`, and so does this.
    let kept = start + text[start..end].trim_end_matches(['-', '.']).len();
    if kept < end {
        let message = format!("a package name ends with a letter or a digit: `{}`", &text[start..kept]);
        errors.push(SyntaxError::requirement(span(start, end), message));
    }
    Some(name(text, start, kept))
}

fn missing_name(head: &Cursor<'_>, text: &str) -> SyntaxError {
    let start = head.position;
    let end = start + head.rest().trim_end_matches(is_python_space).len();
    let whole = span(start, end);
    let written = excerpt(whole.slice(text));
    match head.peek() {
        None => {
            let message = "a package name is missing before `;`";
            let end = if text.len() > start { start + 1 } else { start };
            SyntaxError::requirement(span(start, end), message)
        }
        Some(b'[') => SyntaxError::requirement(
            whole,
            format!("`{written}` begins no requirement: a package name must come first"),
        ),
        Some(b'=' | b'<' | b'>' | b'!' | b'~') => {
            let message = format!("a package name must come before `{written}`");
            SyntaxError::requirement(whole, message)
        }
        Some(_) => {
            let first = head.rest().chars().next().map_or(0, char::len_utf8);
            let message = format!("`{written}` is not a requirement: a package name must come first");
            SyntaxError::requirement(span(start, start + first), message)
        }
    }
}

fn parse_extras(head: &mut Cursor<'_>, text: &str, extras: &mut Vec<Name>, errors: &mut Vec<SyntaxError>) {
    let open = head.position;
    head.position += 1;
    let mut comma: Option<usize> = None;
    loop {
        head.skip_blanks();
        let start = head.position;
        match head.peek() {
            Some(b']') => {
                head.position += 1;
                if let Some(comma) = comma {
                    let at = span(comma, comma + 1);
                    let error = SyntaxError::requirement(at, "an extra is missing after this `,`");
                    errors.push(error.fixed_by(at, "", "Remove the `,`"));
                }
                return;
            }
            Some(byte) if byte.is_ascii_alphanumeric() => {
                head.skip_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
                if let (None, Some(previous)) = (comma, extras.last()) {
                    let at = Span::empty(previous.span.end);
                    let error =
                        SyntaxError::requirement(head.span_from(start), "extras are separated by `,`");
                    errors.push(error.fixed_by(at, ",", "Add the missing `,`"));
                }
                let end = start + head.text[start..head.position].trim_end_matches(['-', '.']).len();
                if end < head.position {
                    let message = "an extra's name ends with a letter or a digit";
                    errors.push(SyntaxError::requirement(head.span_from(start), message));
                }
                extras.push(name(head.text, start, end));
                head.skip_blanks();
                let at = head.position;
                comma = head.eat(b',').then_some(at);
            }
            Some(b',') => {
                head.position += 1;
                let at = span(start, start + 1);
                let error = SyntaxError::requirement(at, "an extra is missing before this `,`");
                errors.push(error.fixed_by(at, "", "Remove the `,`"));
            }
            next => {
                let missing = "this `[` has no matching `]`";
                let ends = matches!(next, None | Some(b'=' | b'<' | b'>' | b'!' | b'~' | b'@'));
                let error = SyntaxError::requirement(span(open, open + 1), missing);
                match extras.last() {
                    Some(last) if ends && comma.is_none() && !text[start..].contains(']') => {
                        errors.push(error.fixed_by(Span::empty(last.span.end), "]", "Add the missing `]`"));
                    }
                    _ if ends => errors.push(error),
                    _ => {
                        head.skip_until(|byte| {
                            matches!(byte, b']' | b'=' | b'<' | b'>' | b'!' | b'~' | b'@')
                        });
                        let wrong = head.span_from(start);
                        let written = excerpt(wrong.slice(head.text));
                        let message = format!("`{written}` cannot be an extra: a name is expected here");
                        errors.push(SyntaxError::requirement(wrong, message));
                        head.eat(b']');
                    }
                }
                return;
            }
        }
    }
}

/// Reads `@ url`. Returns where the `;` is behind which a marker begins, if one is in what was read.
fn parse_url(
    head: &mut Cursor<'_>,
    text: &str,
    dialect: Dialect,
    requirement: &mut Requirement,
    errors: &mut Vec<SyntaxError>,
) -> Option<usize> {
    let at = head.position;
    head.position += 1;
    let limit = match dialect {
        Dialect::Specification => text,
        Dialect::RequirementsFile => head.text,
    };
    let mut cursor = Cursor::new(limit, head.position);
    cursor.skip_blanks();
    let start = cursor.position;
    cursor.skip_until(|byte| matches!(byte, b' ' | b'\t'));
    let mut end = cursor.position;
    if dialect == Dialect::Specification
        && let Some(semicolon) = memchr::memchr(b';', &text.as_bytes()[start..end]).map(|at| start + at)
        && reads_as_marker(text, semicolon + 1)
    {
        let error = SyntaxError::requirement(
            span(semicolon, semicolon + 1),
            "a URL ends at a space only: put one before the `;` of the marker",
        );
        errors.push(error.fixed_by(Span::empty(offset(semicolon)), " ", "Put a space before `;`"));
        end = semicolon;
        cursor.position = semicolon;
    }
    if start == end {
        errors.push(SyntaxError::requirement(span(at, at + 1), "a URL is missing after `@`"));
    } else if scan_version(text, start).is_some_and(|shape| shape.end == end) {
        let wrong = span(at, end);
        let version = &text[start..end];
        let message = format!("a version is asked for with `==`: `{}=={version}`", requirement.name.text);
        let replaced = span(requirement.extras_end(text, at), start);
        let error = SyntaxError::requirement(wrong, message).late();
        errors.push(error.fixed_by(replaced, "==", "Replace `@` with `==`"));
    }
    if start < end {
        requirement.url = Some(Url { span: span(start, end), text: text[start..end].into() });
    }
    cursor.skip_blanks();
    match cursor.peek() {
        None => None,
        Some(b';') => Some(cursor.position),
        Some(_) => {
            let (start, rest_end) = (cursor.position, cursor.text.len());
            let semicolon = memchr::memchr(b';', &text.as_bytes()[start..]).map(|at| start + at);
            let wrong_end = semicolon.unwrap_or(rest_end);
            let (start, wrong_end) = trim(text, start, wrong_end);
            let written = excerpt(&text[start..wrong_end]);
            let message = format!("`{written}` is not expected after the URL: a URL ends at a space");
            errors.push(SyntaxError::requirement(span(start, wrong_end), message));
            semicolon
        }
    }
}

impl Requirement {
    /// Where the blanks before `at` begin.
    fn extras_end(&self, text: &str, at: usize) -> usize {
        let start = self.name.span.start as usize;
        start + text[start..at].trim_end_matches([' ', '\t']).len()
    }
}

fn reads_as_marker(text: &str, start: usize) -> bool {
    let mut errors = Vec::new();
    parse_marker(text, start, &mut errors).is_some() && errors.is_empty()
}

/// Something follows the last part that could be read.
fn unexpected_rest(head: &mut Cursor<'_>, requirement: &Requirement, errors: &mut Vec<SyntaxError>) {
    let start = head.position;
    let end = start + head.rest().trim_end_matches(is_python_space).len();
    head.position = head.text.len();
    let rest = &head.text[start..end];
    let whole = span(start, end);
    let bare = requirement.specifiers.is_empty();
    let error = match rest.chars().next() {
        Some(c) if is_python_space(c) => {
            let at = span(start, start + c.len_utf8());
            let what = match c {
                '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => "a line break",
                _ => "an invisible character",
            };
            SyntaxError::requirement(at, format!("there is {what} here instead of a space")).fixed_by(
                at,
                " ",
                "Replace it with a space",
            )
        }
        Some('#') => SyntaxError::requirement(whole, "a comment needs a space before its `#`").fixed_by(
            Span::empty(offset(start)),
            "  ",
            "Put a space before `#`",
        ),
        Some('-') if rest.starts_with("--") && head.text[..start].ends_with('\t') => {
            let tabs = start - head.text[..start].trim_end_matches([' ', '\t']).len();
            SyntaxError::requirement(whole, "options are separated by a space: a tab does not do").fixed_by(
                span(start - tabs, start),
                " ",
                "Replace the tab with a space",
            )
        }
        Some(',') => SyntaxError::requirement(whole, "write one requirement on a line, without `,`"),
        Some('^') => foreign(rest, whole),
        Some('[') => SyntaxError::requirement(whole, "extras come directly after the name"),
        Some(_) if bare && scan_version(head.text, start).is_some_and(|shape| shape.end == end) => {
            let before = requirement.extras_end(head.text, start);
            let message = format!("an operator is missing before the version: `=={rest}`");
            SyntaxError::requirement(whole, message).fixed_by(span(before, start), "==", "Insert `==`")
        }
        Some(c) if c.is_alphanumeric() => {
            let word = rest.split(is_python_space).next().unwrap_or(rest);
            SyntaxError::requirement(
                span(start, start + word.len()),
                format!("`{}` is not expected here: write one requirement on a line", excerpt(word)),
            )
        }
        Some(_) | None => {
            let after = if bare { "name" } else { "version" };
            SyntaxError::requirement(whole, format!("`{}` is not expected after the {after}", excerpt(rest)))
        }
    };
    errors.push(error);
}
