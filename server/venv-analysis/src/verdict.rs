//! What is found out of each requirement by itself: once, and again only when it or the facts change.

use venv_syntax::{
    Demand, RequiresPython, SectionKind, Version, VersionSpecifier, any_version_allowed,
    any_version_satisfies,
};

use crate::check::Context;
use crate::config::Config;
use crate::extras::AllMetadata;
use crate::facts::Environment;
use crate::manifest::{Entry, Manifest, Role};
use crate::project::own_name_hash;
use crate::renamings::{Reason, renaming};
use crate::requirements::{Asked, State, state_of};
use crate::rules::find_rule;
use crate::stdlib::{NEWEST, OLDEST_CURRENT, Platform, stdlib_module};

/// What is found out of one requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// How it stands in the environment; `None` where none that works serves the file.
    pub(crate) state: Option<State>,
    /// Whether no version is what it asks for.
    pub(crate) is_impossible: bool,
    pub(crate) name: NameVerdict,
}

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameVerdict {
    Nothing,
    /// It is that of a module that every Python has that the file is for.
    InStdlib,
    /// It is not the name of what is meant.
    Renamed,
}

/// Knows of the facts what verdicts depend on.
pub(crate) struct Judge<'a> {
    manifest: &'a Manifest,
    config: &'a Config,
    environment: Option<&'a Environment>,
    metadata: &'a AllMetadata,
    /// The hash of the name of the project whose file this is.
    own_name: Option<u64>,
    pythons: Option<Pythons>,
}

/// The Pythons that a file is for.
#[derive(Clone, Copy, Debug)]
struct Pythons {
    /// 3.x
    first: u32,
    /// 3.x
    last: u32,
    /// `None` where it is not known.
    platform: Option<Platform>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(context: &Context<'a>, environment: Option<&'a Environment>) -> Self {
        Self {
            manifest: context.manifest,
            config: context.config,
            environment,
            metadata: &context.facts.metadata,
            own_name: own_name_hash(context.manifest),
            pythons: pythons(&context.manifest.requires_python, environment),
        }
    }

    /// All entries of the manifest.
    pub(crate) fn all(&self) -> Vec<Verdict> {
        let mut verdicts: Vec<Verdict> = self.manifest.entries().map(|entry| self.one(entry)).collect();
        let Some(environment) = self.environment.filter(|_| !self.manifest.sections.is_empty()) else {
            return verdicts;
        };
        let asked = Asked::new(self.manifest, environment);
        for (verdict, entry) in verdicts.iter_mut().zip(self.manifest.entries()) {
            if !asked.is_asked(entry) {
                verdict.state = Some(State::NotAsked);
            }
        }
        verdicts
    }

    /// One entry of a manifest without sections.
    pub(crate) fn one(&self, entry: Entry<'_>) -> Verdict {
        let (state, name) = self.state_and_name(entry);
        Verdict { state, is_impossible: is_impossible(entry), name }
    }

    /// How an entry stands in the environment. Under a name that cannot be the right one nothing is asked for: a
    /// package of that name is not what is missing.
    pub(crate) fn state(&self, entry: Entry<'_>) -> Option<State> {
        self.state_and_name(entry).0
    }

    /// Whether something is reported of the entry's name.
    pub(crate) fn is_misnamed(&self, entry: Entry<'_>) -> bool {
        self.is_reported(self.state_and_name(entry).1)
    }

    fn state_and_name(&self, entry: Entry<'_>) -> (Option<State>, NameVerdict) {
        let state = self.environment.map(|environment| state_of(entry, environment, self.metadata));
        let name = self.name(entry, state);
        let state = match state {
            Some(State::Missing) if self.is_reported(name) => Some(State::NotAsked),
            // A package of the project's own name, wherever it came from, is not what `project[extra]` means.
            Some(State::Missing | State::Mismatch | State::IncompleteExtra | State::UnknownExtra)
                if self.is_own(entry) =>
            {
                Some(State::NotAsked)
            }
            _ => state,
        };
        (state, name)
    }

