//! What runs is what the title said: a file that brings another index in between is not believed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use test_support::client::editor_capabilities;
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};

/// An editor with the action to create an environment for `flask`, which it got before the file brought an index.
fn with_old_action(desk: &Desk, capabilities: Value) -> (Editor, Value, std::path::PathBuf) {
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor_with(capabilities, json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(240);
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    assert_eq!(action["command"]["arguments"][0]["from"], json!([]));
    (editor, action, file)
}

#[test]
fn another_index_than_the_title_named_is_refused() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let desk = Desk::new();
    let (mut editor, action, file) = with_old_action(&desk, editor_capabilities());
    editor.change(&file, &format!("--index-url {}\nflask\n", index.url()));
    let host = index.address();
    let result = editor.execute(&action).expect("an answer");
    let message =
        format!("What `requirements.txt` installs comes from `{host}` by now, which was not said before");
    assert_eq!(result, json!({"ok": false, "message": message}));
    assert!(!desk.path(".venv").exists(), "nothing is made");
    assert_eq!(index.requests(), []);
    // The action that is offered now says it, and holds.
    let action = editor.action(&file, "flask", "Create `.venv`");
    let title = action["title"].as_str().unwrap_or_default();
    assert!(title.ends_with(&format!(" from `{host}`")), "{title}");
    assert_eq!(editor.execute(&action).expect("an answer")["ok"], true);
    editor.expect(&file, &[]);
}

#[test]
fn whoever_can_be_asked_is_asked() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let desk = Desk::new();
    let mut capabilities = editor_capabilities();
    capabilities["window"]["showMessage"] =
        json!({"messageActionItem": {"additionalPropertiesSupport": true}});
    let (mut editor, action, file) = with_old_action(&desk, capabilities);
    let choice = Arc::new(Mutex::new("Cancel"));
    let asked = Arc::new(Mutex::new(Vec::new()));
    editor.respond_with({
        let (choice, asked) = (Arc::clone(&choice), Arc::clone(&asked));
        move |method, params| {
            (method == "window/showMessageRequest").then(|| {
                asked.lock().expect("no test panics with it").push(params["message"].clone());
                Ok(json!({"title": *choice.lock().expect("no test panics with it")}))
            })
        }
    });
    editor.change(&file, &format!("--index-url {}\nflask\n", index.url()));
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result, json!({"ok": false, "message": "Nothing was installed"}));
    assert_eq!(index.requests(), []);
    *choice.lock().expect("no test panics with it") = "Install";
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result, json!({"ok": true, "message": "Created `.venv` and installed 1 requirement"}));
    let question = format!(
        "What `requirements.txt` installs comes from `{}` by now, which was not said before. Install all the same?",
        index.address()
    );
    assert_eq!(*asked.lock().expect("no test panics with it"), [json!(question), json!(question)]);
    editor.expect(&file, &[]);
}
