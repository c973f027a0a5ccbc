//! TOML with a span on everything, in the order of the text, and with what is wrong put aside
//! (<https://toml.io/en/v1.0.0>).
//!
//! The grammar is crate `toml`'s. What is added here: a text that it refuses is mended in a few places (a bracket
//! or a quote that is missing, a line that is no TOML) so that what follows is still read; tables are in the order
//! of the text; strings know where each of their characters is written; errors are said in plain words.
//!
//! All spans are those of the file that the TOML stands in, which may be more than the TOML: a comment of a Python
//! script, say. A [`SourceMap`] leads there.

use toml::de::{DeTable, DeValue};

use crate::cursor::span;
use crate::requirements_txt::remap_errors;
use crate::source_map::SourceMap;
use crate::{Name, Span, SyntaxError, normalize_name};

mod messages;
mod scan;
mod strings;

/// A TOML document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Document {
    /// The whole of it.
    pub(crate) root: Table,
    /// What is not TOML, in the order of the text. None for a template: what it will be is not known.
    pub(crate) errors: Vec<SyntaxError>,
}

/// A table, whichever way it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    /// From its `[header]`, its `{` or the first key that names it to the end of what stands in it directly; tables
    /// with a header of their own do not count.
    pub(crate) span: Span,
    /// The `[header]`, with its brackets.
    pub(crate) header: Option<Span>,
    /// In the order of the text.
    pub(crate) entries: Vec<Entry>,
}

/// A key and its value. Of a dotted key each part is an entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: Text,
    pub(crate) value: Value,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    /// With quotes, brackets or braces; of a table its own.
    pub(crate) span: Span,
    pub(crate) kind: ValueKind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ValueKind {
    Text(Text),
    Boolean(bool),
    /// A number.
    Number,
    /// A date, a time, or both.
    Date,
    Array(Vec<Value>),
    Table(Table),
    /// None of these; an error in [`Document::errors`] says so, and there is nothing more to say.
    Invalid,
}

/// A string or a key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    /// As it is meant: without quotes, escapes read, `\r\n` as `\n`.
    pub(crate) text: Box<str>,
    /// From `text` to the file.
    pub(crate) map: SourceMap,
    /// With its quotes.
    pub(crate) extent: Span,
}

/// Reads `text`, which `source` leads from to the file. Never fails.
pub(crate) fn parse(text: &str, source: &SourceMap) -> Document {
    let scan = scan::scan(text);
    if let Some(position) = scan.too_deep {
        let at = source.to_source(span(position, position + 1));
        let errors = vec![SyntaxError::requirement(at, "tables and lists are nested too deeply here")];
        let root = Table { span: source.to_source(span(0, text.len())), ..Table::default() };
        return Document { root, errors };
    }
    let (root, refused) = DeTable::parse_recoverable(text);
    if refused.is_empty() {
        let root = Converter { text, map: source }.root(root.get_ref());
        return Document { root, errors: in_source(scan.too_new, text, source) };
    }
    if scan.mends.is_empty() {
        let root = Converter { text, map: source }.root(root.get_ref());
        let mut errors = messages::errors(text, &refused);
        errors.extend(scan.too_new);
        return Document { root, errors: in_source(errors, text, source) };
    }
    drop(root);
    let (mended, map) = scan::mend(text, &scan.mends);
    let (root, refused) = DeTable::parse_recoverable(&mended);
    let map_to_file = map.through(source);
    let root = Converter { text: &mended, map: &map_to_file }.root(root.get_ref());
    let mut errors = messages::errors(&mended, &refused);
    remap_errors(&mut errors, &|span| map.to_source(span));
    errors.extend(scan.mends.into_iter().map(|mend| mend.error));
    errors.extend(scan.too_new);
    Document { root, errors: in_source(errors, text, source) }
}

impl Table {
    /// The value of `key`, if there is one.
    pub(crate) fn value(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry of `key`, if there is one.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.key.text == key)
    }

    /// The table at the end of `path`; `None` too where something on the way is not a table.
    pub(crate) fn table(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |table, key| table.value(key)?.as_table())
    }
}

impl Entry {
    /// From the key to the end of the value.
    pub(crate) fn extent(&self) -> Span {
        match &self.value.kind {
            ValueKind::Table(Table { header: Some(_), .. }) => self.value.span,
            ValueKind::Text(_)
            | ValueKind::Boolean(_)
            | ValueKind::Number
            | ValueKind::Date
            | ValueKind::Array(_)
            | ValueKind::Table(_)
            | ValueKind::Invalid => self.key.extent.cover(self.value.span),
        }
    }

    /// The key, or the `[header]` where there is one.
    pub(crate) fn head(&self) -> Span {
        self.value.as_table().and_then(|table| table.header).unwrap_or(self.key.extent)
    }
}

impl Value {
    pub(crate) fn as_text(&self) -> Option<&Text> {
        if let ValueKind::Text(text) = &self.kind { Some(text) } else { None }
    }

    pub(crate) fn as_array(&self) -> Option<&[Self]> {
        if let ValueKind::Array(items) = &self.kind { Some(items) } else { None }
    }

