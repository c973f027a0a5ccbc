//! The requests of the client. Each is answered once: when the analysis of the text that it is about has come; at
//! once, when there is nothing to say; or never, because the one who asked has cancelled.

use std::path::Path;
use std::sync::Arc;

use ls_types::Uri;
use serde_json::Value;
use tower_lsp::jsonrpc;

use super::Session;
use super::document::{Document, Waiting};
use super::event::Reply;
use super::inquiry::{Inquiry, Need, Snapshot};
use crate::convert;
use crate::reader::MachineNeed;
use crate::report::{self, Detail};

impl Session {
    pub(super) fn inquire(&mut self, inquiry: Inquiry) {
        let Some(document) = self.document(&inquiry.uri) else { return inquiry.answer_nothing() };
        let path = document.path.clone();
        let asked_about = Arc::clone(&document.text);
        document.waiting.push(Waiting { asked_about, inquiry });
        self.answer_waiting(&path);
    }

    pub(super) fn environment(&mut self, uri: &Uri, all: bool, reply: Reply<Value>) {
        let Some(path) = convert::path(uri) else {
            let message = format!("`{}` is not a file", uri.as_str());
            return answer(reply, Err(jsonrpc::Error::invalid_params(message)));
        };
        let question = self.question(&path, self.open_texts());
        let (reader, config) = (Arc::clone(&self.reader), Arc::clone(&self.config));
        self.runtime.spawn_blocking(move || {
            if reply.is_closed() {
                return;
            }
            let resolution = reader.resolve(&path, &question);
            let machine = reader.machine(MachineNeed::Fresh);
            let folder = question.workspace_root.as_deref().or_else(|| path.parent()).unwrap_or(&path);
            let listing = all.then(|| reader.list(folder));
            let chosen = resolution.chosen.as_ref();
            let inspection = chosen.and_then(|chosen| reader.known_inspection(&chosen.environment));
            let mut told = report::Answer::new(&path, &resolution, Detail::Brief);
            told.add_issues(inspection.as_ref().map_or(&[], |inspection| &inspection.issues));
            told.add_machine(&machine, &config);
            if let Some(listing) = &listing {
                told.add_listing(listing);
            }
            let told = serde_json::to_value(told).map_err(|_| jsonrpc::Error::internal_error());
            answer(reply, told);
        });
    }

    /// Answers those who wait for the analysis of a file, if it is there.
    pub(super) fn answer_waiting(&mut self, path: &Path) {
        let Some(document) = self.documents.get_mut(path) else { return };
        if document.waiting.is_empty() || !document.is_current || document.is_busy {
            return;
        }
        let waiting = std::mem::take(&mut document.waiting);
        let (text, analysis) = (Arc::clone(&document.text), document.analysis.clone());
        let of_this_text = analysis.filter(|analysis| Arc::ptr_eq(&analysis.manifest.text, &text));
        let Some(analysis) = of_this_text else {
            // The look at it failed, and the log says so.
            return refuse_all(waiting);
        };
        let snapshot = Arc::new(Snapshot {
            analysis,
            abilities: self.abilities,
            trusted: self.options.trusted,
            reader: Arc::clone(&self.reader),
            open: self.open_texts(),
        });
        for Waiting { asked_about, inquiry } in waiting {
            if inquiry.is_cancelled() {
                continue;
            }
            if inquiry.need == Need::AsAsked && !Arc::ptr_eq(&asked_about, &text) {
                inquiry.refuse(content_modified());
                continue;
            }
            let snapshot = Arc::clone(&snapshot);
            self.runtime.spawn_blocking(move || inquiry.answer(&snapshot));
        }
    }
}

/// A file that is closed has nothing to say.
pub(super) fn answer_closed(document: Document) {
    for waiting in document.waiting {
        waiting.inquiry.answer_nothing();
    }
}

pub(super) fn refuse_all(waiting: Vec<Waiting>) {
    for waiting in waiting {
        waiting.inquiry.refuse(jsonrpc::Error::internal_error());
    }
}

/// Sends an answer; if the one who asked has cancelled in the meantime, nobody needs it.
pub(super) fn answer<T>(reply: Reply<T>, result: jsonrpc::Result<T>) {
    reply.send(result).ok();
}

fn content_modified() -> jsonrpc::Error {
    let mut error = jsonrpc::Error::new(jsonrpc::ErrorCode::ContentModified);
    error.message = "The text has changed since it was asked about".into();
    error
}
