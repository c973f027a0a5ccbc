//! Manifests and facts in; diagnostics, actions and plans out.
//!
//! This crate is pure: it reads no file, starts no process, asks no clock and no variable, and has no `async`.
//! Everything it says can be tested with strings.

mod action;
mod activation;
mod anew;
mod asked_python;
pub mod assist;
mod check;
mod config;
mod diagnostic;
mod doubles;
mod edits;
mod effect;
mod extras;
pub mod facts;
mod failure;
mod former;
pub mod inspection;
mod manifest;
mod news;
mod plan;
mod progress;
mod project;
mod pysocks;
mod remains;
mod renamings;
mod requirements;
mod rules;
mod sources;
pub mod stdlib;
mod unasked;
mod verdict;
mod words;

pub use action::{
    Action, ActionKind, actions, fetched, incapacity, is_mendable, may_be_replaced, repairs, to_uninstall,
    uninstallation, wants_successor,
};
pub use activation::{Activation, activation};
pub use anew::{Anew, anew};
pub use asked_python::{AskedPython, capable};
pub use check::{Checked, Context, Facts, Included, check};
pub use config::{Config, Installer};
pub use diagnostic::{Diagnostic, Related, Severity};
pub use effect::{Effect, NewPython};
pub use extras::{AllMetadata, ExtraOf, knows_extras, metadata_of_extras};
pub use failure::{
    BuildCause, Failure, FailureKind, NextStep, ProxyProblem, Want, Wanter, WheelProblem, asked_as,
    explain_failure, explain_failure_with_log, near_name, place_name, pythons_within, renamed,
};
pub use former::{Former, FormerDistribution, FormerPlace, PIP_FILES, PipFileName, stays_inside};
pub use manifest::{
    Entry, GlobalOption, Include, IncludeTarget, Manifest, ManifestKind, Role, without_parents,
};
pub use news::{News, news};
pub use plan::{Fetch, Pin, Placement, Plan, PlanError, PlannedFile, Step, Tool, plan};
pub use progress::{InstallProgress, Stage, has_percentage, is_measure};
pub use pysocks::IndexUrl;
pub use remains::{Rests, remains};
pub use requirements::{State, Wanted, asked_under, state_of, unsatisfied, wanted};
pub use rules::{RULES, Rule, find_rule, new_contradictions};
pub use unasked::{Asking, unasked};
pub use words::{counted, environment_name, plain, without_secrets};
