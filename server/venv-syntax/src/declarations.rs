//! What the files of projects ask for: the one form to which every format but pip's own is read.
//!
//! A *section* is a list of requirements that the format gives a meaning of its own: the dependencies of a project,
//! an extra, a group, what its build needs. Each requirement in it is a [`Line`], as those of a requirements file
//! are, so that whoever understands the one understands the other.

use std::sync::Arc;

use crate::cursor::{span, trim};
use crate::excerpt;
use crate::requirement::{Dialect, parse};
use crate::requirements_txt::{remap_errors, remap_kind};
use crate::source_map::SourceMap;
use crate::{
    Line, LineKind, LineTree, Name, RequirementLine, RequirementTarget, Span, Specifier, SyntaxError,
};

mod builder;
mod keyed;
mod own;
mod quotes;

pub(crate) use builder::Builder;
pub(crate) use keyed::{Keyed, wrong_value};

/// What a file asks for. Spans are in bytes from the start of the file, those within a [`Line`] from its start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Declarations {
    /// In the order of the text.
    pub sections: Vec<Section>,
    /// In the order of the text.
    pub declared: Vec<Declared>,
    /// Requirements files that the format takes requirements from, as `file = ["requirements.txt"]` of setuptools.
    pub files: Vec<DeclaredFile>,
    /// Which Pythons the file is for.
    pub requires_python: Vec<RequiresPython>,
    /// Where extras and groups are named and nothing is asked for. In the order of the text.
    pub mentions: Vec<Mention>,
    /// What is wrong outside the requirements: a TOML error, a group that is not there, groups in a circle.
    pub errors: Vec<SyntaxError>,
}

/// A list of requirements.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What it is for.
    pub kind: SectionKind,
    /// Who gets what it asks for.
    pub demand: Demand,
    /// Its place as the format's own documentation writes it, names as in the file: `project.dependencies`,
    /// `dependency-groups.dev`, `tool.poetry.group.docs.dependencies`, `options.extras_require.test`.
    pub path: Box<str>,
    /// Of an extra or a group.
    pub name: Option<Name>,
    /// The key or table header that names it.
    pub head: Span,
    /// From its head to the end of what it holds.
    pub span: Span,
    /// The groups that it takes in.
    pub includes: Vec<GroupInclude>,
    /// The extras of the project itself that it takes in wherever it is installed, by `project[extra]`: indices into
    /// [`Declarations::sections`].
    pub own_extras: Vec<usize>,
}

/// What a section is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectionKind {
    /// What the project needs to run.
    Dependencies,
    /// What it needs for an extra (`project[extra]`).
    Extra,
    /// What those who work on it need (PEP 735, and the tools' own groups).
    Group,
    /// What its build needs, in an environment of its own.
    Build,
    /// Bounds of versions, which ask for nothing.
    Constraints,
    /// What counts instead of what others ask for; asks for nothing itself.
    Overrides,
    /// An environment of its own, which a tool makes.
    Environment,
    /// What a lock file has settled on.
    Lock,
}

/// Who gets what a section asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Demand {
    /// The environment of the project.
    Always,
    /// The environment of the project, if one asks for the extra or the group.
    OnRequest,
    /// Another environment than the project's.
    Elsewhere,
    /// Nobody: it bounds the versions of what others ask for.
    Nobody,
}

/// One group taken in by another: `{include-group = "test"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupInclude {
    /// The name, without quotes.
    pub name: Name,
    /// An index into [`Declarations::sections`]; `None` where there is no such group.
    pub section: Option<usize>,
    /// What is taken away with the include: with quotes and braces.
    pub extent: Span,
}

/// A place that names an extra or a group which is declared elsewhere: `default-groups = ["dev"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Whether it is an extra or a group.
    pub kind: SectionKind,
    /// The table or key that it stands in, as the documentation writes it: `tool.uv.default-groups`.
    pub path: Box<str>,
    /// Without quotes.
    pub name: Name,
    /// Whether it is a key, and no text.
    pub is_key: bool,
}

