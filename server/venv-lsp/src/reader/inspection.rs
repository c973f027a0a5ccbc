//! What is wrong among the distributions of environments: found out once for each, beside everything else, because every
//! distribution is opened for it; after an installation again at once, because then only what is new is opened.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;
use venv_analysis::facts::Environment;
use venv_analysis::inspection::Inspection;
use venv_discovery::{Digests, System};

use super::locked;

#[derive(Default)]
pub(super) struct KnownInspections {
    by_root: Mutex<FxHashMap<PathBuf, Known>>,
}

#[derive(Clone)]
struct Known {
    /// As it was when this was found out. One that was read anew may have other distributions.
    environment: Arc<Environment>,
    digests: Arc<Digests>,
    inspection: Arc<Inspection>,
}

impl KnownInspections {
    /// What is known of `environment`, or can be known at the cost of a glance at each distribution; `None` where all
    /// of them would have to be opened.
    pub(super) fn find(
        &self,
        system: &dyn System,
        environment: &Arc<Environment>,
    ) -> Option<Arc<Inspection>> {
        let known = locked(&self.by_root).get(&environment.root).cloned()?;
        Some(if Arc::ptr_eq(&known.environment, environment) {
            known.inspection
        } else {
            self.read_again(system, environment, &known.digests)
        })
    }

    /// The same, whatever it costs.
    pub(super) fn read(&self, system: &dyn System, environment: &Arc<Environment>) -> Arc<Inspection> {
        let known = self.find(system, environment);
        known.unwrap_or_else(|| self.read_again(system, environment, &Digests::default()))
    }

    /// Without a look at the disk.
    pub(super) fn known(&self, environment: &Arc<Environment>) -> Option<Arc<Inspection>> {
        let by_root = locked(&self.by_root);
        let known = by_root.get(&environment.root)?;
        Arc::ptr_eq(&known.environment, environment).then(|| Arc::clone(&known.inspection))
    }

    pub(super) fn forget_all(&self) {
        locked(&self.by_root).clear();
    }

    /// Not under the lock: a slow disk must not hold up the files of another environment.
    fn read_again(
        &self,
        system: &dyn System,
        environment: &Arc<Environment>,
        before: &Digests,
    ) -> Arc<Inspection> {
        let digests = Arc::new(before.read_again(system, environment));
        let inspection = Arc::new(digests.inspect(environment));
        let known =
            Known { environment: Arc::clone(environment), digests, inspection: Arc::clone(&inspection) };
        locked(&self.by_root).insert(environment.root.clone(), known);
        inspection
    }
}
