//! A Python that cannot put pip into an environment, as on a Debian without `python3-venv`, on a machine that has no
//! other pip either: one is fetched, or it is said what to do.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::client::editor_capabilities;
use test_support::index::Index;
use test_support::proxy::{ProxyServer, Traits};
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};
use crate::proxies::pysocks;

/// A copy of a Python of this machine without some of its modules, and that Python's own pip.
struct Lacking {
    folder: TempDir,
    /// `3.12`
    minor: String,
    pip: Wheel,
}

/// Where the packages of Debian put wheels.
const WHEELS_OF_DEBIAN: &str = "/usr/share/python-wheels";

/// Hides them, where they are.
const WITHOUT_WHEELS: [&str; 6] = [
    "/usr/bin/unshare",
    "-rm",
    "/bin/sh",
    "-c",
    "/bin/mount -t tmpfs none /usr/share/python-wheels && exec \"$@\"",
    "sh",
];

/// Unpacks the pip that a Python puts into environments.
const UNPACK: &str = "
import ensurepip, glob, os, sys, zipfile
places = [os.path.join(os.path.dirname(ensurepip.__file__), '_bundled'), '/usr/share/python-wheels']
wheels = [wheel for place in places for wheel in sorted(glob.glob(os.path.join(place, 'pip-*.whl')))]
zipfile.ZipFile(wheels[0]).extractall(sys.argv[1])
";

impl Lacking {
    /// The first Python of this machine of which one can be made; what is impossible here is said.
    fn make(test: &str, without: &[&str]) -> Option<Self> {
        let found = Desk::new().run(["env", "--output-format", "json"]);
        let found: Value = serde_json::from_slice(&found.stdout).expect("JSON");
        let pythons = found["interpreters"].as_array().expect("a list").iter();
        let mut paths = pythons.filter_map(|python| fs::canonicalize(python["path"].as_str()?).ok());
        let made = paths.find_map(|path| Self::of(&path, without));
        if made.is_none() {
            eprintln!("skipped: {test}: of no Python here a copy can be made that runs");
        }
        made
    }

    fn of(python: &Path, without: &[&str]) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("venv-lsp-python-").tempdir().expect("a folder");
        let name = python.file_name()?.to_str()?;
        let minor = name.strip_prefix("python").filter(|minor| minor.starts_with("3."))?.to_owned();
        let (from, to) = (python.parent()?.parent()?, folder.path());
        let unpacked = to.join("pip");
        let unpack = Command::new(python).args(["-I", "-c", UNPACK]).arg(&unpacked).output().ok()?;
        if !unpack.status.success() {
            return None;
        }
        let pip = pip_of(&unpacked)?;
        let stdlib = format!("lib/python{minor}");
        fs::create_dir_all(to.join("bin")).ok()?;
        fs::create_dir_all(to.join(&stdlib)).ok()?;
        fs::copy(python, to.join("bin").join(name)).ok()?;
        symlink(name, to.join("bin/python3")).ok()?;
        let link_all = |folder: &str, wanted: &dyn Fn(&str) -> bool| {
            for entry in fs::read_dir(from.join(folder)).into_iter().flatten().flatten() {
                let name = entry.file_name();
                if name.to_str().is_some_and(wanted) {
                    symlink(entry.path(), to.join(folder).join(name)).expect("a link");
                }
            }
        };
        let left_out = ["site-packages", "dist-packages", "EXTERNALLY-MANAGED"];
        link_all(&stdlib, &|name| !left_out.contains(&name) && !without.contains(&name));
        link_all("lib", &|name| name.starts_with("libpython"));
        let check =
            format!("import sys, ssl, importlib.util as u; assert sys.prefix == {to:?}, sys.prefix\n");
        let lacks: String =
            without.iter().map(|module| format!("assert u.find_spec({module:?}) is None\n")).collect();
        let runs =
            Command::new(to.join("bin/python3")).args(["-I", "-c", &(check + &lacks)]).output().ok()?;
        runs.status.success().then_some(Self { folder, minor, pip })
    }

    fn bin(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    /// A desk with this Python and no other, without uv, virtualenv and any pip.
    fn desk(&self, test: &str) -> Option<Desk> {
        let mut desk = Desk::new();
        if Path::new(WHEELS_OF_DEBIAN).is_dir() {
            let (program, words) = WITHOUT_WHEELS.split_first().expect("there are some");
            let can = Command::new(program).args(words).arg("/bin/true").output();
            if !can.is_ok_and(|output| output.status.success()) {
                eprintln!("skipped: {test}: `{WHEELS_OF_DEBIAN}` cannot be hidden here (`unshare -rm`)");
                return None;
            }
            desk.start_through(&WITHOUT_WHEELS);
        }
        desk.set("PATH", self.bin().display().to_string());
        desk.set("PYENV_ROOT", desk.path("nothing").display().to_string());
        desk.set("PIP_CONFIG_FILE", "/dev/null");
        desk.set("UV_NO_CONFIG", "1");
        desk.set("PIP_RETRIES", "0");
        Some(desk)
    }

    /// This pip, and some that must not be taken.
    fn wheels(&self) -> Vec<Wheel> {
        vec![
            self.pip.clone(),
            Wheel { requires_python: Some(">=3.99".into()), ..Wheel::new("pip", "99.0") },
            Wheel { yanked: Some("broken".into()), ..Wheel::new("pip", "98.0") },
            Wheel::new("flask", "3.1.0"),
            pysocks("1.7.1"),
        ]
    }
}

