//! The files that a command is about.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use venv_analysis::ManifestKind;
use venv_discovery::{OsSystem, Search, search_folder};

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
        for file in below(&path) {
            let way = file.strip_prefix(&path).unwrap_or(&file);
            let written = if written == Path::new(".") { way.to_owned() } else { written.join(way) };
            found.push(Found { path: file, written, workspace_root: Some(path.clone()) });
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

/// The manifests below a folder, in the order of their paths.
fn below(folder: &Path) -> Vec<PathBuf> {
    let wants = |path: &Path| ManifestKind::of(path).is_some();
    let search = Search { wants: Some(&wants), most_folders: usize::MAX };
    let found = search_folder(&OsSystem::new(), folder, &search);
    for (path, error) in found.unreadable {
        tracing::warn!("left out: `{}`: {error}", path.display());
    }
    let mut files = found.files;
    files.retain(|path| asks(path));
    files
}

/// Of the many Python files only those that say what they need. Links to files count, as they do in an editor.
fn asks(path: &Path) -> bool {
    let says = |words: &str| {
        path.is_file()
            && std::fs::read(path).is_ok_and(|text| memchr::memmem::find(&text, words.as_bytes()).is_some())
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
            | ManifestKind::CondaEnvironment
            | ManifestKind::PipConfiguration,
        ) => path.is_file(),
        None => false,
    }
}
