//! As much of YAML as files that ask for packages use, with spans (<https://yaml.org/spec/1.2.2/>).
//!
//! The grammar is crate `saphyr-parser`'s, of which only this module knows. What it finds before the first mistake is
//! kept. Only the first document of a file is read.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use crate::cursor::span;
use crate::mapped_text::MappedText;
use crate::requirements_txt::is_template;
use crate::{Span, SyntaxError};

/// Nobody nests that deep, and what is deeper is left out.
const DEEPEST: usize = 32;

/// A document.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) root: Option<Node>,
    /// Why reading ended early. Not for templates, which are no YAML yet.
    pub(crate) error: Option<SyntaxError>,
}

/// A value with its place: without the dash or the key before it.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: NodeKind,
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum NodeKind {
    Scalar(Scalar),
    Sequence(Vec<Item>),
    /// Keys that are no scalars are left out.
    Mapping(Vec<(Scalar, Node)>),
    /// A value that stands elsewhere in the document (`*name`), or one that is nested too deeply.
    Other,
}

/// A text, quoted or not. Numbers are texts here.
#[derive(Debug)]
pub(crate) struct Scalar {
    pub(crate) text: MappedText,
    /// With its quotes.
    pub(crate) extent: Span,
}

/// An item of a list.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) node: Node,
    /// With the dash before it, if there is one.
    pub(crate) extent: Span,
}

impl Node {
    pub(crate) fn as_mapping(&self) -> Option<&[(Scalar, Self)]> {
        if let NodeKind::Mapping(entries) = &self.kind { Some(entries) } else { None }
    }

    pub(crate) fn as_sequence(&self) -> Option<&[Item]> {
        if let NodeKind::Sequence(items) = &self.kind { Some(items) } else { None }
    }
}

/// Reads a document. Never fails.
pub(crate) fn parse_yaml(text: &str) -> Document {
    let offsets = Offsets::new(text);
    let mut builder = Builder { text, open: Vec::new(), too_deep: 0, root: None };
    let mut error = None;
    for event in Parser::new_from_str(text) {
        match event {
            Ok((Event::DocumentEnd, _)) => break,
            Ok((event, place)) => {
                let place = offsets.byte(place.start.index())..offsets.byte(place.end.index());
                builder.event(event, place);
            }
            Err(found) => {
                error = (!is_template(text)).then(|| refused(text, &found, &offsets));
                break;
            }
        }
    }
    while !builder.open.is_empty() {
        builder.close(None);
    }
    Document { root: builder.root, error }
}

/// Where characters are in bytes.
struct Offsets {
    /// None where all characters are bytes.
    of: Option<Vec<usize>>,
    length: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let of = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
        Self { of, length: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        match &self.of {
            Some(of) => of.get(character).copied().unwrap_or(self.length),
            None => character.min(self.length),
        }
    }
}

/// A list or a mapping that is not at its end yet.
enum Open {
    Sequence { start: usize, items: Vec<Item> },
    Mapping { start: usize, entries: Vec<(Scalar, Node)>, key: Option<Option<Scalar>> },
}

