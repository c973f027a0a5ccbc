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
        left-1.0-py3.12.egg/
        ",
    );
    assert_eq!(
        installed(&system),
        [
            "flask-sqlalchemy: Flask_SQLAlchemy 3.1.1",
            "pygobject: PyGObject 3.42.2",
            "pytz: pytz 2004d unparsed",
            "six: six 1.16.0",
            "torch: torch 2.5.1+cu121",
            "zope-interface: zope.interface 5.4.0",
        ]
    );
    assert_eq!(files_read_in_site(&system), 0);
}

#[test]
fn eggs_count_once_a_path_file_names_them() {
    let system = system(
        "
        old-1.0-py3.12.egg/
        zipped-1.0-py3.12.egg
        left-1.0-py3.12.egg/
        easy-install.pth: ./old-1.0-py3.12.egg | ./gone-1.0-py3.12.egg | ./zipped-1.0-py3.12.egg
        ",
    );
    assert_eq!(installed(&system), ["old: old 1.0", "zipped: zipped 1.0"]);
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
        easy-install.pth: /src/d
        lost.egg-link: /src/lost | .
        ",
    );
    system.add("/src/d/by_develop.egg-info/PKG-INFO: Name: by-develop | Version: 0.4.dev0");
    system.add("/src/lost/lost.egg-info/PKG-INFO: Name: lost | Version: 1.0");
    assert_eq!(
        installed(&system),
        [
            "by-develop: by-develop 0.4.dev0 editable",
            "by-flit: by_flit 0.3 editable",
            "by-hatch: by_hatch 0.2 editable",
            "by-setuptools: by_setuptools 0.1 editable",
            "coloredlogs: coloredlogs 15.0",
            "virtualenv: virtualenv 21.0",
        ]
    );
}

fn sites(system: &MemorySystem) -> Vec<String> {
    let found = read(system, "/p/.venv").site_packages;
    found.iter().map(|folder| folder.display().to_string()).collect()
}

#[test]
fn folders_named_in_path_files_hold_distributions_too() {
    let mut system = system(
        "
        easy-install.pth: import sys; sys.__plen = len(sys.path) | # note | ./old-1.0-py3.12.egg | /src/develop |
        old-1.0-py3.12.egg/EGG-INFO/PKG-INFO: Name: old | Version: 1.0
        both-1.0.dist-info/
        extra.pth: ../../../../vendor/./lib | /gone | /src/file.zip | /src/develop | . | vendored
        vendored/inner-5.0.dist-info/
        .hidden.pth: /src/hidden
        folder.pth/
        ",
    );
    system.write(&format!("{SITE}/broken.pth"), b"\xff\xfe/\x00\n/src/after\r\n");
    system.write(&format!("{SITE}/large.pth"), "/src/hidden\n".repeat(10_000));
    system.add(
        "
        /src/develop/my_tool.egg-info/PKG-INFO: Name: my-tool | Version: 0.4.dev0
        /src/develop/both-9.0.dist-info/
        /src/develop/next.pth: /src/hidden
        /src/hidden/hidden-1.0.dist-info/
        /src/after/after-3.0.dist-info/
        /src/file.zip
        /p/vendor/lib/requests-2.31.0.dist-info/
        ",
    );
    assert_eq!(
        installed(&system),
        [
            "after: after 3.0",
            "both: both 1.0",
            "inner: inner 5.0",
            "my-tool: my-tool 0.4.dev0",
            "old: old 1.0",
            "requests: requests 2.31.0",
        ]
    );
    let vendored = format!("{SITE}/vendored");
    assert_eq!(sites(&system), [SITE, "/src/after", "/src/develop", "/p/vendor/lib", &vendored]);
    let found = read(&system, "/p/.venv");
    assert_eq!(found.distributions.find("requests").map(|found| found.site), Some(3));
    assert!(found.health.is_empty(), "{:?}", found.health);
}

#[test]
fn path_files_that_hold_code_or_name_what_is_known_are_not_opened() {
    let mut system = system(
        "
        __editable__.mine-0.1.pth: /src/mine
        mine-0.1.dist-info/
        _editable_impl_yours.pth: /src/mine
        yours-0.1.dist-info/
        _virtualenv.pth: import _virtualenv
        distutils-precedence.pth: import os
        google_cloud-1.0-py3.12-nspkg.pth: import sys, types, os
        ",
    );
    system.add("/src/mine/other-1.0.dist-info/");
    assert_eq!(installed(&system), ["mine: mine 0.1 editable", "yours: yours 0.1 editable"]);
    assert_eq!(sites(&system), [SITE]);
    assert_eq!(files_read_in_site(&system), 0);
}

#[test]
fn path_files_that_name_folders_without_end_are_followed_for_a_while() {
    let mut system = system("");
    let mut lines = String::new();
    for index in 0..1_000 {
        system.add(&format!("/src/{index}/"));
        lines.push_str(&format!("/src/{index}\n"));
    }
    system.write(&format!("{SITE}/many.pth"), lines);
    assert_eq!(sites(&system).len(), 1 + 64);
}

#[test]
fn path_files_on_windows_are_read_with_its_paths() {
    let mut system = MemorySystem::windows(
        "
        C:/p/.venv/pyvenv.cfg: home = C:\\Python312 | include-system-site-packages = false | version = 3.12.1
        C:/p/.venv/Scripts/python.exe*
        D:/src/tool-2.0.dist-info/
        ",
    );
    system.write("C:/p/.venv/Lib/site-packages/tool.pth", "D:\\src\r\n");
    let found = read(&system, "C:/p/.venv");
    assert_eq!(found.distributions.find("tool").map(|found| (&*found.version, found.site)), Some(("2.0", 1)));
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

#[test]
fn the_file_that_describes_a_distribution_is_known_where_names_tell_it() {
    let system = system(
        "
        Flask_SQLAlchemy-3.1.1.dist-info/
        zope.interface-5.4.0.egg-info/
        PyGObject-3.42.2.egg-info
        six-1.16.0-py3.11.egg-info/
        ",
    );
    let environment = read(&system, "/p/.venv");
    let path = |name: &str| {
        let found = environment.distributions.find(name).expect("it is installed");
        let path = found.metadata_path(&environment)?;
        Some(path.strip_prefix(SITE).expect("it lies there").to_string_lossy().into_owned())
    };
    assert_eq!(path("flask-sqlalchemy").as_deref(), Some("Flask_SQLAlchemy-3.1.1.dist-info/METADATA"));
    assert_eq!(path("zope-interface").as_deref(), Some("zope.interface-5.4.0.egg-info/PKG-INFO"));
    assert_eq!(path("pygobject").as_deref(), Some("PyGObject-3.42.2.egg-info"));
    assert_eq!(path("six"), None);
}
