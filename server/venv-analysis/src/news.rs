//! What is missing because a file changed behind the editor's back, as `git pull` does.

use std::path::{Path, PathBuf};

use crate::check::Context;
use crate::plan::can_install;
use crate::requirements::{State, Wanted, unsatisfied};
use crate::sources::Sources;
use crate::words::{counted, environment_name, file_name};

/// What an environment lacks now and did not lack before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub environment: PathBuf,
    /// Normalised, each once and in their order.
    pub names: Vec<String>,
    /// Says it, and from where it would be installed if that is new.
    pub message: String,
    /// From where: see [`Action::from`](crate::Action::from).
    pub from: Vec<String>,
}

/// What the change of the file `changed` from `before` to `after` made missing in an environment that is well. Both are
/// looked at with the environment as it is now.
pub fn news(changed: &Path, before: &Context<'_>, after: &Context<'_>) -> Option<News> {
    let environment = &after.chosen()?.environment;
    let machine = after.facts.machine.as_deref()?;
    if !environment.health.is_empty() || can_install(machine, environment, after.config.installer).is_err() {
        return None;
    }
    let name = |wanted: &Wanted<'_>| wanted.entry.name().map(|name| name.normalized.to_string());
    let known: Vec<String> =
        unsatisfied(before, environment).iter().filter_map(|(wanted, _)| name(wanted)).collect();
    let mut lacking = unsatisfied(after, environment);
    lacking.retain(|(wanted, _)| name(wanted).is_some_and(|name| !known.contains(&name)));
    let mut names: Vec<String> = lacking.iter().filter_map(|(wanted, _)| name(wanted)).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return None;
    }
    let all = |state: State| lacking.iter().all(|(_, other)| *other == state);
    let is_one = names.len() == 1;
    let how = match (all(State::Missing), all(State::Mismatch)) {
        (true, _) if is_one => "is missing",
        (true, _) => "are missing",
        (_, true) if is_one => "has another version",
        (_, true) => "have another version",
        (false, false) if is_one => "is not satisfied",
        (false, false) => "are not satisfied",
    };
    let asked: Vec<Wanted<'_>> = lacking.iter().map(|(wanted, _)| *wanted).collect();
    let sources = Sources::new(after).with(&asked);
    let mut message = format!(
        "{} changed: {} {how} in {}",
        file_name(changed),
        counted(names.len(), "requirement"),
        environment_name(&environment.root)
    );
    if !sources.is_empty() {
        message += &format!("; to be installed{}", sources.words());
    }
    Some(News { environment: environment.root.clone(), names, message, from: sources.names() })
}
