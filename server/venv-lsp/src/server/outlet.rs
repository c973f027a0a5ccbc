//! The way out: whole messages, written to stdout by a thread of its own.
//!
//! The framework writes its answers here, and so does whoever has a message that is JSON already: a list of
//! diagnostics is turned into text once, beside the session, and never copied field by field.

use std::io::{self, Write as _};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::AsyncWrite;

use super::Ending;

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Outlet(Sender<Item>);

/// A message that is shorter is cheaper to copy than to write in three parts.
const SHORT: usize = 1 << 15;

enum Item {
    /// One message or more, each with its header.
    Messages(Vec<u8>),
    /// One message: header and beginning, the long middle, which is shared, and the end.
    Around(Vec<u8>, Arc<String>, &'static str),
    /// Everything before this was written when it is answered.
    Flush(Sender<()>),
}

impl Outlet {
    pub(super) fn start(ending: Arc<Ending>) -> Self {
        let (sender, items) = mpsc::channel();
        std::thread::spawn(move || {
            if let Err(error) = write(&items) {
                tracing::info!("the client does not read any more: {error}");
                ending.gone.notify_one();
            }
        });
        Self(sender)
    }

    /// Sends a message that is JSON already; its long middle is not copied.
    pub(crate) fn send(&self, head: &str, middle: Arc<String>, tail: &'static str) {
        let length = head.len() + middle.len() + tail.len();
        let head = format!("Content-Length: {length}\r\n\r\n{head}").into_bytes();
        if self.0.send(Item::Around(head, middle, tail)).is_err() {
            tracing::debug!("the client does not read any more");
        }
    }

    /// Waits until everything was written, but not for a client that does not read.
    pub(super) fn flush(&self, patience: Duration) {
        let (sender, written) = mpsc::channel();
        if self.0.send(Item::Flush(sender)).is_ok() && written.recv_timeout(patience).is_err() {
            tracing::info!("the client has left the last messages unread");
        }
    }
}

impl AsyncWrite for Outlet {
    /// Takes everything at once: the framework's writes are whole messages, and must stay so.
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let sent = self.0.send(Item::Messages(bytes.to_vec()));
        Poll::Ready(sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn write(items: &Receiver<Item>) -> io::Result<()> {
    // Not `io::stdout()`: it looks for line ends in every message.
    let mut output = stdout()?;
    while let Ok(item) = items.recv() {
        match item {
            Item::Messages(bytes) => output.write_all(&bytes)?,
            Item::Around(mut head, middle, tail) if middle.len() < SHORT => {
                head.extend_from_slice(middle.as_bytes());
                head.extend_from_slice(tail.as_bytes());
                output.write_all(&head)?;
            }
            Item::Around(head, middle, tail) => {
                output.write_all(&head)?;
                output.write_all(middle.as_bytes())?;
                output.write_all(tail.as_bytes())?;
            }
            // Nobody may wait any more.
            Item::Flush(written) => drop(written.send(())),
        }
    }
    Ok(())
}

#[cfg(unix)]
fn stdout() -> io::Result<std::fs::File> {
    use std::os::fd::AsFd as _;
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

#[cfg(windows)]
fn stdout() -> io::Result<std::fs::File> {
    use std::os::windows::io::AsHandle as _;
    Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
}
