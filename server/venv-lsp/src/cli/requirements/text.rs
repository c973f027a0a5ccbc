//! The records as text for a terminal of 80 columns.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;
use venv_analysis::{plain, without_secrets};

use crate::cli::shown;

/// The columns of a terminal that nobody has made larger.
const COLUMNS: usize = 80;

/// Where what is asked for begins, behind the number of its line.
const INDENT: usize = 7;

/// As long as this, and how it stands is said beside what is asked for.
const BESIDE: usize = 40;

/// Line by line, each file and each of its lists under its name.
pub(super) fn as_text(records: &[Value]) -> String {
    let mut text = String::new();
    let (mut file, mut section) = (None, None);
    for record in records {
        if file != Some(&record["file"]) {
            (file, section) = (Some(&record["file"]), None);
            let path = record["file"].as_str().unwrap_or_default();
            // Nothing can go wrong when text is added to text, here and below.
            writeln!(text, "{}", shown(Path::new(path))).ok();
        }
        if section != Some(&record["section"]) {
            section = Some(&record["section"]);
            if let Some(name) = record["section"].as_str() {
                writeln!(text, "  {}", plain(name)).ok();
            }
        }
        let word = |key: &str| plain(&without_secrets(record[key].as_str().unwrap_or_default()));
        let (what, said) = match record["kind"].as_str() {
            Some("requirement") => (asked(record), state(record)),
            Some("option") => (word("raw"), String::new()),
            _ => (word("raw"), format!("error: {}", word("message"))),
        };
        push(&mut text, &record["line"].to_string(), &what, &said);
    }
    text
}

fn asked(record: &Value) -> String {
    let word = |key: &str| plain(&without_secrets(record[key].as_str().unwrap_or_default()));
    let name = if record["name"].is_null() { word("url") } else { word("name") };
    let extras: Vec<&str> =
        record["extras"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let extras = if extras.is_empty() { String::new() } else { format!("[{}]", plain(&extras.join(","))) };
    format!("{name}{extras} {}", word("specifier")).trim_end().to_owned()
}

/// How it stands in the environment.
fn state(record: &Value) -> String {
    match (&record["satisfied"], &record["installed"], &record["applies"]) {
        (_, _, Value::Bool(false)) => "not for this environment".to_owned(),
        (Value::Bool(true), version, _) => {
            format!("installed {}", plain(version.as_str().unwrap_or_default()))
        }
        (Value::Bool(false), Value::String(version), _) => {
            format!("installed {}, not as asked", plain(version))
        }
        (Value::Bool(false), _, _) => "not installed".to_owned(),
        _ => String::new(),
    }
}

/// One record: beside each other where there is room, else one below the other.
fn push(text: &mut String, line: &str, what: &str, said: &str) {
    let mut number = line;
    let mut add = |indent: usize, part: &str| {
        let row = format!("{number:>5}{:indent$}{part}", "", indent = indent.saturating_sub(5));
        number = "";
        writeln!(text, "{}", row.trim_end()).ok();
    };
    if what.chars().count() <= BESIDE && INDENT + BESIDE + 1 + said.chars().count() <= COLUMNS {
        return add(INDENT, &format!("{what:<BESIDE$} {said}"));
    }
    for (index, part) in wrapped(what, COLUMNS - INDENT - 4).iter().enumerate() {
        add(if index == 0 { INDENT } else { INDENT + 4 }, part);
    }
    for part in wrapped(said, COLUMNS - INDENT - 4) {
        add(INDENT + 4, &part);
    }
}

/// The words of a text in rows of at most `width` characters. A word that is longer is cut.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    let mut room = 0;
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < room
            && let Some(row) = rows.last_mut()
        {
            row.push(' ');
            row.push_str(word);
            room -= letters.len() + 1;
            continue;
        }
        for piece in letters.chunks(width) {
            rows.push(piece.iter().collect());
            room = width - piece.len();
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_no_wider_than_they_may_be() {
        assert_eq!(wrapped("aa bb ccc d", 5), ["aa bb", "ccc d"]);
        assert_eq!(wrapped("abcdefgh i", 5), ["abcde", "fgh i"]);
        assert_eq!(wrapped("", 5), Vec::<String>::new());
    }
}
