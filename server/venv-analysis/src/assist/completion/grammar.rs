//! What of a requirement can stand at the end of an unfinished one.

use venv_syntax::{MarkerVariable, OptionKind};

use crate::assist::option_words::OPTIONS;

/// What can stand at the cursor. Each has the place, in bytes of the text, where the word that the cursor is at
/// begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Position {
    /// The name of what is asked for.
    Name {
        word: usize,
    },
    /// Behind the name.
    Specifier {
        word: usize,
        name: String,
    },
    /// Behind an operator.
    Version {
        word: usize,
        name: String,
        operator: String,
    },
    /// One of the names in brackets; `open` is behind the bracket.
    Extra {
        word: usize,
        name: String,
        open: usize,
    },
    /// An option; `for_requirement` behind a requirement.
    Option {
        word: usize,
        for_requirement: bool,
    },
    OptionValue {
        word: usize,
        option: OptionKind,
    },
    MarkerVariable {
        word: usize,
    },
    MarkerOperator {
        word: usize,
    },
    /// What a variable is compared with.
    MarkerValue {
        word: usize,
        variable: MarkerVariable,
    },
    /// `and` or `or`.
    Connective {
        word: usize,
    },
}

/// The position at the end of `text`; `None` where nothing can be offered. `has_options`: it is the start of a line
/// of a requirements file.
pub(super) fn position(text: &str, has_options: bool) -> Option<Position> {
    if has_options && let Some(found) = option(text) {
        return found;
    }
    // With `-e` a location follows.
    let blanks = text.len() - text.trim_start().len();
    let rest = &text[blanks..];
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let name_length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(name_length);
    if name.starts_with(['-', '.']) {
        return None;
    }
    if rest.is_empty() {
        return Some(Position::Name { word: blanks });
    }
    if name.is_empty() {
        return None;
    }
    let start = blanks + name.len();
    let name = name.to_owned();
    // The marker of a URL needs a blank before its `;`.
    let is_url = rest.split(';').next().is_some_and(|before| before.contains('@'));
    let separator = if is_url { rest.find(" ;").map(|at| at + 1) } else { rest.find(';') };
    if let Some(at) = separator {
        return marker(&rest[at + 1..]).map(|position| position.moved(start + at + 1));
    }
    if is_url {
        return None;
    }
    let mut at = rest.len() - rest.trim_start().len();
    if rest[at..].starts_with('[') {
        let open = at + 1;
        let Some(length) = rest[open..].find(']') else {
            let word = rest.rfind([',', '[']).map_or(open, |comma| comma + 1);
            let word = word + (rest[word..].len() - rest[word..].trim_start().len());
            return rest[word..].chars().all(is_name).then_some(Position::Extra {
                word: start + word,
                name,
                open: start + open,
            });
        };
        at = open + length + 1;
    }
    specifier(&rest[at..], name).map(|position| position.moved(start + at))
}

/// `text` is what is behind name and extras.
fn specifier(text: &str, name: String) -> Option<Position> {
    let is_operator = |c: char| matches!(c, '<' | '>' | '=' | '!' | '~');
    let is_first = !text.contains(',');
    let last = text.rfind([',', '(']).map_or(0, |at| at + 1);
    let blanks = text[last..].len() - text[last..].trim_start().len();
    let word = last + blanks;
    let part = &text[word..];
    let operator_length = part.find(|c| !is_operator(c)).unwrap_or(part.len());
    let (operator, version) = part.split_at(operator_length);
    if operator.is_empty() {
        let is_free = version.is_empty() && (!is_first || !text.contains(is_operator));
        return is_free.then_some(Position::Specifier { word, name });
    }
    let gap = version.len() - version.trim_start().len();
    let version = &version[gap..];
    if version.is_empty() && gap == 0 && matches!(operator, "=" | "!" | "~") {
        return Some(Position::Specifier { word, name });
    }
    let is_version =
        version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '*' | '+' | '!' | '-' | '_'));
    is_version.then(|| Position::Version {
        word: word + operator_length + gap,
        name,
        operator: operator.to_owned(),
    })
}

