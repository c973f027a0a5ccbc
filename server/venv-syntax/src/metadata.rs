//! The metadata of distributions: `METADATA` and `PKG-INFO`
//! (<https://packaging.python.org/en/latest/specifications/core-metadata/>), and `requires.txt`, in which setuptools
//! kept what a distribution needs before the metadata could hold it.

use crate::{Name, Requirement, Span, Specifier, is_valid_name, normalize_name, parse_requirement};

/// What a distribution says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// As written.
    pub name: Box<str>,
    /// As written.
    pub version: Box<str>,
    /// One line.
    pub summary: Box<str>,
    /// `Home-page`, or the first of the `Project-URL`s that is one.
    pub home_page: Option<Box<str>>,
    /// Empty: any. Spans are of no text that is kept.
    pub requires_python: Vec<Specifier>,
    /// `Requires-Dist`; those that cannot be read are left out. Spans are of no text that is kept.
    pub requires: Vec<Requirement>,
    /// Those that were left out, as written.
    pub unreadable: Vec<Box<str>>,
    /// `Provides-Extra`.
    pub extras: Vec<Name>,
}

/// Reads the headers of a metadata file; the description below them is not looked at.
pub fn parse_metadata(text: &str) -> Metadata {
    let mut metadata = Metadata::default();
    let mut project_url = None;
    for (key, value) in metadata_headers(text) {
        let value = || unfolded(value);
        if key.eq_ignore_ascii_case("Requires-Dist") {
            metadata.add_requirement(&value());
        } else if key.eq_ignore_ascii_case("Provides-Extra") {
            metadata.extras.extend(extra_name(&value()));
        } else if key.eq_ignore_ascii_case("Name") {
            metadata.name = value().into();
        } else if key.eq_ignore_ascii_case("Version") {
            metadata.version = value().into();
        } else if key.eq_ignore_ascii_case("Summary") {
            metadata.summary = known(value()).unwrap_or_default();
        } else if key.eq_ignore_ascii_case("Requires-Python") {
            let python = requirement(&format!("python {}", value()));
            metadata.requires_python = python.map(|python| python.specifiers).unwrap_or_default();
        } else if key.eq_ignore_ascii_case("Home-page") {
            metadata.home_page = known(value());
        } else if key.eq_ignore_ascii_case("Project-URL") {
            let value = value();
            if let Some((label, url)) = value.split_once(',') {
                let label: String = label.chars().filter(|c| c.is_alphanumeric()).collect();
                if project_url.is_none() && ["homepage", "home"].contains(&&*label.to_ascii_lowercase()) {
                    project_url = known(url.trim().to_owned());
                }
            }
        }
    }
    metadata.home_page = metadata.home_page.or(project_url);
    metadata
}

/// The headers of a metadata file, or of any other that is written in this way (`WHEEL`): name, and value as it stands
/// there, with the lines that continue it.
pub fn metadata_headers(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    std::iter::from_fn(move || {
        let (header, after) = next_header(rest)?;
        rest = after;
        Some(header)
    })
    .filter_map(|header| {
        let colon = memchr::memchr(b':', header.as_bytes())?;
        Some((&header[..colon], &header[colon + 1..]))
    })
}

/// Where the headers of a metadata file end in `text`, its beginning, in bytes; `None` where they go on behind it.
pub fn metadata_headers_end(text: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, b"\n\n").or_else(|| memchr::memmem::find(text, b"\n\r\n")).map(|at| at + 1)
}

impl Metadata {
    /// Adds what the `requires.txt` of an `*.egg-info` says: requirements, and under `[EXTRA]`, `[EXTRA:MARKER]` and
    /// `[:MARKER]` those that go with that.
    pub fn add_requires_txt(&mut self, text: &str) {
        let (mut extra, mut marker) = (None, None);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(head) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                let (name, condition) = head.split_once(':').unwrap_or((head, ""));
                extra = extra_name(name);
                marker = Some(condition.trim()).filter(|condition| !condition.is_empty());
                if let Some(extra) = &extra
                    && !self.extras.iter().any(|known| known.normalized == extra.normalized)
                {
                    self.extras.push(extra.clone());
                }
                continue;
            }
            let (asked, own) = line.split_once(';').unwrap_or((line, ""));
            let own = Some(own.trim()).filter(|own| !own.is_empty());
            let of_extra = extra.as_ref().map(|extra| format!("extra == '{}'", extra.text));
            let conditions: Vec<String> =
                own.into_iter().chain(marker).map(|marker| format!("({marker})")).chain(of_extra).collect();
            let line = if conditions.is_empty() {
                asked.to_owned()
            } else {
                // A URL ends at a blank.
                format!("{asked} ; {}", conditions.join(" and "))
            };
            self.add_requirement(&line);
        }
    }

    fn add_requirement(&mut self, line: &str) {
        match requirement(line) {
            Some(requirement) => self.requires.push(requirement),
            None => self.unreadable.push(line.into()),
        }
    }
}

