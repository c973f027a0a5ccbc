//! Repositories of many projects: how long it takes to find every environment, and how little that matters to who
//! opens one file.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use serde_json::{Value, json};
use test_support::client::uri_of;
use venv_discovery::{OsSystem, Search, search_folder};

use super::material::Workspace;
use super::monorepo::Monorepo;
use super::processes::{Calls, Tools};
use super::rows::Group;
use super::table::{Beside, Goal, Row, Unit};
use super::usage;
use super::visit::initialization;
use super::wire::Wire;
use super::{Bench, count, grouped, milliseconds, processes};

#[derive(Args)]
pub(crate) struct FindOptions {
    /// The folder to search
    folder: PathBuf,
}

/// `cargo xtask find-environments`: what `search_folder` does, as a process of its own.
pub(crate) fn run_find(options: &FindOptions) -> anyhow::Result<bool> {
    let search = Search { wants: None, most_folders: usize::MAX };
    let found = search_folder(&OsSystem::new(), &options.folder, &search);
    let said = json!({ "environments": found.environments.len(), "visited": found.visited });
    writeln!(std::io::stdout(), "{said}")?;
    Ok(true)
}

/// Files that one editor has open at once.
const OPEN_AT_ONCE: usize = 200;

pub(super) fn groups(bench: &Bench, trees: &[Monorepo]) -> anyhow::Result<Vec<Group>> {
    let mut found = Vec::new();
    for tree in trees {
        found.extend(found_rows(bench, tree)?);
    }
    let mut opened = Vec::new();
    if let [small, .., large] = trees {
        opened.push(opened_row(bench, small, large)?);
    }
    if let Some(tree) = trees.iter().find(|tree| tree.with_environment.len() >= OPEN_AT_ONCE) {
        opened.push(memory_row(bench, tree)?);
    }
    Ok(vec![("Every environment of a repository found", found), ("One file of a repository opened", opened)])
}

fn found_rows(bench: &Bench, tree: &Monorepo) -> anyhow::Result<Vec<Row>> {
    let what = format!("{} projects", grouped(tree.projects));
    let (mut ours, mut floor, mut whole, mut peer) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut visited = 0;
    for round in 0..bench.rounds {
        bench.say(&format!("{what}, round {} of {}", round + 1, bench.rounds));
        let started = Instant::now();
        let search = Search { wants: None, most_folders: usize::MAX };
        let found = search_folder(&OsSystem::new(), &tree.folder, &search);
        ours.push(milliseconds(started.elapsed()));
        ensure!(found.environments.len() == tree.environments(), "not every environment of {what} was found");
        visited = found.visited;
        let started = Instant::now();
        ensure!(
            pruned_walk(&tree.folder) == tree.environments(),
            "the floor has not found every environment"
        );
        floor.push(milliseconds(started.elapsed()));
        if let Some(mut command) = pet(&bench.tools, &tree.folder) {
            whole.push(milliseconds(processes::time(find(&tree.folder)?)?));
            let started = Instant::now();
            let output = command.output().context("`pet` cannot be run")?;
            peer.push(milliseconds(started.elapsed()));
            let found: Value = serde_json::from_slice(&output.stdout).context("`pet` prints no JSON")?;
            let found = found["environments"].as_array().map_or(0, Vec::len);
            ensure!(found == tree.environments(), "`pet` has found {found} environments in {what}");
        }
    }
    let row = |what: String, ours, goal, beside| Row { what, unit: Unit::Milliseconds, ours, goal, beside };
    let beside = Some(Beside { name: "floor", values: floor });
    let mut rows = vec![row(what.clone(), ours, Goal::TimesAtMost(2.0), beside)];
    if !peer.is_empty() {
        let beside = Some(Beside { name: "pet **/.venv", values: peer });
        rows.push(row(format!("{what}, whole process"), whole, Goal::TimesFaster(5.0), beside));
    }
    if let Some(calls) = bench.tools.calls_of(&find(&tree.folder)?) {
        // What the process costs that finds nothing is no part of it.
        let empty = tempfile::tempdir()?;
        let nothing = match bench.tools.calls_of(&find(empty.path())?) {
            Some(calls) => calls?.all,
            None => 0,
        };
        let Calls { all, started } = calls?;
        ensure!(started == 0, "a process was started to find environments");
        rows.push(Row {
            what: format!("{what}: system calls a folder"),
            unit: Unit::Each,
            ours: vec![count(all.saturating_sub(nothing)) / count(visited.max(1) as u64)],
            goal: Goal::AtMost(12.0),
            beside: None,
        });
    }
    Ok(rows)
}

