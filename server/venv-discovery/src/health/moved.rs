//! Environments that lie elsewhere than where they were made.
//!
//! Nothing in an environment moves along with it: the scripts in `bin` begin with the path of its Python, and
//! `activate` sets `VIRTUAL_ENV` to the old path. Its Python itself works. The path is looked for where it costs
//! least: in `pyvenv.cfg`, which was read already, then in `activate`, then in the first lines of `pip`.

use std::path::{Path, PathBuf};

use venv_analysis::facts::{Cure, Harm, HealthIssue};

use super::Findings;
use crate::environment::Read;

/// `activate` begins with a licence and some functions before it comes to the point.
const ACTIVATE_HEAD: usize = 8192;

/// More than the longest path, and the line before it.
const SCRIPT_HEAD: usize = 4352;

/// Says where the environment was made, if that was elsewhere.
pub(super) fn moved(findings: &Findings<'_>) -> Option<HealthIssue> {
    let read = findings.read;
    let config = read.config.values()?;
    if config.relocatable {
        return None;
    }
    let named_by_command =
        config.command.as_deref().is_some_and(|command| ends_with_path(read, command, read.root));
    let from_activate = || read_activate(read).filter(|path| !is_same(read, path));
    let elsewhere = if named_by_command { None } else { from_activate() };
    let by_pip = || if findings.has_pip { read_pip(read).filter(|path| !is_same(read, path)) } else { None };
    let original = elsewhere.or_else(by_pip)?;
    let place = original.display();
    // An environment that is still there is the one that a copied `pip` script installs into.
    let is_copy = read.system.is_file(&original.join("pyvenv.cfg"));
    let (code, message) = if is_copy && findings.has_pip {
        let message = format!(
            "it is a copy of `{place}`, and its `{}` installs into that one: recreate the environment",
            Path::new(read.bin.folder).join("pip").display()
        );
        ("copied", message)
    } else if is_copy {
        let message = format!(
            "it is a copy of `{place}`, and its `activate` leads to that one: recreate the environment"
        );
        ("copied", message)
    } else {
        let message = format!(
            "it was made as `{place}` and moved, so its scripts and its `activate` lead nowhere: recreate the environment"
        );
        ("moved", message)
    };
    Some(HealthIssue { code, message, harm: Harm::Partial, cure: Cure::Recreate })
}

/// Whether `command` (`/usr/bin/python3 -m venv /p/.venv`, without quotes) ends with the path.
fn ends_with_path(read: &Read<'_>, command: &str, path: &Path) -> bool {
    let windows = read.system.platform().is_windows();
    let fold = |text: &str| if windows { text.replace('\\', "/").to_lowercase() } else { text.to_owned() };
    path.to_str().is_some_and(|path| fold(command).ends_with(&format!(" {}", fold(path))))
}

/// Whether `path` is the environment's own folder, by whatever name.
fn is_same(read: &Read<'_>, path: &Path) -> bool {
    let fold = |path: &Path| path.to_string_lossy().replace('\\', "/").to_lowercase();
    if path == read.root || read.system.platform().is_windows() && fold(path) == fold(read.root) {
        return true;
    }
    // Renamed by a link on the way.
    let real = |path: &Path| read.system.canonicalize(path).ok();
    real(path).is_some_and(|path| real(read.root) == Some(path))
}

/// The path that `activate` sets `VIRTUAL_ENV` to.
fn read_activate(read: &Read<'_>) -> Option<PathBuf> {
    let path = read.root.join(read.bin.folder).join("activate");
    let head = read.system.read_head(&path, ACTIVATE_HEAD).ok()?;
    virtual_env(&String::from_utf8_lossy(&head))
        .map(PathBuf::from)
        .filter(|path| read.system.platform().is_absolute(path))
}

/// The environment that the script `pip` belongs to, by the Python in its first lines.
fn read_pip(read: &Read<'_>) -> Option<PathBuf> {
    if read.system.platform().is_windows() {
        // A program there, with the path at its end.
        return None;
    }
    let head = read.system.read_head(&read.root.join(read.bin.folder).join("pip"), SCRIPT_HEAD).ok()?;
    let python = PathBuf::from(interpreter(&String::from_utf8_lossy(&head))?);
    let bin = python.parent().filter(|bin| bin.file_name().is_some_and(|name| name == read.bin.folder))?;
    let is_python = python.file_name()?.to_str()?;
    let is_python = is_python.starts_with("python") || is_python.starts_with("pypy");
    bin.parent().filter(|root| is_python && root.is_absolute()).map(Path::to_owned)
}