struct Builder<'t> {
    text: &'t str,
    open: Vec<Open>,
    /// How many lists and mappings are open that are left out.
    too_deep: usize,
    root: Option<Node>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, place: Range<usize>) {
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) if self.open.len() == DEEPEST => {
                self.too_deep += 1;
            }
            Event::SequenceStart(..) => {
                self.open.push(Open::Sequence { start: place.start, items: Vec::new() });
            }
            Event::MappingStart(..) => {
                self.open.push(Open::Mapping { start: place.start, entries: Vec::new(), key: None });
            }
            Event::SequenceEnd | Event::MappingEnd if self.too_deep > 0 => {
                self.too_deep -= 1;
                if self.too_deep == 0 {
                    self.add(Node { span: span(place.start, place.start), kind: NodeKind::Other });
                }
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let bracket = self.text.as_bytes().get(place.start).is_some_and(|b| matches!(b, b']' | b'}'));
                self.close(bracket.then_some(place.start + 1));
            }
            Event::Scalar(..) | Event::Alias(_) if self.too_deep > 0 => {}
            Event::Scalar(value, style, ..) => {
                let scalar = scalar(self.text, &value, style, place);
                self.add(Node { span: scalar.extent, kind: NodeKind::Scalar(scalar) });
            }
            Event::Alias(_) => {
                self.add(Node { span: span(place.start, place.end), kind: NodeKind::Other });
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
    }

    /// Ends the list or mapping that was begun last, behind its bracket if it has one.
    fn close(&mut self, bracket: Option<usize>) {
        let node = match self.open.pop() {
            Some(Open::Sequence { start, items }) => {
                let end = items.last().map_or(start, |item| item.node.span.end as usize);
                let end = bracket.unwrap_or(end).max(end);
                Node { span: span(start.min(end), end), kind: NodeKind::Sequence(items) }
            }
            Some(Open::Mapping { start, entries, .. }) => {
                let end = entries.last().map_or(start, |(_, node)| node.span.end as usize);
                let end = bracket.unwrap_or(end).max(end);
                Node { span: span(start.min(end), end), kind: NodeKind::Mapping(entries) }
            }
            None => return,
        };
        self.add(node);
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(Open::Sequence { items, .. }) => {
                let extent = with_dash(self.text, node.span);
                items.push(Item { node, extent });
            }
            Some(Open::Mapping { entries, key, .. }) => match key.take() {
                None => {
                    *key = Some(match node.kind {
                        NodeKind::Scalar(scalar) => Some(scalar),
                        NodeKind::Sequence(_) | NodeKind::Mapping(_) | NodeKind::Other => None,
                    });
                }
                Some(Some(key)) => entries.push((key, node)),
                Some(None) => {}
            },
            None => self.root = Some(node),
        }
    }
}

/// The item with the dash that makes it one.
fn with_dash(text: &str, item: Span) -> Span {
    let before = &text[..item.start as usize];
    let Some(rest) = before.trim_end().strip_suffix('-') else { return item };
    let line = rest.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let is_dash = before.len() > rest.len() + 1 && rest[line..].trim_matches([' ', '\t', '-']).is_empty();
    if is_dash { span(rest.len(), item.end as usize) } else { item }
}

/// A scalar whose content or quotes are at `place`, which may begin with an anchor or a tag, and end with blanks.
fn scalar(text: &str, value: &str, style: ScalarStyle, place: Range<usize>) -> Scalar {
    let mut start = place.start;
    let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
    let source = |start: usize| text.get(start..place.end.max(start)).unwrap_or("");
    if quoted || style == ScalarStyle::Plain {
        while source(start).starts_with(['&', '!']) {
            let rest = source(start);
            let after = rest.find([' ', '\t', '\n', '\r']).unwrap_or(rest.len());
            start += after + (rest[after..].len() - rest[after..].trim_start().len());
        }
    }
    let end = start + if quoted { quoted_length(source(start)) } else { source(start).trim_end().len() };
    let content = if quoted && end > start + 1 { start + 1..end - 1 } else { start..end };
    let text = aligned(text, value, style, content.clone()).unwrap_or_else(|| {
        let mut whole = MappedText::default();
        whole.push_read(value, content);
        whole
    });
    Scalar { text, extent: span(start, end) }
}

/// The length of the quoted text that `text` begins with.
fn quoted_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match (bytes[0], bytes[at]) {
            (b'"', b'\\') => at += 2,
            (b'\'', b'\'') if bytes.get(at + 1) == Some(&b'\'') => at += 2,
            (quote, byte) if quote == byte => return at + 1,
            _ => at += 1,
        }
    }
    text.trim_end().len()
}

