//! Where interpreters lie: on `PATH`, and where pyenv, uv, asdf, mise, Homebrew, conda, Apple, MacPorts and
//! python.org put them.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::layout::split_version;
use crate::system::{FileKind, System};
use crate::tools::pyenv_root;

/// A folder whose own size is no larger, in bytes, is listed; in a larger one, like `/usr/bin`, it is cheaper to ask
/// for names one by one.
const SMALL_FOLDER: u64 = 8 * 1024;

/// The minor versions that are looked for by their names on `PATH`; older ones make no environments that current tools understand.
const MINORS: RangeInclusive<u32> = 6..=20;

/// The first minor version that can be built without the global lock.
const FIRST_FREE_THREADED: u32 = 13;

/// Whether `path` is a program, as opposed to a script that chooses one, or to nothing at all.
pub(crate) fn is_program(system: &dyn System, path: &Path) -> bool {
    let Ok(found) = system.metadata(path) else { return false };
    // Windows' aliases for its shop are empty files.
    found.kind == FileKind::File && found.executable && found.len > 0 && !is_script(system, path)
}

/// Whether a program that is written in Python lies there, as an installer makes it; not a shim that only looks for one.
pub(crate) fn is_python_program(system: &dyn System, path: &Path) -> bool {
    if system.platform().is_windows() {
        return is_program(system, path);
    }
    let is_executable = || system.metadata(path).is_ok_and(|found| found.executable);
    // A long or odd path of an interpreter is hidden behind `#!/bin/sh` and `exec` in the second line.
    let head = system.read_head(path, SHEBANG).unwrap_or_default();
    let names_python =
        head.windows(6).any(|word| word == b"python") || head.windows(4).any(|word| word == b"pypy");
    head.starts_with(b"#!") && names_python && is_executable()
}

/// More than systems read of the first line of a script.
const SHEBANG: usize = 512;

fn is_script(system: &dyn System, path: &Path) -> bool {
    system.read_head(path, 2).is_ok_and(|head| head == b"#!")
}

/// What `python3` (on Windows `python`) on `PATH` starts in the end.
pub(crate) fn default_python(system: &dyn System, path: &[PathBuf]) -> Option<PathBuf> {
    let names: &[&str] =
        if system.platform().is_windows() { &["python.exe", "python3.exe"] } else { &["python3", "python"] };
    names.iter().find_map(|name| {
        path.iter().filter(|folder| !in_environment(system, folder)).find_map(|folder| {
            let found = folder.join(name);
            if is_program(system, &found) {
                return Some(found);
            }
            // A shim of pyenv's looks its version up at every start. The other shims' answers depend on the
            // folder that they are started in, and on more than files.
            let shims = pyenv_root(system)?.join("shims");
            if *folder == shims && system.is_file(&found) { pyenv_default(system, name) } else { None }
        })
    })
}

/// Every `python`, `python3` and `python3.X` on `PATH`.
pub(crate) fn on_path(system: &dyn System, path: &[PathBuf]) -> Vec<PathBuf> {
    let extension = if system.platform().is_windows() { ".exe" } else { "" };
    let mut names = vec![format!("python3{extension}"), format!("python{extension}")];
    for minor in MINORS.rev() {
        names.push(format!("python3.{minor}{extension}"));
        if minor >= FIRST_FREE_THREADED {
            names.push(format!("python3.{minor}t{extension}"));
        }
    }
    let mut found = Vec::new();
    // Nothing but scripts, one for each version of each program.
    let shims = pyenv_root(system).map(|root| root.join("shims"));
    for folder in path.iter().filter(|folder| Some(*folder) != shims.as_ref()) {
        let Ok(metadata) = system.metadata(folder) else { continue };
        let before = found.len();
        let mut add = |name: &str| {
            let candidate = folder.join(name);
            if is_program(system, &candidate) {
                found.push(candidate);
            }
        };
        if metadata.len <= SMALL_FOLDER {
            let entries = system.read_dir(folder).unwrap_or_default();
            names
                .iter()
                .filter(|name| entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name)))
                .for_each(|name| add(name));
        } else {
            names.iter().for_each(|name| add(name));
        }
        if found.len() > before && in_environment(system, folder) {
            found.truncate(before);
        }
    }
    found
}

