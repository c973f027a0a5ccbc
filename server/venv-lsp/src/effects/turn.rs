//! Whose turn it is to change an environment: one at a time, whatever it is that wants to.
//!
//! Another venv-lsp is kept away by a lock of our own, beside the journals. uv locks an environment by the file `.lock`
//! in it, and so do we while pip works. pip locks nothing: where the platform says what runs, the end of one that works
//! there is waited for. All locks are the kind that the operating system takes away with the process that has them.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use tokio::sync::{oneshot, watch};
use venv_analysis::{Tool, environment_name};

use super::journal::are_gone;
use super::run::cancelled;
use super::terminal;
use super::{Cancel, Progress};

/// The right to change an environment. It ends when this is dropped.
#[derive(Debug, Default)]
pub struct Turn {
    own: Vec<OwnLock>,
    uv: Option<File>,
    has_waited: bool,
}

/// It was cancelled before it had its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwanted;

/// One of our own, in the state folder. The programs that are started hold a second one, which they inherit: after a
/// `kill -9` they may go on alone.
#[derive(Debug)]
struct OwnLock {
    path: PathBuf,
    file: File,
    programs: File,
}

/// Who has a lock says how it is called.
const ENDING: &str = "lock";
const PROGRAMS: &str = "programs";

/// Nobody writes more into a lock.
const LONGEST: u64 = 4096;

type Report<'a> = &'a (dyn Fn(Progress) + Send + Sync);

impl Turn {
    /// Waits until nobody else changes `environment`, which need not be there. `state` is where the works are written
    /// down; without it there is no lock of our own.
    pub async fn take(
        environment: &Path,
        state: Option<&Path>,
        cancel: &mut watch::Receiver<Cancel>,
        report: Report<'_>,
    ) -> Result<Self, Unwanted> {
        let mut turn = Self::default();
        if let Some(locks) = state.map(|state| state.with_file_name("locks")) {
            let mut paths: Vec<PathBuf> =
                places(environment).iter().map(|place| locks.join(key(place))).collect();
            // Whoever takes two takes them in the same order.
            paths.sort_unstable();
            paths.dedup();
            for path in paths {
                match turn.take_own(&path, environment, cancel, report).await {
                    Ok(Some(lock)) => turn.own.push(lock),
                    Ok(None) => return Err(Unwanted),
                    Err(error) => tracing::warn!("`{}` could not be locked: {error}", path.display()),
                }
            }
        }
        // Made only where something is installed.
        let file = uv_lock(environment, false);
        turn.take_uv(file, environment, cancel, report).await?;
        turn.wait_for_terminals(environment, cancel, report).await?;
        Ok(turn)
    }

    /// Whether somebody else had it before, and may have done what was to be done.
    pub fn has_waited(&self) -> bool {
        self.has_waited
    }

    /// What a program gets as its input, so that it is known for how long it runs.
    #[cfg(unix)]
    pub(super) fn input(&self) -> Option<File> {
        self.own.last().and_then(|lock| lock.programs.try_clone().ok())
    }

    #[cfg(not(unix))]
    pub(super) fn input(&self) -> Option<File> {
        None
    }

    /// A program has been started in this process group.
    pub(super) fn started(&mut self, group: u32) {
        for lock in &mut self.own {
            if let Err(error) = writeln!(lock.file, "{group}") {
                tracing::warn!("what is started cannot be written down: {error}");
            }
        }
    }

    /// Makes uv's lock ours for a program that does not take it, and lets uv take it itself.
    pub(super) async fn prepare(
        &mut self,
        tool: Option<Tool>,
        environment: &Path,
        cancel: &mut watch::Receiver<Cancel>,
        report: Report<'_>,
    ) -> Result<(), Unwanted> {
        match tool {
            None => Ok(()),
            Some(Tool::Uv) => {
                self.uv = None;
                Ok(())
            }
            Some(Tool::Pip) => {
                let path = uv_lock(environment, true);
                let has_it = |file: &File| path.as_ref().is_some_and(|(path, _)| is_at(file, path));
                if self.uv.as_ref().is_some_and(has_it) {
                    return Ok(());
                }
                self.take_uv(path, environment, cancel, report).await
            }
        }
    }

