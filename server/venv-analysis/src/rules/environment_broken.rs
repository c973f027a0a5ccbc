//! `environment-broken`: the environment that serves the file cannot work.

use std::sync::Arc;

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::rules::Rule;
use crate::rules::environment_missing::first_request;
use crate::words::{environment_with_origin, plain};

pub(super) const RULE: Rule = Rule {
    code: "environment-broken",
    summary: "the environment that serves the file cannot work",
    severity: Severity::Error,
    page: include_str!("../../../../docs/reference/rules/environment-broken.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let (Some(chosen), Some(span)) = (context.chosen(), first_request(context)) else { return };
    if let Some(issue) = chosen.environment.health.first() {
        let environment = environment_with_origin(chosen);
        findings.add(span, format!("{environment} is broken: {}", plain(&issue.message))).environment =
            Some(Arc::clone(&chosen.environment));
    }
}
