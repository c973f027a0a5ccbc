//! `option-unknown`: an option that pip does not accept in a requirements file.

use venv_syntax::SyntaxErrorKind;

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::rules::Rule;
use crate::words::plain;

pub(super) const RULE: Rule = Rule {
    code: "option-unknown",
    summary: "an option that pip does not accept in a requirements file",
    severity: Severity::Error,
    page: include_str!("../../../../docs/reference/rules/option-unknown.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    for error in context.manifest.errors().filter(|error| error.kind == SyntaxErrorKind::Option) {
        findings.add(error.span, plain(&error.message)).edit = error.fix;
    }
}
