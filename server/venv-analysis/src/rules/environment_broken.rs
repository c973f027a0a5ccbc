//! `environment-broken`: the environment that serves the file cannot work, or not as a whole.

use std::sync::Arc;

use venv_syntax::Span;

use crate::check::{Findings, Subject};
use crate::diagnostic::{Related, Severity};
use crate::facts::{Environment, Harm, HealthIssue};
use crate::plan::issues;
use crate::rules::Rule;
use crate::rules::environment_missing::first_request;
use crate::words::{environment_with_origin, plain};

pub(super) const RULE: Rule = Rule {
    code: "environment-broken",
    summary: "the environment that serves the file does not work",
    severity: Severity::Error,
    page: include_str!("../../../../docs/reference/rules/environment-broken.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let (Some(chosen), Some(span)) = (context.chosen(), first_request(context)) else { return };
    let environment = &chosen.environment;
    let name = environment_with_origin(chosen);
    if let Some(first) = environment.broken_by() {
        let finding = findings.add(span, format!("{name} is broken: {}", plain(&first.message)));
        finding.environment = Some(Arc::clone(environment));
        let others = environment.health.iter().filter(|issue| !std::ptr::eq(*issue, first));
        finding.related = others.map(|issue| related(environment, issue)).collect();
        return;
    }
    for issue in issues(context, environment).filter(|issue| issue.harm == Harm::Partial) {
        let finding = findings.add(span, format!("{name} is damaged: {}", plain(&issue.message)));
        // What is installed can be told, and more can be installed.
        finding.severity = finding.severity.max(Severity::Warning);
        finding.environment = Some(Arc::clone(environment));
    }
}

/// What else is wrong.
fn related(environment: &Environment, issue: &HealthIssue) -> Related {
    Related {
        file: Some(environment.root.join("pyvenv.cfg")),
        text: None,
        span: Span::default(),
        message: plain(&issue.message),
    }
}
