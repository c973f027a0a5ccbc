//! A broken environment gets a successor, or is back as it was: whichever step fails, is cancelled, or is killed.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use test_support::client::{editor_capabilities, uri_of};
use test_support::index::{Hold, Index};
use test_support::wheel::Wheel;

use crate::desk::{Desk, Editor};

/// A desk with an environment whose Python is gone, and an index that has what is installed in it.
struct Scene {
    desk: Desk,
    index: Index,
    file: PathBuf,
    before: BTreeMap<String, String>,
}

impl Scene {
    fn new() -> Self {
        Self::with_index(Index::serve([
            Wheel::new("six", "1.17.0"),
            Wheel::new("flask", "3.0.0"),
            Wheel::new("flask", "3.1.0"),
        ]))
    }

    fn with_index(index: Index) -> Self {
        let mut desk = Desk::new();
        desk.use_index(&index);
        let file = desk.write("requirements.txt", "flask\n");
        desk.environment(".venv", &["six==1.17.0", "flask==3.0.0"]);
        std::fs::remove_dir_all(desk.work().join("../base")).expect("its Python goes");
        let before = contents(&desk.work());
        Self { desk, index, file, before }
    }

    fn editor(&self) -> Editor {
        let mut editor = self.desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
        editor.timeout = Duration::from_secs(120);
        editor.open(&self.file, "flask\n");
        editor.expect(&self.file, &["0:environment-broken"]);
        editor
    }

    /// Begins the repair, and waits until it is at the step.
    fn begin(&self, editor: &mut Editor, step: Step) -> (i64, Value, Option<Hold>) {
        let action = editor.action(&self.file, "flask", "Recreate `.venv` with Python");
        let title = action["title"].as_str().expect("a title");
        assert!(title.ends_with("and reinstall 2 distributions"), "{title}");
        assert_eq!(action["isPreferred"], true);
        assert_eq!(action["command"]["command"], "venv-lsp.repairEnvironment");
        let hold = (step == Step::Install).then(|| self.index.hold("/simple/flask"));
        let command = &action["command"];
        let id = editor.start(
            "workspace/executeCommand",
            json!({"command": command["command"], "arguments": command["arguments"]}),
        );
        let timeout = editor.timeout;
        let kind = |message: &Value, kind: &str| message["params"]["value"]["kind"] == kind;
        let begun = editor.wait_for(|message| kind(message, "begin"), timeout).expect("progress begins");
        match &hold {
            Some(hold) => assert!(hold.reached(timeout), "pip asks the index"),
            None => drop(editor.wait_for(|message| kind(message, "report"), timeout).expect("it begins")),
        }
        (id, begun["params"]["token"].clone(), hold)
    }

    /// Everything is as it was, and nothing is left running or written down.
    fn assert_as_before(&self) {
        assert_eq!(contents(&self.desk.work()), self.before);
        assert_eq!(self.written_down(), 0);
        assert_eq!(self.running(), Vec::<u32>::new());
    }

    fn written_down(&self) -> usize {
        let state = self.desk.work().join("../home/.local/state/venv-lsp/works");
        std::fs::read_dir(state).map_or(0, Iterator::count)
    }

    /// The programs that work on the environment.
    fn running(&self) -> Vec<u32> {
        let place = self.desk.path(".venv");
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        ids.filter(|id| {
            let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&*place.to_string_lossy())
        })
        .collect()
    }
}

/// Where a fault comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Create,
    Install,
}

const STEPS: [Step; 2] = [Step::Create, Step::Install];

/// Every path below `folder` with its kind, its permissions and what is there.
fn contents(folder: &Path) -> BTreeMap<String, String> {
    fn add(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            let metadata = path.symlink_metadata().expect("it is there");
            let text = if metadata.is_symlink() {
                format!("-> {}", std::fs::read_link(&path).expect("a link").display())
            } else if metadata.is_dir() {
                add(root, &path, found);
                String::new()
            } else {
                String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned()
            };
            let name = path.strip_prefix(root).expect("it lies there").display().to_string();
            found.insert(name, format!("{:o} {text}", metadata.permissions().mode()));
        }
    }
    let mut found = BTreeMap::new();
    add(folder, folder, &mut found);
    found
}

fn kill(id: u32) {
    let status = std::process::Command::new("kill").args(["-s", "KILL", &id.to_string()]).status();
    // It may have ended by itself: the next step is under way then.
    status.expect("`kill` starts");
}

