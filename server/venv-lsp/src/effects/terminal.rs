//! A pip that somebody has started in an environment, in a terminal for example. It takes no lock; on Linux it is found
//! among the processes of the user and its end waited for. Elsewhere nothing is known of it.

pub(super) use imp::find_pip;

#[cfg(target_os = "linux")]
mod imp {
    use std::ffi::OsStr;
    use std::fs;
    use std::os::fd::OwnedFd;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::MetadataExt as _;
    use std::path::{Path, PathBuf};

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;
    use rustix::process::{Pid, PidfdFlags, getuid, pidfd_open};

    /// One that was running when it was found.
    pub(in crate::effects) struct Pip {
        id: u32,
        process: OwnedFd,
    }

    impl Pip {
        pub(in crate::effects) fn id(&self) -> u32 {
            self.id
        }

        /// Waits for its end, without a clock.
        pub(in crate::effects) fn wait(&self) {
            while poll(&mut [PollFd::new(&self.process, PollFlags::IN)], None) == Err(Errno::INTR) {}
        }
    }

    /// A pip that changes the environment at `root`.
    pub(in crate::effects) fn find_pip(root: &Path) -> Option<Pip> {
        let bin = identity(&root.join("bin"))?;
        let user = getuid().as_raw();
        fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
            let id: u32 = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path();
            let works_there = || {
                fs::metadata(&folder).is_ok_and(|found| found.uid() == user)
                    && changes(&folder, bin) == Some(true)
            };
            if !works_there() {
                return None;
            }
            let process = pidfd_open(Pid::from_raw(i32::try_from(id).ok()?)?, PidfdFlags::empty()).ok()?;
            // The number may have been given to another one in between.
            works_there().then_some(Pip { id, process })
        })
    }

    /// Whether the process is a Python of the environment with this `bin` that runs pip to install or to remove.
    fn changes(process: &Path, bin: (u64, u64)) -> Option<bool> {
        let line = fs::read(process.join("cmdline")).ok()?;
        let mut words = line.split(|byte| *byte == 0);
        let program = words.next()?;
        let words: Vec<&[u8]> = words.collect();
        let is_pip = |word: &[u8]| {
            let name = Path::new(OsStr::from_bytes(word)).file_name().unwrap_or_default().as_bytes();
            name == b"__pip-runner__.py"
                || name
                    .strip_prefix(b"pip")
                    .is_some_and(|version| version.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.'))
        };
        let at = words.iter().position(|word| is_pip(word))?;
        let changes = words[at..].iter().any(|word| matches!(*word, b"install" | b"uninstall"));
        Some(changes && identity(place_of(program, process)?.parent()?)? == bin)
    }

    /// Where the program lies that was started as `word`. Links are not followed: a Python in an environment is one.
    fn place_of(word: &[u8], process: &Path) -> Option<PathBuf> {
        let word = Path::new(OsStr::from_bytes(word));
        if word.components().nth(1).is_some() || word.is_absolute() {
            return Some(fs::read_link(process.join("cwd")).ok()?.join(word));
        }
        let variables = fs::read(process.join("environ")).ok()?;
        let path = variables.split(|byte| *byte == 0).find_map(|variable| variable.strip_prefix(b"PATH="))?;
        std::env::split_paths(OsStr::from_bytes(path))
            .map(|folder| folder.join(word))
            .find(|place| place.exists())
    }

    fn identity(folder: &Path) -> Option<(u64, u64)> {
        let found = fs::metadata(folder).ok()?;
        Some((found.dev(), found.ino()))
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use std::path::Path;

    /// None is ever found.
    pub(in crate::effects) enum Pip {}

    impl Pip {
        pub(in crate::effects) fn id(&self) -> u32 {
            match *self {}
        }

        pub(in crate::effects) fn wait(&self) {
            match *self {}
        }
    }

    pub(in crate::effects) fn find_pip(_: &Path) -> Option<Pip> {
        None
    }
}
