//! What is in an environment before a work and after it, so that of one that did not come to its end is said what it
//! left, from what is there and not from what was meant.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use venv_analysis::facts::{Distributions, Environment, Info};
use venv_analysis::{Rests, remains};

use super::foreign::Recorded;

/// What is in an environment at some time.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    environment: Option<Arc<Environment>>,
    /// Of what lies in its own folders of packages, as paths from the environment.
    names: BTreeSet<PathBuf>,
    /// The normalised names of the distributions without a `RECORD` or a `METADATA`.
    incomplete: BTreeSet<String>,
}

impl Contents {
    pub(super) fn of(environment: Option<Arc<Environment>>) -> Self {
        let mut contents = Self::default();
        let Some(found) = environment else { return contents };
        for site in own_sites(&found) {
            let entries = fs::read_dir(found.root.join(&site)).into_iter().flatten().flatten();
            let names = entries.map(|entry| entry.file_name()).filter(|name| name != "__pycache__");
            contents.names.extend(names.map(|name| site.join(name)));
        }
        for (name, distribution) in found.distributions.sorted() {
            let path = distribution.metadata_path(&found).filter(|path| path.starts_with(&found.root));
            if let (Info::DistInfo, Some(path)) = (distribution.info, path)
                && !(path.exists() && path.with_file_name("RECORD").exists())
            {
                contents.incomplete.insert(name.to_owned());
            }
        }
        contents.environment = Some(found);
        contents
    }

    /// What has become of it, in words.
    pub(super) fn remains(&self, after: &Self) -> Option<String> {
        let environment = after.environment.as_deref()?;
        let nothing = Distributions::default();
        let before = self.environment.as_deref().map_or(&nothing, |before| &before.distributions);
        let incomplete: Vec<String> = after.incomplete.difference(&self.incomplete).cloned().collect();
        let mut recorded = Recorded::default();
        for site in own_sites(environment) {
            if let Err(error) = recorded.add(&environment.root, &site) {
                tracing::debug!("`{}` could not be read: {error}", site.display());
            }
        }
        let is_described = |name: &str| {
            [".dist-info", ".egg-info", ".egg-link"].iter().any(|ending| name.ends_with(ending))
                && !name.starts_with('~')
        };
        let is_of_incomplete = |name: &str| {
            let stem = name.split('.').next().unwrap_or(name);
            incomplete.contains(&venv_syntax::normalize_name(stem))
        };
        let strays = after.names.difference(&self.names).filter(|path| !recorded.has(path));
        let strays =
            strays.filter_map(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
        let strays = strays.filter(|name| !is_described(name) && !is_of_incomplete(name)).collect();
        let rests = Rests { incomplete, strays };
        Some(remains(&environment.root, before, &environment.distributions, &rests))
    }
}

/// Its own folders of packages, as paths from it.
fn own_sites(environment: &Environment) -> impl Iterator<Item = PathBuf> + '_ {
    let sites = environment.site_packages.iter();
    sites.filter_map(|site| site.strip_prefix(&environment.root).ok()).map(PathBuf::from)
}
