//! pip's configuration: its files in the order in which pip reads them on each platform, then its variables
//! (pip's `configuration.py`, and `platformdirs`, with which it finds the folders).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use venv_analysis::facts::{PipFile, PipLevel, PipSettings};

use crate::lookup::{Lookup, Notes};
use crate::system::System;

/// A configuration file of pip's has a few lines.
const LARGEST: usize = 256 << 10;

/// The variables that decide where and from where pip installs. Each stands for the option of the same name.
const VARIABLES: [&str; 16] = [
    "PIP_BREAK_SYSTEM_PACKAGES",
    "PIP_USER",
    "PIP_REQUIRE_VIRTUALENV",
    "PIP_PYTHON",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_PROXY",
    "PIP_NO_INDEX",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_TRUSTED_HOST",
    "PIP_CERT",
    "PIP_CLIENT_CERT",
    "PIP_NO_PROXY_ENV",
];

/// What pip is told, when it runs in the environment at `prefix` or, without one, in any Python of the machine.
pub fn read_pip_settings(system: &dyn System, prefix: Option<&Path>) -> PipSettings {
    let mut settings = PipSettings::default();
    let lookup = Lookup::new(system);
    for (level, path) in files(system, prefix) {
        let read = system.read_within(&path, LARGEST);
        lookup.note(&path, read.is_ok());
        if let Ok(bytes) = read {
            let text = String::from_utf8_lossy(&bytes).into();
            settings.add_file(&Arc::new(PipFile { path, level, text }));
        }
    }
    let Notes { places, watched } = lookup.into_notes();
    settings.places = places.into_iter().collect();
    settings.watched = watched.into_iter().collect();
    settings.places.sort_unstable();
    settings.watched.sort_unstable();
    for variable in VARIABLES {
        if let Some(value) = system.env(variable) {
            settings.add_variable(variable, &value);
        }
    }
    settings
}

/// Every file that pip would look for, whether or not it is there.
fn files(system: &dyn System, prefix: Option<&Path>) -> Vec<(PipLevel, PathBuf)> {
    let windows = system.platform().is_windows();
    let name = if windows { "pip.ini" } else { "pip.conf" };
    let named = system.env("PIP_CONFIG_FILE");
    let nothing = if windows { "nul" } else { "/dev/null" };
    if named.as_deref() == Some(nothing) {
        return Vec::new();
    }
    // A relative one depends on the folder in which somebody will start pip.
    let named = named.map(PathBuf::from).filter(|path| system.platform().is_absolute(path));
    let mut files: Vec<(PipLevel, PathBuf)> = Vec::new();
    files.extend(global_folders(system).into_iter().map(|folder| (PipLevel::Global, folder)));
    if named.as_ref().is_none_or(|path| system.metadata(path).is_err()) {
        files.extend(user_folders(system).into_iter().map(|folder| (PipLevel::User, folder)));
    }
    files.extend(prefix.map(|prefix| (PipLevel::Site, prefix.to_owned())));
    for (_, folder) in &mut files {
        folder.push(name);
    }
    files.extend(named.map(|path| (PipLevel::Named, path)));
    files
}

fn global_folders(system: &dyn System) -> Vec<PathBuf> {
    let platform = system.platform();
    if platform.is_windows() {
        let folder = system.env_folder("ProgramData").unwrap_or_else(|| PathBuf::from("C:\\ProgramData"));
        return vec![folder.join("pip")];
    }
    let listed = |variable: &str| -> Vec<PathBuf> {
        let folders = system.env(variable).unwrap_or_default();
        let folders = folders.split(':').map(PathBuf::from);
        folders.filter(|folder| platform.is_absolute(folder)).map(|folder| folder.join("pip")).collect()
    };
    if platform.sys_platform == "darwin" {
        let mut folders = listed("XDG_DATA_DIRS");
        folders.push(PathBuf::from("/Library/Application Support/pip"));
        return folders;
    }
    let mut folders = listed("XDG_CONFIG_DIRS");
    if folders.is_empty() {
        folders.push(PathBuf::from("/etc/xdg/pip"));
    }
    folders.push(PathBuf::from("/etc"));
    folders
}

/// The old one first.
fn user_folders(system: &dyn System) -> Vec<PathBuf> {
    let Some(home) = system.home() else { return Vec::new() };
    if system.platform().is_windows() {
        let roaming = system.env_folder("APPDATA").map(|folder| folder.join("pip"));
        return std::iter::once(home.join("pip")).chain(roaming).collect();
    }
    let usual = || home.join(".config").join("pip");
    let folder = if system.platform().sys_platform == "darwin" {
        let data = system.env_folder("XDG_DATA_HOME").map(|folder| folder.join("pip"));
        let apples = home.join("Library").join("Application Support").join("pip");
        data.into_iter().chain([apples]).find(|folder| system.is_dir(folder)).unwrap_or_else(usual)
    } else {
        system.env_folder("XDG_CONFIG_HOME").map_or_else(usual, |folder| folder.join("pip"))
    };
    vec![home.join(".pip"), folder]
}
