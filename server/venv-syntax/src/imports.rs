//! What a Python file imports, and under which circumstances.
//!
//! The grammar is that of crate `ruff_python_parser`, of which only this module knows: no version of it promises
//! anything about the next one. It reads what is broken, too: what comes before and behind a mistake is found.
//!
//! What this is not: nothing is resolved and nothing is run. Whether a module is there, which distribution has it and
//! whether a comment or a guard makes its absence a fact of no interest is for others to decide; here stands what the
//! file says about it. Only literal names count: `import_module(name)` is left alone. Python's own complaints about
//! the text are not repeated either, for which [`Reading`] has a word.

use crate::{Line, MarkerEnvironment, Span};

mod walk;

mod attempt;
mod call;
mod condition;
mod depth;
mod names;
mod search_path;
mod suppression;
mod test;

mod cell;
mod install;
mod remap;
mod words;

/// What a Python file, or a cell of a notebook, imports. All spans are in bytes from its start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imports {
    /// In the order of the text; `import a, b` is two.
    pub imports: Vec<Import>,
    /// What the file itself does to `sys.path`. In the order of the text.
    pub search_paths: Vec<SearchPathChange>,
    /// Comments that are about the whole file. In the order of the text.
    pub suppressions: Vec<Suppression>,
    /// What a cell installs (`%pip install`). In the order of the text.
    pub installs: Vec<InstallCommand>,
    /// How much of the text was understood.
    pub reading: Reading,
}

/// How much of a Python text was understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// All of it.
    #[default]
    Whole,
    /// There are mistakes in it; what is around them was read.
    Broken,
    /// It is nested more deeply than any Python takes it: nothing of it was read.
    TooDeep,
    /// It is no Python: a cell that begins with `%%bash`.
    OtherLanguage,
}

/// One module that is imported, or from which something is.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// How it is written.
    pub form: ImportForm,
    /// How many dots are before the name: 0 is an absolute import.
    pub level: u32,
    /// The dotted name without the dots before it; empty for `from . import a`. Without blanks, and without a last
    /// part that is still to be typed.
    pub module: Box<str>,
    /// The name as it is written, with the dots before it, without quotes.
    pub span: Span,
    /// The whole statement, or the call.
    pub statement: Span,
    /// What is imported from it. Any of these may be a module of its own.
    pub names: Vec<ImportedName>,
    /// Where it stands.
    pub place: ImportPlace,
    /// What the comments on its lines say. In the order of the text.
    pub suppressions: Vec<Suppression>,
}

/// How an import is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportForm {
    /// `import a.b`
    Import,
    /// `from a.b import c`
    From,
    /// `importlib.import_module("a.b")`, `__import__("a.b")`
    Call,
    /// `pytest.importorskip("a.b")`
    OrSkip,
}

/// A name that is imported from a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedName {
    /// Its name there, or `*`.
    pub name: Box<str>,
    /// Without the `as` behind it.
    pub span: Span,
}

/// Where an import stands, which decides whether and when it is run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportPlace {
    /// In a function, which may never be called.
    pub in_function: bool,
    /// In the body of a class.
    pub in_class: bool,
    /// Only where types are checked: under `TYPE_CHECKING`.
    pub is_type_checking: bool,
    /// What must hold for it to be run, all of it; from the outside in.
    pub conditions: Vec<Condition>,
    /// The statements around it that get over a missing module, from the outside in.
    pub attempts: Vec<Attempt>,
}

impl ImportPlace {
    /// Whether the file goes on when the module is not there.
    pub fn is_guarded(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.role == AttemptRole::Guarded)
    }

    /// Whether it is only run when another import has failed.
    pub fn is_fallback(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.role == AttemptRole::Fallback)
    }

    /// Whether Python comes to it where `environment` is, as far as `if` says that; `None` where that is not known.
    pub fn runs_in(&self, environment: &MarkerEnvironment) -> Option<bool> {
        condition::all(self.conditions.iter().map(|condition| condition.holds(environment)))
    }
}

/// A statement that gets over a missing module: `try` with `except ImportError` (or `ModuleNotFoundError`,
/// `Exception`, nothing), `with suppress(ImportError)`, `importorskip`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Imports of the same statement have the same number, and those of others in the file another one.
    pub number: u32,
    /// Which part of the statement the import stands in.
    pub role: AttemptRole,
    /// What is done where the module is missing.
    pub fallback: Fallback,
}

/// A part of a statement that gets over a missing module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptRole {
    /// What is tried.
    Guarded,
    /// What is done instead.
    Fallback,
}

/// What is done where a module is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// Something else is imported.
    Import,
    /// Something else is done: a name gets another value, a message is printed.
    Value,
    /// Nothing.
    Nothing,
    /// It ends there: with `raise`, or with the program.
    Raise,
}

