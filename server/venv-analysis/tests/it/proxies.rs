//! Behind a SOCKS proxy: what the actions say, and what is planned.

use std::fmt::Write as _;
use std::path::Path;

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::{ActionKind, Effect, IndexUrl, Installer, NewPython, actions, check, plan};
use venv_syntax::Span;

const SOCKS: &str = "#- proxy ALL_PROXY=socks5h://me:secret@127.0.0.1:1080\n";

fn fixture(text: &str, installer: Installer) -> Fixture {
    let mut fixture = Fixture::parse(&format!("{SOCKS}{text}"));
    fixture.config.installer = installer;
    fixture
}

fn offered(text: &str, installer: Installer) -> String {
    let fixture = fixture(text, installer);
    let context = fixture.context();
    let found = check(&context);
    let actions = actions(&context, &found, Span::new(0, 1));
    let mut said = String::new();
    for action in actions.iter().filter(|action| matches!(action.kind, ActionKind::Effect(_))) {
        let star = if action.preferred { "*" } else { " " };
        let settled: Vec<_> = action.settles.iter().map(|index| found[*index].rule.code).collect();
        let _ = writeln!(said, "{star} {}  {settled:?}", action.title);
    }
    said
}

fn planned(text: &str, effect: &Effect) -> String {
    let fixture = fixture(text, Installer::Pip);
    let plan = match plan(effect, &fixture.context(), Path::new("/scratch")) {
        Ok(plan) => plan,
        Err(error) => return format!("refused: {}", error.0),
    };
    let mut said = String::new();
    for (number, step) in plan.steps.iter().enumerate() {
        for fetch in plan.fetches.iter().filter(|fetch| fetch.before == number) {
            let indexes: Vec<&str> = fetch
                .indexes
                .iter()
                .map(|index| match index {
                    IndexUrl::Named(url) => &**url,
                    IndexUrl::Default => "pip's own",
                })
                .collect();
            let python = fetch.python.display();
            let _ = writeln!(said, "{}\n  from {} of {python}", fetch.doing, indexes.join(", "));
        }
        let args: Vec<_> = step.args.iter().map(|arg| arg.to_string_lossy()).collect();
        let _ = writeln!(said, "{}\n  {} {}", step.doing, step.program.display(), args.join(" "));
        for (name, value) in &step.proxies {
            let _ = writeln!(said, "  {name}={value}");
        }
    }
    said
}

const CREATE: fn() -> Effect = || Effect::Create {
    root: "/p/.venv".into(),
    python: NewPython::Installed("/usr/bin/python3".into()),
    install: true,
};

const INSTALL: fn() -> Effect =
    || Effect::Install { environment: "/p/.venv".into(), names: None, installer: None };

