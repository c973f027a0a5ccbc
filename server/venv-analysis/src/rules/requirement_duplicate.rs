//! `requirement-duplicate`: one name is asked for twice.

use std::collections::hash_map::Entry as MapEntry;

use rustc_hash::FxHashMap;
use venv_syntax::{Replacement, Span};

use crate::check::{Context, Findings, Subject};
use crate::diagnostic::{Related, Severity};
use crate::manifest::Entry;
use crate::requirements::applies;
use crate::rules::Rule;

pub(super) const RULE: Rule = Rule {
    code: "requirement-duplicate",
    summary: "one name is asked for twice",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/requirement-duplicate.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    // `None` when a name was reported: once is enough to find the others.
    let mut first: FxHashMap<&str, Option<&Entry>> = FxHashMap::default();
    first.reserve(context.manifest.entries.len());
    for entry in &context.manifest.entries {
        let Some(requirement) = entry.requirement() else { continue };
        let known = match first.entry(&requirement.name.normalized) {
            MapEntry::Vacant(vacant) => {
                vacant.insert(Some(entry));
                continue;
            }
            MapEntry::Occupied(occupied) => occupied.into_mut(),
        };
        let Some(earlier) = *known else { continue };
        if same_extras(earlier, entry) && both_apply(context, earlier, entry) {
            *known = None;
            report(context, findings, earlier, entry, &requirement.name.text);
        }
    }
}

fn report(context: &Context<'_>, findings: &mut Findings<'_>, earlier: &Entry, entry: &Entry, name: &str) {
    let text = &context.manifest.text;
    let found = findings.add(entry.name_span(), format!("`{name}` is asked for more than once in this file"));
    found.related.push(Related {
        file: None,
        span: earlier.name_span(),
        message: "first asked for here".to_owned(),
    });
    if earlier.joined(text) == entry.joined(text) {
        found.edit = Some(removal(context, entry));
    }
}

/// `requests` beside `requests[socks]` is how some files are written, and pip merges them.
fn same_extras(one: &Entry, other: &Entry) -> bool {
    let extras = |entry: &'_ Entry| {
        let extras = entry.requirement().map(|requirement| &requirement.extras[..]).unwrap_or_default();
        let mut names: Vec<&str> = extras.iter().map(|extra| &*extra.normalized).collect();
        names.sort_unstable();
        names.join(",")
    };
    extras(one) == extras(other)
}

/// Lines whose markers exclude one another are alternatives, not duplicates.
fn both_apply(context: &Context<'_>, one: &Entry, other: &Entry) -> bool {
    if one.marker().is_none() && other.marker().is_none() {
        return true;
    }
    context.chosen().is_some_and(|chosen| {
        let markers = &chosen.environment.markers;
        applies(one, markers) == Some(true) && applies(other, markers) == Some(true)
    })
}

/// Takes out the whole line with its line ending.
fn removal(context: &Context<'_>, entry: &Entry) -> Replacement {
    let text = &context.manifest.text;
    let line = entry.line_span();
    let rest = &text[line.end as usize..];
    let ending = if rest.starts_with("\r\n") { 2 } else { u32::from(!rest.is_empty()) };
    Replacement {
        span: Span::new(line.start, line.end + ending),
        text: String::new(),
        title: "Remove the second line, which says the same".to_owned(),
    }
}
