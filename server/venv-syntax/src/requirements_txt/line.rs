//! One logical line: a requirement, options, or nothing.

use std::sync::Arc;

use crate::cursor::{offset, span, trim};
use crate::{Span, SyntaxError};

use super::location::{parse_editable, parse_target};
use super::logical::{Contents, LogicalLine, logical_line};
use super::mistakes::{foreign_line, is_template};
use super::options::{Options, parse_options};
use super::remap::{remap_errors, remap_kind, remap_target};
use super::variables::variable;
use super::words::word_and_map;
use super::{Line, LineKind, LineTree, OptionItem, OptionKind, RequirementLine, RequirementTarget};

/// Reads the logical line that begins at `start`, and says where the next one does.
pub(crate) fn parse_line(text: &str, start: usize) -> (Line, Option<usize>) {
    let line = logical_line(text, start);
    let next = line.next;
    let start = offset(line.start);
    (Line { start, tree: Arc::new(tree(line)) }, next)
}

fn tree(line: LogicalLine<'_>) -> LineTree {
    let mut errors = Vec::new();
    let (start, end) = trim(&line.text, 0, line.text.len());
    let mut kind = if start == end {
        LineKind::Blank
    } else if line.contents.has(Contents::BRACE) && is_template(&line.text[start..end]) {
        LineKind::Invalid
    } else {
        content(&line.text, start, end, &mut errors)
    };
    if line.contents.has(Contents::DOLLAR)
        && let Some(variable) = variable(&line.text)
    {
        errors.retain(|error| error.span.end < offset(variable));
        if name_goes_on(&kind, &line.text[..variable]) {
            kind = LineKind::Invalid;
        }
    }
    if !line.map.is_empty() {
        let map = line.map.follow();
        remap_kind(&mut kind, &map);
        remap_errors(&mut errors, &map);
    }
    if let Some(swallowed) = line.swallowed {
        let message = "this `\\` makes the next line part of the comment, and pip drops it: remove the `\\`";
        let error = SyntaxError::requirement(swallowed, message);
        errors.push(error.fixed_by(swallowed, "", "Remove the `\\`"));
    }
    errors.sort_by_key(|error| error.span);
    LineTree { len: offset(line.len), kind, errors, comments: line.comments }
}

/// Whether the name of the requirement goes on in the variable that is behind `before`: what
/// `django-${PART}` asks for is not known.
fn name_goes_on(kind: &LineKind, before: &str) -> bool {
    match kind {
        LineKind::Requirement(RequirementLine { target: RequirementTarget::Named(requirement), .. }) => {
            let name = requirement.name.span;
            // A `-` or `.` at its end is not part of it.
            before
                .get(name.end as usize..)
                .is_some_and(|rest| rest.bytes().all(|byte| matches!(byte, b'-' | b'.')))
        }
        LineKind::Requirement(_) | LineKind::Blank | LineKind::Options(_) | LineKind::Invalid => false,
    }
}

fn content(text: &str, start: usize, end: usize, errors: &mut Vec<SyntaxError>) -> LineKind {
    if let Some(error) = foreign_line(text, start, end) {
        errors.push(error);
        return LineKind::Invalid;
    }
    let end = detached_backslash(text, start, end, errors);
    let options_start = first_option(text, start, end);
    let options = match options_start {
        Some(at) => parse_options(text, at, end, errors),
        None => Options::default(),
    };
    if let Some(stray) = options.stray.filter(|_| !options.unreadable) {
        errors.push(stray_words(text, stray, start, options_start));
    }
    match options_start {
        Some(at) if at == start => options_only(text, options, errors),
        _ => {
            let (start, requirement_end) = trim(text, start, options_start.unwrap_or(end));
            let Some(target) = parse_target(text, start, requirement_end, errors) else {
                return LineKind::Invalid;
            };
            for option in &options.items {
                misplaced(text, option, errors);
            }
            let editable = options.items.iter().find(|option| option.kind == OptionKind::Editable);
            let line = RequirementLine {
                span: span(start, requirement_end),
                editable: editable.map(|option| option.name),
                target,
                options: options.items,
            };
            LineKind::Requirement(line)
        }
    }
}

/// A `\` with blanks behind it continues nothing. Says so, and returns where the text before it ends.
fn detached_backslash(text: &str, start: usize, end: usize, errors: &mut Vec<SyntaxError>) -> usize {
    let before = text[start..end].strip_suffix('\\').filter(|_| end < text.len());
    // A path of Windows may end in one.
    let Some(before) = before.filter(|before| before.ends_with(' ') || !before.contains('\\')) else {
        return end;
    };
    let blanks = span(end, text.len());
    let message = "this `\\` does not continue the line, because blanks follow it: remove them";
    let error = SyntaxError::requirement(span(end - 1, end), message);
    errors.push(error.fixed_by(blanks, "", "Remove the blanks behind `\\`"));
    start + before.trim_end().len()
}

