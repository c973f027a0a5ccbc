//! One environment, read from its files.
//!
//! About thirty system calls and one listing per folder of packages; nothing is started. Which environment
//! this is, is decided by its own folder alone: that two of them share an interpreter, at the end of the
//! links in `bin`, says nothing about them.

mod lead;

use std::io;
use std::path::{Path, PathBuf};

use venv_analysis::facts::{
    Distributions, Environment, EnvironmentKind, HealthIssue, Implementation, PythonVersion,
};

pub(crate) use self::lead::redirect_target;
use self::lead::{dangling, follow_redirect};
use crate::distributions::{Installed, read_installed};
use crate::health::{self, Findings};
use crate::installation::{conda_version, find_installation, patch_level, patch_of, site_folders, user_site};
use crate::layout::{Bin, LibFolder, PythonName, find_bin, lib_folders, split_version};
use crate::markers::{marker_environment, platform_markers};
use crate::path_files::without_dots;
use crate::pyvenv_cfg::{Config, PyvenvCfg};
use crate::system::{FileKind, System};
use crate::tools;

/// Said of a place where something may well be.
pub(crate) const UNREACHABLE: &str = "which this user may not reach (permission denied): ask whoever owns it, or make an environment of your own";

/// The environment at `root`, with everything that is wrong with it.
///
/// `None` where `root` is nothing like an environment: nothing is there, or a folder without `pyvenv.cfg`,
/// `conda-meta` and interpreter, or an installation of Python. `root` may also be a link, or a file called
/// `.venv` that holds the path of the environment (PEP 832); one such step is followed, and where it leads
/// nowhere, an environment that says so in its health comes back.
pub fn read_environment(system: &dyn System, root: &Path) -> Option<Environment> {
    let found = system.link_metadata(root).ok()?;
    let kind = match found.kind {
        FileKind::Link => match system.metadata(root) {
            Ok(target) => target.kind,
            Err(error) => return Some(dangling(system, root, &error)),
        },
        kind @ (FileKind::File | FileKind::Directory | FileKind::Other) => kind,
    };
    match kind {
        FileKind::Directory => read_folder(system, root),
        FileKind::File if root.file_name().is_some_and(|name| name == ".venv") => {
            Some(follow_redirect(system, root))
        }
        FileKind::File | FileKind::Link | FileKind::Other => None,
    }
}

/// `environment` with what lies in its folders for other Pythons than the one that runs there by now: all that was
/// installed before the Python that it was made from was replaced by a newer one.
pub fn with_stranded(system: &dyn System, environment: &Environment) -> Environment {
    let mut folders = environment.site_packages.clone();
    for folder in lib_folders(system, &environment.root) {
        let site = folder.path.join("site-packages");
        if !folders.contains(&site) {
            folders.push(site);
        }
    }
    let Installed { folders: site_packages, distributions, .. } = read_installed(system, &folders);
    Environment { site_packages, distributions, ..environment.clone() }
}

/// Whether uv made the environment at `root` so that it can be moved.
pub fn is_relocatable(system: &dyn System, root: &Path) -> bool {
    Config::read(system, root).values().is_some_and(|values| values.relocatable)
}

/// The path without `..`, unless a link on the way gives the `..` another meaning.
pub(crate) fn clean(system: &dyn System, path: &Path) -> PathBuf {
    let cleaned = without_dots(path);
    let same = system.canonicalize(&cleaned).ok() == system.canonicalize(path).ok();
    if same { cleaned } else { path.to_owned() }
}

/// What is said of a place that should lead to an environment and does not.
fn unreadable(system: &dyn System, root: &Path, issue: HealthIssue) -> Environment {
    Environment {
        root: root.to_owned(),
        kind: EnvironmentKind::Venv,
        python: None,
        executable: find_bin(system, root).executable,
        site_packages: Vec::new(),
        include_system_site_packages: false,
        prompt: None,
        health: vec![issue],
        distributions: Distributions::default(),
        markers: platform_markers(system.platform()),
    }
}

/// Whether something may be there that only others may look at.
pub(crate) fn is_forbidden<T>(found: &io::Result<T>) -> bool {
    found.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
}

fn read_folder(system: &dyn System, root: &Path) -> Option<Environment> {
    let config = Config::read(system, root);
    if matches!(config, Config::Unreadable(_))
        && is_forbidden(&system.link_metadata(&root.join("pyvenv.cfg")))
    {
        // Nothing is known of what is in it.
        let message = "this user may not look into its folder (permission denied): make it readable again, or ask whoever owns it";
        return Some(unreadable(system, root, health::by_hand("folder-unreadable", message.to_owned())));
    }
    let conda = matches!(config, Config::Missing) && system.is_dir(&root.join("conda-meta"));
    let bin = find_bin(system, root);
    if matches!(config, Config::Missing) && !conda && !bin.present {
        return None;
    }

    // On Windows, packages of every version lie in `Lib`, which has no folder for the version.
    let flat = system.platform().is_windows() && bin.folder != "bin";
    let folders = if flat { Vec::new() } else { lib_folders(system, root) };
    let legacy = matches!(config, Config::Missing)
        && folders.iter().any(|folder| system.is_file(&folder.path.join("orig-prefix.txt")));
    if matches!(config, Config::Missing) && !conda && !legacy {
        let installed = if flat {
            system.is_file(&root.join("Lib").join("os.py"))
        } else {
            folders.iter().any(|folder| system.is_file(&folder.path.join("os.py")))
        };
        if installed {
            return None;
        }
    }

    let chain = follow_links(system, &bin.executable);
    let read =
        Read { system, root, config: &config, conda, legacy, bin: &bin, chain: &chain, folders: &folders };
    Some(read.environment(flat))
}

