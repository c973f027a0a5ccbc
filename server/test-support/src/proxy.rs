//! Proxies on loopback: a SOCKS 5 server ([RFC 1928](https://www.rfc-editor.org/rfc/rfc1928),
//! [RFC 1929](https://www.rfc-editor.org/rfc/rfc1929)) and an HTTP proxy that forwards and tunnels.
//!
//! Both know hosts that nobody else knows, so that a test can tell whether a program went through them, and both keep a
//! log of what they were asked for. They can want credentials, refuse, or hold what they are asked for.
//! Not here: UDP, BIND, TLS between a program and its proxy.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

/// A running proxy; it stops when it is dropped.
pub struct ProxyServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

/// What a proxy is like.
#[derive(Clone, Debug, Default)]
pub struct Traits {
    /// Name and password that it wants.
    pub credentials: Option<(String, String)>,
    /// Hosts that only it knows, and where they are.
    pub hosts: BTreeMap<String, SocketAddr>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Socks5,
    Http,
}

struct Shared {
    protocol: Protocol,
    traits: Traits,
    state: Mutex<State>,
    /// Something in `state` that another thread may wait for is different now.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    log: Vec<String>,
    holds: bool,
    refuses: bool,
    waiting: usize,
    connections: Vec<TcpStream>,
    stopped: bool,
}

impl ProxyServer {
    /// A SOCKS 5 server on a free port.
    pub fn socks5(traits: Traits) -> ProxyServer {
        Self::start(Protocol::Socks5, traits)
    }

    /// An HTTP proxy on a free port.
    pub fn http(traits: Traits) -> ProxyServer {
        Self::start(Protocol::Http, traits)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it was asked for: `index.test:80`, `127.0.0.1:80`, or what was wrong with it: `wrong credentials`.
    pub fn log(&self) -> Vec<String> {
        self.shared.state().log.clone()
    }

    /// From now on, nothing that is asked for is answered, until [`ProxyServer::release`].
    pub fn hold(&self) {
        self.shared.state().holds = true;
    }

    /// Answers what was held, and whatever comes.
    pub fn release(&self) {
        self.shared.state().holds = false;
        self.shared.changed.notify_all();
    }

    /// From now on, whatever is asked for is refused.
    pub fn refuse(&self) {
        self.shared.state().refuses = true;
    }

    /// Waits until something is being held. False when the time is up.
    pub fn reached(&self, timeout: Duration) -> bool {
        let none = |state: &mut State| state.waiting == 0;
        let waited = self.shared.changed.wait_timeout_while(self.shared.state(), timeout, none);
        !waited.expect("no thread of the proxy panics while it holds the lock").1.timed_out()
    }

    fn start(protocol: Protocol, traits: Traits) -> ProxyServer {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared { protocol, traits, state: Mutex::default(), changed: Condvar::new() });
        let acceptor = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        ProxyServer { address, shared, acceptor: Some(acceptor) }
    }
}

