//! Environments that could not be made.

use super::kind::FailureKind;
use super::output::Output;

pub(super) fn create(output: &Output) -> Option<FailureKind> {
    if output.has("ensurepip is not") {
        let package = output.first(r"apt(?:-get)? install (python[\w.-]*-venv)");
        return Some(FailureKind::EnsurepipMissing {
            package: package.unwrap_or_else(|| "python3-venv".to_owned()),
        });
    }
    if output.has(r"'-I?m', 'ensurepip'[^\n]*returned non-zero exit status|No module named ensurepip") {
        return Some(FailureKind::EnsurepipFailed);
    }
    if output.has("No module named '?venv") {
        return Some(FailureKind::VenvMissing);
    }
    if output.has(r"(?i)(?:contains|contain) the PATH separator|the path separator \(") {
        let path =
            output.first(r"create a venv in (.*) because it contains|destination '([^']+)' must not contain");
        return Some(FailureKind::PathSeparator { path });
    }
    if output.has(r"Unable to create directory|virtual environment already exists at|Not a directory|File exists|the destination \S* ?already exists and is a file|directory (?:already )?exists at|is not a (?:directory|virtual environment)|exists, but it's not a virtual environment|File is not a directory") {
        let path = output.first(
            r"(?:Unable to create directory|Not a directory:|File exists:) '([^']+)'|(?:exists|file|environment) at:? `?([^`\n]+?)`?(?:\n|$|\.)|the destination ([^\s]+) already exists|directory `([^`]+)`",
        );
        return Some(FailureKind::Occupied { path });
    }
    if output.has(
        r"No interpreter found|failed to find interpreter|Python was not found|is not installed \(set by",
    ) {
        let asked = output.first(
            r"No interpreter found for ([^\n]*?) in |failed to find interpreter for [^\n]*spec='([^']+)'|pyenv: version `([^']+)' is not installed",
        );
        return Some(FailureKind::InterpreterMissing { asked });
    }
    let broken = output.first(
        r"([^\n]*(?:older than the minimum|Failed to inspect Python interpreter|Querying Python at|failed to query)[^\n]*)",
    )?;
    let said = output.first(r"RuntimeError: ([^\n]+)").unwrap_or(broken);
    let said = said.trim_start_matches([' ', '×']).trim_start_matches("error: ");
    Some(FailureKind::InterpreterBroken { said: said.to_owned() })
}
