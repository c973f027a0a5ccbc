//! A small language for files and what is known about them.
//!
//! ```text
//! #- machine python=3.12 managed no-ensurepip pip=23.0 uv
//! #- env /p/.venv python=3.12.1 levels=0 requests==2.31.0
//! #- metadata requests==2.31.0 summary="HTTP for people" requires="urllib3<3" extra=socks requires-socks="PySocks>=1.5"
//! #- pip PIP_USER=1
//! #- pip /etc/pip.conf global.user=true
//! #- proxy ALL_PROXY=socks5://127.0.0.1:1080
//! #- pinned /p/.python-version 3.13
//! #- workspace /p
//! #- /p/requirements.txt
//! requests>=3
//!         #^^ warning[requirement-version-mismatch]: the message
//! ```
//!
//! Beside Pythons a `machine` can have `virtualenv`, wheels of pip (`pip-wheel=23.0.1`) and Pythons that uv could fetch
//! (`fetchable=3.14`).
//!
//! Of an environment can also be said that it is `broken=`, with the reason, that a distribution has to be installed
//! `again=six@1.17.0`, and that an interrupted installation has `left=/p/.venv/…` there.
//!
//! A header begins with `#-`. The first file is the one that is looked at; the others can be included by it.
//! Without `env` no environment serves the file; `#- loading` says that this is not known yet. Without `machine`
//! there are one Python 3.12 at `/usr/bin/python3` and uv.
//!
//! `metadata` is what one distribution says of itself: `summary=`, `home=`, `python=`, and as often as needed
//! `requires=`, `unreadable=`, `extra=` and, for what an extra needs, `requires-EXTRA=`. It does not install it.
//!
//! `proxy` is a variable that ends in `_proxy`, in whatever case; pip's own index is `https://index.test/simple`. With
//! `module socks` the environment has that module from elsewhere.
//!
//! `pip` is what pip is configured to do, by a variable or in a file. An environment with `broken=` cannot be used, one
//! with `damaged=` can.
//!
//! A mark stands under the line that it speaks of: its `#` is the first marked column, each `^` one more.
//! `$0` is the cursor. Marks and the cursor are not part of the file's text.

mod metadata;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use venv_analysis::facts::{
    Chosen, Cure, Distribution, Distributions, Environment, EnvironmentKind, FetchablePython, Harm,
    HealthIssue, Implementation, Info, Interpreter, Machine, Network, Origin, PinnedPython, PipFile,
    PipLevel, PipSettings, PipWheel, PythonVersion, Resolution,
};
use venv_analysis::inspection::{Digest, Inspection, inspect};
use venv_analysis::{
    Config, Context, Diagnostic, Facts, Former, FormerDistribution, FormerPlace, Included, Manifest,
    PipFileName,
};
use venv_syntax::{MarkerEnvironment, Version, normalize_name};

/// A file with all that is known about it.
pub struct Fixture {
    pub manifest: Manifest,
    pub facts: Facts,
    pub config: Config,
    /// Bytes from the start of the file.
    pub cursor: Option<u32>,
    /// The marks, as `line:first..end severity[code]: message`, 1-based lines and columns.
    pub marks: Vec<String>,
}

