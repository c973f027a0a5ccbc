//! Making an environment: with uv, `venv` or `virtualenv`, whichever can do it here.

use std::path::Path;

use venv_syntax::MarkerEnvironment;

use super::lists::Reach;
use super::tools::{Creator, Target, creator, executable_in, fetcher};
use super::uv::keep_apart;
use super::{Arguments, Desk, Placement, Plan, PlanError, add_install, fetch};
use crate::effect::NewPython;
use crate::facts::{FetchablePython, Interpreter, PythonVersion};
use crate::requirements::asked_of_new;
use crate::words::{environment_name, quoted};

/// The Python that an environment is made with.
#[derive(Clone, Copy)]
pub(super) enum Base<'a> {
    Installed(&'a Interpreter),
    Fetched(&'a FetchablePython),
}

impl<'a> Base<'a> {
    fn version(self) -> &'a PythonVersion {
        match self {
            Self::Installed(interpreter) => &interpreter.version,
            Self::Fetched(python) => &python.version,
        }
    }

    pub(super) fn markers(self) -> &'a MarkerEnvironment {
        match self {
            Self::Installed(interpreter) => &interpreter.markers,
            Self::Fetched(python) => &python.markers,
        }
    }

    /// "3.12"
    pub(super) fn minor(self) -> String {
        format!("{}.{}", self.version().major, self.version().minor)
    }
}

pub(super) fn create(
    desk: &Desk<'_>,
    root: &Path,
    python: &NewPython,
    install: bool,
) -> Result<Plan, PlanError> {
    let context = desk.context;
    let holds_file = root.parent().is_some_and(|folder| context.manifest.path.starts_with(folder));
    if !root.is_absolute() || !holds_file {
        return Err(PlanError(format!("An environment at `{}` would not serve this file", root.display())));
    }
    let installer = context.config.installer;
    let (base, creator) = match python {
        NewPython::Installed(path) => {
            let interpreter = desk.interpreter(path)?;
            (Base::Installed(interpreter), creator(desk.machine, interpreter, installer).map_err(PlanError)?)
        }
        NewPython::Fetched(minor) => {
            let wanted = |python: &&FetchablePython| Base::Fetched(python).minor() == *minor;
            let python = desk.machine.fetchable.iter().find(wanted);
            let unknown = || PlanError(format!("Python {} is none that uv could fetch", quoted(minor)));
            (Base::Fetched(python.ok_or_else(unknown)?), fetcher(desk.machine, installer).map_err(PlanError)?)
        }
    };
    let (name, minor) = (environment_name(root), base.minor());
    let doing = match base {
        Base::Installed(_) => format!("Creating {name} with Python {minor}"),
        Base::Fetched(_) => format!("Fetching Python {minor} and creating {name} with it"),
    };
    let mut plan = Plan::new(doing.clone(), root, Placement::New);
    let target = add_creation(&mut plan, desk, creator, base, &[], &doing)?;
    let asked = asked_of_new(context, base.markers());
    if install && !asked.is_empty() {
        add_install(&mut plan, desk, &target, &asked, Reach::File)?;
    }
    Ok(plan)
}

pub(super) const SYSTEM_SITE_PACKAGES: &str = "--system-site-packages";

/// Why an environment at `root` could not be used, though it could be made.
pub(crate) fn unusable_place(root: &Path, markers: &MarkerEnvironment) -> Option<String> {
    let separator = if is_windows(markers) { ';' } else { ':' };
    root.to_string_lossy().contains(separator).then(|| {
        format!(
            "{} has a `{separator}` in its path, which separates the entries of `PATH`, so it could not be \
             activated: rename that folder",
            quoted(&root.to_string_lossy())
        )
    })
}

fn is_windows(markers: &MarkerEnvironment) -> bool {
    markers.os_name.as_deref() == Some("nt")
}

