//! Finds what is to be put into a broken text so that a reader of TOML does not lose its way behind the break.
//!
//! Only what would make it misunderstand or drop the lines that follow is mended: a list or an inline table that is
//! open when a new table or key begins, a string or a header without its end, a line that is neither a key with a
//! value nor a header. Good texts are never looked at like this; what is found in one means nothing.

use crate::cursor::{offset, span};
use crate::source_map::SourceMap;
use crate::{Span, SyntaxError};

use super::messages::no_statement;

mod quotes;

/// What is put into a text, and what is wrong there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mend {
    pub(super) at: usize,
    pub(super) insert: Box<str>,
    pub(super) error: SyntaxError,
}

#[derive(Debug, Default)]
pub(super) struct Scan {
    /// In the order of the text.
    pub(super) mends: Vec<Mend>,
    /// What TOML 1.1 allows and 1.0 does not, in the order of the text.
    pub(super) too_new: Vec<SyntaxError>,
    /// Where tables are nested so deeply that to read them could exhaust the stack.
    pub(super) too_deep: Option<usize>,
}

/// How many tables and lists may stand in one another.
const DEEPEST: usize = 400;

/// `text` with everything put in, and the map from that to `text`.
pub(super) fn mend(text: &str, mends: &[Mend]) -> (String, SourceMap) {
    let mut mended = String::with_capacity(text.len() + mends.len() * 4);
    let mut map = SourceMap::default();
    let mut from = 0;
    for mend in mends {
        mended.push_str(&text[from..mend.at]);
        map.push(mend.at - from, from..mend.at);
        mended.push_str(&mend.insert);
        map.push(mend.insert.len(), mend.at..mend.at);
        from = mend.at;
    }
    mended.push_str(&text[from..]);
    map.push(text.len() - from, from..text.len());
    (mended, map)
}

pub(super) fn scan(text: &str) -> Scan {
    let mut scanner = Scanner { text, bytes: text.as_bytes(), position: 0, dots: 0, out: Scan::default() };
    while scanner.position < text.len() && scanner.out.too_deep.is_none() {
        scanner.statement();
    }
    scanner.out.mends.sort_by_key(|mend| mend.at);
    scanner.out
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    position: usize,
    /// The most dots in one key of the statement.
    dots: usize,
    out: Scan,
}

