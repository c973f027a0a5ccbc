//! Bad days: a clear message or a quiet skip, never a panic, never a wrong claim.

use std::fs;

use serde_json::{Value, json};

use crate::desk::{Desk, install_by_hand};

#[test]
fn requests_before_initialize_are_refused() {
    let desk = Desk::new();
    let mut editor = desk.editor_without_a_word();
    let error = editor.request("textDocument/codeAction", json!({})).expect_err("it is too early");
    assert_eq!(error["code"], -32002);
    let result = editor.initialize(&[&desk.work()], json!({}), Value::Null).expect("it still works");
    assert_eq!(result["serverInfo"]["name"], "venv-lsp");
}

#[test]
fn what_is_not_json_costs_an_error_and_nothing_else() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.raw_write(b"Content-Length: 7\r\n\r\n{oops!}").expect("it is written");
    let timeout = editor.timeout;
    let complaint = editor.wait_for(|message| message["error"]["code"] == -32700, timeout);
    assert!(complaint.is_ok(), "{complaint:?}");
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
}

#[test]
fn json_that_is_no_message_costs_an_error_and_nothing_else() {
    let desk = Desk::new();
    let mut editor = desk.editor();
    let timeout = editor.timeout;
    for body in ["[]", "42", "{}", r#"{"jsonrpc":"2.0","id":true,"method":"x"}"#] {
        let message = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        editor.raw_write(message.as_bytes()).expect("it is written");
        let complaint = editor.wait_for(|message| message["error"]["code"] == -32600, timeout);
        assert!(complaint.is_ok(), "{body}: {complaint:?}");
    }
    let error = editor.request("textDocument/nonsense", json!({})).expect_err("it is unknown");
    assert_eq!(error["code"], -32601);
}

#[test]
fn a_file_that_is_closed_answers_who_still_waits() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    for _ in 0..20 {
        editor.open(&file, "flask\n");
        let params = json!({"textDocument": {"uri": test_support::client::uri_of(&file)}, "context": {"diagnostics": []},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}});
        let id = editor.start("textDocument/codeAction", params);
        editor.close(&file);
        assert!(editor.answer(id).is_ok());
    }
}

#[cfg(unix)]
#[test]
fn paths_that_are_not_utf_8() {
    use std::os::unix::ffi::OsStrExt as _;
    let desk = Desk::new();
    let folder = desk.work().join(std::ffi::OsStr::from_bytes(b"nd\xfe"));
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("requirements.txt"), "six=1\n").unwrap();
    for arguments in [["check", "."], ["env", "."], ["requirements", "requirements.txt"]] {
        let mut command = desk.command();
        let output = command.args(arguments).args(["--output-format", "json"]).current_dir(&folder).output();
        let output = output.expect("it starts");
        assert!(serde_json::from_slice::<Value>(&output.stdout).is_ok(), "{arguments:?} {output:?}");
    }
}

#[test]
fn wrong_parameters_and_unknown_methods_are_answered() {
    let desk = Desk::new();
    let mut editor = desk.editor();
    let error = editor.request("textDocument/codeAction", json!({"what": 1})).expect_err("it is wrong");
    assert_eq!(error["code"], -32602);
    let error = editor.request("textDocument/nonsense", json!({})).expect_err("it is unknown");
    assert_eq!(error["code"], -32601);
    let params = json!({"command": "venv-lsp.install", "arguments": [{"uri": 5}]});
    let error = editor.request("workspace/executeCommand", params).expect_err("it is wrong");
    assert_eq!(error["code"], -32602);
    editor.notify("textDocument/didOpen", json!({"nothing": true}));
    editor.notify("textDocument/didChange", json!({"textDocument": {"uri": "file:///nowhere/requirements.txt", "version": 3}, "contentChanges": []}));
}

#[test]
fn files_that_are_no_files_are_passed_over() {
    let desk = Desk::new();
    let mut editor = desk.editor();
    for uri in ["untitled:Untitled-1", "git:/requirements.txt?x", "https://example.org/requirements.txt"] {
        let item = json!({"uri": uri, "languageId": "pip-requirements", "version": 1, "text": "flask\n"});
        editor.notify("textDocument/didOpen", json!({"textDocument": item}));
        let params = json!({"textDocument": {"uri": uri}, "context": {"diagnostics": []},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}});
        assert_eq!(editor.request("textDocument/codeAction", params), Ok(Value::Null));
    }
}

#[test]
fn long_lines_many_lines_and_deep_markers() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let file = desk.write("requirements.txt", "");
    let mut editor = desk.editor();
    editor.timeout = std::time::Duration::from_secs(120);
    editor.open(&file, &format!("six{}\n", "=".repeat(1 << 20)));
    editor.diagnostics(&file, |list| !list.is_empty()).expect("one long line is wrong");
    let many: String = (0..100_000).map(|number| format!("# {number}\n")).collect();
    editor.change(&file, &format!("{many}flask\n"));
    editor.expect(&file, &["100000:requirement-not-installed"]);
    let deep = format!("six; {}python_version > '3'{}\n", "(".repeat(50_000), ")".repeat(50_000));
    editor.change(&file, &deep);
    editor.diagnostics(&file, |list| !list.is_empty()).expect("the marker is too deep");
    editor.change(&file, "flask\r\nsix\rnumpy\r\n");
    editor.expect(
        &file,
        &["0:requirement-not-installed", "1:requirement-not-installed", "2:requirement-not-installed"],
    );
}

