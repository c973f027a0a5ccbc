//! A Python as it is installed, found from its executable without starting it: the folders around it, as
//! `Modules/getpath.py` looks for them, and the patch level, from whatever file tells it.

use std::path::{Path, PathBuf};

use venv_analysis::facts::{Implementation, PythonVersion};

use crate::layout::{LibFolder, PythonName, lib_folders, split_version};
use crate::system::System;

/// A Python that is no environment.
#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) prefix: PathBuf,
    /// The folder that holds `os.py`.
    pub(crate) stdlib: PathBuf,
    pub(crate) name: PythonName,
    pub(crate) version: PythonVersion,
}

/// The installation that `real` belongs to. `real` has no links in it. `None` for whatever is no Python 3:
/// scripts and programs that only choose a Python have no standard library above them.
pub(crate) fn find_installation(system: &dyn System, real: &Path) -> Option<Installation> {
    let name = PythonName::parse(real.file_name()?.to_str()?)?;
    if name.major == Some(2) {
        return None;
    }
    let folders = real.ancestors().skip(1).take(6);
    if system.platform().is_windows() {
        return folders.into_iter().find_map(|prefix| find_on_windows(system, prefix, name));
    }
    // A `bin` has its `lib` beside it, not in it.
    let mut folders = folders.skip_while(|folder| folder.file_name().is_some_and(|name| name == "bin"));
    folders.find_map(|prefix| find_on_posix(system, prefix, name))
}

fn find_on_posix(system: &dyn System, prefix: &Path, name: PythonName) -> Option<Installation> {
    let holds_stdlib = |folder: &Path| system.is_file(&folder.join("os.py"));
    let (stdlib, found) = if name.version().is_some() {
        // A free-threaded build may also answer to the name without the `t`.
        [name, PythonName { free_threaded: true, ..name }].into_iter().find_map(|name| {
            let folder = name.folder()?;
            let mut libs = ["lib", "lib64"].iter().map(|lib| prefix.join(lib).join(&folder));
            libs.find(|stdlib| holds_stdlib(stdlib)).map(|stdlib| (stdlib, name))
        })?
    } else {
        let mut folders = lib_folders(system, prefix);
        folders.retain(|folder| folder.name.major == Some(3) && holds_stdlib(&folder.path));
        folders.dedup_by_key(|folder| folder.name);
        let [LibFolder { path, name: found }] = &folders[..] else { return None };
        (path.clone(), PythonName { implementation: name.implementation, ..*found })
    };
    installation(system, prefix, stdlib, found)
}

fn find_on_windows(system: &dyn System, prefix: &Path, name: PythonName) -> Option<Installation> {
    let stdlib = prefix.join("Lib");
    if !system.is_file(&stdlib.join("os.py")) {
        return None;
    }
    // `python.exe` tells no version, the library beside it does: `python312.dll`.
    let (major, minor, free_threaded) = match name.version() {
        Some((major, minor)) => (major, minor, name.free_threaded),
        None => system.read_dir(prefix).ok()?.iter().find_map(|entry| {
            let number = entry.name.strip_prefix("python3")?.strip_suffix(".dll")?;
            let minor = number.trim_end_matches('t');
            Some((3, minor.parse().ok()?, minor.len() < number.len()))
        })?,
    };
    let name = PythonName { major: Some(major), minor: Some(minor), free_threaded, ..name };
    installation(system, prefix, stdlib, name)
}

fn installation(
    system: &dyn System,
    prefix: &Path,
    stdlib: PathBuf,
    name: PythonName,
) -> Option<Installation> {
    let (major, minor) = name.version()?;
    let patch = patch_level(system, prefix, name)
        .or_else(|| build_details(system, &stdlib))
        .or_else(|| conda_version(system, prefix).and_then(|version| patch_of(&version, major, minor)))
        .or_else(|| folder_name(prefix, major, minor))
        .unwrap_or_default();
    let version = PythonVersion { major, minor, patch, implementation: name.implementation };
    Some(Installation { prefix: prefix.to_owned(), stdlib, name, version })
}

/// The folders in which an installation looks for packages, in Python's order. Only those that are there.
pub(crate) fn site_folders(system: &dyn System, installation: &Installation) -> Vec<PathBuf> {
    let Installation { prefix, stdlib, name, .. } = installation;
    if system.platform().is_windows() {
        return vec![stdlib.join("site-packages")];
    }
    let Some(folder) = name.folder() else { return Vec::new() };
    let mut folders = Vec::new();
    let distribution_owned = prefix.join("lib").join("python3").join("dist-packages");
    if system.is_dir(&distribution_owned) {
        // Debian and what derives from it.
        folders.push(prefix.join("local").join("lib").join(&folder).join("dist-packages"));
        folders.push(distribution_owned);
        folders.push(stdlib.join("dist-packages"));
    } else {
        for lib in ["lib64", "lib"] {
            // Fedora keeps what `sudo pip install` brings apart from its own packages.
            folders.push(prefix.join("local").join(lib).join(&folder).join("site-packages"));
        }
        if !stdlib.starts_with(prefix.join("lib")) {
            folders.push(stdlib.join("site-packages"));
        }
        folders.push(prefix.join("lib").join(&folder).join("site-packages"));
    }
    folders.retain(|folder| system.is_dir(folder));
    folders
}

