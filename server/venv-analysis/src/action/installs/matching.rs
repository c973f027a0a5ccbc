//! Which way a distribution moves when it comes to match what is asked for.

use venv_syntax::{Specifier, Version, satisfies};

use crate::facts::Environment;
use crate::manifest::Entry;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
    /// One way or the other.
    Open,
}

impl Direction {
    /// Of the distribution that `entry` asks for and `environment` has in another version.
    pub(super) fn of(entry: Entry<'_>, environment: &Environment) -> Self {
        let installed =
            entry.name().and_then(|name| environment.distributions.find(&name.normalized)?.parsed.as_ref());
        let (Some(requirement), Some(installed)) = (entry.requirement(), installed) else {
            return Self::Open;
        };
        let specifiers = requirement.specifiers.iter().chain(requirement.alternatives.iter().flatten());
        let broken = specifiers.filter(|specifier| !satisfies(installed, [&specifier.value]));
        Self::of_all(broken.map(|specifier| Self::for_one(specifier, installed)))
    }

    /// The one in which all of them go.
    pub(super) fn of_all(mut directions: impl Iterator<Item = Self>) -> Self {
        let first = directions.next().unwrap_or(Self::Open);
        if directions.all(|other| other == first) { first } else { Self::Open }
    }

    fn for_one(specifier: &Specifier, installed: &Version) -> Self {
        let operator = specifier.value.operator().to_string();
        match operator.chars().next() {
            Some('>') => Self::Up,
            Some('<') => Self::Down,
            Some('=' | '~') if specifier.value.version() > installed => Self::Up,
            Some('=' | '~') => Self::Down,
            Some(_) | None => Self::Open,
        }
    }

    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Up => "Upgrade",
            Self::Down => "Downgrade",
            Self::Open => "Change",
        }
    }
}
