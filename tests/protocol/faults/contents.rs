//! What lies in a folder, so that before and after can be compared.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Paths, with a digest of what is there.
pub(super) struct Contents(BTreeMap<String, u64>);

impl Contents {
    pub(super) fn of(folder: &Path) -> Self {
        fn add(root: &Path, folder: &Path, found: &mut BTreeMap<String, u64>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let (path, name) = (entry.path(), entry.file_name());
                // Written by whatever runs: bytecode, and uv's lock.
                if name == "__pycache__" || name == ".lock" {
                    continue;
                }
                let metadata = path.symlink_metadata().expect("it is there");
                let mut digest = DefaultHasher::new();
                metadata.permissions().mode().hash(&mut digest);
                if metadata.is_symlink() {
                    std::fs::read_link(&path).expect("a link").hash(&mut digest);
                } else if metadata.is_dir() {
                    add(root, &path, found);
                } else {
                    std::fs::read(&path).expect("a file").hash(&mut digest);
                }
                let name = path.strip_prefix(root).expect("it lies there").display().to_string();
                found.insert(name, digest.finish());
            }
        }
        let mut found = BTreeMap::new();
        add(folder, folder, &mut found);
        Self(found)
    }

    /// What was there before, and is not there now as it was.
    pub(super) fn missing(&self, before: &Self) -> Vec<String> {
        let missing = before.0.iter().filter(|(name, digest)| self.0.get(*name) != Some(digest));
        missing.map(|(name, _)| name.clone()).collect()
    }

    /// The same, and what was not there before.
    pub(super) fn others(&self, before: &Self) -> Vec<String> {
        let added = self.0.keys().filter(|name| !before.0.contains_key(*name)).cloned();
        self.missing(before).into_iter().chain(added).collect()
    }
}
