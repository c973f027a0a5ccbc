//! What can be done about a file: the entries of the editor's menu.

mod repairs;

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use venv_syntax::{Demand, Replacement, SectionKind, Span};

use crate::asked_python::{AskedPython, capable};
use crate::check::Context;
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::edits::alignment;
use crate::effect::Effect;
use crate::facts::{Environment, Interpreter, Machine, Origin};
use crate::manifest::{Entry, ManifestKind, Role};
use crate::plan::{can_install, creator};
use crate::requirements::{State, Wanted, asked_of_new, unsatisfied, unsatisfied_on_request, with_included};
use crate::words::{counted, environment_name, plain};
pub use repairs::{may_be_replaced, repairs};

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
}

#[derive(Clone, Debug, PartialEq)]
pub enum ActionKind {
    Edit(Replacement),
    /// Nothing is wrong, and the file reads better.
    Sort(Replacement),
    Effect(Effect),
}

/// The rules whose findings stand at a name that should not be installed.
const NAMES_ARE_WRONG: [&str; 2] = ["requirement-renamed", "requirement-in-stdlib"];

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
                add_installs(context, machine, environment, found, at, actions);
                add_installs_of_needs(context, machine, environment, found, at, actions);
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

fn add_installs(
    context: &Context<'_>,
    machine: &Machine,
    environment: &Environment,
    found: &[Diagnostic],
    at: Span,
    actions: &mut Vec<Action>,
) {
    let lacking = unsatisfied(context, environment);
    let on_request = unsatisfied_on_request(context, environment);
    if lacking.is_empty() && on_request.is_empty()
        || can_install(machine, environment, context.config.installer).is_err()
    {
        return;
    }
    let place = environment_name(&environment.root);
    // In the order of their places, as the findings are.
    let settled: Vec<(Span, usize)> = found
        .iter()
        .enumerate()
        .filter(|(_, diagnostic)| diagnostic.installing_settles)
        .map(|(index, diagnostic)| (diagnostic.span, index))
        .collect();
    let settles = |line: Span| -> Vec<usize> {
        let from = settled.partition_point(|(span, _)| span.start < line.start);
        let in_line = settled[from..].iter().take_while(|(span, _)| span.start <= line.end);
        in_line.map(|(_, index)| *index).collect()
    };
    // What has a wrong name may be anybody's.
    let misnamed: FxHashSet<Span> = found
        .iter()
        .filter(|diagnostic| NAMES_ARE_WRONG.contains(&diagnostic.rule.code))
        .map(|diagnostic| diagnostic.span)
        .collect();
    let effect = |names| ActionKind::Effect(Effect::Install { environment: environment.root.clone(), names });
    for (wanted, state) in lacking.iter().chain(&on_request) {
        let entry = wanted.entry;
        let own = std::ptr::eq(wanted.manifest, context.manifest);
        let (true, true, Some(name)) = (own, entry.extent().meets(at), entry.name()) else { continue };
        let title = match entry
            .requirement()
            .filter(|requirement| *state == State::Mismatch && !requirement.specifiers.is_empty())
        {
            None if *state == State::IncompleteExtra => {
                let extras: Vec<&str> = entry.extras().iter().map(|extra| &*extra.text).collect();
                format!("Install `{}[{}]` into {place}", name.text, plain(&extras.join(",")))
            }
            Some(requirement) if !requirement.alternatives.is_empty() => {
                let versions = requirement.versions_span().unwrap_or_default().shift(entry.start);
                let versions = plain(versions.slice(&context.manifest.text));
                format!("Install `{} {versions}` into {place}", name.text)
            }
            Some(requirement) => {
                // What a format writes in its own way, such as `^1.2`, may be two of them in one place.
                let mut spans: Vec<Span> =
                    requirement.specifiers.iter().map(|specifier| specifier.span).collect();
                spans.dedup();
                let specifiers: Vec<&str> =
                    spans.iter().map(|span| span.shift(entry.start).slice(&context.manifest.text)).collect();
                format!("Install `{}{}` into {place}", name.text, plain(&specifiers.join(",")))
            }
            None => format!("Install `{}` into {place}", name.text),
        };
        actions.push(Action {
            title,
            kind: effect(Some(vec![name.normalized.to_string()])),
            preferred: !misnamed.contains(&entry.name_span()),
            settles: settles(entry.line_span()),
        });
    }
    for section in sections_on_request(context, &on_request, at) {
        let what = counted(section.names.len(), "requirement");
        actions.push(Action {
            title: format!("Install the {what} of {} into {place}", section.title),
            kind: effect(Some(section.names)),
            preferred: false,
            settles: Vec::new(),
        });
    }
    if lacking.is_empty() {
        return;
    }
    // With one thing missing, and the cursor on it, the two actions would be the same.
    if lacking.len() > 1 || !actions.iter().any(|action| matches!(action.kind, ActionKind::Effect(_))) {
        let word =
            if lacking.iter().all(|(_, state)| *state == State::Missing) { "missing" } else { "unsatisfied" };
        let what = if lacking.len() == 1 {
            format!("the {word} requirement")
        } else {
            format!("all {} {word} requirements", lacking.len())
        };
        actions.push(Action {
            title: format!("Install {what} into {place}"),
            kind: effect(None),
            preferred: false,
            settles: settled.iter().map(|(_, index)| *index).collect(),
        });
    }
}

