//! conda's `environment.yml`
//! (<https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html>).
//!
//! The items of `dependencies` are conda's own, and are left alone. Those of the `pip` list in it are lines of a
//! requirements file, with all that pip takes in one. conda's `python` says which Pythons the file is for.

use crate::cursor::Cursor;
use crate::declarations::{Builder, line_at};
use crate::mapped_text::MappedText;
use crate::version::grammar::parse_specifier;
use crate::yaml::{Item, Node, NodeKind, Scalar, parse_yaml};
use crate::{
    Declarations, Demand, LineKind, RequiresPython, SectionKind, Span, Specifier, parse_requirements_txt,
};

/// Reads an `environment.yml`. Never fails.
pub fn parse_conda_environment(text: &str) -> Declarations {
    let document = parse_yaml(text);
    let mut builder = Builder::default();
    builder.found.errors.extend(document.error);
    let entries = document.root.as_ref().and_then(Node::as_mapping).unwrap_or_default();
    let has_dependencies = entries.iter().any(|(key, _)| key.text.text == "dependencies");
    for (key, value) in entries {
        match &*key.text.text {
            "dependencies" => {
                for item in value.as_sequence().unwrap_or_default() {
                    dependency(text, &item.node, &mut builder);
                }
            }
            "pip" if has_dependencies && value.as_sequence().is_some() => {
                let message = "conda looks for `pip` within `dependencies`: write `- pip:` there";
                builder.error(key.extent, message);
            }
            _ => {}
        }
    }
    builder.finish().with_fitting_quotes(text)
}

fn dependency(text: &str, node: &Node, builder: &mut Builder) {
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            if let Some(python) = python(&scalar.text) {
                builder.found.requires_python.push(python);
            }
        }
        NodeKind::Mapping(entries) => {
            for (key, value) in entries.iter().filter(|(key, _)| key.text.text == "pip") {
                let what = (SectionKind::Dependencies, Demand::Always);
                let whole = key.extent.cover(value.span);
                let section = builder.open(what, "dependencies.pip", None, key.extent, whole);
                for item in value.as_sequence().unwrap_or_default() {
                    requirement(text, section, item, builder);
                }
            }
        }
        NodeKind::Sequence(_) | NodeKind::Other => {}
    }
}

/// An item of the `pip` list.
fn requirement(text: &str, section: usize, item: &Item, builder: &mut Builder) {
    match &item.node.kind {
        NodeKind::Scalar(scalar) => lines(section, item, scalar, builder),
        // `{{ name }}`, which a template will make a text of.
        NodeKind::Mapping(_) if item.node.span.slice(text).starts_with("{{") => {}
        NodeKind::Mapping(_) => {
            let message =
                "a requirement is one text: write `name==version`, and put it in quotes if it has a `:`";
            builder.error(item.node.span, message);
        }
        NodeKind::Sequence(_) => {
            builder.error(item.node.span, "a requirement is one text, not a list: take it out of the list");
        }
        NodeKind::Other => {}
    }
}

/// A text of one or more lines of a requirements file.
fn lines(section: usize, item: &Item, scalar: &Scalar, builder: &mut Builder) {
    let text = &scalar.text;
    let lines = parse_requirements_txt(&text.text).lines;
    let meant = |line: &&crate::Line| line.tree.kind != LineKind::Blank || !line.tree.errors.is_empty();
    let alone = lines.iter().filter(meant).count() == 1;
    for line in lines.iter().filter(meant) {
        let start = line.start as usize;
        let part = text.part(start..start + line.tree.len as usize);
        let extent = if alone { item.extent } else { part.source() };
        let written = part.text.trim().to_owned();
        let line = line_at(part.text.len(), line.tree.kind.clone(), line.tree.errors.clone(), &part.map);
        builder.declared(section, line, &written, extent);
    }
}

/// `python=3.11`, `python >=3.9,<3.13`, `conda-forge::python==3.12.1`. What is no range of versions is left alone.
fn python(item: &MappedText) -> Option<RequiresPython> {
    let text = &item.text;
    let name = text.find("::").map_or(0, |at| at + 2);
    let rest = text[name..].strip_prefix("python")?;
    let bounds = text.len() - rest.len();
    if !rest.trim_start().starts_with(['=', '<', '>', '!', '~']) {
        return None;
    }
    let mut any_of = Vec::new();
    let mut at = bounds;
    for alternative in text[bounds..].split('|') {
        any_of.push(all_of(text, at, at + alternative.len())?);
        at += alternative.len() + 1;
    }
    for specifier in any_of.iter_mut().flatten() {
        for span in [&mut specifier.span, &mut specifier.operator, &mut specifier.version] {
            *span = item.map.to_source(*span);
        }
    }
    let span = item.part(bounds..text.len()).trimmed().source();
    Some(RequiresPython { span, path: "dependencies.python".into(), any_of })
}

/// The bounds of a range, which must all hold.
fn all_of(text: &str, start: usize, end: usize) -> Option<Vec<Specifier>> {
    let mut cursor = Cursor::new(&text[..end], start);
    let mut all = Vec::new();
    loop {
        cursor.skip_blanks();
        let start = cursor.position;
        cursor.skip_while(|byte| matches!(byte, b'=' | b'<' | b'>' | b'!' | b'~'));
        let operator = cursor.span_from(start);
        cursor.skip_blanks();
        let start = cursor.position;
        cursor.skip_until(|byte| matches!(byte, b',' | b'=') || byte.is_ascii_whitespace());
        let version = cursor.span_from(start);
        all.push(specifier(text, operator, version)?);
        // A build such as `=3.11=*_cpython` bounds no version.
        if operator.slice(text) == "=" && cursor.peek() == Some(b'=') {
            cursor.skip_until(|byte| byte == b',');
        }
        cursor.skip_blanks();
        if cursor.at_end() {
            return Some(all);
        }
        if !cursor.eat(b',') {
            return None;
        }
    }
}

/// conda's `=3.11` is any 3.11, its `>=3.9.*` is `>=3.9`.
fn specifier(text: &str, operator: Span, version: Span) -> Option<Specifier> {
    let (written, bound) = (operator.slice(text), version.slice(text));
    let number = bound.strip_suffix(".*").unwrap_or(bound);
    let value = match written {
        "=" => parse_specifier("==", &format!("{number}.*"))?,
        "==" | "!=" => parse_specifier(written, bound)?,
        _ => parse_specifier(written, number)?,
    };
    Some(Specifier { span: operator.cover(version), operator, version, value })
}
