//! `cargo xtask try`: an editor's session with the server just built, played on a copy of the playground and drawn
//! as an editor shows it. What is drawn is what the server said, and what is installed is really installed.
//!
//! It installs from the index that pip and uv use on this machine. Where that fails, it plays the same with an index
//! on loopback and distributions made on the spot, and says so.

mod screen;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::client::{Client, editor_capabilities};
use test_support::index::Index;
use test_support::wheel::normalized;

use self::screen::Screen;
use crate::terminal::{Terminal, clean};
use crate::{loopback, project};

#[derive(Args)]
pub(crate) struct Options {
    /// Do not try the real index: install made-up distributions from an index on loopback
    #[arg(long)]
    offline: bool,
    /// Seconds that the real installation may take
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    time_limit: u64,
    /// Use an optimised build of the server
    #[arg(long, conflicts_with = "server")]
    release: bool,
    /// Use this server instead of building one
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,
}

/// True if the file was clean at the end.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> anyhow::Result<bool> {
    let server = match &options.server {
        Some(path) => path.canonicalize().with_context(|| format!("there is no `{}`", path.display()))?,
        None => {
            terminal.step("Building the server");
            project::build_server(options.release)?
        }
    };

    if !options.offline {
        let stage = Stage::new(&server, None)?;
        let limit = Duration::from_secs(options.time_limit);
        match play(&stage, terminal, limit)? {
            Ending::Clean => return Ok(true),
            Ending::NotClean => return Ok(false),
            Ending::NotInstalled => {}
        }
        terminal.line("");
        terminal.line("It could not be installed, so there may be no way from here to the package index.");
        terminal.line("The same once more, with an index on this machine and made-up distributions:");
    }

    let stage = Stage::new(&server, Some(loopback::serve()))?;
    Ok(play(&stage, terminal, Duration::from_secs(120))? == Ending::Clean)
}

/// What the playground's requirements file asks for.
const WANTED: &str = "langchain-ollama";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Clean,
    NotClean,
    /// The server said that the installation has failed.
    NotInstalled,
}

/// A playground of its own for one session; it is removed at the end.
struct Stage {
    folder: TempDir,
    server: PathBuf,
    playground: PathBuf,
    file: PathBuf,
    /// What is installed from; the index that this machine uses if there is none.
    index: Option<Index>,
}

impl Stage {
    fn new(server: &Path, index: Option<Index>) -> anyhow::Result<Stage> {
        let folder = tempfile::tempdir().context("there is no room for a temporary folder")?;
        // The temporary folder is a link on some platforms, and the server speaks of what is behind it.
        let playground = folder.path().canonicalize()?.join("playground");
        project::copy_folder(&project::root().join("tests/projects/playground"), &playground)?;
        let file = playground.join("learnRag").join("requirements.txt");
        Ok(Stage { folder, server: server.into(), playground, file, index })
    }

    /// The server, in an environment that names none: that it may be run from one is not part of the story.
    fn server(&self) -> Command {
        let mut command = Command::new(&self.server);
        command.current_dir(&self.playground);
        for variable in ["VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "CONDA_PREFIX", "CONDA_DEFAULT_ENV"] {
            command.env_remove(variable);
        }
        if let Some(index) = &self.index {
            loopback::lead(&mut command, index);
            loopback::shut_out_the_rest(&mut command, &self.folder.path().join("cache"));
        }
        command
    }
}

fn play(stage: &Stage, terminal: &Terminal, time_limit: Duration) -> anyhow::Result<Ending> {
    let screen = Screen::new(terminal, "learnRag/requirements.txt");
    let text = std::fs::read_to_string(&stage.file).context("the playground has no requirements file")?;

    terminal.step("Opening learnRag/requirements.txt in a copy of tests/projects/playground");
    let mut client = Client::spawn(stage.server().arg("server")).context("the server cannot be started")?;
    client
        .initialize(&[&stage.playground], editor_capabilities(), json!({}))
        .map_err(|error| refused("initialize", &error))?;
    client.open(&stage.file, &text);
    let diagnostics = client.diagnostics(&stage.file, |list| !list.is_empty())?;
    let status = status(&mut client, &stage.file);
    screen.editor(&text, &diagnostics, &status);

    let actions = client
        .code_actions(&stage.file, &diagnostics[0]["range"])
        .map_err(|error| refused("textDocument/codeAction", &error))?;
    let Some(chosen) = choice(&actions) else {
        bail!("the server offers no action that installs anything; is there a Python on this machine?");
    };
    terminal.step("Quick fix");
    screen.menu(&actions, chosen);

    terminal.step("Working");
    let (outcome, took) = perform(&mut client, &actions[chosen], &screen, time_limit)?;
    let message = clean(outcome["message"].as_str().unwrap_or("the server did not say how it went"));
    let is_done = outcome["ok"] == true;
    screen.outcome(is_done, &message, took);
    if !is_done {
        return Ok(Ending::NotInstalled);
    }

    terminal.step("The same file, without a keystroke");
    let is_clean = client.diagnostics(&stage.file, <[Value]>::is_empty).is_ok();
    let left = client.known_diagnostics(&stage.file).to_vec();
    let status = self::status(&mut client, &stage.file);
    screen.editor(&text, &left, &status);
    client.shutdown()?;

    let installed = installed(stage.server().arg("env").arg(&stage.file).args(["--output-format", "json"]))?;
    screen.installed(&installed, WANTED);
    if stage.index.is_some() {
        screen.note("made up here: langchain-ollama and what it requires, all but their names");
    }
    let is_installed = installed.iter().any(|(name, _)| normalized(name) == WANTED);
    let is_clean = is_clean && is_installed;
    screen.verdict(is_clean, took);
    Ok(if is_clean { Ending::Clean } else { Ending::NotClean })
}

