//! The entries that put an environment right.

use std::path::{Path, PathBuf};

use venv_syntax::Span;

use super::{Action, ActionKind};
use crate::check::Context;
use crate::diagnostic::Diagnostic;
use crate::effect::Effect;
use crate::facts::{Cure, Environment, Interpreter, Machine};
use crate::former::Former;
use crate::manifest::Role;
use crate::plan::{can_install, can_recreate, is_left_over, issues, maker, reinstalled, successors};
use crate::requirements::asked_of_new;
use crate::words::{counted, environment_name, plain};

/// The rules that say what is wrong with an environment itself.
const HEALTH_RULES: [&str; 2] = ["environment-broken", "environment-inconsistent"];

/// More Pythons than these are nobody's choice.
const MOST_OTHERS: usize = 2;

/// What puts the environment that serves the file right, if it cannot be used: the successor that fits best, made by
/// `python` if that is named.
/// Where it is not for a program to do, the error says what to do.
pub fn repairs(context: &Context<'_>, python: Option<&Path>) -> Option<Result<Effect, String>> {
    let machine = context.facts.machine.as_deref()?;
    let environment = &*context.chosen().filter(|chosen| chosen.environment.is_broken())?.environment;
    if let Err(reason) = can_recreate(context, environment) {
        return Some(Err(reason));
    }
    let interpreter = match python {
        Some(python) => machine.interpreters.iter().find(|known| known.executable == python)?,
        None => successors(context, machine, environment).first().copied()?,
    };
    Some(Ok(Successor::new(context, machine, environment, interpreter)?.effect(true)))
}

/// Whether an environment in the place of the one that serves the file may be what settles one of the findings: then it
/// is worth knowing what that one could be given.
pub fn may_be_replaced(found: &[Diagnostic]) -> bool {
    found.iter().any(|diagnostic| {
        matches!(diagnostic.rule.code, "environment-broken" | "environment-python-unsupported")
    })
}

pub(super) fn add_repairs(
    context: &Context<'_>,
    machine: &Machine,
    environment: &Environment,
    found: &[Diagnostic],
    lines: Span,
    actions: &mut Vec<Action>,
) {
    let settled = |is_it: &dyn Fn(&Diagnostic) -> bool| -> Vec<usize> {
        let indices = found.iter().enumerate().filter(|(_, diagnostic)| is_it(diagnostic));
        indices.map(|(index, _)| index).collect()
    };
    if environment.is_broken() {
        let settles = settled(&|diagnostic| diagnostic.rule.code == "environment-broken");
        return add_successors(context, machine, environment, &settles, actions);
    }
    // Nobody puts the cursor on the one wrong character.
    let lines = physical_lines(&context.manifest.text, lines);
    let settles =
        settled(&|diagnostic| HEALTH_RULES.contains(&diagnostic.rule.code) && diagnostic.span.meets(lines));
    if !settles.is_empty() {
        add_cures(context, machine, environment, &settles, actions);
        if issues(context, environment).any(|issue| issue.cure == Cure::Recreate) {
            add_successors(context, machine, environment, &settles, actions);
        }
    }
    let settles = settled(&|diagnostic| {
        diagnostic.rule.code == "environment-python-unsupported" && diagnostic.span.meets(lines)
    });
    if !settles.is_empty() {
        add_successors(context, machine, environment, &settles, actions);
    }
}

/// A successor that could be made.
struct Successor<'a> {
    root: &'a Path,
    interpreter: &'a Interpreter,
    /// How many distributions can be installed again, and of how many.
    again: (usize, usize),
    /// How many requirements the file asks for.
    asked: usize,
}

impl<'a> Successor<'a> {
    fn new(
        context: &Context<'_>,
        machine: &Machine,
        environment: &'a Environment,
        interpreter: &'a Interpreter,
    ) -> Option<Self> {
        let empty = Former::default();
        let former = context.facts.former.as_deref().unwrap_or(&empty);
        let maker = maker(machine, interpreter, context.config.installer, former).ok()?;
        let again = reinstalled(former, maker, interpreter).count();
        let asked = match context.manifest.role {
            Role::Requirements => asked_of_new(context, &interpreter.markers).len(),
            Role::Constraints => 0,
        };
        let all = again + former.lost.len();
        Some(Self { root: &environment.root, interpreter, again: (again, all), asked })
    }

