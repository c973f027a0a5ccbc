//! What can be done about a failure here: its next steps as commands, as far as this machine can carry them out.

use std::path::Path;

use ls_types::Uri;
use serde_json::{Value, json};
use venv_analysis::facts::PythonVersion;
use venv_analysis::{
    Context, Effect, Failure, Installer, NewPython, NextStep, asked_as, pythons_within, renamed,
};

use crate::client::Abilities;
use crate::{commands, convert};

/// A next step, for a button and for the answer to the command that failed.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) title: String,
    /// The command and its argument; without one it is for the user to do.
    pub(super) command: Option<(&'static str, Value)>,
}

impl Offer {
    pub(super) fn to_json(&self) -> Value {
        let (command, arguments) = match &self.command {
            Some((command, argument)) => (json!(command), json!([argument])),
            None => (Value::Null, json!([])),
        };
        json!({"title": self.title, "command": command, "arguments": arguments})
    }
}

/// The next steps after `effect` failed so. `used` is the installer that was asked for, if not the one that is set, and
/// `from` is from where the user knows that it installs.
pub(super) fn offers(
    failure: &Failure,
    uri: &Uri,
    effect: &Effect,
    used: Option<Installer>,
    from: Option<&[String]>,
    context: &Context<'_>,
    abilities: &Abilities,
) -> Vec<Offer> {
    // What was made stays, and only has to be filled.
    let filling = match effect {
        Effect::Create { root, install: true, .. } if serves(root, context) => {
            Some(Effect::Install { environment: root.clone(), names: None, installer: None })
        }
        Effect::Create { .. }
        | Effect::Install { .. }
        | Effect::InstallProject { .. }
        | Effect::Recreate { .. }
        | Effect::Reinstall { .. }
        | Effect::Uninstall { .. }
        | Effect::Remove { .. }
        | Effect::InstallPySocks { .. } => None,
    };
    let again = |installer: Option<Installer>| {
        let (name, mut argument) = convert::command(uri, filling.as_ref().unwrap_or(effect), from);
        if let Some(installer) = installer {
            argument["installer"] = json!(installer.as_str());
        }
        Some((name, argument))
    };
    let has_uv = context.facts.machine.as_ref().is_some_and(|machine| machine.tools.uv.is_some());
    let uses_uv = has_uv && used.unwrap_or(context.config.installer) != Installer::Pip;
    let offer = |step: &NextStep| match step {
        NextStep::TryAgain => Some(Offer { title: "Try again".to_owned(), command: again(used) }),
        NextStep::UseInstaller(Installer::Uv) if !has_uv || uses_uv => None,
        NextStep::UseInstaller(installer) => {
            let title = format!("Use {}", installer.as_str());
            Some(Offer { title, command: again(Some(*installer)) })
        }
        NextStep::UsePython { needs } => other_python(needs, uri, effect, used, from, context),
        NextStep::Rename { from: wrong, to: right } => {
            let can_be_done = abilities.applies_edits && !renamed(context, wrong, right).is_empty();
            let argument = || json!({"uri": uri, "name": wrong, "to": right});
            let command = can_be_done.then(|| (commands::RENAME_REQUIREMENT, argument()));
            Some(Offer { title: format!("Change `{wrong}` to `{right}`"), command })
        }
        NextStep::EditRequirement { name } => {
            if abilities.shows_documents && asked_as(context, name).is_some() {
                let command = Some((commands::SHOW_REQUIREMENT, json!({"uri": uri, "name": name})));
                Some(Offer { title: format!("Show the requirement of `{name}`"), command })
            } else {
                Some(Offer { title: format!("Change the requirement of `{name}`"), command: None })
            }
        }
        NextStep::ShowLog => Some(Offer { title: "Read the log".to_owned(), command: None }),
        // An environment that failed to be made has nothing to put it into.
        NextStep::FetchPySocks if !serves(effect.environment(), context) => None,
        NextStep::FetchPySocks => {
            let environment = effect.environment().to_owned();
            let (name, argument) = convert::command(uri, &Effect::InstallPySocks { environment }, from);
            Some(Offer { title: "Install PySocks".to_owned(), command: Some((name, argument)) })
        }
    };
    failure.next.iter().filter_map(offer).collect()
}

/// The same environment with a Python that would do.
fn other_python(
    needs: &str,
    uri: &Uri,
    effect: &Effect,
    used: Option<Installer>,
    from: Option<&[String]>,
    context: &Context<'_>,
) -> Option<Offer> {
    let machine = context.facts.machine.as_deref()?;
    let (root, present) = match effect {
        // One that was fetched is none of those that are here.
        Effect::Create { root, python: NewPython::Fetched(_), .. } => (root, None),
        Effect::Create { root, python: NewPython::Installed(interpreter), .. }
        | Effect::Recreate { root, interpreter, .. } => {
            let made_with = machine.interpreters.iter().find(|known| known.executable == *interpreter);
            (root, made_with.map(|known| known.version.clone()))
        }
        Effect::Install { environment, .. }
        | Effect::InstallProject { environment }
        | Effect::Reinstall { environment, .. }
        | Effect::Uninstall { environment, .. }
        | Effect::Remove { environment, .. }
        | Effect::InstallPySocks { environment } => {
            (environment, context.chosen().and_then(|chosen| chosen.environment.python.clone()))
        }
    };
    let is_other = |version: &PythonVersion| {
        present
            .as_ref()
            .is_none_or(|present| (present.major, present.minor) != (version.major, version.minor))
    };
    let within = pythons_within(context, needs)?;
    let interpreter = within.into_iter().find(|interpreter| is_other(&interpreter.version))?;
    let interpreter_path = interpreter.executable.clone();
    let effect = if serves(root, context) {
        Effect::Recreate { root: root.clone(), interpreter: interpreter_path, reinstall: false }
    } else {
        Effect::Create { root: root.clone(), python: NewPython::Installed(interpreter_path), install: true }
    };
    let (name, mut argument) = convert::command(uri, &effect, from);
    if let Some(installer) = used {
        argument["installer"] = json!(installer.as_str());
    }
    let version = format!("{}.{}", interpreter.version.major, interpreter.version.minor);
    Some(Offer { title: format!("Use Python {version}"), command: Some((name, argument)) })
}

/// Whether the environment at `root` is there, and serves the file.
fn serves(root: &Path, context: &Context<'_>) -> bool {
    context.chosen().is_some_and(|chosen| chosen.environment.root == *root)
}
