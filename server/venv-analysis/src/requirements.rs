//! What a manifest asks for, its includes with it, and how that stands in an environment.

use std::borrow::Cow;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};
use venv_syntax::{Demand, MarkerEnvironment, SectionKind, evaluate};

use crate::check::{Context, Included};
use crate::extras::{AllMetadata, ExtraState, extra_state};
use crate::facts::Environment;
use crate::manifest::{Entry, Include, Manifest, Role, without_parents};
use crate::project::own_name_hash;
use crate::verdict::Judge;

/// One requirement that counts for a file: its own, or one of a file that it includes.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub manifest: &'a Manifest,
    pub entry: Entry<'a>,
    pub role: Role,
}

/// How a requirement stands in an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Satisfied,
    Missing,
    /// It is installed in a version that is not asked for.
    Mismatch,
    /// It is installed, and what one of its extras needs is missing or there in another version.
    IncompleteExtra,
    /// It is installed, and has no extra of a name that is asked for.
    UnknownExtra,
    /// Its marker says that it is not for this environment.
    NotForHere,
    /// It is for another environment than this one, or for an extra or a group that is not in use here.
    NotAsked,
    /// A path without a name, a version that PEP 440 does not know, a marker on something not known, a line that
    /// the tools would refuse.
    Unknown,
}

impl State {
    /// Whether installing what is asked for would change it.
    pub fn is_lacking(self) -> bool {
        match self {
            Self::Missing | Self::Mismatch | Self::IncompleteExtra => true,
            Self::Satisfied | Self::UnknownExtra | Self::NotForHere | Self::NotAsked | Self::Unknown => false,
        }
    }
}

/// How `entry` stands in `environment`, whether or not its section is asked for. Of extras nothing is said where
/// `metadata` does not hold what the distribution says of itself.
pub fn state_of(entry: Entry<'_>, environment: &Environment, metadata: &AllMetadata) -> State {
    if entry.is_invalid() {
        return State::Unknown;
    }
    match applies(entry, &environment.markers) {
        Some(true) => {}
        Some(false) => return State::NotForHere,
        None => return State::Unknown,
    }
    let Some(name) = entry.name() else { return State::Unknown };
    let Some(found) = environment.distributions.find(&name.normalized) else { return State::Missing };
    if let Some(requirement) = entry.requirement() {
        let Some(version) = &found.parsed else { return State::Unknown };
        if !requirement.allows(version) {
            return State::Mismatch;
        }
    }
    let mut state = State::Satisfied;
    for extra in entry.extras() {
        match extra_state(&name.normalized, &extra.normalized, environment, metadata) {
            ExtraState::Holds => {}
            ExtraState::NotProvided(_) => state = State::UnknownExtra,
            ExtraState::Lacks(_) => return State::IncompleteExtra,
        }
    }
    state
}

/// Which sections of a manifest an environment is expected to hold.
pub(crate) struct Asked {
    /// By the index of the section.
    sections: Vec<bool>,
}

impl Asked {
    /// An extra or a group that nobody gets by default counts as soon as most of it is there: who has installed it
    /// wants to know what it lacks, and who has not does not.
    pub(crate) fn new(manifest: &Manifest, environment: &Environment) -> Self {
        let mut sections: Vec<bool> =
            manifest.sections.iter().map(|section| section.demand == Demand::Always).collect();
        if !manifest.sections.iter().any(|section| section.demand == Demand::OnRequest) {
            return Self { sections };
        }
        let everywhere: FxHashSet<u64> = manifest
            .entries()
            .filter(|entry| entry.demand() == Demand::Always)
            .map(|entry| entry.name_hash)
            .collect();
        let own_name = own_name_hash(manifest);
        let mut counts = vec![(0_usize, 0_usize); sections.len()];
        for entry in manifest.entries().filter(|entry| entry.demand() == Demand::OnRequest) {
            let (Some(section), Some(name)) = (entry.section_index(), entry.name()) else { continue };
            if everywhere.contains(&entry.name_hash)
                || own_name == Some(entry.name_hash)
                || entry.is_invalid()
                || applies(entry, &environment.markers) != Some(true)
            {
                continue;
            }
            let Some((all, there)) = counts.get_mut(section) else { continue };
            *all += 1;
            // One of another version is there for somebody else.
            let is_there = environment.distributions.find(&name.normalized).is_some_and(|found| {
                let allows = |version| entry.requirement().is_none_or(|asked| asked.allows(version));
                found.parsed.as_ref().is_none_or(allows)
            });
            *there += usize::from(is_there);
        }
        for (index, (all, there)) in counts.into_iter().enumerate() {
            if there * 2 > all && !sections[index] {
                for taken_in in with_included(manifest, index) {
                    sections[taken_in] = true;
                }
            }
        }
        Self { sections }
    }

    pub(crate) fn is_asked(&self, entry: Entry<'_>) -> bool {
        entry.section_index().is_none_or(|section| self.sections.get(section).copied().unwrap_or(true))
    }
}

