//! setuptools' `setup.cfg` (<https://setuptools.pypa.io/en/latest/userguide/declarative_config.html>).
//!
//! A list of requirements is one on each line, or on a single line with `;` between them. In `[options]` keys may be
//! written with `-` and in capitals; those of `[options.extras_require]` are names of extras as they are.
//! `%` interpolation is left alone: an item with `%(` in it could be anything.

use crate::cursor::{Cursor, offset, span, trim};
use crate::declarations::Builder;
use crate::ini::{IniEntry, IniSection, parse_ini};
use crate::mapped_text::MappedText;
use crate::requirement::name;
use crate::{Declarations, DeclaredFile, Demand, MarkerVariable, SectionKind, Span, SyntaxError};

/// Reads a `setup.cfg`. Never fails.
pub fn parse_setup_cfg(text: &str) -> Declarations {
    let mut ini = parse_ini(text);
    let mut builder = Builder::default();
    // Other tools read this file too, and are not as strict.
    let of_setuptools = |section: &IniSection<'_>| {
        section.name == "metadata" || section.name == "options" || section.name.starts_with("options.")
    };
    if ini.sections.iter().any(of_setuptools) {
        builder.found.errors.append(&mut ini.errors);
    }
    for section in &ini.sections {
        match section.name {
            "options" => {
                for entry in &section.entries {
                    option(text, entry, &mut builder);
                }
            }
            "options.extras_require" => {
                for entry in &section.entries {
                    let path = format!("options.extras_require.{}", entry.key);
                    let extra = name(text, entry.key_span.start as usize, entry.key_span.end as usize);
                    let what = (SectionKind::Extra, Demand::OnRequest);
                    let index = builder.open(what, path, Some(extra), entry.key_span, entry.span());
                    list(text, entry, index, true, &mut builder);
                }
            }
            "options.extras-require" => {
                let message = "setuptools knows this section as `[options.extras_require]`";
                builder.found.errors.push(SyntaxError::requirement(section.head, message).fixed_by(
                    section.head,
                    "[options.extras_require]",
                    "Write `[options.extras_require]`",
                ));
            }
            _ => {}
        }
    }
    let metadata = ini.sections.iter().filter(|section| section.name == "metadata");
    let mut name = metadata.flat_map(|section| &section.entries).filter(|entry| entry.key == "name");
    if let Some(name) = name.next().and_then(|entry| entry.lines.first()) {
        builder.take_in_own_extras(name.slice(text));
    }
    builder.finish()
}

/// A key of `[options]`.
fn option(text: &str, entry: &IniEntry<'_>, builder: &mut Builder) {
    let (what, files) = match &*entry.key.replace('-', "_").to_lowercase() {
        "install_requires" => ((SectionKind::Dependencies, Demand::Always), true),
        "setup_requires" => ((SectionKind::Build, Demand::Elsewhere), false),
        // A list without a name by which one could ask for it.
        "tests_require" => ((SectionKind::Group, Demand::OnRequest), false),
        "python_requires" => {
            let mut value = MappedText::default();
            for (index, line) in entry.lines.iter().enumerate() {
                if index > 0 {
                    value.push_read(" ", line.start as usize..line.start as usize);
                }
                value.push(text, line.start as usize..line.end as usize);
            }
            python(&value.trimmed(), builder);
            return;
        }
        _ => return,
    };
    let path = format!("options.{}", entry.key);
    let index = builder.open(what, path, None, entry.key_span, entry.span());
    list(text, entry, index, files, builder);
}

/// `python_requires`, behind which there can be no comment.
fn python(value: &MappedText, builder: &mut Builder) {
    if value.text.is_empty() || value.text.contains("%(") {
        return;
    }
    let length = value.text.find(['#', ';']).unwrap_or(value.text.len());
    if length < value.text.len() {
        let comment = value.part(length..value.text.len()).source();
        builder.error(comment, "a comment cannot follow a value: put it on a line of its own");
    }
    builder.python("options.python_requires", &value.part(0..length).trimmed());
}

/// The requirements of a section.
fn list(text: &str, entry: &IniEntry<'_>, section: usize, files: bool, builder: &mut Builder) {
    if let Some(first) = entry.lines.first().filter(|line| files && line.slice(text).starts_with("file:")) {
        let start = first.start as usize + "file:".len();
        return paths(text, start, entry.span().end as usize, section, builder);
    }
    let items = if let [line] = entry.lines[..] {
        let items = split(text, line, b';');
        if let [_, marker] = items[..]
            && begins_with_variable(marker.slice(text))
        {
            let message = "on one line `;` ends a requirement: put one that has a marker on a line of its own, indented";
            builder.found.errors.push(SyntaxError::requirement(marker, message));
            items[..1].to_vec()
        } else {
            items
        }
    } else {
        entry.lines.clone()
    };
    let mut joined = MappedText::default();
    for item in items {
        let (start, mut end) = (item.start as usize, item.end as usize);
        if start == end || text[start..end].starts_with('#') {
            continue;
        }
        if let Some(comment) = text[start..end].find(" #") {
            end = trim(text, start, start + comment).1;
        }
        // setuptools drops the character before a `\` at the end, and joins what follows.
        if let Some(before) = text[start..end].strip_suffix('\\') {
            let kept = before.char_indices().next_back().map_or(0, |(at, _)| at);
            let kept = trim(text, start, start + kept).1;
            joined.push(text, start..kept);
            continue;
        }
        let mut requirement = std::mem::take(&mut joined);
        requirement.push(text, start..end);
        if requirement.text.contains("%(") {
            continue;
        }
        let extent = requirement.source();
        builder.declare(section, &requirement, extent);
    }
}

/// `file: a.txt, b.txt`.
fn paths(text: &str, start: usize, end: usize, section: usize, builder: &mut Builder) {
    for path in split(text, span(start, end), b',') {
        if !path.is_empty() {
            builder.found.files.push(DeclaredFile { section, span: path, path: path.slice(text).into() });
        }
    }
}

/// The parts of `whole` between separators, without blanks at their ends.
fn split(text: &str, whole: Span, separator: u8) -> Vec<Span> {
    let mut cursor = Cursor::new(&text[..whole.end as usize], whole.start as usize);
    let mut parts = Vec::new();
    loop {
        let start = cursor.position;
        cursor.skip_until(|byte| byte == separator);
        let (start, end) = trim(text, start, cursor.position);
        parts.push(Span::new(offset(start), offset(end)));
        if !cursor.eat(separator) {
            return parts;
        }
    }
}

fn begins_with_variable(text: &str) -> bool {
    let word = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')));
    MarkerVariable::named(&text[..word.unwrap_or(text.len())]).is_some()
}
