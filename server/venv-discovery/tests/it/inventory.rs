//! What is found below a folder, and what is not looked at.

use std::path::Path;

use test_support::memory_system::{Call, MemorySystem};
use venv_discovery::{Inventory, Search, find_central_environments, find_environments, search_folder};

use crate::venv;

fn environments(system: &MemorySystem, root: &str) -> Vec<String> {
    let found = find_environments(system, Path::new(root));
    found.iter().map(|path| path.display().to_string()).collect()
}

/// Everything below `/w`, and the requirements files.
fn search(system: &MemorySystem) -> Inventory {
    let wants = |path: &Path| path.ends_with("requirements.txt");
    let search = Search { wants: Some(&wants), most_folders: usize::MAX };
    search_folder(system, Path::new("/w"), &search)
}

fn files(system: &MemorySystem) -> Vec<String> {
    search(system).files.iter().map(|path| path.display().to_string()).collect()
}

fn listed(system: &MemorySystem) -> Vec<String> {
    let calls = system.calls().into_iter().filter(|(call, _)| *call == Call::ReadDir);
    let mut listed: Vec<String> = calls.map(|(_, path)| path.display().to_string()).collect();
    listed.sort_unstable();
    listed
}

#[test]
fn environments_are_found_wherever_they_lie() {
    let mut system = MemorySystem::linux(&venv("/w/.venv"));
    system.add(&venv("/w/a/venv"));
    system.add(&venv("/w/a/b/some-other-name"));
    system.add("/w/c/conda/conda-meta/history\n/w/c/conda/bin/python*");
    system.add("/w/d/env/settings.yaml\n/w/d/requirements.txt");
    assert_eq!(
        environments(&system, "/w"),
        ["/w/.venv", "/w/a/b/some-other-name", "/w/a/venv", "/w/c/conda"]
    );
    assert_eq!(environments(&system, "/w/a"), ["/w/a/b/some-other-name", "/w/a/venv"]);
    assert_eq!(environments(&system, "/nowhere"), [""; 0]);
}

#[test]
fn an_environment_is_found_where_it_is_hidden_and_nothing_else_is() {
    let mut system = MemorySystem::linux(&venv("/w/a/.venv"));
    system.add(&venv("/w/a/my-environment"));
    system.add(&venv("/w/build/deep/venv"));
    system.add("/w/.gitignore: .venv/ | my-* | build/ | *.tmp/ | !kept.tmp/");
    system.add("/w/a/requirements.txt\n/w/build/requirements.txt");
    system.add("/w/x.tmp/requirements.txt\n/w/kept.tmp/requirements.txt");
    assert_eq!(environments(&system, "/w"), ["/w/a/.venv", "/w/a/my-environment"]);
    assert_eq!(files(&system), ["/w/a/requirements.txt", "/w/kept.tmp/requirements.txt"]);
    // What is asked about is searched, hidden or not.
    assert_eq!(environments(&system, "/w/build"), ["/w/build/deep/venv"]);
}

#[test]
fn only_the_folders_of_the_project_are_listed() {
    let mut system = MemorySystem::linux(&venv("/w/.venv"));
    system.add(&venv("/w/node_modules/x/venv"));
    system.add("/w/.git/objects/aa/file\n/w/src/__pycache__/x.pyc\n/w/src/vendor/site-packages/x/y");
    system.add("/w/.gitignore: build/\n/w/build/out/requirements.txt");
    assert_eq!(environments(&system, "/w"), ["/w/.venv"]);
    assert_eq!(listed(&system), ["/w", "/w/src", "/w/src/vendor"]);
    let questions = system.calls().into_iter().filter(|(_, path)| path.starts_with("/w")).count();
    // Three listings, `.gitignore`, the repository, the environment, and whether `build` is one.
    assert!(questions <= 10, "{:#?}", system.calls());
}

#[test]
fn patterns_count_as_git_counts_them() {
    let system = MemorySystem::linux(
        "
        /w/.git/info/exclude: private/
        /w/.gitignore: /only-here/ | *.txt
        /w/a/.gitignore: !requirements.txt | !*/
        /w/a/requirements.txt
        /w/a/b/requirements.txt
        /w/b/requirements.txt
        /w/b/.ignore: !requirements.txt
        /w/c/requirements.txt
        /w/only-here/.gitignore: !*
        /w/only-here/requirements.txt
        /w/b/only-here/requirements.txt
        /w/private/requirements.txt
        /w/global/requirements.txt
        /home/u/.gitconfig: [core] | excludesfile = ~/excludes
        /home/u/excludes: global/
        ",
    );
    let wanted = [
        "/w/a/b/requirements.txt",
        "/w/a/requirements.txt",
        "/w/b/only-here/requirements.txt",
        "/w/b/requirements.txt",
    ];
    assert_eq!(files(&system), wanted);
}

