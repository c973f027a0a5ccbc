//! Findings as a person reads them: the line, a caret, the fix.

use std::io::IsTerminal as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use venv_analysis::{Diagnostic, Manifest, Severity};
use venv_syntax::Span;

use crate::positions::LineIndex;

/// A line that is longer is shown in part.
const LONGEST_LINE: usize = 160;

/// Colours where stdout is a terminal and nobody said no.
pub(super) fn renderer() -> Renderer {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if std::io::stdout().is_terminal() && !no_color { Renderer::styled() } else { Renderer::plain() }
}

/// One finding with its line. `help` says what puts it right.
pub(super) fn render(
    renderer: &Renderer,
    path: &str,
    manifest: &Manifest,
    index: &LineIndex,
    found: &Diagnostic,
    help: Option<&str>,
) -> String {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO,
        Severity::Hint => Level::NOTE,
    };
    let number = index.line_number(found.span.start);
    let line = index.line_span(&manifest.text, found.span.start);
    let marked = Span::new(found.span.start, found.span.end.min(line.end).max(found.span.start));
    let (shown, marked) = window(&manifest.text, line, marked);
    let is_cut = shown.starts_with('…');
    let snippet = Snippet::source(shown).line_start(number).annotation(AnnotationKind::Primary.span(marked));
    let title = level.primary_title(&*found.message).id(found.rule.code);
    let mut report = if is_cut {
        // The snippet counts columns in what is shown of the line.
        let column = super::column(manifest, line.start, found.span.start);
        vec![title.element(Origin::path(path).line(number).char_column(column)).element(snippet)]
    } else {
        vec![title.element(snippet.path(path))]
    };
    if let Some(help) = help {
        report.push(Group::with_title(Level::HELP.secondary_title(help)));
    }
    let mut text = renderer.render(&report);
    text.push_str("\n\n");
    text
}

/// The part of `line` around `marked` that is shown, without anything that could move the cursor, and where the
/// mark is in it.
fn window(text: &str, line: Span, marked: Span) -> (String, Range<usize>) {
    let before = text[line.start as usize..marked.start as usize].chars().count();
    let skipped = before.saturating_sub(LONGEST_LINE / 2);
    let mut shown = String::new();
    let mut range = 0..0;
    let mut at = line.start;
    for (number, c) in line.slice(text).chars().enumerate() {
        if number >= skipped + LONGEST_LINE {
            shown.push('…');
            break;
        }
        if number >= skipped {
            if number == skipped && skipped > 0 {
                shown.push('…');
            }
            if at == marked.start {
                range = shown.len()..shown.len();
            }
            let visible =
                if c == '\t' { " ".to_owned() } else { venv_analysis::plain(c.encode_utf8(&mut [0; 4])) };
            shown.push_str(&visible);
            if at < marked.end && at >= marked.start {
                range.end = shown.len();
            }
        }
        at += u32::try_from(c.len_utf8()).unwrap_or(0);
    }
    if marked.start >= at {
        range = shown.len()..shown.len();
    }
    (shown, range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windowed(text: &str, span: Span) -> (String, String) {
        let line = Span::new(0, u32::try_from(text.len()).unwrap());
        let (shown, range) = window(text, line, span);
        let marked = shown[range].to_owned();
        (shown, marked)
    }

    #[test]
    fn the_mark_stays_on_its_text() {
        let (shown, marked) = windowed("six\u{1b}==1.0", Span::new(4, 9));
        assert_eq!((shown.as_str(), marked.as_str()), ("six\u{FFFD}==1.0", "==1.0"));
    }

    #[test]
    fn long_lines_are_shown_around_the_mark() {
        let text = format!("{}flask{}", "x".repeat(1_000), "y".repeat(1_000_000));
        let (shown, marked) = windowed(&text, Span::new(1_000, 1_005));
        assert_eq!(marked, "flask");
        assert!(shown.chars().count() <= LONGEST_LINE + 2);
    }

    #[test]
    fn a_mark_at_the_end_of_the_line_is_empty() {
        assert_eq!(windowed("six", Span::new(3, 3)).1, "");
    }
}
