//! Notebooks of Jupyter (`.ipynb`), cell by cell (<https://nbformat.readthedocs.io/en/latest/format_description.html>).
//!
//! Where an editor shows the cells as documents of their own, [`crate::parse_cell_imports`] reads each of them; here
//! is the file, whose spans lead through JSON's strings.

use crate::cursor::span;
use crate::json::{Value, parse_json};
use crate::mapped_text::MappedText;
use crate::{Imports, Reading, Span, parse_cell_imports};

/// A notebook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notebook {
    /// Its cells of code, in the order of the text.
    pub cells: Vec<NotebookCell>,
    /// Whether it is JSON to its end; otherwise there are the cells before the mistake.
    pub is_whole: bool,
}

/// A cell of code.
#[derive(Clone, Debug, PartialEq)]
pub struct NotebookCell {
    /// Its number among all cells of the notebook, from 0.
    pub index: usize,
    /// What it says.
    pub text: Box<str>,
    /// Where that is written: a string, or a list of strings.
    pub source: Span,
    /// What it imports. All spans are in bytes from the start of the notebook's file.
    pub imports: Imports,
}

/// Reads a notebook. Never fails, and takes time linear in the length of `text`.
pub fn parse_notebook(text: &str) -> Notebook {
    let json = parse_json(text);
    let mut notebook = Notebook { cells: Vec::new(), is_whole: json.is_whole };
    let says = |value: Option<&Value>, wanted: &str| {
        value.and_then(|value| value.text(text)).is_some_and(|found| found.text == wanted)
    };
    let is_python = is_python(text, &json.root);
    let cells = json.root.member(text, "cells").and_then(Value::items).unwrap_or_default();
    for (index, cell) in cells.iter().enumerate() {
        if !says(cell.member(text, "cell_type"), "code") {
            continue;
        }
        let Some(source) = cell.member(text, "source") else { continue };
        let Some(read) = source_text(text, source) else { continue };
        let language = cell.member(text, "metadata").and_then(|metadata| metadata.member(text, "vscode"));
        let language = language.and_then(|editor| editor.member(text, "languageId"));
        let imports = if is_python && (language.is_none() || says(language, "python")) {
            let mut imports = parse_cell_imports(&read.text);
            imports.remap(&read.map.follow());
            imports
        } else {
            Imports { reading: Reading::OtherLanguage, ..Imports::default() }
        };
        let source = span(source.range.start, source.range.end);
        notebook.cells.push(NotebookCell { index, text: read.text.into(), source, imports });
    }
    notebook
}

/// A string, or a list of strings that are put together as they are.
fn source_text(text: &str, source: &Value) -> Option<MappedText> {
    let Some(lines) = source.items() else { return source.text(text) };
    let mut all = MappedText::default();
    for line in lines.iter().filter_map(|line| line.text(text)) {
        all.append(&line);
    }
    Some(all)
}

/// Whether the cells are Python, as they are where nothing is said.
fn is_python(text: &str, root: &Value) -> bool {
    let metadata = root.member(text, "metadata");
    let of = |table: &str, key: &str| {
        let value = metadata.and_then(|metadata| metadata.member(text, table)?.member(text, key))?;
        Some(value.text(text)?.text)
    };
    of("language_info", "name")
        .or_else(|| of("kernelspec", "language"))
        .is_none_or(|language| matches!(&*language, "python" | "ipython" | "sage"))
}
