//! What is wrong among the distributions of an environment: what contradicts what, and what is incomplete.
//!
//! The contradictions are those of `pip check` and, for the Python that a distribution is for, those of
//! `uv pip check`. Of every distribution a [`Digest`] is kept, which is small; the texts that it was made from are not.

mod wheel;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use rustc_hash::FxHashMap;
use venv_syntax::{
    MarkerEnvironment, Metadata, Name, Requirement, Specifier, Version, evaluate, metadata_headers,
    parse_requirement, satisfies,
};

use crate::facts::{Cure, Distribution, Environment, Harm, HealthIssue};
use crate::words::{counted, listed, plain, quoted};
pub use wheel::built_for_another;

/// What an environment's distributions say of each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inspection {
    /// In the order of the names.
    pub contradictions: Vec<Contradiction>,
    /// Distributions of which a part is gone.
    pub issues: Vec<HealthIssue>,
    /// The folders in `site-packages` that describe a distribution of which a part is gone; whether or not that is among
    /// `issues`, for it may be about to come. Not more than are worth being watched.
    pub incomplete: Vec<PathBuf>,
    /// When it has to be looked at again what is in `incomplete` and not in `issues`: an installation is under way until
    /// then, as it seems.
    pub unsettled_until: Option<SystemTime>,
}

impl Inspection {
    /// Whether nothing is wrong, or about to be.
    pub fn is_empty(&self) -> bool {
        self.contradictions.is_empty() && self.issues.is_empty() && self.incomplete.is_empty()
    }
}

/// One distribution is not served by what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The one that is not served, by its normalised name.
    pub of: Box<str>,
    pub kind: ContradictionKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContradictionKind {
    /// What it needs is not installed.
    Missing(Need),
    /// What it needs is installed in a version that it does not take.
    Version(Need),
    /// It is for another Python: its `Requires-Python`.
    Python(Box<str>),
    /// It was built for something else: one of its tags.
    Platform(Box<str>),
    /// What it needs cannot be read. The newest pip then checks nothing of it, those before 24.1 read it in ways of
    /// their own.
    Unreadable {
        /// As it stands in the metadata.
        line: Box<str>,
        /// What the line begins with, normalised, where that is needed and not installed.
        missing: Option<Box<str>>,
    },
}

impl Contradiction {
    /// What is needed, where something is.
    pub fn needed(&self) -> Option<&Need> {
        match &self.kind {
            ContradictionKind::Missing(need) | ContradictionKind::Version(need) => Some(need),
            ContradictionKind::Python(_)
            | ContradictionKind::Platform(_)
            | ContradictionKind::Unreadable { .. } => None,
        }
    }
}

/// What one distribution says, as far as it concerns the environment in which it is installed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    /// What it needs there without any extra.
    pub needs: Box<[Need]>,
    /// Its `Requires-Python`, where the environment's own is outside.
    pub wrong_python: Option<Box<str>>,
    /// A tag of its wheel, where none of them is for the environment.
    pub wrong_platform: Option<Box<str>>,
    /// The first line of what it needs that cannot be read. Of those for an extra nothing is known.
    pub unreadable: Option<Unreadable>,
    pub lack: Option<Lack>,
}

/// A requirement in the metadata that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// As it stands there.
    pub line: Box<str>,
    /// What it begins with, normalised, where that is needed in the environment.
    pub name: Option<Box<str>>,
}

/// A distribution that another one needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Normalised.
    pub name: Box<str>,
    /// In brackets, with commas between them: `[socks]`. Empty: none.
    pub extras: Box<str>,
    /// The version specifiers with commas between them. Empty: any version.
    pub versions: Box<str>,
}

/// What an interrupted installation has left out, or somebody has deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The `METADATA`: pip and `importlib.metadata` do not know the distribution.
    Metadata,
    /// The `RECORD`: pip cannot remove or upgrade it.
    Record,
    /// What can be imported.
    Files,
}

