//! The commands of `workspace/executeCommand`. An argument is one JSON object; nothing in it is trusted when it
//! comes back.

use std::path::PathBuf;

use ls_types::Uri;
use serde::Deserialize;
use serde_json::Value;
use venv_analysis::{Effect, Installer, NewPython};
use venv_syntax::is_valid_name;

pub const CREATE: &str = "venv-lsp.createEnvironment";
pub const INSTALL: &str = "venv-lsp.install";
pub const REPAIR: &str = "venv-lsp.repairEnvironment";
pub const UNINSTALL: &str = "venv-lsp.uninstall";
pub const RENAME_REQUIREMENT: &str = "venv-lsp.renameRequirement";
pub const SHOW_REQUIREMENT: &str = "venv-lsp.showRequirement";
pub const SELECT: &str = "venv-lsp.selectEnvironment";
pub const REFRESH: &str = "venv-lsp.refresh";

/// One command, for the documents.
pub struct CommandDoc {
    pub name: &'static str,
    /// The argument as a TypeScript type.
    pub argument: &'static str,
    pub doc: &'static str,
}

/// Every command, in the order of the documents. What starts an installer takes two keys more: `installer` (`auto`, `uv` or
/// `pip`, instead of the setting), and `from`, from where the title said that it installs: more than that is not done
/// without a question, or refused.
pub static COMMANDS: &[CommandDoc] = &[
    CommandDoc {
        name: CREATE,
        argument: "{ uri: string, environment: string, install: boolean } & ({ interpreter: string } | { fetch: string })",
        doc: "Makes the environment `environment` with `interpreter`, which must be one that venv-lsp found, or with \
              the minor version `fetch` of Python (`3.14`), which uv fetches first; with `install` it installs what the file `uri` asks for. It refuses where something is there already.",
    },
    CommandDoc {
        name: INSTALL,
        argument: "{ uri: string, environment: string } & ({ names: string[] | null } | { project: true })",
        doc: "Installs the requirements of the file `uri` that have these names, or (`null`) all that are missing or \
              have another version, into `environment`, which must be the one that serves the file; with `project` \
              the project in the folder of the file, editable.",
    },
    CommandDoc {
        name: REPAIR,
        argument: "{ uri: string, environment: string } & ({ cure: \"recreate\", interpreter: string, reinstall: boolean } \
                   | { cure: \"reinstall\", distributions: string[] } | { cure: \"remove\", paths: string[] } \
                   | { cure: \"pysocks\" })",
        doc: "Puts right `environment`, which must be the one that serves the file `uri`. `recreate` makes a successor in \
              its place with `interpreter`, and with `reinstall` installs what was installed before, else what the file \
              asks for; the old environment goes when its successor works, and comes back if anything fails. `reinstall` \
              installs incomplete distributions again, each `NAME==VERSION`. `remove` removes what interrupted \
              installations left. These two take only what the environment's health names. `pysocks` installs what pip \
              needs for a SOCKS proxy.",
    },
    CommandDoc {
        name: UNINSTALL,
        argument: "{ uri: string, environment: string, names: string[] }",
        doc: "Uninstalls these distributions from `environment`, which must be the one that serves the file `uri`, if no \
              file in the folder of the environment asks for them. A client that shows questions is asked first.",
    },
    CommandDoc {
        name: RENAME_REQUIREMENT,
        argument: "{ uri: string, name: string, to: string }",
        doc: "Asks for `to` where the file `uri`, or one that it includes, asks for `name`, by `workspace/applyEdit`. If the \
              client refuses that because the text has changed, it is planned again from the text that is there then.",
    },
    CommandDoc {
        name: SHOW_REQUIREMENT,
        argument: "{ uri: string, name: string }",
        doc: "Shows where the file `uri`, or one that it includes, asks for `name`, by `window/showDocument`.",
    },
    CommandDoc {
        name: SELECT,
        argument: "{ uri: string, environment: string | null }",
        doc: "Chooses the environment for the workspace folder that holds `uri`, until the server ends; `null` goes \
              back to the one that is found. What is no environment, or broken, is not chosen: the choice before it \
              stays, and a message says why.",
    },
    CommandDoc { name: REFRESH, argument: "none", doc: "Reads everything again." },
];

/// A command that came back.
#[derive(Debug)]
pub enum Command {
    Effect {
        uri: Uri,
        effect: Effect,
        /// Instead of the one that is set.
        installer: Option<Installer>,
        /// From where the user knows that it installs; `None` where nobody has told.
        from: Option<Vec<String>>,
    },
    RenameRequirement {
        uri: Uri,
        name: String,
        to: String,
    },
    ShowRequirement {
        uri: Uri,
        name: String,
    },
    Select {
        uri: Uri,
        environment: Option<PathBuf>,
    },
    Refresh,
}

