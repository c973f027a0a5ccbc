//! `environment-python-unsupported`: the file is for other Pythons than the environment's.

use std::sync::Arc;

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::project::may_be;
use crate::rules::Rule;
use crate::words::{environment_with_origin, plain, quoted};

pub(super) const RULE: Rule = Rule {
    code: "environment-python-unsupported",
    summary: "the file is for other Pythons than the environment's",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/environment-python-unsupported.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let Some(chosen) = context.chosen() else { return };
    let Some(python) = &chosen.environment.python else { return };
    for required in &context.manifest.requires_python {
        if may_be(required, python) {
            continue;
        }
        let (place, path) = (environment_with_origin(chosen), quoted(&required.path));
        let wanted = quoted(required.span.slice(&context.manifest.text));
        let version = plain(&python.to_string());
        let message = format!("{place} has Python {version}, and {path} asks for {wanted}");
        findings.add(required.span, message).environment = Some(Arc::clone(&chosen.environment));
    }
}
