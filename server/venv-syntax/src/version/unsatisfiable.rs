//! Whether there can be a version at all that specifiers take.
//!
//! In the order of versions each specifier takes whole stretches, and so do several together. A stretch that all of
//! them take begins where one of theirs begins: it is enough to try these beginnings. A version of `===` compares as
//! text and is tried as it is. A local label is told apart by specifiers that name it only, which are tried too.

use pep440_rs::{Operator, Prerelease, Version, VersionSpecifier};

use super::contains;

/// Each beginning is tried with each specifier. Of more than so many it cannot be told; nobody writes as many.
const MOST: usize = 500;

/// Whether some version is within every one of `specifiers`, be there such a release or not. Where that cannot be
/// told, as for `===` with what is no version, it is taken for possible.
pub fn any_version_satisfies<'a>(specifiers: impl IntoIterator<Item = &'a VersionSpecifier>) -> bool {
    let specifiers: Vec<&VersionSpecifier> = specifiers.into_iter().collect();
    any_version(&specifiers, |version| specifiers.iter().all(|specifier| contains(specifier, version)))
}

/// Whether one of the versions that `specifiers` set apart from others is a right one; true where that cannot be told.
pub(crate) fn any_version(specifiers: &[&VersionSpecifier], is_right: impl Fn(&Version) -> bool) -> bool {
    if specifiers.len() > MOST || specifiers.iter().any(|specifier| is_beyond_telling(specifier)) {
        return true;
    }
    // Where there is a right one at all, it is mostly one that somebody has written.
    if specifiers.iter().any(|specifier| is_right(specifier.version())) {
        return true;
    }
    let depth = specifiers.iter().map(|specifier| specifier.version().release().len()).max().unwrap_or(0);
    let lowest = Version::new([0]).with_dev(Some(0));
    is_right(&lowest) || specifiers.iter().any(|specifier| beginnings(specifier, depth).iter().any(&is_right))
}

/// Numbers beyond 64 bits are cut, and what is behind `===` and no version has such a number as well.
fn is_beyond_telling(specifier: &VersionSpecifier) -> bool {
    let version = specifier.version();
    let pre = version.pre().map(|pre| pre.number);
    let numbers = [Some(version.epoch()), pre, version.post(), version.dev()];
    version.release().iter().copied().chain(numbers.into_iter().flatten()).any(|number| number == u64::MAX)
}

/// Where the stretches begin that a specifier takes, apart from those that begin at the lowest version.
fn beginnings(specifier: &VersionSpecifier, depth: usize) -> Vec<Version> {
    let bound = specifier.version().clone();
    match specifier.operator() {
        Operator::Equal => vec![bound.clone().without_local(), bound],
        Operator::ExactEqual | Operator::GreaterThanEqual | Operator::TildeEqual => vec![bound],
        Operator::EqualStar => vec![first_of(bound.epoch(), bound.release())],
        Operator::NotEqualStar => vec![first_of(bound.epoch(), &increased(bound.release()))],
        // The version itself is a right one where only a build of it is excluded.
        Operator::NotEqual => vec![next(&bound), bound.without_local()],
        Operator::GreaterThan => vec![next(&bound), above_family(&bound, depth)],
        Operator::LessThan | Operator::LessThanEqual => Vec::new(),
    }
}

/// The lowest version whose release begins with these numbers.
fn first_of(epoch: u64, release: &[u64]) -> Version {
    Version::new(release).with_epoch(epoch).with_dev(Some(0))
}

fn increased(release: &[u64]) -> Vec<u64> {
    let mut release = release.to_vec();
    if let Some(last) = release.last_mut() {
        *last += 1;
    }
    release
}

/// The lowest version above `version` and all builds of it.
fn next(version: &Version) -> Version {
    let version = version.clone().without_local();
    match (version.dev(), version.post()) {
        (Some(dev), _) => version.with_dev(Some(dev + 1)),
        (None, Some(post)) => version.with_post(Some(post + 1)).with_dev(Some(0)),
        (None, None) => version.with_post(Some(0)).with_dev(Some(0)),
    }
}

/// A version above `version` and its post-releases, and below all others that are: below those of a release of as
/// many as `depth` numbers there is always one more.
fn above_family(version: &Version, depth: usize) -> Version {
    let epoch = version.epoch();
    if let Some(pre) = version.pre() {
        let following = Prerelease { kind: pre.kind, number: pre.number + 1 };
        return Version::new(version.release()).with_epoch(epoch).with_pre(Some(following)).with_dev(Some(0));
    }
    let mut release = version.release().to_vec();
    release.resize(depth.max(release.len()), 0);
    release.push(1);
    first_of(epoch, &release)
}
