//! What no file asks for, at the end of `venv-lsp fix --uninstall-unused`.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

use venv_analysis::{Effect, ManifestKind, counted, environment_name, plain, to_uninstall};
use venv_syntax::normalize_name;

use super::super::{Fix, print, warn};
use super::work::{Done, Work};

/// Looks at each environment once: it is asked for by all files at the same time.
pub(super) struct Unused<'a> {
    arguments: &'a Fix,
    seen: Vec<PathBuf>,
}

impl<'a> Unused<'a> {
    pub(super) fn new(arguments: &'a Fix) -> Self {
        Self { arguments, seen: Vec::new() }
    }

    /// Uninstalls what no file asks for from the environment that serves this one, once the user has agreed.
    pub(super) fn remove(&mut self, work: &Work<'_>) -> anyhow::Result<Done> {
        if !self.arguments.uninstall_unused {
            return Ok(Done::Well);
        }
        // A script has an environment of its own, and pip's configuration none; who names one gets an answer.
        let is_of_folder =
            !matches!(work.manifest.kind, ManifestKind::Script | ManifestKind::PipConfiguration);
        let is_named = work.question.workspace_root.is_none();
        let resolution = work.reader.resolve(&work.manifest.path, work.question);
        let Some(environment) = resolution.chosen.map(|chosen| chosen.environment) else {
            return Ok(Done::Well);
        };
        if !(is_of_folder || is_named) || self.seen.contains(&environment.root) {
            return Ok(Done::Well);
        }
        self.seen.push(environment.root.clone());
        let root = environment.root.clone();
        let unnamed = Effect::Uninstall { environment: root.clone(), names: Vec::new() };
        let names = match work.look(&unnamed, to_uninstall)? {
            Ok(names) => names,
            Err(reason) => {
                warn(&format!("{reason}, so nothing is uninstalled"));
                return Ok(Done::NotAll);
            }
        };
        if names.is_empty() {
            return Ok(Done::Well);
        }
        let list = names.iter().map(|name| {
            let found = environment.distributions.find(&normalize_name(name));
            let version = found.map(|found| format!(" {}", plain(&found.version))).unwrap_or_default();
            format!("{}{version}", plain(name))
        });
        let what = counted(names.len(), "distribution");
        let title = format!("No file asks for {what} in {}:", environment_name(&root));
        let effect = Effect::Uninstall { environment: root, names: names.clone() };
        if self.arguments.dry_run {
            let list = list.map(|line| format!("#   {line}\n"));
            print(&format!("# {title}\n{}", list.collect::<String>()))?;
            return work.describe(&effect);
        }
        let list = list.map(|line| format!("  {line}\n"));
        tell(&format!("{title}\n{}", list.collect::<String>()));
        if !self.arguments.yes {
            if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
                warn(
                    "there is no terminal to ask on, so nothing is uninstalled; `--yes` does it without a question",
                );
                return Ok(Done::NotAll);
            }
            if !is_agreed(&format!("Uninstall {}? [y/N] ", if names.len() == 1 { "it" } else { "them" }))? {
                tell("Nothing was uninstalled\n");
                return Ok(Done::NotAll);
            }
        }
        work.carry_out(&effect)
    }
}

fn tell(text: &str) {
    // There is nowhere left to say it if stderr is closed.
    io::stderr().lock().write_all(text.as_bytes()).ok();
}

/// Whether the next line is a yes. Its end is a no.
fn is_agreed(question: &str) -> anyhow::Result<bool> {
    tell(question);
    let mut answer = String::new();
    if io::stdin().lock().read_line(&mut answer)? == 0 {
        tell("\n");
    }
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
