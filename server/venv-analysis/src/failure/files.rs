//! Hashes, wheels, paths, repositories: what is wrong with a file that is asked for.

use super::kind::{FailureKind, WheelProblem};
use super::output::{Output, find_in};

pub(super) fn hashes(output: &Output) -> Option<FailureKind> {
    if output.has("Hashes are required in --require-hashes mode") {
        let names = output.block("Hashes are required in --require-hashes mode", 4)?;
        let names = names.iter().filter_map(|line| find_in::<1>(line, r"^([\w.-]+)").map(|[name]| name));
        return Some(FailureKind::HashMissing { names: names.collect() });
    }
    if let Some([name]) = output.find::<1>(
        r"In `--require-hashes` mode, all requirements must have a hash, but none were provided for: ([\w.-]+)",
    ) {
        return Some(FailureKind::HashMissing { names: vec![name] });
    }
    if output.has("all requirements must have their versions pinned with `?==") {
        let text = output.last(r"versions pinned with `?==`?[^\n]*?: ([^\n]*[A-Za-z][^\n]*)");
        let block = output.block("must have their versions pinned with", 4).unwrap_or_default();
        let asked = text.iter().map(String::as_str).chain(block.iter().copied());
        let names = asked.filter_map(|line| find_in::<1>(line, r"^([\w.-]+)").map(|[name]| name));
        return Some(FailureKind::HashUnpinned { names: names.collect() });
    }
    let pip = "DO NOT MATCH THE HASHES";
    if output.has(pip) {
        let lines = output.block(pip, 4)?;
        let name = lines.first().and_then(|line| {
            let file = find_in::<1>(line, r"/([A-Za-z0-9][\w.]*)-\d[^/#]*(?:\.whl|\.tar\.gz|\.zip)");
            find_in::<1>(line, r"^([A-Za-z0-9][\w.-]*?)(?:==| from |\[| @|<|>|~|!|;)")
                .or(file)
                .map(|[name]| name)
        });
        let text = lines.join("\n");
        return Some(FailureKind::HashMismatch {
            name,
            expected: find_in(&text, r"Expected \w+ ([0-9a-f]+)").map(|[hash]| hash),
            got: find_in(&text, r"Got +([0-9a-f]+)").map(|[hash]| hash),
        });
    }
    if output.has("Hash mismatch for `") {
        return Some(FailureKind::HashMismatch {
            name: output.first(r"Hash mismatch for `([\w.-]+)"),
            expected: output.first(r"(?s)Expected:.*?:([0-9a-f]{32,})"),
            got: output.first(r"(?s)Computed:.*?:([0-9a-f]{32,})"),
        });
    }
    None
}

/// A file that its host does not have.
pub(super) fn fetched(output: &Output) -> Option<FailureKind> {
    let [status, url] = output
        .find::<2>(r"HTTP error (4\d\d) while getting ([^\s]+)")
        .or_else(|| output.find(r"HTTP status client error \((4\d\d)[^\n]* for url \(([^\s)]+)"))
        .or_else(|| output.find(r"404 Client Error: [^\n]*? for url: ()([^\s]+)"))?;
    let status = if status.is_empty() { "404".to_owned() } else { status };
    let url = url.split('#').next().unwrap_or_default().to_owned();
    Some(FailureKind::NotFound { url, status })
}

pub(super) fn git(output: &Output) -> Option<FailureKind> {
    if output.has(r"Cannot find command 'git'|Git executable not found|No such file or directory: 'git'") {
        return Some(FailureKind::GitMissing);
    }
    if !output.has(r"git (?:clone|fetch)|Git operation failed|Running command git") {
        return None;
    }
    let reason = output.first(r"(?:^|[ \n])(?:fatal|error): ((?:repository|unable to access|could not read|Authentication failed|Could not read from remote|Remote branch|couldn't find remote)[^\n]*)|(?:^|[ \n])fatal: ([^\n]*)");
    let url = output
        .first(r"(?:git )?Cloning ([^\s]+)|git\+([a-z]+://[^\s`@]+)|git clone [^\n]*?([a-z]+://[^\s]+)");
    Some(FailureKind::Git { url: url.unwrap_or_default(), reason: reason? })
}

pub(super) fn files(output: &Output) -> Option<FailureKind> {
    wheel(output).or_else(|| path(output)).or_else(|| {
        let text = output.first(
            r"Invalid requirement: '([^'\n]+)'|Couldn't parse requirement in[^\n]*\n[^\n]*\n\s*([^\n]+)|(Couldn't parse requirement in [^\n]*)",
        )?;
        Some(FailureKind::RequirementInvalid { text })
    })
}

fn wheel(output: &Output) -> Option<FailureKind> {
    use WheelProblem::{Content, Name, Platform};
    const LOOKS: [(&str, WheelProblem); 8] = [
        (r"([^\s/]+\.whl)'? is not a supported wheel on this platform", Platform),
        (r"incompatible with the current platform: ([^\s]+\.whl)", Platform),
        (r"Invalid wheel filename[^\n]*: '?([^'\n]+)'?", Name),
        (r"([^\s/]+\.whl) is not a valid wheel filename", Name),
        (r"[Ww]heel filename [`\x22]([^`\x22]+)[`\x22] is invalid", Name),
        (r"Wheel '([^']+)' located at [^\n]* is invalid", Content),
        (r"(?m)^ERROR: ([\w.-]+) has an invalid wheel", Content),
        (
            r"Failed to (?:read|download|install)[^\n]*?`?([\w.-]+)(?s:.*)(?:zip file|ZIP file|extract archive|central directory|uncompressed size|\.dist-info directory|wheel is invalid)",
            Content,
        ),
    ];
    let said = LOOKS.iter().find_map(|(looks, problem)| {
        Some(FailureKind::Wheel { file: output.first(looks)?, problem: *problem })
    });
    said.or_else(|| {
        // An old pip only crashes.
        let file = output.last(r"(?:Processing|Downloading) [^\s]*?([^\s/]+\.whl)")?;
        output.has("BadZipFile").then_some(FailureKind::Wheel { file, problem: Content })
    })
}

fn path(output: &Output) -> Option<FailureKind> {
    if let Some(path) = output.first(
        r"Directory '([^']+)' is not installable|(?:`|file://)([^`\s]+)`? does not appear to be a Python project|([^\s]+) does not appear to be a Python project",
    ) {
        return Some(FailureKind::NotAProject { path });
    }
    let path = output.first(
        r"File '([^']+)' does not exist|looks like a path\.[^\n]*'([^']+)'|(?m)^ERROR: ([^\s]+) is not a valid editable requirement|([^\s]+) should either be a path to a local project|Could not open requirements file: \[Errno 2\][^\n]*: '([^']+)'|Distribution not found at: ([^\s]+)|[Ff]ile not found: `([^`]+)`|failed to (?:read|open) (?:from )?file `([^`]+)`: No such file|Could not install[^\n]*\[Errno 2\] No such file or directory: '([^']*/[^']*)'|(?m)^Invalid requirement: '?(\.[^'\s]*)",
    )?;
    Some(FailureKind::PathMissing { path })
}
