//! What an editor shows, drawn in a terminal: the file with its squiggles, the menu of actions, progress, the result.

use std::time::{Duration, Instant};

use serde_json::Value;
use test_support::wheel::normalized;

use crate::terminal::{Style, Terminal, WIDTH, clean, shortened, wrapped};

pub(super) struct Screen {
    terminal: Terminal,
    title: String,
}

/// Columns between the borders of a frame.
const INSIDE: usize = WIDTH - 4;
/// A line of progress that is shown for longer has said what took its time.
const LONG: Duration = Duration::from_millis(600);
/// Columns for line numbers.
const GUTTER: usize = 4;

impl Screen {
    pub(super) fn new(terminal: &Terminal, title: &str) -> Screen {
        Screen { terminal: *terminal, title: title.into() }
    }

    /// The file in a frame: its name and its problems on top, the status bar at the bottom.
    pub(super) fn editor(&self, text: &str, diagnostics: &[Value], status: &str) {
        let summary = match diagnostics.len() {
            0 => self.terminal.paint(Style::Green, "no problems"),
            1 => self.terminal.paint(Severity::of(&diagnostics[0]).style(), "1 problem"),
            count => self.terminal.paint(Severity::of(&diagnostics[0]).style(), &format!("{count} problems")),
        };
        let summary_width = match diagnostics.len() {
            0 => "no problems".len(),
            1 => "1 problem".len(),
            count => format!("{count} problems").len(),
        };
        self.border(
            '╭',
            &self.terminal.paint(Style::Bold, &self.title),
            self.title.len(),
            &summary,
            summary_width,
            '╮',
        );
        for (number, line) in text.lines().enumerate() {
            self.source_line(number + 1, line);
            for diagnostic in diagnostics.iter().filter(|diagnostic| starts_in(diagnostic, number)) {
                self.diagnostic(diagnostic, line);
            }
        }
        let status = shortened(status, INSIDE - 4);
        let width = status.chars().count();
        self.border('╰', "", 0, &self.terminal.paint(Style::Cyan, &status), width, '╯');
    }

    /// The actions in the order in which they are offered, with a mark at the chosen one.
    pub(super) fn menu(&self, actions: &[Value], chosen: usize) {
        for (number, action) in actions.iter().enumerate() {
            let title = clean(action["title"].as_str().unwrap_or_default());
            let lines = wrapped(&title, WIDTH - 6);
            for (row, line) in lines.iter().enumerate() {
                let mark = if number == chosen && row == 0 { "▸" } else { " " };
                let style = if number == chosen { Style::Bold } else { Style::Plain };
                let mark = self.terminal.paint(Style::Cyan, mark);
                self.terminal.line(&format!("  {mark} {}", self.terminal.paint(style, line)));
            }
        }
    }

