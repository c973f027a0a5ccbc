//! virtualenvwrapper (<https://virtualenvwrapper.readthedocs.io/en/latest/projects.html>): an environment in
//! `WORKON_HOME` whose file `.project` names the folder. It may have any name; `mkproject` gives it the folder's, and
//! only that one is looked for, because the others could not be found without reading all of them.

use std::path::{Path, PathBuf};

use super::{Claim, Folder};
use crate::system::System;
use crate::user_folders::expand;

pub(super) fn claim(folder: &Folder<'_>) -> Option<Claim> {
    let system = folder.lookup.system;
    let home = home(system).filter(|home| system.is_dir(home))?;
    let path = home.join(folder.path.file_name()?);
    let file = path.join(".project");
    let text = folder.lookup.text(&file)?;
    let project = Path::new(text.trim_end_matches(['\n', '\r']));
    let is_this = project == folder.path
        || system
            .canonicalize(project)
            .is_ok_and(|real| system.canonicalize(folder.path).is_ok_and(|own| own == real));
    if !is_this {
        return None;
    }
    let words = format!("the environment of virtualenvwrapper for {}", folder.whose);
    Some(Claim::new("virtualenvwrapper", file, path, words))
}

/// The folder of all environments.
pub(super) fn home(system: &dyn System) -> Option<PathBuf> {
    match system.env("WORKON_HOME") {
        Some(named) => {
            let folder = expand(system, &named, Path::new(""));
            Some(folder).filter(|folder| system.platform().is_absolute(folder))
        }
        None => Some(system.home()?.join(".virtualenvs")),
    }
}
