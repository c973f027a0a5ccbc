//! The one owner of all state. Messages come in here in the order of the wire; whatever they were, the answer is
//! the same: look again at the files that are not current, and tell the client what differs.
//!
//! The session runs on a thread of its own and never waits: files are looked at, and plans carried out, beside
//! it, on what it hands out; their results come back as events.

mod analysis;
mod choosing;
mod disk;
mod document;
mod event;
mod inquiry;
mod inspecting;
mod offer;
mod pulled;
mod requests;
mod requirement;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::Instant;

use ls_types::{InitializeParams, MessageType, Uri};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use tokio::runtime::Handle;
use venv_analysis::{Config, ManifestKind};

use crate::client::{Abilities, Outbox, Outgoing};
use crate::convert;
use crate::effects::ProcessGroups;
use crate::options::Options;
use crate::reader::{FactReader, Question};
use crate::report::{self, Detail};
use analysis::{Analysis, Look};
use disk::{Changed, Disk};
use document::{Document, NOTHING};
pub use event::{Event, Reply};
pub use inquiry::{Answer, Inquiry, Need, Snapshot};
use pulled::Pulled;
use work::Works;

/// The state of a server, and the ways to the world.
pub struct Session {
    events: Sender<Event>,
    outbox: Outbox,
    runtime: Handle,
    reader: Arc<FactReader>,
    disk: Disk,
    works: Works,
    abilities: Abilities,
    options: Options,
    config: Arc<Config>,
    folders: Vec<PathBuf>,
    /// Environments that the user chose, by the folder that they were chosen for.
    selected: FxHashMap<PathBuf, PathBuf>,
    /// How often something was chosen or given up for a folder: the last word counts.
    choices: FxHashMap<PathBuf, u64>,
    /// What was said of environments that the settings name and that are none.
    said_of_settings: FxHashSet<String>,
    documents: FxHashMap<PathBuf, Document>,
    /// Open files of other names, of which nothing is said: one that is looked at may include them.
    others: FxHashMap<PathBuf, Document>,
    pulled: Pulled,
    /// The environments whose distributions are being looked at.
    inspecting: FxHashSet<PathBuf>,
    /// Environments with what may be an installation under way, and when to look again.
    unsettled: FxHashMap<PathBuf, Instant>,
    openings: u64,
    /// Whether diagnostics changed without the client having asked: it must be told to ask again.
    must_refresh: bool,
    /// Whether what is installed has changed under hints that the client shows.
    must_refresh_hints: bool,
    /// Whether the client is gone, and only the works that are under way are waited for.
    is_stopping: bool,
}

impl Session {
    pub fn new(events: Sender<Event>, outbox: Outbox, runtime: Handle, groups: Arc<ProcessGroups>) -> Self {
        Self {
            disk: Disk::new(events.clone()),
            works: Works::new(groups),
            events,
            outbox,
            runtime,
            reader: Arc::new(FactReader::new()),
            abilities: Abilities::default(),
            options: Options::default(),
            config: Arc::default(),
            folders: Vec::new(),
            selected: FxHashMap::default(),
            choices: FxHashMap::default(),
            said_of_settings: FxHashSet::default(),
            documents: FxHashMap::default(),
            others: FxHashMap::default(),
            pulled: Pulled::default(),
            inspecting: FxHashSet::default(),
            unsettled: FxHashMap::default(),
            openings: 0,
            must_refresh: false,
            must_refresh_hints: false,
            is_stopping: false,
        }
    }

