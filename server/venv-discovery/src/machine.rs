//! With which interpreters and tools an environment can be made on this machine.
//!
//! Editors are often started without the shell's `PATH`, so the well-known places are looked into as well.

mod interpreter;
mod managed;
mod places;

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use rustc_hash::FxHashSet;
use venv_analysis::facts::{
    FetchablePython, Implementation, Interpreter, Machine, PipWheel, PythonVersion, Tools,
};
use venv_syntax::Version;

use crate::installation::find_installation;
use crate::machine::interpreter::read_interpreter;
use crate::markers::marker_environment;
use crate::network::default_index;
use crate::pip_config::read_pip_settings;
use crate::system::{FileKind, System};
use crate::uv_config::own_default_index;

/// The interpreters and tools of this machine. Nothing is started: what a `python3` is, is read off the
/// files around it.
///
/// The first interpreter is the one that `python3` on `PATH` starts, also where a shim of pyenv's stands
/// between; the others follow, newest first. Python 2, shims, environments' own interpreters and Windows'
/// aliases for its shop are left out.
pub fn read_machine(system: &dyn System) -> Machine {
    let path = path_folders(system);
    let first = places::default_python(system, &path);
    let mut known = FxHashSet::default();
    let mut interpreters = Vec::new();
    let leader = first.and_then(|executable| add(system, executable, &mut known, &mut interpreters));
    for executable in places::on_path(system, &path).into_iter().chain(places::well_known(system)) {
        add(system, executable, &mut known, &mut interpreters);
    }
    let rest = if leader.is_some() { 1 } else { 0 };
    interpreters[rest..].sort_by(|a: &Interpreter, b: &Interpreter| newest_first(&a.version, &b.version));
    let tools = read_tools(system, &path, &interpreters);
    let fetchable = if tools.uv.is_some() { fetchable(system, &interpreters) } else { Vec::new() };
    let missing_pyenv = if interpreters.is_empty() { places::missing_pyenv(system, &path) } else { None };
    Machine { interpreters, missing_pyenv, tools, fetchable }
}

/// What `python3` on `PATH` starts in the end.
pub(crate) fn default_python(system: &dyn System) -> Option<PathBuf> {
    places::default_python(system, &path_folders(system))
}

fn add(
    system: &dyn System,
    executable: PathBuf,
    known: &mut FxHashSet<PathBuf>,
    interpreters: &mut Vec<Interpreter>,
) -> Option<()> {
    let real = system.canonicalize(&executable).ok()?;
    if !known.insert(real.clone()) {
        return None;
    }
    interpreters.push(read_interpreter(system, executable, &real)?);
    Some(())
}

fn newest_first(a: &PythonVersion, b: &PythonVersion) -> std::cmp::Ordering {
    let key = |version: &PythonVersion| {
        let patch = version.patch.trim_end_matches('+');
        let end = patch.find(|c: char| !c.is_ascii_digit()).unwrap_or(patch.len());
        let micro = patch[..end].parse::<u32>().unwrap_or(0);
        // A release comes after its release candidates, CPython before the others.
        let released = end == patch.len();
        let usual = version.implementation == Implementation::CPython;
        (version.major, version.minor, released, micro, usual)
    };
    key(b).cmp(&key(a))
}

/// The folders on `PATH`, in its order, as far as they are absolute.
fn path_folders(system: &dyn System) -> Vec<PathBuf> {
    let separator = if system.platform().is_windows() { ';' } else { ':' };
    let path = system.env("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in path.split(separator) {
        let folder = Path::new(folder.trim_matches('"'));
        // An empty or a relative entry begins at the current folder, which may be the one that was opened: a
        // program in there is somebody else's, and says nothing about the machine.
        if !system.platform().is_absolute(folder) || folders.iter().any(|known| known == folder) {
            continue;
        }
        // `/bin` is `/usr/bin` on most systems.
        let is_known = system.link_metadata(folder).is_ok_and(|found| found.kind == FileKind::Link)
            && system.canonicalize(folder).is_ok_and(|real| folders.contains(&real));
        if !is_known {
            folders.push(folder.to_owned());
        }
    }
    folders
}

