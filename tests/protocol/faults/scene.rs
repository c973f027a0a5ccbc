//! A work that can be held in each of its steps, on an environment with something in it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use serde_json::json;
use test_support::client::{editor_capabilities, uri_of};
use test_support::index::{Hold, Index};
use test_support::wheel::Wheel;

use super::Step;
use super::blow::{Disk, send};
use super::contents::Contents;
use crate::desk::{Desk, Editor};

const PATIENCE: Duration = Duration::from_secs(120);

pub(super) struct Scene {
    pub(super) step: Step,
    pub(super) desk: Desk,
    pub(super) index: Index,
    file: PathBuf,
    /// What is on the desk lies on it.
    pub(super) disk: Option<Disk>,
}

/// An environment as venv-lsp makes it, which the others are copies of.
pub(super) struct Template {
    desk: Desk,
    python: PathBuf,
}

/// What keeps a work from going on.
pub(super) enum Held {
    Answer(#[expect(dead_code, reason = "it holds until it is dropped")] Hold),
    /// A process group that was stopped.
    Stopped(i32),
    /// A pipe that a build backend reads from.
    Pipe(PathBuf),
}

/// The one that is in use, if any test uses one.
static TEMPLATE: Mutex<Weak<Template>> = Mutex::new(Weak::new());

pub(super) fn template() -> Arc<Template> {
    let mut known = TEMPLATE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(template) = known.upgrade() {
        return template;
    }
    let index = Index::serve([Wheel::new("six", "1.17.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.write("requirements.txt", "six\n");
    let output = desk.run(["fix", "--installer", "pip"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let python = desk.path(".venv/bin/python").canonicalize().expect("it leads to a Python");
    let template = Arc::new(Template { desk, python });
    *known = Arc::downgrade(&template);
    template
}

impl Scene {
    pub(super) fn new(step: Step, template: Option<&Template>, disk: Option<Disk>) -> Self {
        let mut large = Wheel::new("flask", "3.0.0");
        if step == Step::Unpack {
            let names =
                std::iter::once("__init__".to_owned()).chain((0..800).map(|number| format!("m{number}")));
            let text = "value = 1\n".repeat(20);
            large.modules = names.map(|name| (format!("flask/{name}.py"), text.clone())).collect();
        }
        let index = Index::serve([Wheel::new("six", "1.17.0"), large]);
        let mut desk = disk.as_ref().map_or_else(Desk::new, |disk| Desk::within(disk.path()));
        desk.use_index(&index);
        let scratch = desk.work().join("../scratch");
        std::fs::create_dir(&scratch).expect("a folder");
        desk.set("TMPDIR", scratch.display().to_string());
        // pip tells of a broken connection only where it tries again.
        desk.set("PIP_RETRIES", "1");
        desk.set("PYTHONDONTWRITEBYTECODE", "1");
        let text = match step {
            Step::Create => "six\n".to_owned(),
            Step::Resolve | Step::Download | Step::Unpack => "flask\n".to_owned(),
            Step::Build => format!("flask @ {}\n", uri_of(&desk.path("project"))),
        };
        let file = desk.write("requirements.txt", &text);
        match template {
            None => {
                desk.environment(".venv", &["six==1.17.0"]);
                std::fs::remove_dir_all(desk.work().join("../base")).expect("its Python goes");
            }
            Some(template) => template.copy(&desk.path(".venv")),
        }
        if step == Step::Build {
            desk.write("project/pyproject.toml", PROJECT);
            desk.write("project/backend.py", BACKEND);
            let made = Command::new("mkfifo").arg(desk.path("project/pipe")).status();
            assert!(made.expect("`mkfifo` starts").success());
        }
        Self { step, desk, index, file, disk }
    }

    pub(super) fn environment(&self) -> PathBuf {
        self.desk.path(".venv")
    }

    /// An editor, and the process that it says it is. Its end of the pipe stays open.
    pub(super) fn editor(&self) -> (Editor, Client) {
        let client = Client(Command::new("sleep").arg("1000").spawn().expect("`sleep` starts"));
        let mut editor = self.desk.editor_without_a_word();
        editor.timeout = PATIENCE;
        let params = json!({"processId": client.0.id(), "rootUri": uri_of(&self.desk.work()),
            "capabilities": editor_capabilities(), "initializationOptions": {"installer": "pip"}});
        editor.request("initialize", params).expect("an answer");
        editor.notify("initialized", json!({}));
        let text = std::fs::read_to_string(&self.file).expect("the file");
        editor.open(&self.file, &text);
        let wrong =
            if self.step == Step::Create { "environment-broken" } else { "requirement-not-installed" };
        editor.expect(&self.file, &[&format!("0:{wrong}")]);
        (editor, client)
    }

    /// Begins the work, and waits until it is at its step.
    pub(super) fn begin(&self, editor: &mut Editor) -> (i64, Held) {
        let (name, title) = match self.step {
            Step::Create => ("six", "Recreate `.venv` with Python"),
            Step::Resolve | Step::Download | Step::Build | Step::Unpack => ("flask", "Install `flask`"),
        };
        let action = editor.action(&self.file, name, title);
        let hold = match self.step {
            Step::Resolve => Some(self.index.hold("/simple/flask")),
            Step::Download => Some(self.index.hold("/files/flask-3.0.0-py3-none-any.whl")),
            Step::Create | Step::Build | Step::Unpack => None,
        };
        let command = &action["command"];
        let command = json!({"command": command["command"], "arguments": command["arguments"]});
        let id = editor.start("workspace/executeCommand", command);
        let held = match (hold, self.step) {
            (Some(hold), _) => {
                assert!(hold.reached(PATIENCE), "pip asks the index");
                Held::Answer(hold)
            }
            (None, Step::Build) => {
                self.wait_for(|| self.desk.path("project/reached").exists().then_some(()));
                Held::Pipe(self.desk.path("project/pipe"))
            }
            (None, Step::Create) => self.stopped_at("pip", "ensurepip"),
            (None, Step::Unpack | Step::Resolve | Step::Download) => self.stopped_at("flask", "pip"),
        };
        (id, held)
    }

    /// Stops what works on the environment as soon as this package begins to be there.
    fn stopped_at(&self, package: &str, program: &str) -> Held {
        let group = self.wait_for(|| {
            let site = site_packages(&self.environment())?;
            let begun = std::fs::read_dir(site.join(package)).ok()?.next().is_some();
            let groups = self.processes().into_iter().filter(|process| process.line.contains(program));
            groups.map(|process| process.group).next().filter(|_| begun)
        });
        send("STOP", -group);
        let site = site_packages(&self.environment()).expect("it is there");
        let is_whole = std::fs::read_dir(site).expect("a folder").flatten().any(|entry| {
            entry.file_name().to_string_lossy().starts_with(&format!("{package}-"))
                && entry.path().join("INSTALLER").exists()
        });
        assert!(!is_whole, "it was stopped too late");
        Held::Stopped(group)
    }

    fn wait_for<T>(&self, mut look: impl FnMut() -> Option<T>) -> T {
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(std::time::Instant::now() < deadline, "{:?} does not begin", self.step);
            std::thread::yield_now();
        }
    }

    pub(super) fn fix(&self) -> Command {
        let mut command = self.desk.command();
        command.args(["fix", "--installer", "pip"]);
        command
    }

    /// The programs that work on the environment, or build for it, and are not about to end.
    pub(super) fn running(&self) -> Vec<u32> {
        self.processes().into_iter().map(|process| process.id).collect()
    }

    /// The first process of what works on the environment.
    pub(super) fn leader(&self) -> i32 {
        let found = self.processes().into_iter().map(|process| process.group).next();
        found.expect("something works on it")
    }

    fn processes(&self) -> Vec<Process> {
        let place = self.environment();
        let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let read = |id: u32| {
            let line = std::fs::read(format!("/proc/{id}/cmdline")).ok()?;
            let line = String::from_utf8_lossy(&line).into_owned();
            let status = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            let mut rest = status.rsplit_once(')')?.1.split_whitespace();
            let (state, group) = (rest.next()?, rest.nth(1)?.parse().ok()?);
            let counts = line.contains(&*place.to_string_lossy()) && state != "Z";
            counts.then_some(Process { id, group, line })
        };
        ids.filter_map(read).collect()
    }

    /// What is at the place of the environment.
    pub(super) fn old(&self) -> Contents {
        Contents::of(&self.environment())
    }

    /// What lies beside it.
    pub(super) fn aside(&self) -> Contents {
        let entries = std::fs::read_dir(self.desk.work()).expect("a folder").flatten();
        let aside = entries.map(|entry| entry.path());
        let mut aside = aside.filter(|path| path.to_string_lossy().contains(".venv.before-"));
        Contents::of(&aside.next().expect("it lies there"))
    }

    /// What is changed from outside is seen, though the times say that nothing has.
    pub(super) fn changes_are_seen(&self, editor: &mut Editor) {
        editor.expect(&self.file, &[]);
        let site = site_packages(&self.environment()).expect("it is there");
        let name = if self.step == Step::Create { "six-1.17.0" } else { "flask-3.0.0" };
        let info = site.join(format!("{name}.dist-info"));
        let times = times_of(&site);
        std::fs::remove_dir_all(&info).expect("it is removed");
        set_times(&site, times);
        editor
            .request("workspace/executeCommand", json!({"command": "venv-lsp.refresh", "arguments": []}))
            .expect("an answer");
        editor.expect(&self.file, &["0:requirement-not-installed"]);
    }

    /// What was installed before can be imported, and what was asked for.
    pub(super) fn assert_works(&self) {
        let python = self.environment().join("bin/python");
        let text = if self.step == Step::Create { "import six, pip" } else { "import six, flask, pip" };
        let output = Command::new(python).args(["-B", "-c", text]).output().expect("it starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// What should not be there when all is done.
    pub(super) fn left_over(&self) -> Vec<String> {
        let state = self.desk.work().join("../home/.local/state/venv-lsp");
        let names = |folder: &Path| -> Vec<String> {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.path().display().to_string()).collect()
        };
        let mut found = names(&state.join("works"));
        found.extend(names(&state.join("locks")));
        found.extend(names(&self.desk.work()).into_iter().filter(|name| name.contains(".venv.")));
        found.extend(names(&self.desk.work().join("../scratch")));
        found.extend(self.running().iter().map(ToString::to_string));
        found
    }
}

struct Process {
    id: u32,
    group: i32,
    line: String,
}

/// A process that stands for an editor.
pub(super) struct Client(Child);

impl Client {
    pub(super) fn kill(&mut self) {
        self.0.kill().expect("it is killed");
        self.0.wait().expect("it ends");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Template {
    /// The same at another place.
    fn copy(&self, place: &Path) {
        let made = Command::new(&self.python).args(["-I", "-m", "venv", "--without-pip"]).arg(place).status();
        assert!(made.expect("Python starts").success());
        let original = self.desk.path(".venv");
        let from = site_packages(&original).expect("it is there");
        let to = site_packages(place).expect("it is there");
        let copied = Command::new("cp").arg("-a").arg(from.join(".")).arg(to).status();
        assert!(copied.expect("`cp` starts").success());
        let (old, new) = (original.display().to_string(), place.display().to_string());
        for entry in std::fs::read_dir(original.join("bin")).expect("a folder").flatten() {
            let target = place.join("bin").join(entry.file_name());
            if target.symlink_metadata().is_err() {
                std::fs::copy(entry.path(), &target).expect("a copy");
                let text = std::fs::read_to_string(&target).expect("a script").replace(&old, &new);
                std::fs::write(&target, text).expect("it is written");
            }
        }
    }
}

impl Held {
    /// Nothing keeps it any more.
    pub(super) fn go_on(self) {
        match self {
            Self::Answer(_) => {}
            Self::Stopped(group) => send("CONT", -group),
            Self::Pipe(path) => {
                // For reading, too: nobody may be at the other end any more.
                let pipe = std::fs::File::options().read(true).write(true).open(&path).expect("the pipe");
                std::fs::remove_file(&path).expect("it is removed");
                std::io::Write::write_all(&mut &pipe, b"go on\n").expect("a line");
                // Who is about to open it has it open when this is closed, or finds that it is gone.
                drop(pipe);
            }
        }
    }
}

pub(super) fn site_packages(environment: &Path) -> Option<PathBuf> {
    let mut versions = std::fs::read_dir(environment.join("lib")).ok()?.flatten();
    Some(versions.next()?.path().join("site-packages"))
}

pub(super) fn times_of(path: &Path) -> SystemTime {
    path.metadata().and_then(|found| found.modified()).expect("it has a time")
}

pub(super) fn set_times(path: &Path, time: SystemTime) {
    let file = std::fs::File::open(path).expect("it can be opened");
    let times = std::fs::FileTimes::new().set_modified(time).set_accessed(time);
    file.set_times(times).expect("it has other times now");
}

const PROJECT: &str = "[build-system]
requires = []
build-backend = \"backend\"
backend-path = [\".\"]

[project]
name = \"flask\"
version = \"3.0.0\"
";

const BACKEND: &str = r#"
import os, pathlib, zipfile

INFO = "flask-3.0.0.dist-info"
METADATA = "Metadata-Version: 2.1\nName: flask\nVersion: 3.0.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(folder, config_settings=None):
    info = pathlib.Path(folder, INFO)
    info.mkdir()
    (info / "METADATA").write_text(METADATA)
    (info / "WHEEL").write_text(WHEEL)
    return INFO


def build_wheel(folder, config_settings=None, metadata_directory=None):
    here = pathlib.Path(__file__).parent
    (here / "reached").touch()
    try:
        with open(here / "pipe") as pipe:
            pipe.readline()
    except FileNotFoundError:
        pass
    name = "flask-3.0.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("flask.py", "value = 1\n" * 10000)
        wheel.writestr(INFO + "/METADATA", METADATA)
        wheel.writestr(INFO + "/WHEEL", WHEEL)
        names = ["flask.py", INFO + "/METADATA", INFO + "/WHEEL", INFO + "/RECORD"]
        wheel.writestr(INFO + "/RECORD", "".join(f"{name},,\n" for name in names))
    return name
"#;
