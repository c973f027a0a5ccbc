//! Lines that are no requirement but something else that people write, and what to write instead.

use crate::SyntaxError;
use crate::cursor::span;
use crate::excerpt;
use crate::requirement::{Dialect, parse};

/// Whether a line belongs to a template that some other tool fills in first.
pub(crate) fn is_template(text: &str) -> bool {
    ["{{", "{%", "{#", "%}", "}}"].iter().any(|mark| text.contains(mark))
}

/// Says what a line of another language is, if it is one.
pub(super) fn foreign_line(text: &str, start: usize, end: usize) -> Option<SyntaxError> {
    let line = &text[start..end];
    if !line.starts_with(['<', '=', '>', '|']) && memchr::memchr2(b' ', b'\t', line.as_bytes()).is_none() {
        return None;
    }
    let mut words = line.split_ascii_whitespace();
    let first = words.next()?;
    let second = words.next();
    if let "<<<<<<<" | "=======" | ">>>>>>>" | "|||||||" = first {
        let message = "a merge conflict was left here: keep one side and delete its marks";
        return Some(SyntaxError::requirement(span(start, end), message));
    }
    let bare = first.trim_start_matches(['$', '!', '%']);
    let (command, argument) =
        if bare.is_empty() { (second.unwrap_or(""), words.next()) } else { (bare, second) };
    match (command, argument) {
        ("pip" | "pip3" | "pipenv" | "conda" | "poetry" | "uv" | "easy_install" | "sudo", Some(argument))
            if argument.bytes().all(|byte| byte.is_ascii_alphabetic()) =>
        {
            Some(shell_command(text, start, end, command, argument))
        }
        ("python" | "python3" | "py", Some("-m" | "-c" | "setup.py")) => {
            let message = format!(
                "`{}` is a command for a terminal: write only the names of packages here",
                excerpt(line)
            );
            Some(SyntaxError::requirement(span(start, end), message))
        }
        ("import", Some(module)) if first == "import" => {
            let module = module.split(['.', ',']).next().unwrap_or(module);
            Some(SyntaxError::requirement(span(start, end), import(module)))
        }
        ("from", Some(module)) if words.next() == Some("import") => {
            let module = module.split('.').next().unwrap_or(module);
            Some(SyntaxError::requirement(span(start, end), import(module)))
        }
        _ => None,
    }
}

fn import(module: &str) -> String {
    format!(
        "this is Python, not a requirement: write the name of the package that provides `{}`",
        excerpt(module)
    )
}

fn shell_command(text: &str, start: usize, end: usize, command: &str, argument: &str) -> SyntaxError {
    let message =
        format!("`{command} {argument}` is a command for a terminal: write only the names of packages here");
    let error = SyntaxError::requirement(span(start, end), message);
    let after = text[start..end].find(argument).map_or(end, |at| start + at + argument.len());
    // What follows is put on a line of its own only where it is a requirement and nothing else.
    let rest = text[after..end].trim();
    let mut errors = Vec::new();
    let one = !rest.is_empty()
        && !rest.contains(" -")
        && !rest.starts_with('-')
        && argument == "install"
        && matches!(command, "pip" | "pip3" | "uv" | "conda")
        && parse(rest, 0, Dialect::RequirementsFile, &mut errors).is_some()
        && errors.is_empty();
    if one { error.fixed_by(span(start, end), rest, format!("Keep only `{}`", excerpt(rest))) } else { error }
}

/// Why pip refuses an option in a requirements file although it knows it, or once knew it.
pub(super) fn refused_option(written: &str) -> Option<String> {
    let name = written.split('=').next().unwrap_or(written);
    let advice = match name {
        "--upgrade"
        | "-U"
        | "--user"
        | "--target"
        | "-t"
        | "--prefix"
        | "--root"
        | "--no-deps"
        | "--no-cache-dir"
        | "--cache-dir"
        | "--proxy"
        | "--timeout"
        | "--retries"
        | "--cert"
        | "--client-cert"
        | "--quiet"
        | "-q"
        | "--verbose"
        | "-v"
        | "--yes"
        | "-y"
        | "--force-reinstall"
        | "--ignore-installed"
        | "-I"
        | "--no-build-isolation"
        | "--use-pep517"
        | "--no-use-pep517"
        | "--break-system-packages"
        | "--dry-run"
        | "--report"
        | "--python-version"
        | "--platform"
        | "--implementation"
        | "--abi"
        | "--src"
        | "--upgrade-strategy"
        | "--ignore-requires-python"
        | "--no-compile"
        | "--no-warn-script-location"
        | "--disable-pip-version-check"
        | "--no-input"
        | "--log"
        | "--isolated"
        | "--exists-action"
        | "--progress-bar"
        | "--no-warn-conflicts"
        | "--uploaded-prior-to"
        | "--build-constraint" => "belongs on pip's command line, not in a file: remove it",
        "--global-option" => "was removed in pip 25.3: use `--config-settings`",
        "--build-option" => "is not for requirements files: use `--config-settings`",
        "--install-option" => "was removed in pip 23.1: use `--config-settings`",
        "--process-dependency-links" => "was removed in pip 19.0: write `name @ URL` instead",
        "--always-unzip" | "-Z" => "was removed in pip 20.2: it had no effect, remove it",
        "--use-wheel" | "--no-use-wheel" => "was removed in pip 10.0: use `--only-binary` or `--no-binary`",
        "--allow-external"
        | "--allow-all-external"
        | "--allow-unverified"
        | "--allow-insecure"
        | "--no-allow-external"
        | "--no-allow-insecure" => "was removed in pip 10.0: it had no effect, remove it",
        "--requirements" => "is spelled `--requirement` or `-r`",
        "--constraints" => "is spelled `--constraint` or `-c`",
        "--index" => "is spelled `--index-url` or `-i`",
        _ => return None,
    };
    Some(format!("`{name}` {advice}"))
}
