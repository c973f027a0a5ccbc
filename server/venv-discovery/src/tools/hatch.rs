//! Hatch (<https://hatch.pypa.io/latest/plugins/environment/virtual/>): the environment `default`, at the place that
//! the project names for it, else in Hatch's own folder under the project's name and a hash of where it is.

use std::path::{Path, PathBuf};

use super::{Claim, Folder, names};
use crate::settings::Settings;
use crate::system::System;
use crate::user_folders::{self, expand};

/// Of a project that says something of its environments, which Hatch alone can make.
pub(super) fn declared(folder: &Folder<'_>) -> Option<Claim> {
    let environments = Environments::read(folder)?;
    if environments.is_declared { environments.claim(folder) } else { None }
}

/// Of a project that is built by Hatch, and may be worked on with other tools.
pub(super) fn central(folder: &Folder<'_>) -> Option<Claim> {
    let environments = Environments::read(folder)?;
    let mut claim = if environments.is_declared { None } else { environments.claim(folder) }?;
    claim.is_certain = false;
    Some(claim)
}

struct Environments {
    file: &'static str,
    is_declared: bool,
    path: Option<String>,
}

impl Environments {
    fn read(folder: &Folder<'_>) -> Option<Self> {
        let pyproject = folder.pyproject()?;
        let uses_hatch =
            pyproject.has(&["tool", "hatch"]) || folder.build_backend() == Some("hatchling.build");
        // Its own file has the same tables without `tool.hatch`, and counts instead of the other.
        let own = folder.lookup.text(&folder.path.join("hatch.toml")).map(|text| Settings::parse(&text));
        if !uses_hatch && own.is_none() {
            return None;
        }
        let (file, settings, prefix): (_, _, &[&str]) = match &own {
            Some(own) if own.has(&["envs"]) => ("hatch.toml", own, &[]),
            Some(_) | None => ("pyproject.toml", pyproject, &["tool", "hatch"]),
        };
        let key = |rest: &[&'static str]| -> Vec<&str> { [prefix, rest].concat() };
        // Other types are made by plug-ins, or are no environments at all.
        let kind = settings.text(&key(&["envs", "default", "type"]));
        if kind.is_some_and(|kind| kind != "virtual") {
            return None;
        }
        let variable = folder.lookup.system.env("HATCH_ENV_TYPE_VIRTUAL_PATH");
        let path = variable.or_else(|| settings.text(&key(&["envs", "default", "path"])).map(str::to_owned));
        let is_declared = path.is_some() || settings.has(&key(&["envs"]));
        Some(Self { file, is_declared, path })
    }

    fn claim(&self, folder: &Folder<'_>) -> Option<Claim> {
        let path = match &self.path {
            Some(path) => folder.path.join(path),
            None => central_path(folder)?,
        };
        let words = format!("the environment `default` of Hatch for {}", folder.file_words(self.file));
        Some(Claim::new("Hatch", folder.path.join(self.file), path, words))
    }
}

fn central_path(folder: &Folder<'_>) -> Option<PathBuf> {
    let system = folder.lookup.system;
    let project = names::real_text(system, folder.path)?;
    let name = match folder.pyproject()?.text(&["project", "name"]) {
        Some(name) => venv_syntax::normalize_name(name),
        None => venv_syntax::normalize_name(folder.path.file_name()?.to_str()?),
    };
    let name = Some(name).filter(|name| names::is_plain(name))?;
    let all = parent_of_all(folder)?;
    if system.home().is_some_and(|home| all == home.join(".virtualenvs")) || all.starts_with(folder.path) {
        return Some(all.join(name));
    }
    let is_case_blind = system.platform().is_windows() || system.platform().sys_platform == "darwin";
    let hash = names::sha256(&if is_case_blind { project.to_lowercase() } else { project });
    Some(all.join(&name).join(hash).join(name))
}

fn parent_of_all(folder: &Folder<'_>) -> Option<PathBuf> {
    let system = folder.lookup.system;
    let config = user_folders::config(system).map(|config| config.join("hatch").join("config.toml"));
    let config = system.env_folder("HATCH_CONFIG").or(config)?;
    let settings = folder.lookup.text(&config).map(|text| Settings::parse(&text)).unwrap_or_default();
    if let Some(path) = settings.text(&["dirs", "env", "virtual"]) {
        return Some(expand(system, path, folder.path));
    }
    let data = match settings.text(&["dirs", "data"]) {
        Some(data) if system.env("HATCH_DATA_DIR").is_none() => expand(system, data, folder.path),
        Some(_) | None => data(system)?,
    };
    Some(data.join("env").join("virtual"))
}

/// Hatch's own folder, unless its configuration says otherwise.
fn data(system: &dyn System) -> Option<PathBuf> {
    system.env_folder("HATCH_DATA_DIR").or_else(|| Some(user_folders::data(system)?.join("hatch")))
}

/// Whether `root` lies where Hatch makes environments.
pub(super) fn owns(system: &dyn System, root: &Path) -> bool {
    data(system).is_some_and(|data| root.starts_with(data.join("env").join("virtual")))
}
