//! One request after the other, each by the way that its host wants.

use std::fmt;
use std::io;
use std::net::ToSocketAddrs as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ureq::http::{Response, header};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, Proxy};

use crate::error::{Cause, Error};
use crate::netrc;
use crate::place::Place;

/// How a place is reached.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Way {
    /// A proxy's URL (`socks5`, `socks5h`, `socks4`, `socks4a`, `http`, `https`); none: directly.
    pub proxy: Option<String>,
    /// Whether whoever answers there is believed without a certificate: pip's `trusted-host`.
    pub is_trusted: bool,
}

/// Whose certificates count.
#[derive(Clone, Default)]
pub enum Certificates {
    /// Those of the system.
    #[default]
    System,
    /// Those in this text (PEM), and no others. `path` is for messages.
    Named { path: String, pem: Vec<u8> },
}

/// Asks an index.
pub struct Client {
    /// The way to a URL.
    way_to: Box<dyn Fn(&str) -> Way + Send + Sync>,
    certificates: Certificates,
    /// A certificate of our own with its key (PEM).
    identity: Option<Vec<u8>>,
    netrc: Option<String>,
    is_cancelled: AtomicBool,
    asking: Mutex<Option<Agent>>,
}

/// What came.
pub(crate) struct Answer {
    /// In lower case, without parameters.
    pub(crate) content_type: String,
    pub(crate) bytes: Vec<u8>,
    /// Where it came from in the end.
    pub(crate) from: Place,
}

/// No answer takes longer, from the first to the last byte.
const LONGEST: Duration = Duration::from_secs(60);

/// No connection takes longer to be made.
const LONGEST_CONNECT: Duration = Duration::from_secs(15);

const MOST_REDIRECTS: usize = 10;

/// Without what the way says: it may hold passwords.
impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Way").field("is_proxied", &self.proxy.is_some()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client that finds its way to each URL with `way_to`.
    pub fn new(way_to: impl Fn(&str) -> Way + Send + Sync + 'static) -> Self {
        Self {
            way_to: Box::new(way_to),
            certificates: Certificates::System,
            identity: None,
            netrc: None,
            is_cancelled: AtomicBool::new(false),
            asking: Mutex::new(None),
        }
    }

    /// The same with these certificates instead of the system's, a certificate of its own with its key (PEM), and the
    /// text of a `.netrc`.
    #[must_use]
    pub fn with(self, certificates: Certificates, identity: Option<Vec<u8>>, netrc: Option<String>) -> Self {
        Self { certificates, identity, netrc, ..self }
    }

    /// Ends what is under way, from another thread; nothing more is asked.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Release);
        if let Some(agent) = self.asking.lock().unwrap_or_else(PoisonError::into_inner).take() {
            agent.shutdown();
        }
    }

    /// What is at `place`.
    pub(crate) fn get(&self, place: &Place, accept: &str, limit: u64) -> Result<Answer, Error> {
        let mut place = place.clone();
        for _ in 0..=MOST_REDIRECTS {
            let way = (self.way_to)(&place.url);
            if !place.is_private() && !way.is_trusted {
                return Err(Error::Open { place: place.host().to_owned() });
            }
            let proxy =
                way.proxy.as_deref().map(|url| Proxy::new(url).map_err(|_| Error::ProxyUrl)).transpose()?;
            let agent = self.agent(&way, proxy.clone())?;
            *self.asking.lock().unwrap_or_else(PoisonError::into_inner) = Some(agent.clone());
            if self.is_cancelled.load(Ordering::Acquire) {
                return Err(Error::Cancelled);
            }
            let failed = |error: ureq::Error| match error {
                _ if self.is_cancelled.load(Ordering::Acquire) => Error::Cancelled,
                ureq::Error::BodyExceedsLimit(_) => Error::TooLarge { place: place.host().to_owned(), limit },
                error => explained(error, &place, proxy.as_ref()),
            };
            let mut request = agent.get(&place.url).header(header::ACCEPT, accept);
            if let Some((name, password)) = self.credentials(&place) {
                let pair = base64(format!("{name}:{password}").as_bytes());
                request = request.header(header::AUTHORIZATION, format!("Basic {pair}"));
            }
            let mut response = request.call().map_err(failed)?;
            let status = response.status();
            if status.is_redirection() {
                let next = text(&response, header::LOCATION).and_then(|location| place.join(&location));
                let host = || place.host().to_owned();
                let next = next.ok_or_else(|| Error::Status { place: host(), status: status.as_u16() })?;
                place = next.with_access_of(&place);
                continue;
            }
            if !status.is_success() {
                return Err(Error::Status { place: place.host().to_owned(), status: status.as_u16() });
            }
            let content_type = text(&response, header::CONTENT_TYPE).unwrap_or_default();
            let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            let bytes = response.body_mut().with_config().limit(limit).read_to_vec().map_err(failed)?;
            return Ok(Answer { content_type, bytes, from: place });
        }
        Err(Error::Redirects { place: place.host().to_owned() })
    }

    fn credentials(&self, place: &Place) -> Option<(String, String)> {
        let by_netrc = || netrc::credentials(self.netrc.as_deref()?, place.name());
        place.credentials.clone().or_else(by_netrc)
    }

    fn agent(&self, way: &Way, proxy: Option<Proxy>) -> Result<Agent, Error> {
        let tls = TlsConfig::builder()
            .root_certs(self.roots()?)
            .client_cert(self.identity.as_deref().and_then(identity))
            .disable_verification(way.is_trusted)
            .build();
        let config = Agent::config_builder()
            .proxy(proxy)
            .tls_config(tls)
            .timeout_global(Some(LONGEST))
            .timeout_connect(Some(LONGEST_CONNECT))
            // Each place has its own way and its own credentials.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("venv-lsp/", env!("CARGO_PKG_VERSION")));
        Ok(config.build().new_agent())
    }

    fn roots(&self) -> Result<RootCerts, Error> {
        let (path, pem) = match &self.certificates {
            Certificates::System => return Ok(RootCerts::PlatformVerifier),
            Certificates::Named { path, pem } => (path, pem),
        };
        let certificates: Vec<Certificate<'static>> = parse_pem(pem)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            })
            .collect();
        if certificates.is_empty() {
            let source = Cause("there is no certificate in it".to_owned());
            return Err(Error::Certificates { path: path.clone(), source });
        }
        Ok(RootCerts::Specific(Arc::new(certificates)))
    }
}

