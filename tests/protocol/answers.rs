//! Diagnostics as you type, actions, environments.

use serde_json::{Value, json};
use test_support::client::{pull_capabilities, uri_of};

use crate::desk::Desk;

#[test]
fn diagnostics_follow_the_unsaved_text() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0", "six==1.17.0"]);
    let file = desk.write("requirements.txt", "");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    editor.expect(&file, &[]);
    editor.change(&file, "flask\nrequests\n");
    editor.expect(&file, &["1:requirement-not-installed"]);
    let range = editor.range_of(&file, "requests");
    editor.change_range(&file, &range, "six=1");
    editor.expect(&file, &["1:requirement-invalid"]);
    let action = editor.action(&file, "six=1", "Replace `=` with `==`");
    editor.execute(&action).expect("the edit is applied");
    assert_eq!(editor.text(&file), "flask\nsix==1\n");
    editor.expect(&file, &["1:requirement-version-mismatch"]);
    editor.close(&file);
    editor.expect(&file, &[]);
}

#[test]
fn every_rule_speaks() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==2.0.0"]);
    desk.write("other.txt", "-r requirements.txt\n");
    let text = "flask>=3\nrequests\nsix=1\n--upgrade\n-r missing.txt\n-r other.txt\nnumpy\nnumpy\n\
                colorama; sys_platform == 'win32'\n";
    let file = desk.write("requirements.txt", text);
    let mut editor = desk.editor();
    editor.open(&file, text);
    editor.expect(
        &file,
        &[
            "0:requirement-version-mismatch",
            "1:requirement-not-installed",
            "2:requirement-invalid",
            "3:option-unknown",
            "4:include-not-found",
            "5:include-cycle",
            "6:requirement-not-installed",
            "7:requirement-not-installed",
            "7:requirement-duplicate",
        ],
    );
}

#[test]
fn a_sub_folder_opened_alone_finds_the_shared_environment() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("learn/rag/requirements.txt", "flask\nrequests\n");
    let mut editor = desk.editor_without_a_word();
    let folder = desk.path("learn/rag");
    editor
        .initialize(&[&folder], test_support::client::editor_capabilities(), json!({}))
        .expect("`initialize` is answered");
    editor.open(&file, "flask\nrequests\n");
    let found = editor.expect(&file, &["1:requirement-not-installed"]);
    assert_eq!(found[0]["message"], "`requests` is not installed in `.venv` (two folders up)");
    let told = editor.wait_for_method("venv-lsp/environmentChanged").expect("the environment is told");
    assert_eq!(told["params"]["uri"], json!(uri_of(&file)));
    assert_eq!(told["params"]["environment"]["path"], json!(desk.path(".venv")));
    assert_eq!(told["params"]["environment"]["python"]["version"], "3.12.1");
}

