//! What all distributions of an environment say of each other, for [`inspect`]: one look at each, and the next time
//! only at those that have changed since.
//!
//! Of each distribution the head of its `METADATA` and its `WHEEL` are read; of a `RECORD` nothing but that it is
//! there, unless no module has the distribution's name. What was read is not kept: a [`Digest`] is small.

mod record;

use std::borrow::Cow;
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use venv_analysis::facts::{Distribution, Environment, EnvironmentKind, Info, PythonVersion};
use venv_analysis::inspection::{Digest, Inspection, Lack, built_for_another, inspect};
use venv_syntax::{MarkerEnvironment, metadata_headers_end};

use crate::metadata::{Described, read_described};
use crate::system::{Folder, Metadata, System, folder};
use record::first_parts;
pub(crate) use record::path_of;

/// Holds the headers of most metadata files. What is read more is for nothing, and copied all the same.
const HEAD: usize = 4 << 10;

/// No metadata file has more bytes.
const LARGEST: usize = 4 << 20;

/// Enough for all the tags of a wheel.
const WHEEL: usize = 2 << 10;

/// What changed so lately may belong to an installation that is under way: pip writes the `RECORD` last, after it has
/// compiled everything. It is silent for so long, and is looked at again then.
const FRESH: Duration = Duration::from_secs(60);

/// Whoever has lost more needs another environment, and nobody watches every distribution.
const MOST_INCOMPLETE: usize = 16;

/// Fewer distributions are read sooner than a second thread is started.
const MANY: usize = 64;

/// What was read of the distributions of an environment.
#[derive(Debug, Default)]
pub struct Digests {
    by_name: FxHashMap<Box<str>, Known>,
    /// For which Python they count.
    python: Option<PythonVersion>,
    markers: MarkerEnvironment,
}

#[derive(Clone, Debug)]
struct Known {
    digest: Arc<Digest>,
    /// `None` for what may change without a trace.
    stamp: Option<Stamp>,
    /// What stands beside the `*.dist-info` according to its `RECORD`, where that had to be read.
    beside: Option<Box<[Box<str>]>>,
    /// What describes it, where a part is gone.
    incomplete: Option<PathBuf>,
    /// Until when it is not said that a part is gone.
    unsettled_until: Option<SystemTime>,
}

/// How much of a distribution is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// What it says.
    Whole,
    /// That it has all its parts.
    Parts,
}

/// By which a `METADATA` is known again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    /// The hash of its path.
    path: u64,
    modified: SystemTime,
    len: u64,
}

impl Digests {
    /// Reads what `self`, an earlier reading of the same environment, does not know.
    pub fn read_again(&self, system: &dyn System, environment: &Environment) -> Self {
        self.read(system, environment, Depth::Whole)
    }

    /// What [`Digests::inspect`] tells of the parts of distributions alone; no metadata is opened for it.
    pub fn missing_parts(system: &dyn System, environment: &Environment) -> Inspection {
        Self::default().read(system, environment, Depth::Parts).inspect(environment)
    }

    fn read(&self, system: &dyn System, environment: &Environment, depth: Depth) -> Self {
        let nothing = Self::default();
        let is_same = self.python == environment.python && self.markers == environment.markers;
        let reading = Reading {
            system,
            environment,
            depth,
            before: if is_same { self } else { &nothing },
            sites: Site::all(system, environment),
        };
        let distributions = environment.distributions.sorted();
        // A second thread is worth its start only if there is something to read.
        let halves = if distributions.len() >= MANY && reading.before.by_name.is_empty() { 2 } else { 1 };
        let parts: Vec<_> = distributions.chunks(distributions.len().div_ceil(halves).max(1)).collect();
        let mut by_name = FxHashMap::default();
        std::thread::scope(|scope| {
            let mut parts = parts.into_iter();
            let first = parts.next();
            let others: Vec<_> = parts.map(|part| scope.spawn(|| reading.read_all(part))).collect();
            by_name.extend(first.map(|part| reading.read_all(part)).unwrap_or_default());
            for other in others {
                match other.join() {
                    Ok(read) => by_name.extend(read),
                    Err(defect) => std::panic::resume_unwind(defect),
                }
            }
        });
        Self { by_name, python: environment.python.clone(), markers: environment.markers.clone() }
    }

