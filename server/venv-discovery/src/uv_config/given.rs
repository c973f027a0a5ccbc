//! What uv is given of a project's configuration: the keys of which all that they lead to is named in a title, or that
//! lead nowhere. Whatever is not listed here it is not given.

use std::path::Path;

use toml::de::{DeTable, DeValue};
use venv_analysis::facts::{ProjectConfiguration, UvSettings};

use super::project::Counting;
use super::{list, table, texts, value};

/// What stands behind a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// Nothing that leads anywhere.
    Plain,
    /// URLs, or paths from the folder of the file.
    Places,
    /// `[[index]]`.
    Indexes,
    /// Requirements, which may have URLs.
    Requirements,
    /// Hosts.
    Unchecked,
    /// Nothing, where distributions are installed.
    Silent,
    /// `[pip]`.
    Pip,
    /// What would lead elsewhere, or is not known.
    Elsewhere,
}

impl Meaning {
    fn of(key: &str) -> Self {
        match key {
            "pip" => Self::Pip,
            "index" => Self::Indexes,
            "index-url" | "extra-index-url" | "find-links" => Self::Places,
            "constraint-dependencies"
            | "override-dependencies"
            | "exclude-dependencies"
            | "build-constraint-dependencies"
            | "extra-build-dependencies"
            | "dependency-metadata" => Self::Requirements,
            "allow-insecure-host" => Self::Unchecked,
            _ if PLAIN.contains(&key) => Self::Plain,
            _ if SILENT.contains(&key) => Self::Silent,
            _ => Self::Elsewhere,
        }
    }
}

const PLAIN: &[&str] = &[
    "no-index",
    "index-strategy",
    "keyring-provider",
    "prerelease",
    "resolution",
    "fork-strategy",
    "exclude-newer",
    "exclude-newer-package",
    "no-build",
    "no-build-package",
    "no-binary",
    "no-binary-package",
    "only-binary",
    "config-settings",
    "config-settings-package",
    "no-build-isolation",
    "no-build-isolation-package",
    "require-hashes",
    "verify-hashes",
    "native-tls",
    "system-certs",
    "offline",
    "no-cache",
    "link-mode",
    "compile-bytecode",
    "no-deps",
    "strict",
    "no-sources",
    "no-sources-package",
    "required-version",
    "concurrent-builds",
    "concurrent-downloads",
    "concurrent-installs",
];

/// For projects, for locking and for publishing.
const SILENT: &[&str] = &[
    "add-bounds",
    "build-backend",
    "cache-keys",
    "check-url",
    "conflicts",
    "default-groups",
    "dependency-groups",
    "dev-dependencies",
    "environments",
    "managed",
    "package",
    "publish-url",
    "python-downloads",
    "python-preference",
    "required-environments",
    "sources",
    "trusted-publishing",
    "workspace",
    // `uv pip compile` alone.
    "allow-empty-requirements",
    "annotation-style",
    "custom-compile-command",
    "emit-build-options",
    "emit-find-links",
    "emit-index-annotation",
    "emit-index-url",
    "emit-marker-expression",
    "generate-hashes",
    "no-annotate",
    "no-emit-package",
    "no-header",
    "no-strip-extras",
    "no-strip-markers",
    "output-file",
    "universal",
];

/// What one of `[[index]]` has; the rest is for publishing.
const OF_INDEX: &[&str] =
    &["name", "url", "default", "explicit", "format", "authenticate", "ignore-error-codes", "cache-control"];

/// Adds what `counting` says.
pub(super) fn add(settings: &mut UvSettings, counting: Counting) {
    let Counting { path, text, is_uv_toml } = counting;
    let text = match text {
        Ok(text) => text,
        Err(problem) => {
            let problem = Some(problem.into());
            settings.configuration = Some(ProjectConfiguration { path, problem, ..Default::default() });
            return;
        }
    };
    let (root, _) = DeTable::parse_recoverable(&text);
    let root = root.get_ref();
    let root = if is_uv_toml { Some(root) } else { table(root, "tool").and_then(|tool| table(tool, "uv")) };
    let Some(root) = root else { return };
    let mut reading = Reading {
        folder: path.parent().unwrap_or(Path::new("")),
        settings,
        given: String::new(),
        left_out: Vec::new(),
    };
    reading.table(root, "");
    if let Some(pip) = table(root, "pip") {
        let before = std::mem::take(&mut reading.given);
        reading.table(pip, "pip.");
        let pip = std::mem::replace(&mut reading.given, before);
        if !pip.is_empty() {
            reading.given += &format!("[pip]\n{pip}");
        }
    }
    let (given, left_out) = (reading.given.into(), reading.left_out);
    settings.configuration = Some(ProjectConfiguration { path, given, left_out, problem: None });
}

