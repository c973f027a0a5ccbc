//! What is kept where a broken environment gets a successor: how it was made, where it lies, and who is told.

#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::json;
use test_support::client::editor_capabilities;
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::Desk;

/// A desk with an index, and an environment at `place` whose Python is gone.
fn broken(place: &str) -> (Desk, Index) {
    let index = Index::serve([Wheel::new("six", "1.17.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.write("requirements.txt", "six\n");
    desk.environment(place, &["six==1.17.0"]);
    std::fs::remove_dir_all(desk.work().join("../base")).expect("its Python goes");
    (desk, index)
}

/// What `fix` says, which works.
fn fix(desk: &Desk) -> String {
    let output = desk.run(["fix", "--installer", "pip"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

/// The names in `folder` that begin so.
fn named(folder: &Path, start: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(start))
        .map(|entry| entry.path())
        .collect()
}

#[test]
fn a_successor_is_told_what_its_predecessor_was() {
    let (mut desk, index) = broken(".venv");
    let config = desk.path(".venv/pyvenv.cfg");
    let text = std::fs::read_to_string(&config).expect("a pyvenv.cfg").replace("= false", "= true");
    std::fs::write(&config, format!("{text}prompt = 'my own'\nrelocatable = true\n")).expect("it is written");
    // Only it knows the index, and the rest of it must not count.
    for variable in ["PIP_INDEX_URL", "PIP_CONFIG_FILE"] {
        desk.set(variable, "");
    }
    let own = format!("[global]\nindex-url = {}\nuser = true\nbreak-system-packages = true\n", index.url());
    desk.write(".venv/pip.conf", &own);
    // What the file configures is told, so not all is well.
    let output = desk.run(["fix", "--installer", "pip"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("pip-user-configured") && told.contains("system-packages-unprotected"), "{told}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("`.venv` is not relocatable any more"), "{said}");
    let made = std::fs::read_to_string(&config).expect("a pyvenv.cfg");
    for line in ["include-system-site-packages = true", "prompt = 'my own'"] {
        assert!(made.contains(line), "{made}");
    }
    assert_eq!(std::fs::read_to_string(desk.path(".venv/pip.conf")).expect("it is there"), own);
    assert_eq!(named(&desk.work(), ".venv."), [] as [PathBuf; 0]);
}

#[test]
fn what_leads_installations_elsewhere_is_not_taken_along() {
    let (desk, _index) = broken(".venv");
    let text = format!("[install]\ntarget = {}\n", desk.path("elsewhere").display());
    desk.write(".venv/pip.conf", &text);
    let said = fix(&desk);
    assert!(said.contains("its `pip.conf` names another place to install to"), "{said}");
    assert!(!desk.path(".venv/pip.conf").exists() && !desk.path("elsewhere").exists());
    let left = named(&desk.work(), ".venv.removed-");
    assert_eq!(std::fs::read_to_string(left[0].join("pip.conf")).expect("it stays"), text);
}

#[test]
fn what_is_somebodys_own_is_kept_and_named() {
    let beta =
        Wheel { modules: vec![("beta/__init__.py".into(), String::new())], ..Wheel::new("beta", "1.0") };
    let index = Index::serve([beta]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.write("requirements.txt", "beta\n");
    let said = fix(&desk);
    assert!(said.contains("Created `.venv` and installed 1 requirement"), "{said}");
    let lib = named(&desk.path(".venv/lib"), "python").pop().expect("one Python");
    let package = lib.join("site-packages/beta");
    assert!(package.join("__init__.py").exists());
    let from_there = package.strip_prefix(desk.path(".venv")).expect("it is in there").to_owned();
    for own in ["local_settings.py", "mine/work.py"] {
        desk.write(&format!(".venv/{}/{own}", from_there.display()), own);
    }
    let activate = desk.path(".venv/bin/activate");
    let changed = std::fs::read_to_string(&activate).expect("a script") + "export DB=secret\n";
    std::fs::write(&activate, &changed).expect("it is written");
    let place = desk.path(".venv");
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o700)).expect("it is private");
    let python = desk.path(".venv/bin/python");
    std::fs::remove_file(&python).expect("it goes");
    std::os::unix::fs::symlink("/nowhere", &python).expect("a link");

    let said = fix(&desk);
    let own = format!("(`bin/activate`, `{0}/local_settings.py`, `{0}/mine`) stays in", from_there.display());
    assert!(said.contains(&own), "{said}");
    let left = named(&desk.work(), ".venv.removed-").pop().expect("what is kept");
    assert_eq!(std::fs::read_to_string(left.join("bin/activate")).expect("it is kept"), changed);
    let kept = left.join(from_there);
    assert_eq!(std::fs::read_to_string(kept.join("mine/work.py")).expect("it is kept"), "mine/work.py");
    assert!(!kept.join("__init__.py").exists() && package.join("__init__.py").exists());
    assert_eq!(place.metadata().expect("it is there").permissions().mode() & 0o777, 0o700);
}

#[test]
fn what_is_shared_is_repaired_where_it_lies() {
    let lead: [fn(&Desk); 2] = [
        |desk| std::os::unix::fs::symlink("shared/env", desk.path(".venv")).expect("a link"),
        |desk| drop(desk.write(".venv", "shared/env\n")),
    ];
    for lead in lead {
        let (desk, _index) = broken("shared/env");
        lead(&desk);
        let before = desk.path(".venv").symlink_metadata().expect("it is there").file_type();
        let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
        editor.timeout = Duration::from_secs(120);
        let file = desk.path("requirements.txt");
        editor.open(&file, "six\n");
        editor.expect(&file, &["0:environment-broken"]);
        let real = desk.path("shared/env").canonicalize().expect("it is there");
        let action = editor.action(&file, "six", &format!("Recreate `{}` with Python", real.display()));
        let result = editor.execute(&action).expect("an answer");
        assert_eq!(result, json!({"ok": true, "message": "Recreated `env` and reinstalled 1 distribution"}));
        editor.expect(&file, &[]);
        assert_eq!(desk.path(".venv").symlink_metadata().expect("it stays").file_type(), before);
        assert!(desk.path("shared/env/bin/python").exists());
    }
}

#[test]
fn what_leads_nowhere_makes_room_for_a_new_one() {
    let lead: [fn(&Desk); 2] = [
        |desk| std::os::unix::fs::symlink("gone", desk.path(".venv")).expect("a link"),
        |desk| drop(desk.write(".venv", "./gone\n")),
    ];
    let kept = ["link to `gone`", "file with `./gone`"];
    for (lead, kept) in lead.into_iter().zip(kept) {
        let index = Index::serve([Wheel::new("six", "1.17.0")]);
        let mut desk = Desk::new();
        desk.use_index(&index);
        desk.write("requirements.txt", "six\n");
        lead(&desk);
        let said = fix(&desk);
        let place = if kept.starts_with("link") { "the link to `gone`" } else { "the file that leads to `" };
        assert!(
            said.contains("Creating `.venv` with Python 3.")
                && said.contains(&format!(" in place of {place}")),
            "{said}"
        );
        let kept = format!(
            "Created `.venv` and installed 1 requirement; the {kept} that was there is kept as `.venv.before-"
        );
        assert!(said.contains(&kept), "{said}");
        assert!(desk.path(".venv").symlink_metadata().expect("it is there").is_dir());
        let beside = named(&desk.work(), ".venv.before-").pop().expect("it is kept").symlink_metadata();
        assert!(!beside.expect("it is kept").is_dir());
    }
}

#[test]
fn what_somebody_wrote_is_left_alone() {
    let index = Index::serve([Wheel::new("six", "1.17.0")]);
    for lead in ["hello\n", "/nowhere/shared/envs/project\n", "first/line\nand another\n"] {
        let mut desk = Desk::new();
        desk.use_index(&index);
        desk.write("requirements.txt", "six\n");
        let file = desk.write(".venv", lead);
        let output = desk.run(["fix", "--installer", "pip"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("`.venv`: it is a file") && said.contains("delete "), "{said}");
        assert_eq!(std::fs::read_to_string(&file).expect("it stays"), lead);
        assert_eq!(named(&desk.work(), ".venv."), [] as [PathBuf; 0]);
    }
}

#[test]
fn what_a_killed_server_has_written_for_pip_goes() {
    let (mut desk, index) = broken(".venv");
    let scratch = desk.work().join("../scratch");
    std::fs::create_dir(&scratch).expect("a folder");
    desk.set("TMPDIR", scratch.display().to_string());
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(120);
    let file = desk.path("requirements.txt");
    editor.open(&file, "six\n");
    editor.expect(&file, &["0:environment-broken"]);
    let action = editor.action(&file, "six", "Recreate `.venv` with Python");
    let hold = index.hold("/simple/six");
    let command =
        json!({"command": action["command"]["command"], "arguments": action["command"]["arguments"]});
    editor.start("workspace/executeCommand", command);
    assert!(hold.reached(editor.timeout), "pip asks the index");
    let found = named(&scratch, "venv-lsp-");
    let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
    assert_eq!((found.len(), mode(&found[0]), mode(&found[0].join("requirements.txt"))), (1, 0o700, 0o600));
    let killed = Command::new("kill").args(["-s", "KILL", &editor.process_id().to_string()]).status();
    assert!(killed.expect("`kill` starts").success());
    editor.wait_for_exit().expect("it ends");
    editor.ended();
    assert!(found[0].exists(), "nobody had the time");
    desk.run(["env"]);
    assert_eq!(named(&scratch, "venv-lsp-"), [] as [PathBuf; 0]);
    let works = desk.work().join("../home/.local/state/venv-lsp/works");
    assert_eq!(named(&works, ""), [] as [PathBuf; 0]);
    drop(hold);
}

#[cfg(target_os = "linux")]
#[test]
fn who_still_uses_the_old_one_is_named() {
    let (desk, _index) = broken(".venv");
    let tool = desk.path(".venv/bin/mytool");
    let sleep = ["/bin/sleep", "/usr/bin/sleep"].into_iter().find(|path| Path::new(path).exists());
    std::fs::copy(sleep.expect("there is a `sleep`"), &tool).expect("a program");
    let mut child = Command::new(&tool).arg("600").spawn().expect("it starts");
    let said = fix(&desk);
    child.kill().expect("it is ended");
    child.wait().expect("it ends");
    let line = format!("`mytool` (process {}) still runs from the old `.venv`; restart it", child.id());
    assert!(said.contains(&line), "{said}");
}
