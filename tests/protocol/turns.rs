//! One at a time changes an environment, whoever it is: another editor, the command line, uv or pip in a terminal.

#![cfg(unix)]

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use test_support::client::editor_capabilities;
use test_support::index::{Hold, Index};
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};

/// A desk with an environment that lacks `flask`, and an index that has it.
struct Scene {
    desk: Desk,
    index: Index,
    file: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let index = Index::serve([Wheel::new("six", "1.17.0"), Wheel::new("flask", "3.0.0")]);
        let mut desk = Desk::new();
        desk.use_index(&index);
        let file = desk.write("requirements.txt", "six\n");
        let made = desk.run(["fix", "--installer", "pip"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        desk.write("requirements.txt", "flask\n");
        Self { desk, index, file }
    }

    fn editor(&self) -> Editor {
        let mut editor = self.desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
        editor.timeout = Duration::from_secs(120);
        editor.open(&self.file, "flask\n");
        editor.expect(&self.file, &["0:requirement-not-installed"]);
        editor
    }

    fn install(&self, editor: &mut Editor) -> i64 {
        let action = editor.action(&self.file, "flask", "Install `flask`");
        let command = &action["command"];
        editor.start(
            "workspace/executeCommand",
            json!({"command": command["command"], "arguments": command["arguments"]}),
        )
    }

    /// An installation that waits for the index.
    fn held(&self, editor: &mut Editor) -> (i64, Hold) {
        let hold = self.index.hold("/simple/flask");
        let id = self.install(editor);
        assert!(hold.reached(Duration::from_secs(120)), "pip asks the index");
        (id, hold)
    }

    /// Of a library for the command line of another.
    fn pip(&self) -> Command {
        let mut command = Command::new(self.desk.path(".venv/bin/python"));
        let variables = self.desk.command();
        command.envs(variables.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.args(["-m", "pip", "install", "flask"]).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// The token of the progress that says this.
fn says(editor: &mut Editor, start: &str) -> Value {
    let timeout = editor.timeout;
    let is_said = |message: &Value| {
        message["params"]["value"]["message"].as_str().is_some_and(|said| said.starts_with(start))
    };
    editor.wait_for(is_said, timeout).unwrap_or_else(|error| panic!("{start}: {error}"))["params"]["token"]
        .clone()
}

fn installed() -> Value {
    json!({"ok": true, "message": "Installed 1 requirement into `.venv`"})
}

fn settled() -> Value {
    json!({"ok": true, "message": "Nothing is missing any more"})
}

#[test]
fn a_second_editor_waits_and_looks_again() {
    let scene = Scene::new();
    let (mut first, mut second) = (scene.editor(), scene.editor());
    let (id, hold) = scene.held(&mut first);
    let other = scene.install(&mut second);
    let start =
        format!("Waiting for another venv-lsp (process {}) that works on `.venv`", first.process_id());
    says(&mut second, &start);
    hold.release();
    assert_eq!(first.answer(id).expect("an answer"), installed());
    assert_eq!(second.answer(other).expect("an answer"), settled());
    first.expect(&scene.file, &[]);
    second.expect(&scene.file, &[]);
    let asked = scene.index.requests().iter().filter(|request| request.path == "/simple/flask/").count();
    assert_eq!(asked, 1, "it was installed once");
}

#[test]
fn who_waits_can_be_cancelled() {
    let scene = Scene::new();
    let (mut first, mut second) = (scene.editor(), scene.editor());
    let (id, hold) = scene.held(&mut first);
    let other = scene.install(&mut second);
    let token = says(&mut second, "Waiting for another venv-lsp");
    second.notify("window/workDoneProgress/cancel", json!({"token": token}));
    let result = second.answer(other).expect("an answer");
    assert_eq!(result, json!({"ok": false, "message": "Cancelled; nothing was changed"}));
    hold.release();
    assert_eq!(first.answer(id).expect("an answer"), installed());
    second.expect(&scene.file, &[]);
}

#[test]
fn a_second_click_installs_nothing_twice() {
    let scene = Scene::new();
    let mut editor = scene.editor();
    let (id, hold) = scene.held(&mut editor);
    let other = scene.install(&mut editor);
    says(&mut editor, "Waiting for the work on `.venv` that is under way");
    hold.release();
    assert_eq!(editor.answer(id).expect("an answer"), installed());
    assert_eq!(editor.answer(other).expect("an answer"), settled());
    editor.expect(&scene.file, &[]);
}

#[test]
fn a_second_creation_finds_what_the_first_has_made() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(120);
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    let command =
        json!({"command": action["command"]["command"], "arguments": action["command"]["arguments"]});
    let hold = index.hold("/simple/flask");
    let first = editor.start("workspace/executeCommand", command.clone());
    assert!(hold.reached(Duration::from_secs(120)), "pip asks the index");
    let second = editor.start("workspace/executeCommand", command);
    says(&mut editor, "Waiting for the work on `.venv` that is under way");
    hold.release();
    assert_eq!(editor.answer(first).expect("an answer")["ok"], true);
    assert_eq!(
        editor.answer(second).expect("an answer"),
        json!({"ok": true, "message": "`.venv` is there already, and nothing is missing any more"})
    );
    editor.expect(&file, &[]);
}

#[test]
fn the_command_line_waits_for_an_editor() {
    let scene = Scene::new();
    let mut editor = scene.editor();
    let (id, hold) = scene.held(&mut editor);
    let fix = scene.desk.command().args(["fix", "--installer", "pip"]).stderr(Stdio::piped()).spawn();
    let mut fix = fix.expect("venv-lsp starts");
    let mut said = std::io::BufReader::new(fix.stderr.take().expect("its words"));
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).expect("a line");
    assert!(line.starts_with("Waiting for another venv-lsp (process"), "{line}");
    hold.release();
    assert_eq!(editor.answer(id).expect("an answer"), installed());
    std::io::Read::read_to_string(&mut said, &mut line).expect("the rest");
    assert!(line.contains("Nothing is missing any more"), "{line}");
    assert!(fix.wait().expect("it ends").success(), "{line}");
    editor.expect(&scene.file, &[]);
}

#[test]
fn uv_in_a_terminal_and_pip_here_wait_for_each_other() {
    let scene = Scene::new();
    let mut editor = scene.editor();
    let path = scene.desk.path(".venv/.lock");
    let open = || File::options().create(true).truncate(false).read(true).write(true).open(&path);
    let uv = open().expect("the lock");
    uv.lock().expect("it is free");
    let hold = scene.index.hold("/simple/flask");
    let id = scene.install(&mut editor);
    says(&mut editor, "Waiting for a uv that works on `.venv`");
    drop(uv);
    assert!(hold.reached(Duration::from_secs(120)), "pip asks the index");
    let uv = open().expect("the lock");
    assert!(matches!(uv.try_lock(), Err(std::fs::TryLockError::WouldBlock)), "it is held while pip works");
    hold.release();
    assert_eq!(editor.answer(id).expect("an answer"), installed());
    uv.try_lock().expect("it is free again");
    editor.expect(&scene.file, &[]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pip_in_a_terminal_is_waited_for() {
    let scene = Scene::new();
    let mut editor = scene.editor();
    let hold = scene.index.hold("/simple/flask");
    let mut pip = scene.pip().spawn().expect("pip starts");
    assert!(hold.reached(Duration::from_secs(120)), "pip asks the index");
    let id = scene.install(&mut editor);
    says(&mut editor, &format!("Waiting for a pip (process {}) that works on `.venv`", pip.id()));
    hold.release();
    assert!(pip.wait().expect("it ends").success());
    assert_eq!(editor.answer(id).expect("an answer"), settled());
    editor.expect(&scene.file, &[]);
}

#[test]
fn what_a_killed_server_has_started_does_not_go_on() {
    let scene = Scene::new();
    let mut first = scene.editor();
    let (_, hold) = scene.held(&mut first);
    let id = first.process_id().to_string();
    let kill = Command::new("kill").args(["-s", "KILL", &id]).status();
    assert!(kill.expect("`kill` starts").success());
    first.wait_for_exit().expect("it ends");
    first.ended();
    // Its pip still waits for the index, and has nobody any more.
    let mut second = scene.editor();
    let other = scene.install(&mut second);
    let deadline = Duration::from_secs(120);
    let is_installing = |message: &Value| {
        message["params"]["value"]["message"].as_str().is_some_and(|said| said.starts_with("Installing 1 "))
    };
    second.wait_for(is_installing, deadline).expect("it has its turn");
    drop(hold);
    assert_eq!(second.answer(other).expect("an answer"), installed());
    second.expect(&scene.file, &[]);
    let locks = scene.desk.work().join("../home/.local/state/venv-lsp/locks");
    assert_eq!(std::fs::read_dir(locks).expect("the locks").count(), 0, "nothing stays locked");
}
