//! The requests of the client. Each is answered once: at once, from the analysis that is there; when the
//! analysis that is under way has come; or never, because the one who asked has cancelled.

use std::path::Path;
use std::sync::Arc;

use ls_types::{
    CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Diagnostic,
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
};
use serde_json::Value;
use tower_lsp::jsonrpc;
use venv_analysis::{ActionKind, Context, Facts, actions};

use super::Session;
use super::analysis::Analysis;
use super::document::Waiting;
use super::event::Reply;
use crate::convert;
use crate::reader::MachineNeed;
use crate::report::{self, Detail};

impl Session {
    pub(super) fn code_action(
        &mut self,
        params: Box<CodeActionParams>,
        reply: Reply<Option<CodeActionResponse>>,
    ) {
        let wanted = params.context.only.as_deref();
        let quickfix = CodeActionKind::QUICKFIX;
        let is_wanted = wanted.is_none_or(|kinds| {
            kinds.iter().any(|kind| kind.as_str().is_empty() || quickfix.as_str().starts_with(kind.as_str()))
        });
        let Some(document) = self.document(&params.text_document.uri).filter(|_| is_wanted) else {
            return answer(reply, Ok(None));
        };
        let path = document.path.clone();
        document.waiting.push(Waiting::CodeAction(params, reply));
        self.answer_waiting(&path);
    }

    pub(super) fn pull(
        &mut self,
        params: Box<DocumentDiagnosticParams>,
        reply: Reply<DocumentDiagnosticReportResult>,
    ) {
        let Some(document) = self.document(&params.text_document.uri) else {
            return answer(reply, Ok(full_report(None, Vec::new())));
        };
        let path = document.path.clone();
        document.waiting.push(Waiting::Pull(params, reply));
        self.answer_waiting(&path);
    }

    pub(super) fn environment(&mut self, uri: &Uri, reply: Reply<Value>) {
        let Some(path) = convert::path(uri) else {
            let message = format!("`{}` is not a file", uri.as_str());
            return answer(reply, Err(jsonrpc::Error::invalid_params(message)));
        };
        let question = self.question(&path, self.open_texts());
        let reader = Arc::clone(&self.reader);
        self.runtime.spawn_blocking(move || {
            if reply.is_closed() {
                return;
            }
            let resolution = reader.resolve(&path, &question);
            let machine = reader.machine(MachineNeed::Fresh);
            let told = report::Answer::new(&path, &resolution, &machine, Detail::Brief);
            let told = serde_json::to_value(told).map_err(|_| jsonrpc::Error::internal_error());
            answer(reply, told);
        });
    }

    /// Answers those who waited for the analysis of a file, if it is there.
    pub(super) fn answer_waiting(&mut self, path: &Path) {
        let Some(document) = self.documents.get_mut(path) else { return };
        let Some(analysis) = document.analysis.clone().filter(|_| document.is_current && !document.is_busy)
        else {
            return;
        };
        for waiting in std::mem::take(&mut document.waiting) {
            match waiting {
                Waiting::Pull(params, reply) => answer(reply, Ok(pulled(&analysis, &params))),
                Waiting::CodeAction(params, reply) => {
                    let menu = Menu {
                        analysis: Arc::clone(&analysis),
                        reader: Arc::clone(&self.reader),
                        abilities: self.abilities,
                        trusted: self.options.trusted,
                    };
                    self.runtime.spawn_blocking(move || {
                        if !reply.is_closed() {
                            answer(reply, Ok(Some(menu.entries(&params))));
                        }
                    });
                }
            }
        }
    }
}

/// What a menu of actions is made of.
struct Menu {
    analysis: Arc<Analysis>,
    reader: Arc<crate::reader::FactReader>,
    abilities: crate::client::Abilities,
    trusted: bool,
}

impl Menu {
    fn entries(&self, params: &CodeActionParams) -> CodeActionResponse {
        let Analysis { manifest, facts, config, checked, .. } = &*self.analysis;
        // Which installers and Pythons there are is looked at when somebody is about to choose.
        let facts = Facts { machine: Some(self.reader.machine(MachineNeed::Fresh)), ..Facts::clone(facts) };
        let context = Context { manifest, facts: &facts, config };
        let place = self.analysis.place();
        let at = place.index.span(&manifest.text, params.range, place.encoding);
        actions(&context, &checked.found, at)
            .into_iter()
            .filter(|action| self.trusted || matches!(action.kind, ActionKind::Edit(_)))
            .map(|action| {
                // Those in sight; an action for a whole file may settle a thousand.
                let in_sight =
                    |number: &usize| checked.found.get(*number).is_some_and(|it| it.span.meets(at));
                let settled = self.analysis.diagnostics(action.settles.iter().copied().filter(in_sight));
                CodeActionOrCommand::CodeAction(convert::action(
                    place,
                    &action,
                    settled,
                    self.abilities.versioned_edits,
                ))
            })
            .collect()
    }
}

/// A file that is closed has nothing to say.
pub(super) fn answer_closed(waiting: Vec<Waiting>) {
    for waiting in waiting {
        match waiting {
            Waiting::CodeAction(_, reply) => answer(reply, Ok(None)),
            Waiting::Pull(_, reply) => answer(reply, Ok(full_report(None, Vec::new()))),
        }
    }
}

/// Sends an answer; if the one who asked has cancelled in the meantime, nobody needs it.
pub(super) fn answer<T>(reply: Reply<T>, result: jsonrpc::Result<T>) {
    reply.send(result).ok();
}

fn pulled(analysis: &Analysis, params: &DocumentDiagnosticParams) -> DocumentDiagnosticReportResult {
    let id = result_id(&analysis.json);
    if params.previous_result_id.as_ref() == Some(&id) {
        return DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Unchanged(
            RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
            },
        ));
    }
    full_report(Some(id), analysis.diagnostics(0..analysis.checked.found.len()))
}

fn full_report(result_id: Option<String>, items: Vec<Diagnostic>) -> DocumentDiagnosticReportResult {
    DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(
        RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id, items },
        },
    ))
}

/// The same for the same diagnostics.
fn result_id(json: &str) -> String {
    use std::hash::{Hash as _, Hasher as _};
    let mut hasher = rustc_hash::FxHasher::default();
    json.hash(&mut hasher);
    format!("{}-{:016x}", json.len(), hasher.finish())
}
