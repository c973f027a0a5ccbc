//! `requirement-not-installed`: the environment lacks a requirement.

use crate::check::{Context, Findings};
use crate::diagnostic::Severity;
use crate::manifest::Role;
use crate::requirements::{State, state_of};
use crate::rules::Rule;
use crate::words::environment_with_origin;

pub(super) const RULE: Rule = Rule {
    code: "requirement-not-installed",
    summary: "the environment lacks a requirement",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/requirement-not-installed.md"),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(chosen) = context.chosen() else { return };
    let environment = &chosen.environment;
    // Bounds ask for nothing, and in a broken environment everything would be reported.
    if context.manifest.role == Role::Constraints || environment.is_broken() {
        return;
    }
    let place = environment_with_origin(chosen);
    for entry in &context.manifest.entries {
        if !entry.is_invalid() && state_of(entry, environment) == State::Missing {
            let name = entry.name().map_or("", |name| &name.text);
            findings.add(entry.name_span(), format!("`{name}` is not installed in {place}")).environment =
                Some(environment.root.clone());
        }
    }
}