#[test]
fn a_broken_environment_gets_a_successor_with_what_it_held() {
    let scene = Scene::new();
    let mut editor = scene.editor();
    let action = editor.action(&scene.file, "flask", "Recreate `.venv` with Python");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result, json!({"ok": true, "message": "Recreated `.venv` and reinstalled 2 distributions"}));
    editor.expect(&scene.file, &[]);
    let found = scene.desk.run(["env", "--output-format", "json"]);
    let found: Value = serde_json::from_slice(&found.stdout).expect("JSON");
    let installed = found["environment"]["installed"].as_array().expect("a list");
    let version = |name: &str| {
        let found =
            installed.iter().find(|it| it["name"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(name)));
        found.map(|it| it["version"].clone())
    };
    assert_eq!((version("six"), version("flask")), (Some(json!("1.17.0")), Some(json!("3.0.0"))));
    let names = std::fs::read_dir(scene.desk.work()).expect("a folder").count();
    assert_eq!((names, scene.written_down()), (2, 0), "nothing is left aside");
}

#[test]
fn what_the_file_asks_for_can_be_installed_instead() {
    let scene = Scene::new();
    let mut editor = scene.editor();
    let range = editor.range_of(&scene.file, "flask");
    let actions = editor.code_actions(&scene.file, &range).expect("actions");
    let ends =
        |action: &&Value| action["title"].as_str().is_some_and(|it| it.ends_with("install 1 requirement"));
    let action = actions.iter().find(ends).expect("it is offered");
    let result = editor.execute(action).expect("an answer");
    assert_eq!(result, json!({"ok": true, "message": "Recreated `.venv` and installed 1 requirement"}));
    editor.expect(&scene.file, &[]);
}

#[test]
fn a_step_that_fails_brings_the_old_one_back() {
    // The index does not have all of it.
    let scene = Scene::with_index(Index::serve([Wheel::new("six", "1.17.0"), Wheel::new("flask", "3.1.0")]));
    let mut editor = scene.editor();
    let action = editor.action(&scene.file, "flask", "Recreate `.venv` with Python");
    let result = editor.execute(&action).expect("an answer");
    let said = result["message"].as_str().expect("a message");
    assert!(said.contains("failed") && said.contains("the old `.venv` is back as it was"), "{said}");
    scene.assert_as_before();

    // Nothing could be activated in a place whose name cuts `PATH` in two.
    let scene = Scene::new();
    std::fs::rename(scene.desk.path(".venv"), scene.desk.path("a:b")).expect("it is renamed");
    let before = contents(&scene.desk.work());
    let settings = json!({"installer": "pip", "environment": scene.desk.path("a:b")});
    let mut editor = scene.desk.editor_with(editor_capabilities(), settings);
    editor.timeout = Duration::from_secs(120);
    editor.open(&scene.file, "flask\n");
    editor.expect(&scene.file, &["0:environment-broken"]);
    let action = editor.action(&scene.file, "flask", "Recreate `a:b` with Python");
    let result = editor.execute(&action).expect("an answer");
    let said = result["message"].as_str().expect("a message");
    assert!(said.contains("could not be activated"), "{said}");
    assert_eq!((contents(&scene.desk.work()), scene.written_down()), (before, 0));
}

