//! Edits within strings: a quote in one must not be the quote that ends the string.

use std::sync::Arc;

use crate::{Declarations, SyntaxError};

impl Declarations {
    /// Makes the edits of all requirements fit into the strings of `text` that they stand in.
    pub(crate) fn with_fitting_quotes(mut self, text: &str) -> Self {
        for declared in &mut self.declared {
            if !declared.line.tree.errors.iter().any(has_quotes) {
                continue;
            }
            let start = declared.line.start;
            for error in &mut Arc::make_mut(&mut declared.line.tree).errors {
                let Some(fix) = &error.fix else { continue };
                let at = (start + fix.span.start) as usize;
                let quote = enclosing(&text[declared.extent.start.min(start) as usize..at]);
                if let Some(quote) = quote {
                    fit(error, quote);
                }
            }
        }
        self
    }
}

fn has_quotes(error: &SyntaxError) -> bool {
    error.fix.as_ref().is_some_and(|fix| fix.text.contains(['"', '\'']))
}

/// The quote of the string that is open behind `text`, if one is.
fn enclosing(text: &str) -> Option<char> {
    let mut open = None;
    let mut escaped = false;
    for c in text.chars() {
        match open {
            _ if escaped => escaped = false,
            Some('"') if c == '\\' => escaped = true,
            Some(quote) if c == quote => open = None,
            None if matches!(c, '"' | '\'') => open = Some(c),
            Some(_) | None => {}
        }
    }
    open
}

/// Writes the other quotes in the edit, or leaves it out where both are needed.
fn fit(error: &mut SyntaxError, quote: char) {
    let Some(fix) = &mut error.fix else { return };
    if !fix.text.contains(quote) {
        return;
    }
    let other = if quote == '"' { '\'' } else { '"' };
    if fix.text.contains(other) {
        error.fix = None;
        return;
    }
    let text = fix.text.replace(quote, &other.to_string());
    fix.title = fix.title.replace(&fix.text, &text);
    error.message = error.message.replace(&fix.text, &text);
    fix.text = text;
}
