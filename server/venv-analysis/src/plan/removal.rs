//! Uninstalling what no file asks for.

use std::path::Path;

use super::arguments::start_of;
use super::tools::{InstallProgram, Target};
use super::uv::keep_apart;
use super::{Desk, Placement, Plan, PlanError, PlannedFile};
use crate::unasked::unasked;
use crate::words::{counted, environment_name, plain};

/// Uninstalls `names`, all of which must still be such that no file asks for them.
pub(super) fn uninstall(desk: &Desk<'_>, environment: &Path, names: &[String]) -> Result<Plan, PlanError> {
    let environment = desk.environment(environment)?;
    let place = environment_name(&environment.root);
    if let Some(issue) = environment.broken_by() {
        return Err(PlanError(format!("{place} is broken: {}", issue.message)));
    }
    let asking = desk.context.facts.asking.as_deref();
    let asking = asking.ok_or_else(|| PlanError("What the files ask for is not known".to_owned()))?;
    let known = unasked(environment, asking).map_err(PlanError)?;
    if let Some(other) = names.iter().find(|name| !known.contains(name)) {
        return Err(PlanError(format!(
            "`{}` is not something in {place} that no file asks for",
            plain(other)
        )));
    }
    if names.is_empty() {
        return Err(PlanError(format!("A file asks for everything in {place}")));
    }
    let target = Target::existing(environment);
    let program = target.installer(desk.machine, desk.context.config.installer).map_err(PlanError)?;
    let doing = format!("Uninstalling {} from {place}", counted(names.len(), "distribution"));
    let mut plan = Plan::new(doing.clone(), &environment.root, Placement::Kept);
    let (executable, mut args) = start_of("uninstall", &target, &program);
    if matches!(program, InstallProgram::Uv(_)) {
        keep_apart(&mut args, &mut plan, desk)?;
    }
    if !matches!(program, InstallProgram::Uv(_)) {
        args.words([
            "uninstall",
            "--yes",
            "--disable-pip-version-check",
            "--no-color",
            "--require-virtualenv",
        ]);
    }
    let path = desk.scratch.join("requirements.txt");
    args.words(["--requirement"]).path(&path);
    let text = names.iter().map(|name| format!("{name}\n")).collect();
    plan.files.push(PlannedFile { path, text });
    plan.steps.push(desk.step(doing, executable, args, desk.scratch));
    plan.uninstalls = names.to_vec();
    Ok(plan)
}
