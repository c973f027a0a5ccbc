//! Where the files ask for what could not be installed. The tools name lines of lists that only they have seen, or no
//! lines at all.

use venv_syntax::{Replacement, normalize_name};

use crate::check::Context;
use crate::edits;
use crate::manifest::{Manifest, Role, hash_of_name};
use crate::renamings::{Reason, renaming};
use crate::requirements::{Wanted, wanted};
use crate::words::{file_name, quoted};

/// What asks for `name`, or bounds it where nothing does: the first place in the order in which pip reads the files.
pub fn asked_as<'a>(context: &Context<'a>, name: &str) -> Option<Wanted<'a>> {
    let mut found = all_under(context, name);
    found.sort_by_key(|wanted| wanted.role != Role::Requirements);
    found.into_iter().next()
}

/// The edits that ask for `to` wherever `from` is asked for, each with the file that it is for. Nothing where one of them
/// cannot be made.
pub fn renamed<'a>(context: &Context<'a>, from: &str, to: &str) -> Vec<(&'a Manifest, Replacement)> {
    let asked = all_under(context, from).into_iter().filter(|wanted| wanted.role == Role::Requirements);
    // Of a module's name the versions can only be those of what is meant, and so can those of a slip of the pen.
    let keeps_versions = renaming(hash_of_name(&normalize_name(from))).is_none_or(|it| match it.reason {
        Reason::Module | Reason::ModuleAsWritten => true,
        Reason::Dummy | Reason::OtherLibrary | Reason::Ended(_) => false,
    });
    let edits = asked.map(|wanted| {
        let edit = edits::renaming(wanted.manifest, wanted.entry, to, keeps_versions)?;
        Some((wanted.manifest, edit))
    });
    edits.collect::<Option<_>>().unwrap_or_default()
}

/// `` `requirements.txt` line 3 ``; the path where the file lies below the folder of the one that is installed.
pub fn place_name(context: &Context<'_>, wanted: &Wanted<'_>) -> String {
    let path = &wanted.manifest.path;
    let below = path.strip_prefix(context.manifest.folder()).ok();
    let name = below.map_or_else(|| file_name(path), |below| quoted(&below.to_string_lossy()));
    format!("{name} line {}", line_number(&wanted.manifest.text, wanted.entry.span().start as usize))
}

/// What asks for exactly the requirement `what`, as a tool writes it; or for its name, where only one place does.
pub(super) fn asked_so<'a>(context: &Context<'a>, what: &str) -> Option<Wanted<'a>> {
    let name = name_of(what);
    let all = all_under(context, name);
    let sought = bounds(&what[name.len()..]);
    let is_so = |wanted: &&Wanted<'a>| {
        let joined = wanted.entry.joined(&wanted.manifest.text);
        let written = joined.trim_start();
        bounds(&written[name_of(written).len()..]) == sought
    };
    let exact = all.iter().find(is_so).copied();
    exact.or_else(|| all.first().copied().filter(|_| all.len() == 1))
}

/// The name that a requirement begins with.
pub(super) fn name_of(what: &str) -> &str {
    let is_in_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    what.find(|c| !is_in_name(c)).map_or(what, |end| &what[..end])
}

fn all_under<'a>(context: &Context<'a>, name: &str) -> Vec<Wanted<'a>> {
    let name = normalize_name(name);
    let mut found = wanted(context);
    found.retain(|wanted| wanted.entry.name().is_some_and(|other| *other.normalized == *name));
    found
}

/// The versions of what follows a name, in one form: pip sorts them.
fn bounds(after_name: &str) -> Vec<String> {
    let rest = after_name.trim_start();
    let rest = if rest.starts_with('[') { rest.split_once(']').map_or("", |(_, rest)| rest) } else { rest };
    let rest = rest.split([';', '#']).next().unwrap_or_default();
    let rest = rest.split(" --").next().unwrap_or_default();
    let bare = |part: &str| part.replace(|c: char| c.is_whitespace() || "()".contains(c), "");
    let mut bounds: Vec<String> = rest.split(',').map(bare).filter(|part| !part.is_empty()).collect();
    bounds.sort_unstable();
    bounds
}

/// 1-based.
fn line_number(text: &str, at: usize) -> usize {
    let before = &text.as_bytes()[..at];
    let ends = |index: &usize| {
        before[*index] == b'\n' || before[*index] == b'\r' && before.get(index + 1) != Some(&b'\n')
    };
    1 + (0..before.len()).filter(ends).count()
}
