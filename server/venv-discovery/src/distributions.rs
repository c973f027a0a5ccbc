//! What is installed, from one listing of each folder of packages.
//!
//! The names of `*.dist-info` and `*.egg-info` hold name and version, so that nothing is opened: a listing of
//! 447 distributions costs less than a millisecond, opening the metadata of each costs several. Files are
//! opened for the few whose name does not tell. As in `importlib.metadata`, the first of a name counts.

use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use venv_analysis::facts::{Distribution, Distributions, Info};
use venv_syntax::{Version, normalize_name};

use crate::path_files::named_folders;
use crate::provenance::says_editable;
use crate::system::{DirEntry, FileKind, System};

/// Enough of a metadata file for its `Name` and `Version`, which stand near the top.
const HEAD: usize = 4096;

/// How many folders that `*.pth` files name are looked into.
const MOST_NAMED: usize = 64;

/// What is installed in some folders.
#[derive(Debug, Default)]
pub(crate) struct Installed {
    /// The folders that were asked about, each followed by those that its `*.pth` files name, as far as they are
    /// there: Python's own order.
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) distributions: Distributions,
    /// Those of the folders asked about that could not be listed.
    pub(crate) unread: Vec<(PathBuf, io::Error)>,
    /// What an interrupted installation left behind: folders that pip had renamed to remove them at the end.
    pub(crate) leftovers: Vec<PathBuf>,
}

/// The distributions of `folders`, and of the folders that are named in there.
pub(crate) fn read_installed(system: &dyn System, folders: &[PathBuf]) -> Installed {
    let mut installed = Installed::default();
    let mut left = MOST_NAMED;
    for folder in folders {
        match system.read_dir(folder) {
            Ok(entries) => {
                let site = installed.folders.len();
                installed.add_folder(system, folder.clone(), &entries, &[]);
                let linked = linked(&entries);
                for named in named_folders(system, folder, &entries) {
                    if left == 0 {
                        break;
                    }
                    if named.extension().is_some_and(|ending| ending == "egg") {
                        installed.add_egg(system, folder, site, &named);
                        continue;
                    }
                    // What one of them names in turn does not count.
                    if !folders.contains(&named)
                        && !installed.folders.contains(&named)
                        && let Ok(entries) = system.read_dir(&named)
                    {
                        installed.add_folder(system, named, &entries, &linked);
                        left -= 1;
                    }
                }
            }
            Err(error) => {
                installed.folders.push(folder.clone());
                installed.unread.push((folder.clone(), error));
            }
        }
    }
    installed
}

impl Installed {
    /// `linked`: the normalised names of what is there as a source only.
    fn add_folder(&mut self, system: &dyn System, folder: PathBuf, entries: &[DirEntry], linked: &[String]) {
        let is_leftover =
            |entry: &&DirEntry| entry.name.starts_with('~') && entry.kind == FileKind::Directory;
        self.leftovers.extend(entries.iter().filter(is_leftover).map(|entry| folder.join(&entry.name)));
        if let Ok(site) = u16::try_from(self.folders.len()) {
            let folder = Folder { system, folder: &folder, site, linked };
            folder.add_all(entries, &mut self.distributions);
        }
        self.folders.push(folder);
    }

    /// An egg is a distribution by itself, once a `*.pth` file names it. `folder` is the one with that file.
    fn add_egg(&mut self, system: &dyn System, folder: &Path, site: usize, egg: &Path) {
        let stem = egg.file_stem().and_then(|stem| stem.to_str()).map(strip_python_tag);
        if let (Ok(site), Some(found)) = (u16::try_from(site), stem.and_then(split_stem))
            && system.metadata(egg).is_ok()
        {
            let folder = Folder { system, folder, site, linked: &[] };
            folder.add(found, false, &mut self.distributions);
        }
    }
}

/// The normalised names of the `*.egg-link`s: `setup.py develop` leaves these for what a `*.pth` file leads to.
fn linked(entries: &[DirEntry]) -> Vec<String> {
    entries.iter().filter_map(|entry| entry.name.strip_suffix(".egg-link")).map(normalize_name).collect()
}

