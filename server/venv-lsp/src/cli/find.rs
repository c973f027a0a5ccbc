//! The files that a command is about.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use ignore::WalkBuilder;
use venv_analysis::ManifestKind;

/// A file to look at, and the folder that stands for the workspace.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Absolute.
    pub(super) path: PathBuf,
    /// As the user named it, or the way from there.
    pub(super) written: PathBuf,
    pub(super) workspace_root: Option<PathBuf>,
}

/// Every file that `paths` name, and every manifest in the folders that they name. What `.gitignore` hides is left
/// out, and so is what lies in environments and in `node_modules`. In the order of the paths.
pub(super) fn find(paths: &[PathBuf]) -> anyhow::Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    for written in paths {
        let path = std::path::absolute(written).with_context(|| format!("`{}`", written.display()))?;
        let metadata = path.metadata().with_context(|| format!("`{}` cannot be read", written.display()))?;
        if !metadata.is_dir() {
            found.push(Found { path, written: written.clone(), workspace_root: None });
            continue;
        }
        let walk = WalkBuilder::new(&path)
            .hidden(false)
            .require_git(false)
            .filter_entry(|entry| entry.depth() == 0 || !is_closed(entry.path()))
            .sort_by_file_path(Ord::cmp)
            .build();
        for entry in walk {
            match entry {
                Ok(entry) if is_manifest(entry.path()) => {
                    // Links to files count, as they do in an editor.
                    if entry.path().is_file() {
                        let way = entry.path().strip_prefix(&path).unwrap_or(entry.path());
                        let written =
                            if written == Path::new(".") { way.to_owned() } else { written.join(way) };
                        found.push(Found {
                            path: entry.path().to_owned(),
                            written,
                            workspace_root: Some(path.clone()),
                        });
                    }
                }
                Ok(_) => {}
                Err(error) => tracing::warn!("left out: {error}"),
            }
        }
    }
    let mut seen = rustc_hash::FxHashSet::default();
    found.retain(|file| seen.insert(file.path.clone()));
    if found.is_empty() {
        let places: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
        super::warn(&format!("no file that asks for packages was found in {}", places.join(", ")));
    }
    Ok(found)
}

/// Of the many Python files only those that say what they need.
fn is_manifest(path: &Path) -> bool {
    let says = |words: &str| {
        std::fs::read(path).is_ok_and(|text| memchr::memmem::find(&text, words.as_bytes()).is_some())
    };
    match ManifestKind::of(path) {
        Some(ManifestKind::Script) => says("# /// script"),
        Some(ManifestKind::SetupPy) => says("_require"),
        Some(
            ManifestKind::Requirements
            | ManifestKind::Pyproject
            | ManifestKind::Pylock
            | ManifestKind::SetupCfg
            | ManifestKind::Pipfile
            | ManifestKind::CondaEnvironment,
        ) => true,
        None => false,
    }
}

/// Folders whose requirements files are not the project's own.
fn is_closed(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name == ".git"
        || name == "node_modules"
        || name == "site-packages"
        || path.join("pyvenv.cfg").exists()
        || path.join("conda-meta").exists()
}
