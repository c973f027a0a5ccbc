//! What the parts of a requirement and the options mean.

use venv_syntax::{
    Marker, MarkerVariable, OptionItem, OptionKind, Requirement, Specifier, Version, evaluate, satisfies,
};

use super::distribution::joined;
use crate::assist::markdown::{code, environment};
use crate::assist::marker_words::{text_of, value_of};
use crate::assist::option_words::words_of;
use crate::check::Context;
use crate::manifest::Entry;

/// Whether it takes what is installed.
pub(super) fn specifier(
    context: &Context<'_>,
    entry: Entry<'_>,
    requirement: &Requirement,
    specifier: &Specifier,
) -> Option<String> {
    // What Poetry writes in one piece is several specifiers at one place.
    let beside: Vec<&Specifier> = requirement
        .specifiers
        .iter()
        .chain(requirement.alternatives.iter().flatten())
        .filter(|other| other.span == specifier.span)
        .collect();
    let written = joined(beside.iter().map(|specifier| &specifier.value));
    let mut text = code(&written);
    if let Some(meaning) = compatible(&specifier.value.to_string()) {
        text.push_str(&format!(" ({})", code(&meaning)));
    }
    let Some(chosen) = context.chosen().filter(|chosen| !chosen.environment.is_broken()) else {
        return Some(text);
    };
    let place = environment(chosen);
    let name = entry.name()?;
    let Some(found) = chosen.environment.distributions.find(&name.normalized) else {
        return Some(format!("{text}: {} is not installed in {place}", code(&name.text)));
    };
    let version = code(&found.version);
    let Some(parsed) = &found.parsed else {
        return Some(format!("{text}: {version} is installed in {place}, which cannot be compared"));
    };
    let verb = if takes(&beside, parsed) { "takes" } else { "does not take" };
    Some(format!("{text} {verb} {version}, which is installed in {place}"))
}

fn takes(specifiers: &[&Specifier], version: &Version) -> bool {
    satisfies(version, specifiers.iter().map(|specifier| &specifier.value))
}

/// What `~=2.1` is short for.
fn compatible(specifier: &str) -> Option<String> {
    let version = specifier.strip_prefix("~=")?.trim();
    let parsed: Version = version.parse().ok()?;
    let (_, prefix) = parsed.release().split_last()?;
    let prefix: Vec<String> = prefix.iter().map(ToString::to_string).collect();
    let epoch = if parsed.epoch() == 0 { String::new() } else { format!("{}!", parsed.epoch()) };
    Some(format!(">={version},=={epoch}{}.*", prefix.join(".")))
}

/// What the variable is and stands for, and whether the whole marker holds.
pub(super) fn marker(
    context: &Context<'_>,
    marker: &Marker,
    variable: Option<MarkerVariable>,
) -> Option<String> {
    let chosen = context.chosen();
    let mut parts = Vec::new();
    if let Some(variable) = variable {
        parts.push(format!("{}: {}", code(variable.name()), text_of(variable)));
    }
    if let Some(chosen) = chosen {
        let (markers, place) = (&chosen.environment.markers, environment(chosen));
        if let Some(value) = variable.and_then(|variable| value_of(variable, markers)) {
            parts.push(format!("In {place}: {}", code(value)));
        }
        parts.push(match evaluate(marker, markers, &[]) {
            Some(true) => format!("The marker holds in {place}: the requirement is asked for"),
            Some(false) => format!("The marker does not hold in {place}: the requirement is not asked for"),
            None => format!("Whether the marker holds in {place} is not known"),
        });
    }
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// What the option does, and since when.
pub(super) fn option(kind: OptionKind) -> Option<String> {
    let words = words_of(kind)?;
    let value = words.value.map_or_else(String::new, |value| format!(" {value}"));
    let names: Vec<String> =
        words.short.into_iter().chain([words.long]).map(|name| code(&format!("{name}{value}"))).collect();
    let mut text = format!("{}\n\n{}", names.join(", "), words.text);
    if let Some(since) = words.since {
        text.push_str(&format!("\n\nIn requirements files since pip {since}"));
    }
    Some(text)
}

/// Which algorithm it is, and what pip does with it.
pub(super) fn hash(context: &Context<'_>, option: &OptionItem) -> Option<String> {
    let value = option.value.as_ref()?;
    let (algorithm, _) = value.text.split_once(':')?;
    let bits = match algorithm {
        "sha256" => "SHA-256, 64 digits",
        "sha384" => "SHA-384, 96 digits",
        "sha512" => "SHA-512, 128 digits",
        _ => return None,
    };
    let entries = context.manifest.entries();
    let count = entries
        .map(|entry| entry.line().options.as_slice())
        .find(|options| options.iter().any(|other| std::ptr::eq(other, option)))
        .map_or(1, |options| options.iter().filter(|option| option.kind == OptionKind::Hash).count());
    let rule = if count == 1 {
        "pip takes an archive only if it has this hash".to_owned()
    } else {
        format!("pip takes an archive only if it has one of these {count} hashes")
    };
    Some(format!("{} ({bits})\n\n{rule}", code(algorithm)))
}
