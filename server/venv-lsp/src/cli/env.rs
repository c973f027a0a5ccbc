//! `venv-lsp env`.

use std::fmt::Write as _;

use venv_analysis::facts::{Machine, Resolution};
use venv_analysis::{counted, plain};

use super::{Env, Format, Verdict, print, print_json, shown};
use crate::reader::{FactReader, MachineNeed};
use crate::report::{self, Detail};

pub(super) fn run(arguments: &Env) -> anyhow::Result<Verdict> {
    let path = std::path::absolute(&arguments.path)?;
    anyhow::ensure!(path.symlink_metadata().is_ok(), "`{}` was not found", arguments.path.display());
    let reader = FactReader::new();
    let question = arguments.named.question(None)?;
    let resolution = match arguments.output_format {
        Format::Json => {
            let (resolution, machine) = std::thread::scope(|scope| {
                let machine = scope.spawn(|| reader.machine(MachineNeed::Fresh));
                (reader.resolve(&path, &question), machine.join())
            });
            let machine = machine
                .map_err(|_| anyhow::anyhow!("A defect in venv-lsp stopped the search for Pythons"))?;
            print_json(&report::Answer::new(&path, &resolution, &machine, Detail::WithInstalled))?;
            resolution
        }
        Format::Text => {
            let resolution = reader.resolve(&path, &question);
            let machine = resolution.chosen.is_none().then(|| reader.machine(MachineNeed::Fresh));
            print(&as_text(&resolution, machine.as_deref()))?;
            resolution
        }
    };
    let works = resolution.chosen.is_some_and(|chosen| !chosen.environment.is_broken());
    Ok(if works { Verdict::Clean } else { Verdict::Found })
}

fn as_text(resolution: &Resolution, machine: Option<&Machine>) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: String| {
        // Nothing can go wrong when text is added to text.
        writeln!(text, "{label:<12} {value}").ok();
    };
    match &resolution.chosen {
        None => {
            line("environment", "none".to_owned());
        }
        Some(chosen) => {
            let environment = &chosen.environment;
            line("environment", shown(&environment.root));
            line("because", format!("it is {}", plain(&chosen.reason)));
            let python = environment.python.as_ref();
            let version = python.map_or_else(
                || "unknown version".to_owned(),
                |version| format!("{version} ({})", version.implementation.title()),
            );
            line("python", format!("{version}, made by {}", environment.kind.as_str()));
            line("installed", counted(environment.distributions.len(), "distribution"));
            for issue in &environment.health {
                line("broken", plain(&issue.message));
            }
        }
    }
    let passed_over = resolution.candidates.iter().filter(|candidate| !candidate.chosen);
    for candidate in passed_over {
        line("passed over", format!("{}: {}", shown(&candidate.path), plain(&candidate.reason)));
    }
    if let Some(machine) = machine {
        for interpreter in &machine.interpreters {
            let managed = if interpreter.externally_managed.is_some() { ", externally managed" } else { "" };
            line("python", format!("{} ({}{managed})", shown(&interpreter.executable), interpreter.version));
        }
        if let Some(uv) = &machine.tools.uv {
            line("uv", shown(uv));
        }
        line("next", "`venv-lsp fix` makes an environment and installs what is asked for".to_owned());
    }
    text
}
