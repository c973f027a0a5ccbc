//! Which environment serves a file, and in which words that is said.

use std::path::{Path, PathBuf};

use test_support::memory_system::{Call, MemorySystem};
use venv_analysis::facts::{Origin, Resolution};
use venv_discovery::Request;

use crate::{codes, resolve, venv};

fn request(file: &str, workspace_root: &str) -> Request {
    Request {
        file: PathBuf::from(file),
        workspace_root: (!workspace_root.is_empty()).then(|| PathBuf::from(workspace_root)),
        named: None,
    }
}

fn named(file: &str, workspace_root: &str, path: &str) -> Request {
    Request {
        named: Some((PathBuf::from(path), "chosen in the editor".to_owned())),
        ..request(file, workspace_root)
    }
}

/// The path of the answer and the reason for it; `-` for none.
fn answer(resolution: &Resolution) -> (String, String) {
    match &resolution.chosen {
        Some(chosen) => (chosen.environment.root.display().to_string(), chosen.reason.clone()),
        None => ("-".to_owned(), String::new()),
    }
}

#[track_caller]
fn check(system: &MemorySystem, request: &Request, path: &str, reason: &str) -> Resolution {
    let found = resolve(system, request);
    assert_eq!(answer(&found), (path.to_owned(), reason.to_owned()));
    let chosen: Vec<_> = found.candidates.iter().filter(|candidate| candidate.chosen).collect();
    assert_eq!(chosen.len(), usize::from(found.chosen.is_some()));
    found
}

fn passed_over(resolution: &Resolution) -> Vec<(&str, &str)> {
    let candidates = resolution.candidates.iter().filter(|candidate| !candidate.chosen);
    candidates.filter_map(|candidate| Some((candidate.path.to_str()?, candidate.reason.as_str()))).collect()
}

fn searched(resolution: &Resolution) -> Vec<&str> {
    resolution.searched.iter().filter_map(|folder| folder.to_str()).collect()
}

#[test]
fn the_nearest_environment_serves() {
    let mut system = MemorySystem::linux(&venv("/home/u/playground/.venv"));
    system.add("/home/u/playground/rag/deep/deeper/requirements.txt");
    let root = "/home/u/playground";
    let path = "/home/u/playground/.venv";
    check(&system, &request("/home/u/playground/r.txt", root), path, "`.venv` beside the file");
    check(&system, &request("/home/u/playground/rag/r.txt", root), path, "`.venv` one folder up");
    let found = check(
        &system,
        &request("/home/u/playground/rag/deep/requirements.txt", root),
        path,
        "`.venv` two folders up",
    );
    assert_eq!(
        found.chosen.map(|chosen| chosen.origin),
        Some(Origin::Nearest { folder: PathBuf::from("/home/u/playground"), levels: 2 })
    );
    assert_eq!(
        found.searched,
        ["/home/u/playground/rag/deep", "/home/u/playground/rag", "/home/u/playground"].map(PathBuf::from)
    );
    // A folder in place of a file.
    check(&system, &request("/home/u/playground/rag", root), path, "`.venv` one folder up");
    let rag = "/home/u/playground/rag";
    check(&system, &request(rag, rag), path, "`.venv` one folder up");

    system.add(&venv("/home/u/playground/rag/.venv"));
    check(
        &system,
        &request("/home/u/playground/rag/deep/requirements.txt", root),
        "/home/u/playground/rag/.venv",
        "`.venv` one folder up",
    );
}

#[test]
fn a_sub_folder_opened_alone_finds_what_lies_above_it() {
    let mut system = MemorySystem::linux(&venv("/home/u/playground/.venv"));
    system.add("/home/u/playground/a/b/requirements.txt");
    let found = check(
        &system,
        &request("/home/u/playground/a/b/requirements.txt", "/home/u/playground/a/b"),
        "/home/u/playground/.venv",
        "`.venv` two folders up, above the workspace folder",
    );
    assert_eq!(passed_over(&found), []);
    check(
        &system,
        &request("/home/u/playground/a/b/requirements.txt", ""),
        "/home/u/playground/.venv",
        "`.venv` two folders up",
    );
}

