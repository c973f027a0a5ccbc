//! Texts that are nested deeply, or long. Tests run with little stack: what recurses without bounds ends the process.

use venv_syntax::{Reading, parse_cell_imports, parse_imports};

/// This much nesting overflows the stack where nothing bounds it.
const MANY: usize = 100_000;

#[test]
fn what_is_too_deep_is_said_to_be() {
    for (open, close) in [
        ("(", ")"),
        ("[", ""),
        ("{", "}"),
        ("f(", ")"),
        ("a[", "]"),
        ("(]", ""),
        ("not ", ""),
        ("-", ""),
        ("await ", ""),
        ("lambda: ", ""),
        ("lambda a, b: ", ""),
        ("a if b else ", ""),
        ("a ** ", ""),
        ("a + ", ""),
        ("a.", ""),
        ("a()", ""),
        ("a[0]", ""),
        ("a(1, 2)", ""),
        ("f'{", "}'"),
        ("f\"{f'{", ""),
        ("f'''{", ""),
        ("if a: ", ""),
        ("class a: ", ""),
        ("class a:\\\n", ""),
        ("def f(a=", ""),
        ("async ", ""),
        ("yield ", ""),
        ("* ", ""),
        ("{(\nx = [", ""),
        ("([{\n", "}])"),
    ] {
        let text = format!("import a\nx = {}1{}\nimport b\n", open.repeat(MANY), close.repeat(MANY));
        let statement = format!("import a\n{}1{}\nimport b\n", open.repeat(MANY), close.repeat(MANY));
        for text in [text, statement] {
            for found in [parse_imports(&text), parse_cell_imports(&text)] {
                assert_eq!(found.reading, Reading::TooDeep, "{open:?}");
                assert_eq!(found.imports, []);
            }
        }
    }
    let mut blocks = String::from("import a\n");
    for depth in 0..2_200 {
        blocks.push_str(&" ".repeat(depth));
        blocks.push_str("if a:\n");
    }
    assert_eq!(parse_imports(&blocks).reading, Reading::TooDeep);
}

#[test]
fn what_python_takes_is_read() {
    for (open, close, times) in [
        ("(", ")", 199),
        ("[", "]", 199),
        ("f(a, ", ")", 199),
        ("a.b(c).", "", 600),
        ("a + ", "", 1_900),
        ("not ", "", 1_900),
        ("lambda: ", "", 900),
        ("a and b or ", "", 10_000),
        ("'a' ", "", 10_000),
        ("a, ", "", 50_000),
        ("a(b, c)['d'].e, ", "", 20_000),
    ] {
        let text = format!("import a\nx = ({}1{})\nimport b\n", open.repeat(times), close.repeat(times));
        assert_eq!(parse_imports(&text).imports.len(), 2, "{open:?}");
        // Walked over, too.
        let text = text.replace("import b", "importlib.import_module('b')");
        assert_eq!(parse_imports(&text).imports.len(), 2, "{open:?}");
    }
    let mut blocks = String::new();
    for depth in 0..99 {
        blocks.push_str(&format!("{}if a:\n", " ".repeat(depth)));
    }
    blocks.push_str(&format!("{}import a\n", " ".repeat(99)));
    assert_eq!(parse_imports(&blocks).imports.len(), 1);
}

#[test]
fn data_is_not_deep() {
    let row = "    ('a.b-c', -1.5, {'x': [1, 2], 'y': f(z).g + 1}),\n";
    let table = format!("import a\nDATA = [\n{}]\nimport b\n", row.repeat(20_000));
    assert_eq!(parse_imports(&table).imports.len(), 2);
    let prose = format!(
        "'''\n{}'''\nimport a\n",
        "Some words (and more: of them) - that say nothing.\n".repeat(20_000)
    );
    assert_eq!(parse_imports(&prose).imports.len(), 1);
    let chars = format!("import a\nX = '{}'\nimport b\n", "(".repeat(MANY));
    assert_eq!(parse_imports(&chars).imports.len(), 2);
    let comments = format!("import a\n{}import b\n", "# :( ((( [ { f(\n".repeat(MANY));
    assert_eq!(parse_imports(&comments).imports.len(), 2);
    let code = "x = f(a.b.c, d[1]) + g(-e)\nif x:\n    y = [z for z in x.y if z.a]\n".repeat(5_000);
    assert_eq!(parse_imports(&format!("import a\n{code}")).imports.len(), 1);
    // A bracket that is open while somebody types.
    let typed = format!("import a\nf(\n{}import b\n", code.replace("if x:\n    y", "for p, q in x:\n    y"));
    assert_eq!(parse_imports(&typed).imports.len(), 2);
}

/// This takes seconds when time is not linear.
#[test]
fn long_texts_are_read() {
    for (piece, times) in [
        ("import a\n", 20_000),
        ("import a, ", 20_000),
        ("import a;", 20_000),
        ("import a  # noqa\n", 20_000),
        ("from . import a  # type: ignore[x]\n", 20_000),
        ("try:\n    import a\nexcept ImportError:\n    import b\n", 10_000),
        ("if sys.version_info > (3, 8):\n    import a\n", 10_000),
        ("sys.path.append('a')\nimport a\n", 10_000),
        ("sys.path = sys.path + sys.path\nimport a\n", 10_000),
        ("importlib.import_module('a')\n", 10_000),
        ("x = '''import\n", 20_000),
        ("import a.", 20_000),
        ("from ", 20_000),
        ("'import ", 20_000),
        ("\0import a\n", 20_000),
        ("import a # ", 20_000),
        ("%pip install a\n", 20_000),
        ("!pip install a; ", 20_000),
        ("!pip install 'import \\\n", 20_000),
        ("pip install a\n", 20_000),
        ("import é\n", 20_000),
    ] {
        let text = piece.repeat(times);
        parse_imports(&text);
        parse_cell_imports(&text);
    }
    assert_eq!(
        parse_imports(&format!("import a\nx = '{}'\nimport b\n", "y".repeat(1 << 20))).imports.len(),
        2
    );
    let names = "a, ".repeat(100_000);
    assert_eq!(parse_imports(&format!("from b import ({names})\n")).imports[0].names.len(), 100_000);
    let many =
        format!("if a:\n    import b\nelif {}:\n    import c\n", "a:\n    import d\nelif ".repeat(100) + "x");
    assert_eq!(parse_imports(&many).imports.len(), 102);
}
