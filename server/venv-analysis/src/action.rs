//! What can be done about a file: the entries of the editor's menu.

mod installs;
mod projects;
mod proxy;
mod repairs;
mod uninstalls;

use std::path::{Path, PathBuf};

use venv_syntax::{MarkerEnvironment, Replacement, Span};

use crate::asked_python::{AskedPython, capable};
use crate::check::Context;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::edits::alignment;
use crate::effect::{Effect, NewPython};
use crate::facts::{FetchablePython, Interpreter, Machine, Origin, PythonVersion, find_interpreter};
use crate::manifest::{Entry, ManifestKind, Role};
use crate::plan::{Creator, creator, fetchable, unusable_place};
use crate::requirements::asked_of_new;
use crate::sources::Sources;
use crate::words::{counted, plain};
pub use repairs::{is_mendable, may_be_replaced, repairs, wants_successor};
pub use uninstalls::{to_uninstall, uninstallation};

/// One entry of the menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Says what will happen, and where.
    pub title: String,
    pub kind: ActionKind,
    /// The one that fits best. At most one of the actions of a finding is preferred.
    pub preferred: bool,
    /// The places in the findings that it puts right, as indices into the findings it was asked for.
    pub settles: Vec<usize>,
    /// From where the title says that it installs, apart from what the user has configured: see [`Plan::sources`].
    ///
    /// [`Plan::sources`]: crate::Plan::sources
    pub from: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ActionKind {
    Edit(Replacement),
    /// Nothing is wrong, and the file reads better.
    Sort(Replacement),
    Effect(Effect),
}

/// The rules whose findings an environment of the file's own puts right.
const CREATION_SETTLES: [&str; 2] = ["environment-missing", "proxy-needs-pysocks"];

/// The actions for the part `at` of a file, whose findings are `found`, the best first.
pub fn actions(context: &Context<'_>, found: &[Diagnostic], at: Span) -> Vec<Action> {
    let (mut actions, mut second_best) = (Vec::new(), Vec::new());
    // Nobody puts the cursor on the one wrong character.
    let lines = whole_lines(context, at);
    for (index, diagnostic) in found.iter().enumerate() {
        if !diagnostic.span.meets(lines) {
            continue;
        }
        if let Some(edit) = &diagnostic.edit {
            let edits = if diagnostic.installing_settles { &mut second_best } else { &mut actions };
            edits.push(Action {
                title: edit.title.clone(),
                kind: ActionKind::Edit(edit.clone()),
                preferred: !diagnostic.installing_settles,
                settles: vec![index],
                from: Vec::new(),
            });
        }
    }
    add_alignments(context, found, lines, &mut second_best);
    add_effects(context, found, at, lines, &mut actions);
    actions.append(&mut second_best);
    actions
}

/// The other way to end a mismatch. Made for what is asked about only: there may be thousands.
fn add_alignments(context: &Context<'_>, found: &[Diagnostic], lines: Span, actions: &mut Vec<Action>) {
    let Some(chosen) = context.chosen() else { return };
    let mismatches = found.iter().enumerate().filter(|(_, diagnostic)| {
        diagnostic.rule.code == "requirement-version-mismatch" && diagnostic.span.meets(lines)
    });
    for (index, diagnostic) in mismatches {
        let entry = context.manifest.entries().find(|entry| entry.extent().meets(diagnostic.span));
        let installed = entry
            .and_then(Entry::name)
            .and_then(|name| chosen.environment.distributions.find(&name.normalized)?.parsed.as_ref());
        let (Some(entry), Some(installed)) = (entry, installed) else { continue };
        if let Some(edit) = alignment(&context.manifest.text, entry, installed) {
            actions.push(Action {
                title: edit.title.clone(),
                kind: ActionKind::Edit(edit),
                preferred: false,
                settles: vec![index],
                from: Vec::new(),
            });
        }
    }
}

fn add_effects(
    context: &Context<'_>,
    found: &[Diagnostic],
    at: Span,
    lines: Span,
    actions: &mut Vec<Action>,
) {
    if context.manifest.kind == ManifestKind::PipConfiguration {
        return;
    }
    let Some(machine) = context.facts.machine.as_deref() else { return };
    match context.chosen() {
        Some(chosen) => {
            let environment = &*chosen.environment;
            repairs::add_repairs(context, machine, environment, found, lines, actions);
            if !environment.is_broken() {
                proxy::add_installation(context, machine, environment, found, lines, actions);
                let others = actions.len();
                installs::add_installs(context, machine, environment, found, at, actions);
                installs::add_installs_of_needs(context, machine, environment, found, at, actions);
                projects::add_installation(context, machine, environment, actions);
                proxy::announce(context, machine, environment, &mut actions[others..]);
            }
        }
        None if context.facts.resolution.is_some() => add_creations(context, machine, found, actions),
        None => {}
    }
}

