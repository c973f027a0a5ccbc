//! What the tools really printed when they failed (`tests/failures/record.py`): of which kind each output is, and the
//! sentence about it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use venv_analysis::{Failure, explain_failure_with_log, plain, without_secrets};

/// A case, its kind, and the beginnings of the names of tools with another one.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The kind of every case, and of the tools for which it is another one.
const EXPECTED: &[Row] = &[
    ("authentication-401", "authentication", &[]),
    ("authentication-401-file", "authentication", &[]),
    ("authentication-401-with-credentials", "authentication", &[]),
    ("authentication-401-with-credentials-file", "authentication", &[]),
    ("authentication-403", "authentication", &[]),
    ("authentication-403-file", "authentication", &[]),
    ("build-backend-exits", "build", &[]),
    ("build-backend-missing", "build", &[]),
    ("build-backend-raises", "build", &[]),
    ("build-cargo-missing", "build", &[]),
    ("build-cargo-missing-said", "build", &[]),
    ("build-cmake-missing", "build", &[]),
    ("build-compiler-missing", "build", &[]),
    ("build-compiler-missing-with-setuptools-inside", "build", &[]),
    ("build-header-missing", "build", &[]),
    ("build-killed", "build", &[]),
    ("build-library-missing", "build", &[]),
    ("build-of-local-project", "build", &[("pip-20.3.4", "unknown")]),
    ("build-pg-config-missing", "build", &[]),
    ("build-program-missing", "build", &[]),
    ("build-program-missing-in-shell", "build", &[]),
    ("build-pyproject-invalid", "build", &[]),
    ("build-python-header-missing", "build", &[]),
    ("build-requirement-missing", "build", &[]),
    ("build-rustc-missing", "build", &[]),
    ("build-setup-exits", "build", &[]),
    ("build-setup-imports", "build", &[]),
    ("build-setup-python-2", "build", &[]),
    ("build-setup-raises", "build", &[]),
    ("build-setup-raises-with-pyproject", "build", &[]),
    ("build-source-wrong", "build", &[]),
    ("build-with-setuptools-inside", "build", &[]),
    ("configuration-broken", "configuration", &[]),
    ("conflict", "conflict", &[]),
    ("conflict-of-versions", "conflict", &[]),
    ("conflict-with-constraint", "conflict", &[("pip-20.3.4", "no-such-distribution")]),
    ("conflict-with-own", "conflict", &[]),
    ("connection-closed", "unreachable", &[]),
    ("connection-closed-file", "unreachable", &[]),
    ("connection-closed-without-retries", "unreachable", &[]),
    ("connection-cut", "unreachable", &[("pip-26.3", "unreachable"), ("pip-", "no-such-distribution")]),
    ("connection-cut-file", "wheel", &[("pip-25.3", "unreachable"), ("pip-26.3", "unreachable")]),
    (
        "connection-cut-without-retries",
        "unreachable",
        &[("pip-26.3", "unreachable"), ("pip-", "no-such-distribution")],
    ),
    ("create-disk-full", "ensurepip-failed", &[("uv-", "disk-full"), ("virtualenv-", "disk-full")]),
    ("create-disk-full-during-pip", "ensurepip-failed", &[("virtualenv-", "disk-full")]),
    ("create-ensurepip-missing", "ensurepip-missing", &[]),
    ("create-over-environment", "occupied", &[]),
    ("create-over-file", "occupied", &[]),
    ("create-over-folder", "occupied", &[]),
    ("create-permission", "permission", &[]),
    ("create-python-2", "venv-missing", &[]),
    ("create-python-broken", "interpreter-broken", &[]),
    ("create-python-missing", "interpreter-missing", &[]),
    ("create-python-too-old", "interpreter-broken", &[]),
    ("create-read-only", "read-only", &[("virtualenv-", "permission")]),
    ("create-separator", "path-separator", &[]),
    ("create-under-file", "occupied", &[]),
    ("disk-full", "disk-full", &[]),
    ("disk-full-while-downloading", "disk-full", &[]),
    ("dns", "dns", &[]),
    ("dns-file", "dns", &[]),
    ("dns-without-retries", "dns", &[]),
    ("environment-missing", "no-environment", &[]),
    ("environment-required", "no-environment", &[]),
    ("externally-managed", "externally-managed", &[]),
    ("file-gone-404", "not-found", &[]),
    ("git-authentication", "git", &[]),
    ("git-missing", "git-missing", &[]),
    ("git-not-found", "git", &[]),
    ("git-unreachable", "git", &[]),
    ("hash-mismatch", "hash-mismatch", &[]),
    ("hash-mismatch-of-link", "hash-mismatch", &[]),
    ("hash-missing", "hash-missing", &[]),
    ("hash-missing-of-another", "hash-unpinned", &[]),
    ("hash-of-unpinned", "hash-unpinned", &[("pip-26.3", "hash-mismatch")]),
    ("include-missing", "path-missing", &[]),
    ("index-insecure", "index-insecure", &[]),
    ("killed", "killed", &[]),
    ("local-editable-missing", "path-missing", &[]),
    ("local-not-a-project", "not-a-project", &[]),
    ("local-path-missing", "path-missing", &[]),
    ("no-files", "no-such-distribution", &[("uv-", "no-version")]),
    ("no-such-distribution", "no-such-distribution", &[]),
    ("no-such-distribution-of-another", "no-such-distribution", &[]),
    ("no-such-distribution-with-specifier", "no-such-distribution", &[("uv-", "no-version")]),
    ("no-such-version", "no-version", &[("pip-20.3.4", "no-such-distribution")]),
    ("no-such-version-of-another", "no-version", &[("pip-20.3.4", "no-such-distribution")]),
    ("no-such-version-range", "no-version", &[("pip-20.3.4", "no-such-distribution")]),
    ("not-found-404", "no-such-distribution", &[]),
    ("not-found-404-file", "not-found", &[]),
    ("offline", "offline", &[]),
    ("one-index-of-two-unreachable", "no-version", &[("pip-20.3.4", "unreachable"), ("uv-", "unreachable")]),
    ("option-unknown", "configuration", &[]),
    ("other-platform", "wrong-platform", &[("pip-", "no-such-distribution")]),
    ("permission", "permission", &[]),
    ("permission-of-cache", "permission", &[]),
    ("permission-to-remove", "permission", &[]),
    ("pip-broken", "crash", &[]),
    ("pip-missing", "pip-missing", &[]),
    ("proxy-403", "proxy", &[]),
    ("proxy-403-file", "proxy", &[]),
    ("proxy-407", "proxy-authentication", &[]),
    ("proxy-407-file", "proxy-authentication", &[]),
    ("proxy-407-plain", "proxy-authentication", &[]),
    ("proxy-407-with-credentials", "proxy-authentication", &[]),
    ("proxy-407-with-credentials-file", "proxy-authentication", &[]),
    ("proxy-502", "proxy", &[]),
    ("proxy-502-file", "proxy", &[]),
    ("proxy-refused", "proxy", &[("pip-26.3", "unreachable"), ("uv-0.5.31", "unreachable")]),
    ("proxy-refused-file", "proxy", &[("uv-0.5.31", "unreachable")]),
    ("proxy-refused-plain", "proxy", &[("pip-26.3", "unreachable"), ("uv-", "unreachable")]),
    ("proxy-unknown-host", "proxy", &[("pip-26.3", "dns"), ("uv-0.5.31", "dns")]),
    ("proxy-unknown-host-file", "proxy", &[("uv-0.5.31", "dns")]),
    ("proxy-without-scheme", "proxy", &[("pip-26.3", "unreachable"), ("uv-0.5.31", "unreachable")]),
    ("python-missing", "no-environment", &[]),
    ("read-only", "read-only", &[]),
    (
        "requirement-invalid",
        "no-version",
        &[
            ("pip-20.3.4", "no-such-distribution"),
            ("pip-24.3.1", "crash"),
            ("pip-25.0.1", "crash"),
            ("pip-25.3", "crash"),
            ("uv-", "requirement-invalid"),
        ],
    ),
    ("server-error-500", "server-error", &[]),
    ("server-error-500-file", "server-error", &[]),
    ("server-error-503", "server-error", &[]),
    ("server-error-503-file", "server-error", &[]),
    ("socks-credentials", "proxy-authentication", &[("pip-26.3", "socks-broken")]),
    ("socks-refused", "proxy", &[("pip-26.3", "socks-broken")]),
    ("socks-scheme", "socks-scheme", &[("uv-", "dns")]),
    ("socks-without-pysocks", "socks", &[]),
    ("socks-without-pysocks-file", "socks", &[]),
    ("ssl-missing", "tls-missing", &[]),
    ("timeout-connect", "timeout", &[]),
    ("timeout-read", "timeout", &[]),
    ("timeout-read-file", "timeout", &[]),
    ("timeout-read-without-retries", "timeout", &[]),
    ("tls-self-signed", "tls", &[]),
    ("tls-self-signed-file", "tls", &[]),
    ("too-many-requests-429", "server-error", &[]),
    ("too-many-requests-429-file", "server-error", &[]),
    ("uninstall-impossible", "cannot-uninstall", &[]),
    ("uninstall-impossible-distutils", "cannot-uninstall", &[]),
    ("unreachable", "unreachable", &[]),
    ("unreachable-file", "unreachable", &[]),
    ("unreachable-without-retries", "unreachable", &[]),
    ("user-install", "user-install", &[]),
    ("user-option", "user-install", &[]),
    ("wheel-corrupt", "wheel", &[]),
    ("wheel-corrupt-on-index", "wheel", &[]),
    ("wheel-name-bad", "wheel", &[]),
    ("wheel-not-supported", "wheel", &[("uv-0.13.9", "wrong-platform")]),
    ("wheel-of-another-name", "wheel", &[]),
    ("wrong-python", "wrong-python", &[]),
    ("wrong-python-local", "wrong-python", &[]),
    ("wrong-python-old", "wrong-python", &[]),
    ("wrong-python-version", "wrong-python", &[]),
    ("yanked", "yanked", &[("pip-22.3.1", "no-version"), ("pip-23.0.1", "no-version")]),
];

