//! A synchronous LSP client over a child process: what an editor does, in the order in which a test says it.
//!
//! A thread reads the server's frames into a queue. They are looked at, and the server's own requests are answered,
//! whenever the client waits for something; so nothing happens behind a test's back, and no wait needs a sleep.
//! A wait that fails says what it waited for, what came instead, and the end of the server's standard error.
//! Not here: an editor's view (`cargo xtask try` draws one), and any knowledge of what the server ought to say.

mod document;
mod editor;
mod frames;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io::{self, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use self::document::Document;
pub use self::document::Encoding;
pub use self::editor::{editor_capabilities, pull_capabilities};
pub use self::frames::{frame, path_of, read_frame, uri_of};

/// A server process and what it has said. Dropping it ends the process.
pub struct Client {
    /// How long a request or a wait may take; 30 seconds unless a test sets something else.
    pub timeout: Duration,
    /// What `workspace/configuration` is answered with for the section `venv-lsp`.
    pub settings: Value,
    /// The parameters of every `$/progress` so far.
    pub progress: Vec<Value>,
    /// The parameters of every `window/showMessage` so far.
    pub shown: Vec<Value>,
    process: Child,
    input: Option<ChildStdin>,
    incoming: Receiver<Incoming>,
    errors: Arc<Mutex<Vec<u8>>>,
    errors_reader: Option<JoinHandle<()>>,
    responder: Option<Box<Responder>>,
    observer: Option<Box<Observer>>,
    next_id: i64,
    answers: BTreeMap<i64, Result<Value, Value>>,
    unread: VecDeque<Value>,
    arrived: Instant,
    encoding: Encoding,
    documents: BTreeMap<String, Document>,
    typed_first: Option<(PathBuf, String)>,
    published: BTreeMap<String, Vec<Value>>,
}

/// Answers a request of the server, given its method and parameters, or leaves it to [`Client`] with `None`.
pub type Responder = dyn FnMut(&str, &Value) -> Option<Result<Value, Value>> + Send;

/// Sees each message of the server as it is taken from the queue.
pub type Observer = dyn FnMut(&Value) + Send;

/// Why a wait ended without what it waited for; its text says it all.
#[derive(Clone)]
pub struct NoAnswer(String);

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoAnswer {}

impl Client {
    /// Starts the server with pipes to it.
    pub fn spawn(command: &mut Command) -> io::Result<Client> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn()?;
        let input = process.stdin.take();
        let output = process.stdout.take().expect("standard output was asked for as a pipe");
        let mut stderr = process.stderr.take().expect("standard error was asked for as a pipe");

