//! What a file says of the project that it belongs to.

use crate::manifest::{Manifest, ManifestKind};

/// The name of the project whose file this is.
pub(super) fn own_name(manifest: &Manifest) -> Option<&str> {
    let table = match manifest.kind {
        ManifestKind::Pyproject => "[project]",
        ManifestKind::SetupCfg => "[metadata]",
        ManifestKind::Requirements
        | ManifestKind::Script
        | ManifestKind::Pylock
        | ManifestKind::SetupPy
        | ManifestKind::Pipfile
        | ManifestKind::CondaEnvironment => return None,
    };
    let lines = manifest.text.lines().map(str::trim).skip_while(|line| *line != table).skip(1);
    lines.take_while(|line| !is_header(line)).find_map(|line| {
        let value = line.strip_prefix("name")?.trim_start().strip_prefix('=')?.trim_start();
        let name = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            Some(quote) => value[1..].split(quote).next()?,
            None => value,
        };
        venv_syntax::is_valid_name(name).then_some(name)
    })
}

fn is_header(line: &str) -> bool {
    line.starts_with('[')
        && line.split('#').next().unwrap_or(line).trim_end().ends_with(']')
        && !line.contains(['"', '\''])
}