#[test]
fn files_of_one_workspace_have_their_own_environments() {
    let desk = Desk::new();
    desk.environment("a/.venv", &["flask==3.0.0"]);
    desk.environment("b/.venv", &["requests==2.0.0"]);
    let a = desk.write("a/requirements.txt", "flask\n");
    let b = desk.write("b/requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&a, "flask\n");
    editor.open(&b, "flask\n");
    editor.expect(&a, &[]);
    editor.expect(&b, &["0:requirement-not-installed"]);
}

#[test]
fn an_environment_can_be_named_and_chosen() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let other = desk.environment("elsewhere/special", &["flask==3.0.0"]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
    let select = |environment: Value| json!({"command": "venv-lsp.selectEnvironment", "arguments": [{"uri": uri_of(&file), "environment": environment}]});
    editor.request("workspace/executeCommand", select(json!(other))).expect("it is chosen");
    editor.expect(&file, &[]);
    editor.request("workspace/executeCommand", select(Value::Null)).expect("it is not chosen any more");
    editor.expect(&file, &["0:requirement-not-installed"]);
    editor.settings = json!({"environment": "elsewhere/special"});
    editor.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    editor.expect(&file, &[]);
}

#[test]
fn what_is_no_environment_is_not_chosen_and_the_former_choice_stays() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let chosen = desk.environment("elsewhere/special", &["flask==3.0.0"]);
    let broken = desk.environment("elsewhere/broken", &[]);
    for name in ["python", "python3", "python3.12"] {
        std::fs::remove_file(broken.join("bin").join(name)).unwrap();
    }
    desk.write("elsewhere/notes/todo.txt", "");
    desk.write("elsewhere/redirect/.venv", "nowhere\n");
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
    let select = |editor: &mut crate::desk::Editor, environment: Value| {
        let arguments = json!([{"uri": uri_of(&file), "environment": environment}]);
        let params = json!({"command": "venv-lsp.selectEnvironment", "arguments": arguments});
        let answer = editor.request("workspace/executeCommand", params).expect("it is answered");
        (answer["ok"].clone(), answer["message"].as_str().unwrap_or_default().to_owned())
    };
    let (ok, message) = select(&mut editor, json!(chosen));
    assert_eq!((ok, &*message), (json!(true), &*format!("`{}` serves `work` from now on", shown(&chosen))));
    editor.expect(&file, &[]);
    let sign = "it is no environment, for it has no `pyvenv.cfg` and no `conda-meta`";
    for (wrong, problem) in [
        (desk.path("elsewhere/notes"), sign),
        (desk.path("elsewhere/gone"), "nothing is there"),
        (desk.path("elsewhere/notes/todo.txt"), "it is no folder"),
        (broken, "it is broken: "),
        (desk.path("elsewhere/redirect/.venv"), "it is broken: it is a file with the word `nowhere`"),
    ] {
        let (ok, message) = select(&mut editor, json!(wrong));
        let start = format!("`{}` cannot be chosen: {problem}", shown(&wrong));
        assert!(ok == json!(false) && message.starts_with(&start), "{message}");
        let told = editor.wait_for_method("window/showMessage").expect("it is shown");
        assert_eq!(told["params"], json!({"type": 1, "message": message}));
        let asked =
            editor.request("venv-lsp/environment", json!({"uri": uri_of(&file)})).expect("it is told");
        assert_eq!(asked["environment"]["path"], json!(chosen), "the former choice stays");
    }
    assert_eq!(select(&mut editor, Value::Null).0, json!(true));
    editor.expect(&file, &["0:requirement-not-installed"]);
}

/// A path as a message has it.
fn shown(path: &std::path::Path) -> String {
    venv_syntax::excerpt(&path.to_string_lossy())
}

#[test]
fn settings_that_name_no_environment_are_told_once_in_the_log() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    let options = json!({"environment": "elsewhere/gone"});
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor_with(test_support::client::editor_capabilities(), options);
    editor.open(&file, "flask\n");
    editor.expect(&file, &[]);
    let logged = editor.wait_for_method("window/logMessage").expect("it is told");
    let gone = desk.path("elsewhere/gone");
    let expected =
        format!("`{}` is not used: it is named in the settings, but nothing is there", shown(&gone));
    assert_eq!(logged["params"], json!({"type": 2, "message": expected}));
    let asked = editor.request("venv-lsp/environment", json!({"uri": uri_of(&file)})).expect("it is told");
    assert_eq!(asked["candidates"][0]["reason"], "named in the settings, but nothing is there");
}

#[test]
fn severities_can_be_changed() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let file = desk.write("requirements.txt", "flask\nsix=1\n");
    let rules = json!({"rules": {"requirement-not-installed": "off", "requirement-invalid": "hint"}});
    let mut editor = desk.editor_with(test_support::client::editor_capabilities(), rules);
    editor.open(&file, "flask\nsix=1\n");
    let found = editor.expect(&file, &["1:requirement-invalid"]);
    assert_eq!(found[0]["severity"], 4);
}

