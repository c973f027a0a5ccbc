//! A package index on loopback that pip and uv install from: the simple repository API as HTML (PEP 503) and as JSON
//! (PEP 691), with digests, `requires-python`, yanked files (PEP 592) and separate metadata (PEP 658).
//!
//! It answers GET and HEAD, one thread and one answer a connection, keeps a log of what was asked, and can be told to
//! hold or refuse an answer, so that a test decides when the network is slow or broken.
//! Not here: TLS, authentication, uploads, range requests, caching.

mod pages;

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use self::pages::{Answer, Catalogue};
use crate::wheel::Wheel;

/// A running index; it stops when it is dropped.
pub struct Index {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

/// What an [`Index`] offers; by default all of it.
#[derive(Clone, Copy, Debug)]
pub struct Abilities {
    /// Answers in JSON to a client that prefers it; without it always in HTML.
    pub json: bool,
    /// Serves `METADATA` beside each wheel.
    pub metadata: bool,
}

impl Default for Abilities {
    fn default() -> Abilities {
        Abilities { json: true, metadata: true }
    }
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `HEAD`, or whatever was sent.
    pub method: String,
    /// The path, percent-decoded, without the query.
    pub path: String,
    /// The status that was answered.
    pub status: u16,
}

/// Answers that are held back: see [`Index::hold`]. Dropping it releases them.
pub struct Hold {
    part: String,
    shared: Arc<Shared>,
}

impl Index {
    /// Starts an index that serves these wheels, on a free port.
    pub fn serve(wheels: impl IntoIterator<Item = Wheel>) -> Index {
        Index::serve_with(wheels, Abilities::default())
    }

