//! Where an installed distribution has come from: who installed it, from which URL, and which project it is the
//! editable form of (<https://packaging.python.org/en/latest/specifications/direct-url/>).

use std::path::{Path, PathBuf};

use serde_json::Value;
use venv_analysis::facts::{Distribution, Environment, Info};

use crate::metadata::info_folder;
use crate::path_files::without_dots;
use crate::system::System;

/// Where a distribution has come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The folder in which its description lies: that of packages, or the project itself.
    pub folder: PathBuf,
    /// The word in `INSTALLER`: `pip`, `uv`, `conda`.
    pub installer: Option<String>,
    /// What it was installed from, if not from an index. A password may be in it.
    pub url: Option<String>,
    /// The project whose sources are used as they are.
    pub project: Option<PathBuf>,
}

/// None of these files is longer.
const LARGEST: usize = 64 << 10;

/// Reads where `distribution` of `environment` has come from, as far as that was written down.
pub fn read_provenance(
    system: &dyn System,
    environment: &Environment,
    distribution: &Distribution,
) -> Provenance {
    let Some(info) = info_folder(system, environment, distribution) else { return Provenance::default() };
    let folder = info.parent().unwrap_or(&info).to_owned();
    let text = |name: &str| {
        let text = system.read_within(&info.join(name), LARGEST).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    };
    let installer = text("INSTALLER").map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let direct = text("direct_url.json").and_then(|text| serde_json::from_str(&text).ok());
    let url = direct.as_ref().and_then(|direct: &Value| direct["url"].as_str());
    let is_editable = direct.as_ref().is_some_and(|direct| direct["dir_info"]["editable"] == true);
    // `setup.py develop` describes a distribution beside its sources.
    let linked = || (distribution.editable && distribution.info != Info::DistInfo).then(|| folder.clone());
    let project = match url.filter(|_| is_editable) {
        Some(url) => path_of(system, url),
        None => linked(),
    };
    Provenance { installer, url: url.map(str::to_owned), project, folder }
}

/// Whether the text of a `direct_url.json` says that the distribution is editable.
pub(crate) fn says_editable(direct_url: &[u8]) -> bool {
    serde_json::from_slice::<Value>(direct_url).is_ok_and(|direct| direct["dir_info"]["editable"] == true)
}

/// The path that a URL of a local file names.
fn path_of(system: &dyn System, url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("file://")?;
    let path = path.strip_prefix("localhost").unwrap_or(path);
    let path = String::from_utf8(percent_decoded(path.as_bytes())).ok()?;
    // `file:///C:/project`
    let path = if system.platform().is_windows() { path.strip_prefix('/').unwrap_or(&path) } else { &path };
    Some(without_dots(Path::new(path)))
}

fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match (byte, digit(text.get(at + 1)), digit(text.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.extend(u8::try_from(high * 16 + low));
                at += 3;
            }
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_stand_for_bytes() {
        assert_eq!(percent_decoded(b"/a%20b/%C3%A4%2"), "/a b/ä%2".as_bytes());
    }
}
