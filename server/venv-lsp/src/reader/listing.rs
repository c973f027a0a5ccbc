//! Every environment that there is to choose from. None of them is kept: what is only listed costs no memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;
use venv_analysis::facts::Environment;
use venv_discovery::{Search, find_central_environments, read_environment, search_folder};

use super::{FactReader, locked};

/// The environments below a folder, and those in the central places of tools.
pub struct Listing {
    pub environments: Vec<Listed>,
    /// Whether every folder was looked into.
    pub is_complete: bool,
}

pub struct Listed {
    pub environment: Arc<Environment>,
    /// In whose central place it lies; `None` for one below the folder.
    pub keeper: Option<&'static str>,
}

/// More folders than any project has; a home folder that is opened as a workspace may have more.
const MOST_FOLDERS: usize = 50_000;

/// Reading waits for the disk, so a second thread pays.
const READERS: usize = 2;

impl FactReader {
    pub fn list(&self, folder: &Path) -> Listing {
        let search = Search { wants: None, most_folders: MOST_FOLDERS };
        let found = search_folder(&self.system, folder, &search);
        let below = found.environments.into_iter().map(|path| (path, None));
        let central = find_central_environments(&self.system).into_iter();
        let central = central.map(|central| (central.path, Some(central.keeper)));
        let places: Vec<(PathBuf, Option<&'static str>)> = below.chain(central).collect();
        let mut environments = self.read_all(&places);
        let mut seen = FxHashSet::default();
        environments.retain(|listed| seen.insert(listed.environment.root.clone()));
        Listing { environments, is_complete: found.is_complete }
    }

    fn read_all(&self, places: &[(PathBuf, Option<&'static str>)]) -> Vec<Listed> {
        let read = |part: &[(PathBuf, Option<&'static str>)]| -> Vec<Listed> {
            let listed = part.iter().filter_map(|(path, keeper)| {
                Some(Listed { environment: self.glance(path)?, keeper: *keeper })
            });
            listed.collect()
        };
        let mut parts = places.chunks(places.len().div_ceil(READERS).max(1));
        let first = parts.next().unwrap_or_default();
        std::thread::scope(|scope| {
            let others: Vec<_> = parts.map(|part| scope.spawn(move || read(part))).collect();
            let mut listed = read(first);
            // A part whose reading panicked is left out, and the panic has been reported by its own thread.
            listed.extend(others.into_iter().filter_map(|other| other.join().ok()).flatten());
            listed
        })
    }

    /// What is at `root`, without keeping it.
    fn glance(&self, root: &Path) -> Option<Arc<Environment>> {
        let known = locked(&self.environments).get(root).cloned();
        known.unwrap_or_else(|| read_environment(&self.system, root).map(Arc::new))
    }
}
