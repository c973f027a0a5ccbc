//! What no file asks for is uninstalled after a question, and nothing else.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use test_support::client::{editor_capabilities, uri_of};
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};

fn with_questions() -> Value {
    let mut capabilities = editor_capabilities();
    capabilities["window"]["showMessage"] =
        json!({"messageActionItem": {"additionalPropertiesSupport": true}});
    capabilities
}

fn offers(editor: &mut Editor, file: &Path, only: &str) -> Vec<Value> {
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    let context = json!({"diagnostics": [], "only": [only], "triggerKind": 1});
    let params = json!({"textDocument": {"uri": uri_of(file)}, "range": range, "context": context});
    let actions = editor.request("textDocument/codeAction", params).expect("actions");
    let actions = actions.as_array().cloned().unwrap_or_default();
    actions.into_iter().filter(|it| it["command"]["command"] == "venv-lsp.uninstall").collect()
}

#[test]
fn nothing_goes_without_a_yes() {
    let index = Index::serve([
        Wheel::requiring("flask", "3.0.0", &["click"]),
        Wheel::new("click", "8.0"),
        Wheel::new("left", "1.0"),
    ]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "flask\nleft\n");
    assert!(desk.run(["fix", "--installer", "pip"]).status.success(), "the environment is made");
    let mut editor = desk.editor_with(with_questions(), json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(240);
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
    editor.open(&file, "flask\nleft\n");
    editor.expect(&file, &[]);
    assert_eq!(offers(&mut editor, &file, "source"), Vec::<Value>::new(), "all of it is asked for");
    // What is in the editor counts, saved or not.
    editor.change(&file, "flask\n");
    let offered = offers(&mut editor, &file, "source");
    let [action] = &*offered else { panic!("one action: {offered:?}") };
    assert_eq!(action["title"], "Uninstall 1 distribution that no file asks for from `.venv`: `left`");
    assert_eq!(
        (&action["kind"], &action["isPreferred"]),
        (&json!("source.uninstall.requirements"), &Value::Null)
    );
    assert_eq!(offers(&mut editor, &file, "quickfix"), Vec::<Value>::new());
    let result = editor.execute(action).expect("an answer");
    assert_eq!(result, json!({"ok": false, "message": "Nothing was uninstalled"}));
    *choice.lock().expect("no test panics with it") = "Uninstall";
    let result = editor.execute(action).expect("an answer");
    assert_eq!(result, json!({"ok": true, "message": "Uninstalled 1 distribution from `.venv`"}));
    let question = "Uninstall from `.venv` what no file asks for: `left`?";
    assert_eq!(*asked.lock().expect("no test panics with it"), [question, question]);
    assert_eq!(offers(&mut editor, &file, "source"), Vec::<Value>::new(), "nothing is left");
    // What comes back is not believed.
    let argument = json!({"uri": uri_of(&file), "environment": desk.path(".venv"), "names": ["click"]});
    let command = json!({"command": "venv-lsp.uninstall", "arguments": [argument]});
    let result = editor.request("workspace/executeCommand", command).expect("an answer");
    assert_eq!(result["message"], "`click` is not something in `.venv` that no file asks for");
}

#[test]
fn no_command_does_anything_in_an_untrusted_workspace() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &["pip==24.0", "flask==3.0", "left==1.0"]);
    let file = desk.write("requirements.txt", "flask\nsix\n");
    let mut editor = desk.editor_with(with_questions(), json!({"trusted": false}));
    editor.open(&file, "flask\nsix\n");
    editor.expect(&file, &["1:requirement-not-installed"]);
    assert_eq!(offers(&mut editor, &file, "source"), Vec::<Value>::new());
    let common = json!({"uri": uri_of(&file), "environment": environment});
    let with = |more: Value| {
        let mut argument = common.clone();
        for (key, value) in more.as_object().expect("it is an object") {
            argument[key] = value.clone();
        }
        argument
    };
    for (command, argument) in [
        ("createEnvironment", with(json!({"interpreter": "/usr/bin/python3", "install": true}))),
        ("install", with(json!({"names": null}))),
        ("uninstall", with(json!({"names": ["left"]}))),
        ("repairEnvironment", with(json!({"cure": "recreate", "interpreter": "/usr/bin/python3"}))),
        ("repairEnvironment", with(json!({"cure": "reinstall", "distributions": ["left==1.0"]}))),
        ("repairEnvironment", with(json!({"cure": "remove", "paths": ["/tmp/~x"]}))),
    ] {
        let command = json!({"command": format!("venv-lsp.{command}"), "arguments": [argument]});
        let result = editor.request("workspace/executeCommand", command.clone()).expect("an answer");
        assert_eq!(
            result["message"], "The workspace is not trusted, so nothing is started in it",
            "{command}"
        );
    }
}
