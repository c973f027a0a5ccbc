//! Which program makes an environment here, and which one fills it.

use std::path::{Path, PathBuf};

use venv_syntax::Version;

use crate::asked_python::AskedPython;
use crate::config::Installer;
use crate::facts;
use crate::facts::{FetchablePython, Interpreter, Machine};
use crate::sources::Sources;
use crate::words::environment_name;

/// How an environment can be made with `interpreter` here; or why it cannot, and what to do.
pub(crate) fn creator<'a>(
    machine: &'a Machine,
    interpreter: &Interpreter,
    installer: Installer,
) -> Result<Creator<'a>, String> {
    if let Some(uv) = uv(machine, installer)? {
        return Ok(Creator::Uv(uv));
    }
    if interpreter.has_venv && interpreter.has_ensurepip {
        return Ok(Creator::Venv);
    }
    let version = &interpreter.version;
    if let Some(virtualenv) = &machine.tools.virtualenv {
        return Ok(Creator::Virtualenv(virtualenv));
    }
    let packages = format!(
        "install `python{0}.{1}-venv` with the system's package manager (Debian and Ubuntu: `sudo apt install \
         python{0}.{1}-venv`), or uv",
        version.major, version.minor
    );
    if !interpreter.has_venv {
        return Err(format!("This Python has no `venv` to make an environment with: {packages}"));
    }
    if let Some(wheel) = pip_wheel(machine, version) {
        return Ok(Creator::VenvAndWheel(wheel));
    }
    if pip_host(machine, version).is_some() {
        return Ok(Creator::VenvWithoutPip);
    }
    if !machine.tools.pip_indexes.is_empty() && version.major == 3 {
        return Ok(Creator::VenvAndFetchedPip(&machine.tools.pip_indexes));
    }
    Err(format!(
        "This Python cannot put pip into an environment, and no index is known to fetch one from: {packages}, or \
         configure pip's `index-url`"
    ))
}

/// What fetches a Python here; or why nothing does, and what to do.
pub(super) fn fetcher(machine: &Machine, installer: Installer) -> Result<Creator<'_>, String> {
    let none = || "Only uv can fetch a Python, and it is not there, or not to be used".to_owned();
    uv(machine, installer)?.map(Creator::Uv).ok_or_else(none)
}

/// The newest Python that is not here, that the file is for and that uv could fetch.
pub(crate) fn fetchable<'a>(
    machine: &'a Machine,
    installer: Installer,
    asked: &AskedPython<'_>,
) -> Option<&'a FetchablePython> {
    fetcher(machine, installer).ok()?;
    machine.fetchable.iter().find(|python| asked.fits(&python.version))
}

/// Whether something can install into `environment` here; or why not, and what to do.
pub(crate) fn can_install(
    machine: &Machine,
    environment: &facts::Environment,
    installer: Installer,
) -> Result<(), String> {
    Target::existing(environment).installer(machine, installer).map(|_| ())
}

/// Whether uv is what installs here, which needs nothing for any proxy.
pub(crate) fn installs_with_uv(machine: &Machine, installer: Installer) -> bool {
    uv(machine, installer).is_ok_and(|uv| uv.is_some())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Creator<'a> {
    Uv(&'a Path),
    /// With pip from Python's own `ensurepip`.
    Venv,
    /// That brings a pip of its own.
    Virtualenv(&'a Path),
    /// `venv`, with pip from a wheel that lies on this machine.
    VenvAndWheel(&'a Path),
    /// `venv`, with pip from the first of these indexes that has one.
    VenvAndFetchedPip(&'a [Box<str>]),
    /// Without pip inside; another Python's pip installs into it.
    VenvWithoutPip,
}

impl Creator<'_> {
    /// The name of the program, for the user.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Uv(_) => "uv",
            Self::Venv | Self::VenvAndWheel(_) | Self::VenvAndFetchedPip(_) | Self::VenvWithoutPip => "venv",
            Self::Virtualenv(_) => "virtualenv",
        }
    }

    /// What is fetched to make it, as a clause of a title: "fetch pip from `index.example.org`".
    pub(crate) fn fetches(self) -> Option<String> {
        match self {
            Self::VenvAndFetchedPip(indexes) => {
                Some(format!("fetch pip{}", Sources::of_indexes(indexes).words()))
            }
            Self::Uv(_) | Self::Venv | Self::Virtualenv(_) | Self::VenvAndWheel(_) | Self::VenvWithoutPip => {
                None
            }
        }
    }

    pub(crate) fn brings_pip(self) -> bool {
        match self {
            Self::Venv | Self::Virtualenv(_) | Self::VenvAndWheel(_) | Self::VenvAndFetchedPip(_) => true,
            Self::Uv(_) | Self::VenvWithoutPip => false,
        }
    }
}

pub(super) enum InstallProgram<'a> {
    Uv(&'a Path),
    /// The environment's own, always as `python -m pip`: the `pip` script of a copied environment installs
    /// into the original.
    Inside,
    /// That of another Python, with `--python`.
    Host(&'a Path),
}

/// An environment that is there, or will be after the first step.
pub(super) struct Target {
    pub(super) root: PathBuf,
    pub(super) executable: PathBuf,
    pub(super) version: Option<facts::PythonVersion>,
    pub(super) has_pip: bool,
    /// The version of that pip, where it is known.
    pub(super) pip: Option<Version>,
    pub(super) is_conda: bool,
}

impl Target {
    pub(super) fn existing(environment: &facts::Environment) -> Self {
        Self {
            root: environment.root.clone(),
            executable: environment.executable.clone(),
            version: environment.python.clone(),
            has_pip: environment.has_pip(),
            pip: environment.distributions.find("pip").and_then(|pip| pip.parsed.clone()),
            is_conda: environment.kind.is_conda(),
        }
    }

    pub(super) fn made(
        root: &Path,
        executable: PathBuf,
        python: &facts::PythonVersion,
        has_pip: bool,
    ) -> Self {
        Self {
            root: root.to_owned(),
            executable,
            version: Some(python.clone()),
            has_pip,
            pip: None,
            is_conda: false,
        }
    }

    /// The version of the pip that `program` runs, where it is known.
    pub(super) fn pip_of<'a>(
        &'a self,
        program: &InstallProgram<'_>,
        machine: &'a Machine,
    ) -> Option<&'a Version> {
        match program {
            InstallProgram::Uv(_) => None,
            InstallProgram::Inside => self.pip.as_ref(),
            InstallProgram::Host(host) => facts::find_interpreter(machine, host)?.pip.as_ref(),
        }
    }

    pub(super) fn installer<'a>(
        &self,
        machine: &'a Machine,
        installer: Installer,
    ) -> Result<InstallProgram<'a>, String> {
        if let Some(uv) = uv(machine, installer)? {
            return Ok(InstallProgram::Uv(uv));
        }
        let stuck = match (&self.pip, &self.version) {
            (Some(pip), Some(version)) if !runs_on(pip, version) => Some((pip, version)),
            (_, _) => None,
        };
        if self.has_pip && stuck.is_none() {
            return Ok(InstallProgram::Inside);
        }
        let host = self.version.as_ref().and_then(|version| pip_host(machine, version));
        let lack = || match stuck {
            Some((pip, version)) => {
                format!("pip {pip} in {} cannot run on its Python {version}", environment_name(&self.root))
            }
            None => format!("{} has no pip", environment_name(&self.root)),
        };
        host.map(InstallProgram::Host).ok_or_else(|| {
            format!(
                "{}, and neither uv nor another pip (22.3 or newer) was found{}",
                lack(),
                stuck.map_or("", |_| ": `python -m ensurepip --upgrade` in it brings another")
            )
        })
    }
}