fn read_tools(system: &dyn System, path: &[PathBuf], interpreters: &[Interpreter]) -> Tools {
    let find = |name, is_it: IsProgram| find_program(system, path, name, is_it);
    // The others are for a Python that cannot put pip into an environment by itself.
    let is_lacking = interpreters.iter().any(|known| !(known.has_venv && known.has_ensurepip));
    Tools {
        uv: find("uv", places::is_program),
        virtualenv: if is_lacking { find("virtualenv", places::is_python_program) } else { None },
        pip_wheels: if is_lacking { pip_wheels(system, interpreters) } else { Vec::new() },
        pip_indexes: if is_lacking { pip_indexes(system, interpreters) } else { Vec::new() },
    }
}

type IsProgram = fn(&dyn System, &Path) -> bool;

fn find_program(system: &dyn System, path: &[PathBuf], name: &str, is_program: IsProgram) -> Option<PathBuf> {
    let name = if system.platform().is_windows() { format!("{name}.exe") } else { name.to_owned() };
    let home = system.home();
    let own = [".local/bin", ".cargo/bin"].into_iter().filter_map(|folder| Some(home.as_ref()?.join(folder)));
    let homebrew = places::homebrew(system).iter().map(|prefix| Path::new(prefix).join("bin"));
    path.iter()
        .cloned()
        .chain(own)
        .chain(homebrew)
        .map(|folder| folder.join(&name))
        .find(|program| is_program(system, program))
}

/// Where Debian's `python3-pip-whl` puts pip; `virtualenv` and `python3-venv` of other versions bring it.
const WHEELS_OF_DEBIAN: &str = "/usr/share/python-wheels";

/// The wheels of pip that lie in Debian's folder, and those from which Pythons that are here put pip into environments.
fn pip_wheels(system: &dyn System, interpreters: &[Interpreter]) -> Vec<PipWheel> {
    let able = interpreters.iter().filter(|interpreter| interpreter.has_ensurepip);
    let bundled = able.filter_map(|interpreter| {
        let real = system.canonicalize(&interpreter.executable).ok()?;
        Some(find_installation(system, &real)?.stdlib.join("ensurepip").join("_bundled"))
    });
    let mut wheels = Vec::new();
    for folder in std::iter::once(PathBuf::from(WHEELS_OF_DEBIAN)).chain(bundled) {
        for entry in system.read_dir(&folder).unwrap_or_default() {
            let version =
                entry.name.strip_prefix("pip-").and_then(|rest| rest.strip_suffix("-py3-none-any.whl"));
            let version = version.and_then(|version| Version::from_str(version).ok());
            wheels.extend(version.map(|version| PipWheel { path: folder.join(&entry.name), version }));
        }
    }
    wheels
}

/// Where pip would be fetched from: what pip is told, else what uv is told, else what a pip that is here was made for.
/// What only a file or a project says is not among it.
fn pip_indexes(system: &dyn System, interpreters: &[Interpreter]) -> Vec<Box<str>> {
    let settings = read_pip_settings(system, None);
    if settings.find_on("no-index", "install").is_some() {
        return Vec::new();
    }
    let words = |name| {
        let setting = settings.find(name, "install");
        setting.into_iter().flat_map(|setting| setting.value.split_whitespace()).map(Box::from)
    };
    let mut indexes: Vec<Box<str>> = words("index-url").take(1).collect();
    if indexes.is_empty() {
        let made_for = || {
            let mut pips = interpreters.iter().filter(|interpreter| interpreter.pip.is_some());
            pips.find_map(|interpreter| default_index(system, None, Some(&interpreter.executable)))
        };
        indexes.extend(own_default_index(system).or_else(|| made_for().map(Box::from)));
    }
    indexes.extend(words("extra-index-url"));
    // What pip finds in a folder nobody else has to fetch.
    indexes.retain(|url| url.starts_with("https://") || url.starts_with("http://"));
    indexes
}

/// The minor versions of Python 3 that uv can fetch and that are released and cared for, newest first.
const FETCHABLE: [u32; 6] = [15, 14, 13, 12, 11, 10];

fn fetchable(system: &dyn System, interpreters: &[Interpreter]) -> Vec<FetchablePython> {
    let is_here = |minor: &u32| interpreters.iter().any(|known| known.version.minor == *minor);
    let missing = FETCHABLE.into_iter().filter(|minor| !is_here(minor));
    missing
        .map(|minor| {
            let implementation = Implementation::CPython;
            let version = PythonVersion { major: 3, minor, patch: String::new(), implementation };
            FetchablePython { markers: marker_environment(system.platform(), &version), version }
        })
        .collect()
}
