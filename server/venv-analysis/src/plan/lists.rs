//! The requirements and constraints files that a plan hands to the installer.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use venv_syntax::{Demand, LineKind, OptionKind, RequirementTarget, Span, parse_requirements_txt};

use crate::Role;
use crate::check::Context;
use crate::manifest::{Entry, IncludeTarget, Manifest};
use crate::requirements::{Asked, Wanted, wanted};

/// What the installer reads, made of the lines of the manifest and of those that it includes.
pub(super) struct Lists {
    /// The files' own index options, and the lines that are asked for.
    pub(super) requirements: String,
    /// The other lines' versions, and those of the constraints files: what is installed now must not break
    /// what the file says elsewhere.
    pub(super) constraints: String,
    /// Local folders of `--find-links`, absolute.
    pub(super) find_links: Vec<PathBuf>,
    /// Whether a line that is asked for has a hash.
    pub(super) has_hashes: bool,
}

impl Lists {
    pub(super) fn new(context: &Context<'_>, asked: &[Wanted<'_>]) -> Self {
        let mut lists = Self {
            requirements: String::new(),
            constraints: String::new(),
            find_links: Vec::new(),
            has_hashes: false,
        };
        lists.has_hashes = asked.iter().any(|asked| !asked.entry.hashes().is_empty());
        let all = wanted(context);
        let mut seen: FxHashSet<&Path> = FxHashSet::default();
        for manifest in std::iter::once(context.manifest).chain(all.iter().map(|wanted| wanted.manifest)) {
            if seen.insert(&manifest.path) {
                lists.add_options(manifest);
            }
        }
        for wanted in asked {
            let line = wanted.entry.joined(&wanted.manifest.text);
            if !line.is_empty() {
                push_line(&mut lists.requirements, &line);
            }
        }
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
                push_line(&mut lists.constraints, &line);
            }
        }
        lists
    }

    /// For these lines and nothing else, from where the manifest and its includes say that distributions come from.
    pub(super) fn of_lines<'a>(context: &Context<'_>, lines: impl Iterator<Item = &'a str>) -> Self {
        let mut lists = Self {
            requirements: String::new(),
            constraints: String::new(),
            find_links: Vec::new(),
            has_hashes: false,
        };
        let all = wanted(context);
        let mut seen: FxHashSet<&Path> = FxHashSet::default();
        for manifest in std::iter::once(context.manifest).chain(all.iter().map(|wanted| wanted.manifest)) {
            if seen.insert(&manifest.path) {
                lists.add_own_options(manifest, &[OptionKind::Hash, OptionKind::RequireHashes]);
            }
        }
        for line in lines {
            push_line(&mut lists.requirements, line);
        }
        lists
    }

    fn add_options(&mut self, manifest: &Manifest) {
        // A hash without its requirement is what pip refuses.
        self.add_own_options(manifest, &[OptionKind::Hash]);
        for include in &manifest.includes {
            if let IncludeTarget::Elsewhere(value) = &include.target {
                let switch = if include.role == Role::Requirements { "-r" } else { "-c" };
                push_line(&mut self.requirements, &format!("{switch} {value}"));
            }
        }
    }

    fn add_own_options(&mut self, manifest: &Manifest, without: &[OptionKind]) {
        for option in &manifest.options {
            if let (Some(value), OptionKind::FindLinks) = (&option.value, option.kind)
                && is_local(value)
            {
                self.find_links.push(manifest.folder().join(value));
                continue;
            }
            if !without.contains(&option.kind) {
                push_line(&mut self.requirements, &one_line(option.span.slice(&manifest.text)));
            }
        }
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
    let after_name = Span::new(requirement.name.span.end, requirement.span.end);
    let mut rest = after_name.slice(&joined);
    if !requirement.extras.is_empty() {
        rest = rest.split_once(']')?.1;
    }
    let mut constraint = format!("{}{rest}", requirement.name.text);
    for hash in line.options.iter().filter(|option| option.kind == OptionKind::Hash) {
        let _ = write!(constraint, " {}", hash.span.slice(&joined));
    }
    Some(constraint)
}

fn is_local(value: &str) -> bool {
    !value.contains(':') && !value.contains("${")
}

/// A piece of a logical line on one physical line.
fn one_line(piece: &str) -> String {
    piece.split(['\n', '\r']).map(|part| part.trim_end_matches('\\')).collect::<Vec<_>>().concat()
}

fn push_line(list: &mut String, line: &str) {
    list.push_str(line);
    list.push('\n');
}