/// The action to choose: the one that the server prefers, or else the first that installs.
fn choice(actions: &[Value]) -> Option<usize> {
    let installs = |action: &Value| {
        action["command"]["command"] == "venv-lsp.createEnvironment"
            && action["command"]["arguments"][0]["install"] == true
    };
    let preferred = actions.iter().position(|action| installs(action) && action["isPreferred"] == true);
    preferred.or_else(|| actions.iter().position(installs))
}

/// Has the action carried out, showing what the server says meanwhile, and gives it up when the time is up.
fn perform(
    client: &mut Client,
    action: &Value,
    screen: &Screen,
    time_limit: Duration,
) -> anyhow::Result<(Value, Duration)> {
    let started = Instant::now();
    client.observe(screen.progress(started));
    let command = &action["command"];
    let params = json!({ "command": command["command"], "arguments": command["arguments"] });
    let id = client.start("workspace/executeCommand", params);
    let usual = std::mem::replace(&mut client.timeout, time_limit);
    let mut answer = client.answer(id);
    client.timeout = usual;
    if matches!(&answer, Err(error) if error["code"] == "no answer")
        && let Some(token) = client.progress.last().map(|progress| progress["token"].clone())
    {
        screen.note(&format!("not done after {} s, so it is cancelled", time_limit.as_secs()));
        client.notify("window/workDoneProgress/cancel", json!({ "token": token }));
        answer = client.answer(id);
    }
    client.observe(|_| {});
    let outcome = answer.map_err(|error| refused("workspace/executeCommand", &error))?;
    Ok((outcome, started.elapsed()))
}

/// What the status bar of an editor says about this file.
fn status(client: &mut Client, file: &Path) -> String {
    let uri = test_support::client::uri_of(file);
    let answer = client.request("venv-lsp/environment", json!({ "uri": uri })).unwrap_or_default();
    let environment = &answer["environment"];
    let Some(path) = environment["path"].as_str() else { return "no environment".into() };
    let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
    clean(&match environment["python"]["version"].as_str() {
        Some(version) => format!("{name} · Python {version}"),
        None => name,
    })
}

/// Names and versions that the environment holds, as the command line reads them from its folder.
fn installed(command: &mut Command) -> anyhow::Result<Vec<(String, String)>> {
    let output = command.output().context("the server cannot be started")?;
    let answer: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("`venv-lsp env` said: {}", String::from_utf8_lossy(&output.stderr)))?;
    let text = |value: &Value| clean(value.as_str().unwrap_or_default());
    let list = answer["environment"]["installed"].as_array().cloned().unwrap_or_default();
    Ok(list.iter().map(|entry| (text(&entry["name"]), text(&entry["version"]))).collect())
}

fn refused(method: &str, error: &Value) -> anyhow::Error {
    let message = error["message"].as_str().unwrap_or("no reason given");
    anyhow::anyhow!("the server did not answer `{method}`: {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(install: bool, is_preferred: bool) -> Value {
        let command =
            json!({ "command": "venv-lsp.createEnvironment", "arguments": [{ "install": install }] });
        json!({ "title": "Create", "isPreferred": is_preferred, "command": command })
    }

    #[test]
    fn the_preferred_action_is_chosen_if_it_installs() {
        let other = json!({ "title": "Refresh", "command": { "command": "venv-lsp.refresh" } });
        assert_eq!(choice(&[action(false, true), action(true, false), action(true, true)]), Some(2));
        assert_eq!(choice(&[other.clone(), action(false, true), action(true, false)]), Some(2));
        assert_eq!(choice(&[other, action(false, false)]), None);
    }
}
