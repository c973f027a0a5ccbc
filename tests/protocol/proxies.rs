//! Behind a proxy: nothing but the proxy leads to the index, whose name only the proxy knows.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use test_support::client::{editor_capabilities, uri_of};
use test_support::index::Index;
use test_support::proxy::{ProxyServer, Traits};
use test_support::tls::{TlsFront, write_certificates};
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};
use crate::loop_story::has_uv;

/// As much of PySocks as pip uses of it: a connection through a SOCKS 5 server that looks names up itself.
const SOCKS: &str = r#"
import socket
PROXY_TYPE_SOCKS4, PROXY_TYPE_SOCKS5 = 1, 2
class ProxyError(IOError):
    def __init__(self, msg, socket_err=None):
        IOError.__init__(self, msg)
        self.socket_err = socket_err
class GeneralProxyError(ProxyError):
    pass
class socksocket(socket.socket):
    pass
def text(value):
    value = value.encode()
    return bytes([len(value)]) + value
def create_connection(dest_pair, timeout=None, source_address=None, proxy_type=None, proxy_addr=None,
                      proxy_port=None, proxy_rdns=True, proxy_username=None, proxy_password=None,
                      socket_options=None):
    s = socket.create_connection((proxy_addr, proxy_port))
    file = s.makefile("rb", 0)
    s.sendall(bytes([5, 1, 2 if proxy_username else 0]))
    if file.read(2)[1] == 2:
        s.sendall(b"\x01" + text(proxy_username) + text(proxy_password))
        if file.read(2)[1] != 0:
            raise GeneralProxyError("the credentials are refused")
    assert proxy_rdns
    s.sendall(b"\x05\x01\x00\x03" + text(dest_pair[0]) + dest_pair[1].to_bytes(2, "big"))
    if file.read(10)[1] != 0:
        raise GeneralProxyError("it does not lead there")
    return s
"#;

pub(crate) fn pysocks(version: &str) -> Wheel {
    Wheel { modules: vec![("socks.py".to_owned(), SOCKS.to_owned())], ..Wheel::new("PySocks", version) }
}

fn wheels() -> Vec<Wheel> {
    vec![
        Wheel::new("flask", "3.1.0"),
        pysocks("1.7.1"),
        Wheel { yanked: Some("broken".into()), ..pysocks("1.8.0") },
    ]
}

const PASSWORD: &str = "s3cr3t-p4ss";

fn traits(index: &Index, credentials: bool) -> Traits {
    Traits {
        credentials: credentials.then(|| ("me".to_owned(), PASSWORD.to_owned())),
        hosts: BTreeMap::from([("index.test".to_owned(), index.address())]),
    }
}

/// A desk from which only a proxy leads to the index.
fn desk_behind(variable: &'static str, proxy: &str) -> Desk {
    let mut desk = Desk::new();
    desk.set("PIP_INDEX_URL", "http://index.test/simple/");
    desk.set("PIP_TRUSTED_HOST", "index.test");
    desk.set("UV_DEFAULT_INDEX", "http://index.test/simple/");
    desk.set("PIP_CONFIG_FILE", if cfg!(windows) { "nul" } else { "/dev/null" });
    desk.set("UV_NO_CONFIG", "1");
    desk.set("PIP_RETRIES", "0");
    desk.set("UV_HTTP_RETRIES", "0");
    desk.set("UV_LINK_MODE", "copy");
    desk.set(variable, proxy);
    desk
}

fn editor_with(desk: &Desk, installer: &str) -> Editor {
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": installer}));
    editor.timeout = Duration::from_secs(120);
    editor
}

/// What every process on this machine was started with.
#[cfg(target_os = "linux")]
fn command_lines() -> String {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = processes.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).into_owned() + "\n").collect()
}

/// Nothing of what the server says from now on may have the password in it.
fn watch_for_secrets(editor: &mut Editor) {
    editor.observe(|message| {
        let said = message.to_string();
        assert!(!said.contains(PASSWORD), "a secret was told: {}", said.replace(PASSWORD, "(it)"));
    });
}

