//! `requirement-version-mismatch`: the environment has another version than the one that is asked for.

use std::sync::Arc;

use venv_syntax::Requirement;

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::requirements::{State, Wanted};
use crate::rules::Rule;
use crate::rules::included::{asked_name, report_included};
use crate::words::{environment_with_origin, plain, quoted};

pub(super) const RULE: Rule = Rule {
    code: "requirement-version-mismatch",
    summary: "the environment has another version than is asked for",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/requirement-version-mismatch.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let Some(chosen) = context.chosen() else { return };
    let place = environment_with_origin(chosen);
    report_included(
        context,
        findings,
        State::Mismatch,
        |wanted| {
            let distributions = &chosen.environment.distributions;
            let installed = wanted.entry.name().and_then(|name| distributions.find(&name.normalized));
            let version = installed.map_or("another version", |installed| &installed.version);
            format!("{}, but {} is installed in {place}", asked(wanted), plain(version))
        },
        |count| format!("other versions of {count} requirements than are installed in {place}"),
    );
    for entry in context.entries_in(State::Mismatch) {
        let Some(requirement) = entry.requirement() else { continue };
        let distributions = &chosen.environment.distributions;
        let Some(installed) = distributions.find(&requirement.name.normalized) else { continue };
        let Some(asked) = requirement.versions_span() else { continue };
        let asked = asked.shift(entry.start);
        let message = format!(
            "`{}` {} is installed in {place}, the file asks for {}",
            requirement.name.text,
            plain(&installed.version),
            quoted(asked.slice(&context.manifest.text)),
        );
        let found = findings.add(asked, message);
        found.environment = Some(Arc::clone(&chosen.environment));
        found.installing_settles = true;
    }
}

/// `` `flask` `>=3` ``
fn asked(wanted: &Wanted<'_>) -> String {
    let name = asked_name(wanted);
    let span = wanted.entry.requirement().and_then(Requirement::versions_span);
    span.map_or(name.clone(), |span| {
        format!("{name} {}", quoted(span.shift(wanted.entry.start).slice(&wanted.manifest.text)))
    })
}
