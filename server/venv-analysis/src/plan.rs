//! From an effect to the programs that carry it out: argument lists, never a shell string.
//!
//! Requirements reach the installer in a requirements file of our own, never as arguments: nothing that stands
//! in a manifest can become an option of a command, and an index URL with a password in it stays out of the
//! list of processes. The switches are explained in pip's and uv's own documentation; why each is there is
//! said beside it.

mod asked;
mod lists;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use venv_syntax::Version;

use crate::check::Context;
use crate::config::Installer;
use crate::effect::Effect;
use crate::facts;
use crate::facts::{EnvironmentKind, Interpreter, Machine, find_interpreter};
use crate::plan::asked::with_needed_by_extras;
use crate::plan::lists::Lists;
use crate::requirements::{Wanted, asked_of_new, asked_under, unsatisfied};
use crate::words::{counted, environment_name};

/// Programs to run one after the other, and the files that they read.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What is being done, for a progress bar: "Creating `.venv`".
    pub title: String,
    pub steps: Vec<Step>,
    /// Written into the scratch folder before the first step.
    pub files: Vec<PlannedFile>,
    /// The environment that is made or filled.
    pub environment: PathBuf,
    /// Whether `environment` is made by the first step, and so must not be there before.
    pub creates: bool,
    /// The normalised names that must be satisfied at the end.
    pub promises: Vec<String>,
}

/// One program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// "Creating `.venv` with Python 3.12".
    pub doing: String,
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub cwd: PathBuf,
    /// Variables to set, or (`None`) to take away.
    pub variables: Vec<(&'static str, Option<&'static str>)>,
    /// Variables to set where the user has not.
    pub defaults: Vec<(&'static str, &'static str)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    pub path: PathBuf,
    pub text: String,
}

/// Why there is no plan, fit for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError(pub String);

/// How `effect` is carried out with what is known now. `scratch` is an empty folder for the plan's files.
pub fn plan(effect: &Effect, context: &Context<'_>, scratch: &Path) -> Result<Plan, PlanError> {
    let machine = context
        .facts
        .machine
        .as_deref()
        .ok_or_else(|| PlanError("The machine is still being looked at".into()))?;
    match effect {
        Effect::Create { root, interpreter, install } => {
            create(context, machine, scratch, root, interpreter, *install)
        }
        Effect::Install { environment, names } => {
            install(context, machine, scratch, environment, names.as_deref())
        }
    }
}

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

