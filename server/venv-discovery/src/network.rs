//! The way to a package index: the proxies that variables name, and the index that a pip was made for.
//!
//! No index is built into venv-lsp. Where nobody configured one, it is pip's own, and pip's own files say which that is.

use std::path::{Path, PathBuf};

use venv_analysis::facts::{Environment, Network, PipSettings};

use crate::installation::{find_installation, site_folders};
use crate::system::System;

/// pip keeps its index in a file of a few lines.
const LARGEST: usize = 64 << 10;

/// Where that file lies in a folder of packages; the second is that of pip 9.
const INDEX_FILES: [&str; 2] = ["pip/_internal/models/index.py", "pip/models/index.py"];

/// Where `import socks` is found in a folder of packages.
const SOCKS_FILES: [&str; 2] = ["socks.py", "socks/__init__.py"];

/// Which proxies are named; and where a SOCKS proxy is among them, what matters for it of the environment that serves a
/// file.
pub fn read_network(system: &dyn System, pip: &PipSettings, environment: Option<&Environment>) -> Network {
    let proxies = system.variables_ending_in("_proxy").into_iter();
    let proxies = proxies.map(|(name, value)| (name.into(), value.into())).collect();
    let mut network = Network { proxies, ..Network::default() };
    if !network.names_socks(pip) {
        return network;
    }
    if let Some(environment) = environment {
        let places =
            environment.site_packages.iter().flat_map(|site| SOCKS_FILES.map(|file| site.join(file)));
        network.imports_socks = places.into_iter().any(|file| system.is_file(&file));
    }
    network.default_index = default_index(system, environment, None).map(Into::into);
    network
}

/// The index that the pip in `environment` was made for, or else that of `interpreter`, which is no environment's.
pub fn default_index(
    system: &dyn System,
    environment: Option<&Environment>,
    interpreter: Option<&Path>,
) -> Option<String> {
    let inside = environment.and_then(|environment| index_in(system, &environment.site_packages));
    inside.or_else(|| {
        let installation = find_installation(system, &system.canonicalize(interpreter?).ok()?)?;
        index_in(system, &site_folders(system, &installation))
    })
}

fn index_in(system: &dyn System, sites: &[PathBuf]) -> Option<String> {
    let mut files = sites.iter().flat_map(|site| INDEX_FILES.map(|file| site.join(file)));
    files.find_map(|file| {
        let text = system.read_within(&file, LARGEST).ok()?;
        index_of(&String::from_utf8_lossy(&text))
    })
}

/// The first text of `PyPI = PackageIndex("…")`, to which pip adds `simple`.
fn index_of(text: &str) -> Option<String> {
    let call = text.lines().position(|line| line.starts_with("PyPI ="))?;
    let call: String = text.lines().skip(call).take(4).collect();
    let start = call.find(['"', '\''])?;
    let quote = call[start..].chars().next()?;
    let url = call[start + 1..].split(quote).next()?;
    let is_url = url.starts_with("https://") || url.starts_with("http://");
    is_url.then(|| format!("{}/simple", url.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pips_of_all_ages_say_which_index_they_were_made_for() {
        for text in [
            "class PackageIndex:\n    pass\n\n\nPyPI = PackageIndex(\"https://index.test/\", file_storage_domain=\"x\")\n",
            "PyPI = PackageIndex(\n    'https://index.test/', file_storage_domain='x'\n)\nOther = PackageIndex('y')\n",
            "PyPI = Index('https://index.test')\n",
        ] {
            assert_eq!(index_of(text).as_deref(), Some("https://index.test/simple"), "{text}");
        }
        assert_eq!(index_of("PyPI = PackageIndex(HOST)\n"), None);
        assert_eq!(index_of("Other = PackageIndex('https://index.test/')\n"), None);
    }
}
