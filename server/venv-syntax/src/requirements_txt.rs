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

use std::sync::Arc;

use crate::{Requirement, Span, SyntaxError, Url};

mod line;
mod location;
mod logical;
mod mistakes;
mod options;
mod remap;
mod reparse;
mod words;

pub use reparse::reparse_requirements_txt;

/// A requirements file: its logical lines, in the order of the text, blank ones included. A text that was
/// parsed has at least one line; one that ends in a line ending has an empty line behind it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequirementsTxt {
    pub lines: Vec<Line>,
}

/// One logical line: a physical line with those that a trailing `\` joins to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Offset in bytes of the line's first character. **Every span in `tree` is relative to it**, so that a
    /// line that did not change is shared between two versions of a file.
    pub start: u32,
    pub tree: Arc<LineTree>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LineTree {
    /// Bytes from the line's start to before its final line ending.
    pub len: u32,
    pub kind: LineKind,
    /// What is wrong, in the order of the text. A line with an error is one that pip refuses.
    pub errors: Vec<SyntaxError>,
    /// Comments, from `#` to the end of their physical line.
    pub comments: Vec<Span>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum LineKind {
    /// Nothing, or only a comment.
    Blank,
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
    /// The `-e` or `--editable`.
    pub editable: Option<Span>,
    pub target: RequirementTarget,
    /// Per-requirement options: `--hash`, `--config-settings`, …
    pub options: Vec<OptionItem>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RequirementTarget {
    /// A PEP 508 requirement.
    Named(Requirement),
    /// A URL, a VCS URL, a path, a wheel, an sdist. `name` is what `#egg=` or the file's name tells.
    Location {
        location: Url,
        name: Option<crate::Name>,
        extras: Vec<crate::Name>,
        marker: Option<crate::Marker>,
    },
}

/// One option with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionItem {
    /// Name and value.
    pub span: Span,
    /// The name as written: `-r`, `--index-url`, `--extra-index`.
    pub name: Span,
    pub kind: OptionKind,
    /// `None` for flags, and where the value is missing (which is an error).
    pub value: Option<OptionValue>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionValue {
    pub span: Span,
    /// Without the quotes that it may have in the file.
    pub text: Box<str>,
}

/// The options that pip accepts in a requirements file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    Requirement,
    Constraint,
    Editable,
    IndexUrl,
    ExtraIndexUrl,
    NoIndex,
    FindLinks,
    NoBinary,
    OnlyBinary,
    PreferBinary,
    RequireHashes,
    NoRequireHashes,
    Pre,
    AllReleases,
    OnlyFinal,
    TrustedHost,
    UseFeature,
    Hash,
    ConfigSettings,
    GlobalOption,
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
