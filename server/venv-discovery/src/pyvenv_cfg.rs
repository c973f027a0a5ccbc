//! `pyvenv.cfg`, read as CPython reads it (`Modules/getpath.py` and `Lib/site.py`).
//!
//! It is not INI: there are no sections and no comments. A line counts if it has a `=`; keys are compared
//! without regard to case; the first `home` counts, and the last `include-system-site-packages`.

use std::io;
use std::path::{Path, PathBuf};

use venv_analysis::facts::Implementation;

use crate::system::{FileKind, System};

/// A few hundred bytes are usual.
const LARGEST: usize = 1 << 20;

/// What stands in the way of reading `pyvenv.cfg`, or what was read.
#[derive(Debug)]
pub(crate) enum Config {
    Found(PyvenvCfg),
    Missing,
    /// This user may not read it. Holds what is assumed then.
    Unreadable(PyvenvCfg),
    /// There is something of that name that Python cannot use. The text says why, after "`pyvenv.cfg`".
    Corrupt(PyvenvCfg, String),
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PyvenvCfg {
    /// The folder of the interpreter that the environment was made with.
    pub(crate) home: Option<PathBuf>,
    pub(crate) include_system_site_packages: bool,
    /// The most exact of the versions given, in the form of `platform.python_version()`: `3.13.0rc2`, `3.12`.
    pub(crate) version: Option<String>,
    pub(crate) implementation: Option<Implementation>,
    pub(crate) uv: bool,
    pub(crate) virtualenv: bool,
    /// What is shown while the environment is active.
    pub(crate) prompt: Option<String>,
    /// The command that made the environment, without quotes. It ends with the path.
    pub(crate) command: Option<String>,
    /// uv's word for an environment whose scripts look for it where they lie.
    pub(crate) relocatable: bool,
    /// Of the file, in bytes.
    pub(crate) length: usize,
}

impl Config {
    pub(crate) fn read(system: &dyn System, root: &Path) -> Self {
        let path = root.join("pyvenv.cfg");
        let bytes = match system.read_within(&path, LARGEST) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Self::Missing;
            }
            Err(error) => {
                // Windows says "permission denied" to an attempt to read a folder.
                let problem = match system.metadata(&path).map(|found| found.kind) {
                    Ok(FileKind::Directory) => "is a folder".to_owned(),
                    Ok(FileKind::Other) => "is not a regular file".to_owned(),
                    Ok(FileKind::File) if error.kind() == io::ErrorKind::FileTooLarge => {
                        "is far too large".to_owned()
                    }
                    Ok(FileKind::File | FileKind::Link) | Err(_)
                        if error.kind() == io::ErrorKind::PermissionDenied =>
                    {
                        return Self::Unreadable(PyvenvCfg::default());
                    }
                    Ok(FileKind::File | FileKind::Link) | Err(_) => {
                        format!("cannot be read ({})", error.kind())
                    }
                };
                return Self::Corrupt(PyvenvCfg::default(), problem);
            }
        };
        let Ok(text) = std::str::from_utf8(&bytes) else {
            let read = PyvenvCfg::parse(&String::from_utf8_lossy(&bytes));
            return Self::Corrupt(read, "is not UTF-8, so Python does not start".to_owned());
        };
        let read = PyvenvCfg { length: bytes.len(), ..PyvenvCfg::parse(text) };
        if read.home.is_none() {
            return Self::Corrupt(read, "has no `home`".to_owned());
        }
        Self::Found(read)
    }

    /// What was read, even if not all of it was well.
    pub(crate) fn values(&self) -> Option<&PyvenvCfg> {
        match self {
            Self::Found(values) | Self::Unreadable(values) | Self::Corrupt(values, _) => Some(values),
            Self::Missing => None,
        }
    }
}