impl Fixture {
    /// # Panics
    /// If the text is not of this language.
    pub fn parse(text: &str) -> Self {
        let mut resolution = Some(Resolution::default());
        let mut machine = machine("python=3.12 uv");
        let mut workspace_root = None;
        let mut former = None;
        let mut metadata = FxHashMap::default();
        let mut pip = PipSettings::default();
        let mut network =
            Network { default_index: Some("https://index.test/simple".into()), ..Network::default() };
        let mut pinned = None;
        let mut files: Vec<(PathBuf, String)> = Vec::new();
        for line in text.split_inclusive('\n') {
            let header = line.strip_prefix("#- ").map(str::trim_end);
            match header.map(|header| header.split_once(' ').unwrap_or((header, ""))) {
                Some(("machine", rest)) => machine = self::machine(rest),
                Some(("env", rest)) => {
                    let chosen = environment(rest);
                    former = Some(Arc::new(former_of(&chosen.environment, rest)));
                    resolution = Some(Resolution { chosen: Some(chosen), ..Resolution::default() });
                }
                Some(("metadata", rest)) => {
                    let said = metadata::parse(rest);
                    metadata.insert(normalize_name(&said.name).into(), Arc::new(said));
                }
                Some(("pinned", rest)) => {
                    let (path, text) = rest.split_once(' ').expect("`pinned` has a path and what is in it");
                    pinned = Some(Arc::new(PinnedPython { path: path.into(), text: text.into() }));
                }
                Some(("pip", rest)) => self::pip(rest, &mut pip),
                Some(("proxy", rest)) => {
                    let (name, value) = rest.split_once('=').expect("a variable is `NAME=value`");
                    network.proxies.push((name.into(), value.into()));
                }
                Some(("module", "socks")) => network.imports_socks = true,
                Some(("loading", _)) => resolution = None,
                Some(("workspace", path)) => workspace_root = Some(PathBuf::from(path)),
                Some((path, _)) => {
                    assert!(path.starts_with('/'), "`{path}` is neither a header nor an absolute path");
                    files.push((path.into(), String::new()));
                }
                None => match files.last_mut() {
                    Some((_, text)) => text.push_str(line),
                    None => assert!(line.trim().is_empty(), "text before the first file: {line}"),
                },
            }
        }
        let mut files = files.into_iter();
        let (path, text) = files.next().expect("a fixture has a file");
        let (text, marks) = take_marks(&text);
        let cursor = text.find("$0").map(|at| u32::try_from(at).expect("fixtures are small"));
        let text = text.replacen("$0", "", 1);
        let includes = files
            .map(|(path, text)| {
                let manifest = Manifest::parse(path.clone(), text.into());
                (path, Included::Manifest(Arc::new(manifest)))
            })
            .collect();
        let mut facts = Facts {
            resolution: resolution.map(Arc::new),
            machine: Some(Arc::new(machine)),
            includes,
            metadata,
            pip: Some(Arc::new(pip)),
            network: Some(Arc::new(network)),
            pinned,
            workspace_root,
            former,
            ..Facts::default()
        };
        facts.inspection = inspection(&facts);
        let manifest = Manifest::parse(path, text.into());
        mark_absent(&manifest, &mut facts);
        Self { manifest, facts, config: Config::default(), cursor, marks }
    }

    pub fn context(&self) -> Context<'_> {
        Context { manifest: &self.manifest, facts: &self.facts, config: &self.config }
    }

    /// The findings in the form of [`Fixture::marks`].
    pub fn findings(&self) -> Vec<String> {
        venv_analysis::check(&self.context()).iter().map(|found| self.render(found)).collect()
    }

    fn render(&self, found: &Diagnostic) -> String {
        let text = &self.manifest.text;
        let before = &text[..found.span.start as usize];
        let line = before.matches('\n').count() + 1;
        let start = before.rsplit('\n').next().map_or(0, |line| line.chars().count());
        let end = start + found.span.slice(text).chars().count();
        let (severity, code) = (found.severity.as_str(), found.rule.code);
        format!("{line}:{}..{} {severity}[{code}]: {}", start + 1, end + 1, found.message)
    }
}

/// What the `metadata` of the fixture contradicts; nothing is known of distributions without.
fn inspection(facts: &Facts) -> Option<Arc<Inspection>> {
    let environment = &facts.resolution.as_ref()?.chosen.as_ref()?.environment;
    let digest = |said| Arc::new(Digest::of_metadata(said, &environment.markers));
    let digests = facts.metadata.iter().map(|(name, said)| (name.clone(), digest(said))).collect();
    Some(Arc::new(inspect(environment, &digests)))
}

/// Every file that is named and that the fixture does not bring is one that is not there.
fn mark_absent(manifest: &Manifest, facts: &mut Facts) {
    let known: Vec<Arc<Manifest>> = facts
        .includes
        .values()
        .filter_map(|included| match included {
            Included::Manifest(manifest) => Some(Arc::clone(manifest)),
            Included::NotFound | Included::Unreadable(_) => None,
        })
        .collect();
    for manifest in known.iter().map(|known| &**known).chain([manifest]) {
        for include in &manifest.includes {
            if let venv_analysis::IncludeTarget::File(path) = &include.target {
                facts.includes.entry(path.clone()).or_insert_with(|| {
                    if *path == manifest.path {
                        Included::Manifest(Arc::new(manifest.clone()))
                    } else {
                        Included::NotFound
                    }
                });
            }
        }
    }
}

fn take_marks(text: &str) -> (String, Vec<String>) {
    let mut kept = String::new();
    let mut marks = Vec::new();
    let mut line_number = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start_matches(' ');
        let column = line.len() - trimmed.len();
        let carets = trimmed
            .strip_prefix('#')
            .map_or("", |rest| &rest[..rest.len() - rest.trim_start_matches('^').len()]);
        let message = trimmed.strip_prefix('#').map(|rest| rest[carets.len()..].trim());
        let is_mark = |message: &&str| {
            ["error[", "warning[", "information[", "hint["].iter().any(|start| message.starts_with(start))
        };
        if let Some(message) = message.filter(is_mark) {
            marks.push(format!("{line_number}:{}..{} {message}", column + 1, column + carets.len() + 2));
        } else {
            line_number += 1;
            kept.push_str(line);
        }
    }
    (kept, marks)
}

