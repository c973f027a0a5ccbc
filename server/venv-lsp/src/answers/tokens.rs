//! Semantic tokens: each told by its distance to the one before it, in the columns that were agreed on.

use ls_types::{
    Position, SemanticToken, SemanticTokenType, SemanticTokens, SemanticTokensLegend, SemanticTokensParams,
    SemanticTokensRangeParams, SemanticTokensRangeResult, SemanticTokensResult,
};
use tower_lsp::jsonrpc;
use venv_analysis::ManifestKind;
use venv_analysis::assist::{self, SemanticTokenKind};
use venv_syntax::Span;

use crate::session::Snapshot;

/// What the numbers in the tokens mean.
pub fn legend() -> SemanticTokensLegend {
    let types = SemanticTokenKind::ALL.map(|kind| SemanticTokenType::new(kind.as_str()));
    SemanticTokensLegend { token_types: types.to_vec(), token_modifiers: Vec::new() }
}

pub fn tokens(
    snapshot: &Snapshot,
    _params: &SemanticTokensParams,
) -> jsonrpc::Result<Option<SemanticTokensResult>> {
    let whole = Span::new(0, u32::try_from(snapshot.place().text.len()).unwrap_or(u32::MAX));
    Ok(in_span(snapshot, whole).map(SemanticTokensResult::Tokens))
}

pub fn tokens_in_range(
    snapshot: &Snapshot,
    params: &SemanticTokensRangeParams,
) -> jsonrpc::Result<Option<SemanticTokensRangeResult>> {
    Ok(in_span(snapshot, snapshot.span(params.range)).map(SemanticTokensRangeResult::Tokens))
}

/// `None` for formats that editors colour themselves: another server may have tokens for them.
fn in_span(snapshot: &Snapshot, span: Span) -> Option<SemanticTokens> {
    let manifest = &snapshot.analysis.manifest;
    if manifest.kind != ManifestKind::Requirements {
        return None;
    }
    let mut before = Position::default();
    let mut data = Vec::new();
    for token in assist::semantic_tokens(manifest, span) {
        let range = snapshot.range(token.span);
        // A token ends with its line; most clients can take no other.
        if range.start.line != range.end.line {
            continue;
        }
        let is_same_line = range.start.line == before.line;
        data.push(SemanticToken {
            delta_line: range.start.line - before.line,
            delta_start: range.start.character - if is_same_line { before.character } else { 0 },
            length: range.end.character - range.start.character,
            token_type: token.kind as u32,
            token_modifiers_bitset: 0,
        });
        before = range.start;
    }
    Some(SemanticTokens { result_id: None, data })
}
