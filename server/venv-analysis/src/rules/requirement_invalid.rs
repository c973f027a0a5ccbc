//! `requirement-invalid`: a requirement that pip refuses.

use venv_syntax::{Replacement, Span, SyntaxErrorKind};

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::manifest::{Entry, Role};
use crate::rules::Rule;
use crate::words::{plain, quoted};

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
    if context.manifest.role == Role::Constraints {
        let entries = context.manifest.entries_beyond_versions();
        for entry in entries.filter(|entry| !entry.is_invalid()) {
            check_constraint(&context.manifest.text, findings, entry);
        }
    }
}

/// What a requirements file may hold, and a constraints file may not
/// (<https://pip.pypa.io/en/stable/user_guide/#constraints-files>). pip looks for these in this order.
fn check_constraint(text: &str, findings: &mut Findings<'_>, entry: Entry<'_>) {
    let Some(name) = entry.name() else {
        let message = "pip refuses a constraint without a name: write `name @ URL`";
        findings.add(entry.span(), message.to_owned());
        return;
    };
    if entry.line().editable.is_some() {
        let message = "pip refuses `-e` in a constraints file, which only says which versions are right";
        findings.add(entry.span(), message.to_owned());
        return;
    }
    let Some(extras) = entry.extras().iter().map(|extra| extra.span).reduce(Span::cover) else { return };
    let message = format!("pip refuses extras in a constraints file: write {} only", quoted(&name.text));
    let found = findings.add(extras.shift(entry.start), message);
    if entry.requirement().is_some() {
        let list = Span::new(name.span.end, extras.end).shift(entry.start);
        let close = text[list.end as usize..].find(']').and_then(|at| u32::try_from(at).ok());
        found.edit = close.map(|close| Replacement {
            span: Span::new(list.start, list.end + close + 1),
            text: String::new(),
            title: "Remove the extras".to_owned(),
        });
    }
}
