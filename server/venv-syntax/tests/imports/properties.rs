//! What holds for every text: reading never panics, and spans are spans of the text.

use proptest::prelude::*;
use venv_syntax::{parse_cell_imports, parse_imports, parse_notebook};

use super::record::{check, check_notebook};

/// Pieces that mean something.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    "\n    ",
    "\n\t",
    " ",
    ";",
    ":",
    ",",
    ".",
    "..",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\\\n",
    "#",
    "'",
    "\"",
    "'''",
    "f'{",
    "}'",
    "b'",
    "\0",
    "\u{feff}",
    "é",
    "🐍",
    "\u{2028}",
    "\x0c",
    "import ",
    "from ",
    " as ",
    "a",
    "a.b",
    "*",
    "lazy ",
    "import a\n",
    "from . import a\n",
    "from ..a import (b, c)\n",
    "def f():",
    "class A:",
    "if ",
    "elif ",
    "else:",
    "try:",
    "except ImportError:",
    "except:",
    "finally:",
    "with suppress(ImportError):",
    "TYPE_CHECKING",
    "sys.version_info",
    " >= (3, 8)",
    "[:2]",
    "[0]",
    "sys.platform",
    " == 'win32'",
    ".startswith(",
    " in ",
    " not ",
    " and ",
    "importlib.import_module('a')",
    "__import__('",
    "importorskip(\"",
    "sys.path.insert(0, ",
    "sys.path = ",
    "__file__",
    "os.path.dirname(",
    "Path(",
    ".parent",
    ".parents[1]",
    " / 'a'",
    "# noqa",
    ": F401",
    "# type: ignore",
    "[import]",
    "# pyright: ",
    "# ruff: noqa",
    "%pip install ",
    "!pip install ",
    "%%bash\n",
    "%%time\n",
    "!",
    "%",
    "?",
    "-r ",
    "--index-url=",
    "a>=1",
    "'a >= 1'",
    ">",
    "2>&1",
    "&&",
    "|",
    "$x",
    "{x}",
    "match x:",
    "case 1:",
    "lambda: ",
    "async ",
    "await ",
    "raise\n",
    "pass\n",
    "=",
];

fn text() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof![12 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// A text as a string of JSON, some of it in escapes.
fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        'i' | 'é' | '🐍' | '\0'..='\x1f' => {
            c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
        }
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

proptest! {
    #[test]
    fn every_text_gives_a_sound_tree(text in text()) {
        let found = parse_imports(&text);
        check(&text, &found);
        prop_assert_eq!(&found, &parse_imports(&text));
        check(&text, &parse_cell_imports(&text));
    }

    #[test]
    fn a_notebook_says_what_its_cells_say(cells in proptest::collection::vec(text(), 0..4)) {
        let sources: Vec<String> = cells
            .iter()
            .map(|cell| {
                let lines: Vec<String> = cell.split_inclusive('\n').map(quoted).collect();
                format!("{{\"cell_type\": \"code\", \"source\": [{}]}}", lines.join(", "))
            })
            .collect();
        let text = format!("{{\"cells\": [{}]}}", sources.join(","));
        let notebook = parse_notebook(&text);
        prop_assert!(notebook.is_whole);
        check_notebook(&text, &notebook);
        prop_assert_eq!(notebook.cells.len(), cells.len());
        for (cell, written) in notebook.cells.iter().zip(&cells) {
            prop_assert_eq!(&*cell.text, written.as_str());
            let alone = parse_cell_imports(written);
            prop_assert_eq!(cell.imports.imports.len(), alone.imports.len());
            for (import, alone) in cell.imports.imports.iter().zip(&alone.imports) {
                prop_assert_eq!(&import.module, &alone.module);
                let source = import.span.slice(&text);
                // In an open bracket a name may go on in the next line, which is the next string.
                if alone.span.slice(written).contains('\n') {
                    continue;
                }
                prop_assert_eq!(quoted(alone.span.slice(written)), format!("\"{source}\""));
            }
        }
    }
}
