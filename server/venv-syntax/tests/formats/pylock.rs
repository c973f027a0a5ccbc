//! `pylock.toml`.

use super::record::{pictures, short};
use venv_syntax::parse_pylock;

#[track_caller]
fn check(text: &str, expected: &str) {
    let text = format!("lock-version = \"1.0\"\n{text}");
    let found = parse_pylock(&text);
    assert_eq!(short(&text, &found).trim_end(), expected, "{text:?}");
    assert_eq!(pictures(&text, &found), "", "{text:?}");
}

#[test]
fn packages_are_asked_for_exactly() {
    check(
        "requires-python = \">=3.9\"\n\
         [[packages]]\nname = \"six\"\nversion = \"1.16.0\"\n[[packages.wheels]]\nname = \"six-1.16.0.whl\"\n\
         [[packages]]\nversion = \"2.0\"\nmarker = \"os_name == 'nt' or 'cli' in extras\"\nname = \"a-b\"\nsdist = {name = \"x\"}\n\
         [[packages]]\nname = \"own\"\nvcs = {type = \"git\", url = \"https://e.example/own\", commit-id = \"1\"}\n",
        "packages (Lock, Always): `six==1.16.0` = \"six==1.16.0\" \
         `a-b==2.0;` = \"a-b==2.0 ; os_name == 'nt' or 'cli' in extras\" `own` = \"own\"\n\
         python requires-python: >=3.9",
    );
    check("packages = [{name = 'six', version = '1'}]", "packages (Lock, Always): `six==1` = \"six==1\"");
    check("packages = []", "packages (Lock, Always):");
}

#[test]
fn a_package_goes_with_its_table() {
    let text = "lock-version = \"1.0\"\n[[packages]]\nname = \"six\"\nversion = \"1.0\"\nindex = \"x\"\n[[packages.wheels]]\nname = \"w\"\n\n[[packages]]\nname = \"a\"\n";
    let found = parse_pylock(text);
    let extents: Vec<_> = found.declared.iter().map(|declared| declared.extent.slice(text)).collect();
    assert_eq!(
        extents,
        [
            "[[packages]]\nname = \"six\"\nversion = \"1.0\"\nindex = \"x\"\n[[packages.wheels]]\nname = \"w\"",
            "[[packages]]\nname = \"a\""
        ]
    );
}

#[test]
fn errors() {
    let mut all = String::new();
    for text in [
        "[[packages]]\nname = \"six\"\n",
        "lock-version = \"2.0\"\n",
        "lock-version = 1.0\n",
        "lock-version = \"1.1\"\n[[packages]]\nversion = \"1\"\n[[packages]]\nname = \"a b\"\nversion = \"x\"\nmarker = \"a\"\n",
        "lock-version = \"1.0\"\nrequires-python = \"3.9\"\npackages = \"six\"\n",
        "lock-version = \"1.0\"\npackages = [1]\n",
        "lock-version = \"1.0\n[[packages]]\nname = \"six\"\n",
    ] {
        all.push_str(&pictures(text, &parse_pylock(text)));
    }
    insta::assert_snapshot!(all, @r##"
    [[packages]]
    ^^^^^^^^^^^^ `lock-version` is missing: write `lock-version = "1.0"` at the top
    lock-version = "2.0"
                   ^^^^^ lock files of version 2 are not known here: make one of version 1.0
    lock-version = 1.0
                   ^^^ this must be the version of the format in quotes, `"1.0"`
    [[packages]]
    ^^^^^^^^^^^^ this package has no `name`: write `name = "…"` below
    name = "a b"
           ^^^^^ `a b` is not the name of a package
    version = "x"
              ^^^ `x` is not a version
    marker = "a"
              ^ a comparison is missing here: one of `==`, `!=`, `<`, `<=`, `>`, `>=`, `~=`, `in`, `not in`
    requires-python = "3.9"
                       ^^^ an operator is missing before `3.9`: write `>=3.9` or `==3.9`
    packages = "six"
               ^^^^^ `packages` must be a list of tables: write `[[packages]]`
    packages = [1]
                ^ a package must be a table with a `name`: write `[[packages]]`
    lock-version = "1.0
                   ^^^^ a closing `"` is missing
      Insert `"`: lock-version = "1.0"
    "##);
}
