//! `cargo xtask bench`: how fast the server and the command line are, beside the tools that answer the same and
//! beside the least that is possible, in one table.
//!
//! Ours and what is beside it run in turn, round after round, and ratios are taken within a round: what else the
//! machine does then falls on both. What is measured with is made up once and kept, and so are the readers of
//! others; apart from that no package index is asked.

pub(crate) mod floor;
mod material;
mod monorepo;
mod parsers;
mod processes;
mod rows;
mod table;
pub(crate) mod trees;
mod usage;
mod visit;
mod wire;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::{Value, json};

use self::material::{File, Workspace};
use self::processes::{Job, Tools};
use self::rows::{Group, Visits, server_groups};
use self::table::{Beside, Goal, Row, Unit};
use self::visit::{Program, Visit};
use crate::project;
use crate::terminal::{Style, Terminal, wrapped};

#[derive(Args)]
pub(crate) struct Options {
    /// Fewer rounds and edits: to see that it works, not to compare
    #[arg(long)]
    quick: bool,
    /// Rounds to take the medians of
    #[arg(long, value_name = "NUMBER", default_value_t = 7)]
    rounds: usize,
    /// Print the table as JSON, with the values of every round
    #[arg(long)]
    json: bool,
    /// Only the server, the command line, repositories of many projects, or the readers of requirements files
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Measure this server instead of building one
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,
    /// `python_files/installed_check.py` of the Python extension of VS Code, to measure beside
    #[arg(long, value_name = "PATH")]
    installed_check: Option<PathBuf>,
    /// The uv to measure beside, instead of the one on PATH
    #[arg(long, value_name = "PATH")]
    uv: Option<PathBuf>,
    /// Build uv's reader of requirements files, to measure beside; takes minutes, once
    #[arg(long)]
    uv_parser: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Server,
    CommandLine,
    Repositories,
    Parsers,
}

/// True if every goal was met.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> anyhow::Result<bool> {
    if cfg!(debug_assertions) {
        return optimised(options);
    }
    let server = options.server.clone().context("the server to measure is given with `--server`")?;
    let bench = Bench {
        server: server.canonicalize().with_context(|| format!("there is no `{}`", server.display()))?,
        tools: Tools::find(options.installed_check.as_deref(), options.uv.as_deref())?,
        rounds: if options.quick { 3 } else { options.rounds.max(1) },
        edits: if options.quick { 40 } else { 200 },
        is_quiet: options.json,
        terminal: *terminal,
    };
    bench.say("Making what is measured with");
    let workspaces = material::prepare(&bench.tools.python)?;
    let mut groups = Vec::new();
    let wants = |part| options.only.is_none_or(|only| only == part);
    let mut notes = Vec::new();
    if wants(Part::Parsers) {
        bench.say("Starting the readers of others");
        let mut peers = parsers::peers(&bench.tools, options.uv_parser)?;
        notes.extend(peers.iter().map(|peer| peer.version.clone()));
        let say = |text: &str| bench.say(text);
        groups.extend(parsers::groups(&workspaces[0], &mut peers, bench.rounds, say)?);
    }
    if wants(Part::Server) {
        groups.extend(bench.server_groups(&workspaces[0])?);
    }
    if wants(Part::CommandLine) {
        groups.extend(bench.command_line_groups(&workspaces)?);
    }
    if wants(Part::Repositories) {
        bench.say("Making repositories; the first time that takes minutes");
        let sizes = monorepo::SIZES.into_iter();
        let trees: Vec<_> =
            sizes.map(|size| monorepo::prepare(size, &bench.tools.python)).collect::<Result<_, _>>()?;
        groups.extend(trees::groups(&bench, &trees)?);
    }
    bench.clear();
    bench.print(&groups, &notes)?;
    Ok(groups.iter().flat_map(|(_, rows)| rows).all(|row| row.is_met() != Some(false)))
}

/// Builds this program and the server as they are shipped, and goes on in that: what measures must not be slower
/// than what is measured.
fn optimised(options: &Options) -> anyhow::Result<bool> {
    let server = match &options.server {
        Some(server) => server.canonicalize()?,
        None => project::build_server(true)?,
    };
    let mut own = project::cargo(&["run", "--quiet", "--release", "--package", "xtask", "--"]);
    // Paths among the arguments start from here.
    own.args(std::env::args_os().skip(1)).current_dir(std::env::current_dir()?);
    if options.server.is_none() {
        own.arg("--server").arg(server);
    }
    match own.status().context("`cargo` cannot be run")?.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => bail!("the measurement was not carried out"),
    }
}

