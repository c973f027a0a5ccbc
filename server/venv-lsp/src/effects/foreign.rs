//! What lies in an environment and is no part of it: somebody's own module in `site-packages` or in the folder of a
//! package, a hook or a script in `bin`, a configuration in `etc`. Installing again what was installed does not bring it
//! back.
//!
//! Part of an environment is what those that make environments write, and what a distribution says that it brought
//! (`RECORD`, <https://packaging.python.org/en/latest/specifications/recording-installed-packages/>). Where a distribution
//! has lost its `RECORD`, what it brought counts as somebody's own: that is kept once too often, never lost.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use venv_analysis::without_parents;

/// The names that creators and installers give to what is in an environment. What has another name there may be
/// somebody's work.
const TOP: [&str; 23] = [
    "pyvenv.cfg",
    "bin",
    "Scripts",
    "lib",
    "lib64",
    "Lib",
    "libs",
    "DLLs",
    "tcl",
    "include",
    "Include",
    "share",
    "etc",
    "man",
    "doc",
    "local",
    "site-packages",
    ".gitignore",
    ".lock",
    ".project",
    ".Python",
    "CACHEDIR.TAG",
    "pip-selfcheck.json",
];

/// What creators put beside the programs of distributions, without version and ending: `pip3.12`, `activate.fish`.
const PROGRAMS: [&str; 12] = [
    "activate",
    "activate_this",
    "deactivate",
    "python",
    "pythonw",
    "pypy",
    "pypyw",
    "graalpy",
    "pip",
    "wheel",
    "easy_install",
    "pydoc",
];

const ENDINGS: [&str; 11] =
    [".exe", ".dll", ".pdb", ".bat", ".ps1", ".py", ".sh", ".csh", ".fish", ".nu", ".xsh"];

/// The names in `site-packages` that belong to installers.
const INSTALLERS: [&str; 6] = [
    "__pycache__",
    "_virtualenv.py",
    "_virtualenv.pth",
    "distutils-precedence.pth",
    "easy-install.pth",
    "README.txt",
];

/// What distributions say that they brought, as paths from the environment.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    /// What is listed itself, with all that may be in it.
    listed: FxHashSet<PathBuf>,
    /// The folders above that.
    holders: FxHashSet<PathBuf>,
}

impl Recorded {
    /// Adds what the distributions in `site` have brought.
    pub(super) fn add(&mut self, root: &Path, site: &Path) -> io::Result<()> {
        for name in names(&root.join(site))? {
            let info = site.join(&name);
            let read = |file: &str| fs::read_to_string(root.join(&info).join(file));
            let name = name.to_string_lossy();
            if name.ends_with(".dist-info") {
                let text = read("RECORD").unwrap_or_default();
                text.lines().filter_map(recorded_path).for_each(|path| self.list(&site.join(path)));
            } else if name.ends_with(".egg-info") {
                if let Ok(text) = read("installed-files.txt") {
                    text.lines().for_each(|path| self.list(&info.join(path)));
                    continue;
                }
                // Which files of these modules were brought, nobody has written down.
                for module in read("top_level.txt").unwrap_or_default().lines().filter(|it| !it.is_empty()) {
                    self.list(&site.join(module));
                    self.list(&site.join(format!("{module}.py")));
                }
            }
        }
        Ok(())
    }

    /// Whether that is listed, or something in it.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.listed.contains(path) || self.holders.contains(path)
    }

    fn list(&mut self, path: &Path) {
        let path = without_parents(path).into_owned();
        for holder in path.ancestors().skip(1) {
            // Where one is known, so are those above it.
            if !self.holders.insert(holder.to_owned()) {
                break;
            }
        }
        self.listed.insert(path);
    }
}

/// What is in the environment at `root` and no part of it, as paths from there, sorted.
pub(super) fn foreign(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut unknown = Vec::new();
    let mut sites = Vec::new();
    for lib in ["lib", "lib64"] {
        if !is_folder(&root.join(lib)) {
            continue;
        }
        for version in names(&root.join(lib))? {
            let folder = Path::new(lib).join(&version);
            // An old virtualenv holds the standard library.
            if root.join(&folder).join("orig-prefix.txt").exists() {
                continue;
            }
            let name = version.to_string_lossy();
            let is_of_python = ["python", "pypy", "graalpy"].iter().any(|python| name.starts_with(python));
            if !is_of_python || !is_folder(&root.join(&folder)) {
                unknown.push(folder);
                continue;
            }
            for name in names(&root.join(&folder))? {
                let path = folder.join(&name);
                if name == "site-packages" { sites.push(path) } else { unknown.push(path) }
            }
        }
    }
    sites.extend(["Lib/site-packages", "site-packages"].map(PathBuf::from));
    sites.retain(|site| is_folder(&root.join(site)));
    let mut recorded = Recorded::default();
    for site in &sites {
        recorded.add(root, site)?;
        let others = names(&root.join(site))?.into_iter().filter(|name| !is_of_installer(name));
        unknown.extend(others.map(|name| site.join(name)));
    }
    for bin in ["bin", "Scripts"].into_iter().filter(|bin| is_folder(&root.join(bin))) {
        let others = names(&root.join(bin))?.into_iter().filter(|name| !is_of_creator(name));
        unknown.extend(others.map(|name| Path::new(bin).join(name)));
    }
    let others = names(root)?.into_iter().filter(|name| !TOP.iter().any(|own| name == own));
    unknown.extend(others.map(PathBuf::from));
    let mut found = Vec::new();
    for path in unknown {
        add_own(root, path, &recorded, &mut found)?;
    }
    for folder in ["etc", "share", "include", "Include", "man", "doc"] {
        add_own_files(root, Path::new(folder), &recorded, &mut found)?;
    }
    found.sort_unstable();
    Ok(found)
}

