//! What installed distributions say of themselves, wherever the tools of thirty years have put it.

use std::path::Path;

use test_support::memory_system::{Call, MemorySystem};
use venv_analysis::facts::Distribution;
use venv_discovery::{info_folder, read_metadata};

use crate::{read, venv};

const SITE: &str = "/p/.venv/lib/python3.12/site-packages";

fn system(tree: &str) -> MemorySystem {
    let mut system = MemorySystem::linux(&venv("/p/.venv"));
    for line in tree.lines().map(str::trim).filter(|line| !line.is_empty()) {
        system.add(&if line.starts_with('/') { line.to_owned() } else { format!("{SITE}/{line}") });
    }
    system
}

/// `folder: NAME VERSION needs A, B extras X`
#[track_caller]
fn said(system: &MemorySystem, name: &str) -> String {
    let environment = read(system, "/p/.venv");
    let distribution = environment.distributions.find(name).expect("it is installed");
    let folder = info_folder(system, &environment, distribution).expect("it is described");
    let folder = folder.strip_prefix(SITE).unwrap_or(&folder).to_string_lossy().into_owned();
    let Some(metadata) = read_metadata(system, &environment, distribution) else { return folder };
    let needs: Vec<&str> = metadata.requires.iter().map(|requirement| &*requirement.name.text).collect();
    let extras: Vec<&str> = metadata.extras.iter().map(|extra| &*extra.text).collect();
    let (name, version) = (metadata.name, metadata.version);
    format!("{folder}: {name} {version} needs {} extras {}", needs.join(", "), extras.join(", "))
}

#[test]
fn every_form_of_description_is_found() {
    let system = system(
        "
        Flask_X-1.0.dist-info/METADATA: Name: Flask-X | Version: 1.0 | Requires-Dist: six | Provides-Extra: a
        distutils-2.0.egg-info: Name: distutils | Version: 2.0
        old-1.0-py3.12.egg-info/PKG-INFO: Name: old | Version: 1.0 | Provides-Extra: z
        old-1.0-py3.12.egg-info/requires.txt: six | [b] | flask
        bare.egg-info/PKG-INFO: Name: bare | Version: 3.0
        zipped-1.0-py3.12.egg/EGG-INFO/PKG-INFO: Name: zipped | Version: 1.0
        easy-install.pth: ./zipped-1.0-py3.12.egg | /src/linked
        linked.egg-link: /src/linked | .
        /src/linked/linked.egg-info/PKG-INFO: Name: linked | Version: 4.0
        mute-1.0.dist-info/
        ",
    );
    assert_eq!(said(&system, "flask-x"), "Flask_X-1.0.dist-info: Flask-X 1.0 needs six extras a");
    assert_eq!(said(&system, "distutils"), "distutils-2.0.egg-info: distutils 2.0 needs  extras ");
    assert_eq!(said(&system, "old"), "old-1.0-py3.12.egg-info: old 1.0 needs six, flask extras z, b");
    assert_eq!(said(&system, "bare"), "bare.egg-info: bare 3.0 needs  extras ");
    assert_eq!(said(&system, "zipped"), "zipped-1.0-py3.12.egg/EGG-INFO: zipped 1.0 needs  extras ");
    assert_eq!(said(&system, "linked"), "/src/linked/linked.egg-info: linked 4.0 needs  extras ");
    assert_eq!(said(&system, "mute"), "mute-1.0.dist-info");
}

#[test]
fn headers_are_read_to_their_end_and_the_description_is_not() {
    let mut system = system("");
    let header = "Name: long\nVersion: 1.0\n";
    let folded = "        text\n".repeat(10_000);
    let text = format!("{header}Description: x\n{folded}Requires-Dist: six\n\nRequires-Dist: flask\n");
    system.write(&format!("{SITE}/long-1.0.dist-info/METADATA"), text);
    assert_eq!(said(&system, "long"), "long-1.0.dist-info: long 1.0 needs six extras ");
}

#[test]
fn a_usual_folder_is_found_without_a_listing() {
    let system = system("six-1.17.0.dist-info/METADATA: Name: six | Version: 1.17.0");
    let environment = read(&system, "/p/.venv");
    let six: &Distribution = environment.distributions.find("six").expect("it is installed");
    let listings = system.count(Call::ReadDir);
    let folder = info_folder(&system, &environment, six);
    assert_eq!(folder.as_deref(), Some(&*Path::new(SITE).join("six-1.17.0.dist-info")));
    assert!(read_metadata(&system, &environment, six).is_some());
    assert_eq!(system.count(Call::ReadDir), listings);
}