    /// With what was installed, if that is `wanted` and known; else with what the file asks for.
    fn effect(&self, wanted: bool) -> Effect {
        Effect::Recreate {
            root: self.root.to_owned(),
            interpreter: self.interpreter.executable.clone(),
            reinstall: wanted && self.again.0 > 0,
        }
    }

    fn action(&self, reinstall: bool, settles: &[usize]) -> Action {
        let version = &self.interpreter.version;
        let place = environment_name(self.root);
        let mut title = format!("Recreate {place} with Python {}.{}", version.major, version.minor);
        let effect = self.effect(reinstall);
        if let Effect::Recreate { reinstall: true, .. } = effect {
            title += &match self.again {
                (again, all) if again == all => format!(" and reinstall {}", counted(all, "distribution")),
                (again, all) => format!(" and reinstall {again} of {}", counted(all, "distribution")),
            };
        } else if self.asked > 0 {
            title += &format!(" and install {}", counted(self.asked, "requirement"));
        }
        Action { title, kind: ActionKind::Effect(effect), preferred: false, settles: settles.to_vec() }
    }
}

fn add_successors(
    context: &Context<'_>,
    machine: &Machine,
    environment: &Environment,
    settles: &[usize],
    actions: &mut Vec<Action>,
) {
    if can_recreate(context, environment).is_err() {
        return;
    }
    let able = successors(context, machine, environment);
    let mut able =
        able.into_iter().filter_map(|interpreter| Successor::new(context, machine, environment, interpreter));
    let Some(first) = able.next() else { return };
    // At most one of those that settle a finding.
    let preferred = !actions.iter().any(|action| action.preferred && action.settles == settles);
    actions.push(Action { preferred, ..first.action(true, settles) });
    if first.again.0 > 0 {
        actions.push(first.action(false, settles));
    }
    actions.extend(able.take(MOST_OTHERS).map(|other| other.action(true, settles)));
}

fn add_cures(
    context: &Context<'_>,
    machine: &Machine,
    environment: &Environment,
    settles: &[usize],
    actions: &mut Vec<Action>,
) {
    let place = environment_name(&environment.root);
    let installs = can_install(machine, environment, context.config.installer).is_ok();
    let (mut again, mut left): (Vec<String>, Vec<PathBuf>) = (Vec::new(), Vec::new());
    for issue in issues(context, environment) {
        match &issue.cure {
            Cure::Reinstall(distributions) if installs => again.extend_from_slice(distributions),
            Cure::Remove(paths) => {
                left.extend(paths.iter().filter(|path| is_left_over(environment, path)).cloned());
            }
            Cure::Reinstall(_) | Cure::Recreate | Cure::ByHand => {}
        }
    }
    let mut preferred = true;
    let mut add = |title: String, effect: Effect| {
        let kind = ActionKind::Effect(effect);
        actions.push(Action { title, kind, preferred, settles: settles.to_vec() });
        preferred = false;
    };
    let root = &environment.root;
    if let Some(first) = again.first() {
        let what = match first.split_once("==") {
            Some((name, version)) if again.len() == 1 => format!("`{}` {}", plain(name), plain(version)),
            Some(_) | None => counted(again.len(), "incomplete distribution"),
        };
        let title = format!("Reinstall {what} into {place}");
        add(title, Effect::Reinstall { environment: root.clone(), distributions: again });
    }
    if !left.is_empty() {
        let what = if left.len() == 1 {
            "an interrupted installation".to_owned()
        } else {
            format!("{} interrupted installations", left.len())
        };
        let title = format!("Remove what {what} left in {place}");
        add(title, Effect::Remove { environment: root.clone(), paths: left });
    }
}

/// `span`, grown to the lines that it touches.
fn physical_lines(text: &str, span: Span) -> Span {
    let (start, end) = (span.start as usize, span.end as usize);
    let first = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let last = text.get(end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| end + at);
    crate::assist::span(first, last)
}