/// The value of `VIRTUAL_ENV` in a shell script, if it is a plain path.
///
/// `venv` writes `VIRTUAL_ENV="/p"`, and since 3.13 `/p` or `'/p'` as the shell needs it; uv writes `'/p'`, and
/// virtualenv both. What is put together when the script runs, `$(…)`, is no path.
fn virtual_env(script: &str) -> Option<String> {
    script.lines().find_map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line);
        shell_word(line.strip_prefix("VIRTUAL_ENV=")?).filter(|value| !value.is_empty())
    })
}

/// The interpreter of a script: behind `#!`, or, where that would be too long or has a space in it, behind
/// `'''exec'` on the second line.
fn interpreter(script: &str) -> Option<String> {
    let mut lines = script.lines();
    let first = lines.next()?.strip_prefix("#!")?.trim();
    if first != "/bin/sh" {
        return Some(first.to_owned());
    }
    shell_word(lines.next()?.strip_prefix("'''exec' ")?)
}

/// The first word of `text` as a shell would understand it; `None` where a shell would put something in its place.
fn shell_word(text: &str) -> Option<String> {
    let mut word = String::new();
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\'', Some('\'')) | ('"', Some('"')) => quote = None,
            (c, Some('\'')) => word.push(c),
            ('$' | '`', _) => return None,
            ('\\', Some(_)) => match chars.next()? {
                c @ ('"' | '\\' | '$' | '`') => word.push(c),
                c => word.extend(['\\', c]),
            },
            (c, Some(_)) => word.push(c),
            ('\'' | '"', None) => quote = Some(c),
            ('\\', None) => word.push(chars.next()?),
            (c, None) if c.is_whitespace() || c == ';' => break,
            (c, None) => word.push(c),
        }
    }
    quote.is_none().then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_activate_names_its_environment() {
        for (script, path) in [
            ("deactivate () {\n}\nVIRTUAL_ENV=\"/p/my env\"\nexport VIRTUAL_ENV\n", "/p/my env"),
            (
                "case x in\n    VIRTUAL_ENV=$(cygpath /p/.venv)\n    ;;\n  *)\n    export VIRTUAL_ENV=/p/.venv\n",
                "/p/.venv",
            ),
            ("VIRTUAL_ENV='/p/it'\"'\"'s'\nVIRTUAL_ENV=$(cygpath -u \"$VIRTUAL_ENV\")\n", "/p/it's"),
            ("    VIRTUAL_ENV=\"$CURRENT_ENV\"\n    VIRTUAL_ENV='C:\\p\\.venv'\r\n", "C:\\p\\.venv"),
            ("export VIRTUAL_ENV=\"C:\\p\\.venv\"\n", "C:\\p\\.venv"),
        ] {
            assert_eq!(virtual_env(script).as_deref(), Some(path), "{script}");
        }
        for script in [
            "VIRTUAL_ENV=''\"$(dirname -- \"$(dirname -- \"$SCRIPT_PATH\")\")\"''\n",
            "VIRTUAL_ENV=\nVIRTUAL_ENV_PROMPT=x\n",
            "unset VIRTUAL_ENV\n",
            "VIRTUAL_ENV='/p\n",
        ] {
            assert_eq!(virtual_env(script), None, "{script}");
        }
    }

    #[test]
    fn every_script_names_its_python() {
        for (script, python) in [
            ("#!/p/.venv/bin/python3.12\nimport re\n", "/p/.venv/bin/python3.12"),
            ("#!/bin/sh\n'''exec' \"/p/my env/bin/python\" \"$0\" \"$@\"\n' '''\n", "/p/my env/bin/python"),
            ("#!/bin/sh\n'''exec' '/p/my env/bin/python' \"$0\" \"$@\"\n' '''\n", "/p/my env/bin/python"),
            ("#!/bin/sh\n'''exec' /p/long/bin/python \"$0\" \"$@\"\n' '''\n", "/p/long/bin/python"),
        ] {
            assert_eq!(interpreter(script).as_deref(), Some(python), "{script}");
        }
        let relocatable =
            "#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\" \"$@\"\n";
        assert_eq!(interpreter(relocatable), None);
        assert_eq!(interpreter("import os\n"), None);
    }
}
