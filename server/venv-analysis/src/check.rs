//! The driver: runs the rules over a file and applies what is configured.

use std::borrow::Cow;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use venv_syntax::Span;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::doubles::{Doubles, Files};
use crate::extras::{AllMetadata, ExtraOf};
use crate::facts::{
    Chosen, Environment, Machine, Network, PinnedPython, PipSettings, Resolution, UvSettings,
};
use crate::former::Former;
use crate::inspection::Inspection;
use crate::manifest::{Entry, Manifest, ManifestKind};
use crate::requirements::State;
use crate::rules::{RULES, Rule};
use crate::unasked::Asking;
use crate::verdict::{Judge, Verdict};
use crate::words::without_secrets;

/// A file with all that is known about it.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub manifest: &'a Manifest,
    pub facts: &'a Facts,
    pub config: &'a Config,
}

/// What is known for one file. Absent facts are still being read.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub resolution: Option<Arc<Resolution>>,
    pub machine: Option<Arc<Machine>>,
    /// What pip is told by its configuration, in the environment that serves the file if there is one.
    pub pip: Option<Arc<PipSettings>>,
    /// All that could ask for something in the environment. Read when what nothing asks for is to be uninstalled.
    pub asking: Option<Arc<Asking>>,
    /// From where uv takes what it installs. Read when somebody is about to choose or to act, where there is uv.
    pub uv: Option<Arc<UvSettings>>,
    /// Which proxies stand before the indexes.
    pub network: Option<Arc<Network>>,
    /// Whether a `pyproject.toml` or `setup.py` lies beside a `setup.cfg`, which alone is nothing that can be installed.
    pub is_built_beside: bool,
    /// The nearest `.python-version` of the project.
    pub pinned: Option<Arc<PinnedPython>>,
    /// The files that it includes, directly or not, by absolute path. One that is not here is not known yet.
    pub includes: FxHashMap<PathBuf, Included>,
    /// Where these files lie, or would lie: what an editor and a watcher call them.
    pub include_places: Vec<PathBuf>,
    /// What the distributions of the environment say of themselves, by normalised name, as far as it was needed: for
    /// the rules those that are asked for with extras and what those extras need, for a hover all of them.
    pub metadata: AllMetadata,
    /// The extras for which `metadata` holds all that there is to know.
    pub extras: FxHashSet<ExtraOf>,
    /// What is wrong among the distributions of the environment. It takes longer to find out than anything else.
    pub inspection: Option<Arc<Inspection>>,
    /// What the environment holds, in the form in which its successor can be given the same. Read when somebody is
    /// about to choose or to act.
    pub former: Option<Arc<Former>>,
    /// The workspace folder that holds the file.
    pub workspace_root: Option<PathBuf>,
}

/// What became of a file that another one includes.
#[derive(Clone, Debug, PartialEq)]
pub enum Included {
    Manifest(Arc<Manifest>),
    NotFound,
    /// It is there and cannot be read; the text says why, in plain words.
    Unreadable(String),
}

impl<'a> Context<'a> {
    /// The environment that serves the file, once that is known and where there is one.
    pub fn chosen(&self) -> Option<&'a Chosen> {
        self.facts.resolution.as_ref()?.chosen.as_ref()
    }
}

/// The findings in a file, in the order of their places.
pub fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    Checked::new(context).found
}

/// What a check found, and what the next one need not find out again.
#[derive(Clone, Debug)]
pub struct Checked {
    /// In the order of their places.
    pub found: Vec<Diagnostic>,
    verdicts: Vec<Verdict>,
    doubles: Doubles,
}

impl Checked {
    pub fn new(context: &Context<'_>) -> Self {
        let files = Files::new(context);
        let doubles = Doubles::new(context, &files);
        Self::with(context, Judge::new(context, working(context)).all(), files, doubles)
    }

