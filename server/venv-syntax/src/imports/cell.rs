//! Cells of notebooks: Python with the commands of IPython
//! (<https://ipython.readthedocs.io/en/stable/interactive/magics.html>).

use crate::Span;
use crate::cursor::span;
use crate::setup_py::{line_ending, string};

use super::{Imports, Reading, install, walk};

/// Reads one cell.
pub(super) fn parse(text: &str) -> Imports {
    if let Some((name, behind)) = cell_magic(text)
        && !is_python(name)
    {
        let installs = if is_shell(name) { install::shell(text, behind..text.len()) } else { Vec::new() };
        return Imports { installs, reading: Reading::OtherLanguage, ..Imports::default() };
    }
    let mut commands =
        Commands { text, at: 0, code: String::with_capacity(text.len()), copied: 0, found: Vec::new() };
    commands.find();
    let mut imports = walk::parse_as(text, &commands.code);
    imports.installs =
        commands.found.into_iter().flat_map(|command| install::command(text, command)).collect();
    imports
}

/// The name behind the `%%` with which a cell begins, and where the next line does.
fn cell_magic(text: &str) -> Option<(&str, usize)> {
    let rest = text.trim_start().strip_prefix("%%")?;
    let start = text.len() - rest.len();
    let line = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
    let name = rest[..line].split_whitespace().next().unwrap_or_default();
    Some((name, start + line))
}

/// Those that run the rest of the cell in the notebook's own Python.
fn is_python(name: &str) -> bool {
    matches!(name, "capture" | "debug" | "ipytest" | "memit" | "prun" | "time" | "timeit" | "wandb")
}

fn is_shell(name: &str) -> bool {
    matches!(name, "!" | "bash" | "cmd" | "script" | "sh" | "sx" | "system" | "zsh")
}

/// The commands of IPython in a cell.
struct Commands<'t> {
    text: &'t str,
    at: usize,
    /// The cell with a number in place of each command: the parser knows them too, but ends with a panic where one
    /// stands behind a bracket that is never closed.
    code: String,
    /// How much of the text is in `code`.
    copied: usize,
    found: Vec<Span>,
}

impl Commands<'_> {
    fn find(&mut self) {
        while self.at < self.text.len() {
            self.skip_blanks();
            match self.text.as_bytes().get(self.at) {
                Some(b'%' | b'!' | b'?' | b',' | b';' | b'/') => self.command(),
                // A line that is no Python needs no `%`.
                Some(_) if AUTOMATIC.iter().any(|word| self.text[self.at..].starts_with(word)) => {
                    self.command();
                }
                Some(_) | None => self.statement(),
            }
        }
        self.code.push_str(&self.text[self.copied..]);
    }

    fn skip_blanks(&mut self) {
        while matches!(self.text.as_bytes().get(self.at), Some(b' ' | b'\t' | b'\x0c')) {
            self.at += 1;
        }
    }

    /// From here to the end of the line, or of those that a `\` joins to it.
    fn command(&mut self) {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        while self.at < bytes.len() && line_ending(bytes, self.at).is_none() {
            self.at = match bytes[self.at] {
                b'\\' => line_ending(bytes, self.at + 1).unwrap_or(self.at + 1),
                _ => self.at + 1,
            };
        }
        self.found.push(span(start, self.at));
        self.replace(start, "0");
    }

    /// Puts `stand_in` and blanks in the place of what was passed over since `start`.
    fn replace(&mut self, start: usize, stand_in: &str) {
        self.code.push_str(&self.text[self.copied..start]);
        self.code.push_str(stand_in);
        self.code.extend(std::iter::repeat_n(' ', self.at - start - stand_in.len()));
        self.copied = self.at;
    }

    /// Passes over Python up to the end of the line on which no bracket and no string is open.
    fn statement(&mut self) {
        let bytes = self.text.as_bytes();
        let mut open = 0_usize;
        while let Some(byte) = bytes.get(self.at) {
            let start = self.at;
            self.at += 1;
            match byte {
                b'\n' | b'\r' if open == 0 => {
                    self.at = line_ending(bytes, start).unwrap_or(self.at);
                    return;
                }
                b'(' | b'[' | b'{' => open += 1,
                b')' | b']' | b'}' => open = open.saturating_sub(1),
                b'\\' => self.at = line_ending(bytes, self.at).unwrap_or(self.at),
                b'#' => {
                    let rest = &bytes[start..];
                    self.at = start + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                }
                b'"' | b'\'' => self.at = string(self.text, start, start).end,
                // `files = !ls`
                b'=' if open == 0 => {
                    self.skip_blanks();
                    if matches!(bytes.get(self.at), Some(b'!' | b'%'))
                        && bytes.get(self.at + 1) != Some(&b'=')
                    {
                        self.command();
                    }
                }
                // `name?` shows help.
                b'?' => self.replace(start, ""),
                byte if is_of_word(*byte) => {
                    self.at += bytes[self.at..].iter().take_while(|byte| is_of_word(**byte)).count();
                    if self.at - start <= 2 && matches!(bytes.get(self.at), Some(b'"' | b'\'')) {
                        self.at = string(self.text, start, self.at).end;
                    }
                }
                _ => {}
            }
        }
    }
}

/// Commands that people give without the `%`.
const AUTOMATIC: [&str; 4] = ["pip install ", "conda install ", "mamba install ", "uv pip install "];

fn is_of_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || !byte.is_ascii()
}
