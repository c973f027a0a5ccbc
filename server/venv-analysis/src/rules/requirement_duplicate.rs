//! `requirement-duplicate`: one name is asked for twice.

use rustc_hash::FxHashMap;

use crate::check::{Findings, Subject};
use crate::diagnostic::{Related, Severity};
use crate::doubles::Place;
use crate::edits::removal;
use crate::manifest::Role;
use crate::rules::Rule;
use crate::words::{file_name, plain, quoted};

pub(super) const RULE: Rule = Rule {
    code: "requirement-duplicate",
    summary: "one name is asked for twice",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/requirement-duplicate.md"),
    check,
};

/// What two places must share to be doubles: the section of the file; the extras, as `requests` beside
/// `requests[socks]` is how some files are written, and pip merges them; that both surely count, or else the marker.
type Group = (Option<usize>, Vec<Box<str>>, Option<String>);

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    for places in &context.doubles {
        // The first of each group; `None` when it was reported: that is enough to find the others.
        let mut first: FxHashMap<Group, Option<Place<'_>>> = FxHashMap::default();
        for place in places.iter().filter(|place| asks(context, place)) {
            let Some(group) = group_of(context, place) else { continue };
            match first.get(&group).copied() {
                None => {
                    first.insert(group, Some(*place));
                }
                Some(Some(earlier)) if report(context, findings, &earlier, place) => {
                    first.insert(group, None);
                }
                Some(Some(_) | None) => {}
            }
        }
    }
}

/// Whether it is a wish, which can be a double. Files that only bound versions do so for many at once.
fn asks(context: &Subject<'_>, place: &Place<'_>) -> bool {
    if place.is_own() {
        return true;
    }
    context.manifest.role == Role::Requirements && place.role == Role::Requirements
}

fn group_of(context: &Subject<'_>, place: &Place<'_>) -> Option<Group> {
    let requirement = place.entry.requirement()?;
    let mut extras: Vec<Box<str>> = requirement.extras.iter().map(|extra| extra.normalized.clone()).collect();
    extras.sort_unstable();
    let marker = (!place.applies(context)).then(|| {
        let joined = place.entry.joined(&place.manifest.text);
        joined.split_once(';').map_or_else(String::new, |(_, marker)| marker.split_whitespace().collect())
    });
    Some((place.entry.section_index(), extras, marker))
}

/// Whether there was something to say.
fn report(
    context: &Subject<'_>,
    findings: &mut Findings<'_>,
    earlier: &Place<'_>,
    place: &Place<'_>,
) -> bool {
    let related = |place: &Place<'_>, message: &str| Related {
        file: (!place.is_own()).then(|| place.manifest.path.clone()),
        span: place.entry.name_span(),
        message: message.to_owned(),
    };
    let name = |place: &Place<'_>| quoted(place.entry.name().map_or("", |name| &name.text));
    let is_same = earlier.entry.joined(&earlier.manifest.text) == place.entry.joined(&place.manifest.text);
    match (earlier.include, place.include) {
        (None, None) => {
            let section = place.entry.section();
            let place_name = section.map_or_else(|| "this file".to_owned(), |section| quoted(&section.path));
            let message = format!("{} is asked for more than once in {place_name}", name(place));
            let found = findings.add(place.entry.name_span(), message);
            found.related.push(related(earlier, "first asked for here"));
            if is_same {
                let title = if section.is_none() {
                    "Remove the second line, which says the same"
                } else {
                    "Remove the second one, which says the same"
                };
                found.edit = Some(removal(context.manifest, place.entry, title));
            }
            true
        }
        (None, Some(_)) => {
            let file = file_name(&place.manifest.path);
            let message = format!("{} is asked for in {file} as well", name(earlier));
            let found = findings.add(earlier.entry.name_span(), message);
            found.related.push(related(place, "also asked for here"));
            if is_same {
                let title = format!("Remove this line, which {} has as well", plain(&file));
                found.edit = Some(removal(context.manifest, earlier.entry, title));
            }
            true
        }
        // What is doubled behind one `-r` is for the file behind it to say.
        (Some(one), Some(other)) if one.span == other.span => false,
        (Some(_), Some(include)) => {
            let (file, other) = (file_name(&place.manifest.path), file_name(&earlier.manifest.path));
            let message = format!("{file} asks for {}, as {other} does", name(place));
            let found = findings.add(include.span, message);
            found.related.push(related(earlier, "first asked for here"));
            found.related.push(related(place, "asked for again here"));
            true
        }
        (Some(_), None) => false,
    }
}
