//! The few settings of a TOML file that say where an environment is. What cannot be read is not there.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

/// A file of settings, or a table in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings(BTreeMap<String, Setting>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Setting {
    Text(String),
    Flag(bool),
    Table(Settings),
    /// A number, a date or a list, of which there is nothing to know.
    Other,
}

impl Settings {
    /// Reads as much of `text` as is TOML.
    pub(crate) fn parse(text: &str) -> Self {
        let (root, _) = DeTable::parse_recoverable(text);
        Self::from_table(root.get_ref(), 0)
    }

    fn from_table(table: &DeTable<'_>, depth: usize) -> Self {
        // Deeper than anything that is asked for.
        const DEEPEST: usize = 8;
        let settings = table.iter().map(|(key, value)| {
            let setting = match value.get_ref() {
                DeValue::String(text) => Setting::Text(text.to_string()),
                DeValue::Boolean(flag) => Setting::Flag(*flag),
                DeValue::Table(table) if depth < DEEPEST => {
                    Setting::Table(Self::from_table(table, depth + 1))
                }
                DeValue::Table(_)
                | DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => Setting::Other,
            };
            (key.get_ref().to_string(), setting)
        });
        Self(settings.collect())
    }

    fn setting(&self, path: &[&str]) -> Option<&Setting> {
        let (last, parents) = path.split_last()?;
        let mut table = self;
        for parent in parents {
            table = match table.0.get(*parent)? {
                Setting::Table(table) => table,
                Setting::Text(_) | Setting::Flag(_) | Setting::Other => return None,
            };
        }
        table.0.get(*last)
    }

    /// Whether there is anything of that name.
    pub(crate) fn has(&self, path: &[&str]) -> bool {
        self.setting(path).is_some()
    }

    /// The text at `path`, unless it is empty.
    pub(crate) fn text(&self, path: &[&str]) -> Option<&str> {
        match self.setting(path)? {
            Setting::Text(text) => Some(text.as_str()).filter(|text| !text.is_empty()),
            Setting::Flag(_) | Setting::Table(_) | Setting::Other => None,
        }
    }

    /// The flag at `path`; a text that says one counts.
    pub(crate) fn flag(&self, path: &[&str]) -> Option<bool> {
        match self.setting(path)? {
            Setting::Flag(flag) => Some(*flag),
            Setting::Text(text) => flag(text),
            Setting::Table(_) | Setting::Other => None,
        }
    }
}

/// What a variable or a setting says that is to be yes or no.
pub(crate) fn flag(text: &str) -> Option<bool> {
    match &*text.to_ascii_lowercase() {
        "1" | "true" | "yes" | "on" | "y" | "t" => Some(true),
        "0" | "false" | "no" | "off" | "n" | "f" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_toml_does_not_hide_the_rest() {
        let settings = Settings::parse(
            "[project\nname = \"a\"\n[tool.poetry]\nname = \"b\"\nin-project = \"true\"\nx = [",
        );
        assert_eq!(settings.text(&["tool", "poetry", "name"]), Some("b"));
        assert_eq!(settings.flag(&["tool", "poetry", "in-project"]), Some(true));
        assert!(settings.has(&["tool", "poetry"]) && !settings.has(&["tool", "poetry", "name", "deeper"]));
    }
}
