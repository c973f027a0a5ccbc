//! Environments that lie elsewhere than where they were made.

use std::path::Path;

use test_support::memory_system::{Call, MemorySystem};
use venv_analysis::facts::{Cure, Harm};

use crate::{codes, read, venv};

/// An environment at `/p/.venv` whose `activate` says `line`.
fn activated(line: &str) -> MemorySystem {
    let mut system = MemorySystem::linux(&venv("/p/.venv"));
    system.write("/p/.venv/bin/activate", format!("# a comment\ndeactivate () {{\n}}\n{line}\n"));
    system
}

#[track_caller]
fn check(system: &MemorySystem, expected: &[(&str, &str)]) {
    let found = read(system, "/p/.venv");
    let issues: Vec<_> = found.health.iter().map(|issue| (issue.code, issue.message.as_str())).collect();
    assert_eq!(issues, expected);
    for issue in &found.health {
        assert_eq!((issue.harm, &issue.cure), (Harm::Partial, &Cure::Recreate));
    }
    assert!(!found.is_broken(), "its Python works");
}

const MOVED: (&str, &str) = (
    "moved",
    "it was made as `/old/env` and moved, so its scripts and its `activate` lead nowhere: recreate the environment",
);

#[test]
fn activate_names_another_folder() {
    for line in [
        "VIRTUAL_ENV=\"/old/env\"",
        "VIRTUAL_ENV='/old/env'",
        "    VIRTUAL_ENV=$(cygpath \"/old/env\")\n    export VIRTUAL_ENV=/old/env",
    ] {
        check(&activated(line), &[MOVED]);
    }
    for line in [
        "VIRTUAL_ENV=\"/p/.venv\"",
        "VIRTUAL_ENV=''\"$(dirname -- \"$(dirname -- \"$(realpath -- \"$SCRIPT_PATH\")\")\")\"''",
        "VIRTUAL_ENV=\".venv\"",
        "",
    ] {
        check(&activated(line), &[]);
    }
}

#[test]
fn the_original_is_still_there() {
    let mut system = activated("VIRTUAL_ENV=/old/env");
    system.add("/old/env/pyvenv.cfg: home = /usr/bin");
    check(
        &system,
        &[(
            "copied",
            "it is a copy of `/old/env`, and its `bin/pip` installs into that one: recreate the environment",
        )],
    );
    system.remove("/p/.venv/lib/python3.12/site-packages/pip-24.0.dist-info");
    check(
        &system,
        &[(
            "copied",
            "it is a copy of `/old/env`, and its `activate` leads to that one: recreate the environment",
        )],
    );
}

#[test]
fn a_folder_with_two_names_was_not_moved() {
    let mut system = activated("VIRTUAL_ENV=/old/env");
    system.add("/old/env -> /p/.venv");
    check(&system, &[]);

    let mut system = activated("VIRTUAL_ENV=/projects/p/.venv");
    system.add("/projects -> /");
    system.write_script("/p/.venv/bin/pip", "#!/projects/p/.venv/bin/python\n");
    check(&system, &[]);
}

#[test]
fn a_relocatable_environment_may_be_moved() {
    let mut system = activated("VIRTUAL_ENV='/old/env'");
    system.write(
        "/p/.venv/pyvenv.cfg",
        "home = /usr/bin\nuv = 0.13.9\nversion_info = 3.12.1\nrelocatable = true\n",
    );
    check(&system, &[]);
}

#[test]
fn only_the_script_of_pip_may_lead_elsewhere() {
    // `python -m venv` over an environment that was moved writes a new `activate`, and leaves `pip` as it is.
    for script in [
        "#!/old/env/bin/python3.12\nimport sys\n",
        "#!/bin/sh\n'''exec' \"/old/env/bin/python\" \"$0\" \"$@\"\n' '''\n",
    ] {
        let mut system = activated("VIRTUAL_ENV=/p/.venv");
        system.write_script("/p/.venv/bin/pip", script);
        check(&system, &[MOVED]);
    }
    for script in [
        "#!/p/.venv/bin/python\n",
        "#!/usr/bin/env python3\n",
        "#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\" \"$@\"\n",
        "import pip\n",
    ] {
        let mut system = activated("VIRTUAL_ENV=/p/.venv");
        system.write_script("/p/.venv/bin/pip", script);
        check(&system, &[]);
    }
}

#[test]
fn a_command_that_names_the_folder_saves_a_look() {
    let with = |command: &str| {
        let mut system = activated("VIRTUAL_ENV=/old/env");
        let config = format!("home = /usr/bin\nversion = 3.12.1\ncommand = {command}\n");
        system.write("/p/.venv/pyvenv.cfg", config);
        system
    };
    let system = with("/usr/bin/python3 -m venv --prompt=\"my own\" /p/.venv");
    check(&system, &[]);
    let activate = Path::new("/p/.venv/bin/activate");
    assert!(!system.calls().iter().any(|(call, path)| *call == Call::Read && path == activate));
    check(&with("/usr/bin/python3 -m venv /old/env"), &[MOVED]);
    check(&with("/usr/bin/python3 -m venv /else/p/.venv"), &[MOVED]);
}

#[test]
fn what_cannot_be_used_is_looked_at_no_further() {
    let mut system = activated("VIRTUAL_ENV=/old/env");
    system.remove("/usr/bin/python3.12");
    assert_eq!(codes(&read(&system, "/p/.venv")), ["python-missing"]);
}

#[test]
fn environments_of_windows_are_moved_too() {
    let made_at = |path: &str| {
        let mut system = MemorySystem::windows(
            "
            C:/Python312/python.exe*
            C:/p/.venv/pyvenv.cfg: home = C:\\Python312 | version = 3.12.1
            C:/p/.venv/Scripts/python.exe*
            C:/p/.venv/Lib/site-packages/pip-24.0.dist-info/
            ",
        );
        let script = format!("    VIRTUAL_ENV=$(cygpath \"{path}\")\n    export VIRTUAL_ENV=\"{path}\"\n");
        system.write("C:/p/.venv/Scripts/activate", script);
        codes(&read(&system, "C:/p/.venv"))
    };
    assert_eq!(made_at("C:\\p\\.venv"), [""; 0]);
    assert_eq!(made_at("c:\\P\\.venv"), [""; 0]);
    assert_eq!(made_at("D:\\p\\.venv"), ["moved"]);
}
