//! `requirement-extra-not-installed`: a distribution is installed, and what its extra needs is not.

use std::sync::Arc;

use venv_syntax::{Metadata, Name, Replacement, Requirement, Span};

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::extras::{ExtraState, extra_state};
use crate::facts::{Chosen, Environment};
use crate::manifest::{Entry, Role};
use crate::requirements::State;
use crate::rules::Rule;
use crate::rules::included::{asked_name, report_included};
use crate::words::{environment_with_origin, listed, plain, quoted};

pub(super) const RULE: Rule = Rule {
    code: "requirement-extra-not-installed",
    summary: "the environment lacks what an extra needs",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/requirement-extra-not-installed.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let Some(chosen) = context.chosen() else { return };
    if context.manifest.role == Role::Constraints {
        return;
    }
    let place = environment_with_origin(chosen);
    report_included(
        context,
        findings,
        State::IncompleteExtra,
        |wanted| format!("{} with an extra of which {place} lacks a part", asked_name(wanted)),
        |count| format!("{count} requirements with extras of which {place} lacks a part"),
    );
    let has_extra = |state| matches!(state, Some(State::IncompleteExtra | State::UnknownExtra));
    for entry in context.entries_that(|verdict| has_extra(verdict.state)) {
        for extra in entry.extras() {
            check_extra(context, findings, chosen, entry, extra);
        }
    }
}

fn check_extra(
    context: &Subject<'_>,
    findings: &mut Findings<'_>,
    chosen: &Chosen,
    entry: Entry<'_>,
    extra: &Name,
) {
    let Some(name) = entry.name() else { return };
    let environment = &chosen.environment;
    let state = extra_state(&name.normalized, &extra.normalized, environment, &context.facts.metadata);
    let (message, edit) = match state {
        ExtraState::Holds => return,
        ExtraState::NotProvided(metadata) => {
            let edit = without_extra(&context.manifest.text, entry, extra);
            (not_provided(name, extra, metadata), edit)
        }
        ExtraState::Lacks(lacking) => {
            let asked = quoted(&format!("{}[{}]", name.text, extra.text));
            let place = environment_with_origin(chosen);
            (format!("{asked} needs {}", needs(&lacking, environment, &place)), None)
        }
    };
    let found = findings.add(extra.span.shift(entry.start), message);
    found.environment = Some(Arc::clone(environment));
    found.installing_settles = edit.is_none();
    found.edit = edit;
}

/// `` `httptools`, which is not installed in `.venv` ``
fn needs(lacking: &[&Requirement], environment: &Environment, place: &str) -> String {
    let installed = |requirement: &Requirement| environment.distributions.find(&requirement.name.normalized);
    match lacking {
        [one] => match installed(one) {
            Some(found) => {
                let name = quoted(&one.name.text);
                format!(
                    "another version of {name} than {}, which is installed in {place}",
                    plain(&found.version)
                )
            }
            None => format!("{}, which is not installed in {place}", quoted(&one.name.text)),
        },
        _ => {
            let names: Vec<&str> = lacking.iter().map(|requirement| &*requirement.name.text).collect();
            if lacking.iter().any(|requirement| installed(requirement).is_some()) {
                format!("other versions in {place}, or what is missing there: {}", listed(&names))
            } else {
                format!("{}, which are not installed in {place}", listed(&names))
            }
        }
    }
}

/// `` `requests` 2.32.3 has no extra `nope`; it has `security` and `socks` ``
fn not_provided(name: &Name, extra: &Name, metadata: &Metadata) -> String {
    let known: Vec<&str> = metadata.extras.iter().map(|extra| &*extra.text).collect();
    let known = if known.is_empty() { "none at all".to_owned() } else { listed(&known) };
    let (name, extra) = (quoted(&name.text), quoted(&extra.text));
    format!("{name} {} has no extra {extra}; it has {known}", plain(&metadata.version))
}

/// Takes the extra out of the list, or the list away where there is no other.
fn without_extra(text: &str, entry: Entry<'_>, extra: &Name) -> Option<Replacement> {
    let at = extra.span.shift(entry.start);
    let (before, after) = (&text[..at.start as usize], &text[at.end as usize..]);
    let comma_before = before.trim_end().strip_suffix(',');
    let comma_after = after.trim_start().strip_prefix(',');
    let (start, end) = match (comma_before, comma_after) {
        (_, Some(rest)) => (before.len(), text.len() - rest.trim_start_matches(' ').len()),
        (Some(rest), None) => (rest.len(), at.end as usize),
        (None, None) => {
            let open = before.trim_end().strip_suffix('[')?.trim_end();
            // The list of a table, as Poetry has it, stays.
            let is_behind_name = open.len() == entry.name_span().end as usize;
            let end = after.trim_start().strip_prefix(']').filter(|_| is_behind_name)?;
            (open.len(), text.len() - end.len())
        }
    };
    Some(Replacement {
        span: Span::new(u32::try_from(start).ok()?, u32::try_from(end).ok()?),
        text: String::new(),
        title: format!("Remove the extra {}", quoted(&extra.text)),
    })
}
