//! Manifests and facts in; diagnostics, actions and plans out.
//!
//! This crate is pure: it reads no file, starts no process, asks no clock and no variable, and has no `async`.
//! Everything it says can be tested with strings.

pub mod facts;
