//! What a line of a requirements file says, apart from how it is written.

use venv_syntax::{
    Line, LineKind, Marker, MarkerTerm, MarkerValue, Name, OptionItem, OptionKind, RequirementLine,
    RequirementTarget, Span,
};

/// Equal for lines that say the same.
#[derive(Debug, PartialEq)]
pub(super) enum Meaning<'t> {
    Nothing { comment: Option<&'t str> },
    Invalid,
    Options { options: Vec<(OptionKind, Option<&'t str>)>, comment: Option<&'t str> },
    Requirement(Box<Asked<'t>>),
}

#[derive(Debug, PartialEq)]
pub(super) struct Asked<'t> {
    is_editable: bool,
    name: Option<&'t str>,
    extras: Vec<&'t str>,
    /// As they are written, without blanks.
    specifiers: Vec<(&'t str, &'t str)>,
    location: Option<&'t str>,
    marker: Vec<String>,
    options: Vec<(OptionKind, Option<&'t str>)>,
    comments: Vec<&'t str>,
}

pub(super) fn meaning<'t>(line: &'t Line, text: &'t str) -> Meaning<'t> {
    let slice = |span: Span| span.shift(line.start).slice(text);
    let comments: Vec<&str> = line.tree.comments.iter().map(|comment| slice(*comment).trim_end()).collect();
    match &line.tree.kind {
        LineKind::Blank => Meaning::Nothing { comment: comments.first().copied() },
        LineKind::Invalid => Meaning::Invalid,
        LineKind::Options(items) => {
            Meaning::Options { options: options(items), comment: comments.first().copied() }
        }
        LineKind::Requirement(requirement) => {
            Meaning::Requirement(Box::new(asked(requirement, comments, &slice)))
        }
    }
}

fn asked<'t>(
    line: &'t RequirementLine,
    comments: Vec<&'t str>,
    slice: &impl Fn(Span) -> &'t str,
) -> Asked<'t> {
    let names = |names: &'t [Name]| names.iter().map(|name| &*name.text).collect();
    let mut parts = Vec::new();
    let (name, extras, marker, location, specifiers) = match &line.target {
        RequirementTarget::Named(requirement) => {
            let specifiers = requirement.specifiers.iter();
            (
                Some(&*requirement.name.text),
                names(&requirement.extras),
                &requirement.marker,
                requirement.url.as_ref().map(|url| &*url.text),
                specifiers.map(|found| (slice(found.operator), slice(found.version))).collect(),
            )
        }
        RequirementTarget::Location { location, name, extras, marker, .. } => {
            (name.as_ref().map(|name| &*name.text), names(extras), marker, Some(&*location.text), Vec::new())
        }
    };
    if let Some(marker) = marker {
        add_marker(marker, &mut parts);
    }
    Asked {
        is_editable: line.editable.is_some(),
        name,
        extras,
        specifiers,
        location,
        marker: parts,
        options: options(&line.options),
        comments,
    }
}

fn options(items: &[OptionItem]) -> Vec<(OptionKind, Option<&str>)> {
    items.iter().map(|item| (item.kind, item.value.as_ref().map(|value| &*value.text))).collect()
}

fn add_marker(marker: &Marker, parts: &mut Vec<String>) {
    let term = |term: &MarkerTerm| match &term.value {
        MarkerValue::Variable(variable) => variable.name().to_owned(),
        MarkerValue::Literal(text) => format!("{text:?}"),
    };
    match marker {
        Marker::Or(markers) | Marker::And(markers) => {
            parts.push(if matches!(marker, Marker::Or(_)) { "or(" } else { "and(" }.to_owned());
            for marker in markers {
                add_marker(marker, parts);
            }
            parts.push(")".to_owned());
        }
        Marker::Compare { left, operator, right, .. } => {
            parts.push(format!("{} {} {}", term(left), operator.text(), term(right)));
        }
    }
}
