//! What is wrong with environments, and that it is said.

use test_support::memory_system::MemorySystem;
use venv_analysis::facts::Cure;
use venv_discovery::{read_environment, with_stranded};

use crate::{codes, read, venv, version};

/// A healthy environment at `/p/.venv`, and what is done to it.
fn damaged(damage: impl FnOnce(&mut MemorySystem)) -> MemorySystem {
    let mut system = MemorySystem::linux(&venv("/p/.venv"));
    damage(&mut system);
    system
}

#[track_caller]
fn check(system: &MemorySystem, expected: &[(&str, &str)]) {
    let found = read(system, "/p/.venv");
    let issues: Vec<_> = found.health.iter().map(|issue| (issue.code, issue.message.as_str())).collect();
    assert_eq!(issues, expected);
    for (_, message) in issues {
        assert!(!message.contains('\n') && !message.ends_with('.'), "{message}");
    }
}

#[test]
fn a_healthy_environment_has_nothing_to_say() {
    check(&damaged(|_| {}), &[]);
}

#[test]
fn a_python_that_is_gone() {
    check(
        &damaged(|system| system.remove("/usr/bin/python3.12")),
        &[(
            "python-missing",
            "`bin/python` leads to `/usr/bin/python3.12`, which is gone: recreate the environment with an installed Python",
        )],
    );
    check(
        &damaged(|system| system.remove("/p/.venv/bin/python")),
        &[("python-missing", "`bin/python` is missing: recreate the environment")],
    );
}

#[test]
fn the_version_of_a_python_that_is_gone_is_still_known() {
    let system = damaged(|system| system.remove("/usr/bin/python3.12"));
    let found = read(&system, "/p/.venv");
    assert_eq!(version(&found), "3.12.1");
    assert!(found.has_pip());
}

#[test]
fn a_python_that_may_not_be_executed() {
    let system = damaged(|system| {
        system.remove("/p/.venv/bin/python");
        system.write("/p/.venv/bin/python", "");
    });
    check(
        &system,
        &[(
            "python-not-executable",
            "`bin/python` is no program that may be executed: recreate the environment",
        )],
    );
}

#[test]
fn a_copied_python_without_its_base() {
    let system = damaged(|system| {
        system.remove("/p/.venv/bin/python");
        system.add("/p/.venv/bin/python*");
        system.remove("/usr");
    });
    check(
        &system,
        &[(
            "base-python-missing",
            "the Python that it was made from is gone from `/usr/bin`: recreate the environment with an installed Python",
        )],
    );
    let windows = MemorySystem::windows(
        "
        C:/p/.venv/pyvenv.cfg: home = C:\\Python312 | include-system-site-packages = false | version = 3.12.1
        C:/p/.venv/Scripts/python.exe*
        C:/p/.venv/Scripts/activate
        C:/p/.venv/Lib/site-packages/
        ",
    );
    assert_eq!(codes(&read(&windows, "C:/p/.venv")), ["base-python-missing"]);
}

#[test]
fn a_home_that_leads_nowhere_does_no_harm_to_a_linked_python() {
    let system =
        damaged(|system| system.write("/p/.venv/pyvenv.cfg", "home = /gone/bin\nversion = 3.12.1\n"));
    check(&system, &[]);
}

