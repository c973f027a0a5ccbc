//! The requirements and constraints files that a plan hands to the installer.
//!
//! They are written anew from what was understood, each line as pip and uv both read it: nothing that stands in a
//! file can begin another line, or become an option that it is not in pip's own reading of the file. pip replaces
//! `${NAME}` in them by a variable as it does in the user's own file; in no other format that means anything.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use venv_syntax::{Demand, LineKind, OptionKind, RequirementTarget, Span, parse_requirements_txt};

use crate::Role;
use crate::check::Context;
use crate::manifest::{Entry, IncludeTarget, Manifest};
use crate::requirements::{Asked, Wanted, wanted};

/// What the installer reads, made of the lines of the manifest and of those that it includes.
#[derive(Default)]
pub(super) struct Lists {
    /// The files' own index options.
    options: Vec<Switch>,
    /// The lines that are asked for.
    requirements: Vec<Line>,
    /// The other lines' versions, and those of the constraints files: what is installed now must not break
    /// what the file says elsewhere.
    constraints: Vec<String>,
    /// Local folders of `--find-links`, absolute.
    pub(super) find_links: Vec<PathBuf>,
    /// Whether a line that is asked for has a hash.
    pub(super) has_hashes: bool,
}

/// For one installer.
pub(super) struct Written {
    pub(super) requirements: String,
    /// Empty: there is nothing to bound.
    pub(super) constraints: String,
    /// What uv takes as an argument only. Each is one word, and begins with the option that it is.
    pub(super) arguments: Vec<OsString>,
}

struct Switch {
    kind: OptionKind,
    value: Option<String>,
}

struct Line {
    /// Without options.
    requirement: String,
    /// Normalised.
    name: Option<String>,
    hashes: Vec<String>,
    /// `KEY=VALUE`
    settings: Vec<String>,
}

/// How much of what lies elsewhere comes along.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// All that the file asks for, also by the URL of another file.
    File,
    /// Certain requirements and nothing else.
    Lines,
}

impl Lists {
    pub(super) fn new(context: &Context<'_>, asked: &[Wanted<'_>], reach: Reach) -> Self {
        let mut lists = Self {
            has_hashes: asked.iter().any(|asked| !asked.entry.hashes().is_empty()),
            ..Self::default()
        };
        let all = wanted(context);
        let mut seen: FxHashSet<&Path> = FxHashSet::default();
        for manifest in std::iter::once(context.manifest).chain(all.iter().map(|wanted| wanted.manifest)) {
            if seen.insert(&manifest.path) {
                lists.add_options(manifest, reach);
            }
        }
        lists.requirements = asked.iter().filter_map(Line::new).collect();
        let place = |wanted: &Wanted<'_>| (std::ptr::from_ref(wanted.manifest), wanted.entry.start);
        let asked: FxHashSet<_> = asked.iter().map(place).collect();
        let in_use = context.chosen().map(|chosen| Asked::new(context.manifest, &chosen.environment));
        for wanted in &all {
            let is_asked = wanted.role == Role::Requirements && asked.contains(&place(wanted));
            let counts = match wanted.entry.demand() {
                Demand::Always | Demand::Nobody => true,
                Demand::OnRequest => in_use.as_ref().is_some_and(|in_use| in_use.is_asked(wanted.entry)),
                Demand::Elsewhere => false,
            };
            if !is_asked
                && counts
                && !wanted.entry.is_invalid()
                && let Some(line) = constraint(wanted.entry, &wanted.manifest.text)
            {
                lists.constraints.push(line);
            }
        }
        lists
    }

    /// For these lines and nothing else, from where the manifest and its includes say that distributions come from.
    pub(super) fn of_lines<'a>(context: &Context<'_>, lines: impl Iterator<Item = &'a str>) -> Self {
        let mut lists = Self::default();
        let all = wanted(context);
        let mut seen: FxHashSet<&Path> = FxHashSet::default();
        for manifest in std::iter::once(context.manifest).chain(all.iter().map(|wanted| wanted.manifest)) {
            if seen.insert(&manifest.path) {
                lists.add_own_options(manifest, &[OptionKind::Hash, OptionKind::RequireHashes]);
            }
        }
        lists.requirements = lines.map(Line::plain).collect();
        lists
    }

    /// Adds a line that is ours.
    pub(super) fn add_line(&mut self, line: &str) {
        self.requirements.push(Line::plain(line));
    }

    fn add_options(&mut self, manifest: &Manifest, reach: Reach) {
        // A hash without its requirement is what pip refuses.
        self.add_own_options(manifest, &[OptionKind::Hash]);
        for include in &manifest.includes {
            if let IncludeTarget::Elsewhere(value) = &include.target {
                let kind = match include.role {
                    Role::Requirements if reach == Reach::Lines => continue,
                    Role::Requirements => OptionKind::Requirement,
                    Role::Constraints => OptionKind::Constraint,
                };
                self.options.push(Switch { kind, value: Some(value.clone()) });
            }
        }
    }

    fn add_own_options(&mut self, manifest: &Manifest, without: &[OptionKind]) {
        for option in &manifest.options {
            match &option.value {
                Some(value) if option.kind == OptionKind::FindLinks && is_local(value) => {
                    self.find_links.push(manifest.folder().join(value));
                }
                value if !without.contains(&option.kind) => {
                    self.options.push(Switch { kind: option.kind, value: value.clone() });
                }
                Some(_) | None => {}
            }
        }
    }

    /// For uv, or else for pip.
    pub(super) fn write(&self, is_uv: bool) -> Written {
        let mut written =
            Written { requirements: String::new(), constraints: String::new(), arguments: Vec::new() };
        for option in self.options.iter().flat_map(|option| option.apart(is_uv)) {
            match option.place(is_uv) {
                Place::Line(line) => push_line(&mut written.requirements, &line),
                Place::Argument(argument) => written.arguments.push(argument.into()),
                Place::Nowhere => {}
            }
        }
        for line in &self.requirements {
            let mut text = line.requirement.clone();
            for hash in &line.hashes {
                text += &format!(" --hash={}", quoted(hash));
            }
            for setting in &line.settings {
                match &line.name {
                    // In a file uv knows no such option.
                    Some(name) if is_uv && is_argument(setting) => {
                        let argument = format!("--config-settings-package={name}:{setting}");
                        written.arguments.push(argument.into());
                    }
                    Some(_) | None if is_uv => {}
                    Some(_) | None => text += &format!(" --config-settings={}", quoted(setting)),
                }
            }
            push_line(&mut written.requirements, &text);
        }
        for line in &self.constraints {
            push_line(&mut written.constraints, line);
        }
        written
    }
}

