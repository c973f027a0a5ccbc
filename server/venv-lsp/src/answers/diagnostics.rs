//! Diagnostics for a client that asks for them.

use ls_types::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportResult,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport,
};
use tower_lsp::jsonrpc;

use crate::session::Snapshot;

pub fn diagnostics(
    snapshot: &Snapshot,
    params: &DocumentDiagnosticParams,
) -> jsonrpc::Result<Option<DocumentDiagnosticReportResult>> {
    let analysis = &snapshot.analysis;
    let id = result_id(&analysis.json);
    if params.previous_result_id.as_ref() == Some(&id) {
        return Ok(Some(DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Unchanged(
            RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
            },
        ))));
    }
    Ok(Some(full_report(Some(id), analysis.diagnostics(0..analysis.checked.found.len()))))
}

pub fn full_report(result_id: Option<String>, items: Vec<Diagnostic>) -> DocumentDiagnosticReportResult {
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
