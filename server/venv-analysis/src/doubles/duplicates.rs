//! Places that ask for one name where one would be enough.

use rustc_hash::FxHashMap;

use crate::check::Context;
use crate::manifest::Role;

use super::{Duplicate, Place};

/// What two places must share to be doubles: the section of the file; the extras, as `requests` beside
/// `requests[socks]` is how some files are written, and pip merges them; that both surely count, or else the marker.
type Group = (Option<usize>, Vec<Box<str>>, Option<String>);

/// The first double of each group: that is enough to find the others.
pub(super) fn find(context: &Context<'_>, places: &[Place<'_>]) -> Vec<Duplicate> {
    let mut found = Vec::new();
    // `None` when a double was found.
    let mut first: FxHashMap<Group, Option<Place<'_>>> = FxHashMap::default();
    for place in places.iter().filter(|place| asks(context, place)) {
        let Some(group) = group_of(context, place) else { continue };
        match first.get(&group).copied() {
            None => {
                first.insert(group, Some(*place));
            }
            Some(Some(earlier)) if is_worth_saying(&earlier, place) => {
                let is_same = earlier.joined() == place.joined();
                found.push(Duplicate { earlier: earlier.at, later: place.at, is_same });
                first.insert(group, None);
            }
            Some(Some(_) | None) => {}
        }
    }
    found
}

/// Whether it is a wish, which can be a double. Files that only bound versions do so for many at once.
fn asks(context: &Context<'_>, place: &Place<'_>) -> bool {
    place.is_own() || context.manifest.role == Role::Requirements && place.role == Role::Requirements
}

fn group_of(context: &Context<'_>, place: &Place<'_>) -> Option<Group> {
    let requirement = place.entry.requirement()?;
    let mut extras: Vec<Box<str>> = requirement.extras.iter().map(|extra| extra.normalized.clone()).collect();
    extras.sort_unstable();
    let marker = (!place.applies(context)).then(|| {
        let joined = place.joined();
        joined.split_once(';').map_or_else(String::new, |(_, marker)| marker.split_whitespace().collect())
    });
    Some((place.entry.section_index(), extras, marker))
}

/// What is doubled behind one `-r` is for the file behind it to say.
fn is_worth_saying(earlier: &Place<'_>, later: &Place<'_>) -> bool {
    match (earlier.include, later.include) {
        (Some(one), Some(other)) => one.span != other.span,
        (None, _) | (_, None) => true,
    }
}