    /// What they say together of `environment`, of which they were read.
    pub fn inspect(&self, environment: &Environment) -> Inspection {
        let digests = self.by_name.iter().map(|(name, known)| (name.clone(), Arc::clone(&known.digest)));
        let mut incomplete: Vec<_> =
            self.by_name.values().filter_map(|known| known.incomplete.clone()).collect();
        incomplete.sort_unstable();
        incomplete.truncate(MOST_INCOMPLETE);
        let unsettled_until = self.by_name.values().filter_map(|known| known.unsettled_until).min();
        Inspection { incomplete, unsettled_until, ..inspect(environment, &digests.collect()) }
    }
}

/// A folder of packages.
struct Site<'a> {
    path: &'a Path,
    folder: Box<dyn Folder + 'a>,
    /// The hash of its path.
    hash: u64,
    /// The names in it, where what lies in it is the environment's own.
    names: Option<FxHashSet<String>>,
    /// Whether whoever installs here writes a `RECORD`. Linux distributions and conda have records of their own.
    has_records: bool,
}

impl<'a> Site<'a> {
    fn all(system: &'a dyn System, environment: &'a Environment) -> Vec<Self> {
        let has_records = environment.kind != EnvironmentKind::Conda;
        let sites = environment.site_packages.iter().map(|path| {
            let is_own = path.starts_with(&environment.root);
            let names = || system.read_dir(path).ok().map(|found| found.into_iter().map(|entry| entry.name));
            let mut hasher = FxHasher::default();
            path.hash(&mut hasher);
            Self {
                path,
                folder: folder(system, path),
                hash: hasher.finish(),
                names: if is_own { names().map(Iterator::collect) } else { None },
                has_records: has_records && is_own,
            }
        });
        sites.collect()
    }
}

struct Reading<'a> {
    system: &'a dyn System,
    environment: &'a Environment,
    depth: Depth,
    before: &'a Digests,
    sites: Vec<Site<'a>>,
}

