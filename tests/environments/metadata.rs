//! What distributions say of themselves, beside what `importlib.metadata` of every Python here says they do.

use std::process::Command;

use serde_json::Value;
use venv_analysis::facts::Environment;
use venv_discovery::{info_folder, read_environment, read_metadata};

/// For each distribution of a folder: name, version, summary, extras, requirements.
const SAY: &str = r#"
import json, sys
from importlib.metadata import distributions
told = []
for found in distributions(path=sys.argv[1:]):
    said = found.metadata
    told.append([said["Name"], found.version, said["Summary"], said.get_all("Provides-Extra") or [], found.requires or []])
sys.stdout.write(json.dumps(told))
"#;

#[test]
fn metadata_is_what_python_reads_in_it() {
    let (system, machine) = crate::machine();
    let temporary = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = std::fs::canonicalize(temporary.path()).expect("it exists");
    for (index, python) in machine.interpreters.iter().enumerate() {
        if python.version.minor < 8 {
            eprintln!("skipped: Python {} has no `importlib.metadata`", python.version);
            continue;
        }
        let root = folder.join(format!("open-{index}"));
        if crate::make_venv(python, &root, &["--without-pip", "--system-site-packages"]).is_none() {
            continue;
        }
        let environment = read_environment(&system, &root).expect("it is an environment");
        for (number, site) in environment.site_packages.iter().enumerate() {
            let output = Command::new(&python.executable).args(["-I", "-c", SAY]).arg(site).output();
            let output = output.unwrap_or_else(|error| panic!("`{}`: {error}", python.executable.display()));
            let told: Value = serde_json::from_slice(&output.stdout)
                .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
            let told = told.as_array().expect("the probe prints a list");
            told.iter().for_each(|told| check(&environment, number, told));
            eprintln!("checked: {} distributions of Python {}", told.len(), python.version);
        }
    }
}

#[track_caller]
fn check(environment: &Environment, site: usize, told: &Value) {
    let system = venv_discovery::OsSystem::new();
    let text = |index: usize| told[index].as_str().unwrap_or_default();
    let list = |index: usize| -> Vec<&str> {
        told[index].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let name = venv_syntax::normalize_name(text(0));
    // One of the same name may come first, in this folder or before it.
    let Some(distribution) = environment.distributions.find(&name) else { return };
    if usize::from(distribution.site) != site || *distribution.version != *text(1) {
        return;
    }
    assert!(info_folder(&system, environment, distribution).is_some(), "{name} is described somewhere");
    let ours = read_metadata(&system, environment, distribution);
    let ours = ours.unwrap_or_else(|| panic!("{name} says nothing"));
    assert_eq!((&*ours.name, &*ours.version), (text(0), text(1)));
    let summary = text(2).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(*ours.summary == *summary || summary == "UNKNOWN", "{name}: {} {summary}", ours.summary);
    let requires = ours.requires.len();
    // What cannot be read is left out, and so is an extra that is no name.
    let readable =
        list(4).into_iter().filter(|text| venv_syntax::parse_requirement(text).1.is_empty()).count();
    assert_eq!(requires, readable, "{name} requires {:?}", list(4));
    for extra in list(3) {
        let normalized = venv_syntax::normalize_name(extra);
        assert!(ours.extras.iter().any(|extra| *extra.normalized == *normalized), "{name} has `{extra}`");
    }
}
