//! Making an environment where something is in the way: what is said of it, what can be done next, and that nothing is
//! left behind.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use test_support::client::editor_capabilities;
use test_support::index::Index;
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};
use crate::loop_story::has_uv;

/// A distribution with a program.
fn hello() -> Wheel {
    let mut wheel = Wheel::new("hello", "1.0");
    wheel.modules =
        vec![("hello.py".to_owned(), "def main():\n    print('hello from', __file__)\n".to_owned())];
    let entry = ("hello-1.0.dist-info/entry_points.txt", "[console_scripts]\nhello = hello:main\n");
    wheel.modules.push((entry.0.to_owned(), entry.1.to_owned()));
    wheel
}

fn desk_with(index: &Index) -> Desk {
    let mut desk = Desk::new();
    desk.use_index(index);
    desk
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Everything in the folder, with what files hold and links lead to.
fn contents(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        let kind = entry.file_type().expect("it has a kind");
        if kind.is_dir() {
            found.push((path.clone(), "folder".to_owned()));
            found.extend(contents(&path));
        } else if kind.is_symlink() {
            found.push((path.clone(), format!("-> {}", fs::read_link(path).expect("a link").display())));
        } else {
            found
                .push((path.clone(), String::from_utf8_lossy(&fs::read(path).expect("a file")).into_owned()));
        }
    }
    found.sort_unstable();
    found
}

