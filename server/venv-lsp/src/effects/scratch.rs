//! The folder of a plan's files, which may name an index with a password in it. It is for its owner alone, and it goes
//! with the plan; after a `kill -9` the next start removes it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::identity::Identity;
use super::journal::{make_private, sync_folder};

/// An empty folder in which nobody else reads.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: TempDir,
    // Locked for as long as the folder is needed.
    note: Option<Note>,
}

/// What is written down of a folder.
#[derive(Debug, Serialize, Deserialize)]
struct Noted {
    folder: PathBuf,
    identity: Identity,
}

#[derive(Debug)]
struct Note {
    path: PathBuf,
    _locked: File,
}

pub(super) const ENDING: &str = "scratch";

impl Scratch {
    /// Makes the folder, and writes down in `state` that it is there.
    pub(super) fn make(state: Option<&Path>) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("venv-lsp-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.tempdir()?;
        let note = state.map(|state| Note::write(state, folder.path())).transpose();
        let note = note.unwrap_or_else(|error| {
            tracing::warn!("`{}` cannot be written down: {error}", folder.path().display());
            None
        });
        Ok(Self { folder, note })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file that nobody else reads.
    pub(super) fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)?.write_all(text.as_bytes())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        match fs::remove_dir_all(self.folder.path()) {
            // The note stays: the next start tries again.
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!("`{}` could not be removed: {error}", self.folder.path().display());
            }
            Ok(()) | Err(_) => drop(self.note.take().map(|note| fs::remove_file(note.path))),
        }
    }
}

impl Note {
    fn write(state: &Path, folder: &Path) -> io::Result<Self> {
        make_private(state)?;
        let noted = Noted { folder: folder.to_owned(), identity: Identity::at(folder)? };
        let mut draft = tempfile::Builder::new().prefix("work-").suffix(".draft").tempfile_in(state)?;
        // Nobody takes it for abandoned: it has its name only when it is locked.
        draft.as_file().lock()?;
        draft.write_all(&serde_json::to_vec(&noted)?)?;
        draft.as_file().sync_all()?;
        let path = draft.path().with_extension(ENDING);
        let locked = draft.persist_noclobber(&path).map_err(|error| error.error)?;
        sync_folder(state);
        Ok(Self { path, _locked: locked })
    }
}

/// Removes the folders whose owners are gone, as far as they still are what was written down.
pub(super) fn remove_abandoned(state: &Path) {
    let Ok(entries) = fs::read_dir(state) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_some_and(|ending| ending == ENDING)
            && let Err(error) = remove_noted(&path)
        {
            tracing::warn!("what `{}` names could not be removed: {error}", path.display());
        }
    }
}

fn remove_noted(note: &Path) -> io::Result<()> {
    let file = File::open(note)?;
    if file.try_lock().is_err() {
        // Its owner lives.
        return Ok(());
    }
    let noted: Noted = serde_json::from_reader(&file)?;
    if noted.identity.is_at(&noted.folder) {
        fs::remove_dir_all(&noted.folder)?;
    }
    fs::remove_file(note)
}
