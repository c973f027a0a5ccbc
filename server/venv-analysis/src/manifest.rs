//! The one model to which every kind of file that asks for packages is lowered.
//!
//! A requirements file is kept as the lines that pip reads, and an edit costs what it changed. Every other format is
//! read anew; what it declares becomes lines of the same form, each with the section that it stands in.

mod at;
mod entry;
mod kind;
mod paths;
mod rows;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use venv_syntax::{
    Declarations, Declared, Demand, Line, LineKind, Mention, OptionItem, OptionKind, RequirementTarget,
    RequirementsTxt, RequiresPython, Section, Span, SyntaxError, parse_requirements_txt,
    reparse_requirements_txt,
};

use entry::Detail;
pub use entry::Entry;
pub use kind::ManifestKind;
pub(crate) use paths::include_target;
pub use paths::without_parents;
pub(crate) use rows::hash_of_name;
use rows::{Kept, Row, names_again, sorted_names};

/// A file that asks for packages: its text and what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Absolute.
    pub path: PathBuf,
    pub kind: ManifestKind,
    pub role: Role,
    pub text: Arc<str>,
    /// The lines of a requirements file; of every other format those that something is asked for in.
    pub tree: RequirementsTxt,
    /// The lists of a format that has several. Empty for a requirements file.
    pub sections: Vec<Section>,
    /// Where extras and groups are named and nothing is asked for.
    pub mentions: Vec<Mention>,
    /// Which Pythons the file is for.
    pub requires_python: Vec<RequiresPython>,
    pub includes: Vec<Include>,
    /// Global options other than includes, in the order of the text.
    pub options: Vec<GlobalOption>,
    rows: Vec<Row>,
    /// The hashes of the names in `rows`, sorted; equal ones side by side.
    names: Arc<[u64]>,
    changed_names: Box<[u64]>,
    /// The lines that the tools would refuse, as indices into those of `tree`.
    faulty: Vec<u32>,
    /// What is wrong outside the lines.
    loose: Vec<SyntaxError>,
    /// What is known of each line of `tree` beside the line. Empty for a requirements file.
    details: Vec<Detail>,
    pub(crate) kept: Kept,
}

/// What the entries of a file mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// They are asked for.
    Requirements,
    /// They only bound the versions of what others ask for.
    Constraints,
}