/// The wheel that was unpacked into `folder`, as far as it is text.
fn pip_of(folder: &Path) -> Option<Wheel> {
    let mut wheel = Wheel::default();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).ok()?.flatten() {
            let path = entry.path();
            let name = path.strip_prefix(folder).ok()?.to_str()?.to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(info) =
                name.strip_prefix("pip-").and_then(|rest| rest.split_once(".dist-info/"))
            {
                wheel.version = info.0.to_owned();
                if info.1 == "entry_points.txt" {
                    wheel.modules.push((name, fs::read_to_string(path).ok()?));
                }
            } else if let Ok(text) = fs::read_to_string(path) {
                wheel.modules.push((name, text));
            }
        }
    }
    wheel.name = "pip".into();
    Some(wheel)
}

fn editor(desk: &Desk) -> Editor {
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(120);
    editor
}

#[test]
fn pip_is_fetched_from_the_index_of_the_user() {
    const TEST: &str = "pip_is_fetched_from_the_index_of_the_user";
    let Some(python) = Lacking::make(TEST, &["ensurepip"]) else { return };
    let Some(mut desk) = python.desk(TEST) else { return };
    let index = Index::serve(python.wheels());
    let (minor, host) = (&python.minor, index.address());
    desk.set("PIP_INDEX_URL", index.url());
    let file = desk.write("requirements.txt", "flask\n");

    let dry = desk.run(["fix", "--dry-run", "--installer", "pip"]);
    let dry = String::from_utf8_lossy(&dry.stdout).into_owned();
    assert!(dry.contains(&format!("# Fetching pip from `{host}`, into ")), "{dry}");
    assert_eq!(index.requests(), [], "nothing is asked before somebody says so");

    let mut editor = editor(&desk);
    editor.open(&file, "flask\n");
    let found = editor.expect(&file, &["0:environment-missing"]);
    assert!(!found[0]["message"].as_str().expect("a message").contains("pip"), "{}", found[0]);
    let title =
        format!("Create `.venv` with Python {minor}, fetch pip from `{host}` and install 1 requirement");
    let action = editor.action(&file, "flask", &title);
    editor.action(&file, "flask", &format!("Create `.venv` with Python {minor} and fetch pip from `{host}`"));
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result, json!({"ok": true, "message": "Created `.venv` and installed 1 requirement"}));
    editor.expect(&file, &[]);
    let asked: Vec<String> = index.requests().into_iter().map(|request| request.path).collect();
    let wheel = python.pip.file_name();
    assert_eq!(asked[..2], ["/simple/pip/".to_owned(), format!("/files/{wheel}")], "{asked:?}");
    let logged: String = editor.take_unread().iter().map(Value::to_string).collect();
    assert!(logged.contains(&format!("Fetching pip from `{host}`")) && logged.contains(&wheel), "{logged}");
    let pip = Command::new(desk.path(".venv/bin/pip")).arg("--version").output().expect("it starts");
    let told = String::from_utf8_lossy(&pip.stdout).into_owned();
    assert!(told.starts_with(&format!("pip {}", python.pip.version)) && told.contains(".venv"), "{told}");
    // It came as if from the index.
    let site = desk.path(&format!(".venv/lib/python{minor}/site-packages"));
    let info = site.join(format!("pip-{}.dist-info", python.pip.version));
    assert!(info.join("METADATA").is_file() && !info.join("direct_url.json").exists());
}

