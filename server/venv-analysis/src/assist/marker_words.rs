//! What the marker variables are, in our words, and what they are usually compared with
//! (<https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers>).

use venv_syntax::{MarkerEnvironment, MarkerVariable};

/// Those that a requirement may use, in the order in which they are offered.
pub(super) const VARIABLES: [MarkerVariable; 12] = [
    MarkerVariable::PythonVersion,
    MarkerVariable::SysPlatform,
    MarkerVariable::PlatformSystem,
    MarkerVariable::PlatformMachine,
    MarkerVariable::ImplementationName,
    MarkerVariable::PlatformPythonImplementation,
    MarkerVariable::OsName,
    MarkerVariable::PythonFullVersion,
    MarkerVariable::ImplementationVersion,
    MarkerVariable::PlatformRelease,
    MarkerVariable::PlatformVersion,
    MarkerVariable::Extra,
];

/// One sentence.
pub(super) fn text_of(variable: MarkerVariable) -> &'static str {
    match variable {
        MarkerVariable::PythonVersion => "The first two numbers of the Python's version.",
        MarkerVariable::PythonFullVersion => "The whole version of the Python.",
        MarkerVariable::OsName => "The kind of operating system, as `os.name` says it.",
        MarkerVariable::SysPlatform => "The platform, as `sys.platform` says it.",
        MarkerVariable::PlatformRelease => {
            "The release of the operating system, as `platform.release()` says it."
        }
        MarkerVariable::PlatformSystem => "The operating system, as `platform.system()` says it.",
        MarkerVariable::PlatformVersion => {
            "The version of the operating system, as `platform.version()` says it."
        }
        MarkerVariable::PlatformMachine => "The kind of processor, as `platform.machine()` says it.",
        MarkerVariable::PlatformPythonImplementation => {
            "Which Python it is, as `platform.python_implementation()` says it."
        }
        MarkerVariable::ImplementationName => "Which Python it is, as `sys.implementation.name` says it.",
        MarkerVariable::ImplementationVersion => "The version of that implementation of Python.",
        MarkerVariable::Extra => "The extra for which the requirement is asked for.",
        MarkerVariable::Extras => "The extras that a lock file is installed with.",
        MarkerVariable::DependencyGroups => "The groups that a lock file is installed with.",
    }
}

/// What it stands for in `environment`; `None` where that is not known.
pub(super) fn value_of(variable: MarkerVariable, environment: &MarkerEnvironment) -> Option<&str> {
    match variable {
        MarkerVariable::PythonVersion => environment.python_version.as_deref(),
        MarkerVariable::PythonFullVersion => environment.python_full_version.as_deref(),
        MarkerVariable::OsName => environment.os_name.as_deref(),
        MarkerVariable::SysPlatform => environment.sys_platform.as_deref(),
        MarkerVariable::PlatformRelease => environment.platform_release.as_deref(),
        MarkerVariable::PlatformSystem => environment.platform_system.as_deref(),
        MarkerVariable::PlatformVersion => environment.platform_version.as_deref(),
        MarkerVariable::PlatformMachine => environment.platform_machine.as_deref(),
        MarkerVariable::PlatformPythonImplementation => environment.platform_python_implementation.as_deref(),
        MarkerVariable::ImplementationName => environment.implementation_name.as_deref(),
        MarkerVariable::ImplementationVersion => environment.implementation_version.as_deref(),
        MarkerVariable::Extra | MarkerVariable::Extras | MarkerVariable::DependencyGroups => None,
    }
}

/// What it is usually compared with.
pub(super) fn usual_values(variable: MarkerVariable) -> &'static [&'static str] {
    match variable {
        MarkerVariable::PythonVersion => &["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"],
        MarkerVariable::OsName => &["posix", "nt"],
        MarkerVariable::SysPlatform => &["linux", "win32", "darwin"],
        MarkerVariable::PlatformSystem => &["Linux", "Windows", "Darwin"],
        MarkerVariable::PlatformMachine => &["x86_64", "AMD64", "aarch64", "arm64"],
        MarkerVariable::PlatformPythonImplementation => &["CPython", "PyPy"],
        MarkerVariable::ImplementationName => &["cpython", "pypy"],
        MarkerVariable::PythonFullVersion
        | MarkerVariable::ImplementationVersion
        | MarkerVariable::PlatformRelease
        | MarkerVariable::PlatformVersion
        | MarkerVariable::Extra
        | MarkerVariable::Extras
        | MarkerVariable::DependencyGroups => &[],
    }
}

/// Whether versions are compared, so that `<` says something.
pub(super) fn is_version(variable: MarkerVariable) -> bool {
    matches!(
        variable,
        MarkerVariable::PythonVersion
            | MarkerVariable::PythonFullVersion
            | MarkerVariable::ImplementationVersion
            | MarkerVariable::PlatformRelease
    )
}
