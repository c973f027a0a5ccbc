//! What is told of an environment, for a person at a terminal of 80 columns.

use std::fmt::Write as _;
use std::path::Path;

use venv_analysis::facts::{Cure, Environment, Harm, HealthIssue, Interpreter, Machine, PythonVersion};
use venv_analysis::{AskedPython, Config, Context, capable, counted, incapacity, plain};

use super::Told;
use crate::cli::activate;
use crate::cli::shown;
use crate::reader::{Listed, Listing};

/// Columns of a terminal.
const WIDTH: usize = 80;

/// Of the answer; what explains it begins after it.
const LABEL: usize = 13;

/// A longer path has what is said of it on the next line.
const LONGEST_PATH: usize = 38;

/// More than these are not told unless everything is asked for.
const FEW: usize = 3;

/// The answer, and what to do with it.
pub(super) fn short(told: &Told) -> String {
    let mut text = Text::default();
    text.answer(told);
    let passed_over = || told.resolution.candidates.iter().filter(|candidate| !candidate.chosen);
    let count = passed_over().count();
    if count <= FEW {
        for candidate in passed_over() {
            text.field("passed over", &format!("{}: {}", place(&candidate.path), plain(&candidate.reason)));
        }
    } else {
        text.field("passed over", &format!("{}; `venv-lsp env --all` names them", counted(count, "place")));
    }
    text.text
}

/// The answer, and all that was looked at.
pub(super) fn whole(told: &Told, folder: &Path) -> String {
    let mut text = Text::default();
    text.answer(told);
    text.considered(told);
    if let Some(listing) = &told.listing {
        text.listing(listing, folder);
    }
    if let Some(machine) = &told.machine {
        text.machine(machine);
    }
    text.text
}

#[derive(Default)]
struct Text {
    text: String,
}

impl Text {
    fn answer(&mut self, told: &Told) {
        match &told.resolution.chosen {
            None => self.no_environment(told),
            Some(chosen) => {
                let environment = &*chosen.environment;
                self.field("environment", &place(&environment.root));
                self.field("because", &format!("it is {}", plain(&chosen.reason)));
                if !environment.is_unreadable() {
                    self.field("python", &format!("{}, made by {}", python(environment), maker(environment)));
                    self.field("installed", &counted(environment.distributions.len(), "distribution"));
                }
                self.health(environment, told);
            }
        }
    }

    fn health(&mut self, environment: &Environment, told: &Told) {
        for issue in environment.health.iter().chain(&told.issues) {
            self.field("health", &problem(issue));
        }
        self.next(environment, told);
        if environment.is_broken() {
            return;
        }
        if environment.health.is_empty() && told.issues.is_empty() {
            self.field("health", "nothing is wrong with it");
        }
        // It is copied as it is, so it stays on one line.
        self.line(&format!("{:<LABEL$}{}", "activate", activate::command(environment)));
    }

    /// What `venv-lsp fix` would do about what is wrong, if anything.
    fn next(&mut self, environment: &Environment, told: &Told) {
        let mut settled = environment.health.iter().chain(&told.issues).filter(|issue| {
            issue.cure != Cure::ByHand && (issue.harm == Harm::Unusable || !environment.is_broken())
        });
        let Some(first) = settled.next() else { return };
        let recreates = |issue: &HealthIssue| matches!(issue.cure, Cure::Recreate | Cure::Replace(_));
        let is_replaced = recreates(first) || settled.any(recreates);
        if let Some(refusal) = &told.refusal {
            self.field("next", &plain(refusal));
        } else if !is_replaced {
            self.field("next", "`venv-lsp fix` puts that right");
        } else if environment.is_unreadable() {
            // Of what cannot be found it is not known what it held.
            self.field("next", "`venv-lsp fix` puts a new one in its place");
        } else {
            self.field("next", "`venv-lsp fix` puts a new one in its place, with what it held");
        }
    }

    fn no_environment(&mut self, told: &Told) {
        self.field("environment", "none serves this place");
        let Some(machine) = told.machine.as_deref() else { return };
        let config = Config::default();
        let asked = told
            .asking
            .as_ref()
            .map(|(manifest, facts)| AskedPython::new(&Context { manifest, facts, config: &config }));
        let asked = &asked.unwrap_or_default();
        if let Some(interpreter) = capable(machine, &Config::default(), asked).first() {
            let managed = match interpreter.externally_managed {
                Some(_) => ", into which pip does not install by itself, for the system manages it",
                None => "",
            };
            let (version, executable) = (title(&interpreter.version), place(&interpreter.executable));
            self.field("python", &format!("{version} at {executable}{managed}"));
            let makes = "`venv-lsp fix` makes `.venv` with it and installs what is asked for";
            let misfit = asked.misfit(machine, &config).filter(|_| !asked.fits(&interpreter.version));
            let refusal = told.refusal.as_deref().or(misfit.as_deref());
            self.field("next", refusal.unwrap_or(makes));
        } else if let Some(interpreter) = machine.interpreters.first() {
            let problem = incapacity(machine, interpreter, &Config::default()).unwrap_or_default();
            self.field(
                "python",
                &format!("{} at {}", title(&interpreter.version), place(&interpreter.executable)),
            );
            self.field("next", &plain(&problem));
        } else {
            self.field("next", "install Python 3 or uv: none was found on this machine");
        }
    }