/// A folder of packages that is being read.
struct Folder<'a> {
    system: &'a dyn System,
    folder: &'a Path,
    site: u16,
    linked: &'a [String],
}

impl Folder<'_> {
    fn add_all(&self, entries: &[DirEntry], distributions: &mut Distributions) {
        let editables = Editables::collect(entries);
        for entry in entries {
            let name = &*entry.name;
            // pip renames what it is about to remove; what is left of it is rubbish.
            if name.starts_with('~') {
                continue;
            }
            if let Some(stem) = name.strip_suffix(".dist-info") {
                if entry.kind != FileKind::File {
                    self.add_info(entry, stem, &editables, distributions);
                }
            } else if let Some(stem) = name.strip_suffix(".egg-info") {
                self.add_info(entry, strip_python_tag(stem), &editables, distributions);
            }
        }
    }

    fn add_info(
        &self,
        entry: &DirEntry,
        stem: &str,
        editables: &Editables,
        distributions: &mut Distributions,
    ) {
        if let Some(found) = split_stem(stem) {
            let normalized = normalize_name(found.name);
            let editable = self.is_editable(editables, &normalized, entry);
            let info = info_of(entry, stem);
            distributions.add(&normalized, Distribution { info, ..self.distribution(found, editable) });
            return;
        }
        let path = self.folder.join(&entry.name);
        let path = match entry.kind {
            FileKind::File => path,
            FileKind::Directory | FileKind::Link | FileKind::Other => {
                path.join(if entry.name.ends_with(".dist-info") { "METADATA" } else { "PKG-INFO" })
            }
        };
        let Some((name, version)) = self.head_of(&path) else { return };
        let found = Stem { name: &name, version: &version, parsed: Version::from_str(&version).ok() };
        let editable = self.is_editable(editables, &normalize_name(&name), entry);
        self.add(found, editable, distributions);
    }

    fn is_editable(&self, editables: &Editables, normalized: &str, entry: &DirEntry) -> bool {
        self.linked.iter().any(|name| name == normalized)
            || editables.is_editable(normalized, || self.direct_url_says_editable(&entry.name))
    }

    fn add(&self, found: Stem<'_>, editable: bool, distributions: &mut Distributions) {
        let normalized = normalize_name(found.name);
        distributions.add(&normalized, self.distribution(found, editable));
    }

    fn distribution(&self, found: Stem<'_>, editable: bool) -> Distribution {
        Distribution {
            name: found.name.into(),
            version: found.version.into(),
            parsed: found.parsed,
            site: self.site,
            editable,
            info: Info::Other,
        }
    }

    /// `Name` and `Version` of a metadata file.
    fn head_of(&self, path: &Path) -> Option<(String, String)> {
        let head = self.system.read_head(path, HEAD).ok()?;
        let head = String::from_utf8_lossy(&head);
        let field = |wanted: &str| {
            head.lines().take_while(|line| !line.trim().is_empty()).find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.eq_ignore_ascii_case(wanted).then(|| value.trim().to_owned())
            })
        };
        Some((field("Name")?, field("Version")?))
    }

    fn direct_url_says_editable(&self, info: &str) -> bool {
        let path = self.folder.join(info).join("direct_url.json");
        self.system.read_head(&path, HEAD).is_ok_and(|text| says_editable(&text))
    }
}

/// How `entry` is called, if its name is `stem` and an ending.
fn info_of(entry: &DirEntry, stem: &str) -> Info {
    match (entry.name.strip_prefix(stem), entry.kind) {
        (Some(".dist-info"), _) => Info::DistInfo,
        (Some(".egg-info"), FileKind::File) => Info::EggInfoFile,
        (Some(".egg-info"), FileKind::Directory) => Info::EggInfo,
        (Some(_) | None, _) => Info::Other,
    }
}

/// The `.pth` files by which build backends bring the source folder of an editable distribution onto
/// `sys.path`.
#[derive(Default)]
struct Editables {
    /// Normalised names from file names that nothing else uses: `__editable__.NAME-VERSION.pth`.
    certain: Vec<String>,
    /// Normalised names from file names that other things use as well: `NAME.pth`, `_NAME.pth`.
    possible: Vec<String>,
}

