//! What an installation takes along beside what was asked for.

use rustc_hash::FxHashSet;

use crate::check::Context;
use crate::extras::{ExtraState, extra_state};
use crate::facts::Environment;
use crate::requirements::{Wanted, unsatisfied};

/// Adds the lines of what extras lack, where what is asked for has a hash: nothing is installed then that has no line.
pub(super) fn with_needed_by_extras<'a>(
    context: &Context<'a>,
    environment: &Environment,
    mut asked: Vec<Wanted<'a>>,
) -> Vec<Wanted<'a>> {
    let metadata = &context.facts.metadata;
    let hashed = asked.iter().filter(|asked| !asked.entry.hashes().is_empty());
    let needed: FxHashSet<&str> = hashed
        .flat_map(|asked| asked.entry.extras().iter().filter_map(|extra| Some((asked.entry.name()?, extra))))
        .flat_map(|(name, extra)| {
            match extra_state(&name.normalized, &extra.normalized, environment, metadata) {
                ExtraState::Lacks(lacking) => lacking,
                ExtraState::Holds | ExtraState::NotProvided(_) => Vec::new(),
            }
        })
        .map(|requirement| &*requirement.name.normalized)
        .collect();
    if needed.is_empty() {
        return asked;
    }
    let known: FxHashSet<u64> = asked.iter().map(|asked| asked.entry.name_hash).collect();
    let lacking = unsatisfied(context, environment).into_iter().map(|(wanted, _)| wanted);
    asked.extend(lacking.filter(|wanted| {
        let is_needed = wanted.entry.name().is_some_and(|name| needed.contains(&*name.normalized));
        is_needed && !known.contains(&wanted.entry.name_hash)
    }));
    asked
}
