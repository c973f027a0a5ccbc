//! A folder that is held open: the kernel need not go to it again for each file.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};

use super::read_opened;
use crate::system::{FileKind, Folder, Metadata};

pub(super) struct OpenFolder(OwnedFd);

impl OpenFolder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(rustix::fs::open(path, flags, Mode::empty())?))
    }

    /// Without waiting for the other end of a pipe.
    fn open_file(&self, path: &Path) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        Ok(File::from(rustix::fs::openat(&self.0, path, flags, Mode::empty())?))
    }
}

impl Folder for OpenFolder {
    fn open_head(&self, path: &Path, limit: usize) -> io::Result<(Metadata, Vec<u8>)> {
        let (found, head) = read_opened(self.open_file(path)?, limit)?;
        Ok((super::describe(&found), head))
    }

    fn read_head(&self, path: &Path, limit: usize) -> io::Result<Vec<u8>> {
        let mut file = self.open_file(path)?;
        let mut head = vec![0; limit];
        let mut length = 0;
        // A regular file gives less than was asked for at its end only.
        while length < limit {
            let wanted = limit - length;
            let read = file.read(&mut head[length..])?;
            length += read;
            if read < wanted {
                break;
            }
        }
        head.truncate(length);
        Ok(head)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        Ok(describe(&rustix::fs::statat(&self.0, path, AtFlags::empty())?))
    }
}

fn describe(found: &Stat) -> Metadata {
    let kind = match FileType::from_raw_mode(found.st_mode) {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Directory,
        FileType::Symlink => FileKind::Link,
        _ => FileKind::Other,
    };
    // A time before 1970 is as good as none.
    let modified = u64::try_from(found.st_mtime).ok().zip(u32::try_from(found.st_mtime_nsec).ok());
    Metadata {
        kind,
        user_id: Some(found.st_uid),
        executable: found.st_mode & 0o111 != 0,
        len: u64::try_from(found.st_size).unwrap_or_default(),
        modified: modified
            .map(|(seconds, nanoseconds)| SystemTime::UNIX_EPOCH + Duration::new(seconds, nanoseconds)),
    }
}
