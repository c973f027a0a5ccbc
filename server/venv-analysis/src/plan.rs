//! From an effect to the programs that carry it out: argument lists, never a shell string.
//!
//! Requirements reach the installer in a requirements file of our own, never as arguments: nothing that stands
//! in a manifest can become an option of a command, and an index URL with a password in it stays out of the
//! list of processes. The switches are explained in pip's and uv's own documentation; why each is there is
//! said beside it.

mod arguments;
mod asked;
mod create;
mod fetch;
mod lists;
mod pip_settings;
mod project;
mod removal;
mod repair;
mod tools;
mod uv;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::check::Context;
use crate::config::Installer;
use crate::effect::Effect;
use crate::facts::{Environment, Interpreter, Machine, find_interpreter};
use crate::plan::arguments::{Arguments, start_of_installation};
use crate::plan::asked::with_needed_by_extras;
pub(crate) use crate::plan::create::unusable_place;
pub use crate::plan::fetch::Fetch;
use crate::plan::lists::{Lists, Reach};
pub(crate) use crate::plan::repair::{
    can_recreate, is_left_over, issues, maker, reinstalled, successor_name, successors,
};
pub(crate) use crate::plan::tools::{Creator, can_install, creator, fetchable, installs_with_uv};
use crate::plan::tools::{InstallProgram, Target};
use crate::requirements::{Wanted, asked_under, unsatisfied};
use crate::sources::Sources;
use crate::words::{counted, environment_name, plain};

/// Programs to run one after the other, and the files that they read.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What is being done, for a progress bar: "Creating `.venv`".
    pub title: String,
    pub steps: Vec<Step>,
    /// What is got from an index before a step needs it.
    pub fetches: Vec<Fetch>,
    /// Written into the scratch folder before the first step.
    pub files: Vec<PlannedFile>,
    /// The environment that is made or filled.
    pub environment: PathBuf,
    /// The link that leads there, where it is known by one.
    pub link: Option<PathBuf>,
    pub placement: Placement,
    /// What its place is taken from, where that leads nowhere: "the link to `/srv/env`".
    pub replaces: Option<Box<str>>,
    /// What a successor gets from the environment before it: names directly in its folder.
    pub carried: Vec<&'static str>,
    /// So many of the first steps make it; before they have ended there is none.
    pub making: usize,
    /// What is removed, names directly in the environment's own folders of packages.
    pub removes: Vec<PathBuf>,
    /// The normalised names that must be satisfied at the end.
    pub promises: Vec<String>,
    /// The normalised name of the project that must be there at the end, as one in development.
    pub project: Option<String>,
    /// The distributions that must be gone at the end.
    pub uninstalls: Vec<String>,
    /// The distributions that must be there at the end.
    pub pins: Vec<Pin>,
    /// What is to be known beforehand of how it is done, as sentences for the log.
    pub remarks: Vec<String>,
    /// What is to be said where it ends well, as clauses.
    pub notes: Vec<String>,
    /// From where it installs, as far as a file says so and the user has not: one for each host, for each whose
    /// certificate is not checked, and for each variable whose value is sent along.
    pub sources: Vec<String>,
}

/// What becomes of the place of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// The environment is there and stays.
    Kept,
    /// Nothing is there; the first steps make the environment.
    New,
    /// What is there is moved aside; the first steps make its successor, and when that has all that is promised,
    /// what is aside goes.
    Successor,
}

/// A distribution that is installed as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Normalised.
    pub name: String,
    /// `None`: whichever its source has.
    pub version: Option<String>,
}

/// One program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// "Creating `.venv` with Python 3.12".
    pub doing: String,
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub cwd: PathBuf,
    /// Where it keeps what it needs only while it runs.
    pub temporary: PathBuf,
    /// Variables to set, or (`None`) to take away.
    pub variables: Vec<(&'static str, Option<&'static str>)>,
    /// Variables to set where the user has not.
    pub defaults: Vec<(&'static str, &'static str)>,
    /// The user's proxy variables in a form that every program understands. They may hold passwords, and so are not
    /// for showing.
    pub proxies: Vec<(String, String)>,
    /// The installer that it runs; `None` for a program that installs nothing.
    pub tool: Option<Tool>,
    /// Where pip writes down what it does not print.
    pub log: Option<PathBuf>,
}

