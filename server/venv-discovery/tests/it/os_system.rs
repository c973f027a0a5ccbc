//! What lies on a real disk and is no plain file: nothing may wait for it, or read it without end.
#![expect(clippy::disallowed_methods, reason = "pipes and links are made on the real disk")]

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use venv_discovery::{Digests, OsSystem, System, read_environment};

/// Much longer than any of this takes, and short enough that a test that waits for ever is seen.
const LONG: Duration = Duration::from_secs(20);

/// What `work` gives, if it ends at all.
#[track_caller]
fn bounded<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(LONG).unwrap_or_else(|error| panic!("it does not end: {error}"))
}

#[track_caller]
fn make_pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().expect("every Unix has `mkfifo`");
    assert!(made.success());
}

#[track_caller]
fn kind_of_error(path: PathBuf) -> io::ErrorKind {
    bounded(move || OsSystem::new().read(&path)).expect_err("this must not be read").kind()
}

/// An environment in which `spoil` did something, and its folder of packages.
#[track_caller]
fn environment(spoil: impl FnOnce(&Path, &Path)) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let root = folder.path().join(".venv");
    let site = root.join("lib/python3.12/site-packages");
    fs::create_dir_all(&site).expect("folders can be made");
    fs::create_dir(root.join("bin")).expect("folders can be made");
    fs::write(root.join("pyvenv.cfg"), "home = /usr/bin\ninclude-system-site-packages = false\n")
        .expect("files can be written");
    symlink("/usr/bin/python3.12", root.join("bin/python")).expect("links can be made");
    spoil(&root, &site);
    (folder, root)
}

#[test]
fn only_regular_files_are_read() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let pipe = folder.path().join("pipe");
    make_pipe(&pipe);
    assert_eq!(kind_of_error(pipe.clone()), io::ErrorKind::InvalidInput);
    let link = folder.path().join("link");
    symlink(&pipe, &link).expect("links can be made");
    assert_eq!(kind_of_error(link), io::ErrorKind::InvalidInput);
    assert_eq!(kind_of_error(PathBuf::from("/dev/zero")), io::ErrorKind::InvalidInput);
    assert_eq!(kind_of_error(folder.path().to_owned()), io::ErrorKind::IsADirectory);
    assert_eq!(kind_of_error(folder.path().join("nothing")), io::ErrorKind::NotFound);
}

#[test]
fn files_are_read_as_far_as_is_wanted() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("requirements.txt");
    fs::write(&path, "six==1.17.0\n").expect("files can be written");
    let system = OsSystem::new();
    assert_eq!(system.read(&path).unwrap(), b"six==1.17.0\n");
    assert_eq!(system.read_head(&path, 3).unwrap(), b"six");
    assert_eq!(system.read_head(&path, 1_000).unwrap().len(), 12);
    assert_eq!(system.read_within(&path, 12).unwrap().len(), 12);
    assert_eq!(system.read_within(&path, 11).unwrap_err().kind(), io::ErrorKind::FileTooLarge);

    // The disk holds nothing of it, and it has no end to speak of.
    File::create(&path).and_then(|file| file.set_len(1 << 40)).expect("files can have holes");
    assert_eq!(kind_of_error(path), io::ErrorKind::FileTooLarge);
}

#[test]
fn a_pyvenv_cfg_that_is_no_file_is_said_to_be_spoilt() {
    let problem = |spoil: fn(&Path)| {
        let (_folder, root) = environment(|root, _| {
            fs::remove_file(root.join("pyvenv.cfg")).expect("it is there");
            spoil(&root.join("pyvenv.cfg"));
        });
        let found = bounded(move || read_environment(&OsSystem::new(), &root)).expect("it is one");
        found
            .health
            .iter()
            .find(|issue| issue.code == "pyvenv-cfg-corrupt")
            .map(|issue| issue.message.clone())
    };
    let irregular = "`pyvenv.cfg` is not a regular file: recreate the environment";
    assert_eq!(problem(make_pipe).as_deref(), Some(irregular));
    let device = |path: &Path| symlink("/dev/zero", path).expect("links can be made");
    assert_eq!(problem(device).as_deref(), Some(irregular));
    let large = |path: &Path| {
        File::create(path).and_then(|file| file.set_len(1 << 40)).expect("files can have holes");
    };
    let large = problem(large);
    assert_eq!(large.as_deref(), Some("`pyvenv.cfg` is far too large: recreate the environment"));
}

#[test]
fn pipes_among_the_packages_hold_nothing_up() {
    let (_folder, root) = environment(|_, site| {
        for folder in ["nameless.dist-info", "dev.dist-info", "mine-1.0.dist-info"] {
            fs::create_dir(site.join(folder)).expect("folders can be made");
        }
        make_pipe(&site.join("nameless.dist-info/METADATA"));
        symlink("/dev/zero", site.join("dev.dist-info/METADATA")).expect("links can be made");
        // With `mine.pth` beside it, `direct_url.json` is asked whether it is editable.
        make_pipe(&site.join("mine.pth"));
        make_pipe(&site.join("mine-1.0.dist-info/direct_url.json"));
        make_pipe(&site.join("linked.egg-link"));
        make_pipe(&site.join("mine-1.0.dist-info/METADATA"));
        make_pipe(&site.join("mine-1.0.dist-info/RECORD"));
    });
    let found = bounded(move || {
        let found = read_environment(&OsSystem::new(), &root)?;
        let told = Digests::default().read_again(&OsSystem::new(), &found).inspect(&found);
        Some((found, told))
    });
    let (found, told) = found.expect("it is one");
    let names: Vec<_> = found.distributions.sorted().into_iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(names, ["mine"]);
    assert!(told.is_empty(), "what cannot be read says nothing: {told:?}");
}

#[test]
fn a_pipe_in_the_place_of_an_environment_is_none() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let root = folder.path().join(".venv");
    make_pipe(&root);
    assert_eq!(bounded(move || read_environment(&OsSystem::new(), &root)), None);
}