    /// The same with less than all abilities, as older indexes are.
    pub fn serve_with(wheels: impl IntoIterator<Item = Wheel>, abilities: Abilities) -> Index {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared {
            catalogue: Catalogue::new(wheels, abilities),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let acceptor = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Index { address, shared, acceptor: Some(acceptor) }
    }

    /// The URL to give to `--index-url`, `http://127.0.0.1:PORT/simple/`.
    pub fn url(&self) -> String {
        format!("http://{}/simple/", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What has been answered so far, in that order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().log.clone()
    }

    /// From now on, answers nothing to requests whose path contains `part`, until the [`Hold`] is released.
    pub fn hold(&self, part: &str) -> Hold {
        self.shared.state().held.push(part.into());
        Hold { part: part.into(), shared: Arc::clone(&self.shared) }
    }

    /// From now on, answers requests whose path contains `part` with this status and no content.
    pub fn answer(&self, part: &str, status: u16) {
        self.shared.state().refused.push((part.into(), status));
    }

    /// Breaks every connection, and every one that is made from now on, as a network does that is gone.
    pub fn cut(&self) {
        let mut state = self.shared.state();
        state.is_cut = true;
        state.break_connections();
    }

    /// From now on, files whose path contains `part` come with other bytes than were announced.
    pub fn corrupt(&self, part: &str) {
        self.shared.state().corrupted.push(part.into());
    }

    /// Ends all that [`Index::answer`], [`Index::cut`] and [`Index::corrupt`] have set.
    pub fn recover(&self) {
        let mut state = self.shared.state();
        state.refused.clear();
        state.is_cut = false;
        state.corrupted.clear();
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        {
            let mut state = self.shared.state();
            state.stopped = true;
            state.break_connections();
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

impl Hold {
    /// Waits until a request is being held, so that a test knows that its client waits. False when the time is up.
    pub fn reached(&self, timeout: Duration) -> bool {
        let waiting = |state: &mut State| !state.waiting.iter().any(|path| path.contains(&self.part));
        let (state, result) = self
            .shared
            .changed
            .wait_timeout_while(self.shared.state(), timeout, waiting)
            .expect("no thread of the index panics while it holds the lock");
        drop(state);
        !result.timed_out()
    }

    /// Lets the held requests, and all later ones, be answered.
    pub fn release(self) {}
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        if let Some(position) = state.held.iter().position(|part| *part == self.part) {
            state.held.remove(position);
        }
        drop(state);
        self.shared.changed.notify_all();
    }
}

struct Shared {
    catalogue: Catalogue,
    state: Mutex<State>,
    /// Something in `state` that another thread may wait for is different now.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    log: Vec<Request>,
    held: Vec<String>,
    refused: Vec<(String, u16)>,
    corrupted: Vec<String>,
    /// The paths of requests that are being held.
    waiting: Vec<String>,
    connections: BTreeMap<SocketAddr, TcpStream>,
    is_cut: bool,
    stopped: bool,
}

impl State {
    fn break_connections(&self) {
        for stream in self.connections.values() {
            // It may be closed already, which is what is wanted.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread of the index panics while it holds the lock")
    }

    /// Waits while answers to this path are held; then the status to refuse it with, if any.
    fn admit(&self, path: &str) -> Option<u16> {
        let mut state = self.state();
        let is_held = |state: &State| !state.stopped && state.held.iter().any(|part| path.contains(part));
        if is_held(&state) {
            state.waiting.push(path.into());
            self.changed.notify_all();
            while is_held(&state) {
                state =
                    self.changed.wait(state).expect("no thread of the index panics while it holds the lock");
            }
            state.waiting.retain(|waiting| waiting != path);
        }
        state.refused.iter().find(|(part, _)| path.contains(part)).map(|(_, status)| *status)
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut workers = Vec::new();
    loop {
        let connection = listener.accept();
        let mut state = shared.state();
        if state.stopped {
            break;
        }
        // A client that went away before it was accepted is not an event for the index.
        let Ok((stream, peer)) = connection else { continue };
        if state.is_cut {
            continue;
        }
        let Ok(clone) = stream.try_clone() else { continue };
        state.connections.insert(peer, clone);
        drop(state);
        let shared = Arc::clone(shared);
        workers.push(std::thread::spawn(move || {
            // The client closed the connection in the middle: it will say so itself.
            let _ = converse(&stream, &shared);
            shared.state().connections.remove(&peer);
        }));
    }
    for worker in workers {
        // A panic has been printed by its own thread.
        let _ = worker.join();
    }
}

/// Reads one request and answers it.
fn converse(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mut lines = BufReader::new(stream.take(64 * 1024)).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let mut words = request.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(()) };
    let mut accept = String::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("accept")
        {
            accept.push_str(value);
        }
    }

    let path = percent_decoded(target.split(['?', '#']).next().unwrap_or_default());
    let mut answer = match (shared.admit(&path), method) {
        (Some(status), _) => Answer::empty(status),
        (None, "GET" | "HEAD") => shared.catalogue.answer(&path, &accept),
        (None, _) => Answer::empty(405),
    };
    let is_corrupted = shared.state().corrupted.iter().any(|part| path.contains(&**part));
    if is_corrupted && path.starts_with("/files/") {
        answer.body.push(b'!');
    }
    let request = Request { method: method.into(), path, status: answer.status };
    shared.state().log.push(request);

    let mut bytes = format!(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        answer.status,
        if answer.status < 400 { "OK" } else { "Refused" },
        answer.content_type,
        answer.body.len(),
    )
    .into_bytes();
    if method != "HEAD" {
        bytes.extend(answer.body);
    }
    let mut stream = stream;
    stream.write_all(&bytes)
}

pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend(before.as_bytes());
        let code = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(b'%'));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    bytes.extend(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::pages::JSON;
    use super::*;
    use crate::wheel::sha256;

    fn ask(index: &Index, method: &str, path: &str, accept: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(index.address()).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn get(index: &Index, path: &str) -> (u16, String) {
        ask(index, "GET", path, "*/*")
    }

    fn wheel() -> Wheel {
        Wheel { requires_python: Some(">=3.8".into()), ..Wheel::new("Foo.Bar", "1.0+local") }
    }

    #[test]
    fn a_project_is_listed_as_html() {
        let index = Index::serve([wheel()]);
        assert_eq!(get(&index, "/simple/").0, 200);
        let (status, page) = get(&index, "/simple/foo-bar/");
        assert_eq!(status, 200);
        let digest = sha256(&wheel().bytes());
        assert!(
            page.contains(&format!(
                "href=\"../../files/foo_bar-1.0%2Blocal-py3-none-any.whl#sha256={digest}\""
            )),
            "{page}"
        );
        assert!(page.contains("data-requires-python=\"&gt;=3.8\""), "{page}");
        assert!(page.contains("data-core-metadata=\"sha256="), "{page}");
    }

    #[test]
    fn a_project_is_listed_as_json_to_who_asks_for_it() {
        let index =
            Index::serve([wheel(), Wheel { yanked: Some("broken".into()), ..Wheel::new("foo-bar", "2.0") }]);
        let (_, body) = ask(&index, "GET", "/simple/foo-bar/", &format!("{JSON}, text/html;q=0.1"));
        let page: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(page["versions"], json!(["1.0+local", "2.0"]));
        assert_eq!(page["files"][0]["hashes"]["sha256"], json!(sha256(&wheel().bytes())));
        assert_eq!(page["files"][0]["requires-python"], json!(">=3.8"));
        assert_eq!(page["files"][0]["yanked"], json!(false));
        assert_eq!(page["files"][1]["yanked"], json!("broken"));
    }

    #[test]
    fn an_older_index_knows_only_html_and_files() {
        let index = Index::serve_with([wheel()], Abilities { json: false, metadata: false });
        let (_, page) = ask(&index, "GET", "/simple/foo-bar/", JSON);
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
        assert!(!page.contains("metadata"), "{page}");
        assert_eq!(get(&index, "/files/foo_bar-1.0%2Blocal-py3-none-any.whl.metadata").0, 404);
    }

    #[test]
    fn files_and_their_metadata_are_served() {
        let index = Index::serve([Wheel::new("six", "1.0")]);
        let file = "/files/six-1.0-py3-none-any.whl";
        assert!(get(&index, file).1.starts_with("PK"));
        assert_eq!(get(&index, &format!("{file}.metadata")).1, Wheel::new("six", "1.0").metadata());
        assert_eq!(ask(&index, "HEAD", file, "*/*"), (200, String::new()));
        assert_eq!(get(&index, "/files/other-1.0-py3-none-any.whl").0, 404);
        assert_eq!(ask(&index, "POST", file, "*/*").0, 405);
    }

    #[test]
    fn what_was_asked_is_logged() {
        let index = Index::serve([Wheel::new("six", "1.0")]);
        get(&index, "/simple/six/?format=x");
        get(&index, "/simple/other/");
        let log = index.requests();
        let log: Vec<_> = log.iter().map(|request| (request.path.as_str(), request.status)).collect();
        assert_eq!(log, [("/simple/six/", 200), ("/simple/other/", 404)]);
    }

    #[test]
    fn an_answer_is_held_until_it_is_released() {
        let index = Index::serve([Wheel::new("six", "1.0")]);
        let hold = index.hold("/simple/six/");
        std::thread::scope(|scope| {
            let client = scope.spawn(|| get(&index, "/simple/six/").0);
            assert!(hold.reached(Duration::from_secs(30)));
            assert_eq!(index.requests(), []);
            hold.release();
            assert_eq!(client.join().unwrap(), 200);
        });
    }

    #[test]
    fn an_answer_is_refused_until_the_index_recovers() {
        let index = Index::serve([Wheel::new("six", "1.0")]);
        index.answer("/simple/six/", 503);
        assert_eq!(get(&index, "/simple/six/").0, 503);
        index.recover();
        assert_eq!(get(&index, "/simple/six/").0, 200);
    }

    #[test]
    fn a_cut_index_breaks_what_it_has_and_what_comes() {
        let index = Index::serve([Wheel::new("six", "1.0")]);
        let hold = index.hold("/simple/six/");
        let ask = || {
            let mut stream = TcpStream::connect(index.address()).unwrap();
            // Whether it can be written depends on how fast it is broken.
            let _ = stream.write_all(b"GET /simple/six/ HTTP/1.1\r\n\r\n");
            let mut bytes = Vec::new();
            let _ = stream.read_to_end(&mut bytes);
            bytes
        };
        std::thread::scope(|scope| {
            let client = scope.spawn(ask);
            assert!(hold.reached(Duration::from_secs(30)));
            index.cut();
            assert_eq!(client.join().unwrap(), b"");
        });
        assert_eq!(ask(), b"");
        drop(hold);
        index.recover();
        assert_eq!(get(&index, "/simple/six/").0, 200);
    }

    #[test]
    fn a_stopped_index_lets_its_clients_go() {
        let index = Index::serve([Wheel::new("six", "1.0")]);
        let address = index.address();
        let hold = index.hold("/simple/");
        let mut client = TcpStream::connect(address).unwrap();
        client.write_all(b"GET /simple/ HTTP/1.1\r\n\r\n").unwrap();
        assert!(hold.reached(Duration::from_secs(30)));
        let _silent = TcpStream::connect(address).unwrap();
        drop(index);
        assert!(TcpStream::connect(address).is_err());
    }
}
