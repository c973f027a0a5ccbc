//! What stands in the editor counts, whatever the name of the file that is included.

use std::time::Duration;

use serde_json::json;
use test_support::client::editor_capabilities;
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::Desk;

#[test]
fn the_unsaved_text_of_any_included_file_is_checked() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("requirements.txt", "-r base.txt\n");
    let base = desk.write("base.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "-r base.txt\n");
    editor.expect(&file, &[]);
    editor.open(&base, "flask\nsix\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
    let last = json!({"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 0}});
    editor.change_range(&base, &last, "");
    editor.expect(&file, &[]);
    editor.change(&base, "flask\nrequests\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
    assert_eq!(editor.known_diagnostics(&base).len(), 0, "nothing is said of it itself");
    // Without its tab the text on the disk counts again.
    editor.close(&base);
    editor.expect(&file, &[]);
}

#[test]
fn the_unsaved_text_of_any_included_file_is_installed() {
    let index = Index::serve([Wheel::new("six", "1.16.0"), Wheel::new("six", "1.17.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "-r base.txt\n");
    let base = desk.write("base.txt", "six==1.16.0\n");
    assert!(desk.run(["fix", "--installer", "pip"]).status.success(), "the environment is made");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.settings = json!({"installer": "pip"});
    editor.timeout = Duration::from_secs(120);
    editor.open(&file, "-r base.txt\n");
    editor.expect(&file, &[]);
    editor.open(&base, "six==1.17.0\n");
    editor.expect(&file, &["0:requirement-version-mismatch"]);
    let action = editor.action(&file, "-r base.txt", "Upgrade `six` from 1.16.0");
    assert_eq!(editor.execute(&action).expect("an answer")["ok"], true);
    editor.expect(&file, &[]);
}
