//! Whatever breaks in the middle of a work, in whichever step: what was there before is there after it, what remains is
//! said, and the next attempt works.
//!
//! One table, one driver. Steps are held and processes are found by what Linux tells about them.

#![cfg(target_os = "linux")]

mod blow;
mod contents;
mod scene;

use std::process::Stdio;

use serde_json::{Value, json};

use self::blow::Blow;
pub(crate) use self::blow::{Disk, can_be_root, obey_permissions};
use self::scene::Scene;

/// Where a work is when the fault comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// A broken environment gets a successor, and pip is half in it.
    Create,
    /// The page of a project is not answered yet.
    Resolve,
    /// A wheel is not answered yet.
    Download,
    /// A project's own build backend is at work.
    Build,
    /// The first files of a wheel are among the packages.
    Unpack,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    ChildKilled,
    ServerKilled,
    ClientKilled,
    DiskFull,
    NetworkGone,
    PermissionLost,
    ClockMoved,
    TwoAtOnce,
}

/// How the work ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// As if nothing had been.
    Well,
    /// With these words, in this order, and everything as it was.
    AsItWas(&'static [&'static str]),
    /// With these words; what was there is whole, and of what was to come there is a part.
    Partly(&'static [&'static str]),
    /// With these words; the old environment lies beside its place until the fault is over.
    Aside(&'static [&'static str]),
    /// Nobody is left to say anything, but the programs are gone, too.
    Silently,
    /// Nobody is left to say anything, and the next start puts it right.
    Abruptly,
}

use Ends::{Abruptly, AsItWas, Aside, Partly, Silently, Well};
use Fault::{
    ChildKilled, ClientKilled, ClockMoved, DiskFull, NetworkGone, PermissionLost, ServerKilled, TwoAtOnce,
};
use Step::{Build, Create, Download, Resolve, Unpack};

const TABLE: [(Step, Fault, Ends); 37] = [
    (Create, ChildKilled, AsItWas(&["ended from outside", "the old `.venv` is back as it was"])),
    (Create, ServerKilled, Abruptly),
    (Create, ClientKilled, Silently),
    (Create, DiskFull, AsItWas(&["The disk is full", "the old `.venv` is back as it was"])),
    (Create, PermissionLost, Aside(&["may not be written", "the old one is in `", ".venv.before-"])),
    (Create, ClockMoved, Well),
    (Create, TwoAtOnce, Well),
    (Resolve, ChildKilled, AsItWas(&["ended from outside", "`.venv` is as it was"])),
    (Resolve, ServerKilled, Abruptly),
    (Resolve, ClientKilled, Silently),
    (Resolve, DiskFull, AsItWas(&["The disk is full", "`.venv` is as it was"])),
    (Resolve, NetworkGone, AsItWas(&["could not be reached", "`.venv` is as it was"])),
    (Resolve, PermissionLost, AsItWas(&["may not be written", "`.venv` is as it was"])),
    (Resolve, ClockMoved, Well),
    (Resolve, TwoAtOnce, Well),
    (Download, ChildKilled, AsItWas(&["ended from outside", "`.venv` is as it was"])),
    (Download, ServerKilled, Abruptly),
    (Download, ClientKilled, Silently),
    (Download, DiskFull, AsItWas(&["The disk is full", "`.venv` is as it was"])),
    (Download, NetworkGone, AsItWas(&["could not be reached", "`.venv` is as it was"])),
    (Download, PermissionLost, AsItWas(&["may not be written", "`.venv` is as it was"])),
    (Download, ClockMoved, Well),
    (Download, TwoAtOnce, Well),
    (Build, ChildKilled, AsItWas(&["ended from outside", "`.venv` is as it was"])),
    (Build, ServerKilled, Abruptly),
    (Build, ClientKilled, Silently),
    (Build, DiskFull, AsItWas(&["The disk is full", "`.venv` is as it was"])),
    (Build, PermissionLost, AsItWas(&["may not be written", "`.venv` is as it was"])),
    (Build, ClockMoved, Well),
    (Build, TwoAtOnce, Well),
    (Unpack, ChildKilled, Partly(&["ended from outside", "`.venv` is no longer whole", "`flask`"])),
    (Unpack, ServerKilled, Abruptly),
    (Unpack, ClientKilled, Silently),
    (Unpack, DiskFull, Partly(&["The disk is full", "`.venv`"])),
    (Unpack, PermissionLost, Partly(&["may not be written", "`.venv`"])),
    (Unpack, ClockMoved, Well),
    (Unpack, TwoAtOnce, Well),
];

/// What cannot be.
const LEFT_OUT: [(Step, Fault, &str); 3] = [
    (Create, NetworkGone, "pip comes from Python itself, so nothing is fetched"),
    (Build, NetworkGone, "what a backend needs is downloaded before it, and that is a download"),
    (Unpack, NetworkGone, "everything is on the disk"),
];

const STEPS: [Step; 5] = [Create, Resolve, Download, Build, Unpack];
const FAULTS: [Fault; 8] =
    [ChildKilled, ServerKilled, ClientKilled, DiskFull, NetworkGone, PermissionLost, ClockMoved, TwoAtOnce];

#[test]
fn every_combination_has_its_line() {
    for step in STEPS {
        for fault in FAULTS {
            let lines = TABLE.iter().filter(|line| (line.0, line.1) == (step, fault)).count();
            let reasons = LEFT_OUT.iter().filter(|line| (line.0, line.1) == (step, fault)).count();
            assert_eq!(lines + reasons, 1, "{step:?}, {fault:?}");
        }
    }
}

