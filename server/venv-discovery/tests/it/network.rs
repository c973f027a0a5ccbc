//! Which proxies are named, and which index a pip was made for.

use std::path::Path;

use test_support::memory_system::MemorySystem;
use venv_discovery::{default_index, read_environment, read_network, read_pip_settings};

const INDEX: &str =
    "class PackageIndex: | pass | PyPI = PackageIndex(\"https://index.test/\", file_storage_domain=\"x\")";

#[test]
fn the_environment_says_what_matters_behind_a_socks_proxy() {
    let mut system = MemorySystem::linux(&format!(
        "
        /usr/bin/python3.12*
        /usr/lib/python3.12/os.py
        /p/.venv/pyvenv.cfg: home = /usr/bin | version = 3.12.1
        /p/.venv/bin/python -> /usr/bin/python3.12
        /p/.venv/lib/python3.12/site-packages/socks.py
        /p/.venv/lib/python3.12/site-packages/pip/_internal/models/index.py: {INDEX}
        "
    ));
    let environment = read_environment(&system, Path::new("/p/.venv"));
    let read = |system: &MemorySystem| {
        let pip = read_pip_settings(system, Some(Path::new("/p/.venv")));
        read_network(system, &pip, environment.as_ref())
    };
    system.set_env("Https_Proxy", "http://p");
    system.set_env("no_proxy", "");
    let network = read(&system);
    let named: Vec<_> = network.proxies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(named, ["Https_Proxy=http://p", "no_proxy="]);
    assert_eq!((network.imports_socks, network.default_index), (false, None), "it does not matter");
    system.set_env("PIP_PROXY", "socks5://p");
    let network = read(&system);
    assert!(network.imports_socks);
    assert_eq!(network.default_index.as_deref(), Some("https://index.test/simple"));
}

#[test]
fn an_interpreter_has_a_pip_of_its_own() {
    let system = MemorySystem::linux(&format!(
        "
        /opt/py/bin/python3.12*
        /opt/py/lib/python3.12/os.py
        /opt/py/lib/python3.12/site-packages/pip/models/index.py: {INDEX}
        "
    ));
    let found = |path| default_index(&system, None, Some(Path::new(path)));
    assert_eq!(found("/opt/py/bin/python3.12").as_deref(), Some("https://index.test/simple"));
    assert_eq!(found("/opt/other/bin/python3.12"), None);
}