fn find(folder: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("find-environments").arg(folder).stdin(Stdio::null());
    Ok(command)
}

fn pet(tools: &Tools, folder: &Path) -> Option<Command> {
    let mut command = Command::new(tools.pet.as_ref()?);
    command.args(["find", "-w", "-j"]).arg(folder.join("**").join(".venv"));
    command.stdin(Stdio::null()).stderr(Stdio::null());
    Some(command)
}

/// The least that finds them: one thread that lists every folder that can lead to one, without reading a pattern.
fn pruned_walk(folder: &Path) -> usize {
    const CLOSED: [&str; 4] = [".git", "node_modules", "site-packages", "build"];
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let mut below = Vec::new();
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name == "pyvenv.cfg" {
            return 1;
        }
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && !CLOSED.iter().any(|closed| name == *closed) {
            below.push(entry.path());
        }
    }
    below.iter().map(|folder| pruned_walk(folder)).sum()
}

fn opened_row(bench: &Bench, small: &Monorepo, large: &Monorepo) -> anyhow::Result<Row> {
    let (mut ours, mut beside) = (Vec::new(), Vec::new());
    for round in 0..bench.rounds {
        bench.say(&format!("One file of a repository, round {} of {}", round + 1, bench.rounds));
        // In both orders, so that neither has the warmer cache.
        for tree in if round % 2 == 0 { [small, large] } else { [large, small] } {
            let time = milliseconds(opened(bench, tree)?);
            if tree.projects == large.projects { ours.push(time) } else { beside.push(time) }
        }
    }
    Ok(Row {
        what: format!("of {} projects", grouped(large.projects)),
        unit: Unit::Milliseconds,
        ours,
        goal: Goal::TimesAtMost(1.5),
        beside: Some(Beside { name: "of 100", values: beside }),
    })
}

/// From the opening of a file to its diagnostics, in a server that was just started on the whole repository.
fn opened(bench: &Bench, tree: &Monorepo) -> anyhow::Result<Duration> {
    let mut server = Server::start(bench, tree)?;
    let last = tree.with_environment.last().context("a project has an environment")?;
    let sent = server.open(last)?;
    Ok(server.wire.publication()?.at - sent)
}

fn memory_row(bench: &Bench, tree: &Monorepo) -> anyhow::Result<Row> {
    bench.say("Many environments in one server");
    let mut server = Server::start(bench, tree)?;
    for project in &tree.with_environment[..OPEN_AT_ONCE] {
        server.open(project)?;
    }
    let mut published = std::collections::HashSet::new();
    while published.len() < OPEN_AT_ONCE {
        let publication = server.wire.publication()?;
        let message: Value = serde_json::from_slice(&publication.body)?;
        published.insert(message["params"]["uri"].to_string());
    }
    let bytes = usage::resident(server.wire.process());
    Ok(Row {
        what: format!("memory, {OPEN_AT_ONCE} environments in use"),
        unit: Unit::Megabytes,
        ours: bytes.into_iter().map(|bytes| count(bytes) / 1e6).collect(),
        goal: Goal::AtMost(60.0),
        beside: None,
    })
}

/// A server on a whole repository.
struct Server {
    wire: Wire,
}

