//! What is installed, beside what the environment's own Python and pip say: names, versions, places, requirements,
//! editables, installers, contradictions.
//!
//! Further environments can be named in `VENV_LSP_ENVIRONMENTS`, separated as in `PATH`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use test_support::wheel::Wheel;
use venv_analysis::facts::Environment;
use venv_analysis::inspection::{Contradiction, ContradictionKind};
use venv_discovery::{Digests, OsSystem, read_environment, read_metadata, read_provenance};
use venv_syntax::normalize_name;

/// What a Python says of each distribution that it sees: name, version, folder, requirements, installer, URL from which
/// it was installed, whether it is editable. It runs on 2.7 as well, where setuptools has to answer.
const SAY: &str = r#"
import json, os, sys
def url(text):
    told = json.loads(text) if text else {}
    return [told.get("url"), bool(told.get("dir_info", {}).get("editable"))]
told = []
try:
    from importlib.metadata import distributions
    for found in distributions():
        name = found.metadata["Name"]
        if name is None: continue
        told.append([name, found.version, os.path.dirname(str(found._path)), found.requires or [], (found.read_text("INSTALLER") or "").strip() or None] + url(found.read_text("direct_url.json")))
except ImportError:
    import pkg_resources
    for found in pkg_resources.WorkingSet(sys.path):
        def text(name):
            return found.get_metadata(name) if found.has_metadata(name) else ""
        # Python 2.7 has these two in its standard library.
        if found.project_name in ("Python", "wsgiref"): continue
        start = "Requires-Dist: "
        requires = [line[len(start):] for line in text("METADATA").splitlines() if line.startswith(start)]
        told.append([found.project_name, found.version, found.location, requires if text("METADATA") else None, text("INSTALLER").strip() or None] + url(text("direct_url.json")))
sys.stdout.write("\n@@" + json.dumps(told) + "@@\n")
"#;

/// One distribution, in the words of both sides.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    version: String,
    folder: Option<PathBuf>,
    requires: Option<BTreeSet<String>>,
    installer: Option<String>,
    url: Option<String>,
    editable: bool,
}

#[test]
fn environments_of_every_python_hold_what_their_pip_says() {
    let (system, machine) = crate::machine();
    let temporary = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = fs::canonicalize(temporary.path()).expect("it exists");
    let wheels = folder.join("wheels");
    fs::create_dir(&wheels).expect("a folder can be made");
    for wheel in [
        Wheel::requiring("Plain.Thing", "1.0", &["needed-thing>=2", "absent ; extra == 'all'"]),
        Wheel::requiring("needed_thing", "1.5", &["missing-thing (>1,<3); python_version >= '3'"]),
        Wheel::requiring("happy", "2.0rc1", &["plain-thing==1.*", "plain-thing; python_version < '3'"]),
    ] {
        fs::write(wheels.join(wheel.file_name()), wheel.bytes()).expect("a wheel can be written");
    }
    for (index, python) in machine.interpreters.iter().filter(|python| python.has_ensurepip).enumerate() {
        let root = folder.join(format!("made-{index}"));
        if crate::make_venv(python, &root, &[]).is_none() {
            continue;
        }
        let names: Vec<_> = fs::read_dir(&wheels).expect("it is there").flatten().collect();
        let mut args = vec!["-m", "pip", "install", "--quiet", "--no-deps", "--no-index"];
        let paths: Vec<String> =
            names.iter().map(|entry| entry.path().to_string_lossy().into_owned()).collect();
        args.extend(paths.iter().map(String::as_str));
        crate::run(&root.join("bin/python"), &args, &folder);
        let found = compare(&system, &root);
        let needs: Vec<_> = found.iter().filter(|told| told.starts_with("needed")).collect();
        assert_eq!(needs, ["needed-thing misses missing-thing"]);
    }
}

#[test]
fn environments_that_the_tester_names_hold_what_their_pip_says() {
    let Some(roots) = std::env::var_os("VENV_LSP_ENVIRONMENTS") else {
        eprintln!("skipped: `VENV_LSP_ENVIRONMENTS` names no environment");
        return;
    };
    let mut differ = Vec::new();
    for root in std::env::split_paths(&roots) {
        let compared = std::panic::catch_unwind(|| compare(&OsSystem::new(), &root));
        if compared.is_err() {
            differ.push(root);
        }
    }
    assert!(differ.is_empty(), "these are read otherwise: {differ:?}");
}

