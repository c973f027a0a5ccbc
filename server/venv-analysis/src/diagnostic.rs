//! What a rule found.

use std::path::PathBuf;
use std::sync::Arc;

use venv_syntax::{Replacement, Span};

use crate::facts::Environment;
use crate::rules::Rule;

/// One finding in one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub rule: &'static Rule,
    /// Bytes from the start of the file.
    pub span: Span,
    pub severity: Severity,
    /// Makes sense alone, in one narrow line.
    pub message: String,
    pub related: Vec<Related>,
    /// The environment that the finding is about.
    pub environment: Option<Arc<Environment>>,
    /// The literal edit that puts it right.
    pub edit: Option<Replacement>,
    /// Whether it goes away when what it speaks of is installed, which is then better than any edit.
    pub installing_settles: bool,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// `None`: in the same file.
    pub file: Option<PathBuf>,
    /// The text of that file, where it is none that the file includes. Not needed for the beginning of a file.
    pub text: Option<Arc<str>>,
    pub span: Span,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
    Information,
    Hint,
}

impl Severity {
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Information, Self::Hint];

    /// The word used in settings and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Hint => "hint",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == word)
    }
}
