//! Names that are asked for in more than one place: of the file, and of those that it includes.

use rustc_hash::FxHashMap;
use venv_syntax::{Demand, SectionKind};

use crate::check::{Context, Included};
use crate::manifest::{Entry, Include, Manifest, Role};
use crate::requirements::{Walk, applies};

/// The places that ask for one name, in the order in which pip reads them: the file's own come first.
pub(crate) type Places<'a> = Vec<Place<'a>>;

/// One place that asks for a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) entry: Entry<'a>,
    pub(crate) role: Role,
    /// The `-r` or `-c` of the context's manifest that leads there, the first where several do; `None` for its own.
    pub(crate) include: Option<&'a Include>,
}

impl<'a> Place<'a> {
    /// Whether the file that is looked at asks for it itself.
    pub(crate) fn is_own(&self) -> bool {
        self.include.is_none()
    }

    fn kind(&self) -> Option<SectionKind> {
        self.entry.section().map(|section| section.kind)
    }

    /// Whether it only bounds versions.
    pub(crate) fn is_bound(&self) -> bool {
        self.role == Role::Constraints || self.kind() == Some(SectionKind::Constraints)
    }

    /// Whether it counts instead of what others ask for.
    pub(crate) fn is_override(&self) -> bool {
        self.kind() == Some(SectionKind::Overrides)
    }

    /// Whether it surely counts in the environment that serves the file, or in any.
    pub(crate) fn applies(&self, context: &Context<'a>) -> bool {
        self.entry.marker().is_none()
            || context
                .chosen()
                .is_some_and(|chosen| applies(self.entry, &chosen.environment.markers) == Some(true))
    }
}

/// Every name that is asked for more than once, in the order of its first places.
pub(crate) fn doubles<'a>(context: &Context<'a>) -> Vec<Places<'a>> {
    let manifests = manifests(context);
    let names = repeated(&manifests);
    if names.is_empty() {
        return Vec::new();
    }
    let mut numbers: FxHashMap<u64, usize> = FxHashMap::default();
    let mut found: Vec<Places<'a>> = Vec::new();
    for (manifest, role, include) in manifests {
        for entry in manifest.entries_named(|name| names.binary_search(&name).is_ok()) {
            let number = *numbers.entry(entry.name_hash).or_insert(found.len());
            let place = Place { manifest, entry, role, include };
            match found.get_mut(number) {
                Some(places) => places.push(place),
                None => found.push(vec![place]),
            }
        }
    }
    for places in &mut found {
        // Two names may share a hash, which then belongs to the first.
        let Some(first) = places.first().and_then(|place| place.entry.name()) else { continue };
        places.retain(|place| place.entry.name().is_some_and(|name| name.normalized == first.normalized));
    }
    found
}

type Listed<'a> = (&'a Manifest, Role, Option<&'a Include>);

/// The file and those that it includes, in the order in which they count.
fn manifests<'a>(context: &Context<'a>) -> Vec<Listed<'a>> {
    let role = context.manifest.role;
    let mut manifests: Vec<Listed<'a>> = vec![(context.manifest, role, None)];
    if context.manifest.includes.is_empty() {
        return manifests;
    }
    let mut walk = Walk::new(*context);
    walk.skip(context.manifest, Role::Requirements);
    walk.skip(context.manifest, Role::Constraints);
    for (include, path) in context.manifest.included_files() {
        let (Demand::Always, Some(Included::Manifest(included))) =
            (include.demand, context.facts.includes.get(path))
        else {
            continue;
        };
        walk.enter(included, if role == Role::Constraints { role } else { include.role });
        while let Some((manifest, role)) = walk.next() {
            manifests.push((manifest, role, Some(include)));
        }
    }
    manifests
}

/// The hashes of the names that stand in these files more than once, sorted.
fn repeated(manifests: &[Listed<'_>]) -> Vec<u64> {
    let all: Vec<u64>;
    let sorted = match manifests {
        [(manifest, ..)] => manifest.sorted_names(),
        _ => {
            let mut names: Vec<u64> = Vec::new();
            for (manifest, ..) in manifests {
                names.extend(manifest.sorted_names());
            }
            // What is sorted in parts is sorted in one go by this one.
            names.sort();
            all = names;
            &all
        }
    };
    let mut repeated: Vec<u64> =
        sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    repeated.dedup();
    repeated
}
