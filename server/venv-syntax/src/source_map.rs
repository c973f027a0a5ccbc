//! From a text that was made of a source (lines joined, escapes read, indentation taken off) back to the source.

use std::cell::Cell;
use std::ops::Range;

use crate::Span;
use crate::cursor::span;

/// Where each piece of a text comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SourceMap {
    pieces: Vec<Piece>,
}

/// A run of bytes that stand in the source as they are, or one character that is written in another way there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    text: Range<usize>,
    source: Range<usize>,
}

impl SourceMap {
    /// A map that has room for so many pieces.
    pub(crate) fn with_capacity(pieces: usize) -> Self {
        Self { pieces: Vec::with_capacity(pieces) }
    }

    /// The map of a text that stands in the source as it is, from `source` on.
    pub(crate) fn plain(length: usize, source: usize) -> Self {
        let mut map = Self::default();
        map.push(length, source..source + length);
        map
    }

    /// Whether nothing was said about the source: text and source are the same.
    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Adds the next `length` bytes of the text, which come from `source`. Equal lengths mean that they stand there
    /// as they are.
    pub(crate) fn push(&mut self, length: usize, source: Range<usize>) {
        let start = self.length();
        if let Some(last) = self.pieces.last_mut()
            && last.source.end == source.start
            && last.text.len() == last.source.len()
            && length == source.len()
        {
            last.text.end += length;
            last.source.end = source.end;
            return;
        }
        self.pieces.push(Piece { text: start..start + length, source });
    }

    /// In bytes of the text.
    pub(crate) fn length(&self) -> usize {
        self.pieces.last().map_or(0, |piece| piece.text.end)
    }

    /// The pieces, as ranges of the text and of the source.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + '_ {
        self.pieces.iter().map(|piece| (piece.text.clone(), piece.source.clone()))
    }

    /// The source of a span of the text, from its first byte to its last.
    pub(crate) fn to_source(&self, text: Span) -> Span {
        let first = self.piece_at(text.start as usize);
        let start = first.map_or(0, |piece| piece.start_of(text.start as usize));
        if text.is_empty() {
            return span(start, start);
        }
        let last = text.end as usize - 1;
        // Most spans are within one piece.
        let piece = first.filter(|piece| last < piece.text.end).or_else(|| self.piece_at(last));
        let end = piece.map_or(start, |piece| piece.end_of(last));
        span(start, end.max(start))
    }

    /// The source of spans as [`Self::to_source`] tells it, for many spans that stand near each other.
    pub(crate) fn follow(&self) -> impl Fn(Span) -> Span + '_ {
        let near = Cell::new(0);
        move |text| {
            let (start, end) = (text.start as usize, text.end as usize);
            let is_within =
                |piece: &&Piece| piece.text.start <= start && start < end && end <= piece.text.end;
            if let Some(piece) = self.pieces.get(near.get()).filter(is_within) {
                return span(piece.start_of(start), piece.end_of(end - 1));
            }
            near.set(self.pieces.partition_point(|piece| piece.text.start <= start).saturating_sub(1));
            self.to_source(text)
        }
    }

    /// The map of a text that was made by `outer` of what this map leads from: through both at once.
    pub(crate) fn through(&self, outer: &Self) -> Self {
        let mut map = Self::default();
        for piece in &self.pieces {
            if piece.text.len() != piece.source.len() || piece.text.is_empty() {
                let source = outer.to_source(span(piece.source.start, piece.source.end));
                map.push(piece.text.len(), source.start as usize..source.end as usize);
                continue;
            }
            let mut at = piece.source.start;
            let first = outer.pieces.partition_point(|part| part.text.end <= at);
            for part in outer.pieces[first..].iter().take_while(|part| part.text.start < piece.source.end) {
                let (start, end) = (at.max(part.text.start), piece.source.end.min(part.text.end));
                if start < end {
                    let source = outer.to_source(span(start, end));
                    map.push(end - start, source.start as usize..source.end as usize);
                    at = end;
                }
            }
        }
        map
    }

    /// The piece that holds the byte at `at`, or the one that ends there when there is none behind it.
    fn piece_at(&self, at: usize) -> Option<&Piece> {
        let index = self.pieces.partition_point(|piece| piece.text.start <= at);
        // There are no gaps in the text. Empty pieces hold nothing: one that holds the byte comes behind them.
        self.pieces[..index].last().filter(|piece| piece.text.end >= at)
    }
}

impl Piece {
    fn is_as_written(&self) -> bool {
        self.text.len() == self.source.len()
    }

    fn start_of(&self, at: usize) -> usize {
        if self.is_as_written() {
            self.source.start + (at - self.text.start)
        } else if at >= self.text.end {
            self.source.end
        } else {
            self.source.start
        }
    }

    /// Behind the byte at `at`.
    fn end_of(&self, at: usize) -> usize {
        if self.is_as_written() { self.source.start + (at - self.text.start) + 1 } else { self.source.end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_in_another_way_is_one_piece() {
        // `a\u00e9b` at 10
        let mut map = SourceMap::default();
        map.push(1, 10..11);
        map.push(2, 11..17);
        map.push(1, 17..18);
        assert_eq!(map.to_source(Span::new(0, 1)), Span::new(10, 11));
        assert_eq!(map.to_source(Span::new(1, 3)), Span::new(11, 17));
        assert_eq!(map.to_source(Span::new(3, 4)), Span::new(17, 18));
        assert_eq!(map.to_source(Span::empty(4)), Span::empty(18));
        assert_eq!(map.to_source(Span::new(0, 4)), Span::new(10, 18));
    }

    #[test]
    fn one_map_leads_through_another() {
        // Two lines of a comment: `# ab` at 0, `# cd` at 5, of which `# ` is taken off.
        let mut outer = SourceMap::default();
        outer.push(3, 2..5);
        outer.push(2, 7..9);
        // In `ab\ncd`: the text `b\nc`.
        let inner = SourceMap::plain(3, 1);
        let through = inner.through(&outer);
        assert_eq!(through.to_source(Span::new(0, 3)), Span::new(3, 8));
        assert_eq!(through.to_source(Span::new(2, 3)), Span::new(7, 8));
    }
}
