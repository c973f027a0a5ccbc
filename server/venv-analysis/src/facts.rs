//! What is known about the machine: environments, interpreters, tools.
//!
//! Plain data, made by `venv-discovery` and read by the rules. A fact that is still being read is absent
//! (`Option`), and a rule that needs it says nothing: unknown is not absent.

mod network;
mod pip;
mod uv;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use venv_syntax::{MarkerEnvironment, Version};

use crate::words::plain;

pub use network::{Network, Proxy, ProxyScheme, ProxySource, with_socks_version};
pub(crate) use pip::option_name;
pub use pip::{PipFile, PipLevel, PipSetting, PipSettings, PipSource, VARIABLES_SECTION, pip_truth};
pub use uv::{ProjectConfiguration, UvSettings};

/// An environment as its files describe it.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// The folder that holds `pyvenv.cfg` (or `conda-meta`), as it was found: links are not resolved.
    pub root: PathBuf,
    pub kind: EnvironmentKind,
    pub python: Option<PythonVersion>,
    /// `bin/python` or `Scripts\python.exe`, whether or not it still works.
    pub executable: PathBuf,
    /// The folders in which distributions are looked for, in Python's order. Those of the base interpreter
    /// follow when `include-system-site-packages` is on.
    pub site_packages: Vec<PathBuf>,
    pub include_system_site_packages: bool,
    /// What a shell shows in front of its prompt while the environment is active, where whoever made it said so.
    pub prompt: Option<Box<str>>,
    /// What is wrong with it. Empty: nothing was found.
    pub health: Vec<HealthIssue>,
    pub distributions: Distributions,
    pub markers: MarkerEnvironment,
}

impl Environment {
    /// Whether pip can be run inside it.
    pub fn has_pip(&self) -> bool {
        self.distributions.find("pip").is_some()
    }

    /// Whether something is wrong that an installation cannot work around.
    pub fn is_broken(&self) -> bool {
        self.broken_by().is_some()
    }

    /// The first of what makes it unusable.
    pub fn broken_by(&self) -> Option<&HealthIssue> {
        self.health.iter().find(|issue| issue.harm == Harm::Unusable)
    }

    /// What a new environment would take the place of, where that leads nowhere: "the link to `/srv/env`".
    pub fn replaced(&self) -> Option<&str> {
        self.health.iter().find_map(|issue| match &issue.cure {
            Cure::Replace(what) => Some(&**what),
            Cure::Recreate | Cure::Reinstall(_) | Cure::Remove(_) | Cure::ByHand => None,
        })
    }

    /// Whether there is nothing of which something could be said: a link or a file leads nowhere, or nobody but others
    /// may look into the folder.
    pub fn is_unreadable(&self) -> bool {
        self.health.iter().any(|issue| matches!(issue.code, "redirect-broken" | "folder-unreadable"))
    }
}

/// Which tool looks after an environment: the one that made it, or the one in whose folders it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvironmentKind {
    Venv,
    Virtualenv,
    Uv,
    Poetry,
    Pipenv,
    Hatch,
    Pdm,
    Conda,
    Pixi,
    PyenvVirtualenv,
    Virtualenvwrapper,
    Tox,
    Nox,
}

impl EnvironmentKind {
    /// The word used in JSON and in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Venv => "venv",
            Self::Virtualenv => "virtualenv",
            Self::Uv => "uv",
            Self::Poetry => "poetry",
            Self::Pipenv => "pipenv",
            Self::Hatch => "hatch",
            Self::Pdm => "pdm",
            Self::Conda => "conda",
            Self::Pixi => "pixi",
            Self::PyenvVirtualenv => "pyenv-virtualenv",
            Self::Virtualenvwrapper => "virtualenvwrapper",
            Self::Tox => "tox",
            Self::Nox => "nox",
        }
    }

    /// Whether it has conda's form: an installation of Python of its own, without `pyvenv.cfg`.
    pub fn is_conda(self) -> bool {
        matches!(self, Self::Conda | Self::Pixi)
    }
}

/// Something wrong with an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthIssue {
    /// Kebab-case, stable: `python-missing`, `pyvenv-cfg-missing`, …
    pub code: &'static str,
    /// What is wrong and what to do, in one plain line.
    pub message: String,
    pub harm: Harm,
    pub cure: Cure,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// Nothing can be said of what is installed, and nothing can be installed.
    Unusable,
    /// Some of it does not work, or will not; the rest does.
    Partial,
}

