//! Everything that can happen to a session.

use std::path::PathBuf;

use ls_types::{
    DidChangeTextDocumentParams, DidOpenTextDocumentParams, ExecuteCommandParams, InitializeParams,
    ProgressToken, Uri,
};
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp::jsonrpc;

use super::analysis::Analysis;
use super::choosing::Selection;
use super::inquiry::Inquiry;
use super::pulled::Reread;
use super::requirement::Renaming;
use super::work::WorkDone;
use crate::effects::Resumed;

/// The way back to the one who asked. Its other end is gone when the request was cancelled.
pub type Reply<T> = oneshot::Sender<jsonrpc::Result<T>>;

/// What can happen. Messages of the client arrive in the order of the wire.
pub enum Event {
    Initialize(Box<InitializeParams>),
    Initialized,
    Open(DidOpenTextDocumentParams),
    Change(DidChangeTextDocumentParams),
    Close(Uri),
    Saved(Uri),
    /// The client's settings, whole.
    Configure(Value),
    /// The client says that its settings have changed.
    Reconfigure(Value),
    Folders {
        added: Vec<Uri>,
        removed: Vec<Uri>,
    },
    /// These paths changed on the disk, as a watcher says; ours or the client's.
    DiskChanged(Vec<PathBuf>),
    /// A watcher may have missed something: everything may have changed.
    DiskUnknown,
    /// Somebody wants to know something of a file.
    Inquire(Inquiry),
    /// The environment of a file; `all`: and every other one that there is to choose from.
    Environment {
        uri: Uri,
        all: bool,
        reply: Reply<Value>,
    },
    Execute(ExecuteCommandParams, Reply<Option<Value>>),
    CancelProgress(ProgressToken),
    /// The client wants the end: what is under way is given up.
    CancelAll,
    /// A file was looked at. `None`: that failed, and the log says why.
    Analysed {
        path: PathBuf,
        opening: u64,
        analysis: Option<Box<Analysis>>,
    },
    /// It was found out whether what the user chose can be chosen, and if not, why.
    Weighed {
        selection: Box<Selection>,
        problem: Option<String>,
    },
    /// It was found out what is wrong among the distributions of the environment at this place, if anything is.
    Inspected {
        root: PathBuf,
        found_something: bool,
    },
    WorkDone(Box<WorkDone>),
    /// The client did not make a change that it was asked for.
    NotRenamed {
        renaming: Box<Renaming>,
        reason: String,
    },
    /// Files on the disk were read again, some time after they had changed.
    Reread(Box<Reread>),
    /// The user has answered whether something shall be installed.
    AnsweredNews,
    /// What an earlier process left was put right.
    Resumed(Vec<Resumed>),
    /// The client is gone.
    Stop,
}
