//! Comments that ask tools not to speak.

use memchr::memmem;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::{Ranged, TextRange};

use crate::cursor::span;
use crate::{Span, Suppression, SuppressionKind};

/// The comments of a file that are about it or about its lines.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// In the order of the text.
    pub(super) of_file: Vec<Suppression>,
    /// In the order of the text.
    of_lines: Vec<Suppression>,
}

impl Comments {
    /// All that there are. `first` is the first statement.
    pub(super) fn gather(text: &str, tokens: &Tokens, first: Option<TextRange>) -> Self {
        const WORDS: [&str; 7] = ["noqa", "NOQA", "NoQA", "ignore", "pyright:", "pylint:", "mypy:"];
        let mut comments = Self::default();
        if !WORDS.iter().any(|word| memmem::find(text.as_bytes(), word.as_bytes()).is_some()) {
            return comments;
        }
        let first = first.map_or(text.len(), |first| first.start().to_usize());
        for token in tokens.iter().filter(|token| token.kind() == TokenKind::Comment) {
            let (start, end) = (token.start().to_usize(), token.end().to_usize());
            let line = text[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
            let is_alone = text[line..start].trim_start_matches('\u{feff}').trim().is_empty();
            comments.comment(text, start, end, is_alone, start < first);
        }
        comments
    }

    /// A comment may have others in it: `# type: ignore  # noqa`.
    fn comment(&mut self, text: &str, start: usize, end: usize, is_alone: bool, is_first: bool) {
        let mut at = start;
        for part in text[start..end].split('#').skip(1) {
            let found = span(at, at + 1 + part.trim_end().len());
            at += 1 + part.len();
            let Some((whose, said)) = part.split_once(':').or(Some((part, ""))) else { continue };
            let (whose, said) = (whose.trim(), said.trim());
            let of_line = |kind, codes| (false, Suppression { kind, codes, span: found });
            let of_file = |kind, codes| (true, Suppression { kind, codes, span: found });
            let word = first_word(whose);
            let understood = match whose {
                "type" if first_word(said) == "ignore" => {
                    let codes = bracketed(said);
                    // mypy takes it for one of the file where nothing stands before it.
                    let is_of_file = is_alone && is_first;
                    (is_of_file, Suppression { kind: SuppressionKind::TypeIgnore, codes, span: found })
                }
                "pyright" if first_word(said) == "ignore" && !is_alone => {
                    of_line(SuppressionKind::Pyright, bracketed(said))
                }
                "pyright" if is_alone => of_file(SuppressionKind::Pyright, listed(said)),
                "ty" if first_word(said) == "ignore" => (
                    is_alone && is_first,
                    Suppression { kind: SuppressionKind::Ty, codes: bracketed(said), span: found },
                ),
                "mypy" if is_alone => of_file(SuppressionKind::Mypy, listed(said)),
                "pylint" => match said.split_once('=') {
                    Some((what, codes)) if what.trim() == "disable" => (
                        is_alone,
                        Suppression { kind: SuppressionKind::Pylint, codes: listed(codes), span: found },
                    ),
                    Some(_) | None => continue,
                },
                "ruff" | "flake8" if first_word(said).eq_ignore_ascii_case("noqa") && is_alone => {
                    let codes = said.split_once(':').map_or(Vec::new(), |(_, codes)| codes_of(codes));
                    of_file(SuppressionKind::Noqa, codes)
                }
                _ if word.eq_ignore_ascii_case("noqa") => of_line(SuppressionKind::Noqa, codes_of(said)),
                _ => continue,
            };
            let (is_of_file, suppression) = understood;
            if is_of_file { &mut self.of_file } else { &mut self.of_lines }.push(suppression);
        }
    }

    /// Those on the lines on which `statement` stands.
    pub(super) fn on_lines_of(&self, text: &str, statement: Span) -> Vec<Suppression> {
        if self.of_lines.is_empty() {
            return Vec::new();
        }
        let rest = &text.as_bytes()[statement.end as usize..];
        let end = statement.end as usize + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let first = self.of_lines.partition_point(|comment| comment.span.start < statement.start);
        self.of_lines[first..]
            .iter()
            .take_while(|comment| (comment.span.start as usize) < end)
            .cloned()
            .collect()
    }
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len())]
}

/// What stands in `[` and `]`.
fn bracketed(said: &str) -> Vec<Box<str>> {
    let inner = said.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    inner.map_or(Vec::new(), |(inner, _)| listed(inner))
}

/// What commas part.
fn listed(said: &str) -> Vec<Box<str>> {
    said.split(',').map(str::trim).filter(|code| !code.is_empty()).map(Into::into).collect()
}

/// Codes such as `F401`, up to the first word that is none.
fn codes_of(said: &str) -> Vec<Box<str>> {
    let is_code = |word: &&str| {
        let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
        letters > 0 && word.len() > letters && word.bytes().skip(letters).all(|byte| byte.is_ascii_digit())
    };
    said.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .take_while(is_code)
        .map(Into::into)
        .collect()
}
