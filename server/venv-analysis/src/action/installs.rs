//! The entries that install into an environment what the file asks for.

mod matching;

use rustc_hash::FxHashSet;
use venv_syntax::{Demand, SectionKind, Span};

use super::{Action, ActionKind};
use crate::check::Context;
use crate::diagnostic::Diagnostic;
use crate::effect::Effect;
use crate::facts::{Environment, Machine};
use crate::manifest::{Entry, Role};
use crate::plan::can_install;
use crate::requirements::{State, Wanted, unsatisfied, unsatisfied_on_request, with_included};
use crate::rules::said_of;
use crate::sources::Sources;
use crate::words::{counted, environment_name, file_name, plain};
use matching::Direction;

/// The rules whose findings stand at a name that should not be installed.
const NAMES_ARE_WRONG: [&str; 2] = ["requirement-renamed", "requirement-in-stdlib"];

pub(super) fn add_installs(
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
    let effect = |names| {
        let environment = environment.root.clone();
        ActionKind::Effect(Effect::Install { environment, names, installer: None })
    };
    let sources = Sources::new(context);
    for (wanted, state) in lacking.iter().chain(&on_request) {
        let entry = wanted.entry;
        let own = std::ptr::eq(wanted.manifest, context.manifest);
        let (true, true, Some(name)) = (own, entry.extent().meets(at), entry.name()) else { continue };
        let mut title = title(wanted, *state, environment);
        let sources = sources.with(std::slice::from_ref(wanted));
        title += &sources.words();
        actions.push(Action {
            title,
            kind: effect(Some(vec![name.normalized.to_string()])),
            // An editor may carry out what is preferred without showing its title.
            preferred: !misnamed.contains(&entry.name_span()) && sources.is_empty(),
            settles: settles(entry.line_span()),
            from: sources.names(),
        });
    }
    for section in sections_on_request(context, &on_request, at) {
        let what = counted(section.names.len(), "requirement");
        let names = &section.names;
        let of_section = on_request.iter().map(|(wanted, _)| *wanted).filter(|wanted| {
            wanted.entry.name().is_some_and(|name| names.iter().any(|other| **other == *name.normalized))
        });
        let sources = sources.with(&of_section.collect::<Vec<_>>());
        actions.push(Action {
            title: format!("Install the {what} of {} into {place}{}", section.title, sources.words()),
            kind: effect(Some(section.names)),
            preferred: false,
            settles: Vec::new(),
            from: sources.names(),
        });
    }
    if lacking.is_empty() {
        return;
    }
    let mismatched: Vec<Wanted<'_>> =
        lacking.iter().filter(|(_, state)| *state == State::Mismatch).map(|(wanted, _)| *wanted).collect();
    let asked: Vec<Wanted<'_>> = lacking.iter().map(|(wanted, _)| *wanted).collect();
    // With one thing missing, and the cursor on it, the two actions would be the same.
    if lacking.len() > 1 || !actions.iter().any(|action| matches!(action.kind, ActionKind::Effect(_))) {
        let title = match (&*lacking, &*mismatched) {
            ([(wanted, state)], [_]) => title(wanted, *state, environment),
            (_, mismatched) if mismatched.len() == lacking.len() => {
                change_of_all(context, mismatched, environment)
            }
            ([_], _) => format!("Install the missing requirement into {place}"),
            (_, _) => {
                let is_missing = lacking.iter().all(|(_, state)| *state == State::Missing);
                let word = if is_missing { "missing" } else { "unsatisfied" };
                format!("Install all {} {word} requirements into {place}", lacking.len())
            }
        };
        let sources = sources.with(&asked).with_lists(context);
        actions.push(Action {
            title: format!("{title}{}", sources.words()),
            kind: effect(None),
            preferred: false,
            settles: settled.iter().map(|(_, index)| *index).collect(),
            from: sources.names(),
        });
    }
    if mismatched.len() > 1 && mismatched.len() < lacking.len() {
        let title = change_of_all(context, &mismatched, environment);
        let names = mismatched.iter().filter_map(|wanted| wanted.entry.name());
        let sources = sources.with(&mismatched);
        actions.push(Action {
            title: format!("{title}{}", sources.words()),
            kind: effect(Some(names.map(|name| name.normalized.to_string()).collect())),
            preferred: false,
            settles: mismatched
                .iter()
                .filter(|wanted| std::ptr::eq(wanted.manifest, context.manifest))
                .flat_map(|wanted| settles(wanted.entry.line_span()))
                .collect(),
            from: sources.names(),
        });
    }
}