/// The first header of `text` with the lines that continue it, and what follows. `None` at the end of the headers.
fn next_header(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    if matches!(bytes, [] | [b'\n', ..] | [b'\r', b'\n', ..]) {
        return None;
    }
    for end in memchr::memchr_iter(b'\n', bytes) {
        if !matches!(bytes.get(end + 1), Some(b' ' | b'\t')) {
            return Some((&text[..end], &text[end + 1..]));
        }
    }
    Some((text, ""))
}

/// A part that was left out could be a condition, so that what has an error says nothing for sure.
fn requirement(text: &str) -> Option<Requirement> {
    let (requirement, errors) = parse_requirement(text);
    requirement.filter(|_| errors.is_empty())
}

/// The value of a header on one line.
fn unfolded(value: &str) -> String {
    let value = value.trim();
    if !value.contains('\n') {
        return value.to_owned();
    }
    value.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// setuptools wrote `UNKNOWN` for what it was not told.
fn known(value: String) -> Option<Box<str>> {
    (!value.is_empty() && value != "UNKNOWN").then(|| value.into())
}

fn extra_name(text: &str) -> Option<Name> {
    let text = text.trim();
    is_valid_name(text).then(|| Name {
        span: Span::default(),
        text: text.into(),
        normalized: normalize_name(text).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(requirements: &[Requirement]) -> Vec<&str> {
        requirements.iter().map(|requirement| &*requirement.name.normalized).collect()
    }

    #[test]
    fn headers_are_read_to_where_the_description_begins() {
        let text = "Metadata-Version: 2.1\r\nName: Flask_X\r\nVersion: 1.0\r\nsummary: Does\r\n  what it does\r\n\
                    Project-URL: Source, https://example.org/source\r\nProject-URL: Home Page, https://example.org\r\n\
                    Requires-Python: >=3.8, !=3.9.0\r\nProvides-Extra: Dev_Tools\r\nProvides-Extra: not a name\r\n\
                    Requires-Dist: six (>=1.0) ; extra == 'Dev_Tools'\r\nRequires-Dist: flask\r\nRequires-Dist: x; bad\r\n\
                    \r\nRequires-Dist: text\r\n";
        let metadata = parse_metadata(text);
        assert_eq!((&*metadata.name, &*metadata.version), ("Flask_X", "1.0"));
        assert_eq!(&*metadata.summary, "Does what it does");
        assert_eq!(metadata.home_page.as_deref(), Some("https://example.org"));
        assert_eq!(metadata.requires_python.len(), 2);
        assert_eq!(names(&metadata.requires), ["six", "flask"]);
        assert_eq!(metadata.unreadable, ["x; bad".into()]);
        assert!(metadata.requires[0].marker.is_some() && metadata.requires[0].specifiers.len() == 1);
        let extras: Vec<&str> = metadata.extras.iter().map(|extra| &*extra.normalized).collect();
        assert_eq!(extras, ["dev-tools"]);
    }

    #[test]
    fn what_was_not_told_is_not_known() {
        let metadata =
            parse_metadata("Name: x\nSummary: UNKNOWN\nHome-page: UNKNOWN\nnonsense\nRequires-Python: ?");
        assert_eq!(&*metadata.summary, "");
        assert_eq!(metadata.home_page, None);
        assert_eq!(metadata.requires_python, []);
        assert_eq!(parse_metadata(""), Metadata::default());
    }

    #[test]
    fn the_end_of_the_headers_is_seen() {
        assert_eq!(metadata_headers_end(b"Name: x\n\nText"), Some(8));
        assert_eq!(metadata_headers_end(b"Name: x\r\n\r\nText"), Some(9));
        assert_eq!(metadata_headers_end(b"Name: x\nDescription: y\n        \n        z\n"), None);
    }

    #[test]
    fn sections_of_requires_txt_are_extras_and_markers() {
        let mut metadata = Metadata::default();
        metadata.add_requires_txt(
            "six>=1\n\n[:python_version < '3']\nenum34\n\n[Socks]\nPySocks!=1.5.7\n\n\
             [Socks:platform_system == 'Windows']\nwin-inet\na @ file:///a ; os_name == 'nt'\n\n[empty]\n",
        );
        assert_eq!(names(&metadata.requires), ["six", "enum34", "pysocks", "win-inet", "a"]);
        let extras: Vec<&str> = metadata.extras.iter().map(|extra| &*extra.normalized).collect();
        assert_eq!(extras, ["socks", "empty"]);
        let windows = crate::MarkerEnvironment {
            platform_system: Some("Windows".to_owned()),
            os_name: Some("posix".to_owned()),
            python_version: Some("3.12".to_owned()),
            ..Default::default()
        };
        let hold = |extra: &str| -> Vec<&str> {
            let holds = |requirement: &&Requirement| {
                let marker = requirement.marker.as_deref();
                marker.is_none_or(|marker| crate::evaluate(marker, &windows, &[extra]) == Some(true))
            };
            metadata.requires.iter().filter(holds).map(|requirement| &*requirement.name.normalized).collect()
        };
        assert_eq!(hold("socks"), ["six", "pysocks", "win-inet"]);
        assert_eq!(hold("other"), ["six"]);
    }
}
