//! Requirements and constraints files as pip reads them
//! (<https://pip.pypa.io/en/stable/reference/requirements-file-format/>).
//!
//! ```text
//! file         = logical-line*
//! logical-line = physical-line, joined to the next one by a `\` at its very end
//! content      = what is left of it without comments: (^|blank)#.*
//! content      = requirement (" -" option)*  |  option+
//! ```
//!
//! Where pip drops something in silence (a word after an option, a second `-r`, an option on the line of a
//! requirement), there is an error: a logical line is one requirement, or options, or blank, or wrong.
//! Variables such as `${TOKEN}` could stand for anything, so that nothing at or behind one is ever wrong.
//! Lines of templates (`{{ … }}`, `{% … %}`) are [`LineKind::Invalid`] without an error.

use std::borrow::Cow;
use std::sync::Arc;

use crate::cursor::is_python_space;
use crate::{Marker, Name, Requirement, Span, SyntaxError, Url, Version};

mod line;
mod location;
mod logical;
mod mistakes;
mod options;
mod place;
mod remap;
mod reparse;
mod variables;
mod wheel;
mod words;

pub(crate) use line::parse_line;
pub(crate) use mistakes::is_template;
pub(crate) use remap::{remap_errors, remap_kind, remap_marker};
pub use reparse::reparse_requirements_txt;
pub use variables::expand_variables;

/// A requirements file: its logical lines, in the order of the text, blank ones included. A text that was
/// parsed has at least one line; one that ends in a line ending has an empty line behind it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequirementsTxt {
    /// In the order of the text, without gaps.
    pub lines: Vec<Line>,
}

/// One logical line: a physical line with those that a trailing `\` joins to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Offset in bytes of the line's first character. **Every span in `tree` is relative to it**, so that a
    /// line that did not change is shared between two versions of a file.
    pub start: u32,
    /// What the line says.
    pub tree: Arc<LineTree>,
}

/// What a logical line says. All spans are relative to the line's start.
#[derive(Clone, Debug, PartialEq)]
pub struct LineTree {
    /// Bytes from the line's start to before its final line ending.
    pub len: u32,
    /// What the line is.
    pub kind: LineKind,
    /// What is wrong, in the order of the text. A line with an error is one that pip refuses, or of which it
    /// ignores a part in silence.
    pub errors: Vec<SyntaxError>,
    /// Comments, from `#` to the end of their physical line.
    pub comments: Vec<Span>,
}

/// What a logical line is.
#[derive(Clone, Debug, PartialEq)]
pub enum LineKind {
    /// Nothing, or only a comment.
    Blank,
    /// A requirement, with its options.
    Requirement(RequirementLine),
    /// Global options, also `-r` and `-c`; one line may hold several.
    Options(Vec<OptionItem>),
    /// Nothing could be made of it; `LineTree::errors` says why. Without errors it is the line of a
    /// template, or one that a variable such as `${REQUIREMENTS}` stands for.
    Invalid,
}

/// A line that asks for something.
#[derive(Clone, Debug, PartialEq)]
pub struct RequirementLine {
    /// From `-e` or the requirement's first character to its last, without per-requirement options.
    pub span: Span,
    /// The `-e` or `--editable`, also one behind the requirement, which is an error.
    pub editable: Option<Span>,
    /// What is asked for.
    pub target: RequirementTarget,
    /// Per-requirement options: `--hash`, `--config-settings`. Others are here too, with an error.
    pub options: Vec<OptionItem>,
}

/// What a requirement's line asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum RequirementTarget {
    /// A PEP 508 requirement.
    Named(Requirement),
    /// A URL, a VCS URL, a path, a wheel, an sdist. `name` is what `#egg=` or the file's name tells.
    Location {
        /// Without extras behind it and without the marker.
        location: Url,
        /// Its span is that of the name within the location.
        name: Option<Name>,
        /// What the name of a wheel tells.
        version: Option<Version>,
        /// In the order of the text.
        extras: Vec<Name>,
        /// What is behind the `;`.
        marker: Option<Box<Marker>>,
    },
}

/// One option with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionItem {
    /// Name and value.
    pub span: Span,
    /// The name as written: `-r`, `--index-url`, `--extra-index`.
    pub name: Span,
    /// Which option it is.
    pub kind: OptionKind,
    /// `None` for flags, and where the value is missing (which is an error).
    pub value: Option<OptionValue>,
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionValue {
    /// Where it is written, without the quotes around it.
    pub span: Span,
    /// Without the quotes that it may have in the file.
    pub text: Box<str>,
}

/// The options that pip accepts in a requirements file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// `-r`, `--requirement`
    Requirement,
    /// `-c`, `--constraint`
    Constraint,
    /// `-e`, `--editable`
    Editable,
    /// `-i`, `--index-url`
    IndexUrl,
    /// `--extra-index-url`
    ExtraIndexUrl,
    /// `--no-index`
    NoIndex,
    /// `-f`, `--find-links`
    FindLinks,
    /// `--no-binary`
    NoBinary,
    /// `--only-binary`
    OnlyBinary,
    /// `--prefer-binary` (pip 20.2)
    PreferBinary,
    /// `--require-hashes`
    RequireHashes,
    /// `--no-require-hashes` (pip 26.2)
    NoRequireHashes,
    /// `--pre`
    Pre,
    /// `--all-releases` (pip 26.0)
    AllReleases,
    /// `--only-final` (pip 26.0)
    OnlyFinal,
    /// `--trusted-host`
    TrustedHost,
    /// `--use-feature` (pip 20.2)
    UseFeature,
    /// `--hash`, of one requirement
    Hash,
    /// `-C`, `--config-settings`, of one requirement (pip 23.1)
    ConfigSettings,
    /// `--global-option`, of one requirement (until pip 25.2): an error
    GlobalOption,
}

/// What pip reads of a logical line: `source` without a `\` before a line ending, line endings, comments, and blanks
/// around it.
pub fn logical_text(source: &str) -> Cow<'_, str> {
    match logical::logical_line(source, 0).text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(is_python_space)),
        Cow::Owned(text) => Cow::Owned(text.trim_matches(is_python_space).to_owned()),
    }
}

/// Reads a requirements or constraints file. Never fails, and takes time linear in the length of `text`.
pub fn parse_requirements_txt(text: &str) -> RequirementsTxt {
    let mut lines = Vec::with_capacity(text.len() / 24 + 1);
    let mut position = Some(0);
    while let Some(start) = position {
        let (line, next) = line::parse_line(text, start);
        lines.push(line);
        position = next;
    }
    RequirementsTxt { lines }
}