        let (sender, incoming) = mpsc::channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let frame = match read_frame(&mut output) {
                    Ok(Some(message)) => Ok(message),
                    Ok(None) => break,
                    Err(error) => Err(error),
                };
                let is_broken = frame.is_err();
                if sender.send(Incoming { at: Instant::now(), frame }).is_err() || is_broken {
                    break;
                }
            }
        });
        let errors = Arc::new(Mutex::new(Vec::new()));
        let errors_reader = std::thread::spawn({
            let errors = Arc::clone(&errors);
            move || {
                let mut chunk = [0; 4096];
                while let Ok(length @ 1..) = stderr.read(&mut chunk) {
                    locked(&errors).extend(&chunk[..length]);
                }
            }
        });
        Ok(Client {
            timeout: Duration::from_secs(30),
            settings: Value::Null,
            progress: Vec::new(),
            shown: Vec::new(),
            process,
            input,
            incoming,
            errors,
            errors_reader: Some(errors_reader),
            responder: None,
            observer: None,
            next_id: 1,
            answers: BTreeMap::new(),
            unread: VecDeque::new(),
            arrived: Instant::now(),
            encoding: Encoding::Utf16,
            documents: BTreeMap::new(),
            typed_first: None,
            published: BTreeMap::new(),
        })
    }

    /// Answers the server's requests before [`Client`] does.
    pub fn respond_with(
        &mut self,
        responder: impl FnMut(&str, &Value) -> Option<Result<Value, Value>> + Send + 'static,
    ) {
        self.responder = Some(Box::new(responder));
    }

    /// Shows each further message to `observer`, in order.
    pub fn observe(&mut self, observer: impl FnMut(&Value) + Send + 'static) {
        self.observer = Some(Box::new(observer));
    }

    /// The process id of the server.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// What the server has written to its standard error.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&locked(&self.errors)).into_owned()
    }

    /// When the message that was returned last came out of the pipe.
    pub fn arrived(&self) -> Instant {
        self.arrived
    }

    /// Writes bytes as they are, for input that no client ought to send.
    pub fn raw_write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        input.write_all(bytes)?;
        input.flush()
    }

    /// Ends the server's input, as a client does that has died.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Sends a notification. That a server is gone is said by whatever waits next.
    pub fn notify(&mut self, method: &str, params: Value) {
        let params = present(params);
        self.send(&with_params(json!({ "jsonrpc": "2.0", "method": method }), params));
    }

    /// Sends a request without waiting for its answer, which [`Client::answer`] takes by this id.
    pub fn start(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        let params = present(params);
        self.send(&with_params(json!({ "jsonrpc": "2.0", "id": id, "method": method }), params));
        id
    }

    /// Waits for the answer to the request with this id: its result, or its error object.
    /// Where none comes, the error's `code` is `"no answer"`.
    pub fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let deadline = Instant::now() + self.timeout;
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                return answer;
            }
            if let Err(cause) = self.pump(deadline) {
                let message = self.silence(&format!("an answer to request {id}"), cause).0;
                return Err(json!({ "code": "no answer", "message": message }));
            }
        }
    }

    /// Sends a request and waits for its answer.
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.start(method, params);
        self.answer(id)
    }

    /// Asks the server to give up the request with this id; it has still to be answered.
    pub fn cancel(&mut self, id: i64) {
        self.notify("$/cancelRequest", json!({ "id": id }));
    }

    /// Waits for a notification or request of the server that satisfies `wanted`, and takes it from the queue.
    /// Messages that came earlier and that nobody has taken count too, the oldest first.
    pub fn wait_for(
        &mut self,
        wanted: impl Fn(&Value) -> bool,
        timeout: Duration,
    ) -> Result<Value, NoAnswer> {
        let deadline = Instant::now() + timeout;
        let mut seen = 0;
        loop {
            if let Some(offset) = self.unread.iter().skip(seen).position(&wanted)
                && let Some(message) = self.unread.remove(seen + offset)
            {
                return Ok(message);
            }
            seen = self.unread.len();
            if let Err(cause) = self.pump(deadline) {
                return Err(self.silence("a message", cause));
            }
        }
    }

    /// Waits for a notification or request of the server with this method, and takes it from the queue.
    pub fn wait_for_method(&mut self, method: &str) -> Result<Value, NoAnswer> {
        self.wait_for(|message| message["method"] == method, self.timeout)
    }

    /// The messages that nobody has waited for, oldest first; they are taken from the queue.
    pub fn take_unread(&mut self) -> Vec<Value> {
        self.unread.drain(..).collect()
    }

    /// `shutdown` and `exit`; then waits for the process.
    pub fn shutdown(&mut self) -> Result<ExitStatus, NoAnswer> {
        self.request("shutdown", Value::Null)
            .map_err(|error| NoAnswer(format!("`shutdown` was answered with an error: {error}")))?;
        self.notify("exit", Value::Null);
        self.wait_for_exit()
    }

    /// Waits for the process to end by itself.
    pub fn wait_for_exit(&mut self) -> Result<ExitStatus, NoAnswer> {
        let deadline = Instant::now() + self.timeout;
        // The end of its output comes first, as a rule; `Child` has no wait with a time limit.
        while self.pump(deadline).is_ok() {}
        loop {
            match self.process.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(1)),
                Ok(None) => return Err(self.silence("the end of the process", RecvTimeoutError::Timeout)),
                Err(error) => return Err(NoAnswer(format!("the server cannot be waited for: {error}"))),
            }
        }
    }

    /// Ends the process at once.
    pub fn kill(&mut self) {
        // It may have ended already, which is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn send(&mut self, message: &Value) {
        // A server that is gone is reported by the wait that misses its answer, with the reason it gave.
        let _ = self.raw_write(&frame(message));
    }

    /// Takes one message from the queue, waiting for it until the deadline.
    fn pump(&mut self, deadline: Instant) -> Result<(), RecvTimeoutError> {
        let left = deadline.saturating_duration_since(Instant::now());
        let Incoming { at, frame } = self.incoming.recv_timeout(left)?;
        self.arrived = at;
        let message =
            frame.unwrap_or_else(|error| json!({ "method": "not a frame", "params": error.to_string() }));
        if let Some(observer) = &mut self.observer {
            observer(&message);
        }
        match (message["method"].as_str(), message.get("id")) {
            (Some(method), Some(id)) => {
                let mut reply = json!({ "jsonrpc": "2.0", "id": id });
                match self.respond(method, &message["params"]) {
                    Ok(result) => reply["result"] = result,
                    Err(error) => reply["error"] = error,
                }
                self.send(&reply);
            }
            (Some(method), None) => self.collect(method, &message["params"]),
            (None, _) => {
                if let Some(id) = message["id"].as_i64() {
                    let answer = match message.get("error") {
                        Some(error) => Err(error.clone()),
                        None => Ok(message["result"].clone()),
                    };
                    self.answers.insert(id, answer);
                    return Ok(());
                }
            }
        }
        self.unread.push_back(message);
        Ok(())
    }

    fn collect(&mut self, method: &str, params: &Value) {
        match method {
            "$/progress" => self.progress.push(params.clone()),
            "window/showMessage" => self.shown.push(params.clone()),
            "textDocument/publishDiagnostics" => {
                let uri = params["uri"].as_str().unwrap_or_default().to_owned();
                self.published.insert(uri, params["diagnostics"].as_array().cloned().unwrap_or_default());
            }
            _ => {}
        }
    }

    fn respond(&mut self, method: &str, params: &Value) -> Result<Value, Value> {
        if let Some(answer) = self.responder.as_mut().and_then(|responder| responder(method, params)) {
            return answer;
        }
        match method {
            "workspace/configuration" => {
                let items = params["items"].as_array().cloned().unwrap_or_default();
                let section = |item: &Value| match item["section"].as_str() {
                    Some("venv-lsp") => self.settings.clone(),
                    Some(_) | None => Value::Null,
                };
                Ok(items.iter().map(section).collect())
            }
            "workspace/applyEdit" => {
                if let Some((path, text)) = self.typed_first.take() {
                    self.change(&path, &text);
                }
                match self.apply(&params["edit"]) {
                    Ok(()) => Ok(json!({ "applied": true })),
                    Err(error) => Ok(json!({ "applied": false, "failureReason": error["message"] })),
                }
            }
            "window/workDoneProgress/create"
            | "client/registerCapability"
            | "client/unregisterCapability"
            | "window/showMessageRequest"
            | "workspace/diagnostic/refresh"
            | "workspace/inlayHint/refresh" => Ok(Value::Null),
            "window/showDocument" => Ok(json!({ "success": true })),
            _ => Err(json!({ "code": -32601, "message": format!("this client has no method `{method}`") })),
        }
    }

    fn silence(&mut self, waited_for: &str, cause: RecvTimeoutError) -> NoAnswer {
        let reason = match cause {
            RecvTimeoutError::Timeout => "the time is up",
            RecvTimeoutError::Disconnected => {
                // The server has closed its output: what it said last is wanted whole.
                if let (Ok(Some(_)), Some(reader)) = (self.process.try_wait(), self.errors_reader.take()) {
                    // A panic of the reader has been printed by its own thread.
                    let _ = reader.join();
                }
                "the server has ended its output"
            }
        };
        let unread: Vec<String> = self.unread.iter().rev().take(5).rev().map(Value::to_string).collect();
        let errors = self.stderr();
        let tail: Vec<&str> = errors.lines().rev().take(20).collect::<Vec<_>>().into_iter().rev().collect();
        NoAnswer(format!(
            "waiting for {waited_for}: {reason}\nlast unread messages:\n  {}\nend of the server's standard error:\n  {}",
            unread.join("\n  "),
            tail.join("\n  "),
        ))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.kill();
    }
}

struct Incoming {
    at: Instant,
    frame: io::Result<Value>,
}

fn locked(errors: &Mutex<Vec<u8>>) -> std::sync::MutexGuard<'_, Vec<u8>> {
    errors.lock().expect("nothing panics while it holds the server's standard error")
}

/// `null` stands for no parameters at all: JSON-RPC knows only objects and lists.
fn present(params: Value) -> Option<Value> {
    Some(params).filter(|params| !params.is_null())
}

fn with_params(mut message: Value, params: Option<Value>) -> Value {
    if let Some(params) = params {
        message["params"] = params;
    }
    message
}
