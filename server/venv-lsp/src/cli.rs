//! The command line: the editor's answers, for a terminal and for CI.

mod activate;
mod check;
mod env;
mod find;
mod fix;
mod reference;
mod requirements;
mod rule;
mod text;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use rustc_hash::FxHashMap;
use serde::Serialize;
use venv_analysis::{Config, Installer, RULES, find_rule};
use venv_discovery::OsSystem;

use crate::effects::{settle_unfinished, state_folder};
use crate::positions::{Encoding, LineIndex};
use crate::reader::{FactReader, Question};

/// Python environments and requirements: what a file asks for, what is missing, and how to get it there.
#[derive(Parser)]
#[command(name = "venv-lsp", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

impl Arguments {
    /// Whether it is an editor that reads what is printed.
    pub fn is_server(&self) -> bool {
        matches!(self.command, Command::Server { .. })
    }
}

#[derive(Subcommand)]
enum Command {
    /// Speak LSP on stdin and stdout; editors start this
    Server {
        /// Accepted because some editors pass it; it is what happens anyway
        #[arg(long)]
        stdio: bool,
    },
    /// Say what is wrong with files that ask for packages, and with the environment that serves them
    Check(Check),
    /// Make an environment where none serves, install what is missing, and check again
    Fix(Fix),
    /// Say which environment serves a path, why, whether it is well, and how to activate it
    Env(Env),
    /// Show every requirement and option of a file as it is understood
    Requirements(Requirements),
    /// List the rules, or show the page of one
    Rule {
        /// The rule's code, such as requirement-not-installed
        code: Option<String>,
    },
    /// Print a generated page of the reference
    #[command(hide = true)]
    Reference { page: String },
}

#[derive(Args)]
struct Check {
    /// Files that ask for packages, and folders to search for them
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    output_format: CheckFormat,
    /// Only these rules
    #[arg(long, value_delimiter = ',', value_name = "CODE", value_parser = codes())]
    select: Vec<String>,
    /// Not these rules
    #[arg(long, value_delimiter = ',', value_name = "CODE", value_parser = codes())]
    ignore: Vec<String>,
    #[command(flatten)]
    named: NamedEnvironment,
}

#[derive(Args)]
struct Fix {
    /// Files that ask for packages, and folders to search for them
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Print what would be run, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// The Python for a new environment: a version such as 3.12, or a path
    #[arg(long, value_name = "VERSION|PATH")]
    python: Option<String>,
    /// Let uv fetch a Python for a new environment, where none that is here fits
    #[arg(long, conflicts_with = "python")]
    fetch_python: bool,
    /// What makes environments and installs into them
    #[arg(long, default_value = "auto", value_parser = PossibleValuesParser::new(Installer::ALL.map(Installer::as_str)))]
    installer: String,
    /// Then uninstall what no file asks for, after a list of it and a question
    #[arg(long)]
    uninstall_unused: bool,
    /// Do not ask before that
    #[arg(long, requires = "uninstall_unused")]
    yes: bool,
    #[command(flatten)]
    named: NamedEnvironment,
}

#[derive(Args)]
struct Env {
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Also what was considered, every other environment below the folder and in the places of tools, and the Pythons
    #[arg(long)]
    all: bool,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    output_format: Format,
    #[command(flatten)]
    named: NamedEnvironment,
}

#[derive(Args)]
struct Requirements {
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    output_format: Format,
    #[command(flatten)]
    named: NamedEnvironment,
}

#[derive(Args)]
struct NamedEnvironment {
    /// Use this environment, whatever lies around
    #[arg(long, value_name = "PATH")]
    environment: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    Text,
    Json,
    Sarif,
    Github,
}

/// What a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Clean,
    /// Something was found, or was not put right.
    Found,
}

pub fn run(arguments: Arguments) -> ExitCode {
    match arguments.command {
        Command::Fix(_) | Command::Env(_) => resume(),
        Command::Server { .. }
        | Command::Check(_)
        | Command::Requirements(_)
        | Command::Rule { .. }
        | Command::Reference { .. } => {}
    }
    let result = match arguments.command {
        Command::Server { stdio: _ } => {
            return crate::server::serve().unwrap_or_else(|error| failed(&error));
        }
        Command::Check(check) => check::run(&check),
        Command::Fix(fix) => fix::run(&fix),
        Command::Env(env) => env::run(&env),
        Command::Requirements(requirements) => requirements::run(&requirements),
        Command::Rule { code } => rule::run(code.as_deref()),
        Command::Reference { page } => reference::run(&page),
    };
    match result {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Found) => ExitCode::FAILURE,
        Err(error) => failed(&error),
    }
}

/// Puts right what an earlier run left when it was killed, before anything is read.
fn resume() {
    let state = state_folder(&OsSystem::new());
    for resumed in state.map(|state| settle_unfinished(&state)).unwrap_or_default() {
        warn(&resumed.message);
    }
}

impl NamedEnvironment {
    /// The same, where the environment that was named is one: another one is never used instead.
    fn question_of(&self, reader: &FactReader, workspace_root: Option<PathBuf>) -> anyhow::Result<Question> {
        let question = self.question(workspace_root)?;
        if let Some((path, _)) = &question.named {
            anyhow::ensure!(path.exists(), "`--environment {}`: nothing is there", shown(path));
            anyhow::ensure!(
                !path.is_dir() || reader.environment(path).is_some(),
                "`--environment {}`: this is no environment, for it has neither `pyvenv.cfg` nor `conda-meta`",
                shown(path)
            );
        }
        Ok(question)
    }

    fn question(&self, workspace_root: Option<PathBuf>) -> anyhow::Result<Question> {
        let named = match &self.environment {
            Some(path) => Some((std::path::absolute(path)?, "named by `--environment`".to_owned())),
            None => None,
        };
        Ok(Question { workspace_root, named, ..Question::default() })
    }
}

fn codes() -> PossibleValuesParser {
    PossibleValuesParser::new(RULES.iter().map(|rule| rule.code))
}

fn config(select: &[String], ignore: &[String]) -> Config {
    let mut severities = FxHashMap::default();
    for rule in RULES {
        let selected = select.is_empty() || select.iter().any(|code| code == rule.code);
        if !selected || ignore.iter().any(|code| code == rule.code) {
            severities.insert(rule.code, None);
        }
    }
    // A rule that is off by default is on when it is asked for.
    for rule in select.iter().filter_map(|code| find_rule(code)) {
        severities.entry(rule.code).or_insert(Some(rule.severity));
    }
    Config { severities, ..Config::default() }
}

/// Writes to stdout. A reader that has gone away, as `| head` does, is not an error.
fn print(text: &str) -> anyhow::Result<()> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    print(&text)
}

fn failed(error: &anyhow::Error) -> ExitCode {
    warn(&format!("{error:#}"));
    ExitCode::from(2)
}

fn warn(message: &str) {
    // There is nowhere left to say it if stderr is closed.
    writeln!(io::stderr(), "venv-lsp: {message}").ok();
}

/// The path as the user would write it: relative to the current folder where it lies in it.
fn shown(path: &Path) -> String {
    let current = std::env::current_dir().ok();
    let relative = current.as_deref().and_then(|current| path.strip_prefix(current).ok());
    let path = relative.filter(|path| !path.as_os_str().is_empty()).unwrap_or(path);
    venv_analysis::plain(&path.to_string_lossy())
}

/// The 1-based column of an offset, in characters.
fn column(index: &LineIndex, text: &str, offset: u32) -> u32 {
    index.position(text, offset, Encoding::Utf32).character + 1
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }
}
