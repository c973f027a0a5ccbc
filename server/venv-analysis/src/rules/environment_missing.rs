//! `environment-missing`: no environment serves a file that asks for packages.

use std::fmt::Write as _;

use venv_syntax::Span;

use crate::asked_python::{AskedPython, capable};
use crate::check::{Context, Findings, Subject};
use crate::diagnostic::Severity;
use crate::manifest::Role;
use crate::plan::{creator, unusable_place};
use crate::rules::Rule;
use crate::words::plain;

pub(super) const RULE: Rule = Rule {
    code: "environment-missing",
    summary: "no environment serves a file that asks for packages",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/environment-missing.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let Some(resolution) = &context.facts.resolution else { return };
    // Which Python would be used instead belongs to the message, so it waits for that fact too.
    let Some(machine) = &context.facts.machine else { return };
    let Some(span) = first_request(context) else { return };
    if resolution.chosen.is_some() || context.manifest.role == Role::Constraints {
        return;
    }
    let mut message = String::from("No environment serves this file");
    let asked = AskedPython::new(context);
    let misfit = asked.misfit(machine, context.config);
    let default = machine.interpreters.first();
    // Where the default one is none of those that are asked for, a new environment gets another one.
    let python = match default {
        Some(default) if misfit.is_none() && !asked.fits(&default.version) => {
            capable(machine, context.config, &asked).first().copied()
        }
        Some(_) | None => default,
    };
    match (python, misfit) {
        (Some(python), Some(misfit)) if !asked.fits(&python.version) => {
            let _ = write!(message, "; {misfit}");
        }
        (None, _) => {
            message.push_str(", and no Python was found to make one with");
            if let Some(reason) = machine.lack_of_python() {
                let _ = write!(message, "; {reason}");
            }
        }
        (Some(python), _) => {
            let executable = plain(&python.executable.to_string_lossy());
            let verdict = if python.externally_managed.is_some() {
                "is externally managed, so pip would refuse"
            } else {
                "would be used"
            };
            let _ = write!(message, "; Python {} {verdict} (`{executable}`)", python.version);
            if let Some(compromise) = asked.compromise(&python.version) {
                let _ = write!(message, ". {compromise}");
            }
            if let Err(reason) = creator(machine, python, context.config.installer) {
                let _ = write!(message, ". {reason}");
            } else if let Some(reason) =
                unusable_place(&context.manifest.folder().join(".venv"), &python.markers)
            {
                let _ = write!(message, ". {reason}");
            }
        }
    }
    // A folder that has the name of an environment and is none must be told about, or nobody understands
    // why it does not count.
    if let Some(passed_over) = resolution.candidates.first() {
        let _ = write!(
            message,
            " (`{}` was passed over: {})",
            plain(&passed_over.path.to_string_lossy()),
            plain(&passed_over.reason)
        );
    }
    findings.add(span, message);
}

/// The first requirement of the file, or its first `-r`.
pub(crate) fn first_request(context: &Context<'_>) -> Option<Span> {
    let requirement = context.manifest.entries().next().map(crate::Entry::span);
    let include = context.manifest.includes.iter().find(|include| include.role == Role::Requirements);
    requirement.or_else(|| include.map(|include| include.span))
}
