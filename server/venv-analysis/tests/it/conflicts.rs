//! Which places count together, and what is said of them.

use test_support::fixture::Fixture;
use venv_analysis::check;

/// The findings of the rule, with the places that belong to them.
fn conflicts(text: &str) -> Vec<String> {
    let fixture = Fixture::parse(text);
    let found =
        check(&fixture.context()).into_iter().filter(|found| found.rule.code == "requirement-conflict");
    let told = found.map(|found| {
        let related = found.related.iter().map(|related| {
            let file = related.file.as_ref().and_then(|file| file.file_name());
            format!("{}:{:?}", file.map_or("", |name| name.to_str().unwrap_or("?")), related.span)
        });
        format!("{:?} {} {:?}", found.span, found.message, related.collect::<Vec<_>>())
    });
    told.collect()
}

const ENVIRONMENT: &str = "#- env /p/.venv python=3.12.1\n";

#[test]
fn three_lines_may_contradict_where_no_two_do() {
    let found = conflicts("#- /p/requirements.txt\nsix>=1,<3\nsix!=1.*\nsix!=2.*\n");
    assert_eq!(
        found,
        [
            r#"22..27 no version of `six` is `!=2.*` and all that the other lines ask for [":3..9", ":13..18"]"#
        ]
    );
}

#[test]
fn the_first_contradiction_of_a_name_is_told() {
    let found = conflicts("#- /p/requirements.txt\nsix>2\nsix<1\nsix<1\nsix<0.5\nsix>3\n");
    assert_eq!(found, [r#"9..11 no version of `six` is both `<1` and `>2` [":3..5"]"#]);
}

#[test]
fn markers_count_where_an_environment_decides_them() {
    let lines = "#- /p/requirements.txt\nsix>2; python_version > '3'\nsix<1; python_version > '3'\n";
    assert_eq!(conflicts(lines), [""; 0]);
    assert_eq!(conflicts(&format!("{ENVIRONMENT}{lines}")).len(), 1);
    let lines = "#- /p/requirements.txt\nsix>2; extra == 'a'\nsix<1; platform_release > '3'\n";
    assert_eq!(conflicts(&format!("{ENVIRONMENT}{lines}")), [""; 0]);
}

#[test]
fn files_contradict_where_they_come_together() {
    let files = "#- /p/a.txt\nsix>2\n-r c.txt\n#- /p/b.txt\nsix<1\n#- /p/c.txt\nsix==1.5\n";
    let found = conflicts(&format!("#- /p/requirements.txt\n-r a.txt\n-r b.txt\n{files}"));
    assert_eq!(
        found,
        [r#"12..17 no version of `six` is both the `<1` of `b.txt` and the `>2` of `a.txt` ["a.txt:3..5"]"#]
    );
    // Bounds alone ask for nothing.
    assert_eq!(conflicts(&format!("#- /p/requirements.txt\n-c a.txt\n-c b.txt\n{files}")), [""; 0]);
    assert_eq!(conflicts(&format!("#- /p/requirements.txt\n-r c.txt\n-c b.txt\n{files}")).len(), 1);
    assert_eq!(conflicts("#- /p/constraints.txt\nsix<1\nsix>2\n").len(), 1);
}

#[test]
fn what_is_not_known_contradicts_nothing() {
    for lines in [
        "six>2\nsix @ https://example.org/six-1.0.tar.gz",
        "six>2\nsix<1=",
        "six===weird\nsix==1",
        "six>2,${BOUND}\nsix<1; ${MARKER}",
        "six>2\n./six",
    ] {
        assert_eq!(conflicts(&format!("{ENVIRONMENT}#- /p/requirements.txt\n{lines}\n")), [""; 0], "{lines}");
    }
}

#[test]
fn a_list_counts_with_what_it_takes_in_and_with_what_everybody_gets() {
    let project = |rest: &str| {
        conflicts(&format!(
            "#- /p/pyproject.toml\n[project]\nname = \"x\"\ndependencies = [\"six>=2\"]\n{rest}"
        ))
    };
    assert_eq!(project("[project.optional-dependencies]\na = [\"six<2\"]\nb = [\"six>=3\"]\n").len(), 1);
    assert_eq!(project("[build-system]\nrequires = [\"six<2\"]\n"), [""; 0]);
    assert_eq!(project("[tool.uv]\nconstraint-dependencies = [\"six<2\"]\n").len(), 1);
    assert_eq!(project("[tool.uv]\nbuild-constraint-dependencies = [\"six<2\"]\n"), [""; 0]);
    let overridden =
        "[project.optional-dependencies]\na = [\"six<2\"]\n[tool.uv]\noverride-dependencies = [\"six==1\"]\n";
    assert_eq!(project(overridden), [""; 0]);
    let groups = |include: &str| {
        project(&format!("[dependency-groups]\na = [\"flask<2\"{include}]\nb = [\"flask>=2\"]\n"))
    };
    assert_eq!(groups(""), [""; 0]);
    assert_eq!(groups(", {include-group = \"b\"}").len(), 1);
}

#[test]
fn alternatives_of_poetry_count() {
    let poetry = |six: &str, dev: &str| {
        conflicts(&format!(
            "#- /p/pyproject.toml\n[tool.poetry.dependencies]\nsix = \"{six}\"\n\
             [tool.poetry.group.dev.dependencies]\nsix = \"{dev}\"\n"
        ))
    };
    assert_eq!(poetry("^1.0 || ^3.0", ">=3"), [""; 0]);
    assert_eq!(poetry("^1.0 || ^3.0", "^2.0").len(), 1);
}
