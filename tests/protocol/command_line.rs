//! `check`, `fix`, `env`, `requirements`, `rule`.

use std::process::Output;

use serde_json::{Value, json};
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::Desk;

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {} {}", text(output), String::from_utf8_lossy(&output.stderr))
    })
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

#[test]
fn check_shows_the_line_a_caret_and_the_fix() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==2.0.0", "pip==24.0"]);
    desk.write("requirements.txt", "flask>=3\nsix=1\n");
    let output = desk.run(["check"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(text(&output), @r"
    warning[requirement-version-mismatch]: `flask` 2.0.0 is installed in `.venv`, the file asks for `>=3`
     --> requirements.txt:1:6
      |
    1 | flask>=3
      |      ^^^
      |
    help: Upgrade `flask` from 2.0.0 to match `>=3` in `.venv`

    error[requirement-invalid]: pip needs `==`, not `=`
     --> requirements.txt:2:4
      |
    2 | six=1
      |    ^
      |
    help: Replace `=` with `==`

    2 problems in 1 file
    `venv-lsp fix` does what an environment and an installation can do about it
    ");
}

#[test]
fn check_in_json() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &[]);
    desk.write("sub/requirements.txt", "# é\nflask\n");
    let output = desk.run(["check", "sub", "--output-format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let records = json(&output);
    let record = &records[0];
    assert_eq!(record["file"], "sub/requirements.txt");
    assert_eq!(record["range"], json!({"start": {"line": 2, "column": 1}, "end": {"line": 2, "column": 6}}));
    assert_eq!(record["code"], "requirement-not-installed");
    assert_eq!(record["severity"], "warning");
    assert_eq!(record["environment"], json!(environment));
    assert_eq!(records.as_array().map(Vec::len), Some(1));
}

#[test]
fn check_for_machines() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    desk.write("requirements.txt", "flask\n");
    let github = text(&desk.run(["check", "--output-format", "github"]));
    assert_eq!(
        github,
        "::warning title=venv-lsp (requirement-not-installed),file=requirements.txt,line=1,col=1,endLine=1,\
         endColumn=6::`flask` is not installed in `.venv`\n"
    );
    let sarif = json(&desk.run(["check", "--output-format", "sarif"]));
    assert_eq!(sarif["version"], "2.1.0");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "requirement-not-installed");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["endColumn"], 6);
}

