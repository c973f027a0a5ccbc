//! `requirement-conflict`: no version is what all lines ask for together.

use rustc_hash::FxHashSet;
use venv_syntax::{Demand, Requirement, Span, any_version_allowed};

use crate::check::{Findings, Subject};
use crate::diagnostic::{Related, Severity};
use crate::doubles::Place;
use crate::manifest::Manifest;
use crate::requirements::with_included;
use crate::rules::Rule;
use crate::words::{file_name, quoted};

pub(super) const RULE: Rule = Rule {
    code: "requirement-conflict",
    summary: "no version is what all lines ask for together",
    severity: Severity::Error,
    page: include_str!("../../../../docs/reference/rules/requirement-conflict.md"),
    check,
};

/// So many different bounds of one name are looked at together; nobody writes as many.
const MOST: usize = 32;

/// How many of the places are shown with a finding.
const RELATED: usize = 5;

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    for entry in context.entries_that(|verdict| verdict.is_impossible) {
        let Some(requirement) = entry.requirement() else { continue };
        let Some(span) = requirement.versions_span() else { continue };
        let span = span.shift(entry.start);
        let written = quoted(span.slice(&context.manifest.text));
        findings.add(span, format!("no version of {} is {written}", quoted(&requirement.name.text)));
    }
    for places in &context.doubles {
        check_name(context, findings, places);
    }
}

fn check_name(context: &Subject<'_>, findings: &mut Findings<'_>, places: &[Place<'_>]) {
    // What is said elsewhere does not count where there is an override.
    if places.iter().any(Place::is_override) {
        return;
    }
    let counting: Vec<Asked<'_>> = places
        .iter()
        .filter(|place| place.applies(context) && !place.entry.is_invalid())
        .filter_map(|place| Some(Asked { place: *place, requirement: place.entry.requirement()? }))
        .filter(|asked| asked.requirement.url.is_none() && asked.is_possible_and_bounds())
        .collect();
    if counting.len() < 2 {
        return;
    }
    let mut reported = FxHashSet::default();
    for section in sections(&counting) {
        let mut together: Vec<&Asked<'_>> =
            counting.iter().filter(|asked| asked.counts_in(context, section)).collect();
        // What everybody gets comes first, so that what contradicts it is what is reported.
        together.sort_by_key(|asked| asked.is_in(context, section));
        check_together(findings, &together, &mut reported);
    }
}

/// What asks for one name in one place.
#[derive(Clone, Copy)]
struct Asked<'a> {
    place: Place<'a>,
    requirement: &'a Requirement,
}

impl Asked<'_> {
    fn is_possible_and_bounds(&self) -> bool {
        self.requirement.versions_span().is_some() && any_version_allowed(&[self.requirement])
    }

    /// Whether it counts when the `section` of the file is installed; without one, when what everybody gets is.
    fn counts_in(&self, context: &Subject<'_>, section: Option<usize>) -> bool {
        let manifest = context.manifest;
        let demand = section.and_then(|section| manifest.sections.get(section)).map(|section| section.demand);
        let is_project = demand != Some(Demand::Elsewhere);
        if !self.place.is_own() {
            return is_project;
        }
        if self.place.is_bound() {
            return is_project && !self.bounds_builds();
        }
        is_project && self.place.entry.demand() == Demand::Always || self.is_in(context, section)
    }

    /// Whether it stands in the section, or in one that this takes in.
    fn is_in(&self, context: &Subject<'_>, section: Option<usize>) -> bool {
        match (section, self.place.entry.section_index()) {
            (Some(section), Some(own)) => with_included(context.manifest, section).contains(&own),
            (None, _) | (_, None) => false,
        }
    }

    /// Whether it is for what builds need, each in an environment of its own.
    fn bounds_builds(&self) -> bool {
        self.place.entry.section().is_some_and(|section| section.path.contains("build-constraint"))
    }

    fn same_versions(&self, other: &Self) -> bool {
        let values = |asked: &Self| asked.requirement.specifiers.iter().map(|specifier| &specifier.value);
        self.requirement.alternatives.is_empty()
            && other.requirement.alternatives.is_empty()
            && values(self).eq(values(other))
    }

    fn versions(&self) -> String {
        quoted(self.span().slice(&self.place.manifest.text))
    }

    /// The versions, in bytes from the start of their file.
    fn span(&self) -> Span {
        self.requirement.versions_span().unwrap_or_default().shift(self.place.entry.start)
    }
}

/// What can be installed by itself: first what everybody gets, then each list of the file that not everybody gets.
fn sections(asked: &[Asked<'_>]) -> Vec<Option<usize>> {
    let mut sections: Vec<Option<usize>> = vec![None];
    let own = asked.iter().map(|asked| asked.place).filter(|place| place.is_own() && !place.is_bound());
    for section in own.filter(|place| place.entry.demand() != Demand::Always) {
        let section = section.entry.section_index();
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    sections
}

fn check_together(
    findings: &mut Findings<'_>,
    together: &[&Asked<'_>],
    reported: &mut FxHashSet<(*const Manifest, u32)>,
) {
    let mut accepted: Vec<&Asked<'_>> = Vec::new();
    for asked in together {
        if accepted.len() >= MOST || accepted.iter().any(|known| known.same_versions(asked)) {
            continue;
        }
        let mut all: Vec<&Requirement> = accepted.iter().map(|asked| asked.requirement).collect();
        all.push(asked.requirement);
        if any_version_allowed(&all) {
            accepted.push(asked);
            continue;
        }
        let contradicts = |known: &&&Asked<'_>| !any_version_allowed(&[known.requirement, asked.requirement]);
        let others: Vec<&Asked<'_>> = match accepted.iter().find(contradicts) {
            Some(one) => vec![one],
            None => accepted.clone(),
        };
        // The file's own place shows it, whether the other one is behind a `-r` or not.
        let all = || std::iter::once(*asked).chain(others.iter().copied());
        let shown = all().find(|asked| asked.place.is_own()).unwrap_or(asked);
        let rest: Vec<&Asked<'_>> = all().filter(|other| !std::ptr::eq(*other, shown)).collect();
        if reported.insert((std::ptr::from_ref(shown.place.manifest), shown.place.entry.start)) {
            report(findings, shown, &rest);
        }
    }
}

fn report(findings: &mut Findings<'_>, shown: &Asked<'_>, rest: &[&Asked<'_>]) {
    let span = match shown.place.include {
        None => shown.span(),
        // What is wrong behind one `-r` is for the file behind it to say, and bounds alone ask for nothing.
        Some(include) => {
            let is_behind =
                |other: &&Asked<'_>| other.place.include.is_some_and(|other| other.span == include.span);
            if rest.iter().all(is_behind)
                || shown.place.is_bound() && rest.iter().all(|other| other.place.is_bound())
            {
                return;
            }
            include.span
        }
    };
    let name = quoted(&shown.requirement.name.text);
    let versions = |asked: &Asked<'_>| match asked.place.include {
        None => asked.versions(),
        Some(_) => format!("the {} of {}", asked.versions(), file_name(&asked.place.manifest.path)),
    };
    let message = match rest {
        [other] => format!("no version of {name} is both {} and {}", versions(shown), versions(other)),
        _ => format!("no version of {name} is {} and all that the other lines ask for", versions(shown)),
    };
    findings.add(span, message).related = rest
        .iter()
        .take(RELATED)
        .map(|other| Related {
            file: (!other.place.is_own()).then(|| other.place.manifest.path.clone()),
            span: other.span(),
            message: format!("{} is asked for here", other.versions()),
        })
        .collect();
}