/// Compares the environment at `root` with what its Python and its pip say; comes back with the contradictions.
#[expect(clippy::print_stderr, reason = "what was compared is named in the output of the test")]
#[track_caller]
fn compare(system: &OsSystem, root: &Path) -> Vec<String> {
    let environment = read_environment(system, root).unwrap_or_else(|| panic!("{} is none", root.display()));
    assert!(!environment.is_broken(), "{:?}", environment.health);
    let said = run(&environment, &["-c", SAY]).expect("a Python says something");
    let said = said.rsplit("@@").nth(1).unwrap_or_else(|| panic!("it says: {said}"));
    let said: Value = serde_json::from_str(said).expect("the probe prints JSON");
    let mut theirs = BTreeMap::new();
    for told in said.as_array().expect("the probe prints a list") {
        let text = |index: usize| told[index].as_str().map(str::to_owned);
        let requires = told[3]
            .as_array()
            .map(|list| list.iter().filter_map(Value::as_str).filter_map(canonical).collect::<BTreeSet<_>>());
        // The first of a name counts.
        theirs.entry(normalize_name(&text(0).unwrap_or_default())).or_insert(Told {
            version: text(1).unwrap_or_default(),
            folder: text(2).map(|folder| real(Path::new(&folder))),
            requires,
            installer: text(4),
            url: text(5),
            editable: told[6].as_bool().unwrap_or_default(),
        });
    }
    let mut ours = read(system, &environment);
    for (name, told) in &mut ours {
        if let Some(their) = theirs.get(name) {
            if their.requires.is_none() {
                told.requires = None;
            }
            // What is reached by an `.egg-link` or a `.pth` has no `direct_url.json`.
            if their.url.is_none() {
                told.editable = false;
            }
        }
    }
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let differ = names.into_iter().filter(|name| ours.get(*name) != theirs.get(*name));
    let differ: Vec<_> = differ.map(|name| (name, ours.get(name), theirs.get(name))).collect();
    assert!(differ.is_empty(), "{}: ours, theirs: {differ:#?}", root.display());
    let pip = compare_with_pip(system, &environment);
    let digests = Digests::default().read_again(system, &environment);
    let found = digests.inspect(&environment);
    let told: Vec<String> = found.contradictions.iter().filter_map(as_pip_tells).collect();
    let mut compared = vec!["importlib.metadata".to_owned()];
    compared.extend(pip);
    compared.extend(compare_with_inspect(&environment, &ours));
    if let Some(check) = pip_check(&environment) {
        let ours: BTreeSet<&str> = told.iter().map(String::as_str).collect();
        assert_eq!(ours, check.iter().map(String::as_str).collect(), "{}: `pip check`", root.display());
        compared.push(format!("pip check ({} contradictions)", check.len()));
    }
    if environment.python.as_ref().is_some_and(|python| python.major == 3) {
        crate::modules::check_modules(&environment);
    }
    eprintln!("checked: {} distributions of `{}` with {}", ours.len(), root.display(), compared.join(", "));
    told
}

fn read(system: &OsSystem, environment: &Environment) -> BTreeMap<String, Told> {
    let mut ours = BTreeMap::new();
    for (name, distribution) in environment.distributions.sorted() {
        let metadata = read_metadata(system, environment, distribution);
        let provenance = read_provenance(system, environment, distribution);
        let texts = metadata.iter().flat_map(|metadata| &metadata.requires).map(shown);
        let told = Told {
            version: distribution.version.to_string(),
            folder: Some(real(&provenance.folder)),
            requires: Some(texts.collect()),
            installer: provenance.installer,
            url: provenance.url,
            editable: distribution.editable,
        };
        ours.insert(name.to_owned(), told);
    }
    ours
}

/// `pip list` tells names, versions, and where the project of an editable is.
fn compare_with_pip(system: &OsSystem, environment: &Environment) -> Option<String> {
    let list = run(environment, &["-m", "pip", "list", "--format", "json", "--disable-pip-version-check"])?;
    let list: Value = serde_json::from_str(list.lines().next().unwrap_or_default()).ok()?;
    let text = |told: &Value, key: &str| told[key].as_str().map(str::to_owned);
    let theirs: BTreeMap<_, _> = list
        .as_array()?
        .iter()
        .filter_map(|told| {
            let place = text(told, "editable_project_location").map(|place| real(Path::new(&place)));
            Some((normalize_name(&text(told, "name")?), (text(told, "version")?, place)))
        })
        .collect();
    // Only pip since 21.3 knows about all of them.
    let knows_editables = pip_version(environment) >= (21, 3);
    let ours: BTreeMap<_, _> = environment
        .distributions
        .sorted()
        .into_iter()
        .map(|(name, found)| {
            let place = if found.editable && knows_editables {
                read_provenance(system, environment, found).project.map(|project| real(&project))
            } else {
                theirs.get(name).and_then(|(_, place)| place.clone())
            };
            (name.to_owned(), (found.version.to_string(), place))
        })
        .collect();
    assert_eq!(ours, theirs, "{}: `pip list`", environment.root.display());
    Some("pip list".to_owned())
}

