//! What is left of an effect that had to wait for somebody else: they may have done it.

use std::mem::discriminant;

use venv_syntax::normalize_name;

use crate::action::repairs;
use crate::check::Context;
use crate::effect::Effect;
use crate::project::project_to_install;
use crate::pysocks::lacks_pysocks;
use crate::requirements::unsatisfied;
use crate::words::environment_name;

/// What is still to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anew {
    /// Nothing; the text says so.
    Nothing(String),
    Still(Effect),
}

/// What is still to be done of `effect` with what is known now.
pub fn anew(effect: &Effect, context: &Context<'_>) -> Anew {
    let root = effect.environment();
    let chosen = context.chosen().filter(|chosen| chosen.environment.root == root);
    let Some(environment) = chosen.map(|chosen| &*chosen.environment) else {
        return Anew::Still(effect.clone());
    };
    let done = |said: String| Anew::Nothing(said);
    match effect {
        Effect::Create { .. } if environment.is_broken() => Anew::Still(effect.clone()),
        Effect::Create { install, .. } => {
            if *install && !unsatisfied(context, environment).is_empty() {
                // It was made in the meantime, and lacks what it was to be given.
                return Anew::Still(Effect::Install {
                    environment: root.to_owned(),
                    names: None,
                    installer: None,
                });
            }
            done(format!("{} is there already, and nothing is missing any more", environment_name(root)))
        }
        Effect::Install { names, .. } => {
            let is_asked = |name: &str| names.as_ref().is_none_or(|names| names.iter().any(|it| it == name));
            let is_missing = unsatisfied(context, environment)
                .iter()
                .filter_map(|(wanted, _)| wanted.entry.name())
                .any(|name| is_asked(&name.normalized));
            if is_missing || environment.is_broken() {
                Anew::Still(effect.clone())
            } else {
                done("Nothing is missing any more".to_owned())
            }
        }
        Effect::InstallProject { .. } => match project_to_install(context, environment) {
            None if !environment.is_broken() => done(format!(
                "This project is installed in {} already, as one in development",
                environment_name(root)
            )),
            Some(_) | None => Anew::Still(effect.clone()),
        },
        Effect::Uninstall { names, .. } => {
            // Whether no file asks for the rest is looked at when it is planned.
            let is_there = |name: &&String| environment.distributions.find(&normalize_name(name)).is_some();
            let names: Vec<String> = names.iter().filter(is_there).cloned().collect();
            if names.is_empty() {
                return done(format!(
                    "What no file asks for is gone from {} already",
                    environment_name(root)
                ));
            }
            Anew::Still(Effect::Uninstall { environment: root.to_owned(), names })
        }
        Effect::InstallPySocks { .. } if lacks_pysocks(context, environment) => Anew::Still(effect.clone()),
        Effect::InstallPySocks { .. } => done(format!("{} has PySocks already", environment_name(root))),
        Effect::Recreate { .. } | Effect::Reinstall { .. } | Effect::Remove { .. } => {
            let is_same = |repair: &Effect| discriminant(repair) == discriminant(effect);
            let is_needed = |repair: &Result<Effect, String>| repair.as_ref().is_ok_and(is_same);
            if environment.is_broken() || repairs(context, None).iter().any(is_needed) {
                Anew::Still(effect.clone())
            } else {
                done(format!("{} has been put right in the meantime", environment_name(root)))
            }
        }
    }
}
