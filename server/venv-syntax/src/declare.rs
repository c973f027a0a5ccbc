//! How the readers of formats that are no TOML put down what they find.

use crate::declarations::{Builder, line_at, requirement_line};
use crate::mapped_text::MappedText;
use crate::requirement::parse_specifier_set;
use crate::requirements_txt::{is_template, remap_errors};
use crate::{Demand, LineKind, Name, RequiresPython, Section, SectionKind, Span};

impl Builder {
    /// Adds a section without includes, and says which it is.
    pub(crate) fn open(
        &mut self,
        (kind, demand): (SectionKind, Demand),
        path: impl Into<Box<str>>,
        name: Option<Name>,
        head: Span,
        span: Span,
    ) -> usize {
        let path = path.into();
        let (includes, own_extras) = (Vec::new(), Vec::new());
        self.found.sections.push(Section { kind, demand, path, name, head, span, includes, own_extras });
        self.found.sections.len() - 1
    }

    /// Adds a requirement that is written as PEP 508 has it.
    pub(crate) fn declare(&mut self, section: usize, requirement: &MappedText, extent: Span) {
        let MappedText { text, map } = requirement;
        if is_template(text) {
            let line = line_at(text.len(), LineKind::Invalid, Vec::new(), map);
            self.declared(section, line, "", extent);
        } else {
            self.declared(section, requirement_line(text, map), text, extent);
        }
    }

    /// Adds which Pythons the file is for, as PEP 440 writes it.
    pub(crate) fn python(&mut self, path: &str, value: &MappedText) {
        if is_template(&value.text) {
            return;
        }
        let mut errors = Vec::new();
        let mut specifiers = parse_specifier_set(&value.text, &mut errors);
        let map = |span| value.map.to_source(span);
        for specifier in &mut specifiers {
            for span in [&mut specifier.span, &mut specifier.operator, &mut specifier.version] {
                *span = map(*span);
            }
        }
        remap_errors(&mut errors, &map);
        self.found.errors.extend(errors);
        let any_of = vec![specifiers];
        self.found.requires_python.push(RequiresPython { span: value.source(), path: path.into(), any_of });
    }
}