    /// Whether the entry asks for the project whose file this is, as `project[extra]` in another extra does.
    pub(crate) fn is_own(&self, entry: Entry<'_>) -> bool {
        entry.name_hash != 0 && self.own_name == Some(entry.name_hash)
    }

    fn is_reported(&self, name: NameVerdict) -> bool {
        let rule = match name {
            NameVerdict::Nothing => return false,
            NameVerdict::InStdlib => "requirement-in-stdlib",
            NameVerdict::Renamed => "requirement-renamed",
        };
        find_rule(rule).is_some_and(|rule| self.config.severity(rule).is_some())
    }

    fn name(&self, entry: Entry<'_>, state: Option<State>) -> NameVerdict {
        if entry.name_hash == 0 || state == Some(State::NotForHere) {
            return NameVerdict::Nothing;
        }
        let (module, renaming) = (stdlib_module(entry.name_hash), renaming(entry.name_hash));
        if module.is_none() && renaming.is_none() {
            return NameVerdict::Nothing;
        }
        // What only bounds versions, and what a tool has written, is nobody's wish.
        let is_wish = self.manifest.role == Role::Requirements
            && entry.demand() != Demand::Nobody
            && entry.section().is_none_or(|section| section.kind != SectionKind::Lock);
        let Some(requirement) = entry.requirement().filter(|asked| is_wish && asked.url.is_none()) else {
            return NameVerdict::Nothing;
        };
        let written = &*requirement.name.text;
        if renaming.is_some_and(|it| it.reason != Reason::ModuleAsWritten || it.wrong == written) {
            return NameVerdict::Renamed;
        }
        // `DateTime` is a distribution, `datetime` a module.
        let is_module = module.is_some_and(|module| {
            (module.name == written || !written.contains(|c: char| c.is_ascii_uppercase()))
                && self.pythons.is_some_and(|pythons| {
                    module.is_in_all(pythons.first, pythons.last)
                        && module.only_on.is_none_or(|platform| pythons.platform == Some(platform))
                })
        });
        // A marker that cannot be decided may be there for an old Python.
        let is_decided = entry.marker().is_none() || state.is_some_and(|state| state != State::Unknown);
        if is_module && is_decided { NameVerdict::InStdlib } else { NameVerdict::Nothing }
    }
}

/// The Python of the environment and those that the file allows; where neither is known, all that are current.
/// `None` where the file is for none that is known.
fn pythons(allowed: &[RequiresPython], environment: Option<&Environment>) -> Option<Pythons> {
    let python = environment.and_then(|environment| environment.python.as_ref());
    let platform = environment.and_then(|environment| environment.markers.sys_platform.as_deref());
    let platform = platform.map(|name| if name == "win32" { Platform::Windows } else { Platform::Unix });
    let mut minors: Vec<u32> = match python {
        Some(python) if python.major != 3 => return None,
        Some(python) => vec![python.minor],
        None if allowed.is_empty() => vec![OLDEST_CURRENT, NEWEST],
        None => Vec::new(),
    };
    if !allowed.is_empty() {
        minors.extend((0..=NEWEST).filter(|minor| allowed.iter().all(|range| allows_minor(range, *minor))));
    }
    Some(Pythons { first: *minors.iter().min()?, last: *minors.iter().max()?, platform })
}

/// Whether some `3.MINOR` is in the range; also where it cannot be told.
fn allows_minor(range: &RequiresPython, minor: u32) -> bool {
    let line = VersionSpecifier::equals_star_version(Version::new([3, u64::from(minor)]));
    range.any_of.is_empty()
        || range.any_of.iter().any(|specifiers| {
            any_version_satisfies(specifiers.iter().map(|specifier| &specifier.value).chain([&line]))
        })
}

/// Whether no version is what the requirement asks for.
pub(crate) fn is_impossible(entry: Entry<'_>) -> bool {
    let Some(requirement) = entry.requirement() else { return false };
    let has_bounds = requirement.specifiers.len() > 1 || !requirement.alternatives.is_empty();
    has_bounds && requirement.url.is_none() && !entry.is_invalid() && !any_version_allowed(&[requirement])
}
