//! Pipenv (<https://pipenv.pypa.io/en/latest/virtualenv.html>): one environment for each `Pipfile`, in the user's
//! folder of environments, or in `.venv` if it is told so, or if nothing but a `.venv` is there.

use std::path::{Path, PathBuf};

use super::{Claim, Folder, names};
use crate::settings::{Settings, flag};
use crate::system::System;
use crate::user_folders::expand;

const UNSAFE: &str = " &$`!*@\"()[]\\\r\n\t";

pub(super) fn claim(folder: &Folder<'_>) -> Option<Claim> {
    let file = folder.path.join("Pipfile");
    let text = folder.lookup.text(&file)?;
    let system = folder.lookup.system;
    let in_project = in_project(system, &text);
    if in_project == Some(true) {
        return None;
    }
    let path = workon_home(system)?.join(environment_name(folder)?);
    if in_project.is_none() && folder.has_folder(".venv") && !folder.lookup.is_dir(&path) {
        return None;
    }
    let words = format!("the environment of Pipenv for {}", folder.file_words("Pipfile"));
    Some(Claim::new("Pipenv", file, path, words))
}

/// Whether the environment is to be in the project; `None` where nobody says.
fn in_project(system: &dyn System, pipfile: &str) -> Option<bool> {
    let variable = |name| system.env(name).and_then(|value| flag(&value));
    variable("PIPENV_VENV_IN_PROJECT")
        .or_else(|| variable("PIPENV_NO_VENV_IN_PROJECT").map(|not| !not))
        .or_else(|| Settings::parse(pipfile).flag(&["pipenv", "venv_in_project"]))
}

fn environment_name(folder: &Folder<'_>) -> Option<String> {
    let system = folder.lookup.system;
    if let Some(name) = system.env("PIPENV_CUSTOM_VENV_NAME") {
        return Some(name).filter(|name| names::is_plain(name));
    }
    let project = names::real_text(system, folder.path)?;
    let separator = if system.platform().is_windows() { '\\' } else { '/' };
    let name = project.rsplit(separator).next()?;
    let hash = names::sha256(&format!("{}{separator}Pipfile", project.trim_end_matches(separator)));
    let python = system.env("PIPENV_PYTHON");
    let python = python.as_deref().and_then(|python| Path::new(python).file_name()?.to_str());
    let suffix = python.map(|python| format!("-{python}")).unwrap_or_default();
    Some(format!("{}-{hash}{suffix}", names::sanitized(name, UNSAFE)))
}

/// The folder in which Pipenv keeps environments.
pub(crate) fn workon_home(system: &dyn System) -> Option<PathBuf> {
    let home = system.home()?;
    if let Some(named) = system.env("WORKON_HOME") {
        let folder = expand(system, &named, Path::new(""));
        return Some(folder).filter(|folder| system.platform().is_absolute(folder));
    }
    if system.platform().is_windows() {
        return Some(home.join(".virtualenvs"));
    }
    let data = system.env_folder("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local").join("share"));
    Some(data.join("virtualenvs"))
}
