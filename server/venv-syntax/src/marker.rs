//! Environment markers: `python_version < "3.9" and sys_platform == "win32"`.

use crate::Span;

/// A marker expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Marker {
    Or(Vec<Marker>),
    And(Vec<Marker>),
    Compare { span: Span, left: MarkerTerm, operator: MarkerOperator, right: MarkerTerm },
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum MarkerTerm {
    Variable(MarkerVariable),
    /// The text between the quotes.
    Literal(Box<str>),
}

/// The variables of PEP 508, also in the legacy spellings that pip accepts (`os.name`, `python_implementation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerVariable {
    PythonVersion,
    PythonFullVersion,
    OsName,
    SysPlatform,
    PlatformRelease,
    PlatformSystem,
    PlatformVersion,
    PlatformMachine,
    PlatformPythonImplementation,
    ImplementationName,
    ImplementationVersion,
    Extra,
    /// `extras` and `dependency_groups`, which lock files use (PEP 751).
    Extras,
    DependencyGroups,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerOperator {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Compatible,
    Identical,
    In,
    NotIn,
}

/// What the variables stand for. `None` is *not known*: a marker that depends on it has no verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarkerEnvironment {
    /// `3.12`
    pub python_version: Option<String>,
    /// `3.12.1`
    pub python_full_version: Option<String>,
    /// `posix`, `nt`
    pub os_name: Option<String>,
    /// `linux`, `darwin`, `win32`
    pub sys_platform: Option<String>,
    pub platform_release: Option<String>,
    /// `Linux`, `Darwin`, `Windows`
    pub platform_system: Option<String>,
    pub platform_version: Option<String>,
    /// `x86_64`, `arm64`
    pub platform_machine: Option<String>,
    /// `CPython`, `PyPy`
    pub platform_python_implementation: Option<String>,
    /// `cpython`, `pypy`
    pub implementation_name: Option<String>,
    pub implementation_version: Option<String>,
}