impl Drop for ProxyServer {
    fn drop(&mut self) {
        {
            let mut state = self.shared.state();
            state.stopped = true;
            for stream in &state.connections {
                // It may be closed already, which is what is wanted.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
        self.shared.changed.notify_all();
        // The acceptor sees that it has been stopped when it gets a last connection.
        let woken = TcpStream::connect(self.address).is_ok();
        if let Some(acceptor) = self.acceptor.take().filter(|_| woken) {
            // A panic of the acceptor has been printed by its own thread.
            let _ = acceptor.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread of the proxy panics while it holds the lock")
    }

    fn note(&self, line: impl Into<String>) {
        self.state().log.push(line.into());
    }

    /// Keeps a connection, to end it at the end.
    fn keep(&self, stream: &TcpStream) -> io::Result<()> {
        let clone = stream.try_clone()?;
        let mut state = self.state();
        if state.stopped {
            return Err(io::Error::other("it has been stopped"));
        }
        state.connections.push(clone);
        Ok(())
    }

    /// Waits while it holds; then a connection to where `host` is, if it leads there.
    fn connect(&self, host: &str, port: u16) -> io::Result<TcpStream> {
        let mut state = self.state();
        state.log.push(format!("{host}:{port}"));
        state.waiting += 1;
        self.changed.notify_all();
        let holds = |state: &mut State| state.holds && !state.stopped;
        let mut state = self.changed.wait_while(state, holds).map_err(|_| io::Error::other("poisoned"))?;
        state.waiting -= 1;
        if state.refuses || state.stopped {
            return Err(io::Error::other("it refuses"));
        }
        drop(state);
        let stream = match self.traits.hosts.get(host) {
            Some(address) => TcpStream::connect(address)?,
            None => TcpStream::connect((host, port))?,
        };
        self.keep(&stream)?;
        Ok(stream)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut workers = Vec::new();
    loop {
        let connection = listener.accept();
        if shared.state().stopped {
            break;
        }
        // A client that went away before it was accepted is not an event for the proxy.
        let Ok((stream, _)) = connection else { continue };
        if shared.keep(&stream).is_err() {
            break;
        }
        let shared = Arc::clone(shared);
        workers.push(std::thread::spawn(move || {
            let served = match shared.protocol {
                Protocol::Socks5 => serve_socks5(&stream, &shared),
                Protocol::Http => serve_http(&stream, &shared),
            };
            // The client closed the connection in the middle: it will say so itself.
            let _ = served;
            let _ = stream.shutdown(Shutdown::Both);
        }));
    }
    for worker in workers {
        // A panic has been printed by its own thread.
        let _ = worker.join();
    }
}

fn serve_socks5(mut client: &TcpStream, shared: &Shared) -> io::Result<()> {
    const NONE: u8 = 0;
    const PASSWORD: u8 = 2;
    let [version, count] = read(client)?;
    let mut methods = vec![0; usize::from(count)];
    client.read_exact(&mut methods)?;
    let method = if shared.traits.credentials.is_some() { PASSWORD } else { NONE };
    if version != 5 || !methods.contains(&method) {
        shared.note("no method");
        return client.write_all(&[5, 0xff]);
    }
    client.write_all(&[5, method])?;
    if let Some((name, password)) = &shared.traits.credentials {
        let [_] = read(client)?;
        let given = (read_text(client)?, read_text(client)?);
        if given != (name.clone(), password.clone()) {
            shared.note("wrong credentials");
            return client.write_all(&[1, 1]);
        }
        client.write_all(&[1, 0])?;
    }
    let [_, _, _, kind] = read(client)?;
    let host = match kind {
        1 => Ipv4Addr::from(read::<4>(client)?).to_string(),
        3 => read_text(client)?,
        _ => return client.write_all(&[5, 8, 0, 1, 0, 0, 0, 0, 0, 0]),
    };
    let port = u16::from_be_bytes(read(client)?);
    match shared.connect(&host, port) {
        Ok(server) => {
            client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
            join(client, &server)
        }
        Err(_) => client.write_all(&[5, 2, 0, 1, 0, 0, 0, 0, 0, 0]),
    }
}

fn serve_http(mut client: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = BufReader::new(client);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line == "\r\n" {
            break;
        }
        head.push(line);
    }
    let wanted = shared.traits.credentials.as_ref().map(|(name, password)| format!("{name}:{password}"));
    let given = head.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let value = name.eq_ignore_ascii_case("proxy-authorization").then(|| value.trim())?;
        decoded(value.split_once(' ')?.1)
    });
    if wanted != given {
        shared.note("wrong credentials");
        return client.write_all(
            b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    }
    let mut words = head.first().map_or("", |line| line).split_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (authority, path) = match target.strip_prefix("http://") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => (target, ""),
    };
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let Ok(mut server) = shared.connect(host, port.parse().unwrap_or(80)) else {
        return client
            .write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    if method == "CONNECT" {
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    } else {
        let own = head.iter().skip(1).filter(|line| !line.to_ascii_lowercase().starts_with("proxy-"));
        let own: String = own.map(String::as_str).collect();
        write!(server, "{method} {path} HTTP/1.1\r\n{own}\r\n")?;
    }
    join(client, &server)
}

/// Hands on what comes from either side until both have ended.
fn join(client: &TcpStream, server: &TcpStream) -> io::Result<()> {
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    let there = std::thread::spawn(move || {
        // Either side may end whenever it likes.
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let (mut from, mut to) = (server, client);
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
    // A panic has been printed by its own thread.
    let _ = there.join();
    Ok(())
}

fn read<const N: usize>(mut stream: &TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A text after its length in one byte.
fn read_text(mut stream: &TcpStream) -> io::Result<String> {
    let [length] = read(stream)?;
    let mut bytes = vec![0; usize::from(length)];
    stream.read_exact(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Base64, as far as credentials need it.
fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut number, mut bits) = (Vec::new(), 0_u32, 0_u32);
    for c in text.trim_end_matches('=').bytes() {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        number = number << 6 | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(number >> bits & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}
