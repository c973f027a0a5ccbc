//! One step: a program in its own process group, its output line by line, its end.

use std::fs::File;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use venv_analysis::{Step, is_measure, plain, without_secrets};

use super::groups::{ProcessGroups, kill, terminate};
use super::secrets::Secrets;
use super::{Cancel, Progress};

/// How a step ended.
#[derive(Debug)]
pub(super) enum Ended {
    Well,
    /// With what it printed, both streams in the order of arrival.
    Badly(Vec<String>),
    Cancelled,
    /// It could not be started; the text says why.
    NotStarted(String),
}

/// Time to clean up after a request to end, before the end is forced.
const GRACE: Duration = Duration::from_secs(2);

/// Time for the last output after the program has ended: a process that it left behind may hold the pipe.
const LAST_OUTPUT: Duration = Duration::from_millis(500);

/// Lines kept for the explanation of a failure.
const KEPT_LINES: usize = 2_000;

/// Python's `multiprocessing` puts its sockets so deep into the temporary folder (`/pymp-xxxxxxxx/listener-xxxxxxxx`), and
/// the path of a socket has room for 104 bytes on every Unix.
const LONGEST_TEMPORARY: usize = 104 - 33;

/// What a program gets of the work that it is part of.
#[derive(Default)]
pub(super) struct Ties<'a> {
    /// Its input; nothing, where there is none.
    pub(super) input: Option<File>,
    /// Is told its process group.
    pub(super) started: Option<&'a mut (dyn FnMut(u32) + Send)>,
    /// What is not repeated of what it prints.
    pub(super) secrets: Arc<Secrets>,
}

pub(super) async fn run(
    step: &Step,
    ties: Ties<'_>,
    groups: &ProcessGroups,
    cancel: &mut watch::Receiver<Cancel>,
    report: &(dyn Fn(Progress) + Send + Sync),
) -> Ended {
    if *cancel.borrow_and_update() != Cancel::No {
        return Ended::Cancelled;
    }
    let mut child = match start(step, ties.input) {
        Ok(child) => child,
        Err(error) => {
            return Ended::NotStarted(format!("`{}` could not be started: {error}", step.program.display()));
        }
    };
    let id = child.id().expect("a child that was not waited for has an id");
    let membership = groups.enter(id);
    if let Some(started) = ties.started {
        started(id);
    }
    let (sender, mut lines) = mpsc::unbounded_channel();
    let streams = [
        child
            .stdout
            .take()
            .map(|stream| tokio::spawn(read_lines(stream, sender.clone(), Arc::clone(&ties.secrets)))),
        child.stderr.take().map(|stream| tokio::spawn(read_lines(stream, sender.clone(), ties.secrets))),
    ];
    drop(sender);
    let mut kept: Vec<String> = Vec::new();
    let mut keep = |line: String| {
        if kept.len() < KEPT_LINES && !is_measure(&line) {
            kept.push(line.clone());
        }
        report(Progress::Line(line));
    };
    let mut open = true;
    let status = loop {
        tokio::select! {
            line = lines.recv(), if open => match line {
                Some(line) => keep(line),
                None => open = false,
            },
            status = child.wait() => break status,
            () = cancelled(cancel, Cancel::Politely) => {
                end(&mut child, id, cancel).await;
                return Ended::Cancelled;
            }
        }
    };
    if !status.as_ref().is_ok_and(ExitStatus::success) {
        // Those that it started would go on, in what is about to be tidied up.
        kill(id);
    }
    let drained = timeout(LAST_OUTPUT, async {
        while let Some(line) = lines.recv().await {
            keep(line);
        }
    });
    if drained.await.is_err() {
        for stream in streams.into_iter().flatten() {
            stream.abort();
        }
    }
    drop(membership);
    match status {
        Ok(status) if status.success() => Ended::Well,
        Ok(status) => {
            keep_status(&mut kept, status);
            Ended::Badly(kept)
        }
        Err(error) => Ended::Badly(vec![format!("Its end could not be waited for: {error}")]),
    }
}

#[expect(clippy::disallowed_methods, reason = "this is where processes are started")]
fn start(step: &Step, input: Option<File>) -> io::Result<Child> {
    if !step.program.is_absolute() {
        // It would be looked for in the folder that is open.
        return Err(io::Error::other("its path is not absolute"));
    }
    let mut command = Command::new(&step.program);
    command.args(&step.args).current_dir(&step.cwd);
    for (name, value) in &step.variables {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    for (name, value) in &step.proxies {
        command.env(name, value);
    }
    if let Some(log) = &step.log {
        command.env("PIP_LOG", log);
    }
    if cfg!(windows) || step.temporary.as_os_str().len() <= LONGEST_TEMPORARY {
        // So that what it leaves when it is ended goes with the plan.
        for name in ["TMPDIR", "TEMP", "TMP"] {
            command.env(name, &step.temporary);
        }
    }
    for (name, value) in &step.defaults {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    command
        .stdin(input.map_or_else(Stdio::null, Stdio::from))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    command.spawn()
}

/// Waits until somebody cancels, at least so strongly.
pub(super) async fn cancelled(cancel: &mut watch::Receiver<Cancel>, least: Cancel) {
    let is_enough = |cancel: &Cancel| *cancel == Cancel::AtOnce || *cancel == least;
    if cancel.wait_for(is_enough).await.is_err() {
        // Nobody can cancel any more.
        std::future::pending::<()>().await;
    }
}

async fn end(child: &mut Child, id: u32, cancel: &mut watch::Receiver<Cancel>) {
    terminate(id);
    tokio::select! {
        ended = timeout(GRACE, child.wait()) => if ended.is_err() {
            tracing::info!("process {id} did not end within {GRACE:?} and is killed");
        },
        () = cancelled(cancel, Cancel::AtOnce) => {}
    }
    // The first process may be gone while those that it started are not.
    kill(id);
    if let Err(error) = child.wait().await {
        tracing::warn!("the end of process {id} could not be waited for: {error}");
    }
}

/// A program that was ended by a signal, or that said nothing, leaves at least its status.
fn keep_status(kept: &mut Vec<String>, status: ExitStatus) {
    if status.code().is_none() {
        kept.push(format!("It was killed ({status})"));
    } else if kept.iter().all(|line| line.trim().is_empty()) {
        kept.push(format!("It ended without a word ({status})"));
    }
}

/// Sends each line. A `\r`, with which progress bars paint over themselves, ends a line too.
async fn read_lines(
    stream: impl AsyncRead + Unpin,
    lines: mpsc::UnboundedSender<String>,
    secrets: Arc<Secrets>,
) {
    let mut reader = BufReader::new(stream);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        match reader.read_until(b'\n', &mut bytes).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!("the output of a program could not be read: {error}");
                return;
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        for line in text.split(['\r', '\n']).filter(|line| !line.trim().is_empty()) {
            // A URL with a password in it reaches neither a log nor a progress bar.
            let line = plain(line.trim_end());
            let line = secrets.mask(&without_secrets(&line)).into_owned();
            if lines.send(line).is_err() {
                return;
            }
        }
    }
}
