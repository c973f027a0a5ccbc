//! `include-cycle`: a file includes itself, directly or through others.

use venv_syntax::SyntaxErrorKind;

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::requirements::{identity, leading_back};
use crate::rules::Rule;
use crate::words::{plain, quoted};

pub(super) const RULE: Rule = Rule {
    code: "include-cycle",
    summary: "a file includes itself, directly or through others",
    severity: Severity::Error,
    page: include_str!("../../../../docs/reference/rules/include-cycle.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    // Groups of one file.
    for error in context.manifest.errors().filter(|error| error.kind == SyntaxErrorKind::IncludeCycle) {
        findings.add(error.span, plain(&error.message)).edit = error.fix;
    }
    let back = leading_back(context);
    for (include, path) in context.manifest.included_files() {
        let file = identity(context, path);
        if !back.contains(&file) {
            continue;
        }
        let written = quoted(include.span.slice(&context.manifest.text));
        let message = if *file == *context.manifest.path {
            format!("{written} is this file itself, which pip refuses")
        } else {
            format!("{written} leads back to this file, which pip refuses")
        };
        findings.add(include.span, message);
    }
}
