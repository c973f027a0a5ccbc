//! The settings, each declared here once: how it is read, and what the documents say of it.

use std::path::PathBuf;

use serde_json::{Map, Value, json};
use venv_analysis::{Config, Installer, RULES, Severity, find_rule};

/// What the user has chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The environment to use for every file, whatever lies around.
    pub environment: Option<PathBuf>,
    /// `false`: nothing is started, not even when the user asks for it.
    pub trusted: bool,
    /// Whether the user is asked to install what is missing since a file changed on the disk.
    pub ask_to_install: bool,
    pub config: Config,
}

impl Default for Options {
    fn default() -> Self {
        Self { environment: None, trusted: true, ask_to_install: true, config: Config::default() }
    }
}

/// One setting, for the documents and for the extension of VS Code.
pub struct Setting {
    /// Under `venv-lsp.`.
    pub key: &'static str,
    /// JSON Schema without the description.
    pub schema: fn() -> Value,
    /// One or two sentences in Markdown.
    pub doc: &'static str,
}

/// Every setting of the server, in the order of the documents.
pub static SETTINGS: &[Setting] = &[
    Setting {
        key: "environment",
        schema: || json!({"type": ["string", "null"], "default": null}),
        doc: "The environment to use, as a path to its folder; a relative one starts from the workspace folder. \
              `null`: the one that is found.",
    },
    Setting {
        key: "askToInstall",
        schema: || json!({"type": "boolean", "default": true}),
        doc: "Whether to ask if requirements shall be installed that are missing since a file was changed outside the \
              editor, as `git pull` does.",
    },
    Setting {
        key: "installer",
        schema: || json!({"type": "string", "enum": Installer::ALL.map(Installer::as_str), "default": "auto"}),
        doc: "What makes environments and installs into them. `auto`: uv when it is on `PATH`, else `python -m venv` \
              and pip.",
    },
    Setting {
        key: "rules",
        schema: || {
            let mut severities: Vec<&str> = Severity::ALL.map(Severity::as_str).to_vec();
            severities.push("off");
            let properties: Map<String, Value> = RULES
                .iter()
                .map(|rule| {
                    let about = json!({"enum": severities, "description": format!("{}.", capitalized(rule.summary)),
                        "default": rule.severity.as_str()});
                    (rule.code.to_owned(), about)
                })
                .collect();
            json!({"type": "object", "additionalProperties": false, "properties": properties, "default": {}})
        },
        doc: "Severities by rule: `error`, `warning`, `information`, `hint` or `off`.",
    },
    Setting {
        key: "trusted",
        schema: || json!({"type": "boolean", "default": true}),
        doc: "`false`: the workspace is not trusted, and nothing is ever started. Editors that know trust set it \
              themselves.",
    },
];

impl Options {
    /// Reads the settings object, with or without `venv-lsp` around it. What is wrong is left at its default and
    /// said in the second part, in words for the user. Trust that was refused stays refused until the client says
    /// otherwise in so many words.
    pub fn read(value: &Value, before: &Self) -> (Self, Vec<String>) {
        let mut options = Self { trusted: before.trusted, ..Self::default() };
        let mut wrong = Vec::new();
        let value = value.get("venv-lsp").unwrap_or(value);
        let Value::Object(settings) = value else {
            if !value.is_null() {
                wrong.push("The settings of venv-lsp are not an object".to_owned());
            }
            return (options, wrong);
        };
        for (key, value) in settings {
            if let Err(problem) = options.set(key, value) {
                wrong.push(format!("The setting `venv-lsp.{key}` {problem}"));
            }
        }
        (options, wrong)
    }

    fn set(&mut self, key: &str, value: &Value) -> Result<(), String> {
        match key {
            "environment" => {
                self.environment = match value {
                    Value::Null => None,
                    Value::String(path) if path.is_empty() => None,
                    Value::String(path) => Some(path.into()),
                    Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                        return Err("is not a path".to_owned());
                    }
                };
            }
            "installer" => {
                let word = value.as_str().unwrap_or_default();
                self.config.installer = Installer::parse(word).ok_or("is none of `auto`, `uv` and `pip`")?;
            }
            "askToInstall" => {
                self.ask_to_install = value.as_bool().ok_or("is neither `true` nor `false`")?;
            }
            "trusted" => self.trusted = value.as_bool().ok_or("is neither `true` nor `false`")?,
            "rules" => {
                let Value::Object(rules) = value else { return Err("is not an object".to_owned()) };
                let mut wrong = Vec::new();
                for (code, word) in rules {
                    match severity(code, word) {
                        Ok((code, severity)) => drop(self.config.severities.insert(code, severity)),
                        Err(problem) => wrong.push(problem),
                    }
                }
                if !wrong.is_empty() {
                    return Err(wrong.join(" and "));
                }
            }
            // Read by the editor's side.
            "server" | "trace" => {}
            _ => return Err("is not one of its settings".to_owned()),
        }
        Ok(())
    }
}

fn severity(code: &str, word: &Value) -> Result<(&'static str, Option<Severity>), String> {
    let rule = find_rule(code).ok_or_else(|| format!("names `{code}`, which is not a rule"))?;
    match word.as_str() {
        Some("off") => Ok((rule.code, None)),
        Some(word) => match Severity::parse(word) {
            Some(severity) => Ok((rule.code, Some(severity))),
            None => Err(format!("gives `{code}` the severity `{word}`, which is not one")),
        },
        None => Err(format!("gives `{code}` a severity that is not a word")),
    }
}

/// The first letter made large, for a sentence.
pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_with_and_without_their_section() {
        for value in [json!({"installer": "pip"}), json!({"venv-lsp": {"installer": "pip"}})] {
            let (options, wrong) = Options::read(&value, &Options::default());
            assert_eq!(options.config.installer, Installer::Pip);
            assert_eq!(wrong, Vec::<String>::new());
        }
    }

    #[test]
    fn what_is_wrong_is_said_and_the_rest_counts() {
        let (options, wrong) = Options::read(
            &json!({"installer": "conda", "trusted": false,
                    "rules": {"nonsense": "off", "include-cycle": "off"}}),
            &Options::default(),
        );
        assert!(!options.trusted);
        assert_eq!(options.config.severities.get("include-cycle"), Some(&None));
        assert!(!Options::read(&json!({}), &options).0.trusted, "trust does not come back by itself");
        assert!(Options::read(&json!({"trusted": true}), &options).0.trusted);
        assert_eq!(
            wrong,
            [
                "The setting `venv-lsp.installer` is none of `auto`, `uv` and `pip`",
                "The setting `venv-lsp.rules` names `nonsense`, which is not a rule",
            ]
        );
    }
}
