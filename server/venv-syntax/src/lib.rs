//! Error-tolerant readers of the files in which Python projects ask for packages.
//!
//! Text comes in, trees with a byte span on every part come out. Reading never fails: what cannot be
//! understood becomes a [`SyntaxError`] with a span, and everything around it is read all the same.
//! The same text always gives the same tree.
//!
//! ```
//! use venv_syntax::{LineKind, RequirementTarget, parse_requirements_txt};
//!
//! let text = "requests[socks]>=2.31  # the client\nflask=3\n";
//! let file = parse_requirements_txt(text);
//!
//! let LineKind::Requirement(line) = &file.lines[0].tree.kind else { panic!() };
//! let RequirementTarget::Named(requests) = &line.target else { panic!() };
//! assert_eq!(&*requests.name.normalized, "requests");
//! assert_eq!(requests.specifiers[0].version.slice(text), "2.31");
//!
//! let flask = &file.lines[1];
//! let error = &flask.tree.errors[0];
//! assert_eq!(error.message, "pip needs `==`, not `=`");
//! assert_eq!(error.span.shift(flask.start).slice(text), "=");
//! ```
//!
//! [`parse_requirements_txt`] reads the files of pip. Every other format becomes [`Declarations`]: lists of
//! requirements with the meaning that the format gives to each list, and lines like those of a requirements file.
//!
//! ```
//! use venv_syntax::{Demand, parse_pyproject};
//!
//! let file = parse_pyproject("[dependency-groups]\ndev = [\"ruff\", \"mypy\"]\n");
//! assert_eq!(&*file.sections[0].path, "dependency-groups.dev");
//! assert_eq!(file.sections[0].demand, Demand::Always);
//! assert_eq!(&*file.declared[1].text, "mypy");
//! ```
//!
//! [`parse_imports`] and [`parse_notebook`] (feature `imports`) say what a Python file asks for without a word about
//! distributions: the modules that it imports.
//!
//! What this crate deliberately is not: it reads no file, follows no `-r`, knows no environment, and has
//! no opinion on whether a package exists.

#![warn(missing_docs, unreachable_pub)]

mod conda_environment;
mod config_file;
mod cursor;
mod declarations;
mod declare;
mod error;
mod excerpt;
#[cfg(feature = "imports")]
mod imports;
mod ini;
#[cfg(feature = "imports")]
mod json;
mod mapped_text;
mod marker;
mod metadata;
mod name;
#[cfg(feature = "imports")]
mod notebook;
mod pipfile;
mod poetry_constraint;
mod pylock;
mod pyproject;
mod requirement;
mod requirements_txt;
mod script;
mod setup_cfg;
mod setup_py;
mod source_map;
mod span;
mod text;
mod toml;
mod version;
mod yaml;

pub use conda_environment::parse_conda_environment;
pub use config_file::{ConfigEntry, ConfigFile, parse_config_file};
pub use declarations::{
    Declarations, Declared, DeclaredFile, Demand, GroupInclude, Mention, RequiresPython, Section, SectionKind,
};
pub use excerpt::{excerpt, secrets, without_secrets};
#[cfg(feature = "imports")]
pub use imports::{
    Attempt, AttemptRole, Condition, Fallback, Import, ImportForm, ImportPlace, ImportedName, Imports,
    InstallCommand, InstallOption, InstallRequirement, Installer, PlatformVariable, Reading, SearchFolder,
    SearchPathChange, Suppression, SuppressionKind, TextTest, VersionOrder, parse_cell_imports,
    parse_imports,
};
pub use marker::{
    Marker, MarkerEnvironment, MarkerOperator, MarkerTerm, MarkerValue, MarkerVariable, evaluate,
};
pub use metadata::{Metadata, metadata_headers, metadata_headers_end, parse_metadata};
pub use name::{Name, is_valid_name, normalize_name};
#[cfg(feature = "imports")]
pub use notebook::{Notebook, NotebookCell, parse_notebook};
pub use pipfile::parse_pipfile;
pub use pylock::parse_pylock;
pub use pyproject::parse_pyproject;
pub use requirement::{Requirement, Specifier, Url, any_version_allowed, parse_requirement};
pub use requirements_txt::{
    Line, LineKind, LineTree, OptionItem, OptionKind, OptionValue, RequirementLine, RequirementTarget,
    RequirementsTxt, expand_variables, logical_text, parse_requirements_txt, reparse_requirements_txt,
};
pub use script::parse_script;
pub use setup_cfg::parse_setup_cfg;
pub use setup_py::parse_setup_py;
pub use span::Span;
pub use text::{DecodeError, decode};
pub use version::{Version, VersionSpecifier, any_version_satisfies, satisfies};

/// A piece of text that could not be understood, or that the tools would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The wrong part. Relative to the same origin as the tree's other spans.
    pub span: Span,
    /// The rule it belongs to.
    pub kind: SyntaxErrorKind,
    /// What is wrong and what to write instead, in one plain line without a full stop.
    pub message: String,
    /// The literal edit that puts it right, where there is exactly one right edit.
    pub fix: Option<Replacement>,
    /// Whether the tool reads it without a word, and fails with it only when it comes to install it.
    pub is_late: bool,
}

/// Which rule a [`SyntaxError`] belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// The requirement is not one that pip accepts.
    Requirement,
    /// The option is not one that pip accepts in a requirements file, or its value is missing or wrong.
    Option,
    /// A group that is taken in is not there.
    IncludeNotFound,
    /// A group takes itself in, directly or through others.
    IncludeCycle,
}

/// Replaces the text under `span` by `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What to replace; empty where something is inserted.
    pub span: Span,
    /// What to write there.
    pub text: String,
    /// What the edit does, fit for a menu: "Replace `=` with `==`".
    pub title: String,
}