    /// The same for the next text of the file: `previous` is what was found in the manifest from which the
    /// context's was made, with the same facts and the same configuration.
    pub fn again(context: &Context<'_>, previous: &Self) -> Self {
        // Where one entry decides whether others are asked for, they are looked at all together.
        if context.manifest.kind != ManifestKind::Requirements {
            return Self::new(context);
        }
        let count = context.manifest.entries().len();
        let kept = context.manifest.kept;
        let (Some(first), Some(last)) = (
            previous.verdicts.get(..kept.first),
            previous.verdicts.len().checked_sub(kept.last).and_then(|from| previous.verdicts.get(from..)),
        ) else {
            return Self::new(context);
        };
        let judge = Judge::new(context, working(context));
        let mut verdicts = Vec::with_capacity(count);
        verdicts.extend_from_slice(first);
        let changed = kept.first..count.saturating_sub(kept.last);
        let changed = changed.filter_map(|number| context.manifest.nth_entry(number));
        verdicts.extend(changed.map(|entry| judge.one(entry)));
        verdicts.extend_from_slice(last);
        let files = Files::new(context);
        let doubles = Doubles::again(context, &files, &previous.doubles, previous.verdicts.len());
        Self::with(context, verdicts, files, doubles)
    }

    fn with<'a>(context: &Context<'a>, verdicts: Vec<Verdict>, files: Files<'a>, doubles: Doubles) -> Self {
        let mut found = Vec::new();
        let subject = Subject { context: *context, verdicts, files, doubles };
        for rule in RULES {
            if let Some(severity) = context.config.severity(rule) {
                let mut findings = Findings { rule, severity, found: &mut found };
                (rule.check)(&subject, &mut findings);
            }
        }
        found.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
        Self { found, verdicts: subject.verdicts, doubles: subject.doubles }
    }
}

/// The environment that serves the file, if it works.
fn working<'a>(context: &Context<'a>) -> Option<&'a Environment> {
    context.chosen().map(|chosen| &*chosen.environment).filter(|environment| !environment.is_broken())
}

/// What the rules look at: the file with its facts, and what more than one of them needs to know.
pub(crate) struct Subject<'a> {
    context: Context<'a>,
    /// One for each entry of the file.
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) files: Files<'a>,
    /// What is wrong with names that are asked for more than once.
    pub(crate) doubles: Doubles,
}

impl<'a> Subject<'a> {
    /// The entries that are in `state` in the environment.
    pub(crate) fn entries_in(&self, state: State) -> impl Iterator<Item = Entry<'a>> {
        self.entries_that(move |verdict| verdict.state == Some(state))
    }

    /// The entries of which `test` holds.
    pub(crate) fn entries_that(&self, test: impl Fn(&Verdict) -> bool) -> impl Iterator<Item = Entry<'a>> {
        let numbers = self.verdicts.iter().enumerate().filter(move |(_, verdict)| test(verdict));
        let manifest = self.manifest;
        numbers.filter_map(move |(number, _)| manifest.nth_entry(number))
    }
}

impl<'a> Deref for Subject<'a> {
    type Target = Context<'a>;

    fn deref(&self) -> &Context<'a> {
        &self.context
    }
}

/// Where a rule puts what it finds. Severity is applied here, once for all rules.
pub(crate) struct Findings<'a> {
    rule: &'static Rule,
    severity: Severity,
    found: &'a mut Vec<Diagnostic>,
}

impl Findings<'_> {
    /// Adds a finding of the rule that is running; more can be put into it.
    pub(crate) fn add(&mut self, span: Span, message: String) -> &mut Diagnostic {
        self.found.push(Diagnostic {
            rule: self.rule,
            span,
            severity: self.severity,
            message: match without_secrets(&message) {
                Cow::Borrowed(_) => message,
                Cow::Owned(masked) => masked,
            },
            related: Vec::new(),
            environment: None,
            edit: None,
            installing_settles: false,
        });
        self.found.last_mut().expect("it was pushed just now")
    }
}