/// Where an option of a file goes.
enum Place {
    Line(String),
    Argument(String),
    /// The installer has nothing of the kind.
    Nowhere,
}

impl Switch {
    /// As many as the installer wants: in a file, uv takes one name each where pip takes several.
    fn apart(&self, is_uv: bool) -> Vec<Self> {
        let is_list = matches!(self.kind, OptionKind::NoBinary | OptionKind::OnlyBinary);
        let names = self.value.as_deref().unwrap_or_default();
        if !is_uv || !is_list || !names.contains(',') {
            return vec![Self { kind: self.kind, value: self.value.clone() }];
        }
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| Self { kind: self.kind, value: Some(name.to_owned()) }).collect()
    }

    fn place(&self, is_uv: bool) -> Place {
        let value = self.value.as_deref();
        let line = |name: &str| {
            Place::Line(match value {
                Some(value) => format!("{name} {}", quoted(value)),
                None => name.to_owned(),
            })
        };
        // uv takes these as arguments, and warns of them or fails where they stand in a file.
        let prereleases = |word: &str| match value {
            None | Some(":all:") => Place::Argument(format!("--prerelease={word}")),
            // For single ones there is no common form.
            Some(_) => Place::Nowhere,
        };
        match self.kind {
            OptionKind::Requirement => line("-r"),
            OptionKind::Constraint => line("-c"),
            OptionKind::IndexUrl => line("--index-url"),
            OptionKind::ExtraIndexUrl => line("--extra-index-url"),
            OptionKind::NoIndex => line("--no-index"),
            OptionKind::FindLinks => line("--find-links"),
            OptionKind::NoBinary => line("--no-binary"),
            OptionKind::OnlyBinary => line("--only-binary"),
            OptionKind::RequireHashes => line("--require-hashes"),
            OptionKind::Pre | OptionKind::AllReleases if is_uv => prereleases("allow"),
            OptionKind::OnlyFinal if is_uv => prereleases("disallow"),
            OptionKind::TrustedHost if is_uv => match value.filter(|value| is_host(value)) {
                Some(host) => Place::Argument(format!("--allow-insecure-host={host}")),
                None => Place::Nowhere,
            },
            OptionKind::PreferBinary | OptionKind::UseFeature | OptionKind::NoRequireHashes if is_uv => {
                Place::Nowhere
            }
            OptionKind::Pre => line("--pre"),
            OptionKind::AllReleases => line("--all-releases"),
            OptionKind::OnlyFinal => line("--only-final"),
            OptionKind::TrustedHost => line("--trusted-host"),
            OptionKind::PreferBinary => line("--prefer-binary"),
            OptionKind::UseFeature => line("--use-feature"),
            OptionKind::NoRequireHashes => line("--no-require-hashes"),
            // Of one requirement, and on a line of their own nothing.
            OptionKind::Editable
            | OptionKind::Hash
            | OptionKind::ConfigSettings
            | OptionKind::GlobalOption => Place::Nowhere,
        }
    }
}

