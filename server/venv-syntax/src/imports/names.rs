//! What the names of a file stand for, as far as it is of interest here: `t` for `typing` behind
//! `import typing as t`.

use std::collections::HashMap;

use ruff_python_ast::{Alias, Expr};

/// Nothing of interest has more parts.
const LONGEST: usize = 6;

/// Names that stand for something else. Scopes are not told apart: who takes `sys` for something else in one function
/// and not in another is not understood.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: HashMap<Box<str>, Box<str>>,
}

impl Names {
    /// Takes note of `import module as name`.
    pub(super) fn import(&mut self, alias: &Alias) {
        if let Some(name) = &alias.asname
            && is_of_interest(&alias.name)
        {
            self.known.insert(name.as_str().into(), alias.name.as_str().into());
        }
    }

    /// Takes note of `from module import name`.
    pub(super) fn import_from(&mut self, module: &str, alias: &Alias) {
        if is_of_interest(module) {
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            self.known.insert(name.as_str().into(), format!("{module}.{}", alias.name.as_str()).into());
        }
    }

    /// The dotted path that `expression` is, with the names of the library: `importlib.import_module`.
    pub(super) fn path(&self, expression: &Expr) -> Option<String> {
        let mut parts = Vec::with_capacity(LONGEST);
        let mut rest = expression;
        while let Expr::Attribute(attribute) = rest {
            if parts.len() == LONGEST {
                return None;
            }
            parts.push(attribute.attr.as_str());
            rest = &attribute.value;
        }
        let Expr::Name(name) = rest else { return None };
        let mut path = self.known.get(name.id.as_str()).map_or(name.id.as_str(), |known| known).to_owned();
        for part in parts.iter().rev() {
            path.push('.');
            path.push_str(part);
        }
        Some(path)
    }
}

fn is_of_interest(module: &str) -> bool {
    let root = module.split('.').next().unwrap_or(module);
    matches!(
        root,
        "builtins"
            | "contextlib"
            | "importlib"
            | "os"
            | "pathlib"
            | "platform"
            | "pytest"
            | "site"
            | "six"
            | "sys"
            | "typing"
            | "typing_extensions"
    )
}
