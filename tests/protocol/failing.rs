//! What can be done about a failure: offered with a button where the editor has buttons, and carried out.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use test_support::client::{editor_capabilities, uri_of};
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};
use crate::loop_story::has_uv;

const WHEEL: &str = "flask-3.0.0-py3-none-any.whl";

/// A desk, and an editor with buttons or without.
fn open(index: &Index, buttons: bool) -> (Desk, Editor) {
    let mut desk = Desk::new();
    desk.use_index(index);
    desk.write("requirements.txt", "flask\n");
    let mut capabilities = editor_capabilities();
    if buttons {
        capabilities["window"]["showMessage"] = json!({"messageActionItem": {}});
    }
    let mut editor = desk.editor_with(capabilities, json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(120);
    editor.open(&desk.path("requirements.txt"), "flask\n");
    editor.expect(&desk.path("requirements.txt"), &["0:environment-missing"]);
    (desk, editor)
}

#[test]
fn trying_again_is_a_button_that_does_it() {
    let index = Arc::new(Index::serve([Wheel::new("flask", "3.0.0")]));
    index.answer(WHEEL, 503);
    let (desk, mut editor) = open(&index, true);
    let file = desk.path("requirements.txt");
    let mended = Arc::clone(&index);
    editor.respond_with(move |method, params| {
        (method == "window/showMessageRequest").then(|| {
            mended.recover();
            Ok(params["actions"][0].clone())
        })
    });
    let action = editor.action(&file, "flask", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result["ok"], false, "{result}");
    assert_eq!(result["failure"]["kind"], "server-error", "{result}");
    let next = &result["failure"]["next"][0];
    // The environment is there by now, and has to be filled only.
    assert_eq!(
        (&next["title"], &next["command"]),
        (&json!("Try again"), &json!("venv-lsp.install")),
        "{result}"
    );
    let shown = editor.wait_for_method("window/showMessage").expect("the end of the second is told");
    assert_eq!(shown["params"]["type"], 3, "{shown}");
    editor.expect(&file, &[]);
}

#[test]
fn an_editor_without_buttons_is_told() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    index.answer(WHEEL, 503);
    let (desk, mut editor) = open(&index, false);
    let file = desk.path("requirements.txt");
    let action = editor.action(&file, "flask", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    let said = result["message"].as_str().expect("a message");
    assert!(said.contains("answered with an error (503): try again later"), "{said}");
    let shown = editor.wait_for_method("window/showMessage").expect("it is shown");
    assert_eq!(shown["params"]["message"], result["message"]);
    assert!(!editor.take_unread().iter().any(|message| message["method"] == "window/showMessageRequest"));
}

/// pip says of a connection that breaks what it says of a name that is not there, and tries nothing twice here.
#[test]
fn a_broken_connection_is_told_as_what_it_is() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let (desk, mut editor) = open(&index, false);
    index.cut();
    let action = editor.action(&desk.path("requirements.txt"), "flask", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result["failure"]["kind"], "unreachable", "{result}");
    let said = result["message"].as_str().expect("a message");
    assert!(said.contains("`127.0.0.1` could not be reached"), "{said}");
    assert_eq!(result["failure"]["next"][0]["title"], "Try again", "{result}");
    editor.wait_for_method("window/showMessage").expect("it is shown");
}

#[test]
fn a_name_that_is_nearly_right_is_told() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let text = "flask\npipp\n";
    let file = desk.write("requirements.txt", text);
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(120);
    editor.open(&file, text);
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    let said = result["message"].as_str().expect("a message");
    assert!(said.contains("did you mean `pip`?"), "{said}");
    assert_eq!(result["failure"]["kind"], "no-such-distribution");
    editor.wait_for_method("window/showMessage").expect("it is shown");
}

/// An editor that chooses the button of this title, and what it was asked to show.
fn choosing(desk: &Desk, title: &'static str) -> (Editor, Arc<Mutex<Vec<Value>>>) {
    let mut capabilities = editor_capabilities();
    capabilities["window"]["showMessage"] = json!({"messageActionItem": {}});
    let mut editor = desk.editor_with(capabilities, json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(120);
    let shown = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&shown);
    editor.respond_with(move |method, params| {
        if method == "window/showDocument" {
            seen.lock().expect("nothing panics with it").push(params.clone());
        }
        let choices = params["actions"].as_array().filter(|_| method == "window/showMessageRequest")?;
        Some(Ok(choices.iter().find(|choice| choice["title"] == title).cloned().unwrap_or_default()))
    });
    (editor, shown)
}

