//! `.python-envs`: a list of environments, one in each line, as a draft of PEP 832 had it
//! (<https://peps.python.org/pep-0832/>). The last one is the one to use, and a `.venv` beside the list counts as a
//! line at its end. What is no environment is left out.

use super::{Claim, Folder};

/// More lines than anybody lists.
const MOST: usize = 64;

pub(super) fn claim(folder: &Folder<'_>) -> Option<Claim> {
    const NAME: &str = ".python-envs";
    let file = folder.path.join(NAME);
    let text = folder.lookup.text(&file)?;
    let beside = folder.path.join(".venv");
    let listed = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(MOST);
    let mut paths: Vec<_> = listed.map(|line| folder.path.join(line)).collect();
    let last = paths.last().cloned();
    if folder.lookup.link_metadata(&beside).is_some() {
        paths.push(beside);
    }
    let is_environment = |path: &&std::path::PathBuf| {
        folder.lookup.is_file(&path.join("pyvenv.cfg"))
            || folder.lookup.is_dir(&path.join("conda-meta"))
            || path.ends_with(".venv") && folder.lookup.link_metadata(path).is_some()
    };
    let path = paths.iter().rev().find(is_environment).cloned().or(last)?;
    let words = format!("the last environment in {}", folder.file_words(NAME));
    Some(Claim::new("`.python-envs`", file, path, words))
}
