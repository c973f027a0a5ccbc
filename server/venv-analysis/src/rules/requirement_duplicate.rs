//! `requirement-duplicate`: one name is asked for twice.

use std::collections::hash_map::Entry as MapEntry;

use rustc_hash::FxHashMap;
use venv_syntax::{Replacement, Requirement, Span};

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
    // By the hash alone, so that lines without a double are not touched. `None` when a name was reported: once
    // is enough to find the others.
    let mut first: FxHashMap<u64, Option<Entry<'_>>> = FxHashMap::default();
    first.reserve(context.manifest.entries().len());
    for entry in context.manifest.entries().filter(|entry| entry.name_hash != 0) {
        let known = match first.entry(entry.name_hash) {
            MapEntry::Vacant(vacant) => {
                vacant.insert(Some(entry));
                continue;
            }
            MapEntry::Occupied(occupied) => occupied.into_mut(),
        };
        let Some(earlier) = *known else { continue };
        let (Some(one), Some(other)) = (earlier.requirement(), entry.requirement()) else { continue };
        if one.name.normalized == other.name.normalized
            && same_extras(one, other)
            && both_apply(context, earlier, entry)
        {
            *known = None;
            report(context, findings, earlier, entry, &other.name.text);
        }
    }
}

fn report(
    context: &Context<'_>,
    findings: &mut Findings<'_>,
    earlier: Entry<'_>,
    entry: Entry<'_>,
    name: &str,
) {
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
fn same_extras(one: &Requirement, other: &Requirement) -> bool {
    let extras = |requirement: &Requirement| {
        let extras = requirement.extras.iter();
        let mut names: Vec<Box<str>> = extras.map(|extra| extra.normalized.clone()).collect();
        names.sort_unstable();
        names
    };
    extras(one) == extras(other)
}

/// Lines whose markers exclude one another are alternatives, not duplicates.
fn both_apply(context: &Context<'_>, one: Entry<'_>, other: Entry<'_>) -> bool {
    if one.marker().is_none() && other.marker().is_none() {
        return true;
    }
    context.chosen().is_some_and(|chosen| {
        let markers = &chosen.environment.markers;
        applies(one, markers) == Some(true) && applies(other, markers) == Some(true)
    })
}

/// Takes out the whole line with its line ending.
fn removal(context: &Context<'_>, entry: Entry<'_>) -> Replacement {
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
