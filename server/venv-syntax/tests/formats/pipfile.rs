//! Pipenv's `Pipfile`.

use super::record::{pictures, short};
use venv_syntax::parse_pipfile;

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = parse_pipfile(text);
    assert_eq!(short(text, &found).trim_end(), expected, "{text:?}");
    assert_eq!(pictures(text, &found), "", "{text:?}");
}

/// What `six = value` is in a requirements file.
#[track_caller]
fn check_value(value: &str, expected: &str) {
    let text = format!("[packages]\nsix = {value}\n");
    let found = parse_pipfile(&text);
    short(&text, &found);
    assert_eq!(pictures(&text, &found), "", "{text:?}");
    assert_eq!(found.declared.len(), 1);
    assert_eq!(&*found.declared[0].text, expected, "{text:?}");
    assert_eq!(found.declared[0].extent.slice(&text), format!("six = {value}"));
}

#[test]
fn values_are_versions_or_tables() {
    for (value, expected) in [
        ("\"*\"", "six"),
        ("\"\"", "six"),
        ("'>=1.2,<2'", "six>=1.2,<2"),
        ("\"~=1.4.2\"", "six~=1.4.2"),
        ("\"==1.*\"", "six==1.*"),
        // Without an operator it is the version.
        ("\"1.16.0\"", "six==1.16.0"),
        ("\">=1; os_name == 'nt'\"", "six>=1 ; os_name == 'nt'"),
        ("\"\\u003e=1\"", "six>=1"),
        ("{version = \"*\"}", "six"),
        ("{}", "six"),
        ("{version = \"2\", extras = [\"b\", 'c']}", "six[b,c]==2"),
        (
            "{version = \">=2\", markers = \"os_name == 'nt' or sys_platform == 'win32'\"}",
            "six>=2 ; os_name == 'nt' or sys_platform == 'win32'",
        ),
        ("{version = \"*\", sys_platform = \"== 'win32'\"}", "six ; sys_platform == 'win32'"),
        (
            "{sys_platform = \"== 'win32'\", version = \"*\", markers = \"os_name == 'nt'\"}",
            "six ; (sys_platform == 'win32') and (os_name == 'nt')",
        ),
        ("{git = \"https://e.example/six.git\"}", "six @ git+https://e.example/six.git"),
        (
            "{git = \"git+ssh://git@e.example/six.git\", ref = \"main\", editable = true, subdirectory = \"a\"}",
            "six @ git+ssh://git@e.example/six.git@main#subdirectory=a",
        ),
        ("{hg = \"https://e.example/six\", ref = \"1\"}", "six @ hg+https://e.example/six@1"),
        ("\"git+https://e.example/six.git@1\"", "six @ git+https://e.example/six.git@1"),
        ("{file = \"https://e.example/six.zip\"}", "six @ https://e.example/six.zip"),
        // Only Pipenv knows where these are.
        ("{path = \".\", editable = true}", ""),
        ("{file = \"./six.zip\"}", ""),
        ("{version = \"*\", index = \"own\", hashes = [], skip_resolver = true}", "six"),
    ] {
        check_value(value, expected);
    }
}

#[test]
fn tables_are_categories() {
    check(
        "[[source]]\nname = \"a\"\n[packages]\nsix = \"*\"\n'Ruamel.yaml' = \"==0.18\"\n[dev-packages]\npytest = \"*\"\n\
         [docs]\nsphinx = \">=7\"\n[packages.flask]\nversion = \"*\"\n[scripts]\na = \"b\"\n[pipenv]\nx = true\n\
         [requires]\npython_version = \"3.12\"\npython_full_version = \"3.12.1\"\n",
        "packages (Dependencies, Always): `six` = \"six\" `ruamel-yaml==0.18` = \"Ruamel.yaml==0.18\" `flask` = \"flask\"\n\
         dev-packages (Group, OnRequest `dev-packages`): `pytest` = \"pytest\"\n\
         docs (Group, OnRequest `docs`): `sphinx>=7` = \"sphinx>=7\"\n\
         python requires.python_version: ==3.12.*\n\
         python requires.python_full_version: ==3.12.1",
    );
    check("packages = {six = '*'}", "packages (Dependencies, Always): `six` = \"six\"");
    check("[requires]\npython_version = \"*\"\n", "");
}

#[test]
fn templates_are_left_alone() {
    check(
        "[packages]\nsix = \"{{ version }}\"\n\"{{ name }}\" = \"*\"\n[requires]\npython_version = \"{{ python }}\"\n",
        "packages (Dependencies, Always): `six` = \"six\"",
    );
}

#[test]
fn errors() {
    let text = r#"
[packages]
a = "^1.2"
b = "=1.0"
c = 1.0
d = {version = 2}
e = {git = "https://e.example/e.git", branch = "main"}
f = {version = "*", markers = "python_version > 3", sys_platform = "win32"}
"g h" = "*"
i = {versoin = "*"}
j = {version = "latest", extras = "x"}
k = ">=1 <2"
[dev-packages
six = "*"
"#;
    insta::assert_snapshot!(pictures(text, &parse_pipfile(text)), @r##"
    a = "^1.2"
         ^^^^ `^` is Poetry's alone: write `>=1.2,<2`
      Replace `^1.2` with `>=1.2,<2`: a = ">=1.2,<2"
    b = "=1.0"
         ^ pip needs `==`, not `=`
      Replace `=` with `==`: b = "==1.0"
    c = 1.0
        ^^^ this must be a version in quotes, such as `"==1.2"` or `"*"`, or a table with a `version`
    d = {version = 2}
                   ^ `version` must be a text in quotes
    e = {git = "https://e.example/e.git", branch = "main"}
                                          ^^^^^^ Pipenv knows no key `branch` here: write `ref`
      Replace `branch` with `ref`: e = {git = "https://e.example/e.git", ref = "main"}
    f = {version = "*", markers = "python_version > 3", sys_platform = "win32"}
                                                    ^ values in markers need quotes: `'3'`
      Replace `3` with `'3'`: f = {version = "*", markers = "python_version > '3'", sys_platform = "win32"}
    f = {version = "*", markers = "python_version > 3", sys_platform = "win32"}
                                                                        ^^^ a comparison is missing here: one of `==`, `!=`, `<`, `<=`, `>`, `>=`, `~=`, `in`, `not in`
    "g h" = "*"
    ^^^^^ `g h` is not the name of a package
    i = {versoin = "*"}
         ^^^^^^^ Pipenv knows no key `versoin` here: remove it
    j = {version = "latest", extras = "x"}
                    ^^^^^^ `latest` is not a bound of versions: write `>=3.9`, or several with `,` between them
    j = {version = "latest", extras = "x"}
                                      ^^^ `extras` must be a list of strings
    k = ">=1 <2"
            ^ a `,` is missing between two versions
      Insert `,`: k = ">=1, <2"
    [dev-packages
    ^^^^^^^^^^^^^ this `[` is never closed: write `]` behind the name
      Insert `]`: [dev-packages]
    "##);
}
