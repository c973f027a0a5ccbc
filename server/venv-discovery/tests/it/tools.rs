//! Which environment a tool would use, by its own rules: what is declared × where it is × platform.

mod others;
mod poetry_and_pipenv;

use std::path::PathBuf;

use test_support::memory_system::MemorySystem;
use venv_analysis::facts::Resolution;
use venv_discovery::Request;

use crate::{read, resolve, venv};

struct Case {
    what: &'static str,
    machine: fn(&str) -> MemorySystem,
    variables: &'static [(&'static str, &'static str)],
    tree: &'static str,
    /// Environments, beside what `tree` has.
    environments: &'static [&'static str],
    file: &'static str,
    /// The path, the origin, the kind and the reason; empty for none.
    chosen: (&'static str, &'static str, &'static str, &'static str),
}

const BASE: Case = Case {
    what: "",
    machine: MemorySystem::linux,
    variables: &[],
    tree: "",
    environments: &[],
    file: "/home/u/demo/r.txt",
    chosen: ("", "", "", ""),
};

const POETRY: &str = "/home/u/.cache/pypoetry/virtualenvs/my-demo-mz1Zia10-py3.12";
const POETRY_WORDS: &str = "the environment of Poetry for `pyproject.toml` beside the file";
const PIPENV: &str = "/home/u/.local/share/virtualenvs/demo-s2g_S662";
const PIPENV_WORDS: &str = "the environment of Pipenv for `Pipfile` beside the file";
const HATCH: &str = "/home/u/.local/share/hatch/env/virtual/my-demo/mz1Zia10/my-demo";
const HATCH_WORDS: &str = "the environment `default` of Hatch for `pyproject.toml` beside the file";
const PDM: &str = "/home/u/.local/share/pdm/venvs/demo-2Y0Qypoq-3.12";
const BESIDE: &str = "`.venv` beside the file";
const REDIRECT: &str = "the environment that the redirect file `.venv` beside the file names";

fn find(case: &Case) -> (MemorySystem, Resolution) {
    let mut system = (case.machine)(case.tree);
    for root in case.environments {
        system.add(&venv(root));
    }
    for (name, value) in case.variables {
        system.set_env(name, value);
    }
    let file = PathBuf::from(case.file);
    let request = Request { workspace_root: file.parent().map(PathBuf::from), file, named: None };
    let found = resolve(&system, &request);
    (system, found)
}

#[test]
fn each_tool_has_its_rule() {
    for case in poetry_and_pipenv::CASES.iter().chain(others::CASES) {
        let (_, found) = find(case);
        let answer = found.chosen.as_ref().map(|chosen| {
            let environment = &chosen.environment;
            (
                environment.root.to_str().unwrap_or_default(),
                chosen.origin.as_str(),
                environment.kind.as_str(),
                chosen.reason.as_str(),
            )
        });
        assert_eq!(answer.unwrap_or_default(), case.chosen, "{}: {:#?}", case.what, found.candidates);
    }
}

#[test]
fn what_was_chosen_and_what_decided_it_is_watched() {
    for case in poetry_and_pipenv::CASES.iter().chain(others::CASES) {
        let (system, found) = find(case);
        let Some(chosen) = &found.chosen else { continue };
        let root = &chosen.environment.root;
        // A link or a file in between is watched as well; the environment itself is watched by its root.
        assert!(found.places.contains(root), "{}: {:?}", case.what, found.places);
        for place in &found.places {
            let parents = place.ancestors().skip(1);
            let seen = parents.clone().any(|folder| found.watched.contains(folder));
            let is_searched = found.watched.contains(place);
            assert!(seen || is_searched, "{}: nobody would see `{}` change", case.what, place.display());
        }
        use venv_discovery::System;
        let absent: Vec<_> = found.watched.iter().filter(|folder| !system.is_dir(folder)).collect();
        assert!(absent.iter().all(|folder| found.searched.contains(folder)), "{}: {absent:?}", case.what);
    }
}

