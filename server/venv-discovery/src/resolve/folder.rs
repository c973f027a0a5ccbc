//! One folder on the way up: what is declared in it, and what lies in it.

use std::path::{Component, Path, PathBuf};

use venv_analysis::facts::{Candidate, Origin};

use super::Search;
use crate::environment::{clean, redirect_target};
use crate::system::{FileKind, Metadata};
use crate::tools::{Claim, Folder};

/// In the order in which they are looked for in one folder.
pub const ENVIRONMENT_NAMES: [&str; 3] = [".venv", "venv", "env"];

/// What is no environment to choose, and why that is so.
const OTHERS: [(&str, &str); 3] = [
    (".tox", "tox alone uses what it keeps there"),
    (".nox", "Nox alone uses what it keeps there"),
    ("__pypackages__", "PEP 582 was rejected, and Python does not look into it"),
];

/// A folder on the way, and what has been found in it.
struct Level<'a> {
    path: &'a Path,
    levels: usize,
    /// Whether it lies outside of the workspace folder.
    beyond: bool,
    place: &'a str,
    whose: &'a str,
    /// What comes before everything else here, in words that follow "but".
    first: Option<String>,
}

impl Level<'_> {
    fn origin(&self) -> Origin {
        Origin::Nearest { folder: self.path.to_owned(), levels: self.levels }
    }
}