impl PyvenvCfg {
    pub(crate) fn parse(text: &str) -> Self {
        // Without the key, CPython shows the packages of the base.
        let mut read = Self { include_system_site_packages: true, ..Self::default() };
        let [mut version, mut version_info, mut python_version] = [const { None::<String> }; 3];
        for line in text.split(['\n', '\r']) {
            let Some((key, value)) = line.split_once('=') else { continue };
            let value = value.trim();
            match key.trim().to_lowercase().as_str() {
                "home" if read.home.is_none() && !value.is_empty() => read.home = Some(PathBuf::from(value)),
                "include-system-site-packages" => {
                    read.include_system_site_packages = value.eq_ignore_ascii_case("true");
                }
                "implementation" => read.implementation = implementation(value),
                "version" => version = Some(value.to_owned()),
                "version_info" => version_info = Some(from_version_info(value)),
                "python-version" => python_version = Some(value.to_owned()),
                "prompt" => read.prompt = Some(unquoted(value)).filter(|prompt| !prompt.is_empty()),
                "command" => read.command = Some(value.to_owned()),
                "relocatable" => read.relocatable = value.eq_ignore_ascii_case("true"),
                "uv" => read.uv = true,
                "virtualenv" => read.virtualenv = true,
                _ => {}
            }
        }
        read.version = version_info.or(version).or(python_version);
        read
    }
}

/// `venv` writes the prompt as Python does, virtualenv as JSON does, uv as it is.
fn unquoted(value: &str) -> String {
    let inner = ["'", "\""].iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    inner.unwrap_or(value).to_owned()
}

fn implementation(text: &str) -> Option<Implementation> {
    match text.to_ascii_lowercase().as_str() {
        "cpython" => Some(Implementation::CPython),
        "pypy" => Some(Implementation::PyPy),
        "graalvm" | "graalpy" => Some(Implementation::GraalPy),
        _ => None,
    }
}

/// virtualenv writes `3.13.0.candidate.2` where Python would say `3.13.0rc2`.
fn from_version_info(text: &str) -> String {
    let parts: Vec<&str> = text.split('.').collect();
    let [major, minor, micro, level, serial] = parts[..] else { return text.to_owned() };
    let suffix = match level {
        "alpha" => format!("a{serial}"),
        "beta" => format!("b{serial}"),
        "candidate" => format!("rc{serial}"),
        _ => String::new(),
    };
    format!("{major}.{minor}.{micro}{suffix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_creator_is_understood() {
        let venv = PyvenvCfg::parse(
            "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.2\nexecutable = /usr/bin/python3.11\n",
        );
        assert_eq!(venv.home.as_deref(), Some(Path::new("/usr/bin")));
        assert_eq!(venv.version.as_deref(), Some("3.11.2"));
        assert!(!venv.include_system_site_packages && !venv.uv && !venv.virtualenv);

        let uv = PyvenvCfg::parse(
            "home = /usr/bin\nimplementation = CPython\nuv = 0.13.9\nversion_info = 3.12.1\n\
             include-system-site-packages = false\n",
        );
        assert!(uv.uv);
        assert_eq!(uv.version.as_deref(), Some("3.12.1"));
        assert_eq!(uv.implementation, Some(Implementation::CPython));

        let virtualenv = PyvenvCfg::parse(
            "home = C:\\Python\nimplementation = PyPy\npython-version = 3.13\nversion_info = 3.13.0.candidate.2\n\
             version = 3.13.0\nvirtualenv = 21.15.8\ninclude-system-site-packages = TRUE\n",
        );
        assert!(virtualenv.virtualenv && virtualenv.include_system_site_packages);
        assert_eq!(virtualenv.version.as_deref(), Some("3.13.0rc2"));
        assert_eq!(virtualenv.implementation, Some(Implementation::PyPy));
    }

    #[test]
    fn lines_are_read_as_cpython_reads_them() {
        let read = PyvenvCfg::parse("; note\r\nHOME=/a=b\r\n[section]\r\nhome = /later\r\nversion=3.9\r\n");
        assert_eq!(read.home.as_deref(), Some(Path::new("/a=b")));
        assert_eq!(read.version.as_deref(), Some("3.9"));
        assert!(read.include_system_site_packages, "absent means yes");
        assert_eq!(
            PyvenvCfg::parse("\u{feff}home = /a\n").home,
            None,
            "a byte order mark spoils the first key"
        );
        assert_eq!(PyvenvCfg::parse("home =\n").home, None);
        for (written, prompt) in
            [("'my'", Some("my")), ("\"my\"", Some("my")), ("my one", Some("my one")), ("''", None)]
        {
            assert_eq!(PyvenvCfg::parse(&format!("prompt = {written}\n")).prompt.as_deref(), prompt);
        }
    }
}
