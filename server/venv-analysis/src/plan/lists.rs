//! The requirements and constraints files that a plan hands to the installer.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;
use venv_syntax::{OptionKind, Span};

use crate::Role;
use crate::check::Context;
use crate::manifest::{Entry, IncludeTarget, Manifest};
use crate::requirements::{Wanted, wanted};

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
            push_line(&mut lists.requirements, &wanted.entry.joined(&wanted.manifest.text));
        }
        let place = |wanted: &Wanted<'_>| (std::ptr::from_ref(wanted.manifest), wanted.entry.start);
        let asked: FxHashSet<_> = asked.iter().map(place).collect();
        for wanted in &all {
            let is_asked = wanted.role == Role::Requirements && asked.contains(&place(wanted));
            if !is_asked
                && !wanted.entry.is_invalid()
                && let Some(line) = constraint(wanted.entry, &wanted.manifest.text)
            {
                push_line(&mut lists.constraints, &line);
            }
        }
        lists
    }

    fn add_options(&mut self, manifest: &Manifest) {
        for option in &manifest.options {
            if let (Some(value), OptionKind::FindLinks) = (&option.value, option.kind)
                && is_local(value)
            {
                self.find_links.push(manifest.folder().join(value));
                continue;
            }
            // A hash without its requirement, which pip refuses.
            if option.kind != OptionKind::Hash {
                push_line(&mut self.requirements, &one_line(option.span.slice(&manifest.text)));
            }
        }
        for include in &manifest.includes {
            if let IncludeTarget::Elsewhere(value) = &include.target {
                let switch = if include.role == Role::Requirements { "-r" } else { "-c" };
                push_line(&mut self.requirements, &format!("{switch} {value}"));
            }
        }
    }
}

/// `entry` as a line of a constraints file: no extras, no paths, no editables.
fn constraint(entry: Entry<'_>, text: &str) -> Option<String> {
    let requirement = entry.requirement()?;
    if requirement.specifiers.is_empty() || entry.line().editable.is_some() {
        return None;
    }
    let after_name = Span::new(requirement.name.span.end, requirement.span.end).shift(entry.start);
    let mut rest = one_line(after_name.slice(text));
    if !requirement.extras.is_empty() {
        rest = rest.split_once(']')?.1.to_owned();
    }
    let mut line = format!("{}{rest}", requirement.name.text);
    for hash in entry.hashes() {
        let _ = write!(line, " {}", one_line(hash.span.shift(entry.start).slice(text)));
    }
    Some(line)
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