/// What installs distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Pip,
    Uv,
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
    let installer = effect.installer().unwrap_or(context.config.installer);
    let desk = Desk { context, machine, scratch, installer };
    match effect {
        Effect::Create { root, python, install } => create::create(&desk, root, python, *install),
        Effect::Install { environment, names, .. } => install(&desk, environment, names.as_deref()),
        Effect::InstallProject { environment } => project::install(&desk, environment),
        Effect::Recreate { root, interpreter, reinstall } => {
            repair::recreate(&desk, root, interpreter, *reinstall)
        }
        Effect::Reinstall { environment, distributions } => {
            repair::reinstall(&desk, environment, distributions)
        }
        Effect::Remove { environment, paths } => repair::remove(&desk, environment, paths),
        Effect::Uninstall { environment, names } => removal::uninstall(&desk, environment, names),
        Effect::InstallPySocks { environment } => fetch::install_pysocks(&desk, environment),
    }
}

/// What plans are made from.
struct Desk<'a> {
    context: &'a Context<'a>,
    machine: &'a Machine,
    /// An empty folder for the plan's files.
    scratch: &'a Path,
    installer: Installer,
}

impl<'a> Desk<'a> {
    fn interpreter(&self, path: &Path) -> Result<&'a Interpreter, PlanError> {
        find_interpreter(self.machine, path)
            .ok_or_else(|| PlanError(format!("`{}` is not a Python of this machine", path.display())))
    }

    /// The environment that serves the file, if `root` still is the one.
    fn environment(&self, root: &Path) -> Result<&'a Environment, PlanError> {
        let chosen = self.context.chosen().filter(|chosen| chosen.environment.root == root);
        chosen
            .map(|chosen| &*chosen.environment)
            .ok_or_else(|| PlanError(format!("`{}` does not serve this file any more", root.display())))
    }
}

fn install(desk: &Desk<'_>, environment: &Path, names: Option<&[String]>) -> Result<Plan, PlanError> {
    let context = desk.context;
    let environment = desk.environment(environment)?;
    if let Some(issue) = environment.broken_by() {
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
    let title = format!("Installing into {}", environment_name(&environment.root));
    let mut plan = Plan::new(title, &environment.root, Placement::Kept);
    let reach = if names.is_none() { Reach::File } else { Reach::Lines };
    add_install(&mut plan, desk, &Target::existing(environment), &asked, reach)?;
    Ok(plan)
}

impl Plan {
    pub(crate) fn new(title: String, environment: &Path, placement: Placement) -> Self {
        Self {
            title,
            steps: Vec::new(),
            fetches: Vec::new(),
            files: Vec::new(),
            environment: environment.to_owned(),
            link: None,
            placement,
            replaces: None,
            carried: Vec::new(),
            making: 0,
            removes: Vec::new(),
            promises: Vec::new(),
            project: None,
            uninstalls: Vec::new(),
            pins: Vec::new(),
            remarks: Vec::new(),
            notes: Vec::new(),
            sources: Vec::new(),
        }
    }

    /// The paths by which the environment is known that is made or filled.
    pub fn places(&self) -> Vec<PathBuf> {
        std::iter::once(&self.environment).chain(&self.link).cloned().collect()
    }
}

/// What an installer is asked to do beside reading its files.
enum Manner<'a> {
    /// What is asked for, with all that it requires.
    Usual,
    /// Only what has a line. Nothing of it is there yet.
    Bare,
    /// The same over what is there of these names.
    Over(&'a [&'a str]),
}

