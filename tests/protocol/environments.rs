//! Which environments there are, told to an editor and at a terminal.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use test_support::client::uri_of;

use crate::desk::{Desk, Editor};

/// What the server says by itself of the environment of `file` next.
fn told(editor: &mut Editor, file: &Path) -> Value {
    let timeout = editor.timeout;
    let is_about = |message: &Value| {
        message["method"] == "venv-lsp/environmentChanged" && message["params"]["uri"] == uri_of(file)
    };
    editor.wait_for(is_about, timeout).expect("the environment is told")["params"]["environment"].clone()
}

fn ask(editor: &mut Editor, file: &Path, all: bool) -> Value {
    let params = json!({"uri": uri_of(file), "all": all});
    editor.request("venv-lsp/environment", params).expect("the environment is told")
}

fn paths(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(|one| one["path"].as_str()).collect()
}

#[test]
fn an_editor_learns_how_to_activate() {
    let desk = Desk::new();
    let root = desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    let environment = told(&mut editor, &file);
    assert_eq!(environment["prefix"], json!(root));
    assert_eq!(environment["bin"], json!(root.join("bin")));
    assert_eq!(environment["python"]["executable"], json!(root.join("bin/python")));
    assert_eq!(environment["broken"], false);
    let variables = json!({
        "set": {"VIRTUAL_ENV": root, "VIRTUAL_ENV_PROMPT": ".venv"},
        "prepend": {"PATH": [root.join("bin")]},
        "unset": ["PYTHONHOME"],
    });
    assert_eq!(environment["variables"], variables);
    let answer = ask(&mut editor, &file, false);
    assert_eq!(answer["environment"], environment, "asked and told alike");
    assert_eq!(answer.get("environments"), None);
    for interpreter in answer["interpreters"].as_array().expect("a list") {
        assert!(interpreter["implementation"].is_string() && interpreter.get("problem").is_some());
    }
}

#[test]
fn a_prompt_is_what_its_maker_wrote() {
    let desk = Desk::new();
    let root = desk.environment(".venv", &[]);
    let config = fs::read_to_string(root.join("pyvenv.cfg")).unwrap();
    fs::write(root.join("pyvenv.cfg"), config + "prompt = 'my project'\n").unwrap();
    let file = desk.write("requirements.txt", "");
    let answer = ask(&mut desk.editor(), &file, false);
    assert_eq!(answer["environment"]["variables"]["set"]["VIRTUAL_ENV_PROMPT"], "my project");
}

#[test]
fn the_variables_of_conda_are_its_own() {
    let desk = Desk::new();
    let root = desk.path("envs/science");
    fs::create_dir_all(root.join("conda-meta")).unwrap();
    fs::create_dir_all(root.join("bin")).unwrap();
    fs::create_dir_all(root.join("lib/python3.12/site-packages")).unwrap();
    fs::write(root.join("bin/python"), "").unwrap();
    let file = desk.write("requirements.txt", "");
    let options = json!({"environment": root});
    let mut editor = desk.editor_with(test_support::client::editor_capabilities(), options);
    let environment = ask(&mut editor, &file, false)["environment"].clone();
    assert_eq!(environment["kind"], "conda");
    let variables = &environment["variables"];
    assert_eq!(variables["set"], json!({"CONDA_PREFIX": root, "CONDA_DEFAULT_ENV": "science"}));
    assert_eq!(variables["prepend"]["PATH"], json!([root.join("bin")]));
    assert_eq!(variables["unset"], json!(["VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PYTHONHOME"]));
}

