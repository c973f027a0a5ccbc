//! `environment-python-unsupported`: the file is for other Pythons than the environment's.

use std::sync::Arc;

use crate::asked_python::Pinned;
use crate::check::{Findings, Subject};
use crate::diagnostic::{Related, Severity};
use crate::facts::{Chosen, PythonVersion};
use crate::project::may_be;
use crate::rules::Rule;
use crate::rules::environment_missing::first_request;
use crate::words::{environment_with_origin, file_name, plain, quoted};

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
    check_pinned(context, chosen, python, findings);
}

/// What the file `.python-version` asks for.
fn check_pinned(context: &Subject<'_>, chosen: &Chosen, python: &PythonVersion, findings: &mut Findings<'_>) {
    let (Some(wanted), Some(span)) = (Pinned::new(context), first_request(context)) else { return };
    if wanted.fits(python) {
        return;
    }
    let Some(pinned) = &context.facts.pinned else { return };
    let first = wanted.first;
    let (place, file) = (environment_with_origin(chosen), file_name(wanted.path));
    let version = plain(&python.to_string());
    let asked = quoted(first);
    let finding = findings.add(span, format!("{place} has Python {version}, and {file} asks for {asked}"));
    finding.environment = Some(Arc::clone(&chosen.environment));
    let start = pinned.text.find(first).unwrap_or(0);
    finding.related = vec![Related {
        file: Some(pinned.path.clone()),
        text: Some(Arc::clone(&pinned.text)),
        span: crate::assist::span(start, start + first.len()),
        message: format!("{asked} is asked for here"),
    }];
}
