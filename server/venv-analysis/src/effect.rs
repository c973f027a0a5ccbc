//! What an action does beyond changing text.

use std::path::{Path, PathBuf};

use crate::config::Installer;

/// Something done to the machine because the user asked for it. It is planned again, from what is known then,
/// at the moment it is asked for: nothing in here is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Makes an environment at `root`, where nothing is yet, and with `install` fills it with what the file asks
    /// for.
    Create { root: PathBuf, python: NewPython, install: bool },
    /// Installs into the environment that serves the file: the requirements of these normalised names, or all
    /// that is missing or has another version; with `installer`, or as it is configured.
    Install { environment: PathBuf, names: Option<Vec<String>>, installer: Option<Installer> },
    /// Installs the project whose file it is, as one in development, into the environment that serves the file.
    InstallProject { environment: PathBuf },
    /// Puts a successor in the place of the environment that serves the file, and into it what was installed in
    /// there (`reinstall`), or what the file asks for. The old one goes when its successor works.
    Recreate { root: PathBuf, interpreter: PathBuf, reinstall: bool },
    /// Installs these again, each `NAME==VERSION`, over what is there of them: those that the environment's health
    /// names.
    Reinstall { environment: PathBuf, distributions: Vec<String> },
    /// Removes what interrupted installations left behind: paths that the environment's health names.
    Remove { environment: PathBuf, paths: Vec<PathBuf> },
    /// Uninstalls these distributions, for which no file that the environment serves asks.
    Uninstall { environment: PathBuf, names: Vec<String> },
    /// Installs PySocks, which pip needs for the SOCKS proxy that is in force.
    InstallPySocks { environment: PathBuf },
}

/// The Python of a new environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewPython {
    /// One that is on this machine.
    Installed(PathBuf),
    /// One that uv fetches first, by its minor version: `3.14`.
    Fetched(String),
}

impl Effect {
    /// The environment that is made, filled or repaired.
    pub fn environment(&self) -> &Path {
        match self {
            Self::Create { root, .. } | Self::Recreate { root, .. } => root,
            Self::Install { environment, .. }
            | Self::InstallProject { environment }
            | Self::Reinstall { environment, .. }
            | Self::Remove { environment, .. }
            | Self::Uninstall { environment, .. }
            | Self::InstallPySocks { environment } => environment,
        }
    }

    /// What installs, where that is not as it is configured.
    pub fn installer(&self) -> Option<Installer> {
        match self {
            Self::Install { installer, .. } => *installer,
            Self::Create { .. }
            | Self::InstallProject { .. }
            | Self::Recreate { .. }
            | Self::Reinstall { .. }
            | Self::Remove { .. }
            | Self::Uninstall { .. }
            | Self::InstallPySocks { .. } => None,
        }
    }

    /// Whether it may install something.
    pub fn installs(&self) -> bool {
        match self {
            Self::Create { install, .. } => *install,
            Self::Install { .. }
            | Self::InstallProject { .. }
            | Self::Recreate { .. }
            | Self::Reinstall { .. }
            | Self::InstallPySocks { .. } => true,
            Self::Remove { .. } | Self::Uninstall { .. } => false,
        }
    }

    /// Whether it makes the environment, and does not only change what is in it.
    pub fn makes(&self) -> bool {
        match self {
            Self::Create { .. } | Self::Recreate { .. } => true,
            Self::Install { .. }
            | Self::InstallProject { .. }
            | Self::Reinstall { .. }
            | Self::Remove { .. }
            | Self::Uninstall { .. }
            | Self::InstallPySocks { .. } => false,
        }
    }
}
