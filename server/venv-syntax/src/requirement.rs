//! One requirement as PEP 508 defines it, with a span on every part.

use crate::version::any_version;
use crate::{Marker, Name, Span, SyntaxError, Version, VersionSpecifier, satisfies};

mod parse;
mod specifiers;

pub(crate) use parse::{Dialect, bracketed_extras, name, parse};
pub(crate) use specifiers::parse_specifier_set;

/// `name[extras] specifiers ; marker` or `name[extras] @ url ; marker`.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// From the name to the end of the last part, marker included.
    pub span: Span,
    /// What is asked for.
    pub name: Name,
    /// In the order of the text.
    pub extras: Vec<Name>,
    /// The version specifiers in the order of the text. Empty when there are none, or when there is a URL.
    pub specifiers: Vec<Specifier>,
    /// What may hold instead of `specifiers`, all of one of these: Poetry's `||`. Empty in every other format.
    pub alternatives: Vec<Vec<Specifier>>,
    /// What is behind the `@`.
    pub url: Option<Url>,
    /// What is behind the `;`.
    pub marker: Option<Box<Marker>>,
}

/// One `operator version` pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Specifier {
    /// From the operator to the end of the version.
    pub span: Span,
    /// The operator.
    pub operator: Span,
    /// The version, with its `.*`.
    pub version: Span,
    /// What the two say, for [`satisfies`](crate::satisfies).
    pub value: VersionSpecifier,
}

/// A URL as written; variables such as `${TOKEN}` are left as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// Where it is written.
    pub span: Span,
    /// As written.
    pub text: Box<str>,
}

impl Requirement {
    /// From the first version specifier to the last; `None` where there are none.
    pub fn versions_span(&self) -> Option<Span> {
        let specifiers = self.specifiers.iter().chain(self.alternatives.iter().flatten());
        specifiers.map(|specifier| specifier.span).reduce(Span::cover)
    }

    /// Whether it takes `version` as it is installed; see [`satisfies`](crate::satisfies).
    pub fn allows(&self, version: &Version) -> bool {
        let holds = |specifiers: &[Specifier]| {
            satisfies(version, specifiers.iter().map(|specifier| &specifier.value))
        };
        holds(&self.specifiers) || self.alternatives.iter().any(|specifiers| holds(specifiers))
    }
}

/// Whether some version is allowed by every one of `requirements`, be there such a release or not; true where that
/// cannot be told. Names, URLs and markers are not looked at.
pub fn any_version_allowed(requirements: &[&Requirement]) -> bool {
    let specifiers: Vec<&VersionSpecifier> = requirements
        .iter()
        .flat_map(|requirement| std::iter::once(&requirement.specifiers).chain(&requirement.alternatives))
        .flatten()
        .map(|specifier| &specifier.value)
        .collect();
    any_version(&specifiers, |version| requirements.iter().all(|requirement| requirement.allows(version)))
}

/// Reads one requirement as the specification of dependency specifiers has it (PEP 508), which is what
/// `pyproject.toml` holds. Spans are relative to `text`.
///
/// There is a requirement whenever there is a name, whatever is wrong behind it: a part that could not be
/// understood is left out, and an error says so.
pub fn parse_requirement(text: &str) -> (Option<Requirement>, Vec<SyntaxError>) {
    let mut errors = Vec::new();
    let requirement = parse(text, 0, Dialect::Specification, &mut errors);
    errors.sort_by_key(|error| error.span);
    (requirement, errors)
}
