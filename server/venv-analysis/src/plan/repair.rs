//! Putting an environment right: a successor in its place, single distributions again, or rubbish away.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use venv_syntax::Version;

use super::create::{Base, SYSTEM_SITE_PACKAGES, add_creation};
use super::tools::{Creator, Target, creator};
use super::{Desk, Manner, Pin, Placement, Plan, PlanError, add_install, add_installation};
use crate::asked_python::{AskedPython, capable};
use crate::check::Context;
use crate::config::Installer;
use crate::facts::{Cure, Environment, EnvironmentKind, HealthIssue, Interpreter, Machine};
use crate::former::{Former, FormerDistribution};
use crate::plan::lists::{Lists, Reach};
use crate::requirements::asked_of_new;
use crate::sources::Sources;
use crate::words::{counted, environment_name, plain};

/// Whether a program may put another environment in the place of this one; or why not, and what to do.
pub(crate) fn can_recreate(context: &Context<'_>, environment: &Environment) -> Result<(), String> {
    let name = environment_name(&environment.root);
    let Scene { root, kind, is_beside } = Scene::of(context, environment);
    // One beside the project is used by its tool, whoever made it; in a folder of its own the tool keeps books.
    let tool = match kind {
        EnvironmentKind::Poetry => Some(("Poetry", "poetry env remove --all` and `poetry install")),
        EnvironmentKind::Pipenv => Some(("Pipenv", "pipenv --rm` and `pipenv install --dev")),
        EnvironmentKind::Hatch => Some(("Hatch", "hatch env prune` and `hatch env create")),
        EnvironmentKind::Pdm => Some(("PDM", "pdm venv remove` with its name and `pdm install")),
        EnvironmentKind::Venv
        | EnvironmentKind::Virtualenv
        | EnvironmentKind::Uv
        | EnvironmentKind::PyenvVirtualenv
        | EnvironmentKind::Virtualenvwrapper
        | EnvironmentKind::Pixi
        | EnvironmentKind::Tox
        | EnvironmentKind::Nox
        | EnvironmentKind::Conda => None,
    };
    if let Some((tool, commands)) = tool.filter(|_| !is_beside) {
        return Err(format!("{name} is {tool}'s: run `{commands}`, which make it again"));
    }
    match kind {
        EnvironmentKind::Venv
        | EnvironmentKind::Virtualenv
        | EnvironmentKind::Uv
        // These use whatever environment is in that place.
        | EnvironmentKind::Poetry
        | EnvironmentKind::Pipenv
        | EnvironmentKind::Hatch
        | EnvironmentKind::Pdm
        | EnvironmentKind::PyenvVirtualenv
        | EnvironmentKind::Virtualenvwrapper => {}
        EnvironmentKind::Pixi => {
            let which = match root.file_name() {
                Some(folder) if folder != "default" => {
                    format!(" --environment {}", plain(&folder.to_string_lossy()))
                }
                Some(_) | None => String::new(),
            };
            return Err(format!("{name} is Pixi's: run `pixi reinstall{which}`, which makes it again"));
        }
        EnvironmentKind::Tox => {
            let folder = root.file_name().unwrap_or_default();
            return Err(format!(
                "{name} is tox's: run `tox --recreate --notest -e {}`, which makes it again",
                plain(&folder.to_string_lossy())
            ));
        }
        // The folder is not called as its session is.
        EnvironmentKind::Nox => {
            return Err(format!(
                "{name} is Nox's: run `nox --reuse-venv=no --install-only`, which makes all of Nox's again"
            ));
        }
        EnvironmentKind::Conda => {
            return Err(format!(
                "{name} is conda's: remove it with `conda env remove --prefix {}`, and create it again with conda",
                plain(&root.to_string_lossy())
            ));
        }
    }
    // What stands in the way of reading is in the way of moving, too.
    if let Some(HealthIssue { cure: Cure::ByHand, message, .. }) = environment.broken_by() {
        return Err(format!("{name}: {message}"));
    }
    if !is_beside && context.facts.former.as_ref().is_some_and(|former| former.is_foreign) {
        let root = plain(&root.to_string_lossy());
        return Err(format!(
            "`{root}` belongs to another user: ask them, or make an environment of your own"
        ));
    }
    Ok(())
}

