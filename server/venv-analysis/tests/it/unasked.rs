//! What no file asks for, and when nothing is said of it. The further files of a fixture are those below the folder
//! of the environment.

use std::path::Path;
use std::sync::Arc;

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::facts::Environment;
use venv_analysis::{Asking, Effect, Included, Installer, Manifest, plan, unasked, uninstallation};
use venv_syntax::Metadata;

/// With all of its distributions in folders of its own, and each of them saying something.
fn fixture(text: &str, editable: &[&str]) -> Fixture {
    let mut fixture = Fixture::parse(text);
    let resolution = Arc::make_mut(fixture.facts.resolution.as_mut().expect("there is a resolution"));
    let chosen = resolution.chosen.as_mut().expect("an environment serves the file");
    let environment: &mut Environment = Arc::make_mut(&mut chosen.environment);
    environment.site_packages = vec![environment.root.join("lib/python3.12/site-packages")];
    let mut metadata = fixture.facts.metadata.clone();
    let mut distributions = venv_analysis::facts::Distributions::default();
    for (name, found) in environment.distributions.sorted() {
        let editable = editable.contains(&name);
        distributions.add(name, venv_analysis::facts::Distribution { editable, ..found.clone() });
        metadata.entry(name.into()).or_insert_with(|| Arc::new(Metadata::default()));
    }
    environment.distributions = distributions;
    let others = fixture.facts.includes.values().filter_map(|included| match included {
        Included::Manifest(manifest) => Some(Arc::clone(manifest)),
        Included::NotFound | Included::Unreadable(_) => None,
    });
    let manifests: Vec<Arc<Manifest>> = others.chain([Arc::new(fixture.manifest.clone())]).collect();
    let includes = fixture.facts.includes.clone();
    let asking = Asking { manifests, includes, metadata: Arc::new(metadata), unknown: None };
    fixture.facts.asking = Some(Arc::new(asking));
    fixture
}

fn said_with(text: &str, editable: &[&str]) -> String {
    let fixture = fixture(text, editable);
    let chosen = fixture.context().chosen().expect("an environment serves the file");
    let asking = fixture.facts.asking.as_deref().expect("it was read");
    match unasked(&chosen.environment, asking) {
        Ok(names) => names.join(" "),
        Err(reason) => format!("unknown: {reason}"),
    }
}

fn said(text: &str) -> String {
    said_with(text, &[])
}

const ENVIRONMENT: &str = "#- env /p/.venv pip==24.0 setuptools==70 flask==3 click==8 socks==1 old==1 Left_Over==2 mine==1\n\
    #- metadata flask==3 requires=click requires=old;python_version<'3' extra=async requires-async=socks\n";

#[test]
fn what_is_needed_by_nothing_is_left() {
    assert_eq!(said(&format!("{ENVIRONMENT}#- /p/requirements.txt\nflask\n")), "Left_Over mine old socks");
    assert_eq!(said(&format!("{ENVIRONMENT}#- /p/requirements.txt\nflask[async]\n")), "Left_Over mine old");
    // Whoever mentions it asks for it: another file, a group, another platform does not.
    let files = "#- /p/requirements.txt\nflask\nold; sys_platform == 'win32'\n#- /p/a/requirements.txt\nleft-over\n\
        #- /p/pyproject.toml\n[project]\nname = \"mine\"\n[dependency-groups]\ndev = [\"socks\"]\n";
    assert_eq!(said(&format!("{ENVIRONMENT}{files}")), "old");
    // A project in development stays, with what any extra of it needs.
    let list = format!("{ENVIRONMENT}#- /p/requirements.txt\nclick\n-e .\n");
    assert_eq!(said_with(&list, &["flask", "mine"]), "Left_Over old");
}

#[test]
fn what_is_unknown_is_not_absent() {
    for (file, reason) in [
        ("#- /p/requirements.txt\nflask=3\n", "Not all that `requirements.txt` asks for can be told"),
        ("#- /p/requirements.txt\nflask\n${MORE}\n", "Not all that `requirements.txt` asks for can be told"),
        ("#- /p/requirements.txt\nflask\n-r more.txt\n", "What `requirements.txt` includes cannot be read"),
        (
            "#- /p/requirements.txt\nflask\n-r https://x.example/r.txt\n",
            "What `requirements.txt` includes cannot be read",
        ),
        (
            "#- /p/requirements.txt\nflask\n./project\n",
            "`requirements.txt` asks for something of which the name is not known",
        ),
        ("#- /p/requirements.txt\n# nothing\n", "No file asks for anything in `.venv`"),
        (
            "#- /p/pyproject.toml\n[project]\nname = \"mine\"\ndynamic = [\"dependencies\"]\n",
            "Not all that `pyproject.toml` asks for can be told",
        ),
        (
            "#- /p/setup.py\nfrom setuptools import setup\nsetup(name='mine', install_requires=read())\n",
            "Not all that `setup.py` asks for can be told",
        ),
    ] {
        assert_eq!(said(&format!("{ENVIRONMENT}{file}")), format!("unknown: {reason}"), "{file}");
    }
    let conda = ENVIRONMENT.replace("/p/.venv", "/p/.venv kind=conda");
    let said = said(&format!("{conda}#- /p/requirements.txt\nflask\n"));
    assert_eq!(said, "unknown: `.venv` is conda's, which looks after it");
}

#[test]
fn each_installer_gets_the_names_in_a_file() {
    let text = format!("#- machine python=3.12 uv\n{ENVIRONMENT}#- /p/requirements.txt\nflask\n");
    let mut fixture = fixture(&text, &[]);
    let title = |all| uninstallation(&fixture.context(), all).expect("there is something").title;
    assert_eq!(
        title(false),
        "Uninstall 4 distributions that no file asks for from `.venv`: `Left_Over`, `mine`, `old`, `socks`"
    );
    let effect =
        |name: &str| Effect::Uninstall { environment: "/p/.venv".into(), names: vec![name.to_owned()] };
    let words = |fixture: &Fixture| {
        let plan = plan(&effect("old"), &fixture.context(), Path::new("/scratch")).expect("a plan");
        let list = plan.files.iter().find(|file| file.path.ends_with("requirements.txt")).expect("a list");
        let args: Vec<_> = plan.steps[0].args.iter().map(|arg| arg.to_string_lossy()).collect();
        format!("{} {}\n{:?}", plan.steps[0].program.display(), args.join(" "), list.text)
    };
    assert_snapshot!(words(&fixture), @r#"
    /usr/bin/uv pip uninstall --color never --python /p/.venv/bin/python --project /scratch --requirement /scratch/requirements.txt
    "old\n"
    "#);
    fixture.config.installer = Installer::Pip;
    assert_snapshot!(words(&fixture), @r#"
    /p/.venv/bin/python -I -X utf8 -m pip uninstall --yes --disable-pip-version-check --no-color --require-virtualenv --requirement /scratch/requirements.txt
    "old\n"
    "#);
    // What comes back is not trusted.
    for name in ["flask", "pip", "--all", "click"] {
        let refused =
            plan(&effect(name), &fixture.context(), Path::new("/scratch")).expect_err("it is asked for");
        assert_eq!(refused.0, format!("`{name}` is not something in `.venv` that no file asks for"));
    }
}
