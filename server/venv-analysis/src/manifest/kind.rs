//! Which files ask for packages, and in which format.

use std::ffi::OsStr;
use std::path::Path;

use venv_syntax::{
    Declarations, parse_conda_environment, parse_pipfile, parse_pylock, parse_pyproject, parse_script,
    parse_setup_cfg, parse_setup_py,
};

use super::Role;

/// The formats, by the tool that reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ManifestKind {
    /// pip's requirements and constraints files.
    Requirements,
    /// `pyproject.toml`
    Pyproject,
    /// A Python file, which may have a block of inline metadata (PEP 723).
    Script,
    /// `pylock.toml` (PEP 751)
    Pylock,
    /// `setup.cfg`
    SetupCfg,
    /// `setup.py`
    SetupPy,
    /// `Pipfile`
    Pipfile,
    /// `environment.yml`
    CondaEnvironment,
    /// `pip.conf` or `pip.ini`, which ask for nothing and say how pip works.
    PipConfiguration,
}

impl ManifestKind {
    /// The format of the file of this name; `None` where such a file asks for nothing.
    pub fn of(path: &Path) -> Option<Self> {
        // What is not UTF-8 in a name does not make it another kind of file.
        let name = path.file_name().map(OsStr::to_string_lossy)?;
        if matches!(&*name, "pip.conf" | "pip.ini") {
            return Some(Self::PipConfiguration);
        }
        if name == "Pipfile" {
            return Some(Self::Pipfile);
        }
        let name = name.to_ascii_lowercase();
        let folder = path.parent().and_then(Path::file_name).map(OsStr::to_string_lossy).unwrap_or_default();
        let (stem, ending) = name.rsplit_once('.')?;
        let is_requirements = stem.starts_with("requirements")
            || stem.ends_with("requirements")
            || folder.eq_ignore_ascii_case("requirements");
        match ending {
            // `requires.txt` of an egg-info has another grammar.
            "txt" => (is_requirements || stem.starts_with("constraints")).then_some(Self::Requirements),
            "in" => is_requirements.then_some(Self::Requirements),
            "toml" if stem == "pyproject" => Some(Self::Pyproject),
            "toml" if stem == "pylock" => Some(Self::Pylock),
            "toml" => {
                let name = stem.strip_prefix("pylock.")?;
                (!name.is_empty() && !name.contains('.')).then_some(Self::Pylock)
            }
            "cfg" => (stem == "setup").then_some(Self::SetupCfg),
            "py" if stem == "setup" => Some(Self::SetupPy),
            "py" | "pyw" => Some(Self::Script),
            "yml" | "yaml" => {
                let is_environment = stem.starts_with("environment") || stem.ends_with("environment");
                is_environment.then_some(Self::CondaEnvironment)
            }
            _ => None,
        }
    }

    /// What the text declares; `None` for a requirements file, which has no sections.
    pub(super) fn declarations(self, text: &str) -> Option<Declarations> {
        Some(match self {
            Self::Requirements => return None,
            Self::PipConfiguration => Declarations::default(),
            Self::Pyproject => parse_pyproject(text),
            Self::Script => parse_script(text),
            Self::Pylock => parse_pylock(text),
            Self::SetupCfg => parse_setup_cfg(text),
            Self::SetupPy => parse_setup_py(text),
            Self::Pipfile => parse_pipfile(text),
            Self::CondaEnvironment => parse_conda_environment(text),
        })
    }

    pub(super) fn role_of(self, path: &Path) -> Role {
        let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
        let is_constraints =
            self == Self::Requirements && name.to_ascii_lowercase().starts_with("constraints");
        if is_constraints { Role::Constraints } else { Role::Requirements }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_ask_for_packages_are_known_by_their_names() {
        use ManifestKind::{
            CondaEnvironment, PipConfiguration, Pipfile, Pylock, Pyproject, Requirements, Script, SetupCfg,
            SetupPy,
        };

        for (name, kind) in [
            ("/p/requirements.txt", Requirements),
            ("/p/requirements-dev.txt", Requirements),
            ("/p/dev-requirements.txt", Requirements),
            ("/p/Requirements.txt", Requirements),
            ("/p/requirements/base.txt", Requirements),
            ("/p/requirements/base.in", Requirements),
            ("/p/requirements.in", Requirements),
            ("/p/constraints.txt", Requirements),
            ("/p/constraints-3.12.txt", Requirements),
            ("/p/pyproject.toml", Pyproject),
            ("/p/pylock.toml", Pylock),
            ("/p/pylock.dev.toml", Pylock),
            ("/p/Pipfile", Pipfile),
            ("/p/setup.cfg", SetupCfg),
            ("/p/setup.py", SetupPy),
            ("/p/tool.py", Script),
            ("/p/environment.yml", CondaEnvironment),
            ("/p/environment-dev.yaml", CondaEnvironment),
            ("/etc/pip.conf", PipConfiguration),
            ("/p/.venv/pip.ini", PipConfiguration),
        ] {
            assert_eq!(ManifestKind::of(Path::new(name)), Some(kind), "{name}");
        }
        for name in [
            "/p/requires.txt",
            "/p/notes.txt",
            "/p/requirements.md",
            "/p/requirements",
            "/p/readme.in",
            "/p/pylock.a.b.toml",
            "/p/poetry.toml",
            "/p/pipfile.lock",
            "/p/compose.yml",
            "/p/other.conf",
        ] {
            assert_eq!(ManifestKind::of(Path::new(name)), None, "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_text_is_a_name() {
        use std::os::unix::ffi::OsStrExt as _;

        let of = |name: &[u8]| ManifestKind::of(Path::new(OsStr::from_bytes(name)));
        assert_eq!(of(b"/p/requirements-\xff.txt"), Some(ManifestKind::Requirements));
        assert_eq!(of(b"/p/requirements/\xff.txt"), Some(ManifestKind::Requirements));
        assert_eq!(of(b"/p/\xff.txt"), None);
    }
}