/// Where the interpreter of an environment leads.
#[derive(Debug)]
pub(crate) struct Chain {
    /// Every step, the environment's own executable first.
    pub(crate) steps: Vec<PathBuf>,
    /// What is at the end; `None` where nothing is, or where this user may not go.
    pub(crate) end: Option<crate::system::Metadata>,
    /// Whether this user may not go there.
    pub(crate) forbidden: bool,
    /// The most exact name on the way.
    pub(crate) name: Option<PythonName>,
}

impl Chain {
    pub(crate) fn last(&self) -> Option<&Path> {
        self.steps.last().map(PathBuf::as_path)
    }

    pub(crate) fn is_link(&self) -> bool {
        self.steps.len() > 1
    }

    /// Whether the links never end.
    pub(crate) fn is_circle(&self) -> bool {
        self.end.is_none() && self.steps.len() > MOST_LINKS
    }
}

/// As many as the kernel follows.
const MOST_LINKS: usize = 40;

fn follow_links(system: &dyn System, executable: &Path) -> Chain {
    let mut steps = vec![executable.to_owned()];
    let mut last = executable.to_owned();
    while steps.len() <= MOST_LINKS
        && let Ok(target) = system.read_link(&last)
    {
        last = last.parent().unwrap_or(Path::new("")).join(target);
        steps.push(last.clone());
    }
    let name = steps
        .iter()
        .rev()
        .filter_map(|step| PythonName::parse(step.file_name()?.to_str()?))
        .find(|name| name.version().is_some());
    let end = system.metadata(executable);
    Chain { forbidden: is_forbidden(&end), end: end.ok(), steps, name }
}

/// Everything that was looked at, on the way to an [`Environment`].
pub(crate) struct Read<'a> {
    pub(crate) system: &'a dyn System,
    pub(crate) root: &'a Path,
    pub(crate) config: &'a Config,
    pub(crate) conda: bool,
    pub(crate) legacy: bool,
    pub(crate) bin: &'a Bin,
    pub(crate) chain: &'a Chain,
    pub(crate) folders: &'a [LibFolder],
}

