//! What lies below a folder: every environment, and the files that somebody wants.
//!
//! One listing for each folder, and none of what is not the project's own: environments, `node_modules`, what git
//! keeps, and what `.gitignore` hides. An environment is found where it is hidden too, because nobody commits one.
//! Links to folders are not followed, so that nothing is seen twice and no circle is gone around.
//!
//! Not here: what is in an environment ([`read_environment`](crate::read_environment)), and which of them serves a
//! file ([`resolve`](crate::resolve())).

mod central;
mod ignored;

use std::collections::VecDeque;
use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::resolve::ENVIRONMENT_NAMES;
use crate::system::{DirEntry, FileKind, System};

pub use central::{Central, find_central_environments};
use ignored::Ignored;

/// What is looked for below a folder, and how far.
pub struct Search<'a> {
    /// Whether a file is wanted, by its path alone; it may be a link. `None`: no file is.
    pub wants: Option<&'a (dyn Fn(&Path) -> bool + Sync)>,
    /// No more folders are listed than these. The nearest come first.
    pub most_folders: usize,
}

/// What was found below a folder; every list is in the order of the paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The environments, also those that are broken, as far as their names tell: a link or a file called `.venv`
    /// stands for what it leads to.
    pub environments: Vec<PathBuf>,
    /// The files that were wanted.
    pub files: Vec<PathBuf>,
    /// The folders that could not be listed, and why.
    pub unreadable: Vec<(PathBuf, io::ErrorKind)>,
    /// How many folders were listed.
    pub visited: usize,
    /// Whether all of them were.
    pub is_complete: bool,
}

/// Every environment below `root`, `root` itself included, in the order of the paths.
pub fn find_environments(system: &dyn System, root: &Path) -> Vec<PathBuf> {
    let everything = Search { wants: None, most_folders: usize::MAX };
    search_folder(system, root, &everything).environments
}

/// What lies below `root` and is not hidden. A `root` that is hidden itself, or lies in an environment, is searched
/// all the same.
pub fn search_folder(system: &dyn System, root: &Path, search: &Search<'_>) -> Inventory {
    let first = Folder { path: root.to_owned(), ignored: Ignored::above(system, root), depth: Depth::Root };
    let walk = Walk {
        system,
        search,
        state: Mutex::new(State {
            waiting: VecDeque::from([first]),
            working: 0,
            found: Inventory { is_complete: true, ..Inventory::default() },
        }),
        changed: Condvar::new(),
    };
    // Most folders are small, and then a second thread costs more than it does.
    walk.work(ALONE);
    if !locked(&walk.state).waiting.is_empty() {
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS);
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(|| walk.work(usize::MAX));
            }
            walk.work(usize::MAX);
        });
    }
    let mut found = walk.state.into_inner().unwrap_or_else(PoisonError::into_inner).found;
    found.environments.sort_unstable();
    found.files.sort_unstable();
    found.unreadable.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    found
}

/// Folders that one thread lists before others help it.
const ALONE: usize = 128;

/// The kernel serves so many at once before they stand in each other's way.
const MOST_THREADS: usize = 4;

/// Folders that are taken from the queue at once.
const BATCH: usize = 16;

/// Nothing in these is the project's own, and no environment is made in them.
const CLOSED: [&str; 7] =
    [".git", ".hg", ".svn", "node_modules", "site-packages", "dist-packages", "__pycache__"];

/// Folders that a tool keeps environments in, and how many levels down they lie.
const CONTAINERS: [(&str, usize); 5] =
    [(".tox", 1), (".nox", 1), (".hatch", 1), (".direnv", 1), (".pixi", 2)];

/// Further names that folders of environments have by convention: their insides are not listed to find that out.
const OTHER_NAMES: [&str; 2] = [".virtualenv", ".conda"];

/// A folder that is yet to be listed.
struct Folder {
    path: PathBuf,
    /// What is hidden in it.
    ignored: Option<Arc<Ignored>>,
    depth: Depth,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// It was asked about: it is listed whatever it is.
    Root,
    Below,
    /// A tool keeps environments in it, so many levels down, and nothing else.
    Container(usize),
}

struct Walk<'a> {
    system: &'a dyn System,
    search: &'a Search<'a>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    waiting: VecDeque<Folder>,
    /// Threads that are listing folders, and may add to those that wait.
    working: usize,
    found: Inventory,
}

