//! The machine that this process runs on. Nothing else in this crate touches the disk or a variable.
#![expect(clippy::disallowed_methods, reason = "this is what the methods of `System` are made of")]

#[cfg(target_os = "linux")]
mod open_folder;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

#[cfg(target_os = "linux")]
use crate::system::Folder;
use crate::system::{DirEntry, FileKind, Metadata, Platform, System};

/// In bytes. No kernel reads less of a file at once, if so much is there.
const SMALL: usize = 64 << 10;

/// The machine that this process runs on.
#[derive(Clone, Debug)]
pub struct OsSystem {
    platform: Platform,
}

impl OsSystem {
    /// Asks the kernel once what it is; no process is started for it.
    pub fn new() -> Self {
        Self { platform: platform() }
    }
}

impl Default for OsSystem {
    fn default() -> Self {
        Self::new()
    }
}

impl System for OsSystem {
    fn read_head(&self, path: &Path, limit: usize) -> io::Result<Vec<u8>> {
        read_opened(open(path)?, limit).map(|(_, head)| head)
    }

    #[cfg(target_os = "linux")]
    fn open_folder(&self, path: &Path) -> Option<Box<dyn Folder>> {
        Some(Box::new(open_folder::OpenFolder::open(path).ok()?))
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            // The kind comes with the name where the file system keeps it there: no `stat` per entry.
            let kind = entry.file_type().map_or(FileKind::Other, kind_of);
            let name = match entry.file_name().into_string() {
                Ok(name) => name,
                Err(name) => name.to_string_lossy().into_owned(),
            };
            entries.push(DirEntry { name, kind });
        }
        Ok(entries)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        fs::metadata(path).map(|found| describe(&found))
    }

    fn link_metadata(&self, path: &Path) -> io::Result<Metadata> {
        fs::symlink_metadata(path).map(|found| describe(&found))
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        fs::read_link(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    fn env(&self, name: &str) -> Option<String> {
        // One odd folder on `PATH` must not make the others disappear.
        let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
        Some(value.to_string_lossy().into_owned())
    }

    fn variables_ending_in(&self, ending: &str) -> Vec<(String, String)> {
        let texts = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| ends_in(name, ending))?;
            // Case does not count there, and Python sees upper case alone.
            let name = if cfg!(windows) { name.to_uppercase() } else { name };
            Some((name, value.to_string_lossy().into_owned()))
        });
        texts.collect()
    }

    fn home(&self) -> Option<PathBuf> {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        std::env::var_os(name).map(PathBuf::from).filter(|home| home.is_absolute())
    }

    fn user_id(&self) -> Option<u32> {
        user_id()
    }

    fn platform(&self) -> &Platform {
        &self.platform
    }
}

fn ends_in(name: &str, ending: &str) -> bool {
    name.len()
        .checked_sub(ending.len())
        .and_then(|at| name.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

/// The first `limit` bytes of a regular file that is open, and what it is.
fn read_opened(file: fs::File, limit: usize) -> io::Result<(fs::Metadata, Vec<u8>)> {
    // Asked of what was opened: a name may stand for something else by now.
    let found = file.metadata()?;
    if found.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, not a file"));
    }
    if !found.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    // The length is a hint only: files of `/proc` say that they are empty, others grow.
    let length = usize::try_from(found.len()).unwrap_or(usize::MAX).min(limit);
    let mut head = Vec::with_capacity(length);
    let mut rest = file.take(limit as u64);
    if (1..=SMALL).contains(&length) {
        // What is there comes at once; to ask whether there is more would cost as much again.
        head.resize(length, 0);
        let read = rest.read(&mut head)?;
        head.truncate(read);
        if read == length {
            return Ok((found, head));
        }
    }
    rest.read_to_end(&mut head)?;
    Ok((found, head))
}

/// Opens without waiting, also where the other end of a pipe is missing or a device is not ready.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::OFlags;

    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    fs::OpenOptions::new().read(true).custom_flags(flags.cast_signed()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<fs::File> {
    fs::File::open(path)
}

fn kind_of(file_type: fs::FileType) -> FileKind {
    if file_type.is_symlink() {
        FileKind::Link
    } else if file_type.is_dir() {
        FileKind::Directory
    } else if file_type.is_file() {
        FileKind::File
    } else {
        FileKind::Other
    }
}

#[cfg(unix)]
fn describe(found: &fs::Metadata) -> Metadata {
    use std::os::unix::fs::MetadataExt;
    Metadata {
        kind: kind_of(found.file_type()),
        user_id: Some(found.uid()),
        executable: found.mode() & 0o111 != 0,
        len: found.len(),
        modified: found.modified().ok(),
    }
}

#[cfg(not(unix))]
fn describe(found: &fs::Metadata) -> Metadata {
    Metadata {
        kind: kind_of(found.file_type()),
        user_id: None,
        executable: true,
        len: found.len(),
        modified: found.modified().ok(),
    }
}

#[cfg(unix)]
fn user_id() -> Option<u32> {
    Some(rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn user_id() -> Option<u32> {
    None
}

#[cfg(unix)]
fn platform() -> Platform {
    let kernel = rustix::system::uname();
    let text = |text: &std::ffi::CStr| text.to_string_lossy().into_owned();
    let system = text(kernel.sysname());
    Platform {
        os_name: "posix".to_owned(),
        // `sys.platform` is the lower-case name of the kernel on Linux and macOS.
        sys_platform: system.to_ascii_lowercase(),
        machine: text(kernel.machine()),
        system,
        release: Some(text(kernel.release())),
        version: Some(text(kernel.version())),
    }
}

#[cfg(not(unix))]
fn platform() -> Platform {
    // A 32-bit process on a 64-bit Windows is told the machine's own kind in the first variable.
    let machine = std::env::var("PROCESSOR_ARCHITEW6432")
        .or_else(|_| std::env::var("PROCESSOR_ARCHITECTURE"))
        .unwrap_or_else(|_| if cfg!(target_arch = "aarch64") { "ARM64" } else { "AMD64" }.to_owned());
    Platform {
        os_name: "nt".to_owned(),
        sys_platform: "win32".to_owned(),
        machine,
        system: "Windows".to_owned(),
        release: None,
        version: None,
    }
}
