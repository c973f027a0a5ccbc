//! Writes the pages of `docs/reference` and the settings of the extension for VS Code from what the server declares.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};
use serde_json::{Map, Value};

use crate::project;
use crate::terminal::Terminal;

/// The generated pages of `docs/reference`.
const PAGES: [&str; 4] = ["rules.md", "settings.md", "commands.md", "command-line.md"];

pub(crate) fn run(terminal: &Terminal) -> anyhow::Result<bool> {
    let server = project::build_server(false)?;
    let reference = project::root().join("docs/reference");
    for page in PAGES {
        write(&reference.join(page), &generated(&server, page)?, terminal)?;
    }
    let package = project::root().join("editors/vscode/package.json");
    let written = std::fs::read_to_string(&package).with_context(|| format!("`{}`", package.display()))?;
    let mut extension: Value = serde_json::from_str(&written)?;
    let ours: Map<String, Value> = serde_json::from_str(&generated(&server, "vscode-settings.json")?)?;
    let properties = extension["contributes"]["configuration"]["properties"]
        .as_object_mut()
        .context("`package.json` has no settings")?;
    for (key, schema) in ours {
        properties.insert(key, schema);
    }
    write(&package, &format!("{extension:#}\n"), terminal)?;
    Ok(true)
}

fn generated(server: &Path, page: &str) -> anyhow::Result<String> {
    let output = Command::new(server).args(["reference", page]).output()?;
    if !output.status.success() {
        bail!("`{page}` cannot be generated: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn write(path: &Path, text: &str, terminal: &Terminal) -> anyhow::Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|written| written == text) {
        return Ok(());
    }
    std::fs::write(path, text).with_context(|| format!("`{}` cannot be written", path.display()))?;
    terminal.line(&format!("wrote {}", path.strip_prefix(project::root()).unwrap_or(path).display()));
    Ok(())
}
