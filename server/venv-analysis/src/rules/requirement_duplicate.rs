//! `requirement-duplicate`: one name is asked for twice.

use crate::check::{Findings, Subject};
use crate::diagnostic::{Related, Severity};
use crate::doubles::{Duplicate, Place};
use crate::edits::removal;
use crate::rules::Rule;
use crate::words::{file_name, plain, quoted};

pub(super) const RULE: Rule = Rule {
    code: "requirement-duplicate",
    summary: "one name is asked for twice",
    severity: Severity::Warning,
    page: include_str!("../../../../docs/reference/rules/requirement-duplicate.md"),
    check,
};

fn check(context: &Subject<'_>, findings: &mut Findings<'_>) {
    for Duplicate { earlier, later, is_same } in context.doubles.duplicates() {
        if let (Some(earlier), Some(later)) = (context.files.place(earlier), context.files.place(later)) {
            report(context, findings, &earlier, &later, is_same);
        }
    }
}

fn report(
    context: &Subject<'_>,
    findings: &mut Findings<'_>,
    earlier: &Place<'_>,
    place: &Place<'_>,
    is_same: bool,
) {
    let related = |place: &Place<'_>, message: &str| Related {
        file: (!place.is_own()).then(|| place.manifest.path.clone()),
        text: None,
        span: place.entry.name_span(),
        message: message.to_owned(),
    };
    let name = |place: &Place<'_>| quoted(place.entry.name().map_or("", |name| &name.text));
    match (earlier.include, place.include) {
        (None, None) => {
            let section = place.entry.section();
            let place_name = section.map_or_else(|| "this file".to_owned(), |section| quoted(&section.path));
            let message = format!("{} is asked for more than once in {place_name}", name(place));
            let found = findings.add(place.entry.name_span(), message);
            found.related.push(related(earlier, "first asked for here"));
            if is_same {
                let title = match section {
                    None => "Remove the second line, which says the same".to_owned(),
                    // A name may stand twice in several sections: the titles stand in one menu.
                    Some(_) => {
                        format!("Remove the second {} in {place_name}, which says the same", name(place))
                    }
                };
                found.edit = Some(removal(context.manifest, place.entry, title));
            }
        }
        (None, Some(_)) => {
            let file = file_name(&place.manifest.path);
            let message = format!("{} is asked for in {file} as well", name(earlier));
            let found = findings.add(earlier.entry.name_span(), message);
            found.related.push(related(place, "also asked for here"));
            if is_same {
                let title = format!("Remove this line, which {} has as well", plain(&file));
                found.edit = Some(removal(context.manifest, earlier.entry, title));
            }
        }
        (Some(_), Some(include)) => {
            let (file, other) = (file_name(&place.manifest.path), file_name(&earlier.manifest.path));
            let message = format!("{file} asks for {}, as {other} does", name(place));
            let found = findings.add(include.span, message);
            found.related.push(related(earlier, "first asked for here"));
            found.related.push(related(place, "asked for again here"));
        }
        // The file's own places come first.
        (Some(_), None) => {}
    }
}