/// A section and those that it takes in, directly or through others.
pub(crate) fn with_included(manifest: &Manifest, section_index: usize) -> Vec<usize> {
    let mut found = vec![section_index];
    let mut is_found = vec![false; manifest.sections.len()];
    let mut next = 0;
    while let Some(section) = found.get(next).and_then(|index| manifest.sections.get(*index)) {
        next += 1;
        let groups = section.includes.iter().filter_map(|include| include.section);
        for included in groups.chain(section.own_extras.iter().copied()) {
            if included != section_index && is_found.get(included) == Some(&false) {
                is_found[included] = true;
                found.push(included);
            }
        }
    }
    found
}

/// Whether the marker of `entry` holds; `None` where that is not known.
pub(crate) fn applies(entry: Entry<'_>, markers: &MarkerEnvironment) -> Option<bool> {
    entry.marker().map_or(Some(true), |marker| evaluate(marker, markers, &[]))
}

/// All that the context's manifest asks for, whoever gets it, and the bounds that it sets: its own entries and those
/// of the files that it includes and that are known, each file once.
pub fn wanted<'a>(context: &Context<'a>) -> Vec<Wanted<'a>> {
    let mut found = Vec::new();
    let mut walk = Walk::new(*context);
    walk.enter(context.manifest, context.manifest.role);
    while let Some((manifest, role)) = walk.next() {
        found.extend(manifest.entries().filter_map(|entry| {
            let role = match entry.demand() {
                Demand::Always | Demand::OnRequest => role,
                Demand::Nobody if bounds_environment(entry) => Role::Constraints,
                Demand::Nobody | Demand::Elsewhere => return None,
            };
            Some(Wanted { manifest, entry, role })
        }));
    }
    found
}

/// Whether it is a bound of versions, and not only of what is built with, each time in an environment of its own.
pub(crate) fn bounds_environment(entry: Entry<'_>) -> bool {
    entry.section().is_some_and(|section| section.kind == SectionKind::Constraints) && !bounds_builds(entry)
}

/// Whether it bounds the versions of what builds need.
pub(crate) fn bounds_builds(entry: Entry<'_>) -> bool {
    entry.section().is_some_and(|section| &*section.path == "tool.uv.build-constraint-dependencies")
}

/// What is asked for, applies and is valid, and that `environment` lacks or has in another version.
pub fn unsatisfied<'a>(context: &Context<'a>, environment: &Environment) -> Vec<(Wanted<'a>, State)> {
    let asked = Asked::new(context.manifest, environment);
    let judge = Judge::new(context, Some(environment));
    wanted(context)
        .into_iter()
        .filter(|wanted| wanted.role == Role::Requirements)
        .filter(|wanted| !std::ptr::eq(wanted.manifest, context.manifest) || asked.is_asked(wanted.entry))
        .filter_map(|wanted| Some((wanted, judge.state(wanted.entry).filter(|state| state.is_lacking())?)))
        .collect()
}

/// What the file asks for under these names, as its sections in use say it where one of them does.
pub fn asked_under<'a>(
    context: &Context<'a>,
    environment: &Environment,
    names: &[String],
) -> Vec<Wanted<'a>> {
    let in_use = Asked::new(context.manifest, environment);
    let own_name = own_name_hash(context.manifest);
    let mut asked = wanted(context);
    asked.retain(|Wanted { entry, role, .. }| {
        *role == Role::Requirements
            && !entry.is_invalid()
            && applies(*entry, &environment.markers) == Some(true)
            && entry.name().is_some_and(|name| names.iter().any(|asked| **asked == *name.normalized))
            && own_name != Some(entry.name_hash)
    });
    let is_in_use = |wanted: &Wanted<'_>| {
        !std::ptr::eq(wanted.manifest, context.manifest) || in_use.is_asked(wanted.entry)
    };
    let counting: FxHashSet<u64> =
        asked.iter().filter(|wanted| is_in_use(wanted)).map(|wanted| wanted.entry.name_hash).collect();
    asked.retain(|wanted| is_in_use(wanted) || !counting.contains(&wanted.entry.name_hash));
    asked
}

/// The same as [`unsatisfied`] of the file's own extras and groups that are not in use.
pub(crate) fn unsatisfied_on_request<'a>(
    context: &Context<'a>,
    environment: &Environment,
) -> Vec<(Wanted<'a>, State)> {
    let manifest = context.manifest;
    let asked = Asked::new(manifest, environment);
    let judge = Judge::new(context, Some(environment));
    let on_request =
        manifest.entries().filter(|entry| entry.demand() == Demand::OnRequest && !asked.is_asked(*entry));
    on_request
        .filter_map(|entry| {
            let wanted = Wanted { manifest, entry, role: Role::Requirements };
            Some((wanted, judge.state(entry).filter(|state| state.is_lacking())?))
        })
        .collect()
}

