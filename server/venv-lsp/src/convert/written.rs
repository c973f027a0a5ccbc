//! Findings as JSON text: what [`diagnostic`](super::diagnostic) makes of them, without the trees in between.
//!
//! A long file has thousands of findings, and each keystroke needs all of them again. Most of their text is that of
//! the rule: it is written once and copied from then on.

use ls_types::{Position, Range};
use serde::Serialize;
use venv_analysis::{Diagnostic, RULES, Severity};

use super::{Place, SOURCE, location, severity};
use crate::pages::page_of;

/// The findings as a JSON array; `expected` is how long the text will be, as far as that can be told.
pub fn diagnostics_as_json(place: Place<'_>, found: &[Diagnostic], expected: usize) -> String {
    let mut json = Vec::with_capacity(expected);
    let own_uri = text(place.uri);
    let mut of_rules: Vec<OfRule> = Vec::with_capacity(RULES.len());
    json.push(b'[');
    for (number, found) in found.iter().enumerate() {
        if number > 0 {
            json.push(b',');
        }
        put(&mut json, "{\"range\":");
        put_range(&mut json, place.range(found.span));
        let known =
            of_rules.iter().position(|of| of.code == found.rule.code && of.severity == found.severity);
        let known = known.unwrap_or_else(|| {
            of_rules.push(OfRule::of(found));
            of_rules.len() - 1
        });
        json.extend_from_slice(&of_rules[known].text);
        put_json(&mut json, &found.message);
        put_related(&mut json, place, &own_uri, found);
        json.push(b'}');
    }
    json.push(b']');
    String::from_utf8(json).expect("JSON is UTF-8")
}

/// What all findings of a rule say, from behind the range up to the message.
struct OfRule {
    code: &'static str,
    severity: Severity,
    text: Vec<u8>,
}

impl OfRule {
    fn of(found: &Diagnostic) -> Self {
        let code = found.rule.code;
        let mut json = Vec::new();
        put(&mut json, ",\"severity\":");
        put_json(&mut json, &severity(found.severity));
        put(&mut json, ",\"code\":");
        put_json(&mut json, code);
        if let Some(page) = page_of(code) {
            put(&mut json, ",\"codeDescription\":{\"href\":");
            put_json(&mut json, page);
            json.push(b'}');
        }
        put(&mut json, ",\"source\":");
        put_json(&mut json, SOURCE);
        put(&mut json, ",\"message\":");
        Self { code, severity: found.severity, text: json }
    }
}

fn put_related(json: &mut Vec<u8>, place: Place<'_>, own_uri: &[u8], found: &Diagnostic) {
    let mut is_first = true;
    for related in &found.related {
        let Some((uri, range)) = location(place, related) else { continue };
        put(json, if is_first { ",\"relatedInformation\":[" } else { "," });
        is_first = false;
        put(json, "{\"location\":{\"uri\":");
        match &related.file {
            None => json.extend_from_slice(own_uri),
            Some(_) => put_json(json, &*uri),
        }
        put(json, ",\"range\":");
        put_range(json, range);
        put(json, "},\"message\":");
        put_json(json, &related.message);
        json.push(b'}');
    }
    if !is_first {
        json.push(b']');
    }
}

fn put_range(json: &mut Vec<u8>, range: Range) {
    put(json, "{\"start\":");
    put_position(json, range.start);
    put(json, ",\"end\":");
    put_position(json, range.end);
    json.push(b'}');
}

fn put_position(json: &mut Vec<u8>, position: Position) {
    put(json, "{\"line\":");
    put_json(json, &position.line);
    put(json, ",\"character\":");
    put_json(json, &position.character);
    json.push(b'}');
}

fn put(json: &mut Vec<u8>, text: &str) {
    json.extend_from_slice(text.as_bytes());
}

fn put_json<T: Serialize + ?Sized>(json: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(json, value).expect("numbers and texts are JSON");
}

fn text<T: Serialize>(value: &T) -> Vec<u8> {
    let mut json = Vec::new();
    put_json(&mut json, value);
    json
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use rustc_hash::FxHashMap;
    use venv_analysis::{Related, find_rule};
    use venv_syntax::Span;

    use super::super::{diagnostic, uri};
    use super::*;
    use crate::positions::{Encoding, LineIndex};

    #[test]
    fn the_text_is_that_of_the_trees() {
        let text = "six\n# \u{1d11e} \"x\"\nflask\n";
        let related = |file: Option<&str>, start, end| Related {
            file: file.map(PathBuf::from),
            text: file.map(|_| Arc::from("a\nb\n")),
            span: Span::new(start, end),
            message: "first \"asked\" for\u{e9} here".to_owned(),
        };
        let finding = |code, severity, related| Diagnostic {
            rule: find_rule(code).expect("it is a rule"),
            span: Span::new(15, 20),
            severity,
            message: "a `\\` and a \"".to_owned(),
            related,
            environment: None,
            edit: None,
            installing_settles: false,
        };
        let found = [
            finding(
                "requirement-duplicate",
                Severity::Warning,
                vec![related(None, 0, 3), related(Some("/p/b.txt"), 2, 3)],
            ),
            finding("requirement-duplicate", Severity::Hint, Vec::new()),
            finding("option-unknown", Severity::Error, Vec::new()),
            finding("requirement-duplicate", Severity::Warning, vec![related(Some("no URI"), 0, 0)]),
        ];
        let (path, includes) = (std::path::absolute("requirements.txt"), FxHashMap::default());
        let uri = uri(&path.expect("there is a current folder")).expect("it is absolute");
        let index = LineIndex::new(text);
        let place = Place {
            uri: &uri,
            version: 1,
            text,
            index: &index,
            encoding: Encoding::Utf16,
            includes: &includes,
        };
        let trees: Vec<_> = found.iter().map(|found| diagnostic(place, found)).collect();
        let expected = serde_json::to_string(&trees).expect("they are JSON");
        assert_eq!(diagnostics_as_json(place, &found, 0), expected);
    }
}
