//! What can be known of the requirements of a manifest without touching the trees of their lines.

use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use rustc_hash::FxHasher;

/// A line that asks for something. What is here can be known without touching the line's tree, and is copied from
/// one version of a file to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    /// Index into the lines of the tree.
    pub(super) line: u32,
    /// Whether it asks for extras.
    pub(super) has_extras: bool,
    /// The hash of the normalised name; 0 where the line has none.
    pub(super) name: u64,
}

impl Row {
    fn named(&self) -> Option<u64> {
        (self.name != 0).then_some(self.name)
    }
}

/// How many entries, at the start and at the end, are those of the manifest that this one was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// The hashes of the names, sorted; equal ones side by side.
pub(super) fn sorted_names(rows: &[Row]) -> Vec<u64> {
    let mut names: Vec<u64> = rows.iter().filter_map(Row::named).collect();
    names.sort_unstable();
    names
}

/// The sorted names of `rows`, of which `kept` are those of `old` with the sorted names `old_names`; and the names that
/// one of the two has in what is not kept, each once.
pub(super) fn names_again(
    old_names: &Arc<[u64]>,
    old: &[Row],
    rows: &[Row],
    kept: Kept,
) -> (Arc<[u64]>, Box<[u64]>) {
    let changed = |rows: &[Row]| sorted_names(&rows[kept.first..rows.len() - kept.last]);
    let (removed, added) = (changed(old), changed(rows));
    let mut both = [&removed[..], &added[..]].concat();
    both.sort_unstable();
    both.dedup();
    if removed == added {
        return (Arc::clone(old_names), both.into());
    }
    let mut names = Vec::with_capacity(old_names.len() + added.len());
    let (mut removed, mut added) = (removed.into_iter().peekable(), added.into_iter().peekable());
    for name in old_names.iter().copied() {
        while let Some(added) = added.next_if(|added| *added < name) {
            names.push(added);
        }
        if removed.next_if_eq(&name).is_none() {
            names.push(name);
        }
    }
    names.extend(added);
    (names.into(), both.into())
}

/// Never 0.
pub(crate) fn hash_of_name(normalized: &str) -> u64 {
    let mut hasher = FxHasher::default();
    normalized.hash(&mut hasher);
    hasher.finish() | 1
}
