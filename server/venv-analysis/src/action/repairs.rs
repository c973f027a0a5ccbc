//! The entries that put an environment right.

use std::path::{Path, PathBuf};

use venv_syntax::Span;

use super::proxy::before_filling;
use super::{Action, ActionKind};
use crate::asked_python::{AskedPython, capable};
use crate::check::Context;
use crate::diagnostic::Diagnostic;
use crate::effect::Effect;
use crate::facts::{Cure, Environment, Interpreter, Machine, PythonVersion, find_interpreter};
use crate::former::Former;
use crate::manifest::{ManifestKind, Role};
use crate::plan::{
    can_install, can_recreate, is_left_over, issues, maker, reinstalled, successor_name, successors,
};
use crate::requirements::{asked_of_new, unsatisfied, wanted};
use crate::rules::first_request;
use crate::sources::Sources;
use crate::words::{counted, environment_name, plain};

/// The rules that say what is wrong with an environment itself.
const HEALTH_RULES: [&str; 2] = ["environment-broken", "environment-inconsistent"];

/// More Pythons than these are nobody's choice.
const MOST_OTHERS: usize = 2;

/// What puts the environment that serves the file right, in the order in which it is to be done: the successor that fits
/// best, made by `python` if that is named, then what is done to it as it is.
/// Where something is not for a program to do, the error says why, and what to do.
pub fn repairs(context: &Context<'_>, python: Option<&Path>) -> Vec<Result<Effect, String>> {
    let (Some(machine), Some(chosen)) = (context.facts.machine.as_deref(), context.chosen()) else {
        return Vec::new();
    };
    let environment = &*chosen.environment;
    let mut repairs = Vec::new();
    let named = python.and_then(|python| find_interpreter(machine, python));
    // Somebody who names the Python that is in use wants to stay with it.
    let stays = || named.is_some_and(|named| is_same_minor(&named.version, environment));
    if is_replaced(context, environment) || has_wrong_python(context, environment) && !stays() {
        repairs.push(successor(context, machine, environment, python));
    }
    if environment.is_broken() {
        return repairs;
    }
    let root = &environment.root;
    let name = environment_name(root);
    let Cures { again, left } = Cures::of(context, environment);
    let (own, others): (Vec<PathBuf>, Vec<PathBuf>) =
        left.into_iter().partition(|path| is_left_over(environment, path));
    if !own.is_empty() {
        repairs.push(Ok(Effect::Remove { environment: root.clone(), paths: own }));
    }
    if let Some(other) = others.first() {
        let other = plain(&other.to_string_lossy());
        repairs.push(Err(format!("`{other}` is not in {name} itself: remove it by hand")));
    }
    if !again.is_empty() {
        let effect = move || Effect::Reinstall { environment: root.clone(), distributions: again };
        let installs = can_install(machine, environment, context.config.installer);
        repairs.push(installs.map(|()| effect()));
    }
    repairs
}

/// Whether the environment that serves the file is one for a successor, whatever becomes of that.
pub fn wants_successor(context: &Context<'_>) -> bool {
    let mut chosen = context.chosen().map(|chosen| &*chosen.environment).into_iter();
    chosen.any(|environment| is_replaced(context, environment) || has_wrong_python(context, environment))
}

/// Whether there is something that is done without a choice of the user's: what `venv-lsp fix` does.
pub fn is_mendable(context: &Context<'_>) -> bool {
    let Some(machine) = context.facts.machine.as_deref() else { return false };
    if context.manifest.role == Role::Constraints || context.manifest.kind == ManifestKind::PipConfiguration {
        return false;
    }
    let installer = context.config.installer;
    let Some(chosen) = context.chosen() else {
        let asked = AskedPython::new(context);
        let able = capable(machine, context.config, &asked);
        return !wanted(context).is_empty() && able.first().is_some_and(|best| asked.fits(&best.version));
    };
    let environment = &*chosen.environment;
    let lacks = || {
        !environment.is_broken()
            && !unsatisfied(context, environment).is_empty()
            && can_install(machine, environment, installer).is_ok()
    };
    repairs(context, None).iter().any(Result::is_ok) || lacks()
}

fn is_replaced(context: &Context<'_>, environment: &Environment) -> bool {
    environment.is_broken() || issues(context, environment).any(|issue| issue.cure == Cure::Recreate)
}

fn has_wrong_python(context: &Context<'_>, environment: &Environment) -> bool {
    let Some(python) = &environment.python else { return false };
    let asked = AskedPython::new(context);
    // A `.python-version` says nothing to a file that asks for nothing.
    !asked.is_required(python) || !asked.fits(python) && first_request(context).is_some()
}

fn is_same_minor(version: &PythonVersion, environment: &Environment) -> bool {
    let minor = |version: &PythonVersion| (version.major, version.minor, version.implementation);
    environment.python.as_ref().is_some_and(|python| minor(python) == minor(version))
}

