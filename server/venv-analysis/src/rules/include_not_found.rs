//! `include-not-found`: a file that is included cannot be read.

use venv_syntax::{SyntaxErrorKind, secrets};

use crate::check::{Findings, Included, Subject};
use crate::diagnostic::Severity;
use crate::rules::Rule;
use crate::words::{plain, quoted};

pub(super) const RULE: Rule = Rule {
    code: "include-not-found",
    summary: "a file that is included cannot be read",
    severity: Severity::Error,
    page: include_str!("../../../../docs/reference/rules/include-not-found.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    // A group that is not there.
    for error in context.manifest.errors().filter(|error| error.kind == SyntaxErrorKind::IncludeNotFound) {
        findings.add(error.span, plain(&error.message)).edit = error.fix;
    }
    for (include, path) in context.manifest.included_files() {
        let text = include.span.slice(&context.manifest.text);
        let written = quoted(text);
        let message = match context.facts.includes.get(path) {
            // A URL with a mistake in it; its path would repeat the password, and help nobody.
            Some(Included::NotFound) if !secrets(text).is_empty() => {
                format!("{written} was not found: write it as a URL, such as `https://…`")
            }
            Some(Included::NotFound) => {
                format!("{written} was not found: there is no `{}`", plain(&path.to_string_lossy()))
            }
            Some(Included::Unreadable(reason)) => format!("{written} cannot be read: {}", plain(reason)),
            Some(Included::Manifest(_)) | None => continue,
        };
        findings.add(include.span, message);
    }
}
