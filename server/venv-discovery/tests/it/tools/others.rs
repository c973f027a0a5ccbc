//! The rules of all other tools.

use test_support::memory_system::MemorySystem;

use super::{BASE, BESIDE, Case, HATCH, HATCH_WORDS, PDM, REDIRECT};

pub(super) const CASES: &[Case] = &[
    Case {
        what: "a `.venv` file has a name in Pipenv's folder",
        tree: "/home/u/demo/.venv: shared",
        environments: &["/home/u/.local/share/virtualenvs/shared"],
        chosen: ("/home/u/.local/share/virtualenvs/shared", "nearest", "pipenv", REDIRECT),
        ..BASE
    },
    Case {
        what: "a `.venv` file names a folder beside it first",
        tree: "/home/u/demo/.venv: shared",
        environments: &["/home/u/.local/share/virtualenvs/shared", "/home/u/demo/shared"],
        chosen: ("/home/u/demo/shared", "nearest", "venv", REDIRECT),
        ..BASE
    },
    Case {
        what: "a `.venv` file is a declaration, and comes before a tool's",
        tree: "
            /home/u/demo/.venv: ../envs/x
            /home/u/demo/pyproject.toml: [tool.pyright] | venvPath = \".\" | venv = \"other\"
        ",
        environments: &["/home/u/envs/x", "/home/u/demo/other"],
        chosen: ("/home/u/envs/x", "nearest", "venv", REDIRECT),
        ..BASE
    },
    Case {
        what: "Hatch keeps environments with the user's data",
        tree: "/home/u/demo/pyproject.toml: [project] | name = \"My_Demo\" | [tool.hatch.envs.default] | dependencies = []",
        environments: &[HATCH, "/home/u/demo/.venv"],
        chosen: (HATCH, "declared", "hatch", HATCH_WORDS),
        ..BASE
    },
    Case {
        what: "a project that Hatch only builds is worked on in `.venv`",
        tree: "/home/u/demo/pyproject.toml: [project] | name = \"My_Demo\" | [build-system] | build-backend = \"hatchling.build\"",
        environments: &[HATCH, "/home/u/demo/.venv"],
        chosen: ("/home/u/demo/.venv", "nearest", "venv", BESIDE),
        ..BASE
    },
    Case {
        what: "a project that Hatch builds, and nothing else is there",
        tree: "/home/u/demo/pyproject.toml: [project] | name = \"My_Demo\" | [build-system] | build-backend = \"hatchling.build\"",
        environments: &[HATCH],
        chosen: (HATCH, "declared", "hatch", HATCH_WORDS),
        ..BASE
    },
    Case {
        what: "Hatch is told where the environment is",
        tree: "
            /home/u/demo/pyproject.toml: [project] | name = \"My_Demo\"
            /home/u/demo/hatch.toml: [envs.default] | path = \"e/d\"
        ",
        environments: &[HATCH, "/home/u/demo/e/d"],
        chosen: (
            "/home/u/demo/e/d",
            "declared",
            "venv",
            "the environment `default` of Hatch for `hatch.toml` beside the file",
        ),
        ..BASE
    },
    Case {
        what: "Hatch on a Mac, which does not tell small letters from large ones",
        machine: MemorySystem::macos,
        tree: "/Users/u/demo/pyproject.toml: [project] | name = \"d\" | [tool.hatch.envs.default]",
        environments: &["/Users/u/Library/Application Support/hatch/env/virtual/d/sR7k2j0p/d"],
        file: "/Users/u/demo/r.txt",
        chosen: (
            "/Users/u/Library/Application Support/hatch/env/virtual/d/sR7k2j0p/d",
            "declared",
            "hatch",
            HATCH_WORDS,
        ),
        ..BASE
    },
    Case {
        what: "PDM wrote down which interpreter it uses",
        tree: "/home/u/demo/.pdm-python: /home/u/.local/share/pdm/venvs/demo-2Y0Qypoq-3.12/bin/python",
        environments: &[PDM, "/home/u/demo/.venv"],
        chosen: (PDM, "declared", "pdm", "the environment of PDM that `.pdm-python` beside the file names"),
        ..BASE
    },
    Case {
        what: "without that PDM takes what is in the project",
        tree: "/home/u/demo/pyproject.toml: [tool.pdm]",
        environments: &[PDM, "/home/u/demo/venv"],
        chosen: ("/home/u/demo/venv", "nearest", "venv", "`venv` beside the file"),
        ..BASE
    },
    Case {
        what: "or what is among the user's data",
        tree: "/home/u/demo/pyproject.toml: [tool.pdm]",
        environments: &[PDM],
        chosen: (PDM, "declared", "pdm", "the environment of PDM for `pyproject.toml` beside the file"),
        ..BASE
    },
    Case {
        what: "an interpreter that is in no environment is passed over",
        tree: "/home/u/demo/.pdm-python: /usr/bin/python3",
        environments: &["/home/u/demo/.venv"],
        chosen: ("/home/u/demo/.venv", "nearest", "venv", BESIDE),
        ..BASE
    },
    Case {
        what: "Pixi keeps environments in the project",
        tree: "
            /home/u/demo/.pixi/envs/default/conda-meta/history
            /home/u/demo/.pixi/envs/default/bin/python*
            /home/u/demo/.pixi/envs/default/lib/python3.12/site-packages/
        ",
        environments: &["/home/u/demo/.venv"],
        chosen: (
            "/home/u/demo/.pixi/envs/default",
            "declared",
            "pixi",
            "`.pixi/envs/default` beside the file",
        ),
        ..BASE
    },
    Case {
        what: "pyenv has an environment of that name",
        tree: "/home/u/demo/.python-version: # mine | 3.12 | data",
        environments: &["/home/u/.pyenv/versions/data", "/home/u/demo/.venv"],
        chosen: (
            "/home/u/.pyenv/versions/data",
            "declared",
            "pyenv-virtualenv",
            "the environment `data` of pyenv that `.python-version` beside the file names",
        ),
        ..BASE
    },
    Case {
        what: "and under its long name",
        tree: "/home/u/demo/.python-version: 3.12.1/envs/data",
        environments: &["/home/u/.pyenv/versions/3.12.1/envs/data"],
        chosen: (
            "/home/u/.pyenv/versions/3.12.1/envs/data",
            "declared",
            "pyenv-virtualenv",
            "the environment `3.12.1/envs/data` of pyenv that `.python-version` beside the file names",
        ),
        ..BASE
    },
    Case {
        what: "a version of Python is no environment, and no name leads out of pyenv's folder",
        tree: "
            /home/u/demo/.python-version: 3.12.1 | ../../x | a/b/c | 3.12.1/envs/..
            /home/u/.pyenv/versions/3.12.1/bin/python*
        ",
        environments: &["/home/u/x", "/home/u/.pyenv/versions/a/b/c", "/home/u/demo/.venv"],
        chosen: ("/home/u/demo/.venv", "nearest", "venv", BESIDE),
        ..BASE
    },
    Case {
        what: "pyright is told in its own file",
        tree: "
            /home/u/demo/pyrightconfig.json: { // ours | \"venvPath\": \"~/envs\", \"venv\": \"x\", }
            /home/u/demo/pyproject.toml: [tool.pyright] | venvPath = \".\" | venv = \"other\"
        ",
        environments: &["/home/u/envs/x", "/home/u/demo/other", "/home/u/demo/.venv"],
        chosen: (
            "/home/u/envs/x",
            "declared",
            "venv",
            "the `venv` of pyright in `pyrightconfig.json` beside the file",
        ),
        ..BASE
    },
    Case {
        what: "pyright is told in `pyproject.toml`",
        tree: "/home/u/demo/pyproject.toml: [tool.pyright] | venvPath = \".\" | venv = \"other\"",
        environments: &["/home/u/demo/other", "/home/u/demo/.venv"],
        chosen: (
            "/home/u/demo/other",
            "declared",
            "venv",
            "the `venv` of pyright in `pyproject.toml` beside the file",
        ),
        ..BASE
    },
    Case {
        what: "the last of a list",
        tree: "/home/u/demo/.python-envs: envs/a | /home/u/b | envs/gone | # no comment",
        environments: &["/home/u/demo/envs/a", "/home/u/b", "/home/u/demo/venv"],
        chosen: ("/home/u/b", "declared", "venv", "the last environment in `.python-envs` beside the file"),
        ..BASE
    },
    Case {
        what: "a `.venv` counts as the end of a list",
        tree: "/home/u/demo/.python-envs: envs/a",
        environments: &["/home/u/demo/envs/a", "/home/u/demo/.venv"],
        chosen: (
            "/home/u/demo/.venv",
            "declared",
            "venv",
            "the last environment in `.python-envs` beside the file",
        ),
        ..BASE
    },
    Case {
        what: "uv is told by a variable where the workspace has its environment",
        variables: &[("UV_PROJECT_ENVIRONMENT", "envs/x")],
        tree: "/home/u/demo/uv.lock\n/home/u/demo/a/pyproject.toml: [project]",
        environments: &["/home/u/demo/envs/x", "/home/u/demo/.venv"],
        file: "/home/u/demo/a/r.txt",
        chosen: (
            "/home/u/demo/envs/x",
            "declared",
            "venv",
            "`UV_PROJECT_ENVIRONMENT` of the server's own environment, for `uv.lock` one folder up, above the workspace folder",
        ),
        ..BASE
    },
    Case {
        what: "the variable of uv says nothing of other projects",
        variables: &[("UV_PROJECT_ENVIRONMENT", "/home/u/envs/x")],
        environments: &["/home/u/envs/x", "/home/u/demo/.venv"],
        chosen: ("/home/u/demo/.venv", "nearest", "venv", BESIDE),
        ..BASE
    },
    Case {
        what: "conda has an environment of the name that the project gives it",
        tree: "
            /home/u/demo/environment.yml: name: \"sci\" | channels: [conda-forge]
            /home/u/miniforge3/envs/sci/conda-meta/history
            /home/u/miniforge3/envs/sci/bin/python*
            /home/u/miniforge3/envs/sci/lib/python3.12/site-packages/
        ",
        chosen: (
            "/home/u/miniforge3/envs/sci",
            "declared",
            "conda",
            "the conda environment that `environment.yml` beside the file names",
        ),
        ..BASE
    },
    Case {
        what: "conda wrote down where its environments are",
        tree: "
            /home/u/demo/environment.yaml: name: sci
            /home/u/.conda/environments.txt: /big/other | /big/envs/sci
            /big/envs/sci/conda-meta/history
            /big/envs/sci/bin/python*
            /big/envs/sci/lib/python3.12/site-packages/
        ",
        chosen: (
            "/big/envs/sci",
            "declared",
            "conda",
            "the conda environment that `environment.yaml` beside the file names",
        ),
        ..BASE
    },
    Case {
        what: "virtualenvwrapper made the environment together with the project",
        tree: "/home/u/.virtualenvs/demo/.project: /home/u/demo",
        environments: &["/home/u/.virtualenvs/demo"],
        chosen: (
            "/home/u/.virtualenvs/demo",
            "declared",
            "virtualenvwrapper",
            "the environment of virtualenvwrapper for the file's own folder",
        ),
        ..BASE
    },
    Case {
        what: "an environment of the same name belongs to another project",
        tree: "/home/u/.virtualenvs/demo/.project: /home/u/work/demo",
        environments: &["/home/u/.virtualenvs/demo"],
        ..BASE
    },
    Case {
        what: "tox, Nox and PDM's packages are nobody else's",
        tree: "/home/u/demo/.nox/\n/home/u/demo/__pypackages__/3.12/lib/",
        environments: &["/home/u/demo/.tox/py312"],
        ..BASE
    },
];
