//! What is known of a distribution and of its extras.

use venv_syntax::{Demand, Metadata, Name, Requirement, VersionSpecifier, evaluate};

use crate::assist::markdown::{code, environment, escape, link, listed};
use crate::check::Context;
use crate::facts::{Chosen, Distribution, Environment};
use crate::manifest::Entry;
use crate::requirements::{State, state_of};

/// What is installed of the requirement, and what that says of itself.
pub(super) fn name(context: &Context<'_>, entry: Entry<'_>) -> Option<String> {
    let name = entry.name()?;
    let title = format!("**{}**", escape(&name.text));
    let Some(chosen) = context.chosen() else {
        // While it is being looked for, there is nothing to say.
        context.facts.resolution.as_ref()?;
        return Some(format!("{title}: no environment serves this file"));
    };
    let environment_name = environment(chosen);
    if let Some(issue) = chosen.environment.broken_by() {
        return Some(format!("{title}: {environment_name} is broken, {}", escape(&issue.message)));
    }
    let environment = &*chosen.environment;
    let found = environment.distributions.find(&name.normalized);
    let state = state_of(entry, environment, &context.facts.metadata);
    let mut text = match found {
        Some(found) => {
            let asked = entry.requirement().filter(|_| state == State::Mismatch);
            let asked = asked.map_or_else(String::new, |requirement| {
                format!(", the file asks for {}", code(&specifiers(requirement)))
            });
            format!("{title} {} is installed in {environment_name}{asked}", code(&found.version))
        }
        None => format!("{title} is not installed in {environment_name}"),
    };
    if state == State::NotForHere {
        text.push_str("\n\nIts marker does not hold there, so that it is not asked for");
    }
    if entry.demand() == Demand::Elsewhere {
        text.push_str("\n\nIt is asked for in another environment than this one");
    }
    let metadata = context.facts.metadata.get(&name.normalized).filter(|_| found.is_some());
    if let Some(summary) = metadata.map(|metadata| &*metadata.summary).filter(|text| !text.trim().is_empty())
    {
        text.push_str("\n\n");
        text.push_str(&escape(summary));
    }
    let extras: Vec<&str> = entry.extras().iter().map(|extra| &*extra.normalized).collect();
    let mut points = Vec::new();
    if let Some(found) = found {
        points.extend(place(environment, found));
    }
    if let Some(metadata) = metadata {
        points.extend(about(chosen, metadata, &extras));
    }
    let users = required_by(context, environment, &name.normalized);
    if !users.is_empty() {
        points.push(format!("Required by {}", listed(&users)));
    }
    points.extend(metadata.and_then(|metadata| link(metadata.home_page.as_deref()?)));
    if !points.is_empty() {
        text.push_str("\n\n- ");
        text.push_str(&points.join("\n- "));
    }
    Some(text)
}

/// What the extra needs, and what of that is installed.
pub(super) fn extra(context: &Context<'_>, entry: Entry<'_>, extra: &Name) -> Option<String> {
    let name = entry.name()?;
    let chosen = context.chosen().filter(|chosen| !chosen.environment.is_broken())?;
    let title = format!("**{}\\[{}\\]**", escape(&name.text), escape(&extra.text));
    let place = environment(chosen);
    let Some(found) = chosen.environment.distributions.find(&name.normalized) else {
        return Some(format!("{title}: {} is not installed in {place}", code(&name.text)));
    };
    let metadata = context.facts.metadata.get(&name.normalized)?;
    if !provides(metadata, &extra.normalized) {
        let known: Vec<String> = metadata.extras.iter().map(|extra| code(&extra.text)).collect();
        let known =
            if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", listed(&known)) };
        return Some(format!(
            "{title}: {} {} has no such extra, {known}",
            code(&name.text),
            code(&found.version)
        ));
    }
    let needs: Vec<String> = needed_by_extra(metadata, chosen, &extra.normalized)
        .map(|requirement| with_state(requirement, &chosen.environment))
        .collect();
    if needs.is_empty() {
        return Some(format!("{title} needs nothing more in {place}"));
    }
    Some(format!("{title} needs in {place}\n\n- {}", needs.join("\n- ")))
}