    pub(crate) fn as_table(&self) -> Option<&Table> {
        if let ValueKind::Table(table) = &self.kind { Some(table) } else { None }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        if let ValueKind::Boolean(value) = self.kind { Some(value) } else { None }
    }
}

impl Text {
    /// Without its quotes.
    pub(crate) fn span(&self) -> Span {
        if self.text.is_empty() {
            return self.map.to_source(Span::empty(0));
        }
        self.map.to_source(span(0, self.text.len()))
    }

    /// As the name of a distribution, an extra or a group.
    pub(crate) fn name(&self) -> Name {
        Name {
            span: self.span(),
            text: self.text.clone(),
            normalized: normalize_name(&self.text).into_boxed_str(),
        }
    }
}

/// Puts errors in their order and says one thing only of a line: what follows a mistake on its line is most often
/// wrong because of it.
fn in_source(mut errors: Vec<SyntaxError>, text: &str, source: &SourceMap) -> Vec<SyntaxError> {
    if messages::is_template(text, &errors) {
        return Vec::new();
    }
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    let mut read = 0;
    errors.retain(|error| {
        let start = error.span.start as usize;
        let same_line = read > 0 && (start < read || !text[read..start].contains('\n'));
        if !same_line {
            read = error.span.start.max(1) as usize;
            while !text.is_char_boundary(read) {
                read += 1;
            }
        }
        !same_line
    });
    remap_errors(&mut errors, &|span| source.to_source(span));
    errors
}

/// From the tree of the crate to the one here.
struct Converter<'t> {
    text: &'t str,
    /// From `text` to the file.
    map: &'t SourceMap,
}

impl Converter<'_> {
    fn root(&self, root: &DeTable<'_>) -> Table {
        let span = self.map.to_source(span(0, self.text.len()));
        Table { span, header: None, entries: self.entries(root) }
    }

    fn entries(&self, table: &DeTable<'_>) -> Vec<Entry> {
        let mut entries: Vec<Entry> = table
            .iter()
            .filter_map(|(key, value)| {
                let key = self.string(key.span());
                let value = self.value(value.span(), value.get_ref(), Some(&key))?;
                Some(Entry { key, value })
            })
            .collect();
        entries.sort_by_key(|entry| entry.key.extent.start);
        entries
    }

    /// `None` for what is not in the file: a value that is missing.
    fn value(&self, range: std::ops::Range<usize>, value: &DeValue<'_>, key: Option<&Text>) -> Option<Value> {
        let written = &self.text[range.clone()];
        let mut place = self.map.to_source(span(range.start, range.end));
        if place.is_empty() {
            return None;
        }
        let kind = match value {
            DeValue::String(_) if written.starts_with(['"', '\'']) => ValueKind::Text(self.string(range)),
            DeValue::String(_) => ValueKind::Invalid,
            DeValue::Boolean(value) if written == if *value { "true" } else { "false" } => {
                ValueKind::Boolean(*value)
            }
            DeValue::Boolean(_) => ValueKind::Invalid,
            DeValue::Integer(_) | DeValue::Float(_) => ValueKind::Number,
            DeValue::Datetime(_) => ValueKind::Date,
            DeValue::Array(items) => {
                let items = items.iter().filter_map(|item| self.value(item.span(), item.get_ref(), None));
                ValueKind::Array(items.collect())
            }
            DeValue::Table(table) => {
                let entries = self.entries(table);
                let header = written.starts_with('[').then_some(place);
                if !written.starts_with('{') {
                    // Only its header or its key is its own so far.
                    place = key.filter(|_| header.is_none()).map_or(place, |key| key.extent);
                    let inner = entries.iter().filter(|entry| !entry.has_header());
                    place = inner.fold(place, |place, entry| place.cover(entry.extent()));
                }
                ValueKind::Table(Table { span: place, header, entries })
            }
        };
        Some(Value { span: place, kind })
    }

    fn string(&self, range: std::ops::Range<usize>) -> Text {
        let (text, map) = strings::read(&self.text[range.clone()], range.start);
        let extent = self.map.to_source(span(range.start, range.end));
        Text { text: text.into(), map: map.through(self.map), extent }
    }
}

impl Entry {
    /// Whether nothing of it stands in the table that it belongs to.
    fn has_header(&self) -> bool {
        match &self.value.kind {
            ValueKind::Table(table) => table.header.is_some() || self.only_headers(),
            ValueKind::Array(items) => {
                items.iter().any(|item| item.as_table().is_some_and(|table| table.header.is_some()))
            }
            ValueKind::Text(_)
            | ValueKind::Boolean(_)
            | ValueKind::Number
            | ValueKind::Date
            | ValueKind::Invalid => false,
        }
    }

    /// Whether it is there only because the headers of others name it.
    fn only_headers(&self) -> bool {
        self.value.as_table().is_some_and(|table| {
            table.span == self.key.extent
                && !table.entries.is_empty()
                && table.entries.iter().all(Self::has_header)
        })
    }
}

#[cfg(test)]
mod tests;
