//! Reading a text again after an edit.

use std::sync::Arc;

use crate::cursor::offset;

use super::line::parse_line;
use super::{Line, RequirementsTxt};

/// What [`parse_requirements_txt`](super::parse_requirements_txt) says of `text`, got more cheaply:
/// `previous` is what it said of `previous_text`, and the lines that both texts begin and end with are shared.
///
/// Finding them costs one comparison of the texts, so that it does not matter what the edit was.
pub fn reparse_requirements_txt(
    previous: &RequirementsTxt,
    previous_text: &str,
    text: &str,
) -> RequirementsTxt {
    let (old, new) = (previous_text.as_bytes(), text.as_bytes());
    let prefix = common_prefix(old, new);
    if prefix == old.len() && prefix == new.len() && !previous.lines.is_empty() {
        return previous.clone();
    }
    let shortest = old.len().min(new.len());
    let suffix = common_suffix(&old[prefix..], &new[prefix..]).min(shortest - prefix);
    // A line is what it was if it and the byte behind it are: a `\r` may have got its `\n`.
    let kept = previous.lines.partition_point(|line| (line.start as usize) < prefix).saturating_sub(1);
    let mut lines = Vec::with_capacity(previous.lines.len() + 1);
    lines.extend_from_slice(&previous.lines[..kept]);
    let mut position = Some(previous.lines.get(kept).map_or(0, |line| line.start as usize));
    // What is read from the start of a line depends on nothing before it. So as soon as a line begins where
    // one began before the edit, with the same text to the end, the rest is what it was.
    let old_suffix = old.len() - suffix;
    let new_suffix = new.len() - suffix;
    let mut candidate = previous.lines.partition_point(|line| (line.start as usize) < old_suffix);
    while let Some(start) = position {
        if start >= new_suffix {
            let was = start - new_suffix + old_suffix;
            while previous.lines.get(candidate).is_some_and(|line| (line.start as usize) < was) {
                candidate += 1;
            }
            if previous.lines.get(candidate).is_some_and(|line| line.start as usize == was) {
                lines.extend(previous.lines[candidate..].iter().map(|line| Line {
                    start: offset(line.start as usize - old_suffix + new_suffix),
                    tree: Arc::clone(&line.tree),
                }));
                break;
            }
        }
        let (line, next) = parse_line(text, start);
        lines.push(line);
        position = next;
    }
    RequirementsTxt { lines }
}

/// Bytes are compared in blocks, which the processor does many at a time.
const BLOCK: usize = 128;

fn common_prefix(left: &[u8], right: &[u8]) -> usize {
    let blocks = left.chunks_exact(BLOCK).zip(right.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count();
    let at = blocks * BLOCK;
    at + left[at..].iter().zip(&right[at..]).take_while(|(a, b)| a == b).count()
}

fn common_suffix(left: &[u8], right: &[u8]) -> usize {
    let blocks =
        left.rchunks_exact(BLOCK).zip(right.rchunks_exact(BLOCK)).take_while(|(a, b)| a == b).count();
    let at = blocks * BLOCK;
    let (left, right) = (&left[..left.len() - at], &right[..right.len() - at]);
    at + left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count()
}
