//! The protocol's handlers. They hold no state: each hands its message to the session before its first `.await`,
//! so that the session sees the messages in the order of the wire.

use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::sync::{Arc, PoisonError};

use ls_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability, CodeActionResponse,
    DiagnosticOptions, DiagnosticServerCapabilities, DidChangeConfigurationParams,
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DocumentDiagnosticParams,
    DocumentDiagnosticReportResult, ExecuteCommandOptions, ExecuteCommandParams, InitializeParams,
    InitializeResult, InitializedParams, LSPAny, OneOf, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, Uri,
    WorkDoneProgressCancelParams, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};

use super::Ending;
use super::parent::ClientProcess;
use crate::client::Abilities;
use crate::commands::COMMANDS;
use crate::convert;
use crate::session::{Event, Reply};

pub(super) struct Backend {
    session: Sender<Event>,
    ending: Arc<Ending>,
}

#[derive(Deserialize)]
pub(super) struct EnvironmentParams {
    uri: Uri,
}

impl Backend {
    pub(super) fn new(session: Sender<Event>, ending: Arc<Ending>) -> Self {
        Self { session, ending }
    }

    pub(super) async fn environment(&self, params: EnvironmentParams) -> Result<Value> {
        self.ask(|reply| Event::Environment(params.uri, reply)).await
    }

    pub(super) async fn cancel_progress(&self, params: WorkDoneProgressCancelParams) {
        self.tell(Event::CancelProgress(params.token));
    }

    /// The answer to a message that could not be read.
    pub(super) async fn unreadable(&self) -> Result<Value> {
        Err(Error::parse_error())
    }

    /// The answer to one that is JSON, and no message.
    pub(super) async fn malformed(&self) -> Result<Value> {
        Err(Error::invalid_request())
    }

    fn tell(&self, event: Event) {
        if self.session.send(event).is_err() {
            tracing::error!("the session has ended, a message is lost");
        }
    }

    /// Hands the request to the session at once, and waits for its answer.
    fn ask<T>(&self, event: impl FnOnce(Reply<T>) -> Event) -> impl Future<Output = Result<T>> {
        let (reply, answer) = oneshot::channel();
        self.tell(event(reply));
        async { answer.await.unwrap_or_else(|_| Err(Error::internal_error())) }
    }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let abilities = Abilities::read(&params.capabilities);
        *self.ending.client_process.lock().unwrap_or_else(PoisonError::into_inner) =
            params.process_id.and_then(ClientProcess::open);
        self.ending.initialized.notify_one();
        self.tell(Event::Initialize(Box::new(params)));
        Ok(InitializeResult {
            capabilities: capabilities(abilities),
            server_info: Some(ServerInfo {
                name: "venv-lsp".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            ..InitializeResult::default()
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        self.tell(Event::Initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        self.ending.shut_down.store(true, Ordering::Release);
        // Some editors are gone before they have said `exit`.
        self.tell(Event::CancelAll);
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.tell(Event::Open(params));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.tell(Event::Change(params));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.tell(Event::Close(params.text_document.uri));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.tell(Event::Reconfigure(params.settings));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let uris =
            |folders: Vec<ls_types::WorkspaceFolder>| folders.into_iter().map(|folder| folder.uri).collect();
        self.tell(Event::Folders { added: uris(params.event.added), removed: uris(params.event.removed) });
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        let paths = params.changes.iter().filter_map(|change| convert::path(&change.uri)).collect();
        self.tell(Event::DiskChanged(paths));
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        self.ask(|reply| Event::CodeAction(Box::new(params), reply)).await
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        self.ask(|reply| Event::Pull(Box::new(params), reply)).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        self.ask(|reply| Event::Execute(params, reply)).await
    }
}

fn capabilities(abilities: Abilities) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(abilities.encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            ..TextDocumentSyncOptions::default()
        })),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        diagnostic_provider: abilities.pull.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("venv-lsp".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: false,
                ..DiagnosticOptions::default()
            })
        }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: COMMANDS.iter().map(|command| command.name.to_owned()).collect(),
            ..ExecuteCommandOptions::default()
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            ..WorkspaceServerCapabilities::default()
        }),
        ..ServerCapabilities::default()
    }
}