#[test]
fn all_that_there_is_to_choose_from() {
    let mut desk = Desk::new();
    let own = desk.environment(".venv", &["flask==3.0.0"]);
    let other = desk.environment("other/venv", &[]);
    let broken = desk.environment("broken/.venv", &[]);
    fs::remove_file(broken.join("pyvenv.cfg")).unwrap();
    desk.environment("node_modules/x/.venv", &[]);
    let central = desk.environment("../central/app-AbCdEfGh-py3.12", &[]).canonicalize().unwrap();
    desk.set("POETRY_VIRTUALENVS_PATH", central.parent().expect("a folder").display().to_string());
    desk.write(".gitignore", ".venv/\nvenv/\n");
    let file = desk.write("requirements.txt", "");
    let answer = ask(&mut desk.editor(), &file, true);
    assert_eq!(answer["complete"], true);
    let environments = &answer["environments"];
    let wanted = [&own, &broken, &other, &central].map(|path| path.to_str().expect("UTF-8"));
    assert_eq!(paths(environments), wanted);
    assert_eq!(environments[0]["place"], "workspace");
    assert_eq!(environments[0]["distributions"], 1);
    assert_eq!(
        (&environments[1]["broken"], &environments[1]["health"][0]["cure"]),
        (&json!(true), &json!("recreate"))
    );
    assert_eq!(
        (&environments[3]["place"], &environments[3]["keeper"]),
        (&json!("central"), &json!("poetry"))
    );
    assert_eq!(environments[3]["variables"]["set"]["VIRTUAL_ENV"], json!(central));

    let output = desk.run(["env", "--all", "--output-format", "json"]);
    let at_a_terminal: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(at_a_terminal["environments"], *environments, "one answer for both");
}

#[test]
fn files_of_one_workspace_have_their_own_environments() {
    let desk = Desk::new();
    let (first, second) = (desk.environment("a/.venv", &["flask==3.0.0"]), desk.environment("b/.venv", &[]));
    let files = ["a/requirements.txt", "b/requirements.txt", "c/requirements.txt"];
    let files = files.map(|file| desk.write(file, "flask\n"));
    let mut editor = desk.editor();
    for file in &files {
        editor.open(file, "flask\n");
    }
    assert_eq!(told(&mut editor, &files[0])["path"], json!(first));
    assert_eq!(told(&mut editor, &files[1])["path"], json!(second));
    assert_eq!(told(&mut editor, &files[2]), Value::Null);
    editor.expect(&files[0], &[]);
    editor.expect(&files[1], &["0:requirement-not-installed"]);
    editor.expect(&files[2], &["0:environment-missing"]);
}

#[test]
fn an_environment_that_is_made_moved_or_deleted_is_told() {
    let desk = Desk::new();
    let file = desk.write("learn/requirements.txt", "flask\n");
    let beside = desk.write("other/requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&file, "flask\n");
    editor.open(&beside, "flask\n");
    assert_eq!(told(&mut editor, &file), Value::Null);
    assert_eq!(told(&mut editor, &beside), Value::Null);

    // Made: it comes in several steps, of which some may be told.
    let made = desk.environment("learn/.venv", &["flask==3.0.0"]);
    let until = |editor: &mut Editor, wanted: &dyn Fn(&Value) -> bool| loop {
        let environment = told(editor, &file);
        if wanted(&environment) {
            return environment;
        }
    };
    let works =
        |environment: &Value| environment["path"] == json!(made) && environment["health"] == json!([]);
    let environment = until(&mut editor, &works);
    assert_eq!(environment["reason"], "`.venv` beside the file");
    editor.expect(&file, &[]);

    // Moved one folder up, where it serves both.
    let moved = desk.path(".venv");
    fs::rename(&made, &moved).unwrap();
    let environment = until(&mut editor, &|environment| environment["path"] == json!(moved));
    assert_eq!(environment["reason"], "`.venv` one folder up");
    let environment = told(&mut editor, &beside);
    assert_eq!(environment["path"], json!(moved));

    // Broken.
    fs::remove_file(moved.join("pyvenv.cfg")).unwrap();
    until(&mut editor, &|environment| environment["broken"] == true);

    // Deleted.
    fs::remove_dir_all(&moved).unwrap();
    until(&mut editor, &Value::is_null);
}

#[test]
fn a_terminal_has_a_short_answer() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    desk.write("learn/app.py", "");
    let mut command = desk.command();
    let output = command.env("SHELL", "/bin/bash").args(["env", "learn/app.py"]).output().expect("it starts");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "environment  .venv\n\
         because      it is `.venv` one folder up\n\
         python       3.12.1, made by venv\n\
         installed    1 distribution\n\
         health       nothing is wrong with it\n\
         activate     source .venv/bin/activate\n"
    );
    fs::remove_file(desk.path(".venv/pyvenv.cfg")).unwrap();
    let said = String::from_utf8_lossy(&desk.run(["env"]).stdout).into_owned();
    assert!(
        said.contains("\nhealth       broken: ") && said.contains("\nnext         `venv-lsp fix`"),
        "{said}"
    );
    assert!(!said.contains("activate "), "{said}");
}

