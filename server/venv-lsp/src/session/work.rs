//! What the user asked to be done: planned from what is known then, carried out beside the session, told in the
//! editor, verified by reading the environment again.

mod consent;
mod perform;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use ls_types::{ExecuteCommandParams, MessageType, ProgressToken, Uri, WorkDoneProgressParams};
use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};
use tower_lsp::jsonrpc;
use venv_analysis::facts::Environment;
use venv_analysis::{Config, Effect, Failure, Installer, Manifest, environment_name, has_percentage};

use super::Session;
use super::event::{Event, Reply};
use super::offer::Offer;
use super::requests::answer;
use crate::client::{Abilities, Outbox, Outgoing, ProgressReport};
use crate::commands::Command;
use crate::convert;
use crate::effects::{Cancel, ProcessGroups, Resumed, settle_unfinished};
use crate::reader::{FactReader, Question};

/// The works that are under way.
pub(super) struct Works {
    groups: Arc<ProcessGroups>,
    running: Vec<Running>,
    count: u64,
}

struct Running {
    token: ProgressToken,
    /// The environment that is being made or filled: one work at a time, the others wait.
    environment: PathBuf,
    /// Whether it is made, and not only filled.
    makes: Arc<AtomicBool>,
    /// What it replaces, as it was.
    replaces: Option<Arc<Environment>>,
    cancel: watch::Sender<Cancel>,
}

/// A work that has ended.
pub struct WorkDone {
    token: ProgressToken,
    environment: PathBuf,
}

/// Everything that a work needs, so that it can go on without the session.
struct Work {
    uri: Uri,
    effect: Effect,
    /// The one that was asked for, if not the one that is set.
    installer: Option<Installer>,
    /// From where the user knows that it installs; `None` where nobody has told.
    from: Option<Vec<String>>,
    manifest: Manifest,
    question: Question,
    config: Arc<Config>,
    reader: Arc<FactReader>,
    groups: Arc<ProcessGroups>,
    outbox: Outbox,
    token: ProgressToken,
    abilities: Abilities,
    makes: Arc<AtomicBool>,
    /// Whether the user was asked first, and wants it.
    asked: bool,
    /// Whether the user was asked and wants it not.
    declined: bool,
    cancel: watch::Receiver<Cancel>,
}

impl Running {
    fn is_making(&self) -> bool {
        self.makes.load(Ordering::Relaxed)
    }
}

/// How a work ended, for the one who asked for it.
struct Told {
    answer: Value,
    /// The user is asked what to do next: a title of these.
    asked: Option<(oneshot::Receiver<Option<String>>, Vec<Offer>)>,
}

/// Why it was not done and what is left.
struct Problem {
    message: String,
    failure: Option<Box<Failure>>,
    offers: Vec<Offer>,
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Self { message, failure: None, offers: Vec::new() }
    }
}

impl Works {
    pub(super) fn new(groups: Arc<ProcessGroups>) -> Self {
        Self { groups, running: Vec::new(), count: 0 }
    }