/// `at`, grown to the logical lines that it touches.
fn whole_lines(context: &Context<'_>, at: Span) -> Span {
    let lines = context.manifest.tree.lines.iter();
    let touched =
        lines.map(|line| Span::new(line.start, line.start + line.tree.len)).filter(|line| line.meets(at));
    // Quotes are no part of the line that they hold.
    let items = context.manifest.entries().filter(|entry| entry.section().is_some()).map(Entry::extent);
    touched.chain(items.filter(|item| item.meets(at))).fold(at, Span::cover)
}

fn add_creations(context: &Context<'_>, machine: &Machine, found: &[Diagnostic], actions: &mut Vec<Action>) {
    if context.manifest.role == Role::Constraints {
        return;
    }
    let asked_python = AskedPython::new(context);
    let able: Vec<&Interpreter> = capable(machine, context.config, &asked_python);
    let settles: Vec<usize> = found
        .iter()
        .enumerate()
        .filter(|(_, diagnostic)| CREATION_SETTLES.contains(&diagnostic.rule.code))
        .map(|(index, _)| index)
        .collect();
    let beside = context.manifest.folder();
    let sources = Sources::new(context).with_lists(context);
    let mut add = |(python, version, markers): NewOne<'_>, folder: &Path, install: bool, preferred: bool| {
        let asked = asked_of_new(context, markers);
        let sources = if install { sources.with(&asked) } else { Sources::default() };
        let minor = format!("{}.{}", version.major, version.minor);
        let mut title = match &python {
            NewPython::Installed(_) => String::from("Create "),
            NewPython::Fetched(_) => format!("Fetch Python {minor} with uv and create "),
        };
        title.push_str(&match folder.file_name().filter(|_| folder != beside) {
            Some(name) => format!("`{}/.venv`", plain(&name.to_string_lossy())),
            None => String::from("`.venv`"),
        });
        match &python {
            NewPython::Installed(_) => title.push_str(&format!(" with Python {minor}")),
            NewPython::Fetched(_) => title.push_str(" with it"),
        }
        let fetched = match &python {
            NewPython::Installed(path) => find_interpreter(machine, path)
                .and_then(|interpreter| creator(machine, interpreter, context.config.installer).ok())
                .and_then(Creator::fetches),
            NewPython::Fetched(_) => None,
        };
        if let Some(fetched) = fetched {
            title.push_str(&format!("{} {fetched}", if install { "," } else { " and" }));
        }
        if install {
            let first = proxy::before_filling(context, machine);
            title.push_str(&format!(" and install {first}{}", counted(asked.len(), "requirement")));
            title.push_str(&sources.words());
        }
        title.push_str(&asked_python.although(version));
        let root: PathBuf = folder.join(".venv");
        if is_in_the_way(context, &root) || unusable_place(&root, markers).is_some() {
            return;
        }
        actions.push(Action {
            title,
            kind: ActionKind::Effect(Effect::Create { root, python, install }),
            preferred: preferred && sources.is_empty(),
            settles: settles.clone(),
            from: sources.names(),
        });
    };
    let installed = |interpreter: &'_ Interpreter| NewPython::Installed(interpreter.executable.clone());
    if let Some(first) = able.first().copied() {
        let one = |interpreter| (installed(interpreter), &interpreter.version, &interpreter.markers);
        let fits = asked_python.fits(&first.version);
        let asks = !asked_of_new(context, &first.markers).is_empty();
        if asks {
            add(one(first), beside, true, fits);
        }
        if let Some(root) = context.facts.workspace_root.as_deref().filter(|root| *root != beside) {
            add(one(first), root, asks, false);
        }
        for other in able.iter().skip(1).take(3) {
            add(one(other), beside, asks, false);
        }
        add(one(first), beside, false, !asks && fits);
    }
    if let Some(python) = fetched(context) {
        let asks = !asked_of_new(context, &python.markers).is_empty();
        let minor = format!("{}.{}", python.version.major, python.version.minor);
        add((NewPython::Fetched(minor), &python.version, &python.markers), beside, asks, false);
    }
}

/// A Python for a new environment, its version, and what markers stand for under it.
type NewOne<'a> = (NewPython, &'a PythonVersion, &'a MarkerEnvironment);

/// The Python that uv could fetch for the file, where none that is here fits.
pub fn fetched<'a>(context: &Context<'a>) -> Option<&'a FetchablePython> {
    let machine = context.facts.machine.as_deref()?;
    let asked = AskedPython::new(context);
    let is_served = machine.interpreters.iter().any(|known| asked.fits(&known.version));
    if is_served { None } else { fetchable(machine, context.config.installer, &asked) }
}

/// Whether something lies at `root` that is no environment to use.
fn is_in_the_way(context: &Context<'_>, root: &Path) -> bool {
    let candidates = context.facts.resolution.iter().flat_map(|resolution| &resolution.candidates);
    // What is only declared to be there may not be.
    let mut lying = candidates.filter(|candidate| matches!(candidate.origin, Origin::Nearest { .. }));
    lying.any(|candidate| !candidate.chosen && candidate.path == *root)
}

/// Why no environment can be made with `interpreter` here, and what to do; `None` if one can.
pub fn incapacity(machine: &Machine, interpreter: &Interpreter, config: &Config) -> Option<String> {
    creator(machine, interpreter, config.installer).err()
}