#[test]
fn a_workspace_reached_through_a_link_is_gone_up_by_name() {
    let mut system = MemorySystem::linux(&venv("/home/u/playground/.venv"));
    system.add("/data/real/requirements.txt\n/home/u/playground/linked -> /data/real");
    check(
        &system,
        &request("/home/u/playground/linked/requirements.txt", "/home/u/playground/linked"),
        "/home/u/playground/.venv",
        "`.venv` one folder up, above the workspace folder",
    );
    let resolved = system.calls().into_iter().filter(|(call, _)| *call == Call::Canonicalize);
    assert!(resolved.map(|(_, path)| path).all(|path| path == Path::new("/home/u")), "only home itself is");
}

#[test]
fn the_home_folder_ends_the_search() {
    let mut system = MemorySystem::linux(&venv("/home/u/.venv"));
    system.add("/home/u/p/requirements.txt\n/home/u/requirements.txt");
    let found = check(&system, &request("/home/u/p/requirements.txt", "/home/u/p"), "-", "");
    assert_eq!(searched(&found), ["/home/u/p"]);
    check(&system, &request("/home/u/requirements.txt", ""), "/home/u/.venv", "`.venv` beside the file");
    check(&system, &request("/home/u/p/r.txt", "/home/u"), "/home/u/.venv", "`.venv` one folder up");
}

#[test]
fn a_home_folder_behind_a_link_is_the_home_folder() {
    let mut system = MemorySystem::linux(&venv("/data/u/.venv"));
    system.remove("/home/u");
    system.add("/home/u -> /data/u\n/data/u/p/requirements.txt");
    let found = check(&system, &request("/data/u/p/requirements.txt", "/data/u/p"), "-", "");
    assert_eq!(searched(&found), ["/data/u/p"]);
    let found = check(&system, &request("/home/u/p/requirements.txt", "/home/u/p"), "-", "");
    assert_eq!(searched(&found), ["/home/u/p"]);
}

#[test]
fn the_root_of_the_file_system_is_not_looked_into() {
    let mut system = MemorySystem::linux(&venv("/.venv"));
    system.add("/srv/p/requirements.txt");
    let found = check(&system, &request("/srv/p/requirements.txt", "/srv/p"), "-", "");
    assert_eq!(searched(&found), ["/srv/p", "/srv"]);
    check(&system, &request("/requirements.txt", "/"), "/.venv", "`.venv` beside the file");
    let windows = MemorySystem::windows("C:/p/requirements.txt\nC:/.venv/pyvenv.cfg: home = C:\\Python312");
    let found = check(&windows, &request("C:/p/requirements.txt", ""), "-", "");
    assert_eq!(searched(&found), ["C:/p"]);
}

#[test]
fn what_belongs_to_someone_else_ends_the_search_above_the_workspace() {
    let mut system = MemorySystem::linux(&venv("/shared/.venv"));
    system.add("/shared/p/q/requirements.txt");
    system.set_owner("/shared", 0);
    let file = "/shared/p/q/requirements.txt";
    let found = check(&system, &request(file, "/shared/p/q"), "-", "");
    assert_eq!(searched(&found), ["/shared/p/q", "/shared/p"]);
    // What was opened is trusted, whoever owns it.
    check(&system, &request(file, "/shared"), "/shared/.venv", "`.venv` two folders up");
    check(&system, &request("/shared/requirements.txt", ""), "/shared/.venv", "`.venv` beside the file");

    // The same for root, to whom everybody's folders are open.
    system.set_user(0);
    let found = check(&system, &request(file, "/shared/p/q"), "-", "");
    assert_eq!(searched(&found), ["/shared/p/q"]);
}

#[test]
fn an_environment_that_someone_else_put_there_is_passed_over() {
    let mut system = MemorySystem::linux(&venv("/tmp/.venv"));
    system.add("/tmp/p/requirements.txt");
    system.set_owner("/tmp/.venv", 4711);
    let found = check(&system, &request("/tmp/p/requirements.txt", "/tmp/p"), "-", "");
    assert_eq!(
        passed_over(&found),
        [("/tmp/.venv", "`.venv` one folder up, above the workspace folder, but it belongs to another user")]
    );
}

