//! Versions and specifiers as PEP 440 defines them. The arithmetic is `pep440_rs`'s.

pub use pep440_rs::{Version, VersionSpecifier};

/// Whether `version` is within every one of `specifiers`, as pip asks about an *installed* distribution:
/// an installed pre-release satisfies `>=1.0`, because pip does not remove what is there already.
pub fn satisfies<'a>(
    version: &Version,
    specifiers: impl IntoIterator<Item = &'a VersionSpecifier>,
) -> bool {
    specifiers.into_iter().all(|specifier| specifier.contains(version))
}
