//! What actions say and offer where pip cannot use the proxy.

use venv_syntax::Span;

use super::{Action, ActionKind};
use crate::check::Context;
use crate::config::{Config, Installer};
use crate::diagnostic::Diagnostic;
use crate::effect::Effect;
use crate::facts::{Environment, Machine};
use crate::plan::{can_install, installs_with_uv};
use crate::pysocks::{lacks_pysocks, socks_proxy};
use crate::requirements::{Wanted, unsatisfied};
use crate::sources::Sources;
use crate::words::{counted, environment_name};

/// What a title says before it names what is installed, where pip is given something first.
const FIRST: &str = "PySocks and ";

/// Says in the titles of installations into `environment` that pip is given something first.
pub(super) fn announce(
    context: &Context<'_>,
    machine: &Machine,
    environment: &Environment,
    installations: &mut [Action],
) {
    if before_filling(context, machine).is_empty() || !lacks_pysocks(context, environment) {
        return;
    }
    for action in installations {
        action.title = match action.title.strip_prefix("Install ") {
            Some(rest) => format!("Install {FIRST}{rest}"),
            // "Install PySocks and upgrade …"
            None => {
                let (verb, rest) = action.title.split_at(1);
                format!("Install {FIRST}{}{rest}", verb.to_lowercase())
            }
        };
    }
}

/// [`FIRST`], where that holds for an environment that is yet to be filled.
pub(super) fn before_filling(context: &Context<'_>, machine: &Machine) -> &'static str {
    let by_pip = !installs_with_uv(machine, context.config.installer);
    if by_pip && socks_proxy(context).is_some() { FIRST } else { "" }
}

/// The ways out of `proxy-needs-pysocks` that leave what is asked for as it is.
pub(super) fn add_installation(
    context: &Context<'_>,
    machine: &Machine,
    environment: &Environment,
    found: &[Diagnostic],
    lines: Span,
    actions: &mut Vec<Action>,
) {
    let found = found.iter().enumerate();
    let settles: Vec<usize> = found
        .filter(|(_, found)| found.rule.code == "proxy-needs-pysocks" && found.span.meets(lines))
        .map(|(index, _)| index)
        .collect();
    if settles.is_empty() || can_install(machine, environment, context.config.installer).is_err() {
        return;
    }
    let name = environment_name(&environment.root);
    let root = || environment.root.clone();
    let sources = Sources::new(context);
    actions.push(Action {
        title: format!("Install PySocks into {name} through the proxy{}", sources.words()),
        kind: ActionKind::Effect(Effect::InstallPySocks { environment: root() }),
        // An editor may carry out what is preferred without showing its title.
        preferred: sources.is_empty(),
        settles,
        from: sources.names(),
    });
    let lacking: Vec<Wanted<'_>> =
        unsatisfied(context, environment).into_iter().map(|(wanted, _)| wanted).collect();
    if !lacking.is_empty() && machine.tools.uv.is_some() && context.config.installer == Installer::Pip {
        // uv has a configuration of its own.
        let config = Config { installer: Installer::Uv, ..context.config.clone() };
        let with_uv = Context { config: &config, ..*context };
        let sources = Sources::new(&with_uv).with(&lacking).with_lists(&with_uv);
        actions.push(Action {
            title: format!(
                "Install {} into {name} with uv{}",
                counted(lacking.len(), "missing requirement"),
                sources.words()
            ),
            kind: ActionKind::Effect(Effect::Install {
                environment: root(),
                names: None,
                installer: Some(Installer::Uv),
            }),
            preferred: false,
            settles: Vec::new(),
            from: sources.names(),
        });
    }
}
