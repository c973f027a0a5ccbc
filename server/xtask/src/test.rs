//! `cargo xtask test`: everything that has to hold, from the layout of the code to real editors.
//!
//! Each part runs to its end whatever became of the others. The last line of the output is the plain count.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use test_support::index::Index;

use crate::terminal::{Color, Style, Terminal, shortened};
use crate::{loopback, project};

#[derive(Args)]
pub(crate) struct Options {
    /// Run only this part; may be given several times
    #[arg(long, value_enum, value_name = "PART")]
    only: Vec<Part>,
    /// Leave out the tests in real editors
    #[arg(long)]
    skip_editors: bool,
    /// Do not fail where an editor cannot be set up on this machine
    #[arg(long)]
    allow_missing_editors: bool,
}

/// True if nothing failed.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> anyhow::Result<bool> {
    if project::program("python3").or_else(|| project::program("python")).is_none() {
        bail!("the tests make environments, and there is no Python on PATH");
    }
    let is_wanted = |part: &Part| match options.only.as_slice() {
        [] => !(options.skip_editors && part.is_editor()),
        only => only.contains(part),
    };
    let mut results = Vec::new();
    for part in Part::value_variants().iter().copied().filter(is_wanted) {
        terminal.step(part.title());
        let started = Instant::now();
        let outcome = part.run().unwrap_or_else(|error| Outcome::failed(format!("{error:#}")));
        let may_be_missing = options.allow_missing_editors || !part.sets_itself_up();
        let outcome = if may_be_missing { outcome } else { outcome.with_missing_as_failed() };
        match &outcome.reason {
            Some(reason) if outcome.failed > 0 => terminal.error(reason),
            Some(reason) => terminal.line(reason),
            None => {}
        }
        results.push((part, outcome, started.elapsed()));
    }

    terminal.step("Summary");
    for (part, outcome, took) in &results {
        terminal.line(&summary(*part, outcome, *took, terminal));
    }
    let total =
        |count: fn(&Outcome) -> usize| results.iter().map(|(_, outcome, _)| count(outcome)).sum::<usize>();
    let failed = total(|outcome| outcome.failed);
    terminal.line(&format!("{} passed, {failed} failed", total(|outcome| outcome.passed)));
    Ok(failed == 0)
}

/// In the order in which they run: what says most about a mistake in the shortest time comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Format,
    Lints,
    Docs,
    Tests,
    Neovim,
    Vscode,
    Emacs,
    Helix,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    passed: usize,
    failed: usize,
    /// Why it failed, or why it was not run.
    reason: Option<String>,
}

/// What a command said, besides having said it.
struct Said {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

/// The exit status of an editor's tests that cannot be set up on this machine.
const NOT_SET_UP: i32 = 77;

impl Part {
    fn is_editor(self) -> bool {
        match self {
            Part::Neovim | Part::Vscode | Part::Emacs | Part::Helix => true,
            Part::Format | Part::Lints | Part::Docs | Part::Tests => false,
        }
    }

    /// Whether it fetches what it needs; the others run where their editor is installed already.
    fn sets_itself_up(self) -> bool {
        !matches!(self, Part::Emacs | Part::Helix)
    }

    fn name(self) -> &'static str {
        match self {
            Part::Format => "format",
            Part::Lints => "lints",
            Part::Docs => "docs",
            Part::Tests => "tests",
            Part::Neovim => "neovim",
            Part::Vscode => "vscode",
            Part::Emacs => "emacs",
            Part::Helix => "helix",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Part::Format => "Format: cargo fmt --check",
            Part::Lints => "Lints: cargo clippy",
            Part::Docs => "Docs: cargo doc",
            Part::Tests => "Tests: cargo test",
            Part::Neovim => "Neovim: tests/editors/neovim",
            Part::Vscode => "VS Code: tests/editors/vscode",
            Part::Emacs => "Emacs: tests/editors/emacs",
            Part::Helix => "Helix: tests/editors/helix",
        }
    }

    fn run(self) -> anyhow::Result<Outcome> {
        match self {
            Part::Format => check(&mut project::cargo(&["fmt", "--all", "--check"])),
            Part::Lints => {
                let arguments = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
                check(&mut project::cargo(&arguments))
            }
            Part::Docs => {
                let mut doc = project::cargo(&["doc", "--workspace", "--no-deps", "--quiet"]);
                check(doc.env("RUSTDOCFLAGS", "-Dwarnings"))
            }
            Part::Tests => tests(),
            Part::Neovim => editor("bash", "tests/editors/neovim/run.sh"),
            Part::Vscode => editor("node", "tests/editors/vscode/run.mjs"),
            Part::Emacs => editor("bash", "tests/editors/emacs/run.sh"),
            Part::Helix => editor("bash", "tests/editors/helix/run.sh"),
        }
    }
}

