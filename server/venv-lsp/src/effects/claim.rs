//! The place of an environment that is about to be made: taken at once and by one only, and given back only while
//! it is still ours.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A folder that was made here, empty, where nothing was.
#[derive(Debug)]
pub(super) struct Claim {
    folder: PathBuf,
    identity: Identity,
}

/// Tells our folder from one that somebody put in its place.
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    inode: Option<(u64, u64)>,
    created: Option<SystemTime>,
}

impl Claim {
    /// Makes the folder; whoever comes second is refused, also where a link that leads nowhere is in the way.
    pub(super) fn take(folder: &Path) -> Result<Self, String> {
        fs::create_dir(folder).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => {
                format!("`{}` is there already; nothing was changed", folder.display())
            }
            _ => format!("`{}` cannot be made: {error}", folder.display()),
        })?;
        let metadata = folder.symlink_metadata().map_err(|error| error.to_string())?;
        Ok(Self { folder: folder.to_owned(), identity: Identity::of(&metadata) })
    }

    /// Takes away what a failed or cancelled creation left, and says what remains.
    pub(super) fn give_back(self) -> String {
        let name = self.folder.display();
        match self.folder.symlink_metadata() {
            Err(_) => "nothing was left behind".to_owned(),
            Ok(found) if Identity::of(&found) != self.identity => {
                format!("`{name}` was replaced by somebody else in the meantime and stays")
            }
            Ok(_) => match fs::remove_dir_all(&self.folder) {
                Ok(()) => "nothing was left behind".to_owned(),
                Err(error) => format!("`{name}` could not be removed: {error}"),
            },
        }
    }
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self { inode: inode(metadata), created: metadata.created().ok() }
    }
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_taken_once() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(".venv");
        let claim = Claim::take(&place).unwrap();
        assert!(Claim::take(&place).unwrap_err().contains("is there already"));
        fs::write(place.join("half"), "").unwrap();
        assert_eq!(claim.give_back(), "nothing was left behind");
        assert!(!place.exists());
    }

    #[test]
    fn what_somebody_else_put_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(".venv");
        let claim = Claim::take(&place).unwrap();
        fs::rename(&place, folder.path().join("aside")).unwrap();
        fs::create_dir(&place).unwrap();
        fs::write(place.join("precious"), "").unwrap();
        assert!(claim.give_back().contains("stays"));
        assert!(place.join("precious").exists());
    }
}
