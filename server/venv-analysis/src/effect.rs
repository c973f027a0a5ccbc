//! What an action does beyond changing text.

use std::path::{Path, PathBuf};

/// Something done to the machine because the user asked for it. It is planned again, from what is known then,
/// at the moment it is asked for: nothing in here is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Makes an environment at `root`, where nothing is yet, and with `install` fills it with what the file asks
    /// for.
    Create { root: PathBuf, interpreter: PathBuf, install: bool },
    /// Installs into the environment that serves the file: the requirements of these normalised names, or all
    /// that is missing or has another version.
    Install { environment: PathBuf, names: Option<Vec<String>> },
}

impl Effect {
    /// The environment that is made or filled.
    pub fn environment(&self) -> &Path {
        match self {
            Self::Create { root, .. } => root,
            Self::Install { environment, .. } => environment,
        }
    }
}
