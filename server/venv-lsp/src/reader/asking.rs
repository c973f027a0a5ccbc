//! All that could ask for something in an environment: every file below the folder that it lies in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use venv_analysis::facts::Resolution;
use venv_analysis::{Asking, Effect, Facts, Manifest, ManifestKind, environment_name};
use venv_discovery::{Search, search_folder};

use super::{FactReader, Question};

/// More folders than any project has.
const MOST_FOLDERS: usize = 20_000;

impl FactReader {
    /// [`FactReader::facts_to_act`], with what only this effect needs.
    pub fn facts_for(&self, effect: &Effect, manifest: &Manifest, question: &Question) -> Facts {
        let mut facts = self.facts_to_act(manifest, question);
        if let (Effect::Uninstall { .. }, Some(resolution)) = (effect, facts.resolution.clone()) {
            facts.asking = self.asking(manifest, &resolution, &question.open).map(Arc::new);
        }
        facts
    }

    /// What could ask for something in the environment that serves `manifest`, if one does.
    pub fn asking(
        &self,
        manifest: &Manifest,
        resolution: &Resolution,
        open: &Arc<FxHashMap<PathBuf, Arc<str>>>,
    ) -> Option<Asking> {
        let environment = &resolution.chosen.as_ref()?.environment;
        let unknown = |reason: String| Some(Asking { unknown: Some(reason), ..Asking::default() });
        let folder = environment.root.parent()?;
        if !manifest.path.starts_with(folder) || manifest.path.starts_with(&environment.root) {
            let name = environment_name(&environment.root);
            return unknown(format!("It is not known which folders {name} serves"));
        }
        // A script has an environment of its own.
        let wants = |path: &Path| {
            ManifestKind::of(path)
                .is_some_and(|kind| !matches!(kind, ManifestKind::Script | ManifestKind::PipConfiguration))
        };
        let search = Search { wants: Some(&wants), most_folders: MOST_FOLDERS };
        let found = search_folder(&self.system, folder, &search);
        if !found.is_complete || !found.unreadable.is_empty() {
            return unknown(format!("Not all of `{}` can be read", folder.display()));
        }
        let mut paths = found.files;
        let opened = open.keys().filter(|path| path.starts_with(folder) && wants(path));
        paths.extend(opened.chain([&manifest.path]).cloned());
        paths.sort_unstable();
        paths.dedup();
        let question = Question { open: Arc::clone(open), ..Question::default() };
        let mut asking = Asking { metadata: self.all_metadata(environment), ..Asking::default() };
        for path in paths {
            let Ok(manifest) = self.manifest(&path, &question) else {
                return unknown(format!("`{}` cannot be read", path.display()));
            };
            asking.includes.extend(self.includes(&manifest, &question).0);
            asking.manifests.push(Arc::new(manifest));
        }
        Some(asking)
    }
}