#[test]
fn what_is_not_the_pip_that_was_announced_leaves_nothing() {
    const TEST: &str = "what_is_not_the_pip_that_was_announced_leaves_nothing";
    let Some(python) = Lacking::make(TEST, &["ensurepip"]) else { return };
    let Some(mut desk) = python.desk(TEST) else { return };
    let index = Index::serve(python.wheels());
    index.corrupt("/files/pip-");
    desk.set("PIP_INDEX_URL", index.url());
    desk.write("requirements.txt", "flask\n");
    let output = desk.run(["fix", "--installer", "pip"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let wanted = format!(
        "failed: pip could not be fetched: What came as `{}` is not what `{}` announced: its SHA-256 is another one; \
         nothing was left behind",
        python.pip.file_name(),
        index.address()
    );
    assert!(said.contains(&wanted), "{said}");
    assert_eq!(desk.entries(), ["requirements.txt"]);
}

#[test]
fn a_creation_that_is_cancelled_leaves_nothing() {
    const TEST: &str = "a_creation_that_is_cancelled_leaves_nothing";
    let Some(python) = Lacking::make(TEST, &["ensurepip"]) else { return };
    let Some(mut desk) = python.desk(TEST) else { return };
    let index = Index::serve(python.wheels());
    desk.set("PIP_INDEX_URL", index.url());
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = editor(&desk);
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    let hold = index.hold("/simple/pip");
    let command = &action["command"];
    let command = json!({"command": command["command"], "arguments": command["arguments"]});
    let id = editor.start("workspace/executeCommand", command);
    let timeout = editor.timeout;
    let is_begin =
        |message: &Value| message["method"] == "$/progress" && message["params"]["value"]["kind"] == "begin";
    let begun = editor.wait_for(is_begin, timeout).expect("progress begins");
    assert!(hold.reached(Duration::from_secs(120)), "the index is asked for");
    assert_eq!(desk.entries(), [".venv", "requirements.txt"], "it is half made");
    editor.notify("window/workDoneProgress/cancel", json!({"token": begun["params"]["token"]}));
    let result = editor.answer(id).expect("an answer");
    assert_eq!(result, json!({"ok": false, "message": "Cancelled; nothing was left behind"}));
    assert_eq!(desk.entries(), ["requirements.txt"]);
    drop(hold);
    // The next attempt works.
    let action = editor.action(&file, "flask", "Create `.venv`");
    assert_eq!(editor.execute(&action).expect("an answer")["ok"], true);
    editor.expect(&file, &[]);
}

#[test]
fn a_socks_proxy_leads_to_pip_as_well() {
    const TEST: &str = "a_socks_proxy_leads_to_pip_as_well";
    let Some(python) = Lacking::make(TEST, &["ensurepip"]) else { return };
    let Some(mut desk) = python.desk(TEST) else { return };
    let index = Index::serve(python.wheels());
    let hosts = BTreeMap::from([("index.test".to_owned(), index.address())]);
    let proxy = ProxyServer::socks5(Traits { credentials: None, hosts });
    desk.set("PIP_INDEX_URL", "http://index.test/simple/");
    desk.set("PIP_TRUSTED_HOST", "index.test");
    desk.set("ALL_PROXY", format!("socks5h://{}", proxy.address()));
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = editor(&desk);
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing", "0:proxy-needs-pysocks"]);
    let title = format!(
        "Create `.venv` with Python {}, fetch pip from `index.test` and install PySocks and 1 requirement",
        python.minor
    );
    let action = editor.action(&file, "flask", &title);
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(
        result,
        json!({"ok": true, "message": "Created `.venv` and installed PySocks and 1 requirement"})
    );
    editor.expect(&file, &[]);
    let log = proxy.log();
    assert!(!log.is_empty() && log.iter().all(|asked| asked == "index.test:80"), "{log:?}");
    let logged: String = editor.take_unread().iter().map(Value::to_string).collect();
    assert!(
        logged.contains("Fetching pip from `index.test` through the SOCKS proxy (`ALL_PROXY`)"),
        "{logged}"
    );
}

#[test]
fn without_an_index_it_is_said_what_to_do() {
    const TEST: &str = "without_an_index_it_is_said_what_to_do";
    let package = |minor: &str| format!("(Debian and Ubuntu: `sudo apt install python{minor}-venv`), or uv");
    for (without, reason, also) in [
        (
            &["ensurepip"][..],
            "This Python cannot put pip into an environment, and no index is known to fetch one from: install ",
            ", or configure pip's `index-url`",
        ),
        (&["ensurepip", "venv"], "This Python has no `venv` to make an environment with: install ", ""),
    ] {
        let Some(python) = Lacking::make(TEST, without) else { return };
        let Some(desk) = python.desk(TEST) else { return };
        let file = desk.write("requirements.txt", "flask\n");
        let mut editor = editor(&desk);
        editor.open(&file, "flask\n");
        let found = editor.expect(&file, &["0:environment-missing"]);
        let range = editor.range_of(&file, "flask");
        let actions = editor.code_actions(&file, &range).expect("actions");
        assert!(actions.iter().all(|action| action["command"].is_null()), "{actions:?}");
        let output = desk.run(["fix", "--installer", "pip"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        for said in [found[0]["message"].as_str().expect("a message"), &said] {
            for words in [reason, &package(&python.minor), also] {
                assert!(said.contains(words), "`{words}` is not in: {said}");
            }
        }
        assert!(!output.status.success());
        assert_eq!(desk.entries(), ["requirements.txt"]);
    }
}