/// `venv-lsp fix` on this file does not end well, says all of `words`, and changes nothing in the file's folder.
fn refused(desk: &Desk, file: &Path, installer: &str, words: &[&str]) {
    let folder = file.parent().expect("it lies in a folder");
    let before = contents(folder);
    let output = desk.run(["fix".as_ref(), "--installer".as_ref(), installer.as_ref(), file.as_os_str()]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
    assert_eq!(contents(folder), before, "{said}");
}

/// An environment is made in this folder and filled, and its programs run.
fn works_in(desk: &Desk, folder: &Path, installer: &str) {
    let file = folder.join("requirements.txt");
    fs::write(&file, "hello\n").expect("the file");
    let output = desk.run(["fix".as_ref(), "--installer".as_ref(), installer.as_ref(), file.as_os_str()]);
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(folder.join(".venv/bin").join(program)).args(arguments).output();
        let output = output.unwrap_or_else(|error| panic!("`{program}` does not start: {error}"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let told = run("hello", &[]);
    assert!(told.contains("hello from") && told.contains("site-packages"), "{told}");
    if installer == "pip" {
        assert!(run("pip", &["--version"]).contains("site-packages"), "it is the environment's own");
    }
    let found = desk.run(["env".as_ref(), "--output-format".as_ref(), "json".as_ref(), file.as_os_str()]);
    let found: Value = serde_json::from_slice(&found.stdout).expect("JSON");
    assert_eq!(found["environment"]["health"], json!([]));
    assert_eq!(found["environment"]["path"], json!(folder.join(".venv")));
}

fn installers(test: &str) -> &'static [&'static str] {
    if has_uv(test) { &["pip", "uv"] } else { &["pip"] }
}

#[test]
fn a_path_may_have_spaces_and_any_letters() {
    let index = Index::serve([hello()]);
    for installer in installers("a_path_may_have_spaces_and_any_letters with uv") {
        let desk = desk_with(&index);
        let folder = desk.path("My project (ä ö) – 日本 'quoted'");
        fs::create_dir(&folder).expect("a folder");
        works_in(&desk, &folder, installer);
    }
}

#[test]
fn a_path_may_be_longer_than_the_first_line_of_a_script() {
    let index = Index::serve([hello()]);
    for installer in installers("a_path_may_be_longer_than_the_first_line_of_a_script with uv") {
        let desk = desk_with(&index);
        let folder = desk.path(&["a-folder-with-a-long-name"; 8].join("/"));
        fs::create_dir_all(&folder).expect("a folder");
        assert!(folder.as_os_str().len() > 160);
        works_in(&desk, &folder, installer);
        let script = fs::read_to_string(folder.join(".venv/bin/hello")).expect("a script");
        assert!(script.starts_with("#!/bin/sh\n"), "{script}");
    }
}

#[test]
fn a_path_that_no_shell_could_use_is_refused_beforehand() {
    let index = Index::serve([hello()]);
    let desk = desk_with(&index);
    let file = desk.write("a:b/requirements.txt", "hello\n");
    for installer in ["auto", "pip"] {
        refused(
            &desk,
            &file,
            installer,
            &["has a `:` in its path, which separates the entries of `PATH`", "rename that folder"],
        );
    }
    let mut editor = desk.editor();
    editor.open(&file, "hello\n");
    let found = editor.expect(&file, &["0:environment-missing"]);
    let message = found[0]["message"].as_str().expect("a message");
    assert!(message.contains("has a `:` in its path") && message.contains("rename that folder"), "{message}");
    // The folder above it is not concerned.
    let titles = creations(&mut editor, &file);
    assert!(titles.iter().all(|title| title.starts_with("Create `work/.venv`")), "{titles:?}");
}

fn creations(editor: &mut Editor, file: &Path) -> Vec<String> {
    let range = editor.range_of(file, "hello");
    let actions = editor.code_actions(file, &range).expect("actions");
    let titles = actions.iter().filter_map(|action| action["title"].as_str());
    titles.filter(|title| title.contains("reate")).map(str::to_owned).collect()
}

#[test]
fn what_is_there_already_is_never_overwritten() {
    type Make = fn(&Path);
    let is_there = [".venv` is there already and is no environment", "move it away; nothing was changed"];
    let occupied: [(&str, Make, &[&str]); 5] = [
        (
            "an empty file",
            |path| fs::write(path, "").expect("a file"),
            &["`.venv`: it is an empty file: delete it and create the environment again"],
        ),
        (
            "a folder of the user's",
            |path| {
                fs::create_dir(path).expect("a folder");
                fs::write(path.join("thesis.txt"), "all my work\n").expect("a file");
            },
            &is_there,
        ),
        ("an empty folder", |path| fs::create_dir(path).expect("a folder"), &is_there),
        (
            "a link to a folder of the user's",
            |path| {
                let target = path.with_file_name("mine");
                fs::create_dir(&target).expect("a folder");
                fs::write(target.join("thesis.txt"), "all my work\n").expect("a file");
                symlink("mine", path).expect("a link");
            },
            &is_there,
        ),
        (
            "an environment with a project in it",
            |path| {
                fs::create_dir_all(path.join("bin")).expect("a folder");
                fs::write(path.join("pyvenv.cfg"), "home = /nowhere\n").expect("a file");
                fs::write(path.join("pyproject.toml"), "[project]\nname = 'mine'\n").expect("a file");
            },
            &["`.venv` holds `pyproject.toml`, and so is more than an environment; nothing was changed"],
        ),
    ];
    let index = Index::serve([hello()]);
    for (what, make, words) in occupied {
        let desk = desk_with(&index);
        let file = desk.write("requirements.txt", "hello\n");
        make(&desk.path(".venv"));
        refused(&desk, &file, "pip", words);
        let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
        editor.open(&file, "hello\n");
        editor.diagnostics(&file, |list| !list.is_empty()).expect("something is wrong");
        if !what.contains("project") {
            assert_eq!(creations(&mut editor, &file), [] as [String; 0], "{what}");
        }
    }
}

#[test]
fn a_note_of_somebodys_stays_where_it_is() {
    let index = Index::serve([hello()]);
    let desk = desk_with(&index);
    desk.write("requirements.txt", "hello\n");
    desk.write(".venv", "call Ada\n");
    let output = desk.run(["fix", "--installer", "pip"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("`call Ada`, which names no environment here: delete it, or write"),
        "{}",
        said(&output)
    );
    assert_eq!(fs::read_to_string(desk.path(".venv")).expect("a file"), "call Ada\n");
    assert_eq!(desk.entries(), [".venv", "requirements.txt"], "nothing is left beside it");
}

#[test]
fn half_of_an_environment_gets_a_successor() {
    let index = Index::serve([hello()]);
    type Make = fn(&Path);
    let halves: [(&str, Make); 3] = [
        ("`pyvenv.cfg` has no `home`: recreate the environment", |root| {
            fs::create_dir_all(root.join("bin")).expect("a folder");
            fs::write(root.join("pyvenv.cfg"), "").expect("a file");
        }),
        ("`bin/python` is missing: recreate the environment", |root| {
            fs::create_dir_all(root.join("bin")).expect("a folder");
            fs::create_dir_all(root.join("lib/python3.11/site-packages")).expect("a folder");
            let text = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\n";
            fs::write(root.join("pyvenv.cfg"), text).expect("a file");
        }),
        ("it is a link to `gone`, which is not there: create the environment again", |root| {
            symlink("gone", root).expect("a link");
        }),
    ];
    for (reason, make) in halves {
        let desk = desk_with(&index);
        let file = desk.write("requirements.txt", "hello\n");
        make(&desk.path(".venv"));
        let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
        editor.open(&file, "hello\n");
        let found = editor.expect(&file, &["0:environment-broken"]);
        assert_eq!(found[0]["message"], json!(format!("`.venv` is broken: {reason}")));
        let titles = creations(&mut editor, &file);
        assert!(titles[0].ends_with("and install 1 requirement"), "{titles:?}");
        drop(editor);
        let output = desk.run(["fix", "--installer", "pip"]);
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("reated `.venv` and installed 1 requirement"), "{}", said(&output));
        let mut entries = desk.entries();
        if reason.contains("link") {
            let kept = entries.remove(1);
            assert!(kept.starts_with(".venv.before-") && said(&output).contains(&kept), "{}", said(&output));
            assert_eq!(fs::read_link(desk.path(&kept)).expect("the link is kept"), Path::new("gone"));
        }
        assert_eq!(entries, [".venv", "requirements.txt"], "nothing is left beside it");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let index = Index::serve([hello()]);
    let mut desk = desk_with(&index);
    if !crate::faults::obey_permissions(&mut desk) {
        eprintln!(
            "skipped: a_folder_that_may_not_be_written_is_named: nothing takes root's rights away here (`setpriv`)"
        );
        return;
    }
    let file = desk.write("closed/requirements.txt", "hello\n");
    fs::set_permissions(desk.path("closed"), Permissions::from_mode(0o555)).expect("it may not be written");
    let parent = format!("you may not write in `{}`", desk.path("closed").display());
    for installer in ["auto", "pip"] {
        refused(
            &desk,
            &file,
            installer,
            &[".venv` cannot be made", &parent, "choose another place, or ask whoever owns it"],
        );
    }
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.open(&file, "hello\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "hello", "Create `.venv`");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result["ok"], false);
    assert!(result["message"].as_str().is_some_and(|said| said.contains(&parent)), "{result}");
    drop(editor);
    fs::set_permissions(desk.path("closed"), Permissions::from_mode(0o755)).expect("it may be written");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_system_that_is_read_only_is_named() {
    const NAME: &str = "a_file_system_that_is_read_only_is_named";
    let disk = match crate::faults::Disk::mount() {
        Ok(disk) => disk,
        Err(_) if std::env::var_os(PLAYED).is_none() && crate::faults::can_be_root() => {
            return play_as_root(NAME);
        }
        Err(reason) => {
            eprintln!("skipped: {NAME}: {reason}");
            return;
        }
    };
    let file = disk.path().join("requirements.txt");
    fs::write(&file, "hello\n").expect("the file");
    let mounted = Command::new("mount").args(["-o", "remount,ro"]).arg(disk.path()).status();
    assert!(mounted.expect("`mount` starts").success());
    let index = Index::serve([hello()]);
    let desk = desk_with(&index);
    let reason =
        format!("`{}` is on a file system that is read-only; choose another place", disk.path().display());
    for installer in ["auto", "pip"] {
        refused(&desk, &file, installer, &[".venv` cannot be made", &reason]);
    }
}

/// Is set where a test is played once more.
#[cfg(target_os = "linux")]
const PLAYED: &str = "VENV_LSP_PLAYED";

/// Plays one of these tests where this user may mount, by this very program.
#[cfg(target_os = "linux")]
fn play_as_root(name: &str) {
    let mut play = Command::new("unshare");
    play.arg("-rm").arg(std::env::current_exe().expect("it has a path"));
    let played =
        play.args(["--exact", &format!("creation::{name}"), "--nocapture"]).env(PLAYED, "1").output();
    let played = played.expect("`unshare` starts");
    let told = String::from_utf8_lossy(&played.stdout);
    assert!(
        played.status.success() && told.contains("1 passed"),
        "{}",
        String::from_utf8_lossy(&played.stderr)
    );
}

#[test]
fn a_shim_that_leads_nowhere_is_not_run() {
    let index = Index::serve([hello()]);
    let mut desk = desk_with(&index);
    let shims = desk.work().join("../pyenv/shims");
    fs::create_dir_all(&shims).expect("a folder");
    fs::create_dir_all(shims.join("../versions")).expect("a folder");
    fs::write(shims.join("../version"), "3.99.0\n").expect("a file");
    for name in ["python", "python3"] {
        fs::write(shims.join(name), "#!/bin/sh\ntouch \"$0.was-run\"\nexit 127\n").expect("a shim");
        fs::set_permissions(shims.join(name), Permissions::from_mode(0o755)).expect("it can be run");
    }
    desk.set("PYENV_ROOT", shims.parent().expect("it has one").display().to_string());
    desk.set("PATH", shims.display().to_string());
    let file = desk.write("requirements.txt", "hello\n");
    let reason = "pyenv is set to `3.99.0`, which is not installed: run `pyenv install 3.99.0`";
    let output = desk.run(["fix", "--installer", "pip"]);
    assert!(!output.status.success() && said(&output).contains(reason), "{}", said(&output));
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.open(&file, "hello\n");
    let found = editor.expect(&file, &["0:environment-missing"]);
    assert!(found[0]["message"].as_str().is_some_and(|said| said.contains(reason)), "{}", found[0]);
    assert_eq!(creations(&mut editor, &file), [] as [String; 0]);
    assert_eq!(desk.entries(), ["requirements.txt"]);
    assert_eq!(fs::read_dir(&shims).expect("a folder").count(), 2, "nothing was run");
}
