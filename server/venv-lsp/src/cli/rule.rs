//! `venv-lsp rule`.

use std::fmt::Write as _;

use anyhow::Context as _;
use venv_analysis::{RULES, find_rule};

use super::{Verdict, print};

pub(super) fn run(code: Option<&str>) -> anyhow::Result<Verdict> {
    match code {
        None => {
            let mut list = String::new();
            for rule in RULES {
                writeln!(list, "{:<31} {:<12} {}", rule.code, rule.severity.as_str(), rule.summary)?;
            }
            print(&list)?;
        }
        Some(code) => {
            let unknown = || format!("`{code}` is not a rule; `venv-lsp rule` lists them");
            print(find_rule(code).with_context(unknown)?.page)?;
        }
    }
    Ok(Verdict::Clean)
}
