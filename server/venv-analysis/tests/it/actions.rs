//! What the menu offers, in its order. `*` marks the preferred entry, `->` the literal edit's result.

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::{ActionKind, Effect, actions, check, is_mendable, repairs};
use venv_syntax::Span;

fn menu(text: &str) -> String {
    let fixture = Fixture::parse(text);
    let context = fixture.context();
    let found = check(&context);
    let at = Span::empty(fixture.cursor.expect("the fixture has a cursor"));
    let mut menu = String::new();
    for action in actions(&context, &found, at) {
        menu += if action.preferred { "* " } else { "  " };
        menu += &action.title;
        if let ActionKind::Edit(edit) = &action.kind {
            let mut text = fixture.manifest.text.to_string();
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
            menu += &format!(" -> {text:?}");
        }
        let settled: Vec<&str> = action.settles.iter().map(|index| found[*index].rule.code).collect();
        menu += &format!("  {settled:?}\n");
    }
    menu
}

#[test]
fn without_an_environment_one_can_be_made() {
    assert_snapshot!(menu(
        "#- machine python=3.12 python=3.11 python=3.13\n#- workspace /p\n#- /p/learn/requirements.txt\n\
         flask\nrequests\ncolorama; sys_platform == 'win32'$0\n"
    ), @r#"
    * Create `.venv` with Python 3.12 and install 2 requirements  ["environment-missing"]
      Create `p/.venv` with Python 3.12 and install 2 requirements  ["environment-missing"]
      Create `.venv` with Python 3.13 and install 2 requirements  ["environment-missing"]
      Create `.venv` with Python 3.11 and install 2 requirements  ["environment-missing"]
      Create `.venv` with Python 3.12  ["environment-missing"]
    "#);
}

#[test]
fn uv_fetches_a_python_where_none_fits() {
    let text = |machine: &str| {
        format!(
            "#- machine python=3.11 {machine}\n#- /p/pyproject.toml\n[project]\nname = 'x'\nversion = '1'\n\
             requires-python = '>=3.13'\ndependencies = ['flask$0']\n"
        )
    };
    assert_snapshot!(menu(&text("uv fetchable=3.15 fetchable=3.14")), @r#"
    Create `.venv` with Python 3.11 and install 1 requirement, although `project.requires-python` asks for `>=3.13`  ["environment-missing"]
    Create `.venv` with Python 3.11, although `project.requires-python` asks for `>=3.13`  ["environment-missing"]
    Fetch Python 3.15 with uv and create `.venv` with it and install 1 requirement  ["environment-missing"]
    "#);
    assert!(!menu(&text("fetchable=3.15")).contains("Fetch"));
    let none = "#- machine uv fetchable=3.15\n#- /p/requirements.txt\nflask$0\n";
    assert_snapshot!(menu(none), @r#"  Fetch Python 3.15 with uv and create `.venv` with it and install 1 requirement  ["environment-missing"]"#);
}

#[test]
fn what_is_missing_can_be_installed_alone_or_with_the_rest() {
    assert_snapshot!(menu(
        "#- env /p/.venv flask==2.0\n#- /p/requirements.txt\nflask>=3\nlangchain-ollama$0\nrequests\n"
    ), @r#"
    * Install `langchain-ollama` into `.venv`  ["requirement-not-installed"]
      Install all 3 unsatisfied requirements into `.venv`  ["requirement-version-mismatch", "requirement-not-installed", "requirement-not-installed"]
    "#);
}

#[test]
fn another_version_is_named() {
    assert_snapshot!(menu("#- env /p/.venv flask==2.0\n#- /p/requirements.txt\nflask >=3, <4$0\n"), @r#"
    * Upgrade `flask` from 2.0 to match `>=3,<4` in `.venv`  ["requirement-version-mismatch"]
      Ask for `flask` `==2.0`, which is installed -> "flask ==2.0\n"  ["requirement-version-mismatch"]
    "#);
}

#[test]
fn what_an_included_file_lacks_counts() {
    assert_snapshot!(menu(
        "#- env /p/.venv\n#- /p/requirements.txt\n-r base.txt$0\n#- /p/base.txt\nflask\nrequests\n"
    ), @r#"
      Install all 2 missing requirements into `.venv`  ["requirement-not-installed"]
    "#);
}

#[test]
fn nothing_is_offered_that_could_not_be_done() {
    // No uv, no ensurepip, no pip that could help out.
    assert_snapshot!(menu("#- machine python=3.12 no-ensurepip\n#- /p/requirements.txt\nflask$0\n"), @"");
    assert_snapshot!(menu("#- machine python=3.12 no-venv\n#- /p/requirements.txt\nflask$0\n"), @"");
    // No pip in the environment, and nobody else's.
    assert_snapshot!(menu("#- machine python=3.12\n#- env /p/.venv\n#- /p/requirements.txt\nflask$0\n"), @"");
}

#[test]
fn a_title_says_from_where_pip_is_fetched() {
    let machine = "#- machine python=3.12 no-ensurepip pip-index=https://me:s3cret@a.test/simple";
    assert_snapshot!(menu(&format!("{machine}\n#- /p/requirements.txt\nflask$0\n")), @r#"
    * Create `.venv` with Python 3.12, fetch pip from `a.test` and install 1 requirement  ["environment-missing"]
      Create `.venv` with Python 3.12 and fetch pip from `a.test`  ["environment-missing"]
    "#);
    assert_snapshot!(menu(&format!(
        "{machine}\n#- env /p/.venv broken=python six==1.17.0\n#- /p/requirements.txt\nflask$0\n"
    )), @r#"
    * Recreate `.venv` with Python 3.12, fetch pip from `a.test` and reinstall 1 distribution  ["environment-broken"]
      Recreate `.venv` with Python 3.12, fetch pip from `a.test` and install 1 requirement  ["environment-broken"]
    "#);
}

#[test]
fn literal_edits_come_first() {
    assert_snapshot!(menu("#- env /p/.venv six==1\n#- /p/requirements.txt\nsix=1$0\n"), @r#"
    * Replace `=` with `==` -> "six==1\n"  ["requirement-invalid"]
    "#);
    assert_snapshot!(menu("#- env /p/.venv six==1\n#- /p/requirements.txt\nsix\nsix$0\n"), @r#"
    * Remove the second line, which says the same -> "six\n"  ["requirement-duplicate"]
    "#);
}

#[test]
fn a_broken_environment_is_not_installed_into_but_recreated() {
    assert_snapshot!(menu(
        "#- machine python=3.13 python=3.12 python=3.11 python=3.10 uv\n\
         #- env /p/.venv broken=python six==1.17.0 pip==24.0 pytz==2004d\n#- /p/requirements.txt\nflask$0\nsix\n"
    ), @r#"
    * Recreate `.venv` with Python 3.12 and reinstall 1 of 2 distributions  ["environment-broken"]
      Recreate `.venv` with Python 3.12 and install 2 requirements  ["environment-broken"]
      Recreate `.venv` with Python 3.13 and reinstall 1 of 2 distributions  ["environment-broken"]
      Recreate `.venv` with Python 3.11 and reinstall 1 of 2 distributions  ["environment-broken"]
    "#);
    assert_snapshot!(menu("#- env /p/.venv broken=python\n#- /p/requirements.txt\nflask$0\n"), @r#"
    * Recreate `.venv` with Python 3.12 and install 1 requirement  ["environment-broken"]
    "#);
    assert_snapshot!(menu("#- env /p/.venv broken=python six==1.17.0\n#- /p/constraints.txt\nflask$0\n"), @r#"
    * Recreate `.venv` with Python 3.12 and reinstall 1 distribution  ["environment-broken"]
      Recreate `.venv` with Python 3.12  ["environment-broken"]
    "#);
    // Nothing could make one.
    assert_snapshot!(menu(
        "#- machine python=3.12 no-ensurepip\n#- env /p/.venv broken=python six==1.17.0\n#- /p/requirements.txt\nflask$0\n"
    ), @"");
}

#[test]
fn what_leads_elsewhere_is_named_by_its_own_path() {
    let text = |words: &str| format!("#- env /p/.venv {words}\n#- /p/requirements.txt\nflask$0\n");
    assert_snapshot!(menu(&text("broken=python link=/srv/shared")), @r#"
    * Recreate `/srv/shared` with Python 3.12 and install 1 requirement  ["environment-broken"]
    "#);
    assert_snapshot!(menu(&text("leads-nowhere")), @r#"
    * Create `.venv` with Python 3.12 in place of the link to `/srv/env` and install 1 requirement  ["environment-broken"]
    "#);
}

#[test]
fn another_python_takes_the_place_of_one_that_does_not_fit() {
    assert_snapshot!(menu(
        "#- machine python=3.10 python=3.13 python=3.12\n#- env /p/.venv python=3.10.1 six==1.17.0\n\
         #- /p/pyproject.toml\n[project]\nname = 'p'\nrequires-python = '>=3.11'$0\ndependencies = ['six']\n"
    ), @r#"
    * Recreate `.venv` with Python 3.13 and reinstall 1 distribution  ["environment-python-unsupported"]
      Recreate `.venv` with Python 3.13 and install 1 requirement  ["environment-python-unsupported"]
      Recreate `.venv` with Python 3.12 and reinstall 1 distribution  ["environment-python-unsupported"]
    "#);
    assert_snapshot!(menu(
        "#- machine python=3.10\n#- env /p/.venv python=3.10.1 six==1.17.0\n\
         #- /p/pyproject.toml\n[project]\nname = 'p'\nrequires-python = '>=3.11'$0\ndependencies = ['six']\n"
    ), @"");
}

#[test]
fn a_constraints_file_asks_for_nothing() {
    assert_snapshot!(menu("#- /p/constraints.txt\nflask<3$0\n"), @"");
}

#[test]
fn what_an_extra_needs_is_brought_by_its_requirement() {
    assert_snapshot!(menu(
        "#- env /p/.venv requests==2.32.0\n#- metadata requests==2.32.0 extra=socks requires-socks=\"PySocks>=1.5\"\n\
         #- /p/requirements.txt\nrequests[socks]$0>=2\n"
    ), @r#"
    * Install `requests[socks]` into `.venv`  ["requirement-extra-not-installed"]
    "#);
    assert_snapshot!(menu(
        "#- env /p/.venv requests==2.32.0\n#- metadata requests==2.32.0 extra=socks\n\
         #- /p/requirements.txt\nrequests[ sox , socks ]$0>=2\n"
    ), @r#"
    * Remove the extra `sox` -> "requests[ socks ]>=2\n"  ["requirement-extra-not-installed"]
    "#);
    assert_snapshot!(menu(
        "#- env /p/.venv six==1.17.0\n#- metadata six==1.17.0\n#- /p/requirements.txt\nsix [x]$0 >=1\n"
    ), @r#"
    * Remove the extra `x` -> "six >=1\n"  ["requirement-extra-not-installed"]
    "#);
}

#[test]
fn a_right_name_takes_the_place_of_a_wrong_one() {
    assert_snapshot!(menu("#- loading\n#- /p/requirements.txt\nsklearn [a, b] ==0.0$0 ; os_name == 'posix'\n"), @r#"
    * Replace `sklearn` with `scikit-learn` -> "scikit-learn [a, b] ; os_name == 'posix'\n"  ["requirement-renamed"]
    "#);
    assert_snapshot!(menu("#- env /p/.venv\n#- /p/requirements.txt\nbs4 [lxml] ==0.0.1$0\n"), @r#"
    * Replace `bs4` with `beautifulsoup4` -> "beautifulsoup4 [lxml]\n"  ["requirement-renamed"]
    "#);
    assert_snapshot!(menu("#- loading\n#- /p/requirements.txt\nyaml>=5,<7$0\n"), @r#"
    * Replace `yaml` with `PyYAML` -> "PyYAML>=5,<7\n"  ["requirement-renamed"]
    "#);
    assert_snapshot!(menu("#- loading\n#- /p/requirements.txt\nsklearn==0.0$0 --hash=sha256:ab\n"), @"");
}

#[test]
fn what_need_not_be_asked_for_can_go() {
    assert_snapshot!(menu("#- loading\n#- /p/requirements.txt\nsix\npkg-resources==0.0.0$0\n"), @r#"
    * Remove `pkg-resources` -> "six\n"  ["requirement-renamed"]
    "#);
    assert_snapshot!(menu("#- loading\n#- /p/requirements.txt\nsix\njson$0  # why\nflask\n"), @r#"
    * Remove `json`, which Python has -> "six\nflask\n"  ["requirement-in-stdlib"]
    "#);
    assert_snapshot!(menu(
        "#- loading\n#- /p/pyproject.toml\n[project]\nname = \"x\"\ndependencies = [\"six\", \"os\"$0]\n"
    ), @r#"
    * Remove `os`, which Python has -> "[project]\nname = \"x\"\ndependencies = [\"six\"]\n"  ["requirement-in-stdlib"]
    "#);
}

#[test]
fn edits_are_right_in_the_tables_of_poetry() {
    let poetry = |lines: &str| {
        menu(&format!(
            "#- env /p/.venv flask==2.3.0 discord==1\n#- /p/pyproject.toml\n[tool.poetry.dependencies]\n{lines}"
        ))
    };
    assert_snapshot!(poetry("discord = \"^2.0\"$0\n"), @r#"
    * Replace `discord` with `discord.py` -> "[tool.poetry.dependencies]\n\"discord.py\" = \"*\"\n"  ["requirement-renamed"]
      Upgrade `discord` from 1 to match `^2.0` in `.venv`  ["requirement-version-mismatch"]
      Ask for `discord` `==1`, which is installed -> "[tool.poetry.dependencies]\ndiscord = \"==1\"\n"  ["requirement-version-mismatch"]
    "#);
    assert_snapshot!(poetry("flask = {version = \"^3.0 || ~4\", extras = [\"async\"]}$0\n"), @r#"
    * Upgrade `flask` from 2.3.0 to match `^3.0 || ~4` in `.venv`  ["requirement-version-mismatch"]
      Ask for `flask` `==2.3.0`, which is installed -> "[tool.poetry.dependencies]\nflask = {version = \"==2.3.0\", extras = [\"async\"]}\n"  ["requirement-version-mismatch"]
    "#);
}

#[test]
fn a_new_environment_gets_the_python_that_is_asked_for() {
    let machine = "#- machine python=3.11.7 python=3.12.1 python=3.13.0\n";
    let first = |text: &str| {
        let menu = menu(&format!("{machine}{text}"));
        menu.lines().next().unwrap_or_default().split("  [").next().unwrap_or_default().trim().to_owned()
    };
    let project = |python: &str| {
        format!(
            "#- /p/pyproject.toml\n[project]\nname = 'p'\nrequires-python = '{python}'\ndependencies = ['six$0']\n"
        )
    };
    let made = |python: &str| format!("* Create `.venv` with Python {python} and install 1 requirement");
    assert_eq!(first(&project(">=3.11")), made("3.11"));
    assert_eq!(first(&project(">=3.13")), made("3.13"));
    assert_eq!(first(&project(">=3.12,<3.13")), made("3.12"));
    assert_eq!(first("#- pinned /p/.python-version 3.13\n#- /p/requirements.txt\nsix$0\n"), made("3.13"));
    assert_eq!(
        first(&project(">=3.14")),
        "Create `.venv` with Python 3.11 and install 1 requirement, although `project.requires-python` asks for `>=3.14`"
    );
    assert_eq!(
        first(
            "#- pinned /p/.python-version 3.13\n#- env /p/.venv python=3.11.7 broken=Python\n#- /p/requirements.txt\nsix$0\n"
        ),
        "* Recreate `.venv` with Python 3.13 and install 1 requirement"
    );
    let broken = "#- env /p/.venv python=3.11.7 broken=Python\n#- /p/requirements.txt\nsix$0\n";
    assert_eq!(
        first(&format!("#- pinned /p/.python-version 3.14\n{broken}")),
        "Recreate `.venv` with Python 3.11 and install 1 requirement, although `.python-version` asks for 3.14"
    );
    assert_eq!(
        first(&format!("#- pinned /p/.python-version 3\n{broken}")),
        "* Recreate `.venv` with Python 3.11 and install 1 requirement",
        "the version before is one that fits"
    );
}

#[test]
fn an_environment_with_a_python_that_is_not_asked_for_gets_a_successor() {
    let said = |facts: &str, python: Option<&str>| {
        let text = format!("#- machine python=3.9.5 python=3.13.0\n{facts}#- /p/requirements.txt\nsix\n");
        let fixture = Fixture::parse(&text);
        let named = python.map(std::path::Path::new);
        let repairs = repairs(&fixture.context(), named).into_iter().map(|repair| match repair {
            Ok(Effect::Recreate { interpreter, .. }) => interpreter.display().to_string(),
            Ok(other) => format!("{other:?}"),
            Err(reason) => reason,
        });
        repairs.collect::<Vec<_>>().join("\n")
    };
    let pinned = |version: &str| {
        format!("#- pinned /p/.python-version {version}\n#- env /p/.venv python=3.9.5 six==1.17.0\n")
    };
    assert_snapshot!(said(&pinned("3.13"), None), @"/usr/bin/python3.13");
    assert_snapshot!(said(&pinned("3.14"), None), @"`.python-version` asks for Python `3.14`, and only Python 3.13.0 and 3.9.5 are there: install another one, or name one with `--python`");
    assert_snapshot!(said(&pinned("3.14"), Some("/usr/bin/python3.13")), @"/usr/bin/python3.13");
    assert_snapshot!(said(&pinned("3.14"), Some("/usr/bin/python3")), @"");
    assert_snapshot!(said(&pinned("3.9"), None), @"");
    assert_snapshot!(said("#- env /p/.venv python=3.9.5 six==1.17.0\n", None), @"");
}

#[test]
fn a_pinned_python_has_an_implementation_a_range_and_a_patch_level() {
    let said = |pinned: &str| {
        let text = format!(
            "#- machine python=3.11.7 python=3.12.1 python=3.12.9 python=3.13.0\n#- pinned /p/.python-version {pinned}\n\
             #- /p/requirements.txt\nsix\n"
        );
        check(&Fixture::parse(&text).context()).remove(0).message.to_string()
    };
    assert_snapshot!(said(">=3.13"), @"No environment serves this file; Python 3.13.0 would be used (`/usr/bin/python3.13`)");
    assert_snapshot!(said("3.12.9"), @"No environment serves this file; Python 3.12.9 would be used (`/usr/bin/python3.12`)");
    assert_snapshot!(said("3.13.4"), @"No environment serves this file; Python 3.13.0 would be used (`/usr/bin/python3.13`). `.python-version` asks for Python 3.13.4; 3.13.0 is taken");
    assert_snapshot!(said("pypy3.12"), @"No environment serves this file; `.python-version` asks for Python `pypy3.12`, and only Python 3.13.0, 3.12.1, 3.12.9 and 3.11.7 are there");
}

#[test]
fn installing_what_one_needs_settles_nothing_that_another_one_needs() {
    let text = "#- env /p/.venv alpha==1.0 eps==1.0\n#- metadata alpha==1.0 requires=beta\n\
                #- metadata eps==1.0 requires=alpha!=1.0\n#- /p/requirements.txt\nalpha$0\n";
    let fixture = Fixture::parse(text);
    let context = fixture.context();
    let found = check(&context);
    let at = Span::empty(fixture.cursor.expect("the fixture has a cursor"));
    let action = actions(&context, &found, at)
        .into_iter()
        .find(|action| action.title == "Install what `alpha` needs into `.venv`")
        .expect("it is offered");
    let settled: Vec<&str> = action.settles.iter().map(|index| &*found[*index].message).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(settled, ["`alpha` 1.0 needs `beta`, which is not installed in `.venv`"]);
    assert!(!is_mendable(&context), "that is for the editor's menu");
}

#[test]
fn what_is_said_of_a_missing_environment_names_the_python_that_is_asked_for() {
    let said = |python: &str| {
        let text = format!(
            "#- machine python=3.11.7 python=3.13.0\n#- /p/pyproject.toml\n[project]\nname = 'p'\nrequires-python = '{python}'\ndependencies = ['six']\n"
        );
        check(&Fixture::parse(&text).context()).remove(0).message.to_string()
    };
    assert_snapshot!(said(">=3.13"), @"No environment serves this file; Python 3.13.0 would be used (`/usr/bin/python3.13`)");
    assert_snapshot!(said(">=3.14"), @"No environment serves this file; `project.requires-python` asks for Python `>=3.14`, and only Python 3.13.0 and 3.11.7 are there");
}

#[test]
fn what_the_file_brings_is_named() {
    // The index is the user's own, whatever the file says; the other one is not.
    assert_snapshot!(menu(
        "#- pip /etc/pip.conf global.index-url=https://me:pw@own.example/simple\n#- env /p/.venv\n#- /p/requirements.txt\n\
         --index-url https://own.example/other\n--extra-index-url https://user:s3cret@New.example:8443/simple\nflask$0\nsix\n"
    ), @r#"
    Install `flask` into `.venv` from `new.example:8443`  ["requirement-not-installed"]
    Install all 2 missing requirements into `.venv` from `new.example:8443`  ["requirement-not-installed", "requirement-not-installed"]
    "#);
    assert_snapshot!(menu(
        "#- env /p/.venv\n#- /p/requirements.txt\n-i https://new.example/${CI_TOKEN}/simple\n\
         --trusted-host new.example\nflask$0\nb @ git+https://git.example/b\n-c more.txt\n#- /p/more.txt\n-r https://far.example/x.txt\n"
    ), @r#"
    Install `flask` into `.venv` from `new.example` (sends `${CI_TOKEN}`) without checking its certificate  ["requirement-not-installed"]
    Install all 2 missing requirements into `.venv` from `new.example`, `git.example` and `far.example` (sends `${CI_TOKEN}`) without checking the certificate of `new.example`  ["requirement-not-installed", "requirement-not-installed"]
    "#);
    assert_snapshot!(menu(
        "#- env /p/.venv\n#- /p/requirements.txt\n--trusted-host own.example\nflask @ https://b\u{fc}cher.example/f.whl$0\nsix\n"
    ), @r#"
    Install `flask` into `.venv` from `xn--bcher-kva.example` without checking the certificate of `own.example`  ["requirement-not-installed"]
    Install all 2 missing requirements into `.venv` from `xn--bcher-kva.example` without checking the certificate of `own.example`  ["requirement-not-installed", "requirement-not-installed"]
    "#);
    assert_snapshot!(menu(
        "#- machine python=3.12 uv\n#- /p/requirements.txt\n-f https://wheels.example/\u{1b}[31m\nflask$0\n-e git+ssh://git@git.example/x#egg=x\n"
    ), @r#"
    Create `.venv` with Python 3.12 and install 2 requirements from `wheels.example` and `git.example`  ["environment-missing"]
    Create `.venv` with Python 3.12  ["environment-missing"]
    "#);
}

#[test]
fn mismatches_are_put_right_together() {
    assert_snapshot!(menu(
        "#- env /p/.venv a==1 b==3 c==1\n#- /p/requirements.txt\na>=2$0\nb<3\nc!=1\n"
    ), @r#"
    * Upgrade `a` from 1 to match `>=2` in `.venv`  ["requirement-version-mismatch"]
      Change 3 distributions to match `requirements.txt` in `.venv`  ["requirement-version-mismatch", "requirement-version-mismatch", "requirement-version-mismatch"]
      Ask for `a` `==1`, which is installed -> "a==1\nb<3\nc!=1\n"  ["requirement-version-mismatch"]
    "#);
    assert_snapshot!(menu("#- env /p/.venv a==1 b==1\n#- /p/requirements.txt\na>=2$0\nb~=2.1\nd\n"), @r#"
    * Upgrade `a` from 1 to match `>=2` in `.venv`  ["requirement-version-mismatch"]
      Install all 3 unsatisfied requirements into `.venv`  ["requirement-version-mismatch", "requirement-version-mismatch", "requirement-not-installed"]
      Upgrade 2 distributions to match `requirements.txt` in `.venv`  ["requirement-version-mismatch", "requirement-version-mismatch"]
      Ask for `a` `==1`, which is installed -> "a==1\nb~=2.1\nd\n"  ["requirement-version-mismatch"]
    "#);
    assert_snapshot!(menu("#- env /p/.venv a==3\n#- /p/requirements.txt\na==2.*$0\n"), @r#"
    * Downgrade `a` from 3 to match `==2.*` in `.venv`  ["requirement-version-mismatch"]
      Ask for `a` `==3`, which is installed -> "a==3\n"  ["requirement-version-mismatch"]
    "#);
    assert_snapshot!(menu("#- env /p/.venv a==3\n#- /p/requirements.txt\na!=3$0\n"), @r#"
    * Change `a` from 3 to match `!=3` in `.venv`  ["requirement-version-mismatch"]
      Ask for `a` `==3`, which is installed -> "a==3\n"  ["requirement-version-mismatch"]
    "#);
}
