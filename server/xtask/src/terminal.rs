//! What all commands write to: a terminal of 80 columns with a few colours, or a pipe without any.

use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;

/// The columns that any output keeps to.
pub(crate) const WIDTH: usize = 80;

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
    Blue,
    Cyan,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    is_colored: bool,
    /// Lines can be written over.
    is_live: bool,
}

impl Terminal {
    pub(crate) fn new(color: Color) -> Terminal {
        let is_terminal =
            io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|name| name != "dumb");
        let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let is_colored = match color {
            Color::Auto => is_terminal && !is_unwanted,
            Color::Always => true,
            Color::Never => false,
        };
        Terminal { is_colored, is_live: is_terminal }
    }

    /// Writes one line. A reader that has gone away is no reason to stop the work.
    pub(crate) fn line(&self, text: &str) {
        let mut output = io::stdout().lock();
        let _ = writeln!(output, "{text}").and_then(|()| output.flush());
    }

    /// Writes a line that the next one replaces; nothing where that cannot be.
    pub(crate) fn passing_line(&self, text: &str) {
        if self.is_live {
            let mut output = io::stdout().lock();
            let _ = write!(output, "{text}\r").and_then(|()| output.flush());
        }
    }

    /// Takes away what [`Terminal::passing_line`] has written.
    pub(crate) fn clear_passing_line(&self) {
        self.passing_line("\x1b[K");
    }

    /// The headline of a step.
    pub(crate) fn step(&self, text: &str) {
        self.line(&format!("\n{}", self.paint(Style::Bold, text)));
    }

    /// Writes to standard error what went wrong.
    pub(crate) fn error(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{} {text}", self.paint(Style::Red, "error:"));
    }

    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        let code = match style {
            Style::Plain => return text.into(),
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Red => "31",
            Style::Green => "32",
            Style::Yellow => "33",
            Style::Blue => "34",
            Style::Cyan => "36",
        };
        if self.is_colored { format!("\x1b[{code}m{text}\x1b[0m") } else { text.into() }
    }
}

/// Text that came from elsewhere, fit for a terminal: control characters become spaces.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// The first `width` columns, with `…` where something is cut off.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.into();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The text in lines of at most `width` columns, broken at spaces (not at U+00A0); a longer word is cut.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut word: Vec<char> = word.chars().collect();
        let last = lines.last().map_or(0, |line| line.chars().count());
        if last > 0 && last + 1 + word.len() > width {
            lines.push(String::new());
        }
        while word.len() > width {
            let rest = word.split_off(width);
            if let Some(line) = lines.last_mut() {
                line.extend(word);
            }
            lines.push(String::new());
            word = rest;
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.extend(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_at_spaces_where_there_are_any() {
        assert_eq!(wrapped("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a /very/long/path b", 6), ["a", "/very/", "long/p", "ath b"]);
        assert_eq!(wrapped("", 7), [""]);
    }

    #[test]
    fn long_text_says_that_it_was_cut() {
        assert_eq!(shortened("naïve text", 10), "naïve text");
        assert_eq!(shortened("naïve text!", 7), "naïve…");
    }

    #[test]
    fn nothing_from_elsewhere_controls_the_terminal() {
        assert_eq!(clean("a\x1b[31mb\tc\u{9b}d"), "a [31mb c d");
    }

    #[test]
    fn without_colours_there_is_only_text() {
        assert_eq!(Terminal::new(Color::Never).paint(Style::Red, "x"), "x");
        assert_eq!(Terminal::new(Color::Always).paint(Style::Red, "x"), "\x1b[31mx\x1b[0m");
    }
}
