//! uv: `UV_PROJECT_ENVIRONMENT` instead of `.venv` at the root of a workspace, and the environments of scripts in its
//! cache (<https://docs.astral.sh/uv/concepts/projects/config/#project-environment-path>).

use std::path::{Path, PathBuf};

use super::{Claim, Folder, names};
use crate::system::System;
use crate::user_folders;

pub(super) fn claim(folder: &Folder<'_>) -> Option<Claim> {
    const VARIABLE: &str = "UV_PROJECT_ENVIRONMENT";
    let system = folder.lookup.system;
    let named = system.env(VARIABLE)?;
    // The lock file lies at the root, whichever member is worked on.
    if !folder.has_file("uv.lock") {
        return None;
    }
    let words = format!("`{VARIABLE}` of the server's own environment, for {}", folder.file_words("uv.lock"));
    Some(Claim {
        by: "`UV_PROJECT_ENVIRONMENT`",
        file: None,
        path: folder.path.join(named),
        words,
        is_certain: true,
        objection: None,
    })
}

/// The environment that uv keeps for the script at `file`: a name made of the script's, and a hash of its path.
pub(crate) fn script_environment(system: &dyn System, file: &Path) -> Option<PathBuf> {
    let extension = file.extension()?.to_str()?;
    if !matches!(extension, "py" | "pyw") {
        return None;
    }
    let cache = system.env_folder("UV_CACHE_DIR").or_else(|| {
        let cache = if system.platform().is_windows() {
            user_folders::cache(system)?.join("uv").join("cache")
        } else {
            // Also on a Mac.
            system.env_folder("XDG_CACHE_HOME").or_else(|| Some(system.home()?.join(".cache")))?.join("uv")
        };
        Some(cache)
    })?;
    let hash = names::seahash(file);
    let name = match script_name(file.file_stem()?.to_str()?) {
        Some(name) => format!("{name}-{hash}"),
        None => hash,
    };
    Some(cache.join("environments-v2").join(name))
}

/// Small letters, digits, and one `-` for each run of anything else.
fn script_name(stem: &str) -> Option<String> {
    let mut name = String::with_capacity(stem.len());
    for byte in stem.bytes() {
        if byte.is_ascii_alphanumeric() {
            name.push(char::from(byte.to_ascii_lowercase()));
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.strip_suffix('-').map_or(name.as_str(), |name| name);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_scripts_are_written_as_uv_does() {
        for (stem, name) in [
            ("my tool", Some("my-tool")),
            ("a.b", Some("a-b")),
            ("_x", Some("-x")),
            ("__main__", Some("-main")),
            ("Ünï", Some("-n")),
            ("A_b__C", Some("a-b-c")),
            ("42", Some("42")),
            ("---", None),
        ] {
            assert_eq!(script_name(stem).as_deref(), name, "{stem}");
        }
    }
}
