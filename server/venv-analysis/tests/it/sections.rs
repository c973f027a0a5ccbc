//! Files with several lists: which of them an environment is expected to hold, and what is offered for the others.

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::{ActionKind, unsatisfied};
use venv_analysis::{actions, check, plan};
use venv_syntax::Span;

const PROJECT: &str = r#"[project]
name = "demo"
dependencies = ["requests>=2.31"]

[project.optional-dependencies]
test = ["pytest", "pytest-cov", "coverage"]

[dependency-groups]
dev = ["ruff"]

[build-system]
requires = ["hatchling"]

[tool.uv]
constraint-dependencies = ["urllib3<2"]
"#;

fn fixture(environment: &str, text: &str) -> Fixture {
    Fixture::parse(&format!("#- env /p/.venv {environment}\n#- /p/pyproject.toml\n{text}"))
}

fn missing(environment: &str) -> Vec<String> {
    fixture(environment, PROJECT).findings()
}

#[test]
fn what_everyone_needs_is_missing_and_what_the_build_needs_is_not() {
    assert_snapshot!(missing("").join("\n"), @r#"
    3:18..26 warning[requirement-not-installed]: `requests` is not installed in `.venv`
    9:9..13 warning[requirement-not-installed]: `ruff` is not installed in `.venv`
    "#);
}

#[test]
fn an_extra_counts_once_most_of_it_is_there() {
    let all = "requests==2.31 ruff==1";
    assert_eq!(missing(all), [""; 0]);
    assert_eq!(missing(&format!("{all} pytest==8")), [""; 0]);
    assert_snapshot!(missing(&format!("{all} pytest==8 coverage==7")).join("\n"), @"6:20..30 warning[requirement-not-installed]: `pytest-cov` is not installed in `.venv`");
}

#[test]
fn what_the_project_needs_itself_is_no_sign_of_an_extra() {
    let text = "[project]\ndependencies = [\"requests\", \"six\"]\n[project.optional-dependencies]\nall = [\"requests\", \"six\", \"numpy\"]\n";
    let found = fixture("requests==2 six==1", text).findings();
    assert!(!found.iter().any(|found| found.contains("requirement-not-installed")), "{found:?}");
}

#[test]
fn what_is_twice_in_two_sections_is_removed_under_two_titles() {
    let text = "[dependency-groups]\na = [\"six\", \"six\"]\nb = [\"six\", \"six\"]\n";
    let fixture = fixture("six==1", text);
    let found = check(&fixture.context());
    let titles: Vec<&str> =
        found.iter().filter_map(|found| Some(found.edit.as_ref()?.title.as_str())).collect();
    assert_eq!(
        titles,
        [
            "Remove the second `six` in `dependency-groups.a`, which says the same",
            "Remove the second `six` in `dependency-groups.b`, which says the same"
        ]
    );
}

fn menu(environment: &str, text: &str) -> String {
    let fixture = fixture(environment, text);
    let context = fixture.context();
    let found = check(&context);
    let at = Span::empty(fixture.cursor.expect("the fixture has a cursor"));
    let actions = actions(&context, &found, at);
    let lines = actions.iter().map(|action| {
        let what = match &action.kind {
            ActionKind::Edit(edit) | ActionKind::Sort(edit) => format!("{:?}", edit.text),
            ActionKind::Effect(effect) => {
                let planned = plan(effect, &context, "/scratch".as_ref()).expect("it can be planned");
                let file = |name: &str| {
                    let file = planned.files.iter().find(|file| file.path.ends_with(name));
                    file.map_or(String::new(), |file| file.text.replace('\n', " "))
                };
                format!("{}| {}", file("requirements.txt"), file("constraints.txt"))
            }
        };
        format!("{}: {what}", action.title)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_extra_that_is_not_in_use_can_be_installed() {
    let all = "requests==2.31 ruff==1 urllib3==1.26";
    let text = PROJECT.replace("\"pytest-cov\"", "\"pytest-$0cov\"");
    assert_snapshot!(menu(all, &text), @r#"
    Install `pytest-cov` into `.venv`: pytest-cov | requests>=2.31 urllib3<2 
    Install the 3 requirements of extra `test` into `.venv`: pytest pytest-cov coverage | requests>=2.31 urllib3<2 
    Install this project into `.venv` (editable): -e file:///p | requests>=2.31 urllib3<2 
    "#);
}

#[test]
fn one_and_all_of_what_is_missing_can_be_installed() {
    assert_snapshot!(menu("", &PROJECT.replace("ruff", "ru$0ff")), @r#"
    Install `ruff` into `.venv`: ruff | requests>=2.31 urllib3<2 
    Install all 2 missing requirements into `.venv`: requests>=2.31 ruff | urllib3<2 
    Install this project into `.venv` (editable): -e file:///p | requests>=2.31 urllib3<2 
    "#);
}

#[test]
fn an_escape_can_hide_no_line() {
    let text = "[project]\ndependencies = [\"six\", \"flask\\n--index-url https://example.org\"]\n";
    let fixture = fixture("", text);
    let context = fixture.context();
    let chosen = context.chosen().expect("the fixture has an environment");
    let lines: Vec<String> = unsatisfied(&context, &chosen.environment)
        .iter()
        .map(|(wanted, _)| wanted.entry.joined(&wanted.manifest.text))
        .collect();
    assert_eq!(lines, ["six"]);
}
