//! One editor's visit to a server: open a file, type, ask for actions, install something beside it, leave.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use test_support::client::{editor_capabilities, uri_of};

use super::usage;
use super::wire::{Publication, Wire};

/// What is done on a visit, beside opening the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Program {
    pub(super) edits: usize,
    /// Whether a distribution appears in the environment and goes away again.
    pub(super) installs: bool,
    /// Nothing is done for so long.
    pub(super) idle: Duration,
}

/// What was seen on a visit. Processor time and memory are only known on Linux.
#[derive(Default)]
pub(super) struct Visit {
    pub(super) initialize: Duration,
    pub(super) open: Duration,
    pub(super) findings: usize,
    pub(super) resident: Option<u64>,
    pub(super) edits: Vec<Duration>,
    pub(super) cpu_per_edit: Option<Duration>,
    /// Single edits, each after as much rest as is between those of a burst: what a burst is held against, because a
    /// server that has slept takes longer to wake than one that is kept awake.
    pub(super) rested_edits: Vec<Duration>,
    /// From the last edit of a burst to its diagnostics; the median of a few bursts.
    pub(super) burst: Duration,
    pub(super) burst_publications: usize,
    pub(super) actions: Vec<Duration>,
    pub(super) installed: Option<Duration>,
    pub(super) idle_cpu: Option<Duration>,
    pub(super) end: Duration,
}

/// What is typed in front of the first line and taken away again: it is never installed.
const TYPED: &str = "not-installed-here==1.0\n";

/// What stands on the disk where that is installed.
const INSTALLED: &str = "not_installed_here-1.0.dist-info";

const BURST: usize = 30;
const BURSTS: usize = 3;
const RESTED_EDITS: usize = 30;
const BETWEEN_EDITS_OF_A_BURST: Duration = Duration::from_millis(5);
const ACTIONS: usize = 100;

/// When nothing comes for so long, nothing more is under way.
const QUIET: Duration = Duration::from_millis(250);

impl Program {
    pub(super) fn visit(
        self,
        server: &mut Command,
        file: &Path,
        site_packages: &Path,
    ) -> anyhow::Result<Visit> {
        let folder = file.parent().context("a file lies in a folder")?;
        let mut seen = Visit::default();
        let mut wire = Wire::spawn(server, folder)?;
        let answer = wire.request("initialize", &initialization(folder))?.1;
        seen.initialize = wire.spawned.elapsed();
        let kind = &answer["capabilities"]["textDocumentSync"];
        ensure!(kind == 2 || kind["change"] == 2, "the server wants whole texts");
        wire.notify("initialized", &json!({}))?;

        let text = std::fs::read_to_string(file)?;
        let mut editor = Editor { wire, uri: uri_of(file), version: 1, is_typed: false };
        let item = json!({ "uri": editor.uri, "languageId": "pip-requirements", "version": 1, "text": text });
        let opened = editor.wire.notify("textDocument/didOpen", &json!({ "textDocument": item }))?;
        let mut last = editor.wire.publication()?;
        seen.open = last.at - opened;
        seen.findings = last.count;
        if let Some(later) = editor.settled()? {
            last = later;
        }
        seen.resident = usage::resident(editor.wire.process());

        let before = usage::cpu(editor.wire.process());
        for _ in 0..self.edits {
            let sent = editor.edit()?;
            last = editor.diagnostics()?;
            seen.edits.push(last.at - sent);
        }
        let spent = usage::cpu(editor.wire.process()).zip(before).map(|(after, before)| after - before);
        seen.cpu_per_edit = spent.map(|spent| spent / u32::try_from(self.edits.max(1)).unwrap_or(1));

        editor.settled()?;
        for _ in 0..RESTED_EDITS {
            std::thread::sleep(BETWEEN_EDITS_OF_A_BURST);
            let sent = editor.edit()?;
            seen.rested_edits.push(editor.diagnostics()?.at - sent);
        }
        let mut bursts = Vec::new();
        for _ in 0..BURSTS {
            editor.settled()?;
            bursts.push(editor.burst()?);
        }
        bursts.sort_unstable();
        (seen.burst, seen.burst_publications) = bursts[BURSTS / 2];
        if let Some(later) = editor.settled()? {
            last = later;
        }
        for _ in 0..ACTIONS {
            seen.actions.push(editor.actions(&last)?);
        }
        if self.installs {
            seen.installed = Some(editor.install(site_packages)?);
        }
        if !self.idle.is_zero() {
            editor.settled()?;
            let before = usage::cpu(editor.wire.process());
            std::thread::sleep(self.idle);
            seen.idle_cpu =
                usage::cpu(editor.wire.process()).zip(before).map(|(after, before)| after - before);
        }
        seen.end = editor.wire.hang_up()?;
        Ok(seen)
    }
}

