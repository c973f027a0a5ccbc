//! The outline of a file, and what can be folded away.

use ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, FoldingRange, FoldingRangeKind,
    FoldingRangeParams, Location, SymbolInformation, SymbolKind,
};
use tower_lsp::jsonrpc;
use venv_analysis::assist::{self, FoldingKind, Symbol};

use crate::session::Snapshot;

pub fn symbols(
    snapshot: &Snapshot,
    _params: &DocumentSymbolParams,
) -> jsonrpc::Result<Option<DocumentSymbolResponse>> {
    let symbols = assist::symbols(&snapshot.analysis.manifest);
    Ok(Some(if snapshot.abilities.symbol_trees {
        DocumentSymbolResponse::Nested(symbols.into_iter().map(|symbol| tree(snapshot, symbol)).collect())
    } else {
        let mut flat = Vec::new();
        flatten(snapshot, symbols, None, &mut flat);
        DocumentSymbolResponse::Flat(flat)
    }))
}

pub fn foldings(
    snapshot: &Snapshot,
    _params: &FoldingRangeParams,
) -> jsonrpc::Result<Option<Vec<FoldingRange>>> {
    let limit = snapshot.abilities.folding_limit.map_or(usize::MAX, |limit| limit as usize);
    let foldings = assist::foldings(&snapshot.analysis.manifest).into_iter().filter_map(|folding| {
        let range = snapshot.range(folding.span);
        // A span that ends with a line break has nothing in the line behind it.
        let end_line = range.end.line - u32::from(range.end.line > 0 && range.end.character == 0);
        // Whole lines: every client can fold these.
        (range.start.line < end_line).then(|| FoldingRange {
            start_line: range.start.line,
            end_line,
            kind: Some(match folding.kind {
                FoldingKind::Comment => FoldingRangeKind::Comment,
                FoldingKind::Region => FoldingRangeKind::Region,
            }),
            ..FoldingRange::default()
        })
    });
    Ok(Some(foldings.take(limit).collect()))
}

fn tree(snapshot: &Snapshot, symbol: Symbol) -> DocumentSymbol {
    let children: Vec<_> = symbol.children.into_iter().map(|child| tree(snapshot, child)).collect();
    #[expect(deprecated, reason = "the field has to be given a value")]
    DocumentSymbol {
        name: symbol.name,
        detail: symbol.detail,
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: snapshot.range(symbol.span),
        selection_range: snapshot.range(symbol.name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

fn flatten(
    snapshot: &Snapshot,
    symbols: Vec<Symbol>,
    container: Option<&str>,
    flat: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        let location = Location { uri: snapshot.place().uri.clone(), range: snapshot.range(symbol.span) };
        #[expect(deprecated, reason = "the field has to be given a value")]
        flat.push(SymbolInformation {
            name: symbol.name.clone(),
            kind: kind(symbol.kind),
            tags: None,
            deprecated: None,
            location,
            container_name: container.map(str::to_owned),
        });
        flatten(snapshot, symbol.children, Some(&symbol.name), flat);
    }
}

/// Of the kinds that LSP had from its first version on.
fn kind(kind: assist::SymbolKind) -> SymbolKind {
    match kind {
        assist::SymbolKind::Section => SymbolKind::NAMESPACE,
        assist::SymbolKind::Requirement => SymbolKind::PACKAGE,
        assist::SymbolKind::Include => SymbolKind::FILE,
        assist::SymbolKind::Option => SymbolKind::PROPERTY,
    }
}
