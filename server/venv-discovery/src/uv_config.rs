//! uv's configuration, as far as it says from where uv installs: its variables, `uv.toml` of the user and of the
//! machine, and the one `uv.toml` or `[tool.uv]` of the project
//! (<https://docs.astral.sh/uv/concepts/configuration-files/>).

mod given;
mod project;

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use venv_analysis::facts::UvSettings;

use crate::system::System;
use crate::user_folders;

const LARGEST: usize = 1 << 20;

/// What uv is told when it is started in `folder`.
pub fn read_uv_settings(system: &dyn System, folder: &Path) -> UvSettings {
    let mut settings = UvSettings::default();
    for variable in ["UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"] {
        let value = system.env(variable).unwrap_or_default();
        let words = value.split([' ', ',']).filter(|word| !word.is_empty());
        // `NAME=URL` names the index.
        settings.own.extend(words.map(|word| url_of(word).into()));
    }
    let read = |path: &Path| {
        let bytes = system.read_within(path, LARGEST).ok()?;
        Found::of_uv_toml(&String::from_utf8_lossy(&bytes))
    };
    let elsewhere = |path: PathBuf, found: &Found| Some((path, found.elsewhere?));
    if let Some(named) = system.env("UV_CONFIG_FILE").map(PathBuf::from) {
        let found = read(&folder.join(&named)).unwrap_or_default();
        settings.elsewhere = elsewhere(folder.join(&named), &found);
        if system.platform().is_absolute(&named) {
            settings.own.extend(found.indexes);
        } else {
            // Which file that is, the folder decides in which uv is started.
            (settings.project, settings.project_unchecked) = (found.indexes, found.unchecked);
        }
        return settings;
    }
    if system.env("UV_NO_CONFIG").and_then(|value| crate::settings::flag(&value)) == Some(true) {
        return settings;
    }
    for path in own_files(system) {
        let found = read(&path).unwrap_or_default();
        settings.elsewhere = settings.elsewhere.or_else(|| elsewhere(path, &found));
        settings.own.extend(found.indexes);
    }
    if let Some(counting) = project::find(system, folder) {
        given::add(&mut settings, counting);
    }
    settings
}

/// The index that the user has told uv to ask instead of its own, for whatever project.
pub(crate) fn own_default_index(system: &dyn System) -> Option<Box<str>> {
    let variable = |name| system.env(name).filter(|value: &String| !value.trim().is_empty());
    if let Some(value) = variable("UV_DEFAULT_INDEX").or_else(|| variable("UV_INDEX_URL")) {
        return Some(url_of(value.trim()).into());
    }
    let files = match system.env("UV_CONFIG_FILE") {
        Some(named) => vec![PathBuf::from(named)],
        None if system.env("UV_NO_CONFIG").and_then(|value| crate::settings::flag(&value)) == Some(true) => {
            Vec::new()
        }
        None => own_files(system),
    };
    files.into_iter().find_map(|path| {
        let bytes = system.read_within(&path, LARGEST).ok()?;
        default_index_of(&String::from_utf8_lossy(&bytes))
    })
}

/// The one of a `uv.toml`.
fn default_index_of(text: &str) -> Option<Box<str>> {
    let (root, _) = DeTable::parse_recoverable(text);
    let root = root.get_ref();
    let is_default = |index: &&DeValue<'_>| match index {
        DeValue::Table(index) => matches!(value(index, "default"), Some(DeValue::Boolean(true))),
        DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_) => false,
    };
    let url = |index: &DeValue<'_>| match index {
        DeValue::Table(index) => texts(index, "url").into_iter().next(),
        DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_) => None,
    };
    // `uv pip` counts what stands in `[pip]` more.
    let tables = table(root, "pip").into_iter().chain([root]);
    tables.into_iter().find_map(|table| {
        let named = list(table, "index").into_iter().find(is_default).and_then(url);
        named.or_else(|| texts(table, "index-url").into_iter().next())
    })
}

fn url_of(word: &str) -> &str {
    match word.split_once('=') {
        Some((name, url)) if !name.contains([':', '/']) => url,
        Some(_) | None => word,
    }
}

