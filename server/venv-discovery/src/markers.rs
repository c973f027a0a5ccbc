//! The variables of environment markers (PEP 508), worked out without asking a Python.

use venv_analysis::facts::{Implementation, PythonVersion};
use venv_syntax::MarkerEnvironment;

use crate::system::Platform;

/// What the variables of environment markers stand for under a Python of that version on that platform.
///
/// What cannot be known from files alone is `None`: the full version where only `3.12` is known, and the
/// implementation's own version where the implementation is not CPython.
pub fn marker_environment(platform: &Platform, version: &PythonVersion) -> MarkerEnvironment {
    let full = (!version.patch.is_empty()).then(|| version.to_string());
    MarkerEnvironment {
        python_version: Some(format!("{}.{}", version.major, version.minor)),
        // A Python built between releases calls itself `3.13.0+`, which is no version; pip reads it so.
        python_full_version: full
            .as_ref()
            .map(|full| if full.ends_with('+') { format!("{full}local") } else { full.clone() }),
        platform_python_implementation: Some(version.implementation.title().to_owned()),
        implementation_name: Some(version.implementation.as_str().to_owned()),
        implementation_version: match version.implementation {
            Implementation::CPython => full.map(|full| full.trim_end_matches('+').to_owned()),
            Implementation::PyPy | Implementation::GraalPy => None,
        },
        ..platform_markers(platform)
    }
}

/// The variables that do not depend on the Python.
pub(crate) fn platform_markers(platform: &Platform) -> MarkerEnvironment {
    MarkerEnvironment {
        os_name: Some(platform.os_name.clone()),
        sys_platform: Some(platform.sys_platform.clone()),
        platform_release: platform.release.clone(),
        platform_system: Some(platform.system.clone()),
        platform_version: platform.version.clone(),
        platform_machine: Some(platform.machine.clone()),
        ..MarkerEnvironment::default()
    }
}
