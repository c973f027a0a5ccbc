//! The other end of a server's pipe, made for the clock: every message is stamped when it has been read whole, and
//! taken apart only afterwards. `test_support::client` is for what servers say; this is for when they say it.

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use test_support::client::frame;

/// A server that says nothing for so long is broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, and the client's side of the pipe. Dropping it ends the process.
pub(super) struct Wire {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<(Instant, Vec<u8>)>,
    pub(super) spawned: Instant,
    next_id: i64,
}

/// A message that has come.
pub(super) struct Arrived {
    pub(super) at: Instant,
    pub(super) body: Vec<u8>,
    kind: Kind,
}

/// Diagnostics that have come.
pub(super) struct Publication {
    pub(super) at: Instant,
    pub(super) version: Option<i64>,
    pub(super) count: usize,
    /// The whole message.
    pub(super) body: Vec<u8>,
}

enum Kind {
    Answer(i64),
    Publication { version: Option<i64>, count: usize },
    Other,
}

#[derive(Deserialize)]
struct Outline {
    id: Option<Value>,
    method: Option<String>,
    params: Option<Parameters>,
}

#[derive(Deserialize)]
struct Parameters {
    version: Option<i64>,
    diagnostics: Option<Vec<IgnoredAny>>,
    items: Option<Vec<IgnoredAny>>,
}

impl Wire {
    pub(super) fn spawn(command: &mut Command, folder: &Path) -> anyhow::Result<Wire> {
        for variable in ["VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX", "CONDA_DEFAULT_ENV"] {
            command.env_remove(variable);
        }
        command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let spawned = Instant::now();
        let mut child = command.spawn().context("the server cannot be started")?;
        let input = child.stdin.take();
        let output = child.stdout.take().context("the server has no output")?;
        let (sender, messages) = mpsc::channel();
        std::thread::spawn(move || {
            let mut output = BufReader::with_capacity(1 << 20, output);
            while let Some(body) = read_body(&mut output) {
                if sender.send((Instant::now(), body)).is_err() {
                    break;
                }
            }
        });
        Ok(Wire { child, input, messages, spawned, next_id: 1 })
    }

    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn notify(&mut self, method: &str, params: &Value) -> anyhow::Result<Instant> {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    /// Sends a request; the time that its answer took, and the answer.
    pub(super) fn request(&mut self, method: &str, params: &Value) -> anyhow::Result<(Duration, Value)> {
        let id = self.next_id;
        self.next_id += 1;
        let sent = self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        loop {
            let arrived = self.arrived(PATIENCE)?.with_context(|| format!("`{method}` was not answered"))?;
            if matches!(arrived.kind, Kind::Answer(answered) if answered == id) {
                let answer: Value = serde_json::from_slice(&arrived.body)?;
                if let Some(error) = answer.get("error") {
                    bail!("`{method}` was answered with {error}");
                }
                return Ok((arrived.at - sent, answer["result"].clone()));
            }
        }
    }

    /// The next diagnostics, within the time that a working server needs.
    pub(super) fn publication(&mut self) -> anyhow::Result<Publication> {
        self.publication_within(PATIENCE)?.context("the server publishes nothing any more")
    }

    /// The next diagnostics; `None` if none come for so long.
    pub(super) fn publication_within(&mut self, limit: Duration) -> anyhow::Result<Option<Publication>> {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Some(arrived) = self.arrived(left)? else { return Ok(None) };
            if let Kind::Publication { version, count } = arrived.kind {
                return Ok(Some(Publication { at: arrived.at, version, count, body: arrived.body }));
            }
        }
    }

    /// Closes the pipe, as a client that dies does; the time until the server is gone.
    pub(super) fn hang_up(mut self) -> anyhow::Result<Duration> {
        let closed = Instant::now();
        drop(self.input.take());
        while self.child.try_wait()?.is_none() {
            if closed.elapsed() > PATIENCE {
                bail!("the server does not end with its input");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(closed.elapsed())
    }

    /// The next message; the server's own requests are answered on the way.
    fn arrived(&mut self, limit: Duration) -> anyhow::Result<Option<Arrived>> {
        let (at, body) = match self.messages.recv_timeout(limit) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => return Ok(None),
            Err(RecvTimeoutError::Disconnected) => bail!("the server has ended its output"),
        };
        let outline: Outline = serde_json::from_slice(&body).context("the server said what is no message")?;
        let kind = match (outline.method.as_deref(), outline.id, outline.params) {
            (Some("textDocument/publishDiagnostics"), None, Some(params)) => Kind::Publication {
                version: params.version,
                count: params.diagnostics.map_or(0, |diagnostics| diagnostics.len()),
            },
            (Some(_), Some(id), params) => {
                // Settings are asked for by section; nothing is set.
                let items = params.and_then(|params| params.items);
                let result = items.map(|items| vec![Value::Null; items.len()]);
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }))?;
                Kind::Other
            }
            (Some(_), None, _) => Kind::Other,
            (None, id, _) => id.and_then(|id| id.as_i64()).map_or(Kind::Other, Kind::Answer),
        };
        Ok(Some(Arrived { at, body, kind }))
    }

    fn send(&mut self, message: &Value) -> anyhow::Result<Instant> {
        let bytes = frame(message);
        let input = self.input.as_mut().context("the pipe is closed")?;
        let sent = Instant::now();
        input.write_all(&bytes).and_then(|()| input.flush()).context("the server has closed its input")?;
        Ok(sent)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn read_body(output: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut length = None;
    let mut line = String::new();
    loop {
        line.clear();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok();
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length?];
    output.read_exact(&mut body).ok()?;
    Some(body)
}
