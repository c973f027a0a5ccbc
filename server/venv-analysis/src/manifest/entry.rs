//! One requirement of a manifest, whatever format it stands in.

use venv_syntax::{
    Demand, LineKind, LineTree, Name, OptionItem, OptionKind, Requirement, RequirementLine,
    RequirementTarget, Section, Span, logical_text,
};

/// One requirement of a manifest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry<'a> {
    /// Bytes from the start of the file to the line. The spans of the parts are relative to it.
    pub start: u32,
    /// Equal for equal normalised names; 0 where the line has none.
    pub(crate) name_hash: u64,
    pub(super) tree: &'a LineTree,
    pub(super) detail: Option<&'a Detail>,
    pub(super) sections: &'a [Section],
}

/// What a format with sections says of a requirement beside its line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Detail {
    /// Index into [`Manifest::sections`](super::Manifest::sections).
    pub(super) section: usize,
    /// See [`Entry::extent`].
    pub(super) extent: Span,
    /// See [`Declared::text`](venv_syntax::Declared::text).
    pub(super) text: Box<str>,
}

impl<'a> Entry<'a> {
    /// The requirement, from `-e` or its first character to its last, in bytes from the start of the file.
    pub fn span(self) -> Span {
        self.line().span.shift(self.start)
    }

    /// The whole logical line without its line ending, in bytes from the start of the file.
    pub fn line_span(self) -> Span {
        Span::new(self.start, self.start + self.tree.len)
    }

    /// The name's place, or the whole requirement's where it has no name; in bytes from the start of the file.
    pub fn name_span(self) -> Span {
        self.name().map_or(self.line().span, |name| name.span).shift(self.start)
    }

    /// The name that the file tells; a path to a project has none until it is built.
    pub fn name(self) -> Option<&'a Name> {
        match &self.line().target {
            RequirementTarget::Named(requirement) => Some(&requirement.name),
            RequirementTarget::Location { name, .. } => name.as_ref(),
        }
    }

    /// The PEP 508 requirement, where it is one.
    pub fn requirement(self) -> Option<&'a Requirement> {
        match &self.line().target {
            RequirementTarget::Named(requirement) => Some(requirement),
            RequirementTarget::Location { .. } => None,
        }
    }

    pub fn marker(self) -> Option<&'a venv_syntax::Marker> {
        match &self.line().target {
            RequirementTarget::Named(requirement) => requirement.marker.as_deref(),
            RequirementTarget::Location { marker, .. } => marker.as_deref(),
        }
    }

    /// The extras that it asks for.
    pub fn extras(self) -> &'a [Name] {
        match &self.line().target {
            RequirementTarget::Named(requirement) => &requirement.extras,
            RequirementTarget::Location { extras, .. } => extras,
        }
    }

    pub fn hashes(self) -> Vec<&'a OptionItem> {
        self.line().options.iter().filter(|option| option.kind == OptionKind::Hash).collect()
    }

    /// The list that it stands in, in a format that has several.
    pub fn section(self) -> Option<&'a Section> {
        self.sections.get(self.detail?.section)
    }

    /// Index into [`Manifest::sections`](super::Manifest::sections) of the list that it stands in.
    pub fn section_index(self) -> Option<usize> {
        self.detail.map(|detail| detail.section)
    }

    /// Who gets it.
    pub fn demand(self) -> Demand {
        self.section().map_or(Demand::Always, |section| section.demand)
    }

    /// What is taken away when the requirement is, in bytes from the start of the file: the logical line without its
    /// line ending, or the item of a list with its quotes and without its comma.
    pub fn extent(self) -> Span {
        self.detail.map_or_else(|| self.line_span(), |detail| detail.extent)
    }

    /// Whether the tools would refuse it.
    pub fn is_invalid(self) -> bool {
        !self.tree.errors.is_empty()
    }

    /// It as one line of a requirements file, without comments. Empty where no such line says the same.
    pub fn joined(self, text: &str) -> String {
        if let Some(detail) = self.detail {
            // A line break that an escape hides would begin a line that nobody sees.
            let is_line =
                !detail.text.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
            return if is_line { detail.text.to_string() } else { String::new() };
        }
        logical_text(self.line_span().slice(text)).into_owned()
    }

    pub fn line(self) -> &'a RequirementLine {
        match &self.tree.kind {
            LineKind::Requirement(line) => line,
            LineKind::Blank | LineKind::Options(_) | LineKind::Invalid => {
                unreachable!("an entry is only made of a requirement line")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Manifest;

    #[test]
    fn a_continued_line_becomes_one_line() {
        let text = "six==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb  # via x\nflask\n";
        let manifest = Manifest::parse("/p/requirements.txt".into(), text.into());
        let joined = manifest.entries().next().expect("an entry").joined(text);
        let words: Vec<_> = joined.split_whitespace().collect();
        assert_eq!(words, ["six==1.0", "--hash=sha256:aa", "--hash=sha256:bb"]);
    }
}
