//! `interpreter-externally-managed`: pip refuses to install into the Python that it would use (PEP 668).
//!
//! That there is no environment, and that pip would refuse, is said by `environment-missing`. This says what to do
//! instead, for each of the things that somebody may have in mind.

use venv_syntax::Span;

use crate::check::{Findings, Subject};
use crate::diagnostic::{Related, Severity};
use crate::manifest::Role;
use crate::rules::Rule;
use crate::rules::environment_missing::first_request;
use crate::words::plain;

pub(super) const RULE: Rule = Rule {
    code: "interpreter-externally-managed",
    summary: "pip refuses to install into the Python that it would use",
    severity: Severity::Information,
    page: include_str!("../../../../docs/reference/rules/interpreter-externally-managed.md"),
    check,
};

/// Characters of the distributor's words that fit beside a finding.
const MOST_WORDS: usize = 800;

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let (Some(resolution), Some(machine)) = (&context.facts.resolution, &context.facts.machine) else {
        return;
    };
    let Some(span) = first_request(context) else { return };
    if resolution.chosen.is_some() || context.manifest.role == Role::Constraints {
        return;
    }
    let Some(python) = machine.interpreters.first() else { return };
    let Some(marker) = &python.externally_managed else { return };
    let executable = plain(&python.executable.to_string_lossy());
    let message = format!(
        "`{executable}` is left to its distributor's tools (PEP 668): use an environment for this project, pipx or `uv tool` for an application, and the system's package manager for a system tool"
    );
    let words = match &python.managed_message {
        Some(words) => one_line(words),
        None => "This file marks it as externally managed".to_owned(),
    };
    findings.add(span, message).related =
        vec![Related { file: Some(marker.clone()), text: None, span: Span::default(), message: words }];
}

/// `text` in one line, cut where it would become too long.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST_WORDS {
        return line;
    }
    line.chars().take(MOST_WORDS).chain(['…']).collect()
}
