//! Where programs keep what is the user's: the folders of the XDG base directory specification on Linux, those of
//! Apple's and Microsoft's guidelines elsewhere, as Python's `platformdirs` gives them.

use std::path::PathBuf;

use crate::system::System;

/// `~/.local/share`
pub(crate) fn data(system: &dyn System) -> Option<PathBuf> {
    folder(system, "XDG_DATA_HOME", ".local/share", "Library/Application Support", "LOCALAPPDATA")
}

/// `~/.config`
pub(crate) fn config(system: &dyn System) -> Option<PathBuf> {
    folder(system, "XDG_CONFIG_HOME", ".config", "Library/Application Support", "LOCALAPPDATA")
}

/// `~/.config`, and on Windows the one that follows the user from machine to machine.
pub(crate) fn roaming_config(system: &dyn System) -> Option<PathBuf> {
    folder(system, "XDG_CONFIG_HOME", ".config", "Library/Application Support", "APPDATA")
}

/// `~/.cache`
pub(crate) fn cache(system: &dyn System) -> Option<PathBuf> {
    folder(system, "XDG_CACHE_HOME", ".cache", "Library/Caches", "LOCALAPPDATA")
}

fn folder(system: &dyn System, variable: &str, linux: &str, apple: &str, windows: &str) -> Option<PathBuf> {
    if system.platform().is_windows() {
        return system.env_folder(windows);
    }
    if system.platform().sys_platform == "darwin" {
        return Some(system.home()?.join(apple));
    }
    system.env_folder(variable).or_else(|| Some(system.home()?.join(linux)))
}

/// A path as a setting writes it: `~/` is the home folder, and what does not say where it begins does so in `base`.
pub(crate) fn expand(system: &dyn System, path: &str, base: &std::path::Path) -> PathBuf {
    match path.strip_prefix("~") {
        Some("") => system.home().unwrap_or_else(|| base.join(path)),
        Some(rest) if rest.starts_with(['/', '\\']) => match system.home() {
            Some(home) => home.join(&rest[1..]),
            None => base.join(path),
        },
        Some(_) | None => base.join(path),
    }
}
