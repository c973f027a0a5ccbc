//! A requirement that is taken away leaves the others as they were, however its list is written.

use test_support::fixture::Fixture;
use venv_analysis::{Manifest, check};

/// Modules of Python, each of which can go.
const NAMES: [&str; 3] = ["os", "json", "time"];

/// Between `[` and the first item.
const OPENINGS: [&str; 4] = ["", " ", "\n    ", " # note\n\n    "];
const BETWEEN: [&str; 7] =
    [",", ", ", " , ", ",\n    ", ",  # note\n    ", "\n    , ", ",\n    # note\n    "];
/// Between the last item and `]`.
const CLOSINGS: [&str; 8] = ["", " ", ",", ", ", "\n", ",\n", ",  # note\n", "  # note\n"];

fn names(manifest: &Manifest) -> Vec<String> {
    manifest.entries().filter_map(|entry| Some(entry.name()?.text.to_string())).collect()
}

/// Takes away one requirement after the other, in both orders, and each alone. Returns how many were.
#[track_caller]
fn take_away(path: &str, text: &str) -> usize {
    let mut count = 0;
    let whole = Manifest::parse(path.into(), text.into());
    let errors = whole.errors().count();
    let all = names(&whole);
    for first in 0..all.len() {
        let mut text = text.to_owned();
        let mut left = all.clone();
        let mut number = first;
        while !left.is_empty() {
            let fixture = Fixture::parse(&format!("#- {path}\n"));
            let manifest = Manifest::parse(path.into(), text.as_str().into());
            let context = venv_analysis::Context { manifest: &manifest, ..fixture.context() };
            let found = check(&context);
            let mut edits = found.iter().filter(|found| found.rule.code == "requirement-in-stdlib");
            let edit = edits.nth(number).and_then(|found| found.edit.clone());
            let edit = edit.unwrap_or_else(|| panic!("number {number} can go from\n{text}\n{found:#?}"));
            let before = text.clone();
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
            left.remove(number);
            let now = Manifest::parse(path.into(), text.as_str().into());
            let wrong: Vec<String> = now.errors().map(|error| error.message).collect();
            assert!(
                names(&now) == left && wrong.len() <= errors,
                "{path}\n--- number {number} of\n{before}\n--- gives\n{text}\n--- with {wrong:?}"
            );
            count += 1;
            number = number.saturating_sub(1);
        }
    }
    count
}

/// Every way to write a list with `[` and `]`, around which is `frame`, with `@` for the list.
fn every_list(path: &str, frame: &str, comment_out: bool) {
    for opening in OPENINGS {
        for between in BETWEEN {
            for closing in CLOSINGS {
                for count in 1..=NAMES.len() {
                    let items: Vec<String> =
                        NAMES[..count].iter().map(|name| format!("\"{name}\"")).collect();
                    let list = format!("[{opening}{}{closing}]", items.join(between));
                    let mut text = frame.replace('@', &list);
                    if comment_out {
                        let lines = text.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n");
                        text = format!("#!/usr/bin/env python\n{}print(1)\n", lines.collect::<String>());
                    }
                    assert!(take_away(path, &text) >= count, "{text}");
                }
            }
        }
    }
}

#[test]
fn from_lists_of_a_pyproject_toml() {
    every_list("/p/pyproject.toml", "[project]\nname = \"x\"\ndependencies = @\nversion = \"1\"\n", false);
}

#[test]
fn from_lists_in_the_block_of_a_script() {
    every_list("/p/tool.py", "/// script\ndependencies = @\n///\n", true);
}

#[test]
fn from_lists_of_a_setup_py() {
    every_list(
        "/p/setup.py",
        "from setuptools import setup\nsetup(\n    name=\"x\",\n    install_requires=@,\n)\n",
        false,
    );
}

#[test]
fn from_tables() {
    for text in [
        "[tool.poetry.dependencies]\nos = \"*\"\njson = {version = \"^1\", extras = [\"a\"]}\ntime = \"~1.2\" # note\n",
        "[tool.poetry]\nname = \"x\"\n\n[tool.poetry.dependencies]\npython = \"^3.9\"\nos = \"*\"\n\njson = \"1\"\n[tool.poetry.group.dev.dependencies]\ntime = \"*\"\n",
    ] {
        assert!(take_away("/p/pyproject.toml", text) >= 3, "{text}");
    }
    let text = "[packages]\nos = \"*\"\njson = {version = \"==1\"}\n\n[dev-packages]\n\"time\" = \"*\"\n";
    assert!(take_away("/p/Pipfile", text) >= 3, "{text}");
}

#[test]
fn from_lines() {
    for text in [
        "os\njson\ntime\n",
        "os # note\n\njson==1 \\\n  --hash=sha256:ab\ntime",
        "\u{feff}os\r\njson\r\ntime\r\n",
    ] {
        assert!(take_away("/p/requirements.txt", text) >= 3, "{text}");
    }
    for text in [
        "[options]\ninstall_requires =\n    os\n    json >= 1\n\n    time\npython_requires = >=3.8\n",
        "[options]\ninstall_requires = os; json ;time\n",
        "[options]\ninstall_requires = os\nsetup_requires = json\n\n[options.extras_require]\na =\n  # note\n  time\n",
    ] {
        assert!(take_away("/p/setup.cfg", text) >= 3, "{text}");
    }
    for text in [
        "dependencies:\n  - numpy\n  - pip:\n    - os\n    - json>=1  # note\n    - \"time\"\nname: x\n",
        "dependencies:\n- pip:\n  - os\n  - json\n  - time\n",
        "dependencies: [pip, {pip: [os, json, 'time']}]\n",
        "dependencies:\n- pip:  # note\n  # another\n  - os # why\n  - json\n\n  - time",
        "dependencies:\r\n- pip:\r\n  - os\r\n  - json\r\n  - time\r\nname: x\r\n",
    ] {
        assert!(take_away("/p/environment.yml", text) >= 3, "{text}");
    }
}

#[test]
fn the_last_item_leaves_an_empty_list_to_conda() {
    let left = |text: &str| {
        let fixture = Fixture::parse("#- /p/environment.yml\n");
        let manifest = Manifest::parse("/p/environment.yml".into(), text.into());
        let context = venv_analysis::Context { manifest: &manifest, ..fixture.context() };
        let edit = check(&context).into_iter().find_map(|found| found.edit).expect("it can go");
        let mut text = text.to_owned();
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        text
    };
    assert_eq!(left("dependencies:\n  - pip:\n    - os\nname: x\n"), "dependencies:\n  - pip: []\nname: x\n");
    assert_eq!(
        left("dependencies:\n  - pip:  # a\n    # b\n    - os # c\n    # d\n  - numpy\n"),
        "dependencies:\n  - pip: []  # a\n    # b\n    # d\n  - numpy\n"
    );
    assert_eq!(left("dependencies:\n- pip:\n  - os"), "dependencies:\n- pip: []\n");
    assert_eq!(left("dependencies:\n- pip: [os]\n"), "dependencies:\n- pip: []\n");
    // A list of one text, which is empty.
    assert_eq!(left("dependencies:\n- pip:\n  - |\n    os\n"), "dependencies:\n- pip:\n  - |\n");
    assert_eq!(left("dependencies:\n- pip:\n  - os\n  - {a: b}\n"), "dependencies:\n- pip:\n  - {a: b}\n");
}
