//! The rules by which each tool finds the environment of a project again: one file per tool.
//!
//! A rule looks into one folder. It reads what the folder declares, computes the name of the environment where the
//! tool keeps it elsewhere, and never lists the folder. What a file says becomes a path that is read, and nothing
//! more; names become parts of paths only if they are plain names.

mod conda;
mod hatch;
mod names;
mod pdm;
mod pipenv;
mod pixi;
mod poetry;
mod pyenv;
mod pyright;
mod python_envs;
pub(crate) mod uv;
mod virtualenvwrapper;

mod kind;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use crate::lookup::Lookup;
use crate::settings::Settings;

pub(crate) use kind::kind_of;
pub(crate) use pipenv::workon_home;
pub(crate) use pyenv::root as pyenv_root;

/// A folder that is looked into, on the way up from a file.
pub(crate) struct Folder<'a> {
    pub(crate) lookup: &'a Lookup<'a>,
    pub(crate) path: &'a Path,
    /// "one folder up, above the workspace folder"
    pub(crate) place: &'a str,
    /// "the folder one folder up", "the file's own folder"
    pub(crate) whose: &'a str,
    pyproject: OnceCell<Option<Settings>>,
}

/// What a rule says: the environment of the folder is there.
pub(crate) struct Claim {
    /// A tool, or a file in backticks.
    pub(crate) by: &'static str,
    /// The file that says so. `None`: the user's own variable does.
    pub(crate) file: Option<PathBuf>,
    pub(crate) path: PathBuf,
    /// Which one it is, in words that go on from "it is".
    pub(crate) words: String,
    /// Whether it is worth a word that nothing is there.
    pub(crate) is_certain: bool,
    /// What speaks against it, in words that go on from "but".
    pub(crate) objection: Option<&'static str>,
}

impl Claim {
    fn new(by: &'static str, file: PathBuf, path: PathBuf, words: String) -> Self {
        Self { by, file: Some(file), path, words, is_certain: true, objection: None }
    }
}

type Rule = fn(&Folder<'_>) -> Option<Claim>;

/// Those that come before an environment that merely lies in the folder, as their tools see it.
const DECLARATIONS: [Rule; 9] = [
    python_envs::claim,
    pyright::claim,
    uv::claim,
    pdm::saved,
    pixi::claim,
    pipenv::claim,
    poetry::claim,
    hatch::declared,
    pyenv::claim,
];

/// Those that come after it.
const CONVENTIONS: [Rule; 4] = [pdm::central, hatch::central, conda::claim, virtualenvwrapper::claim];

impl<'a> Folder<'a> {
    pub(crate) fn new(lookup: &'a Lookup<'a>, path: &'a Path, place: &'a str, whose: &'a str) -> Self {
        Self { lookup, path, place, whose, pyproject: OnceCell::new() }
    }

    /// What the tools say whose environment comes before a `.venv` in the folder.
    pub(crate) fn declarations(&self) -> impl Iterator<Item = Claim> {
        DECLARATIONS.iter().filter_map(|rule| rule(self))
    }

    /// What the tools say that use a `.venv` in the folder, if there is one.
    pub(crate) fn conventions(&self) -> impl Iterator<Item = Claim> {
        CONVENTIONS.iter().filter_map(|rule| rule(self))
    }

    fn pyproject(&self) -> Option<&Settings> {
        let read = || self.lookup.text(&self.path.join("pyproject.toml")).map(|text| Settings::parse(&text));
        self.pyproject.get_or_init(read).as_ref()
    }

    /// The program that builds the project.
    fn build_backend(&self) -> Option<&str> {
        self.pyproject()?.text(&["build-system", "build-backend"])
    }

    fn has_file(&self, name: &str) -> bool {
        self.lookup.is_file(&self.path.join(name))
    }

    fn has_folder(&self, name: &str) -> bool {
        self.lookup.is_dir(&self.path.join(name))
    }

    /// "`pyproject.toml` one folder up"
    fn file_words(&self, name: &str) -> String {
        format!("`{name}` {}", self.place)
    }
}

/// The minor versions of Python 3 that may be part of a name, newest first.
fn minors() -> impl Iterator<Item = u32> {
    (6..=20).rev()
}
