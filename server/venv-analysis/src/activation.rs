//! What it takes to use an environment: what its own `activate` does to a shell, as plain values for whoever starts
//! programs. Nothing is sourced and nothing is started.

use std::path::{Path, PathBuf};

use crate::facts::Environment;

/// What a program has to find in its variables to run inside an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// The folder of the environment's programs.
    pub bin: PathBuf,
    /// Variables, and their values.
    pub set: Vec<(&'static str, String)>,
    /// What belongs in front of `PATH`, in this order.
    pub path: Vec<PathBuf>,
    /// Variables that must not be there.
    pub unset: Vec<&'static str>,
}

/// How `environment` is activated.
///
/// For conda this is what `conda activate` does without the scripts that packages may add to it, which only a shell
/// can run.
pub fn activation(environment: &Environment) -> Activation {
    let root = &environment.root;
    let bin = environment.executable.parent().unwrap_or(root).to_owned();
    let name = environment.prompt.as_deref().map_or_else(|| last(root), str::to_owned);
    if !environment.kind.is_conda() {
        let set = vec![("VIRTUAL_ENV", text(root)), ("VIRTUAL_ENV_PROMPT", name)];
        // Another standard library than the environment's own would be found through it.
        return Activation { path: vec![bin.clone()], bin, set, unset: vec!["PYTHONHOME"] };
    }
    // conda knows an environment by its name only where it keeps it itself.
    let is_named = root.parent().is_some_and(|folder| folder.ends_with("envs"));
    let name = if is_named { last(root) } else { text(root) };
    let path = if bin == *root {
        // On Windows the interpreter lies in the environment's own folder, and programs in several others.
        let below = ["", "Library/mingw-w64/bin", "Library/usr/bin", "Library/bin", "Scripts", "bin"];
        below.iter().map(|folder| if folder.is_empty() { root.clone() } else { root.join(folder) }).collect()
    } else {
        vec![bin.clone()]
    };
    let set = vec![("CONDA_PREFIX", text(root)), ("CONDA_DEFAULT_ENV", name)];
    Activation { bin, path, set, unset: vec!["VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PYTHONHOME"] }
}

fn last(root: &Path) -> String {
    root.file_name().map_or_else(|| text(root), |name| name.to_string_lossy().into_owned())
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
