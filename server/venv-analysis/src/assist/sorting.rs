//! The requirements of a file in the order of their names.
//!
//! What is sorted is a block: requirements one below the other, without a blank line, an option or anything else
//! between them. A comment above a requirement moves with it, and so does an indented one below it, as pip-compile
//! writes them. What heads a whole block stays: a heading, and a comment of several lines.

mod rows;

use venv_syntax::{Replacement, Span};

use crate::action::{Action, ActionKind};
use crate::manifest::Manifest;

use self::rows::{Row, RowKind, rows};

/// The action that sorts every block of the file; `None` where all are sorted.
pub fn sorting(manifest: &Manifest) -> Option<Action> {
    let text = &*manifest.text;
    let mut edits: Vec<(Span, String)> = Vec::new();
    for list in rows(manifest) {
        edits.extend(blocks(&list).iter().filter_map(|block| sorted(block, text)));
    }
    edits.sort_by_key(|(span, _)| *span);
    let (first, last) = (edits.first()?.0, edits.last()?.0);
    let mut written = String::new();
    let mut at = first.start;
    for (span, block) in &edits {
        written.push_str(Span::new(at, span.start.max(at)).slice(text));
        written.push_str(block);
        at = span.end;
    }
    let title = "Sort the requirements by name".to_owned();
    Some(Action {
        kind: ActionKind::Sort(Replacement { span: first.cover(last), text: written, title: title.clone() }),
        title,
        preferred: false,
        settles: Vec::new(),
        from: Vec::new(),
    })
}

/// One requirement with its comments.
#[derive(Clone, Debug)]
struct Item<'a> {
    name: &'a str,
    span: Span,
    /// Where a comma is missing that the item needs unless it is the last one.
    comma: Option<u32>,
}

fn blocks<'a>(rows: &[Row<'a>]) -> Vec<Vec<Item<'a>>> {
    let mut blocks = Vec::new();
    let mut block: Vec<Item<'a>> = Vec::new();
    // The comments above the next item.
    let mut comments: Option<(Span, usize)> = None;
    for row in rows {
        match row.kind {
            RowKind::Item { name, comma } => {
                let (above, count) = comments.take().unwrap_or((row.span, 0));
                let heads_block = block.is_empty() && count > 1;
                let span = if heads_block { row.span } else { above.cover(row.span) };
                block.push(Item { name, span, comma });
            }
            RowKind::CommentBelow if comments.is_none() && !block.is_empty() => {
                if let Some(last) = block.last_mut() {
                    last.span = last.span.cover(row.span);
                }
            }
            RowKind::Comment | RowKind::CommentBelow => {
                let (above, count) = comments.unwrap_or((row.span, 0));
                comments = Some((above.cover(row.span), count + 1));
            }
            RowKind::Other => {
                comments = None;
                blocks.push(std::mem::take(&mut block));
            }
        }
    }
    blocks.push(block);
    blocks
}

/// The place of the block and its text in the right order; `None` if it is in that order.
fn sorted(block: &[Item<'_>], text: &str) -> Option<(Span, String)> {
    if block.is_sorted_by_key(|item| item.name) {
        return None;
    }
    let (first, last) = (block.first()?, block.last()?);
    let mut order: Vec<&Item<'_>> = block.iter().collect();
    order.sort_by_key(|item| item.name);
    let mut written = String::new();
    for (index, item) in order.iter().enumerate() {
        let is_last = index + 1 == order.len();
        match item.comma.filter(|_| !is_last) {
            Some(comma) => {
                written.push_str(Span::new(item.span.start, comma).slice(text));
                written.push(',');
                written.push_str(Span::new(comma, item.span.end).slice(text));
            }
            None => written.push_str(item.span.slice(text)),
        }
        // The line endings stay where they are.
        if let (Some(here), Some(next)) = (block.get(index), block.get(index + 1)) {
            written.push_str(Span::new(here.span.end, next.span.start).slice(text));
        }
    }
    Some((first.span.cover(last.span), written))
}