#[cfg(unix)]
#[test]
fn what_works_in_part_is_found_with_what_helps() {
    let desk = Desk::new();
    let root = desk.environment(".venv", &["six==1.17.0"]);
    fs::create_dir(root.join("lib/python3.12/site-packages/~ix")).unwrap();
    let output = desk.run(["env"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("\nhealth       damaged: "), "{said}");
    assert!(said.contains("\nnext         `venv-lsp fix` puts that right\n"), "{said}");
    assert!(said.contains("\nactivate "), "{said}");
    assert_eq!(desk.run(["env", "--output-format", "json"]).status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn of_links_in_a_circle_nothing_is_promised_but_a_new_environment() {
    let desk = Desk::new();
    std::os::unix::fs::symlink(".venv", desk.path(".venv")).unwrap();
    let said = String::from_utf8_lossy(&desk.run(["env"]).stdout).replace("\n             ", " ");
    assert!(said.contains("the links go in a circle"), "{said}");
    assert!(!said.contains("with what it held"), "{said}");
    assert!(said.contains("`venv-lsp fix` puts a new one in its place\n"), "{said}");
}

#[cfg(unix)]
#[test]
fn what_distributions_have_lost_is_told() {
    let desk = Desk::new();
    let root = desk.environment(".venv", &["flask==3.0.0", "six==1.17.0", "click==8.1"]);
    let site = root.join("lib/python3.12/site-packages");
    for (folder, part) in [("flask-3.0.0.dist-info", "METADATA"), ("six-1.17.0.dist-info", "RECORD")] {
        fs::remove_file(site.join(folder).join(part)).unwrap();
        fs::File::open(site.join(folder)).unwrap().set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    }
    let file = desk.write("requirements.txt", "six\n");
    let said = String::from_utf8_lossy(&desk.run(["env", "--all"]).stdout).replace("\n             ", " ");
    for wanted in [
        "health       damaged: `flask` 3.0.0 has lost its `METADATA`, so pip does not know it: install \
         `flask==3.0.0` again\n",
        "health       damaged: `six` 1.17.0 has lost its `RECORD`, so pip cannot upgrade or remove it: install \
         `six==1.17.0` again\n",
        "activate     ",
    ] {
        assert!(said.contains(wanted), "`{wanted}` is not in\n{said}");
    }
    let output = desk.run(["env", "--all", "--output-format", "json"]);
    let at_a_terminal: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let health = &at_a_terminal["environment"]["health"];
    assert_eq!((&health[0]["code"], &health[0]["harm"]), (&json!("metadata-missing"), &json!("partial")));
    assert_eq!((&health[1]["code"], &health[1]["cure"]), (&json!("record-missing"), &json!("reinstall")));

    let mut editor = desk.editor();
    editor.open(&file, "six\n");
    while told(&mut editor, &file)["health"] != *health {}
    assert_eq!(ask(&mut editor, &file, false)["environment"]["health"], *health, "one answer for all");
}

#[test]
fn a_terminal_has_the_whole_search() {
    let mut desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    let broken = desk.environment("a/rather/long/way/down/to/this/project/.venv", &[]);
    fs::remove_file(broken.join("pyvenv.cfg")).unwrap();
    fs::create_dir_all(desk.path("venv")).unwrap();
    let active = desk.environment("../active", &[]);
    desk.set("VIRTUAL_ENV", active.display().to_string());
    let output = desk.run(["env", "--all"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for wanted in [
        "Considered, in this order",
        "chosen: `.venv` in the folder",
        "passed over: `VIRTUAL_ENV`",
        "Environments in `",
        ": 2\n",
        "3.12.1, venv, 1 distribution",
        "  a/rather/long/way/down/to/this/project/.venv\n",
        "broken: ",
        "Pythons on this machine: ",
    ] {
        assert!(said.contains(wanted), "`{wanted}` is not in\n{said}");
    }
    let is_path = |line: &str| line.trim_start().starts_with(['/', '~']);
    let too_wide: Vec<&str> =
        said.lines().filter(|line| line.chars().count() > 80 && !is_path(line)).collect();
    assert!(too_wide.is_empty(), "{too_wide:#?}");
}

/// The folders that a process watches, as inode numbers, in order.
#[cfg(target_os = "linux")]
fn watched(process: u32) -> Vec<u64> {
    let descriptors = fs::read_dir(format!("/proc/{process}/fdinfo")).expect("the process is there");
    let mut inodes = Vec::new();
    for descriptor in descriptors.flatten() {
        // A descriptor may be gone by now.
        let text = fs::read_to_string(descriptor.path()).unwrap_or_default();
        let watches = text.lines().filter(|line| line.starts_with("inotify "));
        inodes.extend(watches.filter_map(|line| {
            let inode = line.split(' ').find_map(|word| word.strip_prefix("ino:"))?;
            u64::from_str_radix(inode, 16).ok()
        }));
    }
    inodes.sort_unstable();
    inodes
}

/// The inode numbers of every folder from `folder` on.
#[cfg(target_os = "linux")]
fn folders_below(folder: &Path, inodes: &mut Vec<u64>) {
    use std::os::unix::fs::MetadataExt as _;

    inodes.push(fs::metadata(folder).expect("it is there").ino());
    for entry in fs::read_dir(folder).expect("it can be listed").flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            folders_below(&entry.path(), inodes);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn one_watch_for_each_folder_that_matters_and_none_for_the_rest() {
    use std::os::unix::fs::MetadataExt as _;

    let desk = Desk::new();
    let root = desk.environment(".venv", &["flask==3.0.0"]);
    for number in 0..50 {
        desk.write(&format!("project-{number}/src/package/module.py"), "");
        desk.environment(&format!("project-{number}/.venv"), &["flask==3.0.0"]);
        fs::create_dir_all(root.join(format!("lib/python3.12/site-packages/package-{number}"))).unwrap();
    }
    let files =
        ["requirements.txt", "a/requirements.txt", "a/b/requirements.txt", "project-7/requirements.txt"];
    let files = files.map(|file| desk.write(file, "flask\n"));
    let mut below = Vec::new();
    folders_below(&desk.work(), &mut below);
    // What the machine has apart from the project is watched once, whatever is open: pip's configuration.
    const ELSEWHERE: usize = 8;
    let until_watched = |editor: &mut Editor, expected: &[u64]| {
        let until = std::time::Instant::now() + editor.timeout;
        loop {
            let (own, elsewhere): (Vec<u64>, Vec<u64>) =
                watched(editor.process_id()).into_iter().partition(|inode| below.contains(inode));
            assert!(elsewhere.len() <= ELSEWHERE, "{elsewhere:?} are watched outside of the project");
            if own == expected {
                return;
            }
            assert!(std::time::Instant::now() < until, "{own:?} are watched, not {expected:?}");
            // Each answer is some time later.
            ask(editor, &files[0], false);
        }
    };
    let mut editor = desk.editor();
    let mut expected = Vec::new();
    let own = |root: &Path| [root.to_owned(), root.join("bin"), root.join("lib/python3.12/site-packages")];
    for (file, folders) in files.iter().zip([
        [vec![desk.work()], own(&root).to_vec()].concat(),
        vec![desk.path("a")],
        vec![desk.path("a/b")],
        [vec![desk.path("project-7")], own(&desk.path("project-7/.venv")).to_vec()].concat(),
    ]) {
        editor.open(file, "flask\n");
        editor.expect(file, &[]);
        expected.extend(folders.iter().map(|folder| fs::metadata(folder).expect("it is there").ino()));
        expected.sort_unstable();
        // Everything that there is to choose from is found, and none of it is watched.
        assert_eq!(ask(&mut editor, file, true)["environments"].as_array().map(Vec::len), Some(51));
        until_watched(&mut editor, &expected);
    }
    for file in &files {
        editor.close(file);
    }
    until_watched(&mut editor, &[]);
}