/// An option at the end of `text`, or its value. `Some(None)`: there is one, and nothing to offer.
fn option(text: &str) -> Option<Option<Position>> {
    let word = text.rfind([' ', '\t']).map_or(0, |at| at + 1);
    let last = &text[word..];
    let before = text[..word].trim_end();
    let starts = before.trim_start();
    let is_editable = starts.starts_with("-e ") || starts.starts_with("--editable");
    let for_requirement = !starts.is_empty() && (is_editable || !starts.starts_with('-'));
    if last.starts_with('-') {
        return Some(match last.split_once('=') {
            None => Some(Position::Option { word, for_requirement }),
            Some((name, _)) => {
                named(name).map(|option| Position::OptionValue { word: word + name.len() + 1, option })
            }
        });
    }
    let previous = before.rsplit([' ', '\t']).next().unwrap_or_default();
    if !previous.starts_with('-') {
        // Behind an option and its value nothing but options can stand.
        return (starts.starts_with('-') || starts.contains(" --")).then_some(None);
    }
    let takes_value = |name: &str| {
        !name.contains('=') && OPTIONS.iter().any(|option| option.is_named(name) && option.value.is_some())
    };
    Some(
        named(previous)
            .filter(|_| takes_value(previous))
            .map(|option| Position::OptionValue { word, option }),
    )
}

fn named(name: &str) -> Option<OptionKind> {
    OPTIONS.iter().find(|option| option.is_named(name)).map(|option| option.kind)
}

/// What has been read of a comparison.
enum Read {
    Nothing,
    Term(Option<MarkerVariable>),
    Operator(Option<MarkerVariable>),
    Whole,
}

fn marker(text: &str) -> Option<Position> {
    let mut read = Read::Nothing;
    let mut at = 0;
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start().len();
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { return marker_position(&read, at) };
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let is_operator = |c: char| matches!(c, '<' | '>' | '=' | '!' | '~');
        let length = match first {
            '"' | '\'' => match rest[1..].find(first) {
                Some(length) => length + 2,
                None => return marker_position(&read, at),
            },
            '(' | ')' => 1,
            _ if is_operator(first) => rest.find(|c| !is_operator(c)).unwrap_or(rest.len()),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => return None,
        };
        let token = &rest[..length];
        let is_last = length == rest.len();
        // The word at the cursor is the one that is being written.
        if is_last && is_word(first) {
            return marker_position(&read, at);
        }
        if is_last && is_operator(first) && matches!(token, "=" | "!" | "~") {
            return marker_position(&read, at);
        }
        read = match (read, token) {
            (Read::Nothing, "(") => Read::Nothing,
            (Read::Whole, ")") => Read::Whole,
            (Read::Whole, "and" | "or") => Read::Nothing,
            (Read::Term(variable), "not") => Read::Term(variable),
            (Read::Term(variable), "in") => Read::Operator(variable),
            (Read::Term(variable), _) if is_operator(first) => Read::Operator(variable),
            (Read::Nothing, _) if is_term(first) => Read::Term(variable_named(token)),
            (Read::Operator(_), _) if is_term(first) => Read::Whole,
            (Read::Nothing | Read::Term(_) | Read::Operator(_) | Read::Whole, _) => return None,
        };
        at += length;
    }
}

fn is_term(first: char) -> bool {
    matches!(first, '"' | '\'') || first.is_ascii_alphabetic()
}

fn variable_named(word: &str) -> Option<MarkerVariable> {
    crate::assist::marker_words::VARIABLES.into_iter().find(|variable| variable.name() == word)
}

fn marker_position(read: &Read, word: usize) -> Option<Position> {
    Some(match read {
        Read::Nothing => Position::MarkerVariable { word },
        Read::Term(_) => Position::MarkerOperator { word },
        Read::Operator(Some(variable)) => Position::MarkerValue { word, variable: *variable },
        // A text is compared with a variable.
        Read::Operator(None) => Position::MarkerVariable { word },
        Read::Whole => Position::Connective { word },
    })
}

impl Position {
    fn moved(mut self, by: usize) -> Self {
        match &mut self {
            Self::Extra { word, open, .. } => {
                *word += by;
                *open += by;
            }
            Self::Name { word }
            | Self::Specifier { word, .. }
            | Self::Version { word, .. }
            | Self::Option { word, .. }
            | Self::OptionValue { word, .. }
            | Self::MarkerVariable { word }
            | Self::MarkerOperator { word }
            | Self::MarkerValue { word, .. }
            | Self::Connective { word } => *word += by,
        }
        self
    }
}
