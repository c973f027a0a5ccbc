//! What changes on the disk is noticed without a keystroke, and without the editor's help.

use std::fs;

use serde_json::json;
use test_support::client::editor_capabilities;

use crate::desk::{Desk, Editor, install_by_hand};

/// An editor that watches no files.
fn editor_that_does_not_watch(desk: &Desk) -> Editor {
    let mut capabilities = editor_capabilities();
    capabilities["workspace"]["didChangeWatchedFiles"] = json!({});
    desk.editor_with(capabilities, json!({}))
}

#[test]
fn an_installation_in_a_terminal_is_noticed() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &[]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = editor_that_does_not_watch(&desk);
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
    install_by_hand(&environment, "flask==3.0.0");
    editor.expect(&file, &[]);
    fs::remove_dir_all(environment.join("lib/python3.12/site-packages/flask-3.0.0.dist-info")).unwrap();
    editor.expect(&file, &["0:requirement-not-installed"]);
}

#[test]
fn environments_come_and_go() {
    let desk = Desk::new();
    let file = desk.write("learn/requirements.txt", "flask\n");
    let mut editor = editor_that_does_not_watch(&desk);
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing"]);
    let environment = desk.environment(".venv", &["flask==3.0.0"]);
    editor.expect(&file, &[]);
    desk.environment("learn/.venv", &[]);
    editor.expect(&file, &["0:requirement-not-installed"]);
    fs::rename(desk.path("learn/.venv"), desk.path("learn/put-away")).unwrap();
    editor.expect(&file, &[]);
    fs::remove_dir_all(environment).unwrap();
    editor.expect(&file, &["0:environment-missing"]);
}

#[test]
fn an_environment_that_breaks_is_noticed_and_so_is_its_repair() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = editor_that_does_not_watch(&desk);
    editor.open(&file, "flask\n");
    editor.expect(&file, &[]);
    fs::rename(environment.join("pyvenv.cfg"), environment.join("away")).unwrap();
    editor.expect(&file, &["0:environment-broken"]);
    fs::rename(environment.join("away"), environment.join("pyvenv.cfg")).unwrap();
    editor.expect(&file, &[]);
}

#[test]
fn an_included_file_is_watched() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let file = desk.write("requirements.txt", "-r sub/base.txt\n");
    fs::create_dir(desk.path("sub")).unwrap();
    let mut editor = editor_that_does_not_watch(&desk);
    editor.open(&file, "-r sub/base.txt\n");
    editor.expect(&file, &["0:include-not-found"]);
    desk.write("sub/base.txt", "flask\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
    fs::remove_file(desk.path("sub/base.txt")).unwrap();
    editor.expect(&file, &["0:include-not-found"]);
}

#[test]
fn what_the_editor_saw_counts_too() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &[]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
    editor.wait_for_method("client/registerCapability").expect("the editor is asked to watch");
    install_by_hand(&environment, "flask==3.0.0");
    let site = environment.join("lib/python3.12/site-packages/flask-3.0.0.dist-info");
    let changes = json!([{"uri": test_support::client::uri_of(&site), "type": 2}]);
    editor.notify("workspace/didChangeWatchedFiles", json!({"changes": changes}));
    editor.expect(&file, &[]);
}

#[test]
fn contradictions_among_what_is_installed_come_and_go() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &["flask==3.0.0", "six==1.17.0"]);
    let needs = "Metadata-Version: 2.1\nName: flask\nVersion: 3.0.0\nRequires-Dist: click>=8\n";
    let info = environment.join("lib/python3.12/site-packages/flask-3.0.0.dist-info");
    fs::write(info.join("METADATA"), needs).unwrap();
    let file = desk.write("requirements.txt", "six\nflask\n");
    let mut editor = editor_that_does_not_watch(&desk);
    editor.open(&file, "six\nflask\n");
    let found = editor.expect(&file, &["1:environment-inconsistent"]);
    assert_eq!(found[0]["message"], "`flask` 3.0.0 needs `click>=8`, which is not installed in `.venv`");
    editor.change(&file, "flask\nsix\n");
    editor.expect(&file, &["0:environment-inconsistent"]);
    install_by_hand(&environment, "click==7.0");
    editor.expect(&file, &["0:environment-inconsistent"]);
    fs::remove_dir_all(environment.join("lib/python3.12/site-packages/click-7.0.dist-info")).unwrap();
    install_by_hand(&environment, "click==8.1");
    editor.expect(&file, &[]);
}

