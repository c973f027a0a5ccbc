//! What uv is told by its configuration and variables of where things come from.

/// The indexes that uv uses beside its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UvSettings {
    /// The user's: by a variable, or a file of the user or of the machine. URLs; a password may be in one.
    pub own: Vec<Box<str>>,
    /// The project's, by the nearest `uv.toml` or `[tool.uv]`. uv reads them because they lie there.
    pub project: Vec<Box<str>>,
    /// The hosts whose certificates the project does not want checked.
    pub project_unchecked: Vec<Box<str>>,
}
