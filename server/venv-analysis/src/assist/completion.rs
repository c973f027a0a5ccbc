//! What can stand at the cursor.

mod grammar;
mod items;
mod markers;
mod slot;
mod strings;

use venv_syntax::Span;

use crate::check::Context;

use self::grammar::{Position, position};
use self::items::Writer;
use self::slot::{Slot, Text, slot_at};

/// One thing that can stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows, and what is typed to find it.
    pub label: String,
    pub kind: CompletionKind,
    /// Beside the label: a version, what an option takes.
    pub detail: Option<String>,
    /// Markdown.
    pub documentation: Option<String>,
    /// What is replaced, in bytes from the start of the file: the word that the cursor touches.
    pub replaces: Span,
    /// What is written there.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    Distribution,
    Version,
    Extra,
    Group,
    Option,
    MarkerVariable,
    MarkerValue,
    Operator,
    File,
}

/// What can stand at `at`, in bytes from the start of the file; the most likely first.
pub fn complete(context: &Context<'_>, at: u32) -> Vec<Completion> {
    let place = at as usize;
    let Some(slot) = slot_at(context.manifest, place) else { return Vec::new() };
    let source = &*context.manifest.text;
    let writer = |word: usize, end: usize, quote: Option<char>| Writer {
        context: *context,
        at,
        word: crate::assist::span(word, place),
        end,
        quote,
    };
    match slot {
        Slot::Requirement(text) => requirement(context, at, &text),
        Slot::Item => {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let word = source[..place].trim_end_matches(is_name).len();
            let line = source[..word].rfind('\n').map_or(0, |line| line + 1);
            let before = source[line..word].trim_end();
            if !before.is_empty() && !before.ends_with(['[', ',']) {
                return Vec::new();
            }
            let end = source.len() - source[place..].trim_start_matches(is_name).len();
            writer(word, end, None).names(|name| format!("\"{name}\""))
        }
        Slot::GroupItem => {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let word = source[..place].trim_end_matches(is_name).len();
            if !source[..word].trim_end().ends_with(['=', '[', ',']) {
                return Vec::new();
            }
            let end = source.len() - source[place..].trim_start_matches(is_name).len();
            let groups = writer(word, end, None).groups().into_iter();
            groups.map(|group| Completion { text: format!("\"{}\"", group.text), ..group }).collect()
        }
        Slot::Key { start } => {
            let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            let end = source.len() - source[place..].trim_start_matches(is_key).len();
            if !source[start..place].chars().all(is_key) {
                return Vec::new();
            }
            // A dot would part the key.
            writer(start, end, None)
                .names(|name| if name.contains('.') { format!("\"{name}\"") } else { name.to_owned() })
        }
        Slot::Version { text, name, caret } => {
            writer(text.start, text.end, text.quote).whole_versions(&name, caret)
        }
        Slot::Group(text) => writer(text.start, text.end, text.quote).groups(),
    }
}

fn requirement(context: &Context<'_>, at: u32, text: &Text) -> Vec<Completion> {
    let source = &*context.manifest.text;
    let place = at as usize;
    let Some(before) = source.get(text.start..place) else { return Vec::new() };
    // A continued line is one line; every byte stays where it is.
    let before = before.replace("\\\r\n", "   ").replace("\\\n", "  ").replace("\\\r", "  ");
    // A quote that is escaped is one all the same.
    let before = text
        .quote
        .map_or(before.clone(), |quote| before.replace(&format!("\\{quote}"), &format!(" {quote}")));
    let Some(position) = position(&before, text.is_line) else { return Vec::new() };
    let behind = &source[place..text.end.max(place)];
    let upto = |is_word: fn(char) -> bool| place + behind.find(|c| !is_word(c)).unwrap_or(behind.len());
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_operator = |c: char| matches!(c, '<' | '>' | '=' | '!' | '~');
    let is_version = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '*' | '+' | '!' | '-' | '_');
    let is_option = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_value = |c: char| !c.is_whitespace();
    let is_variable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let writer = |word: usize, end: usize| Writer {
        context: *context,
        at,
        word: crate::assist::span(text.start + word, place),
        end,
        quote: text.quote,
    };
    match position {
        Position::Name { word } => {
            let writer = writer(word, upto(is_name));
            let mut found = writer.names(str::to_owned);
            found.extend(writer.behind_name());
            found
        }
        Position::Specifier { word, name } => writer(word, upto(is_operator)).operators(&name),
        Position::Version { word, name, operator } => {
            writer(word, upto(is_version)).versions(&name, &operator)
        }
        Position::Extra { word, name, open } => {
            writer(word, upto(is_name)).extras(&name, text.start + open, text.end)
        }
        Position::Option { word, for_requirement } => writer(word, upto(is_option)).options(for_requirement),
        Position::OptionValue { word, option } => writer(word, upto(is_value)).option_values(option),
        Position::MarkerVariable { word } => writer(word, upto(is_variable)).marker_variables(),
        Position::MarkerOperator { word } => {
            let is_word = before[word..].starts_with(|c: char| c.is_ascii_alphabetic());
            writer(word, upto(if is_word { is_variable } else { is_operator })).marker_operators()
        }
        Position::MarkerValue { word, variable } => {
            // Up to the quote that closes it, if it has one.
            let quote = before[word..].chars().next().filter(|c| matches!(c, '"' | '\''));
            let closing = quote.and_then(|quote| behind.find(quote));
            let end = closing.map_or_else(|| upto(is_variable), |length| place + length + 1);
            let is_escaped = quote.is_some() && source[..text.start + word].ends_with('\\');
            writer(word - usize::from(is_escaped && word > 0), end).marker_values(variable, quote)
        }
        Position::Connective { word } => writer(word, upto(is_variable)).connectives(),
    }
}
