//! What would be run: argument lists and files, for each tool.

use std::path::Path;

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::{Effect, Installer, plan};

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
    for file in &plan.files {
        said += &format!("{}:\n", file.path.display());
        for line in file.text.lines() {
            said += &format!("  {line}\n");
        }
    }
    said + &format!("promises {:?}", plan.promises)
}

fn create(install: bool) -> Effect {
    Effect::Create { root: "/p/.venv".into(), interpreter: "/usr/bin/python3".into(), install }
}

fn install(names: Option<&[&str]>) -> Effect {
    let names = names.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    Effect::Install { environment: "/p/.venv".into(), names }
}

#[test]
fn created_and_filled_with_uv() {
    let text = "#- machine python=3.12 managed uv\n#- /p/requirements.txt\nlangchain-ollama\n";
    assert_snapshot!(planned(text, &create(true)), @r#"
    Creating `.venv` with Python 3.12 [/scratch]
      /usr/bin/uv venv --color never --no-project --python /usr/bin/python3 /p/.venv
    Installing 1 requirement into `.venv` [/p]
      /usr/bin/uv pip install --color never --python /p/.venv/bin/python --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      langchain-ollama
    promises ["langchain-ollama"]
    "#);
}

#[test]
fn created_and_filled_with_venv_and_pip() {
    let text = "#- machine python=3.12 uv\n#- /p/requirements.txt\nflask\n";
    assert_snapshot!(planned_with(text, &create(true), Installer::Pip), @r#"
    Creating `.venv` with Python 3.12 [/scratch]
      /usr/bin/python3 -I -m venv /p/.venv
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
    Creating `.venv` with Python 3.11 [/scratch]
      /usr/bin/python3 -I -m venv --without-pip /p/.venv
    Installing 1 requirement into `.venv` [/p]
      /usr/bin/python3 -I -X utf8 -m pip --python /p/.venv/bin/python install --no-input --disable-pip-version-check --no-color --progress-bar off --require-virtualenv --requirement /scratch/requirements.txt
    /scratch/requirements.txt:
      flask
    promises ["flask"]
    "#);
    let too_old = "#- machine python=3.11 no-ensurepip pip=22.2\n#- /p/requirements.txt\nflask\n";
    assert_snapshot!(planned(too_old, &create(true)), @"refused: This Python cannot put pip into an environment: install `python3.11-venv` with the system's package manager, or uv");
}

#[test]
fn one_requirement_is_installed_within_the_bounds_of_the_others() {
    let text = "#- machine python=3.12 uv\n#- env /p/.venv python=3.12.1\n#- /p/requirements.txt\n\
                --index-url https://user:secret@index.example/simple\n--extra-index-url ${EXTRA}\n-f wheels\n\
                -c constraints.txt\nrequests[socks] >=2.31 # web\nurllib3<2\n-e ./local\n\
                colorama==0.4; sys_platform=='win32'\n#- /p/constraints.txt\nidna==3.7\n";
    assert_snapshot!(planned(text, &install(Some(&["requests"]))), @r#"
    Installing 1 requirement into `.venv` [/p]
      /usr/bin/uv pip install --color never --python /p/.venv/bin/python --find-links /p/wheels --requirement /scratch/requirements.txt --constraint /scratch/constraints.txt
    /scratch/requirements.txt:
      --index-url https://user:secret@index.example/simple
      --extra-index-url ${EXTRA}
      requests[socks] >=2.31
    /scratch/constraints.txt:
      urllib3<2
      colorama==0.4; sys_platform=='win32'
      idna==3.7
    promises ["requests"]
    "#);
}

#[test]
fn hashes_go_with_their_requirements() {
    let hash = "a".repeat(64);
    let text = format!(
        "#- machine python=3.12 uv\n#- env /p/.venv python=3.12.1\n#- /p/requirements.txt\n\
         flask==3.0.0 \\\n    --hash=sha256:{hash}\nclick==8.1 --hash=sha256:{hash}\n"
    );
    let said = planned(&text, &install(Some(&["flask"]))).replace(&hash, "…");
    assert_snapshot!(said, @r#"
    Installing 1 requirement into `.venv` [/p]
      /usr/bin/uv pip install --color never --python /p/.venv/bin/python --no-deps --requirement /scratch/requirements.txt --constraint /scratch/constraints.txt
    /scratch/requirements.txt:
      flask==3.0.0     --hash=sha256:…
    /scratch/constraints.txt:
      click==8.1 --hash=sha256:…
    promises ["flask"]
    "#);
}

#[test]
fn what_comes_back_is_not_trusted() {
    let text = "#- machine python=3.12 uv\n#- env /p/.venv flask==3.0\n#- /p/requirements.txt\nflask\n";
    let elsewhere = Effect::Create {
        root: "/elsewhere/.venv".into(),
        interpreter: "/usr/bin/python3".into(),
        install: true,
    };
    assert_snapshot!(planned(text, &elsewhere), @"refused: An environment at `/elsewhere/.venv` would not serve this file");
    let evil = Effect::Create { root: "/p/.venv".into(), interpreter: "/p/evil".into(), install: true };
    assert_snapshot!(planned(text, &evil), @"refused: `/p/evil` is not a Python of this machine");
    let other = Effect::Install { environment: "/p/other".into(), names: None };
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
