//! The place of an environment that is about to be made: taken at once and by one only, what was there moved aside, and
//! all of it given back if the work comes to nothing.

use std::fs;
use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use venv_analysis::{Placement, environment_name, plain};

use super::identity::Identity;
use super::journal::{Journal, is_worked_on};
use super::moves::{Moves, Old, rename_to_free};
use super::proof;

/// Why `placement` is refused at `folder`, if it is: what carries it out asks the same.
pub(super) fn refusal(folder: &Path, placement: Placement, state: Option<&Path>) -> Option<String> {
    match placement {
        Placement::Kept => None,
        Placement::New => may_take(folder).err(),
        Placement::Successor => may_succeed(folder, state).err(),
    }
}

/// A folder that was made here, empty, where nothing was, or nothing is any more.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) moves: Moves,
    /// Without one, what a `kill -9` leaves stays. Where something is moved there is one.
    pub(super) journal: Option<Journal>,
}

impl Place {
    /// Makes the folder; whoever comes second is refused, also where a link that leads nowhere is in the way.
    pub(super) fn take(folder: &Path, state: Option<&Path>) -> Result<Self, String> {
        may_take(folder)?;
        let moves =
            Moves { place: folder.to_owned(), old: None, made: None, doomed: sibling(folder, "removed") };
        let journal = state.map(|state| Journal::begin(state, &moves)).transpose();
        let journal = journal.unwrap_or_else(|error| {
            tracing::warn!("what is made cannot be written down: {error}");
            None
        });
        let mut place = Self { moves, journal };
        match place.make() {
            Ok(()) => Ok(place),
            Err(error) => {
                place.forget();
                Err(match error.kind() {
                    io::ErrorKind::AlreadyExists => already_there(folder),
                    _ => unmade(folder, &error),
                })
            }
        }
    }

    /// Moves aside what is at `folder`, if that is an environment, and takes its place.
    pub(super) fn succeed(folder: &Path, state: Option<&Path>) -> Result<Self, String> {
        let name = environment_name(folder);
        let (identity, state) = may_succeed(folder, state)?;
        let aside = sibling(folder, "before");
        let old = Old { identity, aside: aside.clone() };
        let moves = Moves {
            place: folder.to_owned(),
            old: Some(old.clone()),
            made: None,
            doomed: sibling(folder, "removed"),
        };
        let journal = Journal::begin(state, &moves).map_err(|error| {
            format!(
                "What is moved could not be written down in `{}`: {error}; nothing was changed",
                state.display()
            )
        })?;
        let mut place = Self { moves, journal: Some(journal) };
        if let Err(error) = rename_to_free(folder, &aside) {
            place.forget();
            return Err(unmoved(folder, &error));
        }
        if !old.identity.is_at(&aside) {
            // Somebody was faster, and it is theirs that was moved.
            rename_to_free(&aside, folder).ok();
            place.forget();
            return Err(format!("{name} has changed in the meantime; nothing was changed"));
        }
        place.moves.sync();
        match place.make() {
            Ok(()) => Ok(place),
            Err(error) => {
                let left = place.give_back();
                Err(format!("A new {name} cannot be made: {error}; {left}"))
            }
        }
    }

    fn make(&mut self) -> io::Result<()> {
        fs::create_dir(&self.moves.place)?;
        if let Some(old) = &self.moves.old {
            same_mode(&old.aside, &self.moves.place)?;
        }
        let made = Identity::at(&self.moves.place)?;
        self.moves.made = Some(made.clone());
        self.moves.sync();
        self.journal.as_mut().map_or(Ok(()), |journal| journal.made(&made))
    }

    /// Gives the successor these files of the environment before it, where it has none.
    pub(super) fn carry(&self, names: &[&str]) -> io::Result<()> {
        let Some(old) = &self.moves.old else { return Ok(()) };
        for name in names {
            let (from, to) = (old.aside.join(name), self.moves.place.join(name));
            if to.symlink_metadata().is_err() {
                carry(&from, &to)?;
            }
        }
        Ok(())
    }

    /// What a program gets as its input, so that it is known for how long it runs.
    pub(super) fn input(&self) -> Option<File> {
        self.journal.as_ref().and_then(|journal| journal.input().ok())
    }

    /// A program has been started in this process group.
    pub(super) fn started(&mut self, group: u32) {
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.started(group)
        {
            tracing::warn!("what is started cannot be written down: {error}");
        }
    }

