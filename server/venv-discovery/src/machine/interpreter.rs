//! One interpreter, read off the files around it.

use std::path::{Path, PathBuf};

use venv_analysis::facts::Interpreter;

use crate::distributions::find_version;
use crate::installation::{find_installation, site_folders};
use crate::markers::marker_environment;
use crate::system::System;

/// `real` is `executable` without links. `None` where it is no Python 3.
pub(crate) fn read_interpreter(system: &dyn System, executable: PathBuf, real: &Path) -> Option<Interpreter> {
    let installation = find_installation(system, real)?;
    // pip looks for a file; a folder of that name does not count (PEP 668).
    let marker = installation.stdlib.join("EXTERNALLY-MANAGED");
    let folders = site_folders(system, &installation);
    Some(Interpreter {
        executable,
        externally_managed: system.is_file(&marker).then_some(marker),
        // The file that Debian's own `venv` looks for before it gives up.
        has_ensurepip: system.is_file(&installation.stdlib.join("ensurepip").join("__main__.py")),
        pip: find_version(system, &folders, "pip"),
        markers: marker_environment(system.platform(), &installation.version),
        version: installation.version,
    })
}