impl Line {
    /// `None` where no line of a requirements file says the same.
    fn new(wanted: &Wanted<'_>) -> Option<Self> {
        let joined = wanted.entry.joined(&wanted.manifest.text);
        let tree = parse_requirements_txt(&joined);
        let [line] = &*tree.lines else { return None };
        let LineKind::Requirement(line) = &line.tree.kind else { return None };
        let mut requirement = line.span.slice(&joined).to_owned();
        let values = |kind: OptionKind| -> Vec<String> {
            let options = line.options.iter().filter(|option| option.kind == kind);
            options.filter_map(|option| Some(option.value.as_ref()?.text.to_string())).collect()
        };
        if wanted.entry.section().is_some() {
            // What looks like an option there is none.
            if requirement.len() != joined.trim().len() {
                return None;
            }
            requirement = requirement.replace("${", "%24{");
        }
        Some(Self {
            requirement,
            name: wanted.entry.name().map(|name| name.normalized.to_string()),
            hashes: values(OptionKind::Hash),
            settings: values(OptionKind::ConfigSettings),
        })
    }

    fn plain(line: &str) -> Self {
        Self { requirement: line.to_owned(), name: None, hashes: Vec::new(), settings: Vec::new() }
    }
}

/// `entry` as a line of a constraints file: no extras, no paths, no editables.
fn constraint(entry: Entry<'_>, text: &str) -> Option<String> {
    let joined = entry.joined(text);
    let tree = parse_requirements_txt(&joined);
    let line = tree.lines.first()?;
    let LineKind::Requirement(line) = &line.tree.kind else { return None };
    let RequirementTarget::Named(requirement) = &line.target else { return None };
    if requirement.specifiers.is_empty() || line.editable.is_some() {
        return None;
    }
    let after_name = Span::new(requirement.name.span.end, line.span.end);
    let mut rest = after_name.slice(&joined);
    if !requirement.extras.is_empty() {
        rest = rest.split_once(']')?.1;
    }
    let mut constraint = format!("{}{rest}", requirement.name.text);
    for hash in line.options.iter().filter(|option| option.kind == OptionKind::Hash) {
        if let Some(value) = &hash.value {
            constraint += &format!(" --hash={}", quoted(&value.text));
        }
    }
    Some(constraint)
}

fn is_local(value: &str) -> bool {
    !value.contains(':') && !value.contains("${")
}

/// Whether `value` is a host with or without a port, and nothing that a program could take for something else.
fn is_host(value: &str) -> bool {
    let is_first = |byte: u8| byte.is_ascii_alphanumeric() || b"[*".contains(&byte);
    value.bytes().next().is_some_and(is_first)
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]*".contains(&byte))
}

/// Whether it can be a part of an argument: a NUL ends it, and what moves a cursor is shown somewhere.
fn is_argument(value: &str) -> bool {
    !value.chars().any(char::is_control)
}

/// The value of an option as pip's and uv's reading of a line, which is that of a shell, takes it apart.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && !matches!(c, '"' | '\'' | '\\');
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', "'\"'\"'"))
}

fn push_line(list: &mut String, line: &str) {
    // None of the characters that end a line for pip is in what was read line by line; the rest is not believed.
    if line.contains(|c: char| c.is_control() && c != '\t' || matches!(c, '\u{2028}' | '\u{2029}')) {
        return;
    }
    list.push_str(line);
    // It would take the next line in.
    if line.ends_with('\\') {
        list.push(' ');
    }
    list.push('\n');
}