    pub(super) fn cancel(&self, token: &ProgressToken) {
        for running in self.running.iter().filter(|running| running.token == *token) {
            running.cancel.send_replace(Cancel::Politely);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// Whether `path` is, or lies in, an environment that is being made.
    pub(super) fn is_making(&self, path: &Path) -> bool {
        self.running.iter().any(|running| running.is_making() && path.starts_with(&running.environment))
    }

    /// The client goes, and nobody waits.
    pub(super) fn cancel_all(&self) {
        for running in &self.running {
            running.cancel.send_replace(Cancel::AtOnce);
        }
    }

    /// The environments that are being made where nothing was.
    pub(super) fn making(&self) -> Vec<PathBuf> {
        let made = self.running.iter().filter(|running| running.is_making() && running.replaces.is_none());
        made.map(|running| running.environment.clone()).collect()
    }

    /// The environments that are being replaced.
    pub(super) fn replaced(&self) -> Vec<Arc<Environment>> {
        self.running.iter().filter_map(|running| running.replaces.clone()).collect()
    }
}

impl Session {
    pub(super) fn execute(&mut self, params: ExecuteCommandParams, reply: Reply<Option<Value>>) {
        match Command::read(&params.command, params.arguments) {
            Err(problem) => answer(reply, Err(jsonrpc::Error::invalid_params(problem))),
            Ok(Command::Refresh) => {
                self.forget_everything();
                answer(reply, Ok(None));
            }
            Ok(Command::Select { uri, environment }) => self.select(&uri, environment, reply),
            Ok(Command::RenameRequirement { uri, name, to }) => self.rename_requirement(uri, name, to, reply),
            Ok(Command::ShowRequirement { uri, name }) => self.show_requirement(&uri, name, reply),
            Ok(Command::Effect { uri, effect, installer, from }) => {
                match self.begin(uri, effect, installer) {
                    Err(problem) => {
                        self.outbox.show(MessageType::ERROR, problem.clone());
                        answer(reply, Ok(Some(json!({"ok": false, "message": problem}))));
                    }
                    Ok(work) => self.spawn(Work { from, ..work }, reply),
                }
            }
        }
    }

    pub(super) fn work_done(&mut self, done: &WorkDone) {
        self.works.running.retain(|running| running.token != done.token);
        self.reader.forget(std::slice::from_ref(&done.environment));
        self.facts_changed(|_| true);
    }

    /// Puts right, beside the session, what an earlier server left when it was killed.
    pub(super) fn settle_unfinished(&self) {
        let (events, reader) = (self.events.clone(), Arc::clone(&self.reader));
        self.runtime.spawn_blocking(move || {
            let resumed = reader.state_folder().map(|state| settle_unfinished(&state)).unwrap_or_default();
            if !resumed.is_empty() {
                // Without a session there is nobody to tell; the log has it.
                events.send(Event::Resumed(resumed)).ok();
            }
        });
    }

    pub(super) fn resumed(&mut self, resumed: Vec<Resumed>) {
        for work in resumed {
            self.reader.forget(std::slice::from_ref(&work.environment));
            self.outbox.show(MessageType::WARNING, work.message);
        }
        self.facts_changed(|_| true);
    }

    /// Gathers what a work needs, or says why it cannot begin.
    fn begin(&mut self, uri: Uri, effect: Effect, installer: Option<Installer>) -> Result<Work, String> {
        if !self.options.trusted {
            return Err("The workspace is not trusted, so nothing is started in it".to_owned());
        }
        let path = convert::path(&uri).ok_or_else(|| format!("`{}` is not a file", uri.as_str()))?;
        let question = self.question(&path, self.open_texts());
        let manifest = match self.documents.get(&path) {
            Some(document) => Manifest::parse(path.clone(), Arc::clone(&document.text)),
            None => self
                .reader
                .manifest(&path, &question)
                .map_err(|_| format!("`{}` cannot be read", path.display()))?,
        };
        let environment = effect.environment().to_owned();
        let is_second = self.works.running.iter().any(|running| running.environment == environment);
        if is_second && self.reader.state_folder().is_none() {
            return Err(format!(
                "{} is being worked on already; wait for that to end",
                environment_name(&environment)
            ));
        }
        // What waits makes nothing yet.
        let makes = Arc::new(AtomicBool::new(effect.makes() && !is_second));
        let replaces = match &effect {
            Effect::Recreate { root, .. } if !is_second => self.reader.environment(root),
            Effect::Recreate { .. } => None,
            Effect::Create { .. }
            | Effect::Install { .. }
            | Effect::InstallProject { .. }
            | Effect::Reinstall { .. }
            | Effect::Remove { .. }
            | Effect::Uninstall { .. }
            | Effect::InstallPySocks { .. } => None,
        };
        self.works.count += 1;
        let token = ProgressToken::String(format!("venv-lsp/{}", self.works.count));
        let (cancel, cancelled) = watch::channel(Cancel::No);
        let running =
            Running { token: token.clone(), environment, makes: Arc::clone(&makes), replaces, cancel };
        self.works.running.push(running);
        let mut config = Arc::clone(&self.config);
        if let Some(installer) = installer {
            Arc::make_mut(&mut config).installer = installer;
        }
        Ok(Work {
            uri,
            effect,
            installer,
            from: None,
            manifest,
            question,
            config,
            reader: Arc::clone(&self.reader),
            groups: Arc::clone(&self.works.groups),
            outbox: self.outbox.clone(),
            token,
            abilities: self.abilities,
            makes,
            asked: false,
            declined: false,
            cancel: cancelled,
        })
    }

    fn spawn(&self, work: Work, mut reply: Reply<Option<Value>>) {
        let events = self.events.clone();
        let running = self.works.running.iter().find(|running| running.token == work.token);
        let Some(cancel) = running.map(|running| running.cancel.clone()) else { return };
        let token = work.token.clone();
        let environment = work.effect.environment().to_owned();
        self.runtime.spawn(async move {
            // In a task of its own, so that a defect in it still ends the work for the session.
            let mut task = tokio::spawn(work.carry_out());
            let result = tokio::select! {
                result = &mut task => result,
                // The request was cancelled, and with it the work.
                () = reply.closed() => {
                    cancel.send_replace(Cancel::Politely);
                    task.await
                }
            };
            events.send(Event::WorkDone(Box::new(WorkDone { token, environment }))).ok();
            let told = result.map_err(|_| jsonrpc::Error::internal_error());
            let (told, asked) = match told {
                Ok(told) => (Ok(Some(told.answer)), told.asked),
                Err(error) => (Err(error), None),
            };
            answer(reply, told);
            if let Some((chosen, offers)) = asked {
                carry_on(chosen, &offers, &events).await;
            }
        });
    }
}

/// Does what the user chooses, as if the client had asked for it.
pub(super) async fn carry_on(
    chosen: oneshot::Receiver<Option<String>>,
    offers: &[Offer],
    events: &Sender<Event>,
) {
    let Ok(Some(title)) = chosen.await else { return };
    let Some(offer) = offers.iter().find(|offer| offer.title == title) else { return };
    let Some((command, argument)) = &offer.command else { return };
    let params = ExecuteCommandParams {
        command: (*command).to_owned(),
        arguments: vec![argument.clone()],
        work_done_progress_params: WorkDoneProgressParams::default(),
    };
    // Who drops the other end cancels the work.
    let (reply, done) = oneshot::channel();
    if events.send(Event::Execute(params, reply)).is_ok() {
        done.await.ok();
    }
}

impl Work {
    async fn carry_out(mut self) -> Told {
        // What cannot be planned before its turn may be planned then.
        let first = self.prepare(None).await.map(|prepared| prepared.plan.clone());
        let is_measured = first.as_ref().is_ok_and(has_percentage);
        let (outbox, token) = (self.outbox.clone(), self.token.clone());
        let progress =
            ProgressReport::begin(outbox, token, self.abilities.progress, "venv-lsp", is_measured).await;
        // While a question is open, others have their turn.
        let agreed = match first {
            Ok(plan) if self.abilities.asks && !plan.uninstalls.is_empty() => self.confirm(&plan).await,
            Ok(plan) if !self.untold(&plan).is_empty() => self.tell_sources(&plan).await,
            // It would be planned after the moment in which the user can be asked.
            Err(reason) if matches!(self.effect, Effect::Uninstall { .. }) => Err(reason),
            Ok(_) | Err(_) => Ok(()),
        };
        let result = match agreed {
            Ok(()) => self.plan_and_perform(&progress).await,
            Err(declined) => Err(declined.into()),
        };
        let problem = match result {
            Ok(message) => {
                progress.end(&message);
                self.outbox.show(MessageType::INFO, message.clone());
                return Told { answer: json!({"ok": true, "message": message}), asked: None };
            }
            Err(problem) => problem,
        };
        // Whoever cancels wants no alarm.
        let is_unwanted = self.declined || *self.cancel.borrow() != Cancel::No;
        let kind = if !is_unwanted { MessageType::ERROR } else { MessageType::INFO };
        let Problem { message, failure, offers } = problem;
        progress.end(&message);
        let mut answer = json!({"ok": false, "message": message});
        if let Some(failure) = failure {
            let next: Vec<Value> = offers.iter().map(Offer::to_json).collect();
            answer["failure"] = json!({"kind": failure.kind.code(), "next": next});
        }
        let buttons: Vec<Offer> = offers.into_iter().filter(|offer| offer.command.is_some()).collect();
        if !self.abilities.asks || buttons.is_empty() {
            self.outbox.show(kind, message);
            return Told { answer, asked: None };
        }
        let titles = buttons.iter().map(|offer| offer.title.clone()).collect();
        let (reply, chosen) = oneshot::channel();
        self.outbox.send(Outgoing::Ask { kind, question: message, choices: titles, reply });
        Told { answer, asked: Some((chosen, buttons)) }
    }
}