#[test]
fn the_readme_counts_them() {
    let readme = include_str!("../../README.md");
    let said = format!("{} combinations of a step and a fault", TABLE.len());
    assert!(readme.contains(&said), "{said}");
}

#[test]
fn while_an_environment_is_made() {
    play(Create);
}

#[test]
fn while_it_is_resolved_what_to_install() {
    play(Resolve);
}

#[test]
fn while_a_wheel_is_downloaded() {
    play(Download);
}

#[test]
fn while_a_project_is_built() {
    play(Build);
}

#[test]
fn while_a_wheel_is_unpacked() {
    play(Unpack);
}

/// Names the one combination that is to be played.
const ONLY: &str = "VENV_LSP_FAULT";

fn play(step: Step) {
    let template = (step != Create).then(scene::template);
    let only = std::env::var(ONLY).ok();
    let lines = TABLE.iter().filter(|line| line.0 == step);
    let mut failed = Vec::new();
    for (_, fault, ends) in lines.filter(|line| only.as_ref().is_none_or(|it| *it == format!("{:?}", line.1)))
    {
        let name = format!("{step:?}, {fault:?}");
        let disk = match (*fault == DiskFull).then(Disk::mount).transpose() {
            Ok(disk) => disk,
            Err(_) if only.is_none() && blow::can_be_root() => {
                if !blow::play_as_root(step, *fault) {
                    failed.push(name);
                }
                continue;
            }
            Err(reason) => {
                eprintln!("skipped: {name}: {reason}");
                continue;
            }
        };
        let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let scene = Scene::new(step, template.as_deref(), disk);
            play_one(scene, *fault, *ends);
        }));
        if played.is_err() {
            failed.push(name);
        }
    }
    assert_eq!(failed, [] as [String; 0]);
}

fn play_one(mut scene: Scene, fault: Fault, ends: Ends) {
    if fault == PermissionLost && !blow::obey_permissions(&mut scene.desk) {
        eprintln!("skipped: {:?}, {fault:?}: nothing takes root's rights away here (`setpriv`)", scene.step);
        return;
    }
    let before = scene.old();
    let (mut editor, mut client) = scene.editor();
    let (id, held) = scene.begin(&mut editor);
    let second = (fault == TwoAtOnce).then(|| {
        let mut fix = scene.fix().stderr(Stdio::piped()).spawn().expect("venv-lsp starts");
        let mut said = std::io::BufReader::new(fix.stderr.take().expect("its words"));
        let mut line = String::new();
        std::io::BufRead::read_line(&mut said, &mut line).expect("a line");
        assert!(line.starts_with("Waiting for another venv-lsp"), "{line}");
        (fix, said)
    });
    let blow = Blow::strike(fault, &scene, &editor, &mut client);
    held.go_on();

    let said = match ends {
        Silently | Abruptly => {
            editor.wait_for_exit().expect("the server ends");
            String::new()
        }
        Well | AsItWas(_) | Partly(_) | Aside(_) => {
            let result = editor.answer(id).expect("an answer");
            assert_eq!(result["ok"], ends == Well, "{result}");
            result["message"].as_str().expect("a message").to_owned()
        }
    };
    if let AsItWas(words) | Partly(words) | Aside(words) = ends {
        let mut rest = &*said;
        for word in words {
            let found = rest.find(word).unwrap_or_else(|| panic!("`{word}` is not in: {said}"));
            rest = &rest[found + word.len()..];
        }
    }
    if ends != Abruptly {
        assert_eq!(scene.running(), [] as [u32; 0], "nothing goes on");
    }
    if let Some((mut fix, mut words)) = second {
        let mut line = String::new();
        std::io::Read::read_to_string(&mut words, &mut line).expect("its words");
        assert!(fix.wait().expect("it ends").success(), "{line}");
        assert!(line.contains("othing is missing"), "{line}");
    }
    blow.end();
    let remains = scene.old();
    match ends {
        AsItWas(_) => assert_eq!(remains.others(&before), [] as [String; 0], "it is as it was"),
        Aside(_) => assert_eq!(scene.aside().missing(&before), [] as [String; 0], "it is whole, aside"),
        Well | Partly(_) | Silently | Abruptly => {}
    }
    if scene.step != Create {
        assert_eq!(remains.missing(&before), [] as [String; 0], "what was there is there");
    }
    if fault == ClockMoved {
        scene.changes_are_seen(&mut editor);
    }
    if matches!(ends, Silently | Abruptly) {
        editor.ended();
        if scene.step == Create {
            scene.desk.run(["env"]);
            assert_eq!(scene.old().others(&before), [] as [String; 0], "the old one is back");
        }
    } else {
        drop(editor);
    }
    drop(client);

    let output = scene.fix().output().expect("venv-lsp starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "the next attempt: {said}");
    scene.assert_works();
    if scene.step != Create {
        assert_eq!(scene.old().missing(&before), [] as [String; 0], "what was there is there at the end");
    }
    let found = scene.desk.run(["env", "--output-format", "json"]);
    let found: Value = serde_json::from_slice(&found.stdout).expect("JSON");
    assert_eq!(found["environment"]["health"], json!([]));
    assert_eq!(scene.left_over(), [] as [String; 0]);
}