#[test]
fn what_is_passed_over_says_why() {
    for (tree, environments, path, reason) in [
        (
            "/home/u/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"",
            &["/home/u/demo/venv"][..],
            "/home/u/.cache/pypoetry/virtualenvs/my-demo-mz1Zia10",
            "the environment of Poetry for `pyproject.toml` beside the file, but nothing is there",
        ),
        (
            "/home/u/demo/Pipfile: [packages]",
            &[PIPENV, "/home/u/demo/.venv"],
            "/home/u/demo/.venv",
            "`.venv` beside the file, but Pipenv names another one",
        ),
        (
            "/home/u/demo/pyproject.toml: [tool.pyright] | venv = \"x\"",
            &["/home/u/demo/x"],
            "/home/u/demo/x",
            "the `venv` of pyright in `pyproject.toml` beside the file, but pyright takes it only together with a `venvPath`",
        ),
        (
            "/home/u/demo/.python-version: mine\n/home/u/.pyenv/versions/3.12.1/",
            &[],
            "/home/u/.pyenv/versions/mine",
            "the environment `mine` of pyenv that `.python-version` beside the file names, but nothing is there",
        ),
        (
            "",
            &["/home/u/demo/.tox/py312"],
            "/home/u/demo/.tox",
            "`.tox` beside the file, but tox alone uses what it keeps there",
        ),
        (
            "/home/u/demo/__pypackages__/3.12/lib/",
            &[],
            "/home/u/demo/__pypackages__",
            "`__pypackages__` beside the file, but PEP 582 was rejected, and Python does not look into it",
        ),
        (
            "/home/u/demo/.python-envs: gone",
            &[],
            "/home/u/demo/gone",
            "the last environment in `.python-envs` beside the file, but nothing is there",
        ),
    ] {
        let (_, found) = find(&Case { tree, environments, ..BASE });
        let said: Vec<_> = found.candidates.iter().filter(|candidate| !candidate.chosen).collect();
        let wanted = said.iter().find(|candidate| candidate.path == std::path::Path::new(path));
        assert_eq!(wanted.map(|candidate| &*candidate.reason), Some(reason), "{said:#?}");
    }
}

#[test]
fn nothing_is_said_of_tools_that_are_not_used() {
    // A `.python-version` for uv or pyenv, and a project that anything can build.
    for tree in [
        "/home/u/demo/.python-version: 3.12",
        "/home/u/demo/.python-version: cpython@3.12 | pypy3.10 | >=3.11 | system",
        "/home/u/demo/.python-version: mine",
        "/home/u/demo/pyproject.toml: [project] | name = \"a\" | [build-system] | build-backend = \"hatchling.build\"",
        "/home/u/demo/environment.yml: name: sci",
        "/home/u/demo/.pixi/config.toml",
    ] {
        let (_, found) = find(&Case { tree, ..BASE });
        assert!(found.candidates.is_empty(), "{tree}: {:?}", found.candidates);
    }
}

#[test]
fn what_a_file_declares_is_not_trusted_more_than_the_file() {
    let tree = "/srv/p/.python-envs: /envs/x\n/srv/p/q/r.txt";
    let request = |root: &str| Request {
        file: PathBuf::from("/srv/p/q/r.txt"),
        workspace_root: Some(PathBuf::from(root)),
        named: None,
    };
    // Who wrote the file, who made the environment, what was opened, and whether it serves.
    for (writer, maker, opened, serves) in [
        (1000, 1000, "/srv/p", true),
        (1000, 1000, "/srv/p/q", true),
        (4711, 1000, "/srv/p", true),
        (4711, 1000, "/srv/p/q", false),
        (1000, 4711, "/srv/p", false),
        (1000, 4711, "/srv/p/q", false),
        // The administrator may offer one to everybody; a project may name it.
        (1000, 0, "/srv/p", true),
        (1000, 0, "/srv/p/q", false),
    ] {
        let mut system = MemorySystem::linux(tree);
        system.add(&venv("/envs/x"));
        system.set_owner("/srv/p/.python-envs", writer);
        system.set_owner("/envs/x", maker);
        let found = resolve(&system, &request(opened));
        assert_eq!(found.chosen.is_some(), serves, "{writer} {maker} {opened}: {:?}", found.candidates);
        if !serves {
            assert!(found.candidates[0].reason.ends_with("but it belongs to another user"));
        }
    }
}

