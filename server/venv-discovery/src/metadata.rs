//! What an installed distribution says of itself: the folder that describes it, and the metadata in there.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use venv_analysis::facts::{Distribution, Environment};
use venv_syntax::{Metadata, metadata_headers_end, normalize_name, parse_metadata};

use crate::distributions::{split_stem, strip_python_tag};
use crate::system::{FileKind, System};

/// Holds the headers of nearly every metadata file; the description of a distribution may be long.
const HEAD: usize = 16 << 10;

/// No metadata file has more bytes.
const LARGEST: usize = 4 << 20;

/// Where `distribution` is described: its `*.dist-info` or `*.egg-info`, which is a folder or, from distutils, a file.
pub fn info_folder(
    system: &dyn System,
    environment: &Environment,
    distribution: &Distribution,
) -> Option<PathBuf> {
    let site = environment.site_packages.get(usize::from(distribution.site))?;
    let stem = format!("{}-{}", distribution.name, distribution.version);
    let direct = ["dist-info", "egg-info"].map(|ending| site.join(format!("{stem}.{ending}")));
    let is_there = |path: &PathBuf| system.metadata(path).is_ok();
    direct
        .into_iter()
        .find(is_there)
        .or_else(|| listed(system, site).remove(&normalize_name(&distribution.name)))
}

/// What `distribution` says of itself; `None` where it says nothing or cannot be read.
pub fn read_metadata(
    system: &dyn System,
    environment: &Environment,
    distribution: &Distribution,
) -> Option<Metadata> {
    read_described(system, &info_folder(system, environment, distribution)?)
}

/// What is said in `folder`, a `*.dist-info` or `*.egg-info`.
pub(crate) fn read_described(system: &dyn System, folder: &Path) -> Option<Metadata> {
    let is_folder = system.is_dir(folder);
    let metadata = ["METADATA", "PKG-INFO"].iter().find_map(|name| headers(system, &folder.join(name)));
    let mut metadata = parse_metadata(&metadata.or_else(|| headers(system, folder))?);
    if is_folder
        && metadata.requires.is_empty()
        && let Ok(text) = system.read_within(&folder.join("requires.txt"), LARGEST)
    {
        metadata.add_requires_txt(&String::from_utf8_lossy(&text));
    }
    Some(metadata)
}

/// Where the distributions of an environment are described whose folders have other names than theirs: setuptools adds
/// the Python to it, or leaves the version out, and an `*.egg-link` or an `*.egg` leads on.
pub(crate) struct Described {
    by_site: Vec<FxHashMap<String, PathBuf>>,
}

impl Described {
    pub(crate) fn list(system: &dyn System, environment: &Environment) -> Self {
        Self { by_site: environment.site_packages.iter().map(|site| listed(system, site)).collect() }
    }

    pub(crate) fn find(&self, distribution: &Distribution) -> Option<PathBuf> {
        let site = self.by_site.get(usize::from(distribution.site))?;
        site.get(&normalize_name(&distribution.name)).cloned()
    }
}

/// The text of a metadata file, at least to the end of its headers.
pub(crate) fn headers(system: &dyn System, path: &Path) -> Option<String> {
    let mut bytes = system.read_head(path, HEAD).ok()?;
    if bytes.len() == HEAD && metadata_headers_end(&bytes).is_none() {
        bytes = system.read_head(path, LARGEST).ok()?;
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Where the distributions in `site` are described, by normalised name.
fn listed(system: &dyn System, site: &Path) -> FxHashMap<String, PathBuf> {
    let name_of = |stem: &str| normalize_name(split_stem(stem).map_or(stem, |found| found.name));
    let (mut found, mut fallbacks) = (FxHashMap::default(), Vec::new());
    for entry in system.read_dir(site).unwrap_or_default() {
        let path = site.join(&entry.name);
        let name = &*entry.name;
        if let Some(stem) = name.strip_suffix(".dist-info").or_else(|| name.strip_suffix(".egg-info")) {
            found.entry(name_of(strip_python_tag(stem))).or_insert(path);
        } else if let Some(stem) = name.strip_suffix(".egg")
            && entry.kind != FileKind::File
        {
            fallbacks.push((name_of(strip_python_tag(stem)), path.join("EGG-INFO")));
        }
    }
    for (name, path) in fallbacks {
        found.entry(name).or_insert(path);
    }
    found
}
