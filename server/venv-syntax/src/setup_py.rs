//! setuptools' `setup.py`: what its call of `setup` is given as literals. It is read, never run.
//!
//! `install_requires`, `setup_requires`, `tests_require`, `extras_require` and `python_requires` are read where they are
//! lists of strings, sums of such lists, or names that stand for them; anything else is left alone in silence.

use crate::declarations::Builder;
use crate::mapped_text::MappedText;
use crate::{Declarations, Demand, Name, SectionKind, Span, normalize_name};

mod module;
mod strings;
mod tokens;

#[cfg(feature = "imports")]
pub(crate) use strings::{line_ending, string};

use module::{Expression, Item, Module};
use tokens::TokenKind;

/// Reads a `setup.py` without running it. Never fails.
pub fn parse_setup_py(text: &str) -> Declarations {
    let mut builder = Builder::default();
    if memchr::memmem::find(text.as_bytes(), b"setup").is_none() {
        return builder.finish();
    }
    let module = Module::new(text);
    let mut name = None;
    for call in 0..module.tokens.len() {
        if is_setup(&module, call) {
            for argument in module.elements(call + 1) {
                if let Some((key, value)) = module.keyword(&argument) {
                    if module.is(key, "name") {
                        name = module.string(&value);
                    }
                    keyword(text, &module, key, &value, &mut builder);
                }
            }
        }
    }
    // A list may be used more than once: what it holds is in the section that most get.
    let rank = |demand: Demand| match demand {
        Demand::Always => 0,
        Demand::OnRequest => 1,
        Demand::Elsewhere => 2,
        Demand::Nobody => 3,
    };
    let sections = &builder.found.sections;
    builder
        .found
        .declared
        .sort_by_key(|declared| (declared.line.start, rank(sections[declared.section].demand)));
    builder.found.declared.dedup_by_key(|declared| declared.line.start);
    if let Some(name) = name {
        builder.take_in_own_extras(&name.text);
    }
    builder.finish().with_fitting_quotes(text)
}

/// `setup(` or `setuptools.setup(`.
fn is_setup(module: &Module<'_>, index: usize) -> bool {
    if !(module.is(index, "setup") && module.is_kind(index, TokenKind::Name) && module.is(index + 1, "(")) {
        return false;
    }
    match index.checked_sub(1) {
        Some(before) if module.is(before, ".") => {
            before.checked_sub(1).is_some_and(|at| module.is(at, "setuptools") || module.is(at, "core"))
        }
        Some(before) => !module.is(before, "def") && !module.is(before, "class"),
        None => true,
    }
}

fn keyword(text: &str, module: &Module<'_>, key: usize, value: &Expression, builder: &mut Builder) {
    let token = &module.tokens[key];
    let key = token.text(text);
    let what = match key {
        "install_requires" => (SectionKind::Dependencies, Demand::Always),
        "setup_requires" => (SectionKind::Build, Demand::Elsewhere),
        // A list without a name by which one could ask for it.
        "tests_require" => (SectionKind::Group, Demand::OnRequest),
        "extras_require" => {
            for (key, value) in module.entries(value) {
                extra(module, &key, &value, builder);
            }
            return;
        }
        "python_requires" => {
            if let Some(range) = module.string(value).filter(|range| !range.text.trim().is_empty()) {
                builder.python(key, &range.trimmed());
            }
            return;
        }
        _ => return,
    };
    let items = module.items(value);
    if items.is_empty() && !module.is_group(value, "[") {
        return;
    }
    let (head, span) = place(module, token.span(), value);
    let section = builder.open(what, key, None, head, span);
    declare(section, &items, None, builder);
}

/// One entry of `extras_require`. A key may name a marker behind a `:`, and then no extra.
fn extra(module: &Module<'_>, key: &MappedText, value: &Expression, builder: &mut Builder) {
    let items = module.items(value);
    if items.is_empty() && !module.is_group(value, "[") {
        return;
    }
    let (name, marker) = match key.text.find(':') {
        Some(colon) => (key.part(0..colon), Some(key.text[colon + 1..].trim())),
        None => (key.clone(), None),
    };
    let name = name.trimmed();
    let (head, span) = place(module, key.source(), value);
    let path = format!("extras_require.{}", key.text);
    let section = if name.text.is_empty() {
        builder.open((SectionKind::Dependencies, Demand::Always), path, None, head, span)
    } else {
        let name = Name {
            span: name.source(),
            normalized: normalize_name(&name.text).into(),
            text: name.text.into(),
        };
        builder.open((SectionKind::Extra, Demand::OnRequest), path, Some(name), head, span)
    };
    declare(section, &items, marker.filter(|marker| !marker.is_empty()), builder);
}

/// The head and the span of a section: its key with its value, or the assignment of the name that is its value.
fn place(module: &Module<'_>, key: Span, value: &Expression) -> (Span, Span) {
    module.assigned(value).unwrap_or_else(|| (key, key.cover(module.span(value))))
}

/// A string may hold several requirements, one on each line.
fn declare(section: usize, items: &[Item], marker: Option<&str>, builder: &mut Builder) {
    for Item { text: item, extent } in items {
        let several = item.text.trim().contains('\n');
        let mut at = 0;
        for line in item.text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let length = line.find(" #").unwrap_or(line.len());
            let mut requirement = item.part(start..start + length).trimmed();
            if requirement.text.is_empty() || requirement.text.starts_with('#') {
                continue;
            }
            let extent = if several { requirement.source() } else { *extent };
            if let Some(marker) = marker {
                requirement = with_marker(&requirement, marker);
            }
            builder.declare(section, &requirement, extent);
        }
    }
}

/// The requirement with one more marker, which is written elsewhere.
fn with_marker(requirement: &MappedText, marker: &str) -> MappedText {
    let end = requirement.source().end as usize;
    let (head, own) = match requirement.text.find(';') {
        Some(at) => (requirement.part(0..at), Some(requirement.part(at + 1..requirement.text.len()))),
        None => (requirement.clone(), None),
    };
    let mut whole = head;
    match own {
        Some(own) => {
            let own = own.trimmed();
            let start = own.source().start as usize;
            whole.push_read("; (", start..start);
            whole.append(&own);
            whole.push_read(&format!(") and ({marker})"), end..end);
        }
        None => whole.push_read(&format!(" ; {marker}"), end..end),
    }
    whole
}
