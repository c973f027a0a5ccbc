//! Commands of notebooks that install something: `%pip install six`, `!python -m pip install six`.

use crate::cursor::span;
use crate::declarations::line_at;
use crate::requirements_txt::parse_line;
use crate::{LineKind, Span};

use super::words::{Word, commands};
use super::{InstallCommand, InstallOption, InstallRequirement, Installer};

/// What the command of IPython at `whole` installs.
pub(super) fn command(text: &str, whole: Span) -> Vec<InstallCommand> {
    let written = whole.slice(text);
    let behind = written.trim_start_matches(['!', '%']);
    let start = whole.end as usize - behind.len();
    let mut found = shell(text, start..whole.end as usize);
    // The sign belongs to the first command.
    if let Some(first) = found.first_mut()
        && text[start..first.span.start as usize].trim().is_empty()
    {
        first.span.start = whole.start;
    }
    found
}

/// What the commands of a shell in `text` at `range` install.
pub(super) fn shell(text: &str, range: std::ops::Range<usize>) -> Vec<InstallCommand> {
    commands(text, range).iter().filter_map(|words| install(words)).collect()
}

fn install(words: &[Word]) -> Option<InstallCommand> {
    let (installer, behind) = installer(words)?;
    let mut rest = words[behind..].iter().skip_while(|word| word.text.text.starts_with('-'));
    if rest.next()?.text.text != "install" {
        return None;
    }
    let (first, last) = (words.first()?, words.last()?);
    let mut command = InstallCommand {
        installer,
        span: span(first.extent.start, last.extent.end),
        requirements: Vec::new(),
        options: Vec::new(),
    };
    let mut only_requirements = false;
    while let Some(word) = rest.next() {
        let written = &*word.text.text;
        if only_requirements || !written.starts_with('-') || written == "-" {
            command.requirements.push(requirement(word, installer));
        } else if written == "--" {
            only_requirements = true;
        } else {
            let (name, mut value) = match written.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value)),
                Some(_) | None => (written, None),
            };
            let mut end = word.extent.end;
            if value.is_none()
                && takes_value(name)
                && let Some(next) = rest.next()
            {
                value = Some(&next.text.text);
                end = next.extent.end;
            }
            let (name, value) = (name.into(), value.map(Into::into));
            command.options.push(InstallOption { name, value, span: span(word.extent.start, end) });
        }
    }
    Some(command)
}

/// What installs, and the number of the word behind it.
fn installer(words: &[Word]) -> Option<(Installer, usize)> {
    let is_before = |word: &Word| {
        let text = &*word.text.text;
        matches!(text, "sudo" | "env" | "time" | "exec" | "command" | "-H" | "-E")
            || text.split_once('=').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            })
    };
    let start = words.iter().position(|word| !is_before(word))?;
    let at = |index: usize| words.get(index).map(|word| &*word.text.text);
    let program = at(start)?.rsplit(['/', '\\']).next()?;
    let program = program.strip_suffix(".exe").unwrap_or(program);
    let is_version = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let next = start + 1;
    match program {
        "uv" if at(next) == Some("pip") => Some((Installer::Uv, next + 1)),
        "conda" | "mamba" | "micromamba" => Some((Installer::Conda, next)),
        _ if program.strip_prefix("pip").is_some_and(is_version) => Some((Installer::Pip, next)),
        // `{sys.executable} -m pip`
        _ if program == "py"
            || program.strip_prefix("python").is_some_and(is_version)
            || !words[start].is_literal =>
        {
            let module = next + words[next..].iter().position(|word| word.text.text == "-m")? + 1;
            match at(module)? {
                "pip" => Some((Installer::Pip, module + 1)),
                "uv" if at(module + 1) == Some("pip") => Some((Installer::Uv, module + 2)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn requirement(word: &Word, installer: Installer) -> InstallRequirement {
    let text = &*word.text.text;
    let (line, _) = parse_line(text, 0);
    let (kind, errors) = if word.is_literal && installer != Installer::Conda {
        (line.tree.kind.clone(), line.tree.errors.clone())
    } else {
        (LineKind::Invalid, Vec::new())
    };
    let mut map = word.text.map.clone();
    if map.is_empty() {
        map.push(0, word.extent.clone());
    }
    InstallRequirement {
        line: line_at(text.len(), kind, errors, &map),
        text: text.into(),
        extent: span(word.extent.start, word.extent.end),
    }
}

/// Whether the next word is the option's value.
fn takes_value(name: &str) -> bool {
    matches!(
        name,
        "-r" | "-c"
            | "-e"
            | "-i"
            | "-f"
            | "-t"
            | "-C"
            | "-p"
            | "-b"
            | "-n"
            | "-d"
            | "--requirement"
            | "--requirements"
            | "--constraint"
            | "--constraints"
            | "--editable"
            | "--override"
            | "--index-url"
            | "--extra-index-url"
            | "--index"
            | "--default-index"
            | "--find-links"
            | "--target"
            | "--prefix"
            | "--root"
            | "--src"
            | "--python"
            | "--platform"
            | "--python-version"
            | "--implementation"
            | "--abi"
            | "--upgrade-strategy"
            | "--no-binary"
            | "--only-binary"
            | "--trusted-host"
            | "--proxy"
            | "--cert"
            | "--client-cert"
            | "--log"
            | "--timeout"
            | "--retries"
            | "--cache-dir"
            | "--config-settings"
            | "--config-setting"
            | "--global-option"
            | "--report"
            | "--progress-bar"
            | "--use-feature"
            | "--keyring-provider"
            | "--exists-action"
            | "--extra"
            | "--group"
            | "--resolution"
            | "--prerelease"
            | "--exclude-newer"
            | "--link-mode"
            | "--index-strategy"
            | "--upgrade-package"
            | "-P"
            | "--reinstall-package"
            | "--channel"
            | "--name"
            | "--file"
            | "--solver"
    )
}