#[test]
fn pyvenv_cfg_missing_or_spoilt() {
    check(
        &damaged(|system| system.remove("/p/.venv/pyvenv.cfg")),
        &[(
            "pyvenv-cfg-missing",
            "`pyvenv.cfg` is missing, so its Python works as the one that it was made from: recreate the environment",
        )],
    );
    let recreate = |problem: &str| format!("`pyvenv.cfg` {problem}: recreate the environment");
    check(
        &damaged(|system| system.write("/p/.venv/pyvenv.cfg", "")),
        &[("pyvenv-cfg-corrupt", &recreate("has no `home`"))],
    );
    check(
        &damaged(|system| system.write("/p/.venv/pyvenv.cfg", b"home = /usr/bin\nprompt = \xe4\n")),
        &[("pyvenv-cfg-corrupt", &recreate("is not UTF-8, so Python does not start"))],
    );
    check(
        &damaged(|system| {
            system.remove("/p/.venv/pyvenv.cfg");
            system.add("/p/.venv/pyvenv.cfg/");
        }),
        &[("pyvenv-cfg-corrupt", &recreate("is a folder"))],
    );
    check(
        &damaged(|system| system.forbid("/p/.venv/pyvenv.cfg")),
        &[(
            "pyvenv-cfg-unreadable",
            "this user may not read `pyvenv.cfg` (permission denied): make it readable again, or ask whoever owns it",
        )],
    );
    let mut large = b"home = /usr/bin\n".to_vec();
    large.resize((1 << 20) + 1, b'\n');
    check(
        &damaged(|system| system.write("/p/.venv/pyvenv.cfg", large)),
        &[("pyvenv-cfg-corrupt", &recreate("is far too large"))],
    );
}

/// `getpath.c` refuses what fills its buffer, since CPython 3.11.
#[test]
fn a_pyvenv_cfg_that_is_too_long_for_its_python() {
    let padded = |length: usize| {
        let mut text = b"home = /usr/bin\ninclude-system-site-packages = false\n".to_vec();
        text.resize(length, b'\n');
        text
    };
    let too_long =
        "`pyvenv.cfg` is larger than 32 KB, with which Python 3.12 does not start: recreate the environment";
    check(
        &damaged(|system| system.write("/p/.venv/pyvenv.cfg", padded(32 << 10))),
        &[("pyvenv-cfg-corrupt", too_long)],
    );
    check(&damaged(|system| system.write("/p/.venv/pyvenv.cfg", padded((32 << 10) - 1))), &[]);
    let older = |name: &str| {
        let mut system = MemorySystem::linux(&venv("/p/.venv").replace("python3.12", name));
        system.write("/p/.venv/pyvenv.cfg", padded(40 << 10));
        check(&system, &[]);
    };
    older("python3.10");
    older("pypy3.11");
}

const UNREACHABLE: &str = "which this user may not reach (permission denied): ask whoever owns it, or make an environment of your own";

#[test]
fn what_others_alone_may_look_at_is_not_gone() {
    let of_root = |tree: &str| {
        let mut system = damaged(|system| system.remove("/p/.venv/bin/python"));
        system.add("/root/py/bin/python3.12*");
        system.add(tree);
        system.forbid("/root");
        system
    };
    let system = of_root("/p/.venv/bin/python -> /root/py/bin/python3.12");
    let message = format!("`bin/python` leads to `/root/py/bin/python3.12`, {UNREACHABLE}");
    check(&system, &[("python-unreachable", &message)]);
    let system = of_root(
        "/p/.venv/bin/python*\n/p/.venv/pyvenv.cfg: home = /root/py/bin | version = 3.12.1 | include-system-site-packages = false",
    );
    let message = format!("the Python that it was made from is in `/root/py/bin`, {UNREACHABLE}");
    check(&system, &[("python-unreachable", &message)]);

    let mut system = MemorySystem::linux("/p/.venv -> /root/env\n/root/env/");
    system.forbid("/root");
    let message = format!("it is a link to `/root/env`, {UNREACHABLE}");
    check(&system, &[("redirect-broken", &message)]);
    system.write("/p/.venv", "/root/env\n");
    let message = format!("it is a file that leads to `/root/env`, {UNREACHABLE}");
    check(&system, &[("redirect-broken", &message)]);
}

#[test]
fn of_a_folder_that_may_not_be_looked_into_nothing_else_is_said() {
    let system = damaged(|system| system.forbid("/p/.venv"));
    let message = "this user may not look into its folder (permission denied): make it readable again, or ask whoever owns it";
    check(&system, &[("folder-unreadable", message)]);
    assert!(read(&system, "/p/.venv").is_unreadable());
}

