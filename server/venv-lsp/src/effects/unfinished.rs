//! Works that a `kill -9` or a power cut has ended: settled at the next start.

use std::path::{Path, PathBuf};

use venv_analysis::environment_name;
use venv_discovery::System;

use super::journal::abandoned;
use super::scratch::remove_abandoned;

/// What was put right of a work that had lost its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// One sentence for the user.
    pub message: String,
    /// Where something has changed.
    pub environment: PathBuf,
}

/// Where is written down what is under way: a folder of the user's own.
pub fn state_folder(system: &dyn System) -> Option<PathBuf> {
    let windows = system.platform().is_windows();
    let state = system.env_folder("XDG_STATE_HOME").or_else(|| {
        if windows {
            return system.env_folder("LOCALAPPDATA");
        }
        let home = system.home()?;
        Some(match &*system.platform().sys_platform {
            "darwin" => home.join("Library").join("Application Support"),
            _ => home.join(".local").join("state"),
        })
    })?;
    Some(state.join("venv-lsp").join("works"))
}

/// Settles the works whose owners are gone: what was moved comes back, unless its successor had all that was promised.
pub fn settle_unfinished(state: &Path) -> Vec<Resumed> {
    let mut resumed = Vec::new();
    for found in abandoned(state) {
        let moves = &found.moves;
        let name = environment_name(&moves.place);
        let what = if moves.old.is_some() { "replaced" } else { "created" };
        let settled = if found.is_verified { moves.finish() } else { moves.undo() };
        let mut message = if found.is_verified {
            format!("{name} had been replaced when venv-lsp was interrupted")
        } else {
            format!("{name} was being {what} when venv-lsp was interrupted")
        };
        if !settled.words.is_empty() {
            message += &format!("; {}", settled.words);
        }
        if let Some(folder) = moves.place.parent() {
            message += &format!(" (in `{}`)", folder.display());
        }
        tracing::info!("{message}");
        resumed.push(Resumed { message, environment: moves.place.clone() });
        if settled.is_final {
            found.journal.end();
        }
    }
    // Nobody who could read there runs any more.
    remove_abandoned(state);
    resumed
}
