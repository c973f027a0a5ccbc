//! What pip is told by its configuration files and variables, in pip's own order
//! (<https://pip.pypa.io/en/stable/topics/configuration/>, pip's `configuration.py` and `cli/parser.py`).
//!
//! Sections count more than files: of all `[install]` the last that is read counts, and that counts more than any
//! `[global]`. An empty value is as if it were not there, but hides the ones of the same section before it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use venv_syntax::{Span, parse_config_file};

/// The section that holds what the variables `PIP_*` say. It may stand in a file as well.
pub const VARIABLES_SECTION: &str = ":env:";

/// What pip is configured to do, wherever that is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PipSettings {
    /// In the order in which pip reads them.
    pub settings: Vec<PipSetting>,
    /// The files that pip looks for, and the folders on the way to them that are not there.
    pub places: Vec<PathBuf>,
    /// The folders in which `places` come and go.
    pub watched: Vec<PathBuf>,
}

/// One option of pip with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct PipSetting {
    /// `global`, a command of pip's such as `install`, or [`VARIABLES_SECTION`].
    pub section: Box<str>,
    /// The long option without its dashes: `break-system-packages`.
    pub name: Box<str>,
    pub value: Box<str>,
    pub source: PipSource,
}

impl PipSetting {
    /// Whether it stands in the environment's own file.
    pub fn is_of_environment(&self) -> bool {
        matches!(&self.source, PipSource::File { file, .. } if file.level == PipLevel::Site)
    }
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum PipSource {
    /// A line of a configuration file.
    File {
        file: Arc<PipFile>,
        /// Key and value, in bytes from the start of the file.
        span: Span,
        /// 1-based.
        line: u32,
    },
    /// A variable: `PIP_USER`.
    Variable(&'static str),
}

/// One of pip's configuration files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipFile {
    /// Absolute.
    pub path: PathBuf,
    pub level: PipLevel,
    pub text: Arc<str>,
}

/// For whom a configuration file is, in the order in which pip reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PipLevel {
    /// For all users of the machine.
    Global,
    User,
    /// For one environment or installation of Python; it lies in its folder.
    Site,
    /// The file that `PIP_CONFIG_FILE` names.
    Named,
}

impl PipSettings {
    /// Adds what `file` says. pip refuses to work with a file that it cannot read, so that such a file says nothing.
    pub fn add_file(&mut self, file: &Arc<PipFile>) {
        let read = parse_config_file(&file.text);
        if !read.errors.is_empty() {
            return;
        }
        for section in read.sections.iter().filter(|section| &***section != "DEFAULT") {
            // What stands in `[DEFAULT]` stands in every section.
            for wanted in ["DEFAULT", &**section] {
                for entry in read.entries.iter().filter(|entry| &*entry.section == wanted) {
                    self.settings.push(PipSetting {
                        section: section.clone(),
                        name: option_name(&entry.key).into(),
                        value: entry.value.clone(),
                        source: PipSource::File {
                            file: Arc::clone(file),
                            span: entry.span,
                            line: line_of(&file.text, entry.span),
                        },
                    });
                }
            }
        }
    }

    /// Adds what the variable says. Variables are read after all files.
    pub fn add_variable(&mut self, variable: &'static str, value: &str) {
        let name = option_name(variable.strip_prefix("PIP_").unwrap_or(variable));
        self.settings.push(PipSetting {
            section: VARIABLES_SECTION.into(),
            name: name.into(),
            value: value.into(),
            source: PipSource::Variable(variable),
        });
    }

    /// The setting of the option `name` with which `pip COMMAND` runs.
    pub fn find(&self, name: &str, command: &str) -> Option<&PipSetting> {
        [VARIABLES_SECTION, command, "global"].into_iter().find_map(|section| {
            let mut same =
                self.settings.iter().filter(|setting| &*setting.section == section && &*setting.name == name);
            same.next_back().filter(|setting| !setting.value.is_empty())
        })
    }