impl Outcome {
    fn failed(reason: String) -> Outcome {
        Outcome { passed: 0, failed: 1, reason: Some(reason) }
    }

    fn not_run(reason: &str) -> Outcome {
        Outcome { passed: 0, failed: 0, reason: Some(format!("not run: {reason}")) }
    }

    fn is_not_run(&self) -> bool {
        self.passed == 0 && self.failed == 0
    }

    fn with_missing_as_failed(self) -> Outcome {
        Outcome { failed: if self.is_not_run() { 1 } else { self.failed }, ..self }
    }

    /// The counts, made to agree with an exit status that says that something went wrong.
    fn judged(self, status: ExitStatus) -> Outcome {
        if status.success() || self.failed > 0 {
            return self;
        }
        Outcome { failed: 1, reason: Some(format!("it ended with {status}")), ..self }
    }
}

/// A command that is one check, and speaks to the terminal itself.
fn check(command: &mut Command) -> anyhow::Result<Outcome> {
    let status =
        command.status().with_context(|| format!("`{}` cannot be run", project::display(command)))?;
    Ok(Outcome { passed: usize::from(status.success()), ..Outcome::default() }.judged(status))
}

fn tests() -> anyhow::Result<Outcome> {
    let mut command = project::cargo(&["test", "--workspace", "--no-fail-fast", "--", "--show-output"]);
    let tools = installers().unwrap_or_else(|error| {
        Terminal::new(Color::Auto).error(&format!("uv and virtualenv cannot be set up: {error:#}"));
        Vec::new()
    });
    // Behind what is there already: a machine's own uv is the one that its user would use.
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::env::split_paths(&path).chain(tools))?;
    let said = listen(command.env("VENV_LSP_CACHE", project::cache()).env("PATH", path))?;
    let mut outcome = cargo_test_counts(&said.stdout).judged(said.status);
    let mut skipped: Vec<&str> = said.stdout.lines().filter(|line| line.starts_with("skipped: ")).collect();
    skipped.dedup();
    if outcome.reason.is_none() && !skipped.is_empty() {
        outcome.reason = Some(skipped.join("\n"));
    }
    Ok(outcome)
}

/// The folders of uv and virtualenv, fetched where the machine has none: they are among the tools whose
/// environments have to be understood.
fn installers() -> anyhow::Result<Vec<PathBuf>> {
    const TOOLS: [&str; 2] = ["uv==0.13.9", "virtualenv==21.15.8"];
    let folder = project::cache().join("installers");
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let is_there = |name: &str| programs.join(name).with_extension(std::env::consts::EXE_EXTENSION).is_file();
    if !["uv", "virtualenv"].into_iter().all(is_there) {
        let python =
            project::program("python3").or_else(|| project::program("python")).context("no Python")?;
        let quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        project::run(Command::new(&python).args(["-m", "venv", "--clear"]).arg(&folder))?;
        project::run(Command::new(programs.join("python")).args(quiet).args(TOOLS))?;
    }
    Ok(vec![programs])
}

fn editor(interpreter: &str, script: &str) -> anyhow::Result<Outcome> {
    if !project::root().join(script).is_file() {
        bail!("`{script}` is not there");
    }
    let Some(interpreter_path) = project::program(interpreter) else {
        return Ok(Outcome::not_run(&format!("`{interpreter}` is not on PATH")));
    };
    let server = project::build_server(false)?;
    let index: Index = loopback::serve();
    let cache = project::cache();
    std::fs::create_dir_all(&cache).with_context(|| format!("`{}` cannot be made", cache.display()))?;

    let mut command = Command::new(interpreter_path);
    command.arg(script).current_dir(project::root());
    command.env("VENV_LSP_SERVER", server).env("VENV_LSP_CACHE", cache);
    loopback::lead(&mut command, &index);
    let said = listen(&mut command)?;
    if said.status.code() == Some(NOT_SET_UP) {
        return Ok(Outcome::not_run(reason(&said)));
    }
    let lines = said.stderr.lines().chain(said.stdout.lines());
    // A script that does not count is one test.
    let uncounted = Outcome { passed: usize::from(said.status.success()), ..Outcome::default() };
    Ok(lines.rev().find_map(editor_counts).unwrap_or(uncounted).judged(said.status))
}

