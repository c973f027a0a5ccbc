//! Formatting and renaming.

use ls_types::{
    DocumentFormattingParams, DocumentRangeFormattingParams, PrepareRenameResponse, RenameParams,
    TextDocumentPositionParams, TextEdit, WorkspaceEdit,
};
use tower_lsp::jsonrpc;
use venv_analysis::{ManifestKind, assist};
use venv_syntax::Span;

use crate::convert;
use crate::session::Snapshot;

pub fn formatting(
    snapshot: &Snapshot,
    _params: &DocumentFormattingParams,
) -> jsonrpc::Result<Option<Vec<TextEdit>>> {
    Ok(tidied(snapshot, |_| true))
}

/// What is tidied in one line does not depend on another one.
pub fn range_formatting(
    snapshot: &Snapshot,
    params: &DocumentRangeFormattingParams,
) -> jsonrpc::Result<Option<Vec<TextEdit>>> {
    let within = snapshot.span(params.range);
    Ok(tidied(snapshot, |span| within.start <= span.start && span.end <= within.end))
}

pub fn prepare_rename(
    snapshot: &Snapshot,
    params: &TextDocumentPositionParams,
) -> jsonrpc::Result<Option<PrepareRenameResponse>> {
    let at = snapshot.offset(params.position);
    let found = assist::renameable(&snapshot.context(), at);
    Ok(found.map(|(span, placeholder)| PrepareRenameResponse::RangeWithPlaceholder {
        range: snapshot.range(span),
        placeholder,
    }))
}

pub fn rename(snapshot: &Snapshot, params: &RenameParams) -> jsonrpc::Result<Option<WorkspaceEdit>> {
    let context = snapshot.context();
    let at = snapshot.offset(params.text_document_position.position);
    if assist::renameable(&context, at).is_none() {
        return Ok(None);
    }
    let edits = assist::rename(&context, at, &params.new_name).map_err(refused)?;
    let place = snapshot.place();
    let edits = edits.iter().map(|edit| convert::text_edit(place, edit)).collect();
    Ok(Some(convert::workspace_edit(place, edits, snapshot.abilities.versioned_edits)))
}

/// The edits at the places that count. `None` for formats that other programs tidy.
fn tidied(snapshot: &Snapshot, counts: impl Fn(Span) -> bool) -> Option<Vec<TextEdit>> {
    let manifest = &snapshot.analysis.manifest;
    if manifest.kind != ManifestKind::Requirements {
        return None;
    }
    let edits = assist::format(manifest);
    let edits = edits.iter().filter(|edit| counts(edit.span));
    Some(edits.map(|edit| convert::text_edit(snapshot.place(), edit)).collect())
}

/// The request was understood, and cannot be done; editors show why.
fn refused(message: String) -> jsonrpc::Error {
    let code = jsonrpc::ErrorCode::ServerError(ls_types::error_codes::REQUEST_FAILED);
    jsonrpc::Error { code, message: message.into(), data: None }
}
