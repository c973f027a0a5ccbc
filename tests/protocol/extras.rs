//! Extras: what they need is read from what is installed, and brought by their requirement.

use std::fs;
use std::time::Duration;

use serde_json::json;
use test_support::client::editor_capabilities;
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::{Desk, install_by_hand};

#[test]
fn an_extra_that_is_asked_for_while_typing_is_looked_up() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &["app==1.0"]);
    let metadata = environment.join("lib/python3.12/site-packages/app-1.0.dist-info/METADATA");
    let text =
        "Name: app\nVersion: 1.0\nProvides-Extra: fast\nRequires-Dist: idna>=3; extra == \"fast\"\n\nText\n";
    fs::write(metadata, text).unwrap();
    let file = desk.write("requirements.txt", "app\n");
    let mut editor = desk.editor();
    editor.open(&file, "app\n");
    editor.expect(&file, &[]);
    editor.change(&file, "app[fast]\n");
    let found = editor.expect(&file, &["0:requirement-extra-not-installed"]);
    assert_eq!(found[0]["message"], "`app[fast]` needs `idna`, which is not installed in `.venv`");
    editor.change(&file, "app[slow]\n");
    let found = editor.expect(&file, &["0:requirement-extra-not-installed"]);
    assert_eq!(found[0]["message"], "`app` 1.0 has no extra `slow`; it has `fast`");
    editor.change(&file, "app[fast]\n");
    install_by_hand(&environment, "idna==3.10");
    editor.expect(&file, &[]);
}

#[test]
fn what_an_extra_needs_is_installed() {
    let app = Wheel {
        extras: vec!["fast".into()],
        ..Wheel::requiring("app", "1.0", &["six>=1", "idna; extra == \"fast\""])
    };
    let index = Index::serve([app, Wheel::new("six", "1.17.0"), Wheel::new("idna", "3.10")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "app\n");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(120);
    editor.open(&file, "app\n");
    editor.expect(&file, &["0:environment-missing"]);
    let create = editor.action(&file, "app", "Create `.venv`");
    assert_eq!(editor.execute(&create).expect("an answer")["ok"], true);
    editor.expect(&file, &[]);
    editor.change(&file, "app[fast]\n");
    editor.expect(&file, &["0:requirement-extra-not-installed"]);
    let install = editor.action(&file, "app", "Install `app[fast]` into `.venv`");
    let ended = editor.execute(&install).expect("an answer");
    assert_eq!(ended["ok"], true, "{ended}");
    editor.expect(&file, &[]);
}
