//! An open file: its text as the editor has it, and what was made of it.

use std::path::PathBuf;
use std::sync::Arc;

use ls_types::{TextDocumentContentChangeEvent, Uri};
use serde_json::Value;
use venv_analysis::ManifestKind;

use super::analysis::Analysis;
use super::inquiry::Inquiry;
use crate::positions::{Encoding, LineIndex};

/// No diagnostics, as JSON.
pub(super) const NOTHING: &str = "[]";

pub(super) struct Document {
    /// As the client writes it.
    pub(super) uri: Uri,
    pub(super) path: PathBuf,
    pub(super) kind: ManifestKind,
    /// Tells one opening of a file from the next.
    pub(super) opening: u64,
    pub(super) version: i32,
    pub(super) text: Arc<str>,
    pub(super) index: Arc<LineIndex>,
    /// The last one, perhaps of an earlier version: its lines are used again.
    pub(super) analysis: Option<Arc<Analysis>>,
    /// Whether `analysis` is what text and facts say now.
    pub(super) is_current: bool,
    /// Whether the facts must be read again before the next look.
    pub(super) facts_changed: bool,
    /// Whether the facts of `analysis` are others than those of which the client was told.
    pub(super) has_news: bool,
    /// Whether it is being looked at.
    pub(super) is_busy: bool,
    /// Who waits for the next analysis.
    pub(super) waiting: Vec<Waiting>,
    /// What the client was told last, and of which version of the text.
    pub(super) published: Option<(i32, Arc<String>)>,
    /// The environment that the client was told last.
    pub(super) told: Option<Value>,
}

/// A request that needs an analysis of the text as it is.
pub(super) struct Waiting {
    /// The text when it came.
    pub(super) asked_about: Arc<str>,
    pub(super) inquiry: Inquiry,
}

impl Document {
    pub(super) fn new(
        uri: Uri,
        path: PathBuf,
        kind: ManifestKind,
        opening: u64,
        version: i32,
        text: String,
    ) -> Self {
        Self {
            uri,
            path,
            kind,
            opening,
            version,
            index: Arc::new(LineIndex::new(&text)),
            text: text.into(),
            analysis: None,
            is_current: false,
            facts_changed: true,
            has_news: false,
            is_busy: false,
            waiting: Vec::new(),
            published: None,
            told: None,
        }
    }

    /// Whether the client need not be told these diagnostics. Nearly all Python files ask for nothing, and nobody wants
    /// to hear that at each keystroke.
    pub(super) fn goes_without_saying(&self, json: &str) -> bool {
        let said = self.published.as_ref().map(|(_, json)| json.as_str());
        self.kind == ManifestKind::Script && json == NOTHING && said == Some(NOTHING)
    }

    /// Whether the client must be told that there is nothing any more, now that the file is closed.
    pub(super) fn must_take_back(&self) -> bool {
        self.kind != ManifestKind::Script
            || self.published.as_ref().is_some_and(|(_, json)| **json != NOTHING)
    }

    /// Applies the changes one after the other, each to the text that the one before it left.
    pub(super) fn change(
        &mut self,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        for change in changes {
            let text = match change.range {
                None => change.text,
                Some(range) => {
                    let span = self.index.span(&self.text, range, encoding);
                    let mut text = String::with_capacity(self.text.len() + change.text.len());
                    text.push_str(&self.text[..span.start as usize]);
                    text.push_str(&change.text);
                    text.push_str(&self.text[span.end as usize..]);
                    text
                }
            };
            self.index = Arc::new(LineIndex::new(&text));
            self.text = text.into();
        }
        self.version = version;
        self.is_current = false;
    }
}
