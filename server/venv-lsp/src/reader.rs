//! Reads the facts for a file, and keeps what was read until somebody says that it changed.

mod asking;
mod former;
mod inspection;
mod listing;
mod metadata;

use std::borrow::Cow;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use venv_analysis::facts::{Environment, HealthIssue, Machine, PinnedPython, Resolution, UvSettings};
use venv_analysis::inspection::Inspection;
use venv_analysis::{
    AllMetadata, Diagnostic, Facts, Former, IncludeTarget, Included, Manifest, ManifestKind, knows_extras,
    may_be_replaced, metadata_of_extras, without_parents,
};
use venv_discovery::{
    Digests, FileKind, OsSystem, Request, System, read_environment, read_machine, read_network,
    read_pip_settings, read_uv_settings, resolve,
};

use crate::effects::{Look, state_folder};
use inspection::KnownInspections;
pub use listing::{Listed, Listing};
use metadata::KnownMetadata;

/// What is asked about a file.
#[derive(Clone, Debug, Default)]
pub struct Question {
    pub workspace_root: Option<PathBuf>,
    /// An environment that somebody named, and who.
    pub named: Option<(PathBuf, String)>,
    /// The texts that the editor holds; they count instead of those on the disk.
    pub open: Arc<FxHashMap<PathBuf, Arc<str>>>,
    /// Environments that are being made: until they have been, they are not there.
    pub making: Vec<PathBuf>,
    /// Environments that are being replaced: until they have been, they are as they were.
    pub replaced: Vec<Arc<Environment>>,
}

/// How much of the machine is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineNeed {
    /// Only where no environment serves the file: the message names the Python that would be used.
    WhereNoEnvironment,
    /// Not older than a moment: somebody is about to choose or to act.
    Fresh,
}

/// The one reader of a process. Environments are read once and shared by all files that they serve.
pub struct FactReader {
    system: OsSystem,
    environments: Mutex<FxHashMap<PathBuf, Option<Arc<Environment>>>>,
    metadata: KnownMetadata,
    inspections: KnownInspections,
    /// How often something was forgotten: what was read before must not be kept after.
    forgotten: AtomicU64,
    machine: Mutex<Option<(Instant, Arc<Machine>)>>,
}

/// The file in which pyenv and uv look for the Python of a project.
pub const PINNED: &str = ".python-version";

/// Interpreters come and go seldom; a menu that opens twice need not look twice.
const MACHINE_IS_FRESH: Duration = Duration::from_secs(3);

/// No project includes so many files; links can make a few look like endlessly many.
const MOST_INCLUDES: usize = 50_000;

impl FactReader {
    pub fn new() -> Self {
        Self {
            system: OsSystem::new(),
            environments: Mutex::default(),
            metadata: KnownMetadata::default(),
            inspections: KnownInspections::default(),
            forgotten: AtomicU64::new(0),
            machine: Mutex::default(),
        }
    }

    /// All facts for a manifest.
    pub fn facts(&self, manifest: &Manifest, question: &Question, need: MachineNeed) -> Facts {
        let resolution = self.resolve(&manifest.path, question);
        let (includes, include_places) = self.includes(manifest, question);
        let environment = resolution.chosen.as_ref().map(|chosen| &*chosen.environment);
        let pip = read_pip_settings(&self.system, environment.map(|environment| &*environment.root));
        let network = read_network(&self.system, &pip, environment);
        // Behind a SOCKS proxy it matters which program installs.
        let needs_machine = need == MachineNeed::Fresh || environment.is_none() || network.names_socks(&pip);
        let mut facts = Facts {
            pip: Some(Arc::new(pip)),
            network: Some(Arc::new(network)),
            is_built_beside: self.is_built_beside(manifest),
            pinned: self.pinned(manifest, &resolution, question),
            machine: needs_machine.then(|| self.machine(need)),
            resolution: Some(Arc::new(resolution)),
            includes,
            include_places,
            workspace_root: question.workspace_root.clone(),
            ..Facts::default()
        };
        self.add_metadata(&mut facts, manifest);
        if let Some(environment) = worth_inspecting(&facts) {
            facts.inspection = self.inspections.find(&self.system, environment);
        }
        facts
    }

