//! Where the thing at the cursor is defined.

use std::path::PathBuf;

use venv_syntax::Span;

use crate::assist::subject::{Placed, Subject, subject_at};
use crate::check::{Context, Included};
use crate::manifest::IncludeTarget;
use crate::project::{mentioned, own_extra};

/// A place, in this file or another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What the cursor is on.
    pub origin: Span,
    /// `None`: in the same file.
    pub file: Option<PathBuf>,
    /// In bytes from the start of that file; 0..0 where the whole file is meant.
    pub span: Span,
}

/// The file of a `-r`, the group of an `include-group`, the metadata of an installed distribution.
pub fn definition(context: &Context<'_>, at: u32) -> Option<Definition> {
    if let Some((section, origin)) = mentioned(context.manifest, at)
        && !section.head.touches(at)
    {
        return Some(Definition { origin, file: None, span: section.head });
    }
    let Placed { span: origin, subject } = subject_at(context.manifest, at)?;
    let here = |span| Some(Definition { origin, file: None, span });
    let there = |file| Some(Definition { origin, file: Some(file), span: Span::empty(0) });
    match subject {
        Subject::Include(include) => {
            let IncludeTarget::File(path) = &include.target else { return None };
            match context.facts.includes.get(path)? {
                Included::Manifest(manifest) => there(manifest.path.clone()),
                Included::Unreadable(_) => there(path.clone()),
                Included::NotFound => None,
            }
        }
        Subject::GroupInclude(include) => here(context.manifest.sections.get(include.section?)?.head),
        Subject::Extra(entry, extra) if let Some(own) = own_extra(context.manifest, entry, extra) => {
            here(own.head)
        }
        Subject::Name(entry) | Subject::Extra(entry, _) | Subject::Specifier(entry, ..) => {
            let environment = &context.chosen()?.environment;
            let found = environment.distributions.find(&entry.name()?.normalized)?;
            there(found.metadata_path(environment)?)
        }
        Subject::Marker(..)
        | Subject::Option(_)
        | Subject::Hash(_)
        | Subject::Section(_)
        | Subject::RequiresPython(_) => None,
    }
}
