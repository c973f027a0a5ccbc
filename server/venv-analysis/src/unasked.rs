//! What is installed in an environment and no file asks for, neither by itself nor through what it asks for.
//!
//! Unknown is not absent: where a file or a distribution cannot be understood in full, nothing is said at all. What
//! counts as asked for is everything that any file mentions, in whatever section, and every project in development
//! with all of its extras.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use venv_syntax::{LineKind, evaluate, is_valid_name, normalize_name};

use crate::check::Included;
use crate::extras::AllMetadata;
use crate::facts::Environment;
use crate::manifest::{IncludeTarget, Manifest, ManifestKind};
use crate::project::own_name;
use crate::requirements::applies;
use crate::words::{environment_name, file_name, plain};

/// All that could ask for something in an environment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asking {
    /// Every file that asks for packages in the folder that the environment lies in, and below it.
    pub manifests: Vec<Arc<Manifest>>,
    /// The files that these include, directly or not.
    pub includes: FxHashMap<PathBuf, Included>,
    /// What all distributions of the environment say of themselves.
    pub metadata: Arc<AllMetadata>,
    /// Why there may be more than this, if there may.
    pub unknown: Option<String>,
}

/// What comes with environments, or is used by those who look after them.
const SEEDS: [&str; 7] = ["pip", "setuptools", "wheel", "uv", "distribute", "pkg-resources", "virtualenv"];

/// The names, as their distributions write them and in their order, of what nothing asks for; or why that cannot be
/// told.
pub fn unasked(environment: &Environment, asking: &Asking) -> Result<Vec<String>, String> {
    let name = environment_name(&environment.root);
    if environment.kind.is_conda() {
        return Err(format!("{name} is conda's, which looks after it"));
    }
    if let Some(reason) = &asking.unknown {
        return Err(reason.clone());
    }
    let mut walk = Walk::default();
    let included = asking.includes.values().filter_map(|included| match included {
        Included::Manifest(manifest) => Some(manifest),
        Included::NotFound | Included::Unreadable(_) => None,
    });
    for manifest in asking.manifests.iter().chain(included) {
        walk.add_manifest(manifest, environment, asking)?;
    }
    if walk.waiting.is_empty() {
        return Err(format!("No file asks for anything in {name}"));
    }
    let distributions = environment.distributions.sorted();
    for (name, distribution) in &distributions {
        let said = asking.metadata.get(*name).filter(|said| said.unreadable.is_empty());
        let Some(said) = said else {
            return Err(format!("What `{}` needs cannot be read", plain(&distribution.name)));
        };
        if distribution.editable {
            walk.add(name, None);
            said.extras.iter().for_each(|extra| walk.add(name, Some(&extra.normalized)));
        }
    }
    let reached = walk.reach(environment, &asking.metadata);
    let is_own = |site: u16| {
        let site = environment.site_packages.get(usize::from(site));
        site.is_some_and(|site| site.starts_with(&environment.root))
    };
    let left = distributions.into_iter().filter(|(name, distribution)| {
        !reached.contains(*name)
            && !distribution.editable
            && is_own(distribution.site)
            && !SEEDS.contains(name)
            && is_valid_name(&distribution.name)
    });
    Ok(left.map(|(_, distribution)| distribution.name.to_string()).collect())
}

/// Goes to each name, and to each of its extras, once.
#[derive(Default)]
struct Walk {
    /// Without an extra, or with one.
    seen: FxHashSet<(Box<str>, Option<Box<str>>)>,
    waiting: Vec<(Box<str>, Option<Box<str>>)>,
}

impl Walk {
    fn add(&mut self, name: &str, extra: Option<&str>) {
        let key = (Box::from(name), extra.map(Box::from));
        if self.seen.insert(key.clone()) {
            self.waiting.push(key);
        }
    }

    fn add_manifest(
        &mut self,
        manifest: &Manifest,
        environment: &Environment,
        asking: &Asking,
    ) -> Result<(), String> {
        if manifest.kind == ManifestKind::PipConfiguration {
            return Ok(());
        }
        let file = file_name(&manifest.path);
        let is_understood = manifest.errors().next().is_none()
            && !manifest.tree.lines.iter().any(|line| matches!(line.tree.kind, LineKind::Invalid));
        if !is_understood || is_dynamic(manifest) {
            return Err(format!("Not all that {file} asks for can be told"));
        }
        let is_known = |include: &IncludeTarget| match include {
            IncludeTarget::File(path) => matches!(asking.includes.get(path), Some(Included::Manifest(_))),
            IncludeTarget::Elsewhere(_) => false,
        };
        if manifest.includes.iter().any(|include| !is_known(&include.target)) {
            return Err(format!("What {file} includes cannot be read"));
        }
        if let Some(own) = own_name(manifest) {
            let own = normalize_name(own);
            if environment.distributions.find(&own).is_some() {
                self.add(&own, None);
            }
        }
        for entry in manifest.entries() {
            if applies(entry, &environment.markers) == Some(false) {
                continue;
            }
            match entry.name() {
                Some(name) => {
                    self.add(&name.normalized, None);
                    entry
                        .extras()
                        .iter()
                        .for_each(|extra| self.add(&name.normalized, Some(&extra.normalized)));
                }
                // Whatever it is called, as a project in development it stays.
                None if entry.line().editable.is_some() => {}
                None => return Err(format!("{file} asks for something of which the name is not known")),
            }
        }
        Ok(())
    }

    /// The names of all that is needed.
    fn reach(mut self, environment: &Environment, metadata: &AllMetadata) -> FxHashSet<Box<str>> {
        while let Some((name, extra)) = self.waiting.pop() {
            let Some(said) = metadata.get(&name) else { continue };
            let extras: Vec<&str> = extra.as_deref().into_iter().collect();
            for requirement in &said.requires {
                let holds = |marker| evaluate(marker, &environment.markers, &extras) != Some(false);
                if requirement.marker.as_deref().is_none_or(holds) {
                    self.add(&requirement.name.normalized, None);
                    for extra in &requirement.extras {
                        self.add(&requirement.name.normalized, Some(&extra.normalized));
                    }
                }
            }
        }
        self.seen.into_iter().map(|(name, _)| name).collect()
    }
}

/// Whether a program says what the project needs, and not the file.
fn is_dynamic(manifest: &Manifest) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| manifest.text.contains(word));
    match manifest.kind {
        ManifestKind::Pyproject => {
            manifest.includes.is_empty()
                && has(&[
                    "\"dependencies\"",
                    "'dependencies'",
                    "\"optional-dependencies\"",
                    "'optional-dependencies'",
                ])
        }
        // What is given in the call as a list is read; anything else is not.
        ManifestKind::SetupPy => {
            manifest.entries().len() == 0 && has(&["install_requires", "extras_require", "**"])
        }
        ManifestKind::Requirements
        | ManifestKind::Script
        | ManifestKind::Pylock
        | ManifestKind::SetupCfg
        | ManifestKind::Pipfile
        | ManifestKind::CondaEnvironment
        | ManifestKind::PipConfiguration => false,
    }
}
