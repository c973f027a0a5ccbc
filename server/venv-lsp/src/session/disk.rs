//! Watches what the answers depend on, and gathers what changed until it is quiet.
//!
//! Watches are never recursive: one for each folder in which an environment could appear, one for an
//! environment's own folder and each of its site-packages. The watcher's word is never taken for what has
//! changed, only for where to read again.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use notify::event::ModifyKind;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use rustc_hash::FxHashSet;

use super::analysis::Analysis;
use super::event::Event;
use crate::reader::PINNED;

/// No change for so long: it is over.
const QUIET: Duration = Duration::from_millis(50);

/// An installation that never pauses is looked at in between.
const PATIENCE: Duration = Duration::from_millis(500);

pub(super) struct Disk {
    /// `None`: the system gave no watcher, and the log says why.
    watcher: Option<RecommendedWatcher>,
    watched: FxHashSet<PathBuf>,
    /// Wanted, and not there to be watched.
    refused: FxHashSet<PathBuf>,
    changed: Vec<PathBuf>,
    everything: bool,
    /// When the first change that was not looked at yet was seen, and the last.
    since: Option<(Instant, Instant)>,
}

/// What changed since the last time.
pub(super) enum Changed {
    Paths(Vec<PathBuf>),
    Everything,
}

impl Disk {
    pub(super) fn new(events: Sender<Event>) -> Self {
        let watcher = notify::recommended_watcher(move |event| forward(event, &events));
        let watcher = match watcher {
            Ok(watcher) => Some(watcher),
            Err(error) => {
                tracing::warn!("changes on the disk will not be noticed by themselves: {error}");
                None
            }
        };
        Self {
            watcher,
            watched: FxHashSet::default(),
            refused: FxHashSet::default(),
            changed: Vec::new(),
            everything: false,
            since: None,
        }
    }

    /// Watches exactly `wanted`. What happened in a folder between the reading and the watching was missed, so a
    /// folder that was not watched before counts as changed.
    pub(super) fn watch(&mut self, wanted: &FxHashSet<PathBuf>) {
        let Some(watcher) = &mut self.watcher else { return };
        self.watched.retain(|path| {
            let keep = wanted.contains(path);
            if !keep && let Err(error) = watcher.unwatch(path) {
                tracing::debug!("`{}` was not watched any more: {error}", path.display());
            }
            keep
        });
        let mut added = Vec::new();
        self.refused.retain(|path| wanted.contains(path));
        for path in wanted {
            if self.watched.contains(path) {
                continue;
            }
            match watcher.watch(path, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(path.clone());
                    self.refused.remove(path);
                    added.push(path.clone());
                }
                Err(error) => {
                    tracing::debug!("`{}` cannot be watched: {error}", path.display());
                    // It may have gone since it was read.
                    if self.refused.insert(path.clone()) {
                        added.push(path.clone());
                    }
                }
            }
        }
        if !added.is_empty() {
            self.changed.extend(added);
            self.touch();
        }
    }

    pub(super) fn note(&mut self, paths: Vec<PathBuf>) {
        // A folder that went away takes its watch with it; if it comes back, it must be watched anew.
        for path in &paths {
            self.watched.remove(path);
        }
        self.changed.extend(paths);
        self.touch();
    }

    pub(super) fn note_everything(&mut self) {
        self.everything = true;
        self.touch();
    }

    /// When [`Disk::take`] should be called next.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.since.map(|(first, last)| (last + QUIET).min(first + PATIENCE))
    }

    /// What changed, once it is quiet.
    pub(super) fn take(&mut self, now: Instant) -> Option<Changed> {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return None;
        }
        self.since = None;
        let changed = std::mem::take(&mut self.changed);
        Some(if std::mem::take(&mut self.everything) { Changed::Everything } else { Changed::Paths(changed) })
    }

    fn touch(&mut self) {
        let now = Instant::now();
        self.since = Some((self.since.map_or(now, |(first, _)| first), now));
    }
}

/// Runs on the watcher's thread.
fn forward(event: notify::Result<notify::Event>, events: &Sender<Event>) {
    let event = match event {
        Ok(event) if event.need_rescan() => Event::DiskUnknown,
        // Reading a folder is an event too, and would feed itself.
        Ok(event) => match event.kind {
            EventKind::Create(_) | EventKind::Remove(_) => Event::DiskChanged(event.paths),
            EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Data(_) | ModifyKind::Any) => {
                Event::DiskChanged(event.paths)
            }
            EventKind::Modify(ModifyKind::Metadata(_) | ModifyKind::Other)
            | EventKind::Access(_)
            | EventKind::Any
            | EventKind::Other => return,
        },
        Err(error) => {
            tracing::warn!("the watcher of the disk failed: {error}");
            Event::DiskUnknown
        }
    };
    if events.send(event).is_err() {
        tracing::debug!("the session has ended");
    }
}

/// The folders whose change can change what is said of a file.
pub(super) fn dependencies(analysis: &Analysis) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(resolution) = &analysis.facts.resolution {
        folders.extend(resolution.watched.iter().cloned());
        if let Some(chosen) = &resolution.chosen {
            folders.push(chosen.environment.root.clone());
            folders.extend(chosen.environment.executable.parent().map(Path::to_owned));
            folders.extend(chosen.environment.site_packages.iter().cloned());
        }
    }
    folders.extend(incomplete(analysis).map(Path::to_owned));
    let includes = analysis.facts.include_places.iter().filter_map(|path| path.parent());
    folders.extend(includes.map(Path::to_owned));
    folders.extend(analysis.facts.pip.iter().flat_map(|settings| settings.watched.iter().cloned()));
    folders
}

/// What describes a distribution that has lost a part, or does not have it yet.
fn incomplete(analysis: &Analysis) -> impl Iterator<Item = &Path> {
    let inspection = analysis.facts.inspection.iter();
    inspection.flat_map(|inspection| inspection.incomplete.iter().map(PathBuf::as_path))
}

/// Whether a change of `path` can change what is said of a file.
pub(super) fn depends_on(analysis: &Analysis, path: &Path) -> bool {
    // A folder that goes away takes the files in it along.
    if analysis.facts.include_places.iter().any(|place| place.starts_with(path)) {
        return true;
    }
    // pip's configuration may be written one day, and lies in folders in which much else happens.
    let mut configured = analysis.facts.pip.iter().flat_map(|settings| &settings.places);
    if configured.any(|place| place.starts_with(path))
        || incomplete(analysis).any(|info| concerns(path, info))
    {
        return true;
    }
    // In whatever folder above the file, of those that are watched.
    if path.file_name().is_some_and(|name| name == PINNED)
        && path.parent().is_some_and(|folder| analysis.manifest.path.starts_with(folder))
    {
        return true;
    }
    // A file that asks for nothing needs no environment.
    let Some(resolution) = &analysis.facts.resolution else { return false };
    let in_environment = resolution.chosen.as_ref().is_some_and(|chosen| {
        let environment = &chosen.environment;
        concerns(path, &environment.root)
            || environment.executable.parent().is_some_and(|folder| concerns(path, folder))
            || environment.site_packages.iter().any(|site| concerns(path, site))
    });
    // In the folders that were searched only what decides counts, not every file that is saved.
    in_environment || resolution.places.contains(path)
}

/// Whether a change of `path` can change what `folders` hold.
fn concerns(path: &Path, folder: &Path) -> bool {
    path == folder || path.parent() == Some(folder)
}
