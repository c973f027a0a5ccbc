//! One interpreter, read off the files around it.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use venv_analysis::facts::Interpreter;
use venv_syntax::Version;

use crate::installation::{find_installation, site_folders};
use crate::machine::managed::managed_message;
use crate::markers::marker_environment;
use crate::system::System;

/// Enough of `pip/__init__.py` to hold its version.
const PIP_HEAD: usize = 512;

/// `real` is `executable` without links. `None` where it is no Python 3.
pub(crate) fn read_interpreter(system: &dyn System, executable: PathBuf, real: &Path) -> Option<Interpreter> {
    let installation = find_installation(system, real)?;
    // pip looks for a file; a folder of that name does not count (PEP 668).
    let marker = installation.stdlib.join("EXTERNALLY-MANAGED");
    let marker = system.is_file(&marker).then_some(marker);
    let folders = site_folders(system, &installation);
    Some(Interpreter {
        executable,
        managed_message: marker.as_deref().and_then(|marker| managed_message(system, marker)),
        externally_managed: marker,
        has_venv: system.is_file(&installation.stdlib.join("venv").join("__main__.py")),
        // The file that Debian's own `venv` looks for before it gives up.
        has_ensurepip: system.is_file(&installation.stdlib.join("ensurepip").join("__main__.py")),
        pip: pip_version(system, &folders),
        markers: marker_environment(system.platform(), &installation.version),
        version: installation.version,
    })
}

/// pip says its version in its first lines, so that the folder of all packages need not be listed.
fn pip_version(system: &dyn System, folders: &[PathBuf]) -> Option<Version> {
    folders.iter().find_map(|folder| {
        let head = system.read_head(&folder.join("pip").join("__init__.py"), PIP_HEAD).ok()?;
        let head = String::from_utf8_lossy(&head);
        let version = head.lines().find_map(|line| line.strip_prefix("__version__ = "))?;
        Version::from_str(version.trim().trim_matches(['"', '\''])).ok()
    })
}
