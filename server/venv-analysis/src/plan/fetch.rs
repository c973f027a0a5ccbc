//! What a plan gets from an index by itself, because pip cannot: PySocks, where a SOCKS proxy stands before the index,
//! and pip itself, where nothing on the machine brings one.
//!
//! pip then installs it from the folder that it was put into, by a list with its hash, and asks no index for it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use venv_syntax::Version;

use super::arguments::{Arguments, start_of_installation};
use super::tools::{InstallProgram, Target};
use super::{Desk, Placement, Plan, PlanError, Step, Tool};
use crate::check::Context;
use crate::facts::{
    Interpreter, Network, PipSettings, PipSource, Proxy, ProxySource, PythonVersion, with_socks_version,
};
use crate::pysocks::{IndexUrl, PYSOCKS, index_urls, lacks_pysocks, socks_proxy};
use crate::sources::Sources;
use crate::words::environment_name;

/// A wheel to get from an index.
#[derive(Clone, PartialEq)]
pub struct Fetch {
    /// "Fetching PySocks through the SOCKS proxy (`ALL_PROXY`)".
    pub doing: String,
    /// The number of the step that needs it.
    pub before: usize,
    /// As its authors spell it.
    pub title: &'static str,
    /// Normalised. The newest wheel for every platform and for `version` is wanted.
    pub name: &'static str,
    /// The version of the Python that it is for, where that is known.
    pub version: Option<Version>,
    /// Those that pip would ask, in its order.
    pub indexes: Vec<IndexUrl>,
    /// The Python whose pip that is, which was made for an index of its own.
    pub python: PathBuf,
    /// The environment that has that Python, if one has.
    pub environment: Option<PathBuf>,
    /// Where the wheel goes.
    pub folder: PathBuf,
    /// Where a requirements file goes that asks for exactly this wheel.
    pub list: PathBuf,
    /// Where a copy of the wheel goes that is run: what the wheel itself is called is not known beforehand.
    pub copy: Option<PathBuf>,
    /// By which the way to the index is found, as pip finds it.
    pub pip: Arc<PipSettings>,
    pub network: Arc<Network>,
}

/// Without what the settings and the variables say: they may hold passwords.
impl fmt::Debug for Fetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetch")
            .field("doing", &self.doing)
            .field("before", &self.before)
            .finish_non_exhaustive()
    }
}

/// The variables that name a proxy in a form that not every program understands, in another one. What pip's own
/// configuration names is among them: a variable counts more, and stays out of the list of processes.
pub(super) fn proxies(context: &Context<'_>) -> Vec<(String, String)> {
    let Some(network) = context.facts.network.as_deref() else { return Vec::new() };
    let mut proxies: Vec<(String, String)> =
        network.rewritten().map(|(name, url)| (name.to_owned(), url)).collect();
    let configured = context.facts.pip.as_deref().and_then(|pip| pip.find("proxy", "install"));
    let configured = configured.and_then(|setting| with_socks_version(&setting.value));
    proxies.extend(configured.map(|url| ("PIP_PROXY".to_owned(), url)));
    proxies
}

/// Whether pip has to be given PySocks before it can install by `plan`.
pub(super) fn needs_pysocks(desk: &Desk<'_>, plan: &Plan, program: &InstallProgram<'_>) -> bool {
    let environment = desk.context.chosen().filter(|_| plan.placement == Placement::Kept);
    let is_lacking = environment.is_none_or(|chosen| lacks_pysocks(desk.context, &chosen.environment));
    !matches!(program, InstallProgram::Uv(_)) && is_lacking && socks_proxy(desk.context).is_some()
}

/// Adds the step that installs PySocks, and what fetches it.
pub(super) fn add_pysocks(plan: &mut Plan, desk: &Desk<'_>, target: &Target, program: &InstallProgram<'_>) {
    let (Some(proxy), Some(pip), Some(network)) =
        (socks_proxy(desk.context), &desk.context.facts.pip, &desk.context.facts.network)
    else {
        return;
    };
    let folder = desk.scratch.join("fetched");
    let list = folder.join("pysocks.txt");
    let (python, environment) = match program {
        InstallProgram::Host(host) => ((*host).to_owned(), None),
        InstallProgram::Inside | InstallProgram::Uv(_) => {
            (target.executable.clone(), Some(target.root.clone()))
        }
    };
    let sources = Sources::new(desk.context);
    plan.fetches.push(Fetch {
        doing: format!("Fetching PySocks{} through the SOCKS proxy ({})", sources.words(), place_of(&proxy)),
        before: plan.steps.len(),
        title: "PySocks",
        name: PYSOCKS,
        version: target.version.as_ref().map(release),
        indexes: index_urls(desk.context),
        python,
        environment,
        folder: folder.clone(),
        list: list.clone(),
        copy: None,
        pip: Arc::clone(pip),
        network: Arc::clone(network),
    });
    let (executable, mut args) = start_of_installation(target, program, desk.machine);
    args.words(["--no-index", "--no-deps", "--find-links"]).path(&folder);
    args.words(["--requirement"]).path(&list);
    let doing = format!("Installing PySocks into {}", environment_name(&target.root));
    plan.steps.push(Step { tool: Some(Tool::Pip), ..desk.step(doing, executable, args, desk.scratch) });
}

