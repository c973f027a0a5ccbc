//! `pyproject.toml` (<https://packaging.python.org/en/latest/specifications/pyproject-toml/>).

use crate::Declarations;

/// Reads a `pyproject.toml`. Never fails.
pub fn parse_pyproject(_text: &str) -> Declarations {
    Declarations::default()
}
