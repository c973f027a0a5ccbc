//! Tells one thing on the disk from another that has, or had, its name.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// What stays the same of a folder, a file or a link when it is renamed, and differs from that of everything else on
/// its file system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    inode: Option<u64>,
    /// In nanoseconds since 1970. An inode that is free again is given to somebody else.
    created: Option<u64>,
}

impl Identity {
    /// That of what is at `path` itself, also where it is a link. What is on another file system than the folder that
    /// holds it has none: it cannot be renamed, and the numbers of file systems change from start to start.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let found = path.symlink_metadata()?;
        let folder = path.parent().map(fs::metadata).transpose()?;
        if folder.is_none_or(|folder| device(&folder) != device(&found)) {
            return Err(io::Error::other("it is a file system of its own"));
        }
        Ok(Self { inode: inode(&found), created: found.created().ok().and_then(nanoseconds) })
    }

    /// Whether this is what is at `path`.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        Self::at(path).is_ok_and(|found| found == *self)
    }
}

fn nanoseconds(time: SystemTime) -> Option<u64> {
    u64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    Some(metadata.ino())
}

#[cfg(unix)]
fn device(metadata: &Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    Some(metadata.dev())
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> Option<u64> {
    None
}

#[cfg(not(unix))]
fn device(_: &Metadata) -> Option<u64> {
    None
}
