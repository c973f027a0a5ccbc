//! What of a manifest stands at a place of its text.

use venv_syntax::{Line, Span};

use super::{Entry, Manifest};

impl Manifest {
    /// The line that holds the byte at `at`, or that ends there. `None` between the lines of a format that has other
    /// things as well.
    pub fn line_at(&self, at: u32) -> Option<&Line> {
        let behind = self.tree.lines.partition_point(|line| line.start <= at);
        let line = self.tree.lines[..behind].last()?;
        Span::new(line.start, line.start + line.tree.len).touches(at).then_some(line)
    }

    /// The lines that share a byte with `range`, or touch it, in the order of the text.
    pub fn lines_in(&self, range: Span) -> &[Line] {
        let lines = &self.tree.lines;
        let from = lines.partition_point(|line| line.start + line.tree.len < range.start);
        let to = lines.partition_point(|line| line.start <= range.end);
        lines.get(from..to).unwrap_or_default()
    }

    /// The requirement in whose line `at` is, or at whose end.
    pub fn entry_at(&self, at: u32) -> Option<Entry<'_>> {
        self.entries_in(Span::empty(at)).last()
    }

    /// The requirements whose lines share a byte with `range`, or touch it, in the order of the text.
    pub fn entries_in(&self, range: Span) -> impl ExactSizeIterator<Item = Entry<'_>> + Clone {
        let line = |row: &super::Row| &self.tree.lines[row.line as usize];
        let from = self.rows.partition_point(|row| line(row).start + line(row).tree.len < range.start);
        let to = self.rows.partition_point(|row| line(row).start <= range.end);
        self.rows.get(from..to).unwrap_or_default().iter().map(|row| self.entry(*row))
    }
}