impl Digest {
    /// Of the headers of a metadata file.
    pub fn of_headers(text: &str, markers: &MarkerEnvironment) -> Self {
        let mut needs = Vec::new();
        let mut wrong_python = None;
        let mut unreadable = None;
        for (key, value) in metadata_headers(text) {
            if key.eq_ignore_ascii_case("Requires-Dist") {
                if is_for_extra_only(value) {
                    continue;
                }
                let (requirement, errors) = parse_requirement(value.trim());
                if errors.is_empty() {
                    needs.extend(requirement.and_then(|requirement| Need::of(&requirement, markers)));
                } else {
                    // A part that was left out could be a condition.
                    unreadable = unreadable.or_else(|| Unreadable::of(value, markers));
                }
            } else if key.eq_ignore_ascii_case("Requires-Python") {
                let (python, errors) = parse_requirement(&format!("python {}", value.trim()));
                let python = python.filter(|_| errors.is_empty());
                wrong_python = python.and_then(|python| contradicted_python(&python.specifiers, markers));
            }
        }
        Self { needs: needs.into(), wrong_python, unreadable, ..Self::default() }
    }

    /// Of what has been read already.
    pub fn of_metadata(metadata: &Metadata, markers: &MarkerEnvironment) -> Self {
        Self {
            needs: metadata
                .requires
                .iter()
                .filter_map(|requirement| Need::of(requirement, markers))
                .collect(),
            wrong_python: contradicted_python(&metadata.requires_python, markers),
            unreadable: metadata
                .unreadable
                .iter()
                .filter(|line| !is_for_extra_only(line))
                .find_map(|line| Unreadable::of(line, markers)),
            ..Self::default()
        }
    }
}

impl Need {
    /// `None` for what is not needed here, or not without an extra, or where that cannot be told.
    fn of(requirement: &Requirement, markers: &MarkerEnvironment) -> Option<Self> {
        let holds = |marker| evaluate(marker, markers, &[]) == Some(true);
        requirement.marker.as_deref().is_none_or(holds).then(|| Self {
            name: requirement.name.normalized.clone(),
            extras: extras(&requirement.extras),
            versions: versions(&requirement.specifiers),
        })
    }

    fn allows(&self, version: &Version) -> bool {
        if self.versions.is_empty() {
            return true;
        }
        let (requirement, _) = parse_requirement(&format!("x {}", self.versions));
        requirement.is_none_or(|requirement| requirement.allows(version))
    }
}

impl Unreadable {
    /// `None` for what pip reads all the same.
    fn of(line: &str, markers: &MarkerEnvironment) -> Option<Self> {
        let line = line.trim();
        let (requirement, errors) = parse_requirement(line);
        // Anything can be a URL, and a version behind `@` is one.
        let is_readable = requirement.as_ref().is_some_and(|requirement| requirement.url.is_some())
            || errors.iter().all(|error| error.is_late);
        if is_readable {
            return None;
        }
        let is_needed = |requirement: &Requirement| match &requirement.marker {
            Some(marker) => evaluate(marker, markers, &[]) == Some(true),
            None => !line.contains(';'),
        };
        let name = requirement.filter(is_needed).map(|requirement| requirement.name.normalized);
        Some(Self { line: line.into(), name })
    }
}

