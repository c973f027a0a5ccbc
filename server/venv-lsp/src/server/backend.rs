//! The protocol's handlers. They hold no state: each hands its message to the session before its first `.await`,
//! so that the session sees the messages in the order of the wire.

use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::sync::{Arc, PoisonError};

use ls_types::{
    CodeActionParams, CodeActionResponse, CompletionParams, CompletionResponse, DidChangeConfigurationParams,
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    DocumentDiagnosticParams, DocumentDiagnosticReportResult, DocumentFormattingParams, DocumentLink,
    DocumentLinkParams, DocumentRangeFormattingParams, DocumentSymbolParams, DocumentSymbolResponse,
    ExecuteCommandParams, FoldingRange, FoldingRangeParams, GotoDefinitionParams, GotoDefinitionResponse,
    Hover, HoverParams, InitializeParams, InitializeResult, InitializedParams, InlayHint, InlayHintParams,
    LSPAny, PrepareRenameResponse, RenameParams, SemanticTokensParams, SemanticTokensRangeParams,
    SemanticTokensRangeResult, SemanticTokensResult, ServerInfo, TextDocumentPositionParams, TextEdit, Uri,
    WorkDoneProgressCancelParams, WorkspaceEdit,
};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, Result};

use super::Ending;
use super::capabilities::capabilities;
use super::parent::ClientProcess;
use crate::answers;
use crate::client::Abilities;
use crate::convert;
use crate::session::{Answer, Event, Inquiry, Need, Reply};

pub(super) struct Backend {
    session: Sender<Event>,
    ending: Arc<Ending>,
}

#[derive(Deserialize)]
pub(super) struct EnvironmentParams {
    uri: Uri,
    /// Whether the others are wanted that there are to choose from.
    #[serde(default)]
    all: bool,
}

impl Backend {
    pub(super) fn new(session: Sender<Event>, ending: Arc<Ending>) -> Self {
        Self { session, ending }
    }

    pub(super) async fn environment(&self, params: EnvironmentParams) -> Result<Value> {
        self.ask(|reply| Event::Environment { uri: params.uri, all: params.all, reply }).await
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

    /// Asks about the file `uri`.
    fn about<P: Send + 'static, T: Default + Send + 'static>(
        &self,
        uri: Uri,
        need: Need,
        params: P,
        answer: Answer<P, T>,
    ) -> impl Future<Output = Result<T>> {
        self.ask(move |reply| Event::Inquire(Inquiry::new(uri, need, params, reply, answer)))
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

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.tell(Event::Saved(params.text_document.uri));
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
        let uri = params.text_document.uri.clone();
        self.about(uri, Need::Newest, params, answers::code_actions).await
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let uri = params.text_document.uri.clone();
        let report = self.about(uri, Need::Newest, params, answers::diagnostics).await?;
        Ok(report.unwrap_or_else(|| answers::full_report(None, Vec::new())))
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let uri = params.text_document_position.text_document.uri.clone();
        self.about(uri, Need::Newest, params, answers::completion).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let uri = params.text_document_position_params.text_document.uri.clone();
        self.about(uri, Need::Newest, params, answers::hover).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let uri = params.text_document.uri.clone();
        self.about(uri, Need::Newest, params, answers::inlay_hints).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let uri = params.text_document_position_params.text_document.uri.clone();
        self.about(uri, Need::Newest, params, answers::definition).await
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        let uri = params.text_document.uri.clone();
        self.about(uri, Need::Newest, params, answers::links).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        let uri = params.text_document.uri.clone();
        self.about(uri, Need::Newest, params, answers::symbols).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        let uri = params.text_document.uri.clone();
        self.about(uri, Need::Newest, params, answers::foldings).await
    }

    async fn semantic_tokens_full(
        &self,
        params: SemanticTokensParams,
    ) -> Result<Option<SemanticTokensResult>> {
        let uri = params.text_document.uri.clone();
        self.about(uri, Need::AsAsked, params, answers::tokens).await
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        let uri = params.text_document.uri.clone();
        self.about(uri, Need::AsAsked, params, answers::tokens_in_range).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let uri = params.text_document.uri.clone();
        self.about(uri, Need::AsAsked, params, answers::formatting).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let uri = params.text_document.uri.clone();
        self.about(uri, Need::AsAsked, params, answers::range_formatting).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        let uri = params.text_document.uri.clone();
        self.about(uri, Need::AsAsked, params, answers::prepare_rename).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let uri = params.text_document_position.text_document.uri.clone();
        self.about(uri, Need::AsAsked, params, answers::rename).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        self.ask(|reply| Event::Execute(params, reply)).await
    }
}