/// Where the environment lies that is to be replaced.
struct Scene<'a> {
    root: &'a Path,
    kind: EnvironmentKind,
    /// Whether that is the folder of the file, or one above it.
    is_beside: bool,
}

impl<'a> Scene<'a> {
    fn of(context: &'a Context<'_>, environment: &'a Environment) -> Self {
        let place = context.facts.former.as_deref().and_then(|former| former.place.as_ref());
        let (root, kind) =
            place.map_or((&environment.root, environment.kind), |place| (&place.root, place.kind));
        let is_beside = root.parent().is_some_and(|folder| context.manifest.path.starts_with(folder));
        Self { root, kind, is_beside }
    }
}

/// The place where a successor is made, in backticks: its whole path where the file does not lie beside it.
pub(crate) fn successor_name(context: &Context<'_>, environment: &Environment) -> String {
    let Scene { root, is_beside, .. } = Scene::of(context, environment);
    if is_beside { environment_name(root) } else { format!("`{}`", plain(&root.to_string_lossy())) }
}

/// The Pythons with which a successor can be made, the best first: those that are asked for before the others; among
/// these those of the same version as before, then in the usual order.
pub(crate) fn successors<'a>(
    context: &Context<'_>,
    machine: &'a Machine,
    environment: &Environment,
) -> Vec<&'a Interpreter> {
    let asked = AskedPython::new(context);
    let mut able = capable(machine, context.config, &asked);
    if let Some(before) = &environment.python {
        let is_other = |interpreter: &&Interpreter| {
            let version = &interpreter.version;
            (version.major, version.minor, version.implementation)
                != (before.major, before.minor, before.implementation)
        };
        able.sort_by_key(|interpreter| (!asked.fits(&interpreter.version), is_other(interpreter)));
    }
    able
}

/// What makes the successor. One that had pip gets pip again, where that costs nothing.
pub(crate) fn maker<'a>(
    machine: &'a Machine,
    interpreter: &Interpreter,
    installer: Installer,
    former: &Former,
) -> Result<Creator<'a>, String> {
    if former.is_relocatable
        && let Ok(creator @ Creator::Uv(_)) = creator(machine, interpreter, installer)
    {
        // Nobody else can.
        return Ok(creator);
    }
    let had_pip = former.distributions.iter().any(|distribution| distribution.name == "pip");
    if had_pip && interpreter.has_venv && interpreter.has_ensurepip && installer != Installer::Uv {
        return Ok(Creator::Venv);
    }
    creator(machine, interpreter, installer)
}

/// What a successor is given of what was installed: all but what comes with its making.
pub(crate) fn reinstalled<'a>(
    former: &'a Former,
    creator: Creator<'_>,
    interpreter: &Interpreter,
) -> impl Iterator<Item = &'a FormerDistribution> {
    let is_old = (interpreter.version.major, interpreter.version.minor) < (3, 12);
    let comes_with_it = move |name: &str| match name {
        "pip" => creator.brings_pip(),
        // `venv` and `virtualenv` brought these, and nobody asked for them.
        "setuptools" => is_old && matches!(creator, Creator::Venv | Creator::Virtualenv(_)),
        _ => false,
    };
    former.distributions.iter().filter(move |distribution| !comes_with_it(&distribution.name))
}

