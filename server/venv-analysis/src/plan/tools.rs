//! Which program makes an environment here, and which one fills it.

use std::path::{Path, PathBuf};

use venv_syntax::Version;

use crate::config::Installer;
use crate::facts;
use crate::facts::{Interpreter, Machine};
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
    if interpreter.has_ensurepip {
        return Ok(Creator::Venv);
    }
    if pip_host(machine, &interpreter.version).is_some() {
        return Ok(Creator::VenvWithoutPip);
    }
    let version = &interpreter.version;
    Err(format!(
        "This Python cannot put pip into an environment: install `python{}.{}-venv` with the system's package \
         manager, or uv",
        version.major, version.minor
    ))
}

/// Whether something can install into `environment` here; or why not, and what to do.
pub(crate) fn can_install(
    machine: &Machine,
    environment: &facts::Environment,
    installer: Installer,
) -> Result<(), String> {
    Target::existing(environment).installer(machine, installer).map(|_| ())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Creator<'a> {
    Uv(&'a Path),
    Venv,
    /// Without pip inside; another Python's pip installs into it.
    VenvWithoutPip,
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

    pub(super) fn made(root: &Path, interpreter: &Interpreter, creator: Creator<'_>) -> Self {
        Self {
            root: root.to_owned(),
            executable: executable_in(root, &interpreter.executable),
            version: Some(interpreter.version.clone()),
            has_pip: creator == Creator::Venv,
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
        if self.has_pip {
            return Ok(InstallProgram::Inside);
        }
        let host = self.version.as_ref().and_then(|version| pip_host(machine, version));
        host.map(InstallProgram::Host).ok_or_else(|| {
            format!(
                "{} has no pip, and neither uv nor another pip (22.3 or newer) was found",
                environment_name(&self.root)
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
    let able = |interpreter: &&Interpreter| {
        interpreter.pip.as_ref().is_some_and(|pip| *pip >= first_with_python_option)
    };
    // pip runs again under the environment's Python, so one of the same version surely supports it.
    let same = |interpreter: &&Interpreter| {
        (interpreter.version.major, interpreter.version.minor) == (version.major, version.minor)
    };
    let candidates = || machine.interpreters.iter().filter(able);
    candidates().find(same).or_else(|| candidates().next()).map(|interpreter| &*interpreter.executable)
}

fn executable_in(root: &Path, interpreter: &Path) -> PathBuf {
    if interpreter.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("exe")) {
        root.join("Scripts").join("python.exe")
    } else {
        root.join("bin").join("python")
    }
}
