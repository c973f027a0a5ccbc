//! The faults themselves, and their end.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::scene::{Client, Scene, set_times, site_packages};
use super::{Fault, ONLY, Step};
use crate::desk::{Desk, Editor};

/// A fault that has come, and ends at [`Blow::end`].
pub(super) enum Blow<'a> {
    Fatal,
    Cut(&'a Scene),
    /// What takes all the room.
    Ballast(PathBuf),
    /// Folders, with the permissions that they had.
    Closed(Vec<(PathBuf, Permissions)>),
}

/// A small file system of its own, in memory.
pub(crate) struct Disk(TempDir);

impl<'a> Blow<'a> {
    pub(super) fn strike(fault: Fault, scene: &'a Scene, editor: &Editor, client: &mut Client) -> Self {
        match fault {
            Fault::ChildKilled => send("KILL", scene.leader()),
            Fault::ServerKilled => {
                send("KILL", i32::try_from(editor.process_id()).expect("process numbers are small"));
            }
            Fault::ClientKilled => client.kill(),
            Fault::DiskFull => {
                let disk = scene.disk.as_ref().expect("it lies on a disk of its own");
                return Self::Ballast(disk.fill());
            }
            Fault::NetworkGone => {
                scene.index.cut();
                return Self::Cut(scene);
            }
            Fault::PermissionLost => return Self::Closed(close(scene)),
            Fault::ClockMoved => move_times(&scene.desk.work()),
            Fault::TwoAtOnce => {}
        }
        Self::Fatal
    }

    pub(super) fn end(self) {
        match self {
            Self::Fatal => {}
            Self::Cut(scene) => scene.index.recover(),
            Self::Ballast(path) => std::fs::remove_file(path).expect("there is room again"),
            Self::Closed(folders) => {
                for (path, permissions) in folders {
                    // What was half made may be gone.
                    if path.exists() {
                        std::fs::set_permissions(path, permissions).expect("it may be written again");
                    }
                }
            }
        }
    }
}

/// The folder of packages may not be written; where an environment is made, its folder neither.
fn close(scene: &Scene) -> Vec<(PathBuf, Permissions)> {
    let site = site_packages(&scene.environment()).expect("it is there");
    let mut folders = vec![site.clone()];
    match scene.step {
        Step::Create => folders.extend([site.join("pip"), scene.desk.work()]),
        Step::Unpack => folders.push(site.join("flask")),
        Step::Resolve | Step::Download | Step::Build => {}
    }
    let close = |path: PathBuf| {
        let before = path.metadata().expect("it is there").permissions();
        std::fs::set_permissions(&path, Permissions::from_mode(0o555)).expect("it may not be written");
        (path, before)
    };
    folders.into_iter().map(close).collect()
}

/// Files are from long ago, and folders from a time to come.
fn move_times(folder: &Path) {
    let past = SystemTime::UNIX_EPOCH + Duration::from_secs(500_000_000);
    let future = SystemTime::UNIX_EPOCH + Duration::from_secs(4_000_000_000);
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let kind = entry.file_type().expect("it has a kind");
        if kind.is_dir() {
            move_times(&entry.path());
            set_times(&entry.path(), future);
        } else if kind.is_file() {
            set_times(&entry.path(), past);
        }
    }
}

/// Everything on this desk obeys the permissions of files, also where root runs the tests. Whether it does.
pub(crate) fn obey_permissions(desk: &mut Desk) -> bool {
    const WORDS: [&str; 2] = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"];
    let closed = desk.path("closed");
    std::fs::create_dir(&closed).expect("a folder");
    std::fs::set_permissions(&closed, Permissions::from_mode(0o555)).expect("it may not be written");
    let can_write = |words: &[&str]| {
        let line = [words, &["mkdir"]].concat();
        let new = closed.join(words.len().to_string());
        Command::new(line[0]).args(&line[1..]).arg(new).output().map(|it| it.status.success())
    };
    let obeys = match can_write(&[]) {
        Ok(true) => {
            desk.start_through(&WORDS);
            matches!(can_write(&WORDS), Ok(false))
        }
        Ok(false) => true,
        Err(_) => false,
    };
    std::fs::remove_dir_all(closed).expect("it goes");
    obeys
}

impl Disk {
    /// Why there is none is said.
    pub(crate) fn mount() -> Result<Self, String> {
        let place = tempfile::Builder::new().prefix("venv-lsp-disk-").tempdir().expect("a temporary folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=96m", "venv-lsp"]).arg(place.path());
        let output = mount.output().map_err(|error| format!("`mount` does not start: {error}"))?;
        if !output.status.success() {
            return Err("no file system can be mounted, neither by this user nor in a namespace".to_owned());
        }
        Ok(Self(place))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    fn fill(&self) -> PathBuf {
        let path = self.path().join("ballast");
        let mut file = std::fs::File::create(&path).expect("a file");
        let block = vec![0; 4096];
        while file.write_all(&block).is_ok() {}
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // At once, whoever still has something open there.
        let ended = Command::new("umount").arg("-l").arg(self.0.path()).status();
        assert!(std::thread::panicking() || ended.is_ok_and(|status| status.success()), "it is unmounted");
    }
}

/// Whether a user may be root in a namespace of their own.
pub(crate) fn can_be_root() -> bool {
    Command::new("unshare").args(["-rm", "true"]).output().is_ok_and(|output| output.status.success())
}

/// Plays one combination in a namespace of its own, by this very program.
pub(super) fn play_as_root(step: Step, fault: Fault) -> bool {
    let test = match step {
        Step::Create => "faults::while_an_environment_is_made",
        Step::Resolve => "faults::while_it_is_resolved_what_to_install",
        Step::Download => "faults::while_a_wheel_is_downloaded",
        Step::Build => "faults::while_a_project_is_built",
        Step::Unpack => "faults::while_a_wheel_is_unpacked",
    };
    let program = std::env::current_exe().expect("it has a path");
    let played = Command::new("unshare")
        .arg("-rm")
        .arg(program)
        .args(["--exact", test, "--nocapture"])
        .env(ONLY, format!("{fault:?}"))
        .output()
        .expect("`unshare` starts");
    eprintln!("{}", String::from_utf8_lossy(&played.stderr));
    played.status.success() && String::from_utf8_lossy(&played.stdout).contains("1 passed")
}

/// A negative number means a whole group.
pub(super) fn send(signal: &str, id: i32) {
    let sent = Command::new("kill").args(["-s", signal, "--", &id.to_string()]).output();
    // It may have ended by itself.
    sent.expect("`kill` starts");
}