/// Runs a command, passing on what it says, and keeps a copy.
fn listen(command: &mut Command) -> anyhow::Result<Said> {
    let name = project::display(command);
    let cannot_run = || format!("`{name}` cannot be run");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().with_context(cannot_run)?;
    let stdout = child.stdout.take().expect("standard output was asked for as a pipe");
    let stderr = child.stderr.take().expect("standard error was asked for as a pipe");
    let (stdout, stderr) = std::thread::scope(|scope| {
        let errors = scope.spawn(|| pass_on(stderr, io::stderr()));
        let output = pass_on(stdout, io::stdout());
        (output, errors.join().expect("passing lines on does not panic"))
    });
    let status = child.wait().with_context(cannot_run)?;
    Ok(Said { status, stdout, stderr })
}

fn pass_on(from: impl Read, mut to: impl Write) -> String {
    let mut all = String::new();
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // A reader that has gone away is no reason to stop the tests.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        all.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    all
}

/// The sum of all `test result: ok. 13 passed; 0 failed; …`.
fn cargo_test_counts(output: &str) -> Outcome {
    let mut sum = Outcome::default();
    for line in output.lines().filter_map(|line| line.strip_prefix("test result: ")) {
        sum.passed += number_before(line, " passed").unwrap_or(0);
        sum.failed += number_before(line, " failed").unwrap_or(0);
    }
    sum
}

/// `13 passed, 0 failed`, and nothing else.
fn editor_counts(line: &str) -> Option<Outcome> {
    let (passed, failed) = line.trim().strip_suffix(" failed")?.split_once(" passed, ")?;
    Some(Outcome { passed: passed.parse().ok()?, failed: failed.parse().ok()?, reason: None })
}

fn number_before(text: &str, word: &str) -> Option<usize> {
    text.split(';').find_map(|part| part.strip_suffix(word)?.rsplit(' ').next()?.parse().ok())
}

/// The last thing that a run said before it gave up, which is on standard error if anything is.
fn reason(said: &Said) -> &str {
    let last = |text| {
        str::lines(text).rev().map(str::trim).find(|line| !line.is_empty() && editor_counts(line).is_none())
    };
    let line = last(&said.stderr).or_else(|| last(&said.stdout)).unwrap_or("it gave no reason");
    line.trim_start_matches("not run: ").trim_start_matches("skipped: ")
}

fn summary(part: Part, outcome: &Outcome, took: Duration, terminal: &Terminal) -> String {
    let (mark, style) = match outcome {
        Outcome { failed: 1.., .. } => ("✗", Style::Red),
        Outcome { passed: 0, .. } => ("–", Style::Yellow),
        Outcome { .. } => ("✓", Style::Green),
    };
    let text = match (&outcome.reason, outcome.failed) {
        (Some(reason), failed) if failed > 0 || outcome.passed == 0 => reason.clone(),
        (Some(reason), _) => format!("{} passed, {} skipped", outcome.passed, reason.lines().count()),
        (None, 0) => format!("{} passed", outcome.passed),
        (None, failed) => format!("{} passed, {failed} failed", outcome.passed),
    };
    let text = shortened(&text, 52);
    format!("  {} {:<8}  {text:<52}  {:>7.1} s", terminal.paint(style, mark), part.name(), took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_all_test_binaries_are_added_up() {
        let output = "running 13 tests\n\
            test result: ok. 13 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test wheel ... ok\n\
            test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n";
        assert_eq!(cargo_test_counts(output), Outcome { passed: 15, failed: 3, reason: None });
    }

    #[test]
    fn an_editors_own_count_is_read() {
        assert_eq!(editor_counts("4 passed, 1 failed"), Some(Outcome { passed: 4, failed: 1, reason: None }));
        assert_eq!(editor_counts("ok 4 passed, 1 failed"), None);
        assert_eq!(editor_counts("4 passed"), None);
    }

    #[test]
    fn an_editor_that_is_missing_fails_unless_it_may_be() {
        assert_eq!(Outcome::not_run("x").failed, 0);
        assert_eq!(Outcome::not_run("x").with_missing_as_failed().failed, 1);
        let counted = Outcome { passed: 3, failed: 0, reason: None };
        assert_eq!(counted.with_missing_as_failed().failed, 0);
    }
}