    /// Whether it is known what is wrong among the distributions of `environment`.
    pub fn is_inspected(&self, environment: &Arc<Environment>) -> bool {
        self.inspections.known(environment).is_some()
    }

    /// Finds out what is wrong among the distributions of `environment`; whoever asks for facts is told from now on.
    pub fn inspect(&self, environment: &Arc<Environment>) -> Arc<Inspection> {
        self.inspections.read(&self.system, environment)
    }

    /// What is known of `environment` in this respect without another look.
    pub fn known_inspection(&self, environment: &Arc<Environment>) -> Option<Arc<Inspection>> {
        self.inspections.known(environment)
    }

    /// Which distributions of `environment` have lost a part.
    pub fn missing_parts(&self, environment: &Environment) -> Vec<HealthIssue> {
        Digests::missing_parts(&self.system, environment).issues
    }

    /// The same for somebody who is about to choose or to act: with what a successor of the environment could be given.
    pub fn facts_to_act(&self, manifest: &Manifest, question: &Question) -> Facts {
        let mut facts = self.facts(manifest, question, MachineNeed::Fresh);
        facts.uv = facts.machine.as_deref().and_then(|machine| self.uv_settings(manifest, machine));
        if let Some(resolution) = &facts.resolution {
            facts.former = self.former(resolution);
            facts.inspection = resolution.chosen.as_ref().map(|chosen| self.inspect(&chosen.environment));
        }
        facts
    }

    /// From where uv would take what `manifest` asks for, if there is uv.
    pub fn uv_settings(&self, manifest: &Manifest, machine: &Machine) -> Option<Arc<UvSettings>> {
        machine.tools.uv.as_ref()?;
        Some(Arc::new(read_uv_settings(&self.system, manifest.folder())))
    }

    /// What a successor of the chosen environment could be given, where one may settle a finding.
    pub fn former_for(
        &self,
        found: &[Diagnostic],
        resolution: Option<&Arc<Resolution>>,
    ) -> Option<Arc<Former>> {
        if may_be_replaced(found) { self.former(resolution?) } else { None }
    }

    fn former(&self, resolution: &Resolution) -> Option<Arc<Former>> {
        let chosen = resolution.chosen.as_ref()?;
        Some(Arc::new(former::read_former(&self.system, &chosen.environment)))
    }

    /// Where is written down what is under way.
    pub fn state_folder(&self) -> Option<PathBuf> {
        state_folder(&self.system)
    }

    /// Adds what the distributions say that are asked for with extras.
    fn add_metadata(&self, facts: &mut Facts, manifest: &Manifest) {
        let chosen = facts.resolution.as_ref().and_then(|resolution| resolution.chosen.as_ref());
        let Some(environment) = chosen.map(|chosen| Arc::clone(&chosen.environment)) else { return };
        let included = facts.includes.values().filter_map(|included| match included {
            Included::Manifest(manifest) => Some(&**manifest),
            Included::NotFound | Included::Unreadable(_) => None,
        });
        let find = |name: &str| self.metadata.find(&self.system, &environment, name);
        let manifests = std::iter::once(manifest).chain(included);
        (facts.metadata, facts.extras) = metadata_of_extras(manifests, &environment, find);
    }

    /// What the distributions of `environment` say that `manifest` asks for with extras.
    pub fn metadata_of_extras(&self, manifest: &Manifest, environment: &Arc<Environment>) -> AllMetadata {
        let find = |name: &str| self.metadata.find(&self.system, environment, name);
        metadata_of_extras([manifest], environment, find).0
    }

    /// What all distributions of `environment` say of themselves, by normalised name.
    pub fn all_metadata(&self, environment: &Arc<Environment>) -> Arc<AllMetadata> {
        self.metadata.all(&self.system, environment)
    }

    /// Whether what pip and uv look for lies beside a `setup.cfg`.
    fn is_built_beside(&self, manifest: &Manifest) -> bool {
        manifest.kind == ManifestKind::SetupCfg
            && ["pyproject.toml", "setup.py"]
                .iter()
                .any(|name| self.system.is_file(&manifest.folder().join(name)))
    }

