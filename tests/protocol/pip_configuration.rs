//! pip's configuration: opened itself, and where it concerns a file that asks for packages.

use std::fs;

use serde_json::json;
use test_support::client::uri_of;

use crate::desk::Desk;

#[test]
fn a_line_that_does_harm_is_removed() {
    let desk = Desk::new();
    let text = "[global]\r\ntimeout = 60\r\nbreak-system-packages = true\r\n[install]\r\nuser = yes";
    let file = desk.write("pip.conf", text);
    let mut editor = desk.editor();
    editor.open(&file, text);
    editor.expect(&file, &["2:system-packages-unprotected", "4:pip-user-configured"]);
    for (part, title) in
        [("break-system", "Remove `break-system-packages = true`"), ("user", "Remove `user = yes`")]
    {
        let action = editor.action(&file, part, title);
        assert_eq!(action["isPreferred"], true);
        editor.apply_edits(&file, &action["edit"]["documentChanges"][0]["edits"]);
    }
    editor.expect(&file, &[]);
    assert_eq!(editor.text(&file), "[global]\r\ntimeout = 60\r\n[install]\r\n");
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    assert_eq!(editor.code_actions(&file, &whole), Ok(Vec::new()), "no environment is made for it");
}

#[test]
fn a_requirement_leads_to_the_line_and_follows_its_change() {
    let mut desk = Desk::new();
    desk.set("PIP_CONFIG_FILE", desk.path("mine.conf").to_string_lossy());
    let config = desk.write("mine.conf", "[global]\ntimeout = 60\nuser = true\n");
    desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    let found = editor.expect(&file, &["0:pip-user-configured"]);
    let place = &found[0]["relatedInformation"][0]["location"];
    assert_eq!(place["uri"], json!(uri_of(&config)));
    assert_eq!(
        place["range"],
        json!({"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 11}})
    );
    fs::write(&config, "[global]\ntimeout = 60\n").expect("it can be written");
    editor.expect(&file, &[]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_configuration_that_is_written_later_is_noticed() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    editor.expect(&file, &[]);
    // Neither the file nor the folders on the way to it were there.
    let config = desk.write("../home/.config/pip/pip.conf", "[global]\nuser = true\n");
    let found = editor.expect(&file, &["0:pip-user-configured"]);
    let place = &found[0]["relatedInformation"][0]["location"];
    assert_eq!(place["range"]["start"], json!({"line": 1, "character": 0}));
    fs::remove_dir_all(config.parent().expect("a folder")).expect("it goes");
    editor.expect(&file, &[]);
}

#[test]
fn a_variable_is_named() {
    let mut desk = Desk::new();
    desk.set("PIP_BREAK_SYSTEM_PACKAGES", "1");
    desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    let found = editor.expect(&file, &["0:system-packages-unprotected"]);
    let message = found[0]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("`PIP_BREAK_SYSTEM_PACKAGES` is `1`"), "{message}");
}

#[test]
fn an_environment_that_was_moved_is_damaged_and_its_requirements_are_known() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &["flask==3.0.0"]);
    fs::write(environment.join("bin/activate"), "VIRTUAL_ENV=/old/.venv\n").expect("it can be written");
    let file = desk.write("requirements.txt", "flask>=4\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask>=4\n");
    let found = editor.expect(&file, &["0:environment-broken", "0:requirement-version-mismatch"]);
    assert_eq!(found[0]["severity"], 2);
    let message = found[0]["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("`.venv` is damaged: it was made as `/old/.venv` and moved"), "{message}");
}
