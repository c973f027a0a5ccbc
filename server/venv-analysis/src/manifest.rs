//! The one model to which every kind of file that asks for packages is lowered.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use venv_syntax::{
    LineKind, LineTree, Name, OptionItem, OptionKind, Requirement, RequirementLine, RequirementTarget,
    RequirementsTxt, Span, SyntaxError, parse_requirements_txt, reparse_requirements_txt,
};

/// A file that asks for packages: its text and what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Absolute.
    pub path: PathBuf,
    pub role: Role,
    pub text: Arc<str>,
    pub tree: RequirementsTxt,
    pub entries: Vec<Entry>,
    pub includes: Vec<Include>,
    /// Global options other than includes, in the order of the text.
    pub options: Vec<GlobalOption>,
}

/// What the entries of a file mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// They are asked for.
    Requirements,
    /// They only bound the versions of what others ask for.
    Constraints,
}

/// One requirement of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Bytes from the start of the file to the line. The spans of the parts are relative to it.
    pub start: u32,
    tree: Arc<LineTree>,
}

/// A `-r` or `-c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The value, in bytes from the start of the file.
    pub span: Span,
    pub role: Role,
    pub target: IncludeTarget,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncludeTarget {
    /// Absolute; made from the including file's folder as pip does it. Links are not resolved.
    File(PathBuf),
    /// A URL, or a path with a variable in it: named, not followed.
    Elsewhere(String),
}

/// One global option: `--index-url`, `--find-links`, `--pre`, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalOption {
    /// Name and value, in bytes from the start of the file.
    pub span: Span,
    pub kind: OptionKind,
    pub value: Option<String>,
}

impl Manifest {
    pub fn parse(path: PathBuf, text: Arc<str>) -> Self {
        let tree = parse_requirements_txt(&text);
        Self::lower(path, text, tree)
    }

    /// The same file with another text. Lines that did not change are shared with this one.
    #[must_use]
    pub fn with_text(&self, text: Arc<str>) -> Self {
        let tree = reparse_requirements_txt(&self.tree, &self.text, &text);
        Self::lower(self.path.clone(), text, tree)
    }

    /// What could not be understood, with spans in bytes from the start of the file.
    pub fn errors(&self) -> impl Iterator<Item = SyntaxError> + '_ {
        self.tree.lines.iter().flat_map(|line| {
            line.tree.errors.iter().map(|error| {
                let mut error = error.clone();
                error.span = error.span.shift(line.start);
                if let Some(fix) = &mut error.fix {
                    fix.span = fix.span.shift(line.start);
                }
                error
            })
        })
    }

    /// The folder that relative paths of `-r` and `-c` start from.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// Whether any entry carries a hash, which makes pip demand one for all of them.
    pub fn has_hashes(&self) -> bool {
        self.entries.iter().any(|entry| !entry.hashes().is_empty())
    }

    fn lower(path: PathBuf, text: Arc<str>, tree: RequirementsTxt) -> Self {
        let role = role_of(&path);
        let mut manifest = Self {
            path,
            role,
            text,
            tree: RequirementsTxt::default(),
            entries: Vec::new(),
            includes: Vec::new(),
            options: Vec::new(),
        };
        manifest.entries.reserve(tree.lines.len());
        for line in &tree.lines {
            match &line.tree.kind {
                LineKind::Requirement(_) => {
                    manifest.entries.push(Entry { start: line.start, tree: Arc::clone(&line.tree) });
                }
                LineKind::Options(options) => {
                    for option in options {
                        manifest.add_option(line.start, option);
                    }
                }
                LineKind::Blank | LineKind::Invalid => {}
            }
        }
        manifest.tree = tree;
        manifest
    }

    fn add_option(&mut self, start: u32, option: &OptionItem) {
        let role = match option.kind {
            OptionKind::Requirement => Role::Requirements,
            OptionKind::Constraint => Role::Constraints,
            OptionKind::Editable
            | OptionKind::IndexUrl
            | OptionKind::ExtraIndexUrl
            | OptionKind::NoIndex
            | OptionKind::FindLinks
            | OptionKind::NoBinary
            | OptionKind::OnlyBinary
            | OptionKind::PreferBinary
            | OptionKind::RequireHashes
            | OptionKind::NoRequireHashes
            | OptionKind::Pre
            | OptionKind::AllReleases
            | OptionKind::OnlyFinal
            | OptionKind::TrustedHost
            | OptionKind::UseFeature
            | OptionKind::Hash
            | OptionKind::ConfigSettings
            | OptionKind::GlobalOption => {
                let value = option.value.as_ref().map(|value| value.text.to_string());
                self.options.push(GlobalOption { span: option.span.shift(start), kind: option.kind, value });
                return;
            }
        };
        let Some(value) = &option.value else { return };
        let target = include_target(self.folder(), &value.text);
        self.includes.push(Include { span: value.span.shift(start), role, target });
    }
}

impl Entry {
    /// The requirement, from `-e` or its first character to its last, in bytes from the start of the file.
    pub fn span(&self) -> Span {
        self.line().span.shift(self.start)
    }

    /// The whole logical line without its line ending, in bytes from the start of the file.
    pub fn line_span(&self) -> Span {
        Span::new(self.start, self.start + self.tree.len)
    }

    /// The name's place, or the whole requirement's where it has no name; in bytes from the start of the file.
    pub fn name_span(&self) -> Span {
        self.name().map_or(self.line().span, |name| name.span).shift(self.start)
    }

