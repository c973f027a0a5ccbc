//! conda: the environment that `environment.yml` names, where conda or one of its kin keeps environments by name
//! (<https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html>). conda itself never
//! chooses one for a folder, so that it comes after whatever lies in the folder.

use std::path::{Path, PathBuf};

use super::{Claim, Folder, names};
use crate::lookup::Lookup;

/// The folders that installers propose.
const ROOTS: [&str; 6] =
    ["miniforge3", "mambaforge", "miniconda3", "anaconda3", "micromamba", ".local/share/mamba"];

pub(super) fn claim(folder: &Folder<'_>) -> Option<Claim> {
    let (name, file) = ["environment.yml", "environment.yaml"].into_iter().find_map(|name| {
        let file = folder.path.join(name);
        Some((name, (folder.lookup.text(&file)?, file)))
    })?;
    let (text, file) = file;
    let environment =
        declared_name(&text).filter(|name| names::is_plain(name) && !matches!(*name, "base" | "root"))?;
    let path = find(folder.lookup, environment)?;
    let words = format!("the conda environment that {} names", folder.file_words(name));
    Some(Claim::new("conda", file, path, words))
}

/// The `name` of the outermost mapping.
fn declared_name(yaml: &str) -> Option<&str> {
    let value = yaml.lines().find_map(|line| line.strip_prefix("name:"))?;
    let value = value.split(" #").next().unwrap_or_default().trim();
    let unquoted = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    Some(unquoted.unwrap_or(value))
}

fn find(lookup: &Lookup<'_>, name: &str) -> Option<PathBuf> {
    let system = lookup.system;
    let home = system.home()?;
    let is_environment = |path: &PathBuf| lookup.is_dir(&path.join("conda-meta"));
    // Every environment is written down here when it is made.
    let registered = lookup.text(&home.join(".conda").join("environments.txt")).unwrap_or_default();
    let registered = registered.lines().map(|line| PathBuf::from(line.trim()));
    let registered = registered.filter(|path| {
        let parent = path.parent().and_then(Path::file_name);
        path.file_name().is_some_and(|last| last == name) && parent.is_some_and(|parent| parent != ".pixi")
    });
    let variables =
        ["_CONDA_ROOT", "MAMBA_ROOT_PREFIX"].into_iter().filter_map(|name| system.env_folder(name));
    let program =
        system.env_folder("CONDA_EXE").and_then(|program| Some(program.parent()?.parent()?.to_owned()));
    let roots = variables.chain(program).chain(ROOTS.iter().map(|root| home.join(root)));
    let own = home.join(".conda").join("envs").join(name);
    registered.chain(roots.map(|root| root.join("envs").join(name))).chain([own]).find(is_environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_that_of_the_outermost_mapping() {
        assert_eq!(declared_name("channels: [a]\nname: demo # x\n"), Some("demo"));
        assert_eq!(declared_name("name: \"my demo\"\r\n"), Some("my demo"));
        assert_eq!(declared_name("variables:\n  name: no\n"), None);
    }
}
