//! Work that is cancelled, that fails, that is not allowed: an honest end, and nothing left behind.

use std::time::Duration;

use serde_json::{Value, json};
use test_support::client::{editor_capabilities, uri_of};
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};

fn with_installer(desk: &Desk, installer: &str) -> Editor {
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": installer}));
    editor.timeout = Duration::from_secs(120);
    editor
}

/// The answer of a work that cannot reach its index, after the cancel button was pressed.
fn cancelled_while_it_waits(create: bool) {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "flask\n");
    if !create {
        let made = desk.write("empty/requirements.txt", "");
        let mut editor = with_installer(&desk, "pip");
        editor.open(&file, "flask\n");
        editor.expect(&file, &["0:environment-missing"]);
        // The second entry makes the environment only.
        let range = editor.range_of(&file, "flask");
        let actions = editor.code_actions(&file, &range).expect("actions");
        let only = actions.iter().find(|action| action["command"]["arguments"][0]["install"] == false);
        let result = editor.execute(only.expect("it can be made only")).expect("an answer");
        assert_eq!(result["ok"], true, "{result}");
        drop(made);
    }
    let mut editor = with_installer(&desk, "pip");
    editor.open(&file, "flask\n");
    let title = if create { "Create `.venv`" } else { "Install `flask`" };
    editor.diagnostics(&file, |list| !list.is_empty()).expect("something is wrong");
    let action = editor.action(&file, "flask", title);
    let hold = index.hold("/simple/flask");
    let id = editor.start(
        "workspace/executeCommand",
        json!({"command": action["command"]["command"], "arguments": action["command"]["arguments"]}),
    );
    let timeout = editor.timeout;
    let begun = editor.wait_for(
        |message| message["method"] == "$/progress" && message["params"]["value"]["kind"] == "begin",
        timeout,
    );
    let token = begun.expect("progress begins")["params"]["token"].clone();
    assert!(hold.reached(Duration::from_secs(120)), "pip asks the index");
    editor.notify("window/workDoneProgress/cancel", json!({"token": token}));
    let result = editor.answer(id).expect("an answer");
    assert_eq!(result["ok"], false, "{result}");
    let left =
        if create { "Cancelled; `.venv` was created and stays" } else { "Cancelled; `.venv` is as it was" };
    assert_eq!(result["message"], left);
    hold.release();
    if create {
        editor.expect(&file, &["0:requirement-not-installed"]);
    }
    // The next attempt works.
    let action = editor.action(&file, "flask", "Install `flask`");
    assert_eq!(editor.execute(&action).expect("an answer")["ok"], true);
    editor.expect(&file, &[]);
}

#[test]
fn an_installation_that_is_cancelled_ends_and_can_be_repeated() {
    cancelled_while_it_waits(false);
}

#[test]
fn a_creation_that_is_cancelled_while_it_installs_keeps_the_environment() {
    cancelled_while_it_waits(true);
}

#[cfg(unix)]
#[test]
fn a_client_that_dies_takes_its_installation_with_it() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = with_installer(&desk, "pip");
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    let hold = index.hold("/simple/flask");
    editor.start(
        "workspace/executeCommand",
        json!({"command": action["command"]["command"], "arguments": action["command"]["arguments"]}),
    );
    assert!(hold.reached(Duration::from_secs(120)), "pip asks the index");
    let python = desk.path(".venv/bin/python");
    let running = || {
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        processes
            .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
            .filter(|line| String::from_utf8_lossy(line).contains(&*python.to_string_lossy()))
            .count()
    };
    if cfg!(target_os = "linux") {
        assert!(running() > 0, "pip runs");
    }
    editor.close_input();
    editor.wait_for_exit().expect("the server ends");
    if cfg!(target_os = "linux") {
        assert_eq!(running(), 0, "nothing is left running");
    }
    editor.ended();
}

#[test]
fn a_failure_is_said_in_one_line_and_the_log_has_all_of_it() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "no-such-thing-at-all\n");
    let mut editor = with_installer(&desk, "pip");
    editor.open(&file, "no-such-thing-at-all\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "no-such", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result["ok"], false);
    let said = result["message"].as_str().expect("a message");
    assert!(said.contains("no-such-thing-at-all") && said.contains("`.venv` was created"), "{said}");
    let shown = editor.wait_for_method("window/showMessage").expect("it is shown");
    assert_eq!((&shown["params"]["type"], &shown["params"]["message"]), (&json!(1), &result["message"]));
    editor.expect(&file, &["0:requirement-not-installed"]);
    let logged = editor.take_unread().iter().any(|message| {
        message["method"] == "window/logMessage"
            && message["params"]["message"]
                .as_str()
                .is_some_and(|line| line.contains("No matching distribution"))
    });
    assert!(logged, "the log has pip's own words");
}