#[test]
fn titles_say_that_pysocks_comes_first() {
    let nothing = "#- machine python=3.12\n#- /p/requirements.txt\nflask\nsix\n";
    assert_snapshot!(offered(nothing, Installer::Auto), @r#"
    * Create `.venv` with Python 3.12 and install PySocks and 2 requirements  ["environment-missing", "proxy-needs-pysocks"]
      Create `.venv` with Python 3.12  ["environment-missing", "proxy-needs-pysocks"]
    "#);
    let empty = "#- machine python=3.12 uv\n#- env /p/.venv pip==24.0\n#- /p/requirements.txt\nflask\nsix\n";
    assert_snapshot!(offered(empty, Installer::Pip), @r#"
    * Install PySocks into `.venv` through the proxy  ["proxy-needs-pysocks"]
      Install 2 missing requirements into `.venv` with uv  []
    * Install PySocks and `flask` into `.venv`  ["requirement-not-installed"]
      Install PySocks and all 2 missing requirements into `.venv`  ["requirement-not-installed", "requirement-not-installed"]
    "#);
    let broken =
        "#- machine python=3.12\n#- env /p/.venv broken=python six==1.17.0\n#- /p/requirements.txt\nflask\n";
    let said = offered(broken, Installer::Pip);
    for title in
        ["and install PySocks and reinstall 1 distribution ", "and install PySocks and 1 requirement "]
    {
        assert!(said.contains(title), "{said}");
    }
    assert_snapshot!(offered(empty, Installer::Auto), @r#"
    * Install `flask` into `.venv`  ["requirement-not-installed"]
      Install all 2 missing requirements into `.venv`  ["requirement-not-installed", "requirement-not-installed"]
    "#);
}

#[test]
fn pysocks_is_fetched_and_installed_before_anything_else() {
    let text = "#- machine python=3.12\n#- /p/requirements.txt\n--extra-index-url https://other.test/simple\nflask\n";
    assert_snapshot!(planned(text, &CREATE()), @r"
    Creating `.venv` with Python 3.12 (venv)
      /usr/bin/python3 -I -m venv --without-pip /p/.venv
    Putting pip into `.venv`
      /p/.venv/bin/python -I -m ensurepip --upgrade --default-pip
    Fetching PySocks from `other.test` through the SOCKS proxy (`ALL_PROXY`)
      from pip's own, https://other.test/simple of /p/.venv/bin/python
    Installing PySocks into `.venv`
      /p/.venv/bin/python -I -X utf8 -m pip install --no-input --disable-pip-version-check --no-color --progress-bar off --require-virtualenv --no-index --no-deps --find-links /scratch/fetched --requirement /scratch/fetched/pysocks.txt
    Installing 1 requirement into `.venv` from `other.test`
      /p/.venv/bin/python -I -X utf8 -m pip install --no-input --disable-pip-version-check --no-color --progress-bar off --require-virtualenv --requirement /scratch/requirements.txt
    ");
}

#[test]
fn another_pip_installs_what_it_brings_into_the_environment() {
    let text = "#- machine python=3.12 no-ensurepip pip=24.0\n#- /p/requirements.txt\nflask\n";
    let said = planned(text, &CREATE());
    assert!(said.contains("from pip's own of /usr/bin/python3\n"), "{said}");
    assert!(said.contains("-m pip --python /p/.venv/bin/python install"), "{said}");
}

#[test]
fn nothing_is_fetched_where_nothing_is_needed() {
    for (headers, file) in [
        ("#- env /p/.venv pip==24.0 pysocks==1.7.1\n", "flask\n"),
        ("#- env /p/.venv pip==24.0\n#- module socks\n", "flask\n"),
        ("#- env /p/.venv pip==24.0\n#- pip PIP_NO_INDEX=1\n", "flask\n"),
        ("#- env /p/.venv pip==24.0\n#- pip PIP_INDEX_URL=file:///srv/simple\n", "flask\n"),
        ("#- env /p/.venv pip==24.0\n#- pip PIP_PROXY=http://p\n", "flask\n"),
        ("#- env /p/.venv pip==24.0\n", "--no-index\nflask\n"),
        ("#- env /p/.venv pip==24.0\n#- proxy no_proxy=own.test\n", "-i https://own.test/simple\nflask\n"),
    ] {
        let said =
            planned(&format!("#- machine python=3.12\n{headers}#- /p/requirements.txt\n{file}"), &INSTALL());
        assert!(said.starts_with("Installing 1 requirement"), "{headers}{file}{said}");
    }
    let text =
        "#- machine python=3.12\n#- env /p/.venv pip==24.0 pysocks==1.7.1\n#- /p/requirements.txt\nflask\n";
    let effect = Effect::InstallPySocks { environment: "/p/.venv".into() };
    assert_eq!(planned(text, &effect), "refused: `.venv` needs no PySocks any more");
}

#[test]
fn a_proxy_without_a_version_is_named_with_one() {
    let text = "#- machine python=3.12\n#- env /p/.venv pip==24.0\n#- proxy Http_Proxy=socks://u:p@h:1\n\
                #- pip /etc/pip.conf global.proxy=socks://i:j@h:2\n#- /p/requirements.txt\nflask\n";
    let said = planned(text, &INSTALL());
    let last = "  Http_Proxy=socks5h://u:p@h:1\n  PIP_PROXY=socks5h://i:j@h:2\n";
    assert!(said.ends_with(last) && said.matches(last).count() == 2, "{said}");
}
