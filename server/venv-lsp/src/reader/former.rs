//! What is installed in an environment, in the form in which another one can be given the same.
//!
//! What an installer wrote beside a distribution (`direct_url.json`,
//! [PEP 610](https://packaging.python.org/en/latest/specifications/direct-url/)) tells that it did not come from an
//! index, and where it came from.

use std::path::{Path, PathBuf};

use ls_types::Uri;
use serde::Deserialize;
use venv_analysis::facts::{Distribution, Environment};
use venv_analysis::{Former, FormerDistribution, FormerPlace, PIP_FILES, PipFileName, stays_inside};
use venv_discovery::{FileKind, System, info_folder, is_relocatable, read_environment, with_stranded};

/// `direct_url.json`, as far as it matters here.
#[derive(Deserialize)]
struct DirectUrl {
    url: String,
    subdirectory: Option<String>,
    dir_info: Option<DirInfo>,
    vcs_info: Option<VcsInfo>,
}

#[derive(Deserialize)]
struct DirInfo {
    #[serde(default)]
    editable: bool,
}

#[derive(Deserialize)]
struct VcsInfo {
    vcs: String,
    commit_id: String,
}

/// No `direct_url.json` and no `*.egg-link` has more bytes.
const LARGEST: usize = 64 << 10;

/// What is installed in the environment's own folders, and where its Python has changed also what was installed for the
/// one before.
pub(super) fn read_former(system: &dyn System, environment: &Environment) -> Former {
    let has_stranded = environment.health.iter().any(|issue| issue.code == "version-mismatch");
    let stranded = has_stranded.then(|| with_stranded(system, environment));
    let environment = stranded.as_ref().unwrap_or(environment);
    let place = place_of(system, environment);
    let root = place.as_ref().map_or(&environment.root, |place| &place.root);
    let owner = system.metadata(root).ok().and_then(|found| found.user_id);
    let mut former = Former {
        is_foreign: owner.zip(system.user_id()).is_some_and(|(owner, user)| owner != user),
        is_relocatable: is_relocatable(system, root),
        pip_files: pip_files(system, root),
        place,
        ..Former::default()
    };
    for (name, distribution) in environment.distributions.sorted() {
        let site = environment.site_packages.get(usize::from(distribution.site));
        let Some(site) = site.filter(|site| site.starts_with(&environment.root)) else { continue };
        match read_distribution(system, environment, site, distribution) {
            Some(found) => former.distributions.push(found),
            None => former.lost.push(name.to_owned()),
        }
    }
    former
}

/// Where an environment lies that is reached by a link.
fn place_of(system: &dyn System, environment: &Environment) -> Option<FormerPlace> {
    let root = &environment.root;
    if system.link_metadata(root).ok()?.kind != FileKind::Link {
        return None;
    }
    let real = system.canonicalize(root).ok()?;
    let kind = read_environment(system, &real).map_or(environment.kind, |found| found.kind);
    Some(FormerPlace { root: real, kind })
}

/// What configures pip in the environment at `root` alone.
fn pip_files(system: &dyn System, root: &Path) -> Vec<PipFileName> {
    let read = |name: &'static str| {
        let text = system.read_within(&root.join(name), LARGEST).ok()?;
        Some(PipFileName { name, stays_inside: stays_inside(&String::from_utf8_lossy(&text)) })
    };
    PIP_FILES.into_iter().filter_map(read).collect()
}

fn read_distribution(
    system: &dyn System,
    environment: &Environment,
    site: &Path,
    distribution: &Distribution,
) -> Option<FormerDistribution> {
    let name = &*distribution.name;
    let folder = info_folder(system, environment, distribution);
    let direct = folder.and_then(|folder| system.read_within(&folder.join("direct_url.json"), LARGEST).ok());
    if let Some(text) = direct {
        let direct: DirectUrl = serde_json::from_slice(&text).ok()?;
        return from_url(system, environment, name, &direct);
    }
    if distribution.editable {
        let link = system.read_within(&site.join(format!("{name}.egg-link")), LARGEST).ok()?;
        let source = site.join(String::from_utf8_lossy(&link).lines().next()?.trim());
        let url = Uri::from_file_path(system.canonicalize(&source).ok()?)?;
        return FormerDistribution::editable(name, url.as_str());
    }
    FormerDistribution::released(name, distribution.parsed.as_ref()?)
}

fn from_url(
    system: &dyn System,
    environment: &Environment,
    name: &str,
    direct: &DirectUrl,
) -> Option<FormerDistribution> {
    if direct.url.starts_with("file:") {
        let path: PathBuf = direct.url.parse::<Uri>().ok()?.to_file_path()?.into_owned();
        // What lies in the environment itself goes with it.
        let is_within = || system.canonicalize(&environment.root).is_ok_and(|root| path.starts_with(root));
        if path.starts_with(&environment.root) || is_within() || system.metadata(&path).is_err() {
            return None;
        }
    }
    let mut url = match &direct.vcs_info {
        Some(info) => format!("{}+{}@{}", info.vcs, direct.url, info.commit_id),
        None => direct.url.clone(),
    };
    if let Some(subdirectory) = &direct.subdirectory {
        url += &format!("#subdirectory={subdirectory}");
    }
    if direct.dir_info.as_ref().is_some_and(|info| info.editable) {
        return FormerDistribution::editable(name, &url);
    }
    FormerDistribution::at_url(name, &url)
}
