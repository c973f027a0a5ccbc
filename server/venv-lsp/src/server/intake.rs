//! The client's messages, read on a thread of their own and handed on whole.
//!
//! The framework ends the session at the first message that is not JSON. Here such a message is replaced by one
//! that gets the answer which the protocol wants (a parse error), and the next message is read.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use serde::Deserialize;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;

use super::Ending;

/// Stands for a message that could not be read. The answer to it is an error without an id.
pub(super) const UNREADABLE: &str = "venv-lsp/unreadable";

/// Stands for one that is JSON, and no message.
pub(super) const MALFORMED: &str = "venv-lsp/malformed";

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
    let instead = match serde_json::from_slice::<Shape>(&body) {
        Ok(shape) if shape.jsonrpc.is_some() => None,
        Ok(_) => Some((MALFORMED, "it has no `jsonrpc`".to_owned())),
        Err(error) if error.is_data() => Some((MALFORMED, error.to_string())),
        Err(error) => Some((UNREADABLE, error.to_string())),
    };
    let body = match instead {
        None => body,
        Some((method, problem)) => {
            tracing::error!("a message of the client cannot be understood: {problem}");
            format!(r#"{{"jsonrpc":"2.0","id":null,"method":"{method}"}}"#).into_bytes()
        }
    };
    let mut message = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    message.extend_from_slice(&body);
    message
}

/// What the framework needs to see in a message; it gives up at the first that is otherwise.
#[derive(Deserialize)]
#[expect(dead_code, reason = "that the parts can be read is all that is asked")]
struct Shape<'a> {
    jsonrpc: Option<Jsonrpc>,
    #[serde(borrow, default)]
    method: Cow<'a, str>,
    #[serde(borrow, default)]
    id: Option<Id<'a>>,
}

#[derive(Deserialize)]
enum Jsonrpc {
    #[serde(rename = "2.0")]
    Two,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "that it can be read is all that is asked")]
enum Id<'a> {
    Number(i64),
    #[serde(borrow)]
    Text(Cow<'a, str>),
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
        let message = |body: &str| String::from_utf8(framed(body.into())).unwrap();
        assert!(message("{oops").contains(UNREADABLE));
        for body in [
            "[]",
            "42",
            "null",
            r#""x""#,
            "{}",
            r#"{"jsonrpc":"1.0","method":"x"}"#,
            r#"{"jsonrpc":"2.0","id":1.5,"method":"x"}"#,
            r#"{"jsonrpc":"2.0","id":true,"method":"x"}"#,
            r#"{"jsonrpc":"2.0","id":-99999999999999999999,"method":"x"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":5}"#,
        ] {
            assert!(message(body).contains(MALFORMED), "{body}");
        }
        for body in [
            r#"{"jsonrpc":"2.0","id":1,"method":"x","params":{}}"#,
            r#"{"jsonrpc":"2.0","id":"a\n","result":null}"#,
            r#"{"jsonrpc":"2.0","method":"\u0078"}"#,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}}"#,
        ] {
            assert!(message(body).ends_with(body), "{body}");
        }
    }
}