/// What the `digests` of an environment's distributions, by normalised name, say together. Of a distribution that has
/// none nothing is known.
pub fn inspect(environment: &Environment, digests: &FxHashMap<Box<str>, Arc<Digest>>) -> Inspection {
    let mut names: Vec<&str> = digests.keys().map(|name| &**name).collect();
    names.sort_unstable();
    let mut contradictions = Vec::new();
    let mut lacking: [Vec<&Distribution>; 3] = Default::default();
    for name in names {
        let (Some(digest), Some(distribution)) = (digests.get(name), environment.distributions.find(name))
        else {
            continue;
        };
        let mut add = |kind| contradictions.push(Contradiction { of: name.into(), kind });
        for need in &digest.needs {
            match environment.distributions.find(&need.name) {
                None => add(ContradictionKind::Missing(need.clone())),
                Some(found) if found.parsed.as_ref().is_some_and(|version| !need.allows(version)) => {
                    add(ContradictionKind::Version(need.clone()));
                }
                Some(_) => {}
            }
        }
        if let Some(Unreadable { line, name }) = &digest.unreadable {
            let missing = name.clone().filter(|name| environment.distributions.find(name).is_none());
            add(ContradictionKind::Unreadable { line: line.clone(), missing });
        }
        if let Some(python) = &digest.wrong_python {
            add(ContradictionKind::Python(python.clone()));
        }
        if let Some(tag) = &digest.wrong_platform {
            add(ContradictionKind::Platform(tag.clone()));
        }
        match digest.lack {
            Some(Lack::Metadata) => lacking[0].push(distribution),
            Some(Lack::Record) => lacking[1].push(distribution),
            Some(Lack::Files) => lacking[2].push(distribution),
            None => {}
        }
    }
    contradictions.dedup();
    let issues = [Lack::Metadata, Lack::Record, Lack::Files].into_iter().zip(lacking);
    let issues = issues.filter(|(_, lacking)| !lacking.is_empty());
    let issues = issues.map(|(lack, lacking)| lack.issue(&lacking)).collect();
    Inspection { contradictions, issues, ..Inspection::default() }
}

impl Lack {
    fn issue(self, lacking: &[&Distribution]) -> HealthIssue {
        let (code, what) = match self {
            Self::Metadata => ("metadata-missing", "`METADATA`, so pip does not know"),
            Self::Record => ("record-missing", "`RECORD`, so pip cannot upgrade or remove"),
            Self::Files => ("files-missing", "files, so Python cannot import"),
        };
        let is_one = lacking.len() == 1;
        let who = match lacking {
            [one] => format!("{} {}", quoted(&one.name), plain(&one.version)),
            _ => listed(&lacking.iter().map(|one| &*one.name).collect::<Vec<_>>()),
        };
        let (lost, them) = if is_one { ("has lost its", "it") } else { ("have lost their", "them") };
        let cure = match lacking {
            [one] => format!("install `{}=={}` again", plain(&one.name), plain(&one.version)),
            _ => format!("install these {} again", counted(lacking.len(), "distribution")),
        };
        let mut again: Vec<String> =
            lacking.iter().map(|one| format!("{}=={}", one.name, one.version)).collect();
        again.sort_unstable();
        HealthIssue {
            code,
            message: format!("{who} {lost} {what} {them}: {cure}"),
            harm: Harm::Partial,
            cure: Cure::Reinstall(again),
        }
    }
}

/// Whether the marker of `requirement` demands an extra, as that of most requirements does: it need not be read then.
fn is_for_extra_only(requirement: &str) -> bool {
    let Some((_, marker)) = requirement.split_once(';') else { return false };
    let Some(at) = marker.find("extra") else { return false };
    let behind = marker[at + "extra".len()..].trim_start();
    let Some(value) = behind.strip_prefix("==").map(str::trim_start) else { return false };
    let mut value = value.chars();
    let is_quoted =
        matches!(value.next(), Some('"' | '\'')) && value.next().is_some_and(char::is_alphanumeric);
    let is_word = marker[..at].chars().next_back().is_none_or(|c| c == ' ' || c == '(');
    is_quoted && is_word && !marker.contains(" or ")
}

/// The text of `specifiers`, if they do not allow the Python of `markers`.
fn contradicted_python(specifiers: &[Specifier], markers: &MarkerEnvironment) -> Option<Box<str>> {
    let python: Version = markers.python_full_version.as_ref()?.trim_end_matches('+').parse().ok()?;
    let allowed = satisfies(&python, specifiers.iter().map(|specifier| &specifier.value));
    (!allowed).then(|| versions(specifiers))
}

