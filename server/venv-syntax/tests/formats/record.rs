//! What was read, in a short form and as pictures.

use venv_syntax::{
    Declarations, Declared, LineKind, Marker, RequirementTarget, Span, Specifier, SyntaxError, normalize_name,
};

use crate::picture::picture;

/// One line for each section, with what it asks for; then files and Pythons.
pub(crate) fn short(text: &str, found: &Declarations) -> String {
    check(text, found);
    let mut out = String::new();
    for (index, section) in found.sections.iter().enumerate() {
        let name = section.name.as_ref().map_or(String::new(), |name| format!(" `{}`", name.normalized));
        out.push_str(&format!("{} ({:?}, {:?}{name}):", section.path, section.kind, section.demand));
        for declared in found.declared.iter().filter(|declared| declared.section == index) {
            out.push_str(&format!(" {}", short_declared(text, declared)));
        }
        for file in found.files.iter().filter(|file| file.section == index) {
            out.push_str(&format!(" file {}", file.path));
        }
        out.push('\n');
    }
    for python in &found.requires_python {
        let any: Vec<_> = python.any_of.iter().map(|all| versions(all)).collect();
        out.push_str(&format!("python {}: {}\n", python.path, any.join(" || ")));
    }
    out
}

/// The requirement, and its text where that differs from what is written.
fn short_declared(text: &str, declared: &Declared) -> String {
    let written = source(text, declared);
    let mut out = match &declared.line.tree.kind {
        LineKind::Blank => "blank".to_owned(),
        LineKind::Invalid => "invalid".to_owned(),
        LineKind::Options(options) => format!("{} options", options.len()),
        LineKind::Requirement(line) => match &line.target {
            RequirementTarget::Named(requirement) => {
                let mut out = format!("`{}", requirement.name.normalized);
                for extra in &requirement.extras {
                    out.push_str(&format!("[{}]", extra.normalized));
                }
                let mut any = vec![versions(&requirement.specifiers)];
                any.extend(requirement.alternatives.iter().map(|all| versions(all)));
                out.push_str(&any.join(" || "));
                if let Some(url) = &requirement.url {
                    out.push_str(&format!("@{}", url.text));
                }
                out.push_str(requirement.marker.as_ref().map_or("`", |_| ";`"));
                out
            }
            RequirementTarget::Location { location, .. } => format!("<{}>", location.text),
        },
    };
    if written != &*declared.text {
        out.push_str(&format!(" = {:?}", declared.text));
    }
    out
}

fn versions(specifiers: &[Specifier]) -> String {
    specifiers.iter().map(|specifier| specifier.value.to_string()).collect::<Vec<_>>().join(",")
}

fn source<'t>(text: &'t str, declared: &Declared) -> &'t str {
    let start = declared.line.start as usize;
    &text[start..start + declared.line.tree.len as usize]
}

/// All errors as pictures of their lines, in the order of the text.
pub(crate) fn pictures(text: &str, found: &Declarations) -> String {
    check(text, found);
    let of_lines = found.declared.iter().flat_map(|declared| {
        declared.line.tree.errors.iter().map(|error| {
            let mut error = error.clone();
            error.span = error.span.shift(declared.line.start);
            if let Some(fix) = &mut error.fix {
                fix.span = fix.span.shift(declared.line.start);
            }
            error
        })
    });
    let mut errors: Vec<SyntaxError> = found.errors.iter().cloned().chain(of_lines).collect();
    errors.sort_by_key(|error| error.span);
    let mut out = String::new();
    for mut error in errors {
        let start = text[..error.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
        let last = error.fix.as_ref().map_or(error.span.end, |fix| fix.span.end.max(error.span.end)) as usize;
        let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
        let by = u32::try_from(start).expect("the text is short");
        let back = |span: Span| Span::new(span.start - by, span.end - by);
        error.span = back(error.span);
        if let Some(fix) = &mut error.fix {
            fix.span = back(fix.span);
        }
        picture(&mut out, &text[start..end], &error);
    }
    out
}

/// Panics unless everything that was found lies where it says: spans are spans of the text, those of parts within
/// those of the whole, names say what is written, and everything is in the order of the text.
#[track_caller]
pub(crate) fn check(text: &str, found: &Declarations) {
    let slices = |span: Span| {
        let range = span.start as usize..span.end as usize;
        assert!(text.get(range).is_some(), "{span:?} is not a span of {text:?}");
    };
    for section in &found.sections {
        slices(section.head);
        slices(section.span);
        section.name.iter().for_each(|name| {
            slices(name.span);
            assert_eq!(normalize_name(&name.text), *name.normalized);
        });
        for include in &section.includes {
            slices(include.extent);
            assert!(include.section.is_none_or(|index| index < found.sections.len()));
        }
    }
    assert!(found.sections.is_sorted_by_key(|section| section.head), "{text:?}");
    for declared in &found.declared {
        assert!(declared.section < found.sections.len());
        slices(declared.extent);
        let start = declared.line.start;
        let whole = Span::new(start, start + declared.line.tree.len);
        slices(whole);
        let within = |span: Span| {
            slices(span.shift(start));
            assert!(span.end <= whole.len(), "{span:?} is not in {whole:?} of {text:?}");
        };
        spans_of(&declared.line.tree.kind, &within);
        for error in &declared.line.tree.errors {
            within(error.span);
            error.fix.iter().for_each(|fix| within(fix.span));
        }
    }
    assert!(found.declared.is_sorted_by_key(|declared| declared.line.start), "{text:?}");
    for file in &found.files {
        slices(file.span);
    }
    for python in &found.requires_python {
        slices(python.span);
        for specifier in python.any_of.iter().flatten() {
            [specifier.span, specifier.operator, specifier.version].into_iter().for_each(slices);
        }
    }
    for error in &found.errors {
        slices(error.span);
        assert!(!error.message.is_empty() && !error.message.contains('\n'), "{:?}", error.message);
        assert!(!error.message.ends_with('.'), "{:?}", error.message);
        error.fix.iter().for_each(|fix| slices(fix.span));
    }
    assert!(found.errors.is_sorted_by_key(|error| error.span), "{text:?}");
}

/// Shows every span of a line to `see`.
fn spans_of(kind: &LineKind, see: &dyn Fn(Span)) {
    let LineKind::Requirement(line) = kind else { return };
    see(line.span);
    line.editable.into_iter().for_each(see);
    line.options.iter().for_each(|option| see(option.span));
    match &line.target {
        RequirementTarget::Named(requirement) => {
            see(requirement.span);
            see(requirement.name.span);
            requirement.extras.iter().for_each(|extra| see(extra.span));
            for specifier in requirement.specifiers.iter().chain(requirement.alternatives.iter().flatten()) {
                [specifier.span, specifier.operator, specifier.version].into_iter().for_each(see);
            }
            requirement.url.iter().for_each(|url| see(url.span));
            requirement.marker.iter().for_each(|marker| spans_of_marker(marker, see));
        }
        RequirementTarget::Location { location, name, extras, marker, .. } => {
            see(location.span);
            name.iter().chain(extras).for_each(|name| see(name.span));
            marker.iter().for_each(|marker| spans_of_marker(marker, see));
        }
    }
}

fn spans_of_marker(marker: &Marker, see: &dyn Fn(Span)) {
    match marker {
        Marker::Or(markers) | Marker::And(markers) => {
            markers.iter().for_each(|marker| spans_of_marker(marker, see));
        }
        Marker::Compare { span, left, operator: _, operator_span, right } => {
            [*span, left.span, *operator_span, right.span].into_iter().for_each(see);
        }
    }
}