impl Search<'_> {
    /// Looks for an environment in one folder. Whether there is one.
    pub(super) fn look_into(&mut self, path: &Path, levels: usize, beyond: bool) -> bool {
        let place = self.place(path, levels);
        let whose = match levels {
            0 if self.is_folder => "the folder itself".to_owned(),
            0 => "the file's own folder".to_owned(),
            _ => format!("the folder {place}"),
        };
        let lookup = self.lookup;
        lookup.enter(path);
        let folder = Folder::new(lookup, path, &place, &whose);
        let mut level = Level { path, levels, beyond, place: &place, whose: &whose, first: None };

        let dot_venv = lookup.link_metadata(&path.join(".venv"));
        // A file is a declaration, a folder is not.
        let is_declared = dot_venv.is_some_and(|found| found.kind == FileKind::File);
        if is_declared {
            self.weigh_name(".venv", dot_venv, &mut level);
        }
        for claim in folder.declarations() {
            self.weigh_claim(claim, &mut level);
        }
        for name in ENVIRONMENT_NAMES {
            match name {
                ".venv" if is_declared => {}
                ".venv" => self.weigh_name(name, dot_venv, &mut level),
                _ => self.weigh_name(name, lookup.link_metadata(&path.join(name)), &mut level),
            }
        }
        for claim in folder.conventions() {
            self.weigh_claim(claim, &mut level);
        }
        for (name, objection) in OTHERS {
            let other = path.join(name);
            if self.system.is_dir(&other) {
                self.pass_over(other, level.origin(), format!("`{name}` {place}, but {objection}"));
            }
        }
        level.first.is_some() || self.look_at(&level)
    }

    /// Takes what a tool's rule says, or says why not.
    fn weigh_claim(&mut self, claim: Claim, level: &mut Level<'_>) {
        let Claim { by, file, path, words, is_certain, objection } = claim;
        let path = self.tidy(&path);
        if self.is_chosen(&path) {
            return;
        }
        let found = self.lookup.link_metadata(&path);
        if found.is_none() && !is_certain {
            return;
        }
        let origin = Origin::Declared { by, folder: level.path.to_owned(), levels: level.levels };
        let is_foreign = || {
            let file = file.as_deref()?;
            let declares = self.system.metadata(file).ok().and_then(|found| found.user_id);
            let foreign = level.beyond && self.is_foreign(declares);
            (foreign || self.leads_to_others(&path, level.beyond)).then_some(Candidate::FOREIGN)
        };
        let objection = objection.map(str::to_owned).or_else(|| level.first.clone());
        if let Some(objection) = objection.or_else(|| is_foreign().map(str::to_owned)) {
            self.pass_over(path, origin, format!("{words}, but {objection}"));
            return;
        }
        match found.and_then(|_| (self.read)(&path)) {
            Some(environment) => {
                self.choose(environment, origin, words);
                level.first = Some(format!("{by} names another one"));
            }
            None => {
                let problem = self.problem(&path);
                self.pass_over(path, origin, format!("{words}, but {problem}"));
            }
        }
    }

    /// Takes what lies in the folder under one of the usual names, or says why not.
    fn weigh_name(&mut self, name: &'static str, found: Option<Metadata>, level: &mut Level<'_>) {
        let path = level.path.join(name);
        let Some(found) = found.filter(|_| !self.is_chosen(&path)) else { return };
        let origin = level.origin();
        let reason = self.named_as(&path, found.kind, &format!("`{name}` {}", level.place));
        // Folders called `env` hold all kinds of things; only `.venv` is a promise.
        if name != ".venv" && !self.holds_environment(&path) {
            if level.first.is_none() && found.kind == FileKind::Directory {
                let problem = self.problem(&path);
                self.pass_over(path, origin, format!("{reason}, but {problem}"));
            }
            return;
        }
        if let Some(first) = &level.first {
            self.pass_over(path, origin, format!("{reason}, but {first}"));
            return;
        }
        let target = self.target(&path, found.kind);
        let is_foreign = level.beyond && self.is_foreign(found.user_id)
            || found.kind == FileKind::File
                && target.as_deref().is_some_and(|target| self.leads_to_others(target, level.beyond));
        if is_foreign {
            self.pass_over(path, origin, format!("{reason}, but {}", Candidate::FOREIGN));
            return;
        }
        let followed =
            target.filter(|_| found.kind == FileKind::File).and_then(|target| (self.read)(&target));
        match followed.or_else(|| (self.read)(&path)) {
            Some(environment) => {
                let is_elsewhere = found.kind == FileKind::File && environment.root != path;
                let reason =
                    if is_elsewhere { format!("the environment that {reason} names") } else { reason };
                self.choose(environment, origin, reason);
                level.first = Some(format!("`{name}` comes before it"));
            }
            None => {
                let problem = self.problem(&path);
                self.pass_over(path, origin, format!("{reason}, but {problem}"));
            }
        }
    }

    /// The path as the same place is called elsewhere: without `.`, and without `..` where that can be said.
    fn tidy(&self, path: &Path) -> PathBuf {
        if path.components().any(|part| part == Component::ParentDir) {
            clean(self.system, path)
        } else {
            path.components().collect()
        }
    }

    /// Where a redirect file or a link leads, which is watched then.
    fn target(&self, path: &Path, kind: FileKind) -> Option<PathBuf> {
        let target = match kind {
            FileKind::File => redirect_target(self.system, path).ok()?,
            FileKind::Link => path.parent()?.join(self.system.read_link(path).ok()?),
            FileKind::Directory | FileKind::Other => return None,
        };
        self.lookup.metadata(&target);
        Some(target)
    }

    /// Whether what a file says leads out of the workspace folder to what another user put there. What the
    /// administrator offers to everybody may be named in the workspace itself.
    fn leads_to_others(&self, target: &Path, beyond: bool) -> bool {
        let in_workspace = self.workspace.is_some_and(|root| target.starts_with(root));
        let owner = self.system.metadata(target).ok().and_then(|found| found.user_id);
        !in_workspace && self.is_foreign(owner) && (beyond || owner != Some(0))
    }

    fn is_chosen(&self, path: &Path) -> bool {
        let chosen = self.resolution.candidates.iter().rev().find(|candidate| candidate.chosen);
        chosen.is_some_and(|chosen| chosen.path == path)
    }

    /// Whether the folder itself is an environment: people make one and then put their project into it.
    fn look_at(&mut self, level: &Level<'_>) -> bool {
        let folder = level.path;
        let config = match self.lookup.metadata(&folder.join("pyvenv.cfg")) {
            Some(config) if config.kind == FileKind::File => config,
            Some(_) | None => return false,
        };
        let origin = level.origin();
        let reason = format!("{}, which is itself an environment", level.whose);
        let owner = self.system.metadata(folder).ok().and_then(|found| found.user_id);
        // In a folder of everybody's, or in one that is shared, one file is enough to make it an environment.
        if level.beyond && (self.is_foreign(owner) || self.is_foreign(config.user_id)) {
            self.pass_over(folder.to_owned(), origin, format!("{reason}, but {}", Candidate::FOREIGN));
            return false;
        }
        let Some(environment) = (self.read)(folder) else { return false };
        self.choose(environment, origin, reason);
        true
    }

    fn holds_environment(&self, path: &Path) -> bool {
        self.lookup.is_file(&path.join("pyvenv.cfg")) || self.lookup.is_dir(&path.join("conda-meta"))
    }
}
