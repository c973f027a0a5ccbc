//! Readers of requirements files side by side: ours, pip's and uv's, each within a process that is running already.
//!
//! pip's is its own reader with the constructors that read each requirement, which is where it finds what is wrong.
//! uv's is its crate, whose build takes minutes; it is built where it is asked for, and used from then on.

use std::fs;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use venv_syntax::{LineKind, OptionKind, decode, parse_requirements_txt};

use super::count;
use super::material::{File, Workspace};
use super::processes::Tools;
use super::rows::Group;
use super::table::{Beside, Goal, Row, Unit};
use crate::project;

/// The newest version of uv's crate that builds with the Rust of this project.
const UV_PARSER: &str = "0.0.72";

/// Each measurement reads about so many bytes: ours, uv's, pip's.
const BYTES: [u64; 3] = [64 << 20, 16 << 20, 1 << 20];

/// Files that are read together.
struct Texts {
    title: String,
    files: Vec<PathBuf>,
}

/// Another reader.
pub(super) struct Peer {
    name: &'static str,
    goal: Goal,
    bytes: u64,
    /// As it calls itself, with its version.
    pub(super) version: String,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// pip's reader and uv's, as far as they are there.
pub(super) fn peers(tools: &Tools, build_uv: bool) -> anyhow::Result<Vec<Peer>> {
    let mut peers = Vec::new();
    let python = newest_pip(tools)?;
    let mut pip = Command::new(python);
    pip.args(["-I", "-c", include_str!("pip_parser.py")]);
    peers.push(Peer::start("pip", Goal::TimesFaster(100.0), BYTES[2], pip)?);
    if let Some(uv) = uv_parser(build_uv)? {
        peers.push(Peer::start("uv", Goal::TimesFaster(1.0), BYTES[1], Command::new(uv))?);
    }
    Ok(peers)
}

/// How many megabytes each reads in a second.
pub(super) fn groups(
    workspace: &Workspace,
    peers: &mut [Peer],
    rounds: usize,
    say: impl Fn(&str),
) -> anyhow::Result<Vec<Group>> {
    let mut rows = Vec::new();
    let corpus = corpus()?;
    let all = Texts { title: format!("tests/corpus, all {} files", corpus.len()), files: corpus.clone() };
    let mut ours = Vec::new();
    for _ in 0..rounds {
        ours.push(read_ours(&all)?);
    }
    let unit = Unit::MegabytesPerSecond;
    rows.push(Row { what: all.title, unit, ours, goal: Goal::None, beside: None });
    for file in [File::Hashes10000, File::Lines10000] {
        let texts = Texts { title: file.title().into(), files: vec![workspace.file(file)] };
        rows.extend(side_by_side(&texts, peers, rounds, &say)?);
    }
    for peer in peers {
        // A reader that gives up at the first mistake, or follows a `-r`, does other work.
        let mut files = Vec::new();
        for path in &corpus {
            if !has_includes(path)? && peer.seconds(1, &[path])?.is_ok() {
                files.push(path.clone());
            }
        }
        let title = format!("tests/corpus, {} files that {} takes", files.len(), peer.name);
        rows.extend(side_by_side(&Texts { title, files }, std::slice::from_mut(peer), rounds, &say)?);
    }
    Ok(vec![("Requirements files read, in the same process", rows)])
}

/// Ours and each of `peers` in turn, round after round.
fn side_by_side(
    texts: &Texts,
    peers: &mut [Peer],
    rounds: usize,
    say: impl Fn(&str),
) -> anyhow::Result<Vec<Row>> {
    let mut ours = Vec::new();
    let mut theirs = vec![Vec::new(); peers.len()];
    for round in 0..rounds {
        say(&format!("Readers, round {} of {rounds}: {}", round + 1, texts.title));
        ours.push(read_ours(texts)?);
        for (peer, values) in peers.iter_mut().zip(&mut theirs) {
            values.push(peer.read(texts)?);
        }
    }
    let row = |(peer, values): (&Peer, Vec<f64>)| Row {
        what: texts.title.clone(),
        unit: Unit::MegabytesPerSecond,
        ours: ours.clone(),
        goal: peer.goal,
        beside: Some(Beside { name: peer.name, values }),
    };
    Ok(peers.iter().zip(theirs).map(row).collect())
}

fn read_ours(texts: &Texts) -> anyhow::Result<f64> {
    let contents = texts.files.iter().map(fs::read).collect::<Result<Vec<_>, _>>()?;
    let passes = texts.passes(BYTES[0])?;
    let start = Instant::now();
    for _ in 0..passes {
        for bytes in &contents {
            let text = decode(black_box(bytes))?;
            black_box(parse_requirements_txt(&text));
        }
    }
    texts.megabytes_per_second(passes, start.elapsed().as_secs_f64())
}

impl Texts {
    fn bytes(&self) -> anyhow::Result<u64> {
        let lengths = self.files.iter().map(|file| Ok(file.metadata()?.len()));
        lengths.sum::<std::io::Result<u64>>().context("a file that is measured with is not there")
    }