/// One requirement of a section.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// An index into [`Declarations::sections`].
    pub section: usize,
    /// Its start and length are those of the text within the quotes, or of the key and its value.
    pub line: Line,
    /// It as one line of a requirements file, whatever the format writes: escapes read, `^1.2` taken apart. Empty
    /// where there is no such line.
    pub text: Box<str>,
    /// What is taken away when the requirement is: with its quotes, without a comma.
    pub extent: Span,
}

/// A requirements file that the format names.
#[derive(Clone, Debug, PartialEq)]
pub struct DeclaredFile {
    /// An index into [`Declarations::sections`].
    pub section: usize,
    /// The path, without quotes.
    pub span: Span,
    /// The path as it is meant, relative to the folder of the file.
    pub path: Box<str>,
}

/// Which Pythons a file is for: `requires-python = ">=3.9"`.
#[derive(Clone, Debug, PartialEq)]
pub struct RequiresPython {
    /// The value, without quotes.
    pub span: Span,
    /// Its place as the documentation writes it: `project.requires-python`.
    pub path: Box<str>,
    /// One of these lists must hold, all of it; one empty list holds for every Python. Spans from the start of the
    /// file.
    pub any_of: Vec<Vec<Specifier>>,
}

/// Reads one PEP 508 requirement that stands somewhere in a file; `map` leads from `text` to the file.
pub(crate) fn requirement_line(text: &str, map: &SourceMap) -> Line {
    let mut errors = Vec::new();
    let (start, end) = trim(text, 0, text.len());
    for (start, end) in [(0, start), (end, text.len())] {
        // A multi-line string ends on a line of its own; the specification has blanks only.
        if start < end && text[start..end].contains(|c| !matches!(c, ' ' | '\t')) && !text.trim().is_empty() {
            let message = "there is a line break or the like beside the requirement: remove it";
            errors.push(SyntaxError::requirement(span(start, end), message));
        }
    }
    let kind = match parse(text, 0, Dialect::Specification, &mut errors) {
        Some(requirement) => LineKind::Requirement(RequirementLine {
            span: requirement.span,
            editable: None,
            target: RequirementTarget::Named(requirement),
            options: Vec::new(),
        }),
        None => LineKind::Invalid,
    };
    if let Some(message) = no_specification(&text[start..end]) {
        let kind = LineKind::Invalid;
        return line_at(text.len(), kind, vec![SyntaxError::requirement(span(start, end), message)], map);
    }
    if errors.is_empty()
        && let Some(at) = memchr::memchr(b'\n', text.as_bytes())
    {
        errors.push(SyntaxError::requirement(span(at, at + 1), "a requirement must be on one line"));
    }
    line_at(text.len(), kind, errors, map)
}

/// Why what a requirements file may have is not for the specification.
fn no_specification(text: &str) -> Option<String> {
    let word = excerpt(text.split(char::is_whitespace).next().unwrap_or(text));
    let url = text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    });
    if text.starts_with('-') {
        Some(format!("`{word}` is an option of pip, which only a requirements file can have"))
    } else if text.starts_with(['.', '/', '\\', '~']) {
        Some("a path cannot be a requirement here: write `name @ file:///…` with the whole path".to_owned())
    } else if url {
        Some(format!("a URL needs a name before it: `name @ {word}`"))
    } else {
        None
    }
}

/// `kind` and `errors`, whose spans are those of a text of `length` bytes, as a line of the file.
pub(crate) fn line_at(
    length: usize,
    mut kind: LineKind,
    mut errors: Vec<SyntaxError>,
    map: &SourceMap,
) -> Line {
    let whole = map.to_source(span(0, length));
    let start = whole.start;
    let map = |span: Span| {
        let source = map.to_source(span);
        Span::new(source.start - start, source.end - start)
    };
    remap_kind(&mut kind, &map);
    remap_errors(&mut errors, &map);
    errors.sort_by_key(|error| error.span);
    Line { start, tree: Arc::new(LineTree { len: whole.len(), kind, errors, comments: Vec::new() }) }
}
