//! Wheels made on the spot: real, installable distributions of a few lines, so that an installation can be tested
//! without a package index and without a build tool.
//!
//! They follow the [binary distribution format](https://packaging.python.org/en/latest/specifications/binary-distribution-format/):
//! pure Python, one tag, files stored without compression. The same [`Wheel`] always gives the same bytes.
//! Not here: scripts, data files, signatures.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// One distribution, to be packed by [`Wheel::bytes`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wheel {
    /// The name as its author spells it, `Jinja2` or `zope.interface`.
    pub name: String,
    /// The version, written as it is into names and metadata.
    pub version: String,
    /// `Requires-Dist`, one PEP 508 requirement each; those of an extra carry their `; extra == "…"` marker.
    pub requires: Vec<String>,
    /// `Requires-Python`, such as `>=3.9`.
    pub requires_python: Option<String>,
    /// `Provides-Extra`.
    pub extras: Vec<String>,
    /// Files of the distribution: path in the archive with `/`, and text. [`Wheel::new`] puts one module here.
    pub modules: Vec<(String, String)>,
    /// Why the index marks this file as yanked (PEP 592), if it does.
    pub yanked: Option<String>,
}

impl Wheel {
    /// A distribution that requires nothing and holds one module named after it, with a `__version__`.
    pub fn new(name: &str, version: &str) -> Wheel {
        let module = (format!("{}.py", escaped(name)), format!("__version__ = \"{version}\"\n"));
        Wheel { name: name.into(), version: version.into(), modules: vec![module], ..Wheel::default() }
    }

    /// The same, requiring others.
    pub fn requiring(name: &str, version: &str, requires: &[&str]) -> Wheel {
        Wheel { requires: requires.iter().copied().map(String::from).collect(), ..Wheel::new(name, version) }
    }

    /// The name of the file, `langchain_ollama-1.0-py3-none-any.whl`.
    pub fn file_name(&self) -> String {
        format!("{}-py3-none-any.whl", self.stem())
    }

    /// The text of `METADATA`, which an index may serve beside the file (PEP 658).
    pub fn metadata(&self) -> String {
        let mut text = format!("Metadata-Version: 2.1\nName: {}\nVersion: {}\n", self.name, self.version);
        let mut field = |name: &str, value: &str| text.push_str(&format!("{name}: {value}\n"));
        if let Some(specifier) = &self.requires_python {
            field("Requires-Python", specifier);
        }
        for requirement in &self.requires {
            field("Requires-Dist", requirement);
        }
        for extra in &self.extras {
            field("Provides-Extra", extra);
        }
        text
    }

    /// The archive.
    pub fn bytes(&self) -> Vec<u8> {
        let dist_info = format!("{}.dist-info", self.stem());
        let mut files = self.modules.clone();
        files.push((format!("{dist_info}/METADATA"), self.metadata()));
        files.push((format!("{dist_info}/WHEEL"), WHEEL.into()));

        let mut record = String::new();
        for (path, text) in &files {
            let digest = base64_url(&Sha256::digest(text.as_bytes()));
            record.push_str(&format!("{path},sha256={digest},{}\n", text.len()));
        }
        record.push_str(&format!("{dist_info}/RECORD,,\n"));
        files.push((format!("{dist_info}/RECORD"), record));
        pack(&files).expect("an archive of a few texts in memory is within all limits of the format")
    }

    fn stem(&self) -> String {
        format!("{}-{}", escaped(&self.name), self.version.replace('-', "_"))
    }
}

/// The name as PEP 503 compares it: lower case, with one `-` for every run of `-`, `_` and `.`.
pub fn normalized(name: &str) -> String {
    let parts: Vec<&str> = name.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect();
    parts.join("-").to_lowercase()
}

/// The SHA-256 of these bytes in hexadecimal, as indexes write it.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes whatever is written");
        text
    })
}

const WHEEL: &str = "Wheel-Version: 1.0\nGenerator: test-support\nRoot-Is-Purelib: true\nTag: py3-none-any\n";

/// The name as file names and modules spell it, where `-` separates the parts.
pub(crate) fn escaped(name: &str) -> String {
    normalized(name).replace('-', "_")
}

pub(crate) fn pack(files: &[(String, String)]) -> zip::result::ZipResult<Vec<u8>> {
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Stored).unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in files {
        archive.start_file(path.as_str(), options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

/// Base64 with the alphabet for URLs and no padding, as `RECORD` wants it.
fn base64_url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for sextet in 0..=chunk.len() {
            let value = bits >> (18 - 6 * sextet) & 63;
            text.push(char::from(ALPHABET[value as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn read(bytes: Vec<u8>, path: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(path).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn files_are_named_as_installers_expect() {
        assert_eq!(
            Wheel::new("langchain-ollama", "1.0").file_name(),
            "langchain_ollama-1.0-py3-none-any.whl"
        );
        assert_eq!(Wheel::new("Zope.Interface", "6-1").file_name(), "zope_interface-6_1-py3-none-any.whl");
    }

    #[test]
    fn metadata_holds_what_was_asked_for() {
        let wheel = Wheel {
            requires_python: Some(">=3.8".into()),
            extras: vec!["fast".into()],
            ..Wheel::requiring("Foo.Bar", "2.0", &["six>=1", "idna; extra == \"fast\""])
        };
        let expected = "Metadata-Version: 2.1\nName: Foo.Bar\nVersion: 2.0\nRequires-Python: >=3.8\n\
             Requires-Dist: six>=1\nRequires-Dist: idna; extra == \"fast\"\nProvides-Extra: fast\n";
        assert_eq!(wheel.metadata(), expected);
        assert_eq!(read(wheel.bytes(), "foo_bar-2.0.dist-info/METADATA"), expected);
        assert_eq!(read(wheel.bytes(), "foo_bar.py"), "__version__ = \"2.0\"\n");
    }

    #[test]
    fn every_file_is_recorded_with_its_digest() {
        let record = read(Wheel::new("six", "1.0").bytes(), "six-1.0.dist-info/RECORD");
        let names: Vec<&str> = record.lines().filter_map(|line| line.split(',').next()).collect();
        assert_eq!(
            names,
            ["six.py", "six-1.0.dist-info/METADATA", "six-1.0.dist-info/WHEEL", "six-1.0.dist-info/RECORD"]
        );
        assert!(record.ends_with("RECORD,,\n"), "{record}");
        // By `printf '__version__ = "1.0"\n' | openssl dgst -sha256 -binary | basenc --base64url`.
        assert!(
            record.starts_with("six.py,sha256=kM55qqhSrc4b-StNTuN03Srg0kwfg1G4BckCKhUytaE,20\n"),
            "{record}"
        );
    }

    #[test]
    fn the_same_wheel_gives_the_same_bytes() {
        assert_eq!(Wheel::new("six", "1.0").bytes(), Wheel::new("six", "1.0").bytes());
    }

    #[test]
    fn digests_agree_with_published_vectors() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(base64_url(b"\xfb\xff"), "-_8");
        assert_eq!(base64_url(b"foobar"), "Zm9vYmFy");
    }
}
