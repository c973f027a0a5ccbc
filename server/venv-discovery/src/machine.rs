//! With which interpreters and tools an environment can be made on this machine.
//!
//! Editors are often started without the shell's `PATH`, so the well-known places are looked into as well.

mod interpreter;
mod managed;
mod places;

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use venv_analysis::facts::{Implementation, Interpreter, Machine, PythonVersion, Tools};

use crate::machine::interpreter::read_interpreter;
use crate::system::{FileKind, System};

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
    Machine { interpreters, tools: Tools { uv: find_uv(system, &path) } }
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

fn find_uv(system: &dyn System, path: &[PathBuf]) -> Option<PathBuf> {
    let name = if system.platform().is_windows() { "uv.exe" } else { "uv" };
    let home = system.home();
    let own = [".local/bin", ".cargo/bin"].into_iter().filter_map(|folder| Some(home.as_ref()?.join(folder)));
    let homebrew = places::homebrew(system).iter().map(|prefix| Path::new(prefix).join("bin"));
    path.iter()
        .cloned()
        .chain(own)
        .chain(homebrew)
        .map(|folder| folder.join(name))
        .find(|program| places::is_program(system, program))
}
