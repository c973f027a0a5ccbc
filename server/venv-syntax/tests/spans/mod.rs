//! What holds for every tree, whatever the text.

use venv_syntax::{
    Line, LineKind, Marker, Name, OptionItem, Requirement, RequirementTarget, Span, SyntaxError, Url,
    normalize_name, parse_requirements_txt,
};

/// Panics unless the tree of `text` is sound: lines cover the text, every span lies within its line and on
/// the boundaries of characters, and says what its part says.
#[track_caller]
pub(crate) fn check_text(text: &str) {
    let lines = parse_requirements_txt(text).lines;
    let mut end = 0;
    for (index, line) in lines.iter().enumerate() {
        let start = line.start as usize;
        if index > 0 {
            let gap = &text[end..start];
            assert!(
                matches!(
                    gap,
                    "\n" | "\r"
                        | "\r\n"
                        | "\x0b"
                        | "\x0c"
                        | "\x1c"
                        | "\x1d"
                        | "\x1e"
                        | "\u{85}"
                        | "\u{2028}"
                        | "\u{2029}"
                ),
                "between two lines of {text:?}: {gap:?}"
            );
        } else {
            assert_eq!(start, 0);
        }
        end = start + line.tree.len as usize;
        check_line(&text[start..end], line);
    }
    assert_eq!(end, text.len(), "the lines cover {text:?}");
}

#[track_caller]
fn check_line(source: &str, line: &Line) {
    let check = Check::new(source);
    match &line.tree.kind {
        LineKind::Blank | LineKind::Invalid => {}
        LineKind::Options(options) => check.options(options),
        LineKind::Requirement(line) => {
            check.span(line.span);
            line.editable.into_iter().for_each(|span| check.span(span));
            match &line.target {
                RequirementTarget::Named(requirement) => check.requirement(requirement),
                RequirementTarget::Location { location, name, extras, marker, .. } => {
                    check.url(location);
                    name.iter().chain(extras).for_each(|name| check.name(name));
                    marker.iter().for_each(|marker| check.marker(marker));
                }
            }
            check.options(&line.options);
        }
    }
    line.tree.comments.iter().for_each(|span| {
        check.span(*span);
        assert!(span.slice(source).starts_with('#'), "{source:?}");
    });
    check.errors(&line.tree.errors);
}

struct Check<'t> {
    source: &'t str,
    /// The text of a part may have a `\` and a line ending in it.
    joined: bool,
    /// The words of options lose their quotes.
    quoted: bool,
}

impl<'t> Check<'t> {
    fn new(source: &'t str) -> Self {
        Self { source, joined: source.contains('\\'), quoted: source.contains(['"', '\'']) }
    }

    #[track_caller]
    fn span(&self, span: Span) {
        let range = span.start as usize..span.end as usize;
        assert!(self.source.get(range).is_some(), "{span:?} is not a span of {:?}", self.source);
    }

    #[track_caller]
    fn says(&self, span: Span, text: &str) {
        self.span(span);
        if !self.joined {
            assert_eq!(span.slice(self.source), text, "{:?}", self.source);
        }
    }

    fn name(&self, name: &Name) {
        self.span(name.span);
        if !self.quoted {
            self.says(name.span, &name.text);
        }
        assert_eq!(normalize_name(&name.text), *name.normalized);
    }

    fn url(&self, url: &Url) {
        self.span(url.span);
        if !self.quoted {
            self.says(url.span, &url.text);
        }
    }

    fn marker(&self, marker: &Marker) {
        match marker {
            Marker::Or(markers) | Marker::And(markers) => {
                assert!(markers.len() > 1);
                markers.iter().for_each(|marker| self.marker(marker));
            }
            Marker::Compare { span, left, operator: _, operator_span, right } => {
                for part in [left.span, *operator_span, right.span] {
                    self.span(part);
                }
                self.span(*span);
            }
        }
    }

    fn options(&self, options: &[OptionItem]) {
        for option in options {
            self.span(option.span);
            self.span(option.name);
            if let Some(value) = &option.value {
                self.span(value.span);
                if !self.quoted {
                    self.says(value.span, &value.text);
                }
            }
        }
    }

    pub(crate) fn requirement(&self, requirement: &Requirement) {
        self.span(requirement.span);
        self.name(&requirement.name);
        requirement.extras.iter().for_each(|extra| self.name(extra));
        for specifier in &requirement.specifiers {
            self.span(specifier.span);
            self.span(specifier.operator);
            self.span(specifier.version);
            assert_eq!(specifier.span, specifier.operator.cover(specifier.version));
        }
        requirement.url.iter().for_each(|url| self.url(url));
        requirement.marker.iter().for_each(|marker| self.marker(marker));
    }

    pub(crate) fn errors(&self, errors: &[SyntaxError]) {
        for error in errors {
            self.span(error.span);
            assert!(!error.message.is_empty() && !error.message.contains('\n'), "{:?}", error.message);
            assert!(!error.message.ends_with('.'), "{:?}", error.message);
            if let Some(fix) = &error.fix {
                self.span(fix.span);
                assert!(!fix.title.is_empty());
            }
        }
        assert!(errors.is_sorted_by_key(|error| error.span), "{errors:?}");
    }
}

/// The same for one requirement.
#[track_caller]
pub(crate) fn check_requirement(text: &str) {
    let (requirement, errors) = venv_syntax::parse_requirement(text);
    let check = Check::new(text);
    requirement.iter().for_each(|requirement| check.requirement(requirement));
    check.errors(&errors);
    assert!(requirement.is_some() || !errors.is_empty(), "{text:?}");
}
