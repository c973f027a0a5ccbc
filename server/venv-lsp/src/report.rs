//! The JSON forms of an environment (paths that are not UTF-8 are told as well as JSON can), for `venv-lsp env`, `venv-lsp/environment` and `venv-lsp/environmentChanged`.

use std::borrow::Cow;
use std::path::Path;

use serde::Serialize;
use venv_analysis::facts::{Chosen, Machine, Resolution};

/// The whole answer for one path.
#[derive(Serialize)]
pub struct Answer<'a> {
    path: Cow<'a, str>,
    environment: Option<Environment<'a>>,
    candidates: Vec<Candidate<'a>>,
    interpreters: Vec<Interpreter<'a>>,
}

/// The environment alone.
#[derive(Serialize)]
pub struct Environment<'a> {
    path: Cow<'a, str>,
    kind: &'static str,
    python: Python<'a>,
    origin: &'static str,
    reason: &'a str,
    externally_managed: bool,
    health: Vec<Health<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    installed: Option<Vec<Installed<'a>>>,
}

#[derive(Serialize)]
struct Python<'a> {
    version: Option<String>,
    implementation: Option<&'static str>,
    executable: Cow<'a, str>,
}

#[derive(Serialize)]
struct Health<'a> {
    code: &'static str,
    message: &'a str,
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
    externally_managed: bool,
}

/// Whether the distributions are told too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    Brief,
    WithInstalled,
}

impl<'a> Answer<'a> {
    pub fn new(path: &'a Path, resolution: &'a Resolution, machine: &'a Machine, detail: Detail) -> Self {
        let candidates = resolution.candidates.iter().map(|candidate| Candidate {
            path: candidate.path.to_string_lossy(),
            origin: candidate.origin.as_str(),
            reason: &candidate.reason,
            chosen: candidate.chosen,
        });
        let interpreters = machine.interpreters.iter().map(|interpreter| Interpreter {
            path: interpreter.executable.to_string_lossy(),
            version: interpreter.version.to_string(),
            externally_managed: interpreter.externally_managed.is_some(),
        });
        Self {
            path: path.to_string_lossy(),
            environment: resolution.chosen.as_ref().map(|chosen| Environment::new(chosen, detail)),
            candidates: candidates.collect(),
            interpreters: interpreters.collect(),
        }
    }
}

impl<'a> Environment<'a> {
    pub fn new(chosen: &'a Chosen, detail: Detail) -> Self {
        let environment = &*chosen.environment;
        let version = environment.python.as_ref();
        let installed = (detail == Detail::WithInstalled).then(|| {
            let sorted = environment.distributions.sorted().into_iter();
            sorted
                .map(|(_, distribution)| Installed {
                    name: &distribution.name,
                    version: &distribution.version,
                    location: environment
                        .site_packages
                        .get(usize::from(distribution.site))
                        .map(|site| site.to_string_lossy()),
                    editable: distribution.editable,
                })
                .collect()
        });
        Self {
            path: environment.root.to_string_lossy(),
            kind: environment.kind.as_str(),
            python: Python {
                version: version.map(ToString::to_string),
                implementation: version.map(|version| version.implementation.as_str()),
                executable: environment.executable.to_string_lossy(),
            },
            origin: chosen.origin.as_str(),
            reason: &chosen.reason,
            // PEP 668 asks this of an interpreter outside an environment only.
            externally_managed: false,
            health: environment
                .health
                .iter()
                .map(|issue| Health { code: issue.code, message: &issue.message })
                .collect(),
            installed,
        }
    }
}