/// What the extra of an installed distribution asks for in this environment and its plain requirements do not.
pub(in crate::assist) fn needed_by_extra<'a>(
    metadata: &'a Metadata,
    chosen: &'a Chosen,
    extra: &'a str,
) -> impl Iterator<Item = &'a Requirement> {
    let markers = &chosen.environment.markers;
    let with_marker = metadata.requires.iter().filter_map(|requirement| {
        let marker = requirement.marker.as_ref()?;
        Some((requirement, marker))
    });
    with_marker
        .filter(move |(_, marker)| {
            evaluate(marker, markers, &[extra]) != Some(false)
                && evaluate(marker, markers, &[]) == Some(false)
        })
        .map(|(requirement, _)| requirement)
}

/// `name[extra]>=1`, without its marker.
pub(in crate::assist) fn written(requirement: &Requirement) -> String {
    let mut text = requirement.name.text.to_string();
    if !requirement.extras.is_empty() {
        let extras: Vec<&str> = requirement.extras.iter().map(|extra| &*extra.text).collect();
        text.push_str(&format!("[{}]", extras.join(",")));
    }
    text + &specifiers(requirement)
}

/// `>=1,<2`
pub(in crate::assist) fn specifiers(requirement: &Requirement) -> String {
    let one = |specifiers: &[venv_syntax::Specifier]| joined(specifiers.iter().map(|found| &found.value));
    let all = std::iter::once(one(&requirement.specifiers));
    all.chain(requirement.alternatives.iter().map(|specifiers| one(specifiers)))
        .collect::<Vec<_>>()
        .join(" || ")
}

pub(super) fn joined<'a>(specifiers: impl Iterator<Item = &'a VersionSpecifier>) -> String {
    // `>= 1` is how a specifier shows itself.
    specifiers.map(|specifier| specifier.to_string().replace(' ', "")).collect::<Vec<_>>().join(",")
}

fn place(environment: &Environment, found: &Distribution) -> Vec<String> {
    let mut points = Vec::new();
    if let Some(folder) = environment.site_packages.get(usize::from(found.site)) {
        points.push(format!("Lies in {}", code(&folder.to_string_lossy())));
    }
    if found.editable {
        points.push("Editable: it runs from the folder of its source".to_owned());
    }
    points
}

fn about(chosen: &Chosen, metadata: &Metadata, extras: &[&str]) -> Vec<String> {
    let mut points = Vec::new();
    if !metadata.requires_python.is_empty() {
        let versions = joined(metadata.requires_python.iter().map(|specifier| &specifier.value));
        points.push(format!("For Python {}", code(&versions)));
    }
    let applies = |requirement: &&Requirement| {
        let marker = requirement.marker.as_ref();
        marker.is_none_or(|marker| evaluate(marker, &chosen.environment.markers, extras) != Some(false))
    };
    let requires: Vec<String> = metadata
        .requires
        .iter()
        .filter(applies)
        .map(|requirement| with_state(requirement, &chosen.environment))
        .collect();
    if !requires.is_empty() {
        points.push(format!("Requires {}", listed(&requires)));
    }
    points
}

/// The installed distributions that need the one of this normalised name, by name.
fn required_by(context: &Context<'_>, environment: &Environment, name: &str) -> Vec<String> {
    let needs = |requirement: &Requirement| {
        &*requirement.name.normalized == name
            && requirement
                .marker
                .as_ref()
                .is_none_or(|marker| evaluate(marker, &environment.markers, &[]) != Some(false))
    };
    let mut users: Vec<&str> = context
        .facts
        .metadata
        .iter()
        .filter(|(user, metadata)| {
            metadata.requires.iter().any(needs) && environment.distributions.find(user).is_some()
        })
        .map(|(user, _)| &**user)
        .collect();
    users.sort_unstable();
    users.into_iter().map(code).collect()
}

/// `` `urllib3<3` `` with what of it is installed, where that is not what is asked for.
fn with_state(requirement: &Requirement, environment: &Environment) -> String {
    let text = code(&written(requirement));
    match environment.distributions.find(&requirement.name.normalized) {
        None => format!("{text} (not installed)"),
        Some(found) => match &found.parsed {
            Some(version) if !requirement.allows(version) => {
                format!("{text} ({} is installed)", code(&found.version))
            }
            Some(_) | None => text,
        },
    }
}

fn provides(metadata: &Metadata, extra: &str) -> bool {
    metadata.extras.iter().any(|known| &*known.normalized == extra)
}