    async fn take_own(
        &mut self,
        path: &Path,
        environment: &Path,
        cancel: &mut watch::Receiver<Cancel>,
        report: Report<'_>,
    ) -> io::Result<Option<OwnLock>> {
        let name = environment_name(environment);
        let waiting = |owner: Option<u32>| match owner {
            Some(owner) if owner == std::process::id() => {
                format!("Waiting for the work on {name} that is under way")
            }
            Some(owner) => format!("Waiting for another venv-lsp (process {owner}) that works on {name}"),
            None => format!("Waiting for another venv-lsp that works on {name}"),
        };
        super::journal::make_private(path.parent().unwrap_or(path))?;
        let open = || File::options().create(true).truncate(false).read(true).write(true).open(path);
        let Some((file, waited)) =
            lock(&open, path, cancel, &|file| report(Progress::Waiting(waiting(owner(file))))).await?
        else {
            return Ok(None);
        };
        self.has_waited |= waited;
        let programs = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path.with_extension(PROGRAMS))?;
        let mut lock = OwnLock { path: path.to_owned(), file, programs };
        let group = numbers(&lock.file).into_iter().skip(1).last();
        let held = lock.programs.try_clone()?;
        if held.try_lock().is_err() {
            // Nobody reads what they say any more, and what they write would land among what is written now.
            self.has_waited = true;
            tracing::warn!("what an earlier venv-lsp has started for {name} is ended");
            let gone = tokio::task::spawn_blocking(move || are_gone(&held, group)).await;
            if !matches!(gone, Ok(Ok(true))) {
                return Err(io::Error::other("what an earlier venv-lsp has started goes on"));
            }
        }
        lock.file.set_len(0)?;
        lock.file.rewind()?;
        writeln!(lock.file, "{}", std::process::id())?;
        Ok(Some(lock))
    }

    async fn take_uv(
        &mut self,
        file: Option<(PathBuf, File)>,
        environment: &Path,
        cancel: &mut watch::Receiver<Cancel>,
        report: Report<'_>,
    ) -> Result<(), Unwanted> {
        let Some((path, _)) = file else { return Ok(()) };
        let open = || File::options().read(true).write(true).open(&path);
        let waiting = |_: &File| {
            let name = environment_name(environment);
            report(Progress::Waiting(format!("Waiting for a uv that works on {name}")));
        };
        match lock(&open, &path, cancel, &waiting).await {
            Ok(Some((file, waited))) => {
                self.has_waited |= waited;
                self.uv = Some(file);
            }
            Ok(None) => return Err(Unwanted),
            Err(error) => tracing::warn!("`{}` could not be locked: {error}", path.display()),
        }
        Ok(())
    }

    async fn wait_for_terminals(
        &mut self,
        environment: &Path,
        cancel: &mut watch::Receiver<Cancel>,
        report: Report<'_>,
    ) -> Result<(), Unwanted> {
        loop {
            let root = environment.to_owned();
            let found = tokio::task::spawn_blocking(move || terminal::find_pip(&root)).await;
            let Ok(Some(pip)) = found else { return Ok(()) };
            self.has_waited = true;
            let name = environment_name(environment);
            report(Progress::Waiting(format!(
                "Waiting for a pip (process {}) that works on {name}",
                pip.id()
            )));
            let (sender, ended) = oneshot::channel();
            std::thread::spawn(move || {
                pip.wait();
                // Nobody listens any more when it was cancelled.
                sender.send(()).ok();
            });
            tokio::select! {
                _ = ended => {}
                () = cancelled(cancel, Cancel::Politely) => return Err(Unwanted),
            }
        }
    }
}

impl Drop for OwnLock {
    fn drop(&mut self) {
        // Who waits for it sees that it is gone, and makes a new one.
        for path in [&self.path.with_extension(PROGRAMS), &self.path] {
            if let Err(error) = fs::remove_file(path) {
                tracing::debug!("`{}` stays: {error}", path.display());
            }
        }
    }
}

/// Where the environment lies: by its own name, and where that is a link, also by what it leads to.
fn places(environment: &Path) -> Vec<PathBuf> {
    let named = environment.parent().zip(environment.file_name()).map(|(folder, name)| {
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        folder.join(name)
    });
    let real = environment.canonicalize().ok();
    named.into_iter().chain(real).collect()
}

/// The name of the lock of a place, the same for every version of venv-lsp.
fn key(place: &Path) -> String {
    format!("{:016x}.{ENDING}", seahash::hash(place.as_os_str().as_encoded_bytes()))
}

/// Locks the file at `path`, and says whether that took waiting. `None`: it was cancelled.
async fn lock(
    open: &(dyn Fn() -> io::Result<File> + Sync),
    path: &Path,
    cancel: &mut watch::Receiver<Cancel>,
    waiting: &(dyn Fn(&File) + Sync),
) -> io::Result<Option<(File, bool)>> {
    let mut waited = false;
    loop {
        let file = open()?;
        let file = match file.try_lock() {
            Ok(()) => file,
            Err(fs::TryLockError::Error(error)) => return Err(error),
            Err(fs::TryLockError::WouldBlock) => {
                if !waited {
                    waiting(&file);
                }
                waited = true;
                let (sender, locked) = oneshot::channel();
                // Not one of the runtime's threads, which its end would wait for.
                std::thread::spawn(move || {
                    let locked = file.lock().map(|()| file);
                    // Who is not listened to any more lets go of it.
                    sender.send(locked).ok();
                });
                tokio::select! {
                    locked = locked => locked.map_err(io::Error::other)??,
                    () = cancelled(cancel, Cancel::Politely) => return Ok(None),
                }
            }
        };
        if is_at(&file, path) {
            return Ok(Some((file, waited)));
        }
    }
}

/// uv's lock of `environment`, if that is one which uv would lock so.
fn uv_lock(environment: &Path, creates: bool) -> Option<(PathBuf, File)> {
    let path = environment.join(".lock");
    if path.is_symlink() || !environment.join("pyvenv.cfg").exists() {
        return None;
    }
    let opened = File::options().create(creates).truncate(false).read(true).write(true).open(&path);
    match opened {
        Ok(file) => Some((path, file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            tracing::debug!("`{}` could not be opened: {error}", path.display());
            None
        }
    }
}

/// The process that has the lock, as far as that can be read.
fn owner(file: &File) -> Option<u32> {
    numbers(file).first().copied()
}

/// The owner, and then the process groups that it has started.
fn numbers(mut file: &File) -> Vec<u32> {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.take(LONGEST).read_to_string(&mut text));
    if let Err(error) = read {
        tracing::debug!("a lock could not be read: {error}");
    }
    text.lines().map_while(|line| line.parse().ok()).collect()
}

/// Whether `path` still is this file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(ours), Ok(found)) = (file.metadata(), path.symlink_metadata()) else { return false };
    (ours.dev(), ours.ino()) == (found.dev(), found.ino())
}

/// What is open cannot lose its name there.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}