fn uv(machine: &Machine, installer: Installer) -> Result<Option<&Path>, String> {
    match (installer, &machine.tools.uv) {
        (Installer::Auto | Installer::Uv, Some(uv)) => Ok(Some(uv)),
        (Installer::Uv, None) => {
            Err("The setting `installer` says uv, and no uv was found on `PATH`".to_owned())
        }
        (Installer::Auto, None) | (Installer::Pip, _) => Ok(None),
    }
}

/// A Python whose pip can install into an environment of `version` from outside: 22.3 brought `--python`.
fn pip_host<'a>(machine: &'a Machine, version: &facts::PythonVersion) -> Option<&'a Path> {
    let first_with_python_option = Version::new([22, 3]);
    // pip runs again under the environment's Python.
    let able = |interpreter: &&Interpreter| {
        interpreter.pip.as_ref().is_some_and(|pip| *pip >= first_with_python_option && runs_on(pip, version))
    };
    // One of the same version surely supports it.
    let same = |interpreter: &&Interpreter| {
        (interpreter.version.major, interpreter.version.minor) == (version.major, version.minor)
    };
    let candidates = || machine.interpreters.iter().filter(able);
    candidates().find(same).or_else(|| candidates().next()).map(|interpreter| &*interpreter.executable)
}

/// The newest pip as a file that runs on `version`.
fn pip_wheel<'a>(machine: &'a Machine, version: &facts::PythonVersion) -> Option<&'a Path> {
    let able = machine.tools.pip_wheels.iter().filter(|wheel| runs_on(&wheel.version, version));
    able.max_by(|a, b| a.version.cmp(&b.version)).map(|wheel| &*wheel.path)
}

/// Since when pip needs which Python 3, by the `Requires-Python` of its releases.
const NEEDED_BY_PIP: [([u64; 2], u32); 6] =
    [([26, 1], 10), ([25, 1], 9), ([24, 1], 8), ([22, 0], 7), ([21, 0], 6), ([19, 2], 5)];

/// The first Python 3 that lacks something which pip used, and the first pip that does without: `pkgutil.ImpImporter`,
/// `collections.Mapping`.
const GONE_UNDER_PIP: [(u32, [u64; 2]); 2] = [(12, [23, 1]), (10, [19, 2])];

fn runs_on(pip: &Version, python: &facts::PythonVersion) -> bool {
    let needed = NEEDED_BY_PIP.iter().find(|(since, _)| *pip >= Version::new(*since));
    let lacks = |(first, without): &(u32, [u64; 2])| python.minor >= *first && *pip < Version::new(*without);
    python.major == 3
        && !GONE_UNDER_PIP.iter().any(lacks)
        && needed.is_none_or(|(_, minor)| python.minor >= *minor)
}

pub(super) fn executable_in(root: &Path, on_windows: bool) -> PathBuf {
    if on_windows { root.join("Scripts").join("python.exe") } else { root.join("bin").join("python") }
}
