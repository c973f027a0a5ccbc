//! `environment-python-unsupported`: the file is for other Pythons than the environment's.

use std::sync::Arc;

use crate::check::{Findings, Subject};
use crate::diagnostic::{Related, Severity};
use crate::facts::{Chosen, PythonVersion};
use crate::manifest::{ManifestKind, Role};
use crate::project::may_be;
use crate::rules::Rule;
use crate::rules::environment_missing::first_request;
use crate::words::{environment_with_origin, file_name, plain, quoted};

pub(super) const RULE: Rule = Rule {
    code: "environment-python-unsupported",
    summary: "the file is for other Pythons than the environment's",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/environment-python-unsupported.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let Some(chosen) = context.chosen() else { return };
    let Some(python) = &chosen.environment.python else { return };
    for required in &context.manifest.requires_python {
        if may_be(required, python) {
            continue;
        }
        let (place, path) = (environment_with_origin(chosen), quoted(&required.path));
        let wanted = quoted(required.span.slice(&context.manifest.text));
        let version = plain(&python.to_string());
        let message = format!("{place} has Python {version}, and {path} asks for {wanted}");
        findings.add(required.span, message).environment = Some(Arc::clone(&chosen.environment));
    }
    check_pinned(context, chosen, python, findings);
}

/// What the file `.python-version` asks for.
fn check_pinned(context: &Subject<'_>, chosen: &Chosen, python: &PythonVersion, findings: &mut Findings<'_>) {
    // A script has an environment of its own, and says itself which Pythons it is for.
    if context.manifest.kind == ManifestKind::Script || context.manifest.role == Role::Constraints {
        return;
    }
    let (Some(pinned), Some(span)) = (&context.facts.pinned, first_request(context)) else { return };
    let words = pinned.text.lines().filter_map(|line| line.split_whitespace().next());
    let words: Vec<&str> = words.filter(|word| !word.starts_with('#')).collect();
    // What is no plain version, such as the name of an environment or a range, may stand for anything.
    let wanted = words.iter().map(|word| minor_version(word)).collect::<Option<Vec<_>>>();
    let (Some(wanted), Some(first)) = (wanted, words.first()) else { return };
    let fits = |(major, minor): &(u32, Option<u32>)| {
        *major == python.major && minor.is_none_or(|minor| minor == python.minor)
    };
    if wanted.iter().any(fits) {
        return;
    }
    let (place, file) = (environment_with_origin(chosen), file_name(&pinned.path));
    let version = plain(&python.to_string());
    let asked = quoted(first);
    let finding = findings.add(span, format!("{place} has Python {version}, and {file} asks for {asked}"));
    finding.environment = Some(Arc::clone(&chosen.environment));
    let start = pinned.text.find(first).unwrap_or(0);
    finding.related = vec![Related {
        file: Some(pinned.path.clone()),
        text: Some(Arc::clone(&pinned.text)),
        span: crate::assist::span(start, start + first.len()),
        message: format!("{asked} is asked for here"),
    }];
}

/// Major and minor of `3.12.1`, `3.13t`, `cpython@3.12` or `pypy3.10-7.3.15`. Another patch level does no harm.
fn minor_version(word: &str) -> Option<(u32, Option<u32>)> {
    let number = ["cpython", "python", "pypy", "graalpy"].iter().find_map(|name| word.strip_prefix(name));
    let number = number.unwrap_or(word).trim_start_matches(['@', '-']);
    let mut parts = number.split('-').next()?.split('.');
    let major = parts.next()?.parse().ok()?;
    match parts.next() {
        Some(minor) => Some((major, Some(minor.trim_end_matches('t').parse().ok()?))),
        None => Some((major, None)),
    }
}
