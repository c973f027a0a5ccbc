//! What is said at the end of an installation is what is there then.

#![cfg(unix)]

use std::time::Duration;

use serde_json::{Value, json};
use test_support::client::{editor_capabilities, uri_of};
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};

fn installed(editor: &mut Editor, file: &std::path::Path) -> Vec<String> {
    let told = editor.request("venv-lsp/environment", json!({"uri": uri_of(file), "all": true}));
    assert!(told.is_ok(), "{told:?}");
    let site = file.with_file_name(".venv").join("lib");
    let python = std::fs::read_dir(site).expect("lib").flatten().next().expect("a folder").path();
    let names = std::fs::read_dir(python.join("site-packages")).expect("packages").flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter_map(|name| Some(name.strip_suffix(".dist-info")?.to_lowercase())).collect();
    names.retain(|name| !name.starts_with("pip-") && !name.starts_with("setuptools-"));
    names.sort_unstable();
    names
}

#[test]
fn what_is_installed_is_what_the_editor_shows() {
    let index = Index::serve([
        Wheel::new("flask", "3.0.0"),
        Wheel::new("flask", "3.1.0"),
        Wheel::new("six", "1.16.0"),
        Wheel::new("six", "1.17.0"),
    ]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "nothing-of-this\n");
    let base = desk.write("requirements-base.txt", "nor-of-that\n");
    let bounds = desk.write("constraints.txt", "flask==9\n");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(120);
    editor.open(&bounds, "flask==3.0.0\n");
    editor.open(&base, "six==1.16.0\n");
    editor.open(&file, "-c constraints.txt\n-r requirements-base.txt\nflask\n");
    editor.diagnostics(&file, |list| !list.is_empty()).expect("no environment serves it");
    let action = editor.action(&file, "flask", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result["ok"], true, "{result}");
    assert_eq!(installed(&mut editor, &file), ["flask-3.0.0", "six-1.16.0"]);
    editor.expect(&file, &[]);
}

#[test]
fn contradictions_that_an_installation_leaves_are_said() {
    let index = Index::serve([
        Wheel::requiring("app", "1.0", &["lib<2"]),
        Wheel::new("lib", "1.0"),
        Wheel::new("lib", "2.0"),
    ]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.write("requirements.txt", "app\n");
    let said = |desk: &Desk| {
        let output = desk.run(["fix", "--installer", "pip"]);
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let first = said(&desk);
    assert!(first.contains("Created `.venv` and installed 1 requirement\n"), "{first}");
    desk.write("requirements.txt", "lib==2.0\n");
    let second = said(&desk);
    let wanted =
        "Installed 1 requirement into `.venv`; now `app` 1.0 needs `lib<2`, but 2.0 is installed in `.venv`";
    assert!(second.contains(wanted), "{second}");
}

/// The server's input stays open, as where another process has inherited it: only its number tells that the client is
/// gone.
#[cfg(target_os = "linux")]
#[test]
fn a_client_that_is_killed_takes_its_installation_with_it() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "");
    desk.write("first/requirements.txt", "");
    let mut stand_in = std::process::Command::new("sleep").arg("1000").spawn().expect("`sleep` starts");
    let mut editor = desk.editor_without_a_word();
    editor.timeout = Duration::from_secs(120);
    let params = json!({"processId": stand_in.id(), "rootUri": uri_of(&desk.work()),
        "capabilities": editor_capabilities(), "initializationOptions": {"installer": "pip"}});
    editor.request("initialize", params).expect("an answer");
    editor.notify("initialized", json!({}));
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    let command = &action["command"];
    let hold = index.hold("/files/flask");
    editor.start(
        "workspace/executeCommand",
        json!({"command": command["command"], "arguments": command["arguments"]}),
    );
    assert!(hold.reached(Duration::from_secs(120)), "pip downloads");
    stand_in.kill().expect("it is killed");
    stand_in.wait().expect("it ends");
    editor.wait_for_exit().expect("the server ends");
    editor.ended();
    let python = desk.path(".venv/bin/python");
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = processes.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    let running = lines.filter(|line| String::from_utf8_lossy(line).contains(&*python.to_string_lossy()));
    assert_eq!(running.count(), 0, "nothing is left running");
    drop(hold);
    // The environment works, and the next attempt does.
    desk.write("requirements.txt", "flask\n");
    let output = desk.run(["fix", "--installer", "pip"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("Installed 1 requirement into `.venv`"), "{said}");
    let found = desk.run(["env", "--output-format", "json"]);
    let found: Value = serde_json::from_slice(&found.stdout).expect("JSON");
    assert_eq!(found["environment"]["health"], json!([]));
}
