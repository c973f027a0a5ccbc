//! What is installed, from names alone.

use std::time::Instant;

use test_support::memory_system::{Call, MemorySystem};

use crate::{read, venv};

const SITE: &str = "/p/.venv/lib/python3.12/site-packages";

fn system(entries: &str) -> MemorySystem {
    let mut system = MemorySystem::linux(&venv("/p/.venv"));
    system.remove(&format!("{SITE}/pip-24.0.dist-info"));
    for entry in entries.lines().map(str::trim).filter(|entry| !entry.is_empty()) {
        system.add(&format!("{SITE}/{entry}"));
    }
    system
}

fn installed(system: &MemorySystem) -> Vec<String> {
    let found = read(system, "/p/.venv");
    found
        .distributions
        .sorted()
        .into_iter()
        .map(|(normalized, found)| {
            let editable = if found.editable { " editable" } else { "" };
            let parsed = if found.parsed.is_some() { "" } else { " unparsed" };
            format!("{normalized}: {} {}{editable}{parsed}", found.name, found.version)
        })
        .collect()
}

#[test]
fn names_and_versions_come_from_the_names_of_folders() {
    let system = system(
        "
        Flask_SQLAlchemy-3.1.1.dist-info/
        zope.interface-5.4.0.dist-info/
        torch-2.5.1+cu121.dist-info/
        PyGObject-3.42.2.egg-info
        six-1.16.0-py3.11.egg-info/
        pytz-2004d-py3.11.egg-info/
        six/
        six.py
        typing_extensions.py
        not-a-folder-1.0.dist-info
        ~equests-2.31.0.dist-info/
        old-1.0-py3.12.egg/
        ",
    );
    assert_eq!(
        installed(&system),
        [
            "flask-sqlalchemy: Flask_SQLAlchemy 3.1.1",
            "old: old 1.0",
            "pygobject: PyGObject 3.42.2",
            "pytz: pytz 2004d unparsed",
            "six: six 1.16.0",
            "torch: torch 2.5.1+cu121",
            "zope-interface: zope.interface 5.4.0",
        ]
    );
    assert_eq!(files_read_in_site(&system), 0);
}

fn files_read_in_site(system: &MemorySystem) -> usize {
    system.calls().iter().filter(|(call, path)| *call == Call::Read && path.starts_with(SITE)).count()
}

#[test]
fn a_folder_without_a_version_is_opened() {
    let system = system(
        "
        mine.egg-info/PKG-INFO: Metadata-Version: 2.1 | Name: My.Own | Version: 0.3 | | Version: 9
        bare.dist-info/METADATA: Name: bare | Version: 1.0
        single.egg-info: Name: single | Version: 2.0
        empty.dist-info/
        ",
    );
    assert_eq!(installed(&system), ["bare: bare 1.0", "my-own: My.Own 0.3", "single: single 2.0"]);
}

#[test]
fn editable_distributions_are_told_by_what_lies_beside_them() {
    let mut system = system(
        "
        __editable__.by_setuptools-0.1.pth: /src/a
        by_setuptools-0.1.dist-info/
        _editable_impl_by_hatch.pth: /src/b
        by_hatch-0.2.dist-info/
        _by_flit.pth: /src/c
        by_flit-0.3.dist-info/direct_url.json: {\"url\": \"file:///src/c\", \"dir_info\": { \"editable\" : true }}
        coloredlogs.pth: import coloredlogs
        coloredlogs-15.0.dist-info/
        _virtualenv.pth: import _virtualenv
        virtualenv-21.0.dist-info/
        by-develop.egg-link: /src/d | .
        lost.egg-link: /gone | .
        ",
    );
    system.add("/src/d/by_develop.egg-info/PKG-INFO: Name: by-develop | Version: 0.4.dev0");
    assert_eq!(
        installed(&system),
        [
            "by-develop: by-develop 0.4.dev0 editable",
            "by-flit: by_flit 0.3 editable",
            "by-hatch: by_hatch 0.2 editable",
            "by-setuptools: by_setuptools 0.1 editable",
            "coloredlogs: coloredlogs 15.0",
            "lost: lost  editable unparsed",
            "virtualenv: virtualenv 21.0",
        ]
    );
}

#[test]
fn a_large_environment_costs_one_listing() {
    let mut system = MemorySystem::linux(&venv("/p/.venv"));
    for index in 0..5_000 {
        system.add(&format!(
            "{SITE}/package_{index}-{}.{}.{index}.dist-info/METADATA",
            index % 7,
            index % 31
        ));
        system.add(&format!("{SITE}/package_{index}/__init__.py"));
    }
    let before = system.calls().len();
    let begun = Instant::now();
    let found = read(&system, "/p/.venv");
    eprintln!("5,000 distributions in memory: {:?}", begun.elapsed());
    assert_eq!(found.distributions.len(), 5_001);
    assert!(found.distributions.sorted().iter().all(|(_, found)| found.parsed.is_some()));
    let calls = system.calls().split_off(before);
    let listings = calls.iter().filter(|(call, path)| *call == Call::ReadDir && path.starts_with(SITE));
    assert_eq!(listings.count(), 1);
    assert!(calls.len() < 40, "{} calls: {calls:#?}", calls.len());
}
