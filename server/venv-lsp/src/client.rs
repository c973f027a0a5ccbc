//! The way to the client: what it can do, and what it is told.
//!
//! Everything that the session says goes through one queue, so that it arrives in the order in which it was said.
//! Nothing here is ever waited for by the session.

mod abilities;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use ls_types::notification::{Notification, Progress as ProgressNotification, PublishDiagnostics};
use ls_types::{
    ConfigurationItem, MessageActionItem, MessageType, ProgressParams, ProgressParamsValue, ProgressToken,
    Range, Registration, ShowDocumentParams, Uri, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressEnd, WorkDoneProgressReport, WorkspaceEdit,
};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tower_lsp::Client;

use crate::server::{Outlet, registrations};
use crate::session::Event;
pub use abilities::{Abilities, Registering};

/// Something to be told or asked.
pub enum Outgoing {
    Log(MessageType, String),
    Show(MessageType, String),
    /// A question; `None` comes back where none of the choices was made.
    Ask {
        kind: MessageType,
        question: String,
        choices: Vec<String>,
        reply: oneshot::Sender<Option<String>>,
    },
    /// A change of texts; the answer says whether it was made, and if not, why.
    ApplyEdit(WorkspaceEdit, oneshot::Sender<Result<(), String>>),
    /// A place to be shown; the answer says whether it is.
    ShowDocument(Uri, Range, oneshot::Sender<bool>),
    Progress(ProgressParams),
    EnvironmentChanged(Uri, Value),
    RefreshDiagnostics,
    RefreshInlayHints,
    /// The client is asked for a place to show progress; the answer says whether it gave one.
    CreateProgress(ProgressToken, oneshot::Sender<bool>),
    /// What is asked for once the client is ready.
    Register(Abilities),
    /// The settings are asked for; the answer comes back as an event.
    AskConfiguration(Sender<Event>),
}

/// The queue. Cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    queue: mpsc::UnboundedSender<Outgoing>,
    outlet: Outlet,
}

/// A request to the client that is not answered must not keep anything alive.
const PATIENCE: Duration = Duration::from_secs(10);

/// The work waits for the answer to this one.
const PROGRESS_PATIENCE: Duration = Duration::from_secs(2);

impl Outbox {
    /// The queue, and the task that empties it.
    pub fn new(client: Client, outlet: Outlet) -> (Self, impl Future<Output = ()> + Send) {
        let (queue, receiver) = mpsc::unbounded_channel();
        (Self { queue, outlet }, deliver(client, receiver))
    }

    pub fn send(&self, outgoing: Outgoing) {
        if self.queue.send(outgoing).is_err() {
            tracing::debug!("the client is gone");
        }
    }

