//! The grammar of versions and specifiers as `packaging` reads them out of a requirement.
//!
//! `pep440_rs` is given only text that matches, and is corrected where it refuses what pip takes: numbers
//! beyond 64 bits, and separators with nothing behind them (`1.0a.`).

use std::ops::Range;

use pep440_rs::{LocalSegment, Operator, Prerelease, PrereleaseKind, Version, VersionSpecifier};

/// The parts of a version, as ranges of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct VersionShape {
    pub(crate) end: usize,
    pub(crate) wildcard: bool,
    pub(crate) release_parts: usize,
    epoch: Option<Range<usize>>,
    release: Range<usize>,
    pre: Option<(PrereleaseKind, Range<usize>)>,
    post: Option<Range<usize>>,
    dev: Option<Range<usize>>,
    pub(crate) local: Option<Range<usize>>,
}

/// The longest version that begins at `start`, with `.*` after its release or a local label.
pub(crate) fn scan_version(text: &str, start: usize) -> Option<VersionShape> {
    let bytes = text.as_bytes();
    let mut shape = VersionShape::default();
    let mut at = start;
    if bytes.get(at).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'v')) {
        at += 1;
    }
    let mut end = digits(bytes, at);
    if end == at {
        return None;
    }
    if bytes.get(end) == Some(&b'!') && digits(bytes, end + 1) > end + 1 {
        shape.epoch = Some(at..end);
        at = end + 1;
        end = digits(bytes, at);
    }
    shape.release_parts = 1;
    while bytes.get(end) == Some(&b'.') && digits(bytes, end + 1) > end + 1 {
        end = digits(bytes, end + 1);
        shape.release_parts += 1;
    }
    shape.release = at..end;
    if bytes.get(end..end + 2) == Some(b".*") {
        shape.wildcard = true;
        shape.end = end + 2;
        return Some(shape);
    }
    // Most versions end here.
    if !bytes
        .get(end)
        .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.' | b'+'))
    {
        shape.end = end;
        return Some(shape);
    }
    if let Some((word, number, after)) = labelled(bytes, end, &PRE) {
        shape.pre = Some((PRE_KINDS[word], number));
        end = after;
    }
    if bytes.get(end) == Some(&b'-') && digits(bytes, end + 1) > end + 1 {
        shape.post = Some(end + 1..digits(bytes, end + 1));
        end = digits(bytes, end + 1);
    } else if let Some((_, number, after)) = labelled(bytes, end, &["post", "rev", "r"]) {
        shape.post = Some(number);
        end = after;
    }
    if let Some((_, number, after)) = labelled(bytes, end, &["dev"]) {
        shape.dev = Some(number);
        end = after;
    }
    if bytes.get(end) == Some(&b'+') && alphanumerics(bytes, end + 1) > end + 1 {
        let local = end + 1;
        end = alphanumerics(bytes, local);
        while bytes.get(end).is_some_and(|byte| is_separator(*byte))
            && alphanumerics(bytes, end + 1) > end + 1
        {
            end = alphanumerics(bytes, end + 1);
        }
        shape.local = Some(local..end);
    }
    shape.end = end;
    Some(shape)
}

/// The version that `text` is, the whole of it.
pub(crate) fn parse_version(text: &str) -> Option<Version> {
    let text = text.trim();
    let shape = scan_version(text, 0).filter(|shape| shape.end == text.len() && !shape.wildcard)?;
    Some(build_version(text, 0, &shape))
}