impl Walk<'_> {
    /// Lists folders until none waits and none will, or at most about `limit` of them.
    fn work(&self, limit: usize) {
        let mut below = Vec::new();
        let mut found = Inventory::default();
        let mut visited = 0;
        let mut state = locked(&self.state);
        while visited < limit {
            if state.waiting.is_empty() {
                if state.working == 0 {
                    break;
                }
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let allowed = self.search.most_folders.saturating_sub(state.found.visited);
            let count = state.waiting.len().min(BATCH).min(allowed);
            if count == 0 {
                state.found.is_complete = false;
                state.waiting.clear();
                continue;
            }
            let batch: Vec<Folder> = state.waiting.drain(..count).collect();
            state.found.visited += count;
            state.working += 1;
            drop(state);
            for folder in batch {
                self.visit(folder, &mut found, &mut below);
            }
            visited += count;
            state = locked(&self.state);
            state.waiting.extend(below.drain(..));
            state.working -= 1;
            self.changed.notify_all();
        }
        state.found.environments.append(&mut found.environments);
        state.found.files.append(&mut found.files);
        state.found.unreadable.append(&mut found.unreadable);
    }

    fn visit(&self, folder: Folder, found: &mut Inventory, below: &mut Vec<Folder>) {
        let Folder { path, ignored, depth } = folder;
        let entries = match self.system.read_dir(&path) {
            Ok(entries) => entries,
            Err(error) => return found.unreadable.push((path, error.kind())),
        };
        if entries.iter().any(marks_environment) {
            found.environments.push(path.clone());
            if depth != Depth::Root {
                return;
            }
        }
        if let Depth::Container(levels) = depth {
            return self.look_into_container(&path, &entries, levels, found, below);
        }
        let ignored = Ignored::inside(self.system, &path, &entries, ignored);
        let is_hidden =
            |path: &Path, is_folder| ignored.as_ref().is_some_and(|rules| rules.hides(path, is_folder));
        for DirEntry { name, kind } in entries {
            match kind {
                FileKind::Directory if CLOSED.contains(&&*name) => {}
                FileKind::Directory => {
                    let inner = path.join(&name);
                    let is_hidden = is_hidden(&inner, true);
                    if (is_hidden || is_environment_name(&name)) && self.is_environment(&inner, &name) {
                        found.environments.push(inner);
                    } else if let Some((_, levels)) = CONTAINERS.iter().find(|(known, _)| *known == name) {
                        below.push(Folder { path: inner, ignored: None, depth: Depth::Container(*levels) });
                    } else if !is_hidden && name != ".venv" {
                        below.push(Folder { path: inner, ignored: ignored.clone(), depth: Depth::Below });
                    }
                }
                FileKind::Link if is_environment_name(&name) => {
                    let inner = path.join(&name);
                    if self.holds_environment(&inner) || self.leads_nowhere(&inner, &name) {
                        found.environments.push(inner);
                    }
                }
                FileKind::File if name == ".venv" => found.environments.push(path.join(&name)),
                FileKind::File | FileKind::Link => {
                    let Some(wants) = self.search.wants else { continue };
                    let inner = path.join(&name);
                    if wants(&inner) && !is_hidden(&inner, false) {
                        found.files.push(inner);
                    }
                }
                FileKind::Other => {}
            }
        }
    }

    fn look_into_container(
        &self,
        path: &Path,
        entries: &[DirEntry],
        levels: usize,
        found: &mut Inventory,
        below: &mut Vec<Folder>,
    ) {
        for entry in entries.iter().filter(|entry| entry.kind == FileKind::Directory) {
            let inner = path.join(&entry.name);
            if self.holds_environment(&inner) {
                found.environments.push(inner);
            } else if levels > 1 {
                below.push(Folder { path: inner, ignored: None, depth: Depth::Container(levels - 1) });
            }
        }
    }

    fn is_environment(&self, path: &Path, name: &str) -> bool {
        self.holds_environment(path) || (name == ".venv" && self.is_torso(path))
    }

    /// Whether what marks an environment is in the folder. At most two questions.
    fn holds_environment(&self, path: &Path) -> bool {
        self.system.is_file(&path.join("pyvenv.cfg")) || self.system.is_dir(&path.join("conda-meta"))
    }

    /// Whether this was an environment, until something took its `pyvenv.cfg` away.
    fn is_torso(&self, path: &Path) -> bool {
        let program = if self.system.platform().is_windows() { "Scripts/python.exe" } else { "bin/python" };
        self.system.link_metadata(&path.join(program)).is_ok()
    }

    fn leads_nowhere(&self, link: &Path, name: &str) -> bool {
        name == ".venv" && self.system.metadata(link).is_err()
    }
}

fn marks_environment(entry: &DirEntry) -> bool {
    match entry.kind {
        FileKind::File | FileKind::Link => entry.name == "pyvenv.cfg",
        FileKind::Directory => entry.name == "conda-meta",
        FileKind::Other => false,
    }
}

fn is_environment_name(name: &str) -> bool {
    ENVIRONMENT_NAMES.contains(&name) || OTHER_NAMES.contains(&name)
}

/// A thread that panics has taken its folders with it; what the others found still counts.
fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