#[test]
fn without_a_workspace_folder_only_environments_of_ones_own_count() {
    let mut system = MemorySystem::linux(&venv("/tmp/.venv"));
    system.add(&venv("/tmp/venv"));
    system.add("/tmp/requirements.txt");
    let file = "/tmp/requirements.txt";
    check(&system, &request(file, ""), "/tmp/.venv", "`.venv` beside the file");

    let foreign = "`.venv` beside the file, but it belongs to another user";
    for owner in [4711, 0] {
        system.set_owner("/tmp/.venv", owner);
        // The folder being the same user's is no reason to trust it.
        for folder_owner in [0, owner, 1000] {
            system.set_owner("/tmp", folder_owner);
            let found = check(&system, &request(file, ""), "/tmp/venv", "`venv` beside the file");
            assert_eq!(passed_over(&found), [("/tmp/.venv", foreign)]);
            // A workspace folder that does not hold the file vouches for nothing.
            check(&system, &request(file, "/home/u/p"), "/tmp/venv", "`venv` beside the file");
            check(&system, &request(file, "/tmp"), "/tmp/.venv", "`.venv` beside the file");
        }
    }
    system.remove("/tmp/venv");
    let found = check(&system, &request(file, ""), "-", "");
    assert_eq!(passed_over(&found), [("/tmp/.venv", foreign)]);
    assert!(found.candidates[0].is_foreign());

    // A link to an environment of one's own may have been put there by somebody else as well.
    system.remove("/tmp/.venv");
    system.add("/tmp/.venv -> /home/u/other\n/home/u/other/pyvenv.cfg: home = /usr/bin");
    system.set_owner("/tmp/.venv", 4711);
    check(&system, &request(file, ""), "-", "");
}

#[test]
fn a_folder_that_somebody_else_made_an_environment_is_passed_over() {
    let reason = "the file's own folder, which is itself an environment";
    for theirs in ["/srv/rag", "/srv/rag/pyvenv.cfg"] {
        let mut system = MemorySystem::linux(&venv("/srv/rag"));
        system.add("/srv/rag/requirements.txt");
        let file = "/srv/rag/requirements.txt";
        check(&system, &request(file, ""), "/srv/rag", reason);
        system.set_owner(theirs, 4711);
        let found = check(&system, &request(file, ""), "-", "");
        let passed = format!("{reason}, but it belongs to another user");
        assert_eq!(passed_over(&found), [("/srv/rag", passed.as_str())], "{theirs}");
        check(&system, &request(file, "/srv/rag"), "/srv/rag", reason);
    }
}

#[test]
fn other_names_count_only_if_they_are_environments() {
    let mut system = MemorySystem::linux("/w/p/env/settings.yaml\n/w/p/venv/");
    system.add(&venv("/w/env"));
    let found = check(&system, &request("/w/p/r.txt", "/w"), "/w/env", "`env` one folder up");
    assert_eq!(
        passed_over(&found),
        [
            ("/w/p/venv", "`venv` beside the file, but it is an empty folder"),
            (
                "/w/p/env",
                "`env` beside the file, but it is no environment, for it has no `pyvenv.cfg` and no `conda-meta`"
            ),
        ]
    );
    system.add("/w/p/env/conda-meta/history\n/w/p/env/bin/python*");
    check(&system, &request("/w/p/r.txt", "/w"), "/w/p/env", "`env` beside the file");
    system.remove("/w/p/venv");
    system.add(&venv("/w/p/venv"));
    let found = check(&system, &request("/w/p/r.txt", "/w"), "/w/p/venv", "`venv` beside the file");
    assert_eq!(passed_over(&found), [("/w/p/env", "`env` beside the file, but `venv` comes before it")]);
}

#[test]
fn a_broken_environment_is_the_answer_all_the_same() {
    let mut system = MemorySystem::linux(&venv("/w/.venv"));
    system.add("/w/p/.venv -> /gone");
    let reason = "`.venv` beside the file, a link to `/gone`";
    let found = check(&system, &request("/w/p/r.txt", "/w"), "/w/p/.venv", reason);
    assert_eq!(codes(&found.chosen.expect("it was checked").environment), ["redirect-broken"]);

    system.remove("/w/p/.venv");
    system.add("/w/p/.venv/pyvenv.cfg: home = /gone | include-system-site-packages = false");
    let found = check(&system, &request("/w/p/r.txt", "/w"), "/w/p/.venv", "`.venv` beside the file");
    assert_eq!(codes(&found.chosen.expect("it was checked").environment), ["python-missing"]);
}

#[test]
fn a_folder_that_is_no_environment_is_passed_over() {
    let mut system = MemorySystem::linux(&venv("/w/.venv"));
    system.add("/w/p/.venv/");
    let found = check(&system, &request("/w/p/r.txt", "/w"), "/w/.venv", "`.venv` one folder up");
    assert_eq!(passed_over(&found), [("/w/p/.venv", "`.venv` beside the file, but it is an empty folder")]);
    system.add("/w/p/.venv/notes.txt");
    let found = check(&system, &request("/w/p/r.txt", "/w"), "/w/.venv", "`.venv` one folder up");
    assert_eq!(
        passed_over(&found),
        [(
            "/w/p/.venv",
            "`.venv` beside the file, but it is no environment, for it has no `pyvenv.cfg` and no `conda-meta`"
        )]
    );
}