impl Command {
    /// Reads a command; the error says what is wrong with it.
    pub fn read(name: &str, mut arguments: Vec<Value>) -> Result<Self, String> {
        let argument = if arguments.is_empty() { Value::Null } else { arguments.swap_remove(0) };
        let wrong =
            |error: serde_json::Error| format!("The argument of `{name}` is not what it takes: {error}");
        let installer = match argument.get("installer") {
            None | Some(Value::Null) => None,
            Some(word) => {
                let known = word.as_str().and_then(Installer::parse);
                Some(known.ok_or_else(|| {
                    format!("The argument of `{name}` is not what it takes: `installer` is none of `auto`, `uv` and `pip`")
                })?)
            }
        };
        let from = match argument.get("from") {
            None | Some(Value::Null) => None,
            Some(names) => Some(serde_json::from_value(names.clone()).map_err(wrong)?),
        };
        match name {
            CREATE => {
                let Create { uri, environment, interpreter, fetch, install } =
                    serde_json::from_value(argument).map_err(wrong)?;
                let python = match (interpreter, fetch) {
                    (Some(interpreter), None) => NewPython::Installed(interpreter),
                    (None, Some(minor)) => NewPython::Fetched(minor),
                    (Some(_), Some(_)) | (None, None) => {
                        return Err(format!("The argument of `{name}` must have `interpreter` or `fetch`"));
                    }
                };
                let effect = Effect::Create { root: environment, python, install };
                Ok(Self::Effect { uri, effect, installer, from })
            }
            INSTALL => {
                let Install { uri, environment, names, project } =
                    serde_json::from_value(argument).map_err(wrong)?;
                let effect = match names {
                    Some(_) if project => {
                        return Err(format!("The argument of `{name}` must have `names` or `project`"));
                    }
                    None if project => Effect::InstallProject { environment },
                    names => Effect::Install { environment, names, installer: None },
                };
                Ok(Self::Effect { uri, effect, installer, from })
            }
            REPAIR => {
                let Repair { uri, environment, cure } = serde_json::from_value(argument).map_err(wrong)?;
                let effect = match cure {
                    RepairCure::Recreate { interpreter, reinstall } => {
                        Effect::Recreate { root: environment, interpreter, reinstall }
                    }
                    RepairCure::Reinstall { distributions } => {
                        Effect::Reinstall { environment, distributions }
                    }
                    RepairCure::Remove { paths } => Effect::Remove { environment, paths },
                    RepairCure::Pysocks => Effect::InstallPySocks { environment },
                };
                Ok(Self::Effect { uri, effect, installer, from })
            }
            UNINSTALL => {
                let Uninstall { uri, environment, names } =
                    serde_json::from_value(argument).map_err(wrong)?;
                Ok(Self::Effect { uri, effect: Effect::Uninstall { environment, names }, installer, from })
            }
            RENAME_REQUIREMENT => {
                let RenameRequirement { uri, name: old, to } =
                    serde_json::from_value(argument).map_err(wrong)?;
                if !is_valid_name(&to) {
                    return Err(format!("The argument of `{name}` is not what it takes: `to` is no name"));
                }
                Ok(Self::RenameRequirement { uri, name: old, to })
            }
            SHOW_REQUIREMENT => {
                let ShowRequirement { uri, name } = serde_json::from_value(argument).map_err(wrong)?;
                Ok(Self::ShowRequirement { uri, name })
            }
            SELECT => {
                let Select { uri, environment } = serde_json::from_value(argument).map_err(wrong)?;
                Ok(Self::Select { uri, environment })
            }
            REFRESH => Ok(Self::Refresh),
            _ => Err(format!("`{name}` is not a command of venv-lsp")),
        }
    }
}

#[derive(Deserialize)]
struct Create {
    uri: Uri,
    environment: PathBuf,
    interpreter: Option<PathBuf>,
    fetch: Option<String>,
    #[serde(default)]
    install: bool,
}

#[derive(Deserialize)]
struct Install {
    uri: Uri,
    environment: PathBuf,
    #[serde(default)]
    names: Option<Vec<String>>,
    #[serde(default)]
    project: bool,
}

#[derive(Deserialize)]
struct Uninstall {
    uri: Uri,
    environment: PathBuf,
    names: Vec<String>,
}

#[derive(Deserialize)]
struct Repair {
    uri: Uri,
    environment: PathBuf,
    #[serde(flatten)]
    cure: RepairCure,
}

#[derive(Deserialize)]
#[serde(tag = "cure", rename_all = "lowercase")]
enum RepairCure {
    Recreate {
        interpreter: PathBuf,
        #[serde(default)]
        reinstall: bool,
    },
    Reinstall {
        distributions: Vec<String>,
    },
    Remove {
        paths: Vec<PathBuf>,
    },
    Pysocks,
}

#[derive(Deserialize)]
struct RenameRequirement {
    uri: Uri,
    name: String,
    to: String,
}

#[derive(Deserialize)]
struct ShowRequirement {
    uri: Uri,
    name: String,
}

#[derive(Deserialize)]
struct Select {
    uri: Uri,
    environment: Option<PathBuf>,
}
