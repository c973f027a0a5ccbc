//! The driver: runs the rules over a file and applies what is configured.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use venv_syntax::{Metadata, Span};

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::{Chosen, Environment, Machine, Resolution};
use crate::manifest::{Manifest, ManifestKind};
use crate::requirements::{State, state_of, states};
use crate::rules::{RULES, Rule};

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
    /// The files that it includes, directly or not, by absolute path. One that is not here is not known yet.
    pub includes: FxHashMap<PathBuf, Included>,
    /// Where these files lie, or would lie: what an editor and a watcher call them.
    pub include_places: Vec<PathBuf>,
    /// What the distributions of the environment say of themselves, by normalised name, as far as it was needed: for
    /// the rules those that are asked for with extras and what those extras need, for a hover all of them.
    pub metadata: FxHashMap<Box<str>, Arc<Metadata>>,
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
    states: Vec<State>,
}

impl Checked {
    pub fn new(context: &Context<'_>) -> Self {
        let states = working(context).map(|environment| states(context.manifest, environment));
        Self::with(context, states.unwrap_or_default())
    }

    /// The same for the next text of the file: `previous` is what was found in the manifest from which the
    /// context's was made, with the same facts and the same configuration.
    pub fn again(context: &Context<'_>, previous: &Self) -> Self {
        // Where one entry decides whether others are asked for, they are looked at all together.
        if context.manifest.kind != ManifestKind::Requirements {
            return Self::new(context);
        }
        let mut entries = context.manifest.entries();
        let kept = context.manifest.kept;
        let Some(environment) = working(context) else { return Self::with(context, Vec::new()) };
        let (Some(first), Some(last)) = (
            previous.states.get(..kept.first),
            previous.states.len().checked_sub(kept.last).and_then(|from| previous.states.get(from..)),
        ) else {
            return Self::new(context);
        };
        let mut states = Vec::with_capacity(entries.len());
        states.extend_from_slice(first);
        let changed = entries.len().saturating_sub(kept.first + kept.last);
        if let Some(entry) = entries.nth(kept.first).filter(|_| changed > 0) {
            let others = entries.take(changed - 1);
            states.extend(std::iter::once(entry).chain(others).map(|entry| state_of(entry, environment)));
        }
        states.extend_from_slice(last);
        Self::with(context, states)
    }

    fn with(context: &Context<'_>, states: Vec<State>) -> Self {
        let mut found = Vec::new();
        let subject = Subject { context: *context, states };
        for rule in RULES {
            if let Some(severity) = context.config.severity(rule) {
                let mut findings = Findings { rule, severity, found: &mut found };
                (rule.check)(&subject, &mut findings);
            }
        }
        found.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
        Self { found, states: subject.states }
    }
}

/// The environment that serves the file, if it works.
fn working<'a>(context: &Context<'a>) -> Option<&'a Environment> {
    context.chosen().map(|chosen| &*chosen.environment).filter(|environment| !environment.is_broken())
}

/// What the rules look at: the file with its facts, and what more than one of them needs to know.
pub(crate) struct Subject<'a> {
    context: Context<'a>,
    /// How each entry of the file stands in the environment. Empty where no environment that works serves it.
    pub(crate) states: Vec<State>,
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
            message,
            related: Vec::new(),
            environment: None,
            edit: None,
        });
        self.found.last_mut().expect("it was pushed just now")
    }
}
