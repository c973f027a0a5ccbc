//! What is known of the files, sections and Pythons that a file names.

use std::str::FromStr as _;

use venv_syntax::{Demand, RequiresPython, Section, SectionKind, Version, satisfies};

use super::distribution::joined;
use crate::assist::markdown::{code, environment, escape, listed};
use crate::check::{Context, Included};
use crate::manifest::{Entry, Include, IncludeTarget, Role};
use crate::requirements::{State, state_of};
use crate::words::counted;

/// Which file it is and what it asks for.
pub(super) fn include(context: &Context<'_>, include: &Include) -> Option<String> {
    let path = match &include.target {
        IncludeTarget::File(path) => path,
        IncludeTarget::Elsewhere(_) => return Some("This file is not on disk, and is not read".to_owned()),
    };
    let title = code(&path.to_string_lossy());
    Some(match context.facts.includes.get(path)? {
        Included::Manifest(manifest) => {
            let what = match include.role {
                Role::Requirements => counted(manifest.entries().len(), "requirement"),
                Role::Constraints => counted(manifest.entries().len(), "constraint"),
            };
            let more = match manifest.includes.len() {
                0 => String::new(),
                count => format!(", and it takes in {}", counted(count, "more file")),
            };
            format!("{title}\n\n{what}{more}")
        }
        Included::NotFound => format!("{title}\n\nThere is no such file"),
        Included::Unreadable(why) => format!("{title}\n\nIt cannot be read: {}", escape(why)),
    })
}

/// What the section asks for, and what of that is installed.
pub(super) fn section(context: &Context<'_>, section: &Section) -> Option<String> {
    let name = section.name.as_ref().map(|name| code(&name.text));
    let named = |what: &str| name.as_ref().map_or_else(|| what.to_owned(), |name| format!("{what} {name}"));
    let what = match section.kind {
        SectionKind::Dependencies => "What the project needs to run".to_owned(),
        SectionKind::Extra => named("The extra"),
        SectionKind::Group => named("The group"),
        SectionKind::Build => "What the build needs, in an environment of its own".to_owned(),
        SectionKind::Constraints => "Bounds of versions, which ask for nothing".to_owned(),
        SectionKind::Overrides => "What counts instead of what others ask for".to_owned(),
        SectionKind::Environment => named("An environment of its own"),
        SectionKind::Lock => "What was settled on".to_owned(),
    };
    let index = context.manifest.sections.iter().position(|other| std::ptr::eq(other, section))?;
    let entries: Vec<Entry<'_>> =
        context.manifest.entries().filter(|entry| entry.section_index() == Some(index)).collect();
    let mut text = format!("{what}: {}", counted(entries.len(), "requirement"));
    let names: Vec<String> =
        entries.iter().filter_map(|entry| entry.name()).map(|name| code(&name.text)).collect();
    if !names.is_empty() {
        text.push_str(&format!("\n\n{}", listed(&names)));
    }
    let taken: Vec<String> = section.includes.iter().map(|include| code(&include.name.text)).collect();
    if !taken.is_empty() {
        text.push_str(&format!("\n\nTakes in {}", listed(&taken)));
    }
    let chosen = context.chosen().filter(|chosen| !chosen.environment.is_broken());
    if let Some(chosen) = chosen.filter(|_| matches!(section.demand, Demand::Always | Demand::OnRequest)) {
        let metadata = &context.facts.metadata;
        let states = || entries.iter().map(|entry| state_of(*entry, &chosen.environment, metadata));
        let there = states().filter(|state| *state == State::Satisfied).count();
        let all = states().filter(|state| *state != State::NotForHere).count();
        if all > 0 {
            text.push_str(&format!("\n\nIn {} as it asks: {there} of {all}", environment(chosen)));
        }
    }
    Some(text)
}

/// Which Python the environment has, and whether that is one of them.
pub(super) fn requires_python(context: &Context<'_>, requires: &RequiresPython) -> Option<String> {
    let chosen = context.chosen()?;
    let version = chosen.environment.markers.python_full_version.as_deref()?;
    let parsed = Version::from_str(version).ok()?;
    let lists = || requires.any_of.iter().map(|list| list.iter().map(|specifier| &specifier.value));
    let written: Vec<String> = lists().map(joined).filter(|text| !text.is_empty()).collect();
    let what = if written.is_empty() { "any Python".to_owned() } else { code(&written.join(" || ")) };
    let fits = lists().any(|list| satisfies(&parsed, list));
    let verb = if fits { "is" } else { "is not" };
    Some(format!("Python {} of {} {verb} within {what}", code(version), environment(chosen)))
}
