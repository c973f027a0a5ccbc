//! `environment-inconsistent`: distributions that are installed together contradict each other.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use venv_syntax::Span;

use crate::check::{Findings, Subject};
use crate::diagnostic::Severity;
use crate::facts::{Chosen, Environment};
use crate::inspection::{Contradiction, ContradictionKind, Inspection, Need};
use crate::manifest::{Entry, Role};
use crate::requirements::State;
use crate::rules::Rule;
use crate::rules::environment_missing::first_request;
use crate::words::{environment_name, environment_with_origin, plain, quoted};

pub(super) const RULE: Rule = Rule {
    code: "environment-inconsistent",
    summary: "installed distributions contradict each other",
    severity: Severity::Hint,
    page: include_str!("../../../../docs/reference/rules/environment-inconsistent.md"),
    check,
};

/// An environment with more of them is not put right one by one.
const MOST: usize = 20;

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    let (Some(chosen), Some(inspection)) = (context.chosen(), context.facts.inspection.as_deref()) else {
        return;
    };
    if inspection.contradictions.is_empty()
        || chosen.environment.is_broken()
        || context.manifest.role == Role::Constraints
    {
        return;
    }
    let Some(first) = first_request(context) else { return };
    let places = places(context, &inspection.contradictions);
    // What is missing and asked for is reported as that, where it is asked for.
    let missing: FxHashSet<&str> = context.entries_in(State::Missing).filter_map(normalized).collect();
    let told = |found: &&Contradiction| match &found.kind {
        ContradictionKind::Missing(need) => !missing.contains(&*need.name),
        ContradictionKind::Version(_)
        | ContradictionKind::Python(_)
        | ContradictionKind::Platform(_)
        | ContradictionKind::Unreadable { .. } => true,
    };
    let mut add = |span: Span, message: String| {
        findings.add(span, message).environment = Some(Arc::clone(&chosen.environment));
    };
    let mut left = 0;
    for (number, found) in inspection.contradictions.iter().filter(told).enumerate() {
        if number >= MOST {
            left += 1;
            continue;
        }
        let other = found.needed().map(|need| &*need.name);
        let place = [Some(&*found.of), other].into_iter().flatten().find_map(|name| places.get(name));
        add(place.copied().unwrap_or(first), said_of(found, chosen));
    }
    if left > 0 {
        let what = if left == 1 { "contradiction" } else { "contradictions" };
        add(
            first,
            format!("{left} more {what} among the distributions in {}", environment_with_origin(chosen)),
        );
    }
}

/// What the rule says of `found` in the environment that serves the file.
pub(crate) fn said_of(found: &Contradiction, chosen: &Chosen) -> String {
    message(found, &chosen.environment, &environment_with_origin(chosen))
}

/// What is wrong in `environment` that was not `before`, in one sentence.
pub fn new_contradictions(
    before: &[Contradiction],
    after: &Inspection,
    environment: &Environment,
) -> Option<String> {
    let mut added = after.contradictions.iter().filter(|found| !before.contains(found));
    let said = message(added.next()?, environment, &environment_name(&environment.root));
    Some(match added.count() {
        0 => said,
        1 => format!("{said} (and 1 more contradiction)"),
        more => format!("{said} (and {more} more contradictions)"),
    })
}

/// Where the distributions that `contradictions` speak of are asked for.
fn places<'a>(context: &Subject<'a>, contradictions: &'a [Contradiction]) -> FxHashMap<&'a str, Span> {
    let needed = contradictions.iter().filter_map(Contradiction::needed).map(|need| &*need.name);
    let named: FxHashSet<&str> = contradictions.iter().map(|found| &*found.of).chain(needed).collect();
    let mut places = FxHashMap::default();
    for entry in context.manifest.entries() {
        if let Some(name) = normalized(entry).filter(|name| named.contains(name)) {
            places.entry(name).or_insert_with(|| entry.name_span());
        }
    }
    places
}

fn normalized(entry: Entry<'_>) -> Option<&str> {
    entry.name().map(|name| &*name.normalized)
}

fn message(found: &Contradiction, environment: &Environment, place: &str) -> String {
    let who = match environment.distributions.find(&found.of) {
        Some(distribution) => format!("{} {}", quoted(&distribution.name), plain(&distribution.version)),
        None => quoted(&found.of),
    };
    match &found.kind {
        ContradictionKind::Missing(need) => {
            format!("{who} needs {}, which is not installed in {place}", asked(need))
        }
        ContradictionKind::Version(need) => {
            let installed = environment.distributions.find(&need.name);
            let version =
                installed.map_or_else(|| "another version".to_owned(), |found| plain(&found.version));
            format!("{who} needs {}, but {version} is installed in {place}", asked(need))
        }
        ContradictionKind::Python(versions) => {
            let python = match &environment.python {
                Some(version) => format!("Python {version}"),
                None => "another Python".to_owned(),
            };
            format!("{who} needs Python {}, but {place} has {python}", quoted(versions))
        }
        ContradictionKind::Platform(tag) => {
            format!("{who} in {place} is not for its Python on this platform, but for {}", quoted(tag))
        }
        ContradictionKind::Unreadable { line, missing: Some(missing) } => format!(
            "{who} asks for {}, which pip cannot read, and {} is not installed in {place}",
            quoted(line),
            quoted(missing)
        ),
        ContradictionKind::Unreadable { line, missing: None } => format!(
            "{who} in {place} asks for {}, which pip cannot read, so that it checks nothing of it",
            quoted(line)
        ),
    }
}

fn asked(need: &Need) -> String {
    quoted(&format!("{}{}{}", need.name, need.extras, need.versions))
}
