//! The disk, with a note of every place that was asked about: what decided an answer is what must be watched.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use crate::system::{FileKind, Metadata, System};

/// In bytes. Nobody writes a larger file to say where an environment is.
const LARGEST: usize = 1 << 20;

/// A [`System`] whose questions are noted.
pub(crate) struct Lookup<'a> {
    pub(crate) system: &'a dyn System,
    notes: RefCell<Notes>,
}

/// What was asked about.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Whether or not something is there.
    pub(crate) places: FxHashSet<PathBuf>,
    /// The folders in which the places come and go: each is there, as far as it was asked.
    pub(crate) watched: FxHashSet<PathBuf>,
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(system: &'a dyn System) -> Self {
        Self { system, notes: RefCell::default() }
    }

    /// Begins to ask about what lies in `folder`, which counts as there.
    pub(crate) fn enter(&self, folder: &Path) {
        let mut notes = self.notes.borrow_mut();
        notes.places.insert(folder.to_owned());
        notes.watched.insert(folder.to_owned());
    }

    /// Of what `path` leads to.
    pub(crate) fn metadata(&self, path: &Path) -> Option<Metadata> {
        let found = self.system.metadata(path).ok();
        self.note(path, found.is_some());
        found
    }

    /// Of `path` itself.
    pub(crate) fn link_metadata(&self, path: &Path) -> Option<Metadata> {
        let found = self.system.link_metadata(path).ok();
        self.note(path, found.is_some());
        found
    }

    /// Whether `path` leads to a regular file.
    pub(crate) fn is_file(&self, path: &Path) -> bool {
        self.metadata(path).is_some_and(|found| found.kind == FileKind::File)
    }

    /// Whether `path` leads to a folder.
    pub(crate) fn is_dir(&self, path: &Path) -> bool {
        self.metadata(path).is_some_and(|found| found.kind == FileKind::Directory)
    }

    /// What a file says; what is not UTF-8 is replaced. `None` where it cannot be read.
    pub(crate) fn text(&self, path: &Path) -> Option<String> {
        let bytes = self.system.read_within(path, LARGEST);
        self.note(path, bytes.is_ok());
        let text = String::from_utf8_lossy(&bytes.ok()?).into_owned();
        Some(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned))
    }

    /// Notes `path`, and where it will be seen to come, change or go.
    pub(crate) fn note(&self, path: &Path, is_there: bool) {
        let mut notes = self.notes.borrow_mut();
        let mut place = path;
        while notes.places.insert(place.to_owned()) {
            let Some(folder) = place.parent() else { return };
            if notes.watched.contains(folder) {
                return;
            }
            if is_there || self.system.is_dir(folder) {
                notes.watched.insert(folder.to_owned());
                return;
            }
            place = folder;
        }
    }

    pub(crate) fn into_notes(self) -> Notes {
        self.notes.into_inner()
    }
}
