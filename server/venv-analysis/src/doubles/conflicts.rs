//! Versions of one name that no version satisfies.

use rustc_hash::FxHashSet;
use venv_syntax::{Demand, Requirement, any_version_allowed};

use crate::check::Context;
use crate::manifest::Manifest;
use crate::requirements::{bounds_builds, with_included};
use crate::verdict::is_impossible;

use super::{Conflict, Place};

/// So many different bounds of one name are looked at together, and so many lists; nobody writes as many.
const MOST: usize = 32;

pub(super) fn find(context: &Context<'_>, places: &[Place<'_>]) -> Vec<Conflict> {
    // What is said elsewhere does not count where there is an override.
    if places.iter().any(Place::is_override) {
        return Vec::new();
    }
    let counting: Vec<Asked<'_>> = places
        .iter()
        .filter(|place| place.applies(context) && !place.entry.is_invalid())
        .filter_map(|place| Some(Asked { place: *place, requirement: place.entry.requirement()? }))
        .filter(|asked| asked.requirement.url.is_none() && asked.is_possible_and_bounds())
        .collect();
    let mut found = Vec::new();
    if counting.len() < 2 {
        return found;
    }
    let mut shown = FxHashSet::default();
    for section in sections(&counting).into_iter().take(MOST) {
        let included = Included::new(context.manifest, section);
        let mut together: Vec<&Asked<'_>> =
            counting.iter().filter(|asked| asked.counts_in(context, &included)).collect();
        // What everybody gets comes first, so that what contradicts it is what is reported.
        together.sort_by_key(|asked| included.holds(&asked.place));
        found.extend(among(&together).filter(|conflict| shown.insert(conflict.shown)));
    }
    found
}

/// What asks for one name in one place.
#[derive(Clone, Copy)]
struct Asked<'a> {
    place: Place<'a>,
    requirement: &'a Requirement,
}

impl Asked<'_> {
    fn is_possible_and_bounds(&self) -> bool {
        !self.requirement.specifiers.is_empty() && !is_impossible(self.place.entry)
    }

    /// Whether it counts when the `section` of the file is installed; without one, when what everybody gets is.
    fn counts_in(&self, context: &Context<'_>, included: &Included) -> bool {
        let manifest = context.manifest;
        let section = included.section.and_then(|section| manifest.sections.get(section));
        let demand = section.map(|section| section.demand);
        let is_project = demand != Some(Demand::Elsewhere);
        if !self.place.is_own() {
            return is_project;
        }
        if self.place.is_bound() {
            return is_project && !bounds_builds(self.place.entry);
        }
        is_project && self.place.entry.demand() == Demand::Always || included.holds(&self.place)
    }

    fn same_versions(&self, other: &Self) -> bool {
        let values = |asked: &Self| asked.requirement.specifiers.iter().map(|specifier| &specifier.value);
        self.requirement.alternatives.is_empty()
            && other.requirement.alternatives.is_empty()
            && values(self).eq(values(other))
    }
}

/// A section, with those that it takes in.
struct Included {
    section: Option<usize>,
    all: FxHashSet<usize>,
}

impl Included {
    fn new(manifest: &Manifest, section: Option<usize>) -> Self {
        let all = section.map(|section| with_included(manifest, section)).unwrap_or_default();
        Self { section, all: all.into_iter().collect() }
    }

    fn holds(&self, place: &Place<'_>) -> bool {
        place.entry.section_index().is_some_and(|section| self.all.contains(&section))
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

/// The first conflict among those that count together: that is enough to find the others. What asks for the same as
/// another one is not looked at again.
fn among(together: &[&Asked<'_>]) -> Option<Conflict> {
    let (mut accepted, mut refused): (Vec<&Asked<'_>>, Vec<&Asked<'_>>) = (Vec::new(), Vec::new());
    for asked in together {
        let mut known = accepted.iter().chain(&refused);
        if accepted.len() + refused.len() >= MOST || known.any(|known| known.same_versions(asked)) {
            continue;
        }
        let mut all: Vec<&Requirement> = accepted.iter().map(|asked| asked.requirement).collect();
        all.push(asked.requirement);
        if any_version_allowed(&all) {
            accepted.push(asked);
            continue;
        }
        refused.push(asked);
        let contradicts = |known: &&&Asked<'_>| !any_version_allowed(&[known.requirement, asked.requirement]);
        let others: Vec<&Asked<'_>> = match accepted.iter().find(contradicts) {
            Some(one) => vec![one],
            None => accepted.clone(),
        };
        let all = || std::iter::once(*asked).chain(others.iter().copied());
        let shown = all().find(|asked| asked.place.is_own()).unwrap_or(asked);
        let rest: Vec<&Asked<'_>> = all().filter(|other| !std::ptr::eq(*other, shown)).collect();
        if is_worth_saying(shown, &rest) {
            let rest = rest.iter().map(|other| other.place.at).collect();
            return Some(Conflict { shown: shown.place.at, rest });
        }
    }
    None
}

/// What is wrong behind one `-r` is for the file behind it to say, and bounds alone ask for nothing.
fn is_worth_saying(shown: &Asked<'_>, rest: &[&Asked<'_>]) -> bool {
    let Some(include) = shown.place.include else { return true };
    let is_behind = |other: &&Asked<'_>| other.place.include.is_some_and(|other| other.span == include.span);
    let only_bounds = shown.place.is_bound() && rest.iter().all(|other| other.place.is_bound());
    !only_bounds && !rest.iter().all(is_behind)
}
