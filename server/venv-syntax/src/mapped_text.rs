//! A text that was read out of a file, with the way back to the file.

use std::ops::Range;

use crate::cursor::{is_python_space, span};
use crate::source_map::SourceMap;

/// What a file means at some place, and where each byte of it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MappedText {
    pub(crate) text: String,
    pub(crate) map: SourceMap,
}

impl MappedText {
    /// What stands in `file` at `range` as it is.
    pub(crate) fn plain(file: &str, range: Range<usize>) -> Self {
        let mut text = Self::default();
        text.push(file, range);
        text
    }

    /// Adds what stands in `file` at `range` as it is.
    pub(crate) fn push(&mut self, file: &str, range: Range<usize>) {
        self.text.push_str(&file[range.clone()]);
        self.map.push(range.len(), range);
    }

    /// Adds `read`, which is written as something else at `range`.
    pub(crate) fn push_read(&mut self, read: &str, range: Range<usize>) {
        self.text.push_str(read);
        self.map.push(read.len(), range);
    }

    /// Adds the other text.
    pub(crate) fn append(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        for (text, source) in other.map.pieces() {
            self.map.push(text.len(), source);
        }
    }

    /// A part of it.
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        let text = self.text[range.clone()].to_owned();
        Self { text, map: SourceMap::plain(range.len(), range.start).through(&self.map) }
    }

    /// It without the blanks at both of its ends.
    pub(crate) fn trimmed(&self) -> Self {
        let left = self.text.trim_start_matches(is_python_space);
        let start = self.text.len() - left.len();
        self.part(start..start + left.trim_end_matches(is_python_space).len())
    }

    /// Where all of it stands in the file.
    pub(crate) fn source(&self) -> crate::Span {
        self.map.to_source(span(0, self.text.len()))
    }
}