/// The version that `scan_version` found at `start` of `text`, without a `.*`.
pub(crate) fn build_version(text: &str, start: usize, shape: &VersionShape) -> Version {
    let end = if shape.wildcard { shape.release.end } else { shape.end };
    if let Ok(version) = text[start..end].parse() {
        return version;
    }
    let number = |range: &Range<usize>| saturating(&text[range.clone()]);
    Version::new(text[shape.release.clone()].split('.').map(saturating))
        .with_epoch(shape.epoch.as_ref().map_or(0, number))
        .with_pre(shape.pre.as_ref().map(|(kind, range)| Prerelease { kind: *kind, number: number(range) }))
        .with_post(shape.post.as_ref().map(number))
        .with_dev(shape.dev.as_ref().map(number))
        .with_local(shape.local.as_ref().map_or_else(Vec::new, |range| {
            text[range.clone()]
                .split(['-', '_', '.'])
                .map(|part| {
                    if part.bytes().all(|byte| byte.is_ascii_digit()) {
                        LocalSegment::Number(saturating(part))
                    } else {
                        LocalSegment::String(part.to_ascii_lowercase())
                    }
                })
                .collect()
        }))
}

/// The specifier that `text` is, the whole of it, as `packaging.specifiers.Specifier` reads it.
pub(crate) fn parse_specifier(operator: &str, version: &str) -> Option<VersionSpecifier> {
    let version = version.trim();
    if operator == "===" {
        let bare = !version.contains(|c: char| c.is_whitespace() || matches!(c, ';' | ')'));
        return bare.then(|| arbitrary_equality(version));
    }
    let shape = scan_version(version, 0).filter(|shape| shape.end == version.len())?;
    specifier(operator, version, 0, &shape)
}

/// The specifier of an operator other than `===` with a version; `None` where the two do not go together.
pub(crate) fn specifier(
    operator: &str,
    text: &str,
    start: usize,
    shape: &VersionShape,
) -> Option<VersionSpecifier> {
    let operator = match (operator, shape.wildcard) {
        ("==", false) => Operator::Equal,
        ("==", true) => Operator::EqualStar,
        ("!=", false) => Operator::NotEqual,
        ("!=", true) => Operator::NotEqualStar,
        ("~=", false) => Operator::TildeEqual,
        ("<=", false) => Operator::LessThanEqual,
        (">=", false) => Operator::GreaterThanEqual,
        ("<", false) => Operator::LessThan,
        (">", false) => Operator::GreaterThan,
        (_, false | true) => return None,
    };
    VersionSpecifier::from_version(operator, build_version(text, start, shape)).ok()
}

/// `===text`. It compares text with the normalised text of the installed version, so what is not written in
/// the normal form matches nothing: then the value is a version of an epoch that no distribution has.
pub(crate) fn arbitrary_equality(text: &str) -> VersionSpecifier {
    let lower = text.to_ascii_lowercase();
    let version = parse_version(&lower)
        .filter(|version| version.to_string() == lower)
        .unwrap_or_else(|| Version::new([0]).with_epoch(u64::MAX));
    VersionSpecifier::from_version(Operator::ExactEqual, version)
        .expect("`===` goes together with every version")
}

const PRE: [&str; 8] = ["alpha", "beta", "preview", "pre", "a", "b", "c", "rc"];
const PRE_KINDS: [PrereleaseKind; 8] = [
    PrereleaseKind::Alpha,
    PrereleaseKind::Beta,
    PrereleaseKind::Rc,
    PrereleaseKind::Rc,
    PrereleaseKind::Alpha,
    PrereleaseKind::Beta,
    PrereleaseKind::Rc,
    PrereleaseKind::Rc,
];

/// `[-_.]? word [-_.]? digits*`: which word, where the digits are, where it ends.
fn labelled(bytes: &[u8], start: usize, words: &[&str]) -> Option<(usize, Range<usize>, usize)> {
    let at = start + usize::from(bytes.get(start).is_some_and(|byte| is_separator(*byte)));
    let index = words.iter().position(|word| {
        bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
    })?;
    let after = at + words[index].len();
    let number = after + usize::from(bytes.get(after).is_some_and(|byte| is_separator(*byte)));
    let end = digits(bytes, number);
    Some((index, number..end, end))
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}

fn digits(bytes: &[u8], start: usize) -> usize {
    start + bytes[start.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn alphanumerics(bytes: &[u8], start: usize) -> usize {
    start + bytes[start.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()
}

fn saturating(digits: &str) -> u64 {
    if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) }
}
