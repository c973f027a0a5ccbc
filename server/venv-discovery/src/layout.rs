//! Where an environment keeps its interpreter and its packages, on each platform and implementation, and
//! what the names of executables and folders say about the version.

use std::path::{Path, PathBuf};

use venv_analysis::facts::Implementation;

use crate::system::{FileKind, System};

/// What a name like `python3.12`, `python3.13t` or `pypy3.10` says, of an executable or of a folder in `lib`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PythonName {
    pub(crate) implementation: Implementation,
    pub(crate) major: Option<u32>,
    pub(crate) minor: Option<u32>,
    pub(crate) free_threaded: bool,
}

impl PythonName {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name = name.strip_suffix(".exe").or_else(|| name.strip_suffix(".EXE")).unwrap_or(name);
        let (implementation, rest) = [
            ("python", Implementation::CPython),
            ("pypy", Implementation::PyPy),
            ("graalpy", Implementation::GraalPy),
        ]
        .into_iter()
        .find_map(|(prefix, implementation)| Some((implementation, name.strip_prefix(prefix)?)))?;
        // `python3.6m` and `python3.13td` carry their build's flags behind the number.
        let digits = rest.trim_end_matches(['t', 'd', 'm', 'u']);
        let flags = &rest[digits.len()..];
        let (major, minor) = match digits.split_once('.') {
            Some((major, minor)) => (Some(number(major)?), Some(number(minor)?)),
            None if digits.is_empty() => (None, None),
            None => (Some(number(digits)?), None),
        };
        if minor.is_none() && !flags.is_empty() {
            return None;
        }
        Some(Self { implementation, major, minor, free_threaded: flags.contains('t') })
    }

    /// Major and minor, where the name has both.
    pub(crate) fn version(self) -> Option<(u32, u32)> {
        Some((self.major?, self.minor?))
    }

    /// The name of the folder in `lib` and `include`: `python3.13t`. `None` where the version is not known.
    pub(crate) fn folder(self) -> Option<String> {
        let (major, minor) = self.version()?;
        let t = if self.free_threaded { "t" } else { "" };
        Some(match self.implementation {
            Implementation::CPython | Implementation::GraalPy => format!("python{major}.{minor}{t}"),
            Implementation::PyPy => format!("pypy{major}.{minor}"),
        })
    }
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

/// `3.12.1` and the like, cut at its dots: major, minor, and what follows.
pub(crate) fn split_version(text: &str) -> Option<(u32, u32, &str)> {
    let (major, rest) = text.split_once('.')?;
    let (minor, patch) = rest.split_once('.').unwrap_or((rest, ""));
    Some((number(major)?, number(minor)?, patch))
}

/// The interpreter of an environment, by where it lies.
#[derive(Debug)]
pub(crate) struct Bin {
    /// Relative to the root: `bin` or `Scripts`; empty where `python.exe` lies in the root itself (conda).
    pub(crate) folder: &'static str,
    pub(crate) executable: PathBuf,
    /// Whether there is something of that name, be it a link that leads nowhere.
    pub(crate) present: bool,
    /// Whether only the other platform's interpreter is there.
    pub(crate) foreign: bool,
}

pub(crate) fn find_bin(system: &dyn System, root: &Path) -> Bin {
    let windows: &[_] = &[("Scripts", "Scripts/python.exe"), ("", "python.exe"), ("bin", "bin/python.exe")];
    let posix: &[_] = &[("bin", "bin/python"), ("bin", "bin/python3")];
    let (own, other) = if system.platform().is_windows() { (windows, posix) } else { (posix, &windows[..1]) };
    let present = |&&(_, path): &&(&'static str, &str)| system.link_metadata(&root.join(path)).is_ok();
    if let Some(&(folder, path)) = own.iter().find(present) {
        return Bin { folder, executable: join(root, path), present: true, foreign: false };
    }
    let foreign = other.iter().any(|candidate| present(&candidate));
    Bin { folder: own[0].0, executable: join(root, own[0].1), present: false, foreign }
}

/// Joins part by part, so that the result has the platform's own separators.
fn join(root: &Path, path: &str) -> PathBuf {
    let mut joined = root.to_owned();
    joined.extend(path.split('/'));
    joined
}

/// A folder in `lib` (or `lib64`) that is named after a Python.
#[derive(Clone, Debug)]
pub(crate) struct LibFolder {
    pub(crate) path: PathBuf,
    pub(crate) name: PythonName,
}

/// The `lib/python3.12` and the like, in the order in which `site.py` goes through them.
pub(crate) fn lib_folders(system: &dyn System, root: &Path) -> Vec<LibFolder> {
    let mut folders = Vec::new();
    let lib64 = root.join("lib64");
    // Nearly always a link to `lib`, which would only count everything twice.
    if system.link_metadata(&lib64).is_ok_and(|found| found.kind == FileKind::Directory) {
        collect(system, &lib64, &mut folders);
    }
    collect(system, &root.join("lib"), &mut folders);
    folders
}

fn collect(system: &dyn System, lib: &Path, folders: &mut Vec<LibFolder>) {
    let Ok(mut entries) = system.read_dir(lib) else { return };
    entries.retain(|entry| match entry.kind {
        FileKind::Directory | FileKind::Other => true,
        // conda-forge's Python puts a link `python3.1` beside `python3.12`, for programs that cut versions.
        FileKind::Link => entry.name != "python3.1",
        FileKind::File => false,
    });
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    for entry in entries {
        if let Some(name) = PythonName::parse(&entry.name)
            && name.version().is_some()
        {
            folders.push(LibFolder { path: lib.join(&entry.name), name });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_executables_tell_the_version() {
        let version = |name| PythonName::parse(name).map(|name| (name.major, name.minor, name.free_threaded));
        assert_eq!(version("python"), Some((None, None, false)));
        assert_eq!(version("python3"), Some((Some(3), None, false)));
        assert_eq!(version("python3.12"), Some((Some(3), Some(12), false)));
        assert_eq!(version("python3.13t"), Some((Some(3), Some(13), true)));
        assert_eq!(version("python3.6m"), Some((Some(3), Some(6), false)));
        assert_eq!(version("python3.13.exe"), Some((Some(3), Some(13), false)));
        assert_eq!(version("pypy3.10"), Some((Some(3), Some(10), false)));
        for other in
            ["python3-config", "python3.10-gdb.py", "pythonw.exe", "mise", "python3.", "pythont", "python3.x"]
        {
            assert_eq!(version(other), None, "{other}");
        }
    }

    #[test]
    fn folders_are_named_after_the_implementation() {
        let folder = |name| PythonName::parse(name).and_then(PythonName::folder);
        assert_eq!(folder("python3.13t").as_deref(), Some("python3.13t"));
        assert_eq!(folder("python3.6m").as_deref(), Some("python3.6"));
        assert_eq!(folder("pypy3.10").as_deref(), Some("pypy3.10"));
        assert_eq!(folder("python3"), None);
    }
}
