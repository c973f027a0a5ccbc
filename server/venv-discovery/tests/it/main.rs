//! What is found on machines in memory.

mod cures;
mod digests;
mod distributions;
mod health;
mod inventory;
mod layouts;
mod machine;
mod markers;
mod metadata;
mod moved;
#[cfg(unix)]
mod network;
mod os_system;
mod pip_config;
mod places;
mod resolve;
mod tools;
mod uv_config;

use std::path::Path;
use std::sync::Arc;

use test_support::memory_system::MemorySystem;
use venv_analysis::facts::{Environment, Resolution};
use venv_discovery::{Request, read_environment, resolve as resolve_with};

/// A healthy environment at `$ROOT`, made by `python3.12 -m venv` from `/usr/bin/python3.12`.
const VENV: &str = "
    /usr/bin/python3.12*
    /usr/lib/python3.12/os.py
    $ROOT/pyvenv.cfg: home = /usr/bin | include-system-site-packages = false | version = 3.12.1
    $ROOT/bin/python -> /usr/bin/python3.12
    $ROOT/bin/activate
    $ROOT/lib64 -> lib
    $ROOT/lib/python3.12/site-packages/pip-24.0.dist-info/
";

fn venv(root: &str) -> String {
    VENV.replace("$ROOT", root)
}

#[track_caller]
fn read(system: &MemorySystem, root: &str) -> Environment {
    read_environment(system, Path::new(root)).unwrap_or_else(|| panic!("`{root}` is read as no environment"))
}

fn codes(environment: &Environment) -> Vec<&'static str> {
    environment.health.iter().map(|issue| issue.code).collect()
}

fn version(environment: &Environment) -> String {
    environment.python.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn resolve(system: &MemorySystem, request: &Request) -> Resolution {
    resolve_with(system, request, &|root| read_environment(system, root).map(Arc::new))
}
