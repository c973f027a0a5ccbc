//! `requirement-not-installed`: the environment lacks a requirement.

use std::sync::Arc;

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::manifest::Role;
use crate::requirements::State;
use crate::rules::Rule;
use crate::rules::included::{asked_name, report_included};
use crate::words::environment_with_origin;

pub(super) const RULE: Rule = Rule {
    code: "requirement-not-installed",
    summary: "the environment lacks a requirement",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/requirement-not-installed.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let Some(chosen) = context.chosen() else { return };
    // Bounds ask for nothing.
    if context.manifest.role == Role::Constraints {
        return;
    }
    let place = environment_with_origin(chosen);
    report_included(
        context,
        findings,
        State::Missing,
        |wanted| format!("{}, which is not installed in {place}", asked_name(wanted)),
        |count| format!("{count} requirements that are not installed in {place}"),
    );
    for entry in context.entries_in(State::Missing) {
        let name = entry.name().map_or("", |name| &name.text);
        let found = findings.add(entry.name_span(), format!("`{name}` is not installed in {place}"));
        found.environment = Some(Arc::clone(&chosen.environment));
        found.installing_settles = true;
    }
}
