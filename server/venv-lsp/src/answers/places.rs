//! Ways to other places: definitions and links.

use std::path::Path;
use std::str::FromStr as _;

use ls_types::{
    DocumentLink, DocumentLinkParams, GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink,
    Range, Uri,
};
use tower_lsp::jsonrpc;
use venv_analysis::assist::{self, LinkTarget};
use venv_syntax::Span;

use crate::convert;
use crate::positions::LineIndex;
use crate::session::Snapshot;

pub fn definition(
    snapshot: &Snapshot,
    params: &GotoDefinitionParams,
) -> jsonrpc::Result<Option<GotoDefinitionResponse>> {
    let at = snapshot.offset(params.text_document_position_params.position);
    let Some(found) = assist::definition(&snapshot.context(), at) else { return Ok(None) };
    let (uri, range) = match &found.file {
        None => (snapshot.place().uri.clone(), snapshot.range(found.span)),
        Some(file) => {
            let Some(uri) = convert::uri(file) else { return Ok(None) };
            (uri, range_in(snapshot, file, found.span))
        }
    };
    Ok(Some(if snapshot.abilities.definition_links {
        GotoDefinitionResponse::Link(vec![LocationLink {
            origin_selection_range: Some(snapshot.range(found.origin)),
            target_uri: uri,
            target_range: range,
            target_selection_range: range,
        }])
    } else {
        GotoDefinitionResponse::Scalar(Location { uri, range })
    }))
}

pub fn links(
    snapshot: &Snapshot,
    _params: &DocumentLinkParams,
) -> jsonrpc::Result<Option<Vec<DocumentLink>>> {
    let links = assist::links(&snapshot.context()).into_iter().filter_map(|link| {
        let target = match &link.target {
            LinkTarget::File(path) => convert::uri(path)?,
            // What no URI can be made of leads nowhere.
            LinkTarget::Url(url) => Uri::from_str(url).ok()?,
        };
        let tooltip = link.tooltip.filter(|_| snapshot.abilities.link_tooltips);
        Some(DocumentLink { range: snapshot.range(link.span), target: Some(target), tooltip, data: None })
    });
    Ok(Some(links.collect()))
}

/// A place in a file other than the snapshot's; the start of the file where that file cannot be read.
fn range_in(snapshot: &Snapshot, file: &Path, span: Span) -> Range {
    if span.end == 0 {
        return Range::default();
    }
    match snapshot.reader.text(file, &snapshot.open) {
        Ok(text) if text.get(span.start as usize..span.end as usize).is_some() => {
            LineIndex::new(&text).range(&text, span, snapshot.abilities.encoding)
        }
        Ok(_) | Err(_) => Range::default(),
    }
}
