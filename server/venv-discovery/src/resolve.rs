//! Which environment serves a file, and why.
//!
//! Named by the user, else the nearest one going up from the file's own folder, else what the server's own
//! environment variables say. A nearer environment that is broken is the answer all the same: it is
//! reported, never skipped. Only what somebody else may have put there is: outside of the workspace folder, an
//! environment counts if it is the user's own.
//!
//! Folders are gone up by name. A link in the path is never resolved, so that a project reached through a
//! link finds what lies above the link.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use venv_analysis::facts::{Candidate, Chosen, Environment, Origin, Resolution};

use crate::system::{FileKind, System};

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
    let start = if system.is_dir(&request.file) {
        request.file.clone()
    } else {
        request.file.parent().map(Path::to_owned).unwrap_or_default()
    };
    let workspace = request.workspace_root.as_deref().filter(|root| start.starts_with(root));
    let homes = system.home().map_or_else(Vec::new, |home| {
        let real = system.canonicalize(&home).unwrap_or_else(|_| home.clone());
        vec![home, real]
    });
    let mut search = Search { system, read, start, workspace, homes, resolution: Resolution::default() };
    search.named(request);
    search.nearest();
    search.variables();
    search.resolution
}

/// In the order in which they are looked for in one folder.
pub const ENVIRONMENT_NAMES: [&str; 3] = [".venv", "venv", "env"];

struct Search<'a> {
    system: &'a dyn System,
    read: &'a dyn Fn(&Path) -> Option<Arc<Environment>>,
    /// The file's own folder.
    start: PathBuf,
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

    /// Looks for an environment in one folder. Whether there is one.
    fn look_into(&mut self, folder: &Path, levels: usize, beyond: bool) -> bool {
        let place = self.place(folder, levels);
        let mut chosen: Option<&str> = None;
        for name in ENVIRONMENT_NAMES {
            let path = folder.join(name);
            let Ok(found) = self.system.link_metadata(&path) else { continue };
            let origin = Origin::Nearest { folder: folder.to_owned(), levels };
            let reason = format!("`{name}` {place}");
            // Folders called `env` hold all kinds of things; only `.venv` is a promise.
            if name != ".venv" && !self.holds_environment(&path) {
                if chosen.is_none() && found.kind == FileKind::Directory {
                    let problem = self.problem(&path);
                    self.pass_over(path, origin, format!("{reason}, but {problem}"));
                }
                continue;
            }
            if let Some(chosen) = chosen {
                self.pass_over(path, origin, format!("{reason}, but `{chosen}` comes before it"));
                continue;
            }
            if beyond && self.is_foreign(found.user_id) {
                self.pass_over(path, origin, format!("{reason}, but it belongs to another user"));
                continue;
            }
            match (self.read)(&path) {
                Some(environment) => {
                    self.choose(environment, origin, reason);
                    chosen = Some(name);
                }
                None => {
                    let problem = self.problem(&path);
                    self.pass_over(path, origin, format!("{reason}, but {problem}"));
                }
            }
        }
        chosen.is_some() || self.look_at(folder, levels, &place, beyond)
    }

    /// Whether the folder itself is an environment: people make one and then put their project into it.
    fn look_at(&mut self, folder: &Path, levels: usize, place: &str, beyond: bool) -> bool {
        let config = match self.system.metadata(&folder.join("pyvenv.cfg")) {
            Ok(config) if config.kind == FileKind::File => config,
            Ok(_) | Err(_) => return false,
        };
        let origin = Origin::Nearest { folder: folder.to_owned(), levels };
        let whose =
            if levels == 0 { "the file's own folder".to_owned() } else { format!("the folder {place}") };
        let reason = format!("{whose}, which is itself an environment");
        let owner = self.system.metadata(folder).ok().and_then(|found| found.user_id);
        // In a folder of everybody's, or in one that is shared, one file is enough to make it an environment.
        if beyond && (self.is_foreign(owner) || self.is_foreign(config.user_id)) {
            self.pass_over(folder.to_owned(), origin, format!("{reason}, but it belongs to another user"));
            return false;
        }
        let Some(environment) = (self.read)(folder) else { return false };
        self.choose(environment, origin, reason);
        true
    }

    fn holds_environment(&self, path: &Path) -> bool {
        self.system.is_file(&path.join("pyvenv.cfg")) || self.system.is_dir(&path.join("conda-meta"))
    }

    /// "two folders up, above the workspace folder"
    fn place(&self, folder: &Path, levels: usize) -> String {
        const WORDS: [&str; 10] = ["", "", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
        let mut place = match levels {
            0 => "beside the file".to_owned(),
            1 => "one folder up".to_owned(),
            _ => match WORDS.get(levels) {
                Some(word) => format!("{word} folders up"),
                None => format!("{levels} folders up"),
            },
        };
        if self.workspace.is_some_and(|root| root != folder && root.starts_with(folder)) {
            place.push_str(", above the workspace folder");
        }
        place
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

    /// Why there is no environment at `path`: a clause that goes on from "but".
    fn problem(&self, path: &Path) -> &'static str {
        match self.system.metadata(path) {
            Err(_) => "nothing is there",
            Ok(found) if found.kind != FileKind::Directory => "it is no folder",
            Ok(_) if self.system.read_dir(path).is_ok_and(|entries| entries.is_empty()) => {
                "it is an empty folder"
            }
            Ok(_) => "it is no environment, for it has no `pyvenv.cfg`",
        }
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