#[test]
fn a_name_is_put_right_by_a_button_whatever_was_typed_meanwhile() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let text = "flask\npipp>=2\n";
    let file = desk.write("requirements.txt", text);
    let (mut editor, _) = choosing(&desk, "Change `pipp` to `pip`");
    editor.open(&file, text);
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    editor.change_before_next_edit(&file, "# mine\nflask\npipp>=2.1\n");
    let result = editor.execute(&action).expect("an answer");
    let said = result["message"].as_str().expect("a message");
    assert!(said.contains("`pipp` (`requirements.txt` line 2)"), "{said}");
    let next: Vec<_> =
        result["failure"]["next"].as_array().into_iter().flatten().map(|step| &step["command"]).collect();
    assert_eq!(next, ["venv-lsp.renameRequirement", "venv-lsp.showRequirement"], "{result}");
    let edit = |message: &Value| message["method"] == "workspace/applyEdit";
    for version in [1, 2] {
        let asked = editor.wait_for(edit, Duration::from_secs(120)).expect("a change is asked for");
        let changed = &asked["params"]["edit"]["documentChanges"][0]["textDocument"];
        assert_eq!(*changed, json!({"uri": uri_of(&file), "version": version}));
    }
    assert_eq!(editor.text(&file), "# mine\nflask\npip>=2.1\n");
    let knows = |found: &Value| found["message"].as_str().is_some_and(|said| said.contains("pipp"));
    editor.diagnostics(&file, |list| !list.iter().any(knows)).expect("it is seen");
}

#[test]
fn a_requirement_that_nothing_fits_is_shown_by_a_button() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "-r more/base.txt\n");
    let base = desk.write("more/base.txt", "# what is needed\n  flask==9\n");
    let (mut editor, shown) = choosing(&desk, "Show the requirement of `flask`");
    editor.open(&file, "-r more/base.txt\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "-r", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    let said = result["message"].as_str().expect("a message");
    assert!(said.contains("has no `flask==9` (`more/base.txt` line 2): it has only `3.0.0`"), "{said}");
    editor.wait_for_method("window/showDocument").expect("it is shown");
    let range = json!({"start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 10}});
    let asked = shown.lock().expect("nothing panics with it").clone();
    assert_eq!(
        asked,
        [json!({"uri": uri_of(&base), "external": false, "takeFocus": true, "selection": range})]
    );
}

#[test]
fn an_editor_that_neither_changes_nor_shows_is_told_where() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let text = "flask\npipp\n";
    let file = desk.write("requirements.txt", text);
    let mut capabilities = editor_capabilities();
    capabilities["window"] = json!({"showMessage": {"messageActionItem": {}}});
    capabilities["workspace"]["applyEdit"] = json!(false);
    let mut editor = desk.editor_with(capabilities, json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(120);
    editor.open(&file, text);
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    let shown = editor.wait_for_method("window/showMessage").expect("there is no button");
    let said = shown["params"]["message"].as_str().expect("a message");
    assert!(said.contains("`pipp` (`requirements.txt` line 2)"), "{said}");
    assert!(said.contains("did you mean `pip`?"), "{said}");
    let next = result["failure"]["next"].as_array().expect("steps");
    assert!(next.iter().all(|step| step["command"].is_null()), "{result}");
}

/// What one installer says of a file and its constraints, of which each has its own lists.
fn said_of_conflict(installer: &str) -> String {
    let index = Index::serve([
        Wheel::new("apple", "1.0"),
        Wheel::new("apple", "2.0"),
        Wheel::requiring("banana", "1.0", &["apple<2"]),
    ]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.write("bounds.txt", "# bounds\n\napple<2\n");
    desk.write("requirements.txt", "-c bounds.txt\n# fruit\napple >= 2\n");
    let first = desk.run(["fix", "--installer", installer]);
    desk.write("requirements.txt", "# fruit\nbanana\napple == 2.0\n");
    let second = desk.run(["fix", "--installer", installer]);
    [first, second].map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).join("")
}

#[test]
fn a_conflict_is_told_by_the_lines_of_the_files() {
    let said = said_of_conflict("pip");
    assert!(said.contains("`requirements.txt` line 3 asks for `apple>=2`"), "{said}");
    assert!(said.contains("`bounds.txt` line 3 allows only `apple<2`"), "{said}");
    assert!(said.contains("`banana 1.0` (`requirements.txt` line 2) wants `apple<2`"), "{said}");
    assert!(said.contains("`requirements.txt` line 3 asks for `apple==2.0`"), "{said}");
}

#[test]
fn a_conflict_that_uv_finds_is_told_so_too() {
    if !has_uv("a_conflict_that_uv_finds_is_told_so_too") {
        return;
    }
    let said = said_of_conflict("uv");
    assert!(said.contains("`requirements.txt` line 3 asks for `apple>=2`"), "{said}");
    assert!(said.contains("`bounds.txt` line 3 allows only `apple<2`"), "{said}");
    assert!(said.contains("(`requirements.txt` line 2) wants `apple<2`"), "{said}");
    assert!(said.contains("`requirements.txt` line 3 asks for `apple==2.0`"), "{said}");
}

#[test]
fn a_version_for_no_python_of_this_machine_is_told_so() {
    let index =
        Index::serve([Wheel { requires_python: Some(">=3.99".to_owned()), ..Wheel::new("flask", "3.0.0") }]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.write("requirements.txt", "\nflask\n");
    let output = desk.run(["fix", "--installer", "pip"]);
    let said = String::from_utf8_lossy(&output.stderr);
    let wanted = "`flask` (`requirements.txt` line 2) needs Python `>=3.99`, and the environment's is";
    assert!(said.contains(wanted), "{said}");
    assert!(said.contains(": no Python on this machine would do"), "{said}");
}
