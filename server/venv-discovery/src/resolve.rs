//! Which environment serves a file, and why.
//!
//! Named by the user, else the script's own, else the nearest one going up from the file's own folder, else what the
//! server's own environment variables say. In one folder comes first what is declared there, by each tool's own rule
//! (module `tools`), then what merely lies there. A nearer environment that is broken is the answer all the same: it
//! is reported, never skipped. Only what somebody else may have put there is: outside of the workspace folder, an
//! environment counts if it is the user's own.
//!
//! Folders are gone up by name. A link in the path is never resolved, so that a project reached through a
//! link finds what lies above the link. No folder on the way is listed, and each costs the same few questions.

mod folder;
mod words;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use venv_analysis::facts::{Candidate, Chosen, Environment, Origin, Resolution};

use crate::lookup::{Lookup, Notes};
use crate::system::System;
use crate::tools::uv;

pub use folder::ENVIRONMENT_NAMES;

/// The question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The file that is asked about, or a folder. It need not exist.
    pub file: PathBuf,
    /// The folder that is open in the editor and holds the file.
    pub workspace_root: Option<PathBuf>,
    /// The environment that the user named, and words that say where: "chosen in the editor". `~/` is the
    /// home folder, and a relative path begins at the workspace folder. The interpreter inside an
    /// environment names that environment.
    pub named: Option<(PathBuf, String)>,
}

/// The environment that serves `request.file`. `read` is [`read_environment`](crate::read_environment),
/// behind the caller's cache.
pub fn resolve(
    system: &dyn System,
    request: &Request,
    read: &dyn Fn(&Path) -> Option<Arc<Environment>>,
) -> Resolution {
    let is_folder = system.is_dir(&request.file);
    let start = if is_folder {
        request.file.clone()
    } else {
        request.file.parent().map(Path::to_owned).unwrap_or_default()
    };
    let workspace = request.workspace_root.as_deref().filter(|root| start.starts_with(root));
    let homes = system.home().map_or_else(Vec::new, |home| {
        let real = system.canonicalize(&home).unwrap_or_else(|_| home.clone());
        vec![home, real]
    });
    let lookup = Lookup::new(system);
    let resolution = {
        let resolution = Resolution::default();
        let mut search =
            Search { system, lookup: &lookup, read, start, is_folder, workspace, homes, resolution };
        search.named(request);
        search.script(request);
        search.nearest();
        search.variables();
        search.resolution
    };
    let Notes { places, watched } = lookup.into_notes();
    Resolution { places, watched, ..resolution }
}

struct Search<'a> {
    system: &'a dyn System,
    /// The same, for questions whose answers may change.
    lookup: &'a Lookup<'a>,
    read: &'a dyn Fn(&Path) -> Option<Arc<Environment>>,
    /// The file's own folder.
    start: PathBuf,
    /// Whether that folder itself is asked about.
    is_folder: bool,
    /// The workspace folder, if the file lies in it.
    workspace: Option<&'a Path>,
    /// The home folder as it is called, and where it really is.
    homes: Vec<PathBuf>,
    resolution: Resolution,
}

