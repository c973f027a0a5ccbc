//! `cargo xtask install`: the server and an editor's extension, built from this checkout and put where the editor
//! looks for them.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use clap::Args;

use crate::project;
use crate::terminal::Terminal;

#[derive(Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Options {
    /// The extension of VS Code and its kin, with the server inside; needs Node
    #[arg(long)]
    vscode: bool,
    /// The plugin of Neovim 0.11 or newer, and the server beside cargo's other programs
    #[arg(long)]
    neovim: bool,
}

/// True unless something stays to be done by hand that nothing works without.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> anyhow::Result<bool> {
    if options.neovim {
        neovim(terminal)?;
    }
    if options.vscode {
        vscode(terminal)?;
    }
    Ok(true)
}

/// In the order in which they are looked for on `PATH`.
const VSCODES: [&str; 4] = ["code", "code-insiders", "codium", "cursor"];

fn neovim(terminal: &Terminal) -> anyhow::Result<()> {
    terminal.step("Installing the server");
    project::run(&mut project::cargo(&["install", "--path", "server/venv-lsp", "--locked", "--force"]))?;

    terminal.step("Installing the plugin");
    let target = neovim_data(&variable)?.join("site/pack/venv-lsp/start/venv-lsp");
    let way = place(&project::root().join("editors/neovim"), &target)?;
    terminal.line(&format!("{way} `{}`", target.display()));

    terminal.step("To do by hand");
    if project::program("venv-lsp").is_none() {
        terminal.line("Put cargo's folder of programs on PATH; cargo has named it above.");
    }
    let configuration = neovim_configuration(&variable)?;
    match std::fs::read_to_string(&configuration) {
        Ok(text) if text.contains("venv_lsp") => {
            terminal.line(&format!("Nothing: `{}` names `venv_lsp` already.", configuration.display()));
        }
        Ok(_) | Err(_) => {
            terminal.line(&format!("Add this line to `{}`:\n", configuration.display()));
            terminal.line("    vim.lsp.enable('venv_lsp')");
        }
    }
    Ok(())
}

fn vscode(terminal: &Terminal) -> anyhow::Result<()> {
    let npm =
        project::program("npm").context("the extension is built with Node, and there is no `npm` on PATH")?;
    let extension = project::root().join("editors/vscode");

    terminal.step("Building the server");
    let server = project::build_server(true)?;
    let target = extension.join("server").join(server.file_name().context("the server has a file name")?);
    std::fs::create_dir_all(extension.join("server")).context("`editors/vscode/server` cannot be made")?;
    std::fs::copy(&server, &target).with_context(|| format!("`{}` cannot be written", target.display()))?;

    terminal.step("Building the extension");
    let started = std::time::SystemTime::now();
    let npm = |arguments: &[&str]| {
        let quiet = "--loglevel=error";
        let mut command = Command::new(&npm);
        project::run(
            command.args(arguments).arg(quiet).env("NO_UPDATE_NOTIFIER", "1").current_dir(&extension),
        )
    };
    npm(&["ci", "--no-audit", "--no-fund"])?;
    npm(&["run", "package"])?;
    let package =
        newest_package(&extension).context("`npm run package` has left no .vsix in editors/vscode")?;
    if package.metadata().and_then(|metadata| metadata.modified()).is_ok_and(|modified| modified < started) {
        bail!("`npm run package` has left only an old `{}`", package.display());
    }

    terminal.step("Installing the extension");
    match VSCODES.iter().find_map(|name| project::program(name)) {
        Some(code) => {
            project::run(Command::new(code).arg("--install-extension").arg(&package).arg("--force"))
        }
        None => {
            terminal.line(&format!("None of {} is on PATH, so this is left to you.", VSCODES.join(", ")));
            terminal.line("In the editor, run “Extensions: Install from VSIX…” and choose\n");
            terminal.line(&format!("    {}", package.display()));
            Ok(())
        }
    }
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Neovim's folder for data, by the same variables as Neovim finds it.
fn neovim_data(variable: &dyn Fn(&str) -> Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let name = variable("NVIM_APPNAME").unwrap_or_else(|| "nvim".into());
    if cfg!(windows) {
        let base = variable("XDG_DATA_HOME").or_else(|| variable("LOCALAPPDATA"));
        let mut name = name.into_os_string();
        name.push("-data");
        return Ok(base.context("neither XDG_DATA_HOME nor LOCALAPPDATA is set")?.join(name));
    }
    Ok(base(variable, "XDG_DATA_HOME", ".local/share")?.join(name))
}

/// Neovim's `init.lua`.
fn neovim_configuration(variable: &dyn Fn(&str) -> Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let name = variable("NVIM_APPNAME").unwrap_or_else(|| "nvim".into());
    let base = match variable("LOCALAPPDATA").filter(|_| cfg!(windows)) {
        Some(local) => variable("XDG_CONFIG_HOME").unwrap_or(local),
        None => base(variable, "XDG_CONFIG_HOME", ".config")?,
    };
    Ok(base.join(name).join("init.lua"))
}

fn base(variable: &dyn Fn(&str) -> Option<PathBuf>, name: &str, below_home: &str) -> anyhow::Result<PathBuf> {
    let below_home = || variable("HOME").map(|home| home.join(below_home));
    variable(name).or_else(below_home).with_context(|| format!("neither {name} nor HOME is set"))
}

/// Links the folder, so that it changes with the checkout; where links are not allowed, copies it.
/// Replaces an earlier link or copy of it, and nothing else.
fn place(from: &Path, to: &Path) -> anyhow::Result<&'static str> {
    if !from.join(MARK).is_file() {
        bail!("`{}` is not the plugin", from.display());
    }
    if let Ok(metadata) = to.symlink_metadata() {
        let is_ours = metadata.is_symlink() || to.join(MARK).is_file();
        if !is_ours {
            bail!("`{}` is something else; move it away first", to.display());
        }
        let removed = if metadata.is_dir() { std::fs::remove_dir_all(to) } else { std::fs::remove_file(to) };
        removed.with_context(|| format!("`{}` cannot be replaced", to.display()))?;
    }
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("`{}` cannot be made", parent.display()))?;
    }
    if link(from, to).is_ok() {
        return Ok("Linked to this checkout from");
    }
    project::copy_folder(from, to)?;
    Ok("Copied to")
}