/// Adds what fetches pip for the next step, which `python` runs, and gives the arguments of that step.
pub(super) fn add_pip(
    plan: &mut Plan,
    desk: &Desk<'_>,
    indexes: &[Box<str>],
    interpreter: &Interpreter,
) -> Result<Arguments, PlanError> {
    let (Some(pip), Some(network)) = (&desk.context.facts.pip, &desk.context.facts.network) else {
        return Err(PlanError("The way to an index is still being looked at".to_owned()));
    };
    let proxies = indexes.iter().filter_map(|index| network.pip_proxy(pip, index));
    let way = match proxies.into_iter().find(|proxy| proxy.scheme.is_socks()) {
        Some(proxy) => format!(" through the SOCKS proxy ({})", place_of(&proxy)),
        None => String::new(),
    };
    let folder = desk.scratch.join("fetched-pip");
    let list = folder.join("pip.txt");
    let copy = desk.scratch.join("pip.whl");
    let mut args = Arguments::default();
    run_pip_from(&mut args, &copy);
    args.words(["--find-links"]).path(&folder).words(["--requirement"]).path(&list);
    plan.fetches.push(Fetch {
        doing: format!("Fetching pip{}{way}", Sources::of_indexes(indexes).words()),
        before: plan.steps.len(),
        title: "pip",
        name: "pip",
        version: Some(release(&interpreter.version)),
        indexes: indexes.iter().map(|url| IndexUrl::Named(url.to_string())).collect(),
        python: interpreter.executable.clone(),
        environment: None,
        folder,
        list,
        copy: Some(copy),
        pip: Arc::clone(pip),
        network: Arc::clone(network),
    });
    Ok(args)
}

/// The first arguments of an installation by the pip in `wheel`, which is run from there.
pub(super) fn run_pip_from(args: &mut Arguments, wheel: &Path) {
    args.words(["-I", "-X", "utf8"]).path(&wheel.join("pip"));
    args.words(["install", "--no-input", "--disable-pip-version-check", "--no-color"]);
    args.words(["--require-virtualenv", "--no-index", "--no-deps", "--ignore-installed"]);
}

/// As `Requires-Python` is compared with it. Without its patch level, where that is not known, it is the oldest of its line.
fn release(python: &PythonVersion) -> Version {
    let digits = python.patch.find(|c: char| !c.is_ascii_digit()).unwrap_or(python.patch.len());
    let patch = python.patch[..digits].parse::<u64>().unwrap_or(0);
    Version::new([u64::from(python.major), u64::from(python.minor), patch])
}

/// PySocks, and nothing else.
pub(super) fn install_pysocks(desk: &Desk<'_>, environment: &Path) -> Result<Plan, PlanError> {
    let environment = desk.environment(environment)?;
    let name = environment_name(&environment.root);
    if let Some(issue) = environment.broken_by() {
        return Err(PlanError(format!("{name} is broken: {}", issue.message)));
    }
    let mut plan = Plan::new(format!("Installing PySocks into {name}"), &environment.root, Placement::Kept);
    let target = Target::existing(environment);
    let program = target.installer(desk.machine, desk.installer).map_err(PlanError)?;
    if !needs_pysocks(desk, &plan, &program) {
        return Err(PlanError(format!("{name} needs no PySocks any more")));
    }
    plan.sources = Sources::new(desk.context).names();
    add_pysocks(&mut plan, desk, &target, &program);
    Ok(plan)
}

/// "`ALL_PROXY`", or the file.
fn place_of(proxy: &Proxy) -> String {
    match &proxy.source {
        ProxySource::Variable(variable) => crate::words::quoted(variable),
        ProxySource::Pip(PipSource::Variable(variable)) => format!("`{variable}`"),
        ProxySource::Pip(PipSource::File { file, .. }) => crate::words::file_name(&file.path),
    }
}
