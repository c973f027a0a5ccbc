//! Which modules an installed distribution brings: what can be imported because it is there.
//!
//! Four places tell, the surest first: `Import-Name` in the metadata (PEP 794), the `RECORD` of an installed wheel,
//! `top_level.txt` from setuptools, and for what is editable the folders and tables that its `*.pth` file leads to.

mod editable;

use std::collections::BTreeSet;
use std::path::Path;

use venv_analysis::facts::{Distribution, Environment};
use venv_syntax::metadata_headers;

use crate::digests::path_of;
use crate::metadata::{headers, info_folder};
use crate::system::{DirEntry, FileKind, System};

/// The largest `RECORD` known has some ten thousand lines.
const LARGEST: usize = 16 << 20;

/// The modules that `distribution` brings, as dotted names: `six`, `google.cloud.storage`. What lies in a package
/// with an `__init__.py` is not named by itself; of a namespace package that several distributions share, what this one
/// puts there is.
pub fn modules_of(
    system: &dyn System,
    environment: &Environment,
    distribution: &Distribution,
) -> BTreeSet<String> {
    let Some(info) = info_folder(system, environment, distribution) else { return BTreeSet::new() };
    if let Some(declared) = declared(system, &info) {
        return declared;
    }
    let text = |name: &str| {
        let bytes = system.read_within(&info.join(name), LARGEST).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    if distribution.editable {
        let mut found = editable::modules(system, environment, distribution);
        // A folder may hold more than the distribution's own.
        let told = text("top_level.txt").map(|text| top_levels(&text)).filter(|told| !told.is_empty());
        if let Some(told) = told {
            found.retain(|module| told.contains(module.split('.').next().unwrap_or_default()));
            if found.is_empty() {
                return told;
            }
        }
        return found;
    }
    let recorded = text("RECORD").map(|record| modules_of_files(record.lines().map(path_of)));
    match recorded.filter(|found| !found.is_empty()) {
        Some(found) => found,
        None => {
            // It may name what was never installed.
            let mut told = text("top_level.txt").map(|text| top_levels(&text)).unwrap_or_default();
            let beside = beside(system, info.parent().unwrap_or(&info));
            told.retain(|name| beside.contains(name.split('.').next().unwrap_or_default()));
            told
        }
    }
}

/// What can be imported from a folder, namespace packages included.
fn beside(system: &dyn System, folder: &Path) -> BTreeSet<String> {
    let entries = system.read_dir(folder).unwrap_or_default().into_iter();
    let name = |entry: DirEntry| match entry.kind {
        FileKind::Directory => Some(entry.name).filter(|name| is_name(name)),
        FileKind::File | FileKind::Link | FileKind::Other => {
            let module = module_name(&entry.name).map(str::to_owned);
            module.or_else(|| Some(entry.name).filter(|name| is_name(name)))
        }
    };
    entries.filter_map(name).collect()
}

/// `Import-Name`s; `None` where the metadata has none. An empty one says that there is nothing to import.
fn declared(system: &dyn System, info: &Path) -> Option<BTreeSet<String>> {
    let text = headers(system, &info.join("METADATA"))?;
    let mut found = None;
    for (key, value) in metadata_headers(&text) {
        if key.eq_ignore_ascii_case("Import-Name") {
            let found = found.get_or_insert_with(BTreeSet::new);
            let name = value.split(';').next().unwrap_or_default().trim();
            if is_dotted_name(name) {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

fn top_levels(text: &str) -> BTreeSet<String> {
    let names = text.lines().map(|line| line.trim().replace('/', "."));
    names.filter(|name| is_dotted_name(name)).collect()
}

/// The modules among the files of a wheel, whose paths are relative to the folder of packages.
pub(crate) fn modules_of_files<'a>(paths: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let mut packages = BTreeSet::new();
    let mut modules = Vec::new();
    for path in paths {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let Some(module) = module_name(file) else { continue };
        if !folder.split('/').all(|part| folder.is_empty() || is_name(part)) {
            continue;
        }
        if module == "__init__" {
            packages.insert(folder);
        } else {
            modules.push((folder, module));
        }
    }
    let outermost = |folder: &str| {
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        ends.map(|end| folder[..end].to_owned()).find(|folder| packages.contains(&**folder))
    };
    let mut found = BTreeSet::new();
    for folder in &packages {
        found.extend(outermost(folder).map(|folder| folder.replace('/', ".")));
    }
    for (folder, module) in modules {
        if folder.is_empty() {
            found.insert(module.to_owned());
        } else if outermost(folder).is_none() {
            found.insert(format!("{}.{module}", folder.replace('/', ".")));
        }
    }
    found.remove("");
    found
}

/// The name of the module that a file of this name is: `six.py`, `_speedups.cpython-312-x86_64-linux-gnu.so`.
pub(crate) fn module_name(file: &str) -> Option<&str> {
    let (stem, ending) = file.rsplit_once('.')?;
    let name = match ending {
        "py" | "pyc" => stem,
        "so" | "pyd" => stem.split('.').next().unwrap_or(stem),
        _ => return None,
    };
    is_name(name).then_some(name)
}

fn is_dotted_name(text: &str) -> bool {
    !text.is_empty() && text.split('.').all(is_name)
}

pub(crate) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    let starts = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    starts && chars.all(|c| c.is_alphanumeric() || c == '_') && text != "__pycache__"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_named_as_they_are_imported() {
        let files = [
            "six.py",
            "../../../bin/tool",
            "google/cloud/storage/__init__.py",
            "google/cloud/storage/deep/__init__.py",
            "google/cloud/storage/blob.py",
            "google/api/annotations_pb2.py",
            "_fast.cpython-312-x86_64-linux-gnu.so",
            "_fast.abi3.so",
            "pkg/__init__.py",
            "pkg/data.json",
            "pkg-1.0.dist-info/METADATA",
            "pkg-1.0.data/purelib/odd.py",
            "__pycache__/six.cpython-312.pyc",
            "easy.pth",
        ];
        let found = modules_of_files(files.into_iter());
        let expected = ["_fast", "google.api.annotations_pb2", "google.cloud.storage", "pkg", "six"];
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }
}
