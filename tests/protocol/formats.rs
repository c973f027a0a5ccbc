//! From "no environment" to "nothing missing" in every format, with a real installer.

use std::path::Path;

use serde_json::{Value, json};
use test_support::client::uri_of;
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor, install_by_hand};

fn index() -> Index {
    Index::serve([
        Wheel::new("flask", "3.1.0"),
        Wheel::new("six", "1.17.0"),
        Wheel::new("pytest", "8.3.0"),
        Wheel::new("coverage", "7.6.0"),
        Wheel::new("tomli", "2.2.1"),
    ])
}

/// A file of one format that asks for `flask`, and then for `six` too.
struct Story {
    file: &'static str,
    /// `flask` alone.
    text: &'static str,
    /// What is put where, so that `six` is asked for too: in front of the first occurrence of the first text.
    addition: (&'static str, &'static str),
}

/// Opens the file, makes an environment by the action, asks for more, installs that by the action.
fn plays(story: &Story) {
    let index = index();
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write(story.file, story.text);
    let mut editor = desk.editor();
    editor.timeout = std::time::Duration::from_secs(120);
    editor.open(&file, story.text);
    let line = line_of(story.text, "flask");
    let found = editor.expect(&file, &[&format!("{line}:environment-missing")]);
    assert_eq!(found[0]["source"], "venv-lsp");

    let action = editor.action(&file, "flask", "Create `.venv` with Python");
    let title = action["title"].as_str().unwrap_or_default().to_owned();
    assert!(title.ends_with("and install 1 requirement"), "{title}");
    done(&mut editor, &action);
    editor.expect(&file, &[]);
    assert!(has(&desk.path(".venv"), "flask"), "nothing was installed");

    let (before, addition) = story.addition;
    let at = editor.range_of(&file, before)["start"].clone();
    editor.change_range(&file, &json!({"start": at, "end": at}), addition);
    let text = editor.text(&file).to_owned();
    editor.expect(&file, &[&format!("{}:requirement-not-installed", line_of(&text, "six"))]);
    let action = editor.action(&file, "six", "Install `six");
    done(&mut editor, &action);
    editor.expect(&file, &[]);
    assert!(has(&desk.path(".venv"), "six"), "nothing was installed");
}

#[test]
fn the_project_of_a_pyproject() {
    plays(&Story {
        file: "pyproject.toml",
        text: "[project]\nname = \"app\"\nversion = \"1\"\ndependencies = [\n    \"flask>=3\",\n]\n",
        addition: ("    \"flask", "    \"six ~= 1.17\",\n"),
    });
}

#[test]
fn a_project_of_poetry() {
    plays(&Story {
        file: "pyproject.toml",
        text: "[tool.poetry.dependencies]\npython = \"^3.9\"\nflask = \"^3.1\"\n",
        addition: ("flask", "six = { version = \"~1.17\" }\n"),
    });
}

#[test]
fn a_setup_cfg() {
    plays(&Story {
        file: "setup.cfg",
        text: "[metadata]\nname = app\n\n[options]\ninstall_requires =\n    flask>=3\n",
        addition: ("    flask", "    six\n"),
    });
}

#[test]
fn a_setup_py() {
    plays(&Story {
        file: "setup.py",
        text: "from setuptools import setup\n\nsetup(\n    name='app',\n    install_requires=[\n        'flask>=3',\n    ],\n)\n",
        addition: ("        'flask", "        'six',\n"),
    });
}

#[test]
fn an_environment_yml() {
    plays(&Story {
        file: "environment.yml",
        text: "name: app\ndependencies:\n  - python>=3.8\n  - numpy\n  - pip:\n    - flask>=3\n",
        addition: ("    - flask", "    - six\n"),
    });
}

#[test]
fn a_pipfile() {
    plays(&Story {
        file: "Pipfile",
        text: "[[source]]\nname = \"index\"\n\n[packages]\nflask = \">=3\"\n\n[requires]\npython_version = \"3\"\n",
        addition: ("flask", "six = {version = \"*\", markers = \"python_version > '3'\"}\n"),
    });
}

#[test]
fn a_script() {
    plays(&Story {
        file: "tool.py",
        text: "#!/usr/bin/env python\n# /// script\n# requires-python = \">=3.8\"\n# dependencies = [\n\
               #   \"flask\",\n# ]\n# ///\nimport flask\n",
        addition: ("#   \"flask", "#   \"six==1.17.0\",\n"),
    });
}

