//! The arguments of a program, and those with which every installation begins.

use std::ffi::OsString;
use std::path::Path;

use venv_syntax::Version;

use super::tools::{InstallProgram, Target};
use crate::facts::Machine;

#[derive(Default)]
pub(super) struct Arguments(pub(super) Vec<OsString>);

impl Arguments {
    pub(super) fn words<const N: usize>(&mut self, words: [&str; N]) -> &mut Self {
        self.0.extend(words.map(OsString::from));
        self
    }

    /// Paths are absolute, so they cannot be taken for options.
    pub(super) fn path(&mut self, path: &Path) -> &mut Self {
        self.0.push(path.into());
        self
    }
}

/// The program, and its arguments up to where its `command` begins to say what is wanted; for pip without the command
/// itself, before which it takes options of its own.
pub(super) fn start_of<'a>(
    command: &str,
    target: &'a Target,
    program: &InstallProgram<'a>,
) -> (&'a Path, Arguments) {
    let mut args = Arguments::default();
    let executable: &Path = match program {
        InstallProgram::Uv(uv) => {
            args.words(["pip", command, "--color", "never", "--python"]).path(&target.executable);
            uv
        }
        InstallProgram::Inside => {
            args.words(PYTHON_PIP);
            &target.executable
        }
        InstallProgram::Host(host) => {
            args.words(PYTHON_PIP).words(["--python"]).path(&target.executable);
            host
        }
    };
    (executable, args)
}

/// The program with the arguments that every installation has.
pub(super) fn start_of_installation<'a>(
    target: &'a Target,
    program: &InstallProgram<'a>,
    machine: &Machine,
) -> (&'a Path, Arguments) {
    let (executable, mut args) = start_of("install", target, program);
    if matches!(program, InstallProgram::Uv(_)) {
        return (executable, args);
    }
    // pip 24.1 brought `raw`; an older one would not start with it.
    let can_measure = target.pip_of(program, machine).is_some_and(|pip| *pip >= Version::new([24, 1]));
    args.words([
        "install",
        "--no-input",
        "--disable-pip-version-check",
        "--no-color",
        "--progress-bar",
        if can_measure { "raw" } else { "off" },
    ]);
    if !target.is_conda {
        // A second lock on the system's Python: pip itself refuses outside an environment.
        args.words(["--require-virtualenv"]);
    }
    (executable, args)
}

/// `-I` keeps a `random.py` or a `pip` folder beside the manifest from being taken for Python's own, `-X utf8`
/// makes pip read our file as what it is.
const PYTHON_PIP: [&str; 5] = ["-I", "-X", "utf8", "-m", "pip"];