/// The value with the place of each of its characters. `None` where the two do not go together.
fn aligned(text: &str, value: &str, style: ScalarStyle, content: Range<usize>) -> Option<MappedText> {
    let mut read = MappedText::default();
    let mut at = content.start;
    let blank = |at: usize| text[at..content.end].starts_with([' ', '\t', '\n', '\r']);
    let value = value.trim_end_matches('\n');
    for (index, c) in value.char_indices() {
        let written = &value[index..index + c.len_utf8()];
        loop {
            let rest = text.get(at..content.end)?;
            let length = match style {
                ScalarStyle::DoubleQuoted if rest.starts_with('\\') => escape(rest),
                ScalarStyle::SingleQuoted if rest.starts_with("''") => 2,
                _ if rest.starts_with(c) => {
                    read.push(text, at..at + c.len_utf8());
                    at += c.len_utf8();
                    break;
                }
                _ => 0,
            };
            if length > 0 {
                let end = at + length;
                // A `\` at the end of a line stands for nothing.
                if !rest[1..].starts_with(['\n', '\r']) {
                    read.push_read(written, at..end);
                    at = end;
                    break;
                }
                at = end;
            } else if rest.is_empty() || !blank(at) {
                return None;
            } else if c == ' ' && rest.starts_with(['\n', '\r']) {
                // Lines that are folded into one.
                let end = at + (rest.len() - rest.trim_start().len());
                read.push_read(written, at..end);
                at = end;
                break;
            } else if c == '\n' && rest.starts_with('\r') {
                let end = at + if rest.starts_with("\r\n") { 2 } else { 1 };
                read.push_read(written, at..end);
                at = end;
                break;
            } else {
                at += 1;
            }
        }
    }
    Some(read)
}

/// The length of the escape that `text` begins with.
fn escape(text: &str) -> usize {
    let mut chars = text[1..].chars();
    let length = match chars.next() {
        Some('x') => 4,
        Some('u') => 6,
        Some('U') => 10,
        Some('\r') if chars.next() == Some('\n') => 3,
        Some(c) => 1 + c.len_utf8(),
        None => 1,
    };
    if text.is_char_boundary(length) { length.min(text.len()) } else { 1 }
}

/// Why the text is no YAML, in plain words.
fn refused(text: &str, error: &ScanError, offsets: &Offsets) -> SyntaxError {
    let info = error.info();
    let at = offsets.byte(error.marker().index());
    let has = |words: &str| info.contains(words);
    let message = if has("quoted scalar, found unexpected end") {
        "this quote is never closed".to_owned()
    } else if has("tab") {
        "YAML is indented with spaces: replace the tab".to_owned()
    } else if has("mapping values are not allowed") {
        "a `:` with a space behind it makes a table, which cannot be here: put the text in quotes".to_owned()
    } else if has("block sequence entries are not allowed") {
        "the items of a list begin on a line of their own".to_owned()
    } else if has("did not find expected key") {
        "this line is indented in another way than those that it belongs to".to_owned()
    } else if has("simple key expect") {
        "a `:` is missing behind the key, or `-` before the item of a list".to_owned()
    } else if has("did not find expected ','") || has("illegal placement of ':'") {
        "a `]`, `}` or `,` is missing before this".to_owned()
    } else if has("unexpected character") {
        "a text cannot begin with this character: put it in quotes".to_owned()
    } else if has("unknown escape") {
        "there is a `\\` in this text that begins no escape: use single quotes".to_owned()
    } else if has("unknown anchor") {
        "`*` begins the name of another value: put the text in quotes".to_owned()
    } else {
        format!("this is not YAML: {}", info.trim_end_matches('.'))
    };
    SyntaxError::requirement(wrong(text, at), message)
}

/// What to underline of what begins at `at`: to the end of its line, or the last line before the end of the file.
fn wrong(text: &str, at: usize) -> Span {
    let rest = &text[at..];
    let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let end = at + text[at..at + line].trim_end().len();
    if end > at {
        return span(at, end);
    }
    let before = text[..at].trim_end();
    let start = before.rfind(['\n', '\r']).map_or(0, |line| line + 1);
    let indent = before[start..].len() - before[start..].trim_start().len();
    span(start + indent, before.len())
}
