//! Gathers what a file of TOML asks for, in whatever order its tables are looked at.

use crate::cursor::{is_python_space, trim};
use crate::requirement::parse_specifier_set;
use crate::requirements_txt::{is_template, parse_line, remap_errors};
use crate::toml::{Entry, Text, Value, ValueKind};
use crate::{
    Declarations, Declared, DeclaredFile, Demand, Line, LineKind, Name, RequiresPython, Section, SectionKind,
    Span, Specifier, SyntaxError, parse_requirement,
};

use super::{line_at, requirement_line};

/// What has been found so far.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    pub(crate) found: Declarations,
}

impl Builder {
    /// Adds a section without includes, and returns its index.
    pub(crate) fn section(
        &mut self,
        (kind, demand): (SectionKind, Demand),
        path: impl Into<Box<str>>,
        name: Option<Name>,
        entry: &Entry,
    ) -> usize {
        self.found.sections.push(Section {
            kind,
            demand,
            path: path.into(),
            name,
            head: entry.head(),
            span: entry.extent(),
            includes: Vec::new(),
            own_extras: Vec::new(),
        });
        self.found.sections.len() - 1
    }

    /// Adds a list of requirements as `entry`'s value, which must be a list of strings, as a section.
    pub(crate) fn list(
        &mut self,
        meaning: (SectionKind, Demand),
        path: impl Into<Box<str>>,
        name: Option<Name>,
        entry: &Entry,
    ) {
        let Some(items) = self.strings(entry) else { return };
        let section = self.section(meaning, path, name, entry);
        for item in items {
            self.requirement(section, item);
        }
    }

