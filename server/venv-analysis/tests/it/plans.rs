//! What would be run: argument lists and files, for each tool.

use std::path::Path;
use std::sync::Arc;

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::facts::{ProjectConfiguration, UvSettings};
use venv_analysis::{Effect, Installer, NewPython, plan};

fn planned(text: &str, effect: &Effect) -> String {
    planned_with(text, effect, Installer::Auto)
}

fn planned_with(text: &str, effect: &Effect, installer: Installer) -> String {
    let mut fixture = Fixture::parse(text);
    fixture.config.installer = installer;
    let plan = match plan(effect, &fixture.context(), Path::new("/scratch")) {
        Ok(plan) => plan,
        Err(error) => return format!("refused: {}", error.0),
    };
    let mut said = String::new();
    for step in &plan.steps {
        let args: Vec<_> = step.args.iter().map(|arg| arg.to_string_lossy()).collect();
        said += &format!(
            "{} [{}]\n  {} {}\n",
            step.doing,
            step.cwd.display(),
            step.program.display(),
            args.join(" ")
        );
    }
    // What uv is given is a matter of its own.
    let is_own = |path: &Path| path.extension().is_none_or(|extension| extension != "toml");
    for file in plan.files.iter().filter(|file| is_own(&file.path)) {
        said += &format!("{}:\n", file.path.display());
        for line in file.text.lines() {
            said += &format!("  {line}\n");
        }
    }
    for path in &plan.removes {
        said += &format!("removes {}\n", path.display());
    }
    for name in &plan.carried {
        said += &format!("carries {name}\n");
    }
    for note in &plan.notes {
        said += &format!("notes: {note}\n");
    }
    said += &format!("promises {:?}", plan.promises);
    let pins = plan.pins.iter().map(|pin| format!("{} {}", pin.name, pin.version.as_deref().unwrap_or("*")));
    let pins: Vec<String> = pins.collect();
    if !pins.is_empty() {
        said += &format!("\npins {pins:?}");
    }
    said
}

fn create(install: bool) -> Effect {
    Effect::Create {
        root: "/p/.venv".into(),
        python: NewPython::Installed("/usr/bin/python3".into()),
        install,
    }
}

fn install(names: Option<&[&str]>) -> Effect {
    let names = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    Effect::Install { environment: "/p/.venv".into(), names, installer: None }
}

