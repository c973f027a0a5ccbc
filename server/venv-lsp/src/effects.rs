//! Carries plans out. The only place that starts a process, and it does so only because the user asked.

mod activation;
mod aftermath;
mod fetch;
mod foreign;
mod groups;
mod identity;
mod journal;
mod moves;
mod place;
mod proof;
mod run;
mod running;
mod scratch;
mod secrets;
mod terminal;
mod turn;
mod unfinished;
mod verify;

#[cfg(test)]
mod tests;

use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use venv_analysis::facts::Environment;
use venv_analysis::inspection::Contradiction;
use venv_analysis::{
    Context, Effect, Failure, InstallProgress, Placement, Plan, PlanError, Stage, Step, environment_name,
    explain_failure_with_log, is_measure, plain, plan,
};

use aftermath::Contents;
pub use groups::ProcessGroups;
use place::Place;
use run::{Ended, Ties, run};
use running::{Running, running_from, still_running};
use scratch::Scratch;
use secrets::Secrets;
pub use turn::{Turn, Unwanted};
pub use unfinished::{Resumed, settle_unfinished, state_folder};
pub use verify::verify;

/// What is told while a plan is carried out.
#[derive(Clone, Debug)]
pub enum Progress {
    /// A step begins: "Creating `.venv` with Python 3.12".
    Step(String),
    /// Somebody else works there: "Waiting for a uv that works on `.venv`".
    Waiting(String),
    /// How far the step is.
    Stage(Stage),
    /// A line that the program printed, without control characters.
    Line(String),
}

/// How it ended.
pub enum Outcome {
    /// Carried out; whether it holds what it promised is for [`verify()`] to say, and then it has to be settled.
    Done(Unsettled),
    /// The text says what is left, and so does that of a failure.
    Cancelled(String),
    Failed(Failed),
    /// Nothing was started, and nothing was changed.
    Refused(String),
}

/// What failed, and what is left.
pub struct Failed {
    /// "Creating `.venv`": what was under way.
    doing: String,
    cause: Cause,
    left: Option<String>,
}

enum Cause {
    /// A program ran, and said something of it.
    Told(Box<Failure>),
    Known(String),
}

impl Failed {
    /// One line.
    pub fn message(&self) -> String {
        let reason = match &self.cause {
            Cause::Told(failure) => &failure.message,
            Cause::Known(reason) => reason,
        };
        let doing = &self.doing;
        match &self.left {
            Some(left) => format!("{doing} failed: {reason}; {left}"),
            None => format!("{doing} failed: {reason}"),
        }
    }

    /// What a program told of the cause, if one did.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.cause {
            Cause::Told(failure) => Some(failure),
            Cause::Known(_) => None,
        }
    }

    /// The same, where the facts say more than the program did.
    #[must_use]
    pub fn known_better(mut self, context: &Context<'_>) -> Self {
        if let Cause::Told(failure) = self.cause {
            self.cause = Cause::Told(Box::new(failure.with_context(context)));
        }
        self
    }
}

/// A work of which is still to be said whether its result stays. Who drops it leaves that to the next start.
pub struct Unsettled {
    place: Option<Place>,
    /// What ran from the environment that is replaced.
    running: Vec<Running>,
}

impl Unsettled {
    /// With `verified` the result stays, and what it replaces goes; else it is the other way round.
    pub async fn settle(self, verified: Result<String, String>) -> Result<String, String> {
        let Some(place) = self.place else { return verified };
        let running = still_running(&place.moves.place, &self.running);
        let is_kept = verified.is_ok();
        let left = beside(move || if is_kept { place.keep() } else { place.give_back() }).await;
        let add = |message: String| if left.is_empty() { message } else { format!("{message}; {left}") };
        let add_running = |message: String| match &running {
            Some(running) => format!("{message}; {running}"),
            None => message,
        };
        verified.map(add).map(add_running).map_err(add)
    }
}

/// A plan with the folder that its files lie in.
pub struct Prepared {
    pub plan: Plan,
    /// What is contradictory in the environment before it is carried out.
    pub contradictions: Vec<Contradiction>,
    // Removed when the plan has been carried out.
    _scratch: Scratch,
}

