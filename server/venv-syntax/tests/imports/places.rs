//! Where imports stand, and whether Python comes to them.

use super::record::{short, short_condition};
use insta::assert_snapshot;
use venv_syntax::{MarkerEnvironment, parse_imports};

#[test]
fn functions_and_classes() {
    assert_snapshot!(short(
        "import a\ndef f():\n    import b\n    class C:\n        import c\n        async def g(self):\n            import d\n\
         for x in y:\n    import e\nelse:\n    import f\nwhile z:\n    import g\nmatch x:\n    case 1:\n        import h\nwith open('x'):\n    import i\n"
    ), @"
    import a
    import b function
    import c function class
    import d function
    import e
    import f
    import g
    import h if ?
    import i
    ");
}

#[test]
fn type_checking() {
    assert_snapshot!(short(
        "from typing import TYPE_CHECKING as TC\nimport typing as t\n\
         if TYPE_CHECKING:\n    import a\nelse:\n    import b\nif typing.TYPE_CHECKING and x:\n    import c\nif t.TYPE_CHECKING:\n    import d\n\
         if TC:\n    import e\nelif x:\n    import f\nif not TYPE_CHECKING:\n    import g\nelse:\n    import h\n\
         if TYPE_CHECKING or x:\n    import i\nif not TYPE_CHECKING:\n    pass\nif False:\n    import j\n"
    ), @"
    from typing [TYPE_CHECKING]
    import typing
    import a type-checking if type-checking
    import b if not type-checking
    import c type-checking if (type-checking and ?)
    import d type-checking if type-checking
    import e type-checking if type-checking
    import f if not type-checking if ?
    import g if not type-checking
    import h type-checking if type-checking
    import i if (type-checking or ?)
    import j if ()
    ");
}

#[test]
fn attempts() {
    assert_snapshot!(short(
        "try:\n    import a\nexcept ImportError:\n    import b\nelse:\n    import c\nfinally:\n    import d\n\
         try:\n    import a\nexcept (ValueError, ModuleNotFoundError) as e:\n    a = None\n\
         try:\n    import a\nexcept Exception:\n    pass\n\
         try:\n    import a\nexcept:\n    raise RuntimeError('x')\n\
         try:\n    import a\nexcept builtins.ImportError:\n    sys.exit(1)\n\
         try:\n    import a\nexcept KeyError:\n    import b\n\
         try:\n    import a\nexcept KeyError:\n    import b\nexcept ImportError:\n    '''none'''\n    ...\n"
    ), @"
    import a guarded 0 (Import)
    import b fallback 0 (Import)
    import c
    import d
    import a guarded 1 (Value)
    import a guarded 2 (Nothing)
    import a guarded 3 (Raise)
    import a guarded 4 (Raise)
    import a
    import b
    import a guarded 5 (Nothing)
    import b
    ");
}

#[test]
fn attempts_within_others() {
    assert_snapshot!(short(
        "try:\n    import a\nexcept ImportError:\n    try:\n        import b\n    except ImportError:\n        import c\n\
         try:\n    def f():\n        import d\nexcept ImportError:\n    def f():\n        import e\n\
         from contextlib import suppress as s\nimport contextlib\nwith s(ImportError):\n    import g\n\
         with contextlib.suppress(KeyError, ModuleNotFoundError), x:\n    import h\nwith contextlib.suppress(KeyError):\n    import i\n"
    ), @"
    import a guarded 0 (Import)
    import b fallback 0 (Import) guarded 1 (Import)
    import c fallback 0 (Import) fallback 1 (Import)
    import d function
    import e function fallback 2 (Value)
    from contextlib [suppress]
    import contextlib
    import g guarded 3 (Nothing)
    import h guarded 4 (Nothing)
    import i
    ");
}

#[test]
fn versions_and_platforms() {
    assert_snapshot!(short(
        "import sys as s, os\nif sys.version_info >= (3, 11):\n    import tomllib\nelif sys.version_info[:2] == (3, 10):\n    import b\nelse:\n    import tomli\n\
         if s.platform == 'win32' and os.name != 'posix':\n    import c\nelse:\n    import d\n\
         if not sys.platform.startswith(('linux', 'freebsd')):\n    import e\n\
         if 'win' in sys.platform or sys.platform in ('cygwin', 'msys'):\n    import f\n\
         if sys.version_info[0] == 2 or sys.version_info.major < 3:\n    import g\n\
         if (3, 8) <= sys.version_info < (3, 12):\n    import h\n\
         if platform.system() == 'Windows':\n    import i\nif sys.implementation.name == 'pypy':\n    import j\n\
         if six.PY2:\n    import k\nelse:\n    import l\nif DEBUG:\n    import m\nelse:\n    import n\nif x == y:\n    import o\nif sys.version_info > x:\n    import p\n"
    ), @r#"
    import sys
    import os
    import tomllib if version GreaterOrEqual [3, 11]
    import b if not version GreaterOrEqual [3, 11] if version[:2] Equal [3, 10]
    import tomli if not version GreaterOrEqual [3, 11] if not version[:2] Equal [3, 10]
    import c if (SysPlatform Equals ["win32"] and not OsName Equals ["posix"])
    import d if not (SysPlatform Equals ["win32"] and not OsName Equals ["posix"])
    import e if not SysPlatform StartsWith ["linux", "freebsd"]
    import f if (SysPlatform Contains ["win"] or SysPlatform Equals ["cygwin", "msys"])
    import g if (version[:1] Equal [2] or version[:1] Less [3])
    import h if (version GreaterOrEqual [3, 8] and version Less [3, 12])
    import i if PlatformSystem Equals ["Windows"]
    import j if ImplementationName Equals ["pypy"]
    import k if version[:1] Less [3]
    import l if not version[:1] Less [3]
    import m if ?
    import n if ?
    import o if ?
    import p if ?
    "#);
}

#[test]
fn conditions_hold_or_not_or_nobody_knows() {
    let known = MarkerEnvironment {
        python_version: Some("3.11".to_owned()),
        python_full_version: Some("3.11.4".to_owned()),
        os_name: Some("posix".to_owned()),
        sys_platform: Some("linux".to_owned()),
        platform_system: Some("Linux".to_owned()),
        ..MarkerEnvironment::default()
    };
    let short_version =
        MarkerEnvironment { python_version: Some("3.11".to_owned()), ..MarkerEnvironment::default() };
    for (test, expected, of_short) in [
        ("sys.version_info >= (3, 11)", Some(true), Some(true)),
        ("sys.version_info > (3, 11)", Some(true), Some(true)),
        ("sys.version_info <= (3, 11)", Some(false), Some(false)),
        ("sys.version_info == (3, 11)", Some(false), Some(false)),
        ("sys.version_info[:2] == (3, 11)", Some(true), Some(true)),
        ("sys.version_info[:2] > (3, 11)", Some(false), Some(false)),
        ("sys.version_info[:2] <= (3,)", Some(false), Some(false)),
        ("sys.version_info[:1] < (3, 1)", Some(true), Some(true)),
        ("sys.version_info >= (3, 11, 5)", Some(false), None),
        ("sys.version_info >= (3, 11, 4)", Some(true), None),
        ("sys.version_info < (3, 9, 1)", Some(false), Some(false)),
        ("sys.version_info[0] >= 3", Some(true), Some(true)),
        ("sys.version_info.major == 2", Some(false), Some(false)),
        ("sys.version_info != (3,)", Some(true), Some(true)),
        ("sys.version_info >= (3, 11, 0, 'final')", None, None),
        ("sys.version_info.minor >= 3", None, None),
        ("sys.version_info[1] >= 3", None, None),
        ("sys.platform == 'linux'", Some(true), None),
        ("sys.platform != 'linux'", Some(false), None),
        ("'win32' == sys.platform", Some(false), None),
        ("sys.platform in {'linux', 'darwin'}", Some(true), None),
        ("sys.platform not in ['linux', 'darwin']", Some(false), None),
        ("sys.platform in 'linux'", None, None),
        ("sys.platform.startswith('win')", Some(false), None),
        ("os.name == 'nt'", Some(false), None),
        ("platform.system() == 'Linux'", Some(true), None),
        ("platform.python_implementation() == 'CPython'", None, None),
        ("os.name == 'nt' and x", Some(false), None),
        ("os.name == 'posix' and x", None, None),
        ("os.name == 'posix' or x", Some(true), None),
        ("not (os.name == 'posix' or x)", Some(false), None),
        ("TYPE_CHECKING", Some(false), Some(false)),
        ("True", Some(true), Some(true)),
        ("0", Some(false), Some(false)),
        ("x", None, None),
    ] {
        let text = format!("if {test}:\n    import a\nelse:\n    import b\n");
        let found = parse_imports(&text).imports;
        let (a, b) = (&found[0].place, &found[1].place);
        let shown = short_condition(&a.conditions[0]);
        assert_eq!(a.runs_in(&known), expected, "{test}: {shown}");
        assert_eq!(a.runs_in(&short_version), of_short, "{test}: {shown}");
        assert_eq!(b.runs_in(&known), expected.map(|holds| !holds), "not {test}: {shown}");
        assert_eq!(
            a.runs_in(&MarkerEnvironment::default()).is_some(),
            matches!(test, "TYPE_CHECKING" | "True" | "0")
        );
    }
}
