//! The tables of the standard library, beside what every Python here has.

use std::collections::BTreeSet;
use std::process::Command;

use venv_analysis::facts::Implementation;
use venv_analysis::stdlib::{Platform, stdlib_modules};

/// Prints the names of all modules of the standard library, one per line. Before 3.10 no list is kept: what lies in its
/// folders is taken, which are those of this platform only. It runs on 3.6 as well.
const LIST: &str = r#"
import os, sys, sysconfig
names = set(getattr(sys, "stdlib_module_names", ()))
if not names:
    names.update(sys.builtin_module_names)
    stdlib = sysconfig.get_path("stdlib")
    for folder in stdlib, os.path.join(stdlib, "lib-dynload"):
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            path = os.path.join(folder, name)
            if os.path.isfile(os.path.join(path, "__init__.py")):
                names.add(name)
            elif name.endswith((".py", ".so")):
                names.add(name.split(".")[0])
print("\n".join(sorted(names)))
"#;

/// In none of the tables, on purpose: `configparser` is a useful distribution too, the rest is for Python's own tests.
const LEFT_OUT: [&str; 5] = ["configparser", "test", "xxlimited", "xxlimited_35", "xxsubtype"];

#[test]
fn the_standard_library_is_what_every_python_has() {
    let (_, machine) = crate::machine();
    for python in &machine.interpreters {
        let minor = python.version.minor;
        if python.version.implementation != Implementation::CPython || !(6..=14).contains(&minor) {
            eprintln!("skipped: the tables are not those of Python {}", python.version);
            continue;
        }
        let output = Command::new(&python.executable).args(["-I", "-c", LIST]).output();
        let output = output.unwrap_or_else(|error| panic!("`{}`: {error}", python.executable.display()));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let theirs: BTreeSet<&str> =
            said.lines().filter(|name| !name.starts_with('_') && !LEFT_OUT.contains(name)).collect();
        assert!(theirs.contains("os"), "`{}` says: {said}", python.executable.display());
        let keeps_list = minor >= 10;
        let modules: Vec<_> = stdlib_modules().filter(|module| module.is_in_all(minor, minor)).collect();
        let ours: BTreeSet<&str> = modules.iter().map(|module| module.name).collect();
        let unknown: Vec<_> = theirs.difference(&ours).filter(|name| is_name(name)).collect();
        assert!(unknown.is_empty(), "Python {} has {unknown:?} too", python.version);
        for module in &modules {
            // Debian keeps some in packages of their own, and a Python may be built without others.
            let may_lack = !keeps_list
                && (module.only_on == Some(Platform::Windows)
                    || [
                        "ensurepip",
                        "tkinter",
                        "turtle",
                        "turtledemo",
                        "idlelib",
                        "lib2to3",
                        "distutils",
                        "venv",
                    ]
                    .contains(&module.name)
                    || module.only_on == Some(Platform::Unix) && cfg!(windows));
            let has = theirs.contains(module.name);
            assert!(has || may_lack, "Python {} has no `{}`", python.version, module.name);
        }
        eprintln!("checked: the {} modules of Python {}", theirs.len(), python.version);
    }
}

/// What lies in the folders of an older Python is not all a module.
fn is_name(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Prints which of the names that it is given can be found, and all that `importlib.metadata` holds for modules of
/// distributions and that can be found.
const FIND: &str = r#"
import importlib.util, json, sys
def is_there(name):
    try:
        return importlib.util.find_spec(name) is not None
    except Exception:
        return False
theirs = {}
try:
    from importlib.metadata import packages_distributions
    for module, names in packages_distributions().items():
        if module.isidentifier() and module != "__pycache__" and is_there(module):
            for name in names:
                theirs.setdefault(name, []).append(module)
except ImportError:
    pass
print("@@" + json.dumps([[name for name in json.loads(sys.argv[1]) if not is_there(name)], theirs]))
"#;

/// Compares the modules of the distributions of an environment with what its Python finds.
#[expect(clippy::print_stderr, reason = "what was compared is named in the output of the test")]
#[track_caller]
pub fn check_modules(environment: &venv_analysis::facts::Environment) {
    let system = venv_discovery::OsSystem::new();
    let mut by_name = std::collections::BTreeMap::new();
    for (name, distribution) in environment.distributions.sorted() {
        let modules = venv_discovery::modules_of(&system, environment, distribution);
        by_name.insert(name.to_owned(), modules);
    }
    let all: BTreeSet<&String> = by_name.values().flatten().collect();
    let asked = serde_json::to_string(&all).expect("names are text");
    let output = Command::new(&environment.executable).args(["-I", "-c", FIND, &asked]).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", environment.executable.display()));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = said.rsplit("@@").next().unwrap_or_default();
    let said: serde_json::Value = serde_json::from_str(said).expect("the probe prints JSON");
    assert_eq!(said[0], serde_json::json!([]), "{}: cannot be imported", environment.root.display());
    for (name, modules) in said[1].as_object().into_iter().flatten() {
        let ours = &by_name[&venv_syntax::normalize_name(name)];
        let tops: BTreeSet<&str> = ours.iter().filter_map(|module| module.split('.').next()).collect();
        let modules = modules.as_array().into_iter().flatten().filter_map(serde_json::Value::as_str);
        let lacking: Vec<&str> = modules.filter(|module| !tops.contains(module)).collect();
        assert!(lacking.is_empty(), "{}: `{name}` brings {lacking:?} too", environment.root.display());
    }
    eprintln!("checked: {} modules of {} distributions", all.len(), by_name.len());
}