    /// Publishes diagnostics that are JSON already.
    pub fn publish(&self, uri: &Uri, version: Option<i32>, diagnostics: Arc<String>) {
        let uri = Value::from(uri.as_str());
        let version = version.map_or_else(String::new, |version| format!(r#""version":{version},"#));
        let method = PublishDiagnostics::METHOD;
        let head = format!(
            r#"{{"jsonrpc":"2.0","method":"{method}","params":{{"uri":{uri},{version}"diagnostics":"#
        );
        self.outlet.send(&head, diagnostics, "}}");
    }

    pub fn log(&self, kind: MessageType, message: impl fmt::Display) {
        self.send(Outgoing::Log(kind, message.to_string()));
    }

    pub fn show(&self, kind: MessageType, message: impl Into<String>) {
        self.send(Outgoing::Show(kind, message.into()));
    }
}

/// The progress of one work. Where the client shows none, nothing is sent.
pub struct ProgressReport {
    outbox: Outbox,
    token: Option<ProgressToken>,
    /// The last one, where there is one at all: a client takes none later if it had none first, and wants one with each
    /// message if it had.
    percentage: Option<AtomicU32>,
}

impl ProgressReport {
    /// `is_measured`: a percentage will be known.
    pub async fn begin(
        outbox: Outbox,
        token: ProgressToken,
        shown: bool,
        title: &str,
        is_measured: bool,
    ) -> Self {
        let percentage = is_measured.then(|| AtomicU32::new(0));
        let mut report = Self { outbox, token: None, percentage };
        if !shown {
            return report;
        }
        let (created, answer) = oneshot::channel();
        report.outbox.send(Outgoing::CreateProgress(token.clone(), created));
        if let Ok(true) = answer.await {
            report.token = Some(token);
            report.send(WorkDoneProgress::Begin(WorkDoneProgressBegin {
                title: title.to_owned(),
                cancellable: Some(true),
                message: None,
                percentage: is_measured.then_some(0),
            }));
        }
        report
    }

    /// A step begins, or has come so far.
    pub fn report(&self, message: &str, percentage: Option<u32>) {
        let now = percentage.unwrap_or_default().min(100);
        let percentage =
            self.percentage.as_ref().map(|before| before.fetch_max(now, Ordering::Relaxed).max(now));
        self.send(WorkDoneProgress::Report(WorkDoneProgressReport {
            cancellable: Some(true),
            message: Some(message.to_owned()),
            percentage,
        }));
    }

    pub fn end(&self, message: &str) {
        self.send(WorkDoneProgress::End(WorkDoneProgressEnd { message: Some(message.to_owned()) }));
    }

    fn send(&self, progress: WorkDoneProgress) {
        if let Some(token) = &self.token {
            let params =
                ProgressParams { token: token.clone(), value: ProgressParamsValue::WorkDone(progress) };
            self.outbox.send(Outgoing::Progress(params));
        }
    }
}

/// Tells which environment serves a file now.
enum EnvironmentChanged {}

impl Notification for EnvironmentChanged {
    type Params = Value;
    const METHOD: &'static str = "venv-lsp/environmentChanged";
}

async fn deliver(client: Client, mut queue: mpsc::UnboundedReceiver<Outgoing>) {
    while let Some(outgoing) = queue.recv().await {
        match outgoing {
            Outgoing::Log(kind, message) => client.log_message(kind, message).await,
            Outgoing::Show(kind, message) => client.show_message(kind, message).await,
            Outgoing::Progress(params) => client.send_notification::<ProgressNotification>(params).await,
            Outgoing::EnvironmentChanged(uri, environment) => {
                let params = json!({"uri": uri, "environment": environment});
                client.send_notification::<EnvironmentChanged>(params).await;
            }
            // Requests wait for their answers beside the queue.
            Outgoing::Ask { kind, question, choices, reply } => {
                tokio::spawn(ask(client.clone(), kind, question, choices, reply));
            }
            Outgoing::ApplyEdit(edit, reply) => {
                tokio::spawn(apply_edit(client.clone(), edit, reply));
            }
            Outgoing::ShowDocument(uri, range, reply) => {
                let client = client.clone();
                tokio::spawn(async move {
                    let params = ShowDocumentParams {
                        uri,
                        external: Some(false),
                        take_focus: Some(true),
                        selection: Some(range),
                    };
                    let answer = timeout(PATIENCE, client.show_document(params)).await;
                    // The command may have been cancelled in the meantime.
                    reply.send(matches!(answer, Ok(Ok(true)))).ok();
                });
            }
            Outgoing::RefreshDiagnostics => {
                let client = client.clone();
                tokio::spawn(async move {
                    let refreshed = timeout(PATIENCE, client.workspace_diagnostic_refresh()).await;
                    if !matches!(refreshed, Ok(Ok(()))) {
                        tracing::debug!("the client was told to ask for diagnostics again: {refreshed:?}");
                    }
                });
            }
            Outgoing::RefreshInlayHints => {
                let client = client.clone();
                tokio::spawn(async move {
                    let refreshed = timeout(PATIENCE, client.inlay_hint_refresh()).await;
                    if !matches!(refreshed, Ok(Ok(()))) {
                        tracing::debug!("the client was told to ask for inlay hints again: {refreshed:?}");
                    }
                });
            }
            Outgoing::CreateProgress(token, created) => {
                let client = client.clone();
                tokio::spawn(async move {
                    let answer = timeout(PROGRESS_PATIENCE, client.create_work_done_progress(token)).await;
                    // The work may have been cancelled in the meantime.
                    created.send(matches!(answer, Ok(Ok(())))).ok();
                });
            }
            Outgoing::Register(abilities) => {
                let registrations = registrations(abilities);
                if !registrations.is_empty() {
                    tokio::spawn(register(client.clone(), registrations));
                }
            }
            Outgoing::AskConfiguration(events) => {
                tokio::spawn(ask_configuration(client.clone(), events));
            }
        }
    }
}

/// A person may take any time for an answer; who does not wait for it any more drops the other end.
async fn ask(
    client: Client,
    kind: MessageType,
    question: String,
    choices: Vec<String>,
    mut reply: oneshot::Sender<Option<String>>,
) {
    let item = |title| MessageActionItem { title, properties: HashMap::default() };
    let choices = choices.into_iter().map(item).collect();
    let answer = tokio::select! {
        answer = client.show_message_request(kind, question, Some(choices)) => answer,
        () = reply.closed() => return,
    };
    let chosen = answer.ok().flatten().map(|item| item.title);
    // It may have been given up in the meantime.
    reply.send(chosen).ok();
}

/// A person may be asked by the editor whether it is wanted; who does not wait for it any more drops the other end.
async fn apply_edit(client: Client, edit: WorkspaceEdit, mut reply: oneshot::Sender<Result<(), String>>) {
    let answer = tokio::select! {
        answer = client.apply_edit(edit) => answer,
        () = reply.closed() => return,
    };
    let applied = match answer {
        Ok(answer) if answer.applied => Ok(()),
        Ok(answer) => Err(answer.failure_reason.unwrap_or_else(|| "it gives no reason".to_owned())),
        Err(error) => Err(error.message.into_owned()),
    };
    // It may have been given up in the meantime.
    reply.send(applied).ok();
}

async fn register(client: Client, registrations: Vec<Registration>) {
    if let Ok(Err(error)) = timeout(PATIENCE, client.register_capability(registrations)).await {
        tracing::info!("the client does not take what is registered: {error}");
    }
}

async fn ask_configuration(client: Client, events: Sender<Event>) {
    let item = ConfigurationItem { scope_uri: None, section: Some("venv-lsp".to_owned()) };
    match timeout(PATIENCE, client.configuration(vec![item])).await {
        Ok(Ok(mut values)) => {
            if let Some(value) = values.pop().filter(|value| !value.is_null()) {
                // The session may have ended in the meantime.
                events.send(Event::Configure(value)).ok();
            }
        }
        Ok(Err(error)) => tracing::info!("the client did not give its settings: {error}"),
        Err(_) => tracing::info!("the client did not answer when asked for its settings"),
    }
}