/// Adds what is at `path` where no distribution has brought it, else what is so in it.
fn add_own(root: &Path, path: PathBuf, recorded: &Recorded, found: &mut Vec<PathBuf>) -> io::Result<()> {
    if recorded.listed.contains(&path) || is_cache(root, &path) {
        return Ok(());
    }
    let place = root.join(&path);
    let is_folder = is_folder(&place);
    if recorded.holders.contains(&path) && (is_folder || place.is_symlink()) {
        // A link leads to a folder that is shared, and which stays.
        let names = if is_folder { names(&place)? } else { Vec::new() };
        return names.into_iter().try_for_each(|name| add_own(root, path.join(name), recorded, found));
    }
    if !is_folder || holds_work(root, &path)? {
        found.push(path);
    }
    Ok(())
}

/// Adds the files below `folder` that no distribution has brought.
fn add_own_files(
    root: &Path,
    folder: &Path,
    recorded: &Recorded,
    found: &mut Vec<PathBuf>,
) -> io::Result<()> {
    if !is_folder(&root.join(folder)) {
        return Ok(());
    }
    for name in names(&root.join(folder))? {
        let path = folder.join(name);
        if is_folder(&root.join(&path)) {
            add_own_files(root, &path, recorded, found)?;
        } else if !recorded.listed.contains(&path) && !root.join(&path).is_symlink() {
            found.push(path);
        }
    }
    Ok(())
}

/// Whether anything is below `folder` that Python does not make again: pip leaves folders with nothing else in them.
fn holds_work(root: &Path, folder: &Path) -> io::Result<bool> {
    for name in names(&root.join(folder))? {
        let path = folder.join(name);
        if !is_cache(root, &path) && (!is_folder(&root.join(&path)) || holds_work(root, &path)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What Python writes for itself. A compiled module whose source is not there may be all that there is of it.
fn is_cache(root: &Path, path: &Path) -> bool {
    path.ends_with("__pycache__")
        || (path.extension().is_some_and(|ending| ending == "pyc")
            && root.join(path).with_extension("py").exists())
}

/// Whether creators call something in `bin` so.
pub(super) fn is_of_creator(name: &OsStr) -> bool {
    let Some(name) = name.to_str().map(str::to_ascii_lowercase) else { return false };
    let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
    let version = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    // `python3.13t` is built without the global lock.
    let stem = stem.strip_suffix('t').filter(|stem| stem.ends_with(version)).unwrap_or(stem);
    name == "__pycache__" || PROGRAMS.contains(&stem.trim_end_matches(version))
}

fn is_of_installer(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    INSTALLERS.contains(&name)
        || name.starts_with('~')
        || name.starts_with("__editable__")
        || name.starts_with("_editable_impl_")
        || [".dist-info", ".egg-info", ".egg-link", ".egg"].iter().any(|end| name.ends_with(end))
}

/// The first field of a line, which has quotes where it holds a comma.
fn recorded_path(line: &str) -> Option<&str> {
    match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\",").map(|(path, _)| path),
        None => line.split_once(',').map(|(path, _)| path),
    }
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_dir())
}

