//! The client's messages, read on a thread of their own and handed on whole.
//!
//! The framework ends the session at the first message that is not JSON. Here such a message is replaced by one
//! that gets the answer which the protocol wants (a parse error), and the next message is read.

use std::io::{self, BufRead, BufReader, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use serde::de::IgnoredAny;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;

use super::Ending;

/// Stands for a message that could not be read. The answer to it is an error without an id.
pub(super) const UNREADABLE: &str = "venv-lsp/unreadable";

/// The longest message that is believed: a larger number is a defect of the client, not a document.
const LONGEST: usize = 1 << 30;

/// The longest header line.
const LONGEST_HEADER: u64 = 4096;

pub(super) struct Intake {
    messages: mpsc::UnboundedReceiver<Vec<u8>>,
    current: io::Cursor<Vec<u8>>,
}

/// Starts reading stdin.
pub(super) fn start(ending: Arc<Ending>) -> Intake {
    let (sender, messages) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
        loop {
            match read_message(&mut input) {
                Ok(Some(body)) => {
                    if sender.send(framed(body)).is_err() {
                        break;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::error!("the client cannot be read any more: {error}");
                    break;
                }
            }
        }
        drop(sender);
        ending.gone.notify_one();
    });
    Intake { messages, current: io::Cursor::default() }
}

impl AsyncRead for Intake {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let at = usize::try_from(self.current.position()).unwrap_or(usize::MAX);
            let rest = self.current.get_ref().get(at..).unwrap_or_default();
            if !rest.is_empty() {
                let taken = rest.len().min(buffer.remaining());
                buffer.put_slice(&rest[..taken]);
                self.current.set_position((at + taken) as u64);
                return Poll::Ready(Ok(()));
            }
            match self.messages.poll_recv(context) {
                Poll::Ready(Some(message)) => self.current = io::Cursor::new(message),
                Poll::Ready(None) => return Poll::Ready(Ok(())),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

/// The body of the next message; `None` at the end of the input.
fn read_message(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if text.is_empty() {
            match length {
                Some(length) => return read_body(input, length),
                // Empty lines before the headers do no harm.
                None => continue,
            }
        }
        let header = text.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        if let Some((_, value)) = header {
            length = value.trim().parse().ok().filter(|length| *length <= LONGEST);
            if length.is_none() {
                return Err(io::Error::other(format!("`{text}` is not a length")));
            }
        }
    }
}

fn read_body(input: &mut impl BufRead, length: usize) -> io::Result<Option<Vec<u8>>> {
    let mut body = vec![0; length];
    match input.read_exact(&mut body) {
        Ok(()) => Ok(Some(body)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

fn framed(body: Vec<u8>) -> Vec<u8> {
    let body = match serde_json::from_slice::<IgnoredAny>(&body) {
        Ok(IgnoredAny) => body,
        Err(error) => {
            tracing::error!("a message of the client is not JSON: {error}");
            format!(r#"{{"jsonrpc":"2.0","id":null,"method":"{UNREADABLE}"}}"#).into_bytes()
        }
    };
    let mut message = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    message.extend_from_slice(&body);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(input: &[u8]) -> Vec<String> {
        let mut input = BufReader::new(input);
        let mut bodies = Vec::new();
        while let Ok(Some(body)) = read_message(&mut input) {
            bodies.push(String::from_utf8(body).unwrap());
        }
        bodies
    }

    #[test]
    fn headers_are_read_in_any_case_and_others_are_passed_over() {
        let input = b"content-length: 2\r\nContent-Type: x\r\n\r\n{}Content-Length: 4\n\nnull";
        assert_eq!(read_all(input), ["{}", "null"]);
    }

    #[test]
    fn an_input_that_breaks_off_is_the_end() {
        assert_eq!(read_all(b"Content-Length: 10\r\n\r\n{}"), Vec::<String>::new());
        assert_eq!(read_all(b"Content-Le"), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_json_is_replaced() {
        let message = String::from_utf8(framed(b"{oops".to_vec())).unwrap();
        assert!(message.contains(UNREADABLE), "{message}");
    }
}