/// `pip inspect`, which came with 22.2, tells all that is in the metadata.
fn compare_with_inspect(environment: &Environment, ours: &BTreeMap<String, Told>) -> Option<String> {
    if pip_version(environment) < (22, 2) {
        return None;
    }
    let report = run(environment, &["-m", "pip", "inspect", "--disable-pip-version-check"])?;
    let report: Value = serde_json::from_str(&report).expect("pip prints JSON");
    for told in report["installed"].as_array().expect("it is a list") {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let name = normalize_name(told["metadata"]["name"].as_str().unwrap_or_default());
        let requires = told["metadata"]["requires_dist"].as_array().into_iter().flatten();
        let mut theirs = Told {
            version: text(&told["metadata"]["version"]).unwrap_or_default(),
            folder: text(&told["metadata_location"]).and_then(|info| Path::new(&info).parent().map(real)),
            requires: Some(requires.filter_map(Value::as_str).filter_map(canonical).collect()),
            installer: text(&told["installer"]).filter(|installer| !installer.is_empty()),
            url: text(&told["direct_url"]["url"]),
            editable: told["direct_url"]["dir_info"]["editable"] == true,
        };
        let mut ours = ours.get(&name).unwrap_or_else(|| panic!("`{name}` is not known")).clone();
        // pip makes a URL up for what it finds to be editable otherwise.
        if ours.url.is_none() {
            (ours.editable, theirs.editable, theirs.url) = (false, false, None);
        }
        // What `requires.txt` says, the metadata that pip reports does not.
        if theirs.requires.as_ref().is_some_and(BTreeSet::is_empty) && ours.installer.is_none() {
            ours.requires = theirs.requires.clone();
        }
        assert_eq!(ours, theirs, "{}: `pip inspect` of `{name}`", environment.root.display());
    }
    Some("pip inspect".to_owned())
}

fn pip_version(environment: &Environment) -> (u64, u64) {
    let version = environment.distributions.find("pip").and_then(|pip| pip.parsed.as_ref());
    let release = version.map(venv_syntax::Version::release).unwrap_or_default();
    (release.first().copied().unwrap_or(0), release.get(1).copied().unwrap_or(0))
}

/// What `pip check` says, in short.
fn pip_check(environment: &Environment) -> Option<Vec<String>> {
    if !environment.has_pip() {
        return None;
    }
    let output = python(environment, &["-m", "pip", "check", "--disable-pip-version-check"]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut told = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with("No broken requirements")) {
        let (who, what) = line.split_once(' ').unwrap_or((line, ""));
        let who = normalize_name(who);
        if let Some((_, rest)) = what.split_once(" requires ") {
            let name = rest.split([',', ' ']).next().unwrap_or_default();
            told.push(format!("{who} misses {}", normalize_name(name)));
        } else if let Some((_, rest)) = what.split_once(" has requirement ") {
            let name: String = rest
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
                .collect();
            told.push(format!("{who} wants {}", normalize_name(&name)));
        } else if what.ends_with("is not supported on this platform") {
            told.push(format!("{who} is for something else"));
        } else {
            panic!("`pip check` says: {line}");
        }
    }
    Some(told)
}

/// In the same form. pip does not look at `Requires-Python`, and what it cannot read is no line of its answer.
fn as_pip_tells(found: &Contradiction) -> Option<String> {
    Some(match &found.kind {
        ContradictionKind::Missing(need) => format!("{} misses {}", found.of, need.name),
        ContradictionKind::Version(need) => format!("{} wants {}", found.of, need.name),
        ContradictionKind::Platform(_) => format!("{} is for something else", found.of),
        ContradictionKind::Python(_) | ContradictionKind::Unreadable { .. } => return None,
    })
}

fn python(environment: &Environment, args: &[&str]) -> Command {
    let mut command = Command::new(&environment.executable);
    // Not `-I`, which would leave out the user's own folder.
    command.args(["-W", "ignore"]).args(args).current_dir(&environment.root);
    for variable in ["PYTHONPATH", "PYTHONHOME", "PIP_USER"] {
        command.env_remove(variable);
    }
    command
}

/// What it prints, if it ends well.
fn run(environment: &Environment, args: &[&str]) -> Option<String> {
    let output = python(environment, args).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Python and pip follow links at times.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// One form for the many in which a requirement can be written; `None` for one that cannot be read.
fn canonical(text: &str) -> Option<String> {
    let (requirement, errors) = venv_syntax::parse_requirement(text);
    requirement.filter(|_| errors.is_empty()).map(|requirement| shown(&requirement))
}

fn shown(requirement: &venv_syntax::Requirement) -> String {
    let mut versions: Vec<String> =
        requirement.specifiers.iter().map(|specifier| specifier.value.to_string()).collect();
    versions.sort_unstable();
    let mut extras: Vec<&str> = requirement.extras.iter().map(|extra| &*extra.normalized).collect();
    extras.sort_unstable();
    let url = requirement.url.as_ref().map(|url| &*url.text).unwrap_or_default();
    let has_marker = if requirement.marker.is_some() { " with a marker" } else { "" };
    format!("{}[{}] {}{url}{has_marker}", requirement.name.normalized, extras.join(","), versions.join(","))
}
