//! What an environment held, in the form in which its successor can be given the same.

use std::path::PathBuf;

use venv_syntax::parse_config_file;

use crate::facts::{EnvironmentKind, option_name};

/// What is installed in an environment's own folders, and how it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Former {
    /// In the order of the normalised names.
    pub distributions: Vec<FormerDistribution>,
    /// The names of those that nothing can bring back: an editable whose source is gone, a version that is none.
    pub lost: Vec<String>,
    /// Where it lies, if its root is a link.
    pub place: Option<FormerPlace>,
    /// Whether it belongs to another user.
    pub is_foreign: bool,
    /// Whether uv made it so that it can be moved.
    pub is_relocatable: bool,
    /// What configures pip in this environment alone: names directly in its folder.
    pub pip_files: Vec<PipFileName>,
}

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerPlace {
    /// Without links.
    pub root: PathBuf,
    /// As it is told there.
    pub kind: EnvironmentKind,
}

/// A file that configures pip for one environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PipFileName {
    pub name: &'static str,
    /// Whether what pip installs with it gets into the environment.
    pub stays_inside: bool,
}

/// The names that pip has for them.
pub const PIP_FILES: [&str; 2] = ["pip.conf", "pip.ini"];

/// The options that lead an installation elsewhere, or to nothing. No variable takes them back.
pub(crate) const LEADS_ELSEWHERE: [&str; 6] = ["target", "prefix", "root", "home", "python", "dry-run"];

/// Whether pip, where it is configured by `text`, installs into the environment that it runs in.
pub fn stays_inside(text: &str) -> bool {
    let read = parse_config_file(text);
    // pip refuses to work at all with a file that it cannot read.
    read.errors.is_empty()
        && !read.entries.iter().any(|entry| {
            !entry.value.is_empty() && LEADS_ELSEWHERE.contains(&option_name(&entry.key).as_str())
        })
}

/// One distribution that can be installed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerDistribution {
    /// Normalised.
    pub name: String,
    /// `None` where it is installed from a source that may say another by now.
    pub version: Option<String>,
    /// The line of a requirements file that asks for it: `six==1.17.0`, `six @ file:///…`, `-e file:///…`.
    pub line: String,
}

impl FormerDistribution {
    /// The distribution of this version, from an index. Nothing where the two would not be read as what they are.
    pub fn released(name: &str, version: &venv_syntax::Version) -> Option<Self> {
        venv_syntax::is_valid_name(name).then(|| Self {
            name: venv_syntax::normalize_name(name),
            version: Some(version.to_string()),
            line: format!("{name}=={version}"),
        })
    }

    /// The distribution from the place that `url` names.
    pub fn at_url(name: &str, url: &str) -> Option<Self> {
        (venv_syntax::is_valid_name(name) && is_one_word(url)).then(|| Self {
            name: venv_syntax::normalize_name(name),
            version: None,
            line: format!("{name} @ {url}"),
        })
    }

    /// The project in the folder that `url` names, to be worked on there.
    pub fn editable(name: &str, url: &str) -> Option<Self> {
        (venv_syntax::is_valid_name(name) && is_one_word(url) && url.starts_with("file:")).then(|| Self {
            name: venv_syntax::normalize_name(name),
            version: None,
            line: format!("-e {url}"),
        })
    }
}

/// Whether `url` stays one word on its line: pip puts variables in, and takes what follows a blank for something else.
fn is_one_word(url: &str) -> bool {
    !url.is_empty() && url.bytes().all(|byte| byte.is_ascii_graphic()) && !url.contains("${")
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use super::*;

    #[test]
    fn a_line_says_one_thing_only() {
        let version = venv_syntax::Version::from_str("1.0").unwrap();
        assert_eq!(FormerDistribution::released("My_Lib", &version).unwrap().line, "My_Lib==1.0");
        assert_eq!(FormerDistribution::released("--pre", &version), None);
        let line = |url| FormerDistribution::at_url("six", url).map(|found| found.line);
        assert_eq!(line("file:///a%20b/six.whl").as_deref(), Some("six @ file:///a%20b/six.whl"));
        for bad in ["", "https://a/ --pre", "https://a/\n--pre", "https://a/${TOKEN}"] {
            assert_eq!(line(bad), None, "{bad:?}");
        }
        assert_eq!(FormerDistribution::editable("six", "git+https://a/six"), None);
    }

    #[test]
    fn a_configuration_may_lead_out_of_the_environment() {
        for inside in ["", "[global]\nindex-url = https://a/\nuser = true\n", "[install]\ntarget =\n"] {
            assert!(stays_inside(inside), "{inside}");
        }
        for outside in [
            "[install]\ntarget = /a\n",
            "[global]\nPREFIX: /a\n",
            "[global]\n--dry_run=1\n",
            "index-url = a\n",
        ] {
            assert!(!stays_inside(outside), "{outside}");
        }
    }
}