/// A server with a file open in it.
struct Editor {
    wire: Wire,
    uri: String,
    version: i64,
    /// Whether the text begins with what is typed.
    is_typed: bool,
}

impl Editor {
    /// Types or takes away; when that was sent.
    fn edit(&mut self) -> anyhow::Result<Instant> {
        self.version += 1;
        let position = |line: u32| json!({ "line": line, "character": 0 });
        let (end, text) = if self.is_typed { (1, "") } else { (0, TYPED) };
        self.is_typed = !self.is_typed;
        let change = json!({ "range": { "start": position(0), "end": position(end) }, "text": text });
        let document = json!({ "uri": self.uri, "version": self.version });
        self.wire.notify(
            "textDocument/didChange",
            &json!({ "textDocument": document, "contentChanges": [change] }),
        )
    }

    /// The diagnostics of the text as it is.
    fn diagnostics(&mut self) -> anyhow::Result<Publication> {
        loop {
            let publication = self.wire.publication()?;
            if publication.version == Some(self.version) {
                return Ok(publication);
            }
        }
    }

    /// Waits until nothing comes any more; what came last.
    fn settled(&mut self) -> anyhow::Result<Option<Publication>> {
        let mut last = None;
        while let Some(publication) = self.wire.publication_within(QUIET)? {
            last = Some(publication);
        }
        Ok(last)
    }

    fn burst(&mut self) -> anyhow::Result<(Duration, usize)> {
        let mut sent = self.edit()?;
        for _ in 1..BURST {
            std::thread::sleep(BETWEEN_EDITS_OF_A_BURST);
            sent = self.edit()?;
        }
        let mut count = 0;
        loop {
            let publication = self.wire.publication()?;
            count += 1;
            if publication.version == Some(self.version) {
                return Ok((publication.at - sent, count));
            }
        }
    }

    /// Asks for the actions on the first finding.
    fn actions(&mut self, published: &Publication) -> anyhow::Result<Duration> {
        let message: Value = serde_json::from_slice(&published.body)?;
        let first = &message["params"]["diagnostics"][0];
        let context = json!({ "diagnostics": [first], "triggerKind": 1 });
        let document = json!({ "uri": self.uri });
        let params = json!({ "textDocument": document, "range": first["range"], "context": context });
        Ok(self.wire.request("textDocument/codeAction", &params)?.0)
    }

    /// Makes what is typed appear in the environment; the time from then to the diagnostics without it.
    fn install(&mut self, site_packages: &Path) -> anyhow::Result<Duration> {
        if self.is_typed {
            self.edit()?;
            self.diagnostics()?;
        }
        self.edit()?;
        let before = self.diagnostics_now()?;
        let installed = Installed::begin(site_packages)?;
        loop {
            let publication = self.wire.publication()?;
            if publication.count < before {
                return Ok(publication.at - installed.at);
            }
        }
    }

    /// How many findings there are once everything is quiet.
    fn diagnostics_now(&mut self) -> anyhow::Result<usize> {
        let edited = self.diagnostics()?;
        Ok(self.settled()?.unwrap_or(edited).count)
    }
}

/// A distribution that is installed until this is dropped.
struct Installed {
    folder: PathBuf,
    at: Instant,
}

impl Installed {
    fn begin(site_packages: &Path) -> anyhow::Result<Installed> {
        let folder = site_packages.join(INSTALLED);
        std::fs::create_dir_all(&folder)?;
        let at = Instant::now();
        Ok(Installed { folder, at })
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        // What is left behind would only make the next visit fail, and that says so.
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

pub(super) fn initialization(folder: &Path) -> Value {
    json!({
        "processId": std::process::id(),
        "clientInfo": { "name": "bench" },
        "rootUri": uri_of(folder),
        "workspaceFolders": [{ "uri": uri_of(folder), "name": "bench" }],
        "capabilities": editor_capabilities(),
    })
}