    /// Works until the client is gone, and what was under way has ended.
    pub fn run(mut self, events: &Receiver<Event>) {
        loop {
            // What changes on the disk is nobody's business any more when the client is gone.
            let deadlines = [self.disk.deadline(), self.unsettled_deadline()];
            let event = match deadlines.into_iter().flatten().min().filter(|_| !self.is_stopping) {
                None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(deadline) => events.recv_timeout(deadline.saturating_duration_since(Instant::now())),
            };
            match event {
                Ok(event) => {
                    self.guarded(event);
                    // All that is there already comes first: of many edits in a row only the last is looked at.
                    while let Ok(event) = events.try_recv() {
                        self.guarded(event);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if !self.is_stopping {
                self.settle();
            } else if self.works.is_empty() {
                return;
            }
        }
    }

    /// Handles one event; a defect in it costs this event, not the session.
    fn guarded(&mut self, event: Event) {
        let handled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.handle(event)));
        if handled.is_err() {
            self.outbox.log(MessageType::ERROR, "A defect in venv-lsp stopped the handling of a message");
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Initialize(params) => self.initialize(*params),
            Event::Initialized => {
                self.outbox.send(Outgoing::Register(self.abilities));
                self.settle_unfinished();
            }
            Event::Open(params) => {
                let document = params.text_document;
                self.open(&document.uri, document.version, document.text);
            }
            Event::Change(params) => {
                let encoding = self.abilities.encoding;
                let version = params.text_document.version;
                let uri = &params.text_document.uri;
                let path = convert::path(uri);
                let other = path.as_ref().and_then(|path| self.others.get_mut(path));
                if let Some(document) =
                    other.or_else(|| path.as_ref().and_then(|path| self.documents.get_mut(path)))
                {
                    document.change(version, params.content_changes, encoding);
                    self.text_changed(uri);
                }
            }
            Event::Close(uri) => self.close(&uri),
            Event::Saved(uri) => self.saved(&uri),
            Event::Configure(value) => self.configure(&value),
            Event::Reconfigure(value) => {
                if self.abilities.configuration {
                    self.outbox.send(Outgoing::AskConfiguration(self.events.clone()));
                } else {
                    self.configure(&value);
                }
            }
            Event::Folders { added, removed } => {
                let removed: Vec<PathBuf> = removed.iter().filter_map(convert::path).collect();
                self.folders.retain(|folder| !removed.contains(folder));
                self.folders.extend(added.iter().filter_map(convert::path));
                self.facts_changed(|_| true);
            }
            Event::DiskChanged(paths) => self.disk.note(paths),
            Event::DiskUnknown => self.disk.note_everything(),
            Event::Inquire(inquiry) => self.inquire(inquiry),
            Event::Environment { uri, all, reply } => self.environment(&uri, all, reply),
            Event::Execute(params, reply) => self.execute(params, reply),
            Event::CancelProgress(token) => self.works.cancel(&token),
            Event::CancelAll => self.works.cancel_all(),
            Event::Analysed { path, opening, analysis } => self.analysed(&path, opening, analysis),
            Event::Weighed { selection, problem } => self.weighed(*selection, problem),
            Event::Inspected { root, found_something } => self.inspected(&root, found_something),
            Event::Reread(reread) => self.reread(*reread),
            Event::NotRenamed { renaming, reason } => self.not_renamed(*renaming, &reason),
            Event::AnsweredNews => self.pulled.is_asking = false,
            Event::WorkDone(done) => self.work_done(&done),
            Event::Resumed(resumed) => self.resumed(resumed),
            Event::Stop => {
                self.works.cancel_all();
                self.is_stopping = true;
            }
        }
    }

    fn initialize(&mut self, params: InitializeParams) {
        self.abilities = Abilities::read(&params.capabilities);
        self.folders = match params.workspace_folders {
            Some(folders) => folders.iter().filter_map(|folder| convert::path(&folder.uri)).collect(),
            None => {
                #[expect(
                    deprecated,
                    reason = "clients without workspace folders name their root in this way"
                )]
                let root = params.root_uri;
                root.iter().filter_map(convert::path).collect()
            }
        };
        if let Some(options) = params.initialization_options {
            self.configure(&options);
        }
    }

    fn configure(&mut self, value: &Value) {
        let (options, wrong) = Options::read(value, &self.options);
        for problem in wrong {
            self.outbox.show(MessageType::WARNING, problem);
        }
        if options != self.options {
            self.config = Arc::new(options.config.clone());
            self.said_of_settings.clear();
            self.options = options;
            self.facts_changed(|_| true);
        }
    }

    fn open(&mut self, uri: &Uri, version: i32, text: String) {
        let Some(path) = convert::path(uri) else {
            tracing::debug!("`{}` is not a file of this machine", uri.as_str());
            return;
        };
        if u32::try_from(text.len()).is_err() {
            self.outbox.log(MessageType::WARNING, format!("`{}` is too large to be read", path.display()));
            return;
        }
        self.openings += 1;
        self.pulled.saved.insert(path.clone(), text.as_str().into());
        let Some(kind) = ManifestKind::of(&path) else {
            // What is included is read as a requirements file, whatever its name.
            let kind = ManifestKind::Requirements;
            let other = Document::new(uri.clone(), path.clone(), kind, self.openings, version, text);
            self.others.insert(path, other);
            self.text_changed(uri);
            return;
        };
        let mut document = Document::new(uri.clone(), path.clone(), kind, self.openings, version, text);
        if let Some(before) = self.documents.remove(&path) {
            // Opened twice: who waited for the one is answered with the other.
            document.waiting = before.waiting;
        }
        self.documents.insert(path, document);
        self.text_changed(uri);
    }

    fn close(&mut self, uri: &Uri) {
        let Some(path) = convert::path(uri) else { return };
        self.pulled.saved.remove(&path);
        if self.others.remove(&path).is_some() {
            self.text_changed(uri);
        }
        if let Some(document) = self.documents.remove(&path) {
            if !self.abilities.pull && document.must_take_back() {
                self.outbox.publish(uri, None, Arc::new(NOTHING.to_owned()));
            }
            requests::answer_closed(document);
            self.text_changed(uri);
            self.watch();
        }
    }

    fn document(&mut self, uri: &Uri) -> Option<&mut Document> {
        self.documents.get_mut(&convert::path(uri)?)
    }

    /// Other files may include the one whose text changed.
    fn text_changed(&mut self, uri: &Uri) {
        let Some(path) = convert::path(uri) else { return };
        self.facts_changed(|document| {
            document.path != path
                && document.analysis.as_ref().is_some_and(|known| known.facts.include_places.contains(&path))
        });
    }

    fn facts_changed(&mut self, concerns: impl Fn(&Document) -> bool) {
        for document in self.documents.values_mut().filter(|document| concerns(document)) {
            document.facts_changed = true;
            document.is_current = false;
        }
    }

    /// Brings everything up to date that is not.
    fn settle(&mut self) {
        match self.disk.take(Instant::now()) {
            Some(Changed::Everything) => self.forget_everything(),
            Some(Changed::Paths(paths)) => self.disk_changed(paths),
            None => {}
        }
        self.look_at_unsettled(Instant::now());
        let stale: Vec<PathBuf> = self
            .documents
            .values()
            .filter(|document| !document.is_current && !document.is_busy)
            .map(|document| document.path.clone())
            .collect();
        if !stale.is_empty() {
            let open = self.open_texts();
            for path in stale {
                self.look(&path, &open);
            }
        }
        if std::mem::take(&mut self.must_refresh) {
            self.outbox.send(Outgoing::RefreshDiagnostics);
        }
        if std::mem::take(&mut self.must_refresh_hints) && self.abilities.refreshes_hints {
            self.outbox.send(Outgoing::RefreshInlayHints);
        }
    }

    fn forget_everything(&mut self) {
        self.reader.forget_all();
        self.facts_changed(|_| true);
    }

    fn disk_changed(&mut self, mut paths: Vec<PathBuf>) {
        // What is being made is looked at when it has been made.
        paths.retain(|path| !self.works.is_making(path));
        self.reader.forget(&paths);
        self.note_pulled(&paths);
        self.facts_changed(|document| {
            let Some(known) = &document.analysis else { return true };
            paths.iter().any(|path| disk::depends_on(known, path))
        });
        self.watch();
    }

    fn look(&mut self, path: &Path, open: &Arc<FxHashMap<PathBuf, Arc<str>>>) {
        let question = self.question(path, Arc::clone(open));
        let Some(document) = self.documents.get_mut(path) else { return };
        document.is_busy = true;
        // What changes from here on makes it not current again.
        document.is_current = true;
        let look = Look {
            uri: document.uri.clone(),
            path: document.path.clone(),
            version: document.version,
            text: Arc::clone(&document.text),
            index: Arc::clone(&document.index),
            encoding: self.abilities.encoding,
            previous: document.analysis.clone(),
            facts_changed: std::mem::take(&mut document.facts_changed),
            question,
            config: Arc::clone(&self.config),
            reader: Arc::clone(&self.reader),
        };
        let (events, path, opening) = (self.events.clone(), document.path.clone(), document.opening);
        self.runtime.spawn_blocking(move || {
            let analysed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| look.analyse()));
            let analysis = analysed.ok().map(Box::new);
            // The session may have ended in the meantime; then nobody needs the result.
            events.send(Event::Analysed { path, opening, analysis }).ok();
        });
    }

    fn analysed(&mut self, path: &Path, opening: u64, analysis: Option<Box<Analysis>>) {
        let Some(document) = self.documents.get_mut(path).filter(|document| document.opening == opening)
        else {
            return;
        };
        document.is_busy = false;
        let Some(analysis) = analysis else {
            let message = format!("A defect in venv-lsp stopped the check of `{}`", path.display());
            requests::refuse_all(std::mem::take(&mut document.waiting));
            self.outbox.log(MessageType::ERROR, message);
            return;
        };
        let facts_changed =
            document.analysis.as_ref().is_none_or(|known| !Arc::ptr_eq(&known.facts, &analysis.facts));
        // Who has seen no analysis has asked for no hints, or waits for them.
        self.must_refresh_hints |= facts_changed
            && document
                .analysis
                .as_ref()
                .is_some_and(|known| known.facts.resolution != analysis.facts.resolution);
        document.analysis = Some(Arc::from(analysis));
        document.has_news |= facts_changed;
        if !document.is_current {
            // Text or facts have moved on; the next look is about to start.
            return;
        }
        let has_news = std::mem::take(&mut document.has_news);
        self.tell(path, has_news);
        self.answer_waiting(path);
        self.inspect(path);
        self.note_unsettled(path);
        self.tell_of_settings(path);
        if has_news {
            self.watch();
        }
    }

    /// Tells the client about a file what it does not know yet.
    fn tell(&mut self, path: &Path, facts_changed: bool) {
        let Some(document) = self.documents.get_mut(path) else { return };
        let Some(analysis) = &document.analysis else { return };
        let known = document.published.as_ref();
        let same_text = known.is_some_and(|(version, _)| *version == analysis.version);
        if document.goes_without_saying(&analysis.json) {
            document.published = Some((analysis.version, Arc::clone(&analysis.json)));
        } else if !same_text || known.is_none_or(|(_, json)| *json != analysis.json) {
            if self.abilities.pull {
                // The client asks by itself when the text changes, but not when the facts do.
                self.must_refresh |= same_text;
            } else {
                self.outbox.publish(&document.uri, Some(analysis.version), Arc::clone(&analysis.json));
            }
            document.published = Some((analysis.version, Arc::clone(&analysis.json)));
        }
        if !facts_changed || analysis.facts.resolution.is_none() {
            return;
        }
        let chosen = analysis.context().chosen().map(|chosen| {
            let mut told = report::Environment::new(chosen, Detail::Brief);
            let inspection = analysis.facts.inspection.as_deref();
            told.add_issues(inspection.map_or(&[], |inspection| &inspection.issues));
            told
        });
        // A path that is not UTF-8 has no form in JSON.
        let environment = serde_json::to_value(chosen).unwrap_or(Value::Null);
        if document.told.as_ref() != Some(&environment) {
            self.outbox.send(Outgoing::EnvironmentChanged(document.uri.clone(), environment.clone()));
            document.told = Some(environment);
        }
    }

    /// Watches what the open files depend on.
    fn watch(&mut self) {
        let mut wanted = FxHashSet::default();
        for analysis in self.documents.values().filter_map(|document| document.analysis.as_ref()) {
            wanted.extend(disk::dependencies(analysis));
        }
        self.disk.watch(&wanted);
    }

    fn question(&self, path: &Path, open: Arc<FxHashMap<PathBuf, Arc<str>>>) -> Question {
        let workspace_root = self.workspace_root(path).map(Path::to_owned);
        let base = workspace_root.as_deref().or_else(|| path.parent());
        let selected = base.and_then(|base| self.selected.get(base));
        let named = match (selected, &self.options.environment) {
            (Some(path), _) => Some((path.clone(), choosing::IN_EDITOR.to_owned())),
            (None, Some(path)) => Some((path.clone(), choosing::IN_SETTINGS.to_owned())),
            (None, None) => None,
        };
        Question { workspace_root, named, open, making: self.works.making(), replaced: self.works.replaced() }
    }

    /// The innermost workspace folder that holds `path`.
    fn workspace_root(&self, path: &Path) -> Option<&Path> {
        let holding = self.folders.iter().filter(|folder| path.starts_with(folder));
        holding.max_by_key(|folder| folder.as_os_str().len()).map(PathBuf::as_path)
    }

    fn open_texts(&self) -> Arc<FxHashMap<PathBuf, Arc<str>>> {
        let texts = self.documents.values().chain(self.others.values());
        Arc::new(texts.map(|document| (document.path.clone(), Arc::clone(&document.text))).collect())
    }
}
