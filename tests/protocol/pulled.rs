//! What a file asks for since it was changed outside the editor is offered, once.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use test_support::client::{editor_capabilities, uri_of};
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};

const QUESTION: &str = "window/showMessageRequest";

fn editor(desk: &Desk, options: Value, choice: &'static str) -> Editor {
    let mut capabilities = editor_capabilities();
    capabilities["window"]["showMessage"] =
        json!({"messageActionItem": {"additionalPropertiesSupport": true}});
    let mut editor = desk.editor_with(capabilities, options.clone());
    editor.settings = options;
    editor.timeout = Duration::from_secs(120);
    editor.respond_with(move |method, _| (method == QUESTION).then(|| Ok(json!({"title": choice}))));
    editor
}

fn question(editor: &mut Editor) -> Value {
    editor.wait_for_method(QUESTION).expect("a question")["params"].clone()
}

#[test]
fn what_is_missing_after_a_pull_is_installed_after_a_yes() {
    let index =
        Index::serve([Wheel::new("flask", "3.0.0"), Wheel::new("six", "1.0"), Wheel::new("left", "1.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "flask\n");
    assert!(desk.run(["fix", "--installer", "pip"]).status.success(), "the environment is made");
    let mut editor = editor(&desk, json!({"installer": "pip"}), "Install");
    editor.open(&file, "flask\n");
    editor.expect(&file, &[]);
    fs::write(&file, "flask\nsix\nleft\n").expect("it is written");
    // The editor takes it over, as editors do, before anybody has answered.
    editor.change(&file, "flask\nsix\nleft\n");
    let asked = question(&mut editor);
    assert_eq!(asked["message"], "`requirements.txt` changed: 2 requirements are missing in `.venv`");
    assert_eq!(asked["actions"], json!([{"title": "Install"}, {"title": "Not now"}]));
    editor.expect(&file, &[]);
}

#[test]
fn saves_are_not_asked_about_and_nothing_is_asked_twice() {
    let desk = Desk::new();
    desk.environment(".venv", &["pip==24.0", "flask==3.0.0"]);
    let file = desk.write("requirements.txt", "flask\n");
    let base = desk.write("base.txt", "flask\n");
    let dev = desk.write("requirements-dev.txt", "-r base.txt\n");
    let mut editor = editor(&desk, json!({"installer": "pip"}), "Not now");
    editor.open(&file, "flask\n");
    editor.open(&dev, "-r base.txt\n");
    editor.expect(&file, &[]);
    editor.expect(&dev, &[]);
    let save = |editor: &mut Editor, text: &str| {
        editor.change(&file, text);
        fs::write(&file, text).expect("it is saved");
        editor.notify("textDocument/didSave", json!({"textDocument": {"uri": uri_of(&file)}}));
    };
    save(&mut editor, "flask\nsix\n");
    editor.expect(&file, &["1:requirement-not-installed"]);
    // Looked at after the one that was saved: its question would come first.
    fs::write(&base, "flask>=4\n").expect("it is written");
    let first = question(&mut editor);
    assert_eq!(first["message"], "`base.txt` changed: 1 requirement has another version in `.venv`");
    // Back, and there again.
    fs::write(&base, "flask\n").expect("it is written");
    editor.expect(&dev, &[]);
    fs::write(&base, "flask>=4\n").expect("it is written");
    editor.expect(&dev, &["0:requirement-version-mismatch"]);
    // The editor was first to see it.
    let text = "--index-url https://index.example.org/simple\nflask\nsix\nleft\n";
    editor.change(&file, text);
    fs::write(&file, text).expect("it is written");
    let second = question(&mut editor);
    assert_eq!(
        second["message"],
        "`requirements.txt` changed: 1 requirement is missing in `.venv`; to be installed from `index.example.org`"
    );
}

#[test]
fn nothing_is_asked_where_that_is_not_wanted() {
    for options in [json!({"trusted": false}), json!({"askToInstall": false})] {
        let desk = Desk::new();
        desk.environment(".venv", &["pip==24.0"]);
        let file = desk.write("requirements.txt", "");
        let mut editor = editor(&desk, options.clone(), "Not now");
        editor.open(&file, "");
        editor.expect(&file, &[]);
        fs::write(&file, "left\n").expect("it is written");
        editor.change(&file, "left\n");
        editor.expect(&file, &["0:requirement-not-installed"]);
        // Asked for from here on.
        editor.settings = json!({"trusted": true, "installer": "pip"});
        editor.notify("workspace/didChangeConfiguration", json!({"settings": {}}));
        let answer = editor.request("venv-lsp/environment", json!({"uri": uri_of(&file)}));
        assert!(answer.is_ok(), "{options}");
        fs::write(&file, "left\nsix\n").expect("it is written");
        let asked = question(&mut editor);
        assert!(asked["message"].as_str().is_some_and(|it| it.starts_with("`requirements.txt` changed: ")));
    }
}