fn successor(
    context: &Context<'_>,
    machine: &Machine,
    environment: &Environment,
    python: Option<&Path>,
) -> Result<Effect, String> {
    can_recreate(context, environment)?;
    let asked = AskedPython::new(context);
    let interpreter = match python {
        Some(python) => machine.interpreters.iter().find(|known| known.executable == python),
        None => {
            let able = successors(context, machine, environment);
            able.into_iter().next().filter(|interpreter| asked.fits(&interpreter.version))
        }
    };
    let successor =
        interpreter.and_then(|interpreter| Successor::new(context, machine, environment, interpreter));
    let name = environment_name(&environment.root);
    let misfit = || asked.misfit(machine, context.config).filter(|_| interpreter.is_none());
    let none = || {
        let none = || format!("No Python that can make {name} again was found: install one, or uv");
        let misfit =
            misfit().map(|reason| format!("{reason}: install another one, or name one with `--python`"));
        misfit.unwrap_or_else(none)
    };
    successor.map(|successor| successor.effect(true)).ok_or_else(none)
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
    /// In backticks.
    name: String,
    /// What leads nowhere, and is replaced.
    replaces: Option<&'a str>,
    interpreter: &'a Interpreter,
    /// How many distributions can be installed again, and of how many.
    again: (usize, usize),
    /// How many requirements the file asks for.
    asked: usize,
    /// What the file brings along for the one and for the other, as the end of a title.
    from: (Sources, Sources),
    /// What speaks against it, as the end of a title.
    although: String,
    /// What pip is given before.
    first: &'static str,
    /// What is fetched to make it, as a clause.
    fetches: Option<String>,
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
            Role::Requirements => asked_of_new(context, &interpreter.markers),
            Role::Constraints => Vec::new(),
        };
        let all = again + former.lost.len();
        let name = successor_name(context, environment);
        let sources = Sources::new(context);
        let from_file = sources.with(&asked).with_lists(context);
        let although = AskedPython::new(context).although(&interpreter.version);
        Some(Self {
            root: &environment.root,
            name,
            replaces: environment.replaced(),
            interpreter,
            again: (again, all),
            asked: asked.len(),
            from: (sources, from_file),
            although,
            first: before_filling(context, machine),
            fetches: maker.fetches(),
        })
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
        let place = &self.name;
        let verb = if self.replaces.is_some() { "Create" } else { "Recreate" };
        let mut title = format!("{verb} {place} with Python {}.{}", version.major, version.minor);
        if let Some(what) = self.replaces {
            title += &format!(" in place of {what}");
        }
        let effect = self.effect(reinstall);
        let mut from = Vec::new();
        if let Some(fetches) = &self.fetches {
            title += &format!(", {fetches}");
        }
        if let Effect::Recreate { reinstall: true, .. } = effect {
            if !self.first.is_empty() {
                title += " and install PySocks";
            }
            title += &match self.again {
                (again, all) if again == all => format!(" and reinstall {}", counted(all, "distribution")),
                (again, all) => format!(" and reinstall {again} of {}", counted(all, "distribution")),
            };
            title += &self.from.0.words();
            from = self.from.0.names();
        } else if self.asked > 0 {
            let what = counted(self.asked, "requirement");
            title += &format!(" and install {}{what}{}", self.first, self.from.1.words());
            from = self.from.1.names();
        }
        title += &self.although;
        Action { title, kind: ActionKind::Effect(effect), preferred: false, settles: settles.to_vec(), from }
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
    let asked = AskedPython::new(context);
    let mut able = successors(context, machine, environment);
    let fits = able.iter().any(|interpreter| asked.fits(&interpreter.version));
    if fits || !environment.is_broken() {
        // One that works is replaced by nothing that the next check would complain about.
        able.retain(|interpreter| asked.fits(&interpreter.version));
    }
    let mut able =
        able.into_iter().filter_map(|interpreter| Successor::new(context, machine, environment, interpreter));
    let Some(first) = able.next() else { return };
    // At most one of those that settle a finding.
    let preferred = fits && !actions.iter().any(|action| action.preferred && action.settles == settles);
    actions.push(Action { preferred, ..first.action(true, settles) });
    if first.again.0 > 0 {
        actions.push(first.action(false, settles));
    }
    actions.extend(able.take(MOST_OTHERS).map(|other| other.action(true, settles)));
}

/// What can be done about parts of an environment.
#[derive(Default)]
struct Cures {
    /// The distributions to install again.
    again: Vec<String>,
    /// What interrupted installations left.
    left: Vec<PathBuf>,
}

impl Cures {
    fn of(context: &Context<'_>, environment: &Environment) -> Self {
        let mut cures = Self::default();
        for issue in issues(context, environment) {
            match &issue.cure {
                Cure::Reinstall(distributions) => cures.again.extend_from_slice(distributions),
                Cure::Remove(paths) => cures.left.extend_from_slice(paths),
                Cure::Recreate | Cure::Replace(_) | Cure::ByHand => {}
            }
        }
        cures
    }
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
    let Cures { mut again, mut left } = Cures::of(context, environment);
    left.retain(|path| is_left_over(environment, path));
    if !installs {
        again.clear();
    }
    let mut preferred = true;
    let mut add = |title: String, effect: Effect, from: Vec<String>| {
        let kind = ActionKind::Effect(effect);
        // An editor may carry out what is preferred without showing its title.
        let preferred = std::mem::take(&mut preferred) && from.is_empty();
        actions.push(Action { title, kind, preferred, settles: settles.to_vec(), from });
    };
    let root = &environment.root;
    if let Some(first) = again.first() {
        let what = match first.split_once("==") {
            Some((name, version)) if again.len() == 1 => format!("`{}` {}", plain(name), plain(version)),
            Some(_) | None => counted(again.len(), "incomplete distribution"),
        };
        let sources = Sources::new(context);
        let title = format!("Reinstall {what} into {place}{}", sources.words());
        add(title, Effect::Reinstall { environment: root.clone(), distributions: again }, sources.names());
    }
    if !left.is_empty() {
        let what = if left.len() == 1 {
            "an interrupted installation".to_owned()
        } else {
            format!("{} interrupted installations", left.len())
        };
        let title = format!("Remove what {what} left in {place}");
        add(title, Effect::Remove { environment: root.clone(), paths: left }, Vec::new());
    }
}

/// `span`, grown to the lines that it touches.
fn physical_lines(text: &str, span: Span) -> Span {
    let (start, end) = (span.start as usize, span.end as usize);
    let first = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let last = text.get(end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| end + at);
    crate::assist::span(first, last)
}