enum InstallProgram<'a> {
    Uv(&'a Path),
    /// The environment's own, always as `python -m pip`: the `pip` script of a copied environment installs
    /// into the original.
    Inside,
    /// That of another Python, with `--python`.
    Host(&'a Path),
}

/// An environment that is there, or will be after the first step.
struct Target {
    root: PathBuf,
    executable: PathBuf,
    version: Option<facts::PythonVersion>,
    has_pip: bool,
    is_conda: bool,
}

impl Target {
    fn existing(environment: &facts::Environment) -> Self {
        Self {
            root: environment.root.clone(),
            executable: environment.executable.clone(),
            version: environment.python.clone(),
            has_pip: environment.has_pip(),
            is_conda: environment.kind == EnvironmentKind::Conda,
        }
    }

    fn installer<'a>(
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

fn create(
    context: &Context<'_>,
    machine: &Machine,
    scratch: &Path,
    root: &Path,
    interpreter: &Path,
    install: bool,
) -> Result<Plan, PlanError> {
    let interpreter = find_interpreter(machine, interpreter)
        .ok_or_else(|| PlanError(format!("`{}` is not a Python of this machine", interpreter.display())))?;
    let holds_file = root.parent().is_some_and(|folder| context.manifest.path.starts_with(folder));
    if !root.is_absolute() || !holds_file {
        return Err(PlanError(format!("An environment at `{}` would not serve this file", root.display())));
    }
    let creator = creator(machine, interpreter, context.config.installer).map_err(PlanError)?;
    let name = environment_name(root);
    let version = format!("{}.{}", interpreter.version.major, interpreter.version.minor);
    let mut args = Arguments::default();
    let program = match creator {
        Creator::Uv(uv) => {
            // Only the interpreter that was chosen, and no project whose settings could choose another.
            args.words(["venv", "--color", "never", "--no-project", "--python"])
                .path(&interpreter.executable);
            uv
        }
        Creator::Venv => {
            args.words(["-I", "-m", "venv"]);
            &interpreter.executable
        }
        Creator::VenvWithoutPip => {
            args.words(["-I", "-m", "venv", "--without-pip"]);
            &interpreter.executable
        }
    };
    args.path(root);
    let mut plan = Plan {
        title: format!("Creating {name} with Python {version}"),
        steps: vec![Step {
            doing: format!("Creating {name} with Python {version}"),
            program: program.to_owned(),
            args: args.0,
            cwd: scratch.to_owned(),
            variables: VARIABLES.to_vec(),
            defaults: DEFAULTS.to_vec(),
        }],
        files: Vec::new(),
        environment: root.to_owned(),
        creates: true,
        promises: Vec::new(),
    };
    let asked = asked_of_new(context, &interpreter.markers);
    if install && !asked.is_empty() {
        let target = Target {
            root: root.to_owned(),
            executable: executable_in(root, &interpreter.executable),
            version: Some(interpreter.version.clone()),
            has_pip: creator == Creator::Venv,
            is_conda: false,
        };
        add_install(&mut plan, context, machine, scratch, &target, &asked)?;
    }
    Ok(plan)
}

fn install(
    context: &Context<'_>,
    machine: &Machine,
    scratch: &Path,
    environment: &Path,
    names: Option<&[String]>,
) -> Result<Plan, PlanError> {
    let chosen = context
        .chosen()
        .filter(|chosen| chosen.environment.root == environment)
        .ok_or_else(|| PlanError(format!("`{}` does not serve this file any more", environment.display())))?;
    let environment = &chosen.environment;
    if let Some(issue) = environment.health.first() {
        return Err(PlanError(format!(
            "{} is broken: {}",
            environment_name(&environment.root),
            issue.message
        )));
    }
    let asked: Vec<Wanted<'_>> = match names {
        None => unsatisfied(context, environment).into_iter().map(|(wanted, _)| wanted).collect(),
        Some(names) => asked_under(context, environment, names),
    };
    let asked = with_needed_by_extras(context, environment, asked);
    if asked.is_empty() {
        return Err(PlanError("Nothing that this file asks for is missing any more".into()));
    }
    let mut plan = Plan {
        title: format!("Installing into {}", environment_name(&environment.root)),
        steps: Vec::new(),
        files: Vec::new(),
        environment: environment.root.clone(),
        creates: false,
        promises: Vec::new(),
    };
    add_install(&mut plan, context, machine, scratch, &Target::existing(environment), &asked)?;
    Ok(plan)
}

fn add_install(
    plan: &mut Plan,
    context: &Context<'_>,
    machine: &Machine,
    scratch: &Path,
    target: &Target,
    asked: &[Wanted<'_>],
) -> Result<(), PlanError> {
    let program = target.installer(machine, context.config.installer).map_err(PlanError)?;
    let lists = Lists::new(context, asked);
    let mut args = Arguments::default();
    let executable = match program {
        InstallProgram::Uv(uv) => {
            args.words(["pip", "install", "--color", "never", "--python"]).path(&target.executable);
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
    if !matches!(program, InstallProgram::Uv(_)) {
        args.words([
            "install",
            "--no-input",
            "--disable-pip-version-check",
            "--no-color",
            "--progress-bar",
            "off",
        ]);
        if !target.is_conda {
            // A second lock on the system's Python: pip itself refuses outside an environment.
            args.words(["--require-virtualenv"]);
        }
    }
    if !plan.creates && lists.has_hashes {
        // pip demands a hash for everything then, also for what a line itself requires; a file with hashes has a
        // line for each of these.
        args.words(["--no-deps"]);
    }
    for folder in &lists.find_links {
        args.words(["--find-links"]).path(folder);
    }
    let mut file = |name: &str, text: String| {
        let path = scratch.join(name);
        plan.files.push(PlannedFile { path: path.clone(), text });
        path
    };
    args.words(["--requirement"]).path(&file("requirements.txt", lists.requirements));
    if !lists.constraints.is_empty() {
        args.words(["--constraint"]).path(&file("constraints.txt", lists.constraints));
    }
    plan.steps.push(Step {
        doing: format!(
            "Installing {} into {}",
            counted(asked.len(), "requirement"),
            environment_name(&target.root)
        ),
        program: executable.to_owned(),
        args: args.0,
        // pip and uv read `./project` from here.
        cwd: context.manifest.folder().to_owned(),
        variables: VARIABLES.to_vec(),
        defaults: DEFAULTS.to_vec(),
    });
    plan.promises = asked
        .iter()
        .filter_map(|wanted| wanted.entry.name())
        .map(|name| name.normalized.to_string())
        .collect();
    Ok(())
}

/// `-I` keeps a `random.py` or a `pip` folder beside the manifest from being taken for Python's own, `-X utf8`
/// makes pip read our file as what it is.
const PYTHON_PIP: [&str; 5] = ["-I", "-X", "utf8", "-m", "pip"];

/// What is set or taken away for every program. Index, proxy and certificate settings stay as the user has them.
const VARIABLES: &[(&str, Option<&str>)] = &[
    // pip: `user = true`, which Homebrew's own hint recommends, breaks every installation into an environment.
    ("PIP_USER", Some("0")),
    ("PIP_NO_INPUT", Some("1")),
    // The system's Python is never installed into, whatever a configuration file says.
    ("PIP_BREAK_SYSTEM_PACKAGES", Some("0")),
    ("UV_BREAK_SYSTEM_PACKAGES", None),
    ("UV_SYSTEM_PYTHON", None),
    // These would lead the installation to another place than the one that was asked for.
    ("PIP_TARGET", None),
    ("PIP_PREFIX", None),
    ("PIP_ROOT", None),
    ("PIP_PYTHON", None),
    ("PIP_DRY_RUN", None),
    ("UV_PYTHON", None),
    ("VIRTUAL_ENV", None),
    // Nothing is fetched that the user did not ask for, and nothing that is there is cleared away.
    ("UV_PYTHON_DOWNLOADS", Some("never")),
    ("UV_VENV_CLEAR", None),
    ("UV_NO_PROGRESS", Some("1")),
    ("PYTHONHOME", None),
    ("PYTHONDONTWRITEBYTECODE", None),
    ("NO_COLOR", Some("1")),
    // git must fail rather than wait for an answer that nobody can give.
    ("GIT_TERMINAL_PROMPT", Some("0")),
];

/// The same for ssh, unless the user has a command of their own for it.
const DEFAULTS: &[(&str, &str)] = &[("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")];

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

#[derive(Default)]
struct Arguments(Vec<OsString>);

impl Arguments {
    fn words<const N: usize>(&mut self, words: [&str; N]) -> &mut Self {
        self.0.extend(words.map(OsString::from));
        self
    }

    /// Paths are absolute, so they cannot be taken for options.
    fn path(&mut self, path: &Path) -> &mut Self {
        self.0.push(path.into());
        self
    }
}