/// Adds the steps that make the plan's environment; `options` are those that all of the programs share.
pub(super) fn add_creation(
    plan: &mut Plan,
    desk: &Desk<'_>,
    creator: Creator<'_>,
    base: Base<'_>,
    options: &[String],
    doing: &str,
) -> Result<Target, PlanError> {
    let root = plan.environment.clone();
    if let Some(reason) = unusable_place(&root, base.markers()) {
        return Err(PlanError(reason));
    }
    // Where the system's packages are seen, `ensurepip` takes the system's pip for the environment's; `venv` itself lets
    // it look first.
    let pip_comes_with_it =
        creator == Creator::Venv && options.iter().any(|option| option == SYSTEM_SITE_PACKAGES);
    let mut args = Arguments::default();
    let program = match (creator, base) {
        (Creator::Uv(uv), _) => {
            // Only the interpreter that was chosen, and no project whose settings could choose another.
            args.words(["venv", "--color", "never"]);
            keep_apart(&mut args, plan, desk)?;
            args.words(["--no-project", "--python"]);
            uv
        }
        (Creator::Virtualenv(virtualenv), _) => {
            args.words(["--no-download", "--no-periodic-update", "--python"]);
            virtualenv
        }
        (
            Creator::Venv
            | Creator::VenvAndWheel(_)
            | Creator::VenvAndFetchedPip(_)
            | Creator::VenvWithoutPip,
            Base::Installed(interpreter),
        ) => {
            args.words(["-I", "-m", "venv"]);
            if !pip_comes_with_it {
                // pip is put in by itself: `venv` swallows what `ensurepip` says when that fails.
                args.words(["--without-pip"]);
            }
            &interpreter.executable
        }
        (
            Creator::Venv
            | Creator::VenvAndWheel(_)
            | Creator::VenvAndFetchedPip(_)
            | Creator::VenvWithoutPip,
            Base::Fetched(_),
        ) => {
            return Err(PlanError("Only uv can fetch a Python".to_owned()));
        }
    };
    match (creator, base) {
        (Creator::Uv(_) | Creator::Virtualenv(_), Base::Installed(interpreter)) => {
            args.path(&interpreter.executable);
        }
        (_, Base::Fetched(_)) => {
            args.0.push(base.minor().into());
        }
        (
            Creator::Venv
            | Creator::VenvAndWheel(_)
            | Creator::VenvAndFetchedPip(_)
            | Creator::VenvWithoutPip,
            Base::Installed(_),
        ) => {}
    }
    args.0.extend(options.iter().map(std::ffi::OsString::from));
    args.path(&root);
    let mut step = desk.step(format!("{doing} ({})", creator.name()), program, args, desk.scratch);
    if let Base::Fetched(_) = base {
        step.variables.retain(|(name, _)| *name != "UV_PYTHON_DOWNLOADS");
        step.variables.push(("UV_PYTHON_DOWNLOADS", Some("automatic")));
    }
    plan.steps.push(step);
    let executable = executable_in(&root, is_windows(base.markers()));
    let mut args = Arguments::default();
    match creator {
        Creator::Venv if pip_comes_with_it => {}
        Creator::Venv => {
            args.words(["-I", "-m", "ensurepip", "--upgrade", "--default-pip"]);
        }
        Creator::VenvAndWheel(wheel) => {
            fetch::run_pip_from(&mut args, wheel);
            args.path(wheel);
        }
        Creator::VenvAndFetchedPip(indexes) => {
            if let Base::Installed(interpreter) = base {
                args = fetch::add_pip(plan, desk, indexes, interpreter)?;
            }
        }
        Creator::Uv(_) | Creator::Virtualenv(_) | Creator::VenvWithoutPip => {}
    }
    if !args.0.is_empty() {
        let doing = format!("Putting pip into {}", environment_name(&root));
        plan.steps.push(desk.step(doing, &executable, args, desk.scratch));
    }
    plan.making = plan.steps.len();
    Ok(Target::made(&root, executable, base.version(), creator.brings_pip()))
}
