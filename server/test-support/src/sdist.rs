//! Source distributions made on the spot, which build without anything but Python: each brings its own build backend.
//!
//! The module that is built says that it was, and which settings the build was given. They are ZIP archives, which pip
//! and uv take as well as tarballs.
//! Not here: sources that need a compiler or another package.

use crate::wheel::{escaped, pack};

/// One source distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sdist {
    /// The name as its author spells it.
    pub name: String,
    /// The version, written as it is into names and metadata.
    pub version: String,
}

impl Sdist {
    /// A source of one module named after the distribution, with a `__version__` and the `SETTINGS` of its build.
    pub fn new(name: &str, version: &str) -> Sdist {
        Sdist { name: name.into(), version: version.into() }
    }

    /// The name of the file, `six-1.0.zip`.
    pub fn file_name(&self) -> String {
        format!("{}.zip", self.stem())
    }

    /// The archive.
    pub fn bytes(&self) -> Vec<u8> {
        let stem = self.stem();
        let metadata = format!("Metadata-Version: 2.1\nName: {}\nVersion: {}\n", self.name, self.version);
        let backend = BACKEND
            .replace("MODULE", &escaped(&self.name))
            .replace("VERSION", &self.version)
            .replace("TEXT_OF_METADATA", &format!("{metadata:?}"));
        let files = [
            (format!("{stem}/PKG-INFO"), metadata),
            (format!("{stem}/pyproject.toml"), PYPROJECT.to_owned()),
            (format!("{stem}/backend.py"), backend),
        ];
        pack(&files).expect("an archive of a few texts in memory is within all limits of the format")
    }

    fn stem(&self) -> String {
        format!("{}-{}", escaped(&self.name), self.version)
    }
}

const PYPROJECT: &str =
    "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n";

const BACKEND: &str = r#"import os
import zipfile


def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "MODULE-VERSION-py3-none-any.whl"
    info = "MODULE-VERSION.dist-info"
    files = {
        "MODULE.py": '__version__ = "VERSION"\nSETTINGS = %r\n' % (config_settings or {}),
        info + "/METADATA": TEXT_OF_METADATA,
        info + "/WHEEL": "Wheel-Version: 1.0\nGenerator: backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(path + ",,\n" for path in files) + info + "/RECORD,,\n"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
        wheel.writestr(info + "/RECORD", record)
    return name
"#;

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;

    #[test]
    fn a_source_is_named_as_installers_expect_and_builds_itself() {
        let sdist = Sdist::new("My.Source", "1.0");
        assert_eq!(sdist.file_name(), "my_source-1.0.zip");
        let mut archive = zip::ZipArchive::new(Cursor::new(sdist.bytes())).unwrap();
        let mut backend = String::new();
        archive.by_name("my_source-1.0/backend.py").unwrap().read_to_string(&mut backend).unwrap();
        assert!(backend.contains("name = \"my_source-1.0-py3-none-any.whl\""), "{backend}");
        assert!(backend.contains(r#""Metadata-Version: 2.1\nName: My.Source\nVersion: 1.0\n""#), "{backend}");
    }
}
