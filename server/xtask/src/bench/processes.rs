//! Whole processes: the command line beside the tools that answer the same question.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use super::material::{File, Workspace};
use crate::project;

/// The tools of this machine that are measured beside.
pub(super) struct Tools {
    pub(super) python: PathBuf,
    pub(super) uv: Option<PathBuf>,
    /// python-environment-tools.
    pub(super) pet: Option<PathBuf>,
    pub(super) has_pip: bool,
    pub(super) strace: Option<PathBuf>,
    /// `installed_check.py` of the Python extension of VS Code, if its place was given.
    pub(super) installed_check: Option<PathBuf>,
}

/// One program that answers a question about a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Job {
    /// Which distributions are installed, in which versions.
    OurNames,
    UvNames,
    PipNames,
    PythonNames,
    /// The same question at a terminal, where the number is told.
    OurText,
    /// What the installed distributions contradict each other in.
    OurConsistency,
    UvConsistency,
    /// What of a file is not there.
    OurCheck(File),
    UvCheck(File),
    PythonCheck(File),
}

/// What a job asks the kernel for.
pub(super) struct Calls {
    pub(super) all: u64,
    /// Programs that it starts.
    pub(super) started: u64,
}

impl Tools {
    pub(super) fn find(installed_check: Option<&Path>, uv: Option<&Path>) -> anyhow::Result<Tools> {
        let named = project::program("python3").or_else(|| project::program("python"));
        let named = named.context("there is no Python on PATH")?;
        // What is on `PATH` may be a script that looks for a Python first.
        let output = Command::new(named).args(["-I", "-c", "import sys; print(sys.executable)"]).output()?;
        let python = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        ensure!(python.is_absolute(), "the Python on PATH does not say where it is");
        let pip = Command::new(&python).args(["-m", "pip", "--version"]).output()?;
        let uv = uv.map(Path::canonicalize).transpose().context("`uv` was not found")?;
        let installed_check = installed_check.map(Path::canonicalize).transpose();
        Ok(Tools {
            python,
            uv: uv.or_else(|| project::program("uv")),
            pet: project::program("pet"),
            has_pip: pip.status.success(),
            strace: project::program("strace").filter(|_| cfg!(target_os = "linux")),
            installed_check: installed_check.context("`installed_check.py` was not found")?,
        })
    }