/// What the test of an `if` says, as far as it is about the Python that runs the file.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// `TYPE_CHECKING`, which is false where the file is run.
    TypeChecking,
    /// `sys.version_info >= (3, 11)`
    Version {
        /// How many parts of the version are compared: two of `sys.version_info[:2]`.
        parts: Option<usize>,
        /// The version stands on the left.
        order: VersionOrder,
        /// What it is compared with.
        version: Vec<u64>,
    },
    /// `sys.platform == "win32"`
    Platform {
        /// What is looked at.
        variable: PlatformVariable,
        /// How it is looked at.
        test: TextTest,
        /// One of these is enough.
        values: Vec<Box<str>>,
    },
    /// It does not hold.
    Not(Box<Condition>),
    /// All of these hold. `True` is none.
    All(Vec<Condition>),
    /// One of these holds. `False` is none.
    Any(Vec<Condition>),
    /// Something else.
    Unknown,
}

/// How versions are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionOrder {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `==`
    Equal,
    /// `>=`
    GreaterOrEqual,
    /// `>`
    Greater,
}

/// What tells platforms apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlatformVariable {
    /// `sys.platform`
    SysPlatform,
    /// `os.name`
    OsName,
    /// `platform.system()`
    PlatformSystem,
    /// `sys.implementation.name`
    ImplementationName,
    /// `platform.python_implementation()`
    PythonImplementation,
}

/// How a text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// `== "x"`, `in ("x", "y")`
    Equals,
    /// `.startswith("x")`
    StartsWith,
    /// `"x" in …`
    Contains,
}

/// A comment that asks a tool not to speak, or says how strict it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Whose comment it is.
    pub kind: SuppressionKind,
    /// What it is about, as written: `F401`, `import-not-found`, `reportMissingImports=false`, `basic`. Empty where
    /// it is about everything.
    pub codes: Vec<Box<str>>,
    /// From its `#` on.
    pub span: Span,
}

/// Whose comment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SuppressionKind {
    /// `# type: ignore[…]`, of all type checkers.
    TypeIgnore,
    /// `# noqa: …`; for a whole file `# ruff: noqa` or `# flake8: noqa`.
    Noqa,
    /// `# pyright: ignore[…]`; for a whole file `# pyright: basic`.
    Pyright,
    /// `# ty: ignore[…]`
    Ty,
    /// `# pylint: disable=…`
    Pylint,
    /// `# mypy: ignore-errors`, for a whole file.
    Mypy,
}

/// A folder that a file puts into `sys.path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPathChange {
    /// The call or the statement.
    pub span: Span,
    /// What is put there.
    pub folder: SearchFolder,
}

/// A folder that is put into `sys.path`. Paths have `/` between their parts, and no `.` and `a/..` in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchFolder {
    /// Relative to the folder of the file; `` is that folder.
    OfFile(Box<str>),
    /// A path as it stands there: absolute, or relative to the folder in which Python is started.
    AsWritten(Box<str>),
    /// What cannot be told without running the file.
    Unknown,
}

/// A line of a notebook that installs something: `%pip install six`, `!uv pip install six`.
#[derive(Clone, Debug, PartialEq)]
pub struct InstallCommand {
    /// What installs it.
    pub installer: Installer,
    /// From its `%` or `!` to its end.
    pub span: Span,
    /// What it is asked for.
    pub requirements: Vec<InstallRequirement>,
    /// Everything else: `-q`, `-r requirements.txt`, `--index-url …`
    pub options: Vec<InstallOption>,
}

/// What installs distributions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Installer {
    /// `pip`, `python -m pip`
    Pip,
    /// `uv pip`
    Uv,
    /// `conda`, `mamba`, `micromamba`: the names are those of conda's packages, not of distributions.
    Conda,
}

/// One requirement of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct InstallRequirement {
    /// It as a line of a requirements file; [`crate::LineKind::Invalid`] without errors for those of conda, and
    /// where a variable stands for it.
    pub line: Line,
    /// Without quotes.
    pub text: Box<str>,
    /// With its quotes.
    pub extent: Span,
}

/// One option of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallOption {
    /// As written: `-q`, `--index-url`.
    pub name: Box<str>,
    /// Without quotes. `None` where it has none.
    pub value: Option<Box<str>>,
    /// Name and value.
    pub span: Span,
}

/// Reads a Python file. Never fails, and takes time linear in the length of `text`.
pub fn parse_imports(text: &str) -> Imports {
    walk::parse(text)
}

/// Reads one cell of a notebook: Python with the commands of IPython. Never fails.
pub fn parse_cell_imports(text: &str) -> Imports {
    cell::parse(text)
}
