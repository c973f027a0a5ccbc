//! What lies in an environment and is no part of it: somebody's own module in `site-packages`, a hook or a script in
//! `bin`, a configuration in `etc`. Installing again what was installed does not bring it back.
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

/// What is in the environment at `root` and no part of it, as paths from there, sorted.
pub(super) fn foreign(root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
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
                found.push(folder);
                continue;
            }
            for name in names(&root.join(&folder))? {
                let path = folder.join(&name);
                if name == "site-packages" { sites.push(path) } else { found.push(path) }
            }
        }
    }
    sites.extend(["Lib/site-packages", "site-packages"].map(PathBuf::from));
    let mut recorded = FxHashSet::default();
    for site in sites.iter().filter(|site| is_folder(&root.join(site))) {
        add_recorded(root, site, &mut recorded)?;
    }
    for site in sites.iter().filter(|site| is_folder(&root.join(site))) {
        let unknown = names(&root.join(site))?.into_iter().filter(|name| !is_of_installer(name));
        found.extend(unknown.map(|name| site.join(name)).filter(|path| !recorded.contains(path)));
    }
    for bin in ["bin", "Scripts"].into_iter().filter(|bin| is_folder(&root.join(bin))) {
        let unknown = names(&root.join(bin))?.into_iter().filter(|name| !is_of_creator(name));
        found.extend(unknown.map(|name| Path::new(bin).join(name)).filter(|path| !recorded.contains(path)));
    }
    for folder in ["etc", "share", "include", "Include", "man", "doc"] {
        add_unknown(root, Path::new(folder), &recorded, &mut found)?;
    }
    let unknown = names(root)?.into_iter().filter(|name| !TOP.iter().any(|own| name == own));
    found.extend(unknown.map(PathBuf::from));
    found.sort_unstable();
    Ok(found)
}

/// The files below `folder` that no distribution has brought.
fn add_unknown(
    root: &Path,
    folder: &Path,
    recorded: &FxHashSet<PathBuf>,
    found: &mut Vec<PathBuf>,
) -> io::Result<()> {
    if !is_folder(&root.join(folder)) {
        return Ok(());
    }
    for name in names(&root.join(folder))? {
        let path = folder.join(name);
        if is_folder(&root.join(&path)) {
            add_unknown(root, &path, recorded, found)?;
        } else if !recorded.contains(&path) && !root.join(&path).is_symlink() {
            found.push(path);
        }
    }
    Ok(())
}

fn is_of_creator(name: &OsStr) -> bool {
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

/// What the distributions in `site` have brought: of what lies in there the first names, of the rest the files.
pub(super) fn add_recorded(root: &Path, site: &Path, recorded: &mut FxHashSet<PathBuf>) -> io::Result<()> {
    let mut add = |path: &Path| {
        let path = without_parents(path).into_owned();
        let in_site = path.strip_prefix(site).ok().and_then(|path| path.components().next());
        recorded.insert(in_site.map_or_else(|| path.clone(), |first| site.join(first)));
    };
    for name in names(&root.join(site))? {
        let info = site.join(&name);
        let name = name.to_string_lossy();
        if name.ends_with(".dist-info") {
            let text = fs::read_to_string(root.join(&info).join("RECORD")).unwrap_or_default();
            text.lines().filter_map(recorded_path).for_each(|path| add(&site.join(path)));
        } else if name.ends_with(".egg-info") {
            let text = fs::read_to_string(root.join(&info).join("installed-files.txt")).unwrap_or_default();
            text.lines().for_each(|path| add(&info.join(path)));
            let text = fs::read_to_string(root.join(&info).join("top_level.txt")).unwrap_or_default();
            for module in text.lines() {
                add(&site.join(module));
                add(&site.join(format!("{module}.py")));
            }
        }
    }
    Ok(())
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
        let record = "six.py,sha256=x,1\n\"pkg/a,b.py\",,\nsix-1.0.dist-info/RECORD,,\n../../../bin/six,,\n../../../share/man/six.1,,\n";
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