fn add_install(
    plan: &mut Plan,
    desk: &Desk<'_>,
    target: &Target,
    asked: &[Wanted<'_>],
    reach: Reach,
) -> Result<(), PlanError> {
    let lists = Lists::new(desk.context, asked, reach);
    // pip demands a hash for everything then, also for what a line itself requires; a file with hashes has a line
    // for each of these.
    let manner =
        if plan.placement == Placement::Kept && lists.has_hashes { Manner::Bare } else { Manner::Usual };
    let what = counted(asked.len(), "requirement");
    let mut sources = Sources::new(desk.context).with(asked);
    if reach == Reach::File {
        sources = sources.with_lists(desk.context);
    }
    let doing = format!("Installing {what} into {}", environment_name(&target.root));
    add_installation(plan, desk, target, &lists, &manner, &doing, &sources)?;
    plan.promises = asked
        .iter()
        .filter_map(|wanted| wanted.entry.name())
        .map(|name| name.normalized.to_string())
        .collect();
    Ok(())
}

/// Adds the step that installs what `lists` ask for, from `sources`.
fn add_installation(
    plan: &mut Plan,
    desk: &Desk<'_>,
    target: &Target,
    lists: &Lists,
    manner: &Manner<'_>,
    doing: &str,
    sources: &Sources,
) -> Result<(), PlanError> {
    plan.sources = sources.names();
    let program = target.installer(desk.machine, desk.installer).map_err(PlanError)?;
    let is_uv = matches!(program, InstallProgram::Uv(_));
    let uv = desk.context.facts.uv.as_deref().filter(|_| is_uv);
    if let Some((file, key)) = uv.and_then(|uv| uv.elsewhere.as_ref()) {
        let file = plain(&file.to_string_lossy());
        return Err(PlanError(format!(
            "`{file}` sets `{key}`, which leads installations elsewhere: remove it, or install with pip"
        )));
    }
    let pip = desk.context.facts.pip.as_deref().filter(|_| !is_uv);
    if let Some(reason) =
        pip.and_then(|pip| pip_settings::refusal(pip, plan.placement, !plan.carried.is_empty()))
    {
        return Err(PlanError(reason));
    }
    if fetch::needs_pysocks(desk, plan, &program) {
        fetch::add_pysocks(plan, desk, target, &program);
    }
    let (executable, mut args) = start_of_installation(target, &program, desk.machine);
    if is_uv {
        uv::keep_apart(&mut args, plan, desk)?;
    }
    match manner {
        Manner::Usual => {}
        Manner::Bare => {
            args.words(["--no-deps"]);
        }
        Manner::Over(names) => {
            args.words(["--no-deps"]);
            if is_uv {
                for name in *names {
                    args.words(["--reinstall-package", name]);
                }
            } else {
                // pip cannot uninstall what is incomplete.
                args.words(["--ignore-installed"]);
            }
        }
    }
    let written = lists.write(is_uv);
    args.0.extend(written.arguments);
    for folder in &lists.find_links {
        args.words(["--find-links"]).path(folder);
    }
    let mut file = |name: &str, text: String| {
        let path = desk.scratch.join(name);
        plan.files.push(PlannedFile { path: path.clone(), text });
        path
    };
    args.words(["--requirement"]).path(&file("requirements.txt", written.requirements));
    if !written.constraints.is_empty() {
        args.words(["--constraint"]).path(&file("constraints.txt", written.constraints));
    }
    // pip and uv read `./project` from here.
    let doing = format!("{doing}{}", sources.words());
    let step = desk.step(doing, executable, args, desk.context.manifest.folder());
    let tool = if is_uv { Tool::Uv } else { Tool::Pip };
    // Who has one already reads it there.
    let has_log = desk.context.facts.pip.as_ref().is_some_and(|pip| pip.find("log", "install").is_some());
    let log = (!is_uv && !has_log).then(|| desk.scratch.join("pip.log"));
    plan.steps.push(Step { tool: Some(tool), log, ..step });
    Ok(())
}

impl Desk<'_> {
    fn step(&self, doing: String, program: &Path, args: Arguments, cwd: &Path) -> Step {
        Step {
            doing,
            program: program.to_owned(),
            args: args.0,
            cwd: cwd.to_owned(),
            temporary: self.scratch.to_owned(),
            variables: VARIABLES.to_vec(),
            defaults: DEFAULTS.to_vec(),
            tool: None,
            log: None,
            proxies: fetch::proxies(self.context),
        }
    }
}

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
    ("UV_WORKING_DIR", None),
    ("VIRTUAL_ENV", None),
    // Nothing is fetched that the user did not ask for, and nothing that is there is cleared away.
    ("UV_PYTHON_DOWNLOADS", Some("never")),
    ("UV_VENV_CLEAR", None),
    ("VIRTUALENV_CLEAR", None),
    ("UV_NO_PROGRESS", Some("1")),
    ("PYTHONHOME", None),
    ("PYTHONDONTWRITEBYTECODE", None),
    ("NO_COLOR", Some("1")),
    // git must fail rather than wait for an answer that nobody can give.
    ("GIT_TERMINAL_PROMPT", Some("0")),
];

/// The same for ssh, unless the user has a command of their own for it.
const DEFAULTS: &[(&str, &str)] = &[("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")];