impl Search<'_> {
    fn named(&mut self, request: &Request) {
        let Some((path, words)) = &request.named else { return };
        let path = self.absolute(path, request.workspace_root.as_deref());
        let origin = Origin::Named(words.clone());
        let found = (self.read)(&path).or_else(|| {
            // The interpreter of an environment: `.venv/bin/python`.
            let bin = path.parent().filter(|bin| bin.ends_with("bin") || bin.ends_with("Scripts"))?;
            (self.read)(bin.parent()?)
        });
        match found {
            Some(environment) => self.choose(environment, origin, words.clone()),
            None => {
                let reason = format!("{words}, but {}", self.problem(&path));
                self.pass_over(path, origin, reason);
            }
        }
    }

    fn absolute(&self, path: &Path, workspace_root: Option<&Path>) -> PathBuf {
        if let Ok(rest) = path.strip_prefix("~")
            && let Some(home) = self.system.home()
        {
            return home.join(rest);
        }
        workspace_root.unwrap_or(&self.start).join(path)
    }

    /// uv keeps an environment for each script that says what it needs.
    fn script(&mut self, request: &Request) {
        if self.resolution.chosen.is_some() {
            return;
        }
        let file = &request.file;
        let Some(path) = uv::script_environment(self.system, file) else { return };
        // The name is made of the path as uv saw it, which begins at a folder without links.
        let real = || {
            let folder = self.system.canonicalize(file.parent()?).ok()?;
            uv::script_environment(self.system, &folder.join(file.file_name()?))
        };
        let paths = [Some(path.clone()), real().filter(|real| *real != path)];
        let mut paths = paths.into_iter().flatten();
        let Some(path) = paths.find(|path| self.lookup.is_dir(path)) else { return };
        let reason = "the script's own environment, made by uv".to_owned();
        let text = self.system.read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let says_what_it_needs =
            text.is_ok_and(|text| text.lines().any(|line| line.trim_end() == "# /// script"));
        if !says_what_it_needs {
            let reason = format!("{reason}, but the file has no `# /// script` block any more");
            self.pass_over(path, Origin::Script, reason);
        } else if let Some(environment) = (self.read)(&path) {
            self.choose(environment, Origin::Script, reason);
        } else {
            let problem = self.problem(&path);
            self.pass_over(path, Origin::Script, format!("{reason}, but {problem}"));
        }
    }

    fn nearest(&mut self) {
        if self.resolution.chosen.is_some() {
            return;
        }
        let start = self.start.clone();
        for (levels, folder) in start.ancestors().enumerate() {
            // Outside of what the user opened, only what is the user's own is trusted: anybody can put a
            // `.venv` into `/tmp`. The folder of the file itself is looked into all the same, to say so.
            let beyond = !self.workspace.is_some_and(|root| folder.starts_with(root));
            if beyond && levels > 0 && self.stops_at(folder) {
                break;
            }
            self.resolution.searched.push(folder.to_owned());
            if self.look_into(folder, levels, beyond) {
                break;
            }
        }
    }

    fn stops_at(&self, folder: &Path) -> bool {
        let is_root = folder.components().count() <= 1;
        is_root
            || self.homes.iter().any(|home| home == folder)
            || self.system.metadata(folder).is_ok_and(|found| self.is_foreign(found.user_id))
    }

    fn is_foreign(&self, owner: Option<u32>) -> bool {
        match (owner, self.system.user_id()) {
            (Some(owner), Some(user)) => owner != user,
            (None, _) | (_, None) => false,
        }
    }

    fn variables(&mut self) {
        for variable in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
            let Some(path) = self.system.env_folder(variable) else { continue };
            let origin = Origin::Variable(variable);
            let reason = format!("`{variable}` of the server's own environment");
            if let Some(chosen) = &self.resolution.chosen {
                if chosen.environment.root != path {
                    self.pass_over(
                        path,
                        origin,
                        format!("{reason}, which counts only where nothing else is found"),
                    );
                }
            } else if variable == "CONDA_PREFIX" && self.is_conda_base(&path) {
                self.pass_over(path, origin, format!("{reason}, but it is conda's base environment"));
            } else {
                match (self.read)(&path) {
                    Some(environment) => self.choose(environment, origin, reason),
                    None => {
                        let problem = self.problem(&path);
                        self.pass_over(path, origin, format!("{reason}, but {problem}"));
                    }
                }
            }
        }
    }

    /// Whether `CONDA_PREFIX` is where conda itself lives, which is active in every shell and meant for no
    /// project. An environment has its name, or its whole path, in `CONDA_DEFAULT_ENV`.
    fn is_conda_base(&self, prefix: &Path) -> bool {
        if self.system.env("_CONDA_ROOT").is_some_and(|root| Path::new(&root) == prefix) {
            return true;
        }
        self.system.env("CONDA_DEFAULT_ENV").is_some_and(|name| {
            name == "base"
                || name == "root"
                || (Path::new(&name) != prefix && prefix.file_name().is_none_or(|last| last != &*name))
        })
    }

    fn choose(&mut self, environment: Arc<Environment>, origin: Origin, reason: String) {
        self.resolution.candidates.push(Candidate {
            path: environment.root.clone(),
            origin: origin.clone(),
            reason: reason.clone(),
            chosen: true,
        });
        self.resolution.chosen = Some(Chosen { environment, origin, reason });
    }

    fn pass_over(&mut self, path: PathBuf, origin: Origin, reason: String) {
        self.resolution.candidates.push(Candidate { path, origin, reason, chosen: false });
    }
}
