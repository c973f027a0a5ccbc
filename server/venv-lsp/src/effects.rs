//! Carries plans out. The only place that starts a process, and it does so only because the user asked.

mod claim;
mod groups;
mod run;

use std::sync::Arc;

use tokio::sync::watch;
use venv_analysis::facts::Environment;
use venv_analysis::{
    Context, Effect, Plan, PlanError, asked_under, counted, environment_name, explain_failure, plan, state_of,
};

use claim::Claim;
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
    /// Nothing was started, and nothing was changed.
    Refused(String),
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
    for file in &plan.files {
        std::fs::write(&file.path, &file.text).map_err(failed)?;
    }
    Ok(Prepared { plan, _scratch: scratch })
}

/// Whether a work goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cancel {
    #[default]
    No,
    /// The running program may tidy up first.
    Politely,
    /// Nobody waits any more.
    AtOnce,
}

/// Runs the steps one after the other. `cancel` ends the running one with its whole process group.
pub async fn perform(
    plan: &Plan,
    groups: &Arc<ProcessGroups>,
    cancel: &mut watch::Receiver<Cancel>,
    report: &(dyn Fn(Progress) + Send + Sync),
) -> Outcome {
    let mut claim = None;
    if plan.creates {
        match Claim::take(&plan.environment) {
            Ok(taken) => claim = Some(taken),
            Err(reason) => return Outcome::Refused(reason),
        }
    }
    let name = environment_name(&plan.environment);
    for step in &plan.steps {
        report(Progress::Step(step.doing.clone()));
        let (reason, was_started) = match run(step, groups, cancel, report).await {
            Ended::Well => {
                // It is made; what follows only fills it.
                claim = None;
                continue;
            }
            Ended::Cancelled => (None, true),
            Ended::NotStarted(reason) => (Some(reason), false),
            Ended::Badly(lines) => (Some(explain_failure(&lines)), true),
        };
        let left = match claim {
            Some(claim) => give_back(claim).await,
            None if plan.creates => format!("{name} was created and stays"),
            None if was_started => format!("{name} may be changed in part"),
            None => "nothing was changed".to_owned(),
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
    let lacking: Vec<&str> = asked_under(context, environment, &plan.promises)
        .iter()
        .filter(|wanted| state_of(wanted.entry, environment, &context.facts.metadata).is_lacking())
        .filter_map(|wanted| Some(&*wanted.entry.name()?.text))
        .collect();
    if !lacking.is_empty() {
        return Err(format!(
            "The installer ended well, but {name} still lacks {}; look for a `target` or `prefix` in its configuration",
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

async fn give_back(claim: Claim) -> String {
    let given_back = tokio::task::spawn_blocking(|| claim.give_back()).await;
    given_back.unwrap_or_else(|_| "what is left could not be removed".to_owned())
}
