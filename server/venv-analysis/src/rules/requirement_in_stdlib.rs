//! `requirement-in-stdlib`: a module of Python itself is asked for.

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::edits::removal;
use crate::rules::Rule;
use crate::stdlib::stdlib_module;
use crate::verdict::NameVerdict;
use crate::words::quoted;

pub(super) const RULE: Rule = Rule {
    code: "requirement-in-stdlib",
    summary: "a module of Python itself is asked for",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/requirement-in-stdlib.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    for entry in context.entries_that(|verdict| verdict.name == NameVerdict::InStdlib) {
        let Some(module) = stdlib_module(entry.name_hash) else { continue };
        let name = quoted(module.name);
        let since = match module.since {
            0 => String::new(),
            minor => format!(" since 3.{minor}"),
        };
        let message = format!("{name} is part of Python{since} and needs no installing");
        let title = format!("Remove {name}, which Python has");
        findings.add(entry.name_span(), message).edit = Some(removal(context.manifest, entry, title));
    }
}
