//! Names, versions, extras, options: what can stand in a requirement and in a line.

use std::path::{Component, Path};

use rustc_hash::FxHashSet;
use venv_syntax::{OptionKind, SectionKind, Span, Version, normalize_name};

use crate::assist::hover::{needed_by_extra, written};
use crate::assist::markdown::code;
use crate::assist::option_words::OPTIONS;
use crate::check::{Context, Included};
use crate::facts::{Chosen, Distribution};
use crate::project::own_name;
use crate::words::plain;

use super::{Completion, CompletionKind};

/// Makes the items for one place.
pub(super) struct Writer<'a> {
    pub(super) context: Context<'a>,
    /// The cursor.
    pub(super) at: u32,
    /// From the start of the word to the cursor.
    pub(super) word: Span,
    /// Where the word ends, behind the cursor.
    pub(super) end: usize,
    /// The quote of the string that the word is in.
    pub(super) quote: Option<char>,
}

impl<'a> Writer<'a> {
    /// `text` in the place of the word.
    pub(super) fn item(&self, text: &str, kind: CompletionKind) -> Completion {
        Completion {
            label: text.to_owned(),
            kind,
            detail: None,
            documentation: None,
            replaces: crate::assist::span(self.word.start as usize, self.end.max(self.at as usize)),
            text: text.to_owned(),
        }
    }