fn machine(words: &str) -> Machine {
    let mut machine = Machine::default();
    for word in words.split_whitespace() {
        if word == "uv" {
            machine.tools.uv = Some("/usr/bin/uv".into());
        } else if word == "virtualenv" {
            machine.tools.virtualenv = Some("/usr/bin/virtualenv".into());
        } else if let Some(version) = word.strip_prefix("pip-wheel=") {
            let path = format!("/usr/share/python-wheels/pip-{version}-py3-none-any.whl").into();
            let version = Version::from_str(version).expect("a version of pip");
            machine.tools.pip_wheels.push(PipWheel { path, version });
        } else if let Some(url) = word.strip_prefix("pip-index=") {
            machine.tools.pip_indexes.push(url.into());
        } else if let Some(version) = word.strip_prefix("fetchable=") {
            let version = python(version);
            machine.fetchable.push(FetchablePython { markers: markers(&version), version });
        } else if let Some(version) = word.strip_prefix("python=") {
            let version = python(version);
            let name = if machine.interpreters.is_empty() {
                "python3".to_owned()
            } else {
                format!("python{}.{}", version.major, version.minor)
            };
            machine.interpreters.push(Interpreter {
                executable: Path::new("/usr/bin").join(name),
                markers: markers(&version),
                version,
                externally_managed: None,
                managed_message: None,
                has_venv: true,
                has_ensurepip: true,
                pip: None,
            });
        } else {
            let last = machine.interpreters.last_mut().expect("`python=` comes before what is said of it");
            match word.split_once('=') {
                None if word == "managed" => {
                    last.externally_managed = Some("/usr/lib/EXTERNALLY-MANAGED".into());
                    last.managed_message = Some("Use the system's packages.".into());
                }
                None if word == "no-ensurepip" => last.has_ensurepip = false,
                None if word == "no-venv" => last.has_venv = false,
                Some(("pip", version)) => last.pip = Version::from_str(version).ok(),
                _ => panic!("`{word}` says nothing about a machine"),
            }
        }
    }
    machine
}

fn pip(words: &str, settings: &mut PipSettings) {
    if let Some((path, setting)) = words.split_once(' ') {
        let (section, line) = setting.split_once('.').expect("a setting is `section.key=value`");
        let text = format!("[{section}]\n{line}\n").into();
        let level = if path.contains("/.venv/") { PipLevel::Site } else { PipLevel::User };
        settings.add_file(&Arc::new(PipFile { path: path.into(), level, text }));
        return;
    }
    let (name, value) = words.split_once('=').expect("a variable is `NAME=value`");
    const KNOWN: [&str; 7] = [
        "PIP_USER",
        "PIP_BREAK_SYSTEM_PACKAGES",
        "PIP_PROXY",
        "PIP_INDEX_URL",
        "PIP_EXTRA_INDEX_URL",
        "PIP_NO_INDEX",
        "PIP_NO_PROXY_ENV",
    ];
    let known = KNOWN.into_iter().find(|known| *known == name);
    settings.add_variable(known.unwrap_or_else(|| panic!("`{name}` is no variable of pip's")), value);
}