struct Reading<'a> {
    folder: &'a Path,
    settings: &'a mut UvSettings,
    given: String,
    left_out: Vec<Box<str>>,
}

impl Reading<'_> {
    fn table(&mut self, table: &DeTable<'_>, before: &str) {
        for (key, found) in table {
            let (key, found) = (&**key.get_ref(), found.get_ref());
            let mut written = String::new();
            match Meaning::of(key) {
                Meaning::Plain => write(found, &mut written),
                Meaning::Places => written = self.places(table, key),
                Meaning::Indexes => written = self.indexes(table, key),
                Meaning::Requirements => {
                    self.add_urls(found);
                    write(found, &mut written);
                }
                Meaning::Unchecked => {
                    self.settings.project_unchecked.extend(texts(table, key));
                    write(found, &mut written);
                }
                Meaning::Pip if before.is_empty() => continue,
                Meaning::Silent => continue,
                Meaning::Pip | Meaning::Elsewhere => {
                    self.left_out.push(format!("{before}{key}").into());
                    continue;
                }
            }
            self.given += &format!("{key} = {written}\n");
        }
    }

    fn places(&mut self, table: &DeTable<'_>, key: &str) -> String {
        let is_list = matches!(value(table, key), Some(DeValue::Array(_)));
        let places: Vec<String> = texts(table, key).iter().map(|place| self.place(place)).collect();
        match &*places {
            [place] if !is_list => place.clone(),
            places => format!("[{}]", places.join(", ")),
        }
    }

    /// As a text of TOML.
    fn place(&mut self, place: &str) -> String {
        self.settings.project.push(place.into());
        let is_url = place.contains("://") || place.starts_with("file:");
        let mut written = String::new();
        if is_url {
            write_text(place, &mut written);
        } else {
            write_text(&self.folder.join(place).to_string_lossy(), &mut written);
        }
        written
    }

    fn indexes(&mut self, within: &DeTable<'_>, key: &str) -> String {
        let mut written = Vec::new();
        for index in list(within, key) {
            let DeValue::Table(index) = index else { continue };
            // It serves those that name it, and these are not among what is handed on.
            let is_explicit = matches!(value(index, "explicit"), Some(DeValue::Boolean(true)));
            let named = self.settings.project.len();
            let mut parts = Vec::new();
            for key in OF_INDEX {
                let Some(found) = value(index, key) else { continue };
                let mut text = String::new();
                match found {
                    DeValue::String(url) if *key == "url" => text = self.place(url),
                    found => write(found, &mut text),
                }
                parts.push(format!("{key} = {text}"));
            }
            if is_explicit {
                self.settings.project.truncate(named);
            }
            written.push(format!("{{ {} }}", parts.join(", ")));
        }
        format!("[{}]", written.join(", "))
    }

    /// Names the URLs of all requirements in it.
    fn add_urls(&mut self, found: &DeValue<'_>) {
        match found {
            DeValue::String(text) => {
                // What stands before it is a name with its extras.
                if let Some((_, url)) = text.split_once('@') {
                    self.settings.project.extend(url.split_whitespace().next().map(Box::from));
                }
            }
            DeValue::Array(items) => items.iter().for_each(|item| self.add_urls(item.get_ref())),
            DeValue::Table(table) => table.iter().for_each(|(_, value)| self.add_urls(value.get_ref())),
            DeValue::Boolean(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => {}
        }
    }
}

/// On one line.
fn write(value: &DeValue<'_>, to: &mut String) {
    match value {
        DeValue::String(text) => write_text(text, to),
        DeValue::Integer(number) => *to += &number.to_string(),
        DeValue::Float(number) => *to += &number.to_string(),
        DeValue::Boolean(flag) => *to += &flag.to_string(),
        DeValue::Datetime(time) => *to += &time.to_string(),
        DeValue::Array(items) => {
            to.push('[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    *to += ", ";
                }
                write(item.get_ref(), to);
            }
            to.push(']');
        }
        DeValue::Table(table) => {
            to.push('{');
            for (number, (key, value)) in table.iter().enumerate() {
                *to += if number > 0 { ", " } else { " " };
                write_text(key.get_ref(), to);
                *to += " = ";
                write(value.get_ref(), to);
            }
            *to += " }";
        }
    }
}

fn write_text(text: &str, to: &mut String) {
    to.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => to.extend(['\\', letter]),
            letter if letter.is_control() => *to += &format!("\\u{:04X}", u32::from(letter)),
            letter => to.push(letter),
        }
    }
    to.push('"');
}
