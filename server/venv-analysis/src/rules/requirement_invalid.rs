//! `requirement-invalid`: a requirement that pip refuses.

use venv_syntax::SyntaxErrorKind;

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::rules::Rule;
use crate::words::plain;

pub(super) const RULE: Rule = Rule {
    code: "requirement-invalid",
    summary: "a requirement that pip refuses",
    severity: Severity::Error,
    page: include_str!("../../../../docs/reference/rules/requirement-invalid.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    for error in context.manifest.errors().filter(|error| error.kind == SyntaxErrorKind::Requirement) {
        findings.add(error.span, plain(&error.message)).edit = error.fix;
    }
}
