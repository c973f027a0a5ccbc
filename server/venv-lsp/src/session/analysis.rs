//! One look at a file: parse, read the facts where they changed, check, put it into the client's words.
//!
//! It works on what it was given and touches no state, so it can run beside the session and be thrown away.

use std::path::PathBuf;
use std::sync::Arc;

use ls_types::{Diagnostic, Uri};
use venv_analysis::{Config, Context, Facts, Manifest, check};

use crate::convert::{self, Place};
use crate::positions::{Encoding, LineIndex};
use crate::reader::{FactReader, MachineNeed, Question, knows_includes};

/// What a look at a file needs.
pub(super) struct Look {
    pub(super) uri: Uri,
    pub(super) path: PathBuf,
    pub(super) version: i32,
    pub(super) text: Arc<str>,
    pub(super) index: Arc<LineIndex>,
    pub(super) encoding: Encoding,
    pub(super) previous: Option<Arc<Analysis>>,
    /// Whether the facts of `previous` do not count any more.
    pub(super) facts_changed: bool,
    pub(super) question: Question,
    pub(super) config: Arc<Config>,
    pub(super) reader: Arc<FactReader>,
}

/// What is known of one version of a file.
pub struct Analysis {
    pub(super) version: i32,
    pub(super) manifest: Arc<Manifest>,
    pub(super) facts: Arc<Facts>,
    pub(super) config: Arc<Config>,
    pub(super) index: Arc<LineIndex>,
    pub(super) found: Vec<venv_analysis::Diagnostic>,
    /// `found` as the client gets them, as JSON.
    pub(super) json: Arc<str>,
    uri: Uri,
    encoding: Encoding,
}

impl Look {
    pub(super) fn analyse(self) -> Analysis {
        let manifest = match &self.previous {
            Some(previous) if Arc::ptr_eq(&previous.manifest.text, &self.text) => {
                Arc::clone(&previous.manifest)
            }
            Some(previous) => Arc::new(previous.manifest.with_text(Arc::clone(&self.text))),
            None => Arc::new(Manifest::parse(self.path.clone(), Arc::clone(&self.text))),
        };
        let known = self.previous.filter(|_| !self.facts_changed).map(|previous| Arc::clone(&previous.facts));
        let facts = match known {
            Some(facts) if knows_includes(&facts, &manifest) => facts,
            Some(_) | None => {
                Arc::new(self.reader.facts(&manifest, &self.question, MachineNeed::WhereNoEnvironment))
            }
        };
        let found = check(&Context { manifest: &manifest, facts: &facts, config: &self.config });
        let place = Place {
            uri: &self.uri,
            version: self.version,
            text: &self.text,
            index: &self.index,
            encoding: self.encoding,
        };
        let diagnostics: Vec<Diagnostic> =
            found.iter().map(|found| convert::diagnostic(place, found)).collect();
        let json = serde_json::to_string(&diagnostics).expect("diagnostics are JSON");
        Analysis {
            version: self.version,
            manifest,
            facts,
            config: self.config,
            index: self.index,
            found,
            json: json.into(),
            uri: self.uri,
            encoding: self.encoding,
        }
    }
}

impl Analysis {
    /// The findings of these numbers as the client gets them.
    pub(super) fn diagnostics(&self, numbers: impl IntoIterator<Item = usize>) -> Vec<Diagnostic> {
        let place = self.place();
        let found = numbers.into_iter().filter_map(|number| self.found.get(number));
        found.map(|found| convert::diagnostic(place, found)).collect()
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place {
            uri: &self.uri,
            version: self.version,
            text: &self.manifest.text,
            index: &self.index,
            encoding: self.encoding,
        }
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context { manifest: &self.manifest, facts: &self.facts, config: &self.config }
    }
}
