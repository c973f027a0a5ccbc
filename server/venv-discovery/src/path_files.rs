//! The folders that `*.pth` files add to those in which packages lie, as `Lib/site.py` reads them: one path per
//! line, relative to the folder of the file itself. Lines that are code are not followed, so that it makes no difference
//! whether a `*.start` file takes their place (PEP 829, Python 3.15). Eggs are named in the same way.

use std::path::{Component, Path, PathBuf};

use crate::system::{DirEntry, FileKind, System};

/// More than the longest that tools write.
const LARGEST: usize = 64 << 10;

/// How many of these files are opened in one folder. Few have more than two.
const MOST: usize = 256;

/// The folders and eggs that the `*.pth` files among `entries`, the names in `folder`, name; whether they are there or not.
pub(crate) fn named_folders(system: &dyn System, folder: &Path, entries: &[DirEntry]) -> Vec<PathBuf> {
    let mut files: Vec<&str> =
        entries.iter().filter(|entry| may_name_folders(entry)).map(|entry| &*entry.name).collect();
    files.sort_unstable();
    let mut folders = Vec::new();
    for file in files.into_iter().take(MOST) {
        let Ok(text) = system.read_within(&folder.join(file), LARGEST) else { continue };
        folders.extend(paths_in(&String::from_utf8_lossy(&text)).map(|path| {
            let named = Path::new(path);
            let absolute = system.platform().is_absolute(named);
            without_dots(&if absolute { named.to_owned() } else { folder.join(named) })
        }));
    }
    folders
}

/// Whether it is worth opening: some names stand for files that hold nothing but code.
fn may_name_folders(entry: &DirEntry) -> bool {
    let name = &*entry.name;
    entry.kind != FileKind::Directory
        && name.ends_with(".pth")
        // Python leaves hidden files out.
        && !name.starts_with('.')
        // The distribution whose source these name is listed beside them already.
        && !name.starts_with("__editable__")
        && !name.starts_with("_editable_impl_")
        && !name.ends_with("-nspkg.pth")
        && name != "_virtualenv.pth"
        && name != "distutils-precedence.pth"
}

/// The paths in the text of a `*.pth` file, as they are written there.
pub(crate) fn paths_in(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.lines().filter_map(|line| {
        let code = line.starts_with("import ") || line.starts_with("import\t");
        let path = line.trim_end();
        let counts = !path.is_empty() && !path.starts_with('#') && !code;
        counts.then_some(path)
    })
}

/// The path without `.` and `..`, by its text alone: links on the way are not looked at.
pub(crate) fn without_dots(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                cleaned.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => cleaned.push(component),
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_python_reads_them() {
        let text =
            "\u{feff}/src/a  \r\n\n# note\nimport sys; sys.path\nimport\tos\nimportant\n   \n./x.egg\n../b\n";
        assert_eq!(paths_in(text).collect::<Vec<_>>(), ["/src/a", "important", "./x.egg", "../b"]);
    }

    #[test]
    fn dots_are_taken_out_of_paths() {
        assert_eq!(without_dots(Path::new("/p/./site/../../src/")), Path::new("/src"));
        assert_eq!(without_dots(Path::new("/../..")), Path::new("/"));
    }
}
