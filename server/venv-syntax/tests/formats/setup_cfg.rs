//! `setup.cfg`, as setuptools reads it.

use super::record::{pictures, short};
use venv_syntax::parse_setup_cfg;

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = parse_setup_cfg(text);
    assert_eq!(short(text, &found).trim_end(), expected, "{text:?}");
    assert_eq!(pictures(text, &found), "", "{text:?}");
}

#[test]
fn lists_are_lines_or_parts_of_one_line() {
    for (text, expected) in [
        (
            "[options]\ninstall_requires =\n  six\n  requests >= 2, < 3 ; os_name == 'nt'\n",
            "options.install_requires (Dependencies, Always): `six` `requests>=2,<3;`",
        ),
        (
            "[options]\ninstall_requires = six; requests>=2\n",
            "options.install_requires (Dependencies, Always): `six` `requests>=2`",
        ),
        (
            "[options]\r\ninstall_requires =\r\n\tsix\r\n\r\n\trequests\r\n",
            "options.install_requires (Dependencies, Always): `six` `requests`",
        ),
        ("[options]\ninstall_requires =\n", "options.install_requires (Dependencies, Always):"),
        // A marker behind the first line is one of a list of lines.
        (
            "[options]\ninstall_requires = six ; os_name == 'nt'\n  requests\n",
            "options.install_requires (Dependencies, Always): `six;` `requests`",
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn a_backslash_joins_lines_and_drops_what_is_before_it() {
    check(
        "[options]\ninstall_requires =\n  requests >= 2, \\\n  < 3\n  six\n",
        "options.install_requires (Dependencies, Always): `requests>=2,<3` = \"requests >= 2,< 3\" `six`",
    );
}

#[test]
fn comments_have_lines_of_their_own_or_follow_a_requirement() {
    check(
        "[options]\ninstall_requires =\n  # one\n  six # two\n; three\n",
        "options.install_requires (Dependencies, Always): `six`",
    );
}

#[test]
fn every_list_has_its_meaning() {
    check(
        "[metadata]\nname = a\n[options]\nSetup-Requires = wheel\ntests_require = pytest\npython_requires = >=3.8,\n  !=3.9.*\n\
         [options.extras_require]\nMy-Extra = six\nz = file: z.txt\n[flake8]\nmax = 1\n",
        "options.Setup-Requires (Build, Elsewhere): `wheel`\n\
         options.tests_require (Group, OnRequest): `pytest`\n\
         options.extras_require.My-Extra (Extra, OnRequest `my-extra`): `six`\n\
         options.extras_require.z (Extra, OnRequest `z`): file z.txt\n\
         python options.python_requires: >=3.8,!=3.9.*",
    );
}

#[test]
fn files_are_named() {
    check(
        "[options]\ninstall_requires = file: a.txt, req/b.txt\n",
        "options.install_requires (Dependencies, Always): file a.txt file req/b.txt",
    );
}

#[test]
fn templates_and_interpolations_are_left_alone() {
    check(
        "[options]\ninstall_requires =\n  {{ cookiecutter.first }}\n  %(test)s\n  six\npython_requires = %(py)s\n",
        "options.install_requires (Dependencies, Always): invalid = \"\" `six`",
    );
}

#[test]
fn what_other_tools_read_is_not_checked() {
    let text = "[flake8]\nignore\nignore\n[flake8]\n";
    assert_eq!(pictures(text, &parse_setup_cfg(text)), "");
}

#[test]
fn errors() {
    let text = "\
[options]
install_requires = six; python_version < '3'
setup_requires =
  six=1.0
  wheel ^1
python_requires = 3.8
tests_require =
pytest
setup_requires = a
[options.extras-require]
a = b
[options.extras_require]
a = b >= 1 2
[options
";
    insta::assert_snapshot!(pictures(text, &parse_setup_cfg(text)), @r##"
    install_requires = six; python_version < '3'
                            ^^^^^^^^^^^^^^^^^^^^ on one line `;` ends a requirement: put one that has a marker on a line of its own, indented
      six=1.0
         ^ pip needs `==`, not `=`
      Replace `=` with `==`:   six==1.0
      wheel ^1
            ^^ `^` is Poetry's alone: write `>=1,<2`
      Replace `^1` with `>=1,<2`:   wheel >=1,<2
    python_requires = 3.8
                      ^^^ an operator is missing before `3.8`: write `>=3.8` or `==3.8`
    pytest
    ^^^^^^ `pytest` is not `key = value`: indent it if it belongs to the value above
    setup_requires = a
    ^^^^^^^^^^^^^^ `setup_requires` is in `[options]` twice: put both into one
    [options.extras-require]
    ^^^^^^^^^^^^^^^^^^^^^^^^ setuptools knows this section as `[options.extras_require]`
      Write `[options.extras_require]`: [options.extras_require]
    a = b >= 1 2
               ^ `2` is not expected here: write one requirement on a line
    [options
    ^^^^^^^^ the `]` behind `[options` is missing
    "##);
    let text = "[options]\npython_requires = >=3.8 # not a comment\n[options.extras_require]\n = six\n";
    insta::assert_snapshot!(pictures(text, &parse_setup_cfg(text)), @r##"
    python_requires = >=3.8 # not a comment
                            ^^^^^^^^^^^^^^^ a comment cannot follow a value: put it on a line of its own
     = six
     ^ a key is missing before `=`
    "##);
    let text = "[options]\npython_requires = ^3.8\n[options]\n";
    insta::assert_snapshot!(pictures(text, &parse_setup_cfg(text)), @r##"
    python_requires = ^3.8
                      ^^^^ `^` is Poetry's alone: write `>=3.8,<4`
      Replace `^3.8` with `>=3.8,<4`: python_requires = >=3.8,<4
    [options]
    ^^^^^^^^^ `[options]` is in the file twice: put both into one
    "##);
}
