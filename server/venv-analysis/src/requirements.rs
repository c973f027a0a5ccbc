//! What a manifest asks for, its includes with it, and how that stands in an environment.

use std::path::{Path, PathBuf};

use venv_syntax::{MarkerEnvironment, evaluate, satisfies};

use crate::check::{Context, Included};
use crate::facts::Environment;
use crate::manifest::{Entry, IncludeTarget, Manifest, Role};

/// One requirement that counts for a file: its own, or one of a file that it includes.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub manifest: &'a Manifest,
    pub entry: Entry<'a>,
    pub role: Role,
}

impl Wanted<'_> {
    /// Whether it is the same line of the same file.
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.manifest, other.manifest) && self.entry.start == other.entry.start
    }
}

/// How a requirement stands in an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Satisfied,
    Missing,
    /// It is installed in a version that is not asked for.
    Mismatch,
    /// Its marker says that it is not for this environment.
    NotForHere,
    /// A path without a name, a version that PEP 440 does not know, a marker on something not known, a line that
    /// the tools would refuse.
    Unknown,
}

/// How `entry` stands in `environment`.
pub fn state_of(entry: Entry<'_>, environment: &Environment) -> State {
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
    let Some(requirement) = entry.requirement() else { return State::Satisfied };
    let Some(version) = &found.parsed else { return State::Unknown };
    if satisfies(version, requirement.specifiers.iter().map(|specifier| &specifier.value)) {
        State::Satisfied
    } else {
        State::Mismatch
    }
}

/// Whether the marker of `entry` holds; `None` where that is not known.
pub(crate) fn applies(entry: Entry<'_>, markers: &MarkerEnvironment) -> Option<bool> {
    entry.marker().map_or(Some(true), |marker| evaluate(marker, markers, &[]))
}

/// All that the context's manifest asks for: its own entries and those of the files that it includes and that
/// are known, each file once.
pub fn wanted<'a>(context: &Context<'a>) -> Vec<Wanted<'a>> {
    let mut found = Vec::new();
    let mut seen: Vec<(&Path, Role)> = Vec::new();
    collect(context, context.manifest, context.manifest.role, &mut seen, &mut found);
    found
}

/// What is asked for, applies and is valid, and that `environment` lacks or has in another version.
pub fn unsatisfied<'a>(context: &Context<'a>, environment: &Environment) -> Vec<(Wanted<'a>, bool)> {
    wanted(context)
        .into_iter()
        .filter(|wanted| wanted.role == Role::Requirements)
        .filter_map(|wanted| match state_of(wanted.entry, environment) {
            State::Missing => Some((wanted, true)),
            State::Mismatch => Some((wanted, false)),
            State::Satisfied | State::NotForHere | State::Unknown => None,
        })
        .collect()
}

/// How many requirements an environment with these markers would be asked to hold.
pub(crate) fn count_for(context: &Context<'_>, markers: &MarkerEnvironment) -> usize {
    wanted(context)
        .iter()
        .filter(|wanted| wanted.role == Role::Requirements && !wanted.entry.is_invalid())
        .filter(|wanted| applies(wanted.entry, markers) != Some(false))
        .count()
}

/// The chain of files by which `manifest` includes itself, if it does.
pub(crate) fn cycle<'a>(context: &Context<'a>, from: &'a Path) -> bool {
    fn leads_to(context: &Context<'_>, at: &Path, goal: &Path, seen: &mut Vec<PathBuf>) -> bool {
        if at == goal {
            return true;
        }
        if seen.iter().any(|path| path == at) {
            return false;
        }
        seen.push(at.to_owned());
        let Some(Included::Manifest(manifest)) = context.facts.includes.get(at) else { return false };
        manifest.includes.iter().any(|include| match &include.target {
            IncludeTarget::File(path) => leads_to(context, path, goal, seen),
            IncludeTarget::Elsewhere(_) => false,
        })
    }
    leads_to(context, from, &context.manifest.path, &mut Vec::new())
}

fn collect<'a>(
    context: &Context<'a>,
    manifest: &'a Manifest,
    role: Role,
    seen: &mut Vec<(&'a Path, Role)>,
    found: &mut Vec<Wanted<'a>>,
) {
    if seen.contains(&(&manifest.path, role)) {
        return;
    }
    seen.push((&manifest.path, role));
    found.extend(manifest.entries().map(|entry| Wanted { manifest, entry, role }));
    for include in &manifest.includes {
        let IncludeTarget::File(path) = &include.target else { continue };
        if let Some(Included::Manifest(included)) = context.facts.includes.get(path) {
            // pip installs what a constraints file includes by `-r`; a file that asks for that is taken at its
            // word for versions only.
            let role = if role == Role::Constraints { Role::Constraints } else { include.role };
            collect(context, included, role, seen, found);
        }
    }
}