    /// The strings of `entry`'s value, which must be a list of them; says so where it is not. `None` where it is no
    /// list at all.
    pub(crate) fn strings<'e>(&mut self, entry: &'e Entry) -> Option<Vec<&'e Text>> {
        let items = self.items(entry, "a list of strings")?;
        let mut strings = Vec::with_capacity(items.len());
        for item in items {
            match item.as_text() {
                Some(text) => strings.push(text),
                None => self.not_a_string(entry, item),
            }
        }
        Some(strings)
    }

    /// Says that an item of the list `entry` must be a string, unless something worse is known of it.
    pub(crate) fn not_a_string(&mut self, entry: &Entry, item: &Value) {
        if item.kind != ValueKind::Invalid {
            self.error(item.span, format!("every item of `{}` must be a string", entry.key.shown()));
        }
    }

    /// The items of `entry`'s value, which must be `what`; says so where it is none.
    pub(crate) fn items<'e>(&mut self, entry: &'e Entry, what: &str) -> Option<&'e [Value]> {
        let key = entry.key.shown();
        match &entry.value.kind {
            ValueKind::Array(items) => return Some(items),
            ValueKind::Invalid => {}
            ValueKind::Text(text) => {
                let message = format!("`{key}` must be {what}: put it in `[` and `]`");
                let error = SyntaxError::requirement(entry.value.span, message);
                let plain = parse_requirement(&text.text).1.is_empty()
                    && !text.text.contains(['"', '\\', '\n'])
                    && text.extent.len() == text.span().len() + 2;
                self.found.errors.push(if plain {
                    let fixed = format!("[\"{}\"]", text.text);
                    error.fixed_by(entry.value.span, fixed, "Put it in `[` and `]`")
                } else {
                    error
                });
            }
            ValueKind::Table(_) => {
                let message = format!("`{key}` must be {what}, not a table: write `{key} = [\"…\"]`");
                self.error(entry.head(), message);
            }
            ValueKind::Boolean(_) | ValueKind::Number | ValueKind::Date => {
                self.error(entry.value.span, format!("`{key}` must be {what}"));
            }
        }
        None
    }

    /// Adds a requirement as PEP 508 has it.
    pub(crate) fn requirement(&mut self, section: usize, item: &Text) {
        self.requirement_within(section, item, item.extent);
    }

    /// The same of one that is taken away with more than its quotes.
    pub(crate) fn requirement_within(&mut self, section: usize, item: &Text, extent: Span) {
        if is_template(&item.text) {
            return self.left_alone(section, item);
        }
        let text = item.text.trim_matches(is_python_space);
        if text.is_empty() {
            return self.error(extent, "there is no requirement in this string: remove it");
        }
        let line = requirement_line(&item.text, &item.map);
        self.declared(section, line, text, extent);
    }

    /// Adds a line of a requirements file.
    pub(crate) fn line(&mut self, section: usize, item: &Text) {
        let (line, _) = parse_line(&item.text, 0);
        let tree = &line.tree;
        let line = line_at(item.text.len(), tree.kind.clone(), tree.errors.clone(), &item.map);
        self.declared(section, line, item.text.trim_matches(is_python_space), item.extent);
    }

    /// Adds a requirement with parts that another tool fills in; nothing in it is wrong.
    pub(crate) fn formatted(&mut self, section: usize, item: &Text) {
        let line = requirement_line(&item.text, &item.map);
        if line.tree.errors.is_empty() {
            self.declared(section, line, "", item.extent);
        } else {
            self.left_alone(section, item);
        }
    }

    /// Adds what another tool will make a requirement of: nothing is known of it, and nothing is wrong.
    pub(crate) fn left_alone(&mut self, section: usize, item: &Text) {
        let line = line_at(item.text.len(), LineKind::Invalid, Vec::new(), &item.map);
        self.declared(section, line, "", item.extent);
    }

    /// Adds a line with what it is in a requirements file.
    pub(crate) fn declared(&mut self, section: usize, line: Line, text: &str, extent: Span) {
        let text = if text.contains(['\n', '\r']) { "" } else { text };
        self.found.declared.push(Declared { section, line, text: text.into(), extent });
    }

    /// Adds the path of a requirements file.
    pub(crate) fn file(&mut self, section: usize, path: &Text) {
        self.found.files.push(DeclaredFile { section, span: path.span(), path: path.text.clone() });
    }

    /// Adds which Pythons the file is for: `entry` has PEP 440 specifiers, which must be a string.
    pub(crate) fn requires_python(&mut self, path: &str, entry: &Entry) {
        let value = match &entry.value.kind {
            ValueKind::Text(text) => text,
            ValueKind::Invalid => return,
            ValueKind::Boolean(_)
            | ValueKind::Number
            | ValueKind::Date
            | ValueKind::Array(_)
            | ValueKind::Table(_) => {
                let message = format!("`{}` must be a string such as `\">=3.9\"`", entry.key.shown());
                return self.error(entry.value.span, message);
            }
        };
        if is_template(&value.text) {
            return;
        }
        let mut errors = Vec::new();
        let mut specifiers = parse_specifier_set(&value.text, &mut errors);
        let map = |span| value.map.to_source(span);
        for Specifier { span, operator, version, .. } in &mut specifiers {
            (*span, *operator, *version) = (map(*span), map(*operator), map(*version));
        }
        remap_errors(&mut errors, &map);
        self.found.errors.extend(errors);
        let any_of = vec![specifiers];
        self.found.requires_python.push(RequiresPython { span: value.span(), path: path.into(), any_of });
    }

    /// Says what is wrong outside of a requirement.
    pub(crate) fn error(&mut self, span: Span, message: impl Into<String>) {
        self.found.errors.push(SyntaxError::requirement(span, message));
    }

    /// Everything in the order of the text.
    pub(crate) fn finish(self) -> Declarations {
        let Declarations { sections, mut declared, mut files, mut requires_python, mentions, mut errors } =
            self.found;
        let mut order: Vec<usize> = (0..sections.len()).collect();
        order.sort_by_key(|index| sections[*index].head.start);
        let mut moved = vec![0; sections.len()];
        for (new, old) in order.into_iter().enumerate() {
            moved[old] = new;
        }
        let mut numbered: Vec<(usize, Section)> = moved.iter().copied().zip(sections).collect();
        numbered.sort_by_key(|(new, _)| *new);
        let mut sections: Vec<Section> = numbered.into_iter().map(|(_, section)| section).collect();
        for section in &mut sections {
            for include in &mut section.includes {
                include.section = include.section.map(|index| moved[index]);
            }
            section.own_extras.iter_mut().for_each(|extra| *extra = moved[*extra]);
        }
        declared.iter_mut().for_each(|declared| declared.section = moved[declared.section]);
        files.iter_mut().for_each(|file| file.section = moved[file.section]);
        declared.sort_by_key(|declared| declared.line.start);
        files.sort_by_key(|file| file.span);
        requires_python.sort_by_key(|python| python.span);
        errors.sort_by_key(|error| error.span);
        Declarations { sections, declared, files, requires_python, mentions, errors }
    }
}

impl Text {
    /// Fit for a message.
    pub(crate) fn shown(&self) -> String {
        let (start, end) = trim(&self.text, 0, self.text.len());
        crate::excerpt(&self.text[start..end])
    }
}
