//! Every way to import.

use super::record::short;
use insta::assert_snapshot;
use venv_syntax::{Reading, parse_imports};

#[test]
fn plain_and_from() {
    assert_snapshot!(short(
        "import a, b.c as d\nimport e.f\nfrom g import h as i, j\nfrom k.l import (\n    m,  # x.y\n    n,\n)\nfrom o import *\n\
         from __future__ import annotations\nimport p ; import q\nlazy import r\n"
    ), @"
    import a
    import b.c
    import e.f
    from g [h, j]
    from k.l [m, n]
    from o [*]
    from __future__ [annotations]
    import p
    import q
    import r
    ");
    assert_snapshot!(short(
        "from . import a\nfrom .b import c\nfrom ...d.e import f\nfrom .. import (  # g.h\n  i)\nfrom . \\\n . j import k\n"
    ), @"
    from . [a]
    from .b [c]
    from ...d.e [f]
    from .. [i]
    from ..j [k]
    ");
}

#[test]
fn spans_are_those_of_the_names() {
    for (text, names) in [
        ("import a, b.c as d\n", vec!["a", "b.c"]),
        ("from ..a.b import c as d, e\n", vec!["..a.b", "c", "e"]),
        ("from . import a\n", vec![".", "a"]),
        ("from . . import (a)\n", vec![". .", "a"]),
        ("from a . b import c\n", vec!["a . b", "c"]),
        ("x = __import__('a.b').c\n", vec!["a.b"]),
        ("import importlib as il\nil.import_module(r\"\"\"a\"\"\")\n", vec!["importlib", "a"]),
        ("\u{feff}import é\n", vec!["é"]),
    ] {
        let found = parse_imports(text).imports;
        let spans = found
            .iter()
            .flat_map(|import| std::iter::once(import.span).chain(import.names.iter().map(|name| name.span)));
        assert_eq!(spans.map(|span| span.slice(text)).collect::<Vec<_>>(), names, "{text}");
    }
    let text = "if x:\n    from a import (\n        b\n    )  # c\n";
    assert_eq!(parse_imports(text).imports[0].statement.slice(text), "from a import (\n        b\n    )");
}

#[test]
fn calls_with_a_literal() {
    assert_snapshot!(short(
        "import importlib, pytest\nfrom importlib import import_module as load\n\
         importlib.import_module('a.b')\nload(name=\"c\")\n__import__('d')\nx = [y for y in importlib.import_module('e').z]\n\
         __import__('pkg_resources').declare_namespace(__name__)\nnumpy = pytest.importorskip('numpy', minversion='1')\n\
         @load('f').g\ndef h(i=load('j')):\n    return lambda: load('k')\n"
    ), @"
    import importlib
    import pytest
    from importlib [import_module]
    call a.b
    call c
    call d
    call e
    call pkg_resources
    or-skip numpy guarded 0 (Raise)
    call f
    call j
    call k function
    ");
    // What is not known is left alone.
    for text in [
        "importlib.import_module(name)",
        "importlib.import_module('a' + b)",
        "importlib.import_module(f'a.{b}')",
        "importlib.import_module(b'a')",
        "importlib.import_module('')",
        "importlib.import_module('.')",
        "importlib.import_module('a b')",
        "importlib.import_module('a..b')",
        "importlib.import_module('.a')",
        "importlib.import_module('.a', package)",
        "importlib.import_module('.a', '')",
        "__import__('a', level=1)",
        "other.import_module('a')",
        "self.__import__('a')",
        "import_module",
    ] {
        assert_eq!(short(text), "", "{text}");
    }
    assert_snapshot!(short(
        "import_module('.a', 'b.c')\nimport_module('..a', package='b.c')\nimport_module('.a', __package__)\n__import__('a', globals(), locals(), [], 0)\n"
    ), @"
    call b.c.a
    call b.a
    call .a
    call a
    ");
    assert_eq!(short("import_module('...a', 'b.c')\n"), "", "beyond the package");
}

#[test]
fn what_is_broken_is_read_around_the_mistakes() {
    assert_snapshot!(short(
        "import a\nimport numpy.\nfrom foo import\nimport\nfrom\nfrom . import\nfrom ..\nclass A(:\n    import b\nx = (\nimport c\ndef h(:\n    import d\n\
         'unclosed\nimport e\n   import f\n\timport g\nf\"{x\nimport h\n"
    ), @"
    (Broken)
    import a
    import numpy
    from foo []
    from . []
    from .. []
    import b class
    import d function
    import e
    import f
    import g
    import h
    ");
    assert_snapshot!(short("import a\n<<<<<<< ours\nimport b\n=======\nimport c\n>>>>>>> theirs\nimport d\n"), @"
    (Broken)
    import a
    import b
    import c
    import d
    ");
    assert_snapshot!(short("print 'x'\nimport a\nexec 'y'\nimport b\n"), @"
    (Broken)
    import a
    import b
    ");
    assert_eq!(parse_imports("import a\nx = '''unclosed\nimport b\n").imports.len(), 1);
}

#[test]
fn texts_without_imports() {
    for text in ["", "\n", "x = 1\n", "'''import a'''\n", "# import a\n", "important = 1\n", "\0", "\u{feff}"]
    {
        let found = parse_imports(text);
        assert_eq!(found.imports, [], "{text:?}");
        assert_ne!(found.reading, Reading::TooDeep);
    }
}

#[test]
fn every_line_ending_is_one() {
    let text = "import a\nif x:\n    import b\nfrom c import (\n    d)\n";
    assert_eq!(short(&text.replace('\n', "\r\n")), short(text));
    assert_eq!(short(&text.replace('\n', "\r")), short(text));
    assert_eq!(short(&format!("\u{feff}{text}")), short(text));
}
