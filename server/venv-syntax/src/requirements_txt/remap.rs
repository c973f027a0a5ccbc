//! Spans of a joined line, turned into spans of its source.

use crate::{Marker, Name, Requirement, Span, SyntaxError, Url};

use super::{LineKind, OptionItem, RequirementLine, RequirementTarget};

/// Passes every span of `kind` through `map`.
pub(crate) fn remap_kind(kind: &mut LineKind, map: &impl Fn(Span) -> Span) {
    match kind {
        LineKind::Blank | LineKind::Invalid => {}
        LineKind::Options(options) => remap_options(options, map),
        LineKind::Requirement(RequirementLine { span, editable, target, options }) => {
            *span = map(*span);
            if let Some(editable) = editable {
                *editable = map(*editable);
            }
            remap_target(target, map);
            remap_options(options, map);
        }
    }
}

/// Passes the spans of `errors` through `map`. An edit that would span the end of a physical line is left
/// out: it would join the lines.
pub(crate) fn remap_errors(errors: &mut [SyntaxError], map: &impl Fn(Span) -> Span) {
    for error in errors {
        error.span = map(error.span);
        error.fix = error.fix.take().and_then(|mut fix| {
            let length = fix.span.len();
            fix.span = map(fix.span);
            (fix.span.len() == length).then_some(fix)
        });
    }
}

pub(super) fn remap_target(target: &mut RequirementTarget, map: &impl Fn(Span) -> Span) {
    match target {
        RequirementTarget::Named(requirement) => remap_requirement(requirement, map),
        RequirementTarget::Location { location, name, version: _, extras, marker } => {
            remap_url(location, map);
            for name in name.iter_mut().chain(extras) {
                remap_name(name, map);
            }
            if let Some(marker) = marker {
                remap_marker(marker, map);
            }
        }
    }
}

fn remap_requirement(requirement: &mut Requirement, map: &impl Fn(Span) -> Span) {
    let Requirement { span, name, extras, specifiers, alternatives, url, marker } = requirement;
    *span = map(*span);
    remap_name(name, map);
    for extra in extras {
        remap_name(extra, map);
    }
    for specifier in specifiers.iter_mut().chain(alternatives.iter_mut().flatten()) {
        specifier.operator = map(specifier.operator);
        // Behind a `===` there may be nothing, which stands nowhere in particular.
        specifier.version = if specifier.version.is_empty() {
            Span::empty(specifier.operator.end)
        } else {
            map(specifier.version)
        };
        specifier.span = specifier.operator.cover(specifier.version);
    }
    if let Some(url) = url {
        remap_url(url, map);
    }
    if let Some(marker) = marker {
        remap_marker(marker, map);
    }
}

fn remap_name(name: &mut Name, map: &impl Fn(Span) -> Span) {
    name.span = map(name.span);
}

fn remap_url(url: &mut Url, map: &impl Fn(Span) -> Span) {
    url.span = map(url.span);
}

/// Passes every span of `marker` through `map`.
pub(crate) fn remap_marker(marker: &mut Marker, map: &impl Fn(Span) -> Span) {
    match marker {
        Marker::Or(markers) | Marker::And(markers) => {
            for marker in markers {
                remap_marker(marker, map);
            }
        }
        Marker::Compare { span, left, operator: _, operator_span, right } => {
            for span in [span, &mut left.span, operator_span, &mut right.span] {
                *span = map(*span);
            }
        }
    }
}

fn remap_options(options: &mut [OptionItem], map: &impl Fn(Span) -> Span) {
    for option in options {
        option.span = map(option.span);
        option.name = map(option.name);
        if let Some(value) = &mut option.value {
            value.span = map(value.span);
        }
    }
}
