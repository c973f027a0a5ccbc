//! `venv-lsp fix --uninstall-unused`: the same as in the editor, on the command line.

use std::process::Output;
#[cfg(unix)]
use std::time::Duration;

use test_support::index::Index;
#[cfg(unix)]
use test_support::terminal::Terminal;
use test_support::wheel::Wheel;

use crate::desk::Desk;

const LIST: &str = "No file asks for 2 distributions in `.venv`:\n  left 1.0\n  right 2.0\n";

/// An environment with two distributions for which no file asks any more.
fn desk(index: &Index) -> Desk {
    let mut desk = Desk::new();
    desk.use_index(index);
    desk.write("requirements.txt", "flask\nleft\nright\n");
    assert!(desk.run(["fix", "--installer", "pip"]).status.success(), "the environment is made");
    desk.write("requirements.txt", "flask\n");
    desk
}

fn index() -> Index {
    Index::serve([
        Wheel::requiring("flask", "3.0.0", &["click"]),
        Wheel::new("click", "8.0"),
        Wheel::new("left", "1.0"),
        Wheel::new("right", "2.0"),
    ])
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn has(desk: &Desk, name: &str) -> bool {
    let output = desk.run(["env", "--output-format", "json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let installed = told["environment"]["installed"].as_array().expect("a list");
    installed.iter().any(|found| found["name"] == name)
}

#[test]
fn without_a_terminal_it_takes_a_yes() {
    let index = index();
    let desk = desk(&index);
    let output = desk.run(["fix", "--installer", "pip", "--uninstall-unused"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert_eq!(
        said(&output),
        format!(
            "{LIST}venv-lsp: there is no terminal to ask on, so nothing is uninstalled; `--yes` does it without a question\n"
        )
    );
    assert!(has(&desk, "left") && has(&desk, "right"));
    let output = desk.run(["fix", "--installer", "pip", "--uninstall-unused", "--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).starts_with(LIST), "{}", said(&output));
    assert!(said(&output).ends_with("Uninstalled 2 distributions from `.venv`\n"), "{}", said(&output));
    assert!(!has(&desk, "left") && !has(&desk, "right"));
    assert!(has(&desk, "flask") && has(&desk, "click") && has(&desk, "pip"));
    let output = desk.run(["fix", "--installer", "pip", "--uninstall-unused"]);
    assert_eq!((output.status.code(), &*said(&output)), (Some(0), ""), "nothing is left");
    let output = desk.run(["fix", "--yes"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
}

#[test]
fn a_dry_run_says_what_would_go() {
    let index = index();
    let desk = desk(&index);
    let output = desk.run(["fix", "--installer", "pip", "--uninstall-unused", "--dry-run"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let plan = String::from_utf8_lossy(&output.stdout);
    let list: String = LIST.lines().map(|line| format!("# {line}\n")).collect();
    assert!(plan.starts_with(&list), "{plan}");
    assert!(plan.contains("-m pip uninstall --yes"), "{plan}");
    assert!(has(&desk, "left") && has(&desk, "right"));
}

/// Unknown is not absent.
#[test]
fn what_cannot_be_read_may_ask_for_it() {
    let index = index();
    let desk = desk(&index);
    let all = ["fix", "--installer", "pip", "--uninstall-unused", "--yes"];
    let one = ["fix", "requirements.txt", "--installer", "pip", "--uninstall-unused", "--yes"];
    for (file, text, reason) in [
        ("docs/requirements.txt", &b"left\n\xff\xfe\x00"[..], "cannot be read"),
        (
            "docs/requirements.txt",
            b"left === = 1 2\n",
            "Not all that `requirements.txt` asks for can be told",
        ),
        ("docs/requirements.txt", b"-r missing.txt\n", "What `requirements.txt` includes cannot be read"),
    ] {
        let path = desk.write(file, text);
        for arguments in [&all[..], &one[..]] {
            let output = desk.run(arguments);
            assert_eq!(output.status.code(), Some(1), "{reason}: {}", said(&output));
            assert!(said(&output).contains(reason), "{reason}: {}", said(&output));
            assert!(said(&output).contains("so nothing is uninstalled"), "{}", said(&output));
            assert!(has(&desk, "left"));
        }
        std::fs::remove_file(path).expect("it is removed");
    }
    // A file elsewhere in the folder that asks for one of the two keeps it.
    desk.write("tools/dev-requirements.txt", "Right\n");
    let output = desk.run(one);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(!has(&desk, "left") && has(&desk, "right"));
}

#[cfg(unix)]
#[test]
fn on_a_terminal_it_asks() {
    let index = index();
    let desk = desk(&index);
    for (answer, is_yes) in [("", false), ("n", false), ("\u{4}", false), ("y", true)] {
        let mut command = desk.command();
        command.args(["fix", "--installer", "pip", "--uninstall-unused"]);
        let mut terminal = Terminal::start(command, Duration::from_secs(120)).expect("it starts");
        let shown = terminal.wait_for("[y/N] ").expect("it asks");
        let list = LIST.replace('\n', "\r\n");
        assert_eq!(shown, format!("{list}Uninstall them? [y/N] "));
        terminal.enter(answer).expect("it is typed");
        let (shown, status) = terminal.end().expect("it ends");
        assert_eq!(status.code(), Some(if is_yes { 0 } else { 1 }), "{shown}");
        let last =
            if is_yes { "Uninstalled 2 distributions from `.venv`" } else { "Nothing was uninstalled" };
        assert!(shown.contains(last), "{shown}");
        assert_eq!((has(&desk, "left"), has(&desk, "flask")), (!is_yes, true));
    }
}