    /// The nearest `.python-version`, no further up than the workspace and the environment lie.
    fn pinned(
        &self,
        manifest: &Manifest,
        resolution: &Resolution,
        question: &Question,
    ) -> Option<Arc<PinnedPython>> {
        let chosen = resolution.chosen.as_ref();
        let beside = chosen.and_then(|chosen| chosen.environment.root.parent());
        let ends = [question.workspace_root.as_deref(), beside];
        let ends = ends.into_iter().flatten().filter(|end| manifest.path.starts_with(end));
        let last = ends.min_by_key(|end| end.as_os_str().len()).unwrap_or(manifest.folder());
        let mut folders = manifest.path.ancestors().skip(1).take_while(|folder| folder.starts_with(last));
        folders.find_map(|folder| {
            let path = folder.join(PINNED);
            let text = String::from_utf8(self.system.read_head(&path, 4096).ok()?).ok()?;
            Some(Arc::new(PinnedPython { path, text: text.into() }))
        })
    }

    /// The environment that serves `file`, with all that was considered.
    pub fn resolve(&self, file: &Path, question: &Question) -> Resolution {
        let request = Request {
            file: file.to_owned(),
            workspace_root: question.workspace_root.clone(),
            named: question.named.clone(),
        };
        let is_made = |root: &Path| !question.making.iter().any(|making| making == root);
        let replaced =
            |root: &Path| question.replaced.iter().find(|replaced| replaced.root == *root).cloned();
        let read = |root: &Path| {
            if is_made(root) { replaced(root).or_else(|| self.environment(root)) } else { None }
        };
        let mut resolution = resolve(&self.system, &request, &read);
        resolution.candidates.retain(|candidate| is_made(&candidate.path));
        resolution
    }

    pub fn machine(&self, need: MachineNeed) -> Arc<Machine> {
        let mut known = locked(&self.machine);
        if let Some((read, machine)) = &*known
            && (need == MachineNeed::WhereNoEnvironment || read.elapsed() < MACHINE_IS_FRESH)
        {
            return Arc::clone(machine);
        }
        let machine = Arc::new(read_machine(&self.system));
        *known = Some((Instant::now(), Arc::clone(&machine)));
        machine
    }

    /// The manifest at `path`, or why there is none, in words for the user.
    pub fn manifest(&self, path: &Path, question: &Question) -> Result<Manifest, Included> {
        Ok(Manifest::parse(path.to_owned(), self.text(path, &question.open)?))
    }

