//! What the user can choose, as plain values. Reading them from JSON is the binary's business.

use rustc_hash::FxHashMap;

use crate::{Rule, Severity};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    pub installer: Installer,
    /// Severities by rule code; `None` is off. A code that is not there has the rule's own severity.
    pub severities: FxHashMap<&'static str, Option<Severity>>,
}

impl Config {
    /// The severity under which `rule` reports, or `None` when it is off.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        self.severities.get(rule.code).copied().unwrap_or(Some(rule.severity))
    }
}

/// Which program makes environments and installs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Installer {
    /// uv when it is there, else `venv` and pip.
    #[default]
    Auto,
    Uv,
    Pip,
}

impl Installer {
    pub const ALL: [Self; 3] = [Self::Auto, Self::Uv, Self::Pip];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Uv => "uv",
            Self::Pip => "pip",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|installer| installer.as_str() == word)
    }
}
