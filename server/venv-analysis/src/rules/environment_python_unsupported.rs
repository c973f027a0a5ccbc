//! `environment-python-unsupported`: the file is for other Pythons than the environment's.

use std::sync::Arc;

use venv_syntax::{RequiresPython, Version, VersionSpecifier, any_version_satisfies};

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::facts::PythonVersion;
use crate::rules::Rule;
use crate::words::{environment_with_origin, plain, quoted};

pub(super) const RULE: Rule = Rule {
    code: "environment-python-unsupported",
    summary: "the file is for other Pythons than the environment's",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/environment-python-unsupported.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let Some(chosen) = context.chosen() else { return };
    let Some(python) = &chosen.environment.python else { return };
    for required in &context.manifest.requires_python {
        if may_be(required, python) {
            continue;
        }
        let (place, path) = (environment_with_origin(chosen), quoted(&required.path));
        let wanted = quoted(required.span.slice(&context.manifest.text));
        let version = plain(&python.to_string());
        let message = format!("{place} has Python {version}, and {path} asks for {wanted}");
        findings.add(required.span, message).environment = Some(Arc::clone(&chosen.environment));
    }
}

/// Whether `python` is, or could be, one of the Pythons that the file is for. The third number counts as far as it is
/// known; pip looks at the numbers only, and so `3.14.0rc1` is a `3.14.0`.
fn may_be(required: &RequiresPython, python: &PythonVersion) -> bool {
    let line = [u64::from(python.major), u64::from(python.minor)];
    let patch: String = python.patch.chars().take_while(char::is_ascii_digit).collect();
    let version = match patch.parse::<u64>() {
        Ok(patch) => VersionSpecifier::equals_version(Version::new([line[0], line[1], patch])),
        Err(_) => VersionSpecifier::equals_star_version(Version::new(line)),
    };
    required.any_of.is_empty()
        || required.any_of.iter().any(|specifiers| {
            any_version_satisfies(specifiers.iter().map(|specifier| &specifier.value).chain([&version]))
        })
}