impl Reading<'_> {
    fn read_all(&self, distributions: &[(&str, &Distribution)]) -> Vec<(Box<str>, Known)> {
        let mut described = None;
        let read = |(name, distribution): &(&str, &Distribution)| {
            let known = match distribution.info {
                Info::DistInfo => self.read_dist_info(name, distribution),
                Info::EggInfo | Info::EggInfoFile | Info::Other if self.depth == Depth::Parts => return None,
                Info::EggInfo | Info::EggInfoFile | Info::Other => {
                    let described =
                        described.get_or_insert_with(|| Described::list(self.system, self.environment));
                    self.read_other(described, distribution)
                }
            };
            Some(((*name).into(), known?))
        };
        distributions.iter().filter_map(read).collect()
    }

    fn read_dist_info(&self, name: &str, distribution: &Distribution) -> Option<Known> {
        let site = self.sites.get(usize::from(distribution.site))?;
        let mut folder = format!("{}-{}.dist-info", distribution.name, distribution.version);
        let mut hasher = FxHasher::default();
        (site.hash, &folder).hash(&mut hasher);
        let path = hasher.finish();
        let stamp =
            |found: &Metadata| found.modified.map(|modified| Stamp { path, modified, len: found.len });
        let before = self.before.by_name.get(name).filter(|before| {
            let mut found = || within(&mut folder, "METADATA", |path| site.folder.metadata(path)).ok();
            before.stamp.is_some() && before.stamp == found().as_ref().and_then(stamp)
        });
        let mut known = match before {
            Some(before) => before.clone(),
            None => {
                let (found, digest) = match self.depth {
                    Depth::Whole => self.digest(site, &mut folder)?,
                    Depth::Parts => (None, Self::parts(site, &mut folder)),
                };
                let stamp = found.as_ref().and_then(stamp);
                Known { stamp, ..Known::new(digest) }
            }
        };
        self.look_for_files(&mut known, site, &mut folder, distribution);
        if known.digest.lack.is_some() {
            // It may come back without a trace in `METADATA`.
            known.stamp = None;
            known.incomplete = Some(site.path.join(&folder));
            let found = site.folder.metadata(Path::new(&folder)).ok();
            known.unsettled_until = found.and_then(|found| found.modified).and_then(settles);
            if known.unsettled_until.is_some() {
                known.digest = Arc::new(Digest { lack: None, ..Digest::clone(&known.digest) });
            }
        }
        Some(known)
    }

    /// Whether its parts are there.
    fn parts(site: &Site<'_>, folder: &mut String) -> Digest {
        let mut is_missing = |name: &str| {
            within(folder, name, |path| match site.folder.metadata(path) {
                Ok(found) => found.len == 0 && name == "METADATA",
                Err(error) => error.kind() == io::ErrorKind::NotFound,
            })
        };
        let lack = if site.names.is_some() && is_missing("METADATA") {
            Some(Lack::Metadata)
        } else if site.has_records && is_missing("RECORD") {
            Some(Lack::Record)
        } else {
            None
        };
        Digest { lack, ..Digest::default() }
    }

    /// And what its `METADATA` is; `None` where what is there cannot be read.
    fn digest(&self, site: &Site<'_>, folder: &mut String) -> Option<(Option<Metadata>, Digest)> {
        let (found, head) = match within(folder, "METADATA", |path| head(&*site.folder, path)) {
            Ok((found, head)) => (Some(found), head),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (None, Vec::new()),
            Err(_) => return None,
        };
        if head.is_empty() {
            let lack = site.names.is_some().then_some(Lack::Metadata);
            return Some((found, Digest { lack, ..Digest::default() }));
        }
        let mut digest = Digest::of_headers(&text(&head), &self.environment.markers);
        if let Some(python) = &self.environment.python
            && let Ok(wheel) = within(folder, "WHEEL", |path| site.folder.read_head(path, WHEEL))
        {
            digest.wrong_platform = built_for_another(&text(&wheel), python, &self.environment.markers);
        }
        let is_missing = |path: &Path| {
            site.folder.metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        };
        if site.has_records && within(folder, "RECORD", is_missing) {
            digest.lack = Some(Lack::Record);
        }
        Some((found, digest))
    }

    /// A distribution whose module is not there under its own name has another one, or has lost it.
    fn look_for_files(
        &self,
        known: &mut Known,
        site: &Site<'_>,
        folder: &mut String,
        distribution: &Distribution,
    ) {
        let (None | Some(Lack::Files), Some(names), true) =
            (known.digest.lack, &site.names, site.has_records)
        else {
            return;
        };
        let is_there = names.contains(&*distribution.name) || {
            let module = distribution.name.replace(['-', '.'], "_").to_lowercase();
            names.contains(&module) || names.contains(&format!("{module}.py"))
        };
        let lack = if is_there {
            None
        } else {
            let beside = known.beside.get_or_insert_with(|| {
                let record = within(folder, "RECORD", |path| site.folder.read_head(path, HEAD));
                first_parts(&String::from_utf8_lossy(&record.unwrap_or_default())).into()
            });
            let is_gone = !beside.is_empty() && !beside.iter().any(|part| names.contains(&**part));
            is_gone.then_some(Lack::Files)
        };
        if known.digest.lack != lack {
            known.digest = Arc::new(Digest { lack, ..Digest::clone(&known.digest) });
        }
    }

    /// What setuptools wrote before there were wheels. It is written over in place, so that it is read each time.
    fn read_other(&self, described: &Described, distribution: &Distribution) -> Option<Known> {
        let metadata = read_described(self.system, &described.find(distribution)?)?;
        let digest = Digest::of_metadata(&metadata, &self.environment.markers);
        Some(Known::new(digest))
    }
}

impl Known {
    fn new(digest: Digest) -> Self {
        Self { digest: Arc::new(digest), stamp: None, beside: None, incomplete: None, unsettled_until: None }
    }
}

/// When what was `modified` then is not fresh any more; `None` where that was, or lies in the future.
fn settles(modified: SystemTime) -> Option<SystemTime> {
    let is_fresh = modified.elapsed().is_ok_and(|elapsed| elapsed < FRESH);
    is_fresh.then(|| modified + FRESH)
}

/// Does `act` with the path of `name` in `folder`.
fn within<T>(folder: &mut String, name: &str, act: impl FnOnce(&Path) -> T) -> T {
    let end = folder.len();
    folder.push('/');
    folder.push_str(name);
    let result = act(Path::new(&*folder));
    folder.truncate(end);
    result
}

/// Most are UTF-8, of which the standard library makes sure faster than it looks for what is not.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// What a metadata file is, and its headers.
fn head(folder: &dyn Folder, path: &Path) -> io::Result<(Metadata, Vec<u8>)> {
    let (found, mut head) = folder.open_head(path, HEAD)?;
    let mut end = metadata_headers_end(&head);
    if end.is_none() && head.len() == HEAD {
        head = folder.open_head(path, LARGEST)?.1;
        end = metadata_headers_end(&head);
    }
    head.truncate(end.unwrap_or(head.len()));
    Ok((found, head))
}
