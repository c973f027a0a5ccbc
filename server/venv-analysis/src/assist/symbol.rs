//! The outline of a file.

use venv_syntax::{LineKind, OptionItem, OptionKind, RequirementTarget, Span};

use crate::assist::heading::{Part, parts};
use crate::assist::hover::specifiers;
use crate::manifest::{Entry, Manifest};
use crate::words::{plain, without_secrets};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    pub name: String,
    pub detail: Option<String>,
    pub kind: SymbolKind,
    /// The whole of it, in bytes from the start of the file.
    pub span: Span,
    /// What is selected: the name, within `span`.
    pub name_span: Span,
    pub children: Vec<Symbol>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A list of requirements.
    Section,
    Requirement,
    /// A `-r` or `-c`.
    Include,
    Option,
}

/// The outline: sections with their requirements; the lines of a requirements file.
pub fn symbols(manifest: &Manifest) -> Vec<Symbol> {
    if manifest.sections.is_empty() { of_lines(manifest) } else { of_sections(manifest) }
}

fn of_lines(manifest: &Manifest) -> Vec<Symbol> {
    let mut found = lines(manifest);
    found.sort_by_key(|symbol| symbol.span.start);
    let mut symbols: Vec<Symbol> = Vec::with_capacity(found.len());
    let mut parts = parts(manifest).into_iter().peekable();
    for symbol in found {
        while let Some(part) = parts.next_if(|part| part.head.start < symbol.span.start) {
            symbols.push(section(&part));
        }
        match symbols.last_mut().filter(|last| last.kind == SymbolKind::Section) {
            Some(part) => part.children.push(symbol),
            None => symbols.push(symbol),
        }
    }
    symbols.extend(parts.map(|part| section(&part)));
    symbols
}

/// The requirements and options, in no certain order.
fn lines(manifest: &Manifest) -> Vec<Symbol> {
    let mut found: Vec<Symbol> = manifest.entries().map(requirement).collect();
    for line in &manifest.tree.lines {
        if let LineKind::Options(options) = &line.tree.kind {
            found.extend(options.iter().map(|item| option(item, line.start, &manifest.text)));
        }
    }
    found
}

fn of_sections(manifest: &Manifest) -> Vec<Symbol> {
    let mut symbols: Vec<Symbol> = manifest
        .sections
        .iter()
        .map(|section| Symbol {
            name: named(&section.path, "requirements"),
            detail: None,
            kind: SymbolKind::Section,
            span: section.span.cover(section.head),
            name_span: section.head,
            children: Vec::new(),
        })
        .collect();
    let mut others = Vec::new();
    for entry in manifest.entries() {
        match entry.section_index().and_then(|index| symbols.get_mut(index)) {
            Some(section) => {
                section.span = section.span.cover(entry.extent()).cover(entry.span());
                section.children.push(requirement(entry));
            }
            None => others.push(requirement(entry)),
        }
    }
    for (symbol, section) in symbols.iter_mut().zip(&manifest.sections) {
        for include in &section.includes {
            symbol.span = symbol.span.cover(include.extent);
            symbol.children.push(Symbol {
                name: named(&include.name.text, "group"),
                detail: Some("group".to_owned()),
                kind: SymbolKind::Include,
                span: include.extent,
                name_span: include.extent,
                children: Vec::new(),
            });
        }
    }
    for include in &manifest.includes {
        let found = Symbol {
            name: named(include.span.slice(&manifest.text), "file"),
            detail: None,
            kind: SymbolKind::Include,
            span: include.span,
            name_span: include.span,
            children: Vec::new(),
        };
        match symbols.iter_mut().find(|section| section.span.cover(include.span) == section.span) {
            Some(section) => section.children.push(found),
            None => others.push(found),
        }
    }
    for symbol in &mut symbols {
        symbol.children.sort_by_key(|child| child.span.start);
    }
    symbols.extend(others);
    symbols.sort_by_key(|symbol| symbol.span.start);
    symbols
}

fn section(part: &Part<'_>) -> Symbol {
    Symbol {
        name: named(part.title, "part"),
        detail: None,
        kind: SymbolKind::Section,
        span: part.span,
        name_span: part.head,
        children: Vec::new(),
    }
}

fn requirement(entry: Entry<'_>) -> Symbol {
    let (name, detail) = match &entry.line().target {
        RequirementTarget::Named(requirement) => {
            let detail = match &requirement.url {
                Some(url) => without_secrets(&url.text).into_owned(),
                None => specifiers(requirement),
            };
            (named(&requirement.name.text, "requirement"), detail)
        }
        RequirementTarget::Location { location, name, .. } => {
            let text = without_secrets(&location.text);
            match name {
                Some(name) => (named(&name.text, "requirement"), text.into_owned()),
                None => (named(&text, "requirement"), String::new()),
            }
        }
    };
    let span = entry.line_span().cover(entry.extent()).cover(entry.name_span());
    Symbol {
        name,
        detail: Some(plain(&detail)).filter(|detail| !detail.is_empty()),
        kind: SymbolKind::Requirement,
        span,
        name_span: entry.name_span(),
        children: Vec::new(),
    }
}

fn option(option: &OptionItem, start: u32, text: &str) -> Symbol {
    let written = named(option.name.shift(start).slice(text), "option");
    let value = option.value.as_ref().map(|value| plain(&without_secrets(&value.text)));
    let is_include = matches!(option.kind, OptionKind::Requirement | OptionKind::Constraint);
    let (name, detail) = match value {
        Some(value) if is_include => (format!("{written} {value}"), None),
        value => (written, value),
    };
    Symbol {
        name,
        detail,
        kind: if is_include { SymbolKind::Include } else { SymbolKind::Option },
        span: option.span.shift(start),
        name_span: option.name.shift(start),
        children: Vec::new(),
    }
}

/// A symbol without a name is none.
fn named(name: &str, otherwise: &str) -> String {
    let name = plain(name.trim());
    if name.is_empty() { otherwise.to_owned() } else { name }
}
