//! The machine as this crate sees it: the one seam between the facts and the disk.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// No file that is written for people to read has more bytes.
pub const LARGEST_TEXT: usize = 64 << 20;

/// What can be asked of a machine. Tests bring their own.
///
/// Paths are absolute. Links are followed by `metadata` and all that reads, never by `link_metadata`.
pub trait System: Send + Sync {
    /// The first `limit` bytes of a regular file, or fewer. Whatever else has a name, pipes and devices above
    /// all, is refused without waiting for it: folders that somebody else filled are read as well.
    fn read_head(&self, path: &Path, limit: usize) -> io::Result<Vec<u8>>;
    /// The names in a folder, unsorted, with what the folder itself says of each.
    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>>;
    /// Of what a path leads to.
    fn metadata(&self, path: &Path) -> io::Result<Metadata>;
    /// Of the path itself, also where it is a dangling link.
    fn link_metadata(&self, path: &Path) -> io::Result<Metadata>;
    /// The target as the link writes it.
    fn read_link(&self, path: &Path) -> io::Result<PathBuf>;
    /// The path with every link resolved.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;
    /// A variable of the process's environment; an empty one counts as not set.
    fn env(&self, name: &str) -> Option<String>;
    /// The variables of the process's environment whose names end so, in whatever case; also the empty ones.
    fn variables_ending_in(&self, ending: &str) -> Vec<(String, String)>;
    /// The user's home folder, an absolute path.
    fn home(&self) -> Option<PathBuf>;
    /// The user that this process acts for, where the platform has such numbers.
    fn user_id(&self) -> Option<u32>;
    /// What kind of machine it is.
    fn platform(&self) -> &Platform;

    /// A folder in which many files are about to be looked at, where each path costs less there.
    fn open_folder(&self, _path: &Path) -> Option<Box<dyn Folder>> {
        None
    }

    /// The whole of a regular file, unless it has more than `limit` bytes
    /// ([`FileTooLarge`](io::ErrorKind::FileTooLarge)).
    fn read_within(&self, path: &Path, limit: usize) -> io::Result<Vec<u8>> {
        let bytes = self.read_head(path, limit.saturating_add(1))?;
        if bytes.len() > limit {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too large to be read"));
        }
        Ok(bytes)
    }

    /// The whole of a regular file that somebody wrote, unless it has more than [`LARGEST_TEXT`] bytes.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.read_within(path, LARGEST_TEXT)
    }

    /// The folder that a variable names. A relative one is none: it would depend on the folder that this
    /// process happens to run in, which may be the one that was opened.
    fn env_folder(&self, name: &str) -> Option<PathBuf> {
        self.env(name).map(PathBuf::from).filter(|folder| self.platform().is_absolute(folder))
    }

    /// Whether the path leads to a regular file.
    fn is_file(&self, path: &Path) -> bool {
        self.metadata(path).is_ok_and(|found| found.kind == FileKind::File)
    }

    /// Whether the path leads to a folder.
    fn is_dir(&self, path: &Path) -> bool {
        self.metadata(path).is_ok_and(|found| found.kind == FileKind::Directory)
    }
}

/// A folder as a place to start from. Paths are relative to it.
pub trait Folder: Send + Sync {
    /// See [`System::read_head`]; and what the file is.
    fn open_head(&self, path: &Path, limit: usize) -> io::Result<(Metadata, Vec<u8>)>;
    /// The same without a word about the file. What is no regular file may be read from as well, at no risk: never more
    /// than `limit` bytes, and without waiting.
    fn read_head(&self, path: &Path, limit: usize) -> io::Result<Vec<u8>>;
    /// See [`System::metadata`].
    fn metadata(&self, path: &Path) -> io::Result<Metadata>;
}

/// The folder at `path`, to look at many files in it.
pub fn folder<'a>(system: &'a dyn System, path: &'a Path) -> Box<dyn Folder + 'a> {
    match system.open_folder(path) {
        Some(folder) => folder,
        None => Box::new(PathFolder { system, path }),
    }
}

/// A folder of which nothing but its path is known.
struct PathFolder<'a> {
    system: &'a dyn System,
    path: &'a Path,
}

impl Folder for PathFolder<'_> {
    fn open_head(&self, path: &Path, limit: usize) -> io::Result<(Metadata, Vec<u8>)> {
        let path = self.path.join(path);
        Ok((self.system.metadata(&path)?, self.system.read_head(&path, limit)?))
    }

    fn read_head(&self, path: &Path, limit: usize) -> io::Result<Vec<u8>> {
        self.system.read_head(&self.path.join(path), limit)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.system.metadata(&self.path.join(path))
    }
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// Without the folder. What is not Unicode is replaced.
    pub name: String,
    /// Of the name itself: links are not followed.
    pub kind: FileKind,
}

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Directory,
    /// A symbolic link, wherever it leads.
    Link,
    /// A device, a socket, or what the file system does not tell.
    Other,
}

/// What the file system says of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// What it is.
    pub kind: FileKind,
    /// The owner, where the platform has such numbers.
    pub user_id: Option<u32>,
    /// Whether someone may execute it, where the platform has such a bit; `true` elsewhere.
    pub executable: bool,
    /// In bytes.
    pub len: u64,
    /// When its content changed last (of a folder: when a name in it came or went), where the file system tells.
    pub modified: Option<SystemTime>,
}

/// The values that Python's `os`, `sys` and `platform` would give here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// `posix`, `nt`
    pub os_name: String,
    /// `linux`, `darwin`, `win32`
    pub sys_platform: String,
    /// `x86_64`, `arm64`, `AMD64`
    pub machine: String,
    /// `Linux`, `Darwin`, `Windows`
    pub system: String,
    /// The kernel's release, where it is known.
    pub release: Option<String>,
    /// The kernel's version text, where it is known.
    pub version: Option<String>,
}

impl Platform {
    /// Whether environments are laid out as on Windows here.
    pub fn is_windows(&self) -> bool {
        self.os_name == "nt"
    }

    /// Whether `path` says by itself where it begins, as paths are written on this platform. On Windows
    /// `\\folder` and `C:folder` do not: they depend on the current drive or folder.
    pub fn is_absolute(&self, path: &Path) -> bool {
        let path = path.as_os_str().as_encoded_bytes();
        if !self.is_windows() {
            return path.first() == Some(&b'/');
        }
        match path {
            [b'\\' | b'/', b'\\' | b'/', ..] => true,
            [drive, b':', b'\\' | b'/', ..] => drive.is_ascii_alphabetic(),
            _ => false,
        }
    }
}
