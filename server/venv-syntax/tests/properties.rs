//! What holds for every text: reading never panics, trees are sound, and reading again after an edit says
//! what reading anew says.

mod spans;

use proptest::prelude::*;
use spans::{check_requirement, check_text};
use venv_syntax::{decode, parse_requirements_txt, reparse_requirements_txt};

/// Pieces that mean something to the grammar, so that random texts are nearly requirements.
const PIECES: &[&str] = &[
    "six",
    "Flask_SQLAlchemy",
    "ruamel.yaml",
    "x-",
    "[",
    "]",
    "[a, b]",
    "(",
    ")",
    "==",
    ">=",
    "~=",
    "===",
    "!=",
    "=",
    "<",
    "1.0",
    "1.0.*",
    "2!1.0a1.post2.dev3+l.1",
    ",",
    ";",
    "@",
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\\\n",
    "\\\r\n",
    "\\",
    "\\ \n",
    "#",
    " # comment",
    "#egg=name[x]",
    "-r ",
    "-e ",
    "-c a.txt",
    "--hash=sha256:ab",
    "--hash ",
    "--pre",
    "-",
    "--",
    "--index-url=",
    "-C",
    "'",
    "\"",
    "“",
    "’",
    "${VAR}",
    "$",
    "{{ x }}",
    "{%",
    "python_version",
    "os.name",
    " and ",
    " or ",
    " not in ",
    " in ",
    "'3.8'",
    "\"linux\"",
    "é",
    "🐍",
    "\u{a0}",
    "\u{85}",
    "\u{2028}",
    "\x0b",
    "\x0c",
    "\x1c",
    "\0",
    "./x",
    "x.whl",
    "six-1.0-py3-none-any.whl",
    "https://e.example/x",
    "git+https://e.example/x",
    "git@h:p",
    "pip install ",
    "import ",
    "<<<<<<< ",
    "C:\\x",
    "%",
    "&&",
    "^",
    "*",
    ".",
    "!",
];

fn text() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof![8 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// An offset of `text` that is the boundary of a character.
fn boundary(text: &str, wanted: usize) -> usize {
    let mut at = wanted % (text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

proptest! {
    #[test]
    fn every_text_gives_a_sound_tree(text in text()) {
        check_text(&text);
        for line in text.lines() {
            check_requirement(line);
        }
    }

    #[test]
    fn reading_again_says_what_reading_anew_says(
        first in text(),
        edits in proptest::collection::vec((any::<usize>(), any::<usize>(), text()), 1..4),
    ) {
        let mut text = first;
        let mut tree = parse_requirements_txt(&text);
        for (from, length, inserted) in edits {
            let start = boundary(&text, from);
            let end = boundary(&text, start + length % 12).max(start);
            let mut edited = text.clone();
            edited.replace_range(start..end, &inserted[..boundary(&inserted, length)]);
            tree = reparse_requirements_txt(&tree, &text, &edited);
            prop_assert_eq!(&tree, &parse_requirements_txt(&edited));
            text = edited;
        }
    }

    #[test]
    fn every_file_is_text_or_an_error_within_it(bytes in any::<Vec<u8>>(), mark in 0..6_usize) {
        let marks: [&[u8]; 6] =
            [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"# coding: latin-1\n"];
        let bytes = [marks[mark], &bytes].concat();
        match decode(&bytes) {
            Ok(text) => check_text(&text),
            Err(error) => prop_assert!(error.offset <= bytes.len()),
        }
    }
}

#[test]
fn only_the_lines_that_changed_are_read_again() {
    let text: String = (0..1000).map(|number| format!("package-{number}==1.0\n")).collect();
    let at = text.find("package-500").unwrap();
    let edited = format!("{}new\n{}", &text[..at], &text[at..]);
    let before = parse_requirements_txt(&text);
    let after = reparse_requirements_txt(&before, &text, &edited);
    assert_eq!(after, parse_requirements_txt(&edited));
    let shared = |line: &venv_syntax::Line| {
        before.lines.iter().any(|old| std::sync::Arc::ptr_eq(&old.tree, &line.tree))
    };
    let read_again = after.lines.iter().filter(|line| !shared(line)).count();
    assert!(read_again <= 3, "{read_again} lines");
}

/// These take seconds or overflow the stack when time is not linear or depth not bounded.
#[test]
fn long_and_deep_texts_are_read() {
    let many = "six==1.16.0  # one\n".repeat(100_000);
    assert_eq!(parse_requirements_txt(&many).lines.len(), 100_001);
    let length = 1 << 20;
    for text in [
        "a".repeat(length),
        format!("six{}", ",==1.0".repeat(length / 6)),
        format!("six[{}]", "a,".repeat(length / 2)),
        format!("six; {}", "(".repeat(length)),
        format!("six; {}os_name == 'x'", "os_name == 'x' and ".repeat(length / 20)),
        format!("-r {}", "\"a\" ".repeat(length / 4)),
        format!("six {}", "--hash=sha256:ab ".repeat(length / 17)),
        "\x0b".repeat(length),
        "\\\n".repeat(length / 2),
        "six \\\n".repeat(length / 6),
        "# \\\n".repeat(length / 4),
        format!("six{}", " #".repeat(length / 2)),
        "#".repeat(length),
        format!("{}six", "é".repeat(length / 2)),
        format!("six {}", "--hash=sha256:ab \\\n".repeat(length / 19)),
        format!("six; {}", "(os_name == 'x' \\\n".repeat(length / 18)),
    ] {
        check_text(&text);
    }
}

#[test]
fn markers_may_be_nested_but_not_without_end() {
    for (depth, fits) in [(200, true), (201, false)] {
        let text = format!("six; {}os_name == 'x'{}", "(".repeat(depth), ")".repeat(depth));
        let (requirement, errors) = venv_syntax::parse_requirement(&text);
        assert_eq!(errors.is_empty(), fits, "{errors:?}");
        assert_eq!(requirement.unwrap().marker.is_some(), fits);
    }
}