pub(super) fn recreate(
    desk: &Desk<'_>,
    root: &Path,
    interpreter: &Path,
    reinstall: bool,
) -> Result<Plan, PlanError> {
    let Desk { context, machine, .. } = *desk;
    let environment = desk.environment(root)?;
    can_recreate(context, environment).map_err(PlanError)?;
    let link = root;
    let root = Scene::of(context, environment).root;
    let name = successor_name(context, environment);
    if context.manifest.path.starts_with(root) || holds_workspace(context, root) {
        return Err(PlanError(format!(
            "{name} holds the project itself: move the project out of it, then create an environment there"
        )));
    }
    let interpreter = desk.interpreter(interpreter)?;
    let empty = Former::default();
    let former = context.facts.former.as_deref().unwrap_or(&empty);
    let installer = context.config.installer;
    let creator = maker(machine, interpreter, installer, former).map_err(PlanError)?;
    let base = Base::Installed(interpreter);
    let doing = match environment.replaced() {
        Some(what) => format!("Creating {name} with Python {} in place of {what}", base.minor()),
        None => format!("Recreating {name} with Python {}", base.minor()),
    };
    let mut plan = Plan::new(doing.clone(), root, Placement::Successor);
    plan.replaces = environment.replaced().map(Into::into);
    plan.link = (link != root).then(|| link.to_owned());
    let options = options_of(environment, former, creator);
    let target = add_creation(&mut plan, desk, creator, base, &options, &doing)?;
    if former.is_relocatable && !matches!(creator, Creator::Uv(_)) {
        plan.notes.push(format!("{name} is not relocatable any more, which only uv can make it"));
    }
    for file in &former.pip_files {
        if file.stays_inside {
            plan.carried.push(file.name);
        } else {
            let name = file.name;
            plan.notes
                .push(format!("its `{name}` names another place to install to and was not taken along"));
        }
    }
    if !reinstall {
        let asked = asked_of_new(context, &interpreter.markers);
        if !asked.is_empty() {
            add_install(&mut plan, desk, &target, &asked, Reach::File)?;
        }
        return Ok(plan);
    }
    let again: Vec<&FormerDistribution> = reinstalled(former, creator, interpreter).collect();
    if again.is_empty() {
        return Err(PlanError(format!(
            "Nothing that was installed in {name} could be read: recreate it with what the file asks for"
        )));
    }
    let lists = Lists::of_lines(context, again.iter().map(|distribution| &*distribution.line));
    let doing = format!("Reinstalling {} into {name}", counted(again.len(), "distribution"));
    // They were there together, so that nothing need be found out about what they require.
    add_installation(&mut plan, desk, &target, &lists, &Manner::Bare, &doing, &Sources::new(context))?;
    let pin = |distribution: &&FormerDistribution| Pin {
        name: distribution.name.clone(),
        version: distribution.version.clone(),
    };
    plan.pins = again.iter().map(pin).collect();
    Ok(plan)
}

/// What the one that made the environment was told.
fn options_of(environment: &Environment, former: &Former, creator: Creator<'_>) -> Vec<String> {
    let mut options = Vec::new();
    if environment.health.iter().any(|issue| issue.code.starts_with("pyvenv-cfg")) {
        // What it was is not known.
        return options;
    }
    if environment.include_system_site_packages {
        options.push(SYSTEM_SITE_PACKAGES.to_owned());
    }
    // Creators that are not new put it into scripts for shells as it is, and take `.` for the name of a folder.
    let means_something = |c: char| {
        c.is_control()
            || "\"$`\\!%&|<>^\u{2028}\u{2029}".contains(c)
            || plain(c.encode_utf8(&mut [0; 4])) != c.to_string()
    };
    let folder = environment.root.file_name();
    let prompt = environment.prompt.as_deref().filter(|prompt| {
        !matches!(*prompt, "" | ".")
            && folder.is_none_or(|folder| folder != *prompt)
            && !prompt.contains(means_something)
    });
    options.extend(prompt.map(|prompt| format!("--prompt={prompt}")));
    if former.is_relocatable && matches!(creator, Creator::Uv(_)) {
        options.push("--relocatable".to_owned());
    }
    options
}