/// What the server and the floor are visited with in each round.
const FILES: [File; 4] = [File::Lines20, File::Lines200, File::Lines10000, File::Hashes10000];

const IDLE: Duration = Duration::from_secs(8);

struct Bench {
    server: PathBuf,
    tools: Tools,
    rounds: usize,
    edits: usize,
    is_quiet: bool,
    terminal: Terminal,
}

impl Bench {
    fn server_groups(&self, workspace: &Workspace) -> anyhow::Result<Vec<Group>> {
        let mut visits = FILES.map(|file| Visits { file, ours: Vec::new(), floor: Vec::new() });
        for round in 0..self.rounds {
            for visited in &mut visits {
                let title = visited.file.title();
                self.say(&format!("Server, round {} of {}: {title}", round + 1, self.rounds));
                let is_first = round == 0 && visited.file == File::Lines20;
                let program = Program {
                    edits: self.edits,
                    installs: visited.file == File::Lines20,
                    idle: if is_first { IDLE } else { Duration::ZERO },
                };
                visited.ours.push(self.visit(program, visited.file, workspace)?);
                let program = Program { installs: false, idle: Duration::ZERO, ..program };
                visited.floor.push(self.visit_floor(program, visited.file, workspace)?);
            }
        }
        Ok(server_groups(&visits))
    }

    fn visit(&self, program: Program, file: File, workspace: &Workspace) -> anyhow::Result<Visit> {
        let mut command = Command::new(&self.server);
        program
            .visit(command.arg("server"), &workspace.file(file), &workspace.site_packages)
            .with_context(|| format!("the server, with {}", file.title()))
    }

