//! `requirement-conflict`: no version is what all lines ask for together.

use venv_syntax::Span;

use crate::check::{Findings, Subject};
use crate::diagnostic::{Related, Severity};
use crate::doubles::{Conflict, Place};
use crate::rules::Rule;
use crate::words::{file_name, quoted};

pub(super) const RULE: Rule = Rule {
    code: "requirement-conflict",
    summary: "no version is what all lines ask for together",
    severity: Severity::Error,
    page: include_str!("../../../../docs/reference/rules/requirement-conflict.md"),
    check,
};

/// How many of the places are shown with a finding.
const RELATED: usize = 5;

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    for entry in context.entries_that(|verdict| verdict.is_impossible) {
        let Some(requirement) = entry.requirement() else { continue };
        let Some(span) = requirement.versions_span() else { continue };
        let span = span.shift(entry.start);
        let written = quoted(span.slice(&context.manifest.text));
        findings.add(span, format!("no version of {} is {written}", quoted(&requirement.name.text)));
    }
    for conflict in context.doubles.conflicts() {
        report(context, findings, conflict);
    }
}

fn report(context: &Subject<'_>, findings: &mut Findings<'_>, conflict: &Conflict) {
    let Some(shown) = context.files.place(conflict.shown) else { return };
    let rest: Vec<Place<'_>> =
        conflict.rest.iter().take(RELATED).filter_map(|at| context.files.place(*at)).collect();
    let name = quoted(shown.entry.name().map_or("", |name| &name.text));
    let message = match &rest[..] {
        [other] => format!("no version of {name} is both {} and {}", whose(&shown), whose(other)),
        _ => format!("no version of {name} is {} and all that the other lines ask for", whose(&shown)),
    };
    let span = shown.include.map_or_else(|| versions_span(&shown), |include| include.span);
    findings.add(span, message).related = rest
        .iter()
        .map(|other| Related {
            file: (!other.is_own()).then(|| other.manifest.path.clone()),
            text: None,
            span: versions_span(other),
            message: format!("{} is asked for here", versions(other)),
        })
        .collect();
}

/// The versions, in bytes from the start of their file.
fn versions_span(place: &Place<'_>) -> Span {
    let span = place.entry.requirement().and_then(venv_syntax::Requirement::versions_span);
    span.unwrap_or_default().shift(place.entry.start)
}

fn versions(place: &Place<'_>) -> String {
    quoted(versions_span(place).slice(&place.manifest.text))
}

/// `` `>=2` ``, or `` the `>=2` of `base.txt` ``
fn whose(place: &Place<'_>) -> String {
    if place.is_own() {
        versions(place)
    } else {
        format!("the {} of {}", versions(place), file_name(&place.manifest.path))
    }
}