/// A `-r` or `-c`, or the like of another format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The value, in bytes from the start of the file.
    pub span: Span,
    pub role: Role,
    /// Who gets what the included file asks for.
    pub demand: Demand,
    pub target: IncludeTarget,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncludeTarget {
    /// Absolute; made from the including file's folder as pip does it. Links are not resolved, and so a `..` stays
    /// where it may follow one.
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
    /// Reads the file as the tool does whose file has this name, or else as pip reads a requirements file.
    pub fn parse(path: PathBuf, text: Arc<str>) -> Self {
        let kind = ManifestKind::of(&path).unwrap_or(ManifestKind::Requirements);
        Self::parse_as(kind, path, text)
    }

    /// Reads the file as one of this kind, whatever its name.
    pub fn parse_as(kind: ManifestKind, path: PathBuf, text: Arc<str>) -> Self {
        let declarations = kind.declarations(&text);
        let mut manifest = Self::empty(kind, path, text);
        match declarations {
            Some(declarations) => manifest.declare(declarations),
            None => {
                let tree = parse_requirements_txt(&manifest.text);
                manifest.lower(&tree.lines, 0);
                manifest.tree = tree;
            }
        }
        manifest.names = sorted_names(&manifest.rows).into();
        manifest
    }

    /// The same file with another text. What did not change is shared with this one, and costs nothing anew.
    #[must_use]
    pub fn with_text(&self, text: Arc<str>) -> Self {
        if self.kind != ManifestKind::Requirements {
            return Self::parse_as(self.kind, self.path.clone(), text);
        }
        let tree = reparse_requirements_txt(&self.tree, &self.text, &text);
        let (old, new) = (&self.tree.lines, &tree.lines);
        let same = |(old, new): &(&Line, &Line)| Arc::ptr_eq(&old.tree, &new.tree);
        let first = old.iter().zip(new).take_while(same).count();
        let rest = old.len().min(new.len()) - first;
        let last = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(same).count();

        let mut manifest = Self::empty(self.kind, self.path.clone(), text);
        manifest.rows.reserve(new.len());
        manifest.keep(self, 0..first, 0, 0);
        manifest.kept.first = manifest.rows.len();
        manifest.lower(&new[first..new.len() - last], first);
        let before_last = manifest.rows.len();
        let lines = new.len().wrapping_sub(old.len());
        let bytes = manifest.text.len().wrapping_sub(self.text.len());
        manifest.keep(self, old.len() - last..old.len(), lines, bytes);
        manifest.kept.last = manifest.rows.len() - before_last;
        manifest.tree = tree;
        (manifest.names, manifest.changed_names) =
            names_again(&self.names, &self.rows, &manifest.rows, manifest.kept);
        manifest
    }

    /// The requirements, in the order of the text.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = Entry<'_>> + Clone {
        self.rows.iter().map(|row| self.entry(*row))
    }

    /// Of these, the one of this number.
    pub(crate) fn nth_entry(&self, number: usize) -> Option<Entry<'_>> {
        self.rows.get(number).map(|row| self.entry(*row))
    }

    /// Of these, those that are more than a name with versions, if they have a name at all.
    pub(crate) fn entries_beyond_versions(&self) -> impl Iterator<Item = Entry<'_>> {
        let beyond = self.rows.iter().filter(|row| row.has_extras || row.name == 0);
        beyond.map(|row| self.entry(*row))
    }

    /// Of these, those that ask for extras.
    pub fn entries_with_extras(&self) -> impl Iterator<Item = Entry<'_>> {
        self.rows.iter().filter(|row| row.has_extras).map(|row| self.entry(*row))
    }

    fn entry(&self, row: Row) -> Entry<'_> {
        let line = &self.tree.lines[row.line as usize];
        Entry {
            start: line.start,
            name_hash: row.name,
            tree: &line.tree,
            detail: self.details.get(row.line as usize),
            sections: &self.sections,
        }
    }

    /// The hash of the name of each of its requirements; 0 where there is none.
    pub(crate) fn names_in_order(&self) -> impl Iterator<Item = u64> {
        self.rows.iter().map(|row| row.name)
    }

    /// The hashes of the names of requirements that are not those of the manifest that this one was made from, or were
    /// that manifest's only; sorted, each once.
    pub(crate) fn changed_names(&self) -> &[u64] {
        &self.changed_names
    }

    /// The hashes of the names of its requirements, sorted; equal ones side by side.
    pub(crate) fn sorted_names(&self) -> &[u64] {
        &self.names
    }

    /// What could not be understood, with spans in bytes from the start of the file.
    pub fn errors(&self) -> impl Iterator<Item = SyntaxError> + '_ {
        let lines = self.faulty.iter().map(|line| &self.tree.lines[*line as usize]);
        let in_lines = lines.flat_map(|line| {
            line.tree.errors.iter().map(|error| {
                let mut error = error.clone();
                error.span = error.span.shift(line.start);
                if let Some(fix) = &mut error.fix {
                    fix.span = fix.span.shift(line.start);
                }
                error
            })
        });
        in_lines.chain(self.loose.iter().cloned())
    }

    /// Of these, what is wrong outside the lines.
    pub fn errors_outside_lines(&self) -> &[SyntaxError] {
        &self.loose
    }

    /// The `-r` and `-c` that lead to files, with the files' paths.
    pub(crate) fn included_files(&self) -> impl DoubleEndedIterator<Item = (&Include, &Path)> {
        self.includes.iter().filter_map(|include| match &include.target {
            IncludeTarget::File(path) => Some((include, &**path)),
            IncludeTarget::Elsewhere(_) => None,
        })
    }

    /// The folder that relative paths of `-r` and `-c` start from.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    fn empty(kind: ManifestKind, path: PathBuf, text: Arc<str>) -> Self {
        Self {
            kind,
            role: kind.role_of(&path),
            path,
            text,
            tree: RequirementsTxt::default(),
            sections: Vec::new(),
            mentions: Vec::new(),
            requires_python: Vec::new(),
            includes: Vec::new(),
            options: Vec::new(),
            rows: Vec::new(),
            names: Arc::default(),
            changed_names: Box::default(),
            faulty: Vec::new(),
            loose: Vec::new(),
            details: Vec::new(),
            kept: Kept::default(),
        }
    }

    /// Adds what a format with sections declares.
    fn declare(&mut self, declarations: Declarations) {
        let Declarations { sections, declared, files, requires_python, mentions, errors } = declarations;
        let (mut lines, mut details) =
            (Vec::with_capacity(declared.len()), Vec::with_capacity(declared.len()));
        for Declared { section, line, text, extent } in declared {
            lines.push(line);
            details.push(Detail { section, extent, text });
        }
        self.lower(&lines, 0);
        for file in files {
            let demand = sections.get(file.section).map_or(Demand::Always, |section| section.demand);
            let target = include_target(self.folder(), &file.path);
            self.includes.push(Include { span: file.span, role: Role::Requirements, demand, target });
        }
        self.tree = RequirementsTxt { lines };
        (self.sections, self.requires_python) = (sections, requires_python);
        (self.details, self.mentions, self.loose) = (details, mentions, errors);
    }

    /// Adds what `lines` say, the first of which has the index `first`.
    fn lower(&mut self, lines: &[Line], first: usize) {
        for (line, index) in lines.iter().zip(first..) {
            let index = u32::try_from(index).expect("a text of less than 4 GiB has fewer lines");
            if !line.tree.errors.is_empty() {
                self.faulty.push(index);
            }
            match &line.tree.kind {
                LineKind::Requirement(requirement) => {
                    let (name, extras) = match &requirement.target {
                        RequirementTarget::Named(requirement) => {
                            (hash_of_name(&requirement.name.normalized), &requirement.extras)
                        }
                        RequirementTarget::Location { extras, .. } => (0, extras),
                    };
                    self.rows.push(Row { line: index, has_extras: !extras.is_empty(), name });
                }
                LineKind::Options(options) => {
                    for option in options {
                        self.add_option(line.start, option);
                    }
                }
                LineKind::Blank | LineKind::Invalid => {}
            }
        }
    }

    /// Adds what the `lines` of `old` say, moved by `by_lines` and `by_bytes` (which wrap around).
    fn keep(&mut self, old: &Self, lines: Range<usize>, by_lines: usize, by_bytes: usize) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the difference of two numbers of 32 bits, which wraps"
        )]
        let (by_lines, by_bytes) = (by_lines as u32, by_bytes as u32);
        let is_in = |line: u32| lines.contains(&(line as usize));
        let from = old.rows.partition_point(|row| (row.line as usize) < lines.start);
        let to = old.rows.partition_point(|row| (row.line as usize) < lines.end);
        self.rows.extend(
            old.rows[from..to].iter().map(|row| Row { line: row.line.wrapping_add(by_lines), ..*row }),
        );
        let faulty = old.faulty.iter().filter(|line| is_in(**line));
        self.faulty.extend(faulty.map(|line| line.wrapping_add(by_lines)));
        let start_of = |line: usize| old.tree.lines.get(line).map_or(u32::MAX, |line| line.start);
        let bytes = start_of(lines.start)..start_of(lines.end);
        let moved =
            |span: Span| Span::new(span.start.wrapping_add(by_bytes), span.end.wrapping_add(by_bytes));
        let includes = old.includes.iter().filter(|include| bytes.contains(&include.span.start));
        self.includes
            .extend(includes.map(|include| Include { span: moved(include.span), ..include.clone() }));
        let options = old.options.iter().filter(|option| bytes.contains(&option.span.start));
        self.options
            .extend(options.map(|option| GlobalOption { span: moved(option.span), ..option.clone() }));
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
        let span = value.span.shift(start);
        self.includes.push(Include { span, role, demand: Demand::Always, target });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_text_says_what_it_would_have_said_alone() {
        let texts = [
            "six\n-r a.txt\nflask=1\n--pre\nrequests\n",
            "six\nnumpy\n-r a.txt\nflask=1\n--pre\nrequests\n",
            "six\nnumpy\n-r a.txt\n--pre\nrequests\n",
            "# c\nnumpy\n-r a.txt\n--pre\n-c b.txt\nx=1\nrequests",
            "",
            "six",
        ];
        let path = PathBuf::from("/p/requirements.txt");
        for before in texts {
            for after in texts {
                let mut again = Manifest::parse(path.clone(), before.into()).with_text(after.into());
                let kept = std::mem::take(&mut again.kept);
                again.changed_names = Box::default();
                let alone = Manifest::parse(path.clone(), after.into());
                assert_eq!(again, alone, "{before:?} -> {after:?}");
                assert!(kept.first + kept.last <= alone.rows.len());
            }
        }
    }
}