#[test]
fn packages_that_cannot_be_read_are_told_along_with_the_rest() {
    let system = damaged(|system| {
        system.remove("/usr/bin/python3.12");
        system.remove("/p/.venv/bin/activate");
        system.forbid("/p/.venv/lib/python3.12/site-packages");
    });
    assert_eq!(codes(&read(&system, "/p/.venv")), ["python-missing", "site-packages-unreadable"]);
    let system = damaged(|system| {
        system.remove("/p/.venv/bin/activate");
        system.forbid("/p/.venv/lib/python3.12/site-packages");
    });
    assert_eq!(codes(&read(&system, "/p/.venv")), ["site-packages-unreadable"], "pip may well be in it");
}

#[test]
fn a_base_that_became_another_python() {
    let system = damaged(|system| {
        system.remove("/usr/bin/python3.12");
        system.add("/usr/bin/python3.13*\n/usr/bin/python3.12 -> python3.13");
    });
    check(
        &system,
        &[(
            "version-mismatch",
            "`bin/python` is Python 3.13 by now, but the packages are in `lib/python3.12`, where it does not look: recreate the environment",
        )],
    );
    let found = read(&system, "/p/.venv");
    assert_eq!(version(&found), "3.13");
    assert!(found.distributions.is_empty(), "this Python sees none of them");
    let with_all = with_stranded(&system, &found);
    assert!(with_all.distributions.find("pip").is_some(), "a successor can be given what the one before had");
}

#[test]
fn two_pythons_in_one_environment() {
    let system = damaged(|system| {
        system.write(
            "/p/.venv/pyvenv.cfg",
            "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.13.0\n",
        );
        system.add("/p/.venv/lib/python3.13/site-packages/six-1.17.0.dist-info/");
    });
    check(
        &system,
        &[(
            "two-pythons",
            "it was made twice, for Python 3.12 and for Python 3.13, and its parts no longer fit together: recreate the environment",
        )],
    );
    let found = read(&system, "/p/.venv");
    assert_eq!(version(&found), "3.12", "the executable decides, and not `pyvenv.cfg`");
    assert!(found.distributions.find("pip").is_some() && found.distributions.find("six").is_none());
}

#[test]
fn an_environment_of_another_platform() {
    let windows = "
        /p/.venv/pyvenv.cfg: home = C:\\Python312 | include-system-site-packages = false | version = 3.12.1
        /p/.venv/Scripts/python.exe*
        /p/.venv/Lib/site-packages/
    ";
    assert_eq!(codes(&read(&MemorySystem::linux(windows), "/p/.venv")), ["other-platform"]);
    let linux = "
        C:/p/.venv/pyvenv.cfg: home = /usr/bin | include-system-site-packages = false | version = 3.12.1
        C:/p/.venv/bin/python*
        C:/p/.venv/lib/python3.12/site-packages/
    ";
    assert_eq!(codes(&read(&MemorySystem::windows(linux), "C:/p/.venv")), ["other-platform"]);
}

#[test]
fn a_creation_that_stopped_half_way() {
    let system = damaged(|system| {
        system.remove("/p/.venv/bin/activate");
        system.remove("/p/.venv/lib/python3.12/site-packages/pip-24.0.dist-info");
    });
    assert_eq!(codes(&read(&system, "/p/.venv")), ["half-made"]);
}

#[test]
fn an_environment_without_pip_is_healthy() {
    let without_pip = |system: &mut MemorySystem| {
        system.remove("/p/.venv/lib/python3.12/site-packages/pip-24.0.dist-info");
    };
    check(&damaged(without_pip), &[]);
    let uv = damaged(|system| {
        without_pip(system);
        system.remove("/p/.venv/bin/activate");
        system.write(
            "/p/.venv/pyvenv.cfg",
            "home = /usr/bin\nuv = 0.13.9\nversion_info = 3.12.1\ninclude-system-site-packages = false\n",
        );
    });
    check(&uv, &[]);
}