fn environment(words: &str) -> Chosen {
    let mut words = words.split_whitespace();
    let root = PathBuf::from(words.next().expect("`env` has a path"));
    let mut version = python("3.12.1");
    let mut origin = None;
    let mut levels = 0;
    let mut health = Vec::new();
    let mut distributions = Distributions::default();
    let (mut prompt, mut sees_system, mut environment_kind) = (None, false, EnvironmentKind::Venv);
    for word in words {
        if let Some((name, version)) = word.split_once("==") {
            let distribution = Distribution {
                name: name.into(),
                version: version.into(),
                parsed: Version::from_str(version).ok(),
                site: 0,
                editable: false,
                info: Info::DistInfo,
            };
            distributions.add(&normalize_name(name), distribution);
            continue;
        }
        match word.split_once('=') {
            Some(("python", wanted)) => version = python(wanted),
            Some(("levels", count)) => levels = count.parse().expect("`levels` is a number"),
            Some(("origin", "VIRTUAL_ENV")) => origin = Some(Origin::Variable("VIRTUAL_ENV")),
            Some(("broken", code)) => {
                health.push(HealthIssue {
                    code: "python-missing",
                    message: format!("{code} is gone"),
                    harm: Harm::Unusable,
                    cure: Cure::Recreate,
                });
            }
            Some(("again", distribution)) => {
                health.push(incomplete(Cure::Reinstall(vec![distribution.replace('@', "==")])));
            }
            Some(("prompt", text)) => prompt = Some(text.replace('+', " ").into()),
            Some(("kind", kind)) => environment_kind = kind_of(kind),
            // What is said of the environment before a successor.
            Some(("link" | "pip-file", _)) => {}
            None if matches!(word, "relocatable" | "foreign") => {}
            None if word == "system-site-packages" => sees_system = true,
            None if word == "leads-nowhere" => health.push(HealthIssue {
                code: "redirect-broken",
                message: "it leads nowhere".to_owned(),
                harm: Harm::Unusable,
                cure: Cure::Replace("the link to `/srv/env`".into()),
            }),
            Some(("left", path)) => health.push(incomplete(Cure::Remove(vec![path.into()]))),
            Some(("damaged", name)) => {
                health.push(HealthIssue {
                    code: "leftovers",
                    message: format!("`{name}` is left over"),
                    harm: Harm::Partial,
                    cure: Cure::ByHand,
                });
            }
            _ => panic!("`{word}` says nothing about an environment"),
        }
    }
    let folder = root.parent().unwrap_or(&root).to_owned();
    let environment = Environment {
        executable: root.join("bin/python"),
        site_packages: vec![
            root.join(format!("lib/python{}.{}/site-packages", version.major, version.minor)),
        ],
        root,
        kind: environment_kind,
        markers: markers(&version),
        python: Some(version),
        include_system_site_packages: sees_system,
        prompt,
        health,
        distributions,
    };
    Chosen {
        environment: Arc::new(environment),
        origin: origin.unwrap_or(Origin::Nearest { folder, levels }),
        reason: "it is the fixture's".to_owned(),
    }
}

fn incomplete(cure: Cure) -> HealthIssue {
    let message = "an installation into it was interrupted".to_owned();
    HealthIssue { code: "distribution-incomplete", message, harm: Harm::Partial, cure }
}

fn kind_of(word: &str) -> EnvironmentKind {
    use EnvironmentKind::{Conda, Nox, Pipenv, Pixi, Tox, Uv, Venv};
    let known = [Venv, Uv, Pipenv, Conda, Pixi, Tox, Nox].into_iter().find(|kind| kind.as_str() == word);
    known.unwrap_or_else(|| panic!("`{word}` is no kind of environment here"))
}

fn former_of(environment: &Environment, words: &str) -> Former {
    let mut former = Former::default();
    for word in words.split_whitespace() {
        match word.split_once('=') {
            Some(("link", root)) => {
                former.place = Some(FormerPlace { root: root.into(), kind: environment.kind });
            }
            Some(("pip-file", says)) => {
                former.pip_files.push(PipFileName { name: "pip.conf", stays_inside: says == "inside" });
            }
            None if word == "relocatable" => former.is_relocatable = true,
            None if word == "foreign" => former.is_foreign = true,
            Some(_) | None => {}
        }
    }
    for (name, distribution) in environment.distributions.sorted() {
        let version = distribution.parsed.as_ref();
        match version.and_then(|version| FormerDistribution::released(&distribution.name, version)) {
            Some(found) => former.distributions.push(found),
            None => former.lost.push(name.to_owned()),
        }
    }
    former
}

fn python(version: &str) -> PythonVersion {
    let mut parts = version.splitn(3, '.');
    let mut number =
        || parts.next().and_then(|part| part.parse().ok()).expect("a version is `3.12` or `3.12.1`");
    let (major, minor) = (number(), number());
    let patch = parts.next().unwrap_or_default().to_owned();
    PythonVersion { major, minor, patch, implementation: Implementation::CPython }
}

fn markers(version: &PythonVersion) -> MarkerEnvironment {
    let full = if version.patch.is_empty() { format!("{version}.0") } else { version.to_string() };
    MarkerEnvironment {
        python_version: Some(format!("{}.{}", version.major, version.minor)),
        python_full_version: Some(full.clone()),
        os_name: Some("posix".into()),
        sys_platform: Some("linux".into()),
        platform_release: None,
        platform_system: Some("Linux".into()),
        platform_version: None,
        platform_machine: Some("x86_64".into()),
        platform_python_implementation: Some("CPython".into()),
        implementation_name: Some("cpython".into()),
        implementation_version: Some(full),
    }
}
