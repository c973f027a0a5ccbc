//! What a file asks for of the project that it belongs to, and edits in forms that few files have.

use test_support::fixture::Fixture;
use venv_analysis::assist::sorting;
use venv_analysis::{ActionKind, Role, actions, check, unsatisfied, wanted};
use venv_syntax::Span;

fn edited(text: &str) -> Vec<String> {
    let fixture = Fixture::parse(text);
    let context = fixture.context();
    let found = check(&context);
    let end = u32::try_from(fixture.manifest.text.len()).expect("fixtures are small");
    let edits =
        actions(&context, &found, Span::new(0, end)).into_iter().filter_map(|action| match action.kind {
            ActionKind::Edit(edit) | ActionKind::Sort(edit) => Some(edit),
            ActionKind::Effect(_) => None,
        });
    edits
        .map(|edit| {
            let mut text = fixture.manifest.text.to_string();
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
            text
        })
        .collect()
}

#[test]
fn the_project_itself_is_neither_missing_nor_installed() {
    for project in [
        "#- /p/pyproject.toml\n[project]\nname = \"Q.demo\"\n[project.optional-dependencies]\nt = [\"six\"]\nall = [\"q-demo[t]\", \"flask\", \"idna\"]\n",
        "#- /p/setup.cfg\n[metadata]\nname = q-demo\n[options]\ninstall_requires =\n    q-demo[t]\n",
        "#- /p/setup.py\nfrom setuptools import setup\nsetup(name=\"q-demo\", install_requires=[\"q-demo[t]\"])\n",
    ] {
        let fixture = Fixture::parse(&format!("#- env /p/.venv flask==3 idna==3 six==1\n{project}"));
        assert_eq!(fixture.findings(), [""; 0], "{project}");
        let context = fixture.context();
        let chosen = context.chosen().expect("the fixture has an environment");
        assert!(unsatisfied(&context, &chosen.environment).is_empty(), "{project}");
        let at = Span::new(0, u32::try_from(fixture.manifest.text.len()).expect("fixtures are small"));
        for action in actions(&context, &[], at) {
            assert!(!action.title.contains("q-demo"), "{}", action.title);
        }
    }
}

#[test]
fn what_is_there_in_another_version_is_there_for_somebody_else() {
    let text = "#- env /p/.venv idna==3.4 pip==23\n#- /p/pyproject.toml\n[project.optional-dependencies]\na = [\"idna==1\"]\nb = [\"idna==2\"]\n[dependency-groups]\nci = [\"pip>=24\"]\n";
    assert_eq!(Fixture::parse(text).findings(), [""; 0]);
}

#[test]
fn keys_are_renamed_as_keys_or_not_at_all() {
    let poetry = |line: &str| edited(&format!("#- /p/pyproject.toml\n[tool.poetry.dependencies]\n{line}\n"));
    assert_eq!(poetry("dateutil = [{ version = \"1\" }, { version = \"2\" }]"), [""; 0]);
    assert_eq!(
        poetry("\"beautifulsoup\"=\"^3\""),
        ["[tool.poetry.dependencies]\n\"beautifulsoup4\"=\"*\"\n"]
    );
}

#[test]
fn what_cannot_be_sorted_line_by_line_stays() {
    for text in [
        "#- /p/pyproject.toml\n[project]\ndependencies = [\n  \"b\", # b\n  \"a\" # last\n  # foo\n  ,\n]\n",
        "#- /p/environment.yml\ndependencies:\n  - pip:\n    - |\n      b\n      a\n    - aa0\n",
    ] {
        assert_eq!(sorting(&Fixture::parse(text).manifest), None, "{text}");
    }
}

#[test]
fn a_password_is_not_repeated() {
    let text = "#- /p/pyproject.toml\n[project]\ndependencies = [\"git+https://u:p4ss@example.org/y.git\"]\n";
    let found = Fixture::parse(text).findings().join("\n");
    assert!(found.contains("requirement-invalid") && !found.contains("p4ss"), "{found}");
}

#[test]
fn an_extra_in_use_brings_those_that_it_takes_in() {
    let extras = |list: &str| {
        let text = format!(
            "#- env /p/.venv flask==3\n#- /p/pyproject.toml\n[project]\nname = \"p\"\n[project.optional-dependencies]\n\
             t = [\"six\", \"p[all]\"]\n{list}\n"
        );
        Fixture::parse(&text).findings()
    };
    assert_eq!(extras("all = [\"flask\"]"), [""; 0]);
    assert_eq!(
        extras("all = [\"flask\", \"P[t]\"]"),
        ["4:7..10 warning[requirement-not-installed]: `six` is not installed in `.venv`"]
    );
    assert_eq!(extras("all = [\"flask\", \"p[t] ; python_version < '3'\"]"), [""; 0]);
    assert_eq!(
        extras("all = []\n[dependency-groups]\ndev = [\"p[t]\"]"),
        ["4:7..10 warning[requirement-not-installed]: `six` is not installed in `.venv`"]
    );
    assert_eq!(
        extras("all = [\"flask\", \"p[x]\"]"),
        ["5:20..21 error[include-not-found]: there is no extra `x` in `[project.optional-dependencies]`"]
    );
}

#[test]
fn what_bounds_builds_does_not_bound_the_environment() {
    let uv = |key: &str| {
        let text = format!(
            "#- env /p/.venv\n#- /p/pyproject.toml\n[project]\ndependencies = [\"six\"]\n[tool.uv]\n{key} = [\"six<1.16\", \"setuptools<80\"]\n"
        );
        let fixture = Fixture::parse(&text);
        let bounds = wanted(&fixture.context()).into_iter().filter(|wanted| wanted.role == Role::Constraints);
        bounds.count()
    };
    assert_eq!(uv("constraint-dependencies"), 2);
    assert_eq!(uv("build-constraint-dependencies"), 0);
}

#[test]
fn strings_that_python_joins_stay_whole() {
    let setup = |item: &str| {
        let text = format!("#- env /p/.venv six==1.16.0\n#- /p/setup.py\nsetup(install_requires=[{item}])\n");
        edited(&text).concat()
    };
    assert_eq!(setup("'sklearn' '==1.0'"), "setup(install_requires=['scikit-learn'])\n");
    assert_eq!(setup("\"bs4[lxml]\" \"<1\""), "setup(install_requires=[\"beautifulsoup4[lxml]\"])\n");
    assert_eq!(setup("\"sklearn \" \"==1.0\" ''"), "setup(install_requires=[\"scikit-learn\" ''])\n");
    for item in [
        "'sklearn' \"==1.0\"",
        "'skle' 'arn==1'",
        "'sklearn>=1' ',<0'",
        "'''sklearn''' '==1'",
        "'six>=1' \",<1.1\"",
    ] {
        assert_eq!(setup(item), "", "{item}");
    }
}
