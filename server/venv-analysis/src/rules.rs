//! The rules: one file each, in the order of the documentation.
//!
//! A rule is a function from a file and its facts to findings. It knows nothing of severities, editors or
//! output formats. Its page under `docs/reference/rules/` is its documentation, the link target of its findings,
//! the text of `venv-lsp rule CODE`, and a test.

mod environment_broken;
mod environment_inconsistent;
mod environment_missing;
mod environment_python_unsupported;
mod include_cycle;
mod include_not_found;
mod included;
mod interpreter_externally_managed;
mod option_unknown;
mod pip_switches;
mod pip_user_configured;
mod proxy_needs_pysocks;
mod requirement_conflict;
mod requirement_duplicate;
mod requirement_extra_not_installed;
mod requirement_in_stdlib;
mod requirement_invalid;
mod requirement_not_installed;
mod requirement_renamed;
mod requirement_version_mismatch;
mod system_packages_unprotected;

pub use environment_inconsistent::new_contradictions;
pub(crate) use environment_inconsistent::said_of;
pub(crate) use environment_missing::first_request;

use crate::Severity;
use crate::check::{Findings, Subject};

/// One rule.
pub struct Rule {
    /// Kebab-case, a statement of the problem. Stable.
    pub code: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    /// The default severity.
    pub severity: Severity,
    /// Its page, in Markdown.
    pub page: &'static str,
    pub(crate) check: fn(&Subject<'_>, &mut Findings<'_>),
}

/// Every rule. The order is the order of the documentation, and of the findings at one place.
pub static RULES: &[Rule] = &[
    environment_missing::RULE,
    environment_broken::RULE,
    environment_python_unsupported::RULE,
    environment_inconsistent::RULE,
    interpreter_externally_managed::RULE,
    system_packages_unprotected::RULE,
    pip_user_configured::RULE,
    proxy_needs_pysocks::RULE,
    requirement_not_installed::RULE,
    requirement_version_mismatch::RULE,
    requirement_extra_not_installed::RULE,
    requirement_invalid::RULE,
    option_unknown::RULE,
    include_not_found::RULE,
    include_cycle::RULE,
    requirement_duplicate::RULE,
    requirement_conflict::RULE,
    requirement_in_stdlib::RULE,
    requirement_renamed::RULE,
];

pub fn find_rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}