#[test]
fn a_repair_that_is_cancelled_brings_the_old_one_back() {
    for step in STEPS {
        let scene = Scene::new();
        let mut editor = scene.editor();
        let (id, token, hold) = scene.begin(&mut editor, step);
        editor.notify("window/workDoneProgress/cancel", json!({"token": token}));
        let result = editor.answer(id).expect("an answer");
        assert_eq!(result, json!({"ok": false, "message": "Cancelled; the old `.venv` is back as it was"}));
        scene.assert_as_before();
        let told =
            editor.request("venv-lsp/environment", json!({"uri": uri_of(&scene.file)})).expect("an answer");
        assert_eq!(told["environment"]["health"][0]["code"], "python-missing");
        drop(hold);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_installer_that_is_killed_brings_the_old_one_back() {
    for step in STEPS {
        let scene = Scene::new();
        let mut editor = scene.editor();
        let (id, _, hold) = scene.begin(&mut editor, step);
        loop {
            let running = scene.running();
            running.iter().copied().for_each(kill);
            if !running.is_empty() {
                break;
            }
            std::thread::yield_now();
        }
        drop(hold);
        let result = editor.answer(id).expect("an answer");
        let said = result["message"].as_str().expect("a message");
        assert!(said.contains("failed") && said.contains("the old `.venv` is back as it was"), "{said}");
        scene.assert_as_before();
    }
}

#[test]
fn a_server_that_ends_brings_the_old_one_back() {
    for step in STEPS {
        let scene = Scene::new();
        let mut editor = scene.editor();
        let (_, _, hold) = scene.begin(&mut editor, step);
        editor.shutdown().expect("it ends");
        editor.ended();
        drop(hold);
        // What it had no time for is done by the next one.
        scene.desk.run(["env"]);
        scene.assert_as_before();
    }
}

#[test]
fn a_server_that_is_killed_leaves_the_old_one_to_the_next() {
    for step in STEPS {
        let scene = Scene::new();
        let mut editor = scene.editor();
        let (_, _, hold) = scene.begin(&mut editor, step);
        kill(editor.process_id());
        editor.wait_for_exit().expect("it ends");
        editor.ended();
        assert_ne!(contents(&scene.desk.work()), scene.before, "it had begun");
        // The installer still waits for the index, and has nobody any more.
        let mut next = scene.desk.editor();
        let shown = next.wait_for_method("window/showMessage").expect("it is said");
        let said = shown["params"]["message"].as_str().expect("a message").to_owned();
        let begins =
            "`.venv` was being replaced when venv-lsp was interrupted; the old `.venv` is back as it was";
        assert!(said.starts_with(begins), "{said}");
        scene.assert_as_before();
        drop(hold);
        next.open(&scene.file, "flask\n");
        next.expect(&scene.file, &["0:environment-broken"]);
    }
}

#[test]
fn the_command_line_settles_what_a_server_left() {
    for command in ["env", "fix"] {
        let scene = Scene::new();
        let mut editor = scene.editor();
        let (_, _, hold) = scene.begin(&mut editor, Step::Install);
        kill(editor.process_id());
        editor.wait_for_exit().expect("it ends");
        editor.ended();
        let arguments: &[&str] = if command == "fix" { &["fix", "--dry-run"] } else { &["env"] };
        let output = scene.desk.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("the old `.venv` is back as it was"), "{said}");
        scene.assert_as_before();
        assert!(scene.desk.run(arguments).stderr.is_empty(), "once is enough");
        drop(hold);
    }
}

#[test]
fn a_creation_that_was_killed_leaves_nothing() {
    let index = Index::serve([Wheel::new("flask", "3.0.0")]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(120);
    editor.open(&file, "flask\n");
    editor.expect(&file, &["0:environment-missing"]);
    let action = editor.action(&file, "flask", "Create `.venv`");
    let command = &action["command"];
    let hold = index.hold("/simple/flask");
    editor.start(
        "workspace/executeCommand",
        json!({"command": command["command"], "arguments": command["arguments"]}),
    );
    let timeout = editor.timeout;
    let is_creating = |message: &Value| message["params"]["value"]["kind"] == "report";
    editor.wait_for(is_creating, timeout).expect("the creation begins");
    kill(editor.process_id());
    editor.wait_for_exit().expect("it ends");
    editor.ended();
    assert!(desk.path(".venv").exists(), "it had begun");
    let output = desk.run(["env"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("`.venv` was being created when venv-lsp was interrupted"), "{said}");
    assert!(!desk.path(".venv").exists());
    drop(hold);
}

#[test]
fn fix_repairs_and_then_installs_what_is_missing() {
    let scene = Scene::new();
    let file = scene.desk.write("requirements.txt", "flask\nsix\nrequests\n");
    drop(file);
    let dry = scene.desk.run(["fix", "--dry-run", "--installer", "pip"]);
    let plan = String::from_utf8_lossy(&dry.stdout);
    for part in [
        "# .venv is moved aside, to .venv.before-…",
        "-I -m venv ",
        "#   flask==3.0.0\n#   six==1.17.0",
        "# .venv is read; if it has all of it, .venv.before-… is removed, else that comes back",
    ] {
        assert!(plan.contains(part), "{plan}");
    }
    // The index does not have `requests`: the repair stays, and the rest is said.
    let output = scene.desk.run(["fix", "--installer", "pip"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("Recreated `.venv` and reinstalled 2 distributions"), "{said}");
    assert!(said.contains("requests"), "{said}");
    assert_eq!(scene.written_down(), 0);
}

#[test]
fn what_is_incomplete_or_left_over_is_put_right_alone() {
    let index = Index::serve([
        Wheel::new("six", "1.16.0"),
        Wheel::new("six", "1.17.0"),
        Wheel::new("flask", "3.0.0"),
    ]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    let file = desk.write("requirements.txt", "six==1.16.0\nflask\n");
    let made = desk.run(["fix", "--installer", "pip"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let site =
        std::fs::read_dir(desk.path(".venv/lib")).expect("lib").flatten().next().expect("a folder").path();
    let site = site.join("site-packages");
    let record = site.join("six-1.16.0.dist-info/RECORD");
    std::fs::remove_file(&record).expect("a RECORD");
    std::fs::create_dir(site.join("~lask")).expect("a folder");
    std::fs::write(site.join("~lask/__init__.py"), "").expect("a file");
    std::fs::create_dir(site.join("~ix-1.15.0.dist-info")).expect("a folder");
    // What was changed just now may still be in the making.
    let info = std::fs::File::open(record.parent().expect("a folder")).expect("the folder opens");
    info.set_modified(SystemTime::now() - Duration::from_secs(86_400)).expect("its time is set");
    let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
    editor.timeout = Duration::from_secs(120);
    editor.open(&file, "six==1.16.0\nflask\n");
    editor.expect(&file, &["0:environment-broken", "0:environment-broken"]);
    let action = editor.action(&file, "six", "Reinstall `six` 1.16.0 into `.venv`");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(result, json!({"ok": true, "message": "Reinstalled 1 distribution into `.venv`"}));
    assert!(record.exists());
    editor.expect(&file, &["0:environment-broken"]);
    let action = editor.action(&file, "six", "Remove what 2 interrupted installations left in `.venv`");
    let result = editor.execute(&action).expect("an answer");
    assert_eq!(
        result,
        json!({"ok": true, "message": "Removed what interrupted installations left in `.venv`"})
    );
    editor.expect(&file, &[]);
    let is_left = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with('~');
    assert!(!std::fs::read_dir(site).expect("a folder").flatten().any(|entry| is_left(&entry)));
}

#[test]
fn fix_puts_right_what_works_in_part() {
    let index = Index::serve([
        Wheel::new("six", "1.16.0"),
        Wheel::new("six", "1.17.0"),
        Wheel::new("flask", "3.0.0"),
        Wheel::new("werkzeug", "3.0.0"),
    ]);
    let mut desk = Desk::new();
    desk.use_index(&index);
    desk.write("requirements.txt", "six==1.16.0\nflask\n");
    let made = desk.run(["fix", "--installer", "pip"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let site =
        std::fs::read_dir(desk.path(".venv/lib")).expect("lib").flatten().next().expect("a folder").path();
    let site = site.join("site-packages");
    let record = site.join("six-1.16.0.dist-info/RECORD");
    std::fs::remove_file(&record).expect("a RECORD");
    std::fs::create_dir(site.join("~lask")).expect("a folder");
    std::fs::write(site.join("~lask/__init__.py"), "").expect("a file");
    std::fs::create_dir(site.join("~ix-1.15.0.dist-info")).expect("a folder");
    // What was changed just now may still be in the making.
    let info = std::fs::File::open(record.parent().expect("a folder")).expect("the folder opens");
    info.set_modified(SystemTime::now() - Duration::from_secs(86_400)).expect("its time is set");
    let dry = desk.run(["fix", "--dry-run", "--installer", "pip"]);
    let plan = String::from_utf8_lossy(&dry.stdout);
    assert!(plan.contains("~lask is removed") && plan.contains("six==1.16.0"), "{plan}");
    assert!(site.join("~lask").exists() && !record.exists(), "a dry run does nothing");
    desk.write("requirements.txt", "six==1.16.0\nflask\nwerkzeug\n");
    let output = desk.run(["fix", "--installer", "pip"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    for part in [
        "Removed what interrupted installations left in `.venv`",
        "Reinstalled 1 distribution into `.venv`",
        "Installed 1 requirement into `.venv`",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert!(record.exists() && !site.join("~lask").exists());

    // Its scripts still name the place where it was made.
    let moved = desk.path("elsewhere");
    std::fs::create_dir(&moved).expect("a folder");
    std::fs::rename(desk.path(".venv"), moved.join(".venv")).expect("it is moved");
    std::fs::rename(desk.path("requirements.txt"), moved.join("requirements.txt")).expect("so is the file");
    let output = desk.run(["fix", "elsewhere", "--installer", "pip"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("Recreated `.venv` and reinstalled"), "{said}");
}

/// What `env` says is to be done, on one line.
fn next(desk: &Desk) -> String {
    let output = desk.run(["env"]);
    let said = String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    said.split_once(" next ").map(|(_, next)| next.to_owned()).unwrap_or_default()
}

#[test]
fn env_promises_only_what_fix_does() {
    let put: [fn(&Path); 4] = [
        |place| std::fs::create_dir(place).expect("an empty folder"),
        |place| {
            std::fs::create_dir(place).expect("a folder");
            std::fs::write(place.join("notes.txt"), "").expect("a file");
        },
        |place| std::os::unix::fs::symlink("/usr", place).expect("a link"),
        |place| {
            let status = std::process::Command::new("mkfifo").arg(place).status();
            assert!(status.expect("`mkfifo` starts").success());
        },
    ];
    for put in put {
        let desk = Desk::new();
        let file = desk.write("requirements.txt", "six\n");
        put(&desk.path(".venv"));
        let next = next(&desk);
        assert!(next.starts_with("delete or rename `.venv`, which is no environment"), "{next}");
        for arguments in [&["fix", "--dry-run"][..], &["fix"]] {
            let output = desk.run(arguments);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.contains("is there already and is no environment"), "{said}");
        }
        let mut editor = desk.editor_with(editor_capabilities(), json!({"installer": "pip"}));
        editor.open(&file, "six\n");
        editor.expect(&file, &["0:environment-missing"]);
        let range = editor.range_of(&file, "six");
        let actions = editor.code_actions(&file, &range).unwrap_or_default();
        let creates = |action: &Value| action["title"].as_str().is_some_and(|it| it.starts_with("Create"));
        assert!(!actions.iter().any(creates), "{actions:?}");
    }

    let scene = Scene::new();
    assert!(next(&scene.desk).starts_with("`venv-lsp fix` puts a new one in its place"));
    std::fs::create_dir(scene.desk.path(".venv/.git")).expect("a folder");
    let promised = next(&scene.desk);
    assert!(promised.starts_with("`.venv` holds `.git`, and so is more than an environment"), "{promised}");
    for arguments in [&["fix", "--dry-run"][..], &["fix"]] {
        let output = scene.desk.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("`.venv` holds `.git`"), "{said}");
    }
}

#[test]
fn of_a_place_that_leads_nowhere_nothing_is_made_up() {
    let desk = Desk::new();
    let long = format!("{}\n", "x/".repeat(100_000));
    desk.write(".venv", &long);
    let output = desk.run(["env"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(!said.contains("unknown version") && !said.contains("activate"), "{said}");
    assert!(said.contains("broken: it is a file") && said.len() < 1000, "{said}");
    let told = desk.run(["env", "--output-format", "json"]);
    let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    let environment = &told["environment"];
    assert_eq!((&environment["variables"], &environment["bin"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_repair_that_was_made_up_is_refused() {
    let scene = Scene::new();
    let mut editor = scene.editor();
    let place = scene.desk.path(".venv");
    let elsewhere = scene.desk.environment("other", &["six==1.17.0"]);
    let before = contents(&scene.desk.work());
    let uri = uri_of(&scene.file);
    let site = place.join("lib/python3.12/site-packages");
    for argument in [
        json!({"uri": uri, "environment": elsewhere, "cure": "recreate", "interpreter": "/usr/bin/python3", "reinstall": true}),
        json!({"uri": uri, "environment": place, "cure": "recreate", "interpreter": "/bin/true", "reinstall": true}),
        json!({"uri": uri, "environment": place, "cure": "reinstall", "distributions": ["six==1.17.0"]}),
        json!({"uri": uri, "environment": place, "cure": "remove", "paths": [site.join("six-1.17.0.dist-info")]}),
        json!({"uri": uri, "environment": place, "cure": "remove", "paths": [scene.file]}),
    ] {
        let command = json!({"command": "venv-lsp.repairEnvironment", "arguments": [argument]});
        let result = editor.request("workspace/executeCommand", command).expect("an answer");
        assert_eq!(result["ok"], false, "{argument} {result}");
    }
    for argument in
        [json!({"uri": uri, "environment": place}), json!({"uri": uri, "environment": place, "cure": "burn"})]
    {
        let command = json!({"command": "venv-lsp.repairEnvironment", "arguments": [argument]});
        assert!(editor.request("workspace/executeCommand", command).is_err(), "{argument}");
    }
    assert_eq!(contents(&scene.desk.work()), before);
}