/// The user's own folder of packages, which Python puts before those of the installation.
pub(crate) fn user_site(system: &dyn System, installation: &Installation) -> Option<PathBuf> {
    if system.env("PYTHONNOUSERSITE").is_some() || system.platform().is_windows() {
        return None;
    }
    let base = system.env_folder("PYTHONUSERBASE");
    let base = base.or_else(|| Some(system.home()?.join(".local")))?;
    let folder = base.join("lib").join(installation.name.folder()?).join("site-packages");
    system.is_dir(&folder).then_some(folder)
}

/// What follows `3.12.` in the version that the C headers under `prefix` give.
pub(crate) fn patch_level(system: &dyn System, prefix: &Path, name: PythonName) -> Option<String> {
    let (major, minor) = name.version()?;
    let include = prefix.join("include");
    let header = if system.platform().is_windows() {
        include.join("patchlevel.h")
    } else {
        include.join(name.folder()?).join("patchlevel.h")
    };
    let header = system.read_head(&header, 8192).ok()?;
    let header = String::from_utf8_lossy(&header);
    let version = header.lines().find_map(|line| {
        let value = line.strip_prefix("#define")?.trim_start().strip_prefix("PY_VERSION")?;
        value.starts_with([' ', '\t']).then(|| value.trim().trim_matches('"'))
    })?;
    patch_of(version, major, minor)
}

/// The version that conda's own record of its Python has in its name: `python-3.12.4-h5148396_1.json`.
pub(crate) fn conda_version(system: &dyn System, prefix: &Path) -> Option<String> {
    system.read_dir(&prefix.join("conda-meta")).ok()?.iter().find_map(|entry| {
        let mut parts = entry.name.strip_prefix("python-")?.strip_suffix(".json")?.split('-');
        let (version, _build, None) = (parts.next()?, parts.next()?, parts.next()) else { return None };
        split_version(version).map(|_| version.to_owned())
    })
}

/// What follows `3.12.` in `version`, if that is a 3.12.
pub(crate) fn patch_of(version: &str, major: u32, minor: u32) -> Option<String> {
    let (found_major, found_minor, patch) = split_version(version)?;
    let known =
        (found_major, found_minor) == (major, minor) && patch.starts_with(|c: char| c.is_ascii_digit());
    known.then(|| patch.to_owned())
}

/// From `build-details.json` beside the standard library (PEP 739, Python 3.14).
fn build_details(system: &dyn System, stdlib: &Path) -> Option<String> {
    let text = system.read_head(&stdlib.join("build-details.json"), 16384).ok()?;
    let text = String::from_utf8_lossy(&text);
    // The values are unique by their names, so that nothing more than a look for them is needed.
    let value = |key: &str| {
        let (_, rest) = text.split_once(&format!("\"{key}\""))?;
        let rest = rest.trim_start().strip_prefix(':')?.trim_start();
        Some(rest.split([',', '}', '\n']).next()?.trim().trim_matches('"'))
    };
    let (micro, level) = (value("micro")?, value("releaselevel")?);
    let suffix = match level {
        "alpha" => format!("a{}", value("serial")?),
        "beta" => format!("b{}", value("serial")?),
        "candidate" => format!("rc{}", value("serial")?),
        _ => String::new(),
    };
    micro.parse::<u32>().ok().map(|micro| format!("{micro}{suffix}"))
}

/// pyenv, uv and Homebrew put the version into the name of a folder: `3.12.1`, `cpython-3.12.1-linux-x86_64-gnu`,
/// `3.12.4_1`.
fn folder_name(prefix: &Path, major: u32, minor: u32) -> Option<String> {
    prefix.iter().rev().take(5).find_map(|component| {
        let name = component.to_str()?;
        let name = name.strip_prefix("cpython-").unwrap_or(name);
        let end = name.find(['-', '_', '+']).unwrap_or(name.len());
        patch_of(name[..end].trim_end_matches('t'), major, minor)
    })
}

/// How an interpreter calls itself in a message: `Python 3.12`.
pub(crate) fn title(name: PythonName) -> String {
    let language = match name.implementation {
        Implementation::CPython => "Python",
        Implementation::PyPy => "PyPy",
        Implementation::GraalPy => "GraalPy",
    };
    let t = if name.free_threaded { "t" } else { "" };
    match (name.major, name.minor) {
        (Some(major), Some(minor)) => format!("{language} {major}.{minor}{t}"),
        (Some(major), None) => format!("{language} {major}"),
        (None, _) => language.to_owned(),
    }
}