#[test]
fn passwords_do_not_reach_the_log() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let text = format!("flask @ http://user:s3cret@{}/nothing-3.0.0-py3-none-any.whl\n", index.address());
    let file = desk.write("requirements.txt", &text);
    let mut editor = with_installer(&desk, "pip");
    editor.open(&file, &text);
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result["ok"], false, "{result}");
    editor.expect(&file, &["0:requirement-not-installed"]);
    let said: String = editor.take_unread().iter().map(Value::to_string).collect();
    assert!(said.contains("flask"), "the log has what pip said");
    assert!(!said.contains("s3cret") && !result.to_string().contains("s3cret"), "{said}");
    let dry = desk.run(["fix", "--dry-run", "--installer", "pip"]);
    assert!(!String::from_utf8_lossy(&dry.stdout).contains("s3cret"));
}

#[test]
fn nothing_is_started_in_an_untrusted_workspace() {
    let desk = Desk::new();
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"trusted": false}));
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing"]);
    let range = editor.range_of(&file, "flask");
    assert_eq!(editor.code_actions(&file, &range), Ok(Vec::new()), "nothing is offered");
    let argument = json!({"uri": uri_of(&file), "environment": desk.path(".venv"),
        "interpreter": "/usr/bin/python3", "install": true});
    let command = json!({"command": "venv-lsp.createEnvironment", "arguments": [argument]});
    let result = editor.request("workspace/executeCommand", command).expect("an answer");
    assert_eq!(result["message"], "The workspace is not trusted, so nothing is started in it");
    assert!(!desk.path(".venv").exists());
}

#[test]
fn trust_does_not_come_back_by_itself() {
    let desk = Desk::new();
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"trusted": false}));
    editor.settings = json!({"rules": {"requirement-invalid": "hint"}});
    editor.notify("workspace/didChangeConfiguration", json!({"settings": {}}));
    editor.wait_for_method("workspace/configuration").expect("the settings are asked for");
    editor.open(&file, "flask\nsix=1\n");
    editor.diagnostics(&file, |list| list.iter().any(|it| it["severity"] == 4)).expect("they count");
    let range = editor.range_of(&file, "flask");
    let actions = editor.code_actions(&file, &range).expect("actions");
    assert!(actions.iter().all(|action| action["command"].is_null()), "{actions:?}");
}

#[cfg(unix)]
#[test]
fn the_end_in_the_middle_of_a_creation_leaves_nothing() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    for signal in [None, Some("TERM"), Some("HUP")] {
        let mut desk = Desk::new();
        desk.use_index(&index);
        let file = desk.write("requirements.txt", "flask\n");
        let mut editor = with_installer(&desk, "pip");
        editor.open(&file, "flask\n");
        editor.expect(&file, &["0:environment-missing"]);
        let action = editor.action(&file, "flask", "Create `.venv`");
        let command = &action["command"];
        editor.start(
            "workspace/executeCommand",
            json!({"command": command["command"], "arguments": command["arguments"]}),
        );
        let timeout = editor.timeout;
        let is_creating = |message: &Value| message["params"]["value"]["kind"] == "report";
        editor.wait_for(is_creating, timeout).expect("the creation begins");
        match signal {
            None => drop(editor.shutdown().expect("it ends")),
            Some(signal) => {
                let id = editor.process_id().to_string();
                let kill = std::process::Command::new("kill").args(["-s", signal, &id]).status();
                assert!(kill.expect("`kill` starts").success());
                editor.wait_for_exit().expect("it ends");
            }
        }
        assert!(!desk.path(".venv").exists(), "{signal:?} leaves nothing behind");
        editor.ended();
    }
}

#[test]
fn what_is_there_already_is_not_touched() {
    let desk = Desk::new();
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    // Somebody is faster.
    desk.write(".venv/precious.txt", "mine");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result["ok"], false);
    assert!(result["message"].as_str().is_some_and(|said| said.contains("is there already")), "{result}");
    assert_eq!(std::fs::read_to_string(desk.path(".venv/precious.txt")).unwrap(), "mine");
}

#[test]
fn a_command_that_was_made_up_is_refused() {
    let desk = Desk::new();
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing"]);
    let mut refused = |environment: Value, interpreter: Value| {
        let argument = json!({"uri": uri_of(&file), "environment": environment, "interpreter": interpreter, "install": true});
        let command = json!({"command": "venv-lsp.createEnvironment", "arguments": [argument]});
        let result = editor.request("workspace/executeCommand", command).expect("an answer");
        assert_eq!(result["ok"], false, "{result}");
    };
    refused(json!(desk.path(".venv")), json!("/bin/true"));
    refused(json!("/nowhere/.venv"), json!("/usr/bin/python3"));
}