fn extras(extras: &[Name]) -> Box<str> {
    if extras.is_empty() {
        return Box::default();
    }
    let names: Vec<&str> = extras.iter().map(|extra| &*extra.text).collect();
    format!("[{}]", names.join(",")).into()
}

fn versions(specifiers: &[Specifier]) -> Box<str> {
    let texts: Vec<String> =
        specifiers.iter().map(|specifier| specifier.value.to_string().replace(' ', "")).collect();
    texts.join(",").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markers() -> MarkerEnvironment {
        MarkerEnvironment {
            python_version: Some("3.12".to_owned()),
            python_full_version: Some("3.12.1".to_owned()),
            sys_platform: Some("linux".to_owned()),
            ..MarkerEnvironment::default()
        }
    }

    fn needs(headers: &str) -> Vec<(String, String)> {
        let digest = Digest::of_headers(headers, &markers());
        digest.needs.iter().map(|need| (need.name.to_string(), need.versions.to_string())).collect()
    }

    #[test]
    fn what_is_needed_is_needed_here_and_without_an_extra() {
        let headers = "Name: x\nRequires-Dist: Six (>=1.0, <3)\nRequires-Dist: old; python_version < '3'\n\
                       Requires-Dist: a ; extra == 'all'\nRequires-Dist: b; (sys_platform == 'linux') and extra == \"all\"\n\
                       Requires-Dist: c; extra == 'all' or sys_platform == 'linux'\n\
                       Requires-Dist: d; extra != 'all'\nRequires-Dist: extra ; sys_platform == 'linux'\n\
                       Requires-Dist: e @ https://example.org/e.zip\nRequires-Dist: f; os_name == 'nt'\n\nRequires-Dist: g\n";
        let expected = [("six", ">=1.0,<3"), ("c", ""), ("d", ""), ("extra", ""), ("e", "")];
        assert_eq!(needs(headers), expected.map(|(name, versions)| (name.to_owned(), versions.to_owned())));
    }

    #[test]
    fn what_cannot_be_read_is_kept_once_with_what_it_names() {
        let unreadable = |headers: &str| {
            let digest = Digest::of_headers(headers, &markers());
            assert_eq!(
                Digest::of_metadata(&venv_syntax::parse_metadata(headers), &markers()),
                digest,
                "{headers}"
            );
            digest.unreadable.map(|found| (found.line.to_string(), found.name.map(String::from)))
        };
        let some = |line: &str, name: Option<&str>| Some((line.to_owned(), name.map(str::to_owned)));
        assert_eq!(
            unreadable("Requires-Dist: six\nRequires-Dist:  Gone (>=2,<=3.*)\nRequires-Dist: x>=dev\n"),
            some("Gone (>=2,<=3.*)", Some("gone"))
        );
        assert_eq!(
            unreadable("Requires-Dist: x<=3.*; sys_platform == 'win32'\n"),
            some("x<=3.*; sys_platform == 'win32'", None)
        );
        assert_eq!(unreadable("Requires-Dist: x; bad\n"), some("x; bad", None));
        assert_eq!(unreadable("Requires-Dist: ?\n"), some("?", None));
        // pip reads these.
        assert_eq!(
            unreadable("Requires-Dist: x @ 1.0\nRequires-Dist: y (>=1.0)\nRequires-Dist: z[a,b]\n"),
            None
        );
    }

    #[test]
    fn both_ways_to_a_digest_lead_to_the_same() {
        let headers =
            "Name: x\nRequires-Python: >=3.13\nRequires-Dist: six==1.*\nRequires-Dist: a; extra == 'b'\n";
        let metadata = venv_syntax::parse_metadata(headers);
        let digest = Digest::of_headers(headers, &markers());
        assert_eq!(digest.wrong_python.as_deref(), Some(">=3.13"));
        assert_eq!(Digest::of_metadata(&metadata, &markers()), digest);
        assert!(digest.needs[0].allows(&"1.17.0".parse().expect("it is a version")));
        assert!(!digest.needs[0].allows(&"2.0".parse().expect("it is a version")));
    }
}
