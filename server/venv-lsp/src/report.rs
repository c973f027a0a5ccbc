//! The JSON forms of an environment (paths that are not UTF-8 are told as well as JSON can), for `venv-lsp env`,
//! `venv-lsp/environment` and `venv-lsp/environmentChanged`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use venv_analysis::facts::{self, Chosen, Cure, Harm, HealthIssue, Machine, Resolution};
use venv_analysis::{Config, activation, incapacity};

use crate::reader::{Listed, Listing};

/// The whole answer for one path.
#[derive(Serialize)]
pub struct Answer<'a> {
    path: Cow<'a, str>,
    environment: Option<Environment<'a>>,
    candidates: Vec<Candidate<'a>>,
    interpreters: Vec<Interpreter<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environments: Option<Vec<Other<'a>>>,
    /// Whether every folder was looked into for `environments`.
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
}

/// The environment that serves a file.
#[derive(Serialize)]
pub struct Environment<'a> {
    #[serde(flatten)]
    described: Described<'a>,
    origin: &'static str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    installed: Option<Vec<Installed<'a>>>,
}

/// An environment that there is to choose from.
#[derive(Serialize)]
struct Other<'a> {
    #[serde(flatten)]
    described: Described<'a>,
    place: &'static str,
    keeper: Option<&'static str>,
    distributions: usize,
}

/// What is said of every environment.
#[derive(Serialize)]
struct Described<'a> {
    path: Cow<'a, str>,
    kind: &'static str,
    python: Python<'a>,
    prefix: Cow<'a, str>,
    /// Not where nothing could be read of it.
    bin: Option<String>,
    variables: Option<Variables>,
    externally_managed: bool,
    broken: bool,
    health: Vec<Health<'a>>,
}

#[derive(Serialize)]
struct Python<'a> {
    version: Option<String>,
    implementation: Option<&'static str>,
    executable: Cow<'a, str>,
}

/// What a program has to find in its variables.
#[derive(Serialize)]
struct Variables {
    set: BTreeMap<&'static str, String>,
    prepend: BTreeMap<&'static str, Vec<String>>,
    unset: Vec<&'static str>,
}

#[derive(Serialize)]
struct Health<'a> {
    code: &'static str,
    message: &'a str,
    harm: &'static str,
    cure: &'static str,
}

#[derive(Serialize)]
struct Installed<'a> {
    name: &'a str,
    version: &'a str,
    location: Option<Cow<'a, str>>,
    editable: bool,
}

#[derive(Serialize)]
struct Candidate<'a> {
    path: Cow<'a, str>,
    origin: &'static str,
    reason: &'a str,
    chosen: bool,
}

#[derive(Serialize)]
struct Interpreter<'a> {
    path: Cow<'a, str>,
    version: String,
    implementation: &'static str,
    externally_managed: bool,
    /// Why no environment can be made with it.
    problem: Option<String>,
}

/// Whether the distributions are told too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    Brief,
    WithInstalled,
}

impl<'a> Answer<'a> {
    pub fn new(path: &'a Path, resolution: &'a Resolution, detail: Detail) -> Self {
        let candidates = resolution.candidates.iter().map(|candidate| Candidate {
            path: candidate.path.to_string_lossy(),
            origin: candidate.origin.as_str(),
            reason: &candidate.reason,
            chosen: candidate.chosen,
        });
        Self {
            path: path.to_string_lossy(),
            environment: resolution.chosen.as_ref().map(|chosen| Environment::new(chosen, detail)),
            candidates: candidates.collect(),
            interpreters: Vec::new(),
            environments: None,
            complete: None,
        }
    }

    /// Adds what else is wrong with the environment: what only a second look at it tells.
    pub fn add_issues(&mut self, issues: &'a [HealthIssue]) {
        if let Some(environment) = &mut self.environment {
            environment.add_issues(issues);
        }
    }

    pub fn add_machine(&mut self, machine: &'a Machine, config: &Config) {
        let interpreters = machine.interpreters.iter().map(|interpreter| Interpreter {
            path: interpreter.executable.to_string_lossy(),
            version: interpreter.version.to_string(),
            implementation: interpreter.version.implementation.as_str(),
            externally_managed: interpreter.externally_managed.is_some(),
            problem: incapacity(machine, interpreter, config),
        });
        self.interpreters = interpreters.collect();
    }

    pub fn add_listing(&mut self, listing: &'a Listing) {
        let others = listing.environments.iter().map(|Listed { environment, keeper }| Other {
            described: Described::new(environment),
            place: if keeper.is_some() { "central" } else { "workspace" },
            keeper: *keeper,
            distributions: environment.distributions.len(),
        });
        self.environments = Some(others.collect());
        self.complete = Some(listing.is_complete);
    }
}

impl<'a> Environment<'a> {
    pub fn new(chosen: &'a Chosen, detail: Detail) -> Self {
        let installed = (detail == Detail::WithInstalled).then(|| installed(&chosen.environment));
        Self {
            described: Described::new(&chosen.environment),
            origin: chosen.origin.as_str(),
            reason: &chosen.reason,
            installed,
        }
    }

    /// See [`Answer::add_issues`].
    pub fn add_issues(&mut self, issues: &'a [HealthIssue]) {
        self.described.health.extend(issues.iter().map(Health::new));
    }
}

impl<'a> Described<'a> {
    fn new(environment: &'a facts::Environment) -> Self {
        let version = environment.python.as_ref();
        let active = (!environment.is_unreadable()).then(|| activation(environment));
        Self {
            path: environment.root.to_string_lossy(),
            kind: environment.kind.as_str(),
            python: Python {
                version: version.map(ToString::to_string),
                implementation: version.map(|version| version.implementation.as_str()),
                executable: environment.executable.to_string_lossy(),
            },
            prefix: environment.root.to_string_lossy(),
            bin: active.as_ref().map(|active| active.bin.to_string_lossy().into_owned()),
            variables: active.map(|active| Variables {
                set: active.set.into_iter().collect(),
                prepend: BTreeMap::from([(
                    "PATH",
                    active.path.iter().map(|folder| folder.to_string_lossy().into_owned()).collect(),
                )]),
                unset: active.unset,
            }),
            // PEP 668 asks this of an interpreter outside an environment only.
            externally_managed: false,
            broken: environment.is_broken(),
            health: environment.health.iter().map(Health::new).collect(),
        }
    }
}

impl<'a> Health<'a> {
    fn new(issue: &'a HealthIssue) -> Self {
        let harm = match issue.harm {
            Harm::Unusable => "unusable",
            Harm::Partial => "partial",
        };
        let cure = match issue.cure {
            Cure::Recreate | Cure::Replace(_) => "recreate",
            Cure::Reinstall(_) => "reinstall",
            Cure::Remove(_) => "remove",
            Cure::ByHand => "by-hand",
        };
        Self { code: issue.code, message: &issue.message, harm, cure }
    }
}

fn installed(environment: &facts::Environment) -> Vec<Installed<'_>> {
    let sorted = environment.distributions.sorted().into_iter();
    let installed = sorted.map(|(_, distribution)| Installed {
        name: &distribution.name,
        version: &distribution.version,
        location: environment
            .site_packages
            .get(usize::from(distribution.site))
            .map(|site| site.to_string_lossy()),
        editable: distribution.editable,
    });
    installed.collect()
}
