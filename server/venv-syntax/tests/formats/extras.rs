//! The names of extras and groups, and the extras that a project takes in of itself.

use super::record::pictures;
use insta::assert_snapshot;
use venv_syntax::{Declarations, Demand, parse_pyproject, parse_setup_cfg, parse_setup_py};

/// What is wrong, as pictures.
fn wrong(text: &str) -> String {
    pictures(text, &parse_pyproject(text))
}

/// `all -> test docs` for each list that takes in extras, and which lists everybody gets.
fn taken_in(found: &Declarations) -> String {
    let name = |index: usize| {
        let section = &found.sections[index];
        section.name.as_ref().map_or(&*section.path, |name| &*name.text)
    };
    let mut out = String::new();
    for (index, section) in found.sections.iter().enumerate().filter(|(_, it)| !it.own_extras.is_empty()) {
        let extras: Vec<&str> = section.own_extras.iter().map(|extra| name(*extra)).collect();
        out.push_str(&format!("{} -> {}\n", name(index), extras.join(" ")));
    }
    let always = (0..found.sections.len()).filter(|index| found.sections[*index].demand == Demand::Always);
    out + "always: " + &always.map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn names_are_those_of_the_specification() {
    assert_snapshot!(wrong(
        "[project.optional-dependencies]\n\"a b\" = []\n-a = [\"six\"]\na_ = []\n\"\" = []\n\"é\" = []\na--b = []\n\"a.b\" = []\nA_B = []\n7 = []\n"
    ), @r##"
    "a b" = []
    ^^^^^ `a b` cannot be the name of an extra: it has letters, digits, `-`, `_` and `.`, and begins and ends with a letter or a digit
    -a = ["six"]
    ^^ `-a` cannot be the name of an extra: it has letters, digits, `-`, `_` and `.`, and begins and ends with a letter or a digit
    a_ = []
    ^^ `a_` cannot be the name of an extra: it has letters, digits, `-`, `_` and `.`, and begins and ends with a letter or a digit
    "" = []
    ^^ `` cannot be the name of an extra: it has letters, digits, `-`, `_` and `.`, and begins and ends with a letter or a digit
    "é" = []
    ^^^ `é` cannot be the name of an extra: it has letters, digits, `-`, `_` and `.`, and begins and ends with a letter or a digit
    "a.b" = []
    ^^^^^ `a.b` is the same extra as `a--b`: join them
    A_B = []
    ^^^ `A_B` is the same extra as `a--b`: join them
    "##);
    assert_snapshot!(wrong(
        "[dependency-groups]\n\"a/b\" = []\ndev = [{include-group = \"a/b\"}]\n_x = []\n{{ y }} = []\n[project.optional-dependencies]\ndev = []\n"
    ), @r##"
    "a/b" = []
    ^^^^^ `a/b` cannot be the name of a group: it has letters, digits, `-`, `_` and `.`, and begins and ends with a letter or a digit
    _x = []
    ^^ `_x` cannot be the name of a group: it has letters, digits, `-`, `_` and `.`, and begins and ends with a letter or a digit
    "##);
}

#[test]
fn the_own_name_takes_in_extras() {
    assert_snapshot!(taken_in(&parse_pyproject(
        "[project]\nname = \"My.Proj\"\ndependencies = [\"six\"]\n[project.optional-dependencies]\nall = [\"my-proj[Test,docs]\", \"other[b]\"]\n\
         test = [\"my_proj[all]\", \"my_proj[test]\"]\ndocs = []\nold = [\"my-proj[docs] ; python_version < '3'\"]\nb = []\n\
         [dependency-groups]\ndev = [{include-group = \"check\"}]\ncheck = [\"my-proj[b]\"]\n\
         [tool.pdm.dev-dependencies]\nx = [\"my-proj[old]\"]\n"
    )), @r##"
    all -> test docs
    test -> all
    check -> b
    x -> old
    always: project.dependencies old b dev check x
    "##);
    assert_snapshot!(taken_in(&parse_setup_cfg(
        "[metadata]\nname = my-proj\n[options.extras_require]\ntest =\n  pytest\nall =\n  My_Proj[test]\n"
    )), @r##"
    all -> test
    always: 
    "##);
    assert_snapshot!(taken_in(&parse_setup_py(
        "from setuptools import setup\nsetup(extras_require={'test': ['six'], 'all': ['p[test]']}, name='p', install_requires=['p[test]'])\n"
    )), @r##"
    all -> test
    install_requires -> test
    always: test install_requires
    "##);
}

#[test]
fn extras_that_the_project_does_not_have() {
    assert_snapshot!(wrong(
        "[project]\nname = \"p\"\ndependencies = [\"p[tests]\", \"p[test]\", \"q[x]\", \"p[x] @ https://e.example/p.zip\"]\n\
         [project.optional-dependencies]\ntest = [\"p[nothing] ; os_name == 'x'\"]\n[dependency-groups]\ndev = [\"P[Test,zz]\"]\n\
         [build-system]\nrequires = [\"p[zz]\"]\n"
    ), @r##"
    dependencies = ["p[tests]", "p[test]", "q[x]", "p[x] @ https://e.example/p.zip"]
                       ^^^^^ there is no extra `tests`: did you mean `test`?
      Write `test`: dependencies = ["p[test]", "p[test]", "q[x]", "p[x] @ https://e.example/p.zip"]
    test = ["p[nothing] ; os_name == 'x'"]
               ^^^^^^^ there is no extra `nothing` in `[project.optional-dependencies]`
    dev = ["P[Test,zz]"]
                   ^^ there is no extra `zz` in `[project.optional-dependencies]`
    "##);
    for other in [
        "[project]\nname = \"p\"\ndynamic = [\"optional-dependencies\"]\ndependencies = [\"p[x]\"]\n",
        "[project]\nname = \"{{ p }}\"\ndependencies = [\"p[x]\"]\n",
        "[dependency-groups]\ndev = [\"p[x]\"]\n",
        "[tool.poetry]\nname = \"p\"\n[tool.poetry.extras]\nx = [\"six\"]\n[dependency-groups]\ndev = [\"p[x]\"]\n",
    ] {
        assert_eq!(wrong(other), "", "{other}");
    }
}