    /// What cannot be measured beside, for want of its program.
    pub(super) fn left_out(&self) -> Vec<&'static str> {
        let is_missing = [
            ("uv", self.uv.is_none()),
            ("pip", !self.has_pip),
            ("pet", self.pet.is_none()),
            ("strace (system calls)", self.strace.is_none()),
            ("installed_check.py (see --installed-check)", self.installed_check.is_none()),
        ];
        is_missing.into_iter().filter(|(_, is_missing)| *is_missing).map(|(name, _)| name).collect()
    }

    /// `None` if its program is not there.
    pub(super) fn command(&self, job: Job, server: &Path, workspace: &Workspace) -> Option<Command> {
        let mut command = match job {
            Job::OurNames => {
                let mut command = Command::new(server);
                command.arg("env").arg(&workspace.folder).args(["--output-format", "json"]);
                command
            }
            Job::OurText => {
                let mut command = Command::new(server);
                command.arg("env").arg(&workspace.folder);
                command
            }
            Job::OurConsistency => {
                let mut command = Command::new(server);
                command.args(["check", "--select", "environment-inconsistent", "--output-format", "json"]);
                command.arg(workspace.file(File::Lines20));
                command
            }
            Job::UvConsistency => {
                let mut command = Command::new(self.uv.as_ref()?);
                command.args(["--offline", "pip", "check", "--python"]).arg(workspace.python());
                command
            }
            Job::UvNames => {
                let mut command = Command::new(self.uv.as_ref()?);
                command.args(["--offline", "pip", "list", "--format", "json", "--python"]);
                command.arg(workspace.python());
                command
            }
            Job::PipNames => {
                let mut command = Command::new(&self.python);
                command.args([
                    "-m",
                    "pip",
                    "--disable-pip-version-check",
                    "list",
                    "--format",
                    "json",
                    "--path",
                ]);
                command.arg(&workspace.site_packages);
                if !self.has_pip {
                    return None;
                }
                command
            }
            Job::PythonNames => {
                let mut command = Command::new(&self.python);
                command.args(["-I", "-c", PYTHON_NAMES]).arg(&workspace.site_packages);
                command
            }
            Job::OurCheck(file) => {
                let mut command = Command::new(server);
                command.arg("check").arg(workspace.file(file)).args(["--output-format", "json"]);
                command
            }
            Job::UvCheck(file) => {
                let mut command = Command::new(self.uv.as_ref()?);
                command.args(["--offline", "pip", "install", "--dry-run", "--python"]);
                command.arg(workspace.python()).arg("-r").arg(workspace.file(file));
                command
            }
            Job::PythonCheck(file) => {
                let mut command = Command::new(workspace.python());
                command.arg(self.installed_check.as_ref()?).arg(workspace.file(file));
                command
            }
        };
        for variable in ["VIRTUAL_ENV", "CONDA_PREFIX", "PIP_REQUIRE_VIRTUALENV"] {
            command.env_remove(variable);
        }
        command.current_dir(&workspace.folder).stdin(Stdio::null()).stderr(Stdio::null());
        Some(command)
    }

    /// Runs it once and sees that it does what it is measured for; this also warms what can be warm.
    pub(super) fn try_out(&self, job: Job, server: &Path, workspace: &Workspace) -> anyhow::Result<bool> {
        let Some(mut command) = self.command(job, server, workspace) else { return Ok(false) };
        let name = project::display(&command);
        let output = command.output().with_context(|| format!("`{name}` cannot be run"))?;
        let has_worked = match job {
            Job::OurNames => names_in(&output.stdout, "/environment/installed") == Some(workspace.size),
            // pip may list what it needs itself beside what it was asked for.
            Job::UvNames | Job::PipNames | Job::PythonNames => {
                names_in(&output.stdout, "").is_some_and(|count| count >= workspace.size)
            }
            Job::OurText => output.status.success(),
            // 1: something was found.
            Job::OurCheck(_) | Job::OurConsistency | Job::UvConsistency => {
                matches!(output.status.code(), Some(0 | 1))
            }
            Job::UvCheck(_) | Job::PythonCheck(_) => output.status.success(),
        };
        if !has_worked {
            bail!("`{name}` does not do what it should ({})", output.status);
        }
        Ok(true)
    }

    /// Counts the system calls of a job.
    pub(super) fn calls(
        &self,
        job: Job,
        server: &Path,
        workspace: &Workspace,
    ) -> Option<anyhow::Result<Calls>> {
        self.calls_of(&self.command(job, server, workspace)?)
    }

    /// Counts the system calls of a program.
    pub(super) fn calls_of(&self, command: &Command) -> Option<anyhow::Result<Calls>> {
        let strace = self.strace.as_ref()?;
        let count = || {
            let counts = tempfile::NamedTempFile::new()?;
            let mut traced = Command::new(strace);
            traced.args(["-f", "-c", "-o"]).arg(counts.path()).arg(command.get_program());
            traced.args(command.get_args());
            traced.current_dir(command.get_current_dir().unwrap_or(Path::new(".")));
            let status = traced.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
            ensure!(status.code().is_some(), "strace has failed ({status})");
            Calls::read(&std::fs::read_to_string(counts.path())?)
        };
        Some(count())
    }
}

impl Calls {
    fn read(table: &str) -> anyhow::Result<Calls> {
        let mut calls = Calls { all: 0, started: 0 };
        for line in table.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // % time, seconds, µs a call, calls, errors where there are any, name
            let (Some(count), Some(name)) = (fields.get(3), fields.last()) else { continue };
            let (Ok(count), false) = (count.parse::<u64>(), *name == "total") else { continue };
            calls.all += count;
            if matches!(*name, "execve" | "execveat") {
                calls.started += count;
            }
        }
        ensure!(calls.started > 0, "strace has counted nothing; may it trace on this machine?");
        // The first is the job itself.
        calls.started -= 1;
        Ok(calls)
    }
}

/// How long a process takes from its start to its end.
pub(super) fn time(mut command: Command) -> anyhow::Result<Duration> {
    let name = project::display(&command);
    let started = Instant::now();
    command.stdout(Stdio::null()).status().with_context(|| format!("`{name}` cannot be run"))?;
    Ok(started.elapsed())
}

fn names_in(output: &[u8], pointer: &str) -> Option<usize> {
    let answer: Value = serde_json::from_slice(output).ok()?;
    answer.pointer(pointer)?.as_array().map(Vec::len)
}

const PYTHON_NAMES: &str = "
import importlib.metadata, json, sys
found = importlib.metadata.distributions(path=sys.argv[1:])
print(json.dumps([(one.metadata['Name'], one.version) for one in found]))
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_calls_are_read_from_the_table_of_strace() {
        let table = "% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 52.00    0.000030           3        10         2 openat
  0.00    0.000000           0         1           execve
------ ----------- ----------- --------- --------- ----------------
100.00    0.000030           2        11         2 total
";
        let calls = Calls::read(table).unwrap();
        assert_eq!((calls.all, calls.started), (11, 0));
        assert!(Calls::read("strace: not permitted\n").is_err());
    }
}