    /// The text of the file at `path`, from among those that are `open` or from the disk; or why there is none.
    pub fn text(&self, path: &Path, open: &FxHashMap<PathBuf, Arc<str>>) -> Result<Arc<str>, Included> {
        if let Some(text) = open.get(path) {
            return Ok(Arc::clone(text));
        }
        match self.system.metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Included::NotFound),
            Err(error) => return Err(Included::Unreadable(error.to_string())),
            Ok(found) if found.kind == FileKind::Directory => {
                return Err(Included::Unreadable("it is a folder, not a file".to_owned()));
            }
            // A pipe or a device would never end.
            Ok(found) if found.kind != FileKind::File => {
                return Err(Included::Unreadable("it is not a regular file".to_owned()));
            }
            Ok(_) => {}
        }
        let bytes = self.system.read(path).map_err(|error| Included::Unreadable(error.to_string()))?;
        let text = venv_syntax::decode(&bytes).map_err(|error| Included::Unreadable(error.message))?;
        Ok(text.into())
    }

    /// A variable of the process, if it is set and not empty.
    pub fn variable(&self, name: &str) -> Option<String> {
        self.system.env(name)
    }

    /// Forgets the environments that `changed` (paths of files and folders) belong to.
    pub fn forget(&self, changed: &[PathBuf]) {
        let mut environments = locked(&self.environments);
        self.forgotten.fetch_add(1, Ordering::Relaxed);
        environments.retain(|root, environment| {
            let known = environment.as_deref();
            let sites = known.map(|known| &known.site_packages[..]).unwrap_or_default();
            // A `.pth` file may make a whole project a folder of distributions; what lies deep in it is not one.
            let is_listed =
                |path: &Path| sites.iter().any(|site| path == site || path.parent() == Some(site));
            let concerns = |root: &Path, path: &Path| path.starts_with(root) || root.starts_with(path);
            // What leads nowhere may lead somewhere now.
            let leads_nowhere =
                known.is_some_and(|known| known.health.iter().any(|issue| issue.code == "redirect-broken"));
            !leads_nowhere
                && !changed.iter().any(|path| {
                    concerns(root, path)
                        || is_listed(path)
                        || known.is_some_and(|known| concerns(&known.root, path))
                })
        });
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        let mut environments = locked(&self.environments);
        self.forgotten.fetch_add(1, Ordering::Relaxed);
        environments.clear();
        drop(environments);
        self.metadata.forget_all();
        self.inspections.forget_all();
        *locked(&self.machine) = None;
    }

    /// What is at `root`, as far as it was read before or now.
    pub fn environment(&self, root: &Path) -> Option<Arc<Environment>> {
        let environments = locked(&self.environments);
        if let Some(known) = environments.get(root) {
            return known.clone();
        }
        // Counted under the lock, here and where something is forgotten.
        let forgotten = self.forgotten.load(Ordering::Relaxed);
        drop(environments);
        // Not under the lock: a slow disk must not hold up the files of another environment.
        let environment = read_environment(&self.system, root).map(Arc::new);
        let mut environments = locked(&self.environments);
        if self.forgotten.load(Ordering::Relaxed) == forgotten {
            environments.insert(root.to_owned(), environment.clone());
        }
        environment
    }

    /// Reads the environment at `root` anew whenever it is called.
    pub fn look_at(self: &Arc<Self>, root: &Path) -> Look {
        let (reader, root) = (Arc::clone(self), root.to_owned());
        Arc::new(move || {
            reader.forget(std::slice::from_ref(&root));
            reader.environment(&root)
        })
    }

    fn includes(
        &self,
        manifest: &Manifest,
        question: &Question,
    ) -> (FxHashMap<PathBuf, Included>, Vec<PathBuf>) {
        let mut includes = FxHashMap::default();
        let mut places = Vec::new();
        let mut waiting: VecDeque<PathBuf> = targets(manifest).collect();
        while let Some(path) = waiting.pop_front() {
            if includes.contains_key(&path) || includes.len() >= MOST_INCLUDES {
                continue;
            }
            let place = self.place_of(&path);
            let included = match self.text(&place, &question.open) {
                Ok(text) => {
                    // pip reads what is included as a requirements file, whatever its name.
                    let included = Manifest::parse_as(ManifestKind::Requirements, place.clone(), text);
                    waiting.extend(targets(&included));
                    Included::Manifest(Arc::new(included))
                }
                Err(problem) => problem,
            };
            places.push(place);
            includes.insert(path, included);
        }
        (includes, places)
    }

    /// What an editor calls the file that `path` opens. `..` behind a link leads elsewhere than the text says.
    fn place_of(&self, path: &Path) -> PathBuf {
        let by_text = match without_parents(path) {
            Cow::Borrowed(path) => return path.to_owned(),
            Cow::Owned(by_text) => by_text,
        };
        let folder = |path: &Path| self.system.canonicalize(path.parent()?).ok();
        match (folder(path), path.file_name()) {
            (Some(real), Some(name)) if folder(&by_text).as_ref() != Some(&real) => real.join(name),
            _ => by_text,
        }
    }
}

/// The environment of `facts`, where something may be said of what is installed in it.
pub fn worth_inspecting(facts: &Facts) -> Option<&Arc<Environment>> {
    let chosen = facts.resolution.as_ref()?.chosen.as_ref()?;
    Some(&chosen.environment).filter(|environment| !environment.is_broken())
}

/// Whether `facts` know every file that `manifest` includes itself, and what is needed by the extras that it asks for.
pub fn knows_all_asked(facts: &Facts, manifest: &Manifest) -> bool {
    let has_environment = facts.resolution.as_ref().is_some_and(|resolution| resolution.chosen.is_some());
    targets(manifest).all(|path| facts.includes.contains_key(&path))
        && (!has_environment || knows_extras(&facts.extras, manifest))
}

fn targets(manifest: &Manifest) -> impl Iterator<Item = PathBuf> + '_ {
    manifest.includes.iter().filter_map(|include| match &include.target {
        IncludeTarget::File(path) => Some(path.clone()),
        IncludeTarget::Elsewhere(_) => None,
    })
}

/// What is kept is replaced as a whole, so a panic while the lock was held leaves nothing half done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
