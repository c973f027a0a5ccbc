//! The rules of Poetry and Pipenv.

use test_support::memory_system::MemorySystem;

use super::{BASE, BESIDE, Case, PIPENV, PIPENV_WORDS, POETRY, POETRY_WORDS};

pub(super) const CASES: &[Case] = &[
    Case {
        what: "Poetry keeps environments in its cache",
        tree: "/home/u/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"",
        environments: &[POETRY],
        chosen: (POETRY, "declared", "poetry", POETRY_WORDS),
        ..BASE
    },
    Case {
        what: "Poetry serves what lies below",
        tree: "/home/u/demo/pyproject.toml: [project] | name = \"My.Demo\" | [build-system] | build-backend = \"poetry.core.masonry.api\"",
        environments: &[POETRY],
        file: "/home/u/demo/a/b/r.txt",
        chosen: (
            POETRY,
            "declared",
            "poetry",
            "the environment of Poetry for `pyproject.toml` two folders up, above the workspace folder",
        ),
        ..BASE
    },
    Case {
        what: "a nearer environment comes before Poetry's",
        tree: "/home/u/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"",
        environments: &[POETRY, "/home/u/demo/a/.venv"],
        file: "/home/u/demo/a/r.txt",
        chosen: ("/home/u/demo/a/.venv", "nearest", "venv", BESIDE),
        ..BASE
    },
    Case {
        what: "Poetry takes a `.venv` that is there",
        tree: "/home/u/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"",
        environments: &[POETRY, "/home/u/demo/.venv"],
        chosen: ("/home/u/demo/.venv", "nearest", "venv", BESIDE),
        ..BASE
    },
    Case {
        what: "Poetry takes no `venv`",
        tree: "/home/u/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"",
        environments: &[POETRY, "/home/u/demo/venv"],
        chosen: (POETRY, "declared", "poetry", POETRY_WORDS),
        ..BASE
    },
    Case {
        what: "Poetry is told not to use `.venv`",
        tree: "
            /home/u/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"
            /home/u/demo/poetry.toml: [virtualenvs] | in-project = false
        ",
        environments: &[POETRY, "/home/u/demo/.venv"],
        chosen: (POETRY, "declared", "poetry", POETRY_WORDS),
        ..BASE
    },
    Case {
        what: "a variable says the contrary of Poetry's files",
        variables: &[("POETRY_VIRTUALENVS_IN_PROJECT", "true")],
        tree: "
            /home/u/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"
            /home/u/demo/poetry.toml: [virtualenvs] | in-project = false
        ",
        environments: &[POETRY, "/home/u/demo/.venv"],
        chosen: ("/home/u/demo/.venv", "nearest", "venv", BESIDE),
        ..BASE
    },
    Case {
        what: "Poetry's own list says which Python was chosen",
        tree: "
            /home/u/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"
            /home/u/.cache/pypoetry/virtualenvs/my-demo-mz1Zia10-py3.13/pyvenv.cfg: home = /usr/bin
            /home/u/.cache/pypoetry/virtualenvs/envs.toml: [my-demo-mz1Zia10] | minor = \"3.12\" | patch = \"3.12.1\"
        ",
        environments: &[POETRY],
        chosen: (POETRY, "declared", "poetry", POETRY_WORDS),
        ..BASE
    },
    Case {
        what: "Poetry's own list leads nowhere else",
        tree: "
            /home/u/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"
            /home/u/.cache/pypoetry/virtualenvs/envs.toml: [my-demo-mz1Zia10] | minor = \"/../../x\"
        ",
        environments: &["/home/u/.cache/pypoetry/x"],
        ..BASE
    },
    Case {
        what: "Poetry's cache is elsewhere",
        tree: "
            /home/u/demo/pyproject.toml: [tool.poetry] | package-mode = false
            /home/u/.config/pypoetry/config.toml: cache-dir = \"~/c\" | [virtualenvs] | path = \"{cache-dir}/v\"
        ",
        environments: &["/home/u/c/v/non-package-mode-mz1Zia10-py3.9"],
        chosen: ("/home/u/c/v/non-package-mode-mz1Zia10-py3.9", "declared", "poetry", POETRY_WORDS),
        ..BASE
    },
    Case {
        what: "a project behind a link has the name of where it is",
        tree: "
            /data/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"
            /home/u/link -> /data/demo
        ",
        environments: &["/home/u/.cache/pypoetry/virtualenvs/my-demo-zjrSXkoa-py3.12"],
        file: "/home/u/link/r.txt",
        chosen: (
            "/home/u/.cache/pypoetry/virtualenvs/my-demo-zjrSXkoa-py3.12",
            "declared",
            "poetry",
            POETRY_WORDS,
        ),
        ..BASE
    },
    Case {
        what: "Poetry on a Mac",
        machine: MemorySystem::macos,
        tree: "/Users/u/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"",
        environments: &["/Users/u/Library/Caches/pypoetry/virtualenvs/my-demo-DwibAret-py3.12"],
        file: "/Users/u/demo/r.txt",
        chosen: (
            "/Users/u/Library/Caches/pypoetry/virtualenvs/my-demo-DwibAret-py3.12",
            "declared",
            "poetry",
            POETRY_WORDS,
        ),
        ..BASE
    },
    Case {
        what: "Poetry on Windows",
        machine: MemorySystem::windows,
        variables: &[("LOCALAPPDATA", "C:/Users/u/AppData/Local"), ("APPDATA", "C:/Users/u/AppData/Roaming")],
        tree: "
            C:/Users/u/demo/pyproject.toml: [tool.poetry] | name = \"My_Demo\"
            C:/Users/u/AppData/Local/pypoetry/Cache/virtualenvs/my-demo-aKnAH43V-py3.12/pyvenv.cfg: home = C:\\Py
            C:/Users/u/AppData/Local/pypoetry/Cache/virtualenvs/my-demo-aKnAH43V-py3.12/Scripts/python.exe
        ",
        file: "C:/Users/u/demo/r.txt",
        chosen: (
            "C:/Users/u/AppData/Local/pypoetry/Cache/virtualenvs/my-demo-aKnAH43V-py3.12",
            "declared",
            "poetry",
            POETRY_WORDS,
        ),
        ..BASE
    },
    Case {
        what: "Pipenv keeps environments with the user's data",
        tree: "/home/u/demo/Pipfile: [packages]",
        environments: &[PIPENV],
        chosen: (PIPENV, "declared", "pipenv", PIPENV_WORDS),
        ..BASE
    },
    Case {
        what: "Pipenv's comes before a `.venv` that somebody else made",
        tree: "/home/u/demo/Pipfile: [packages]",
        environments: &[PIPENV, "/home/u/demo/.venv"],
        chosen: (PIPENV, "declared", "pipenv", PIPENV_WORDS),
        ..BASE
    },
    Case {
        what: "Pipenv takes a `.venv` if it has nothing else",
        tree: "/home/u/demo/Pipfile: [packages]",
        environments: &["/home/u/demo/.venv"],
        chosen: ("/home/u/demo/.venv", "nearest", "venv", BESIDE),
        ..BASE
    },
    Case {
        what: "the `Pipfile` tells Pipenv to use `.venv`",
        tree: "/home/u/demo/Pipfile: [packages] | [pipenv] | venv_in_project = true",
        environments: &[PIPENV, "/home/u/demo/.venv"],
        chosen: ("/home/u/demo/.venv", "nearest", "venv", BESIDE),
        ..BASE
    },
    Case {
        what: "variables give Pipenv's environments a name and a place",
        variables: &[("WORKON_HOME", "~/w"), ("PIPENV_CUSTOM_VENV_NAME", "mine")],
        tree: "/home/u/demo/Pipfile: [packages]",
        environments: &["/home/u/w/mine"],
        chosen: ("/home/u/w/mine", "declared", "virtualenvwrapper", PIPENV_WORDS),
        ..BASE
    },
    Case {
        what: "a name of Pipenv's leads nowhere else",
        variables: &[("PIPENV_CUSTOM_VENV_NAME", "../x")],
        tree: "/home/u/demo/Pipfile: [packages]",
        environments: &["/home/u/.local/share/x"],
        ..BASE
    },
];
