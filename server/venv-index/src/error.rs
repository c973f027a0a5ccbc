//! Why something could not be got from an index. No text holds what gives access.

use std::io;

/// Why something could not be got.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `place` is the host, with its port where it is named.
    #[error("`{place}` could not be reached")]
    Unreachable { place: String, source: Cause },
    /// Nobody listens there, or not with this protocol.
    #[error("The proxy `{proxy}` did not answer")]
    ProxySilent { proxy: String, source: Cause },
    /// It answered, and would not or could not lead to `place`.
    #[error("The proxy `{proxy}` did not lead to `{place}`")]
    ProxyRefused { proxy: String, place: String, source: Cause },
    #[error("The proxy's URL cannot be understood: it should look like `socks5h://host:1080`")]
    ProxyUrl,
    #[error("`{place}` answered with {status}{}", explanation(*.status))]
    Status { place: String, status: u16 },
    #[error("`{place}` has no `{name}`")]
    NoProject { place: String, name: String },
    /// `python` is a version, where only those count that are for it.
    #[error("`{place}` has no wheel of `{name}` for {}", everywhere(python.as_deref()))]
    NoWheel { place: String, name: String, python: Option<String> },
    #[error("`{place}` gives no SHA-256 of `{file}`, and nothing is installed that cannot be checked")]
    NoDigest { place: String, file: String },
    #[error("What came as `{file}` is not what `{place}` announced: its SHA-256 is another one")]
    WrongDigest { place: String, file: String },
    #[error("`{place}` answered with more than {limit} bytes")]
    TooLarge { place: String, limit: u64 },
    #[error("`{place}` did not answer like a package index")]
    NoIndex { place: String },
    #[error("`{place}` sends from one place to another without an end")]
    Redirects { place: String },
    /// What comes from there may be anybody's.
    #[error(
        "`{place}` is asked without encryption, and pip believes nothing that comes so: use `https`, or name the host \
         in pip's `trusted-host`"
    )]
    Open { place: String },
    /// What was given for it cannot be used as one.
    #[error("`{url}` is no URL of a package index")]
    Url { url: String },
    #[error("The certificates in `{path}` cannot be read")]
    Certificates { path: String, source: Cause },
    #[error("The wheel could not be written")]
    Write(#[source] io::Error),
    #[error("It was cancelled")]
    Cancelled,
}

/// What is behind an error, in words of its own.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Cause(pub String);

/// An error with what is behind it, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// For what a wheel is wanted.
fn everywhere(python: Option<&str>) -> String {
    match python {
        Some(python) => format!("Python {python} and every platform"),
        None => "every Python and platform".to_owned(),
    }
}

fn explanation(status: u16) -> &'static str {
    match status {
        401 | 403 => " (the access is refused: check the credentials)",
        407 => " (the proxy wants credentials)",
        500..=599 => " (it is out of order)",
        _ => "",
    }
}