    fn passes(&self, bytes: u64) -> anyhow::Result<u64> {
        Ok((bytes / self.bytes()?.max(1)).max(1))
    }

    fn megabytes_per_second(&self, passes: u64, seconds: f64) -> anyhow::Result<f64> {
        Ok(count(passes * self.bytes()?) / 1e6 / seconds.max(1e-9))
    }
}

impl Peer {
    fn start(name: &'static str, goal: Goal, bytes: u64, mut command: Command) -> anyhow::Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{name}'s reader cannot be run"))?;
        let input = child.stdin.take().context("it has an input")?;
        let mut output = BufReader::new(child.stdout.take().context("it has an output")?);
        let mut version = String::new();
        output.read_line(&mut version)?;
        ensure!(!version.is_empty(), "{name}'s reader does not start");
        let version = version.trim().to_owned();
        Ok(Self { name, goal, bytes, version, child, input, output })
    }

    /// In megabytes a second.
    fn read(&mut self, texts: &Texts) -> anyhow::Result<f64> {
        let passes = texts.passes(self.bytes)?;
        let paths: Vec<&Path> = texts.files.iter().map(PathBuf::as_path).collect();
        match self.seconds(passes, &paths)? {
            Ok(seconds) => texts.megabytes_per_second(passes, seconds),
            Err(error) => bail!("{} does not read {}: {error}", self.name, texts.title),
        }
    }

    /// The seconds that so many passes take, or what it says is wrong with the files.
    fn seconds(&mut self, passes: u64, paths: &[&Path]) -> anyhow::Result<Result<f64, String>> {
        let mut line = passes.to_string();
        for path in paths {
            line.push('\t');
            line.push_str(path.to_str().context("a path is text")?);
        }
        writeln!(self.input, "{line}")?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        match answer.trim().strip_prefix("error:") {
            Some(error) => Ok(Err(error.trim().to_owned())),
            None => Ok(Ok(answer.trim().parse().with_context(|| format!("{} has ended", self.name))?)),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It is ours, and holds nothing that could be lost.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The files of `tests/corpus`, by name.
fn corpus() -> anyhow::Result<Vec<PathBuf>> {
    let folder = project::root().join("tests").join("corpus");
    let entries = fs::read_dir(&folder).context("there is no corpus")?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    Ok(files)
}

fn has_includes(path: &Path) -> anyhow::Result<bool> {
    let text = decode(&fs::read(path)?)?;
    let is_include = |kind: &LineKind| match kind {
        LineKind::Options(options) => options
            .iter()
            .any(|option| matches!(option.kind, OptionKind::Requirement | OptionKind::Constraint)),
        LineKind::Requirement(_) | LineKind::Blank | LineKind::Invalid => false,
    };
    Ok(parse_requirements_txt(&text).lines.iter().any(|line| is_include(&line.tree.kind)))
}

/// The Python of an environment whose pip is as new as it can be had: it is fetched once, and where that does not
/// work it is the one that Python brings.
fn newest_pip(tools: &Tools) -> anyhow::Result<PathBuf> {
    let environment = project::cache().join("bench").join("pip");
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !python.is_file() {
        project::run(Command::new(&tools.python).args(["-I", "-m", "venv"]).arg(&environment))?;
        let mut update = Command::new(&python);
        update.args([
            "-I",
            "-m",
            "pip",
            "--quiet",
            "--disable-pip-version-check",
            "install",
            "--upgrade",
            "pip",
        ]);
        update.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    }
    Ok(python)
}

/// The program around uv's crate, if it was built before or is to be built now.
fn uv_parser(build: bool) -> anyhow::Result<Option<PathBuf>> {
    let folder = project::cache().join("bench").join(format!("uv-parser-{UV_PARSER}"));
    let program = folder.join("target/release").join(format!("uv-parser{}", std::env::consts::EXE_SUFFIX));
    if build && !program.is_file() {
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"uv-parser\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\ntokio = {{ \
             version = \"1\", features = [\"rt\"] }}\nuv-client = \"={UV_PARSER}\"\nuv-requirements-txt = \
             \"={UV_PARSER}\"\n\n[workspace]\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/main.rs"), include_str!("uv_parser.rs"))?;
        let mut cargo = project::cargo(&["build", "--release", "--target-dir", "target"]);
        project::run(cargo.current_dir(&folder).env("UV_PARSER", UV_PARSER))?;
    }
    Ok(program.is_file().then_some(program))
}