impl Editables {
    fn collect(entries: &[DirEntry]) -> Self {
        let mut found = Self::default();
        for entry in entries {
            let Some(stem) = entry.name.strip_suffix(".pth") else { continue };
            if let Some(stem) = stem.strip_prefix("__editable__.") {
                let name = split_stem(stem).map_or(stem, |found| found.name);
                found.certain.push(normalize_name(name));
            } else if let Some(name) = stem.strip_prefix("_editable_impl_") {
                found.certain.push(normalize_name(name));
            } else {
                let name = stem.strip_prefix('_').unwrap_or(stem);
                found.possible.push(normalize_name(name.strip_suffix("_editable").unwrap_or(name)));
            }
        }
        found
    }

    fn is_editable(&self, normalized: &str, ask: impl FnOnce() -> bool) -> bool {
        self.certain.iter().any(|name| name == normalized)
            || (self.possible.iter().any(|name| name == normalized) && ask())
    }
}

/// The name of a `*.dist-info` without its ending, taken apart.
#[derive(Debug, PartialEq)]
pub(crate) struct Stem<'a> {
    pub(crate) name: &'a str,
    version: &'a str,
    parsed: Option<Version>,
}

/// Names are written with `_` for `-`, so that the first `-` ends the name. Some tools do not do that: the
/// version then begins behind the first `-` from which on everything is a version.
pub(crate) fn split_stem(stem: &str) -> Option<Stem<'_>> {
    let begins_version =
        |text: &str| text.trim_start_matches(['v', 'V']).starts_with(|c: char| c.is_ascii_digit());
    let mut at = 0;
    while let Some(found) = stem[at..].find('-') {
        let (name, version) = (&stem[..at + found], &stem[at + found + 1..]);
        if !name.is_empty()
            && begins_version(version)
            && let Ok(parsed) = Version::from_str(version)
        {
            return Some(Stem { name, version, parsed: Some(parsed) });
        }
        at += found + 1;
    }
    let (name, version) = stem.rsplit_once('-')?;
    (!name.is_empty() && begins_version(version)).then_some(Stem { name, version, parsed: None })
}

/// setuptools puts the Python that it ran under behind the version: `six-1.16.0-py3.11`.
pub(crate) fn strip_python_tag(stem: &str) -> &str {
    match stem.rfind("-py") {
        Some(at) if stem[at + 3..].starts_with(|c: char| c.is_ascii_digit()) => &stem[..at],
        Some(_) | None => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(stem: &str) -> Option<(&str, &str, bool)> {
        split_stem(stem).map(|found| (found.name, found.version, found.parsed.is_some()))
    }

    #[test]
    fn folder_names_are_taken_apart() {
        assert_eq!(split("six-1.17.0"), Some(("six", "1.17.0", true)));
        assert_eq!(split("zope.interface-5.4.0"), Some(("zope.interface", "5.4.0", true)));
        assert_eq!(split("my-old-name-2.0"), Some(("my-old-name", "2.0", true)));
        assert_eq!(split("torch-2.5.1+cu121"), Some(("torch", "2.5.1+cu121", true)));
        assert_eq!(split("post-1.0-1"), Some(("post", "1.0-1", true)));
        assert_eq!(split("epoch-1!2.0rc1"), Some(("epoch", "1!2.0rc1", true)));
        assert_eq!(split("pytz-2004d"), Some(("pytz", "2004d", false)));
        assert_eq!(split("python-3to2-1.0"), Some(("python-3to2", "1.0", true)));
        assert_eq!(split("nothing"), None);
        assert_eq!(split("no-version"), None);
        assert_eq!(split("-1.0"), None);
    }

    #[test]
    fn the_python_tag_is_no_part_of_the_version() {
        assert_eq!(strip_python_tag("six-1.16.0-py3.11"), "six-1.16.0");
        assert_eq!(strip_python_tag("lib-1.0-py3.8-linux-x86_64"), "lib-1.0");
        assert_eq!(strip_python_tag("PyGObject-3.42.2"), "PyGObject-3.42.2");
        assert_eq!(strip_python_tag("foo-pytest-1.0"), "foo-pytest-1.0");
    }
}
