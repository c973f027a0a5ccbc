//! Comments that ask tools not to speak.

use super::record::{short, short_suppression};
use insta::assert_snapshot;
use venv_syntax::parse_imports;

#[test]
fn on_the_lines_of_the_import() {
    assert_snapshot!(short(
        "import a  # type: ignore\nimport b  # type: ignore[import-not-found, attr-defined]  # noqa: F401,E402 because\n\
         import c  # noqa\nimport d  #noqa:F401 E402\nimport e  # NOQA : F401\nimport f  # pyright: ignore[reportMissingImports]\n\
         import g  # ty: ignore[unresolved-import]\nimport h  # pylint: disable=import-error, wrong-import-position\n\
         from i import (  # noqa: F401\n    j,\n    k,  # type: ignore\n)  # ty: ignore\n\
         import l; import m  # noqa\nimport n\n# noqa\nimport o  # a noqa, type: ignoreance\nx = __import__('p')  # type:ignore\n"
    ), @"
    import a TypeIgnore()
    import b TypeIgnore(import-not-found attr-defined) Noqa(F401 E402)
    import c Noqa()
    import d Noqa(F401 E402)
    import e Noqa(F401)
    import f Pyright(reportMissingImports)
    import g Ty(unresolved-import)
    import h Pylint(import-error wrong-import-position)
    from i [j, k] Noqa(F401) TypeIgnore() Ty()
    import l Noqa()
    import m Noqa()
    import n
    import o
    call p TypeIgnore()
    ");
}

fn of_file(text: &str) -> String {
    parse_imports(text).suppressions.iter().map(short_suppression).collect()
}

#[test]
fn on_the_whole_file() {
    for (text, expected) in [
        ("# type: ignore\nimport a\n", " TypeIgnore()"),
        ("#!/usr/bin/python\n# c\n# type: ignore[import]\nimport a\n", " TypeIgnore(import)"),
        ("\u{feff}# type: ignore\nimport a\n", " TypeIgnore()"),
        ("import a\n# type: ignore\n", ""),
        ("'''x'''\n# type: ignore\nimport a\n", ""),
        ("import a  # type: ignore\n", ""),
        ("import a\n# mypy: ignore-errors\n", " Mypy(ignore-errors)"),
        ("# mypy: disable-error-code=\"import\"\nimport a\n", " Mypy(disable-error-code=\"import\")"),
        ("# ruff: noqa\nimport a\n", " Noqa()"),
        ("# ruff: noqa: F401, E402\nimport a\n", " Noqa(F401 E402)"),
        ("# flake8: noqa\nimport a\n", " Noqa()"),
        ("import a  # flake8: noqa\n", ""),
        ("# pyright: basic\nimport a\n", " Pyright(basic)"),
        (
            "# pyright: strict, reportMissingImports=false\nimport a\n",
            " Pyright(strict reportMissingImports=false)",
        ),
        ("# pyright: ignore\nimport a\n", " Pyright(ignore)"),
        ("    # pylint: disable=import-error\nimport a\n", " Pylint(import-error)"),
        ("import a\nx = '# ruff: noqa'\n", ""),
    ] {
        assert_eq!(of_file(text), expected, "{text}");
    }
}
