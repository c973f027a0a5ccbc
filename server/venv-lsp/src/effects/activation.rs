//! Activation scripts that somebody has changed: a variable for a project, an alias. No creator writes that again.
//!
//! What a creator wrote cannot be known for certain: there are many, in many versions. A script counts as changed where
//! it differs from that of its successor, and either was written later than those beside it, which are made all at
//! once, or has all that its successor has and more.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::foreign::is_of_creator;

/// File systems are not exact: FAT knows every second second.
const AT_ONCE: Duration = Duration::from_secs(3);

/// The activation scripts of the environment at `place` that were changed since they were made, as paths from there.
pub(super) fn changed_scripts(place: &Path, successor: &Path) -> io::Result<Vec<PathBuf>> {
    let mut changed = Vec::new();
    for bin in ["bin", "Scripts"].into_iter().filter(|bin| is_folder(&place.join(bin))) {
        let mut scripts: Vec<(PathBuf, SystemTime)> = Vec::new();
        for entry in fs::read_dir(place.join(bin))? {
            let entry = entry?;
            let name = entry.file_name();
            let starts = name.to_str().is_some_and(|name| name.to_ascii_lowercase().starts_with("activate"));
            let found = entry.metadata()?;
            if starts && is_of_creator(&name) && found.is_file() {
                scripts.push((Path::new(bin).join(name), found.modified()?));
            }
        }
        let Some(made) = scripts.iter().map(|(_, time)| *time).min() else { continue };
        for (path, time) in scripts {
            let is_later = time.duration_since(made).is_ok_and(|since| since > AT_ONCE);
            if is_changed(&place.join(&path), &successor.join(&path), successor, is_later)? {
                changed.push(path);
            }
        }
    }
    Ok(changed)
}

fn is_changed(old: &Path, new: &Path, successor: &Path, is_later: bool) -> io::Result<bool> {
    let old = fs::read(old)?;
    // Another creator makes other scripts.
    let Ok(new) = fs::read(new) else { return Ok(is_later) };
    if old == new {
        return Ok(false);
    }
    let (old, new) = (String::from_utf8_lossy(&old), String::from_utf8_lossy(&new));
    let successor = successor.to_string_lossy();
    // An environment that was moved names another place.
    let mut rest = old.lines();
    let has_all =
        new.lines().filter(|line| !line.contains(&*successor)).all(|line| rest.any(|it| it == line));
    let has_more = old.lines().count() > new.lines().count();
    Ok(is_later || (has_all && has_more))
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRESH: &str = "deactivate () {\n}\nVIRTUAL_ENV=/p/.venv\nhash -r\n";

    /// What is told of an `activate` and an `activate.fish`, so many seconds after each other.
    fn changed(text: &str, seconds: u64) -> Vec<PathBuf> {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        for (root, activate) in [(&old, text), (&new, FRESH)] {
            let activate = activate.replace("/p/.venv", new.to_str().unwrap());
            fs::create_dir_all(root.join("bin")).unwrap();
            fs::write(root.join("bin/activate"), activate).unwrap();
            fs::write(root.join("bin/activate.fish"), "").unwrap();
        }
        let made = SystemTime::UNIX_EPOCH + Duration::from_hours(10_000);
        for (name, time) in [("activate.fish", made), ("activate", made + Duration::from_secs(seconds))] {
            let file = fs::File::options().write(true).open(old.join("bin").join(name)).unwrap();
            file.set_modified(time).unwrap();
        }
        changed_scripts(&old, &new).unwrap()
    }

    #[test]
    fn a_script_that_was_changed_is_told_from_one_that_was_made_so() {
        let nothing: [PathBuf; 0] = [];
        let activate = [PathBuf::from("bin/activate")];
        assert_eq!(changed(FRESH, 0), nothing);
        assert_eq!(changed(FRESH, 60), nothing, "it was saved as it was");
        assert_eq!(changed("another creator's\n", 0), nothing);
        assert_eq!(changed(&FRESH.replace("/p/.venv", "/before/.venv"), 0), nothing, "it was moved");
        let added = format!("{FRESH}export DB=secret\n");
        assert_eq!(changed(&added, 0), activate);
        assert_eq!(changed(&added, 60), activate);
        assert_eq!(changed(&added.replace("/p/.venv", "/before/.venv"), 0), activate);
        assert_eq!(changed(&FRESH.replace("hash -r", "hash"), 60), activate);
        assert_eq!(changed("another creator's\nexport DB=secret\n", 60), activate);
    }
}
