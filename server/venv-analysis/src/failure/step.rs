//! What could be done about a failure.

use super::kind::{BuildCause, FailureKind, ProxyProblem};
use crate::Installer;

/// A next step, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// The same again: the cause may be gone by itself, or the user has put it right.
    TryAgain,
    /// The same with this installer.
    UseInstaller(Installer),
    /// PySocks for the pip of this environment.
    FetchPySocks,
    /// An environment with a Python that is in this specifier.
    UsePython {
        /// `>=3.10`; empty where any other would do.
        needs: String,
    },
    /// Another name in the manifest.
    Rename {
        /// The name that is not on the index, as it was asked for.
        from: String,
        /// A name that is installed, asked for, or known to be right.
        to: String,
    },
    /// The requirement of this name has to be changed.
    EditRequirement {
        /// As the tool wrote it.
        name: String,
    },
    /// All that the tool said.
    ShowLog,
}

pub(super) fn next_steps(kind: &FailureKind) -> Vec<NextStep> {
    use FailureKind as Kind;
    use NextStep::{EditRequirement, FetchPySocks, ShowLog, TryAgain, UseInstaller, UsePython};
    let uv = UseInstaller(Installer::Uv);
    match kind {
        Kind::NoSuchDistribution { name, wanted_by: None, .. }
        | Kind::NoVersion { name, wanted_by: None, .. }
        | Kind::Yanked { name } => vec![EditRequirement { name: name.clone() }],
        Kind::WrongPython { needs, .. } => vec![UsePython { needs: needs.clone() }],
        Kind::WrongPlatform { .. } => vec![UsePython { needs: String::new() }],
        Kind::Build { cause: BuildCause::Python2, .. } => vec![ShowLog],
        Kind::Build { .. } => vec![TryAgain, ShowLog],
        Kind::Socks => vec![uv, FetchPySocks],
        Kind::SocksBroken => vec![uv],
        Kind::Tls { .. }
        | Kind::Dns { .. }
        | Kind::Proxy { problem: ProxyProblem::Unreachable | ProxyProblem::Refused(_) }
        | Kind::ProxyAuthentication
        | Kind::Authentication { .. }
        | Kind::ServerError { .. }
        | Kind::Timeout { .. }
        | Kind::Unreachable { .. }
        | Kind::DiskFull
        | Kind::Permission { .. }
        | Kind::GitMissing
        | Kind::Killed { .. }
        | Kind::SocksScheme => vec![TryAgain],
        Kind::TlsMissing => vec![uv, UsePython { needs: String::new() }],
        Kind::EnsurepipMissing { .. } | Kind::EnsurepipFailed | Kind::VenvMissing => vec![uv, TryAgain],
        Kind::PipMissing => vec![uv],
        Kind::InterpreterBroken { .. } | Kind::InterpreterMissing { .. } => {
            vec![UsePython { needs: String::new() }]
        }
        Kind::NoSuchDistribution { wanted_by: Some(_), .. }
        | Kind::NoVersion { wanted_by: Some(_), .. }
        | Kind::Conflict { .. }
        | Kind::TooDeep
        | Kind::HashMismatch { .. }
        | Kind::HashMissing { .. }
        | Kind::HashUnpinned { .. }
        | Kind::RequirementInvalid { .. }
        | Kind::PathMissing { .. }
        | Kind::NotAProject { .. }
        | Kind::Wheel { .. }
        | Kind::Git { .. }
        | Kind::IndexInsecure { .. }
        | Kind::NotFound { .. }
        | Kind::Offline { .. }
        | Kind::ReadOnly { .. }
        | Kind::ExternallyManaged
        | Kind::UserInstall
        | Kind::NoEnvironment
        | Kind::Configuration { .. }
        | Kind::CannotUninstall { .. }
        | Kind::PathSeparator { .. }
        | Kind::Occupied { .. }
        | Kind::Crash { .. }
        | Kind::Unknown { .. } => vec![ShowLog],
    }
}
