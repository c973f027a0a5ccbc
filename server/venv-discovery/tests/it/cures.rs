//! How bad it is, and what puts it right.

use std::path::PathBuf;

use test_support::memory_system::MemorySystem;
use venv_analysis::facts::{Cure, Harm, HealthIssue};

use crate::{codes, read, venv};

fn damaged(damage: impl FnOnce(&mut MemorySystem)) -> Vec<HealthIssue> {
    let mut system = MemorySystem::linux(&venv("/p/.venv"));
    damage(&mut system);
    read(&system, "/p/.venv").health
}

#[track_caller]
fn check(found: &[HealthIssue], code: &str, harm: Harm, cure: &Cure) {
    let [issue] = found else { panic!("one thing is wrong: {found:?}") };
    assert_eq!((issue.code, issue.harm, &issue.cure), (code, harm, cure));
}

/// A program for Linux, in the way that its first bytes say so.
fn elf(machine: u8) -> String {
    let mut head = b"\x7fELF\x02\x01\x01".to_vec();
    head.resize(18, 0);
    head.extend([machine, 0]);
    String::from_utf8(head).expect("machines below 128 are text")
}

#[test]
fn what_is_provably_an_environment_can_be_made_anew() {
    let recreate = &Cure::Recreate;
    check(
        &damaged(|system| system.remove("/usr/bin/python3.12")),
        "python-missing",
        Harm::Unusable,
        recreate,
    );
    check(
        &damaged(|system| system.remove("/p/.venv/pyvenv.cfg")),
        "pyvenv-cfg-missing",
        Harm::Unusable,
        recreate,
    );
    check(
        &damaged(|system| system.write("/p/.venv/pyvenv.cfg", "")),
        "pyvenv-cfg-corrupt",
        Harm::Unusable,
        recreate,
    );
}

#[test]
fn a_folder_that_proves_nothing_is_left_alone() {
    let found = damaged(|system| {
        system.remove("/p/.venv/pyvenv.cfg");
        system.remove("/p/.venv/lib");
        system.remove("/p/.venv/bin/activate");
    });
    assert_eq!((found[0].code, &found[0].cure), ("pyvenv-cfg-missing", &Cure::ByHand));

    let system = MemorySystem::linux("/p/.venv -> /gone");
    let replace = |what: &str| Cure::Replace(what.into());
    check(
        &read(&system, "/p/.venv").health,
        "redirect-broken",
        Harm::Unusable,
        &replace("the link to `/gone`"),
    );
    let system = MemorySystem::linux("/p/.venv: ./gone\n/p/folder/");
    let file = replace("the file that leads to `/p/gone`");
    check(&read(&system, "/p/.venv").health, "redirect-broken", Harm::Unusable, &file);
    let system = MemorySystem::linux("/p/.venv: folder\n/p/folder/");
    check(&read(&system, "/p/.venv").health, "redirect-broken", Harm::Unusable, &Cure::ByHand);

    let found = damaged(|system| system.forbid("/p/.venv/lib/python3.12/site-packages"));
    check(&found, "site-packages-unreadable", Harm::Unusable, &Cure::ByHand);
}

#[test]
fn conda_repairs_its_own() {
    let system = MemorySystem::linux("/p/env/conda-meta/history");
    check(&read(&system, "/p/env").health, "python-missing", Harm::Unusable, &Cure::ByHand);
}

#[test]
fn leftovers_of_an_interrupted_installation() {
    let site = "/p/.venv/lib/python3.12/site-packages";
    let found = damaged(|system| system.add(&format!("{site}/~ip/\n{site}/~notes")));
    check(&found, "leftovers", Harm::Partial, &Cure::Remove(vec![PathBuf::from(format!("{site}/~ip"))]));
    assert_eq!(
        found[0].message,
        "an installation was interrupted and left the folder `~ip` behind: remove it"
    );

    let found = damaged(|system| {
        system.add(&format!("{site}/~ip/\n{site}/~-p/\n{site}/~equests-2.0.dist-info/"));
    });
    let paths = ["~-p", "~equests-2.0.dist-info", "~ip"].map(|name| PathBuf::from(format!("{site}/{name}")));
    check(&found, "leftovers", Harm::Partial, &Cure::Remove(paths.to_vec()));
    assert_eq!(
        found[0].message,
        "an installation was interrupted and left `~-p` and 2 more folders behind: remove them"
    );
}

#[test]
fn leftovers_of_the_base_are_the_bases_business() {
    let found = damaged(|system| {
        system.write("/p/.venv/pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = true\n");
        system.add("/usr/lib/python3.12/site-packages/~ip/");
    });
    assert_eq!(found, []);
}

#[test]
fn a_legacy_virtualenv_works_for_some_tools() {
    let system = MemorySystem::linux(
        "
        /p/.venv/bin/python -> python3.8
        /p/.venv/bin/python3.8*
        /p/.venv/bin/activate
        /p/.venv/lib/python3.8/orig-prefix.txt: /usr
        /p/.venv/lib/python3.8/site-packages/pip-19.0.dist-info/
        ",
    );
    check(&read(&system, "/p/.venv").health, "legacy-virtualenv", Harm::Partial, &Cure::Recreate);
}

#[test]
fn a_copied_python_of_another_processor() {
    let copied = |mut system: MemorySystem, head: &str| {
        system.add("/usr/bin/python3*");
        system.remove("/p/.venv/bin/python");
        system.write_script("/p/.venv/bin/python", head);
        let found = read(&system, "/p/.venv").health;
        found.into_iter().map(|issue| (issue.code, issue.message)).collect::<Vec<_>>()
    };
    let linux = || MemorySystem::linux(&venv("/p/.venv"));
    let macos = || MemorySystem::macos(&venv("/p/.venv"));
    assert_eq!(copied(linux(), &elf(62)), []);
    assert_eq!(
        copied(linux(), &elf(40)),
        [(
            "other-cpu",
            "`bin/python` was made for another processor (arm; this one is x86_64): recreate the environment"
                .to_owned()
        )]
    );
    let found = copied(macos(), &elf(62));
    assert_eq!(found[0].0, "other-platform");
    assert!(found[0].1.starts_with("it was made on Linux"), "{found:?}");
}

#[test]
fn a_linked_python_is_not_opened() {
    let mut system = MemorySystem::linux(&venv("/p/.venv"));
    system.remove("/usr/bin/python3.12");
    system.write_script("/usr/bin/python3.12", &elf(40));
    assert_eq!(codes(&read(&system, "/p/.venv")), [""; 0]);
    assert!(!system.calls().iter().any(|(call, path)| {
        *call == test_support::memory_system::Call::Read && path.ends_with("python3.12")
    }));
}