/// Options begin at the first `-` that is at the start of the line or behind a space; a tab does not do.
fn first_option(text: &str, start: usize, end: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[..end];
    memchr::memchr_iter(b'-', &bytes[start..])
        .map(|at| start + at)
        .find(|at| *at == start || bytes[at - 1] == b' ')
}

fn stray_words(text: &str, stray: Span, start: usize, options_start: Option<usize>) -> SyntaxError {
    let words = crate::excerpt(stray.slice(text));
    let message = if options_start == Some(start) && (words.starts_with("- ") || words == "-") {
        "pip ignores a line that begins with `- `: write one package on a line, without a dash".to_owned()
    } else {
        format!("pip ignores `{words}` here: put it on a line of its own")
    };
    SyntaxError::option(stray, message)
}

/// A global option on the line of a requirement, which pip reads and ignores.
fn misplaced(text: &str, option: &OptionItem, errors: &mut Vec<SyntaxError>) {
    if option.kind.is_per_requirement() {
        return;
    }
    let name = option.name.slice(text);
    let message = if option.kind == OptionKind::Editable {
        format!(
            "pip ignores what is behind `{name}` on the line of a requirement: put it on a line of its own"
        )
    } else {
        format!("pip ignores `{name}` on the line of a requirement: put it on a line of its own")
    };
    errors.push(SyntaxError::option(option.span, message));
}

fn options_only(text: &str, mut options: Options, errors: &mut Vec<SyntaxError>) -> LineKind {
    let editable = options.items.iter().position(|item| item.kind == OptionKind::Editable);
    if let Some(index) = editable {
        let editable = options.items.remove(index);
        return editable_line(text, &editable, options.items, errors);
    }
    if options.items.is_empty() && !errors.is_empty() {
        return LineKind::Invalid;
    }
    // pip follows one file only, `-r` before `-c`, and then looks at nothing else on the line.
    let followed = options
        .items
        .iter()
        .position(|item| item.kind == OptionKind::Requirement)
        .or_else(|| options.items.iter().position(|item| item.kind == OptionKind::Constraint));
    for (index, option) in options.items.iter().enumerate() {
        let name = option.name.slice(text);
        if option.kind.is_per_requirement() {
            let message =
                format!("`{name}` belongs behind a requirement: pip ignores it on a line of its own");
            errors.push(SyntaxError::option(option.span, message));
        } else if let Some(followed) = followed
            && index != followed
        {
            let first = options.items[followed].name.slice(text);
            let message =
                format!("pip ignores `{name}` on a line that has `{first}`: put it on a line of its own");
            errors.push(SyntaxError::option(option.span, message));
        }
    }
    LineKind::Options(options.items)
}

fn editable_line(
    text: &str,
    editable: &OptionItem,
    options: Vec<OptionItem>,
    errors: &mut Vec<SyntaxError>,
) -> LineKind {
    for option in &options {
        if option.kind == OptionKind::Hash {
            let message = "pip ignores `--hash` for an editable requirement: remove it";
            errors.push(SyntaxError::option(option.span, message));
        } else {
            misplaced(text, option, errors);
        }
    }
    let Some(value) = editable.value.as_ref().filter(|value| !value.text.is_empty()) else {
        return LineKind::Invalid;
    };
    let target = if value.span.slice(text) == &*value.text {
        let (start, end) = trim(text, value.span.start as usize, value.span.end as usize);
        parse_editable(text, start, end, errors)
    } else {
        // Quotes or a `\` within the value: what it says does not stand in the text as it is.
        let value_end = value.span.end as usize;
        let map =
            word_and_map(text, value.span.start as usize, value_end).filter(|(word, _)| *word == *value.text);
        let map = |span: Span| map.as_ref().map_or(value.span, |(_, map)| map.to_source(span));
        let mut own = Vec::new();
        let (start, end) = trim(&value.text, 0, value.text.len());
        let mut target = parse_editable(&value.text, start, end, &mut own);
        if let Some(target) = &mut target {
            remap_target(target, &map);
        }
        remap_errors(&mut own, &map);
        errors.append(&mut own);
        target
    };
    match target {
        Some(target) => LineKind::Requirement(RequirementLine {
            span: editable.span,
            editable: Some(editable.name),
            target,
            options,
        }),
        None => LineKind::Invalid,
    }
}