#[test]
fn what_is_said_above_the_folder_counts_within_its_repository() {
    let mut system = MemorySystem::linux(
        "
        /.gitignore: requirements.txt
        /r/.git/HEAD
        /r/.gitignore: out/
        /r/w/out/requirements.txt
        /r/w/a/requirements.txt
        ",
    );
    system.add("/w -> /r/w");
    let wants = |path: &Path| path.ends_with("requirements.txt");
    let search = Search { wants: Some(&wants), most_folders: usize::MAX };
    let found = search_folder(&system, Path::new("/r/w"), &search);
    assert_eq!(found.files, [Path::new("/r/w/a/requirements.txt")]);
}

#[test]
fn tools_keep_environments_in_folders_of_their_own() {
    let mut system = MemorySystem::linux("/w/.gitignore: .*/");
    for root in ["/w/.tox/py312", "/w/.nox/tests-3-12", "/w/.hatch/app", "/w/.direnv/python-3.12"] {
        system.add(&venv(root));
    }
    system.add("/w/.pixi/envs/default/conda-meta/history\n/w/.tox/log/requirements.txt");
    assert_eq!(
        environments(&system, "/w"),
        [
            "/w/.direnv/python-3.12",
            "/w/.hatch/app",
            "/w/.nox/tests-3-12",
            "/w/.pixi/envs/default",
            "/w/.tox/py312"
        ]
    );
    assert_eq!(files(&system), [""; 0]);
}

#[test]
fn links_and_files_stand_for_environments_and_are_followed_nowhere_else() {
    let mut system = MemorySystem::linux(&venv("/elsewhere/shared"));
    system.add("/w/a/.venv -> /elsewhere/shared\n/w/a/loop -> /w\n/w/b/.venv -> /gone");
    system.add("/w/c/.venv: /elsewhere/shared\n/w/d/venv -> /elsewhere\n/w/other -> /elsewhere/shared");
    system.add("/w/e/requirements.txt -> /w/f/base.txt\n/w/f/base.txt");
    assert_eq!(environments(&system, "/w"), ["/w/a/.venv", "/w/b/.venv", "/w/c/.venv"]);
    assert_eq!(files(&system), ["/w/e/requirements.txt"]);
}

#[test]
fn a_broken_environment_is_one() {
    let mut system = MemorySystem::linux(&venv("/w/.venv"));
    system.remove("/w/.venv/pyvenv.cfg");
    system.add("/w/a/.venv/notes.txt\n/w/a/venv/bin/python*");
    assert_eq!(environments(&system, "/w"), ["/w/.venv"]);
}

#[test]
fn a_project_inside_an_environment_is_searched() {
    let mut system = MemorySystem::linux(&venv("/w"));
    system.add("/w/project/requirements.txt\n/w/lib/python3.12/site-packages/x/requirements.txt");
    assert_eq!(environments(&system, "/w"), ["/w"]);
    assert_eq!(files(&system), ["/w/project/requirements.txt"]);
}

#[test]
fn folders_that_cannot_be_listed_are_told() {
    let mut system = MemorySystem::linux("/w/a/requirements.txt\n/w/b/requirements.txt");
    system.forbid("/w/a");
    let found = search(&system);
    assert_eq!(found.unreadable.len(), 1);
    assert_eq!(found.unreadable[0].0, Path::new("/w/a"));
    assert_eq!(found.files, [Path::new("/w/b/requirements.txt")]);
}

#[test]
fn a_search_can_be_bounded() {
    let mut tree = String::new();
    for number in 0..1_000 {
        tree += &format!("/w/folder-{number}/below/requirements.txt\n");
    }
    let mut system = MemorySystem::linux(&tree);
    system.add(&venv("/w/.venv"));
    let bounded =
        |most_folders| search_folder(&system, Path::new("/w"), &Search { wants: None, most_folders });
    let found = bounded(300);
    assert_eq!((found.visited, found.is_complete), (300, false));
    assert_eq!(found.environments, [Path::new("/w/.venv")], "what is near comes first");
    let found = bounded(5_000);
    assert_eq!((found.visited, found.is_complete), (2_001, true));
}

