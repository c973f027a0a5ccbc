//! The entry that installs the project whose file it is.

use super::{Action, ActionKind};
use crate::check::Context;
use crate::effect::Effect;
use crate::facts::{Environment, Machine};
use crate::plan::can_install;
use crate::project::project_to_install;
use crate::requirements::{Wanted, unsatisfied};
use crate::sources::Sources;
use crate::words::environment_name;

pub(super) fn add_installation(
    context: &Context<'_>,
    machine: &Machine,
    environment: &Environment,
    actions: &mut Vec<Action>,
) {
    if project_to_install(context, environment).is_none()
        || can_install(machine, environment, context.config.installer).is_err()
    {
        return;
    }
    // What the project needs comes along.
    let needed: Vec<Wanted<'_>> =
        unsatisfied(context, environment).into_iter().map(|(wanted, _)| wanted).collect();
    let sources = Sources::new(context).with(&needed);
    let place = environment_name(&environment.root);
    actions.push(Action {
        title: format!("Install this project into {place} (editable){}", sources.words()),
        kind: ActionKind::Effect(Effect::InstallProject { environment: environment.root.clone() }),
        preferred: false,
        settles: Vec::new(),
        from: sources.names(),
    });
}
