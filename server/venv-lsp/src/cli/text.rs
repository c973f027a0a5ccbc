//! Findings as a person reads them: the line, a caret, the fix.

use std::io::IsTerminal as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use venv_analysis::{Diagnostic, Manifest, Severity};
use venv_syntax::{Span, secrets};

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
        let column = super::column(index, &manifest.text, found.span.start) as usize;
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

/// The part of `line` around `marked` that is shown, without anything that could move the cursor and with stars for
/// what gives access, and where the mark is in it.
fn window(text: &str, line: Span, marked: Span) -> (String, Range<usize>) {
    let before = Span::new(line.start, marked.start).slice(text);
    let start = before.char_indices().rev().take(LONGEST_LINE / 2).last().map_or(before.len(), |(at, _)| at);
    let start = line.start as usize + start;
    let secrets = secrets_near(text, line, start);
    let mut shown = String::new();
    if start > line.start as usize {
        shown.push('…');
    }
    let (marked, mut range) = (marked.start as usize..marked.end as usize, None);
    for (number, (at, c)) in text[start..line.end as usize].char_indices().enumerate() {
        let at = start + at;
        if at == marked.start {
            range = Some(shown.len()..shown.len());
        }
        if number >= LONGEST_LINE {
            shown.push('…');
            break;
        }
        match c {
            _ if secrets.iter().any(|secret| secret.contains(&at)) => shown.push('*'),
            '\t' => shown.push(' '),
            _ => shown.push_str(&venv_analysis::plain(c.encode_utf8(&mut [0; 4]))),
        }
        if let Some(range) = range.as_mut().filter(|_| at < marked.end) {
            range.end = shown.len();
        }
    }
    let range = range.unwrap_or(shown.len()..shown.len());
    (shown, range)
}

/// What gives access in the part of `line` that is shown from `start` on, which may begin before it.
fn secrets_near(text: &str, line: Span, start: usize) -> Vec<Range<usize>> {
    const MARGIN: usize = 4096;
    let line = line.start as usize..line.end as usize;
    let from = text.floor_char_boundary(start.saturating_sub(MARGIN)).max(line.start);
    let until = text.floor_char_boundary((start + MARGIN).min(line.end));
    secrets(&text[from..until]).into_iter().map(|secret| from + secret.start..from + secret.end).collect()
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
    fn what_gives_access_is_not_shown() {
        let (shown, marked) = windowed("six @ https://me:pass@example.org/x", Span::new(6, 35));
        assert_eq!(shown, "six @ https://*******@example.org/x");
        assert_eq!(marked, "https://*******@example.org/x");
        let text = format!("{} -i https://{}@example.org", "x ".repeat(500), "s".repeat(300));
        let (shown, _) = windowed(&text, Span::new(1200, 1210));
        assert!(!shown.contains('s'), "{shown}");
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
