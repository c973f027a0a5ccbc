//! The modules of an editable distribution: build backends leave a `*.pth` file that names the folder of its sources, or
//! that starts a finder with a table of packages and folders.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use venv_analysis::facts::{Distribution, Environment};
use venv_syntax::normalize_name;

use super::{is_name, module_name};
use crate::path_files::paths_in;
use crate::system::{FileKind, System};

/// No finder with its table has more bytes.
const LARGEST: usize = 1 << 20;

/// Files beside the modules of a project that nobody imports.
const NO_MODULES: [&str; 4] = ["setup", "conftest", "noxfile", "tasks"];

pub(super) fn modules(
    system: &dyn System,
    environment: &Environment,
    distribution: &Distribution,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Some(site) = environment.site_packages.get(usize::from(distribution.site)) else { return found };
    let wanted = normalize_name(&distribution.name);
    let mut is_described = false;
    for entry in system.read_dir(site).unwrap_or_default() {
        let is_path_file = || entry.name.strip_suffix(".pth").is_some_and(|stem| names(stem, &wanted));
        if names_finder(&entry.name, &wanted) {
            let text = system.read_within(&site.join(&entry.name), LARGEST).unwrap_or_default();
            found.extend(mapping(&String::from_utf8_lossy(&text)));
            is_described = true;
        } else if is_path_file() {
            let text = system.read_within(&site.join(&entry.name), LARGEST).unwrap_or_default();
            for path in paths_in(&String::from_utf8_lossy(&text)) {
                add_folder(system, &site.join(path), &mut found);
                is_described = true;
            }
        }
    }
    if !is_described {
        // `setup.py develop` describes a distribution beside its sources.
        add_folder(system, site, &mut found);
    }
    found
}

/// Whether a `*.pth` file of this stem is that of the distribution.
fn names(stem: &str, wanted: &str) -> bool {
    let name = match stem.strip_prefix("__editable__.") {
        Some(stem) => stem.split_once('-').map_or(stem, |(name, _)| name),
        None => stem.strip_prefix("_editable_impl_").or(stem.strip_prefix('_')).unwrap_or(stem),
    };
    normalize_name(name) == wanted
}

/// Whether it is the finder of the distribution: `__editable___NAME_1_0_finder.py`.
fn names_finder(file: &str, wanted: &str) -> bool {
    let stem = file.strip_prefix("__editable___").and_then(|rest| rest.strip_suffix("_finder.py"));
    stem.map(normalize_name).is_some_and(|stem| {
        let version = stem.strip_prefix(wanted).and_then(|rest| rest.strip_prefix('-'));
        version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
    })
}

/// The packages in the table `MAPPING` of a finder, and those of `NAMESPACES` below which there are some.
fn mapping(text: &str) -> BTreeSet<String> {
    let line = text.lines().find(|line| line.starts_with("MAPPING"));
    let table = line.and_then(|line| line.split_once('{')).map_or("", |(_, table)| table);
    let mut found = BTreeSet::new();
    let mut rest = table;
    // `'name': '/path', …`: every other text is a name.
    while let Some((name, after)) = next_text(rest) {
        if name.split('.').all(is_name) {
            found.insert(name.to_owned());
        }
        rest = next_text(after).map_or("", |(_, after)| after);
    }
    found
}

/// The first text between quotes, and what follows it.
fn next_text(text: &str) -> Option<(&str, &str)> {
    let start = text.find(['\'', '"'])?;
    let quote = text.as_bytes().get(start).copied().map(char::from)?;
    let (inside, after) = text.get(start + 1..)?.split_once(quote)?;
    Some((inside, after))
}

/// What can be imported with `folder` on `sys.path`, without namespace packages: any folder could be one.
fn add_folder(system: &dyn System, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in system.read_dir(folder).unwrap_or_default() {
        let path: PathBuf = folder.join(&entry.name);
        match entry.kind {
            FileKind::Directory | FileKind::Link
                if is_name(&entry.name) && system.is_file(&path.join("__init__.py")) =>
            {
                found.insert(entry.name);
            }
            FileKind::File => {
                let module = module_name(&entry.name).filter(|name| !NO_MODULES.contains(name));
                found.extend(module.map(str::to_owned));
            }
            FileKind::Directory | FileKind::Link | FileKind::Other => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_a_finder_is_read_as_text() {
        let text = "import sys\nMAPPING: dict[str, str] = {'pkg': '/src/it\"s/pkg', 'ns.one': '/src/one'}\nNAMESPACES = {}\n";
        assert_eq!(mapping(text).into_iter().collect::<Vec<_>>(), ["ns.one", "pkg"]);
        assert!(names_finder("__editable___my_pkg_0_1_finder.py", "my-pkg"));
        assert!(!names_finder("__editable___my_pkg_2_0_1_finder.py", "my"), "a version begins with a digit");
    }
}
