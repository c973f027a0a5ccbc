//! One requirement as PEP 508 defines it, with a span on every part.

use crate::{Marker, Name, Span, SyntaxError, VersionSpecifier};

/// `name[extras] specifiers ; marker` or `name[extras] @ url ; marker`.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// From the name to the end of the last part, marker included.
    pub span: Span,
    pub name: Name,
    pub extras: Vec<Name>,
    /// The version specifiers in the order of the text. Empty when there are none, or when there is a URL.
    pub specifiers: Vec<Specifier>,
    pub url: Option<Url>,
    pub marker: Option<Marker>,
}

/// One `operator version` pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Specifier {
    pub span: Span,
    pub operator: Span,
    pub version: Span,
    pub value: VersionSpecifier,
}

/// A URL as written; variables such as `${TOKEN}` are left as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    pub span: Span,
    pub text: Box<str>,
}
