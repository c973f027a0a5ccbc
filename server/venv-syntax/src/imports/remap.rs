//! Spans of a cell, turned into spans of its notebook.

use std::sync::Arc;

use crate::requirements_txt::{remap_errors, remap_kind};
use crate::{Line, Span};

use super::Imports;

impl Imports {
    /// Passes every span through `map`.
    pub(crate) fn remap(&mut self, map: &impl Fn(Span) -> Span) {
        for import in &mut self.imports {
            import.span = map(import.span);
            import.statement = map(import.statement);
            import.names.iter_mut().for_each(|name| name.span = map(name.span));
            import.suppressions.iter_mut().for_each(|comment| comment.span = map(comment.span));
        }
        self.search_paths.iter_mut().for_each(|change| change.span = map(change.span));
        self.suppressions.iter_mut().for_each(|comment| comment.span = map(comment.span));
        for command in &mut self.installs {
            command.span = map(command.span);
            command.options.iter_mut().for_each(|option| option.span = map(option.span));
            for requirement in &mut command.requirements {
                requirement.extent = map(requirement.extent);
                remap_line(&mut requirement.line, map);
            }
        }
    }
}

fn remap_line(line: &mut Line, map: &impl Fn(Span) -> Span) {
    let old = line.start;
    let whole = map(Span::new(old, old + line.tree.len));
    let within = |span: Span| {
        let span = map(span.shift(old));
        Span::new(span.start - whole.start, span.end - whole.start)
    };
    let tree = Arc::make_mut(&mut line.tree);
    remap_kind(&mut tree.kind, &within);
    remap_errors(&mut tree.errors, &within);
    tree.len = whole.len();
    line.start = whole.start;
}
