//! What uv is told by its configuration and variables of where things come from.

use std::path::PathBuf;

/// The indexes that uv uses beside its default, and what else of the project's configuration counts for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UvSettings {
    /// The user's: by a variable, or a file of the user or of the machine. URLs; a password may be in one.
    pub own: Vec<Box<str>>,
    /// The project's: its indexes, and the URLs of what bounds or replaces versions. uv uses them because they lie there.
    pub project: Vec<Box<str>>,
    /// The hosts whose certificates the project does not want checked.
    pub project_unchecked: Vec<Box<str>>,
    /// A file of the user or of the machine by which uv would install somewhere else, and the key: "pip.target".
    pub elsewhere: Option<(PathBuf, &'static str)>,
    /// The configuration that lies with the project, where there is one that counts.
    pub configuration: Option<ProjectConfiguration>,
}

/// The `uv.toml` or `pyproject.toml` that uv would use if it were started in the folder of the project.
///
/// It never reads that itself when it is started from here: it is given what leads nowhere unseen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectConfiguration {
    pub path: PathBuf,
    /// What it is given, in the form of a `uv.toml`; empty, where that is nothing. A password may be in it.
    pub given: Box<str>,
    /// What it is not given, though it means something there: keys, "pip.target". Written by whoever wrote the file.
    pub left_out: Vec<Box<str>>,
    /// Why it cannot be read, as a clause. uv would not go on then.
    pub problem: Option<Box<str>>,
}