/// As they are: a name that is not Unicode must be found again.
fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn what_nobody_has_recorded_is_somebodys_own() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let site = "lib/python3.12/site-packages";
        let record = "six.py,sha256=x,1\n\"pkg/a,b.py\",,\npkg/more.py,,\nsix-1.0.dist-info/RECORD,,\n../../../bin/six,,\n../../../share/man/six.1,,\n../../cmake/six.cmake,,\n../../../six/data.bin,,\n";
        write(root, &format!("{site}/six-1.0.dist-info/RECORD"), record);
        for path in ["six.py", "pkg/a,b.py", "pkg/more.py", "__pycache__/six.pyc", "_virtualenv.py", "~ix/a"]
        {
            write(root, &format!("{site}/{path}"), "");
        }
        write(root, &format!("{site}/old.egg-info/installed-files.txt"), "../old/__init__.py\n");
        write(root, &format!("{site}/old/__init__.py"), "");
        for path in [
            "pyvenv.cfg",
            "bin/activate.fish",
            "bin/python3",
            "bin/python3.13t",
            "bin/pip3.12",
            "bin/activate_this.py",
            "bin/Activate.ps1",
            "bin/six",
            "share/man/six.1",
            "lib/cmake/six.cmake",
            "six/data.bin",
        ] {
            write(root, path, "");
        }
        assert_eq!(foreign(root).unwrap(), [] as [PathBuf; 0]);

        let own = [
            "bin/pipeline.sh",
            "bin/postactivate",
            "etc/app.conf",
            "lib/python3.12/notes",
            "lib/python3.12/site-packages/mine.pth",
            "lib/python3.12/site-packages/mymod.py",
            "lib/python3.12/site-packages/mypkg",
            "notes.txt",
            "share/jupyter/kernel.json",
        ];
        for path in own {
            write(
                root,
                if path.ends_with("mypkg") { "lib/python3.12/site-packages/mypkg/a.py" } else { path },
                "",
            );
        }
        assert_eq!(foreign(root).unwrap(), own.map(PathBuf::from));
    }

    #[test]
    fn what_nobody_has_recorded_is_found_in_the_folders_of_packages() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let site = Path::new("lib/python3.12/site-packages");
        let record = "beta/__init__.py,,\nbeta/sub/deep/a.py,,\nbeta-1.0.dist-info/RECORD,,\n";
        write(root, site.join("beta-1.0.dist-info/RECORD").to_str().unwrap(), record);
        let write = |path: &str| write(root, site.join(path).to_str().unwrap(), "");
        let brought = [
            "beta/__init__.py",
            "beta/__init__.pyc",
            "beta/__pycache__/__init__.cpython-312.pyc",
            "beta/sub/deep/a.py",
            "beta/sub/deep/__pycache__/a.cpython-312.pyc",
            // Left behind by pip, of what was uninstalled.
            "gone/__pycache__/gone.cpython-312.pyc",
            "beta-1.0.dist-info/uv_cache.json",
            "beta-1.0.dist-info/licenses/LICENSE",
            "__editable___mine_finder.py",
        ];
        brought.into_iter().for_each(write);
        assert_eq!(foreign(root).unwrap(), [] as [PathBuf; 0]);
        let own = [
            "beta/data/model.bin",
            "beta/local_settings.py",
            "beta/mine/work.py",
            "beta/sourceless.pyc",
            "beta/sub/deep/b.py",
            "beta/sub/note",
        ];
        own.into_iter().for_each(write);
        let found = [
            "beta/data",
            "beta/local_settings.py",
            "beta/mine",
            "beta/sourceless.pyc",
            "beta/sub/deep/b.py",
            "beta/sub/note",
        ];
        assert_eq!(foreign(root).unwrap(), found.map(|path| site.join(path)));
    }

    #[test]
    fn what_is_not_recorded_by_file_is_told_as_far_as_it_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let site = Path::new("lib/python3.12/site-packages");
        let write = |path: &str, text: &str| write(root, site.join(path).to_str().unwrap(), text);
        write("listed.egg-info/installed-files.txt", "../listed/__init__.py\n");
        write("listed.egg-info/top_level.txt", "listed\n");
        write("named.egg-info/top_level.txt", "named\n");
        write("lost-1.0.dist-info/METADATA", "");
        for path in ["listed/__init__.py", "listed/mine.py", "named/a.py", "named/b.py", "lost/a.py"] {
            write(path, "");
        }
        assert_eq!(foreign(root).unwrap(), ["listed/mine.py", "lost"].map(|path| site.join(path)));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_package_that_is_shared_is_part_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("env");
        let site = "lib/python3.12/site-packages";
        write(folder.path(), "shared/pip/more.py", "");
        write(&root, &format!("{site}/pip-24.0.dist-info/RECORD"), "pip/__init__.py,,\n");
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(folder.path().join(to), root.join(site).join(name)).unwrap();
        };
        link("shared/pip", "pip");
        link("shared", "mine");
        assert_eq!(foreign(&root).unwrap(), [Path::new(site).join("mine")]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_that_is_not_unicode_is_found_again() {
        use std::os::unix::ffi::OsStrExt as _;
        let folder = tempfile::tempdir().unwrap();
        let name = OsStr::from_bytes(b"caf\xe9");
        fs::write(folder.path().join(name), "").unwrap();
        assert_eq!(foreign(folder.path()).unwrap(), [PathBuf::from(name)]);
    }
}
