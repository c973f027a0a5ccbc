//! What is known of the thing at the cursor.

mod distribution;
mod file;
mod part;

use venv_syntax::Span;

pub(super) use self::distribution::{needed_by_extra, specifiers, written};

use crate::assist::subject::{Subject, subject_at};
use crate::check::Context;
use crate::project::own_extra;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it speaks of, in bytes from the start of the file.
    pub span: Span,
    /// Markdown, in which nothing that a file or a distribution says can be more than text.
    pub markdown: String,
}

/// What is installed of a requirement, from where, what it needs and who needs it; what an option or a marker means.
/// `context.facts.metadata` should hold what all distributions say of themselves.
pub fn hover(context: &Context<'_>, at: u32) -> Option<Hover> {
    let placed = subject_at(context.manifest, at)?;
    let markdown = match placed.subject {
        Subject::Name(entry) => distribution::name(context, entry),
        Subject::Extra(entry, extra) => match own_extra(context.manifest, entry, extra) {
            Some(section) => file::section(context, section),
            None => distribution::extra(context, entry, extra),
        },
        Subject::Specifier(entry, requirement, specifier) => {
            part::specifier(context, entry, requirement, specifier)
        }
        Subject::Marker(marker, variable) => part::marker(context, marker, variable),
        Subject::Option(kind) => part::option(kind),
        Subject::Hash(option) => part::hash(context, option),
        Subject::Include(include) => file::include(context, include),
        Subject::Section(section) => file::section(context, section),
        Subject::GroupInclude(include) => {
            file::section(context, context.manifest.sections.get(include.section?)?)
        }
        Subject::RequiresPython(requires) => file::requires_python(context, requires),
    }?;
    Some(Hover { span: placed.span, markdown })
}