    fn considered(&mut self, told: &Told) {
        self.heading("Considered, in this order");
        if told.resolution.candidates.is_empty() {
            self.item("nothing was found", "");
        }
        for candidate in &told.resolution.candidates {
            let verdict = if candidate.chosen { "chosen: " } else { "passed over: " };
            self.item(&place(&candidate.path), &format!("{verdict}{}", plain(&candidate.reason)));
        }
    }

    fn listing(&mut self, listing: &Listing, folder: &Path) {
        let (below, central): (Vec<&Listed>, Vec<&Listed>) =
            listing.environments.iter().partition(|listed| listed.keeper.is_none());
        self.heading(&format!("Environments in `{}`: {}", place(folder), below.len()));
        for listed in below {
            self.item(&place(&listed.environment.root), &described(&listed.environment));
        }
        if !listing.is_complete {
            self.item("too many folders", "only the nearest were looked into");
        }
        if central.is_empty() {
            return;
        }
        self.heading(&format!("Environments that tools keep: {}", central.len()));
        for listed in central {
            let keeper = match listed.keeper {
                Some("home") | None => String::new(),
                Some(keeper) => format!("{keeper}: "),
            };
            self.item(
                &place(&listed.environment.root),
                &format!("{keeper}{}", described(&listed.environment)),
            );
        }
    }

    fn machine(&mut self, machine: &Machine) {
        self.heading(&format!("Pythons on this machine: {}", machine.interpreters.len()));
        for (number, interpreter) in machine.interpreters.iter().enumerate() {
            self.item(&place(&interpreter.executable), &interpreter_words(machine, interpreter, number == 0));
        }
        if let Some(uv) = &machine.tools.uv {
            self.item(&place(uv), "uv");
        }
    }

    /// `label        value`, the value in as many lines as it needs.
    fn field(&mut self, label: &str, value: &str) {
        let mut label = label;
        for line in wrapped(value, WIDTH - LABEL) {
            self.line(&format!("{label:<LABEL$}{line}"));
            label = "";
        }
    }

    /// `  path   what is said of it`, on one line if that is not too long.
    fn item(&mut self, path: &str, words: &str) {
        const INDENT: usize = 4;
        let at = 2 + LONGEST_PATH + 2;
        if path.chars().count() <= LONGEST_PATH {
            let mut path = path;
            for line in wrapped(words, WIDTH - at) {
                self.line(&format!("  {path:<LONGEST_PATH$}  {line}"));
                path = "";
            }
            return;
        }
        self.line(&format!("  {path}"));
        for line in wrapped(words, WIDTH - 2 - INDENT) {
            self.line(&format!("  {:INDENT$}{line}", ""));
        }
    }

    fn heading(&mut self, title: &str) {
        self.line("");
        self.line(title);
    }

    fn line(&mut self, line: &str) {
        // Nothing can go wrong when text is added to text.
        writeln!(self.text, "{}", line.trim_end()).ok();
    }
}

fn interpreter_words(machine: &Machine, interpreter: &Interpreter, is_first: bool) -> String {
    let mut words = title(&interpreter.version);
    if is_first {
        words.push_str(", the first on `PATH`");
    }
    if interpreter.externally_managed.is_some() {
        words.push_str(", externally managed");
    }
    if let Some(problem) = incapacity(machine, interpreter, &Config::default()) {
        words.push_str(". ");
        words.push_str(&plain(&problem));
    }
    words
}

fn described(environment: &Environment) -> String {
    if let Some(issue) = environment.broken_by().filter(|_| environment.is_unreadable()) {
        return problem(issue);
    }
    let version = environment.python.as_ref().map_or_else(|| "unknown Python".to_owned(), title);
    let mut words = format!("{version}, {}", maker(environment));
    match environment.health.first() {
        None => words.push_str(&format!(", {}", counted(environment.distributions.len(), "distribution"))),
        Some(issue) => words.push_str(&format!(", {}", problem(issue))),
    }
    words
}

fn problem(issue: &HealthIssue) -> String {
    let harm = match issue.harm {
        Harm::Unusable => "broken",
        Harm::Partial => "damaged",
    };
    format!("{harm}: {}", plain(&issue.message))
}

fn python(environment: &Environment) -> String {
    environment.python.as_ref().map_or_else(|| "unknown version".to_owned(), title)
}

/// `3.12.1`, `3.10.14 (PyPy)`
fn title(version: &PythonVersion) -> String {
    match version.implementation.title() {
        "CPython" => version.to_string(),
        other => format!("{version} ({other})"),
    }
}

fn maker(environment: &Environment) -> &'static str {
    environment.kind.as_str()
}

/// The path as a person would write it: relative to the current folder, or with `~`.
fn place(path: &Path) -> String {
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty());
    let shown = shown(path);
    match home.as_deref().and_then(|home| Path::new(&shown).strip_prefix(home).ok()) {
        Some(rest) if !rest.as_os_str().is_empty() => format!("~/{}", rest.display()),
        Some(_) | None => shown,
    }
}

/// The words in lines of at most `width` columns; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += length;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_whole() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a-very-long-word b", 4), ["a-very-long-word", "b"]);
        assert_eq!(wrapped("", 4), [""]);
    }

    #[test]
    fn a_long_path_has_a_line_of_its_own() {
        let mut text = Text::default();
        text.item(".venv", "3.12.1, venv");
        text.item(&format!("/{}", "x".repeat(50)), "3.12.1, venv");
        let lines: Vec<&str> = text.text.lines().collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines[0].starts_with("  .venv    ") && lines[0].ends_with("  3.12.1, venv"));
        assert_eq!(lines[2], "      3.12.1, venv");
    }
}