#[test]
fn many_threads_find_what_one_does() {
    let mut tree = String::new();
    for number in 0..600 {
        tree += &format!("/w/team-{}/project-{number}/requirements.txt\n", number % 7);
        if number % 3 == 0 {
            tree += &venv(&format!("/w/team-{}/project-{number}/.venv", number % 7));
        }
    }
    let system = MemorySystem::linux(&tree);
    let found = search(&system);
    assert_eq!((found.environments.len(), found.files.len()), (200, 600));
    assert!(found.environments.is_sorted() && found.files.is_sorted());
    assert_eq!(found, search(&system));
}

#[test]
fn central_places_are_listed() {
    let mut system =
        MemorySystem::linux("/home/u/.pyenv/versions/app -> /home/u/.pyenv/versions/3.12.1/envs/app");
    let wanted = [
        ("poetry", "/home/u/.cache/pypoetry/virtualenvs/app-n9OfTXYq-py3.12"),
        ("pipenv", "/home/u/.local/share/virtualenvs/app-ORqnvuw9"),
        ("virtualenvwrapper", "/home/u/.virtualenvs/app"),
        ("hatch", "/home/u/.local/share/hatch/env/virtual/app/n9OfTXYq/app"),
        ("hatch", "/home/u/.local/share/hatch/env/virtual/app/n9OfTXYq/test"),
        ("pdm", "/home/u/.local/share/pdm/venvs/app-8m7lppzo-3.12"),
        ("pyenv", "/home/u/.pyenv/versions/3.12.1/envs/app"),
        ("conda", "/home/u/miniforge3/envs/app"),
        ("conda", "/elsewhere/conda-env"),
        ("uv", "/home/u/.cache/uv/environments-v2/script-0123456789abcdef"),
        ("home", "/home/u/.venvs/app"),
    ];
    for (keeper, path) in wanted {
        if keeper == "conda" {
            system.add(&format!("{path}/conda-meta/history"));
        } else {
            system.add(&venv(path));
        }
    }
    system.add("/home/u/.conda/environments.txt: /elsewhere/conda-env | /gone | relative");
    system
        .add("/home/u/.virtualenvs/no-environment/file\n/home/u/.pyenv/versions/3.12.1/lib/python3.12/os.py");
    let found = find_central_environments(&system);
    let found: Vec<_> = found.iter().map(|one| (one.keeper, one.path.to_str().unwrap_or_default())).collect();
    assert_eq!(found, wanted);
}

#[test]
fn central_places_are_where_variables_say() {
    let mut system = MemorySystem::linux("");
    for (variable, folder, below) in [
        ("POETRY_VIRTUALENVS_PATH", "/1", ""),
        ("WORKON_HOME", "/2", ""),
        ("HATCH_DATA_DIR", "/3", "/env/virtual/p/h"),
        ("XDG_DATA_HOME", "/4", "/pdm/venvs"),
        ("PYENV_ROOT", "/5", "/versions/3.12.1/envs"),
        ("CONDA_ENVS_PATH", "/6", ""),
        ("UV_CACHE_DIR", "/7", "/environments-v2"),
    ] {
        system.set_env(variable, folder);
        system.add(&venv(&format!("{folder}{below}/app")));
    }
    let found = find_central_environments(&system);
    let keepers: Vec<&str> = found.iter().map(|one| one.keeper).collect();
    assert_eq!(keepers, ["poetry", "pipenv", "hatch", "pdm", "pyenv", "conda", "uv"]);
}

#[test]
fn central_places_of_other_platforms() {
    let mut macos = MemorySystem::macos(&venv("/Users/u/Library/Caches/pypoetry/virtualenvs/app"));
    macos.add(&venv("/Users/u/Library/Application Support/hatch/env/virtual/app/hash/app"));
    macos.add(&venv("/Users/u/.local/share/virtualenvs/app"));
    let keepers: Vec<&str> = find_central_environments(&macos).iter().map(|one| one.keeper).collect();
    assert_eq!(keepers, ["poetry", "pipenv", "hatch"]);

    let mut windows = MemorySystem::windows("");
    windows.set_env("LOCALAPPDATA", "C:/Users/u/AppData/Local");
    for place in ["pypoetry/Cache/virtualenvs", "hatch/env/virtual/app/hash", "pdm/pdm/venvs"] {
        windows.add(&format!("C:/Users/u/AppData/Local/{place}/app/pyvenv.cfg: home = C:\\Python312"));
    }
    windows.add("C:/Users/u/.virtualenvs/app/pyvenv.cfg: home = C:\\Python312");
    let keepers: Vec<&str> = find_central_environments(&windows).iter().map(|one| one.keeper).collect();
    assert_eq!(keepers, ["poetry", "pipenv", "hatch", "pdm"]);
}
