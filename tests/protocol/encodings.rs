//! Columns in the units that were agreed on.

use serde_json::{Value, json};
use test_support::client::editor_capabilities;

use crate::desk::Desk;

fn column_of_the_finding(offered: Value, agreed: &str) -> u64 {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let file = desk.write("requirements.txt", "");
    let mut editor = desk.editor_without_a_word();
    let mut capabilities = editor_capabilities();
    capabilities["general"]["positionEncodings"] = offered;
    let result = editor.initialize(&[&desk.work()], capabilities, json!({})).expect("an answer");
    assert_eq!(result["capabilities"]["positionEncoding"], agreed);
    editor.open(&file, "x\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
    // An edit behind an emoji, in the units agreed on, must reach the right place.
    editor.change(&file, "six; python_version > '😀é' and six=1\n");
    let range = editor.range_of(&file, "six=1");
    editor.change_range(&file, &range, "6");
    assert_eq!(editor.text(&file), "six; python_version > '😀é' and 6\n");
    editor.change(&file, "a @ file:///😀é#egg=a six\n\n😀é\n");
    let found = editor.diagnostics(&file, |list| list.iter().any(|it| it["range"]["start"]["line"] == 2));
    let found = found.expect("the last line is wrong");
    let last = found.iter().find(|it| it["range"]["start"]["line"] == 2).expect("it is there");
    last["range"]["end"]["character"].as_u64().expect("a number")
}

#[test]
fn utf_8_where_the_client_can() {
    assert_eq!(column_of_the_finding(json!(["utf-16", "utf-8"]), "utf-8"), 4);
}

#[test]
fn utf_16_where_nothing_is_said() {
    assert_eq!(column_of_the_finding(json!([]), "utf-16"), 2);
}

#[test]
fn utf_32_where_the_client_prefers_it() {
    assert_eq!(column_of_the_finding(json!(["utf-32", "utf-16"]), "utf-32"), 1);
}