#[test]
fn nothing_but_a_socks_server_leads_to_the_index() {
    // `socks://` names no version: pip would refuse it even with PySocks.
    for (variable, scheme) in [("ALL_PROXY", "socks5h"), ("all_proxy", "socks"), ("PIP_PROXY", "socks5h")] {
        let index = Index::serve(wheels());
        let proxy = ProxyServer::socks5(traits(&index, true));
        let url = format!("{scheme}://me:{PASSWORD}@{}", proxy.address());
        let desk = desk_behind(variable, &url);
        let file = desk.write("requirements.txt", "flask\n");
        let mut editor = editor_with(&desk, "pip");
        watch_for_secrets(&mut editor);
        editor.open(&file, "flask\n");
        let found = editor.expect(&file, &["0:environment-missing", "0:proxy-needs-pysocks"]);
        let message = found[1]["message"].as_str().unwrap_or_default();
        let start = format!("`{variable}` is the SOCKS proxy `{scheme}://***@127.0.0.1:");
        assert!(message.starts_with(&start), "{message}");
        let action = editor.action(&file, "flask", "Create `.venv`");
        let title = action["title"].as_str().unwrap_or_default();
        assert!(title.ends_with(" and install PySocks and 1 requirement"), "{title}");
        assert_eq!(action["isPreferred"], true);

        let dry = desk.run(["fix", "--dry-run", "--installer", "pip"]);
        let dry = String::from_utf8_lossy(&dry.stdout).into_owned();
        let planned = format!("Fetching PySocks through the SOCKS proxy (`{variable}`)");
        assert!(dry.contains(&planned) && dry.contains("--no-index --no-deps"), "{dry}");
        assert!(!dry.contains(PASSWORD), "{dry}");

        proxy.hold();
        let command = &action["command"];
        let id = editor.start(
            "workspace/executeCommand",
            json!({"command": command["command"], "arguments": command["arguments"]}),
        );
        assert!(proxy.reached(Duration::from_secs(120)), "the index is asked for");
        proxy.release();
        let result = editor.answer(id).expect("an answer");
        assert_eq!(result["ok"], true, "{result}");
        assert_eq!(result["message"], "Created `.venv` and installed PySocks and 1 requirement");
        editor.expect(&file, &[]);
        let log = proxy.log();
        assert!(!log.is_empty() && log.iter().all(|asked| asked == "index.test:80"), "{log:?}");
        // Ours asks for the page and the wheel, pip for what the file asks for.
        let asked: Vec<String> = index.requests().into_iter().map(|request| request.path).collect();
        assert_eq!(&asked[..2], ["/simple/pysocks/", "/files/pysocks-1.7.1-py3-none-any.whl"]);
        assert!(asked.iter().any(|path| path.starts_with("/files/flask-3.1.0")), "{asked:?}");
        let said: String = editor.take_unread().iter().map(Value::to_string).collect();
        assert!(said.contains("Fetching PySocks through the SOCKS proxy"), "the log says it");
        assert!(!said.contains(PASSWORD) && !editor.stderr().contains(PASSWORD), "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_list_of_processes_has_a_secret_in_it() {
    let index = Index::serve(wheels());
    let proxy = ProxyServer::socks5(traits(&index, true));
    let desk = desk_behind("ALL_PROXY", &format!("socks://me:{PASSWORD}@{}", proxy.address()));
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = editor_with(&desk, "pip");
    watch_for_secrets(&mut editor);
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing", "0:proxy-needs-pysocks"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    // It is pip that asks for this.
    let hold = index.hold("/simple/flask");
    let command = &action["command"];
    let id = editor.start(
        "workspace/executeCommand",
        json!({"command": command["command"], "arguments": command["arguments"]}),
    );
    assert!(hold.reached(Duration::from_secs(120)), "pip asks the index");
    let lines = command_lines();
    assert!(lines.contains(&*desk.path(".venv/bin/python").to_string_lossy()), "pip runs");
    assert!(!lines.contains(PASSWORD), "a command line has the password in it");
    hold.release();
    let result = editor.answer(id).expect("an answer");
    assert_eq!(result["ok"], true, "{result}");
}

#[test]
fn an_environment_is_given_pysocks_alone() {
    let index = Index::serve(wheels());
    let proxy = ProxyServer::socks5(traits(&index, false));
    let desk = desk_behind("ALL_PROXY", &format!("socks5h://{}", proxy.address()));
    let file = desk.write("requirements.txt", "# nothing yet\n");
    let made = desk.run(["fix", "--installer", "pip"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(!desk.path(".venv").exists(), "nothing is asked for");
    // Made without a word to the index.
    let python = desk.run(["env", "--output-format", "json"]);
    let answer: Value = serde_json::from_slice(&python.stdout).expect("JSON");
    let python = answer["interpreters"][0]["path"].as_str().expect("there is a Python").to_owned();
    let status = std::process::Command::new(python).args(["-m", "venv"]).arg(desk.path(".venv")).status();
    assert!(status.expect("Python starts").success());
    desk.write("requirements.txt", "flask\n");
    let mut editor = editor_with(&desk, "pip");
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:proxy-needs-pysocks", "0:requirement-not-installed"]);
    editor.action(&file, "flask", "Install PySocks and `flask` into `.venv`");
    let action = editor.action(&file, "flask", "Install PySocks into `.venv` through the proxy");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result, json!({"ok": true, "message": "Installed PySocks into `.venv`"}));
    editor.expect(&file, &["0:requirement-not-installed"]);
    let action = editor.action(&file, "flask", "Install `flask` into `.venv`");
    assert_eq!(editor.execute(&action).expect("an answer")["ok"], true);
    editor.expect(&file, &[]);
    // It came as if from the index: nothing points to a folder that is gone.
    let site = walk(&desk.path(".venv"), "pysocks-1.7.1.dist-info");
    assert!(site.join("METADATA").is_file() && !site.join("direct_url.json").exists());
}

fn walk(root: &std::path::Path, name: &str) -> std::path::PathBuf {
    let libs = [root.join("Lib"), root.join("lib")].into_iter().filter(|lib| lib.is_dir());
    let pythons = libs.flat_map(|lib| {
        let inner = std::fs::read_dir(&lib).into_iter().flatten().flatten().map(|entry| entry.path());
        inner.chain([lib.clone()]).collect::<Vec<_>>()
    });
    let mut places = pythons.map(|python| python.join("site-packages").join(name));
    places.find(|place| place.is_dir()).unwrap_or_else(|| panic!("`{name}` is installed"))
}

/// The message of a creation that fails, and the names of distributions in the environment that stays.
fn failing(desk: &Desk) -> String {
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = editor_with(desk, "pip");
    watch_for_secrets(&mut editor);
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing", "0:proxy-needs-pysocks"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result["ok"], false, "{result}");
    editor.expect(&file, &["0:proxy-needs-pysocks", "0:requirement-not-installed"]);
    result["message"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn what_the_index_did_not_announce_is_not_installed() {
    let index = Index::serve(wheels());
    index.corrupt("pysocks");
    let proxy = ProxyServer::socks5(traits(&index, false));
    let message = failing(&desk_behind("ALL_PROXY", &format!("socks5h://{}", proxy.address())));
    assert!(
        message.contains(
            "PySocks could not be fetched: What came as `pysocks-1.7.1-py3-none-any.whl` is not what `index.test` \
             announced: its SHA-256 is another one; `.venv` was created and stays"
        ),
        "{message}"
    );
}

#[test]
fn a_proxy_that_does_not_answer_is_named() {
    let index = Index::serve(wheels());
    let proxy = ProxyServer::socks5(traits(&index, false));
    let address = proxy.address();
    drop(proxy);
    let message = failing(&desk_behind("ALL_PROXY", &format!("socks5h://me:{PASSWORD}@{address}")));
    let said = format!("PySocks could not be fetched: The proxy `{address}` did not answer: ");
    assert!(message.contains(&said), "{message}");
}

#[test]
fn a_proxy_that_refuses_says_so() {
    let index = Index::serve(wheels());
    let proxy = ProxyServer::socks5(traits(&index, true));
    let address = proxy.address();
    let message = failing(&desk_behind("ALL_PROXY", &format!("socks5h://me:wrong@{address}")));
    let said = format!("The proxy `{address}` did not lead to `index.test`: ");
    assert!(message.contains(&said), "{message}");
    assert_eq!(proxy.log(), ["wrong credentials"]);
    proxy.refuse();
    let message = failing(&desk_behind("ALL_PROXY", &format!("socks5h://me:{PASSWORD}@{address}")));
    assert!(message.contains(&said), "{message}");
}

#[test]
fn a_fetch_that_is_cancelled_ends_at_once() {
    let index = Index::serve(wheels());
    let proxy = ProxyServer::socks5(traits(&index, false));
    let desk = desk_behind("ALL_PROXY", &format!("socks5h://{}", proxy.address()));
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = editor_with(&desk, "pip");
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing", "0:proxy-needs-pysocks"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    proxy.hold();
    let command = &action["command"];
    let id = editor.start(
        "workspace/executeCommand",
        json!({"command": command["command"], "arguments": command["arguments"]}),
    );
    let timeout = editor.timeout;
    let begun = editor.wait_for(
        |message| message["method"] == "$/progress" && message["params"]["value"]["kind"] == "begin",
        timeout,
    );
    let token = begun.expect("progress begins")["params"]["token"].clone();
    assert!(proxy.reached(Duration::from_secs(120)), "the index is asked for");
    editor.notify("window/workDoneProgress/cancel", json!({"token": token}));
    let result = editor.answer(id).expect("an answer");
    assert_eq!(result, json!({"ok": false, "message": "Cancelled; `.venv` was created and stays"}));
    assert_eq!(index.requests(), []);
    proxy.release();
    editor.expect(&file, &["0:proxy-needs-pysocks", "0:requirement-not-installed"]);
}

#[test]
fn uv_needs_nothing() {
    if !has_uv("uv_needs_nothing") {
        return;
    }
    for scheme in ["socks5h", "socks"] {
        let index = Index::serve(wheels());
        let proxy = ProxyServer::socks5(traits(&index, true));
        let desk = desk_behind("ALL_PROXY", &format!("{scheme}://me:{PASSWORD}@{}", proxy.address()));
        let file = desk.write("requirements.txt", "flask\n");
        let mut editor = editor_with(&desk, "auto");
        watch_for_secrets(&mut editor);
        editor.open(&file, "flask\n");
        editor.expect(&file, &["0:environment-missing"]);
        let action = editor.action(&file, "flask", "Create `.venv`");
        let title = action["title"].as_str().unwrap_or_default();
        assert!(title.ends_with(" and install 1 requirement"), "{title}");
        let result = editor.execute(&action).expect("an answer");
        assert_eq!(result["ok"], true, "{result}");
        editor.expect(&file, &[]);
        assert!(!proxy.log().is_empty(), "it went through the proxy");
    }
}

#[test]
fn an_http_proxy_with_credentials_is_passed_through() {
    let index = Index::serve(wheels());
    let proxy = ProxyServer::http(traits(&index, true));
    let desk = desk_behind("HTTP_PROXY", &format!("http://me:{PASSWORD}@{}", proxy.address()));
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = editor_with(&desk, "pip");
    watch_for_secrets(&mut editor);
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result, json!({"ok": true, "message": "Created `.venv` and installed 1 requirement"}));
    editor.expect(&file, &[]);
    let log = proxy.log();
    assert!(!log.is_empty() && log.iter().all(|asked| asked == "index.test:80"), "{log:?}");
}

#[test]
fn a_configuration_file_leads_to_its_line() {
    let mut desk = Desk::new();
    desk.set("PIP_CONFIG_FILE", desk.path("mine.conf").to_string_lossy());
    let text = format!("[global]\nproxy = socks5h://me:{PASSWORD}@127.0.0.1:1080\n");
    let config = desk.write("mine.conf", &text);
    let file = desk.write("requirements.txt", "flask\n");
    desk.environment(".venv", &["flask==3.0.0", "pip==24.0"]);
    let mut editor = editor_with(&desk, "pip");
    watch_for_secrets(&mut editor);
    editor.open(&file, "flask\n");
    let found = editor.expect(&file, &["0:proxy-needs-pysocks"]);
    let place = &found[0]["relatedInformation"][0]["location"];
    assert_eq!((&place["uri"], &place["range"]["start"]["line"]), (&json!(uri_of(&config)), &json!(1)));
    std::fs::write(&config, "[global]\nproxy = http://127.0.0.1:1080\n").expect("it can be written");
    editor.expect(&file, &[]);
    let checked = desk.run(["check", "--output-format", "json"]);
    assert!(!String::from_utf8_lossy(&checked.stdout).contains(PASSWORD));
}

/// A desk whose index has a certificate of its own authority, wants to know who asks, and lies behind a SOCKS proxy.
fn desk_behind_tls(index: &Index) -> (Desk, TlsFront, ProxyServer) {
    let front = TlsFront::before(index.address(), true);
    let hosts = BTreeMap::from([("index.test".to_owned(), front.address())]);
    let proxy = ProxyServer::socks5(Traits { credentials: None, hosts });
    let mut desk = desk_behind("ALL_PROXY", &format!("socks5h://{}", proxy.address()));
    desk.set("PIP_TRUSTED_HOST", "");
    let (authority, client) = write_certificates(&desk.path(""));
    for variable in ["PIP_CERT", "SSL_CERT_FILE"] {
        desk.set(variable, authority.to_string_lossy());
    }
    // To pip these say more than its own option.
    for variable in ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
        desk.set(variable, "");
    }
    for variable in ["PIP_CLIENT_CERT", "SSL_CLIENT_CERT"] {
        desk.set(variable, client.to_string_lossy());
    }
    for variable in ["PIP_INDEX_URL", "UV_DEFAULT_INDEX"] {
        desk.set(variable, "https://index.test/simple/");
    }
    (desk, front, proxy)
}

#[test]
fn certificates_are_passed_through() {
    let installers = if has_uv("certificates_are_passed_through") { &["pip", "uv"][..] } else { &["pip"] };
    for installer in installers {
        let index = Index::serve(wheels());
        let (desk, _front, proxy) = desk_behind_tls(&index);
        desk.write("requirements.txt", "flask\n");
        let fixed = desk.run(["fix", "--installer", installer]);
        let said = String::from_utf8_lossy(&fixed.stderr).into_owned();
        assert!(fixed.status.success(), "{installer}: {said}");
        let asked: Vec<String> = index.requests().into_iter().map(|request| request.path).collect();
        assert!(asked.iter().any(|path| path.starts_with("/files/flask-3.1.0")), "{installer}: {asked:?}");
        assert!(proxy.log().iter().all(|asked| asked == "index.test:443"), "{:?}", proxy.log());
    }
}

#[test]
fn a_host_that_is_excepted_needs_no_proxy() {
    let installers =
        if has_uv("a_host_that_is_excepted_needs_no_proxy") { &["pip", "uv"][..] } else { &["pip"] };
    for installer in installers {
        let index = Index::serve(wheels());
        let mut desk = desk_behind("ALL_PROXY", "socks5h://proxy.invalid:1080");
        desk.set("NO_PROXY", "localhost,127.0.0.1");
        desk.use_index(&index);
        let file = desk.write("requirements.txt", "flask\n");
        let mut editor = editor_with(&desk, installer);
        editor.open(&file, "flask\n");
        editor.expect(&file, &["0:environment-missing"]);
        let action = editor.action(&file, "flask", "Create `.venv`");
        let result = editor.execute(&action).expect("an answer");
        assert_eq!(result, json!({"ok": true, "message": "Created `.venv` and installed 1 requirement"}));
        editor.expect(&file, &[]);
    }
}
