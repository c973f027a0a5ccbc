//! What may be moved and removed: only what cannot be anything but an environment.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use venv_analysis::{PIP_FILES, environment_name, plain};

use super::activation::changed_scripts;
use super::foreign::foreign;

/// What only a project has.
const PROJECT: [&str; 4] = [".git", "pyproject.toml", "setup.py", "requirements.txt"];

/// Whether what is at `place` is an environment, or a link or a file that leads to nothing; else why it is left alone.
pub(super) fn prove(place: &Path) -> Result<(), String> {
    let name = environment_name(place);
    let refused = |why: &str| Err(format!("{name} {why}; nothing was changed"));
    let found = match place.symlink_metadata() {
        Ok(found) => found,
        Err(error) => return refused(&format!("cannot be looked at ({error})")),
    };
    if place.parent().is_none() {
        return refused("is no environment");
    }
    if found.is_file() {
        let yours = "is a file that holds no path of an environment, and may be yours";
        let Some(target) = redirect(place) else { return refused(yours) };
        let is_there = place.parent().is_some_and(|folder| folder.join(&target).exists());
        return if is_there {
            refused(&format!("leads to `{}`, which is there", plain(&target)))
        } else if !target.contains(['/', '\\', ':']) {
            // Other programs keep the names of their environments in such a file.
            refused(yours)
        } else {
            Ok(())
        };
    }
    if found.is_symlink() {
        if !place.exists() {
            return Ok(());
        }
        // What is there is repaired where it is: others may use it.
        return refused("is a link to something that is there");
    }
    if !place.is_dir() {
        return refused("is no environment");
    }
    if let Err(error) = place.join("pyvenv.cfg").symlink_metadata()
        && error.kind() == io::ErrorKind::PermissionDenied
    {
        return refused("may not be looked into by this user");
    }
    if let Some(other) = PROJECT.iter().find(|name| place.join(name).symlink_metadata().is_ok()) {
        return refused(&format!("holds `{other}`, and so is more than an environment"));
    }
    if place.join("conda-meta").exists() {
        return refused("is conda's");
    }
    if is_environment(place) { Ok(()) } else { refused("is no environment, for it has no `pyvenv.cfg`") }
}

/// Removes what [`prove`] has proved, and gives what is left of it because it is no part of an environment, as paths from
/// there. What configures pip goes where its `successor` has the same.
pub(super) fn remove(place: &Path, successor: &Path) -> io::Result<Vec<PathBuf>> {
    if !place.symlink_metadata()?.is_dir() {
        fs::remove_file(place)?;
        return Ok(Vec::new());
    }
    let mut left = foreign(place)?;
    left.retain(|path| {
        let is_carried = PIP_FILES.iter().any(|name| path == Path::new(name));
        !is_carried || !is_same(&place.join(path), &successor.join(path))
    });
    left.extend(changed_scripts(place, successor)?);
    left.sort_unstable();
    // First of all, so that nothing takes the rest for an environment.
    match fs::remove_file(place.join("pyvenv.cfg")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    remove_but(&left, place, Path::new(""))?;
    Ok(left)
}

/// Whether both are files with the same text, or links that say the same.
fn is_same(one: &Path, other: &Path) -> bool {
    let read = |path: &Path| {
        if path.is_symlink() {
            fs::read_link(path).map(|target| target.into_os_string().into_encoded_bytes())
        } else {
            fs::read(path)
        }
    };
    one.is_symlink() == other.is_symlink()
        && matches!((read(one), read(other)), (Ok(one), Ok(other)) if one == other)
}

/// Removes what is at `path` in `root`, without what is `kept` of it, which is sorted.
fn remove_but(kept: &[PathBuf], root: &Path, path: &Path) -> io::Result<()> {
    // What is in a folder comes right after it.
    let next = kept.get(kept.partition_point(|kept| kept.as_path() < path));
    let Some(next) = next.filter(|kept| kept.starts_with(path)) else {
        let place = root.join(path);
        let is_folder = place.symlink_metadata()?.is_dir();
        return if is_folder { fs::remove_dir_all(place) } else { fs::remove_file(place) };
    };
    if next == path {
        return Ok(());
    }
    for entry in fs::read_dir(root.join(path))? {
        remove_but(kept, root, &path.join(entry?.file_name()))?;
    }
    Ok(())
}

/// Where a file called `.venv` leads (PEP 832).
fn redirect(file: &Path) -> Option<String> {
    const LONGEST: u64 = 4096;
    if file.file_name()? != ".venv" || file.symlink_metadata().ok()?.len() > LONGEST {
        return None;
    }
    let text = fs::read_to_string(file).ok()?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    (!line.contains(['\n', '\0'])).then(|| line.to_owned())
}

/// In bytes. A script that somebody called `python` has fewer.
const SMALLEST_PROGRAM: u64 = 4096;

fn is_environment(root: &Path) -> bool {
    let is_file = |path: &str| root.join(path).symlink_metadata().is_ok_and(|found| found.is_file());
    if is_file("pyvenv.cfg") {
        return true;
    }
    let is_there = |path: &str| root.join(path).symlink_metadata().is_ok();
    if is_there("Scripts/python.exe") && root.join("Lib/site-packages").is_dir() {
        return !is_there("Lib/os.py");
    }
    let is_program = |path: &str| {
        let path = root.join(path);
        // A link counts even where it leads nowhere: that is how most environments break.
        path.is_symlink() || path.metadata().is_ok_and(|found| found.len() >= SMALLEST_PROGRAM)
    };
    if !is_program("bin/python") && !is_program("bin/python3") {
        return false;
    }
    let folders = fs::read_dir(root.join("lib")).into_iter().flatten().flatten();
    let mut folders =
        folders.map(|entry| entry.path()).filter(|folder| folder.join("site-packages").is_dir());
    // An installation of Python is laid out in the same way, and has the standard library.
    folders
        .next()
        .is_some_and(|folder| !folder.join("os.py").exists() || folder.join("orig-prefix.txt").exists())
}