#[test]
fn a_script_has_the_environment_that_uv_made_for_it() {
    let root = "/home/u/.cache/uv/environments-v2/my-tool-ef20fe36e8e21f36";
    let file = "/home/user/demo/my tool.py";
    let request = Request {
        file: PathBuf::from(file),
        workspace_root: Some(PathBuf::from("/home/user/demo")),
        named: None,
    };
    let mut system = MemorySystem::linux(&venv(root));
    system.add(&venv("/home/user/demo/.venv"));
    system.write(file, "# /// script\n# dependencies = []\n# ///\n");
    let found = resolve(&system, &request);
    let chosen = found.chosen.expect("it has one");
    assert_eq!(
        (chosen.origin.as_str(), &*chosen.reason),
        ("script", "the script's own environment, made by uv")
    );
    assert_eq!(chosen.environment.root, PathBuf::from(root));

    system.write(file, "import sys\n");
    let found = resolve(&system, &request);
    assert_eq!(found.chosen.map(|chosen| chosen.reason), Some("`.venv` beside the file".to_owned()));
    assert_eq!(
        found.candidates[0].reason,
        "the script's own environment, made by uv, but the file has no `# /// script` block any more"
    );
}

#[test]
fn the_place_tells_which_tool_looks_after_an_environment() {
    for (root, beside, kind) in [
        ("/p/.venv", "", "virtualenv"),
        ("/p/.venv", "/p/poetry.lock", "poetry"),
        ("/p/.venv", "/p/Pipfile", "pipenv"),
        ("/p/.venv", "/p/.pdm-python", "pdm"),
        ("/v/demo-mz1Zia10-py3.12", "", "poetry"),
        ("/v/demo-mz1Zia10-python3.12", "", "virtualenv"),
        ("/home/u/.local/share/virtualenvs/demo-s2g_S662", "", "pipenv"),
        ("/home/u/.virtualenvs/demo", "", "virtualenvwrapper"),
        ("/home/u/.virtualenvs/demo-s2g_S662", "/home/u/.virtualenvs/demo-s2g_S662/.project", "pipenv"),
        ("/home/u/.local/share/hatch/env/virtual/a/mz1Zia10/docs", "", "hatch"),
        ("/home/u/.local/share/pdm/venvs/demo-2Y0Qypoq-3.12", "", "pdm"),
        ("/home/u/.pyenv/versions/data", "", "pyenv-virtualenv"),
        ("/home/u/.pyenv/versions/3.12.1/envs/data", "", "pyenv-virtualenv"),
        ("/p/.tox/py312", "", "tox"),
        ("/p/.nox/tests", "", "nox"),
    ] {
        let mut system = MemorySystem::linux(&venv(root));
        system.add(&format!(
            "{root}/pyvenv.cfg: home = /usr/bin | virtualenv = 21.15.8 | include-system-site-packages = false | version = 3.12.1"
        ));
        system.add(beside);
        assert_eq!(read(&system, root).kind.as_str(), kind, "{root} {beside}");
    }
    for (root, sign, kind) in [
        ("/p/.pixi/envs/docs", "", "pixi"),
        ("/d/envs/docs", "conda-meta/pixi: {}", "pixi"),
        ("/c/envs/docs", "", "conda"),
    ] {
        let mut system = MemorySystem::linux(&format!(
            "{root}/conda-meta/history\n{root}/bin/python*\n{root}/lib/python3.12/site-packages/"
        ));
        system.add(&if sign.is_empty() { String::new() } else { format!("{root}/{sign}") });
        let found = read(&system, root);
        assert_eq!((found.kind.as_str(), found.kind.is_conda()), (kind, true), "{root}");
    }
}
