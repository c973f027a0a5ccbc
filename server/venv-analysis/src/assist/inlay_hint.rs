//! Versions beside the requirements that do not name one.

use venv_syntax::{Demand, Requirement, Span, Version};

use crate::assist::markdown::environment;
use crate::check::Context;
use crate::requirements::{State, state_of};
use crate::words::plain;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlayHint {
    /// In bytes from the start of the file.
    pub at: u32,
    pub label: String,
    /// Markdown.
    pub tooltip: Option<String>,
}

/// The installed version of each requirement in `range`, behind it.
pub fn inlay_hints(context: &Context<'_>, range: Span) -> Vec<InlayHint> {
    let chosen = context.chosen().filter(|chosen| !chosen.environment.is_broken());
    let Some(chosen) = chosen else { return Vec::new() };
    let mut tooltip = None;
    let mut hints = Vec::new();
    for entry in context.manifest.entries_in(range) {
        // What a build or a tool needs lies in an environment of its own.
        let Some(name) = entry.name().filter(|_| entry.demand() != Demand::Elsewhere) else { continue };
        let Some(found) = chosen.environment.distributions.find(&name.normalized) else { continue };
        let is_pinned = match (entry.requirement(), &found.parsed) {
            (Some(requirement), Some(version)) => pins(requirement, version),
            (Some(_) | None, _) => false,
        };
        if is_pinned
            || found.version.is_empty()
            || state_of(entry, &chosen.environment, &context.facts.metadata) == State::NotForHere
        {
            continue;
        }
        // Within quotes it would look like a part of the text.
        let at = if entry.section_index().is_some() { entry.extent().end } else { entry.span().end };
        let tooltip = tooltip.get_or_insert_with(|| format!("Installed in {}", environment(chosen)));
        hints.push(InlayHint { at, label: plain(&found.version), tooltip: Some(tooltip.clone()) });
    }
    hints
}

/// Whether the requirement names exactly this version.
fn pins(requirement: &Requirement, version: &Version) -> bool {
    let [specifier] = requirement.specifiers.as_slice() else { return false };
    let written = specifier.value.to_string();
    let is_exact = written.starts_with("==") && !written.ends_with(".*");
    is_exact && specifier.value.version() == version
}
