//! Strings, and those without an end.

use crate::cursor::{offset, span};
use crate::{Span, SyntaxError};

use super::Scanner;

impl Scanner<'_> {
    /// A string of any kind.
    pub(super) fn string(&mut self, quote: u8, in_brackets: bool) {
        let start = self.position;
        let triple = [quote; 3];
        if !self.bytes[start..].starts_with(&triple) {
            if !self.short_string(quote) {
                self.unclosed(start, quote, in_brackets);
            }
            return;
        }
        self.position += 3;
        loop {
            let rest = &self.bytes[self.position..];
            let Some(at) = memchr::memchr2(quote, b'\\', rest) else { break };
            self.position += at;
            if rest[at] == b'\\' {
                if quote == b'"' {
                    self.escape();
                }
                self.position = (self.position + 1).min(self.text.len());
            } else if rest[at..].starts_with(&triple) {
                let quotes = rest[at..].iter().take(5).take_while(|byte| **byte == quote).count();
                self.position += quotes;
                return;
            } else {
                self.position += 1;
            }
        }
        self.position = start + 3;
        self.skip_line();
        let at = start + self.text[start..self.position].trim_end().len();
        let triple = char::from(quote).to_string().repeat(3);
        let message = format!("this `{triple}` is never closed: write `{triple}` behind the text");
        self.put(at, &triple, SyntaxError::requirement(span(start, start + 3), message));
        self.position = at;
    }

    /// A string on one line; false where it has no end, which leaves the position at the end of the line.
    pub(super) fn short_string(&mut self, quote: u8) -> bool {
        self.position += 1;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' => return false,
                b'\\' if quote == b'"' => {
                    self.escape();
                    if self.peek().is_some_and(|byte| byte != b'\n') {
                        self.position += 1;
                    }
                }
                byte => {
                    self.position += 1;
                    if byte == quote {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Moves over the `\`, not over what it stands before.
    fn escape(&mut self) {
        let start = self.position;
        self.position += 1;
        if let Some(b'e' | b'x') = self.peek() {
            self.too_new(span(start, start + 2), "this escape", "write `\\u` and four digits");
        }
    }

    /// Ends the string that began at `start`, which its line did not.
    fn unclosed(&mut self, start: usize, quote: u8, in_brackets: bool) {
        let mut content = self.text[start + 1..self.position].trim_end();
        if in_brackets {
            content = content.strip_suffix(',').map_or(content, str::trim_end);
            for (open, close) in [('[', ']'), ('{', '}')] {
                if content.ends_with(close) && content.matches(open).count() < content.matches(close).count()
                {
                    content = content[..content.len() - 1].trim_end();
                }
            }
        }
        let at = start + 1 + content.len();
        let quote = char::from(quote).to_string();
        let message = format!("a closing `{quote}` is missing");
        let error = SyntaxError::requirement(span(start, at), message).fixed_by(
            Span::empty(offset(at)),
            &*quote,
            format!("Insert `{quote}`"),
        );
        self.put(at, &quote, error);
        self.position = at;
    }
}
