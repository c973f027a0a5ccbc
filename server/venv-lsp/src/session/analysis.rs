//! One look at a file: parse, read the facts where they changed, check, put it into the client's words.
//!
//! It works on what it was given and touches no state, so it can run beside the session and be thrown away.

use std::path::PathBuf;
use std::sync::Arc;

use ls_types::{Diagnostic, Uri};
use venv_analysis::{Checked, Config, Context, Facts, Manifest, ManifestKind};

use crate::convert::{self, Place};
use crate::positions::{Encoding, LineIndex};
use crate::reader::{FactReader, MachineNeed, Question, knows_all_asked};

/// A keystroke seldom adds more JSON than this; a text that fits is not copied while it grows.
const SLACK: usize = 4096;

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
    pub version: i32,
    pub manifest: Arc<Manifest>,
    pub facts: Arc<Facts>,
    pub config: Arc<Config>,
    pub index: Arc<LineIndex>,
    pub checked: Checked,
    /// The findings as the client gets them, as JSON.
    pub json: Arc<String>,
    uri: Uri,
    encoding: Encoding,
}

impl Look {
    pub fn analyse(self) -> Analysis {
        let manifest = match &self.previous {
            Some(previous) if Arc::ptr_eq(&previous.manifest.text, &self.text) => {
                Arc::clone(&previous.manifest)
            }
            Some(previous) => Arc::new(previous.manifest.with_text(Arc::clone(&self.text))),
            None => Arc::new(Manifest::parse(self.path.clone(), Arc::clone(&self.text))),
        };
        let known = self.previous.as_ref().filter(|_| !self.facts_changed);
        let known = known.map(|previous| Arc::clone(&previous.facts));
        let asks = asks(&manifest);
        let facts = match known {
            Some(facts) if asks == facts.resolution.is_some() && knows_all_asked(&facts, &manifest) => facts,
            Some(_) | None if asks => {
                Arc::new(self.reader.facts(&manifest, &self.question, MachineNeed::WhereNoEnvironment))
            }
            Some(_) | None => Arc::default(),
        };
        let context = Context { manifest: &manifest, facts: &facts, config: &self.config };
        let checked = match &self.previous {
            Some(previous)
                if !Arc::ptr_eq(&previous.manifest, &manifest)
                    && Arc::ptr_eq(&previous.facts, &facts)
                    && Arc::ptr_eq(&previous.config, &self.config) =>
            {
                Checked::again(&context, &previous.checked)
            }
            Some(_) | None => Checked::new(&context),
        };
        let place = Place {
            uri: &self.uri,
            version: self.version,
            text: &self.text,
            index: &self.index,
            encoding: self.encoding,
            includes: &facts.includes,
        };
        let expected = self.previous.as_ref().map_or(0, |previous| previous.json.len() + SLACK);
        let json = convert::diagnostics_as_json(place, &checked.found, expected);
        Analysis {
            version: self.version,
            manifest,
            facts,
            config: self.config,
            index: self.index,
            checked,
            json: Arc::new(json),
            uri: self.uri,
            encoding: self.encoding,
        }
    }
}

/// Whether anything about a file needs facts. pip's configuration says what it says. A Python file without a block of metadata asks for nothing, and no
/// environment is looked for or watched on its account.
fn asks(manifest: &Manifest) -> bool {
    if manifest.kind == ManifestKind::PipConfiguration {
        return false;
    }
    manifest.kind != ManifestKind::Script
        || !manifest.sections.is_empty()
        || !manifest.requires_python.is_empty()
        || manifest.errors().next().is_some()
}

impl Analysis {
    /// The findings of these numbers as the client gets them.
    pub fn diagnostics(&self, numbers: impl IntoIterator<Item = usize>) -> Vec<Diagnostic> {
        let place = self.place();
        let found = numbers.into_iter().filter_map(|number| self.checked.found.get(number));
        found.map(|found| convert::diagnostic(place, found)).collect()
    }

    pub fn place(&self) -> Place<'_> {
        Place {
            uri: &self.uri,
            version: self.version,
            text: &self.manifest.text,
            index: &self.index,
            encoding: self.encoding,
            includes: &self.facts.includes,
        }
    }

    pub fn context(&self) -> Context<'_> {
        Context { manifest: &self.manifest, facts: &self.facts, config: &self.config }
    }
}
