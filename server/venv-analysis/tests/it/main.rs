//! Rules, actions and plans on fixtures: see `test_support::fixture` for their language.

mod actions;
mod again;
mod completion;
mod conflicts;
mod corpus;
mod extras;
mod failures;
mod failures_recorded;
mod formatting;
mod hover;
mod includes;
mod own_project;
mod pages;
mod places;
mod plans;
mod proxies;
mod removals;
mod rename;
mod sections;
mod sorting;
mod structure;
mod tokens;
mod typing;
mod unasked;