#[test]
fn a_project_inside_an_environment_is_served_by_it() {
    let system = MemorySystem::linux(&venv("/home/u/rag"));
    let reason = "the file's own folder, which is itself an environment";
    check(&system, &request("/home/u/rag/requirements.txt", "/home/u/rag"), "/home/u/rag", reason);
    let reason = "the folder two folders up, above the workspace folder, which is itself an environment";
    check(&system, &request("/home/u/rag/a/b/requirements.txt", "/home/u/rag/a"), "/home/u/rag", reason);
    let reason = "the folder three folders up, which is itself an environment";
    check(&system, &request("/home/u/rag/lib/python3.12/site-packages/r.txt", ""), "/home/u/rag", reason);
}

#[test]
fn a_redirect_file_leads_to_the_environment() {
    let mut system = MemorySystem::linux(&venv("/envs/shared"));
    system.write("/w/p/.venv", "/envs/shared\n");
    let reason = "the environment that the redirect file `.venv` beside the file names";
    check(&system, &request("/w/p/r.txt", "/w"), "/envs/shared", reason);
    let reason = "the environment that the redirect file `.venv` one folder up names";
    check(&system, &request("/w/p/a/r.txt", "/w"), "/envs/shared", reason);
    system.write("/w/p/.venv", "gone\n");
    check(&system, &request("/w/p/r.txt", "/w"), "/w/p/.venv", "the redirect file `.venv` beside the file");
}

#[test]
fn the_reason_is_true_of_links_and_folders() {
    let mut system = MemorySystem::linux(&venv("/envs/shared"));
    system.add("/w/p/.venv -> /envs/shared");
    system.add("/w/p/a/r.txt");
    let link = "`.venv` beside the file, a link to `/envs/shared`";
    check(&system, &request("/w/p/r.txt", "/w"), "/w/p/.venv", link);
    check(&system, &request("/w/p", "/w"), "/w/p/.venv", "`.venv` in the folder, a link to `/envs/shared`");
    let link = "`.venv` one folder up, above the workspace folder, a link to `/envs/shared`";
    check(&system, &request("/w/p/a/r.txt", "/w/p/a"), "/w/p/.venv", link);
    let inside = "the folder itself, which is itself an environment";
    check(&system, &request("/envs/shared", "/envs"), "/envs/shared", inside);
    let found = check(
        &system,
        &named("/w/p/r.txt", "/w", "/w/p/gone"),
        "/w/p/.venv",
        "`.venv` beside the file, a link to `/envs/shared`",
    );
    assert_eq!(passed_over(&found), [("/w/p/gone", "chosen in the editor, but nothing is there")]);
    system.add("/w/p/gone -> /nowhere");
    system.add("/w/q/venv -> /envs/shared");
    check(
        &system,
        &request("/w/q/r.txt", "/w"),
        "/w/q/venv",
        "`venv` beside the file, a link to `/envs/shared`",
    );
}

#[test]
fn what_the_user_names_comes_first() {
    let mut system = MemorySystem::linux(&venv("/w/.venv"));
    system.add(&venv("/envs/other"));
    system.add(&venv("/home/u/envs/mine"));
    let words = "chosen in the editor";
    let found = check(&system, &named("/w/r.txt", "/w", "/envs/other"), "/envs/other", words);
    assert_eq!(found.chosen.map(|chosen| chosen.origin), Some(Origin::Named(words.to_owned())));
    check(&system, &named("/w/r.txt", "/w", "~/envs/mine"), "/home/u/envs/mine", words);
    check(&system, &named("/w/p/r.txt", "/w", ".venv"), "/w/.venv", words);
    check(&system, &named("/w/r.txt", "/w", "/envs/other/bin/python"), "/envs/other", words);

    // Also if it is broken.
    system.remove("/envs/other/bin/python");
    check(&system, &named("/w/r.txt", "/w", "/envs/other"), "/envs/other", words);

    for (path, reason) in [
        ("/envs/gone", "chosen in the editor, but nothing is there"),
        (
            "/envs",
            "chosen in the editor, but it is no environment, for it has no `pyvenv.cfg` and no `conda-meta`",
        ),
        ("/usr/bin/python3.12", "chosen in the editor, but it is no folder"),
    ] {
        let found = check(&system, &named("/w/r.txt", "/w", path), "/w/.venv", "`.venv` beside the file");
        assert_eq!(passed_over(&found), [(path, reason)]);
    }
}

