//! The kinds of failure.

/// What went wrong. Texts are as the tool gave them: without control characters, but perhaps long.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are named after what they hold")]
pub enum FailureKind {
    /// The index has nothing of that name. Only with `is_certain`; pip says the same when the index keeps it back,
    /// or has only files for other machines.
    NoSuchDistribution {
        name: String,
        wanted_by: Option<String>,
        is_certain: bool,
    },
    /// No version is as it is asked for. `available` is in the tool's order; empty where it did not say.
    NoVersion {
        name: String,
        specifier: String,
        available: Vec<String>,
        wanted_by: Option<String>,
    },
    /// Every version that would do is for other Pythons: `needs` is the newest one's `Requires-Python`.
    WrongPython {
        name: String,
        needs: String,
        has: Option<String>,
    },
    /// Only wheels for other machines or Pythons.
    WrongPlatform {
        name: String,
    },
    /// Every version that would do was withdrawn.
    Yanked {
        name: String,
    },
    /// What is asked for contradicts itself. Without `wants` the tool's own `explanation` is all there is.
    Conflict {
        wants: Vec<Want>,
        explanation: String,
    },
    /// The installer gave up looking for versions that fit together.
    TooDeep,
    /// Something has to be built, and that failed. A path or a URL has no project name yet.
    Build {
        project: Option<String>,
        cause: BuildCause,
    },
    HashMismatch {
        name: Option<String>,
        expected: Option<String>,
        got: Option<String>,
    },
    HashMissing {
        names: Vec<String>,
    },
    /// With hashes every version must be pinned.
    HashUnpinned {
        names: Vec<String>,
    },
    RequirementInvalid {
        text: String,
    },
    PathMissing {
        path: String,
    },
    NotAProject {
        path: String,
    },
    Wheel {
        file: String,
        problem: WheelProblem,
    },
    GitMissing,
    Git {
        url: String,
        reason: String,
    },
    /// pip has no PySocks.
    Socks,
    /// pip's own support for SOCKS crashed.
    SocksBroken,
    /// The proxy's URL begins with `socks://`, which says no version.
    SocksScheme,
    Tls {
        host: Option<String>,
    },
    /// The Python has no `ssl`.
    TlsMissing,
    /// pip does not ask an index without TLS that is not on this machine.
    IndexInsecure {
        host: String,
    },
    Dns {
        host: Option<String>,
    },
    Proxy {
        problem: ProxyProblem,
    },
    ProxyAuthentication,
    Authentication {
        host: Option<String>,
        status: String,
    },
    NotFound {
        url: String,
        status: String,
    },
    ServerError {
        host: Option<String>,
        status: String,
    },
    Timeout {
        host: Option<String>,
    },
    Unreachable {
        host: Option<String>,
    },
    /// The installer was told to stay offline.
    Offline {
        name: Option<String>,
    },
    DiskFull,
    Permission {
        path: Option<String>,
    },
    ReadOnly {
        path: Option<String>,
    },
    ExternallyManaged,
    /// `user = true`, or `--user`.
    UserInstall,
    /// The installer found no environment where it was sent.
    NoEnvironment,
    PipMissing,
    /// pip's configuration file, or an option.
    Configuration {
        said: String,
    },
    CannotUninstall {
        name: String,
    },
    /// Debian's Python without its `venv` package; the package that has it.
    EnsurepipMissing {
        package: String,
    },
    /// `ensurepip` ran and failed, and venv keeps the reason to itself.
    EnsurepipFailed,
    /// The interpreter has no `venv`.
    VenvMissing,
    /// The folder's path has the character in it that separates the folders of `PATH`.
    PathSeparator {
        path: Option<String>,
    },
    /// Something is where the environment would be.
    Occupied {
        path: Option<String>,
    },
    InterpreterMissing {
        asked: Option<String>,
    },
    InterpreterBroken {
        said: String,
    },
    /// Ended by a signal.
    Killed {
        signal: String,
    },
    Crash {
        exception: String,
    },
    /// The last that was said.
    Unknown {
        said: Option<String>,
    },
}

