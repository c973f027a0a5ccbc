//! Every file of the corpus is read, and the files without mistakes have none.

mod spans;

use std::path::PathBuf;

use venv_syntax::{LineKind, decode, parse_requirements_txt};

fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus")
}

#[expect(clippy::disallowed_methods, reason = "a test reads its corpus")]
fn read(name: &str) -> String {
    let path = corpus().join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    decode(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads its corpus")]
fn every_file_gives_a_sound_tree() {
    let mut files = 0;
    for entry in std::fs::read_dir(corpus()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".txt") {
            let text = read(&name);
            spans::check_text(&text);
            text.lines().for_each(spans::check_requirement);
            files += 1;
        }
    }
    assert!(files >= 10, "{files} files");
}

#[test]
fn good_files_have_no_errors() {
    for name in [
        "plain.txt",
        "hashed.txt",
        "options.txt",
        "nested.txt",
        "constraints.txt",
        "editable.txt",
        "markers.txt",
        "crlf.txt",
        "endings.txt",
    ] {
        for line in parse_requirements_txt(&read(name)).lines {
            assert_eq!(line.tree.errors, [], "{name}, at offset {}", line.start);
            assert_ne!(line.tree.kind, LineKind::Invalid, "{name}, at offset {}", line.start);
        }
    }
}

#[test]
fn every_line_of_a_broken_file_has_an_error() {
    for line in parse_requirements_txt(&read("broken.txt")).lines {
        let blank = line.tree.kind == LineKind::Blank;
        assert_eq!(line.tree.errors.is_empty(), blank, "at offset {}: {:?}", line.start, line.tree.kind);
    }
}

#[test]
fn templates_and_variables_are_left_alone() {
    let text = read("templates.txt");
    let wrong: Vec<_> = parse_requirements_txt(&text)
        .lines
        .into_iter()
        .flat_map(|line| line.tree.errors.clone())
        .map(|error| error.message)
        .collect();
    // Before a variable what is wrong is wrong.
    assert_eq!(wrong, ["pip needs `==`, not `=`"]);
}
