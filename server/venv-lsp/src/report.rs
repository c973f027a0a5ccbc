//! The JSON forms of an environment, for `venv-lsp env`, `venv-lsp/environment` and `venv-lsp/environmentChanged`.

use std::path::Path;

use serde_json::{Value, json};
use venv_analysis::facts::{Chosen, Machine, PythonVersion, Resolution};

/// The whole answer for one path.
pub fn answer(path: &Path, resolution: &Resolution, machine: &Machine, with_installed: bool) -> Value {
    let candidates: Vec<Value> = resolution
        .candidates
        .iter()
        .map(|candidate| {
            json!({
                "path": candidate.path,
                "origin": candidate.origin.as_str(),
                "reason": candidate.reason,
                "chosen": candidate.chosen,
            })
        })
        .collect();
    let interpreters: Vec<Value> = machine
        .interpreters
        .iter()
        .map(|interpreter| {
            json!({
                "path": interpreter.executable,
                "version": interpreter.version.to_string(),
                "externally_managed": interpreter.externally_managed.is_some(),
            })
        })
        .collect();
    json!({
        "path": path,
        "environment": resolution.chosen.as_ref().map(|chosen| environment(chosen, with_installed)),
        "candidates": candidates,
        "interpreters": interpreters,
    })
}

/// The environment alone.
pub fn environment(chosen: &Chosen, with_installed: bool) -> Value {
    let environment = &chosen.environment;
    let version = environment.python.as_ref();
    let health: Vec<Value> = environment
        .health
        .iter()
        .map(|issue| json!({"code": issue.code, "message": issue.message}))
        .collect();
    let mut report = json!({
        "path": environment.root,
        "kind": environment.kind.as_str(),
        "python": {
            "version": version.map(PythonVersion::to_string),
            "implementation": version.map(|version| version.implementation.as_str()),
            "executable": environment.executable,
        },
        "origin": chosen.origin.as_str(),
        "reason": chosen.reason,
        // PEP 668 asks this of an interpreter outside an environment only.
        "externally_managed": false,
        "health": health,
    });
    if with_installed {
        let installed: Vec<Value> = environment
            .distributions
            .sorted()
            .into_iter()
            .map(|(_, distribution)| {
                json!({
                    "name": distribution.name,
                    "version": distribution.version,
                    "location": environment.site_packages.get(usize::from(distribution.site)),
                    "editable": distribution.editable,
                })
            })
            .collect();
        report["installed"] = Value::Array(installed);
    }
    report
}
