//! Real environments, made by real tools with every Python of this machine, and compared with what that
//! Python itself says.
//!
//! The library starts no process; this test does, to have something to compare with. A tool that is not
//! there is named in the output.
#![expect(clippy::disallowed_methods, reason = "environments are made on the real disk by real programs")]

#[cfg(unix)]
mod damage;
mod metadata;
mod modules;
#[cfg(target_os = "linux")]
mod pip_config;
mod reading;
#[cfg(unix)]
mod tools;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use venv_analysis::facts::{Environment, EnvironmentKind, Interpreter, Machine};
use venv_discovery::{OsSystem, read_environment, read_machine};
use venv_syntax::{MarkerEnvironment, normalize_name};

/// What a Python says of itself, as one line of JSON. It runs on 3.6 as well.
const PROBE: &str = r#"
import json, os, platform, site, sys, sysconfig
def full(info):
    version = "%d.%d.%d" % (info.major, info.minor, info.micro)
    kind = info.releaselevel
    return version if kind == "final" else version + {"alpha": "a", "beta": "b", "candidate": "rc"}[kind] + str(info.serial)
names = []
try:
    from importlib.metadata import distributions
    for found in distributions():
        names.append([found.metadata["Name"], found.version])
except ImportError:
    names = None
stdlib = sysconfig.get_path("stdlib")
sys.stdout.write("\n@@" + json.dumps({
    "prefix": sys.prefix,
    "in_environment": sys.prefix != sys.base_prefix,
    "path": [path for path in sys.path if path.endswith("-packages")],
    "purelib": sysconfig.get_path("purelib"),
    "distributions": names,
    "managed": os.path.isfile(os.path.join(stdlib, "EXTERNALLY-MANAGED")),
    "ensurepip": os.path.isfile(os.path.join(stdlib, "ensurepip", "__main__.py")),
    "markers": {
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "python_full_version": platform.python_version(),
        "os_name": os.name,
        "sys_platform": sys.platform,
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "implementation_name": sys.implementation.name,
        "implementation_version": full(sys.implementation.version),
    },
}) + "@@\n")
"#;

/// Asks `python`. Code in `.pth` files may print as well, so that the answer has marks around it.
#[track_caller]
fn ask(python: &Path) -> Value {
    let output = Command::new(python)
        .args(["-I", "-c", PROBE])
        .env_remove("PYTHONHOME")
        .output()
        .unwrap_or_else(|error| panic!("`{}` does not start: {error}", python.display()));
    let text = String::from_utf8_lossy(&output.stdout);
    let answer = text.rsplit("@@").nth(1).unwrap_or_else(|| {
        panic!("`{}` says nothing: {}", python.display(), String::from_utf8_lossy(&output.stderr))
    });
    serde_json::from_str(answer).expect("the probe prints JSON")
}

