//! The wire: messages as frames with a `Content-Length`, and paths as `file:` URIs.

use std::io::{self, BufRead, Read as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A message with its header.
pub fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The next message, or `None` at the end of the input. Anything that is not a frame with JSON in it is an error.
pub fn read_frame(input: &mut impl BufRead) -> io::Result<Option<Value>> {
    let mut length = None;
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok();
            }
            Some(_) => {}
            None if line.trim_end().is_empty() => break,
            None => return Err(invalid(&format!("a line outside of any message: {line:?}"))),
        }
    }
    let length: u64 = length.ok_or_else(|| invalid("a header without Content-Length"))?;
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body)?;
    serde_json::from_slice(&body)
        .map(Some)
        .map_err(|error| invalid(&format!("a message that is no JSON: {error}")))
}

/// The `file:` URI of an absolute path.
pub fn uri_of(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut uri = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// The path of a `file:` URI; `None` for any other.
pub fn path_of(uri: &str) -> Option<PathBuf> {
    let path = crate::index::percent_decoded(uri.strip_prefix("file://")?);
    let has_drive = path.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(path.strip_prefix('/').filter(|_| has_drive).unwrap_or(&path)))
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written() {
        let message = json!({ "method": "é", "params": [1] });
        let mut bytes = frame(&message);
        bytes.extend(frame(&json!(null)));
        let mut input = bytes.as_slice();
        assert_eq!(read_frame(&mut input).unwrap(), Some(message));
        assert_eq!(read_frame(&mut input).unwrap(), Some(json!(null)));
        assert_eq!(read_frame(&mut input).unwrap(), None);
    }

    #[test]
    fn output_that_is_no_frame_is_an_error() {
        for text in [
            "hello\n",
            "Content-Type: x\r\n\r\n{}",
            "Content-Length: 3\r\n\r\n{}}",
            "Content-Length: 9\r\n\r\n{",
        ] {
            assert!(read_frame(&mut text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn uris_and_paths_are_one_another() {
        let path = Path::new("/tmp/a b/ü#?%/requirements.txt");
        assert_eq!(uri_of(path), "file:///tmp/a%20b/%C3%BC%23%3F%25/requirements.txt");
        assert_eq!(path_of(&uri_of(path)).as_deref(), Some(path));
        assert_eq!(uri_of(Path::new("C:\\a")), "file:///C%3A/a");
        assert_eq!(path_of("file:///c:/a"), Some(PathBuf::from("c:/a")));
        assert_eq!(path_of("untitled:Untitled-1"), None);
    }
}
