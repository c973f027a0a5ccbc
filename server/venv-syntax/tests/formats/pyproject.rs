//! `pyproject.toml`, as its specifications and the tools read it.

use super::record::{pictures, short};
use insta::assert_snapshot;
use venv_syntax::{Declarations, parse_pyproject};

fn read(text: &str) -> String {
    let found = parse_pyproject(text);
    let mut out = short(text, &found);
    for section in &found.sections {
        for include in &section.includes {
            let to = include.section.map_or("nothing", |index| &found.sections[index].path);
            let written = include.extent.slice(text);
            out.push_str(&format!("{written} of {} leads to {to}\n", section.path));
        }
    }
    out + &pictures(text, &found)
}

/// The text for pip of each requirement.
fn texts(found: &Declarations) -> Vec<&str> {
    found.declared.iter().map(|declared| &*declared.text).collect()
}

#[test]
fn the_tables_of_the_specifications() {
    assert_snapshot!(read(r#"
[build-system]
requires = ["setuptools>=61", 'wheel']

[project]
name = "a"
requires-python = ">=3.9, !=3.9.1"
dependencies = [
    "six", # one
    "requests[socks] >= 2 ; os_name == 'nt'",
    "a @ https://e.example/a.zip",
]
[project.optional-dependencies]
Test_1 = ["pytest"]
docs = []
"#), @r##"
    build-system.requires (Build, Elsewhere): `setuptools>=61` `wheel`
    project.dependencies (Dependencies, Always): `six` `requests[socks]>=2;` `a@https://e.example/a.zip`
    project.optional-dependencies.Test_1 (Extra, OnRequest `test-1`): `pytest`
    project.optional-dependencies.docs (Extra, OnRequest `docs`):
    python project.requires-python: >=3.9,!=3.9.1
    "##);
}

#[test]
fn strings_of_every_kind() {
    let text = "[project]\r\ndependencies = [\r\n  \"s\\u0069x == 1.0\",\r\n  '''flask''', \"\"\"\\\r\n   jinja2>=3\"\"\",\r\n  \
                \"caf\\u00e9\",\r\n]\r\n";
    let found = parse_pyproject(text);
    assert_eq!(texts(&found), ["six == 1.0", "flask", "jinja2>=3", "café"]);
    let spans: Vec<&str> = found
        .declared
        .iter()
        .map(|declared| {
            let start = declared.line.start as usize;
            &text[start..start + declared.line.tree.len as usize]
        })
        .collect();
    assert_eq!(spans, ["s\\u0069x == 1.0", "flask", "jinja2>=3", "caf\\u00e9"]);
    let extents: Vec<&str> = found.declared.iter().map(|declared| declared.extent.slice(text)).collect();
    assert_eq!(extents[1..3], ["'''flask'''", "\"\"\"\\\r\n   jinja2>=3\"\"\""]);
    assert_snapshot!(pictures(text, &found), @r##"
    "caf\u00e9",
     ^^^^^^^^^ `café` cannot be a package name: only ASCII letters, digits, `-`, `_` and `.` can be in one
    "##);
}

#[test]
fn groups_take_in_groups() {
    assert_snapshot!(read(r#"
[dependency-groups]
dev = ["ruff", {include-group = "Test_A"}]
test-a = ["pytest", { include-group = 'typing' }]
typing = ["mypy"]
docs = ["sphinx"]
"#), @r##"
    dependency-groups.dev (Group, Always `dev`): `ruff`
    dependency-groups.test-a (Group, Always `test-a`): `pytest`
    dependency-groups.typing (Group, Always `typing`): `mypy`
    dependency-groups.docs (Group, OnRequest `docs`): `sphinx`
    {include-group = "Test_A"} of dependency-groups.dev leads to dependency-groups.test-a
    { include-group = 'typing' } of dependency-groups.test-a leads to dependency-groups.typing
    "##);
}

#[test]
fn default_groups_are_up_to_uv() {
    for (uv, always) in [
        ("", vec!["dev", "lint"]),
        ("default-groups = []", vec![]),
        ("default-groups = ['Docs']", vec!["docs"]),
        ("default-groups = ['docs', 'lint', 'dev']", vec!["dev", "lint", "docs"]),
        ("default-groups = 'all'", vec!["dev", "lint", "docs"]),
    ] {
        let text = format!(
            "[tool.uv]\n{uv}\n[dependency-groups]\ndev = [{{include-group = 'lint'}}]\nlint = []\ndocs = []\n"
        );
        let found = parse_pyproject(&text);
        let wanted: Vec<&str> = found
            .sections
            .iter()
            .filter(|section| section.demand == venv_syntax::Demand::Always)
            .filter_map(|section| section.name.as_ref().map(|name| &*name.text))
            .collect();
        assert_eq!(wanted, always, "{uv}");
        assert_eq!(found.errors, [], "{uv}");
    }
}

#[test]
fn groups_that_are_wrong() {
    assert_snapshot!(read(r#"
[dependency-groups]
dev = ["six=1", {include-group = "tests"}, {include-group = "nothing-like-it"}]
test = [{include-group = "test"}]
a = [{include-group = "b"}]
b = [{include-group = "c"}]
c = [{include-group = "A"}, {include-group = "dev"}]
Dev = []
d = "six"
e = [1, ["six"], {}, {include = "a"}, {include-group = "a", x = 1}, {include-group = 1}]
[tool.uv]
default-groups = ["dve", "dev"]
"#), @r##"
    dependency-groups.dev (Group, Always `dev`): `six==1`
    dependency-groups.test (Group, OnRequest `test`):
    dependency-groups.a (Group, OnRequest `a`):
    dependency-groups.b (Group, OnRequest `b`):
    dependency-groups.c (Group, OnRequest `c`):
    dependency-groups.Dev (Group, OnRequest `dev`):
    dependency-groups.e (Group, OnRequest `e`):
    {include-group = "tests"} of dependency-groups.dev leads to nothing
    {include-group = "nothing-like-it"} of dependency-groups.dev leads to nothing
    {include-group = "test"} of dependency-groups.test leads to dependency-groups.test
    {include-group = "b"} of dependency-groups.a leads to dependency-groups.b
    {include-group = "c"} of dependency-groups.b leads to dependency-groups.c
    {include-group = "A"} of dependency-groups.c leads to dependency-groups.a
    {include-group = "dev"} of dependency-groups.c leads to dependency-groups.dev
    dev = ["six=1", {include-group = "tests"}, {include-group = "nothing-like-it"}]
               ^ pip needs `==`, not `=`
      Replace `=` with `==`: dev = ["six==1", {include-group = "tests"}, {include-group = "nothing-like-it"}]
    dev = ["six=1", {include-group = "tests"}, {include-group = "nothing-like-it"}]
                                      ^^^^^ there is no group `tests`: did you mean `test`?
      Write `test`: dev = ["six=1", {include-group = "test"}, {include-group = "nothing-like-it"}]
    dev = ["six=1", {include-group = "tests"}, {include-group = "nothing-like-it"}]
                                                                 ^^^^^^^^^^^^^^^ there is no group `nothing-like-it` in `[dependency-groups]`
    test = [{include-group = "test"}]
                              ^^^^ the group `test` takes itself in: remove this
    c = [{include-group = "A"}, {include-group = "dev"}]
                           ^ the group `a` takes itself in through `b`, `c`: remove one of them
    Dev = []
    ^^^ `Dev` is the same group as `dev`: join them
    d = "six"
        ^^^^^ `d` must be a list of strings and groups: put it in `[` and `]`
      Put it in `[` and `]`: d = ["six"]
    e = [1, ["six"], {}, {include = "a"}, {include-group = "a", x = 1}, {include-group = 1}]
         ^ an item of a group must be a string or `{ include-group = "…" }`
    e = [1, ["six"], {}, {include = "a"}, {include-group = "a", x = 1}, {include-group = 1}]
            ^^^^^^^ an item of a group must be a string or `{ include-group = "…" }`
    e = [1, ["six"], {}, {include = "a"}, {include-group = "a", x = 1}, {include-group = 1}]
                     ^^ an item of a group must be a string or `{ include-group = "…" }`, with nothing else in it
    e = [1, ["six"], {}, {include = "a"}, {include-group = "a", x = 1}, {include-group = 1}]
                          ^^^^^^^ `include` is not known here: a group is taken in with `include-group`
    e = [1, ["six"], {}, {include = "a"}, {include-group = "a", x = 1}, {include-group = 1}]
                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ an item of a group must be a string or `{ include-group = "…" }`, with nothing else in it
    e = [1, ["six"], {}, {include = "a"}, {include-group = "a", x = 1}, {include-group = 1}]
                                                                                         ^ `include-group` must be the name of a group, in quotes
    default-groups = ["dve", "dev"]
                       ^^^ there is no group `dve`: did you mean `dev`?
      Write `dev`: default-groups = ["dev", "dev"]
    "##);
}

#[test]
fn the_tables_of_uv() {
    assert_snapshot!(read(r#"
[project]
dependencies = ["a[x]>=1 ; os_name == 'nt'", "b", "c", "d", "e", "f", "G_g", "h @ https://e.example/h.zip", "i"]
[tool.uv]
dev-dependencies = ["ruff"]
constraint-dependencies = ["z<1"]
build-constraint-dependencies = [{ requirement = "y==1.0", hashes = ["sha256:00"] }]
override-dependencies = ["x==2"]
exclude-dependencies = ["w"]
[tool.uv.sources]
a = { git = "https://e.example/a", tag = "v1", subdirectory = "sub" }
b = { path = "../b", editable = true }
c = { workspace = true }
d = { url = "https://e.example/d.zip" }
e = { index = "pytorch" }
f = [{ index = "cpu", marker = "os_name == 'nt'" }, { git = "https://e.example/f" }]
g-g = { git = "https://e.example/g", marker = "os_name == 'nt'" }
h = { path = "h" }
"#), @r##"
    project.dependencies (Dependencies, Always): `a[x]>=1;` = "a[x] @ git+https://e.example/a@v1#subdirectory=sub ; os_name == 'nt'" `b` = "" `c` = "" `d` = "d @ https://e.example/d.zip" `e` `f` = "" `g-g` = "" `h@https://e.example/h.zip` `i`
    tool.uv.dev-dependencies (Group, Always): `ruff`
    tool.uv.constraint-dependencies (Constraints, Nobody): `z<1`
    tool.uv.build-constraint-dependencies (Constraints, Nobody): `y==1.0`
    tool.uv.override-dependencies (Overrides, Nobody): `x==2`
    "##);
}

#[test]
fn the_tables_of_other_tools() {
    assert_snapshot!(read(r#"
[tool.pdm.dev-dependencies]
test = ["pytest", "-e file:///${PROJECT_ROOT}/sub#egg=sub", "-e ./x"]
[tool.hatch.envs.default]
dependencies = ["mypy", "a @ {root:uri}/a", "six=={env:SIX}"]
[tool.hatch.envs.docs]
extra-dependencies = ["mkdocs=1"]
[tool.setuptools.dynamic]
version = {attr = "a.b"}
dependencies = {file = ["requirements.txt", "more.txt"]}
[tool.setuptools.dynamic.optional-dependencies]
test = {file = "test.txt"}
"#), @r##"
    tool.pdm.dev-dependencies.test (Group, Always `test`): `pytest` <file:///${PROJECT_ROOT}/sub#egg=sub> <./x>
    tool.hatch.envs.default.dependencies (Environment, Elsewhere): `mypy` `a@{root:uri}/a` = "" invalid = ""
    tool.hatch.envs.docs.extra-dependencies (Environment, Elsewhere): `mkdocs==1`
    tool.setuptools.dynamic.dependencies (Dependencies, Always): file requirements.txt file more.txt
    tool.setuptools.dynamic.optional-dependencies.test (Extra, OnRequest `test`): file test.txt
    extra-dependencies = ["mkdocs=1"]
                                 ^ pip needs `==`, not `=`
      Replace `=` with `==`: extra-dependencies = ["mkdocs==1"]
    "##);
}

#[test]
fn what_is_not_a_list_of_strings() {
    assert_snapshot!(
        [
            "[project]\ndependencies = \"six\"\n",
            "[project]\ndependencies = \"six, flask\"\n",
            "[project.dependencies]\nsix = \"*\"\n",
            "[project]\ndependencies = [1, { name = \"six\" }, [\"six\"], true]\n",
            "[project]\ndependencies = true\n",
            "[project]\noptional-dependencies = [\"six\"]\n",
            "[project]\nrequires-python = 3.9\n",
            "[project]\nrequires-python = \"3.9\"\n",
            "[project]\nrequires-python = \"^3.9\"\n",
            "[project]\nrequires-python = \">=3.9 <4\"\n",
            "project = 1\n",
            "[build-system]\nrequires = {a = \"1\"}\n",
            "dependency-groups = [\"six\"]\n",
            "[project]\ndynamic = [\"version\", \"dependencies\"]\ndependencies = []\n",
        ]
        .map(read)
        .concat(),
        @r##"
    dependencies = "six"
                   ^^^^^ `dependencies` must be a list of strings: put it in `[` and `]`
      Put it in `[` and `]`: dependencies = ["six"]
    dependencies = "six, flask"
                   ^^^^^^^^^^^^ `dependencies` must be a list of strings: put it in `[` and `]`
    [project.dependencies]
    ^^^^^^^^^^^^^^^^^^^^^^ `dependencies` must be a list of strings, not a table: write `dependencies = ["…"]`
    project.dependencies (Dependencies, Always):
    dependencies = [1, { name = "six" }, ["six"], true]
                    ^ every item of `dependencies` must be a string
    dependencies = [1, { name = "six" }, ["six"], true]
                       ^^^^^^^^^^^^^^^^ every item of `dependencies` must be a string
    dependencies = [1, { name = "six" }, ["six"], true]
                                         ^^^^^^^ every item of `dependencies` must be a string
    dependencies = [1, { name = "six" }, ["six"], true]
                                                  ^^^^ every item of `dependencies` must be a string
    dependencies = true
                   ^^^^ `dependencies` must be a list of strings
    optional-dependencies = ["six"]
                            ^^^^^^^ `optional-dependencies` must be a table: write `[project.optional-dependencies]`
    requires-python = 3.9
                      ^^^ `requires-python` must be a string such as `">=3.9"`
    python project.requires-python: 
    requires-python = "3.9"
                       ^^^ an operator is missing before `3.9`: write `>=3.9` or `==3.9`
    python project.requires-python: 
    requires-python = "^3.9"
                       ^^^^ `^` is Poetry's alone: write `>=3.9,<4`
      Replace `^3.9` with `>=3.9,<4`: requires-python = ">=3.9,<4"
    python project.requires-python: >=3.9,<4
    requires-python = ">=3.9 <4"
                            ^ a `,` is missing between two versions
      Insert `,`: requires-python = ">=3.9, <4"
    project = 1
              ^ `project` must be a table: write `[project]`
    requires = {a = "1"}
    ^^^^^^^^ `requires` must be a list of strings, not a table: write `requires = ["…"]`
    dependency-groups = ["six"]
                        ^^^^^^^ `dependency-groups` must be a table: write `[dependency-groups]`
    project.dependencies (Dependencies, Always):
    dynamic = ["version", "dependencies"]
                          ^^^^^^^^^^^^^^ `dependencies` cannot be dynamic, because `[project]` has it: keep one of the two
    "##
    );
}

#[test]
fn requirements_that_are_wrong() {
    assert_snapshot!(read(
        "[project]\ndependencies = [\n  \"six=1.0\",\n  \"\",\n  \"-r a.txt\",\n  \"./a\",\n  \"git+https://e.example/a#egg=a\",\n  \"six\\n\",\n  'a \\u0062',\n]\n"
    ), @r##"
    project.dependencies (Dependencies, Always): `six==1.0` invalid invalid invalid `six` = "six" `a`
      "six=1.0",
          ^ pip needs `==`, not `=`
      Replace `=` with `==`:   "six==1.0",
      "",
      ^^ there is no requirement in this string: remove it
      "-r a.txt",
       ^^^^^^^^ `-r` is an option of pip, which only a requirements file can have
      "./a",
       ^^^ a path cannot be a requirement here: write `name @ file:///…` with the whole path
      "git+https://e.example/a#egg=a",
       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a URL needs a name before it: `name @ git+https://e.example/a#egg=a`
      "six\n",
          ^^ there is a line break or the like beside the requirement: remove it
      'a \u0062',
         ^^^^^^ `\u0062` is not expected after the name
    "##);
}

#[test]
fn a_mistake_does_not_blind_the_rest() {
    assert_snapshot!(read(
        "[project]\nname = x\ndependencies = [\n  \"six,\n  \"flask\" \"jinja2\"\n\n[dependency-groups]\ndev = [\"ruff\"]\ntest\n[tool.uv\ndev-dependencies = [\"black\"]\n"
    ), @r##"
    project.dependencies (Dependencies, Always): `six` `flask` `jinja2`
    dependency-groups.dev (Group, Always `dev`): `ruff`
    tool.uv.dev-dependencies (Group, Always): `black`
    name = x
           ^ text must be in quotes: `"x"`
    dependencies = [⏎  "six,⏎  "flask" "jinja2"
                   ^ this `[` is never closed: write `]` behind its last item
      Insert `]`: dependencies = [⏎  "six,⏎  "flask" "jinja2"]
      "six,
      ^^^^ a closing `"` is missing
      Insert `"`:   "six",
      "flask" "jinja2"
            ^ a `,` is missing between two items
      Insert `,`:   "flask", "jinja2"
    test
    ^^^^ `test` has no value: write `test = …`
    [tool.uv
    ^^^^^^^^ this `[` is never closed: write `]` behind the name
      Insert `]`: [tool.uv]
    "##);
}

#[test]
fn templates_are_left_alone() {
    for text in [
        "[project]\nname = \"{{ cookiecutter.name }}\"\ndependencies = [\"six\", \"{{ x }}\", \"a{% if b %}>=1{% endif %}\"]\nrequires-python = \"{{ y }}\"\n",
        "[project]\n{% if x %}\ndependencies = [\"six\"]\n{% else %}\ndependencies = [\"flask\"]\n{% endif %}\n",
        "[project]\nname = {{ name }}\ndependencies = [\n  \"six\",\n  {{ more }}\n]\n",
    ] {
        let found = parse_pyproject(text);
        assert_eq!(pictures(text, &found), "", "{text}");
        assert_eq!(found.declared[0].text.as_ref(), "six", "{text}");
    }
}