#[test]
fn created_and_filled_with_uv() {
    let text = "#- machine python=3.12 managed uv\n#- /p/requirements.txt\nlangchain-ollama\n";
    assert_snapshot!(planned(text, &create(true)), @r#"
    Creating `.venv` with Python 3.12 (uv) [/scratch]
      /usr/bin/uv venv --color never --project /scratch --no-project --python /usr/bin/python3 /p/.venv
    Installing 1 requirement into `.venv` [/p]
      /usr/bin/uv pip install --color never --python /p/.venv/bin/python --project /scratch --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      langchain-ollama
    promises ["langchain-ollama"]
    "#);
}

#[test]
fn created_and_filled_with_venv_and_pip() {
    let text = "#- machine python=3.12 uv\n#- /p/requirements.txt\nflask\n";
    assert_snapshot!(planned_with(text, &create(true), Installer::Pip), @r#"
    Creating `.venv` with Python 3.12 (venv) [/scratch]
      /usr/bin/python3 -I -m venv --without-pip /p/.venv
    Putting pip into `.venv` [/scratch]
      /p/.venv/bin/python -I -m ensurepip --upgrade --default-pip
    Installing 1 requirement into `.venv` [/p]
      /p/.venv/bin/python -I -X utf8 -m pip install --no-input --disable-pip-version-check --no-color --progress-bar off --require-virtualenv --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      flask
    promises ["flask"]
    "#);
}

#[test]
fn without_ensurepip_another_pip_fills_the_environment() {
    let text = "#- machine python=3.11 no-ensurepip pip=23.0.1\n#- /p/requirements.txt\nflask\n";
    assert_snapshot!(planned(text, &create(true)), @r#"
    Creating `.venv` with Python 3.11 (venv) [/scratch]
      /usr/bin/python3 -I -m venv --without-pip /p/.venv
    Installing 1 requirement into `.venv` [/p]
      /usr/bin/python3 -I -X utf8 -m pip --python /p/.venv/bin/python install --no-input --disable-pip-version-check --no-color --progress-bar off --require-virtualenv --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      flask
    promises ["flask"]
    "#);
    let too_old = "#- machine python=3.11 no-ensurepip pip=22.2\n#- /p/requirements.txt\nflask\n";
    assert_snapshot!(planned(too_old, &create(true)), @"refused: This Python cannot put pip into an environment, and no index is known to fetch one from: install `python3.11-venv` with the system's package manager (Debian and Ubuntu: `sudo apt install python3.11-venv`), or uv, or configure pip's `index-url`");
}

#[test]
fn without_ensurepip_virtualenv_or_a_wheel_brings_pip() {
    let text =
        "#- machine python=3.11 no-ensurepip virtualenv pip-wheel=23.0.1\n#- /p/requirements.txt\nflask\n";
    assert_snapshot!(planned(text, &create(false)), @r#"
    Creating `.venv` with Python 3.11 (virtualenv) [/scratch]
      /usr/bin/virtualenv --no-download --no-periodic-update --python /usr/bin/python3 /p/.venv
    promises []
    "#);
    let text = "#- machine python=3.11 no-ensurepip pip-wheel=22.3.1 pip-wheel=23.0.1 pip-wheel=99.0\n\
                #- /p/requirements.txt\nflask\n";
    assert_snapshot!(planned(text, &create(true)), @r#"
    Creating `.venv` with Python 3.11 (venv) [/scratch]
      /usr/bin/python3 -I -m venv --without-pip /p/.venv
    Putting pip into `.venv` [/scratch]
      /p/.venv/bin/python -I -X utf8 /usr/share/python-wheels/pip-99.0-py3-none-any.whl/pip install --no-input --disable-pip-version-check --no-color --require-virtualenv --no-index --no-deps --ignore-installed /usr/share/python-wheels/pip-99.0-py3-none-any.whl
    Installing 1 requirement into `.venv` [/p]
      /p/.venv/bin/python -I -X utf8 -m pip install --no-input --disable-pip-version-check --no-color --progress-bar off --require-virtualenv --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      flask
    promises ["flask"]
    "#);
    // pip 26.1 is for Python 3.10 and newer, and pip 23.0 fails on 3.12.
    for (python, wheel) in [("3.9", "26.1"), ("3.12", "23.0.1")] {
        let text = format!(
            "#- machine python={python} no-ensurepip pip-wheel={wheel}\n#- /p/requirements.txt\nflask\n"
        );
        assert!(planned(&text, &create(false)).starts_with("refused: This Python cannot put pip"));
    }
}

#[test]
fn without_any_pip_one_is_fetched_from_the_users_index() {
    let text = "#- machine python=3.11 no-ensurepip pip=22.2 pip-index=https://me:s3cret@a.test/simple \
                pip-index=https://b.test\n#- /p/requirements.txt\nflask\n";
    assert_snapshot!(planned(text, &create(true)), @r#"
    Creating `.venv` with Python 3.11 (venv) [/scratch]
      /usr/bin/python3 -I -m venv --without-pip /p/.venv
    Putting pip into `.venv` [/scratch]
      /p/.venv/bin/python -I -X utf8 /scratch/pip.whl/pip install --no-input --disable-pip-version-check --no-color --require-virtualenv --no-index --no-deps --ignore-installed --find-links /scratch/fetched-pip --requirement /scratch/fetched-pip/pip.txt
    Installing 1 requirement into `.venv` [/p]
      /p/.venv/bin/python -I -X utf8 -m pip install --no-input --disable-pip-version-check --no-color --progress-bar off --require-virtualenv --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      flask
    promises ["flask"]
    "#);
    // Neither a wheel nor another pip is needed from elsewhere where they are here.
    for here in ["pip-wheel=23.0.1", "virtualenv"] {
        let text = text.replace("pip=22.2", here);
        assert!(!planned(&text, &create(true)).contains("pip.whl"), "{here}");
    }
    let without_venv = text.replace("no-ensurepip", "no-ensurepip no-venv");
    assert_snapshot!(planned(&without_venv, &create(true)), @"refused: This Python has no `venv` to make an environment with: install `python3.11-venv` with the system's package manager (Debian and Ubuntu: `sudo apt install python3.11-venv`), or uv");
}

#[test]
fn a_python_is_fetched_by_uv_alone() {
    let text = "#- machine python=3.11 uv fetchable=3.14\n#- /p/requirements.txt\nflask\n\
                tomli; python_version < '3.11'\n";
    let fetch = |minor: &str| Effect::Create {
        root: "/p/.venv".into(),
        python: NewPython::Fetched(minor.to_owned()),
        install: true,
    };
    assert_snapshot!(planned(text, &fetch("3.14")), @r#"
    Fetching Python 3.14 and creating `.venv` with it (uv) [/scratch]
      /usr/bin/uv venv --color never --project /scratch --no-project --python 3.14 /p/.venv
    Installing 1 requirement into `.venv` [/p]
      /usr/bin/uv pip install --color never --python /p/.venv/bin/python --project /scratch --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      flask
    promises ["flask"]
    "#);
    assert_snapshot!(planned(text, &fetch("--help")), @"refused: Python `--help` is none that uv could fetch");
    assert_snapshot!(planned_with(text, &fetch("3.14"), Installer::Pip), @"refused: Only uv can fetch a Python, and it is not there, or not to be used");
    let mut fixture = Fixture::parse(text);
    fixture.config.installer = Installer::Auto;
    let plan = plan(&fetch("3.14"), &fixture.context(), Path::new("/scratch")).unwrap();
    let downloads = |step: usize| -> Vec<_> {
        let variables = plan.steps[step].variables.iter();
        variables.filter(|(name, _)| *name == "UV_PYTHON_DOWNLOADS").map(|(_, value)| *value).collect()
    };
    assert_eq!((downloads(0), downloads(1)), (vec![Some("automatic")], vec![Some("never")]));
}

#[test]
fn a_path_that_could_not_be_activated_is_refused() {
    let text = "#- machine python=3.12 uv\n#- /p/a:b/requirements.txt\nflask\n";
    let effect = Effect::Create {
        root: "/p/a:b/.venv".into(),
        python: NewPython::Installed("/usr/bin/python3".into()),
        install: false,
    };
    assert_snapshot!(planned(text, &effect), @"refused: `/p/a:b/.venv` has a `:` in its path, which separates the entries of `PATH`, so it could not be activated: rename that folder");
}

#[test]
fn one_requirement_is_installed_within_the_bounds_of_the_others() {
    let text = "#- machine python=3.12 uv\n#- env /p/.venv python=3.12.1\n#- /p/requirements.txt\n\
                --index-url https://user:secret@index.example/simple\n--extra-index-url ${EXTRA}\n-f wheels\n\
                -c constraints.txt\nrequests[socks] >=2.31 # web\nurllib3<2\n-e ./local\n\
                colorama==0.4; sys_platform=='win32'\n#- /p/constraints.txt\nidna==3.7\n";
    assert_snapshot!(planned(text, &install(Some(&["requests"]))), @r##"
    Installing 1 requirement into `.venv` from `index.example` and `${EXTRA}` [/p]
      /usr/bin/uv pip install --color never --python /p/.venv/bin/python --project /scratch --find-links /p/wheels --requirement /scratch/requirements.txt --constraint /scratch/constraints.txt
    /scratch/requirements.txt:
      --index-url https://user:secret@index.example/simple
      --extra-index-url ${EXTRA}
      requests[socks] >=2.31
    /scratch/constraints.txt:
      urllib3<2
      colorama==0.4; sys_platform=='win32'
      idna==3.7
    promises ["requests"]
    "##);
}

#[test]
fn hashes_go_with_their_requirements() {
    let hash = "a".repeat(64);
    let text = format!(
        "#- machine python=3.12 uv\n#- env /p/.venv python=3.12.1\n#- /p/requirements.txt\n\
         flask==3.0.0 \\\n    --hash=sha256:{hash}\nclick==8.1 --hash=sha256:{hash}\n"
    );
    let said = planned(&text, &install(Some(&["flask"]))).replace(&hash, "…");
    assert_snapshot!(said, @r##"
    Installing 1 requirement into `.venv` [/p]
      /usr/bin/uv pip install --color never --python /p/.venv/bin/python --project /scratch --no-deps --requirement /scratch/requirements.txt --constraint /scratch/constraints.txt
    /scratch/requirements.txt:
      flask==3.0.0 --hash=sha256:…
    /scratch/constraints.txt:
      click==8.1 --hash=sha256:…
    promises ["flask"]
    "##);
}

#[test]
fn what_comes_back_is_not_trusted() {
    let text = "#- machine python=3.12 uv\n#- env /p/.venv flask==3.0\n#- /p/requirements.txt\nflask\n";
    let elsewhere = Effect::Create {
        root: "/elsewhere/.venv".into(),
        python: NewPython::Installed("/usr/bin/python3".into()),
        install: true,
    };
    assert_snapshot!(planned(text, &elsewhere), @"refused: An environment at `/elsewhere/.venv` would not serve this file");
    let evil = Effect::Create {
        root: "/p/.venv".into(),
        python: NewPython::Installed("/p/evil".into()),
        install: true,
    };
    assert_snapshot!(planned(text, &evil), @"refused: `/p/evil` is not a Python of this machine");
    let other = Effect::Install { environment: "/p/other".into(), names: None, installer: None };
    assert_snapshot!(planned(text, &other), @"refused: `/p/other` does not serve this file any more");
    assert_snapshot!(planned(text, &install(Some(&["evil"]))), @"refused: Nothing that this file asks for is missing any more");
}

#[test]
fn the_system_is_never_installed_into() {
    let text = "#- machine python=3.12 managed\n#- /p/requirements.txt\nflask\n--break-system-packages\n";
    let fixture = Fixture::parse(text);
    let plan = plan(&create(true), &fixture.context(), Path::new("/scratch")).expect("it can be created");
    for step in &plan.steps {
        assert!(step.args.iter().all(|arg| arg != "--break-system-packages" && arg != "--user"));
        assert!(step.variables.contains(&("PIP_USER", Some("0"))));
        assert!(step.variables.contains(&("PIP_BREAK_SYSTEM_PACKAGES", Some("0"))));
    }
    assert!(plan.files.iter().all(|file| !file.text.contains("--break-system-packages")));
}

fn recreate(reinstall: bool) -> Effect {
    Effect::Recreate { root: "/p/.venv".into(), interpreter: "/usr/bin/python3".into(), reinstall }
}

const BROKEN: &str = "#- env /p/.venv python=3.12.1 broken=python pip==24.0 setuptools==70.0 Six==1.17.0 pytz==2004d \
                      torch==2.5.1+cu121\n#- /p/requirements.txt\n--index-url https://index.example/simple\nflask>=3\n";

#[test]
fn a_successor_holds_what_was_installed() {
    let text = format!("#- machine python=3.12 uv\n{BROKEN}");
    assert_snapshot!(planned(&text, &recreate(true)), @r#"
    Recreating `.venv` with Python 3.12 (venv) [/scratch]
      /usr/bin/python3 -I -m venv --without-pip /p/.venv
    Putting pip into `.venv` [/scratch]
      /p/.venv/bin/python -I -m ensurepip --upgrade --default-pip
    Reinstalling 3 distributions into `.venv` from `index.example` [/p]
      /usr/bin/uv pip install --color never --python /p/.venv/bin/python --project /scratch --no-deps --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      --index-url https://index.example/simple
      setuptools==70.0
      Six==1.17.0
      torch==2.5.1+cu121
    promises []
    pins ["setuptools 70.0", "six 1.17.0", "torch 2.5.1+cu121"]
    "#);
    assert_snapshot!(planned_with(&text, &recreate(true), Installer::Pip), @r#"
    Recreating `.venv` with Python 3.12 (venv) [/scratch]
      /usr/bin/python3 -I -m venv --without-pip /p/.venv
    Putting pip into `.venv` [/scratch]
      /p/.venv/bin/python -I -m ensurepip --upgrade --default-pip
    Reinstalling 3 distributions into `.venv` from `index.example` [/p]
      /p/.venv/bin/python -I -X utf8 -m pip install --no-input --disable-pip-version-check --no-color --progress-bar off --require-virtualenv --no-deps --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      --index-url https://index.example/simple
      setuptools==70.0
      Six==1.17.0
      torch==2.5.1+cu121
    promises []
    pins ["setuptools 70.0", "six 1.17.0", "torch 2.5.1+cu121"]
    "#);
    assert_snapshot!(planned_with(&text, &recreate(true), Installer::Uv), @r#"
    Recreating `.venv` with Python 3.12 (uv) [/scratch]
      /usr/bin/uv venv --color never --project /scratch --no-project --python /usr/bin/python3 /p/.venv
    Reinstalling 4 distributions into `.venv` from `index.example` [/p]
      /usr/bin/uv pip install --color never --python /p/.venv/bin/python --project /scratch --no-deps --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      --index-url https://index.example/simple
      pip==24.0
      setuptools==70.0
      Six==1.17.0
      torch==2.5.1+cu121
    promises []
    pins ["pip 24.0", "setuptools 70.0", "six 1.17.0", "torch 2.5.1+cu121"]
    "#);
}

#[test]
fn a_successor_holds_what_the_file_asks_for() {
    let text = format!("#- machine python=3.12 uv\n{BROKEN}");
    assert_snapshot!(planned_with(&text, &recreate(false), Installer::Pip), @r##"
    Recreating `.venv` with Python 3.12 (venv) [/scratch]
      /usr/bin/python3 -I -m venv --without-pip /p/.venv
    Putting pip into `.venv` [/scratch]
      /p/.venv/bin/python -I -m ensurepip --upgrade --default-pip
    Installing 1 requirement into `.venv` from `index.example` [/p]
      /p/.venv/bin/python -I -X utf8 -m pip install --no-input --disable-pip-version-check --no-color --progress-bar off --require-virtualenv --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      --index-url https://index.example/simple
      flask>=3
    promises ["flask"]
    "##);
}

/// The command that makes the successor of an environment of which this is known, and what is said beside it.
fn successor(words: &str, installer: Installer) -> String {
    let text =
        format!("#- machine python=3.12 uv\n#- env /p/.venv broken=python {words}\n#- /p/requirements.txt\n");
    let planned = planned_with(&text, &recreate(false), installer);
    let kept =
        |line: &&str| line.starts_with("  /") || line.starts_with("notes") || line.starts_with("carries");
    planned.lines().filter(kept).map(str::trim).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_successor_is_made_as_the_one_before_it() {
    let all = "prompt=my+own relocatable system-site-packages pip-file=inside pip==24.0";
    assert_snapshot!(successor(all, Installer::Auto), @"
    /usr/bin/uv venv --color never --project /scratch --no-project --python /usr/bin/python3 --system-site-packages --prompt=my own --relocatable /p/.venv
    carries pip.conf
    ");
    assert_snapshot!(successor(all, Installer::Pip), @r#"
    /usr/bin/python3 -I -m venv --system-site-packages --prompt=my own /p/.venv
    carries pip.conf
    notes: `.venv` is not relocatable any more, which only uv can make it
    "#);
    assert_snapshot!(successor("pip-file=elsewhere", Installer::Pip), @r#"
    /usr/bin/python3 -I -m venv --without-pip /p/.venv
    /p/.venv/bin/python -I -m ensurepip --upgrade --default-pip
    notes: its `pip.conf` names another place to install to and was not taken along
    "#);
    let plain = "/usr/bin/python3 -I -m venv --without-pip /p/.venv\n/p/.venv/bin/python -I -m ensurepip --upgrade --default-pip";
    for prompt in [".venv", ".", "a\u{1b}b", "a\"b", "$(id)", "`id`", "a\u{202e}b", "a;b&c"] {
        assert_eq!(successor(&format!("prompt={prompt}"), Installer::Pip), plain, "{prompt:?}");
    }
    let dashed = successor("prompt=--clear", Installer::Pip);
    assert!(
        dashed.starts_with("/usr/bin/python3 -I -m venv --without-pip --prompt=--clear /p/.venv\n"),
        "{dashed}"
    );
}

#[test]
fn what_a_link_leads_to_is_replaced_there() {
    let text = |words: &str| {
        format!("#- machine python=3.12\n#- env /p/.venv broken=python {words}\n#- /p/requirements.txt\n")
    };
    assert_snapshot!(planned(&text("link=/srv/shared"), &recreate(false)), @r#"
    Recreating `/srv/shared` with Python 3.12 (venv) [/scratch]
      /usr/bin/python3 -I -m venv --without-pip /srv/shared
    Putting pip into `shared` [/scratch]
      /srv/shared/bin/python -I -m ensurepip --upgrade --default-pip
    promises []
    "#);
    assert_snapshot!(planned(&text("link=/srv/shared foreign"), &recreate(false)), @"refused: `/srv/shared` belongs to another user: ask them, or make an environment of your own");
    assert!(planned(&text("foreign"), &recreate(false)).starts_with("Recreating"), "it lies in the project");
}

#[test]
fn tools_make_their_own_again() {
    let refused = |root: &str, kind: &str| {
        let text = format!("#- env {root} kind={kind} broken=python\n#- /p/requirements.txt\n");
        let effect =
            Effect::Recreate { root: root.into(), interpreter: "/usr/bin/python3".into(), reinstall: false };
        planned(&text, &effect)
    };
    assert_snapshot!(refused("/p/.tox/py312", "tox"), @"refused: `py312` is tox's: run `tox --recreate --notest -e py312`, which makes it again");
    assert_snapshot!(refused("/p/.nox/tests-3-12", "nox"), @"refused: `tests-3-12` is Nox's: run `nox --reuse-venv=no --install-only`, which makes all of Nox's again");
    assert_snapshot!(refused("/p/.pixi/envs/default", "pixi"), @"refused: `default` is Pixi's: run `pixi reinstall`, which makes it again");
    assert_snapshot!(refused("/p/.pixi/envs/docs", "pixi"), @"refused: `docs` is Pixi's: run `pixi reinstall --environment docs`, which makes it again");
}

#[test]
fn an_older_python_brings_its_own_setuptools() {
    let text =
        format!("#- machine python=3.11\n{BROKEN}").replace("Six==1.17.0 pytz==2004d torch==2.5.1+cu121", "");
    assert_snapshot!(planned(&text, &recreate(true)), @"refused: Nothing that was installed in `.venv` could be read: recreate it with what the file asks for");
}

#[test]
fn single_distributions_are_put_right() {
    let text = "#- machine python=3.12 uv\n#- env /p/.venv pip==24.0 six==1.17.0 again=six@1.17.0\n\
                #- /p/requirements.txt\n--require-hashes\n-i https://index.example/simple\nsix\n";
    let again = |what: &str| Effect::Reinstall {
        environment: "/p/.venv".into(),
        distributions: vec![what.to_owned()],
    };
    assert_snapshot!(planned(text, &again("six==1.17.0")), @r#"
    Reinstalling 1 distribution into `.venv` from `index.example` [/p]
      /usr/bin/uv pip install --color never --python /p/.venv/bin/python --project /scratch --no-deps --reinstall-package six --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      --index-url https://index.example/simple
      six==1.17.0
    promises []
    pins ["six 1.17.0"]
    "#);
    assert_snapshot!(planned_with(text, &again("six==1.17.0"), Installer::Pip), @r#"
    Reinstalling 1 distribution into `.venv` from `index.example` [/p]
      /p/.venv/bin/python -I -X utf8 -m pip install --no-input --disable-pip-version-check --no-color --progress-bar off --require-virtualenv --no-deps --ignore-installed --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      --index-url https://index.example/simple
      six==1.17.0
    promises []
    pins ["six 1.17.0"]
    "#);
    assert_snapshot!(planned(text, &again("flask==3.0")), @"refused: `flask==3.0` is not incomplete in `.venv` any more");
    let odd = text.replace("six@1.17.0", "--pre@1.0");
    assert_snapshot!(planned(&odd, &again("--pre==1.0")), @"refused: `--pre==1.0` is no version that an index could have");
}

#[test]
fn only_what_was_left_over_is_removed() {
    let site = "/p/.venv/lib/python3.12/site-packages";
    let text = format!(
        "#- env /p/.venv left={site}/~ix left={site}/six left=/p/~notes left={site}/../~x\n#- /p/requirements.txt\nsix\n"
    );
    let remove = |path: &str| Effect::Remove { environment: "/p/.venv".into(), paths: vec![path.into()] };
    assert_snapshot!(planned(&text, &remove(&format!("{site}/~ix"))), @r#"
    removes /p/.venv/lib/python3.12/site-packages/~ix
    promises []
    "#);
    assert_snapshot!(planned(&text, &remove(&format!("{site}/six"))), @"refused: `/p/.venv/lib/python3.12/site-packages/six` is not something that an interrupted installation left in `.venv`");
    assert_snapshot!(planned(&text, &remove(&format!("{site}/~other"))), @"refused: `/p/.venv/lib/python3.12/site-packages/~other` is not something that an interrupted installation left in `.venv`");
    assert_snapshot!(planned(&text, &remove("/p/~notes")), @"refused: `/p/~notes` is not something that an interrupted installation left in `.venv`");
    assert_snapshot!(planned(&text, &remove(&format!("{site}/../~x"))), @"refused: `/p/.venv/lib/python3.12/site-packages/../~x` is not something that an interrupted installation left in `.venv`");
}

#[test]
fn what_is_not_an_environment_of_its_own_is_not_replaced() {
    let inside = "#- env /p broken=python six==1.17.0\n#- /p/requirements.txt\nsix\n";
    let effect =
        Effect::Recreate { root: "/p".into(), interpreter: "/usr/bin/python3".into(), reinstall: true };
    assert_snapshot!(planned(inside, &effect), @"refused: `p` holds the project itself: move the project out of it, then create an environment there");
    let text = format!("#- machine python=3.12 uv\n{BROKEN}");
    let other =
        Effect::Recreate { root: "/p/other".into(), interpreter: "/usr/bin/python3".into(), reinstall: true };
    assert_snapshot!(planned(&text, &other), @"refused: `/p/other` does not serve this file any more");
    let evil = Effect::Recreate { root: "/p/.venv".into(), interpreter: "/p/evil".into(), reinstall: true };
    assert_snapshot!(planned(&text, &evil), @"refused: `/p/evil` is not a Python of this machine");
    let empty = "#- env /p/.venv broken=python\n#- /p/requirements.txt\nsix\n";
    assert_snapshot!(planned(empty, &recreate(true)), @"refused: Nothing that was installed in `.venv` could be read: recreate it with what the file asks for");
}

#[test]
fn uv_is_given_what_of_a_project_leads_nowhere_unseen() {
    let text = "#- machine python=3.12 uv\n#- env /p/.venv python=3.12.1\n#- /p/requirements.txt\nflask\n";
    let mut fixture = Fixture::parse(text);
    let mut given = |configuration: Option<ProjectConfiguration>, effect: &Effect| {
        let uv = UvSettings { configuration, ..UvSettings::default() };
        fixture.facts.uv = Some(Arc::new(uv));
        let plan = match plan(effect, &fixture.context(), Path::new("/scratch")) {
            Ok(plan) => plan,
            Err(error) => return format!("refused: {}", error.0),
        };
        let own = plan.files.iter().filter(|file| file.path.extension().is_some_and(|it| it == "toml"));
        let own: String = own.map(|file| format!("{}:\n{}", file.path.display(), file.text)).collect();
        format!("{own}{}", plan.remarks.join("\n"))
    };
    assert_snapshot!(given(None, &install(None)), @r"
    /scratch/pyproject.toml:
    # No project: here uv stops looking for one.
    /scratch/uv.toml:
    # No configuration of the project.
    ");
    let found = ProjectConfiguration {
        path: "/p/uv.toml".into(),
        given: "no-index = true\n".into(),
        left_out: vec!["pip.target".into(), "x\n[pip]".into()],
        problem: None,
    };
    assert_snapshot!(given(Some(found.clone()), &install(None)), @r"
    /scratch/pyproject.toml:
    # No project: here uv stops looking for one.
    /scratch/uv.toml:
    # From `/p/uv.toml`:
    # `pip.target` and `x�[pip]` of `/p/uv.toml` are not passed on to uv
    no-index = true
    `pip.target` and `x�[pip]` of `/p/uv.toml` are not passed on to uv
    ");
    let broken = ProjectConfiguration { problem: Some("it is no valid TOML".into()), ..found };
    assert_snapshot!(given(Some(broken), &install(None)), @"refused: `/p/uv.toml` cannot be read: it is no valid TOML; uv does nothing without it");
}

#[test]
fn uv_is_given_it_once_for_all_of_a_plan() {
    let fixture = Fixture::parse("#- machine python=3.12 uv\n#- /p/requirements.txt\nflask\n");
    let plan = plan(&create(true), &fixture.context(), Path::new("/scratch")).expect("a plan");
    let mut names: Vec<_> = plan.files.iter().filter_map(|file| file.path.file_name()).collect();
    names.sort_unstable();
    assert_eq!(names, ["pyproject.toml", "requirements.txt", "uv.toml"]);
}

/// The files that `text` makes, and the arguments that are not ours.
fn handed_over(text: &str, installer: Installer) -> String {
    let said = planned_with(text, &install(None), installer);
    let known = [
        "/usr/bin/uv",
        "pip",
        "install",
        "--color",
        "never",
        "--python",
        "/p/.venv/bin/python",
        "--project",
        "/scratch",
        "-I",
        "-X",
        "utf8",
        "-m",
        "--no-input",
        "--disable-pip-version-check",
        "--no-color",
        "--progress-bar",
        "off",
        "--require-virtualenv",
        "--requirement",
        "/scratch/requirements.txt",
        "--constraint",
        "/scratch/constraints.txt",
    ];
    let line = said.lines().nth(1).unwrap_or(&said).to_owned();
    let own: Vec<&str> = line.split_whitespace().filter(|word| !known.contains(word)).collect();
    let files = said.split_once("/scratch/requirements.txt:\n").map_or("", |(_, files)| files);
    format!("{}\n{}", own.join(" "), files.split("promises").next().unwrap_or_default())
}

const READY: &str =
    "#- machine python=3.12 uv\n#- env /p/.venv python=3.12.1 pip==24.0\n#- /p/requirements.txt\n";

#[test]
fn options_reach_each_installer_in_its_own_way() {
    let text = format!(
        "{READY}--pre\n--prefer-binary\n--require-hashes\n--no-binary six --only-binary=:all:\n--trusted-host index.example:8080\n\
         --use-feature=fast-deps\n--extra-index 'https://index.example/simple'\n-f \"wheels of mine\"\n--no-index\n\
         six==1.0 --hash=sha256:{} \\\n  --config-settings \"--build-option=a b\" -C k=v\n",
        "a".repeat(64)
    );
    let hash = |said: String| said.replace(&"a".repeat(64), "…");
    assert_snapshot!(hash(handed_over(&text, Installer::Pip)), @r##"
    --no-deps --find-links /p/wheels of mine
      --pre
      --prefer-binary
      --require-hashes
      --no-binary six
      --only-binary :all:
      --trusted-host index.example:8080
      --use-feature fast-deps
      --extra-index-url https://index.example/simple
      --no-index
      six==1.0 --hash=sha256:… --config-settings='--build-option=a b' --config-settings=k=v
    "##);
    assert_snapshot!(hash(handed_over(&text, Installer::Uv)), @r##"
    --no-deps --prerelease=allow --allow-insecure-host=index.example:8080 --config-settings-package=six:--build-option=a b --config-settings-package=six:k=v --find-links /p/wheels of mine
      --require-hashes
      --no-binary six
      --only-binary :all:
      --extra-index-url https://index.example/simple
      --no-index
      six==1.0 --hash=sha256:…
    "##);
}

#[test]
fn nothing_in_a_line_becomes_another_line_or_an_option() {
    let lists = [
        // Every character that ends a line for pip, where the other tools see none.
        "six\u{0c}--index-url https://evil.example/\u{85}flask\u{2028}--pre\n",
        // A `\` before a blank continues nothing.
        "-f https://evil.example/\\ \nsix\n",
        "six @ https://x.example/six-1.0.zip\\ \nflask\n",
        // What is quoted holds options.
        "-r \"https://x.example/r.txt --index-url https://evil.example/\"\nsix\n",
        "-f 'https://x.example/ --pre'\nsix\n",
        "--index-url \"https://x.example/'--pre'\"\nsix\n",
        "six==1.0 --config-settings \"k=v --global-option=x\"\n",
        // Options of pip's that no file may have.
        "six --target=/\n--target=/ six\nflask --index-url https://evil.example/\n",
        "--trusted-host --system\n--trusted-host=x,--target=/\nsix\n",
        "\u{feff}six\n\u{feff}flask\nidna\0--pre\n",
    ];
    let mut said = String::new();
    for list in lists {
        for installer in [Installer::Pip, Installer::Uv] {
            let text = format!("{READY}{list}");
            said += &format!("{list:?} {}\n{}\n", installer.as_str(), handed_over(&text, installer));
        }
    }
    assert_snapshot!(said.escape_debug().to_string().replace("\\n", "\n"), @r##"
    \"six\\u{c}--index-url https://evil.example/\\u{85}flask\\u{2028}--pre\
    \" pip

      --index-url https://evil.example/
      --pre
      six
      flask

    \"six\\u{c}--index-url https://evil.example/\\u{85}flask\\u{2028}--pre\
    \" uv
    --prerelease=allow
      --index-url https://evil.example/
      six
      flask

    \"-f https://evil.example/\\\\ \
    six\
    \" pip

      --find-links https://evil.example/
      six

    \"-f https://evil.example/\\\\ \
    six\
    \" uv

      --find-links https://evil.example/
      six

    \"six @ https://x.example/six-1.0.zip\\\\ \
    flask\
    \" pip

      flask

    \"six @ https://x.example/six-1.0.zip\\\\ \
    flask\
    \" uv

      flask

    \"-r \\\"https://x.example/r.txt --index-url https://evil.example/\\\"\
    six\
    \" pip

      -r \'https://x.example/r.txt --index-url https://evil.example/\'
      six

    \"-r \\\"https://x.example/r.txt --index-url https://evil.example/\\\"\
    six\
    \" uv

      -r \'https://x.example/r.txt --index-url https://evil.example/\'
      six

    \"-f \'https://x.example/ --pre\'\
    six\
    \" pip

      --find-links \'https://x.example/ --pre\'
      six

    \"-f \'https://x.example/ --pre\'\
    six\
    \" uv

      --find-links \'https://x.example/ --pre\'
      six

    \"--index-url \\\"https://x.example/\'--pre\'\\\"\
    six\
    \" pip

      --index-url \'https://x.example/\'\"\'\"\'--pre\'\"\'\"\'\'
      six

    \"--index-url \\\"https://x.example/\'--pre\'\\\"\
    six\
    \" uv

      --index-url \'https://x.example/\'\"\'\"\'--pre\'\"\'\"\'\'
      six

    \"six==1.0 --config-settings \\\"k=v --global-option=x\\\"\
    \" pip

      six==1.0 --config-settings=\'k=v --global-option=x\'

    \"six==1.0 --config-settings \\\"k=v --global-option=x\\\"\
    \" uv
    --config-settings-package=six:k=v --global-option=x
      six==1.0

    \"six --target=/\
    --target=/ six\
    flask --index-url https://evil.example/\
    \" pip
    refused: Nothing that this file asks for is missing any more

    \"six --target=/\
    --target=/ six\
    flask --index-url https://evil.example/\
    \" uv
    refused: Nothing that this file asks for is missing any more

    \"--trusted-host --system\
    --trusted-host=x,--target=/\
    six\
    \" pip

      --trusted-host --system
      --trusted-host x,--target=/
      six

    \"--trusted-host --system\
    --trusted-host=x,--target=/\
    six\
    \" uv

      six

    \"\\u{feff}six\
    \\u{feff}flask\
    idna\\0--pre\
    \" pip
    refused: Nothing that this file asks for is missing any more

    \"\\u{feff}six\
    \\u{feff}flask\
    idna\\0--pre\
    \" uv
    refused: Nothing that this file asks for is missing any more
    "##);
}

#[test]
fn a_variable_is_one_where_pip_itself_would_replace_it() {
    let ready = READY.replace("requirements.txt", "pyproject.toml");
    let project = format!(
        "{ready}[project]\nname = \"p\"\ndependencies = [\"six @ https://x.example/${{TOKEN}}/six.zip\", \
        \"flask\\\\\", \"idna @ https://x.example/\\\\\", \"a @ https://x.example/ --pre\", \"b; os_name != ' --hash=sha256:x'\"]\n"
    );
    assert_snapshot!(handed_over(&project, Installer::Pip), @r##"
    six @ https://x.example/%24{TOKEN}/six.zip
    "##);
    let list = format!("{READY}six @ https://x.example/${{TOKEN}}/six.zip\n");
    assert_snapshot!(handed_over(&list, Installer::Pip), @r##"
    six @ https://x.example/${TOKEN}/six.zip
    "##);
}

#[test]
fn lists_elsewhere_come_with_the_whole_file_only() {
    let text = format!("{READY}-r https://x.example/more.txt\n-c https://x.example/bounds.txt\nsix\nflask\n");
    assert_snapshot!(handed_over(&text, Installer::Pip), @r##"
    -r https://x.example/more.txt
    -c https://x.example/bounds.txt
    six
    flask
    "##);
    let one = planned_with(&text, &install(Some(&["six"])), Installer::Pip);
    assert!(!one.contains("more.txt") && one.contains("bounds.txt"), "{one}");
}

#[test]
fn pip_is_not_started_where_a_file_leads_it_elsewhere() {
    let said = |settings: &str| {
        let text = format!(
            "#- machine python=3.12 pip=24.0\n#- env /p/.venv python=3.12.1 levels=0 pip==24.0\n{settings}\
             #- /p/requirements.txt\nflask\n"
        );
        planned(&text, &install(None)).lines().next().unwrap_or_default().to_owned()
    };
    let refused = |path: &str, name: &str, why: &str| {
        format!("refused: `{path}` (line 2) sets `{name}`, {why}: remove the line, or install with uv")
    };
    let elsewhere = "which leads installations elsewhere";
    for (settings, expected) in [
        ("", "Installing 1 requirement into `.venv` [/p]".to_owned()),
        (
            "#- pip /p/.venv/pip.conf global.timeout=5\n",
            "Installing 1 requirement into `.venv` [/p]".to_owned(),
        ),
        ("#- pip /etc/pip.conf list.target=/x\n", "Installing 1 requirement into `.venv` [/p]".to_owned()),
        ("#- pip /etc/pip.conf global.log=/x\n", "Installing 1 requirement into `.venv` [/p]".to_owned()),
        ("#- pip /etc/pip.conf install.target=/x\n", refused("/etc/pip.conf", "target", elsewhere)),
        ("#- pip /p/.venv/pip.conf global.prefix=/x\n", refused("/p/.venv/pip.conf", "prefix", elsewhere)),
        (
            "#- pip /p/.venv/pip.conf global.log=/x\n",
            refused("/p/.venv/pip.conf", "log", "which the file of an environment should not decide"),
        ),
    ] {
        assert_eq!(said(settings), expected, "{settings}");
    }
}

#[test]
fn what_an_environments_own_file_and_other_formats_bring_is_named() {
    let said = |files: &str| {
        let text = format!(
            "#- machine python=3.12 pip=24.0\n#- env /p/.venv python=3.12.1 levels=0 pip==24.0\n\
             #- pip /etc/pip.conf global.index-url=https://mine.test/simple\n{files}"
        );
        planned(&text, &install(None)).lines().next().unwrap_or_default().to_owned()
    };
    let sources = "#- /p/pyproject.toml\n[project]\nname = \"a\"\nversion = \"1\"\ndependencies = [\"beta\", \"sock\"]\n\
                   [tool.uv.sources]\nbeta = { url = \"https://files.test/beta-1-py3-none-any.whl\" }\n\
                   sock = { git = \"https://evil.test/sock\" }\n";
    assert_eq!(
        said(sources),
        "Installing 2 requirements into `.venv` from `files.test` and `evil.test` [/p]"
    );
    let own = "#- pip /p/.venv/pip.conf global.extra-index-url=https://theirs.test/simple\n#- /p/requirements.txt\nflask\n";
    assert_eq!(said(own), "Installing 1 requirement into `.venv` from `theirs.test` [/p]");
}

#[test]
fn a_pip_that_cannot_run_is_not_run() {
    let said = |pip: &str, python: &str, machine: &str| {
        let text = format!(
            "#- machine {machine}\n#- env /p/.venv python={python} levels=0 pip=={pip}\n#- /p/requirements.txt\nflask\n"
        );
        planned(&text, &install(None))
    };
    for (pip, python, runs) in [
        ("18.1", "3.9.18", true),
        ("18.1", "3.10.13", false),
        ("19.3.1", "3.11.7", true),
        ("23.0.1", "3.12.1", false),
        ("23.1", "3.12.1", true),
        ("26.3", "3.9.18", false),
    ] {
        let alone = said(pip, python, "python=3.8");
        let refusal = format!(
            "refused: pip {pip} in `.venv` cannot run on its Python {python}, and neither uv nor another pip (22.3 or \
             newer) was found: `python -m ensurepip --upgrade` in it brings another"
        );
        assert_eq!(alone == refusal, !runs, "{alone}");
        let helped = said(pip, python, "python=3.12 pip=25.0");
        assert_eq!(helped.contains("--python /p/.venv/bin/python"), !runs, "{helped}");
    }
}
