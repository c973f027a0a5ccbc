//! What each part of a requirements file is, for colours.

use venv_syntax::Span;

use crate::manifest::Manifest;

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
pub fn semantic_tokens(_manifest: &Manifest, _range: Span) -> Vec<SemanticToken> {
    Vec::new()
}
