//! `[tool.hatch.envs]` (<https://hatch.pypa.io/latest/config/environment/overview/>).

use crate::declarations::Builder;
use crate::toml::Table;
use crate::{Demand, SectionKind};

/// Adds what the environments that Hatch makes ask for.
pub(super) fn read(hatch: &Table, builder: &mut Builder) {
    let Some(environments) = hatch.table(&["envs"]) else { return };
    for environment in &environments.entries {
        let Some(table) = environment.value.as_table() else { continue };
        for key in ["dependencies", "extra-dependencies"] {
            let Some(entry) = table.entry(key) else { continue };
            let Some(items) = builder.strings(entry) else { continue };
            let path = format!("tool.hatch.envs.{}.{key}", environment.key.text);
            let section = builder.section((SectionKind::Environment, Demand::Elsewhere), path, None, entry);
            for item in items {
                // `{root:uri}` and the like: Hatch puts something there before it is a requirement.
                if item.text.contains('{') {
                    builder.formatted(section, item);
                } else {
                    builder.requirement(section, item);
                }
            }
        }
    }
}
