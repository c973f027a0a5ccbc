//! Names that are asked for in more than one place: of the file, and of those that it includes.
//!
//! What is found of a name depends on the lines that have it and on nothing else, so that an edit costs a look at the
//! names that it touches.

mod conflicts;
mod duplicates;

use venv_syntax::{Demand, SectionKind};

use crate::check::{Context, Included};
use crate::manifest::{Entry, Include, Manifest, Role};
use crate::requirements::{Walk, applies};

/// All that is wrong with names that are asked for more than once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doubles {
    of_names: Vec<OfName>,
    has_includes: bool,
}

#[derive(Clone, Debug)]
struct OfName {
    /// The hash of the name.
    name: u64,
    duplicates: Vec<Duplicate>,
    conflicts: Vec<Conflict>,
}

/// Two places that ask for one name, where one would be enough.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duplicate {
    pub(crate) earlier: At,
    pub(crate) later: At,
    /// Whether they say the same, word for word.
    pub(crate) is_same: bool,
}

/// Places that ask for versions of one name that no version satisfies.
#[derive(Clone, Debug)]
pub(crate) struct Conflict {
    /// The one at which it is said: the file's own, if one of them is.
    pub(crate) shown: At,
    /// One that contradicts it by itself, or else all that do together.
    pub(crate) rest: Vec<At>,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct At {
    /// Index into [`Files`]: 0 is the file that is looked at.
    file: u32,
    /// Which of its entries it is.
    number: u32,
}

/// A file and those that it includes, in the order in which they count.
pub(crate) struct Files<'a>(Vec<File<'a>>);

#[derive(Clone, Copy)]
struct File<'a> {
    manifest: &'a Manifest,
    role: Role,
    include: Option<&'a Include>,
}

/// One place that asks for a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) at: At,
    pub(crate) manifest: &'a Manifest,
    pub(crate) entry: Entry<'a>,
    pub(crate) role: Role,
    /// The `-r` or `-c` of the context's manifest that leads there, the first where several do; `None` for its own.
    pub(crate) include: Option<&'a Include>,
}

impl Doubles {
    pub(crate) fn new(context: &Context<'_>, files: &Files<'_>) -> Self {
        let names = files.repeated();
        let of_names = found(context, &files.places(&names));
        Self { of_names, has_includes: files.0.len() > 1 }
    }

    /// The same for the next text of the file, of which `previous` was found when it had `count` entries.
    pub(crate) fn again(context: &Context<'_>, files: &Files<'_>, previous: &Self, count: usize) -> Self {
        let manifest = context.manifest;
        if files.0.len() > 1 || previous.has_includes {
            return Self::new(context, files);
        }
        let changed = manifest.changed_names();
        let kept = manifest.kept;
        let moved = |at: At| {
            let number = at.number as usize;
            // What lies between has a name that is looked at again.
            let is_behind = number >= count.saturating_sub(kept.last);
            let number =
                if is_behind { (number + manifest.entries().len()).saturating_sub(count) } else { number };
            At { number: u32::try_from(number).unwrap_or(u32::MAX), ..at }
        };
        let rest = previous.of_names.iter().filter(|of_name| changed.binary_search(&of_name.name).is_err());
        let mut of_names: Vec<OfName> = rest.map(|of_name| of_name.moved(moved)).collect();
        let repeated: Vec<u64> =
            changed.iter().copied().filter(|name| is_repeated(manifest.sorted_names(), *name)).collect();
        if !repeated.is_empty() {
            of_names.extend(found(context, &files.places(&repeated)));
        }
        Self { of_names, has_includes: false }
    }

    pub(crate) fn duplicates(&self) -> impl Iterator<Item = Duplicate> {
        self.of_names.iter().flat_map(|of_name| of_name.duplicates.iter().copied())
    }

    pub(crate) fn conflicts(&self) -> impl Iterator<Item = &Conflict> {
        self.of_names.iter().flat_map(|of_name| &of_name.conflicts)
    }
}

impl OfName {
    fn moved(&self, to: impl Fn(At) -> At) -> Self {
        let duplicates = self.duplicates.iter();
        let conflicts = self.conflicts.iter();
        Self {
            name: self.name,
            duplicates: duplicates
                .map(|it| Duplicate { earlier: to(it.earlier), later: to(it.later), ..*it })
                .collect(),
            conflicts: conflicts
                .map(|it| Conflict { shown: to(it.shown), rest: it.rest.iter().map(|at| to(*at)).collect() })
                .collect(),
        }
    }
}

