//! What an installed distribution says of itself: the folder that describes it, and the metadata in there.

use std::path::{Path, PathBuf};

use venv_analysis::facts::{Distribution, Environment};
use venv_syntax::{Metadata, ends_metadata_headers, normalize_name, parse_metadata};

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
    direct.into_iter().find(is_there).or_else(|| listed(system, site, distribution))
}

/// What `distribution` says of itself; `None` where it says nothing or cannot be read.
pub fn read_metadata(
    system: &dyn System,
    environment: &Environment,
    distribution: &Distribution,
) -> Option<Metadata> {
    let folder = info_folder(system, environment, distribution)?;
    let is_folder = system.is_dir(&folder);
    let metadata = ["METADATA", "PKG-INFO"].iter().find_map(|name| headers(system, &folder.join(name)));
    let mut metadata = parse_metadata(&metadata.or_else(|| headers(system, &folder))?);
    if is_folder
        && metadata.requires.is_empty()
        && let Ok(text) = system.read_within(&folder.join("requires.txt"), LARGEST)
    {
        metadata.add_requires_txt(&String::from_utf8_lossy(&text));
    }
    Some(metadata)
}

/// The text of a metadata file, at least to the end of its headers.
fn headers(system: &dyn System, path: &Path) -> Option<String> {
    let mut bytes = system.read_head(path, HEAD).ok()?;
    if bytes.len() == HEAD && !ends_metadata_headers(&bytes) {
        bytes = system.read_head(path, LARGEST).ok()?;
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The same by a look at every name in the folder: setuptools adds the Python to it, or leaves the version out, and
/// an `*.egg-link` or an `*.egg` leads on.
fn listed(system: &dyn System, site: &Path, distribution: &Distribution) -> Option<PathBuf> {
    let wanted = normalize_name(&distribution.name);
    let is_it = |stem: &str| {
        let name = split_stem(stem).map_or(stem, |found| found.name);
        normalize_name(name) == wanted
    };
    let mut fallback = None;
    for entry in system.read_dir(site).ok()? {
        let path = site.join(&entry.name);
        let name = &*entry.name;
        if let Some(stem) = name.strip_suffix(".dist-info").or_else(|| name.strip_suffix(".egg-info")) {
            if is_it(strip_python_tag(stem)) {
                return Some(path);
            }
        } else if let Some(stem) = name.strip_suffix(".egg") {
            if entry.kind != FileKind::File && is_it(strip_python_tag(stem)) {
                fallback = Some(path.join("EGG-INFO"));
            }
        } else if let Some(stem) = name.strip_suffix(".egg-link")
            && is_it(stem)
        {
            let link = system.read_head(&path, HEAD).unwrap_or_default();
            let link = String::from_utf8_lossy(&link);
            let source = site.join(link.lines().next().unwrap_or_default().trim());
            fallback = Some(source.join(format!("{}.egg-info", stem.replace('-', "_"))));
        }
    }
    fallback
}
