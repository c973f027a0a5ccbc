//! Poetry (<https://python-poetry.org/docs/configuration/#virtualenvsin-project>): `.venv` in the project if it is a
//! folder and nothing forbids it, else `NAME-HASH-pyX.Y` in the folder that its configuration names.

use std::path::PathBuf;

use super::{Claim, Folder, minors, names};
use crate::layout::PythonName;
use crate::machine;
use crate::settings::{Settings, flag};
use crate::system::System;
use crate::user_folders;

const UNSAFE: &str = " $`!*@\"\\\r\n\t";

pub(super) fn claim(folder: &Folder<'_>) -> Option<Claim> {
    if !uses_poetry(folder) {
        return None;
    }
    let config = Configuration::read(folder);
    // Poetry does not read a file or follow a link that leads nowhere.
    if config.flag("in-project") == Some(true)
        || config.flag("create") == Some(false)
        || config.flag("in-project").is_none() && folder.has_folder(".venv")
    {
        return None;
    }
    let parent = config.parent_of_all()?;
    let name = environment_name(folder)?;
    let words = format!("the environment of Poetry for {}", folder.file_words("pyproject.toml"));
    let path = with_version(folder, &parent, &name).unwrap_or_else(|| parent.join(name));
    Some(Claim::new("Poetry", folder.path.join("pyproject.toml"), path, words))
}

/// Poetry takes any project; this one is meant for it.
fn uses_poetry(folder: &Folder<'_>) -> bool {
    let Some(pyproject) = folder.pyproject() else { return false };
    pyproject.has(&["tool", "poetry"])
        || folder.build_backend().is_some_and(|backend| backend.starts_with("poetry."))
        || folder.has_file("poetry.lock")
}

fn environment_name(folder: &Folder<'_>) -> Option<String> {
    let pyproject = folder.pyproject()?;
    let name = pyproject.text(&["project", "name"]).or_else(|| pyproject.text(&["tool", "poetry", "name"]));
    let name = venv_syntax::normalize_name(name.unwrap_or("non-package-mode"));
    let name = names::sanitized(&name, UNSAFE);
    let system = folder.lookup.system;
    let mut project = names::real_text(system, folder.path)?;
    if system.platform().is_windows() {
        project = project.to_lowercase();
    }
    Some(format!("{name}-{}", names::sha256(&project))).filter(|name| names::is_plain(name))
}

/// The one for the Python that was last chosen with `poetry env use`, else the one that is there.
fn with_version(folder: &Folder<'_>, parent: &std::path::Path, name: &str) -> Option<PathBuf> {
    let lookup = folder.lookup;
    let chosen = lookup.text(&parent.join("envs.toml")).and_then(|text| {
        let minor = Settings::parse(&text).text(&[name, "minor"])?.to_owned();
        Some(minor).filter(|minor| names::is_plain(minor))
    });
    if let Some(chosen) = chosen {
        return Some(parent.join(format!("{name}-py{chosen}")));
    }
    if !lookup.is_dir(parent) {
        return None;
    }
    let with = |minor: u32| parent.join(format!("{name}-py3.{minor}"));
    let present: Vec<u32> = minors().filter(|minor| lookup.is_dir(&with(*minor))).collect();
    let newest = present.first()?;
    if present.len() > 1 {
        // Then Poetry takes the one for the Python that is on `PATH`.
        let system = lookup.system;
        let python = machine::default_python(system).and_then(|python| system.canonicalize(&python).ok());
        let version = python.and_then(|python| PythonName::parse(python.file_name()?.to_str()?)?.version());
        if let Some((3, minor)) = version.filter(|(_, minor)| present.contains(minor)) {
            return Some(with(minor));
        }
    }
    Some(with(*newest))
}

/// What Poetry is told by variables, by `poetry.toml` in the project, and by the user's own configuration.
struct Configuration<'a> {
    folder: &'a Folder<'a>,
    files: Vec<Settings>,
}

impl<'a> Configuration<'a> {
    fn read(folder: &'a Folder<'a>) -> Self {
        let system = folder.lookup.system;
        let user = system
            .env_folder("POETRY_CONFIG_DIR")
            .or_else(|| Some(user_folders::roaming_config(system)?.join("pypoetry")));
        let files = [Some(folder.path.join("poetry.toml")), user.map(|user| user.join("config.toml"))];
        let texts = files.into_iter().flatten().filter_map(|file| folder.lookup.text(&file));
        Self { folder, files: texts.map(|text| Settings::parse(&text)).collect() }
    }

    fn flag(&self, key: &str) -> Option<bool> {
        let variable = format!("POETRY_VIRTUALENVS_{}", key.to_uppercase().replace('-', "_"));
        let named = self.folder.lookup.system.env(&variable).and_then(|value| flag(&value));
        named.or_else(|| self.files.iter().find_map(|file| file.flag(&["virtualenvs", key])))
    }

    fn text(&self, variable: &str, path: &[&str]) -> Option<String> {
        let named = self.folder.lookup.system.env(variable);
        named.or_else(|| self.files.iter().find_map(|file| file.text(path).map(str::to_owned)))
    }

    /// The folder of all environments outside of projects.
    fn parent_of_all(&self) -> Option<PathBuf> {
        let system = self.folder.lookup.system;
        let expanded = |path: &str| user_folders::expand(system, path, self.folder.path);
        let cache = match self.text("POETRY_CACHE_DIR", &["cache-dir"]) {
            Some(cache) => expanded(&cache),
            None => default_cache(system)?,
        };
        match self.text("POETRY_VIRTUALENVS_PATH", &["virtualenvs", "path"]) {
            Some(path) => Some(expanded(&path.replace("{cache-dir}", cache.to_str()?))),
            None => Some(cache.join("virtualenvs")),
        }
    }
}

fn default_cache(system: &dyn System) -> Option<PathBuf> {
    let cache = user_folders::cache(system)?.join("pypoetry");
    Some(if system.platform().is_windows() { cache.join("Cache") } else { cache })
}
