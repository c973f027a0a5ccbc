//! Builds that failed: of what, and for want of what.

use super::kind::{BuildCause, FailureKind};
use super::output::Output;

/// What starts the report of a build that failed.
const FAILED: &str = r"subprocess-exited-with-error|build backend returned an error|backend-unavailable|Command errored out with exit status|Cannot import build backend|[Ff]ailed to resolve requirements from|Failed to build[: `]|BackendUnavailable|Invalid `pyproject.toml`|TOMLDecodeError|TomlDecodeError|TomlError|Build backend failed|Failed to (?:download and )?build|Build failed";

/// Where the project that failed to build is named, the surest first.
const BUILT: [&str; 8] = [
    r"Failed to (?:download and )?build:? [`']([A-Za-z0-9][\w.-]*?)(?:==[^`]*| @ [^`]*)?[`']",
    r"Failed building (?:wheel|editable) for ([\w.-]+)",
    r"Building (?:wheel|editable) for ([\w.-]+) [^\n]*'error'",
    r"generating package metadata\.\n\W*╰─> ([A-Za-z0-9][\w.-]*)(?:\n|$)",
    r"Metadata for `([\w.-]+)`",
    r"Running setup\.py install for ([\w.-]+)[^\n]*'error'",
    r"Failed to download and build `([\w.-]+)",
    // What was being prepared last. A path or a URL has no name yet.
    r"(?s)^(?:.*\n)?\s*(?:Collecting ([A-Za-z0-9][\w.-]*)|Processing |Obtaining ).*?(?:subprocess-exited-with-error|errored out|Traceback|BackendUnavailable|backend-unavailable)",
];

pub(super) fn build(output: &Output) -> Option<FailureKind> {
    let report = output.from(FAILED)?;
    if report.has("^Command errored out[^\n]*: git ") {
        return None;
    }
    let project = BUILT.iter().find_map(|place| output.first(place));
    Some(FailureKind::Build { project, cause: cause(output, &report) })
}

fn cause(output: &Output, report: &Output) -> BuildCause {
    if let Some(name) = report.first(
        r"Could not find a version that satisfies the requirement ([\w.-]+)|Because ([\w.-]+?)(?:(?:==|[<>~!]=?)\S+)? was not found|there (?:is|are) no versions? of ([\w.-]+)",
    ) && report.has("(?i)pip-build-env|build dependencies|build-system.requires|build requires")
    {
        return BuildCause::Requirement(name);
    }
    if let Some(program) = missing_program(report) {
        return BuildCause::MissingProgram(program);
    }
    if let Some(header) = report.first(
        r"fatal error: ([^\s:']+): No such file or directory|fatal error: '([^']+)' file not found|Cannot open include file: '([^']+)'",
    ) {
        return BuildCause::MissingHeader(header);
    }
    if let Some(library) = report.first(
        r"cannot find -l([\w.+-]+?)(?::|\s|$)|library '?-l([\w.+-]+?)'? not found|library not found for -l([\w.+-]+)|cannot open input file '([\w.+-]+)\.lib'",
    ) {
        return BuildCause::MissingLibrary(library);
    }
    if report.has("SyntaxError: Missing parentheses in call to 'print'") {
        return BuildCause::Python2;
    }
    if output.has(r"TOMLDecodeError|TomlError|TomlDecodeError|Invalid `pyproject.toml`|pyproject.toml[^\n]*(?:parse|invalid)") {
        return BuildCause::Pyproject;
    }
    if let Some(module) = report.first(
        r"(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)|Cannot import (?:build backend )?'([\w.]+)'",
    ) {
        return BuildCause::MissingModule(module.split('.').next().unwrap_or_default().to_owned());
    }
    if let Some(signal) = report
        .first(r"exit (?:code|status):? -(\d+)|\(signal: ([^\n]*)\)\s*(?:\n|$)|died with <Signals\.(\w+)")
    {
        return BuildCause::Signal(signal);
    }
    if let Some(exception) = report.exception().filter(|text| !text.is_empty()) {
        return BuildCause::Exception(exception);
    }
    let said = report
        .first(r"(?m)^\s*[^\s:]+:\d+:\d+: (?:fatal )?error: ([^\n]+)")
        .or_else(|| report.first(r"\n\W*([^\n]+)\n[^\n\w]*\[end of output\]"))
        .or_else(|| report.first(r"(?s)\[stderr\]\n\s*(?:.*\n)?\s*([^\n]+)\n(?:\s*hint:|help:)"))
        .or_else(|| report.last(r"(?s)\[stderr\]\n(?:.*\n)?\s*([^\n]+)"))
        .or_else(|| report.first(r"\n\s*([^\n]+)\n\s*-{20,}"));
    let said = said.filter(|said| !said.contains("lines of output]") && !said.starts_with("exit code"));
    said.map_or(BuildCause::Unknown, |said| BuildCause::Said(said.trim().to_owned()))
}

/// The name of a program that was started and is not there. A path is none, and nor is the name of a text file.
fn missing_program(report: &Output) -> Option<String> {
    if report.has(r"Microsoft Visual C\+\+ [\d.]+ (?:or greater )?is required|Unable to find vcvarsall\.bat")
    {
        return Some("cl".to_owned());
    }
    if report.has("xcrun: error: invalid active developer path") {
        return Some("clang".to_owned());
    }
    if report.has("(?i)can't find Rust compiler|cannot find the rust compiler") {
        return Some("rustc".to_owned());
    }
    if report.has("Cargo, the Rust package manager, is not installed") {
        return Some("cargo".to_owned());
    }
    if report.has("(?i)CMake must be installed|Unable to find CMake|Problem with the CMake installation") {
        return Some("cmake".to_owned());
    }
    let name = report.first(
        r"No such file or directory: '([a-z][\w+-]*)'|(?:unable to execute|command) '([^'/\s]+)'(?: failed)?: No such file|(?m)^\s*(?:/bin/)?(?:sh|bash|dash): (?:\d+: |line \d+: )?([\w+.-]+): (?:not found|command not found)|(?:Error: )?([a-z][\w+-]*) executable not found|Program '([\w+-]+)' not found|Unknown compiler\(s\): \[\['([\w+-]+)'",
    )?;
    Some(name)
}
