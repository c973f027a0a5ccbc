//! Other names for extras and groups.

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::assist::{rename, renameable};

/// The file after the rename, or why it is refused, or `no` where nothing can be renamed.
fn renamed(text: &str, name: &str) -> String {
    let fixture = Fixture::parse(text);
    let at = fixture.cursor.expect("the fixture has a cursor");
    let context = fixture.context();
    let Some((span, old)) = renameable(&context, at) else {
        assert_eq!(rename(&context, at, name), Ok(Vec::new()));
        return "no".to_owned();
    };
    assert_eq!(span.slice(&fixture.manifest.text), old);
    assert!(span.touches(at));
    match rename(&context, at, name) {
        Ok(edits) => {
            let mut text = fixture.manifest.text.to_string();
            for edit in edits.iter().rev() {
                text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
            }
            text
        }
        Err(why) => why,
    }
}

fn project(text: &str) -> String {
    format!("#- /p/pyproject.toml\n[project]\nname = \"My.Proj\"\n{text}")
}

#[test]
fn an_extra_is_renamed_where_the_project_asks_for_itself() {
    let extras = "[project.optional-dependencies]\nte$0st = [\"pytest[test]\"]\nall = [\"my-proj[Test,docs]\", \"my_proj[docs]\"]\n\
        docs = []\n\n[dependency-groups]\ndev = [\"my.proj[test]\"]\ntest = []\n";
    assert_snapshot!(renamed(&project(extras), "check"), @r#"
    [project]
    name = "My.Proj"
    [project.optional-dependencies]
    check = ["pytest[test]"]
    all = ["my-proj[check,docs]", "my_proj[docs]"]
    docs = []

    [dependency-groups]
    dev = ["my.proj[check]"]
    test = []
    "#);
    let from_use = extras.replace("te$0st", "test").replace("[Test,", "[Te$0st,");
    assert_eq!(renamed(&project(extras), "check"), renamed(&project(&from_use), "check"));
    assert_snapshot!(renamed(&project(extras), "Docs"), @"there is another extra `Docs` already: choose another name");
    assert_snapshot!(renamed(&project(extras), "a b"), @"`a b` cannot be the name of an extra: it has letters, digits, `-`, `_` and `.`, and begins and ends with a letter or a digit");
    assert_snapshot!(renamed(&project("[project.optional-dependencies]\nte$0st = []\nall = ['my-proj[test]']\n"), "a.b"), @r#"
    [project]
    name = "My.Proj"
    [project.optional-dependencies]
    "a.b" = []
    all = ['my-proj[a.b]']
    "#);
    assert_snapshot!(renamed(&project("[project.optional-dependencies]\n\"te$0st\" = []\n"), "a.b"), @r#"
    [project]
    name = "My.Proj"
    [project.optional-dependencies]
    "a.b" = []
    "#);
}

#[test]
fn a_group_is_renamed_where_it_is_taken_in() {
    let groups = "[dependency-groups]\ntest = [\"pytest\"]\ndev = [{include-group = \"te$0st\"}, \"six\"]\n\
        [tool.uv]\ndefault-groups = [\"dev\", # c\n  'test']\n[project.optional-dependencies]\ntest = []\n";
    assert_snapshot!(renamed(&project(groups), "check"), @r#"
    [project]
    name = "My.Proj"
    [dependency-groups]
    check = ["pytest"]
    dev = [{include-group = "check"}, "six"]
    [tool.uv]
    default-groups = ["dev", # c
      'check']
    [project.optional-dependencies]
    test = []
    "#);
    let from_default = groups.replace("te$0st", "test").replace("'test'", "'te$0st'");
    assert_eq!(renamed(&project(groups), "check"), renamed(&project(&from_default), "check"));
    assert_snapshot!(renamed(&project(groups), "dev"), @"there is another group `dev` already: choose another name");
    assert_snapshot!(renamed(&project(groups), "test"), @r#"
    [project]
    name = "My.Proj"
    [dependency-groups]
    test = ["pytest"]
    dev = [{include-group = "test"}, "six"]
    [tool.uv]
    default-groups = ["dev", # c
      'test']
    [project.optional-dependencies]
    test = []
    "#);
    assert_snapshot!(renamed(&project(groups), "-"), @"`-` cannot be the name of a group: it has letters, digits, `-`, `_` and `.`, and begins and ends with a letter or a digit");
}

#[test]
fn extras_of_setup_cfg_are_renamed() {
    assert_snapshot!(
        renamed("#- /p/setup.cfg\n[metadata]\nname = proj\n[options.extras_require]\ntest =\n  pytest\nall =\n  proj[te$0st]\n", "check"), @r#"
    [metadata]
    name = proj
    [options.extras_require]
    check =
      pytest
    all =
      proj[check]
    "#
    );
}

#[test]
fn other_names_are_not_ours() {
    for text in [
        "dependencies = [\"re$0quests\"]\n",
        "dependencies = [\"requests[so$0cks]\"]\n",
        "depen$0dencies = [\"six\"]\n",
        "[build-system]\nre$0quires = [\"hatchling\"]\n",
    ] {
        assert_eq!(renamed(&project(text), "x"), "no", "{text}");
    }
    assert_eq!(renamed("#- /p/requirements.txt\nreq$0uests[a]\n", "x"), "no");
}

#[test]
fn names_in_the_tables_of_tools_follow() {
    let tools = r#"dependencies = ["six; extra == 'Cpu'", 'a ; os_name == "nt" or "cpu" == extra']
[project.optional-dependencies]
cp$0u = []
gpu = []
[dependency-groups]
cpu = []
[tool.uv]
conflicts = [[{ extra = "cpu" }, { extra = "gpu" }], [{ group = "cpu" }, { package = "my-proj", extra = "CPU" }, { package = "x", extra = "cpu" }]]
default-groups = ["cpu"]
[tool.uv.dependency-groups]
cpu = { requires-python = ">=3.12" }
[tool.uv.sources]
torch = [{ index = "a", extra = "cpu" }, { index = "b", group = "cpu" }]
jax = { index = "c", extra = "cpu" }
[tool.hatch.envs.test]
features = ["cpu"]
dependency-groups = ["cpu"]
[tool.poetry.extras]
cpu = ["torch"]
"#;
    let extra = renamed(&project(tools), "x.1");
    assert_snapshot!(extra, @r##"
    [project]
    name = "My.Proj"
    dependencies = ["six; extra == 'x.1'", 'a ; os_name == "nt" or "x.1" == extra']
    [project.optional-dependencies]
    "x.1" = []
    gpu = []
    [dependency-groups]
    cpu = []
    [tool.uv]
    conflicts = [[{ extra = "x.1" }, { extra = "gpu" }], [{ group = "cpu" }, { package = "my-proj", extra = "x.1" }, { package = "x", extra = "cpu" }]]
    default-groups = ["cpu"]
    [tool.uv.dependency-groups]
    cpu = { requires-python = ">=3.12" }
    [tool.uv.sources]
    torch = [{ index = "a", extra = "x.1" }, { index = "b", group = "cpu" }]
    jax = { index = "c", extra = "x.1" }
    [tool.hatch.envs.test]
    features = ["x.1"]
    dependency-groups = ["cpu"]
    [tool.poetry.extras]
    "x.1" = ["torch"]
    "##);
    let group = tools.replace("cp$0u", "cpu").replace("default-groups = [\"cpu", "default-groups = [\"c$0pu");
    assert_snapshot!(renamed(&project(&group), "x"), @r##"
    [project]
    name = "My.Proj"
    dependencies = ["six; extra == 'Cpu'", 'a ; os_name == "nt" or "cpu" == extra']
    [project.optional-dependencies]
    cpu = []
    gpu = []
    [dependency-groups]
    x = []
    [tool.uv]
    conflicts = [[{ extra = "cpu" }, { extra = "gpu" }], [{ group = "x" }, { package = "my-proj", extra = "CPU" }, { package = "x", extra = "cpu" }]]
    default-groups = ["x"]
    [tool.uv.dependency-groups]
    x = { requires-python = ">=3.12" }
    [tool.uv.sources]
    torch = [{ index = "a", extra = "cpu" }, { index = "b", group = "x" }]
    jax = { index = "c", extra = "cpu" }
    [tool.hatch.envs.test]
    features = ["cpu"]
    dependency-groups = ["x"]
    [tool.poetry.extras]
    cpu = ["torch"]
    "##);
    for from in ["features = [\"c$0pu", "{ extra = \"$0cpu\" }, {", "\"c\", extra = \"cpu$0"] {
        let plain = tools.replace("cp$0u", "cpu");
        let from = plain.replacen(&from.replace("$0", ""), from, 1);
        assert_eq!(renamed(&project(&from), "x.1"), extra);
    }
}

#[test]
fn groups_of_poetry_are_renamed_in_all_their_headers() {
    let groups = "[tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.do$0cs.dependencies]\na = '1'\n\
        [tool.poetry.group.all]\ninclude-groups = ['docs']\n[tool.poetry.group.all.dependencies]\n[dependency-groups]\ndocs = []\n";
    assert_snapshot!(renamed(&project(groups), "new"), @r##"
    [project]
    name = "My.Proj"
    [tool.poetry.group.new]
    optional = true
    [tool.poetry.group.new.dependencies]
    a = '1'
    [tool.poetry.group.all]
    include-groups = ['new']
    [tool.poetry.group.all.dependencies]
    [dependency-groups]
    docs = []
    "##);
    assert_snapshot!(renamed(&project(groups), "all"), @"there is another group `all` already: choose another name");
}

#[test]
fn extras_of_setup_py_are_not_given_a_name_that_is_taken() {
    let text = "#- /p/setup.py\nsetup(extras_require={'te$0st': [], 'docs': []})\n";
    assert_eq!(renamed(text, "docs"), "there is another extra `docs` already: choose another name");
}

#[test]
fn an_extra_in_several_strings_is_not_renamed() {
    let text = "#- /p/setup.py\nsetup(name='p', extras_require={'te$0st': [], 'all': ['p[te' \"st]\"]})\n";
    assert_eq!(
        renamed(text, "x"),
        "the extra is put together from several strings in one place: join them first"
    );
    assert_snapshot!(
        renamed("#- /p/setup.py\nsetup(name='p', extras_require={'te$0st': [], 'all': ['p[' \"test]\"]})\n", "x"),
        @r#"setup(name='p', extras_require={'x': [], 'all': ['p[' "x]"]})"#
    );
}