/// Plans `effect` and writes the plan's files. Where there is no plan, the error says why. `state` is where they are
/// written down, so that they go even after a `kill -9`.
pub fn prepare(effect: &Effect, context: &Context<'_>, state: Option<&Path>) -> Result<Prepared, PlanError> {
    let failed = |error: io::Error| PlanError(scratch::unmade(&error));
    let scratch = Scratch::make(state).map_err(failed)?;
    let plan = plan(effect, context, scratch.path())?;
    for file in &plan.files {
        scratch.write(&file.path, &file.text).map_err(failed)?;
    }
    let inspected = context.facts.inspection.as_deref();
    let contradictions = inspected.map(|found| found.contradictions.clone()).unwrap_or_default();
    Ok(Prepared { plan, contradictions, _scratch: scratch })
}

/// Why nothing may be made at `folder`, if something is in its way; [`perform`] asks the same.
pub fn refusal(folder: &Path, placement: Placement, state: Option<&Path>) -> Option<String> {
    place::refusal(folder, placement, state)
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

/// Reads an environment.
pub type Look = Arc<dyn Fn() -> Option<Arc<Environment>> + Send + Sync>;

/// What works are carried out in.
pub struct Workshop<'a> {
    /// Where the works are written down.
    pub state: Option<&'a Path>,
    pub groups: &'a Arc<ProcessGroups>,
    /// Reads the environment as it is at that moment.
    pub look: &'a Look,
    pub report: &'a (dyn Fn(Progress) + Send + Sync),
}

/// Runs the steps one after the other. `cancel` ends the running one with its whole process group.
pub async fn perform(
    plan: &Plan,
    turn: &mut Turn,
    cancel: &mut watch::Receiver<Cancel>,
    workshop: &Workshop<'_>,
) -> Outcome {
    let Workshop { state, groups, look, report } = *workshop;
    if *cancel.borrow_and_update() != Cancel::No {
        return Outcome::Cancelled("Cancelled; nothing was changed".to_owned());
    }
    let running = match plan.placement {
        Placement::Successor => running_from(&plan.places()),
        Placement::Kept | Placement::New => Vec::new(),
    };
    let taken = match plan.placement {
        Placement::Kept => Ok(None),
        Placement::New => Place::take(&plan.environment, state).map(Some),
        Placement::Successor => Place::succeed(&plan.environment, state).map(Some),
    };
    let mut place = match taken {
        Ok(place) => place,
        Err(reason) => return Outcome::Refused(reason),
    };
    for remark in &plan.remarks {
        report(Progress::Line(remark.clone()));
    }
    let name = environment_name(&plan.environment);
    let secrets = Arc::new(Secrets::of(plan));
    let masked = |news: Progress| match news {
        Progress::Line(line) => report(Progress::Line(secrets.mask(&line).into_owned())),
        Progress::Step(_) | Progress::Waiting(_) | Progress::Stage(_) => report(news),
    };
    let mut before = None;
    for (index, step) in plan.steps.iter().enumerate() {
        if step.tool.is_some() && place.is_none() && before.is_none() {
            before = contents(look).await;
        }
        let fetched = fetch::fetch_for(plan, index, cancel, &masked).await;
        let mut has_turn = Ok(());
        if matches!(fetched, Ended::Well) {
            report(Progress::Step(step.doing.clone()));
            has_turn = turn.prepare(step.tool, &plan.environment, cancel, report).await;
        }
        let input = place.as_ref().and_then(Place::input).or_else(|| turn.input());
        let mut started = |group| {
            turn.started(group);
            if let Some(place) = &mut place {
                place.started(group);
            }
        };
        let ties = Ties { input, started: Some(&mut started), secrets: Arc::clone(&secrets) };
        let ended = match (fetched, has_turn) {
            (Ended::Well, Ok(())) => run(step, ties, groups, cancel, &reading(plan, step, report)).await,
            (Ended::Well, Err(Unwanted)) => Ended::Cancelled,
            (not_fetched, _) => not_fetched,
        };
        let (reason, was_started) = match ended {
            Ended::Well if index + 1 == plan.making => {
                hide_from_git(&plan.environment);
                if plan.placement == Placement::New
                    && let Some(place) = place.take()
                {
                    // It is made; what follows only fills it.
                    beside(move || place.keep()).await;
                }
                match place.as_ref().map_or(Ok(()), |place| place.carry(&plan.carried)) {
                    Ok(()) => continue,
                    Err(error) => (
                        Some(Cause::Known(format!("What configures pip could not be taken along: {error}"))),
                        true,
                    ),
                }
            }
            Ended::Well => continue,
            Ended::Cancelled => (None, true),
            Ended::NotStarted(reason) => (Some(Cause::Known(secrets.mask(&reason).into_owned())), false),
            Ended::Badly(lines) => (Some(Cause::Told(Box::new(explain(step, &lines, &secrets)))), true),
        };
        // The environment itself was made well, and stays.
        let is_made = plan.placement == Placement::New && place.is_none();
        let left = match place {
            Some(place) => beside(move || place.give_back()).await,
            None if !was_started && index == 0 && plan.placement == Placement::Kept => {
                "nothing was changed".to_owned()
            }
            None => {
                let after = contents(look).await;
                let remains = before.zip(after).and_then(|(before, after)| before.remains(&after));
                match remains {
                    // It is new.
                    Some(remains) if plan.placement == Placement::New => {
                        match remains.strip_prefix(&format!("{name} is as it was")) {
                            Some(_) => format!("{name} was created and stays"),
                            None => format!("{name} was created; {remains}"),
                        }
                    }
                    Some(remains) => remains,
                    None => format!("{name} may be changed in part"),
                }
            }
        };
        return match reason {
            None => Outcome::Cancelled(format!("Cancelled; {left}")),
            Some(cause) => {
                let doing = if is_made { &step.doing } else { &plan.title };
                Outcome::Failed(Failed { doing: doing.clone(), cause, left: Some(left) })
            }
        };
    }
    for path in &plan.removes {
        if let Err(error) = remove_left_over(&plan.environment, path) {
            let path = plain(&path.to_string_lossy());
            let cause = Cause::Known(format!("`{path}` could not be removed: {error}"));
            return Outcome::Failed(Failed { doing: plan.title.clone(), cause, left: None });
        }
    }
    Outcome::Done(Unsettled { place, running })
}