impl Read<'_> {
    fn environment(&self, flat: bool) -> Environment {
        let name = if flat { None } else { self.python_name() };
        let python = self.version(name);
        let own = if flat {
            vec![self.root.join("Lib").join("site-packages")]
        } else {
            self.own_site_packages(name)
        };
        let include = !self.conda
            && !self.legacy
            && self.config.values().is_some_and(|values| values.include_system_site_packages);
        let mut folders = own.clone();
        if include {
            folders.extend(self.base_site_packages());
        }
        let Installed { folders: site_packages, distributions, unread, leftovers } =
            read_installed(self.system, &folders);
        let made_by = self.made_by();
        let findings = Findings {
            read: self,
            has_pip: distributions.find("pip").is_some(),
            kind: made_by,
            own: &own,
            unread: &unread,
            leftovers: &leftovers,
        };
        let health = health::examine(&findings);
        Environment {
            root: self.root.to_owned(),
            kind: tools::kind_of(self.system, self.root, made_by),
            markers: match &python {
                Some(version) => marker_environment(self.system.platform(), version),
                None => platform_markers(self.system.platform()),
            },
            python,
            executable: self.bin.executable.clone(),
            site_packages,
            include_system_site_packages: include,
            prompt: self.config.values().and_then(|values| values.prompt.as_deref().map(Box::from)),
            health,
            distributions,
        }
    }

    fn made_by(&self) -> EnvironmentKind {
        match self.config.values() {
            Some(PyvenvCfg { uv: true, .. }) => EnvironmentKind::Uv,
            Some(PyvenvCfg { virtualenv: true, .. }) => EnvironmentKind::Virtualenv,
            Some(_) => EnvironmentKind::Venv,
            None if self.conda => EnvironmentKind::Conda,
            None if self.legacy => EnvironmentKind::Virtualenv,
            None => EnvironmentKind::Venv,
        }
    }

    /// The Python that runs here: what the executable is at the end of its links, else what the folder in
    /// `lib` is called. `pyvenv.cfg` decides between folders only, because it goes stale.
    pub(crate) fn python_name(&self) -> Option<PythonName> {
        if let Some(name) = self.chain.name
            && self.chain.end.is_some()
        {
            let version = name.version();
            let mut folders = self.folders.iter().filter(|folder| folder.name.version() == version);
            let exact = folders.clone().find(|folder| folder.name.free_threaded == name.free_threaded);
            return Some(exact.or_else(|| folders.next()).map_or(name, |folder| folder.name));
        }
        let configured = self.configured_version().map(|(major, minor, _)| (major, minor));
        let wanted = configured.or_else(|| self.chain.name.and_then(PythonName::version));
        let matching = self.folders.iter().find(|folder| folder.name.version() == wanted);
        let known = matching.or(self.folders.first()).map(|folder| folder.name);
        known.or(self.chain.name.filter(|name| name.version().is_some())).or_else(|| {
            let (major, minor) = configured?;
            let implementation = self.implementation(None);
            Some(PythonName { implementation, major: Some(major), minor: Some(minor), free_threaded: false })
        })
    }

    fn configured_version(&self) -> Option<(u32, u32, &str)> {
        split_version(self.config.values()?.version.as_deref()?)
    }

    fn version(&self, name: Option<PythonName>) -> Option<PythonVersion> {
        let implementation = self.implementation(name);
        let conda = if self.conda { conda_version(self.system, self.root) } else { None };
        let configured = match &conda {
            Some(version) => split_version(version),
            None => self.configured_version(),
        };
        let (major, minor) = name
            .and_then(PythonName::version)
            .or_else(|| configured.map(|(major, minor, _)| (major, minor)))?;
        let name = PythonName {
            implementation,
            major: Some(major),
            minor: Some(minor),
            free_threaded: name.is_some_and(|name| name.free_threaded),
        };
        // The base may have been updated since `pyvenv.cfg` was written; its headers tell its version today.
        let patch = self
            .base_prefixes()
            .iter()
            .find_map(|prefix| patch_level(self.system, prefix, name))
            .or_else(|| match &conda {
                Some(version) => patch_of(version, major, minor),
                None => patch_of(self.config.values()?.version.as_deref()?, major, minor),
            })
            .unwrap_or_default();
        Some(PythonVersion { major, minor, patch, implementation })
    }

    fn implementation(&self, name: Option<PythonName>) -> Implementation {
        // GraalPy's folder in `lib` is called `python3.12` too: only the others can tell.
        let configured = self.config.values().and_then(|values| values.implementation);
        configured
            .or_else(|| self.chain.name.map(|name| name.implementation))
            .into_iter()
            .chain(name.map(|name| name.implementation))
            .find(|&implementation| implementation != Implementation::CPython)
            .unwrap_or(Implementation::CPython)
    }

    /// Where the base interpreter seems to be installed, best guess first.
    fn base_prefixes(&self) -> Vec<PathBuf> {
        let mut prefixes = Vec::new();
        if self.chain.end.is_some()
            && (self.chain.is_link() || self.conda)
            && let Some(prefix) = self.chain.last().and_then(|last| last.parent()?.parent())
        {
            prefixes.push(prefix.to_owned());
        }
        if let Some(home) = self.config.values().and_then(|values| values.home.as_deref()) {
            let prefix = if self.system.platform().is_windows() { Some(home) } else { home.parent() };
            if let Some(prefix) = prefix.filter(|prefix| !prefixes.iter().any(|known| known == prefix)) {
                prefixes.push(prefix.to_owned());
            }
        }
        prefixes
    }

    fn own_site_packages(&self, name: Option<PythonName>) -> Vec<PathBuf> {
        let Some(name) = name else { return Vec::new() };
        let mut own: Vec<PathBuf> = self
            .folders
            .iter()
            .filter(|folder| folder.name == name)
            .map(|folder| folder.path.join("site-packages"))
            .collect();
        if own.is_empty() {
            // PyPy before 7.3.8 has no folder for the version.
            let old = self.root.join("site-packages");
            if name.implementation == Implementation::PyPy && self.system.is_dir(&old) {
                own.push(old);
            } else if let Some(folder) = name.folder() {
                own.push(self.root.join("lib").join(folder).join("site-packages"));
            }
        }
        own
    }

    /// The folders of the base interpreter, and the user's own, which Python adds along with them.
    fn base_site_packages(&self) -> Vec<PathBuf> {
        let real = if self.system.platform().is_windows() {
            self.config.values().and_then(|values| Some(values.home.as_ref()?.join("python.exe")))
        } else {
            self.system.canonicalize(&self.bin.executable).ok()
        };
        let Some(real) = real else { return Vec::new() };
        let installation = find_installation(self.system, &real).or_else(|| {
            // A copied executable has nothing around it; `home` says where it was copied from.
            let home = self.config.values()?.home.as_ref()?;
            let copied = self.chain.last()?.file_name()?;
            find_installation(self.system, &home.join(copied))
        });
        let Some(installation) = installation else { return Vec::new() };
        let mut folders: Vec<PathBuf> = user_site(self.system, &installation).into_iter().collect();
        folders.extend(site_folders(self.system, &installation));
        folders
    }
}
