//! pyenv-virtualenv (<https://github.com/pyenv/pyenv-virtualenv>): an environment among pyenv's versions, named by
//! `.python-version`. A version of Python that is named there is no environment, and says nothing here.

use std::path::{Path, PathBuf};

use super::{Claim, Folder, names};
use crate::system::System;

/// The file can hold several versions; nobody writes more.
const MOST: usize = 16;

pub(super) fn claim(folder: &Folder<'_>) -> Option<Claim> {
    const NAME: &str = ".python-version";
    let file = folder.path.join(NAME);
    let text = folder.lookup.text(&file)?;
    let versions = root(folder.lookup.system)?.join("versions");
    let words = text.lines().filter_map(|line| line.split_whitespace().next());
    let words = words.filter(|word| !word.starts_with('#') && is_safe(word)).take(MOST);
    let mut absent = None;
    for word in words {
        let path = versions.join(word);
        // An installation of conda is a version; what lies in its `envs` is an environment.
        let is_environment = folder.lookup.is_file(&path.join("pyvenv.cfg"))
            || word.contains('/') && folder.lookup.is_dir(&path.join("conda-meta"));
        let said = |path| {
            let words = format!("the environment `{word}` of pyenv that {} names", folder.file_words(NAME));
            Claim::new("`.python-version`", file.clone(), path, words)
        };
        if is_environment {
            return Some(said(path));
        }
        if absent.is_none() && is_own_name(word) && !folder.lookup.is_dir(&path) {
            absent = Some(said(path));
        }
    }
    // Without pyenv it is a name of something else.
    absent.filter(|_| folder.lookup.is_dir(&versions))
}

/// A name among the versions, or `VERSION/envs/NAME`.
fn is_safe(word: &str) -> bool {
    let parts: Vec<&str> = word.split('/').collect();
    matches!(parts.len(), 1 | 3)
        && parts.iter().all(|part| names::is_plain(part))
        && (parts.len() == 1 || parts[1] == "envs")
}

/// Whether `word` cannot be a version of Python, or what uv calls one.
fn is_own_name(word: &str) -> bool {
    const IMPLEMENTATIONS: [&str; 12] = [
        "system",
        "python",
        "cpython",
        "pypy",
        "graalpy",
        "graalpython",
        "jython",
        "ironpython",
        "micropython",
        "stackless",
        "mini",
        "anaconda",
    ];
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && !word.contains(['@', '=', '<', '>', '~', '!', ',', '*'])
        && !IMPLEMENTATIONS.iter().any(|name| word.starts_with(name))
}

/// pyenv's own folder.
pub(crate) fn root(system: &dyn System) -> Option<PathBuf> {
    system.env_folder("PYENV_ROOT").or_else(|| {
        let root = system.home()?.join(".pyenv");
        Some(if system.platform().is_windows() { root.join("pyenv-win") } else { root })
    })
}

/// Whether `path` lies among pyenv's versions.
pub(super) fn owns(system: &dyn System, path: &Path) -> bool {
    root(system).is_some_and(|root| path.starts_with(root.join("versions")))
}
