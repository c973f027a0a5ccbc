//! The wheel that fits everywhere: which one it is, and how it comes here.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sha2::{Digest as _, Sha256};
use venv_syntax::{Version, VersionSpecifier, normalize_name};

use crate::client::Client;
use crate::error::Error;
use crate::page::{File, Project};
use crate::place::Place;

/// Far more than a wheel without anything compiled in it has.
const LARGEST_WHEEL: u64 = 64 << 20;

/// The newest release for every Python 3 and platform that was not taken back, with its version; of those that are for
/// `python`, where that is known.
///
/// # Errors
/// Where there is none.
pub fn newest_for_all<'a>(
    project: &'a Project,
    python: Option<&Version>,
) -> Result<(&'a File, Version), Error> {
    let fitting = project.files.iter().filter(|file| !file.is_yanked && is_for(file, python));
    let fitting = fitting.filter_map(|file| Some((file, version_for_all(&file.name, &project.name)?)));
    let newest = fitting.max_by(|(_, a), (_, b)| a.cmp(b));
    newest.ok_or_else(|| Error::NoWheel {
        place: project.place.clone(),
        name: project.name.clone(),
        python: python.map(ToString::to_string),
    })
}

/// Whether `file` is for `python`. What cannot be understood restricts nothing, as with pip.
fn is_for(file: &File, python: Option<&Version>) -> bool {
    let (Some(required), Some(python)) = (&file.requires_python, python) else { return true };
    let specifiers = required.split(',').map(str::trim).filter(|specifier| !specifier.is_empty());
    let specifiers: Result<Vec<VersionSpecifier>, _> = specifiers.map(VersionSpecifier::from_str).collect();
    specifiers.map_or(true, |specifiers| specifiers.iter().all(|specifier| specifier.contains(python)))
}

/// Brings `file` into `folder`, where nobody but the user can read it, if it is what its page announced.
///
/// # Errors
/// Where it does not come, is something else, or cannot be written; then nothing is written.
pub fn fetch_wheel(client: &Client, project: &Project, file: &File, folder: &Path) -> Result<PathBuf, Error> {
    let (place, name) = (|| project.place.clone(), || file.name.clone());
    let announced = file.sha256.as_deref().filter(|digest| digest.len() == 64);
    let announced = announced.ok_or_else(|| Error::NoDigest { place: place(), file: name() })?;
    let from = Place::parse(&file.url).ok_or_else(|| Error::NoIndex { place: place() })?;
    let answer = client.get(&from, "*/*", LARGEST_WHEEL)?;
    let digest: String = Sha256::digest(&answer.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if digest != announced {
        return Err(Error::WrongDigest { place: place(), file: name() });
    }
    let path = folder.join(&file.name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&path).map_err(Error::Write)?;
    written.write_all(&answer.bytes).map_err(Error::Write)?;
    Ok(path)
}

/// The version, if this is the name of a wheel of `project` for every Python 3 and platform, and no pre-release.
fn version_for_all(file: &str, project: &str) -> Option<Version> {
    // Whatever else stands in it, it becomes a name in a folder.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '!');
    let parts: Vec<&str> = file.strip_suffix(".whl")?.split('-').collect();
    let (name, version, tags) = match parts[..] {
        [name, version, python, abi, platform] => (name, version, (python, abi, platform)),
        [name, version, _build, python, abi, platform] => (name, version, (python, abi, platform)),
        _ => return None,
    };
    let (python, abi, platform) = tags;
    let has = |tags: &str, wanted: &str| tags.split('.').any(|tag| tag == wanted);
    if !file.chars().all(is_plain)
        || normalize_name(name) != project
        || !(has(python, "py3") && has(abi, "none") && has(platform, "any"))
    {
        return None;
    }
    let version = Version::from_str(version).ok()?;
    (!version.any_prerelease()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(names: &[&str]) -> Project {
        let files = names.iter().map(|name| File {
            name: name.trim_start_matches('~').to_owned(),
            url: String::new(),
            sha256: None,
            is_yanked: name.starts_with('~'),
            requires_python: None,
        });
        Project { place: "index.test".into(), name: "pysocks".into(), files: files.collect() }
    }

    #[test]
    fn the_newest_that_fits_everywhere_is_chosen() {
        let project = project(&[
            "PySocks-1.6.8.tar.gz",
            "PySocks-1.9.0-py3-none-any.whl",
            "PySocks-1.10.0-py2.py3-none-any.whl",
            "PySocks-1.11.0-py2-none-any.whl",
            "PySocks-1.12.0-cp312-cp312-linux_x86_64.whl",
            "~PySocks-1.13.0-py3-none-any.whl",
            "PySocks-2.0rc1-py3-none-any.whl",
            "Other-3.0-py3-none-any.whl",
            "PySocks-4.0-py3-none-any.whl/..-py3-none-any.whl",
        ]);
        let (file, version) = newest_for_all(&project, None).unwrap();
        assert_eq!((&*file.name, &*version.to_string()), ("PySocks-1.10.0-py2.py3-none-any.whl", "1.10.0"));
    }

    #[test]
    fn what_is_for_another_python_is_left_out() {
        let mut project = project(&[
            "PySocks-1.0-py3-none-any.whl",
            "PySocks-2.0-py3-none-any.whl",
            "PySocks-3.0-py3-none-any.whl",
        ]);
        project.files[1].requires_python = Some(">=3.9, !=3.10.*".into());
        project.files[2].requires_python = Some(">=3.11".into());
        let newest = |python: &str| {
            let python = Version::from_str(python).unwrap();
            newest_for_all(&project, Some(&python)).unwrap().1.to_string()
        };
        assert_eq!(
            [newest("3.8.18"), newest("3.9.0"), newest("3.10.4"), newest("3.11.0")],
            ["1.0", "2.0", "1.0", "3.0"]
        );
        project.files[0].requires_python = Some(">=3.7".into());
        let said = newest_for_all(&project, Some(&Version::new([3, 6, 15]))).unwrap_err().to_string();
        assert_eq!(said, "`index.test` has no wheel of `pysocks` for Python 3.6.15 and every platform");
        project.files[0].requires_python = Some("whenever".into());
        assert!(newest_for_all(&project, Some(&Version::new([3, 6, 15]))).is_ok());
    }

    #[test]
    fn no_wheel_is_said() {
        let said = newest_for_all(&project(&["PySocks-1.6.8.tar.gz"]), None).unwrap_err().to_string();
        assert_eq!(said, "`index.test` has no wheel of `pysocks` for every Python and platform");
    }
}
