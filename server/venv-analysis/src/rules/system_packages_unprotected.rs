//! `system-packages-unprotected`: pip is configured to change the system's own Python.

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::rules::Rule;
use crate::rules::pip_switches::{self, Switch};

pub(super) const RULE: Rule = Rule {
    code: "system-packages-unprotected",
    summary: "pip is configured to change the system's own Python",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/system-packages-unprotected.md"),
    check,
};

const SWITCH: Switch = Switch {
    name: "break-system-packages",
    commands: &["install", "uninstall"],
    does: "lets pip change packages that the system's own programs rely on",
    instead: "and install into environments, which do not need it",
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    pip_switches::check(context, findings, &SWITCH);
}