/// The interpreters in the places that tools and installers are known to use.
pub(crate) fn well_known(system: &dyn System) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if let Some(root) = pyenv_root(system) {
        found.extend(inside(system, &root.join("versions"), ""));
    }
    for folder in [uv_folder(system), asdf_folder(system), mise_folder(system)].into_iter().flatten() {
        found.extend(inside(system, &folder, ""));
    }
    for prefix in homebrew(system) {
        let opt = Path::new(prefix).join("opt");
        for entry in system.read_dir(&opt).unwrap_or_default() {
            if let Some(version) = entry.name.strip_prefix("python@3.") {
                found.push(opt.join(&entry.name).join("bin").join(format!("python3.{version}")));
            }
        }
    }
    found.extend(conda_roots(system).iter().map(|root| python_in(system, root)));
    if system.platform().sys_platform == "darwin" {
        found.extend(of_apple(system));
    }
    if system.platform().is_windows() {
        found.extend(of_windows(system));
    }
    found.retain(|executable| is_program(system, executable) && !lies_in_environment(system, executable));
    found
}

/// Those of python.org and MacPorts, and behind `/usr/bin/python3`, which is a shim that may want to install
/// something, those of Apple's tools.
fn of_apple(system: &dyn System) -> Vec<PathBuf> {
    let frameworks = ["/Library", "/opt/local/Library"];
    let frameworks = frameworks.map(|parent| Path::new(parent).join("Frameworks/Python.framework/Versions"));
    let mut found: Vec<PathBuf> =
        frameworks.iter().flat_map(|versions| inside(system, versions, "3.")).collect();
    let tools = ["/Library/Developer/CommandLineTools", "/Applications/Xcode.app/Contents/Developer"];
    found.extend(tools.map(|tools| Path::new(tools).join("usr/bin/python3")));
    found
}

/// Those of python.org's installers, which the launcher `py` knows, and of the manager that follows it (PyManager).
/// What the registry says besides cannot be read as files.
fn of_windows(system: &dyn System) -> Vec<PathBuf> {
    let installed = [
        ("LOCALAPPDATA", "Programs/Python", "Python3"),
        ("ProgramFiles", "", "Python3"),
        ("ProgramFiles(x86)", "", "Python3"),
        ("SystemDrive", "/", "Python3"),
        ("LOCALAPPDATA", "Python", "python"),
    ];
    let mut found = Vec::new();
    for (variable, below, prefix) in installed {
        let folder = match below {
            // `C:` alone is the current folder of that drive.
            "/" => system.env(variable).map(|drive| PathBuf::from(format!("{drive}\\"))),
            below => system.env_folder(variable).map(|folder| folder.join(below)),
        };
        found.extend(folder.into_iter().flat_map(|folder| inside(system, &folder, prefix)));
    }
    found
}

/// Where conda and its kin are usually installed, with a Python of their own.
fn conda_roots(system: &dyn System) -> Vec<PathBuf> {
    const NAMES: [&str; 4] = ["miniforge3", "miniconda3", "anaconda3", "mambaforge"];
    let named = ["_CONDA_ROOT", "MAMBA_ROOT_PREFIX"].into_iter().filter_map(|name| system.env_folder(name));
    // `<root>/bin/conda`, `<root>\Scripts\conda.exe`
    let of_program =
        system.env_folder("CONDA_EXE").and_then(|conda| Some(conda.parent()?.parent()?.to_owned()));
    let mut roots: Vec<PathBuf> = named.chain(of_program).collect();
    let parents = if system.platform().is_windows() {
        let variables =
            ["ProgramData", "LOCALAPPDATA"].into_iter().filter_map(|name| system.env_folder(name));
        system.home().into_iter().chain(variables).collect()
    } else {
        let mut parents: Vec<PathBuf> = system.home().into_iter().collect();
        parents.push(PathBuf::from("/opt"));
        roots.push(PathBuf::from("/opt/conda"));
        parents
    };
    roots.extend(parents.iter().flat_map(|parent| NAMES.iter().map(|name| parent.join(name))));
    for prefix in homebrew(system) {
        let casks = Path::new(prefix).join("Caskroom");
        roots.extend(["miniforge", "miniconda", "anaconda"].iter().map(|name| casks.join(name).join("base")));
    }
    roots
}

/// The Python in each folder of `parent` whose name begins with `prefix`. Real folders come before links to
/// them, so that the more exact path is the one that is kept.
fn inside(system: &dyn System, parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut entries = system.read_dir(parent).unwrap_or_default();
    entries.retain(|entry| entry.name.starts_with(prefix) && entry.kind != FileKind::File);
    entries.sort_unstable_by(|a, b| {
        (a.kind == FileKind::Link, &a.name).cmp(&(b.kind == FileKind::Link, &b.name))
    });
    entries.iter().map(|entry| python_in(system, &parent.join(&entry.name))).collect()
}

