//! `[tool.pdm]` (<https://pdm-project.org/latest/reference/pep621/>).

use crate::declarations::Builder;
use crate::toml::Table;
use crate::{Demand, SectionKind};

/// Adds the groups of `dev-dependencies`, which PDM installs unless it is told not to.
pub(super) fn read(pdm: &Table, builder: &mut Builder) {
    let Some(groups) = super::table(pdm, "dev-dependencies", "tool.pdm.dev-dependencies", builder) else {
        return;
    };
    for group in &groups.entries {
        let Some(items) = builder.strings(group) else { continue };
        let path = format!("tool.pdm.dev-dependencies.{}", group.key.text);
        let meaning = (SectionKind::Group, Demand::Always);
        let section = builder.section(meaning, path, Some(group.key.name()), group);
        for item in items {
            if item.text.trim_start().starts_with('-') {
                builder.line(section, item);
            } else {
                builder.requirement(section, item);
            }
        }
    }
}