#[track_caller]
fn run(program: &Path, args: &[&str], folder: &Path) {
    let output = Command::new(program)
        .args(args)
        .current_dir(folder)
        .env_remove("VIRTUAL_ENV")
        .env_remove("PYTHONHOME")
        .env("UV_PYTHON_DOWNLOADS", "never")
        .output()
        .unwrap_or_else(|error| panic!("`{}` does not start: {error}", program.display()));
    assert!(
        output.status.success(),
        "`{} {}` fails: {}{}",
        program.display(),
        args.join(" "),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn machine() -> (OsSystem, Machine) {
    let system = OsSystem::new();
    let machine = read_machine(&system);
    assert!(
        !machine.interpreters.is_empty(),
        "these tests need a Python 3 on `PATH` or in a well-known place"
    );
    (system, machine)
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// Every variable that we claim to know has the value that Python gives.
#[track_caller]
fn check_markers(ours: &MarkerEnvironment, theirs: &Value, must_know_patch: bool) {
    let theirs = &theirs["markers"];
    let MarkerEnvironment {
        python_version,
        python_full_version,
        os_name,
        sys_platform,
        platform_release,
        platform_system,
        platform_version,
        platform_machine,
        platform_python_implementation,
        implementation_name,
        implementation_version,
    } = ours;
    let known = [
        ("python_version", python_version),
        ("os_name", os_name),
        ("sys_platform", sys_platform),
        ("platform_system", platform_system),
        ("platform_machine", platform_machine),
        ("platform_python_implementation", platform_python_implementation),
        ("implementation_name", implementation_name),
    ];
    for (name, ours) in known {
        assert_eq!(ours.as_deref(), text(theirs, name), "{name}");
    }
    let perhaps = [
        ("python_full_version", python_full_version, must_know_patch),
        (
            "implementation_version",
            implementation_version,
            must_know_patch && text(theirs, "implementation_name") == Some("cpython"),
        ),
        ("platform_release", platform_release, cfg!(unix)),
        ("platform_version", platform_version, cfg!(unix)),
    ];
    for (name, ours, must_know) in perhaps {
        if must_know || ours.is_some() {
            assert_eq!(ours.as_deref(), text(theirs, name), "{name}");
        }
    }
}

/// Compares the environment at `root` with what its own Python says.
#[track_caller]
fn check(system: &OsSystem, root: &Path, kind: EnvironmentKind) -> Environment {
    let found = read_environment(system, root).unwrap_or_else(|| panic!("`{}` is not read", root.display()));
    let said = ask(&found.executable);
    assert_eq!(found.health, [], "{}", root.display());
    assert_eq!(found.kind, kind);
    assert_eq!(said["in_environment"], true);
    assert_eq!(text(&said, "prefix").map(Path::new), Some(root));
    check_markers(&found.markers, &said, true);

    let theirs: Vec<PathBuf> = said["path"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|path| path.as_str().map(PathBuf::from))
        .collect();
    // `-I` leaves out the user's own folder, and a `lib64` that is a link to `lib` shows up twice.
    let user = system_home().join(".local");
    let ours: Vec<_> = found
        .site_packages
        .iter()
        .filter(|folder| folder.to_string_lossy().ends_with("-packages") && !folder.starts_with(&user))
        .collect();
    let theirs: Vec<_> = theirs.iter().filter(|folder| !folder.iter().any(|part| part == "lib64")).collect();
    assert_eq!(ours, theirs);
    assert_eq!(text(&said, "purelib").map(Path::new), found.site_packages.first().map(PathBuf::as_path));

    if ours.len() == found.site_packages.len() {
        check_distributions(&found, &said);
    }
    found
}

fn system_home() -> PathBuf {
    use venv_discovery::System;
    OsSystem::new().home().expect("there is a home folder")
}

#[track_caller]
fn check_distributions(found: &Environment, said: &Value) {
    let Some(names) = said["distributions"].as_array() else { return };
    let mut seen = BTreeSet::new();
    // The first of a name is the one that counts.
    let theirs: BTreeSet<(String, String)> = names
        .iter()
        .filter_map(|pair| Some((normalize_name(pair[0].as_str()?), pair[1].as_str()?.to_owned())))
        .filter(|(name, _)| seen.insert(name.clone()))
        .collect();
    let ours: BTreeSet<(String, String)> = found
        .distributions
        .sorted()
        .into_iter()
        .map(|(name, found)| (name.to_owned(), found.version.to_string()))
        .collect();
    assert_eq!(ours, theirs);
}

/// Makes an environment by `-m venv`. `None` where that Python has no `venv`.
#[expect(clippy::print_stderr, reason = "what is left out is named in the output of the test")]
fn make_venv(python: &Interpreter, root: &Path, options: &[&str]) -> Option<()> {
    let check = Command::new(&python.executable).args(["-I", "-c", "import venv"]).output();
    if !check.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: `{}` has no module `venv`", python.executable.display());
        return None;
    }
    let mut args = vec!["-m", "venv"];
    args.extend(options);
    args.push(root.to_str().expect("the temporary folder has a plain name"));
    run(&python.executable, &args, root.parent().expect("the root lies in a folder"));
    Some(())
}

#[test]
fn interpreters_say_the_same_of_themselves() {
    let (_, machine) = machine();
    for python in &machine.interpreters {
        let said = ask(&python.executable);
        eprintln!("checked: `{}` {}", python.executable.display(), python.version);
        assert_eq!(said["in_environment"], false);
        assert_eq!(said["managed"], python.externally_managed.is_some());
        assert_eq!(said["ensurepip"], python.has_ensurepip);
        check_markers(&python.markers, &said, false);
        if let Some(names) = said["distributions"].as_array() {
            let pip = names.iter().find(|pair| pair[0].as_str() == Some("pip"));
            let pip = pip.and_then(|pair| pair[1].as_str().map(str::to_owned));
            assert_eq!(python.pip.as_ref().map(ToString::to_string), pip);
        }
    }
}

#[test]
fn the_first_interpreter_is_what_python3_starts() {
    let (_, machine) = machine();
    if cfg!(windows) {
        eprintln!("skipped: `python3` is not the usual name on Windows");
        return;
    }
    // In a neutral folder, where no `.python-version` has a say.
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let output = Command::new("python3")
        .args(["-I", "-c", "import os, sys; print(os.path.realpath(sys.executable))"])
        .current_dir(folder.path())
        .output();
    let Ok(output) = output else {
        eprintln!("skipped: there is no `python3` on `PATH`");
        return;
    };
    let started = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let first = fs::canonicalize(&machine.interpreters[0].executable).expect("the interpreter exists");
    assert_eq!(first, Path::new(&started));
}

#[test]
fn environments_of_every_python_are_read_as_they_are() {
    let (system, machine) = machine();
    let temporary = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = fs::canonicalize(temporary.path()).expect("it exists");
    for (index, python) in machine.interpreters.iter().enumerate() {
        let plain = folder.join(format!("plain {index} ä"));
        if make_venv(python, &plain, &["--without-pip"]).is_none() {
            continue;
        }
        let found = check(&system, &plain, EnvironmentKind::Venv);
        assert!(!found.has_pip() && !found.include_system_site_packages);

        let open = folder.join(format!("open-{index}"));
        make_venv(python, &open, &["--without-pip", "--system-site-packages"]);
        let found = check(&system, &open, EnvironmentKind::Venv);
        assert!(found.include_system_site_packages);

        if cfg!(unix) {
            let copied = folder.join(format!("copied-{index}"));
            make_venv(python, &copied, &["--without-pip", "--copies"]);
            check(&system, &copied, EnvironmentKind::Venv);
        }
        eprintln!("checked: `venv` with Python {}", python.version);
    }
}

#[test]
fn an_environment_with_pip_is_read_as_it_is() {
    let (system, machine) = machine();
    let Some(python) = machine.interpreters.iter().find(|python| python.has_ensurepip) else {
        eprintln!("skipped: no Python here can put pip into an environment");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let root = fs::canonicalize(folder.path()).expect("it exists").join(".venv");
    make_venv(python, &root, &[]);
    assert!(check(&system, &root, EnvironmentKind::Venv).has_pip());
}

#[test]
fn folders_named_in_path_files_are_those_that_python_adds() {
    let (system, machine) = machine();
    let temporary = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = fs::canonicalize(temporary.path()).expect("it exists");
    for (index, python) in machine.interpreters.iter().enumerate() {
        let root = folder.join(format!("named-{index}"));
        if make_venv(python, &root, &["--without-pip"]).is_none() {
            continue;
        }
        let site = read_environment(&system, &root).expect("it is one").site_packages.swap_remove(0);
        for (place, name) in [("in/own-packages", "own"), ("../far-packages", "far"), (".", "far")] {
            let info = site.join(place).join(format!("{name}-1.{}.dist-info", place.len()));
            fs::create_dir_all(&info).expect("folders can be made");
            let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.{}\n", place.len());
            fs::write(info.join("METADATA"), metadata).expect("files can be written");
        }
        let absolute = site.join("in/own-packages");
        let lines = format!("# note\n\nimport os\n/gone-packages\n{}  \r\n.\n", absolute.display());
        fs::write(site.join("b.pth"), lines).expect("files can be written");
        fs::write(site.join("a.pth"), "in/../../far-packages\n").expect("files can be written");
        let found = check(&system, &root, EnvironmentKind::Venv);
        assert_eq!(found.site_packages.len(), 3);
    }
}

#[test]
fn environments_of_uv_are_read_as_they_are() {
    let (system, machine) = machine();
    let Some(uv) = &machine.tools.uv else {
        eprintln!("skipped: there is no `uv` on `PATH`");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let folder_path = fs::canonicalize(folder.path()).expect("it exists");
    for (index, python) in machine.interpreters.iter().enumerate() {
        let root = folder_path.join(format!("uv-{index}"));
        let executable = python.executable.to_str().expect("interpreters have plain names here");
        let name = root.to_str().expect("the temporary folder has a plain name");
        run(uv, &["venv", "--quiet", "--no-config", "--python", executable, name], &folder_path);
        let found = check(&system, &root, EnvironmentKind::Uv);
        assert!(!found.has_pip());
        eprintln!("checked: `uv venv` with Python {}", python.version);
    }
}

#[test]
fn an_environment_of_virtualenv_is_read_as_it_is() {
    let (system, machine) = machine();
    let works =
        Command::new("virtualenv").arg("--version").output().is_ok_and(|output| output.status.success());
    if !works {
        eprintln!("skipped: there is no `virtualenv` on `PATH`");
        return;
    }
    let Some(python) = machine.interpreters.iter().find(|python| python.version.minor >= 9) else {
        eprintln!("skipped: virtualenv has no Python here that is new enough");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let folder_path = fs::canonicalize(folder.path()).expect("it exists");
    let root = folder_path.join("made");
    let executable = python.executable.to_str().expect("interpreters have plain names here");
    let name = root.to_str().expect("the temporary folder has a plain name");
    run(
        Path::new("virtualenv"),
        &["--quiet", "--no-periodic-update", "--python", executable, name],
        &folder_path,
    );
    assert!(check(&system, &root, EnvironmentKind::Virtualenv).has_pip());
}

#[cfg(unix)]
#[test]
fn damage_to_a_real_environment_is_seen() {
    let (system, machine) = machine();
    let python = &machine.interpreters[0];
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let folder_path = fs::canonicalize(folder.path()).expect("it exists");
    let codes = |root: &Path| {
        let found = read_environment(&system, root).expect("it is an environment");
        found.health.iter().map(|issue| issue.code).collect::<Vec<_>>()
    };

    // The base is taken away.
    let root = folder_path.join("dangling");
    if make_venv(python, &root, &["--without-pip"]).is_none() {
        return;
    }
    fs::remove_file(root.join("bin/python")).expect("it is there");
    std::os::unix::fs::symlink("/nowhere/python3", root.join("bin/python")).expect("a link can be made");
    assert_eq!(codes(&root), ["python-missing"]);

    // Two Pythons make the same environment: the second one says that all went well.
    let other = machine.interpreters.iter().find(|other| {
        (other.version.major, other.version.minor) != (python.version.major, python.version.minor)
    });
    match other {
        Some(other) => {
            let root = folder_path.join("chimera");
            make_venv(python, &root, &["--without-pip"]);
            make_venv(other, &root, &["--without-pip"]);
            assert_eq!(codes(&root), ["two-pythons"]);
            let found = read_environment(&system, &root).expect("it is an environment");
            let said = ask(&found.executable);
            assert_eq!(found.markers.python_version.as_deref(), text(&said["markers"], "python_version"));
        }
        None => eprintln!("skipped: there is one Python only"),
    }

    // Without its `pyvenv.cfg` it is none to Python, but one to us, and ill.
    let root = folder_path.join("lost");
    make_venv(python, &root, &["--without-pip"]);
    fs::remove_file(root.join("pyvenv.cfg")).expect("it is there");
    assert_eq!(codes(&root), ["pyvenv-cfg-missing"]);
    assert_eq!(ask(&root.join("bin/python"))["in_environment"], false);
}
