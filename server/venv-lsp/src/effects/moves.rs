//! What is moved when an environment gets a successor, each step by identity: what somebody else has put there in the
//! meantime stays.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use venv_analysis::{environment_name, plain};

use super::identity::Identity;
use super::journal::sync_folder;
use super::proof;

/// The names and the identities of what is moved. All of them are in one folder, and so on one file system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Moves {
    /// Where the environment is made.
    pub(super) place: PathBuf,
    /// What was there before.
    pub(super) old: Option<Old>,
    /// What was made there, once it is known.
    pub(super) made: Option<Identity>,
    /// What is to be deleted is called so before: half of it must never look like an environment that is in use.
    pub(super) doomed: PathBuf,
}

/// What is moved aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Old {
    pub(super) identity: Identity,
    pub(super) aside: PathBuf,
}

/// Of what is left of an old environment.
const MOST_SHOWN: usize = 3;

/// How it came out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settled {
    /// A clause for the end of a message: "the old `.venv` is back as it was".
    pub(super) words: String,
    /// Whether nothing is left that another attempt could put right.
    pub(super) is_final: bool,
}

impl Settled {
    fn finally(words: String) -> Self {
        Self { words, is_final: true }
    }

    fn for_now(words: String) -> Self {
        Self { words, is_final: false }
    }
}

impl Moves {
    /// Puts everything back: the successor goes, what was there before returns.
    pub(super) fn undo(&self) -> Settled {
        let name = environment_name(&self.place);
        if let Some(old) = &self.old
            && old.identity.is_at(&self.place)
        {
            return self.delete_doomed(format!("the old {name} is as it was"));
        }
        let occupied = match self.clear_place() {
            Ok(occupied) => occupied,
            Err(error) => {
                let place = self.place.display();
                let words = match &self.old {
                    Some(old) => format!(
                        "`{place}` could not be moved away ({error}), and the old one is in `{}`",
                        old.aside.display()
                    ),
                    None => format!("`{place}` could not be removed: {error}"),
                };
                return Settled::for_now(words);
            }
        };
        let Some(old) = &self.old else {
            return if occupied {
                Settled::finally(format!(
                    "`{}` was replaced by somebody else in the meantime and stays",
                    self.place.display()
                ))
            } else {
                self.delete_doomed("nothing was left behind".to_owned())
            };
        };
        let aside = old.aside.display();
        if !old.identity.is_at(&old.aside) {
            return self.delete_doomed(format!("the old {name} is gone from `{aside}`"));
        }
        if occupied {
            let words = format!(
                "{name} was replaced by somebody else in the meantime and stays; the old one is in `{aside}`"
            );
            return Settled::finally(words);
        }
        if let Err(error) = rename_to_free(&old.aside, &self.place) {
            return Settled::for_now(format!(
                "the old {name} is in `{aside}` and could not be put back: {error}"
            ));
        }
        self.sync();
        self.delete_doomed(format!("the old {name} is back as it was"))
    }

    /// Removes what was there before; its successor stays. The words say what is left of it, if anything.
    pub(super) fn finish(&self) -> Settled {
        let Some(old) = &self.old else { return Settled::finally(String::new()) };
        if old.identity.is_at(&old.aside)
            && let Some(said) = said_by(&old.aside)
        {
            // It is small, somebody wrote it, and what it leads to may only be away for a time.
            let aside = plain(&old.aside.file_name().unwrap_or_default().to_string_lossy());
            return Settled::finally(format!("the {said} that was there is kept as `{aside}`"));
        }
        if old.identity.is_at(&old.aside) {
            if let Err(error) = rename_to_free(&old.aside, &self.doomed) {
                let aside = old.aside.display();
                return Settled::for_now(format!(
                    "the old one is in `{aside}` and could not be removed: {error}"
                ));
            }
            self.sync();
        }
        if !old.identity.is_at(&self.doomed) {
            return Settled::finally(String::new());
        }
        let doomed = self.doomed.display();
        match proof::remove(&self.doomed, &self.place) {
            Ok(left) if left.is_empty() => Settled::finally(String::new()),
            Ok(left) => {
                let shown = left.iter().take(MOST_SHOWN);
                let shown: Vec<String> =
                    shown.map(|path| format!("`{}`", plain(&path.to_string_lossy()))).collect();
                let more = match left.len().saturating_sub(MOST_SHOWN) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                Settled::finally(format!(
                    "what is no part of an environment ({}{more}) stays in `{doomed}`",
                    shown.join(", ")
                ))
            }
            Err(error) => {
                Settled::finally(format!("the old one could not be removed from `{doomed}`: {error}"))
            }
        }
    }

    /// Moves away what was made at the place. Whether something else is there.
    fn clear_place(&self) -> io::Result<bool> {
        match &self.made {
            Some(made) if made.is_at(&self.place) => {
                rename_to_free(&self.place, &self.doomed)?;
                Ok(false)
            }
            // Taken just before the end: an empty folder, of which nothing is written yet.
            None if fs::remove_dir(&self.place).is_ok() => Ok(false),
            Some(_) | None => Ok(self.place.symlink_metadata().is_ok()),
        }
    }

    /// Deletes what was made, if it is still ours, and adds to `words` what remains of it.
    fn delete_doomed(&self, mut words: String) -> Settled {
        if self.made.as_ref().is_some_and(|made| made.is_at(&self.doomed))
            && let Err(error) = fs::remove_dir_all(&self.doomed)
        {
            words += &format!("; `{}` could not be removed: {error}", self.doomed.display());
        }
        Settled::finally(words)
    }

    /// Makes the names hold through a power cut.
    pub(super) fn sync(&self) {
        if let Some(folder) = self.place.parent() {
            sync_folder(folder);
        }
    }
}

/// What is at `path`, if it is no folder: a link or a file, with what it says.
fn said_by(path: &Path) -> Option<String> {
    const LONGEST: usize = 200;
    let kind = path.symlink_metadata().ok()?.file_type();
    let (what, said) = if kind.is_symlink() {
        ("link to", fs::read_link(path).ok()?.to_string_lossy().into_owned())
    } else if kind.is_file() {
        ("file with", fs::read_to_string(path).unwrap_or_default())
    } else {
        return None;
    };
    let said: String = plain(said.trim_end()).chars().take(LONGEST).collect();
    Some(format!("{what} `{said}`"))
}

/// Renames; what has the new name already stays, and is an error.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub(super) fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Not every file system has it.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => rename_if_free(from, to),
        renamed => Ok(renamed?),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub(super) fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    rename_if_free(from, to)
}

fn rename_if_free(from: &Path, to: &Path) -> io::Result<()> {
    if to.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}
