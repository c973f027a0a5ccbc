//! Requirements of tools that write the name as a key and everything else as its value: `django = "^4.2"`.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::declarations::Builder;
use crate::marker::parse_marker;
use crate::poetry_constraint::as_pep_440;
use crate::requirements_txt::{remap_errors, remap_kind, remap_marker};
use crate::toml::{Table, Text, Value, ValueKind};
use crate::{
    Line, LineKind, LineTree, Marker, Name, Requirement, RequirementLine, RequirementTarget, Span, Specifier,
    SyntaxError, Url, is_valid_name,
};

/// What the value of a key says. Spans are those of the file.
#[derive(Debug, Default)]
pub(crate) struct Keyed {
    /// See [`Requirement::specifiers`] and [`Requirement::alternatives`].
    pub(crate) any_of: Vec<Vec<Specifier>>,
    pub(crate) extras: Vec<Name>,
    /// What pip takes behind an `@`.
    pub(crate) url: Option<Url>,
    /// All of them must hold: each with what it is in a requirements file.
    pub(crate) markers: Vec<(Marker, String)>,
    pub(crate) errors: Vec<SyntaxError>,
    /// Whether only the tool itself can take it from where the file says: from a folder.
    pub(crate) is_local: bool,
}

impl Keyed {
    /// Reads `extras = ["a", "b"]`.
    pub(crate) fn read_extras(&mut self, table: &Table) {
        let Some(entry) = table.entry("extras") else { return };
        let Some(items) = entry.value.as_array() else {
            let message = "`extras` must be a list of strings";
            return self.errors.push(SyntaxError::requirement(entry.value.span, message));
        };
        for item in items {
            match item.as_text().map(Text::name).filter(|name| is_valid_name(&name.text)) {
                Some(name) => self.extras.push(name),
                None => {
                    self.errors.push(SyntaxError::requirement(item.span, "this is not the name of an extra"));
                }
            }
        }
    }

    /// Adds a marker that stands in the file as it is.
    pub(crate) fn read_marker(&mut self, text: &Text) {
        let mut errors = Vec::new();
        let map = |span: Span| text.map.to_source(span);
        if let Some(mut marker) = parse_marker(&text.text, 0, &mut errors) {
            remap_marker(&mut marker, &map);
            self.markers.push((marker, text.text.to_string()));
        }
        remap_errors(&mut errors, &map);
        self.errors.extend(errors);
    }

    /// Adds the marker that the value at `place` means.
    pub(crate) fn add_marker(&mut self, marker: &str, place: Span) {
        if let Some(mut read) = parse_marker(marker, 0, &mut Vec::new()) {
            remap_marker(&mut read, &|_| place);
            self.markers.push((read, marker.to_owned()));
        }
    }

    /// Reads where the distribution comes from, if not from an index: `git`, `url`, `file`, `path`.
    pub(crate) fn read_place(&mut self, table: &Table) {
        let string = |key| table.value(key).and_then(Value::as_text);
        let revision = ["rev", "ref", "tag", "branch"].into_iter().find_map(string);
        let program = ["git", "hg", "svn", "bzr"].into_iter().find_map(|key| Some((key, string(key)?)));
        let (place, mut url) = match (program, string("url").or(string("file"))) {
            (Some((program, place)), _) => {
                let revision = revision.map_or_else(String::new, |text| format!("@{}", text.text));
                let prefix = format!("{program}+");
                (
                    place,
                    format!("{prefix}{}{revision}", place.text.strip_prefix(&prefix).unwrap_or(&place.text)),
                )
            }
            (None, Some(url)) if url.text.contains("://") => (url, url.text.to_string()),
            (None, Some(_)) => {
                self.is_local = true;
                return;
            }
            (None, None) => {
                self.is_local = table.entry("path").is_some();
                return;
            }
        };
        if let Some(folder) = string("subdirectory") {
            let _ = write!(url, "#subdirectory={}", folder.text);
        }
        self.set_url(place, url);
    }

    /// Reads a URL that stands in the file as it is.
    pub(crate) fn read_url(&mut self, place: &Text) {
        self.set_url(place, place.text.to_string());
    }

    fn set_url(&mut self, place: &Text, url: String) {
        // A blank would end it.
        self.is_local = url.contains(char::is_whitespace);
        self.url = Some(Url { span: place.span(), text: url.into() });
    }

    fn text(&self, name: &str) -> String {
        if self.is_local {
            return String::new();
        }
        let mut text = name.to_owned();
        if !self.extras.is_empty() {
            let extras: Vec<&str> = self.extras.iter().map(|extra| &*extra.text).collect();
            let _ = write!(text, "[{}]", extras.join(","));
        }
        match &self.url {
            Some(url) => {
                let _ = write!(text, " @ {}", url.text);
            }
            None => text.push_str(&as_pep_440(&self.any_of)),
        }
        let markers: Vec<&str> = self.markers.iter().map(|(_, text)| text.trim()).collect();
        match &markers[..] {
            [] => {}
            [marker] => {
                let _ = write!(text, " ; {marker}");
            }
            markers => {
                let _ = write!(text, " ; ({})", markers.join(") and ("));
            }
        }
        text
    }
}

impl Builder {
    /// Adds the requirement that the key `name` and its value make, which stand at `place`.
    pub(crate) fn keyed(&mut self, section: usize, name: &Text, place: Span, mut value: Keyed) {
        let mut written = name.name();
        if !is_valid_name(&written.text) {
            let message = format!("`{}` is not the name of a package", name.shown());
            value.errors.push(SyntaxError::requirement(name.extent, message));
        }
        if written.span.start < place.start || written.span.end > place.end {
            // One of several values of the key.
            written.span = place;
        }
        let text = value.text(&written.text);
        let mut any_of = std::mem::take(&mut value.any_of).into_iter();
        let mut markers: Vec<Marker> = value.markers.into_iter().map(|(marker, _)| marker).collect();
        let marker = if markers.len() > 1 { Some(Marker::And(markers)) } else { markers.pop() };
        let requirement = Requirement {
            span: place,
            name: written,
            extras: value.extras,
            specifiers: any_of.next().unwrap_or_default(),
            alternatives: any_of.collect(),
            url: value.url,
            marker: marker.map(Box::new),
        };
        let mut kind = LineKind::Requirement(RequirementLine {
            span: place,
            editable: None,
            target: RequirementTarget::Named(requirement),
            options: Vec::new(),
        });
        let mut errors = value.errors;
        // Within the line; what is wrong outside of it is said of all of it.
        let map = |span: Span| {
            let is_in = place.start <= span.start && span.end <= place.end;
            let span = if is_in { span } else { place };
            Span::new(span.start - place.start, span.end - place.start)
        };
        remap_kind(&mut kind, &map);
        remap_errors(&mut errors, &map);
        errors.sort_by_key(|error| error.span);
        let tree = LineTree { len: place.len(), kind, errors, comments: Vec::new() };
        self.declared(section, Line { start: place.start, tree: Arc::new(tree) }, &text, place);
    }
}

/// Says that a value is of no kind that is known here.
pub(crate) fn wrong_value(value: &Value, message: &str) -> Option<SyntaxError> {
    (value.kind != ValueKind::Invalid).then(|| SyntaxError::requirement(value.span, message))
}