/// A certificate with its chain and its key, in any order.
fn identity(pem: &[u8]) -> Option<ClientCert> {
    let mut chain = Vec::new();
    let mut key: Option<PrivateKey<'static>> = None;
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => chain.push(certificate),
            Ok(PemItem::PrivateKey(found)) => key = Some(found),
            _ => {}
        }
    }
    Some(ClientCert::new_with_certs(&chain, key?)).filter(|_| !chain.is_empty())
}

fn text(response: &Response<Body>, name: header::HeaderName) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

/// Who failed: the proxy, by not being there; the proxy, by its answer; or the place itself.
fn explained(error: ureq::Error, place: &Place, proxy: Option<&Proxy>) -> Error {
    use io::ErrorKind::{
        AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable, Other, PermissionDenied,
        TimedOut,
    };
    let host = place.host().to_owned();
    if let ureq::Error::BadUri(_) | ureq::Error::Http(_) = error {
        return Error::Url { url: venv_syntax::without_secrets(&place.url).into_owned() };
    }
    let Some(proxy) = proxy else {
        return Error::Unreachable { place: host, source: cause(error) };
    };
    let name = format!("{}:{}", proxy.host(), proxy.port());
    let is_unknown = |host: &str| (host, 0).to_socket_addrs().is_err();
    match error {
        // What the system says of a name that it does not know has no kind of its own.
        ureq::Error::Io(_) | ureq::Error::HostNotFound if is_unknown(proxy.host()) => {
            Error::ProxySilent { proxy: name, source: Cause("its name is not known".into()) }
        }
        ureq::Error::Io(_) | ureq::Error::HostNotFound
            if proxy.resolve_target() && is_unknown(place.name()) =>
        {
            let hint =
                "its name is not known here; `socks5h://` instead of `socks5://` lets the proxy look it up";
            Error::Unreachable { place: host, source: Cause(hint.into()) }
        }
        // The connectors report what the proxy answered as an error of no kind.
        ureq::Error::Io(error) if matches!(error.kind(), Other | PermissionDenied) => {
            Error::ProxyRefused { proxy: name, place: host, source: Cause(error.to_string()) }
        }
        ureq::Error::ConnectProxyFailed(said) => {
            Error::ProxyRefused { proxy: name, place: host, source: Cause(said) }
        }
        ureq::Error::Io(error)
            if matches!(
                error.kind(),
                ConnectionRefused | HostUnreachable | NetworkUnreachable | AddrNotAvailable | TimedOut
            ) =>
        {
            Error::ProxySilent { proxy: name, source: Cause(error.to_string()) }
        }
        error @ (ureq::Error::ConnectionFailed
        | ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve)) => {
            Error::ProxySilent { proxy: name, source: cause(error) }
        }
        error => {
            let Cause(said) = cause(error);
            Error::Unreachable { place: host, source: Cause(format!("{said} (through the proxy `{name}`)")) }
        }
    }
}

fn cause(error: ureq::Error) -> Cause {
    Cause(match error {
        ureq::Error::Io(error) => error.to_string(),
        ureq::Error::Timeout(_) => "it took too long".to_owned(),
        ureq::Error::HostNotFound => "its name is not known".to_owned(),
        ureq::Error::Rustls(error) => error.to_string(),
        error => error.to_string(),
    })
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[number >> (18 - 6 * place) & 63];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_encoded() {
        for (text, encoded) in
            [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("me:p@ss\u{ff}", "bWU6cEBzc8O/")]
        {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }
}
