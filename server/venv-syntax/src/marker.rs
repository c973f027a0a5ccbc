//! Environment markers: `python_version < "3.9" and sys_platform == "win32"`
//! (<https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers>).

use crate::Span;

mod display;
mod evaluate;
mod literal;
mod parse;

pub use evaluate::evaluate;
pub(crate) use parse::parse_marker;

/// A marker expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Marker {
    /// Two or more, of which one must hold.
    Or(Vec<Marker>),
    /// Two or more, which must all hold.
    And(Vec<Marker>),
    /// One comparison.
    Compare {
        /// From the left term to the right one.
        span: Span,
        /// What is before the operator.
        left: MarkerTerm,
        /// How the two compare.
        operator: MarkerOperator,
        /// Where the operator is written.
        operator_span: Span,
        /// What is behind the operator.
        right: MarkerTerm,
    },
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkerTerm {
    /// Where it is written, a text with its quotes.
    pub span: Span,
    /// What it is.
    pub value: MarkerValue,
}

/// What one side of a comparison is.
#[derive(Clone, Debug, PartialEq)]
pub enum MarkerValue {
    /// What the environment says.
    Variable(MarkerVariable),
    /// The text between the quotes, escapes read.
    Literal(Box<str>),
}

/// The variables of PEP 508, also in the legacy spellings that pip accepts (`os.name`, `python_implementation`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerVariable {
    /// `python_version`
    PythonVersion,
    /// `python_full_version`
    PythonFullVersion,
    /// `os_name`
    OsName,
    /// `sys_platform`
    SysPlatform,
    /// `platform_release`
    PlatformRelease,
    /// `platform_system`
    PlatformSystem,
    /// `platform_version`
    PlatformVersion,
    /// `platform_machine`
    PlatformMachine,
    /// `platform_python_implementation`
    PlatformPythonImplementation,
    /// `implementation_name`
    ImplementationName,
    /// `implementation_version`
    ImplementationVersion,
    /// `extra`
    Extra,
    /// `extras`, which lock files use (PEP 751)
    Extras,
    /// `dependency_groups`, which lock files use (PEP 751)
    DependencyGroups,
}

/// How the two sides of a comparison are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerOperator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `~=`
    Compatible,
    /// `===`
    Identical,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

impl MarkerVariable {
    /// As the specification spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PythonVersion => "python_version",
            Self::PythonFullVersion => "python_full_version",
            Self::OsName => "os_name",
            Self::SysPlatform => "sys_platform",
            Self::PlatformRelease => "platform_release",
            Self::PlatformSystem => "platform_system",
            Self::PlatformVersion => "platform_version",
            Self::PlatformMachine => "platform_machine",
            Self::PlatformPythonImplementation => "platform_python_implementation",
            Self::ImplementationName => "implementation_name",
            Self::ImplementationVersion => "implementation_version",
            Self::Extra => "extra",
            Self::Extras => "extras",
            Self::DependencyGroups => "dependency_groups",
        }
    }

    /// The variable of this spelling, which may be a legacy one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "python_version" => Self::PythonVersion,
            "python_full_version" => Self::PythonFullVersion,
            "os_name" | "os.name" => Self::OsName,
            "sys_platform" | "sys.platform" => Self::SysPlatform,
            "platform_release" => Self::PlatformRelease,
            "platform_system" => Self::PlatformSystem,
            "platform_version" | "platform.version" => Self::PlatformVersion,
            "platform_machine" | "platform.machine" => Self::PlatformMachine,
            "platform_python_implementation" | "platform.python_implementation" | "python_implementation" => {
                Self::PlatformPythonImplementation
            }
            "implementation_name" => Self::ImplementationName,
            "implementation_version" => Self::ImplementationVersion,
            "extra" => Self::Extra,
            "extras" => Self::Extras,
            "dependency_groups" => Self::DependencyGroups,
            _ => return None,
        })
    }
}

impl MarkerOperator {
    /// As it is written, `not in` with one space.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Compatible => "~=",
            Self::Identical => "===",
            Self::In => "in",
            Self::NotIn => "not in",
        }
    }
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
    /// `6.1.0-18-amd64`
    pub platform_release: Option<String>,
    /// `Linux`, `Darwin`, `Windows`
    pub platform_system: Option<String>,
    /// `#1 SMP Debian 6.1.76-1`
    pub platform_version: Option<String>,
    /// `x86_64`, `arm64`
    pub platform_machine: Option<String>,
    /// `CPython`, `PyPy`
    pub platform_python_implementation: Option<String>,
    /// `cpython`, `pypy`
    pub implementation_name: Option<String>,
    /// `3.12.1`
    pub implementation_version: Option<String>,
}