/// pip and uv look at what a distribution needs also where it is installed itself.
fn add_installs_of_needs(
    context: &Context<'_>,
    machine: &Machine,
    environment: &Environment,
    found: &[Diagnostic],
    at: Span,
    actions: &mut Vec<Action>,
) {
    let Some(inspection) = context.facts.inspection.as_deref() else { return };
    let reported = |span: Span| -> Vec<usize> {
        let found = found.iter().enumerate();
        let here =
            found.filter(|(_, found)| found.rule.code == "environment-inconsistent" && found.span == span);
        here.map(|(index, _)| index).collect()
    };
    for entry in context.manifest.entries().filter(|entry| entry.extent().meets(at)) {
        let Some(name) = entry.name() else { continue };
        let needs = inspection
            .contradictions
            .iter()
            .any(|contradiction| contradiction.of == name.normalized && contradiction.needed().is_some());
        // A line with hashes brings nothing but itself.
        if !needs || !entry.hashes().is_empty() {
            continue;
        }
        let settles = reported(entry.name_span());
        if settles.is_empty() || can_install(machine, environment, context.config.installer).is_err() {
            continue;
        }
        let names = Some(vec![name.normalized.to_string()]);
        actions.push(Action {
            title: format!("Install what `{}` needs into {}", name.text, environment_name(&environment.root)),
            kind: ActionKind::Effect(Effect::Install { environment: environment.root.clone(), names }),
            preferred: true,
            settles,
        });
    }
}

/// An extra or a group that is not in use.
struct OnRequest {
    /// "extra `docs`"
    title: String,
    /// What it lacks, with the groups that it takes in.
    names: Vec<String>,
}

/// A menu that has more of them is of use to nobody.
const MOST_SECTIONS: usize = 5;

/// The extras and groups at `at` of which more than the one requirement there is missing.
fn sections_on_request(context: &Context<'_>, lacking: &[(Wanted<'_>, State)], at: Span) -> Vec<OnRequest> {
    let mut found = Vec::new();
    for (index, section) in context.manifest.sections.iter().enumerate() {
        let Some(name) = section.name.as_ref().filter(|_| section.demand == Demand::OnRequest) else {
            continue;
        };
        if !section.span.meets(at) {
            continue;
        }
        if found.len() == MOST_SECTIONS {
            break;
        }
        let sections = with_included(context.manifest, index);
        let is_in = |entry: Entry<'_>| entry.section_index().is_some_and(|index| sections.contains(&index));
        let lacking = || lacking.iter().map(|(wanted, _)| wanted.entry).filter(|entry| is_in(*entry));
        let mut names: Vec<String> =
            lacking().filter_map(Entry::name).map(|name| name.normalized.to_string()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() > 1 || names.len() == 1 && !lacking().any(|entry| entry.extent().meets(at)) {
            let kind = if section.kind == SectionKind::Extra { "extra" } else { "group" };
            found.push(OnRequest { title: format!("{kind} `{}`", plain(&name.text)), names });
        }
    }
    found
}

fn add_creations(context: &Context<'_>, machine: &Machine, found: &[Diagnostic], actions: &mut Vec<Action>) {
    if context.manifest.role == Role::Constraints {
        return;
    }
    let asked = AskedPython::new(context);
    let able: Vec<&Interpreter> = capable(machine, context.config, &asked);
    let Some(first) = able.first().copied() else { return };
    let fits = asked.fits(&first.version);
    let settles: Vec<usize> = found
        .iter()
        .enumerate()
        .filter(|(_, diagnostic)| diagnostic.rule.code == "environment-missing")
        .map(|(index, _)| index)
        .collect();
    let beside = context.manifest.folder();
    let mut add = |interpreter: &Interpreter, folder: &Path, install: bool, preferred: bool| {
        let count = asked_of_new(context, &interpreter.markers).len();
        let mut title = match folder.file_name().filter(|_| folder != beside) {
            Some(name) => format!("Create `{}/.venv`", plain(&name.to_string_lossy())),
            None => String::from("Create `.venv`"),
        };
        title.push_str(&format!(" with Python {}.{}", interpreter.version.major, interpreter.version.minor));
        if install {
            title.push_str(&format!(" and install {}", counted(count, "requirement")));
        }
        let root: PathBuf = folder.join(".venv");
        if is_in_the_way(context, &root) {
            return;
        }
        actions.push(Action {
            title,
            kind: ActionKind::Effect(Effect::Create {
                root,
                interpreter: interpreter.executable.clone(),
                install,
            }),
            preferred,
            settles: settles.clone(),
        });
    };
    let asks = !asked_of_new(context, &first.markers).is_empty();
    if asks {
        add(first, beside, true, fits);
    }
    if let Some(root) = context.facts.workspace_root.as_deref().filter(|root| *root != beside) {
        add(first, root, asks, false);
    }
    for other in able.iter().skip(1).take(3) {
        add(other, beside, asks, false);
    }
    add(first, beside, false, !asks && fits);
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