pub(super) fn reinstall(
    desk: &Desk<'_>,
    environment: &Path,
    distributions: &[String],
) -> Result<Plan, PlanError> {
    let environment = desk.environment(environment)?;
    let name = environment_name(&environment.root);
    if let Some(issue) = environment.broken_by() {
        return Err(PlanError(format!("{name} is broken: {}", issue.message)));
    }
    let known = || {
        issues(desk.context, environment).filter_map(|issue| match &issue.cure {
            Cure::Reinstall(distributions) => Some(distributions),
            Cure::Recreate | Cure::Replace(_) | Cure::Remove(_) | Cure::ByHand => None,
        })
    };
    let mut again = Vec::new();
    for wanted in distributions {
        if !known().any(|known| known.contains(wanted)) {
            return Err(PlanError(format!("`{}` is not incomplete in {name} any more", plain(wanted))));
        }
        let released = wanted.split_once("==").and_then(|(name, version)| {
            FormerDistribution::released(name, &Version::from_str(version).ok()?)
        });
        let no_release = || PlanError(format!("`{}` is no version that an index could have", plain(wanted)));
        again.push(released.ok_or_else(no_release)?);
    }
    if again.is_empty() {
        return Err(PlanError(format!("Nothing in {name} has to be installed again")));
    }
    let lists = Lists::of_lines(desk.context, again.iter().map(|distribution| &*distribution.line));
    let doing = format!("Reinstalling {} into {name}", counted(again.len(), "distribution"));
    let mut plan = Plan::new(doing.clone(), &environment.root, Placement::Kept);
    let names: Vec<&str> = again.iter().map(|distribution| &*distribution.name).collect();
    let target = Target::existing(environment);
    add_installation(
        &mut plan,
        desk,
        &target,
        &lists,
        &Manner::Over(&names),
        &doing,
        &Sources::new(desk.context),
    )?;
    plan.pins = again.into_iter().map(|found| Pin { name: found.name, version: found.version }).collect();
    Ok(plan)
}

pub(super) fn remove(desk: &Desk<'_>, environment: &Path, paths: &[PathBuf]) -> Result<Plan, PlanError> {
    let environment = desk.environment(environment)?;
    let name = environment_name(&environment.root);
    let known = |path: &PathBuf| {
        is_left_over(environment, path)
            && issues(desk.context, environment).any(|issue| match &issue.cure {
                Cure::Remove(known) => known.contains(path),
                Cure::Recreate | Cure::Replace(_) | Cure::Reinstall(_) | Cure::ByHand => false,
            })
    };
    if let Some(other) = paths.iter().find(|path| !known(path)) {
        let other = plain(&other.to_string_lossy());
        return Err(PlanError(format!(
            "`{other}` is not something that an interrupted installation left in {name}"
        )));
    }
    if paths.is_empty() {
        return Err(PlanError(format!("Nothing is left over in {name} any more")));
    }
    let title = format!("Removing what interrupted installations left in {name}");
    let mut plan = Plan::new(title, &environment.root, Placement::Kept);
    plan.removes = paths.to_vec();
    Ok(plan)
}

/// All that is wrong with the environment and with what is installed in it, as far as it is known.
pub(crate) fn issues<'a>(
    context: &Context<'a>,
    environment: &'a Environment,
) -> impl Iterator<Item = &'a HealthIssue> {
    let inspected = context.facts.inspection.as_deref();
    environment.health.iter().chain(inspected.into_iter().flat_map(|inspected| &inspected.issues))
}

/// Whether `path` is a name that pip gives to what it is about to remove, directly in a folder of packages that is the
/// environment's own.
pub(crate) fn is_left_over(environment: &Environment, path: &Path) -> bool {
    let is_marked = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"~"));
    let folder = path.parent();
    let own = environment.site_packages.iter().filter(|site| site.starts_with(&environment.root));
    is_marked
        && path.components().all(|part| part != std::path::Component::ParentDir)
        && own.into_iter().any(|site| Some(&**site) == folder)
}

fn holds_workspace(context: &Context<'_>, root: &Path) -> bool {
    context.facts.workspace_root.as_deref().is_some_and(|folder| folder.starts_with(root))
}
