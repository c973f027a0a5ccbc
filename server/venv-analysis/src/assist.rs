//! What an editor offers beside findings and what puts them right: completion, hover, hints, ways to other places, structure.
//!
//! Plain data with byte spans, from the context alone; the server puts it into the words of LSP. Nothing here needs
//! the network.

mod completion;
mod definition;
mod folding;
mod formatting;
mod heading;
mod hover;
mod inlay_hint;
mod link;
mod markdown;
mod marker_words;
mod option_words;
mod rename;
mod semantic_token;
mod sorting;
mod subject;
mod symbol;

pub use completion::{Completion, CompletionKind, complete};
pub use definition::{Definition, definition};
pub use folding::{Folding, FoldingKind, foldings};
pub use formatting::format;
pub use hover::{Hover, hover};
pub use inlay_hint::{InlayHint, inlay_hints};
pub use link::{Link, LinkTarget, links};
pub use rename::{rename, renameable};
pub use semantic_token::{SemanticToken, SemanticTokenKind, semantic_tokens};
pub use sorting::sorting;
pub use symbol::{Symbol, SymbolKind, symbols};

/// The span from one place to another, neither of which lies beyond a text of less than 4 GiB.
pub(crate) fn span(start: usize, end: usize) -> venv_syntax::Span {
    let offset =
        |at: usize| u32::try_from(at).expect("texts of 4 GiB and more are refused before they are parsed");
    venv_syntax::Span::new(offset(start), offset(end))
}