#[test]
fn what_decides_between_environments_is_watched() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = editor_that_does_not_watch(&desk);
    editor.open(&file, "flask\n");
    editor.expect(&file, &[]);
    // A declaration comes, of what is not there; then that comes too, and goes.
    let settings = desk.write("pyrightconfig.json", r#"{"venvPath": "some/envs", "venv": "a"}"#);
    fs::create_dir(desk.path("some")).unwrap();
    fs::create_dir(desk.path("some/envs")).unwrap();
    desk.environment("some/envs/a", &[]);
    editor.expect(&file, &["0:requirement-not-installed"]);
    desk.environment("some/envs/b", &["flask==3.0.0"]);
    fs::write(&settings, r#"{"venvPath": "some/envs", "venv": "b"}"#).unwrap();
    editor.expect(&file, &[]);
    fs::write(&settings, r#"{"venvPath": "some/envs", "venv": "a"}"#).unwrap();
    editor.expect(&file, &["0:requirement-not-installed"]);
    fs::remove_dir_all(desk.path("some")).unwrap();
    editor.expect(&file, &[]);
}

#[test]
fn the_target_of_a_redirect_file_is_watched() {
    let desk = Desk::new();
    desk.write(".venv", "envs/a\n");
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = editor_that_does_not_watch(&desk);
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-broken"]);
    desk.environment("envs/a", &["flask==3.0.0"]);
    editor.expect(&file, &[]);
    fs::rename(desk.path("envs/a"), desk.path("envs/b")).unwrap();
    editor.expect(&file, &["0:environment-broken"]);
    desk.write(".venv", "envs/b\n");
    editor.expect(&file, &[]);
}

#[cfg(unix)]
#[test]
fn a_distribution_that_has_lost_a_part_is_told() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &["six==1.17.0"]);
    let info = environment.join("lib/python3.12/site-packages/six-1.17.0.dist-info");
    fs::remove_file(info.join("METADATA")).unwrap();
    // What has just changed may be an installation that is under way.
    fs::File::open(&info).unwrap().set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let file = desk.write("requirements.txt", "six\n");
    let mut editor = editor_that_does_not_watch(&desk);
    editor.open(&file, "six\n");
    let found = editor.expect(&file, &["0:environment-broken"]);
    assert_eq!(found[0]["severity"], 2);
    assert_eq!(
        found[0]["message"],
        "`.venv` is damaged: `six` 1.17.0 has lost its `METADATA`, so pip does not know it: install `six==1.17.0` again"
    );
}

#[cfg(unix)]
#[test]
fn what_may_be_an_installation_is_looked_at_again_by_itself() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &["six==1.17.0"]);
    let info = environment.join("lib/python3.12/site-packages/six-1.17.0.dist-info");
    fs::remove_file(info.join("RECORD")).unwrap();
    // It has been quiet for nearly as long as it must be, and nothing happens any more.
    let lately = std::time::SystemTime::now() - std::time::Duration::from_millis(58_500);
    fs::File::open(&info).unwrap().set_modified(lately).unwrap();
    let file = desk.write("requirements.txt", "six\n");
    let mut editor = editor_that_does_not_watch(&desk);
    editor.open(&file, "six\n");
    let found = editor.expect(&file, &["0:environment-broken"]);
    let message = found[0]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("`.venv` is damaged: `six` 1.17.0 has lost its `RECORD`"), "{message}");
    // The part comes after all.
    fs::write(info.join("RECORD"), "").unwrap();
    editor.expect(&file, &[]);
}

#[test]
fn another_pinned_python_is_noticed() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("sub/requirements.txt", "flask\n");
    let mut editor = editor_that_does_not_watch(&desk);
    editor.open(&file, "flask\n");
    editor.expect(&file, &[]);
    desk.write(".python-version", "# ours\n3.11.4\n");
    let found = editor.expect(&file, &["0:environment-python-unsupported"]);
    let line = &found[0]["relatedInformation"][0]["location"]["range"]["start"]["line"];
    assert_eq!(line, &json!(1));
    desk.write(".python-version", "3.12\n");
    editor.expect(&file, &[]);
}