#[test]
fn includes_in_circles_and_folders_for_files() {
    let desk = Desk::new();
    desk.environment(".venv", &["six==1.17.0"]);
    fs::create_dir(desk.path("folder.txt")).unwrap();
    desk.write("a.txt", "-r b.txt\n");
    desk.write("b.txt", "-r a.txt\n-r requirements.txt\nsix>=1\n");
    desk.write("latin.txt", b"# caf\xe9\nsix\n");
    let text = "-r a.txt\n-r folder.txt\n-r requirements.txt\n-r latin.txt\n-r https://example.org/x.txt\n";
    let file = desk.write("requirements.txt", text);
    let mut editor = desk.editor();
    editor.open(&file, text);
    let found = editor
        .expect(&file, &["0:include-cycle", "1:include-not-found", "2:include-cycle", "3:include-not-found"]);
    assert!(found[1]["message"].as_str().is_some_and(|said| said.contains("folder")), "{}", found[1]);
    assert!(found[3]["message"].as_str().is_some_and(|said| said.contains("UTF-8")), "{}", found[3]);
}

#[test]
fn five_thousand_distributions() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &[]);
    let site = environment.join("lib/python3.12/site-packages");
    for number in 0..5_000 {
        fs::create_dir(site.join(format!("dist_{number}-1.{number}.dist-info"))).unwrap();
    }
    let file = desk.write("requirements.txt", "");
    let mut editor = desk.editor();
    editor.open(&file, "dist-4999==1.4999\ndist.17\ndist-5000\n");
    editor.expect(&file, &["2:requirement-not-installed"]);
}

#[cfg(unix)]
#[test]
fn a_python_that_is_gone() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &["six==1.17.0"]);
    for name in ["python", "python3", "python3.12"] {
        fs::remove_file(environment.join("bin").join(name)).unwrap();
        std::os::unix::fs::symlink("/nowhere/python3.12", environment.join("bin").join(name)).unwrap();
    }
    let file = desk.write("requirements.txt", "six\nflask\n");
    let mut editor = desk.editor();
    editor.open(&file, "six\nflask\n");
    let found = editor.expect(&file, &["0:environment-broken"]);
    assert!(
        found[0]["message"].as_str().is_some_and(|said| said.contains("/nowhere/python3.12")),
        "{}",
        found[0]
    );
}

#[test]
fn a_venv_that_is_a_file() {
    let desk = Desk::new();
    let file = desk.write("requirements.txt", "six\n");
    desk.write(".venv", "no such folder\n");
    let mut editor = desk.editor();
    editor.open(&file, "six\n");
    editor.expect(&file, &["0:environment-broken"]);
    let elsewhere = desk.environment("elsewhere", &["six==1.17.0"]);
    desk.write(".venv", format!("{}\n", elsewhere.display()));
    editor.expect(&file, &[]);
}

#[test]
fn no_python_at_all() {
    let mut desk = Desk::new();
    desk.set("PATH", desk.path("empty").display().to_string());
    desk.set("PYENV_ROOT", desk.path("empty").display().to_string());
    let file = desk.write("requirements.txt", "six\n");
    let output = desk.run(["env", ".", "--output-format", "json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    if answer["interpreters"] != json!([]) {
        eprintln!(
            "skipped: no_python_at_all: this machine has Pythons in well-known places: {}",
            answer["interpreters"]
        );
        return;
    }
    let mut editor = desk.editor();
    editor.open(&file, "six\n");
    let found = editor.expect(&file, &["0:environment-missing"]);
    assert_eq!(
        found[0]["message"],
        "No environment serves this file, and no Python was found to make one with"
    );
    let range = editor.range_of(&file, "six");
    assert_eq!(editor.code_actions(&file, &range), Ok(Vec::new()));
}

#[test]
fn a_workspace_that_is_deleted_while_it_is_open() {
    let desk = Desk::new();
    desk.environment("project/.venv", &["six==1.17.0"]);
    let file = desk.write("project/requirements.txt", "six\n");
    let mut editor = desk.editor();
    editor.open(&file, "six\n");
    editor.expect(&file, &[]);
    fs::remove_dir_all(desk.path("project")).unwrap();
    editor.expect(&file, &["0:environment-missing"]);
    let environment = desk.environment("project/.venv", &[]);
    editor.expect(&file, &["0:requirement-not-installed"]);
    install_by_hand(&environment, "six==1.17.0");
    editor.expect(&file, &[]);
}

#[test]
fn control_characters_do_not_reach_a_message() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let file = desk.write("requirements.txt", "");
    let mut editor = desk.editor();
    editor.open(&file, "-r \u{1b}]0;owned\u{7}.txt\nsix=\u{1b}[31m1\n");
    let found = editor.diagnostics(&file, |list| !list.is_empty()).expect("it is wrong");
    let messages: String = found.iter().map(|it| it["message"].as_str().unwrap_or_default()).collect();
    assert!(!messages.chars().any(char::is_control), "{messages:?}");
}
