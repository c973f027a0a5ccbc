//! What can be done about a failure: offered with a button where the editor has buttons, and carried out.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use test_support::client::editor_capabilities;
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};

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
