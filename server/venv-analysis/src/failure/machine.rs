//! The machine and how it is set up: disk, permissions, settings, ends.

use super::kind::FailureKind;
use super::output::Output;

/// The way in which the installer was started, or is configured.
pub(super) fn set_up(output: &Output) -> Option<FailureKind> {
    if output.has(r"externally-managed-environment|is externally managed") {
        return Some(FailureKind::ExternallyManaged);
    }
    if output.has(r"(?i)can not (?:perform|combine)[^\n]*'--user'|`--user` is unsupported") {
        return Some(FailureKind::UserInstall);
    }
    if output.has("Could not find an activated virtualenv|No virtual environment (?:found|or system Python installation found)") {
        return Some(FailureKind::NoEnvironment);
    }
    if output.has(r"No module named '?pip'?(?:\n|$|;)|No module named pip\.__main__") {
        return Some(FailureKind::PipMissing);
    }
    if output.has("Configuration file could not be loaded") {
        let said = output.first(r"Configuration file could not be loaded\.\n\s*([^\n]*)").unwrap_or_default();
        let file = output.first(r"(?m)^\s*file: '([^']+)'").map(|file| format!(" (`{file}`)"));
        return Some(FailureKind::Configuration {
            said: format!("{}{}", said.trim_end_matches('.'), file.unwrap_or_default()),
        });
    }
    if let Some(said) = output.first(r"(?m)^(no such option: [^\n]*)|^error: (unexpected argument [^\n]*)") {
        return Some(FailureKind::Configuration { said });
    }
    let name = output.first(
        r"No such file or directory: '[^']*/([\w.-]+?)-\d[^/']*\.dist-info/RECORD'|(?:× |ERROR: |error: )[Cc]annot uninstall '?`?([\w.-]+)|Unable to uninstall `([\w.-]+)",
    )?;
    Some(FailureKind::CannotUninstall { name })
}

pub(super) fn disk(output: &Output) -> Option<FailureKind> {
    if output.has(r"No space left on device|\[Errno 28\]|os error 28\b|Disk quota exceeded|os error 112\b|not enough space on the disk") {
        return Some(FailureKind::DiskFull);
    }
    if output.has(r"Read-only file system|\[Errno 30\]|os error 30\b") {
        let path = output.first(
            r"Read-only file system: '([^']+)'|Read-only file system[^\n]*at path .([^\x22`\n]+)|[`']([^`'\n]+)['`]:? Read-only file system",
        );
        return Some(FailureKind::ReadOnly { path });
    }
    None
}

pub(super) fn permission(output: &Output) -> Option<FailureKind> {
    if !output.has(r"Permission denied|\[Errno 13\]|os error 13\b|WinError 5\]|Access is denied|WinError 32\]|os error 5\)|PermissionError|without permission|is not write-?able|can not be written") {
        return None;
    }
    let path = output.last(
        r"Permission denied: '([^']+)'|copy file from [^\n]* to ([^\n]+): Permission denied|`([^`\n]+)`:? Permission denied|(?:WinError 5|WinError 32)\][^\n]*?: '([^']+)'|(?:to|directory|file) `([^`\n]+)`\n[^\n]*Permission denied",
    );
    let at = || output.first(r"Permission denied[^\n]*at path .([^\x22`\n]+)|is not write-?able at ([^\n]+)");
    Some(FailureKind::Permission { path: path.or_else(at) })
}

/// A signal, a crash, or what was said last.
pub(super) fn ended(output: &Output) -> Option<FailureKind> {
    if let Some(signal) = output.first(r"(?m)^It was killed \(([^\n]*)\)$") {
        return Some(FailureKind::Killed { signal });
    }
    if let Some(exception) = output.exception() {
        return Some(FailureKind::Crash { exception });
    }
    let said = output.last(r"(?m)^\s*(?:ERROR|error|Error): ([^\n]+)").or_else(|| {
        output.lines().last().map(|line| line.trim_matches([' ', '×', '╰', '─', '▶', '>']).to_owned())
    });
    Some(FailureKind::Unknown { said: said.filter(|said| !said.is_empty()) })
}