#[test]
fn packages_that_cannot_be_read() {
    check(
        &damaged(|system| system.remove("/p/.venv/lib/python3.12/site-packages")),
        &[(
            "site-packages-missing",
            "`/p/.venv/lib/python3.12/site-packages` is missing: recreate the environment",
        )],
    );
    check(
        &damaged(|system| system.forbid("/p/.venv/lib/python3.12/site-packages")),
        &[(
            "site-packages-unreadable",
            "`/p/.venv/lib/python3.12/site-packages` cannot be read (permission denied), often after a `sudo pip install`: make its files yours again",
        )],
    );
}

#[test]
fn links_and_files_that_lead_nowhere() {
    let mut system = MemorySystem::linux("/p/.venv -> /srv/env\n/srv/other/");
    check(
        &system,
        &[(
            "redirect-broken",
            "it is a link to `/srv/env`, which is not there: create the environment again",
        )],
    );
    system.write("/p/.venv", "./gone\n");
    check(
        &system,
        &[(
            "redirect-broken",
            "it is a file that leads to `/p/gone`, which is not there: create the environment again, or write the right path into the file",
        )],
    );
    system.write("/p/.venv", "");
    check(&system, &[("redirect-broken", "it is an empty file: delete it and create the environment again")]);
    system.add("/p/folder/");
    system.write("/p/.venv", "folder\n");
    check(
        &system,
        &[(
            "redirect-broken",
            "it is a file that leads to `/p/folder`, which is no environment: delete the file or write the right path into it",
        )],
    );
}

#[test]
fn what_may_only_be_away_is_not_taken_for_gone() {
    let away = |text: &str, state: &str| {
        let mut system = MemorySystem::linux("/mnt/empty/\n/p/r.txt: six");
        let (what, target) = match text.strip_prefix("-> ") {
            Some(target) => {
                system.add(&format!("/p/.venv -> {target}"));
                ("link", target)
            }
            None => {
                system.write("/p/.venv", format!("{text}\n"));
                ("file", text)
            }
        };
        let verb = if what == "link" { "is a link to" } else { "is a file that leads to" };
        let message = format!(
            "it {verb} `{target}`, which is not there, and {state}: mount the disk that it lies on, or delete the {what}"
        );
        let found = read(&system, "/p/.venv").health;
        assert_eq!((&*found[0].message, &found[0].cure), (&*message, &Cure::ByHand));
    };
    away("-> /mnt/nfs/env", "`/mnt/nfs` is not there either");
    away("-> /mnt/empty/env", "`/mnt/empty` is empty");
    away("/mnt/nfs/env", "`/mnt/nfs` is not there either");
}

#[test]
fn a_file_of_somebody_elses_is_no_redirect() {
    let mut system = MemorySystem::linux("/p/r.txt: six");
    system.write("/p/.venv", "hello\n");
    let word = "it is a file with the word `hello`, which names no environment here: delete it, or write the path of an environment into it";
    let found = read(&system, "/p/.venv").health;
    assert_eq!((&*found[0].message, &found[0].cure), (word, &Cure::ByHand));
    system.write("/p/.venv", "notes/env\nmore of it\n");
    let more = "it is a file with more than a path in it: delete it, or write only the path of an environment into it (`/p/notes/env` is not there)";
    let found = read(&system, "/p/.venv").health;
    assert_eq!((&*found[0].message, &found[0].cure), (more, &Cure::ByHand));
}

#[test]
fn links_that_go_round_in_circles_end() {
    let system = MemorySystem::linux(
        "
        /p/.venv/pyvenv.cfg: home = /usr/bin | include-system-site-packages = false
        /p/.venv/bin/python -> python3
        /p/.venv/bin/python3 -> python
        /p/loop -> loop
        ",
    );
    let circle = "`bin/python` is a link, and the links go in a circle: recreate the environment with an installed Python";
    assert_eq!(read(&system, "/p/.venv").health[0].message, circle);
    let loops = read(&system, "/p/loop").health;
    assert_eq!(
        loops[0].message,
        "it is a link to `loop`, and the links go in a circle: create the environment again"
    );
    assert_eq!(
        read_environment(&system, "/p/loop".as_ref()).map(|found| codes(&found)),
        Some(vec!["redirect-broken"])
    );
}
