//! One work of `venv-lsp fix`: said, or carried out.

use std::ffi::OsStr;
use std::sync::Arc;

use tokio::sync::watch;
use venv_analysis::{
    Anew, Config, Context, Effect, Manifest, Placement, PlanError, anew, plain, without_secrets,
};

use super::super::{print, shown, warn};
use super::screen::Screen;
use crate::effects::{Cancel, Outcome, ProcessGroups, Turn, Workshop, perform, prepare, refusal, verify};
use crate::reader::{FactReader, Question};
use crate::server::asked_to_end;

/// How a work ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Well,
    NotAll,
    /// The user wants no more of it, also not for the next file.
    Cancelled,
}

pub(super) struct Work<'a> {
    pub(super) reader: &'a Arc<FactReader>,
    pub(super) manifest: &'a Manifest,
    pub(super) question: &'a Question,
    pub(super) config: &'a Config,
}

impl Work<'_> {
    /// Says what would be run, and what the programs would read; or why it would be refused.
    pub(super) fn describe(&self, effect: &Effect) -> anyhow::Result<Done> {
        let state = self.reader.state_folder();
        let prepared = match self.look(effect, |context| prepare(effect, context, state.as_deref()))? {
            Ok(prepared) => prepared,
            Err(PlanError(reason)) => {
                warn(&reason);
                return Ok(Done::NotAll);
            }
        };
        let plan = &prepared.plan;
        if let Some(reason) = refusal(&plan.environment, plan.placement, state.as_deref()) {
            warn(&reason);
            return Ok(Done::NotAll);
        }
        let mut text = String::new();
        let environment = shown(&prepared.plan.environment);
        if prepared.plan.placement == Placement::Successor {
            text += &format!("# {environment} is moved aside, to {environment}.before-…\n");
        }
        for (number, step) in prepared.plan.steps.iter().enumerate() {
            for fetch in prepared.plan.fetches.iter().filter(|fetch| fetch.before == number) {
                text += &format!("# {}, into {}\n", fetch.doing, shown(&fetch.folder));
            }
            text += &format!("# {}, in {}\n", step.doing, shown(&step.cwd));
            let words = std::iter::once(step.program.as_os_str()).chain(step.args.iter().map(|arg| &**arg));
            text += &words.map(quoted).collect::<Vec<_>>().join(" ");
            text += "\n";
        }
        for name in &prepared.plan.carried {
            text += &format!("# {name} is copied from {environment}.before-…\n");
        }
        for note in &prepared.plan.notes {
            text += &format!("# {note}\n");
        }
        if prepared.plan.placement == Placement::Successor {
            text += &format!(
                "# {environment} is read; if it has all of it, {environment}.before-… is removed, else that comes back\n"
            );
        }
        for file in &prepared.plan.files {
            text += &format!("# {}:\n", shown(&file.path));
            for line in file.text.lines() {
                text += &format!("#   {}\n", without_secrets(&plain(line)));
            }
        }
        for path in &prepared.plan.removes {
            text += &format!("# {} is removed\n", shown(path));
        }
        print(&text)?;
        Ok(Done::Well)
    }

    pub(super) fn carry_out(&self, effect: &Effect) -> anyhow::Result<Done> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let groups = Arc::new(ProcessGroups::default());
        let (cancel, mut cancelled) = watch::channel(Cancel::No);
        let screen = Screen::new();
        runtime.spawn(async move {
            // The programs run in groups of their own, so the terminal's Ctrl+C reaches only us.
            tokio::select! {
                _ = tokio::signal::ctrl_c() => cancel.send_replace(Cancel::Politely),
                () = asked_to_end() => cancel.send_replace(Cancel::AtOnce),
            };
            std::future::pending::<()>().await;
        });
        let state = self.reader.state_folder();
        let report = |progress| screen.tell(progress);
        let taken = Turn::take(effect.environment(), state.as_deref(), &mut cancelled, &report);
        let Ok(mut turn) = runtime.block_on(taken) else {
            screen.say("Cancelled; nothing was changed");
            return Ok(Done::Cancelled);
        };
        let mut effect = effect.clone();
        let has_asked = matches!(effect, Effect::Uninstall { .. });
        if turn.has_waited() || has_asked {
            // Whoever was first, or came while a question was open, may have done it.
            self.reader.forget(&[effect.environment().to_owned()]);
            match self.look(&effect, |context| anew(&effect, context))? {
                Anew::Nothing(message) => {
                    screen.say(&message);
                    return Ok(Done::Well);
                }
                Anew::Still(still) => effect = still,
            }
        }
        let prepared = match self.look(&effect, |context| prepare(&effect, context, state.as_deref()))? {
            Ok(prepared) => prepared,
            Err(PlanError(reason)) => {
                warn(&reason);
                return Ok(Done::NotAll);
            }
        };
        let plan = &prepared.plan;
        let look = self.reader.look_at(&plan.environment);
        let workshop = Workshop { state: state.as_deref(), groups: &groups, look: &look, report: &report };
        let outcome = runtime.block_on(perform(plan, &mut turn, &mut cancelled, &workshop));
        screen.clear();
        self.reader.forget(&plan.places());
        let (done, message) = match outcome {
            Outcome::Cancelled(left) => (Done::Cancelled, left),
            Outcome::Refused(reason) => (Done::NotAll, reason),
            Outcome::Failed(failed) => {
                let failed = self.look(&effect, |context| failed.known_better(context))?;
                (Done::NotAll, failed.message())
            }
            Outcome::Done(unsettled) => {
                let made = self.reader.environment(&plan.environment);
                let verified = self.look(&effect, |context| {
                    verify(plan, &prepared.contradictions, context, made.as_deref())
                })?;
                let settled = runtime.block_on(unsettled.settle(verified));
                self.reader.forget(&plan.places());
                match settled {
                    Ok(message) => (Done::Well, message),
                    Err(message) => (Done::NotAll, message),
                }
            }
        };
        screen.say(&message);
        if done == Done::NotAll {
            screen.say_all();
        }
        Ok(done)
    }

    /// Runs `with` on what is known now of all that matters to `effect`.
    pub(super) fn look<T>(&self, effect: &Effect, with: impl FnOnce(&Context<'_>) -> T) -> anyhow::Result<T> {
        let facts = self.reader.facts_for(effect, self.manifest, self.question);
        Ok(with(&Context { manifest: self.manifest, facts: &facts, config: self.config }))
    }
}

/// A word as a shell would need it, for reading and for copying.
fn quoted(word: &OsStr) -> String {
    let word = plain(&word.to_string_lossy());
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:@+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
