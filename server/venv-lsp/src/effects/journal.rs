//! What is written down of a work that moves things, so that its end can be put right by another process.
//!
//! One file for each work, one JSON object a line, in the user's own state folder: nothing that lies in a project can
//! be taken for one. The lock on it tells whether its owner is alive. The programs that the owner starts hold a second
//! lock, which they inherit: after a `kill -9` they may go on alone.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::groups::kill;
use super::moves::Moves;
use super::scratch;

/// A work that is under way, or was.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// Shared with the programs that are started.
    programs: File,
}

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Record {
    /// What is going to be moved, and where to. Nothing has been.
    Begun(Moves),
    /// The place is taken, and this is what is there.
    Made(super::identity::Identity),
    /// A program runs, in the process group of this number.
    Started(u32),
    /// The successor has what was promised.
    Verified,
}

/// A journal without an owner, with what is written in it.
#[derive(Debug)]
pub(super) struct Abandoned {
    pub(super) journal: Journal,
    pub(super) moves: Moves,
    pub(super) is_verified: bool,
}

const ENDING: &str = "journal";
const PROGRAMS: &str = "programs";

/// Time for programs that were killed to be gone.
const LAST_BREATH: Duration = Duration::from_secs(5);

/// What has no journal beside it any more, or not yet, after this time never will.
const FORGOTTEN: Duration = Duration::from_secs(24 * 60 * 60);

impl Journal {
    /// Writes down what is going to be moved. When this returns, it holds through a power cut.
    pub(super) fn begin(folder: &Path, moves: &Moves) -> io::Result<Self> {
        make_private(folder)?;
        let draft = tempfile::Builder::new().prefix("work-").suffix(".draft").tempfile_in(folder)?;
        // Nobody takes it for abandoned: it has its name only when it is locked.
        draft.as_file().lock()?;
        let path = draft.path().with_extension(ENDING);
        let programs = File::create_new(path.with_extension(PROGRAMS))?;
        programs.lock()?;
        let file = draft.persist_noclobber(&path).map_err(|error| error.error)?;
        let mut journal = Self { path, file, programs };
        if let Err(error) = journal.add(&Record::Begun(moves.clone())) {
            journal.end();
            return Err(error);
        }
        sync_folder(folder);
        Ok(journal)
    }

    pub(super) fn made(&mut self, identity: &super::identity::Identity) -> io::Result<()> {
        self.add(&Record::Made(identity.clone()))
    }

    pub(super) fn verified(&mut self) -> io::Result<()> {
        self.add(&Record::Verified)
    }

    pub(super) fn started(&mut self, group: u32) -> io::Result<()> {
        self.add(&Record::Started(group))
    }

    /// An empty file that the programs take as their input. As long as one of them has it, they are not all gone.
    #[cfg(unix)]
    pub(super) fn input(&self) -> io::Result<File> {
        self.programs.try_clone()
    }

    /// Locks are not inherited elsewhere.
    #[cfg(not(unix))]
    pub(super) fn input(&self) -> io::Result<File> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Nothing is left to be put right.
    pub(super) fn end(self) {
        for path in [&self.path, &self.path.with_extension(PROGRAMS)] {
            if let Err(error) = fs::remove_file(path) {
                tracing::warn!("`{}` could not be removed: {error}", path.display());
            }
        }
    }

    fn add(&mut self, record: &Record) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.file.sync_all()
    }
}

/// The journals whose owners are gone. Those of the living are left alone.
pub(super) fn abandoned(folder: &Path) -> Vec<Abandoned> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort_unstable();
    let mut found = Vec::new();
    for path in paths {
        if path.extension().is_some_and(|ending| ending == ENDING) {
            match take_over(&path) {
                Ok(taken) => found.extend(taken),
                Err(error) => tracing::warn!("`{}` could not be read: {error}", path.display()),
            }
        } else if path.extension().is_none_or(|ending| ending != scratch::ENDING)
            && !path.with_extension(ENDING).exists()
            && is_old(&path)
        {
            fs::remove_file(&path).ok();
        }
    }
    found
}

/// Whether another work, in this process or another, is about `place`.
pub(super) fn is_worked_on(folder: &Path, place: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().map(|entry| entry.path()).any(|path| {
        let is_journal = path.extension().is_some_and(|ending| ending == ENDING);
        let Some(file) = is_journal.then(|| File::open(&path).ok()).flatten() else { return false };
        let is_alive = matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock));
        is_alive && read(&file).is_ok_and(|read| read.is_some_and(|(moves, ..)| moves.place == place))
    })
}

fn take_over(path: &Path) -> io::Result<Option<Abandoned>> {
    let file = match File::options().read(true).append(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    if file.try_lock().is_err() || !path.exists() {
        // Its owner lives, or somebody else was faster.
        return Ok(None);
    }
    let programs = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path.with_extension(PROGRAMS))?;
    let journal = Journal { path: path.to_owned(), file, programs };
    let Some((moves, is_verified, group)) = read(&journal.file)? else {
        // It was never begun, and so nothing was moved.
        journal.end();
        return Ok(None);
    };
    if !are_gone(&journal.programs, group)? {
        tracing::warn!("what was started for `{}` is still running", moves.place.display());
        return Ok(None);
    }
    Ok(Some(Abandoned { journal, moves, is_verified }))
}

/// What is written in a journal. A last line that was cut off was never acted upon.
fn read(mut file: &File) -> io::Result<Option<(Moves, bool, Option<u32>)>> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let mut lines = text.lines().map_while(|line| serde_json::from_str::<Record>(line).ok());
    let Some(Record::Begun(mut moves)) = lines.next() else { return Ok(None) };
    let (mut is_verified, mut group) = (false, None);
    for record in lines {
        match record {
            Record::Begun(_) => {}
            Record::Made(identity) => moves.made = Some(identity),
            Record::Started(id) => group = Some(id),
            Record::Verified => is_verified = true,
        }
    }
    Ok(Some((moves, is_verified, group)))
}

/// Whether no program holds the lock any more. Those that lost their owner are ended: nobody waits for them, and what
/// they write would land in what is put back. A group keeps its number as long as there is anybody in it.
pub(super) fn are_gone(programs: &File, group: Option<u32>) -> io::Result<bool> {
    if programs.try_lock().is_ok() {
        return Ok(true);
    }
    if let Some(group) = group {
        kill(group);
    }
    let (sender, gone) = mpsc::channel();
    let file = programs.try_clone()?;
    std::thread::spawn(move || {
        // Nobody listens any more when it took too long.
        sender.send(file.lock().is_ok()).ok();
    });
    Ok(gone.recv_timeout(LAST_BREATH).unwrap_or(false))
}

fn is_old(path: &Path) -> bool {
    let changed = path.symlink_metadata().and_then(|found| found.modified()).ok();
    changed
        .and_then(|changed| SystemTime::now().duration_since(changed).ok())
        .is_some_and(|age| age > FORGOTTEN)
}

#[cfg(unix)]
pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Makes the names in `folder` hold through a power cut, where the platform has a way for it.
pub(super) fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    if let Err(error) = File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::warn!("`{}` could not be synchronised: {error}", folder.display());
    }
    #[cfg(not(unix))]
    let _ = folder;
}
