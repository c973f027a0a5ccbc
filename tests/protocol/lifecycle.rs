//! Order, cancellation, and the end.

use std::time::{Duration, Instant};

use serde_json::json;
use test_support::client::{editor_capabilities, uri_of};

use crate::desk::Desk;

#[test]
fn of_a_burst_of_edits_the_last_one_counts() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("requirements.txt", "");
    let mut editor = desk.editor();
    editor.open(&file, "");
    let mut text = String::new();
    for number in 0..300 {
        let at = json!({"line": number, "character": 0});
        let line = format!("missing-{number}\n");
        editor.change_range(&file, &json!({"start": at, "end": at}), &line);
        text += &line;
    }
    assert_eq!(editor.text(&file), text);
    let found = editor.diagnostics(&file, |list| list.len() == 300).expect("all edits were applied in order");
    assert_eq!(found[299]["message"], "`missing-299` is not installed in `.venv`");
}

#[test]
fn many_requests_at_once_are_all_answered() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    let ids: Vec<i64> =
        (0..400).map(|_| editor.start("venv-lsp/environment", json!({"uri": uri_of(&file)}))).collect();
    for id in ids {
        assert!(editor.answer(id).is_ok());
    }
}

#[test]
fn a_cancelled_request_is_answered_once() {
    let desk = Desk::new();
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    let id = editor.start("venv-lsp/environment", json!({"uri": uri_of(&file)}));
    editor.cancel(id);
    // Either the answer was faster, or it is the error for cancelled requests; never both, never none.
    if let Err(error) = editor.answer(id) {
        assert_eq!(error["code"], -32800);
    }
    editor.change(&file, "");
    editor.expect(&file, &[]);
    let again = editor.take_unread().iter().any(|message| message["id"] == id);
    assert!(!again, "the request was answered twice");
}

#[test]
fn the_end_in_order() {
    let desk = Desk::new();
    let mut editor = desk.editor();
    let status = editor.shutdown().expect("it ends while its input is open");
    assert_eq!(status.code(), Some(0));
    editor.ended();
}

#[test]
fn the_end_without_a_word() {
    let desk = Desk::new();
    let mut editor = desk.editor();
    let began = Instant::now();
    editor.close_input();
    let status = editor.wait_for_exit().expect("it ends with its input");
    assert_eq!(status.code(), Some(1), "nobody had asked for the end");
    assert!(began.elapsed() < Duration::from_secs(20));
    editor.ended();
}

#[test]
fn exit_without_shutdown_is_an_error() {
    let desk = Desk::new();
    let mut editor = desk.editor();
    editor.notify("exit", serde_json::Value::Null);
    let status = editor.wait_for_exit().expect("it ends");
    assert_eq!(status.code(), Some(1));
    editor.ended();
}

#[cfg(target_os = "linux")]
#[test]
fn the_death_of_the_client_is_noticed_though_the_pipe_stays_open() {
    let desk = Desk::new();
    let mut stand_in = std::process::Command::new("sleep").arg("600").spawn().expect("`sleep` starts");
    let mut editor = desk.editor_without_a_word();
    editor
        .request(
            "initialize",
            json!({"processId": stand_in.id(), "rootUri": null, "capabilities": editor_capabilities()}),
        )
        .expect("`initialize` is answered");
    editor.notify("initialized", json!({}));
    stand_in.kill().expect("it can be ended");
    stand_in.wait().expect("it has ended");
    editor.wait_for_exit().expect("the server ends with its client");
    editor.ended();
}