fn python_in(system: &dyn System, prefix: &Path) -> PathBuf {
    if system.platform().is_windows() {
        prefix.join("python.exe")
    } else {
        prefix.join("bin").join("python3")
    }
}

fn lies_in_environment(system: &dyn System, executable: &Path) -> bool {
    executable.parent().is_some_and(|folder| in_environment(system, folder))
}

/// Whether the programs in `folder` are those of an environment, by the two places where Python looks.
fn in_environment(system: &dyn System, folder: &Path) -> bool {
    system.is_file(&folder.join("pyvenv.cfg"))
        || folder.parent().is_some_and(|root| system.is_file(&root.join("pyvenv.cfg")))
}

/// What pyenv's shim starts outside of every project: `PYENV_VERSION`, or the file `version` of pyenv itself.
fn pyenv_default(system: &dyn System, name: &str) -> Option<PathBuf> {
    let root = pyenv_root(system)?;
    let versions = root.join("versions");
    pyenv_wanted(system, &root)?.iter().find_map(|wanted| {
        let exact = versions.join(wanted);
        let folder =
            if system.is_dir(&exact) { exact } else { versions.join(newest_of(system, &versions, wanted)?) };
        let executable = folder.join("bin").join(name);
        (is_program(system, &executable) && !lies_in_environment(system, &executable)).then_some(executable)
    })
}

/// The versions that pyenv is set to outside of every project, the first that is there before the others.
fn pyenv_wanted(system: &dyn System, root: &Path) -> Option<Vec<String>> {
    match system.env("PYENV_VERSION") {
        Some(versions) => Some(versions.split(':').map(str::to_owned).collect()),
        None => Some(words_of(&system.read_head(&root.join("version"), 4096).ok()?)),
    }
}

/// The version that the shims of pyenv on `path` should lead to, which nobody has found there.
pub(crate) fn missing_pyenv(system: &dyn System, path: &[PathBuf]) -> Option<Box<str>> {
    let root = pyenv_root(system)?;
    let shims = root.join("shims");
    let is_used = path.contains(&shims) && system.is_file(&shims.join("python3"));
    let wanted = pyenv_wanted(system, &root).filter(|_| is_used)?;
    wanted.into_iter().find(|version| version != "system").map(Into::into)
}

/// The first word of every line, without comments.
fn words_of(file: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(file);
    let words = text.lines().filter_map(|line| line.split_whitespace().next());
    words.filter(|word| !word.starts_with('#')).map(str::to_owned).collect()
}

/// `3.12` stands for the newest `3.12.*` that is installed.
fn newest_of(system: &dyn System, versions: &Path, wanted: &str) -> Option<String> {
    let entries = system.read_dir(versions).ok()?;
    let matching = entries.into_iter().filter_map(|entry| {
        let rest = entry.name.strip_prefix(wanted)?;
        let patch = rest.strip_prefix('.').and_then(|patch| patch.parse::<u32>().ok())?;
        split_version(wanted).map(|_| (patch, entry.name.clone()))
    });
    matching.max().map(|(_, name)| name)
}

fn uv_folder(system: &dyn System) -> Option<PathBuf> {
    let named = system.env_folder("UV_PYTHON_INSTALL_DIR");
    named.or_else(|| Some(data_folder(system)?.join("uv").join("python")))
}

fn asdf_folder(system: &dyn System) -> Option<PathBuf> {
    let data = system.env_folder("ASDF_DATA_DIR");
    Some(data.or_else(|| Some(system.home()?.join(".asdf")))?.join("installs").join("python"))
}

fn mise_folder(system: &dyn System) -> Option<PathBuf> {
    let data = system.env_folder("MISE_DATA_DIR");
    Some(data.or_else(|| Some(data_folder(system)?.join("mise")))?.join("installs").join("python"))
}

/// Where programs keep what they install for the user.
fn data_folder(system: &dyn System) -> Option<PathBuf> {
    if system.platform().is_windows() {
        return system.env_folder("APPDATA");
    }
    let named = system.env_folder("XDG_DATA_HOME");
    named.or_else(|| Some(system.home()?.join(".local").join("share")))
}

/// The prefixes that Homebrew uses on this platform.
pub(crate) fn homebrew(system: &dyn System) -> &'static [&'static str] {
    match &*system.platform().sys_platform {
        "darwin" => &["/opt/homebrew", "/usr/local"],
        "linux" => &["/home/linuxbrew/.linuxbrew"],
        _ => &[],
    }
}