/// The user's, and those of the machine.
fn own_files(system: &dyn System) -> Vec<PathBuf> {
    if system.platform().is_windows() {
        let folders = [system.env_folder("APPDATA"), system.env_folder("PROGRAMDATA")];
        return folders.into_iter().flatten().map(|folder| folder.join("uv").join("uv.toml")).collect();
    }
    // Also on a Mac.
    let usual = || Some(system.home()?.join(".config"));
    let user = system.env_folder("XDG_CONFIG_HOME").or_else(usual).or_else(|| user_folders::config(system));
    let machine = [PathBuf::from("/etc/xdg"), PathBuf::from("/etc")];
    user.into_iter().chain(machine).map(|folder| folder.join("uv").join("uv.toml")).collect()
}

/// What one file says.
#[derive(Default)]
struct Found {
    indexes: Vec<Box<str>>,
    unchecked: Vec<Box<str>>,
    /// What leads an installation elsewhere.
    elsewhere: Option<&'static str>,
}

impl Found {
    fn of_uv_toml(text: &str) -> Option<Self> {
        let (root, _) = DeTable::parse_recoverable(text);
        Some(Self::of_table(root.get_ref()))
    }

    fn of_table(root: &DeTable<'_>) -> Self {
        let mut found = Self::default();
        let leads =
            |key: &&str| table(root, "pip").is_some_and(|pip| value(pip, &key["pip.".len()..]).is_some());
        found.elsewhere = ["pip.target", "pip.prefix"].into_iter().find(leads);
        // `uv pip` counts what stands in `[pip]` too.
        for table in std::iter::once(root).chain(table(root, "pip")) {
            for key in ["index-url", "extra-index-url", "find-links", "default-index"] {
                found.indexes.extend(texts(table, key));
            }
            found.unchecked.extend(texts(table, "allow-insecure-host"));
            for index in list(table, "index") {
                // One that is `explicit` serves those that name it, and these are not passed on.
                if let DeValue::Table(index) = index
                    && !matches!(value(index, "explicit"), Some(DeValue::Boolean(true)))
                {
                    found.indexes.extend(texts(index, "url"));
                }
            }
        }
        found
    }
}

fn value<'a>(table: &'a DeTable<'_>, key: &str) -> Option<&'a DeValue<'a>> {
    table.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value.get_ref())
}

fn table<'a>(table: &'a DeTable<'_>, key: &str) -> Option<&'a DeTable<'a>> {
    match value(table, key)? {
        DeValue::Table(table) => Some(table),
        DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_) => None,
    }
}

fn list<'a>(table: &'a DeTable<'_>, key: &str) -> Vec<&'a DeValue<'a>> {
    match value(table, key) {
        Some(DeValue::Array(items)) => items.iter().map(toml::Spanned::get_ref).collect(),
        Some(single) => vec![single],
        None => Vec::new(),
    }
}

/// A text, or those of a list.
fn texts(table: &DeTable<'_>, key: &str) -> Vec<Box<str>> {
    let text = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Some(Box::from(&**text)),
        DeValue::Boolean(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    };
    list(table, key).into_iter().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_own_file_says_where_uv_looks() {
        let text = "extra-index-url = ['https://a.example']\nallow-insecure-host = ['b.example']\n\
                    [[index]]\nurl = 'https://c.example'\n[[index]]\nexplicit = true\n\
                    url = 'https://d.example'\n[pip]\nindex-url = 'https://e.example'\n";
        let found = Found::of_uv_toml(text).unwrap_or_default();
        let texts = |list: Vec<Box<str>>| list.into_iter().map(String::from).collect::<Vec<_>>();
        assert_eq!(texts(found.indexes), ["https://a.example", "https://c.example", "https://e.example"]);
        assert_eq!(texts(found.unchecked), ["b.example"]);
    }

    #[test]
    fn one_index_takes_the_place_of_uvs_own() {
        for (text, index) in [
            ("index-url = 'https://a.example'", Some("https://a.example")),
            ("extra-index-url = ['https://a.example']", None),
            ("[[index]]\nurl = 'https://a.example'", None),
            (
                "[[index]]\nurl = 'https://a.example'\n[[index]]\nurl = 'https://b.example'\ndefault = true",
                Some("https://b.example"),
            ),
            (
                "index-url = 'https://a.example'\n[pip]\nindex-url = 'https://b.example'",
                Some("https://b.example"),
            ),
        ] {
            assert_eq!(default_index_of(text).as_deref(), index, "{text}");
        }
    }

    #[test]
    fn the_name_of_an_index_is_no_part_of_its_url() {
        assert_eq!(url_of("mine=https://a.example/?x=1"), "https://a.example/?x=1");
        assert_eq!(url_of("https://a.example/?x=1"), "https://a.example/?x=1");
    }
}
