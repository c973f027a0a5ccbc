//! Python's tokens, as far as they matter to somebody who looks for literals.
//!
//! Whatever the text, there are tokens: what Python would refuse is [`TokenKind::Other`], and brackets that are never
//! closed end where the next statement surely begins.

use crate::cursor::offset;
use crate::{Span, cursor};

use super::strings::string;

/// A piece of Python.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Of an opening bracket: the index of the token that closes it, or of the one before which it ends.
    pub(super) close: usize,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or a keyword.
    Name,
    /// A string that is not bytes and has no expressions in it.
    Text,
    /// `(`, `[`, `{`
    Open,
    /// `)`, `]`, `}`
    Close,
    /// A statement ends here. Also a `;`.
    NewLine,
    /// `=`, not `==`.
    Assign,
    /// Anything else; operators of two characters are two tokens, apart from those that end in `=`.
    Other,
}

impl Token {
    pub(super) fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }

    pub(super) fn span(&self) -> Span {
        cursor::span(self.start, self.end)
    }

    pub(super) fn is(&self, text: &str, wanted: &str) -> bool {
        self.text(text) == wanted
    }
}

/// All tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new(), open: Vec::new() };
    while lexer.at < text.len() {
        lexer.token();
    }
    lexer.close_all();
    lexer.push(TokenKind::NewLine, text.len());
    lexer.tokens
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    /// Indices of the brackets that are open.
    open: Vec<usize>,
}

impl Lexer<'_> {
    fn push(&mut self, kind: TokenKind, end: usize) {
        // Texts that are too long for spans are refused early.
        let _ = offset(end);
        self.tokens.push(Token { kind, start: self.at, end, close: 0 });
        self.at = end;
    }

    fn token(&mut self) {
        let bytes = self.text.as_bytes();
        let at = self.at;
        match bytes[at] {
            b' ' | b'\t' | b'\x0c' => self.at += 1,
            b'#' => {
                let rest = &bytes[at..];
                self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            }
            b'\\' => self.at = super::strings::line_ending(bytes, at + 1).unwrap_or(at + 1),
            b'\n' | b'\r' => {
                let end = super::strings::line_ending(bytes, at).unwrap_or(at + 1);
                if !self.open.is_empty() && begins_statement(&self.text[end..]) {
                    self.close_all();
                }
                if self.open.is_empty() {
                    self.push(TokenKind::NewLine, end);
                } else {
                    self.at = end;
                }
            }
            b'(' | b'[' | b'{' => {
                self.open.push(self.tokens.len());
                self.push(TokenKind::Open, at + 1);
            }
            b')' | b']' | b'}' => {
                if let Some(open) = self.open.pop() {
                    self.tokens[open].close = self.tokens.len();
                }
                self.push(TokenKind::Close, at + 1);
            }
            b';' if self.open.is_empty() => self.push(TokenKind::NewLine, at + 1),
            b'"' | b'\'' => self.string(at),
            byte if byte == b'_' || byte.is_ascii_alphabetic() || !byte.is_ascii() => self.word(),
            byte if byte.is_ascii_digit() => {
                let length = bytes[at..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
                    .count();
                self.push(TokenKind::Other, at + length);
            }
            b'=' if bytes.get(at + 1) != Some(&b'=') => self.push(TokenKind::Assign, at + 1),
            byte => {
                let twice = bytes.get(at + 1) == Some(&b'=')
                    && matches!(
                        byte,
                        b'=' | b'!'
                            | b'<'
                            | b'>'
                            | b'+'
                            | b'-'
                            | b'*'
                            | b'/'
                            | b'%'
                            | b'|'
                            | b'&'
                            | b'^'
                            | b'@'
                            | b':'
                    );
                self.push(TokenKind::Other, at + if twice { 2 } else { 1 });
            }
        }
    }

    /// A name, or the prefix of a string.
    fn word(&mut self) {
        let rest = &self.text[self.at..];
        let length = rest
            .find(|c: char| !(c == '_' || c.is_alphanumeric()))
            .unwrap_or(rest.len())
            // A character that can be in no name is one token.
            .max(rest.chars().next().map_or(1, char::len_utf8));
        let end = self.at + length;
        if length <= 2
            && matches!(self.text.as_bytes().get(end), Some(b'"' | b'\''))
            && is_prefix(&rest[..length])
        {
            return self.string(end);
        }
        self.push(TokenKind::Name, end);
    }

    /// A string that begins here, whose quotes begin at `quote`.
    fn string(&mut self, quote: usize) {
        let string = string(self.text, self.at, quote);
        self.push(if string.is_literal { TokenKind::Text } else { TokenKind::Other }, string.end);
    }

    fn close_all(&mut self) {
        for open in self.open.drain(..) {
            self.tokens[open].close = self.tokens.len();
        }
    }
}

fn is_prefix(word: &str) -> bool {
    matches!(
        &*word.to_ascii_lowercase(),
        "r" | "u" | "b" | "f" | "t" | "br" | "rb" | "fr" | "rf" | "tr" | "rt"
    )
}

/// Whether a line is one that can only be a statement of its own, so that a bracket before it was never closed.
fn begins_statement(line: &str) -> bool {
    ["def ", "class ", "import ", "try:", "with ", "while ", "return ", "@"]
        .iter()
        .any(|word| line.starts_with(word))
        || (line.starts_with("from ") && line.lines().next().is_some_and(|line| line.contains(" import ")))
}
