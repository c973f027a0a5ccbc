//! What the extras of installed distributions need: `requests[socks]` needs what `requests` says of `socks`.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use venv_syntax::{MarkerEnvironment, Metadata, Name, Requirement, evaluate};

use crate::facts::Environment;
use crate::manifest::{Entry, Manifest};

/// What distributions say of themselves, by normalised name.
pub type AllMetadata = FxHashMap<Box<str>, Arc<Metadata>>;

/// An extra of a distribution, by normalised names.
pub type ExtraOf = (Box<str>, Box<str>);

/// How an extra of an installed distribution stands in an environment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ExtraState<'a> {
    /// All that it needs is there, as far as that is known.
    Holds,
    /// The installed distribution has no such extra.
    NotProvided(&'a Metadata),
    /// These are missing, or there in a version that it does not take.
    Lacks(Vec<&'a Requirement>),
}

/// Extras of extras are followed no further than this; nobody has so many.
const MOST: usize = 1000;

/// The extra `extra` of the distribution `name`, both normalised.
pub(crate) fn extra_state<'a>(
    name: &str,
    extra: &str,
    environment: &Environment,
    metadata: &'a AllMetadata,
) -> ExtraState<'a> {
    let Some(said) = metadata.get(name) else { return ExtraState::Holds };
    if !provides(said, extra, &environment.markers) {
        return ExtraState::NotProvided(said);
    }
    let mut lacking: Vec<&Requirement> = Vec::new();
    let mut walk = Walk::from((name.into(), extra.into()));
    while let Some((name, extra)) = walk.next() {
        let Some(said) = metadata.get(&name) else { continue };
        for requirement in needed(said, &extra, &environment.markers) {
            match environment.distributions.find(&requirement.name.normalized) {
                Some(found) if found.parsed.as_ref().is_none_or(|version| requirement.allows(version)) => {
                    walk.add_extras_of(requirement);
                }
                Some(_) | None => lacking.push(requirement),
            }
        }
    }
    lacking.dedup_by(|one, other| one.name.normalized == other.name.normalized);
    if lacking.is_empty() { ExtraState::Holds } else { ExtraState::Lacks(lacking) }
}

/// What is said by the distributions that `manifests` ask for with extras, and by those whose extras these need in
/// turn, as far as they are installed; and for which extras that is all that there is to know.
pub fn metadata_of_extras<'a>(
    manifests: impl IntoIterator<Item = &'a Manifest>,
    environment: &Environment,
    mut find: impl FnMut(&str) -> Option<Arc<Metadata>>,
) -> (AllMetadata, FxHashSet<ExtraOf>) {
    let mut metadata = AllMetadata::default();
    let mut walk = Walk::default();
    for manifest in manifests {
        manifest.entries_with_extras().for_each(|entry| walk.add_extras(entry));
    }
    while let Some((name, extra)) = walk.next() {
        if environment.distributions.find(&name).is_none() {
            continue;
        }
        let known = metadata.get(&name).cloned().or_else(|| find(&name));
        let Some(said) = known else { continue };
        needed(&said, &extra, &environment.markers).for_each(|requirement| walk.add_extras_of(requirement));
        metadata.insert(name, said);
    }
    (metadata, walk.seen)
}

/// Whether `known`, which [`metadata_of_extras`] gave, tells all that there is to know for the extras of `manifest`.
pub fn knows_extras(known: &FxHashSet<ExtraOf>, manifest: &Manifest) -> bool {
    let mut asked = Walk::default();
    manifest.entries_with_extras().for_each(|entry| asked.add_extras(entry));
    asked.waiting.iter().all(|extra| known.contains(extra))
}

fn provides(metadata: &Metadata, extra: &str, markers: &MarkerEnvironment) -> bool {
    metadata.extras.iter().any(|known| *known.normalized == *extra)
        || needed(metadata, extra, markers).next().is_some()
}

/// What `extra` needs beyond what the distribution needs without it.
fn needed<'a>(
    metadata: &'a Metadata,
    extra: &str,
    markers: &MarkerEnvironment,
) -> impl Iterator<Item = &'a Requirement> {
    metadata.requires.iter().filter(move |requirement| {
        requirement.marker.as_ref().is_some_and(|marker| {
            evaluate(marker, markers, &[extra]) == Some(true) && evaluate(marker, markers, &[]) != Some(true)
        })
    })
}

/// Goes to each extra once.
#[derive(Default)]
struct Walk {
    seen: FxHashSet<ExtraOf>,
    waiting: Vec<ExtraOf>,
}

impl Walk {
    fn from(extra: ExtraOf) -> Self {
        Self { seen: FxHashSet::from_iter([extra.clone()]), waiting: vec![extra] }
    }

    fn add_extras(&mut self, entry: Entry<'_>) {
        if let Some(name) = entry.name() {
            self.add(name, entry.extras());
        }
    }

    fn add_extras_of(&mut self, requirement: &Requirement) {
        self.add(&requirement.name, &requirement.extras);
    }

    fn add(&mut self, name: &Name, extras: &[Name]) {
        for extra in extras {
            let extra = (name.normalized.clone(), extra.normalized.clone());
            if self.seen.len() < MOST && self.seen.insert(extra.clone()) {
                self.waiting.push(extra);
            }
        }
    }

    fn next(&mut self) -> Option<ExtraOf> {
        self.waiting.pop()
    }
}
