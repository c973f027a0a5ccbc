//! One work from the plan to what it has come to, in its turn.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use ls_types::MessageType;
use venv_analysis::{Anew, Context, Effect, PlannedFile, anew, plain, without_secrets};

use super::{Problem, Work};
use crate::client::ProgressReport;
use crate::effects::{Outcome, Prepared, Progress, Turn, Workshop, perform, prepare, verify};
use crate::session::offer::offers;

impl Work {
    /// What was done, or why it was not and what is left.
    pub(super) async fn plan_and_perform(&mut self, progress: &ProgressReport) -> Result<String, Problem> {
        let outbox = self.outbox.clone();
        let report = |news| match news {
            Progress::Waiting(message) => {
                progress.report(&message, None);
                outbox.log(MessageType::INFO, message);
            }
            Progress::Step(doing) => progress.report(&doing, None),
            Progress::Stage(stage) => progress.report(&stage.message, stage.percentage),
            Progress::Line(line) => outbox.log(MessageType::LOG, line),
        };
        let environment = self.effect.environment().to_owned();
        let state = self.reader.state_folder();
        let turn = Turn::take(&environment, state.as_deref(), &mut self.cancel, &report).await;
        let Ok(mut turn) = turn else { return Err("Cancelled; nothing was changed".to_owned().into()) };
        if turn.has_waited() || self.asked {
            // Whoever was first, or came while the question was open, may have done it.
            self.reader.forget(std::slice::from_ref(&environment));
            self.question.making.retain(|making| *making != environment);
            self.question.replaced.retain(|replaced| replaced.root != environment);
            match self.look(anew).await? {
                Anew::Nothing(message) => return Ok(message),
                Anew::Still(effect) => self.effect = effect,
            }
            self.makes.store(self.effect.makes(), Ordering::Relaxed);
        }
        let prepared = self.prepare(state.as_deref()).await?;
        let plan = &prepared.plan;
        if !self.untold(plan).is_empty() {
            return Err(self.refusal(plan).into());
        }
        for (number, step) in plan.steps.iter().enumerate() {
            for fetch in plan.fetches.iter().filter(|fetch| fetch.before == number) {
                self.outbox.log(MessageType::INFO, fetch.doing.clone());
            }
            let args: Vec<_> = step.args.iter().map(|arg| arg.to_string_lossy()).collect();
            let command = format!("{} {}", step.program.display(), args.join(" "));
            self.outbox.log(MessageType::INFO, format!("{}: {command}", step.doing));
        }
        for file in &plan.files {
            self.outbox.log(MessageType::INFO, listing(file));
        }
        let look = self.reader.look_at(&plan.environment);
        let workshop =
            Workshop { state: state.as_deref(), groups: &self.groups, look: &look, report: &report };
        let outcome = perform(plan, &mut turn, &mut self.cancel, &workshop).await;
        match outcome {
            Outcome::Cancelled(left) | Outcome::Refused(left) => Err(left.into()),
            Outcome::Failed(failed) => {
                self.reader.forget(std::slice::from_ref(&plan.environment));
                let (uri, installer, from) = (self.uri.clone(), self.installer, self.from.clone());
                let abilities = self.abilities;
                let looked = self.look(move |effect, context| {
                    let failed = failed.known_better(context);
                    let next = |failure| {
                        offers(failure, &uri, effect, installer, from.as_deref(), context, &abilities)
                    };
                    let offers = failed.failure().map(next).unwrap_or_default();
                    (failed, offers)
                });
                let (failed, offers) = looked.await?;
                Err(Problem {
                    message: format!("{}. The log has all of it", failed.message()),
                    failure: failed.failure().cloned().map(Box::new),
                    offers,
                })
            }
            Outcome::Done(unsettled) => {
                self.reader.forget(&plan.places());
                let (plan, before) = (plan.clone(), prepared.contradictions);
                let reader = Arc::clone(&self.reader);
                let verified = self.look(move |_, context| {
                    let made = reader.environment(&plan.environment);
                    verify(&plan, &before, context, made.as_deref())
                });
                let verified = verified.await.unwrap_or_else(Err);
                Ok(unsettled.settle(verified).await?)
            }
        }
    }

    /// Plans what is to be done, as things are now.
    pub(super) async fn prepare(&self, state: Option<&Path>) -> Result<Prepared, String> {
        let state = state.map(Path::to_owned);
        self.look(move |effect, context| prepare(effect, context, state.as_deref()).map_err(|error| error.0))
            .await?
    }

    /// Runs `with` on the facts as they are now.
    pub(super) async fn look<T: Send + 'static>(
        &self,
        with: impl FnOnce(&Effect, &Context<'_>) -> T + Send + 'static,
    ) -> Result<T, String> {
        let (effect, manifest) = (self.effect.clone(), self.manifest.clone());
        let (question, config, reader) =
            (self.question.clone(), Arc::clone(&self.config), Arc::clone(&self.reader));
        let looked = tokio::task::spawn_blocking(move || {
            let facts = reader.facts_for(&effect, &manifest, &question);
            with(&effect, &Context { manifest: &manifest, facts: &facts, config: &config })
        });
        looked.await.map_err(|_| "A defect in venv-lsp stopped it; the log has more".to_owned())
    }
}

/// What the programs read from a file that is gone when they have ended, without secrets.
fn listing(file: &PlannedFile) -> String {
    const MOST: usize = 100;
    let lines = file.text.lines().map(|line| format!("\n  {}", without_secrets(&plain(line))));
    let all = file.text.lines().count();
    let rest = if all > MOST { format!("\n  and {} more lines", all - MOST) } else { String::new() };
    format!("`{}`:{}{rest}", file.path.display(), lines.take(MOST).collect::<String>())
}
