//! Completions, hovers and inlay hints.

use ls_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, Documentation, Hover, HoverContents, HoverParams, InlayHint, InlayHintLabel,
    InlayHintParams, InlayHintTooltip, InsertTextFormat, TextEdit,
};
use tower_lsp::jsonrpc;
use venv_analysis::assist::{self, Completion, CompletionKind};
use venv_analysis::{AllMetadata, Context, Facts};

use super::markup::markup;
use crate::session::Snapshot;

/// After these the list opens by itself: extras, markers, options, comparisons, values in quotes, what a list of TOML
/// or YAML begins with. Not after a space: it stands between any two words.
pub const TRIGGERS: [&str; 11] = ["[", ",", ";", "=", "<", ">", "~", "!", "-", "\"", "'"];

pub fn completion(
    snapshot: &Snapshot,
    params: &CompletionParams,
) -> jsonrpc::Result<Option<CompletionResponse>> {
    let at = snapshot.offset(params.text_document_position.position);
    let Some(facts) = all_facts(snapshot) else { return Ok(None) };
    let completions = assist::complete(&Context { facts: &facts, ..snapshot.context() }, at);
    let items = completions.into_iter().enumerate();
    Ok(Some(CompletionResponse::List(CompletionList {
        is_incomplete: false,
        items: items.map(|(rank, completion)| item(snapshot, rank, completion)).collect(),
    })))
}

pub fn hover(snapshot: &Snapshot, params: &HoverParams) -> jsonrpc::Result<Option<Hover>> {
    let at = snapshot.offset(params.text_document_position_params.position);
    let Some(facts) = all_facts(snapshot) else { return Ok(None) };
    let hover = assist::hover(&Context { facts: &facts, ..snapshot.context() }, at);
    Ok(hover.map(|hover| Hover {
        contents: HoverContents::Markup(markup(hover.markdown, snapshot.abilities.markdown_hovers)),
        range: Some(snapshot.range(hover.span)),
    }))
}

pub fn inlay_hints(snapshot: &Snapshot, params: &InlayHintParams) -> jsonrpc::Result<Option<Vec<InlayHint>>> {
    let hints = assist::inlay_hints(&snapshot.context(), snapshot.span(params.range));
    let place = snapshot.place();
    let hints = hints.into_iter().map(|hint| InlayHint {
        position: place.index.position(place.text, hint.at, place.encoding),
        label: InlayHintLabel::String(hint.label),
        kind: None,
        text_edits: None,
        tooltip: hint.tooltip.map(|tooltip| InlayHintTooltip::MarkupContent(markup(tooltip, true))),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    });
    Ok(Some(hints.collect()))
}

/// The facts, with what the distributions of the environment say of themselves. `None` for a file that asks for nothing.
fn all_facts(snapshot: &Snapshot) -> Option<Facts> {
    let mut facts = snapshot.facts().clone();
    if let Some(chosen) = &facts.resolution.as_ref()?.chosen {
        facts.metadata = AllMetadata::clone(&snapshot.reader.all_metadata(&chosen.environment));
    }
    Some(facts)
}

fn item(snapshot: &Snapshot, rank: usize, completion: Completion) -> CompletionItem {
    let documentation = completion.documentation.map(|documentation| {
        Documentation::MarkupContent(markup(documentation, snapshot.abilities.markdown_completions))
    });
    let edit = TextEdit { range: snapshot.range(completion.replaces), new_text: completion.text };
    CompletionItem {
        label: completion.label,
        kind: Some(kind(completion.kind)),
        detail: completion.detail,
        documentation,
        // The order in which they come is the order of how likely they are.
        sort_text: Some(format!("{rank:05}")),
        insert_text_format: Some(InsertTextFormat::PLAIN_TEXT),
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        ..CompletionItem::default()
    }
}

/// Of the kinds that LSP had from its first version on.
fn kind(kind: CompletionKind) -> CompletionItemKind {
    match kind {
        CompletionKind::Distribution => CompletionItemKind::MODULE,
        CompletionKind::Version | CompletionKind::MarkerValue => CompletionItemKind::VALUE,
        CompletionKind::Extra | CompletionKind::Option => CompletionItemKind::PROPERTY,
        CompletionKind::Group => CompletionItemKind::ENUM,
        CompletionKind::MarkerVariable => CompletionItemKind::VARIABLE,
        CompletionKind::Operator => CompletionItemKind::KEYWORD,
        CompletionKind::File => CompletionItemKind::FILE,
    }
}