#[test]
fn extras_and_groups_count_when_most_of_them_is_there() {
    let text = "[project]\nname = \"app\"\nversion = \"1\"\ndependencies = [\"flask\"]\n\
                [project.optional-dependencies]\ntoml = [\"tomli\"]\n\
                [dependency-groups]\ntest = [\"pytest\", \"coverage\"]\n";
    let index = index();
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("pyproject.toml", text);
    let mut editor = desk.editor();
    editor.timeout = std::time::Duration::from_secs(120);
    editor.open(&file, text);
    editor.expect(&file, &["3:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv` with Python");
    done(&mut editor, &action);
    // Neither the extra nor the group was asked for, and neither is missed.
    editor.expect(&file, &[]);
    assert!(!has(&desk.path(".venv"), "pytest"), "a group was installed that nobody asked for");

    // Of an extra half, of a group all but one of three.
    editor.change(&file, &text.replace("\"coverage\"", "\"coverage\", \"six\""));
    for name in ["pytest", "six"] {
        let action = editor.action(&file, name, &format!("Install `{name}`"));
        done(&mut editor, &action);
    }
    editor.expect(&file, &["7:requirement-not-installed"]);
    let action = editor.action(&file, "coverage", "Install `coverage`");
    done(&mut editor, &action);
    editor.expect(&file, &[]);
    assert!(!has(&desk.path(".venv"), "tomli"), "more was installed than was asked for");
}

/// Most Python files ask for nothing: hardly anything may be said about them, and nothing watched.
#[test]
fn a_python_file_without_a_block_is_left_alone() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("app.py", "import flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "import flask\n");
    let start = json!({"line": 0, "character": 0});
    for _ in 0..20 {
        editor.change_range(&file, &json!({"start": start, "end": start}), "x = 1\n");
    }
    for (method, params) in [
        ("textDocument/hover", json!({"position": start})),
        ("textDocument/completion", json!({"position": start})),
        ("textDocument/formatting", json!({"options": {"tabSize": 4, "insertSpaces": true}})),
        ("textDocument/semanticTokens/full", json!({})),
    ] {
        let mut params = params;
        params["textDocument"] = json!({"uri": uri_of(&file)});
        assert_eq!(editor.request(method, params), Ok(Value::Null), "{method}");
    }
    let range = editor.range_of(&file, "flask");
    assert_eq!(editor.code_actions(&file, &range), Ok(Vec::new()));

    // Which environment serves it can be asked all the same.
    let answer = editor.request("venv-lsp/environment", json!({"uri": uri_of(&file)})).expect("an answer");
    assert_eq!(answer["environment"]["path"], json!(desk.path(".venv")));
    let told: Vec<Value> = editor.take_unread();
    let published = told.iter().filter(|it| it["method"] == "textDocument/publishDiagnostics").count();
    assert!(published <= 1, "{published} times nothing was published");
    let environments = told.iter().filter(|it| it["method"] == "venv-lsp/environmentChanged").count();
    assert_eq!(environments, 0, "an environment was looked for");

    // With a block it asks for something.
    let block = "# /// script\n# dependencies = [\"flask\", \"requests\"]\n# ///\nimport flask\n";
    editor.change(&file, block);
    editor.expect(&file, &["1:requirement-not-installed"]);
    install_by_hand(&desk.path(".venv"), "requests==2.0.0");
    editor.expect(&file, &[]);
    editor.change(&file, &block.replace("flask", "numpy"));
    editor.expect(&file, &["1:requirement-not-installed"]);
    editor.change(&file, "import flask\n");
    editor.expect(&file, &[]);
}

fn done(editor: &mut Editor, action: &Value) {
    let result = editor.execute(action).expect("the command is answered");
    assert_eq!(result["ok"], true, "{}: {result}", action["title"]);
}

fn has(environment: &Path, name: &str) -> bool {
    let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    let lib = environment.join(if cfg!(windows) { "Lib" } else { "lib" });
    let sites =
        entries(&lib).map(|python| python.path().join("site-packages")).chain([lib.join("site-packages")]);
    let prefix = format!("{name}-");
    sites
        .into_iter()
        .any(|site| entries(&site).any(|entry| entry.file_name().to_string_lossy().starts_with(&prefix)))
}

fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).expect("it is in the text")
}
