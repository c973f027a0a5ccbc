//! What the tools really printed when they failed (`tests/failures/record.py`): of which kind each output is, and the
//! sentence about it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use venv_analysis::{Failure, explain_failure, inconsistencies, plain, without_secrets};

/// The kind of every case, and of the tools for which it is another one.
const EXPECTED: &[(&str, &str, &[(&str, &str)])] = &[
];

/// What does not fail, and says something all the same.
const ENDS_WELL: &str = "conflict-with-installed";

struct Recording {
    case: String,
    tool: String,
    lines: Vec<String>,
}

fn recordings() -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/failures/recorded");
    let mut found = Vec::new();
    for case in folder.read_dir().expect("the recordings are there") {
        let case = case.expect("the folder can be read");
        for file in case.path().read_dir().expect("a case is a folder") {
            let path = file.expect("the folder can be read").path();
            let text = std::fs::read_to_string(&path).expect("a recording is UTF-8");
            let (status, printed) = text.split_once('\n').expect("a recording begins with the exit status");
            // As the server hands it on: no empty lines, no secrets, and a signal is said.
            let lines = printed.lines().filter(|line| !line.trim().is_empty());
            let mut lines: Vec<String> =
                lines.map(|line| without_secrets(&plain(line.trim_end())).into_owned()).collect();
            let status = status.strip_prefix("status: ").expect("a recording begins with the exit status");
            if status.starts_with("SIG") {
                lines.push(format!("It was killed ({status})"));
            }
            found.push(Recording {
                case: case.file_name().to_string_lossy().into_owned(),
                tool: path.file_stem().expect("a file has a name").to_string_lossy().into_owned(),
                lines,
            });
        }
    }
    found.sort_by(|one, other| (&one.case, &one.tool).cmp(&(&other.case, &other.tool)));
    found
}

fn failures() -> Vec<(Recording, Failure)> {
    let failed = recordings().into_iter().filter(|recording| recording.case != ENDS_WELL);
    failed.map(|recording| (explain_failure(&recording.lines), recording)).map(|(f, r)| (r, f)).collect()
}

#[test]
fn every_recording_is_of_the_kind_that_it_was_made_to_be() {
    let mut wrong = Vec::new();
    for (Recording { case, tool, .. }, failure) in failures() {
        let Some((_, usual, others)) = EXPECTED.iter().find(|(name, ..)| *name == case) else {
            wrong.push(format!("{case}: no kind is expected ({tool} is {})", failure.kind.code()));
            continue;
        };
        let expected = others.iter().find(|(prefix, _)| tool.starts_with(prefix)).map_or(usual, |(_, kind)| kind);
        if failure.kind.code() != *expected {
            wrong.push(format!("{case} {tool}: {}, not {expected}: {}", failure.kind.code(), failure.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_that_is_expected_is_recorded() {
    let recordings = recordings();
    for (case, ..) in EXPECTED {
        assert!(recordings.iter().any(|recording| recording.case == *case), "{case}");
    }
    // Cases times tools: a recorder that forgets some must not go unnoticed.
    assert!(recordings.len() > 1_000, "{}", recordings.len());
}

#[test]
fn every_sentence_is_reviewed() {
    let mut by_case: BTreeMap<String, Vec<(String, Vec<String>)>> = BTreeMap::new();
    for (Recording { case, tool, .. }, Failure { kind, message, next }) in failures() {
        let said = format!("{}: {message}\n    {next:?}", kind.code());
        let sentences = by_case.entry(case).or_default();
        match sentences.iter_mut().find(|(known, _)| *known == said) {
            Some((_, tools)) => tools.push(tool),
            None => sentences.push((said, vec![tool])),
        }
    }
    let mut text = String::new();
    for (case, sentences) in by_case {
        writeln!(text, "{case}").expect("a string takes it");
        for (said, tools) in sentences {
            writeln!(text, "  {said}\n    {}", tools.join(" ")).expect("a string takes it");
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn no_sentence_is_long_or_has_a_secret() {
    for (Recording { case, tool, .. }, failure) in failures() {
        let message = failure.message;
        assert!(message.chars().count() <= 300, "{case} {tool}: {message}");
        assert!(!message.contains("secret") && !message.contains(char::is_control), "{case} {tool}: {message}");
    }
}

#[test]
fn what_no_longer_fits_is_read_from_a_success() {
    let recordings = recordings();
    let successes: Vec<_> = recordings.iter().filter(|recording| recording.case == ENDS_WELL).collect();
    assert!(successes.len() >= 10);
    for Recording { tool, lines, .. } in successes {
        let said = inconsistencies(lines);
        let expected = "banana 1.0 requires apple<2, but you have apple 2.0 which is incompatible";
        assert_eq!(said, [expected], "{tool}");
    }
}
