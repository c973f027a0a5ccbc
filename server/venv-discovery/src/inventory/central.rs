//! Where tools keep environments apart from the projects that they are for. All of it is listed, and nothing is said
//! of which project has which: that is [`resolve`](crate::resolve())'s business.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use crate::system::{FileKind, System};
use crate::tools::{pyenv_root, workon_home};
use crate::user_folders;

/// An environment that lies apart from every project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Central {
    pub path: PathBuf,
    /// The tool in whose place it lies: `poetry`, `pipenv`, `hatch`, `pdm`, `conda`, `pyenv`, `virtualenvwrapper`,
    /// `uv`; `home` where people put them by hand.
    pub keeper: &'static str,
}

/// Every environment in the places of the tools, place by place, each in the order of the paths.
pub fn find_central_environments(system: &dyn System) -> Vec<Central> {
    let mut search = Search { system, found: Vec::new(), seen: FxHashSet::default() };
    let places = Places::of(system);
    search.inside("poetry", places.poetry(), 1);
    search.inside("pipenv", workon_home(system), 1);
    search.inside("virtualenvwrapper", places.home.as_ref().map(|home| home.join(".virtualenvs")), 1);
    search.inside("hatch", places.hatch(), 3);
    search.inside("pdm", places.pdm(), 1);
    search.inside("pyenv", pyenv_root(system).map(|root| root.join("versions")), 3);
    for root in places.conda() {
        search.at("conda", &root);
        search.inside("conda", Some(root.join("envs")), 1);
    }
    for folder in places.conda_folders() {
        search.inside("conda", Some(folder), 1);
    }
    for path in places.conda_registry() {
        search.at("conda", &path);
    }
    search.inside("uv", places.uv_scripts(), 1);
    for name in ["envs", "Envs", ".envs", "venvs", ".venvs"] {
        search.inside("home", places.home.as_ref().map(|home| home.join(name)), 1);
    }
    search.found
}

struct Search<'a> {
    system: &'a dyn System,
    found: Vec<Central>,
    seen: FxHashSet<PathBuf>,
}

impl Search<'_> {
    fn at(&mut self, keeper: &'static str, path: &Path) {
        let is_one =
            self.system.is_file(&path.join("pyvenv.cfg")) || self.system.is_dir(&path.join("conda-meta"));
        if is_one && self.seen.insert(path.to_owned()) {
            self.found.push(Central { path: path.to_owned(), keeper });
        }
    }

    /// At most `levels` levels below `folder`, and not below an environment.
    fn inside(&mut self, keeper: &'static str, folder: Option<PathBuf>, levels: usize) {
        let Some(folder) = folder else { return };
        let Ok(mut entries) = self.system.read_dir(&folder) else { return };
        // A link to an environment is a second name of it, which pyenv gives to those that it keeps.
        entries.retain(|entry| entry.kind == FileKind::Directory);
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        for entry in entries {
            let path = folder.join(&entry.name);
            let before = self.found.len();
            // What another tool's place holds is not told twice.
            if self.seen.contains(&path) {
                continue;
            }
            self.at(keeper, &path);
            let is_one = self.found.len() > before;
            if !is_one && keeper == "pyenv" && levels == 3 {
                // The versions themselves are interpreters, with thousands of files in them.
                self.inside(keeper, Some(path.join("envs")), 1);
            } else if !is_one && levels > 1 {
                self.inside(keeper, Some(path), levels - 1);
            }
        }
    }
}

/// The folders in which programs keep what is theirs.
struct Places<'a> {
    system: &'a dyn System,
    home: Option<PathBuf>,
}

impl<'a> Places<'a> {
    fn of(system: &'a dyn System) -> Self {
        Self { system, home: system.home() }
    }

    fn poetry(&self) -> Option<PathBuf> {
        if let Some(path) = self.system.env_folder("POETRY_VIRTUALENVS_PATH") {
            return Some(path);
        }
        let cache = self.system.env_folder("POETRY_CACHE_DIR").or_else(|| {
            let below = if self.system.platform().is_windows() { "pypoetry/Cache" } else { "pypoetry" };
            Some(user_folders::cache(self.system)?.join(below))
        });
        Some(cache?.join("virtualenvs"))
    }

    fn hatch(&self) -> Option<PathBuf> {
        let data = self
            .system
            .env_folder("HATCH_DATA_DIR")
            .or_else(|| Some(user_folders::data(self.system)?.join("hatch")));
        Some(data?.join("env").join("virtual"))
    }

    fn pdm(&self) -> Option<PathBuf> {
        let below = if self.system.platform().is_windows() { "pdm/pdm/venvs" } else { "pdm/venvs" };
        Some(user_folders::data(self.system)?.join(below))
    }

    /// What uv makes for scripts that say themselves what they need.
    fn uv_scripts(&self) -> Option<PathBuf> {
        let cache = self.system.env_folder("UV_CACHE_DIR").or_else(|| {
            if self.system.platform().is_windows() {
                return Some(self.system.env_folder("LOCALAPPDATA")?.join("uv/cache"));
            }
            let named = self.system.env_folder("XDG_CACHE_HOME");
            Some(named.or_else(|| Some(self.home.as_ref()?.join(".cache")))?.join("uv"))
        });
        Some(cache?.join("environments-v2"))
    }

    /// Where conda and those that are like it are installed.
    fn conda(&self) -> Vec<PathBuf> {
        const NAMES: [&str; 7] =
            ["miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".conda", "conda"];
        let mut roots = Vec::new();
        roots.extend(["_CONDA_ROOT", "MAMBA_ROOT_PREFIX"].iter().filter_map(|it| self.system.env_folder(it)));
        let program = self.system.env_folder("CONDA_EXE");
        roots.extend(program.and_then(|program| Some(program.parent()?.parent()?.to_owned())));
        if let Some(home) = &self.home {
            roots.extend(NAMES.iter().map(|name| home.join(name)));
        }
        if !self.system.platform().is_windows() {
            let opt = ["/opt/conda", "/opt/miniconda3", "/opt/anaconda3", "/opt/miniforge3"];
            roots.extend(opt.iter().map(PathBuf::from));
        }
        roots
    }

    /// Further folders of environments, by the variables that conda knows them by.
    fn conda_folders(&self) -> Vec<PathBuf> {
        let separator = if self.system.platform().is_windows() { ';' } else { ':' };
        let named = ["CONDA_ENVS_DIRS", "CONDA_ENVS_PATH"].iter().filter_map(|name| self.system.env(name));
        let folders = named.flat_map(|list| list.split(separator).map(PathBuf::from).collect::<Vec<_>>());
        folders.filter(|folder| self.system.platform().is_absolute(folder)).collect()
    }

    /// The file in which conda writes down every environment that it makes, wherever that is.
    fn conda_registry(&self) -> Vec<PathBuf> {
        const LARGEST: usize = 1 << 20;
        let Some(home) = &self.home else { return Vec::new() };
        let file = home.join(".conda").join("environments.txt");
        let Ok(bytes) = self.system.read_within(&file, LARGEST) else { return Vec::new() };
        let text = String::from_utf8_lossy(&bytes);
        let paths = text.lines().map(|line| PathBuf::from(line.trim()));
        paths.filter(|path| self.system.platform().is_absolute(path)).collect()
    }
}
