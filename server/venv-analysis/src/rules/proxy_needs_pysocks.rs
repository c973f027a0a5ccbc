//! `proxy-needs-pysocks`: pip has to go through a SOCKS proxy and cannot.
//!
//! In a configuration file itself the finding stands at the line. Elsewhere it stands at the first request of a file,
//! once, whether an environment serves the file or is yet to be made.

use std::sync::Arc;

use crate::asked_python::{AskedPython, capable};
use crate::check::{Findings, Subject};
use crate::diagnostic::{Related, Severity};
use crate::facts::{PipSource, ProxyScheme, ProxySource};
use crate::manifest::{ManifestKind, Role};
use crate::plan::{Creator, can_install, creator, installs_with_uv};
use crate::pysocks::{lacks_pysocks, socks_proxy};
use crate::rules::Rule;
use crate::rules::environment_missing::first_request;
use crate::rules::pip_switches::settings_of;
use crate::words::{environment_name, plain, quoted};

pub(super) const RULE: Rule = Rule {
    code: "proxy-needs-pysocks",
    summary: "pip has to go through a SOCKS proxy and lacks PySocks",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/proxy-needs-pysocks.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    match context.manifest.kind {
        ManifestKind::PipConfiguration => check_configuration(context, findings),
        ManifestKind::Requirements
        | ManifestKind::Pyproject
        | ManifestKind::SetupCfg
        | ManifestKind::SetupPy
        | ManifestKind::Script
        | ManifestKind::Pylock
        | ManifestKind::Pipfile => check_manifest(context, findings),
        // conda has its own ways.
        ManifestKind::CondaEnvironment => {}
    }
}

fn check_configuration(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let manifest = context.manifest;
    let settings = settings_of(manifest);
    let Some(setting) = settings.find("proxy", "install") else { return };
    let PipSource::File { span, .. } = setting.source else { return };
    if !ProxyScheme::of(&setting.value).is_socks() {
        return;
    }
    let value = quoted(&setting.value);
    let message = format!(
        "{value} is a SOCKS proxy, which pip cannot use in an environment without PySocks: install that first, name an \
         HTTP proxy, or install with uv"
    );
    findings.add(span, message);
}

fn check_manifest(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let Some(span) = first_request(context) else { return };
    if context.manifest.role == Role::Constraints || context.facts.resolution.is_none() {
        return;
    }
    let (Some(machine), Some(proxy)) = (context.facts.machine.as_deref(), socks_proxy(context)) else {
        return;
    };
    let installer = context.config.installer;
    let lacking = match context.chosen().map(|chosen| &*chosen.environment) {
        Some(environment) if environment.is_broken() || !lacks_pysocks(context, environment) => return,
        Some(environment) => {
            if can_install(machine, environment, installer).is_err() || installs_with_uv(machine, installer) {
                return;
            }
            format!("{} has no PySocks: let venv-lsp install that first", environment_name(&environment.root))
        }
        None => {
            let able = capable(machine, context.config, &AskedPython::new(context));
            let Some(python) = able.first() else { return };
            if matches!(creator(machine, python, installer), Ok(Creator::Uv(_)) | Err(_)) {
                return;
            }
            "a new environment has no PySocks: let venv-lsp create it, which installs that first".to_owned()
        }
    };
    let url = quoted(&proxy.url);
    let (name, related) = match &proxy.source {
        ProxySource::Variable(variable) => (quoted(variable), None),
        ProxySource::Pip(PipSource::Variable(variable)) => (format!("`{variable}`"), None),
        ProxySource::Pip(PipSource::File { file, span, line }) => {
            let place = Related {
                file: Some(file.path.clone()),
                text: Some(Arc::clone(&file.text)),
                span: *span,
                message: "`proxy` is set here".to_owned(),
            };
            (format!("`proxy` in `{}` (line {line})", plain(&file.path.to_string_lossy())), Some(place))
        }
    };
    let message = format!(
        "{name} is the SOCKS proxy {url}, and pip cannot use it, because {lacking}, or install with uv"
    );
    findings.add(span, message).related.extend(related);
}