struct Recording {
    case: String,
    tool: String,
    lines: Vec<String>,
    /// What pip wrote down.
    log: String,
}

#[expect(clippy::disallowed_methods, reason = "the recordings are files")]
fn recordings() -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/failures/recorded");
    let mut found = Vec::new();
    for case in folder.read_dir().expect("the recordings are there") {
        let case = case.expect("the folder can be read");
        for file in case.path().read_dir().expect("a case is a folder") {
            let path = file.expect("the folder can be read").path();
            let text = std::fs::read_to_string(&path).expect("a recording is UTF-8");
            let (status, printed) = text.split_once('\n').expect("a recording begins with the exit status");
            let (printed, log) = printed.split_once("\nlog:\n").unwrap_or((printed, ""));
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
                log: log.to_owned(),
            });
        }
    }
    found.sort_by(|one, other| (&one.case, &one.tool).cmp(&(&other.case, &other.tool)));
    found
}

fn failures() -> Vec<(Recording, Failure)> {
    recordings()
        .into_iter()
        .map(|recording| {
            let failure = explain_failure_with_log(&recording.lines, &recording.log);
            (recording, failure)
        })
        .collect()
}

#[test]
fn every_recording_is_of_the_kind_that_it_was_made_to_be() {
    let mut wrong = Vec::new();
    for (Recording { case, tool, .. }, failure) in failures() {
        let Some((_, usual, others)) = EXPECTED.iter().find(|(name, ..)| *name == case) else {
            wrong.push(format!("{case}: no kind is expected ({tool} is {})", failure.kind.code()));
            continue;
        };
        let expected =
            others.iter().find(|(prefix, _)| tool.starts_with(prefix)).map_or(usual, |(_, kind)| kind);
        if failure.kind.code() != *expected {
            wrong.push(format!(
                "{case} {tool}: {}, not {expected}: {}",
                failure.kind.code(),
                failure.message
            ));
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
        assert!(
            !message.contains("secret") && !message.contains(char::is_control),
            "{case} {tool}: {message}"
        );
    }
}