/// The file by which the plugin is known.
const MARK: &str = "lsp/venv_lsp.lua";

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(not(unix))]
fn link(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

fn newest_package(folder: &Path) -> Option<PathBuf> {
    let modified = |path: &PathBuf| path.metadata().and_then(|metadata| metadata.modified()).ok();
    let entries = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "vsix")).max_by_key(modified)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plugin(folder: &Path) -> PathBuf {
        let plugin = folder.join("plugin");
        std::fs::create_dir_all(plugin.join("lsp")).unwrap();
        std::fs::write(plugin.join(MARK), "return {}").unwrap();
        plugin
    }

    #[test]
    fn the_plugin_is_placed_again_and_again() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("data/site/pack/venv-lsp/start/venv-lsp");
        for _ in 0..2 {
            place(&plugin(folder.path()), &to).unwrap();
            assert!(to.join(MARK).is_file());
        }
        assert!(plugin(folder.path()).join(MARK).is_file());
    }

    #[test]
    fn a_copy_is_replaced_and_anything_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("there");
        project::copy_folder(&plugin(folder.path()), &to).unwrap();
        place(&plugin(folder.path()), &to).unwrap();

        let other = folder.path().join("other");
        std::fs::create_dir_all(other.join("precious")).unwrap();
        let error = place(&plugin(folder.path()), &other).unwrap_err();
        assert!(error.to_string().ends_with("is something else; move it away first"), "{error}");
        assert!(other.join("precious").is_dir());
    }

    #[cfg(unix)]
    #[test]
    fn neovims_folders_follow_its_variables() {
        let of = |set: &'static [(&str, &str)]| {
            move |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| PathBuf::from(value))
        };
        let home = of(&[("HOME", "/h")]);
        assert_eq!(neovim_data(&home).unwrap(), Path::new("/h/.local/share/nvim"));
        assert_eq!(neovim_configuration(&home).unwrap(), Path::new("/h/.config/nvim/init.lua"));
        let own = of(&[
            ("HOME", "/h"),
            ("XDG_DATA_HOME", "/d"),
            ("XDG_CONFIG_HOME", "/c"),
            ("NVIM_APPNAME", "mine"),
        ]);
        assert_eq!(neovim_data(&own).unwrap(), Path::new("/d/mine"));
        assert_eq!(neovim_configuration(&own).unwrap(), Path::new("/c/mine/init.lua"));
        assert!(neovim_data(&of(&[])).is_err());
    }
}
