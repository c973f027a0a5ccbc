//! What more than one rule says of files that are included: it stands at the `-r` that leads to them.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::check::{Findings, Subject};
use crate::diagnostic::Related;
use crate::requirements::{State, Wanted, behind_includes};
use crate::words::quoted;

/// How many of the places are shown with a finding.
const RELATED: usize = 5;

/// One finding for each `-r` that leads to something in `state`: "`base.txt` asks for …" with what `one` says of a
/// single requirement, or `many` of their number.
pub(super) fn report_included(
    context: &Subject<'_>,
    findings: &mut Findings<'_>,
    state: State,
    one: impl Fn(&Wanted<'_>) -> String,
    many: impl Fn(usize) -> String,
) {
    let Some(chosen) = context.chosen() else { return };
    for behind in behind_includes(context, state) {
        let mut seen = FxHashSet::default();
        let mut asked = behind.wanted;
        asked.retain(|wanted| wanted.entry.name().is_some_and(|name| seen.insert(&*name.normalized)));
        let what = match &asked[..] {
            [] => continue,
            [wanted] => one(wanted),
            [first, second] => format!("{}: {} and {}", many(2), asked_name(first), asked_name(second)),
            [first, second, others @ ..] => format!(
                "{}: {}, {} and {} more",
                many(asked.len()),
                asked_name(first),
                asked_name(second),
                others.len()
            ),
        };
        let written = quoted(behind.include.span.slice(&context.manifest.text));
        let finding = findings.add(behind.include.span, format!("{written} asks for {what}"));
        finding.environment = Some(Arc::clone(&chosen.environment));
        finding.installing_settles = true;
        finding.related = asked
            .iter()
            .take(RELATED)
            .map(|wanted| Related {
                file: Some(wanted.manifest.path.clone()),
                text: None,
                span: wanted.entry.name_span(),
                message: format!("{} is asked for here", asked_name(wanted)),
            })
            .collect();
    }
}

/// The requirement's name as its file writes it.
pub(super) fn asked_name(wanted: &Wanted<'_>) -> String {
    quoted(wanted.entry.name().map_or("", |name| &name.text))
}