impl Scanner<'_> {
    /// Reads one line, or the lines over which a value goes.
    fn statement(&mut self) {
        self.blanks();
        let start = self.position;
        self.dots = 0;
        match self.peek() {
            None => {}
            Some(b'\n' | b'\r') => self.position += 1,
            Some(b'#') => self.skip_line(),
            Some(b'[') => self.header(),
            Some(_) => {
                let conflict = self.bytes[start..].starts_with(b"=======");
                let is_key = !conflict && self.key();
                match self.peek() {
                    Some(b'=') if is_key => {
                        self.position += 1;
                        self.value();
                    }
                    Some(b'[' | b'{' | b'"' | b'\'') if is_key => self.missing_equals(start),
                    Some(b']') if is_key && self.ends_header() => self.missing_bracket(start),
                    Some(_) | None => self.no_statement(start),
                }
            }
        }
    }

    /// Makes a comment of a line that is nothing else.
    fn no_statement(&mut self, start: usize) {
        self.skip_line();
        let end = start + self.text[start..self.position].trim_end().len();
        self.put(start, "#", no_statement(&self.text[start..end], span(start, end)));
    }

    /// `name [`
    fn missing_equals(&mut self, start: usize) {
        let end = start + self.text[start..self.position].trim_end().len();
        let error = SyntaxError::requirement(span(start, end), "a `=` is missing behind this name");
        let error = error.fixed_by(Span::empty(offset(end)), " =", "Insert `=`");
        self.put(end, "=", error);
        self.value();
    }

    /// Whether only brackets and a comment are left of the line.
    fn ends_header(&self) -> bool {
        let line = self.text[self.position..].lines().next().unwrap_or_default();
        let rest = line.trim_start_matches(']').trim_start();
        rest.is_empty() || rest.starts_with('#')
    }

    /// `name]`
    fn missing_bracket(&mut self, start: usize) {
        let double = self.bytes.get(self.position + 1) == Some(&b']');
        let missing = if double { "[[" } else { "[" };
        let end = self.position + missing.len();
        let message = format!("a `{missing}` is missing before this name");
        let error = SyntaxError::requirement(span(start, end), message);
        let error = error.fixed_by(Span::empty(offset(start)), missing, format!("Insert `{missing}`"));
        self.put(start, missing, error);
        self.skip_line();
    }

    /// `[name]` and what is behind it on its line.
    fn header(&mut self) {
        let start = self.position;
        let double = self.bytes.get(start + 1) == Some(&b'[');
        self.position += if double { 2 } else { 1 };
        let quote = self.bytes.get(self.position).copied().filter(|byte| matches!(byte, b'"' | b'\''));
        if !self.key()
            && let Some(quote) = quote
        {
            let message = format!("a closing `{}` is missing", char::from(quote));
            let end = start + self.text[start..self.position].trim_end().len();
            return self.put(start, "#", SyntaxError::requirement(span(start, end), message));
        }
        let end = self.position
            - (self.text[start..self.position].len() - self.text[start..self.position].trim_end().len());
        let closers = self.bytes[self.position..].iter().take_while(|byte| **byte == b']').count();
        self.position += closers;
        let wanted = if double { 2 } else { 1 };
        if closers < wanted {
            // Behind a name that is not closed nothing good can come on the line.
            let at = if closers == 0 { end } else { self.position };
            let missing = &"]]"[closers..wanted];
            let head = span(start, at);
            let message = format!(
                "this `{}` is never closed: write `{missing}` behind the name",
                if double { "[[" } else { "[" }
            );
            let error = SyntaxError::requirement(head, message).fixed_by(
                Span::empty(offset(at)),
                missing,
                format!("Insert `{missing}`"),
            );
            self.put(at, missing, error);
        }
        self.skip_line();
    }

    /// Moves over `a."b".c` and the blanks behind it; says whether there was one, and it was whole.
    fn key(&mut self) -> bool {
        let mut dots = 0;
        loop {
            self.blanks();
            match self.peek() {
                Some(quote @ (b'"' | b'\'')) => {
                    if !self.short_string(quote) {
                        return false;
                    }
                }
                Some(byte) if is_bare(byte) => {
                    while self.peek().is_some_and(is_bare) {
                        self.position += 1;
                    }
                }
                // `= 1` is a key too, of which the reader says that it is empty.
                Some(b'=' | b'.') => {}
                Some(_) | None => return false,
            }
            self.blanks();
            if self.peek() != Some(b'.') {
                self.dots = self.dots.max(dots);
                return true;
            }
            dots += 1;
            self.position += 1;
        }
    }

    /// What is behind a `=`, to the end of its last line.
    fn value(&mut self) {
        let mut open: Vec<(u8, usize)> = Vec::new();
        let mut last = self.position;
        while let Some(byte) = self.peek() {
            let start = self.position;
            match byte {
                b'\n' => {
                    if open.is_empty() {
                        return;
                    }
                    self.position += 1;
                    if self.new_statement(&open) {
                        break;
                    }
                    if let Some((b'{', brace)) = open.last() {
                        let brace = span(*brace, *brace + 1);
                        self.too_new(brace, "`{ … }` over several lines", "write it on one line");
                    }
                    continue;
                }
                b' ' | b'\t' | b'\r' => {
                    self.position += 1;
                    continue;
                }
                b'#' => {
                    self.skip_line();
                    continue;
                }
                b'"' | b'\'' => self.string(byte, !open.is_empty()),
                b'[' | b'{' => {
                    self.position += 1;
                    open.push((byte, start));
                    if open.len() * (self.dots + 1) > DEEPEST {
                        self.out.too_deep = Some(start);
                        return;
                    }
                }
                b']' | b'}' => {
                    self.position += 1;
                    let opener = if byte == b']' { b'[' } else { b'{' };
                    if byte == b'}' && self.bytes[..last].last() == Some(&b',') {
                        self.too_new(span(last - 1, last), "a `,` before `}`", "remove it");
                    }
                    if let Some(at) = open.iter().rposition(|(bracket, _)| *bracket == opener) {
                        // What was opened within is closed first.
                        self.close(&open[at + 1..], last);
                        open.truncate(at);
                    }
                }
                byte => {
                    self.position += 1;
                    if byte == b'.' && !open.is_empty() {
                        self.dots += 1;
                        if open.len() * (self.dots + 1) > DEEPEST {
                            self.out.too_deep = Some(start);
                            return;
                        }
                    } else if byte == b',' {
                        self.dots = 0;
                    }
                }
            }
            last = self.position;
        }
        self.close(&open, last);
    }

    /// Puts in the brackets that are missing, the innermost first.
    fn close(&mut self, open: &[(u8, usize)], at: usize) {
        let Some((bracket, start)) = open.first() else { return };
        let closers: String =
            open.iter().rev().map(|(bracket, _)| if *bracket == b'[' { ']' } else { '}' }).collect();
        let (closer, what) = if *bracket == b'[' { (']', "item") } else { ('}', "value") };
        let message = format!(
            "this `{}` is never closed: write `{closer}` behind its last {what}",
            char::from(*bracket)
        );
        let error = SyntaxError::requirement(span(*start, start + 1), message).fixed_by(
            Span::empty(offset(at)),
            &*closers,
            format!("Insert `{closers}`"),
        );
        self.put(at, &closers, error);
    }

    /// Whether what begins here, behind a line ending within brackets, cannot be part of their value.
    fn new_statement(&mut self, open: &[(u8, usize)]) -> bool {
        let end = self.text[self.position..].find('\n').map_or(self.text.len(), |at| self.position + at);
        let line = self.text[self.position..end].trim();
        if let Some(name) = line.strip_prefix('[') {
            let name = name.trim_start_matches('[');
            let Some((name, behind)) = name.split_once(']') else { return false };
            let behind = behind.trim_start_matches(']').trim_start();
            let words = ["true", "false", "inf", "nan"];
            return name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|b| is_bare(b) || matches!(b, b'.' | b'"' | b'\'' | b' '))
                && !words.contains(&name)
                && (behind.is_empty() || behind.starts_with('#'));
        }
        // Within braces it is a key as it should be.
        let in_list = open.last().is_some_and(|(bracket, _)| *bracket == b'[');
        let Some((key, value)) = line.split_once('=').filter(|_| in_list) else { return false };
        let key = key.trim_end();
        !key.is_empty() && key.bytes().all(|b| is_bare(b) || b == b'.') && !value.starts_with('=')
    }

    /// What only TOML 1.1 allows.
    fn too_new(&mut self, at: Span, what: &str, instead: &str) {
        if self.out.too_new.last().is_none_or(|last| last.span != at) {
            let message =
                format!("{what} is TOML 1.1, which Python before 3.15 and many tools cannot read: {instead}");
            self.out.too_new.push(SyntaxError::requirement(at, message));
        }
    }

    fn put(&mut self, at: usize, insert: &str, error: SyntaxError) {
        self.out.mends.push(Mend { at, insert: insert.into(), error });
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.position += 1;
        }
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.position..];
        self.position += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }
}

/// Letters beyond ASCII are not allowed, but people write them, and the reader says so.
pub(super) fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || !byte.is_ascii()
}
