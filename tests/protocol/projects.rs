//! A project is installed as one in development, with what it needs.

use std::time::Duration;

use serde_json::{Value, json};
use test_support::client::{editor_capabilities, uri_of};
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::Desk;
use crate::loop_story::has_uv;

/// Builds `demo` 1.0, which needs six, with the standard library alone.
const BACKEND: &str = r#"
import os, zipfile

def build_editable(directory, config_settings=None, metadata_directory=None):
    info = "demo-1.0.dist-info/"
    files = {
        "demo.pth": os.getcwd() + "\n",
        info + "METADATA": "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist: six\n",
        info + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[info + "RECORD"] = "".join(name + ",,\n" for name in [*files, info + "RECORD"])
    name = "demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name
"#;

const PYPROJECT: &str = r#"[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "Demo"
version = "1.0"
dependencies = ["six"]
"#;

fn installs(installer: &str) {
    let index = Index::serve([Wheel::new("six", "1.17.0"), Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.write("my ${HOME} app/requirements.txt", "flask\n");
    let made = desk.run(["fix", "--installer", installer, "my ${HOME} app"]);
    assert!(made.status.success(), "the environment is made: {}", String::from_utf8_lossy(&made.stderr));
    desk.write("my ${HOME} app/backend.py", BACKEND);
    let file = desk.write("my ${HOME} app/pyproject.toml", PYPROJECT);
    let environment = desk.path("my ${HOME} app/.venv");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": installer}));
    editor.settings = json!({"installer": installer});
    editor.timeout = Duration::from_secs(120);
    editor.open(&file, PYPROJECT);
    editor.expect(&file, &["8:requirement-not-installed"]);
    let action = editor.action(&file, "[project]", "Install this project");
    assert_eq!(action["title"], "Install this project into `.venv` (editable)");
    assert_eq!((&action["kind"], &action["isPreferred"]), (&json!("quickfix"), &Value::Null));
    let argument = json!({"uri": uri_of(&file), "environment": environment, "project": true, "from": []});
    assert_eq!(action["command"]["arguments"], json!([argument]));
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result, json!({"ok": true, "message": "Installed this project into `.venv` (editable)"}));
    editor.expect(&file, &[]);
    let range = editor.range_of(&file, "[project]");
    assert_eq!(editor.code_actions(&file, &range).expect("actions"), Vec::<Value>::new());
    // What comes back is not believed.
    let command = json!({"command": "venv-lsp.install", "arguments": [argument]});
    let result = editor.request("workspace/executeCommand", command).expect("an answer");
    let message = "This file describes no project that is not in `.venv` already, as one in development";
    assert_eq!(result["message"], message);
}

#[test]
fn with_pip() {
    installs("pip");
}

#[test]
fn with_uv() {
    if has_uv("with_uv") {
        installs("uv");
    }
}

#[test]
fn what_is_no_package_is_not_offered_and_indexes_are_named() {
    let desk = Desk::new();
    desk.environment(".venv", &["pip==24.0"]);
    let file = desk.write("pyproject.toml", "");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.settings = json!({"installer": "pip"});
    editor.open(&file, "");
    let mut titles = |text: &str| -> Vec<String> {
        editor.change(&file, text);
        let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
        let actions = editor.code_actions(&file, &range).expect("actions");
        let titles = actions.iter().filter_map(|action| action["title"].as_str().map(str::to_owned));
        titles.filter(|title| title.starts_with("Install this project")).collect()
    };
    let project = "[project]\nname = \"demo\"\n";
    assert_eq!(titles(project), ["Install this project into `.venv` (editable)"]);
    let url = "dependencies = [\"six @ https://index.example.org/six.whl\"]\n";
    assert_eq!(
        titles(&format!("{project}{url}")),
        ["Install this project into `.venv` (editable) from `index.example.org`"]
    );
    let nothing = Vec::<String>::new();
    for no_package in [
        format!("{project}[tool.uv]\npackage = false\n"),
        "[tool.poetry]\nname = \"demo\"\npackage-mode = false\n[build-system]\nrequires = []\n".to_owned(),
        "[dependency-groups]\ndev = [\"six\"]\n".to_owned(),
        "[tool.black]\nname = \"demo\"\n".to_owned(),
    ] {
        assert_eq!(titles(&no_package), nothing, "{no_package}");
    }
}

/// pip and uv look for a `pyproject.toml` or a `setup.py`, and take nothing else for a project.
#[test]
fn a_lone_setup_cfg_is_no_project() {
    let desk = Desk::new();
    desk.environment(".venv", &["pip==24.0"]);
    let text = "[metadata]\nname = demo\n[options]\n";
    let lone = desk.write("lone/setup.cfg", text);
    let built = desk.write("built/setup.cfg", text);
    desk.write("built/pyproject.toml", "[build-system]\nrequires = [\"setuptools\"]\n");
    let tools = desk.write("tools/setup.cfg", "[flake8]\nmax-line-length = 100\n");
    desk.write("tools/setup.py", "print('no project')\n");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.settings = json!({"installer": "pip"});
    let mut titles = |file: &std::path::Path| -> Vec<String> {
        editor.open(file, &std::fs::read_to_string(file).expect("it is there"));
        let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
        let actions = editor.code_actions(file, &range).expect("actions");
        let titles = actions.iter().filter_map(|action| action["title"].as_str().map(str::to_owned));
        titles.filter(|title| title.starts_with("Install this project")).collect()
    };
    assert_eq!(titles(&lone), Vec::<String>::new());
    assert_eq!(titles(&tools), Vec::<String>::new());
    assert_eq!(titles(&built), ["Install this project into `.venv` (editable)"]);
}
