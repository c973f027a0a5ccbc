//! `pip-user-configured`: pip is configured to install for the user, which fails in environments.

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::rules::Rule;
use crate::rules::pip_switches::{self, Switch};

pub(super) const RULE: Rule = Rule {
    code: "pip-user-configured",
    summary: "pip is configured to install for the user",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/pip-user-configured.md"),
    check,
};

const SWITCH: Switch = Switch {
    name: "user",
    commands: &["install"],
    does: "makes `pip install` fail in every environment",
    instead: "and write `--user` where you want it",
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    pip_switches::check(context, findings, &SWITCH);
}
