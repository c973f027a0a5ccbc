//! INI files as Python's `configparser` reads them with its defaults
//! (<https://docs.python.org/3/library/configparser.html>), with spans and without end at the first mistake.
//!
//! A value goes on in lines that are indented more than the line of its key. `#` and `;` begin a comment only where
//! nothing is before them on their line. Interpolation (`%(name)s`) is left to whoever reads the values.

use std::collections::HashSet;

use crate::cursor::{is_python_space, span, trim};
use crate::excerpt;
use crate::{Span, SyntaxError};

/// What a file says.
#[derive(Debug, Default)]
pub(crate) struct Ini<'t> {
    /// In the order of the text. One that is there twice is here twice.
    pub(crate) sections: Vec<IniSection<'t>>,
    /// Why `configparser` would refuse the file.
    pub(crate) errors: Vec<SyntaxError>,
}

/// `[name]` and what follows it.
#[derive(Debug)]
pub(crate) struct IniSection<'t> {
    pub(crate) name: &'t str,
    /// With its brackets.
    pub(crate) head: Span,
    pub(crate) entries: Vec<IniEntry<'t>>,
}

/// `key = value`.
#[derive(Debug)]
pub(crate) struct IniEntry<'t> {
    pub(crate) key: &'t str,
    pub(crate) key_span: Span,
    /// What each line holds of the value, without blanks at its ends: first what is on the line of the key. Blank
    /// lines within the value are empty spans, those at its end are left out.
    pub(crate) lines: Vec<Span>,
}

impl IniEntry<'_> {
    /// From the key to the end of the value.
    pub(crate) fn span(&self) -> Span {
        self.lines.last().map_or(self.key_span, |last| self.key_span.cover(*last))
    }
}

/// Reads a file. Never fails.
pub(crate) fn parse_ini(text: &str) -> Ini<'_> {
    let mut reader = Reader { text, ini: Ini::default(), indent: 0, goes_on: false, seen: HashSet::new() };
    let mut start = 0;
    while start < text.len() {
        let rest = &text.as_bytes()[start..];
        let end = memchr::memchr2(b'\n', b'\r', rest).map_or(text.len(), |at| start + at);
        reader.line(start, end);
        start = end + if text[end..].starts_with("\r\n") { 2 } else { 1 };
    }
    for entry in reader.ini.sections.iter_mut().flat_map(|section| &mut section.entries) {
        while entry.lines.len() > 1 && entry.lines.last().is_some_and(|line| line.is_empty()) {
            entry.lines.pop();
        }
    }
    reader.ini
}

struct Reader<'t> {
    text: &'t str,
    ini: Ini<'t>,
    /// Of the line of the last key or header, in characters.
    indent: usize,
    /// Whether the last section has a key whose value may go on.
    goes_on: bool,
    /// Sections, and keys with their sections.
    seen: HashSet<(&'t str, Option<&'t str>)>,
}

impl<'t> Reader<'t> {
    /// The line from `from` to `to`, which does not hold its line ending.
    fn line(&mut self, from: usize, to: usize) {
        let (start, end) = trim(self.text, from, to);
        if self.text[start..end].starts_with(['#', ';']) {
            return;
        }
        if start == end {
            if self.goes_on {
                self.value_line(span(from, from));
            }
            return;
        }
        let indent = self.text[from..start].chars().count();
        if self.goes_on && indent > self.indent {
            self.value_line(span(start, end));
            return;
        }
        self.indent = indent;
        let line = &self.text[start..end];
        let close = line.rfind(']').filter(|close| line.starts_with('[') && *close > 1);
        match close {
            Some(close) => self.header(start, close),
            None => self.key(start, end),
        }
    }

    fn value_line(&mut self, line: Span) {
        let section = self.ini.sections.last_mut();
        if let Some(entry) = section.and_then(|section| section.entries.last_mut()) {
            entry.lines.push(line);
        }
    }

    fn header(&mut self, start: usize, close: usize) {
        let name = &self.text[start + 1..start + close];
        let head = span(start, start + close + 1);
        if !self.seen.insert((name, None)) {
            let message = format!("`[{}]` is in the file twice: put both into one", excerpt(name));
            self.ini.errors.push(SyntaxError::requirement(head, message));
        }
        self.ini.sections.push(IniSection { name, head, entries: Vec::new() });
        self.goes_on = false;
    }

    fn key(&mut self, start: usize, end: usize) {
        let line = &self.text[start..end];
        let whole = span(start, end);
        let Some(section) = self.ini.sections.last_mut() else {
            let message = if line.starts_with('[') {
                unclosed(line)
            } else {
                "a section such as `[options]` must come before this line".to_owned()
            };
            self.ini.errors.push(SyntaxError::requirement(whole, message));
            return;
        };
        let Some(delimiter) = memchr::memchr2(b'=', b':', line.as_bytes()) else {
            let message = if line.starts_with('[') {
                unclosed(line)
            } else if self.goes_on {
                format!(
                    "`{}` is not `key = value`: indent it if it belongs to the value above",
                    excerpt(line)
                )
            } else {
                format!("`{}` is not `key = value`", excerpt(line))
            };
            self.ini.errors.push(SyntaxError::requirement(whole, message));
            return;
        };
        let key = line[..delimiter].trim_end_matches(is_python_space);
        if key.is_empty() {
            let at = span(start, start + delimiter + 1);
            let message = format!("a key is missing before `{}`", &line[delimiter..=delimiter]);
            self.ini.errors.push(SyntaxError::requirement(at, message));
        }
        let key_span = span(start, start + key.len());
        if !key.is_empty() && !self.seen.insert((section.name, Some(key))) {
            let message =
                format!("`{}` is in `[{}]` twice: put both into one", excerpt(key), excerpt(section.name));
            self.ini.errors.push(SyntaxError::requirement(key_span, message));
        }
        let (value_start, value_end) = trim(self.text, start + delimiter + 1, end);
        section.entries.push(IniEntry { key, key_span, lines: vec![span(value_start, value_end)] });
        self.goes_on = true;
    }
}

fn unclosed(line: &str) -> String {
    format!("the `]` behind `{}` is missing", excerpt(line))
}

#[cfg(test)]
mod tests;
