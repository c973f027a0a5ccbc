//! TLS before an index on loopback, with an authority that nobody knows who has not been told.
//!
//! `tls/make.sh` made the certificates. Each connection carries one request, which is handed on to the index.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

/// The certificate of the authority (PEM).
pub const AUTHORITY: &str = include_str!("tls/authority.pem");

/// The certificate of a client that the authority has signed, with its key (PEM).
pub const CLIENT: &str = include_str!("tls/client.pem");

const SERVER: &str = include_str!("tls/server.pem");

/// Something that speaks TLS for an index that does not; it stops when it is dropped.
pub struct TlsFront {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl TlsFront {
    /// Before the index at `index`; with `wants_client` nobody is let in who has no certificate of the authority.
    pub fn before(index: SocketAddr, wants_client: bool) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let stopped = Arc::new(AtomicBool::new(false));
        let config = Arc::new(config(wants_client));
        let acceptor = std::thread::spawn({
            let stopped = Arc::clone(&stopped);
            move || {
                for stream in listener.incoming() {
                    if stopped.load(Ordering::Acquire) {
                        return;
                    }
                    let Ok(stream) = stream else { continue };
                    let config = Arc::clone(&config);
                    // A client that gives up is one of the things that are tested.
                    std::thread::spawn(move || serve(stream, config, index).ok());
                }
            }
        });
        Self { address, stopped, acceptor: Some(acceptor) }
    }

    /// Where it listens. Its certificate names `index.test`, `localhost` and 127.0.0.1.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        // Wakes the acceptor.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

/// The authority's certificate, and the client's with its key, as files in `folder`.
pub fn write_certificates(folder: &Path) -> (PathBuf, PathBuf) {
    let (authority, client) = (folder.join("authority.pem"), folder.join("client.pem"));
    std::fs::write(&authority, AUTHORITY).expect("the folder can be written");
    std::fs::write(&client, CLIENT).expect("the folder can be written");
    (authority, client)
}

fn config(wants_client: bool) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("the provider has the usual versions");
    let builder = if wants_client {
        let mut roots = RootCertStore::empty();
        roots.add(certificate(AUTHORITY)).expect("the authority's certificate is one");
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().expect("there is an authority"))
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivateKeyDer::from_pem_slice(SERVER.as_bytes()).expect("the server has a key");
    builder.with_single_cert(vec![certificate(SERVER)], key).expect("the key belongs to the certificate")
}

fn certificate(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).expect("there is a certificate")
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, index: SocketAddr) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte)? == 0 {
            return Ok(());
        }
        request.extend_from_slice(&byte);
    }
    // The answer ends with the connection.
    let head = String::from_utf8_lossy(&request).into_owned();
    let mut lines: Vec<&str> = head
        .trim_end()
        .lines()
        .filter(|line| !line.to_ascii_lowercase().starts_with("connection:"))
        .collect();
    lines.push("Connection: close");
    let mut inner = TcpStream::connect(index)?;
    inner.write_all(format!("{}\r\n\r\n", lines.join("\r\n")).as_bytes())?;
    io::copy(&mut inner, &mut stream)?;
    stream.conn.send_close_notify();
    stream.flush()
}
