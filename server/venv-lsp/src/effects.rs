//! Carries plans out. The only place that starts a process, and it does so only because the user asked.

mod groups;
mod run;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;
use venv_analysis::facts::Environment;
use venv_analysis::{
    Context, Effect, Plan, PlanError, Role, State, counted, environment_name, explain_failure, plan,
    state_of, wanted,
};

pub use groups::ProcessGroups;
use run::{Ended, run};

/// What is told while a plan is carried out.
#[derive(Clone, Debug)]
pub enum Progress {
    /// A step begins: "Creating `.venv` with Python 3.12".
    Step(String),
    /// A line that the program printed, without control characters.
    Line(String),
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Carried out; whether it holds what it promised is for [`verify`] to say.
    Done,
    /// The text says what is left, and so does that of a failure.
    Cancelled(String),
    Failed(String),
}

/// A plan with the folder that its files lie in.
pub struct Prepared {
    pub plan: Plan,
    // Removed when the plan has been carried out.
    _scratch: tempfile::TempDir,
}

/// Plans `effect` and writes the plan's files. Where there is no plan, the error says why.
pub fn prepare(effect: &Effect, context: &Context<'_>) -> Result<Prepared, PlanError> {
    let failed = |error: std::io::Error| PlanError(format!("No temporary folder could be made: {error}"));
    let scratch = tempfile::Builder::new().prefix("venv-lsp-").tempdir().map_err(failed)?;
    let plan = plan(effect, context, scratch.path())?;
    // A link that leads nowhere is in the way too.
    if plan.creates && plan.environment.symlink_metadata().is_ok() {
        return Err(PlanError(format!(
            "`{}` is there already; nothing was changed",
            plan.environment.display()
        )));
    }
    for file in &plan.files {
        std::fs::write(&file.path, &file.text).map_err(failed)?;
    }
    Ok(Prepared { plan, _scratch: scratch })
}

/// Runs the steps one after the other. `cancel` ends the running one with its whole process group.
pub async fn perform(
    plan: &Plan,
    groups: &Arc<ProcessGroups>,
    cancel: &mut watch::Receiver<bool>,
    report: &(dyn Fn(Progress) + Send + Sync),
) -> Outcome {
    for (number, step) in plan.steps.iter().enumerate() {
        report(Progress::Step(step.doing.clone()));
        let ended = run(step, groups, cancel, report).await;
        let reason = match ended {
            Ended::Well => continue,
            Ended::Cancelled => None,
            Ended::NotStarted(reason) => Some(reason),
            Ended::Badly(lines) => Some(explain_failure(&lines)),
        };
        let left = if plan.creates && number == 0 {
            remove_half_made(&plan.environment).await
        } else {
            left_behind(&plan.environment, plan.creates)
        };
        return match reason {
            None => Outcome::Cancelled(format!("Cancelled; {left}")),
            Some(reason) => Outcome::Failed(format!("{reason}; {left}")),
        };
    }
    Outcome::Done
}

/// Whether `environment`, read anew, is what `plan` promised; else what it lacks.
pub fn verify(
    plan: &Plan,
    context: &Context<'_>,
    environment: Option<&Environment>,
) -> Result<String, String> {
    let name = environment_name(&plan.environment);
    let Some(environment) = environment else {
        return Err(format!("The installer ended well, but {name} is not an environment"));
    };
    if let Some(issue) = environment.health.first() {
        return Err(format!("The installer ended well, but {name} is broken: {}", issue.message));
    }
    let lacking: Vec<&str> = wanted(context)
        .iter()
        .filter(|wanted| wanted.role == Role::Requirements)
        .filter_map(|wanted| Some((wanted.entry, wanted.entry.name()?)))
        .filter(|(_, name)| plan.promises.iter().any(|promised| **promised == *name.normalized))
        .filter(|(entry, _)| matches!(state_of(*entry, environment), State::Missing | State::Mismatch))
        .map(|(_, name)| &*name.text)
        .collect();
    if !lacking.is_empty() {
        return Err(format!(
            "The installer ended well, but {name} still lacks what the file asks for: {}",
            lacking.join(", ")
        ));
    }
    // Short enough for one line of a narrow terminal: the progress has said the rest.
    Ok(match (plan.creates, plan.promises.len()) {
        (true, 0) => format!("Created {name}"),
        (true, count) => format!("Created {name} and installed {}", counted(count, "requirement")),
        (false, count) => format!("Installed {} into {name}", counted(count, "requirement")),
    })
}

/// Takes away what a failed or cancelled creation left. Nothing was there before: `prepare` made sure of it.
async fn remove_half_made(root: &Path) -> String {
    let folder: PathBuf = root.to_owned();
    let removed = tokio::task::spawn_blocking(move || match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    })
    .await;
    match removed {
        Ok(Ok(())) => "nothing was left behind".to_owned(),
        Ok(Err(error)) => format!("`{}` could not be removed: {error}", root.display()),
        Err(_) => format!("`{}` may still be there", root.display()),
    }
}

fn left_behind(root: &Path, created: bool) -> String {
    let name = environment_name(root);
    if created {
        format!("{name} was created and stays, filled in part")
    } else {
        format!("{name} stays, changed in part")
    }
}