#[test]
fn check_selects_and_ignores() {
    let desk = Desk::new();
    desk.environment(".venv", &[]);
    desk.write("requirements.txt", "flask\nsix=1\n");
    let codes = |arguments: &[&str]| -> Vec<String> {
        let records = json(&desk.run(["check", "--output-format", "json"].iter().chain(arguments)));
        let records = records.as_array().cloned().unwrap_or_default();
        records.iter().map(|record| record["code"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(codes(&["--select", "requirement-invalid"]), ["requirement-invalid"]);
    assert_eq!(codes(&["--ignore", "requirement-invalid"]), ["requirement-not-installed"]);
    assert_eq!(desk.run(["check", "--select", "nonsense"]).status.code(), Some(2));
}

#[test]
fn check_searches_folders_and_keeps_out_of_environments() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &["six==1.17.0"]);
    std::fs::write(environment.join("lib/python3.12/site-packages/requirements.txt"), "nonsense here\n")
        .unwrap();
    desk.write("node_modules/x/requirements.txt", "nonsense here\n");
    desk.write("ignored/requirements.txt", "nonsense here\n");
    desk.write(".gitignore", "ignored/\n");
    desk.write("requirements/base.in", "six\n");
    desk.write("constraints.txt", "six<2\n");
    let output = desk.run(["check"]);
    assert_eq!(text(&output), "No problems in 2 files\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_cannot_be_done_has_status_2() {
    let desk = Desk::new();
    for arguments in [vec!["check", "nowhere.txt"], vec!["env", "nowhere"], vec!["rule", "nonsense"]] {
        let output = desk.run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?} says why");
    }
}

#[test]
fn a_folder_that_asks_for_nothing_is_clean() {
    let desk = Desk::new();
    let output = desk.run(["check", "--output-format", "json"]);
    assert_eq!((output.status.code(), text(&output).trim()), (Some(0), "[]"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no file that asks for packages was found"));
}

#[test]
fn a_file_that_is_not_text_is_a_finding() {
    let desk = Desk::new();
    desk.environment(".venv", &["six==1.17.0"]);
    desk.write("requirements.txt", b"six\n\xff\xfe\xfd\n");
    let output = desk.run(["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("requirement-invalid"), "{}", text(&output));
    let utf16: Vec<u8> = "\u{feff}six\nflask\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    desk.write("requirements.txt", utf16);
    assert!(text(&desk.run(["check"])).contains("`flask` is not installed"));
    desk.write("requirements.txt", "\u{feff}six\n");
    assert_eq!(desk.run(["check"]).status.code(), Some(0));
}

#[test]
fn env_says_which_and_why() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &["Flask==3.0.0"]);
    desk.write("learn/app.py", "");
    let output = desk.run(["env", "learn/app.py", "--output-format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let answer = json(&output);
    let found = &answer["environment"];
    assert_eq!(found["path"], json!(environment));
    assert_eq!(found["kind"], "venv");
    assert_eq!(found["origin"], "nearest");
    assert_eq!(found["reason"], "`.venv` one folder up");
    assert_eq!(
        found["python"],
        json!({"version": "3.12.1", "implementation": "cpython", "executable": environment.join("bin/python")})
    );
    assert_eq!(found["installed"][0]["name"], "Flask");
    assert_eq!(found["health"], json!([]));
    let said = text(&desk.run(["env", "learn/app.py"]));
    assert!(said.contains("`.venv` one folder up"), "{said}");
    let none = Desk::new();
    assert_eq!(none.run(["env"]).status.code(), Some(1));
}

#[test]
fn requirements_has_a_record_for_each_line() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    desk.write(
        "requirements.txt",
        "# c\nFlask[async] >=2, <4 ; python_version > '3' # x\n--index-url https://example.org/simple\nsix=1\n\
         -e git+https://example.org/x.git#egg=x\n",
    );
    let output = desk.run(["requirements", "requirements.txt", "--output-format", "json"]);
    assert_eq!(output.status.code(), Some(1), "one line is an error");
    let records = json(&output);
    assert_eq!(records.as_array().map(Vec::len), Some(4));
    let flask = &records[0];
    assert_eq!(flask["kind"], "requirement");
    assert_eq!(flask["line"], 2);
    assert_eq!(flask["name"], "Flask");
    assert_eq!(flask["specifier"], ">=2,<4");
    assert_eq!(flask["extras"], json!(["async"]));
    assert_eq!(flask["marker"], "python_version > \"3\"");
    assert_eq!(flask["applies"], true);
    assert_eq!(flask["installed"], "3.0.0");
    assert_eq!(flask["satisfied"], true);
    assert_eq!(records[1]["kind"], "option");
    assert_eq!(records[2]["kind"], "error");
    assert_eq!(records[3]["editable"], true);
    assert_eq!(records[3]["name"], "x");
}

#[test]
fn requirements_says_of_each_line_what_pip_makes_of_it() {
    let desk = Desk::new();
    desk.write(
        "requirements.txt",
        "six==1.\\\n0 ; os_\\\nname == 'nt' and (extra=='A_b' or \\\n python_version in '3.8')\n\
         ./a-1.0%2Bb-py3-none-any.whl\nhttps://e.example/A_b-1.0%2Bb-py3-none-any.whl ; os_name=='nt'\n\
         -e git://e.example/x.git#egg=x\ntool==${TOOL_VERSION}${UNSET}\nother==${OTHER_VERSION}\ngit@e.example:x/y.git\nlast \\\n",
    );
    let mut command = desk.command();
    command.env("TOOL_VERSION", "2.0").env("OTHER_VERSION", "latest");
    let output =
        command.args(["requirements", "requirements.txt", "--output-format", "json"]).output().unwrap();
    let records = json(&output);
    let column = |key: &str| -> Vec<Value> {
        records.as_array().into_iter().flatten().map(|record| record[key].clone()).collect()
    };
    let kinds = [
        "requirement",
        "error",
        "requirement",
        "requirement",
        "requirement",
        "error",
        "requirement",
        "requirement",
    ];
    assert_eq!(column("kind"), kinds);
    assert_eq!(column("line"), [1, 5, 6, 7, 8, 9, 10, 11]);
    assert_eq!(column("end_line"), [4, 5, 6, 7, 8, 9, 10, 11]);
    assert_eq!(records[0]["specifier"], "==1.0");
    assert_eq!(records[0]["marker"], "os_name == \"nt\" and (extra == \"a-b\" or python_version in \"3.8\")");
    assert_eq!(records[2]["specifier"], "==1.0+b", "the name of a wheel says it");
    assert_eq!(records[2]["name"], "a-b", "in the form that pip gives it");
    assert_eq!(records[2]["marker"], "os_name == \"nt\"");
    assert_eq!(records[3]["url"], "git+git://e.example/x.git#egg=x");
    // What is set is put in, and what is not set could be anything.
    assert_eq!(records[4]["raw"], "tool==${TOOL_VERSION}${UNSET}");
    assert!(records[5]["message"].as_str().is_some_and(|message| message.contains("`latest`")), "{records}");
    // pip reads this as `git @ …`, and fails only when it comes to it.
    assert_eq!(records[6]["name"], "git");
    assert!(
        records[6]["message"].as_str().is_some_and(|message| message.contains("git+ssh://")),
        "{records}"
    );
}

/// One file of each format, each of which asks for `flask`.
const FORMATS: [(&str, &str); 8] = [
    ("Pipfile", "[packages]\nflask = '*'\n"),
    ("environment.yml", "dependencies:\n  - pip:\n    - flask\n"),
    (
        "pylock.toml",
        "lock-version = '1.0'\ncreated-by = 'x'\n[[packages]]\nname = 'flask'\nversion = '3.0.0'\n\
         [packages.archive]\nurl = 'https://example.org/flask-3.0.0.tar.gz'\nhashes = {sha256 = 'aa'}\n",
    ),
    ("pyproject.toml", "[project]\nname = 'app'\nversion = '1'\ndependencies = ['flask']\n"),
    ("requirements.txt", "flask\n"),
    ("setup.cfg", "[options]\ninstall_requires =\n    flask\n"),
    ("setup.py", "from setuptools import setup\nsetup(install_requires=['flask'])\n"),
    ("tool.py", "# /// script\n# dependencies = ['flask']\n# ///\n"),
];

#[test]
fn folders_are_searched_for_every_format() {
    let desk = Desk::new();
    let environment = desk.environment(".venv", &["pip==24.0"]);
    for (name, text) in FORMATS {
        desk.write(&format!("a/{name}"), text);
        std::fs::write(environment.join("lib/python3.12/site-packages").join(name), text).expect("a file");
    }
    desk.write("a/app.py", "import flask\n");
    desk.write("a/tox.ini", "[testenv]\ndeps = flask\n");
    let records = json(&desk.run(["check", ".", "--output-format", "json"]));
    let found: Vec<_> =
        records.as_array().into_iter().flatten().map(|it| (it["file"].clone(), it["code"].clone())).collect();
    let files: Vec<String> = FORMATS.iter().map(|(name, _)| format!("a/{name}")).collect();
    let wanted: Vec<(Value, Value)> =
        files.iter().map(|file| (json!(file), json!("requirement-not-installed"))).collect();
    assert_eq!(found, wanted);

    let words = ["requirements", "--output-format", "json"].into_iter();
    let records = json(&desk.run(words.chain(files.iter().map(String::as_str))));
    assert_eq!(records.as_array().map(Vec::len), Some(files.len()));
    for (record, file) in records.as_array().into_iter().flatten().zip(&files) {
        assert_eq!((&record["file"], &record["kind"]), (&json!(file), &json!("requirement")), "{record}");
        assert_eq!((&record["name"], &record["satisfied"]), (&json!("flask"), &json!(false)), "{record}");
    }
}

#[test]
fn requirements_are_shown_list_by_list() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0", "a-name-that-is-rather-long==0.1", "pip==24.0"]);
    desk.write(
        "pyproject.toml",
        "[project]\nname = 'app'\nversion = '1'\ndependencies = [\n    'flask[async]>=3',\n    'six',\n]\n\
         [project.optional-dependencies]\ndocs = ['a-name-that-is-rather-long>=1.2.3,<4.5.6,!=2.0.1']\n\
         [dependency-groups]\ntest = ['pytest; os_name == \"none\"', '=']\n",
    );
    let output = desk.run(["requirements", "pyproject.toml"]);
    assert_eq!(output.status.code(), Some(1), "there is an error in it");
    let text = text(&output);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    insta::assert_snapshot!(text, @r"
    pyproject.toml
      project.dependencies
        5  flask[async] >=3                         installed 3.0.0
        6  six                                      not installed
      project.optional-dependencies.docs
        9  a-name-that-is-rather-long >=1.2.3,<4.5.6,!=2.0.1
               installed 0.1, not as asked
      dependency-groups.test
       11  pytest                                   not for this environment
       11  =
               error: a package name must come before `=`
    ");
}

#[test]
fn fix_installs_what_the_lists_in_use_ask_for() {
    let names = ["flask", "pytest", "coverage", "sphinx"];
    let index = Index::serve(names.map(|name| Wheel::new(name, "1.0")));
    let mut desk = Desk::new();
    desk.use_index(&index);
    let text = "[project]\nname = 'app'\nversion = '1'\ndependencies = ['flask']\n\
                [project.optional-dependencies]\ndocs = ['sphinx']\n\
                [dependency-groups]\ndev = ['pytest']\nslow = ['coverage']\n";
    desk.write("pyproject.toml", text);
    let output = desk.run(["fix", "--installer", "pip"]);
    let said = format!("{}{}", self::text(&output), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{said}");
    let env = json(&desk.run(["env", ".", "--output-format", "json"]));
    let installed: Vec<_> = env["environment"]["installed"].as_array().expect("a list").iter().collect();
    let has = |name: &str| installed.iter().any(|it| it["name"] == name);
    assert_eq!(names.map(has), [true, true, false, false], "{said}");
}

#[test]
fn rules_are_listed_and_explained() {
    let desk = Desk::new();
    let list = text(&desk.run(["rule"]));
    assert!(list.lines().count() >= 9 && list.lines().all(|line| line.chars().count() <= 110), "{list}");
    assert!(text(&desk.run(["rule", "environment-missing"])).starts_with("# environment-missing\n"));
}

#[test]
fn fix_makes_and_fills_one_environment_for_the_folder() {
    let index = Index::serve([Wheel::new("flask", "3.0.0"), Wheel::new("six", "1.17.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.write("a/requirements.txt", "flask\n");
    desk.write("b/requirements.txt", "six\nflask\n");
    let dry = desk.run(["fix", "--dry-run", "--installer", "pip"]);
    assert_eq!(dry.status.code(), Some(0));
    assert!(text(&dry).contains("-m venv"), "{}", text(&dry));
    assert!(!desk.path(".venv").exists(), "a dry run does nothing");
    let output = desk.run(["fix", "--installer", "pip"]);
    let said = format!("{}{}", text(&output), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("No problems in 2 files"), "{said}");
    assert!(desk.path(".venv/pyvenv.cfg").exists());
    assert!(!desk.path("a/.venv").exists() && !desk.path("b/.venv").exists());
}

#[test]
fn fix_says_what_it_could_not_do() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.write("requirements.txt", "no-such-thing-at-all\n");
    let output = desk.run(["fix", "--installer", "pip"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("failed") && said.contains("no-such-thing-at-all"), "{said}");
    assert_eq!(desk.run(["fix", "--python", "9.9"]).status.code(), Some(1), "there is an environment now");
    let empty = Desk::new();
    empty.write("requirements.txt", "six\n");
    assert_eq!(empty.run(["fix", "--python", "9.9"]).status.code(), Some(2), "there is no such Python");
}

#[test]
fn passwords_are_not_shown_to_people() {
    let desk = Desk::new();
    desk.write(
        "requirements.txt",
        "six @ https://me:hunter2@example.org/six.zip\n-i https://me:hunter2@example.org/simple\n-r ftp//me:hunter2@host/x\n\
         https://me:hunter2@example.org/flask.zip\n",
    );
    for command in ["requirements", "check"] {
        let said = text(&desk.run([command, "requirements.txt"]));
        assert!(said.contains("example.org"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn fix_refuses_where_no_python_is_what_the_file_asks_for() {
    let desk = Desk::new();
    desk.write(
        "pyproject.toml",
        "[project]\nname = 'p'\nversion = '1'\nrequires-python = '>=3.99'\ndependencies = ['six']\n",
    );
    let output = desk.run(["fix", "--installer", "pip"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("`project.requires-python` asks for Python `>=3.99`"), "{said}");
    assert!(!desk.path(".venv").exists(), "{said}");
}

#[test]
fn an_environment_that_is_named_and_is_none_is_not_replaced_by_another() {
    let desk = Desk::new();
    desk.environment(".venv", &["six==1.17.0"]);
    desk.write("requirements.txt", "flask\n");
    desk.write("other/notes.txt", "");
    for (name, reason) in [("typo", "nothing is there"), ("other", "this is no environment")] {
        let named = desk.path(name).display().to_string();
        for command in ["check", "fix"] {
            let output = desk.run([command, "--environment", &named]);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(said.contains(reason) && said.contains(name), "{said}");
        }
    }
}

#[test]
fn what_a_variable_holds_is_not_repeated() {
    let index = Index::serve([Wheel::new("six", "1.17.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.set("OUR_TOKEN", "SuperSecret");
    let url = index.url().replace("/simple", "/${OUR_TOKEN}/simple");
    desk.write("requirements.txt", format!("--index-url {url}\nsix\n"));
    let output = desk.run(["fix", "--installer", "pip"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("Looking in indexes: ") && said.contains("/***/simple"), "{said}");
    assert!(!said.contains("SuperSecret"), "{said}");
}

#[test]
fn warnings_are_messages_like_any_other() {
    let index = Index::serve([Wheel::new("six", "1.17.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.write("requirements.txt", "six\n");
    let file = desk.write("file", "");
    desk.set("XDG_STATE_HOME", file.join("state").to_string_lossy());
    let output = desk.run(["fix", "--installer", "pip"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("\nvenv-lsp: `") || said.starts_with("venv-lsp: "), "{said}");
    assert!(!said.contains("WARN") && !said.contains("venv_lsp::"), "{said}");
    assert!(said.contains("Created `.venv` and installed 1 requirement"), "{said}");
}

#[test]
fn without_a_temporary_folder_it_is_said_what_to_do() {
    let mut desk = Desk::new();
    desk.write("requirements.txt", "six\n");
    desk.set("TMPDIR", desk.path("gone").to_string_lossy());
    desk.set("TEMP", desk.path("gone").to_string_lossy());
    let output = desk.run(["fix", "--installer", "pip"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("gone` is not there: make that folder, or name another one with the variable"),
        "{said}"
    );
}
