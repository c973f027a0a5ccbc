//! `[tool.poetry]` (<https://python-poetry.org/docs/pyproject/>).

use crate::declarations::Builder;
use crate::toml::Table;

/// Adds what the tables of `[tool.poetry]` ask for. What `[project]` and the groups say is there already.
pub(super) fn read(_poetry: &Table, _builder: &mut Builder) {}
