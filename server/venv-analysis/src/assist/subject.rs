//! What stands at a place of a file: the thing that a cursor there is on.

use venv_syntax::{
    GroupInclude, LineKind, Marker, MarkerValue, MarkerVariable, Name, OptionItem, OptionKind, Requirement,
    RequirementTarget, RequiresPython, Section, Span, Specifier,
};

use crate::manifest::{Entry, Include, Manifest};

/// A thing, and its place in bytes from the start of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'a> {
    pub(super) span: Span,
    pub(super) subject: Subject<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Subject<'a> {
    /// The name of what is asked for, or the location that tells it.
    Name(Entry<'a>),
    /// One of the extras of a requirement.
    Extra(Entry<'a>, &'a Name),
    /// One of the specifiers of a requirement.
    Specifier(Entry<'a>, &'a Requirement, &'a Specifier),
    /// A part of a marker; `variable` if that part is one.
    Marker(&'a Marker, Option<MarkerVariable>),
    /// An option's name, or a value of which nothing more is known.
    Option(OptionKind),
    /// The value of `--hash`.
    Hash(&'a OptionItem),
    /// The value of `-r` and `-c`, and the like of other formats.
    Include(&'a Include),
    /// The key or header of a section.
    Section(&'a Section),
    /// A group that a section takes in.
    GroupInclude(&'a GroupInclude),
    RequiresPython(&'a RequiresPython),
}

/// What a cursor at `at` is on.
pub(super) fn subject_at(manifest: &Manifest, at: u32) -> Option<Placed<'_>> {
    if let Some(include) = manifest.includes.iter().find(|include| include.span.touches(at)) {
        return Some(Placed { span: include.span, subject: Subject::Include(include) });
    }
    if let Some(found) = manifest.entry_at(at).and_then(|entry| in_entry(entry, at)) {
        return Some(found);
    }
    if let Some(line) = manifest.line_at(at)
        && let LineKind::Options(options) = &line.tree.kind
        && let Some(found) = in_options(options, line.start, at)
    {
        return Some(found);
    }
    let requires = manifest.requires_python.iter().find(|requires| requires.span.touches(at));
    if let Some(requires) = requires {
        return Some(Placed { span: requires.span, subject: Subject::RequiresPython(requires) });
    }
    let mut included = manifest.sections.iter().flat_map(|section| &section.includes);
    if let Some(include) = included.find(|include| include.extent.touches(at)) {
        let span = if include.name.span.touches(at) { include.name.span } else { include.extent };
        return Some(Placed { span, subject: Subject::GroupInclude(include) });
    }
    let section = manifest.sections.iter().find(|section| section.head.touches(at))?;
    Some(Placed { span: section.head, subject: Subject::Section(section) })
}

fn in_entry(entry: Entry<'_>, at: u32) -> Option<Placed<'_>> {
    let line = entry.line();
    let on = |span: Span| Some(span.shift(entry.start)).filter(|span| span.touches(at));
    if let Some(span) = line.editable.and_then(on) {
        return Some(Placed { span, subject: Subject::Option(OptionKind::Editable) });
    }
    if let Some(found) = in_options(&line.options, entry.start, at) {
        return Some(found);
    }
    let (name, extras, marker) = match &line.target {
        RequirementTarget::Named(requirement) => {
            (requirement.name.span, &requirement.extras, &requirement.marker)
        }
        RequirementTarget::Location { location, extras, marker, .. } => (location.span, extras, marker),
    };
    let found = extras.iter().find_map(|extra| Some((on(extra.span)?, extra)));
    if let Some((span, extra)) = found {
        return Some(Placed { span, subject: Subject::Extra(entry, extra) });
    }
    if let Some(span) = on(name) {
        return Some(Placed { span, subject: Subject::Name(entry) });
    }
    if let Some(requirement) = entry.requirement() {
        let specifiers = requirement.specifiers.iter().chain(requirement.alternatives.iter().flatten());
        let found = specifiers.filter_map(|specifier| Some((on(specifier.span)?, specifier))).next();
        if let Some((span, specifier)) = found {
            return Some(Placed { span, subject: Subject::Specifier(entry, requirement, specifier) });
        }
        if let Some(span) = requirement.url.as_ref().and_then(|url| on(url.span)) {
            return Some(Placed { span, subject: Subject::Name(entry) });
        }
    }
    let marker = marker.as_ref()?;
    let (span, variable) = in_marker(marker, &on)?;
    Some(Placed { span, subject: Subject::Marker(marker, variable) })
}

/// The part of a marker that `on` takes: a variable, or else the comparison around it.
fn in_marker(marker: &Marker, on: &impl Fn(Span) -> Option<Span>) -> Option<(Span, Option<MarkerVariable>)> {
    match marker {
        Marker::Or(markers) | Marker::And(markers) => markers.iter().find_map(|marker| in_marker(marker, on)),
        Marker::Compare { span, left, right, .. } => {
            let whole = on(*span)?;
            let variable = [left, right].into_iter().find_map(|term| match &term.value {
                MarkerValue::Variable(variable) => Some((on(term.span)?, Some(*variable))),
                MarkerValue::Literal(_) => None,
            });
            Some(variable.unwrap_or((whole, None)))
        }
    }
}

fn in_options(options: &[OptionItem], start: u32, at: u32) -> Option<Placed<'_>> {
    let option = options.iter().find(|option| option.span.shift(start).touches(at))?;
    let name = option.name.shift(start);
    let value = option.value.as_ref().map(|value| value.span.shift(start));
    let found = match value.filter(|value| option.kind == OptionKind::Hash && value.touches(at)) {
        Some(span) => Placed { span, subject: Subject::Hash(option) },
        None => Placed { span: name, subject: Subject::Option(option.kind) },
    };
    found.span.touches(at).then_some(found)
}
