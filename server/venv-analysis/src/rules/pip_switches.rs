//! What the rules about pip's configuration share: where a switch is on, as pip reads it.
//!
//! In a configuration file itself the finding stands at the line. In a file that asks for packages it stands at the
//! first of them, and leads to the line or names the variable.

use std::sync::Arc;

use venv_syntax::{Replacement, Span};

use crate::check::{Findings, Subject};
use crate::diagnostic::Related;
use crate::facts::{PipFile, PipLevel, PipSetting, PipSettings, PipSource};
use crate::manifest::{Manifest, ManifestKind, Role};
use crate::rules::environment_missing::first_request;
use crate::words::{plain, quoted};

/// A switch of pip's that should be off.
pub(super) struct Switch {
    /// The long option without its dashes.
    pub(super) name: &'static str,
    /// The commands that it concerns.
    pub(super) commands: &'static [&'static str],
    /// What it does, after its name: "lets pip …".
    pub(super) does: &'static str,
    /// What to do instead of using it, after "remove this line".
    pub(super) instead: &'static str,
}

pub(super) fn check(context: &Subject<'_>, findings: &mut Findings<'_>, switch: &Switch) {
    match context.manifest.kind {
        ManifestKind::PipConfiguration => check_configuration(context, findings, switch),
        ManifestKind::Requirements
        | ManifestKind::Pyproject
        | ManifestKind::SetupCfg
        | ManifestKind::SetupPy => check_manifest(context, findings, switch),
        // pip does not read these.
        ManifestKind::Script
        | ManifestKind::Pylock
        | ManifestKind::Pipfile
        | ManifestKind::CondaEnvironment => {}
    }
}

/// The settings by which the switch is on, each once.
fn settings_on<'a>(settings: &'a PipSettings, switch: &Switch) -> Vec<&'a PipSetting> {
    let mut found: Vec<&PipSetting> = Vec::new();
    for setting in switch.commands.iter().filter_map(|command| settings.find_on(switch.name, command)) {
        // What stands in `[DEFAULT]` stands in each section.
        if !found.iter().any(|known| known.source == setting.source) {
            found.push(setting);
        }
    }
    found
}

/// What a configuration file says that is open itself.
pub(super) fn settings_of(manifest: &Manifest) -> PipSettings {
    let mut settings = PipSettings::default();
    settings.add_file(&Arc::new(PipFile {
        path: manifest.path.clone(),
        level: PipLevel::User,
        text: Arc::clone(&manifest.text),
    }));
    settings
}

fn check_configuration(context: &Subject<'_>, findings: &mut Findings<'_>, switch: &Switch) {
    let manifest = context.manifest;
    let settings = settings_of(manifest);
    for setting in settings_on(&settings, switch) {
        let PipSource::File { span, .. } = setting.source else { continue };
        let name = quoted(first_line(span.slice(&manifest.text)));
        let message = format!("{name} {}: remove this line, {}", switch.does, switch.instead);
        findings.add(span, message).edit = Some(Replacement {
            span: whole_lines(&manifest.text, span),
            text: String::new(),
            title: format!("Remove {name}"),
        });
    }
}

fn check_manifest(context: &Subject<'_>, findings: &mut Findings<'_>, switch: &Switch) {
    // Which environment it is decides which configuration counts, and so both are known together.
    let (Some(settings), Some(span)) = (&context.facts.pip, first_request(context)) else { return };
    if context.manifest.role == Role::Constraints {
        return;
    }
    for setting in settings_on(settings, switch) {
        let value = quoted(first_line(&setting.value));
        match &setting.source {
            PipSource::Variable(variable) => {
                let message =
                    format!("`{variable}` is {value}, which {}: unset it, {}", switch.does, switch.instead);
                findings.add(span, message);
            }
            PipSource::File { file, span: place, line } => {
                let path = plain(&file.path.to_string_lossy());
                let message = format!(
                    "`{}` is {value} in `{path}` (line {line}), which {}: remove that line, {}",
                    switch.name, switch.does, switch.instead
                );
                findings.add(span, message).related = vec![Related {
                    file: Some(file.path.clone()),
                    text: Some(Arc::clone(&file.text)),
                    span: *place,
                    message: format!("`{}` is set here", switch.name),
                }];
            }
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_end()
}

/// `span` with the rest of its lines and the line ending.
fn whole_lines(text: &str, span: Span) -> Span {
    let (start, end) = (span.start as usize, span.end as usize);
    let start = text[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let rest = &text[end..];
    let end = match rest.find(['\n', '\r']) {
        Some(at) if rest[at..].starts_with("\r\n") => end + at + 2,
        Some(at) => end + at + 1,
        None => text.len(),
    };
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span::new(offset(start), offset(end))
}