#[test]
fn variables_of_the_server_come_last() {
    let mut system = MemorySystem::linux(&venv("/envs/active"));
    system.add("/w/r.txt");
    system.set_env("VIRTUAL_ENV", "/envs/active");
    let reason = "`VIRTUAL_ENV` of the server's own environment";
    let found = check(&system, &request("/w/r.txt", "/w"), "/envs/active", reason);
    assert_eq!(found.chosen.map(|chosen| chosen.origin), Some(Origin::Variable("VIRTUAL_ENV")));

    system.add(&venv("/w/.venv"));
    let found = check(&system, &request("/w/r.txt", "/w"), "/w/.venv", "`.venv` beside the file");
    assert_eq!(
        passed_over(&found),
        [(
            "/envs/active",
            "`VIRTUAL_ENV` of the server's own environment, which counts only where nothing else is found"
        )]
    );

    system.remove("/w/.venv");
    system.set_env("VIRTUAL_ENV", "/envs/gone");
    let found = check(&system, &request("/w/r.txt", "/w"), "-", "");
    assert_eq!(
        passed_over(&found),
        [("/envs/gone", "`VIRTUAL_ENV` of the server's own environment, but nothing is there")]
    );
}

#[test]
fn variables_that_name_relative_folders_do_not_count() {
    for variable in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
        // A machine in memory takes relative paths for ones that begin at its root, as if it ran there.
        let mut system = MemorySystem::linux(&venv("/tools"));
        system.add("/w/r.txt");
        system.set_env(variable, "tools");
        let found = check(&system, &request("/w/r.txt", "/w"), "-", "");
        assert!(found.candidates.is_empty(), "{:?}", found.candidates);
        system.set_env(variable, "/tools");
        let reason = format!("`{variable}` of the server's own environment");
        check(&system, &request("/w/r.txt", "/w"), "/tools", &reason);
    }
}

#[test]
fn the_base_environment_of_conda_serves_nobody() {
    let conda = "
        /c/conda-meta/history
        /c/bin/python*
        /c/lib/python3.12/site-packages/
        /c/envs/e/conda-meta/history
        /c/envs/e/bin/python*
        /c/envs/e/lib/python3.12/site-packages/
        /w/r.txt
    ";
    for (prefix, name, root, chosen) in [
        ("/c/envs/e", "e", "/c", true),
        ("/c/envs/e", "/c/envs/e", "/c", true),
        ("/c/envs/e", "", "", true),
        ("/c", "base", "", false),
        ("/c", "", "/c", false),
        ("/c", "other", "", false),
    ] {
        let mut system = MemorySystem::linux(conda);
        system.set_env("CONDA_PREFIX", prefix);
        system.set_env("CONDA_DEFAULT_ENV", name);
        system.set_env("_CONDA_ROOT", root);
        let found = resolve(&system, &request("/w/r.txt", "/w"));
        assert_eq!(found.chosen.is_some(), chosen, "{prefix} {name} {root}");
        if chosen {
            assert_eq!(answer(&found).1, "`CONDA_PREFIX` of the server's own environment");
        } else {
            assert_eq!(
                passed_over(&found),
                [(
                    "/c",
                    "`CONDA_PREFIX` of the server's own environment, but it is conda's base environment"
                )]
            );
        }
    }
}

#[test]
fn a_folder_without_environments_costs_a_few_questions() {
    let system = MemorySystem::linux("/home/u/a/b/c/d/requirements.txt");
    let found = resolve(&system, &request("/home/u/a/b/c/d/requirements.txt", "/home/u/a"));
    assert_eq!(found.searched.len(), 4);
    assert_eq!(system.count(Call::ReadDir), 0);
    let asked = system.count(Call::Metadata) + system.count(Call::Read);
    assert!(asked <= 19 * found.searched.len() + 1, "{asked}: {:#?}", system.calls());
    // One watch for each, however many things could appear in it.
    assert_eq!(found.watched.len(), found.searched.len());
    assert_eq!(found.searched[0], Path::new("/home/u/a/b/c/d"));
}