impl Server {
    fn start(bench: &Bench, tree: &Monorepo) -> anyhow::Result<Server> {
        let mut command = Command::new(&bench.server);
        let mut wire = Wire::spawn(command.arg("server"), &tree.folder)?;
        wire.request("initialize", &initialization(&tree.folder))?;
        wire.notify("initialized", &json!({}))?;
        Ok(Server { wire })
    }

    /// Opens the requirements of a project; when that was sent.
    fn open(&mut self, project: &Path) -> anyhow::Result<Instant> {
        let file = project.join("requirements.txt");
        let text = std::fs::read_to_string(&file)?;
        let item =
            json!({ "uri": uri_of(&file), "languageId": "pip-requirements", "version": 1, "text": text });
        self.wire.notify("textDocument/didOpen", &json!({ "textDocument": item }))
    }
}

/// What a server opens and lists after one installation into an environment that it has read: the number of files
/// and folders, as strace sees them.
pub(super) fn reread_rows(bench: &Bench, workspaces: &[Workspace]) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    let Some(strace) = &bench.tools.strace else { return Ok(rows) };
    for workspace in workspaces {
        bench.say(&format!("One installation among {}", grouped(workspace.size)));
        let opened = reread(bench, strace, workspace)?;
        rows.push(Row {
            what: format!("{} distributions: opened after it", grouped(workspace.size)),
            unit: Unit::Count,
            ours: vec![count(opened)],
            goal: Goal::AtMost(40.0),
            beside: None,
        });
    }
    Ok(rows)
}

const INSTALLED: &str = "installed_while_open-1.0.dist-info";

fn reread(bench: &Bench, strace: &Path, workspace: &Workspace) -> anyhow::Result<u64> {
    let trace = tempfile::NamedTempFile::new()?;
    let mut command = Command::new(strace);
    command.args(["-f", "-e", "trace=openat,open", "-o"]).arg(trace.path());
    command.arg(&bench.server).arg("server");
    let folder = &workspace.folder;
    let mut wire = Wire::spawn(&mut command, folder)?;
    wire.request("initialize", &initialization(folder))?;
    wire.notify("initialized", &json!({}))?;
    let file = folder.join("requirements-opened.txt");
    let item = json!({
        "uri": uri_of(&file), "languageId": "pip-requirements", "version": 1, "text": "installed-while-open\n",
    });
    wire.notify("textDocument/didOpen", &json!({ "textDocument": item }))?;
    let quiet = Duration::from_secs(1);
    let mut findings = wire.publication()?.count;
    while let Some(publication) = wire.publication_within(quiet)? {
        findings = publication.count;
    }
    let before = std::fs::read_to_string(trace.path())?.lines().count();
    let installed = workspace.site_packages.join(INSTALLED);
    // As a whole: one that lacks a part is looked at again.
    let staged = tempfile::tempdir_in(folder)?.keep();
    std::fs::write(
        staged.join("METADATA"),
        "Metadata-Version: 2.1\nName: installed-while-open\nVersion: 1.0\n\n",
    )?;
    std::fs::write(staged.join("RECORD"), "")?;
    std::fs::rename(&staged, &installed)?;
    let seen = loop {
        match wire.publication_within(Duration::from_secs(20)) {
            Ok(Some(publication)) if publication.count < findings => break Ok(()),
            Ok(Some(_)) => {}
            Ok(None) => break Err(anyhow::anyhow!("the server did not see what was installed")),
            Err(error) => break Err(error),
        }
    };
    while let Ok(Some(_)) = wire.publication_within(quiet) {}
    let after = std::fs::read_to_string(trace.path())?;
    std::fs::remove_dir_all(&installed)?;
    seen?;
    let opened = after.lines().skip(before).filter(|line| line.contains("open")).count();
    if opened == 0 {
        bail!("strace has seen nothing");
    }
    wire.hang_up()?;
    Ok(opened as u64)
}