/// What puts it right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cure {
    /// Nothing but a new environment in its place.
    Recreate,
    /// A new environment in place of something that leads nowhere, which the words name: "the link to `/srv/env`".
    Replace(Box<str>),
    /// Installing distributions again, each as `NAME==VERSION`, over what is there of them.
    Reinstall(Vec<String>),
    /// Removing what an interrupted installation left behind.
    Remove(Vec<PathBuf>),
    /// Something that is not to be done by a program; the message says what.
    ByHand,
}

/// `3.12.1`, or `3.12` where the patch level is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PythonVersion {
    pub major: u32,
    pub minor: u32,
    /// What follows `major.minor.`: `1`, `0rc2`. Empty when not known.
    pub patch: String,
    pub implementation: Implementation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Implementation {
    CPython,
    PyPy,
    GraalPy,
}

impl Implementation {
    /// As `sys.implementation.name` says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CPython => "cpython",
            Self::PyPy => "pypy",
            Self::GraalPy => "graalpy",
        }
    }

    /// As `platform.python_implementation()` says it.
    pub fn title(self) -> &'static str {
        match self {
            Self::CPython => "CPython",
            Self::PyPy => "PyPy",
            Self::GraalPy => "GraalVM",
        }
    }
}

impl std::fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if !self.patch.is_empty() {
            write!(f, ".{}", self.patch)?;
        }
        Ok(())
    }
}

/// The distributions of an environment, by normalised name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distributions {
    by_name: FxHashMap<Box<str>, Distribution>,
}

impl Distributions {
    /// `name` is normalised (PEP 503).
    pub fn find(&self, name: &str) -> Option<&Distribution> {
        self.by_name.get(name)
    }

    /// Adds a distribution, unless one of that name is there already: the folder that comes first on
    /// `sys.path` wins.
    pub fn add(&mut self, normalized_name: &str, distribution: Distribution) {
        self.by_name.entry(normalized_name.into()).or_insert(distribution);
    }

    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// In the order of the normalised names.
    pub fn sorted(&self) -> Vec<(&str, &Distribution)> {
        let mut all: Vec<_> = self.by_name.iter().map(|(name, found)| (&**name, found)).collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all
    }
}

/// One installed distribution, as the name of its `*.dist-info` or `*.egg-info` tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// As the folder writes it.
    pub name: Box<str>,
    /// As the folder writes it.
    pub version: Box<str>,
    /// `None` where the folder's name carries no version that PEP 440 knows: then nothing is said about it.
    pub parsed: Option<Version>,
    /// The folder in which the `*.dist-info` lies, as an index into [`Environment::site_packages`].
    pub site: u16,
    pub editable: bool,
    pub info: Info,
}

/// How the folder is called that describes a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Info {
    /// `NAME-VERSION.dist-info`
    DistInfo,
    /// `NAME-VERSION.egg-info`
    EggInfo,
    /// That is a file, as distutils made it.
    EggInfoFile,
    /// Otherwise: it has no version, or a Python in its name, or lies elsewhere.
    Other,
}

impl Distribution {
    /// The file in which it says what it is, if the names alone tell which one that is.
    pub fn metadata_path(&self, environment: &Environment) -> Option<PathBuf> {
        let site = environment.site_packages.get(usize::from(self.site))?;
        let stem = format!("{}-{}", self.name, self.version);
        Some(match self.info {
            Info::DistInfo => site.join(format!("{stem}.dist-info")).join("METADATA"),
            Info::EggInfo => site.join(format!("{stem}.egg-info")).join("PKG-INFO"),
            Info::EggInfoFile => site.join(format!("{stem}.egg-info")),
            Info::Other => return None,
        })
    }
}

/// Where an environment comes from: why it is the one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Chosen in the editor, or named on the command line or in the settings. The text says which.
    Named(String),
    /// The script's own: it says itself what it needs (PEP 723).
    Script,
    /// Found in `folder`, `levels` folders above the file's own (0: beside the file).
    Nearest { folder: PathBuf, levels: usize },
    /// `by` (a tool, or a file in backticks) says which one serves `folder`, `levels` folders above the file's own.
    Declared { by: &'static str, folder: PathBuf, levels: usize },
    /// The variable that names it: `VIRTUAL_ENV` or `CONDA_PREFIX`.
    Variable(&'static str),
}

impl Origin {
    /// The kebab-case word used in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Named(_) => "named",
            Self::Script => "script",
            Self::Nearest { .. } => "nearest",
            Self::Declared { .. } => "declared",
            Self::Variable(_) => "variable",
        }
    }
}

