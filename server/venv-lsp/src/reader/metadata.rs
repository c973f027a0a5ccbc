//! What the distributions of environments say of themselves: read when somebody needs it, and kept as long as the
//! environment is.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;
use venv_analysis::AllMetadata;
use venv_analysis::facts::Environment;
use venv_discovery::{System, read_metadata};
use venv_syntax::Metadata;

use super::locked;

#[derive(Default)]
pub(super) struct KnownMetadata {
    by_root: Mutex<FxHashMap<PathBuf, OfEnvironment>>,
}

struct OfEnvironment {
    /// As it was when this was read. One that was read anew has other distributions.
    environment: Arc<Environment>,
    /// By normalised name; `None` for one that says nothing.
    found: FxHashMap<Box<str>, Option<Arc<Metadata>>>,
    all: Option<Arc<AllMetadata>>,
}

impl KnownMetadata {
    /// What the distribution of this normalised name says.
    pub(super) fn find(
        &self,
        system: &dyn System,
        environment: &Arc<Environment>,
        name: &str,
    ) -> Option<Arc<Metadata>> {
        if let Some(known) = self.with(environment, |known| known.found.get(name).cloned()) {
            return known;
        }
        // Not under the lock: a slow disk must not hold up the files of another environment.
        let distribution = environment.distributions.find(name)?;
        let found = read_metadata(system, environment, distribution).map(Arc::new);
        self.with(environment, |known| known.found.insert(name.into(), found.clone()));
        found
    }

    /// What they all say.
    pub(super) fn all(&self, system: &dyn System, environment: &Arc<Environment>) -> Arc<AllMetadata> {
        if let Some(all) = self.with(environment, |known| known.all.clone()) {
            return all;
        }
        let names = environment.distributions.sorted().into_iter().map(|(name, _)| name);
        let said = names.filter_map(|name| Some((name.into(), self.find(system, environment, name)?)));
        let all: Arc<AllMetadata> = Arc::new(said.collect());
        self.with(environment, |known| known.all = Some(Arc::clone(&all)));
        all
    }

    pub(super) fn forget_all(&self) {
        locked(&self.by_root).clear();
    }

    fn with<T>(&self, environment: &Arc<Environment>, act: impl FnOnce(&mut OfEnvironment) -> T) -> T {
        let mut by_root = locked(&self.by_root);
        let nothing =
            || OfEnvironment { environment: Arc::clone(environment), found: FxHashMap::default(), all: None };
        let known = by_root.entry(environment.root.clone()).or_insert_with(nothing);
        if !Arc::ptr_eq(&known.environment, environment) {
            *known = nothing();
        }
        act(known)
    }
}
