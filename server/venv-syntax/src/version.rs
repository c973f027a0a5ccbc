//! Versions and specifiers as PEP 440 defines them.
//!
//! Parsing and ordering of versions are `pep440_rs`'s. Which versions a specifier takes is decided here, as
//! Python's own `packaging` decides it: `pep440_rs` differs for prefixes longer than the version
//! (`==1.1.*` and `1`), for post-releases of pre-releases, and for `===`.

use std::borrow::Cow;
use std::cmp::Ordering;

use pep440_rs::Operator;
pub use pep440_rs::{Version, VersionSpecifier};

pub(crate) mod grammar;
mod unsatisfiable;

pub(crate) use unsatisfiable::any_version;
pub use unsatisfiable::any_version_satisfies;

/// Whether `version` is within every one of `specifiers`, as pip asks about an *installed* distribution:
/// an installed pre-release satisfies `>=1.0`, because pip does not remove what is there already.
pub fn satisfies<'a>(version: &Version, specifiers: impl IntoIterator<Item = &'a VersionSpecifier>) -> bool {
    specifiers.into_iter().all(|specifier| contains(specifier, version))
}

/// `packaging.specifiers.Specifier.contains(version, prereleases=True)`.
pub(crate) fn contains(specifier: &VersionSpecifier, version: &Version) -> bool {
    let bound = specifier.version();
    match specifier.operator() {
        Operator::Equal => equal(bound, version),
        Operator::NotEqual => !equal(bound, version),
        Operator::EqualStar => has_prefix(version, bound.epoch(), bound.release()),
        Operator::NotEqualStar => !has_prefix(version, bound.epoch(), bound.release()),
        Operator::ExactEqual => {
            // Text is compared, so `1.0` is not `1`.
            bound.release().len() == version.release().len() && bound == version
        }
        Operator::TildeEqual => {
            let prefix = bound.release();
            let prefix = &prefix[..prefix.len().saturating_sub(1)];
            version >= bound && has_prefix(version, bound.epoch(), prefix)
        }
        Operator::GreaterThanEqual => version >= bound,
        Operator::LessThanEqual => *version <= *bound || *public(version) <= *bound,
        Operator::GreaterThan => greater(bound, version),
        Operator::LessThan => less(bound, version),
    }
}

/// A bound without a local label takes every build of its version: `==2.1` takes `2.1+cpu`.
fn equal(bound: &Version, version: &Version) -> bool {
    if bound.local().is_empty() { *public(version) == *bound } else { version == bound }
}

/// More than the version, its local builds, and its post-releases, unless it is itself one of these.
fn greater(bound: &Version, version: &Version) -> bool {
    if let Some(dev) = bound.dev() {
        return *version >= bound.clone().without_local().with_dev(Some(dev.saturating_add(1)));
    }
    if let Some(post) = bound.post() {
        let next = bound.clone().without_local().with_post(Some(post.saturating_add(1))).with_dev(Some(0));
        return *version >= next;
    }
    let family = version.epoch() == bound.epoch()
        && compare_releases(version.release(), bound.release()) == Ordering::Equal
        && version.pre() == bound.pre();
    version > bound && !family
}

/// Less than the version, and not one of its pre-releases unless it is itself one.
fn less(bound: &Version, version: &Version) -> bool {
    if bound.any_prerelease() {
        version < bound
    } else {
        *version < bound.clone().without_local().with_dev(Some(0))
    }
}

fn public(version: &Version) -> Cow<'_, Version> {
    if version.local().is_empty() {
        Cow::Borrowed(version)
    } else {
        Cow::Owned(version.clone().without_local())
    }
}

/// Whether the release of `version`, filled up with zeros, begins with `prefix`.
fn has_prefix(version: &Version, epoch: u64, prefix: &[u64]) -> bool {
    let release = version.release();
    version.epoch() == epoch
        && prefix.iter().enumerate().all(|(index, part)| release.get(index).copied().unwrap_or(0) == *part)
}

fn compare_releases(left: &[u64], right: &[u64]) -> Ordering {
    let part = |release: &[u64], index: usize| release.get(index).copied().unwrap_or(0);
    (0..left.len().max(right.len()))
        .map(|index| part(left, index).cmp(&part(right, index)))
        .find(|ordering| ordering.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests;