/// The answer to "which environment serves this file?", with all that was considered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolution {
    pub chosen: Option<Chosen>,
    /// In the order in which they were considered.
    pub candidates: Vec<Candidate>,
    /// The folders that were looked into going up, nearest first.
    pub searched: Vec<PathBuf>,
    /// The files and folders that were asked about, there or not. Where one of them comes, goes or changes, the
    /// answer may be another one.
    pub places: FxHashSet<PathBuf>,
    /// The folders in which such a change is seen: the parents of `places`, as far as they are there.
    pub watched: FxHashSet<PathBuf>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    pub environment: Arc<Environment>,
    pub origin: Origin,
    /// In words: "`.venv` two folders up".
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub path: PathBuf,
    pub origin: Origin,
    /// Why it was chosen or passed over, in words.
    pub reason: String,
    pub chosen: bool,
}

impl Candidate {
    /// The words with which what somebody else put there is passed over.
    pub const FOREIGN: &str = "it belongs to another user";

    /// Whether it is passed over because somebody else put it there.
    pub fn is_foreign(&self) -> bool {
        !self.chosen && self.reason.ends_with(Self::FOREIGN)
    }
}

/// A Python that can make environments.
#[derive(Clone, Debug, PartialEq)]
pub struct Interpreter {
    /// As found on `PATH` or in its well-known place; never a shim, never inside an environment.
    pub executable: PathBuf,
    pub version: PythonVersion,
    /// The `EXTERNALLY-MANAGED` file that makes pip refuse (PEP 668).
    pub externally_managed: Option<PathBuf>,
    /// What the distributor says in that file, in the user's language if it can: lines with `\n` between them, and
    /// nothing else that moves a cursor. `None` where it says nothing.
    pub managed_message: Option<Box<str>>,
    /// Whether there is `-m venv`. Debian's `python3-minimal` comes without.
    pub has_venv: bool,
    /// Whether `-m venv` can put pip into a new environment. Debian splits `ensurepip` off into `python3-venv`.
    pub has_ensurepip: bool,
    /// The version of the pip that it has, if it has one.
    pub pip: Option<Version>,
    pub markers: MarkerEnvironment,
}

/// The file `.python-version` by which pyenv and uv know the Python of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedPython {
    /// Absolute.
    pub path: PathBuf,
    pub text: Arc<str>,
}

/// The programs that can do the work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tools {
    pub uv: Option<PathBuf>,
    pub virtualenv: Option<PathBuf>,
    /// pip as a file, where a Python cannot put its own into an environment.
    pub pip_wheels: Vec<PipWheel>,
    /// The indexes that pip or uv are told to use here, or else the one that a pip which is here was made for; where a
    /// Python cannot put its own pip into an environment. They may hold credentials.
    pub pip_indexes: Vec<Box<str>>,
}

/// A wheel of pip that lies on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipWheel {
    pub path: PathBuf,
    pub version: Version,
}

/// A Python that is not here, and that uv could fetch.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchablePython {
    /// Without a patch level.
    pub version: PythonVersion,
    pub markers: MarkerEnvironment,
}

/// What is the same for every file on this machine.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Machine {
    /// The first is the one that `python3` on `PATH` would start.
    pub interpreters: Vec<Interpreter>,
    /// The version that pyenv's shims on `PATH` lead to, where it is not installed and no other Python is here.
    pub missing_pyenv: Option<Box<str>>,
    pub tools: Tools,
    /// Newest first; those whose minor version is here are left out, and without uv there are none.
    pub fetchable: Vec<FetchablePython>,
}

impl Machine {
    /// Why there is no Python and what to do, as far as that is known; for the end of a sentence that says that there is
    /// none.
    pub fn lack_of_python(&self) -> Option<String> {
        let version = plain(self.missing_pyenv.as_deref()?);
        Some(format!(
            "pyenv is set to `{version}`, which is not installed: run `pyenv install {version}`, or choose another one with `pyenv global`"
        ))
    }
}

/// Whether the interpreter that `path` names is one of `machine`'s.
pub fn find_interpreter<'a>(machine: &'a Machine, path: &Path) -> Option<&'a Interpreter> {
    machine.interpreters.iter().find(|interpreter| interpreter.executable == path)
}