    /// The same for a switch, if that is on.
    pub fn find_on(&self, name: &str, command: &str) -> Option<&PipSetting> {
        self.find(name, command).filter(|setting| pip_truth(&setting.value) == Some(true))
    }

    /// The configuration files that say something.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let mut last: Option<&Path> = None;
        self.settings.iter().filter_map(move |setting| match &setting.source {
            PipSource::File { file, .. } if last != Some(&file.path) => {
                last = Some(&file.path);
                last
            }
            PipSource::File { .. } | PipSource::Variable(_) => None,
        })
    }
}

/// What pip takes `value` for where it expects yes or no; `None` is an error to it.
pub fn pip_truth(value: &str) -> Option<bool> {
    match &*value.to_ascii_lowercase() {
        "y" | "yes" | "t" | "true" | "on" | "1" => Some(true),
        "n" | "no" | "f" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// `Break_System_Packages` and `--break-system-packages` are `break-system-packages`.
pub(crate) fn option_name(key: &str) -> String {
    let name = key.to_lowercase().replace('_', "-");
    name.strip_prefix("--").map(str::to_owned).unwrap_or(name)
}

fn line_of(text: &str, span: Span) -> u32 {
    let before = &text.as_bytes()[..span.start as usize];
    let newlines = before.iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(newlines).unwrap_or(u32::MAX).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(files: &[&str]) -> PipSettings {
        let mut settings = PipSettings::default();
        for text in files {
            let (path, text) = ("/etc/pip.conf".into(), (*text).into());
            settings.add_file(&Arc::new(PipFile { path, level: PipLevel::Global, text }));
        }
        settings
    }

    /// Each of these was tried with pip 23.0.1 and 26.3.
    #[test]
    fn the_order_is_that_of_pip() {
        let on = "[global]\nbreak-system-packages = true\n";
        let tried: &[(&[&str], Option<&str>, bool)] = &[
            (&[on], None, true),
            (&["[install]\nbreak_system_packages = Yes\n"], None, true),
            (&["[install]\n--break-system-packages: on\n"], None, true),
            (&["[install]\nBreak-System-Packages = t\n"], None, true),
            (&["[uninstall]\nbreak-system-packages = true\n"], None, false),
            (&["[GLOBAL]\nbreak-system-packages = true\n"], None, false),
            (&["[global]\nbreak-system-packages = maybe\n"], None, false),
            (
                &["[global]\nbreak-system-packages = true\n[install]\nbreak-system-packages = no\n"],
                None,
                false,
            ),
            (&["[install]\nbreak-system-packages = no\n", on], None, false),
            (&["[global]\nbreak-system-packages = no\n", on], None, true),
            (&[on, "[global]\nbreak-system-packages =\n"], None, false),
            (&[on, "[install]\nbreak-system-packages =\n"], None, true),
            (&["[:env:]\nbreak-system-packages = 1\n"], None, true),
            (&["[DEFAULT]\nbreak-system-packages = 1\n[global]\n"], None, true),
            (&["[DEFAULT]\nbreak-system-packages = 1\n"], None, false),
            (&[on], Some("0"), false),
            (&[], Some("1"), true),
            (&["[install]\nbreak-system-packages = no\n"], Some("1"), true),
            (&["break-system-packages = true\n"], None, false),
        ];
        for (files, variable, expected) in tried {
            let mut found = settings(files);
            if let Some(value) = variable {
                found.add_variable("PIP_BREAK_SYSTEM_PACKAGES", value);
            }
            let found = found.find_on("break-system-packages", "install").is_some();
            assert_eq!(found, *expected, "{files:?} {variable:?}");
        }
    }

    #[test]
    fn a_setting_says_where_it_stands() {
        let found = settings(&["# mine\n[global]\nindex-url = x\nuser = true\n"]);
        let setting = found.find_on("user", "install").expect("it is on");
        let PipSource::File { line, span, file } = &setting.source else { panic!("it is in a file") };
        assert_eq!((*line, span.slice(&file.text)), (4, "user = true"));
        assert_eq!(found.files().collect::<Vec<_>>(), [Path::new("/etc/pip.conf")]);
    }
}
