//! What holds for every text, whichever format it is read as: reading never panics, and spans are spans of the text.

use proptest::prelude::*;
use venv_syntax::{
    Declarations, parse_conda_environment, parse_pipfile, parse_pylock, parse_pyproject, parse_script,
    parse_setup_cfg, parse_setup_py,
};

use super::record::check;

type Parser = fn(&str) -> Declarations;

const PARSERS: [Parser; 7] = [
    parse_pyproject,
    parse_setup_cfg,
    parse_setup_py,
    parse_pipfile,
    parse_pylock,
    parse_conda_environment,
    parse_script,
];

/// A file without mistakes for each parser.
const FILES: [&str; 7] = [
    include_str!("samples/pyproject.toml"),
    include_str!("samples/setup.cfg"),
    include_str!("samples/setup.py"),
    include_str!("samples/Pipfile"),
    include_str!("samples/pylock.toml"),
    include_str!("samples/environment.yml"),
    include_str!("samples/script.py"),
];

/// Pieces that mean something in one of the formats.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    " ",
    "  ",
    "\t",
    "\n  ",
    "\n- ",
    ":",
    ": ",
    "=",
    "==",
    ">=",
    "^",
    "~",
    "||",
    "|",
    ",",
    ";",
    "#",
    " # ",
    "'",
    "\"",
    "'''",
    "\"\"\"",
    "\\",
    "\\\n",
    "\\u00e9",
    "\\x41",
    "\\N{DASH}",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "[[",
    "]]",
    "{{ x }}",
    "{%",
    "%(x)s",
    "f'",
    "r\"",
    "b'",
    "- pip:\n",
    "&a ",
    "*a",
    "!!str ",
    "|\n",
    ">-\n",
    "---\n",
    "...",
    "\u{feff}",
    "é",
    "🐍",
    "\u{2028}",
    "\x0b",
    "\0",
    "*",
    ".*",
    "1.2",
    "latest",
    "six",
    "python",
    "setup(",
    "install_requires",
    "[options]",
    "dependencies:",
    "[packages]",
    "[[packages]]",
    "name = ",
    "version = ",
    "true",
    "# /// script\n",
    "# ///\n",
    "{ git = \"https://e.example/a\", ref = \"b\" }",
    "markers = \"os_name == 'nt'\"",
];

fn boundary(text: &str, wanted: usize) -> usize {
    let mut at = wanted % (text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn edit() -> impl Strategy<Value = (usize, usize, String)> {
    let piece =
        prop_oneof![6 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()];
    (any::<usize>(), prop_oneof![2 => Just(0), 2 => 0..12_usize, 1 => 0..200_usize], piece)
}

proptest! {
    #[test]
    fn every_change_to_a_file_gives_a_sound_tree(
        file in 0..FILES.len(),
        edits in proptest::collection::vec(edit(), 0..8),
    ) {
        let mut text = FILES[file].to_owned();
        for (from, length, inserted) in edits {
            let start = boundary(&text, from);
            let end = boundary(&text, (start + length).min(text.len())).max(start);
            text.replace_range(start..end, &inserted);
        }
        check(&text, &PARSERS[file](&text));
    }

    #[test]
    fn every_text_gives_a_sound_tree(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60),
    ) {
        let text = pieces.concat();
        for parser in PARSERS {
            check(&text, &parser(&text));
        }
    }
}

#[test]
fn the_files_themselves_have_no_errors() {
    for (text, parser) in FILES.iter().zip(PARSERS) {
        let found = parser(text);
        check(text, &found);
        assert_eq!(found.errors, [], "{text}");
        for declared in &found.declared {
            assert_eq!(declared.line.tree.errors, [], "{text}");
        }
    }
}