/// Why `step` failed, by what it printed and wrote down.
fn explain(step: &Step, lines: &[String], secrets: &Secrets) -> Failure {
    let log = step.log.as_deref().and_then(|log| std::fs::read(log).ok()).unwrap_or_default();
    explain_failure_with_log(lines, &secrets.mask(&String::from_utf8_lossy(&log)))
}

/// Tells with each line what it says of how far `step` is.
fn reading<'a>(
    plan: &Plan,
    step: &Step,
    report: &'a (dyn Fn(Progress) + Send + Sync),
) -> impl Fn(Progress) + Send + Sync + 'a {
    let reading = Mutex::new(InstallProgress::new(plan, step));
    move |news| {
        let Progress::Line(line) = news else { return report(news) };
        let stage = reading.lock().unwrap_or_else(PoisonError::into_inner).read(&line);
        if let Some(stage) = stage {
            report(Progress::Stage(stage));
        }
        if !is_measure(&line) {
            report(Progress::Line(line));
        }
    }
}

/// Writes what `venv` writes since Python 3.13, and virtualenv and uv always have.
fn hide_from_git(environment: &Path) {
    let file = std::fs::File::create_new(environment.join(".gitignore"));
    match file.and_then(|mut file| file.write_all(b"*\n")) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        // The environment is as good without it.
        Err(error) => tracing::warn!("`.gitignore` could not be written: {error}"),
    }
}

/// Removes a name that pip gives to what it is about to remove, and nothing else, whatever it was planned as.
fn remove_left_over(environment: &Path, path: &Path) -> io::Result<()> {
    let is_marked = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"~"));
    let is_in =
        path.parent().is_some_and(|site| site.ends_with("site-packages") && site.starts_with(environment));
    if !is_marked || !is_in {
        return Err(io::Error::other("it is no rest of an installation"));
    }
    match path.symlink_metadata() {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        // Somebody else was faster.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// What is in the environment at this moment.
async fn contents(look: &Look) -> Option<Contents> {
    let look = Arc::clone(look);
    tokio::task::spawn_blocking(move || Contents::of(look())).await.ok()
}

/// Whole trees are moved and deleted beside what waits for messages.
async fn beside(work: impl FnOnce() -> String + Send + 'static) -> String {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| {
        "a defect in venv-lsp stopped the tidying up, and its next start goes on with it".to_owned()
    })
}
