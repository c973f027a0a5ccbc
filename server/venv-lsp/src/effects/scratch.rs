//! The folder of a plan's files, which may name an index with a password in it, and of what the programs keep while they
//! run. It is for its owner alone, and it goes with the plan; after a `kill -9` the next start removes it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use venv_analysis::plain;

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

const ATTEMPTS: u32 = 10;

/// Time for programs that were killed to be gone.
const LAST_MOMENT: Duration = Duration::from_millis(20);

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
        match remove(self.folder.path()) {
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
        // The programs that are started share the lock: after a `kill -9` they may go on, and need the folder.
        #[cfg(unix)]
        rustix::io::fcntl_setfd(draft.as_file(), rustix::io::FdFlags::empty())?;
        draft.write_all(&serde_json::to_vec(&noted)?)?;
        draft.as_file().sync_all()?;
        let path = draft.path().with_extension(ENDING);
        let locked = draft.persist_noclobber(&path).map_err(|error| error.error)?;
        sync_folder(state);
        Ok(Self { path, _locked: locked })
    }
}

/// Why there is no folder, and what to do.
pub(super) fn unmade(error: &io::Error) -> String {
    let folder = std::env::temp_dir();
    let folder = plain(&folder.to_string_lossy());
    let variable = if cfg!(windows) { "TEMP" } else { "TMPDIR" };
    let reason = match error.kind() {
        io::ErrorKind::NotFound => format!("`{folder}` is not there: make that folder"),
        io::ErrorKind::PermissionDenied => format!("you may not write in `{folder}`: make it writable"),
        io::ErrorKind::StorageFull => format!("the disk of `{folder}` is full: make room"),
        _ => format!("{error}: look after `{folder}`"),
    };
    format!(
        "No temporary folder could be made, for {reason}, or name another one with the variable `{variable}`"
    )
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
        remove(&noted.folder)?;
    }
    fs::remove_file(note)
}

/// Removes the folder, also what a program has made in it that may not be written, or is making in its last moment.
fn remove(folder: &Path) -> io::Result<()> {
    let mut attempts = ATTEMPTS;
    loop {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && attempts > 0 => {
                make_writable(folder);
            }
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty && attempts > 0 => {
                std::thread::sleep(LAST_MOMENT);
            }
            removed => return removed,
        }
        attempts -= 1;
    }
}

/// Lets the owner into every folder there. Links are not followed.
fn make_writable(folder: &Path) {
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).ok();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            make_writable(&entry.path());
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_may_not_be_written_goes_too() {
        let scratch = Scratch::make(None).expect("a folder");
        let (folder, outside) = (scratch.path().to_owned(), tempfile::tempdir().expect("a folder"));
        let closed = folder.join("pip-build/closed");
        fs::create_dir_all(&closed).expect("a folder");
        fs::write(closed.join("file"), "").expect("a file");
        let mode = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is set");
        };
        mode(outside.path(), 0o755);
        std::os::unix::fs::symlink(outside.path(), folder.join("pip-build/link")).expect("a link");
        mode(&closed, 0o555);
        mode(&folder.join("pip-build"), 0o555);
        make_writable(&folder);
        assert_eq!(closed.metadata().expect("it is there").permissions().mode() & 0o777, 0o700);
        assert_eq!(outside.path().metadata().expect("it is there").permissions().mode() & 0o777, 0o755);
        drop(scratch);
        assert!(!folder.exists());
    }
}