    /// What is there now stays, and what was there before goes. The words say what is left of that, if anything.
    pub(super) fn keep(mut self) -> String {
        if self.moves.old.is_none() {
            self.forget();
            return String::new();
        }
        sync_contents(&self.moves.place);
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.verified()
        {
            // Nothing is removed of which is not known that it need not come back.
            return format!("the old one stays aside: {error}");
        }
        let settled = self.moves.finish();
        if settled.is_final {
            self.forget();
        }
        settled.words
    }

    /// Takes away what a failed or cancelled work made, puts back what was there before, and says what remains.
    pub(super) fn give_back(self) -> String {
        let settled = self.moves.undo();
        if settled.is_final {
            self.forget();
        }
        settled.words
    }

    fn forget(self) {
        if let Some(journal) = self.journal {
            journal.end();
        }
    }
}

/// Whom the folder `old` is for, `new` is for, too; its owner can work in it.
fn same_mode(old: &Path, new: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let (old, new_mode) =
            (old.symlink_metadata()?, new.symlink_metadata()?.permissions().mode() & 0o7777);
        let mode = (old.permissions().mode() & 0o7777) | 0o700;
        // Not every file system knows modes; those are all alike.
        if old.is_dir() && mode != new_mode {
            fs::set_permissions(new, fs::Permissions::from_mode(mode))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (old, new);
    Ok(())
}

/// A copy for whoever may read the original, with nothing of it in anybody else's hands meanwhile.
fn carry(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if from.symlink_metadata()?.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    fs::copy(from, to).map(|_| ())
}

fn may_take(folder: &Path) -> Result<(), String> {
    if folder.symlink_metadata().is_ok() { Err(already_there(folder)) } else { Ok(()) }
}

/// What is at `folder`, if it may be moved aside, and where that is written down.
fn may_succeed<'a>(folder: &Path, state: Option<&'a Path>) -> Result<(Identity, &'a Path), String> {
    let name = environment_name(folder);
    proof::prove(folder)?;
    let identity = Identity::at(folder).map_err(|error| unmoved(folder, &error))?;
    let Some(state) = state else {
        return Err(
            "There is no home folder in which could be written down what is moved; nothing was changed"
                .to_owned(),
        );
    };
    if state.starts_with(folder) {
        return Err(format!("{name} holds your home folder; nothing was changed"));
    }
    if is_worked_on(state, folder) {
        return Err(format!("{name} is being worked on by another venv-lsp; wait for that to end"));
    }
    Ok((identity, state))
}

/// Why `folder` cannot be made, and what to do.
fn unmade(folder: &Path, error: &io::Error) -> String {
    let parent = folder.parent().unwrap_or(folder).display();
    let reason = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            format!("you may not write in `{parent}`; choose another place, or ask whoever owns it")
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            format!("`{parent}` is on a file system that is read-only; choose another place")
        }
        io::ErrorKind::StorageFull => format!("the disk of `{parent}` is full; make room and try again"),
        io::ErrorKind::QuotaExceeded => {
            format!("your quota on the disk of `{parent}` is used up; make room and try again")
        }
        io::ErrorKind::NotFound => format!("`{parent}` is not there any more"),
        io::ErrorKind::NotADirectory => format!("`{parent}` is no folder"),
        _ => error.to_string(),
    };
    format!("`{}` cannot be made: {reason}", folder.display())
}

fn unmoved(folder: &Path, error: &io::Error) -> String {
    format!("{} cannot be moved aside: {error}; nothing was changed", environment_name(folder))
}

fn already_there(folder: &Path) -> String {
    let shown = plain(&folder.to_string_lossy());
    let advice = match folder.symlink_metadata() {
        // Somebody was faster.
        _ if folder.join("pyvenv.cfg").exists() => "",
        Ok(found) if found.is_dir() => " and is no environment: rename that folder, or move it away",
        Ok(_) | Err(_) => " and is no environment: rename it, or move it away",
    };
    format!("`{shown}` is there already{advice}; nothing was changed")
}

/// A free name beside `folder`, which says whose it is: `.venv.before-1a2b3c`.
fn sibling(folder: &Path, word: &str) -> PathBuf {
    let random = RandomState::new().build_hasher().finish() & 0xff_ffff;
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{word}-{random:06x}"));
    folder.with_file_name(name)
}

/// Makes what is in `folder` hold through a power cut, before what it replaces is removed.
fn sync_contents(folder: &Path) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Err(error) = File::open(folder).and_then(|folder| Ok(rustix::fs::syncfs(folder)?)) {
        tracing::warn!("`{}` could not be synchronised: {error}", folder.display());
    }
    #[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
    rustix::fs::sync();
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = folder;
}
