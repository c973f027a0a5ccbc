//! Where things are in this checkout, and how its tools are run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use serde_json::Value;

/// The folder of the checkout.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).expect("this crate is two folders below the project").to_owned()
}

/// Where everything goes that a command fetches.
pub(crate) fn cache() -> PathBuf {
    root().join(".cache")
}

/// `cargo` as it was called, to be run in the checkout.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Builds the server and says where it is. cargo's own output goes to standard error.
pub(crate) fn build_server(is_release: bool) -> anyhow::Result<PathBuf> {
    let mut build = cargo(&["build", "--package", "venv-lsp", "--bin", "venv-lsp"]);
    build.arg("--message-format=json-render-diagnostics");
    if is_release {
        build.arg("--release");
    }
    let output = build.stderr(Stdio::inherit()).output().context("`cargo` cannot be run")?;
    if !output.status.success() {
        bail!("the server cannot be built; cargo says why above");
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    let executable = messages.lines().find_map(executable_of).context("cargo has built no `venv-lsp`")?;
    Ok(executable)
}

/// The full path of a program on `PATH`, with the extensions of the platform.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let extensions: &[&str] = if cfg!(windows) { &["exe", "cmd", "bat"] } else { &[""] };
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| {
            extensions.iter().map(move |extension| folder.join(name).with_extension(extension))
        })
        .find(|candidate| is_executable(candidate))
}

/// Runs a command that speaks to the terminal itself.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let name = display(command);
    let status = command.status().with_context(|| format!("`{name}` cannot be run"))?;
    if !status.success() {
        bail!("`{name}` has failed ({status})");
    }
    Ok(())
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    let copying = || format!("`{}` cannot be copied to `{}`", from.display(), to.display());
    std::fs::create_dir_all(to).with_context(copying)?;
    for entry in std::fs::read_dir(from).with_context(copying)? {
        let entry = entry.with_context(copying)?;
        let target = to.join(entry.file_name());
        if entry.file_type().with_context(copying)?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target).with_context(copying)?;
        }
    }
    Ok(())
}

/// The command as a person would type it.
pub(crate) fn display(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_else(|| command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

fn executable_of(line: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    if message["target"]["name"] != "venv-lsp" {
        return None;
    }
    message["executable"].as_str().map(PathBuf::from)
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_where_the_workspace_is() {
        assert!(root().join("Cargo.toml").is_file());
        assert!(root().join("tests/projects/playground").is_dir());
    }

    #[test]
    fn the_executable_is_taken_from_what_cargo_says() {
        let line =
            r#"{"reason":"compiler-artifact","target":{"name":"venv-lsp"},"executable":"/t/debug/venv-lsp"}"#;
        assert_eq!(executable_of(line), Some(PathBuf::from("/t/debug/venv-lsp")));
        assert_eq!(executable_of(&line.replace("\"venv-lsp\"}", "\"serde\"}")), None);
        assert_eq!(executable_of("warning: something"), None);
    }

    #[test]
    fn commands_are_shown_as_they_are_typed() {
        let mut command = Command::new("/usr/bin/npm");
        command.args(["run", "package"]);
        assert_eq!(display(&command), "npm run package");
    }
}
