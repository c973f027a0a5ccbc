//! The entry that uninstalls what no file asks for.

use super::{Action, ActionKind};
use crate::check::Context;
use crate::effect::Effect;
use crate::plan::can_install;
use crate::unasked::unasked;
use crate::words::{counted, environment_name, plain};

/// Longer titles are cut by every editor.
const MOST_NAMES: usize = 5;

/// What could be uninstalled because no file asks for it, or why that cannot be told or done.
pub fn to_uninstall(context: &Context<'_>) -> Result<Vec<String>, String> {
    let environment = match context.chosen() {
        Some(chosen) => &*chosen.environment,
        None => return Err("No environment serves the file".to_owned()),
    };
    if let Some(issue) = environment.broken_by() {
        return Err(format!("{} is broken: {}", environment_name(&environment.root), issue.message));
    }
    let asking = context.facts.asking.as_deref();
    let asking = asking.ok_or_else(|| "What the files ask for is not known".to_owned())?;
    let names = unasked(environment, asking)?;
    if !names.is_empty() {
        let machine = context.facts.machine.as_deref();
        let machine = machine.ok_or_else(|| "The machine is still being looked at".to_owned())?;
        can_install(machine, environment, context.config.installer)?;
    }
    Ok(names)
}

/// Uninstalls what no file asks for, if there is something of the kind, and that is beyond doubt. With `all_names` the
/// title names all of it: nobody will be asked again.
pub fn uninstallation(context: &Context<'_>, all_names: bool) -> Option<Action> {
    let environment = &context.chosen()?.environment;
    let names = to_uninstall(context).ok().filter(|names| !names.is_empty())?;
    let most = if all_names { names.len() } else { MOST_NAMES };
    let mut listed: Vec<String> = names.iter().take(most).map(|name| format!("`{}`", plain(name))).collect();
    if names.len() > most {
        listed.push(format!("and {} more", names.len() - most));
    }
    let what = counted(names.len(), "distribution");
    let place = environment_name(&environment.root);
    Some(Action {
        title: format!("Uninstall {what} that no file asks for from {place}: {}", listed.join(", ")),
        kind: ActionKind::Effect(Effect::Uninstall { environment: environment.root.clone(), names }),
        preferred: false,
        settles: Vec::new(),
        from: Vec::new(),
    })
}