/// What an environment with these markers would be asked to hold.
pub(crate) fn asked_of_new<'a>(context: &Context<'a>, markers: &MarkerEnvironment) -> Vec<Wanted<'a>> {
    let judge = Judge::new(context, None);
    let mut asked = wanted(context);
    asked.retain(|Wanted { entry, role, .. }| {
        *role == Role::Requirements
            && entry.demand() == Demand::Always
            && !entry.is_invalid()
            && applies(*entry, markers) != Some(false)
            && !judge.is_misnamed(*entry)
            && !judge.is_own(*entry)
    });
    asked
}

/// What the files behind one `-r` ask for and the environment does not have as they ask.
pub(crate) struct Behind<'a> {
    pub(crate) include: &'a Include,
    pub(crate) wanted: Vec<Wanted<'a>>,
}

/// What is in `state` in the environment, by the `-r` of the context's manifest that leads to it, the first where
/// several do. Nothing where no environment that works serves the file.
pub(crate) fn behind_includes<'a>(context: &Context<'a>, state: State) -> Vec<Behind<'a>> {
    let mut found = Vec::new();
    let chosen = context.chosen().filter(|chosen| !chosen.environment.is_broken());
    let (Some(chosen), Role::Requirements) = (chosen, context.manifest.role) else { return found };
    let judge = Judge::new(context, Some(&chosen.environment));
    let mut walk = Walk::new(*context);
    walk.skip(context.manifest, Role::Requirements);
    for (include, path) in context.manifest.included_files() {
        let (Role::Requirements, Demand::Always, Some(Included::Manifest(included))) =
            (include.role, include.demand, context.facts.includes.get(path))
        else {
            continue;
        };
        walk.enter(included, include.role);
        let mut wanted = Vec::new();
        while let Some((manifest, role)) = walk.next() {
            if role == Role::Requirements {
                let entries = manifest.entries().filter(|entry| judge.state(*entry) == Some(state));
                wanted.extend(entries.map(|entry| Wanted { manifest, entry, role }));
            }
        }
        if !wanted.is_empty() {
            found.push(Behind { include, wanted });
        }
    }
    found
}

/// The files that include the context's manifest, directly or through others, and itself.
pub(crate) fn leading_back<'a>(context: &Context<'a>) -> FxHashSet<Cow<'a, Path>> {
    let goal = without_parents(&context.manifest.path);
    let mut back = FxHashSet::from_iter([goal.clone()]);
    if context.manifest.includes.is_empty() {
        return back;
    }
    let mut includers: FxHashMap<Cow<'a, Path>, Vec<Cow<'a, Path>>> = FxHashMap::default();
    for included in context.facts.includes.values() {
        let Included::Manifest(manifest) = included else { continue };
        for (_, path) in manifest.included_files() {
            includers.entry(identity(context, path)).or_default().push(without_parents(&manifest.path));
        }
    }
    let mut waiting = vec![goal];
    while let Some(path) = waiting.pop() {
        for includer in includers.remove(&path).unwrap_or_default() {
            if back.insert(includer.clone()) {
                waiting.push(includer);
            }
        }
    }
    back
}

/// What makes the file at `path` one and the same, however a `-r` writes it: where its reader says that it is.
pub(crate) fn identity<'a>(context: &Context<'a>, path: &'a Path) -> Cow<'a, Path> {
    match context.facts.includes.get(path) {
        Some(Included::Manifest(manifest)) => without_parents(&manifest.path),
        Some(Included::NotFound | Included::Unreadable(_)) | None => without_parents(path),
    }
}

/// Goes through files and what they include, in the order in which pip reads them, to each once in each role.
/// Not by recursion: a chain may be longer than the stack is deep.
pub(crate) struct Walk<'a> {
    context: Context<'a>,
    seen: FxHashSet<(Cow<'a, Path>, Role)>,
    /// The next file comes last.
    waiting: Vec<(&'a Manifest, Role)>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(context: Context<'a>) -> Self {
        Self { context, seen: FxHashSet::default(), waiting: Vec::new() }
    }

    pub(crate) fn enter(&mut self, manifest: &'a Manifest, role: Role) {
        self.waiting.push((manifest, role));
    }

    /// Takes `manifest` for seen.
    pub(crate) fn skip(&mut self, manifest: &'a Manifest, role: Role) {
        self.seen.insert((without_parents(&manifest.path), role));
    }

    pub(crate) fn next(&mut self) -> Option<(&'a Manifest, Role)> {
        loop {
            let (manifest, role) = self.waiting.pop()?;
            if !self.seen.insert((without_parents(&manifest.path), role)) {
                continue;
            }
            for (include, path) in manifest.included_files().rev() {
                if let (Demand::Always, Some(Included::Manifest(included))) =
                    (include.demand, self.context.facts.includes.get(path))
                {
                    // pip installs what a constraints file includes by `-r`; a file that asks for that is taken
                    // at its word for versions only.
                    let role = if role == Role::Constraints { role } else { include.role };
                    self.waiting.push((included, role));
                }
            }
            return Some((manifest, role));
        }
    }
}