/// "Upgrade 3 distributions to match `requirements.txt` in `.venv`"
fn change_of_all(context: &Context<'_>, mismatched: &[Wanted<'_>], environment: &Environment) -> String {
    let direction =
        Direction::of_all(mismatched.iter().map(|wanted| Direction::of(wanted.entry, environment)));
    format!(
        "{} {} to match {} in {}",
        direction.verb(),
        counted(mismatched.len(), "distribution"),
        file_name(&context.manifest.path),
        environment_name(&environment.root)
    )
}

/// What installing one requirement is called, without from where.
fn title(wanted: &Wanted<'_>, state: State, environment: &Environment) -> String {
    let entry = wanted.entry;
    let place = environment_name(&environment.root);
    let Some(name) = entry.name() else { return format!("Install the requirement into {place}") };
    let name_as_written = plain(&name.text);
    let versions =
        entry.requirement().filter(|requirement| !requirement.specifiers.is_empty()).map(|requirement| {
            let text = &wanted.manifest.text;
            if !requirement.alternatives.is_empty() {
                let versions = requirement.versions_span().unwrap_or_default().shift(entry.start);
                return plain(versions.slice(text));
            }
            // What a format writes in its own way, such as `^1.2`, may be two of them in one place.
            let mut spans: Vec<Span> =
                requirement.specifiers.iter().map(|specifier| specifier.span).collect();
            spans.dedup();
            let specifiers: Vec<&str> =
                spans.iter().map(|span| span.shift(entry.start).slice(text)).collect();
            plain(&specifiers.join(","))
        });
    let installed = environment.distributions.find(&name.normalized);
    match (state, versions, installed) {
        (State::IncompleteExtra, _, _) => {
            let extras: Vec<&str> = entry.extras().iter().map(|extra| &*extra.text).collect();
            format!("Install `{name_as_written}[{}]` into {place}", plain(&extras.join(",")))
        }
        (State::Mismatch, Some(versions), Some(installed)) => format!(
            "{} `{name_as_written}` from {} to match `{versions}` in {place}",
            Direction::of(entry, environment).verb(),
            plain(&installed.version)
        ),
        (
            State::Satisfied
            | State::Missing
            | State::Mismatch
            | State::UnknownExtra
            | State::NotForHere
            | State::NotAsked
            | State::Unknown,
            _,
            _,
        ) => format!("Install `{name_as_written}` into {place}"),
    }
}

/// pip and uv look at what a distribution needs also where it is installed itself.
pub(super) fn add_installs_of_needs(
    context: &Context<'_>,
    machine: &Machine,
    environment: &Environment,
    found: &[Diagnostic],
    at: Span,
    actions: &mut Vec<Action>,
) {
    let Some(inspection) = context.facts.inspection.as_deref() else { return };
    let Some(chosen) = context.chosen() else { return };
    for entry in context.manifest.entries().filter(|entry| entry.extent().meets(at)) {
        let Some(name) = entry.name() else { continue };
        // Several findings may stand at one name, also those of distributions that need it.
        let needs: Vec<String> = inspection
            .contradictions
            .iter()
            .filter(|found| found.of == name.normalized && found.needed().is_some())
            .map(|found| said_of(found, chosen))
            .collect();
        // A line with hashes brings nothing but itself.
        if needs.is_empty() || !entry.hashes().is_empty() {
            continue;
        }
        let is_settled = |found: &Diagnostic| {
            found.rule.code == "environment-inconsistent"
                && found.span == entry.name_span()
                && needs.contains(&found.message)
        };
        let found = found.iter().enumerate().filter(|(_, found)| is_settled(found));
        let settles: Vec<usize> = found.map(|(index, _)| index).collect();
        if settles.is_empty() || can_install(machine, environment, context.config.installer).is_err() {
            continue;
        }
        let names = Some(vec![name.normalized.to_string()]);
        let wanted = Wanted { manifest: context.manifest, entry, role: Role::Requirements };
        let sources = Sources::new(context).with(&[wanted]);
        let place = environment_name(&environment.root);
        actions.push(Action {
            title: format!("Install what `{}` needs into {place}{}", name.text, sources.words()),
            kind: ActionKind::Effect(Effect::Install {
                environment: environment.root.clone(),
                names,
                installer: None,
            }),
            preferred: sources.is_empty(),
            settles,
            from: sources.names(),
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
