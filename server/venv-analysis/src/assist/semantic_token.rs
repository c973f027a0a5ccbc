//! What each part of a requirements file is, for colours.

use venv_syntax::{
    Line, LineKind, Marker, MarkerOperator, MarkerTerm, MarkerValue, OptionItem, Requirement,
    RequirementLine, RequirementTarget, Span,
};

use crate::manifest::{Manifest, ManifestKind};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SemanticToken {
    /// In bytes from the start of the file, within one line.
    pub span: Span,
    pub kind: SemanticTokenKind,
}

/// The standard token types of LSP that are used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SemanticTokenKind {
    /// The name of a distribution.
    Class,
    /// An extra.
    Parameter,
    /// A comparison.
    Operator,
    /// A version.
    Number,
    /// A marker variable.
    Variable,
    /// `and`, `or`, `not in`, `@`, `-e`, and the options.
    Keyword,
    /// A text in quotes, a URL, a path, a hash.
    String,
    /// A comment.
    Comment,
}

impl SemanticTokenKind {
    pub const ALL: [Self; 8] = [
        Self::Class,
        Self::Parameter,
        Self::Operator,
        Self::Number,
        Self::Variable,
        Self::Keyword,
        Self::String,
        Self::Comment,
    ];

    /// As LSP spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Parameter => "parameter",
            Self::Operator => "operator",
            Self::Number => "number",
            Self::Variable => "variable",
            Self::Keyword => "keyword",
            Self::String => "string",
            Self::Comment => "comment",
        }
    }
}

/// The tokens in `range`, in the order of the text, none overlapping. Nothing for formats that editors colour well
/// themselves.
pub fn semantic_tokens(manifest: &Manifest, range: Span) -> Vec<SemanticToken> {
    let mut tokens = Vec::new();
    if manifest.kind != ManifestKind::Requirements {
        return tokens;
    }
    let mut of_line = OfLine { text: &manifest.text, start: 0, found: Vec::new() };
    for line in manifest.lines_in(range) {
        of_line.read(line);
        let mut end = 0;
        for token in of_line.found.drain(..) {
            // A part of a URL may be a name too; what begins first counts.
            if token.span.start >= end && token.span.start < range.end && range.start < token.span.end {
                end = token.span.end;
                tokens.push(token);
            }
        }
    }
    tokens
}

/// The tokens of one line.
struct OfLine<'t> {
    text: &'t str,
    start: u32,
    found: Vec<SemanticToken>,
}

impl OfLine<'_> {
    fn read(&mut self, line: &Line) {
        self.start = line.start;
        match &line.tree.kind {
            LineKind::Blank | LineKind::Invalid => {}
            LineKind::Options(options) => self.options(options),
            LineKind::Requirement(line) => self.requirement(line),
        }
        for comment in &line.tree.comments {
            self.add(*comment, SemanticTokenKind::Comment);
        }
        self.found.sort_by_key(|token| token.span);
    }

    fn requirement(&mut self, line: &RequirementLine) {
        if let Some(editable) = line.editable {
            self.add(editable, SemanticTokenKind::Keyword);
        }
        let marker = match &line.target {
            RequirementTarget::Named(requirement) => {
                self.named(requirement);
                &requirement.marker
            }
            RequirementTarget::Location { location, extras, marker, .. } => {
                self.add(location.span, SemanticTokenKind::String);
                for extra in extras {
                    self.add(extra.span, SemanticTokenKind::Parameter);
                }
                marker
            }
        };
        if let Some(marker) = marker {
            let mut end = None;
            self.marker(marker, &mut end);
        }
        self.options(&line.options);
    }

    fn named(&mut self, requirement: &Requirement) {
        self.add(requirement.name.span, SemanticTokenKind::Class);
        for extra in &requirement.extras {
            self.add(extra.span, SemanticTokenKind::Parameter);
        }
        for specifier in &requirement.specifiers {
            self.add(specifier.operator, SemanticTokenKind::Operator);
            self.add(specifier.version, SemanticTokenKind::Number);
        }
        if let Some(url) = &requirement.url {
            let before = requirement.extras.last().map_or(requirement.name.span.end, |extra| extra.span.end);
            let gap = Span::new(before.min(url.span.start), url.span.start);
            self.words(gap, &["@"]);
            self.add(url.span, SemanticTokenKind::String);
        }
    }

    /// `end`: where the comparison before this one ends.
    fn marker(&mut self, marker: &Marker, end: &mut Option<u32>) {
        match marker {
            Marker::Or(markers) | Marker::And(markers) => {
                for marker in markers {
                    self.marker(marker, end);
                }
            }
            Marker::Compare { span, left, operator, operator_span, right } => {
                if let Some(end) = end.filter(|end| *end < span.start) {
                    self.words(Span::new(end, span.start), &["and", "or"]);
                }
                *end = Some(span.end);
                self.term(left);
                self.add(
                    *operator_span,
                    match operator {
                        MarkerOperator::In | MarkerOperator::NotIn => SemanticTokenKind::Keyword,
                        MarkerOperator::Equal
                        | MarkerOperator::NotEqual
                        | MarkerOperator::Less
                        | MarkerOperator::LessEqual
                        | MarkerOperator::Greater
                        | MarkerOperator::GreaterEqual
                        | MarkerOperator::Compatible
                        | MarkerOperator::Identical => SemanticTokenKind::Operator,
                    },
                );
                self.term(right);
            }
        }
    }

    fn term(&mut self, term: &MarkerTerm) {
        self.add(
            term.span,
            match term.value {
                MarkerValue::Variable(_) => SemanticTokenKind::Variable,
                MarkerValue::Literal(_) => SemanticTokenKind::String,
            },
        );
    }

    fn options(&mut self, options: &[OptionItem]) {
        for option in options {
            self.add(option.name, SemanticTokenKind::Keyword);
            if let Some(value) = &option.value {
                self.add(value.span, SemanticTokenKind::String);
            }
        }
    }

    /// Those of `words` that stand in a gap, which has no comments.
    fn words(&mut self, gap: Span, words: &[&str]) {
        let text = gap.shift(self.start).slice(self.text);
        let Some((at, word)) = words.iter().find_map(|word| Some((text.find(word)?, word))) else { return };
        if !text.contains('#') {
            let at = gap.start + crate::assist::span(0, at).end;
            self.add(Span::new(at, at + crate::assist::span(0, word.len()).end), SemanticTokenKind::Keyword);
        }
    }

    /// `span` is relative to the line. What goes on in the next line of the text becomes one token for each.
    fn add(&mut self, span: Span, kind: SemanticTokenKind) {
        let span = span.shift(self.start);
        let text = span.slice(self.text);
        if !text.contains(['\n', '\r']) {
            if !span.is_empty() {
                self.found.push(SemanticToken { span, kind });
            }
            return;
        }
        let mut at = span.start as usize;
        for piece in text.split_inclusive(['\n', '\r']) {
            let content = piece.trim_end_matches(['\n', '\r']).trim_end_matches('\\');
            let blanks = content.len() - content.trim_start().len();
            let token = crate::assist::span(at + blanks, at + content.len().max(blanks));
            if !token.is_empty() {
                self.found.push(SemanticToken { span: token, kind });
            }
            at += piece.len();
        }
    }
}
