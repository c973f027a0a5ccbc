//! The driver: runs the rules over a file and applies what is configured.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use venv_syntax::Span;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::{Chosen, Machine, Resolution};
use crate::manifest::Manifest;
use crate::requirements::{State, state_of};
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
    let mut found = Vec::new();
    let subject = Subject::new(*context);
    for rule in RULES {
        if let Some(severity) = context.config.severity(rule) {
            let mut findings = Findings { rule, severity, found: &mut found };
            (rule.check)(&subject, &mut findings);
        }
    }
    found.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
    found
}

/// What the rules look at: the file with its facts, and what more than one of them needs to know.
pub(crate) struct Subject<'a> {
    context: Context<'a>,
    /// How each entry of the file stands in the environment. Empty where no environment that works serves it.
    pub(crate) states: Vec<State<'a>>,
}

impl<'a> Subject<'a> {
    fn new(context: Context<'a>) -> Self {
        let environment = context.chosen().map(|chosen| &*chosen.environment);
        let states = match environment.filter(|environment| !environment.is_broken()) {
            Some(environment) => {
                context.manifest.entries.iter().map(|entry| state_of(entry, environment)).collect()
            }
            None => Vec::new(),
        };
        Self { context, states }
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
            message,
            related: Vec::new(),
            environment: None,
            edit: None,
        });
        self.found.last_mut().expect("it was pushed just now")
    }
}