/// One side of a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// Who wants it.
    pub who: Wanter,
    /// A requirement: `apple<2`.
    pub what: String,
}

/// Who asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanter {
    /// The manifest.
    File,
    /// A constraint.
    Constraint,
    /// What is installed or would be: "banana 1.0", "banana".
    Distribution(String),
}

/// Why a build failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildCause {
    /// A program that it runs is not there: `gcc`, `pg_config`.
    MissingProgram(String),
    /// A C or C++ header: `Python.h`.
    MissingHeader(String),
    /// A library to link with, without `lib` and suffix.
    MissingLibrary(String),
    /// A module that its build script imports.
    MissingModule(String),
    /// What its build requires is not on the index.
    Requirement(String),
    /// The build script is for Python 2.
    Python2,
    /// Its `pyproject.toml` cannot be read.
    Pyproject,
    /// Ended by a signal: mostly for want of memory.
    Signal(String),
    /// The exception that ended it, as Python prints it.
    Exception(String),
    /// What it, or the compiler, said last.
    Said(String),
    /// It said nothing.
    Unknown,
}

/// What is wrong with a wheel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WheelProblem {
    /// It is not named as wheels are.
    Name,
    /// It is for another machine or Python.
    Platform,
    /// It is damaged, or is not what its name says.
    Content,
}

/// What a proxy did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyProblem {
    /// It could not be reached.
    Unreachable,
    /// It answered, and refused; the status where it is known.
    Refused(Option<String>),
}

impl FailureKind {
    /// The kind in kebab-case, for the protocol.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchDistribution { .. } => "no-such-distribution",
            Self::NoVersion { .. } => "no-version",
            Self::WrongPython { .. } => "wrong-python",
            Self::WrongPlatform { .. } => "wrong-platform",
            Self::Yanked { .. } => "yanked",
            Self::Conflict { .. } => "conflict",
            Self::TooDeep => "too-deep",
            Self::Build { .. } => "build",
            Self::HashMismatch { .. } => "hash-mismatch",
            Self::HashMissing { .. } => "hash-missing",
            Self::HashUnpinned { .. } => "hash-unpinned",
            Self::RequirementInvalid { .. } => "requirement-invalid",
            Self::PathMissing { .. } => "path-missing",
            Self::NotAProject { .. } => "not-a-project",
            Self::Wheel { .. } => "wheel",
            Self::GitMissing => "git-missing",
            Self::Git { .. } => "git",
            Self::Socks => "socks",
            Self::SocksBroken => "socks-broken",
            Self::SocksScheme => "socks-scheme",
            Self::Tls { .. } => "tls",
            Self::TlsMissing => "tls-missing",
            Self::IndexInsecure { .. } => "index-insecure",
            Self::Dns { .. } => "dns",
            Self::Proxy { .. } => "proxy",
            Self::ProxyAuthentication => "proxy-authentication",
            Self::Authentication { .. } => "authentication",
            Self::NotFound { .. } => "not-found",
            Self::ServerError { .. } => "server-error",
            Self::Timeout { .. } => "timeout",
            Self::Unreachable { .. } => "unreachable",
            Self::Offline { .. } => "offline",
            Self::DiskFull => "disk-full",
            Self::Permission { .. } => "permission",
            Self::ReadOnly { .. } => "read-only",
            Self::ExternallyManaged => "externally-managed",
            Self::UserInstall => "user-install",
            Self::NoEnvironment => "no-environment",
            Self::PipMissing => "pip-missing",
            Self::Configuration { .. } => "configuration",
            Self::CannotUninstall { .. } => "cannot-uninstall",
            Self::EnsurepipMissing { .. } => "ensurepip-missing",
            Self::EnsurepipFailed => "ensurepip-failed",
            Self::VenvMissing => "venv-missing",
            Self::PathSeparator { .. } => "path-separator",
            Self::Occupied { .. } => "occupied",
            Self::InterpreterMissing { .. } => "interpreter-missing",
            Self::InterpreterBroken { .. } => "interpreter-broken",
            Self::Killed { .. } => "killed",
            Self::Crash { .. } => "crash",
            Self::Unknown { .. } => "unknown",
        }
    }
}
