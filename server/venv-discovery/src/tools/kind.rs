//! Which tool looks after an environment, by where it lies and what lies beside it.

use std::path::Path;

use venv_analysis::facts::EnvironmentKind;

use super::{hatch, names, pdm, pipenv, pyenv, virtualenvwrapper};
use crate::system::System;

/// The kind of the environment at `root`, which by its own files is one of `made_by`.
pub(crate) fn kind_of(system: &dyn System, root: &Path, made_by: EnvironmentKind) -> EnvironmentKind {
    let parent = root.parent().unwrap_or(Path::new(""));
    if made_by == EnvironmentKind::Conda {
        let is_pixi = parent.ends_with(".pixi/envs") || system.is_file(&root.join("conda-meta").join("pixi"));
        return if is_pixi { EnvironmentKind::Pixi } else { EnvironmentKind::Conda };
    }
    match parent.file_name().and_then(|name| name.to_str()) {
        Some(".tox") => return EnvironmentKind::Tox,
        Some(".nox") => return EnvironmentKind::Nox,
        Some(_) | None => {}
    }
    if hatch::owns(system, root) {
        return EnvironmentKind::Hatch;
    }
    if pyenv::owns(system, root) {
        return EnvironmentKind::PyenvVirtualenv;
    }
    if pdm::default_parent(system).is_some_and(|all| all == parent) {
        return EnvironmentKind::Pdm;
    }
    let name = root.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if is_named_by_poetry(name) {
        return EnvironmentKind::Poetry;
    }
    let (pipenvs, wrappers) = (pipenv::workon_home(system), virtualenvwrapper::home(system));
    if [&pipenvs, &wrappers].into_iter().flatten().any(|home| home == parent) {
        // One variable can make both homes the same.
        let is_pipenv = pipenvs != wrappers && wrappers.is_none_or(|home| home != parent)
            || names::ends_in_hash(name.rsplit_once("-python").map_or(name, |(name, _)| name))
                && system.is_file(&root.join(".project"));
        return if is_pipenv { EnvironmentKind::Pipenv } else { EnvironmentKind::Virtualenvwrapper };
    }
    // These have virtualenv make what lies in the project; only the project's files tell.
    if made_by == EnvironmentKind::Virtualenv && matches!(name, ".venv" | "venv" | "env") {
        let owners = [
            ("poetry.lock", EnvironmentKind::Poetry),
            ("Pipfile", EnvironmentKind::Pipenv),
            (".pdm-python", EnvironmentKind::Pdm),
        ];
        let owner = owners.into_iter().find(|(file, _)| system.is_file(&parent.join(file)));
        return owner.map_or(made_by, |(_, kind)| kind);
    }
    made_by
}

/// `demo-n9OfTXYq-py3.12`
fn is_named_by_poetry(name: &str) -> bool {
    name.rsplit_once("-py").is_some_and(|(rest, version)| {
        version.split_once('.').is_some_and(|(major, minor)| {
            [major, minor]
                .iter()
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        }) && names::ends_in_hash(rest)
    })
}
