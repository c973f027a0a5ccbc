//! PDM (<https://pdm-project.org/en/latest/usage/venv/>): the interpreter that it wrote into `.pdm-python`, else a
//! `.venv`, `venv` or `env` in the project, else one of those that it keeps for the project elsewhere.

use std::path::{Path, PathBuf};

use super::{Claim, Folder, minors, names};
use crate::settings::{Settings, flag};
use crate::system::System;
use crate::user_folders;

pub(super) fn saved(folder: &Folder<'_>) -> Option<Claim> {
    const NAME: &str = ".pdm-python";
    let file = folder.path.join(NAME);
    let text = folder.lookup.text(&file)?;
    let ignored = folder.lookup.system.env("PDM_IGNORE_SAVED_PYTHON").and_then(|value| flag(&value));
    let python =
        folder.path.join(Some(text.trim()).filter(|path| !path.is_empty() && ignored != Some(true))?);
    // An environment of conda's has its interpreter in the root on Windows.
    let parent = python.parent()?;
    let in_folder = parent.ends_with("bin") || parent.ends_with("Scripts");
    let root = if in_folder { parent.parent()? } else { parent };
    let words = format!("the environment of PDM that {} names", folder.file_words(NAME));
    Some(Claim::new("PDM", file, root.to_owned(), words))
}

pub(super) fn central(folder: &Folder<'_>) -> Option<Claim> {
    let uses_pdm = folder.pyproject()?.has(&["tool", "pdm"]) || folder.has_file("pdm.lock");
    if !uses_pdm {
        return None;
    }
    let system = folder.lookup.system;
    let project = names::real_text(system, folder.path)?.replace('\\', "/");
    let name = project.rsplit('/').next().filter(|name| names::is_plain(name))?;
    let prefix = format!("{name}-{}", names::md5(&project));
    let parent = parent_of_all(folder)?;
    // The rest of the name is the version of Python.
    let path = minors()
        .map(|minor| parent.join(format!("{prefix}-3.{minor}")))
        .find(|path| folder.lookup.is_dir(path))?;
    let words = format!("the environment of PDM for {}", folder.file_words("pyproject.toml"));
    Some(Claim::new("PDM", folder.path.join("pyproject.toml"), path, words))
}

fn parent_of_all(folder: &Folder<'_>) -> Option<PathBuf> {
    let system = folder.lookup.system;
    let config = user_folders::config(system).map(|config| with_author(system, &config).join("config.toml"));
    let config = system.env_folder("PDM_CONFIG_FILE").or(config)?;
    let settings = folder.lookup.text(&config).map(|text| Settings::parse(&text)).unwrap_or_default();
    match settings.text(&["venv", "location"]) {
        Some(location) => Some(user_folders::expand(system, location, folder.path)),
        None => default_parent(system),
    }
}

/// Where PDM keeps environments outside of projects, unless its configuration says otherwise.
pub(super) fn default_parent(system: &dyn System) -> Option<PathBuf> {
    Some(with_author(system, &user_folders::data(system)?).join("venvs"))
}

/// Microsoft's guidelines put a folder for the program into one for its maker, and both are called alike here.
fn with_author(system: &dyn System, folder: &Path) -> PathBuf {
    if system.platform().is_windows() { folder.join("pdm").join("pdm") } else { folder.join("pdm") }
}