    fn visit_floor(&self, program: Program, file: File, workspace: &Workspace) -> anyhow::Result<Visit> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("floor-server").arg(&workspace.site_packages);
        program
            .visit(&mut command, &workspace.file(file), &workspace.site_packages)
            .with_context(|| format!("the floor, with {}", file.title()))
    }

    fn command_line_groups(&self, workspaces: &[Workspace]) -> anyhow::Result<Vec<Group>> {
        let mut names = Vec::new();
        let mut calls = Vec::new();
        let (mut texts, mut consistencies) = (Vec::new(), Vec::new());
        for workspace in workspaces {
            let jobs = [Job::OurNames, Job::UvNames, Job::PythonNames, Job::PipNames];
            let times = self.times(&jobs, workspace)?;
            let what = format!("{} distributions", grouped(workspace.size));
            let goals = [("uv pip list", 5.0), ("importlib.metadata", 30.0), ("pip list", 100.0)];
            for ((name, times_faster), beside) in goals.into_iter().zip(&times[1..]) {
                names.extend(faster(&what, name, times_faster, &times[0], beside));
            }
            let times = self.times(&[Job::OurText, Job::UvNames], workspace)?;
            texts.extend(faster(&what, "uv pip list", 5.0, &times[0], &times[1]));
            let times = self.times(&[Job::OurConsistency, Job::UvConsistency], workspace)?;
            consistencies.extend(faster(&what, "uv pip check", 3.5, &times[0], &times[1]));
            calls.extend(self.call_rows(workspace, &what)?);
        }
        let mut checks = Vec::new();
        for file in [File::Lines10000, File::Satisfied10000] {
            // uv gives up at the first requirement that it cannot have, so it is asked where nothing is missing.
            let jobs = match file {
                File::Satisfied10000 => vec![Job::OurCheck(file), Job::UvCheck(file), Job::PythonCheck(file)],
                File::Lines20 | File::Lines200 | File::Lines10000 | File::Hashes10000 => {
                    vec![Job::OurCheck(file)]
                }
            };
            let times = self.times(&jobs, &workspaces[0])?;
            checks.push(Row {
                what: file.title().into(),
                unit: Unit::Milliseconds,
                ours: times[0].clone(),
                goal: Goal::None,
                beside: None,
            });
            let goals = [("uv --dry-run", 3.0), ("installed_check.py", 100.0)];
            for ((name, times_faster), beside) in goals.into_iter().zip(&times[1..]) {
                checks.extend(faster(file.title(), name, times_faster, &times[0], beside));
            }
        }
        let mut groups = vec![
            ("venv-lsp env: names and versions, whole process", names),
            ("venv-lsp env: the short answer, whole process", texts),
            ("venv-lsp check: what contradicts what, with METADATA", consistencies),
            ("venv-lsp check, whole process", checks),
        ];
        groups.retain(|(_, rows)| !rows.is_empty());
        let reread = trees::reread_rows(self, workspaces)?;
        if !reread.is_empty() {
            groups.push(("One installation: what the server opens to see it", reread));
        }
        if !calls.is_empty() {
            groups.push(("venv-lsp env: system calls", calls));
        }
        Ok(groups)
    }

    /// The milliseconds of each job in each round; none for a job whose program is not there.
    fn times(&self, jobs: &[Job], workspace: &Workspace) -> anyhow::Result<Vec<Vec<f64>>> {
        let mut times = vec![Vec::new(); jobs.len()];
        let mut present = Vec::new();
        for job in jobs {
            present.push(self.tools.try_out(*job, &self.server, workspace)?);
        }
        for round in 0..self.rounds {
            let size = grouped(workspace.size);
            self.say(&format!("Command line, {size} distributions, round {} of {}", round + 1, self.rounds));
            for ((job, times), _) in
                jobs.iter().zip(&mut times).zip(&present).filter(|(_, present)| **present)
            {
                if let Some(command) = self.tools.command(*job, &self.server, workspace) {
                    times.push(milliseconds(processes::time(command)?));
                }
            }
        }
        Ok(times)
    }

    fn call_rows(&self, workspace: &Workspace, what: &str) -> anyhow::Result<Vec<Row>> {
        let Some(ours) = self.tools.calls(Job::OurNames, &self.server, workspace) else {
            return Ok(Vec::new());
        };
        let ours = ours?;
        let beside = match self.tools.calls(Job::UvNames, &self.server, workspace) {
            Some(calls) => Some(Beside { name: "uv pip list", values: vec![count(calls?.all)] }),
            None => None,
        };
        let row = |what: String, value: u64, limit: u64, beside| Row {
            what,
            unit: Unit::Count,
            ours: vec![count(value)],
            goal: Goal::AtMost(count(limit)),
            beside,
        };
        Ok(vec![
            row(what.to_owned(), ours.all, 300 + workspace.size as u64, beside),
            row(format!("{what}: processes"), ours.started, 0, None),
        ])
    }

    fn say(&self, text: &str) {
        if !self.is_quiet {
            self.clear();
            self.terminal.passing_line(text);
        }
    }

    fn clear(&self) {
        if !self.is_quiet {
            self.terminal.clear_passing_line();
        }
    }

    /// `readers` are those that were measured beside, with their versions.
    fn print(&self, groups: &[Group], readers: &[String]) -> anyhow::Result<()> {
        let mut left_out = self.tools.left_out();
        if readers.len() == 1 {
            left_out.push("uv's reader of requirements files (see --uv-parser)");
        }
        if self.is_quiet {
            let all = json!({
                "rounds": self.rounds,
                "edits": self.edits,
                "left_out": left_out,
                "readers": readers,
                "rows": table::as_json(groups),
            });
            self.terminal.line(&serde_json::to_string_pretty::<Value>(&all)?);
            return Ok(());
        }
        table::print(groups, &self.terminal);
        self.terminal.line("");
        let mut note = format!(
            "Medians of {} rounds, {} edits each; ratios are taken round by round. Where the goal is to be faster, a \
             ratio says how many times faster ours is, elsewhere how many times as much it takes. The floor only \
             cuts lines and looks names up. On a busy machine times are too long and ratios hardly change; \
             `chrt -r 5` in front of it helps where it is allowed.",
            self.rounds, self.edits
        );
        if !readers.is_empty() {
            note.push_str(&format!(
                " The readers beside ours are those of {}; pip's includes what reads each requirement.",
                readers.join(" and ")
            ));
        }
        if !left_out.is_empty() {
            note.push_str(&format!(" Not on this machine, so left out: {}.", left_out.join(", ")));
        }
        for line in wrapped(&note, 98) {
            self.terminal.line(&self.terminal.paint(Style::Dim, &line));
        }
        Ok(())
    }
}

fn faster(what: &str, name: &'static str, times: f64, ours: &[f64], beside: &[f64]) -> Option<Row> {
    (!beside.is_empty()).then(|| Row {
        what: what.to_owned(),
        unit: Unit::Milliseconds,
        ours: ours.to_vec(),
        goal: Goal::TimesFaster(times),
        beside: Some(Beside { name, values: beside.to_vec() }),
    })
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

#[expect(clippy::cast_precision_loss, reason = "nothing that is counted here comes near 2^53")]
fn count(number: u64) -> f64 {
    number as f64
}

/// `2,000`
fn grouped(number: usize) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}