    /// What shows `$/progress` as it comes: as in an editor, each line replaces the one before it.
    /// Those that took long, and those in the server's own words, stay.
    pub(super) fn progress(&self, started: Instant) -> impl FnMut(&Value) + Send + 'static {
        let terminal = self.terminal;
        let mut shown: Option<(Instant, String)> = None;
        move |message| {
            if message["method"] != "$/progress" {
                return;
            }
            let now = Instant::now();
            if let Some((since, line)) = shown.take() {
                terminal.clear_passing_line();
                if stays(&line) || now - since > LONG {
                    terminal.line(&line);
                }
            }
            let value = &message["params"]["value"];
            // The end says what the answer to the command says too.
            let text = match value["kind"].as_str() {
                Some("begin" | "report") => clean(value["message"].as_str().unwrap_or_default()),
                Some(_) | None => return,
            };
            if !text.is_empty() {
                let time = terminal.paint(Style::Dim, &seconds(now - started));
                let line = format!("  {time}  {}", shortened(&text, WIDTH - 12));
                terminal.passing_line(&line);
                shown = Some((now, line));
            }
        }
    }

    /// Something that the person at the terminal should know about the work under way.
    pub(super) fn note(&self, text: &str) {
        self.terminal.line(&format!("  {}", self.terminal.paint(Style::Yellow, text)));
    }

    /// How the work ended, in the server's words.
    pub(super) fn outcome(&self, is_done: bool, message: &str, took: Duration) {
        let (mark, style) = if is_done { ("✓", Style::Green) } else { ("✗", Style::Red) };
        let time = self.terminal.paint(Style::Dim, &seconds(took));
        self.terminal.clear_passing_line();
        for (row, line) in wrapped(message, WIDTH - 14).iter().enumerate() {
            let start = if row == 0 {
                format!("  {time}  {} ", self.terminal.paint(style, mark))
            } else {
                " ".repeat(13)
            };
            self.terminal.line(&format!("{start}{line}"));
        }
    }

    /// What the environment holds, beginning with what was asked for.
    pub(super) fn installed(&self, installed: &[(String, String)], wanted: &str) {
        // With U+00A0 between, a name and its version stay in one line.
        let named = |(name, version): &(String, String)| format!("{}\u{a0}{version}", normalized(name));
        let (asked, others): (Vec<_>, Vec<_>) =
            installed.iter().partition(|(name, _)| normalized(name) == wanted);
        self.terminal.step("Installed in the environment");
        for entry in asked {
            self.terminal.line(&format!("  {}", self.terminal.paint(Style::Green, &named(entry))));
        }
        let others: Vec<String> = others.into_iter().map(named).collect();
        let text = format!("and {} more: {}", others.len(), others.join(", "));
        for line in wrapped(&text, WIDTH - 4) {
            self.terminal.line(&format!("  {}", self.terminal.paint(Style::Dim, &line)));
        }
    }

    /// The last word.
    pub(super) fn verdict(&self, is_clean: bool, took: Duration) {
        let text = if is_clean {
            let text = format!("✓ From no environment to nothing missing in {:.1} s", took.as_secs_f64());
            self.terminal.paint(Style::Green, &text)
        } else {
            self.terminal.paint(Style::Red, "✗ The file is not clean")
        };
        self.terminal.line(&format!("\n{text}"));
    }

    fn source_line(&self, number: usize, line: &str) {
        let line = shortened(&clean(line), INSIDE - GUTTER - 1);
        let width = line.chars().count();
        let style = if line.starts_with('#') { Style::Dim } else { Style::Plain };
        let number = self.terminal.paint(Style::Dim, &format!("{number:>GUTTER$}"));
        self.row(&format!("{number} {}", self.terminal.paint(style, &line)), GUTTER + 1 + width);
    }

    fn diagnostic(&self, diagnostic: &Value, line: &str) {
        let range = &diagnostic["range"];
        let column =
            |position: &Value| position["character"].as_u64().and_then(|column| usize::try_from(column).ok());
        let width = line.chars().count().min(INSIDE - GUTTER - 1);
        let start = column(&range["start"]).unwrap_or(0).min(width);
        let is_one_line = range["start"]["line"] == range["end"]["line"];
        let end = column(&range["end"]).filter(|_| is_one_line).unwrap_or(width).clamp(start, width);
        let squiggle = "~".repeat((end - start).max(1));
        let severity = Severity::of(diagnostic);
        let before = " ".repeat(GUTTER + 1 + start);
        let squiggle_width = squiggle.len();
        self.row(
            &format!("{before}{}", self.terminal.paint(severity.style(), &squiggle)),
            before.len() + squiggle_width,
        );
        let code = diagnostic["code"].as_str().unwrap_or_default();
        let message = clean(diagnostic["message"].as_str().unwrap_or_default());
        let indent = " ".repeat(GUTTER + 1);
        let head = format!("{}[{}]", severity.name(), clean(code));
        let head_width = head.chars().count();
        self.row(
            &format!("{indent}{}", self.terminal.paint(severity.style(), &head)),
            indent.len() + head_width,
        );
        for line in wrapped(&message, INSIDE - indent.len()) {
            self.row(&format!("{indent}{line}"), indent.len() + line.chars().count());
        }
    }

    /// One line between the borders; `width` is that of `text` without its colours.
    fn row(&self, text: &str, width: usize) {
        let border = self.terminal.paint(Style::Dim, "│");
        self.terminal.line(&format!("{border} {text}{} {border}", " ".repeat(INSIDE.saturating_sub(width))));
    }

    fn border(&self, left: char, start: &str, start_width: usize, end: &str, end_width: usize, right: char) {
        let spaced = |text: &str| if text.is_empty() { String::new() } else { format!(" {text} ") };
        let around = |width: usize| if width == 0 { 0 } else { width + 2 };
        let rule = "─".repeat((WIDTH - 4).saturating_sub(around(start_width) + around(end_width)));
        let dim = |text: &str| self.terminal.paint(Style::Dim, text);
        let line =
            [dim(&format!("{left}─")), spaced(start), dim(&rule), spaced(end), dim(&format!("─{right}"))];
        self.terminal.line(&line.concat());
    }
}

#[derive(Clone, Copy)]
enum Severity {
    Error,
    Warning,
    Information,
    Hint,
}

impl Severity {
    fn of(diagnostic: &Value) -> Severity {
        match diagnostic["severity"].as_u64() {
            Some(2) => Severity::Warning,
            Some(3) => Severity::Information,
            Some(4) => Severity::Hint,
            Some(_) | None => Severity::Error,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
            Severity::Hint => "hint",
        }
    }

    fn style(self) -> Style {
        match self {
            Severity::Error => Style::Red,
            Severity::Warning => Style::Yellow,
            Severity::Information => Style::Blue,
            Severity::Hint => Style::Dim,
        }
    }
}

/// Whether a line is the server's own and not the installer's: those name something in backticks.
fn stays(line: &str) -> bool {
    line.contains('`')
}

fn starts_in(diagnostic: &Value, line: usize) -> bool {
    diagnostic["range"]["start"]["line"].as_u64() == u64::try_from(line).ok()
}

/// A time in seven columns.
fn seconds(time: Duration) -> String {
    format!("{:>5.1} s", time.as_secs_f64())
}