    /// The name that the file tells; a path to a project has none until it is built.
    pub fn name(&self) -> Option<&Name> {
        match &self.line().target {
            RequirementTarget::Named(requirement) => Some(&requirement.name),
            RequirementTarget::Location { name, .. } => name.as_ref(),
        }
    }

    /// The PEP 508 requirement, where it is one.
    pub fn requirement(&self) -> Option<&Requirement> {
        match &self.line().target {
            RequirementTarget::Named(requirement) => Some(requirement),
            RequirementTarget::Location { .. } => None,
        }
    }

    pub fn marker(&self) -> Option<&venv_syntax::Marker> {
        match &self.line().target {
            RequirementTarget::Named(requirement) => requirement.marker.as_ref(),
            RequirementTarget::Location { marker, .. } => marker.as_ref(),
        }
    }

    pub fn hashes(&self) -> Vec<&OptionItem> {
        self.line().options.iter().filter(|option| option.kind == OptionKind::Hash).collect()
    }

    /// Whether the tools would refuse it.
    pub fn is_invalid(&self) -> bool {
        !self.tree.errors.is_empty()
    }

    /// The line as one physical line, without comments: what can be written into another requirements file.
    pub fn joined(&self, text: &str) -> String {
        join(self.line_span(), self.start, &self.tree, text)
    }

    pub fn line(&self) -> &RequirementLine {
        match &self.tree.kind {
            LineKind::Requirement(line) => line,
            LineKind::Blank | LineKind::Options(_) | LineKind::Invalid => {
                unreachable!("an entry is only made of a requirement line")
            }
        }
    }
}

/// Whether the file of this name is one that asks for packages.
pub fn is_manifest(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let name = name.to_ascii_lowercase();
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    match ending {
        // `requires.txt` of an egg-info has another grammar.
        "txt" => {
            stem.starts_with("requirements")
                || stem.ends_with("requirements")
                || stem.starts_with("constraints")
                || folder.eq_ignore_ascii_case("requirements")
        }
        "in" => {
            stem.starts_with("requirements")
                || stem.ends_with("requirements")
                || folder.eq_ignore_ascii_case("requirements")
        }
        _ => false,
    }
}

fn role_of(path: &Path) -> Role {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if name.to_ascii_lowercase().starts_with("constraints") { Role::Constraints } else { Role::Requirements }
}

/// Where the value of a `-r` or `-c` in a file of `folder` leads to.
fn include_target(folder: &Path, value: &str) -> IncludeTarget {
    if let Some(path) = value.strip_prefix("file://").filter(|rest| rest.starts_with('/')) {
        return IncludeTarget::File(normalize(Path::new(path)));
    }
    if value.contains("://") || value.contains("${") {
        return IncludeTarget::Elsewhere(value.to_owned());
    }
    IncludeTarget::File(normalize(&folder.join(value)))
}

/// `path` without `.` and `..`, by its text alone.
fn normalize(path: &Path) -> PathBuf {
    let mut normalized = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normalized.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => normalized.push(component),
        }
    }
    normalized
}

/// A logical line on one physical line, without its comments.
fn join(line: Span, start: u32, tree: &LineTree, text: &str) -> String {
    let mut joined = String::new();
    let mut at = line.start;
    for comment in &tree.comments {
        joined.push_str(Span::new(at, comment.start + start).slice(text));
        at = comment.end + start;
    }
    joined.push_str(Span::new(at, line.end).slice(text));
    joined
        .split(['\n', '\r'])
        .map(|part| part.trim_end_matches('\\'))
        .collect::<Vec<_>>()
        .concat()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_ask_for_packages_are_known_by_their_names() {
        for name in [
            "/p/requirements.txt",
            "/p/requirements-dev.txt",
            "/p/dev-requirements.txt",
            "/p/Requirements.txt",
            "/p/requirements/base.txt",
            "/p/requirements/base.in",
            "/p/requirements.in",
            "/p/constraints.txt",
            "/p/constraints-3.12.txt",
        ] {
            assert!(is_manifest(Path::new(name)), "{name}");
        }
        for name in
            ["/p/requires.txt", "/p/notes.txt", "/p/requirements.md", "/p/requirements", "/p/readme.in"]
        {
            assert!(!is_manifest(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn includes_start_from_the_including_file() {
        let manifest = Manifest::parse(
            "/p/requirements/dev.txt".into(),
            "-r base.txt\n-c ../constraints.txt\n--requirement=/abs/x.txt\n".into(),
        );
        let targets: Vec<_> = manifest.includes.iter().map(|include| &include.target).collect();
        assert_eq!(
            targets,
            [
                &IncludeTarget::File("/p/requirements/base.txt".into()),
                &IncludeTarget::File("/p/constraints.txt".into()),
                &IncludeTarget::File("/abs/x.txt".into()),
            ]
        );
    }

    #[test]
    fn a_continued_line_becomes_one_line() {
        let text = "six==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb  # via x\nflask\n";
        let manifest = Manifest::parse("/p/requirements.txt".into(), text.into());
        let joined = manifest.entries[0].joined(text);
        let words: Vec<_> = joined.split_whitespace().collect();
        assert_eq!(words, ["six==1.0", "--hash=sha256:aa", "--hash=sha256:bb"]);
    }
}