impl<'a> Files<'a> {
    pub(crate) fn new(context: &Context<'a>) -> Self {
        let role = context.manifest.role;
        let mut files = vec![File { manifest: context.manifest, role, include: None }];
        if context.manifest.includes.is_empty() {
            return Self(files);
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
                files.push(File { manifest, role, include: Some(include) });
            }
        }
        Self(files)
    }

    pub(crate) fn place(&self, at: At) -> Option<Place<'a>> {
        let File { manifest, role, include } = *self.0.get(at.file as usize)?;
        let entry = manifest.nth_entry(at.number as usize)?;
        Some(Place { at, manifest, entry, role, include })
    }

    /// The places of each of these names, which are sorted, in the order in which pip reads them.
    fn places(&self, names: &[u64]) -> Vec<Vec<Place<'a>>> {
        let mut found: Vec<Vec<Place<'a>>> = vec![Vec::new(); names.len()];
        let number_of = |name: u64| match names {
            [] => None,
            [one] => (*one == name).then_some(0),
            _ => names.binary_search(&name).ok(),
        };
        for (file, File { manifest, role, include }) in (0..).zip(&self.0) {
            for (number, name) in (0..).zip(manifest.names_in_order()) {
                let Some(places) = number_of(name).and_then(|number| found.get_mut(number)) else { continue };
                let Some(entry) = manifest.nth_entry(number as usize) else { continue };
                let at = At { file, number };
                places.push(Place { at, manifest, entry, role: *role, include: *include });
            }
        }
        for places in &mut found {
            // Two names may share a hash, which then belongs to the first.
            let Some(first) = places.first().and_then(|place| place.entry.name()) else { continue };
            places.retain(|place| place.entry.name().is_some_and(|name| name.normalized == first.normalized));
        }
        found
    }

    /// The hashes of the names that stand in these files more than once, sorted.
    fn repeated(&self) -> Vec<u64> {
        let all: Vec<u64>;
        let sorted = match &self.0[..] {
            [file] => file.manifest.sorted_names(),
            files => {
                let mut names: Vec<u64> = Vec::new();
                for file in files {
                    names.extend(file.manifest.sorted_names());
                }
                // Parts that are sorted are only put together by this one.
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
}

impl<'a> Place<'a> {
    /// Whether the file that is looked at asks for it itself.
    pub(crate) fn is_own(&self) -> bool {
        self.include.is_none()
    }

    /// What it asks for, as one line.
    fn joined(&self) -> String {
        self.entry.joined(&self.manifest.text)
    }

    fn kind(&self) -> Option<SectionKind> {
        self.entry.section().map(|section| section.kind)
    }

    /// Whether it only bounds versions.
    pub(crate) fn is_bound(&self) -> bool {
        self.role == Role::Constraints || self.kind() == Some(SectionKind::Constraints)
    }

    /// Whether it counts instead of what others ask for.
    fn is_override(&self) -> bool {
        self.kind() == Some(SectionKind::Overrides)
    }

    /// Whether it surely counts in the environment that serves the file, or in any.
    fn applies(&self, context: &Context<'_>) -> bool {
        // A variable could stand for a marker, and for anything.
        let text = self.entry.line_span().slice(&self.manifest.text);
        // For one character the search is a fast one.
        if text.contains('$') && text.contains("${") {
            return false;
        }
        self.entry.marker().is_none()
            || context
                .chosen()
                .is_some_and(|chosen| applies(self.entry, &chosen.environment.markers) == Some(true))
    }
}

fn is_repeated(sorted: &[u64], name: u64) -> bool {
    let first = sorted.partition_point(|other| *other < name);
    sorted.get(first + 1) == Some(&name)
}

fn found(context: &Context<'_>, places: &[Vec<Place<'_>>]) -> Vec<OfName> {
    let of_names = places.iter().filter_map(|places| {
        let name = places.first()?.entry.name_hash;
        let duplicates = duplicates::find(context, places);
        let conflicts = conflicts::find(context, places);
        let is_empty = duplicates.is_empty() && conflicts.is_empty();
        (!is_empty).then_some(OfName { name, duplicates, conflicts })
    });
    of_names.collect()
}
