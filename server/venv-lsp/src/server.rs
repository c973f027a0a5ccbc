//! The language server on stdin and stdout.

mod backend;
mod capabilities;
mod guard;
mod intake;
mod outlet;
mod parent;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use tokio::sync::Notify;
use tower_lsp::{LspService, Server};

use crate::client::Outbox;
use crate::effects::ProcessGroups;
use crate::session::{Event, Session};
use backend::Backend;
pub(crate) use capabilities::registrations;
use guard::Guard;
pub(crate) use outlet::Outlet;
use parent::ClientProcess;

/// How many requests may be under way at once. The framework's reader stops when there are more, and with it
/// cancellation; an editor never gets there.
const CONCURRENCY: usize = 1024;

/// Time for what is under way to end, and to take away what it has half done, when the client goes.
const LAST_WORDS: Duration = Duration::from_millis(800);

/// Time for the last messages to be read.
const LAST_READING: Duration = Duration::from_millis(100);

/// What the parts of a server tell each other about its end.
#[derive(Default)]
pub(crate) struct Ending {
    /// The client asked for the end in the way the protocol wants it.
    shut_down: AtomicBool,
    /// The client's process, if it said which one it is.
    client_process: std::sync::Mutex<Option<ClientProcess>>,
    /// Nothing more will come: the input has ended, or the client's process has.
    gone: Notify,
    initialized: Notify,
}

/// Serves until the client is gone. The exit status is 0 when it had asked for the end before.
pub fn serve() -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ending = Arc::new(Ending::default());
    let groups = Arc::new(ProcessGroups::default());
    let input = intake::start(Arc::clone(&ending));
    let outlet = Outlet::start(Arc::clone(&ending));
    let (events, session_events) = mpsc::channel();
    let handle = runtime.handle().clone();

    let session_groups = Arc::clone(&groups);
    let session_ending = Arc::clone(&ending);
    let session_handle = handle.clone();
    let session_outlet = outlet.clone();
    let ended = Arc::new(Notify::new());
    let session_ended = Arc::clone(&ended);
    let backend_events = events.clone();
    let (service, socket) = LspService::build(move |client| {
        let (outbox, deliver) = Outbox::new(client, session_outlet);
        session_handle.spawn(deliver);
        let session = Session::new(backend_events.clone(), outbox, session_handle.clone(), session_groups);
        std::thread::spawn(move || {
            session.run(&session_events);
            session_ended.notify_one();
        });
        Backend::new(backend_events, session_ending)
    })
    .custom_method("venv-lsp/environment", Backend::environment)
    .custom_method("window/workDoneProgress/cancel", Backend::cancel_progress)
    .custom_method(intake::UNREADABLE, Backend::unreadable)
    .custom_method(intake::MALFORMED, Backend::malformed)
    .finish();

    runtime.block_on(async {
        let serving = Server::new(input, outlet.clone(), socket)
            .concurrency_level(CONCURRENCY)
            .serve(Guard::new(service));
        tokio::spawn(parent::watch(Arc::clone(&ending)));
        tokio::select! {
            () = serving => {}
            () = ending.gone.notified() => {}
            () = asked_to_end() => {}
        }
        events.send(Event::Stop).ok();
        tokio::time::timeout(LAST_WORDS, ended.notified()).await.ok();
    });
    groups.kill_all();
    outlet.flush(LAST_READING);
    runtime.shutdown_background();
    Ok(if ending.shut_down.load(Ordering::Acquire) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The system, or the terminal that closes, wants the end.
#[cfg(unix)]
pub(crate) async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::hangup()));
    let (Ok(mut terminate), Ok(mut hangup)) = signals else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

/// Windows ends processes without a word.
#[cfg(not(unix))]
pub(crate) async fn asked_to_end() {
    std::future::pending::<()>().await;
}