#[test]
fn wrong_settings_are_said() {
    let desk = Desk::new();
    let mut editor =
        desk.editor_with(test_support::client::editor_capabilities(), json!({"installer": "conda"}));
    let shown = editor.wait_for_method("window/showMessage").expect("it is said");
    assert_eq!(
        shown["params"]["message"],
        "The setting `venv-lsp.installer` is none of `auto`, `uv` and `pip`"
    );
}

#[test]
fn an_unsaved_file_that_is_included_counts() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    let base = desk.write("base.txt", "flask\n");
    let base = base.with_file_name("requirements-base.txt");
    let file = desk.write("requirements.txt", "-r requirements-base.txt\n");
    let mut editor = desk.editor();
    editor.open(&file, "-r requirements-base.txt\n");
    editor.expect(&file, &["0:include-not-found"]);
    editor.open(&base, "flask\n");
    editor.expect(&file, &[]);
    editor.close(&base);
    editor.expect(&file, &["0:include-not-found"]);
}

#[test]
fn what_an_included_file_lacks_is_said_with_its_place() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let base = desk.write("base.txt", "# c\nflask\n");
    let file = desk.write("requirements/dev.txt", "-r ../base.txt\n");
    let mut editor = desk.editor();
    editor.open(&file, "-r ../base.txt\n");
    let found = editor.expect(&file, &["0:requirement-not-installed"]);
    let place = &found[0]["relatedInformation"][0]["location"];
    assert_eq!((&place["uri"], &place["range"]["start"]["line"]), (&json!(uri_of(&base)), &json!(1)));
    // The unsaved text counts, and so does what is written to the disk.
    let other = desk.path("requirements-other.txt");
    editor.change(&file, "-r ../requirements-other.txt\n");
    editor.expect(&file, &["0:include-not-found"]);
    editor.open(&other, "six\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
    editor.close(&other);
    editor.expect(&file, &["0:include-not-found"]);
    std::fs::write(&other, "flask\n").unwrap();
    editor.expect(&file, &["0:requirement-not-installed"]);
}

#[test]
fn diagnostics_can_be_pulled() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor_with(pull_capabilities(), json!({}));
    editor.open(&file, "flask\n");
    let found = editor.pull_diagnostics(&file).expect("a report");
    assert_eq!(found.len(), 1);
    let report = |editor: &mut crate::desk::Editor, previous: &Value| {
        let params = json!({"textDocument": {"uri": uri_of(&file)}, "previousResultId": previous});
        editor.request("textDocument/diagnostic", params).expect("a report")
    };
    let full = report(&mut editor, &Value::Null);
    assert_eq!(report(&mut editor, &full["resultId"])["kind"], "unchanged");
    crate::desk::install_by_hand(&desk.path(".venv"), "flask==3.0.0");
    editor.wait_for_method("workspace/diagnostic/refresh").expect("the client is told to ask again");
    assert_eq!(editor.pull_diagnostics(&file).expect("a report"), Vec::<Value>::new());
    let pushed =
        editor.take_unread().iter().any(|message| message["method"] == "textDocument/publishDiagnostics");
    assert!(!pushed, "who pulls is not pushed to");
}

#[test]
fn folders_come_and_go() {
    let desk = Desk::new();
    desk.environment("second/.venv", &[]);
    let file = desk.write("second/requirements.txt", "flask\n");
    let mut editor = desk.editor_without_a_word();
    editor
        .initialize(&[], test_support::client::editor_capabilities(), json!({}))
        .expect("`initialize` is answered without a folder");
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
    let second = json!([{"uri": uri_of(&desk.path("second")), "name": "second"}]);
    let change = |added: &Value, removed: &Value| json!({"event": {"added": added, "removed": removed}});
    editor.notify("workspace/didChangeWorkspaceFolders", change(&second, &json!([])));
    editor.notify("workspace/didChangeWorkspaceFolders", change(&json!([]), &second));
    editor.change(&file, "six\n");
    editor.expect(&file, &["0:requirement-not-installed"]);
}
