//! The requirements in the order of their names.

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::ActionKind;
use venv_analysis::assist::sorting;

/// The sorted text, or `sorted` where nothing is to be done.
fn sorted(text: &str) -> String {
    let fixture = Fixture::parse(text);
    let Some(action) = sorting(&fixture.manifest) else { return "sorted".to_owned() };
    let ActionKind::Sort(edit) = action.kind else { panic!("it is no sorting: {action:?}") };
    let mut text = fixture.manifest.text.to_string();
    text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    let again = Fixture::parse(&format!("#- {}\n{text}", fixture.manifest.path.display()));
    assert_eq!(sorting(&again.manifest), None, "what is sorted is not sorted again");
    text
}

#[test]
fn blocks_are_sorted_by_name() {
    assert_snapshot!(
        sorted(
            "#- /p/requirements.txt\n-r base.txt\nzope.interface\nFlask>=2  # web\nattrs\n\n# --- tests ---\nruff\npytest\n\
             --pre\nb\na"
        ), @r#"
    -r base.txt
    attrs
    Flask>=2  # web
    zope.interface

    # --- tests ---
    pytest
    ruff
    --pre
    a
    b
    "#
    );
}

#[test]
fn what_belongs_to_a_line_moves_with_it() {
    assert_snapshot!(
        sorted(
            "#- /p/requirements.txt\n# This file\n# is made by hand\nsix==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n\
             \x20   # via x\n# for y\nflask==2 \\\n    --hash=sha256:cc\nattrs\n# the end\n"
        ), @r#"
    # This file
    # is made by hand
    attrs
    # for y
    flask==2 \
        --hash=sha256:cc
    six==1 \
        --hash=sha256:aa \
        --hash=sha256:bb
        # via x
    # the end
    "#
    );
}

#[test]
fn what_is_not_a_plain_requirement_stays() {
    assert_snapshot!(
        sorted("#- /p/requirements.txt\nz\ny\n-e ./here\nb\na\n{% if x %}\nd\nc\n{% endif %}\nf=1\nh\ng\\"), @r#"
    y
    z
    -e ./here
    a
    b
    {% if x %}
    c
    d
    {% endif %}
    f=1
    h
    g\
    "#
    );
    assert_snapshot!(sorted("#- /p/requirements.txt\na\nB\nc\n\nb\n-e .\na\n"), @"sorted");
    assert_eq!(sorted("#- /p/requirements.txt\nb\r\na\r\n"), "a\r\nb\r\n");
}

#[test]
fn lists_are_sorted_where_items_have_lines_of_their_own() {
    assert_snapshot!(
        sorted(
            "#- /p/pyproject.toml\n[project]\nname = \"x\"\ndependencies = [\n  \"six\",  # c\n  # for y\n  'flask>=2',\n\n  \"b\",\n  \"a\"\n]\n\n\
             [dependency-groups]\ndev = [\"z\", \"y\"]\ntest = [\n  \"z\",\n  {include-group = \"dev\"},\n  \"y\", \"x\",\n  \"d\",\n  \"c\" # last\n]\n"
        ), @r#"
    [project]
    name = "x"
    dependencies = [
      # for y
      'flask>=2',
      "six",  # c

      "a",
      "b",
    ]

    [dependency-groups]
    dev = ["z", "y"]
    test = [
      "z",
      {include-group = "dev"},
      "y", "x",
      "c", # last
      "d",
    ]
    "#
    );
    assert_snapshot!(
        sorted("#- /p/tool.py\n# /// script\n# dependencies = [\n#   \"six\",\n#   # for y\n#   \"flask\",\n# ]\n# ///\n"), @r#"
    # /// script
    # dependencies = [
    #   # for y
    #   "flask",
    #   "six",
    # ]
    # ///
    "#
    );
    assert_snapshot!(sorted("#- /p/setup.cfg\n[options]\ninstall_requires =\n  six\n  # for y\n  flask\n"), @r#"
    [options]
    install_requires =
      # for y
      flask
      six
    "#);
    assert_snapshot!(
        sorted("#- /p/pyproject.toml\n[tool.poetry.dependencies]\npython = \"^3.9\"\nsix = \"*\"\nflask = {version = \"^2\", extras = [\"a\"]}\n"), @r#"
    [tool.poetry.dependencies]
    python = "^3.9"
    flask = {version = "^2", extras = ["a"]}
    six = "*"
    "#
    );
    assert_snapshot!(sorted("#- /p/Pipfile\n[packages]\nsix = \"*\"\nflask = \"*\"\n[dev-packages]\nb = \"*\"\n"), @r#"
    [packages]
    flask = "*"
    six = "*"
    [dev-packages]
    b = "*"
    "#);
    assert_snapshot!(
        sorted("#- /p/environment.yml\ndependencies:\n  - zlib\n  - bzip2\n  - pip:\n    - six\n    - flask\n"), @r#"
    dependencies:
      - zlib
      - bzip2
      - pip:
        - flask
        - six
    "#
    );
}
