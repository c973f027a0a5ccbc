//! The variables of environment markers.

use venv_analysis::facts::{Implementation, PythonVersion};
use venv_discovery::marker_environment;
use venv_discovery::system::Platform;

fn platform() -> Platform {
    Platform {
        os_name: "posix".to_owned(),
        sys_platform: "darwin".to_owned(),
        machine: "arm64".to_owned(),
        system: "Darwin".to_owned(),
        release: Some("24.1.0".to_owned()),
        version: Some("Darwin Kernel Version 24.1.0".to_owned()),
    }
}

fn python(minor: u32, patch: &str, implementation: Implementation) -> PythonVersion {
    PythonVersion { major: 3, minor, patch: patch.to_owned(), implementation }
}

#[test]
fn a_release_of_cpython_is_known_in_full() {
    let markers = marker_environment(&platform(), &python(12, "4", Implementation::CPython));
    assert_eq!(markers.python_version.as_deref(), Some("3.12"));
    assert_eq!(markers.python_full_version.as_deref(), Some("3.12.4"));
    assert_eq!(markers.implementation_version.as_deref(), Some("3.12.4"));
    assert_eq!(markers.implementation_name.as_deref(), Some("cpython"));
    assert_eq!(markers.platform_python_implementation.as_deref(), Some("CPython"));
    assert_eq!(markers.os_name.as_deref(), Some("posix"));
    assert_eq!(markers.sys_platform.as_deref(), Some("darwin"));
    assert_eq!(markers.platform_system.as_deref(), Some("Darwin"));
    assert_eq!(markers.platform_machine.as_deref(), Some("arm64"));
    assert_eq!(markers.platform_release.as_deref(), Some("24.1.0"));
}

#[test]
fn what_is_not_known_is_not_made_up() {
    let unknown = marker_environment(&platform(), &python(11, "", Implementation::CPython));
    assert_eq!(unknown.python_version.as_deref(), Some("3.11"));
    assert_eq!(unknown.python_full_version, None);
    assert_eq!(unknown.implementation_version, None);

    let pypy = marker_environment(&platform(), &python(10, "14", Implementation::PyPy));
    assert_eq!(pypy.python_full_version.as_deref(), Some("3.10.14"));
    assert_eq!(pypy.implementation_name.as_deref(), Some("pypy"));
    assert_eq!(pypy.implementation_version, None);
}

#[test]
fn a_python_between_releases_is_a_local_version() {
    let markers = marker_environment(&platform(), &python(13, "0rc2+", Implementation::CPython));
    assert_eq!(markers.python_full_version.as_deref(), Some("3.13.0rc2+local"));
    assert_eq!(markers.implementation_version.as_deref(), Some("3.13.0rc2"));
}