    fn chosen(&self) -> Option<&'a Chosen> {
        self.context.chosen().filter(|chosen| !chosen.environment.is_broken())
    }

    fn installed(&self, name: &str) -> Option<&'a Distribution> {
        self.chosen()?.environment.distributions.find(&normalize_name(name))
    }

    fn typed(&self) -> &'a str {
        self.word.slice(&self.context.manifest.text)
    }

    /// What is installed and not asked for yet; `write` makes the text of the name.
    pub(super) fn names(&self, write: impl Fn(&str) -> String) -> Vec<Completion> {
        let Some(chosen) = self.chosen() else { return Vec::new() };
        let manifest = self.context.manifest;
        let here = manifest.entry_at(self.at);
        let section = here
            .and_then(crate::manifest::Entry::section_index)
            .or_else(|| manifest.sections.iter().position(|section| section.span.touches(self.at)));
        let asked: FxHashSet<&str> = manifest
            .entries()
            .filter(|entry| Some(entry.start) != here.map(|here| here.start))
            .filter(|entry| manifest.sections.is_empty() || entry.section_index() == section)
            .filter_map(|entry| Some(&*entry.name()?.normalized))
            .collect();
        // Who writes `_` looks for names with `_`.
        let underscores = self.typed().contains('_') && !self.typed().contains('-');
        let installed = chosen.environment.distributions.sorted();
        let others = installed.into_iter().filter(|(name, _)| !asked.contains(name));
        let is_name = |(name, _): &(&str, &Distribution)| venv_syntax::is_valid_name(name);
        others
            .filter(is_name)
            .map(|(normalized, found)| {
                let metadata = self.context.facts.metadata.get(normalized);
                let own =
                    metadata.map(|metadata| &*metadata.name).filter(|own| normalize_name(own) == normalized);
                let name = own.unwrap_or(normalized);
                let name = if underscores { name.replace('-', "_") } else { name.to_owned() };
                let summary =
                    metadata.map(|metadata| &*metadata.summary).filter(|summary| !summary.is_empty());
                Completion {
                    detail: Some(plain(&found.version)),
                    documentation: summary.map(crate::assist::markdown::escape),
                    text: write(&name),
                    ..self.item(&name, CompletionKind::Distribution)
                }
            })
            .collect()
    }

    /// What can follow directly behind a name that is complete.
    pub(super) fn behind_name(&self) -> Vec<Completion> {
        let name = self.typed();
        if self.end != self.at as usize || self.installed(name).is_none() {
            return Vec::new();
        }
        let behind = Self { word: Span::empty(self.at), ..*self };
        behind.operators(name)
    }

    /// Operators, with the installed version first.
    pub(super) fn operators(&self, name: &str) -> Vec<Completion> {
        let mut found = Vec::new();
        if let Some(installed) = self.installed(name)
            && let Some(version) = &installed.parsed
        {
            for operator in ["==", ">=", "~="] {
                let Some(version) = bound(version, operator) else { continue };
                found.push(Completion {
                    detail: Some("installed".to_owned()),
                    ..self.item(&format!("{operator}{version}"), CompletionKind::Version)
                });
            }
        }
        let operators = ["==", ">=", "<=", "~=", "!=", "<", ">", "==="];
        found.extend(operators.map(|operator| self.item(operator, CompletionKind::Operator)));
        found
    }

    pub(super) fn versions(&self, name: &str, operator: &str) -> Vec<Completion> {
        let version = self.installed(name).and_then(|found| found.parsed.as_ref());
        let version = version.and_then(|version| bound(version, operator));
        version
            .map(|version| Completion {
                detail: Some("installed".to_owned()),
                ..self.item(&version, CompletionKind::Version)
            })
            .into_iter()
            .collect()
    }

    /// Versions with their operators, as the whole value of a key; `caret`: `^` is one of them.
    pub(super) fn whole_versions(&self, name: &str, caret: bool) -> Vec<Completion> {
        let version = self.installed(name).and_then(|found| found.parsed.as_ref());
        let operators: &[&str] = if caret { &["^", "==", ">=", "~="] } else { &["==", ">=", "~="] };
        let versions = version.into_iter().flat_map(|version| {
            operators.iter().filter_map(|operator| Some(format!("{operator}{}", bound(version, operator)?)))
        });
        let mut found: Vec<Completion> = versions
            .map(|text| Completion {
                detail: Some("installed".to_owned()),
                ..self.item(&text, CompletionKind::Version)
            })
            .collect();
        found.push(Completion {
            detail: Some("any version".to_owned()),
            ..self.item("*", CompletionKind::Version)
        });
        found
    }

    /// The extras that are known of `name` and do not stand between `open` and the closing bracket.
    pub(super) fn extras(&self, name: &str, open: usize, end: usize) -> Vec<Completion> {
        let source = &*self.context.manifest.text;
        let written_before = source.get(open..self.word.start as usize).unwrap_or_default();
        let behind = source.get(self.end..end).unwrap_or_default();
        let behind = behind.split(']').next().filter(|_| behind.contains(']')).unwrap_or_default();
        let taken: FxHashSet<String> = written_before
            .split(',')
            .chain(behind.split(','))
            .map(|extra| normalize_name(extra.trim()))
            .collect();
        let normalized = normalize_name(name);
        let is_free = |extra: &str| !taken.contains(&normalize_name(extra));
        if own_name(self.context.manifest).is_some_and(|own| normalize_name(own) == normalized) {
            let sections = self.context.manifest.sections.iter();
            // An extra does not ask for itself.
            let extras = sections
                .filter(|section| section.kind == SectionKind::Extra && !section.span.touches(self.at));
            return extras
                .filter_map(|section| section.name.as_ref())
                .filter(|name| is_free(&name.text))
                .map(|name| self.item(&name.text, CompletionKind::Extra))
                .collect();
        }
        let Some(chosen) = self.chosen().filter(|_| self.installed(name).is_some()) else {
            return Vec::new();
        };
        let Some(metadata) = self.context.facts.metadata.get(&*normalized) else { return Vec::new() };
        let extras = metadata.extras.iter().filter(|extra| is_free(&extra.text));
        extras
            .map(|extra| {
                let needs: Vec<String> = needed_by_extra(metadata, chosen, &extra.normalized)
                    .map(|requirement| code(&written(requirement)))
                    .collect();
                let documentation = format!("Needs {}", needs.join(", "));
                Completion {
                    documentation: (!needs.is_empty()).then_some(documentation),
                    ..self.item(&extra.text, CompletionKind::Extra)
                }
            })
            .collect()
    }

    pub(super) fn options(&self, for_requirement: bool) -> Vec<Completion> {
        let follows_blank = self.context.manifest.text[self.end..].starts_with([' ', '\t', '=']);
        let of_line = OPTIONS.iter().filter(|option| option.is_per_requirement() == for_requirement);
        let names = of_line
            .flat_map(|option| option.short.into_iter().chain([option.long]).map(move |name| (name, option)));
        names
            .map(|(name, option)| {
                let separator = match option.kind {
                    _ if option.value.is_none() || follows_blank => "",
                    OptionKind::Hash => "=",
                    _ => " ",
                };
                Completion {
                    detail: option.value.map(str::to_owned),
                    documentation: Some(option.text.to_owned()),
                    text: format!("{name}{separator}"),
                    ..self.item(name, CompletionKind::Option)
                }
            })
            .collect()
    }

    pub(super) fn option_values(&self, option: OptionKind) -> Vec<Completion> {
        match option {
            OptionKind::Requirement | OptionKind::Constraint => self.files(),
            OptionKind::Hash => ["sha256:", "sha384:", "sha512:"]
                .into_iter()
                .filter(|_| !self.typed().contains(':'))
                .map(|algorithm| self.item(algorithm, CompletionKind::MarkerValue))
                .collect(),
            OptionKind::NoBinary
            | OptionKind::OnlyBinary
            | OptionKind::AllReleases
            | OptionKind::OnlyFinal => {
                [":all:", ":none:"].map(|all| self.item(all, CompletionKind::MarkerValue)).into()
            }
            OptionKind::Editable
            | OptionKind::IndexUrl
            | OptionKind::ExtraIndexUrl
            | OptionKind::NoIndex
            | OptionKind::FindLinks
            | OptionKind::PreferBinary
            | OptionKind::RequireHashes
            | OptionKind::NoRequireHashes
            | OptionKind::Pre
            | OptionKind::TrustedHost
            | OptionKind::UseFeature
            | OptionKind::ConfigSettings
            | OptionKind::GlobalOption => Vec::new(),
        }
    }

    /// The files that are known and not taken in by this one yet.
    fn files(&self) -> Vec<Completion> {
        let manifest = self.context.manifest;
        let taken: Vec<&Path> = manifest.included_files().map(|(_, path)| path).collect();
        let known = self.context.facts.includes.iter().filter_map(|(path, included)| match included {
            Included::Manifest(known) => (known.path != manifest.path).then_some(&**path),
            Included::NotFound | Included::Unreadable(_) => None,
        });
        let mut paths: Vec<String> = known
            .filter(|path| !taken.contains(path))
            .filter_map(|path| relative(manifest.folder(), path))
            .filter(|path| {
                !path.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '#' | '\\'))
            })
            .collect();
        paths.sort_unstable();
        paths.into_iter().map(|path| self.item(&path, CompletionKind::File)).collect()
    }

    /// The groups that the one around the cursor does not take in yet.
    pub(super) fn groups(&self) -> Vec<Completion> {
        let sections = &self.context.manifest.sections;
        let around = sections.iter().find(|section| section.span.touches(self.at));
        let is_taken = |name: &str| {
            around.is_some_and(|around| {
                let own = around.name.as_ref().is_some_and(|own| &*own.normalized == name);
                let others = around.includes.iter().filter(|include| !include.extent.touches(self.at));
                own || others.into_iter().any(|include| &*include.name.normalized == name)
            })
        };
        let mut seen = FxHashSet::default();
        sections
            .iter()
            .filter(|section| {
                section.kind == SectionKind::Group && section.path.starts_with("dependency-groups")
            })
            .filter_map(|section| section.name.as_ref())
            .filter(|name| !is_taken(&name.normalized) && seen.insert(&*name.normalized))
            .map(|name| self.item(&name.text, CompletionKind::Group))
            .collect()
    }
}

/// `version` as it can stand behind `operator`.
fn bound(version: &Version, operator: &str) -> Option<String> {
    match operator {
        "==" | "!=" | "===" => Some(version.to_string()),
        // What follows a `~=` needs two numbers, and no other operator takes a local version.
        "~=" if version.release().len() < 2 => None,
        _ => Some(version.clone().without_local().to_string()),
    }
}

/// The way from `folder` to `path`, as pip reads it on every system.
fn relative(folder: &Path, path: &Path) -> Option<String> {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (folder.components().collect(), path.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let is_plain = |part: &Component<'_>| matches!(part, Component::Normal(_));
    if shared == 0 || !from[shared..].iter().all(is_plain) || !to[shared..].iter().all(is_plain) {
        return None;
    }
    let mut parts: Vec<&str> = from[shared..].iter().map(|_| "..").collect();
    for part in &to[shared..] {
        parts.push(part.as_os_str().to_str()?);
    }
    Some(parts.join("/"))
}
