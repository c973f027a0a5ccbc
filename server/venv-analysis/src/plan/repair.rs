//! Putting an environment right: a successor in its place, single distributions again, or rubbish away.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use venv_syntax::Version;

use super::tools::{Creator, Target, creator};
use super::{Desk, Manner, Pin, Placement, Plan, PlanError, add_install, add_installation, creation, minor};
use crate::asked_python::{AskedPython, capable};
use crate::check::Context;
use crate::config::Installer;
use crate::facts::{Cure, Environment, EnvironmentKind, HealthIssue, Interpreter, Machine};
use crate::former::{Former, FormerDistribution};
use crate::plan::lists::Lists;
use crate::requirements::asked_of_new;
use crate::words::{counted, environment_name, plain};

/// Whether a program may put another environment in the place of this one; or why not, and what to do.
pub(crate) fn can_recreate(context: &Context<'_>, environment: &Environment) -> Result<(), String> {
    let name = environment_name(&environment.root);
    // One beside the project is used by its tool, whoever made it; in a folder of its own the tool keeps books.
    let is_beside = environment.root.parent().is_some_and(|folder| context.manifest.path.starts_with(folder));
    let tool = match environment.kind {
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
    match environment.kind {
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
            return Err(format!("{name} is Pixi's: run `pixi reinstall`, which makes it again"));
        }
        EnvironmentKind::Tox => {
            return Err(format!("{name} is tox's: run `tox --recreate`, which makes it again"));
        }
        EnvironmentKind::Nox => {
            return Err(format!("{name} is Nox's: run `nox --reuse-venv=no`, which makes it again"));
        }
        EnvironmentKind::Conda => {
            return Err(format!(
                "{name} is conda's: remove it with `conda env remove --prefix {}`, and create it again with conda",
                plain(&environment.root.to_string_lossy())
            ));
        }
    }
    // What stands in the way of reading is in the way of moving, too.
    if let Some(HealthIssue { cure: Cure::ByHand, message, .. }) = environment.broken_by() {
        return Err(format!("{name}: {message}"));
    }
    Ok(())
}

/// The Pythons with which a successor can be made, the best first: what `.python-version` asks for, then of the same
/// version as before, then in the usual order. Those that the file is not for are left out.
pub(crate) fn successors<'a>(
    context: &Context<'_>,
    machine: &'a Machine,
    environment: &Environment,
) -> Vec<&'a Interpreter> {
    let asked = AskedPython::new(context);
    let mut able = capable(machine, context.config, &asked);
    able.retain(|interpreter| asked.is_required(&interpreter.version));
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
    let had_pip = former.distributions.iter().any(|distribution| distribution.name == "pip");
    if had_pip && interpreter.has_ensurepip && installer != Installer::Uv {
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
    let comes_with_it = move |name: &str| match (creator, name) {
        (Creator::Venv, "pip") => true,
        // `venv` and `virtualenv` brought these, and nobody asked for them.
        (Creator::Venv, "setuptools") => is_old,
        (Creator::Venv | Creator::VenvWithoutPip | Creator::Uv(_), _) => false,
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
    let name = environment_name(root);
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
    let doing = format!("Recreating {name} with Python {}", minor(interpreter));
    let mut plan = Plan::new(doing.clone(), root, Placement::Successor);
    let is_known = !environment.health.iter().any(|issue| issue.code.starts_with("pyvenv-cfg"));
    let options: &[&str] =
        if environment.include_system_site_packages && is_known { &["--system-site-packages"] } else { &[] };
    plan.steps.push(creation(desk, creator, interpreter, root, options, doing));
    let target = Target::made(root, interpreter, creator);
    if !reinstall {
        let asked = asked_of_new(context, &interpreter.markers);
        if !asked.is_empty() {
            add_install(&mut plan, desk, &target, &asked)?;
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
    add_installation(&mut plan, desk, &target, lists, &Manner::Bare, doing)?;
    let pin = |distribution: &&FormerDistribution| Pin {
        name: distribution.name.clone(),
        version: distribution.version.clone(),
    };
    plan.pins = again.iter().map(pin).collect();
    Ok(plan)
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
            Cure::Recreate | Cure::Remove(_) | Cure::ByHand => None,
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
    add_installation(&mut plan, desk, &target, lists, &Manner::Over(&names), doing)?;
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
                Cure::Recreate | Cure::Reinstall(_) | Cure::ByHand => false,
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
