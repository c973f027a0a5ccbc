//! Poetry's own way to bound versions (<https://python-poetry.org/docs/dependency-specification/>).
//!
//! ```text
//! constraint = all-of ("||" all-of)*
//! all-of     = bound ((","|blank) bound)*
//! bound      = "*" | "^"version | "~"version | version | version".*" | PEP 440 specifier
//! ```
//!
//! Each bound becomes the specifiers of PEP 440 that say the same; both halves of `^1.2` have its place.

use pep440_rs::Operator;

use crate::cursor::{Cursor, span};
use crate::excerpt;
use crate::version::grammar::{VersionShape, build_version, scan_version, specifier};
use crate::{Span, Specifier, SyntaxError, Version, VersionSpecifier};

/// Reads a constraint: one of the lists must hold, all of it. Spans are those of `text`. `None` where it is none;
/// then `errors` says why.
pub(crate) fn parse_poetry_constraint(
    text: &str,
    errors: &mut Vec<SyntaxError>,
) -> Option<Vec<Vec<Specifier>>> {
    let before = errors.len();
    let mut any_of = Vec::new();
    let mut start = 0;
    loop {
        let end = memchr::memchr(b'|', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at);
        any_of.push(all_of(text, start, end, errors));
        if end == text.len() {
            break;
        }
        start = end + if text[end..].starts_with("||") { 2 } else { 1 };
    }
    if any_of.iter().any(Vec::is_empty) {
        // What holds for every version leaves nothing to the others.
        any_of = vec![Vec::new()];
    }
    (errors.len() == before).then_some(any_of)
}

fn all_of(text: &str, start: usize, end: usize, errors: &mut Vec<SyntaxError>) -> Vec<Specifier> {
    let mut found = Vec::new();
    let mut cursor = Cursor::new(&text[..end], start);
    let mut is_empty = true;
    loop {
        cursor.skip_while(|byte| byte.is_ascii_whitespace() || (byte == b',' && !is_empty));
        if cursor.at_end() {
            break;
        }
        is_empty = false;
        bound(&mut cursor, &mut found, errors);
    }
    if is_empty {
        let wrong = span(start, end.max(start));
        errors.push(SyntaxError::requirement(wrong, "a version is missing here: write `*` for any"));
    }
    found
}

fn bound(cursor: &mut Cursor<'_>, found: &mut Vec<Specifier>, errors: &mut Vec<SyntaxError>) {
    let start = cursor.position;
    cursor.skip_while(|byte| matches!(byte, b'^' | b'~' | b'=' | b'<' | b'>' | b'!'));
    let operator = cursor.span_from(start);
    cursor.skip_while(|byte| byte.is_ascii_whitespace());
    let version_start = cursor.position;
    cursor.skip_until(|byte| byte.is_ascii_whitespace() || byte == b',');
    let version = cursor.span_from(version_start);
    let whole = cursor.span_from(start);
    let written = version.slice(cursor.text);
    if operator.is_empty() && is_any(written) {
        return;
    }
    let mut add = |value: VersionSpecifier| {
        found.push(Specifier { span: whole, operator, version, value });
    };
    // `1.*.*` is `1.*`.
    let mut written = written;
    while let Some(shorter) = written.strip_suffix(".*").filter(|shorter| shorter.ends_with(".*")) {
        written = shorter;
    }
    let shape = scan_version(written, 0).filter(|shape| shape.end == written.len());
    let operator = operator.slice(cursor.text);
    match (operator, shape) {
        // A single number behind `~=` is one behind `~`.
        ("^" | "~" | "~=", Some(shape))
            if !shape.wildcard && (operator != "~=" || shape.release_parts == 1) =>
        {
            let version = build_version(written, 0, &shape).without_local();
            let next = if operator == "^" { next_breaking(&version) } else { next_minor(&version) };
            let low = VersionSpecifier::from_version(Operator::GreaterThanEqual, version);
            let high = VersionSpecifier::from_version(Operator::LessThan, next);
            if let (Ok(low), Ok(high)) = (low, high) {
                add(low);
                add(high);
                return;
            }
        }
        (_, Some(shape)) => {
            if let Some(value) = comparison(operator, written, &shape) {
                add(value);
                return;
            }
        }
        (_, None) => {}
    }
    let error = SyntaxError::requirement(whole, wrong(operator, written));
    errors.push(match operator {
        "=>" | "=<" => {
            let at = span(start, start + operator.len());
            let right = right_operator(operator);
            error.fixed_by(at, right, format!("Replace `{operator}` with `{right}`"))
        }
        _ => error,
    });
}

fn comparison(operator: &str, version: &str, shape: &VersionShape) -> Option<VersionSpecifier> {
    // Poetry takes a bare version for an exact one.
    let operator = match operator {
        "" | "=" => "==",
        "<>" => "!=",
        "===" => return None,
        // `>1.2.*` is `>1.2` to Poetry.
        "<" | "<=" | ">" | ">=" if shape.wildcard => {
            let version = version.trim_end_matches(".*");
            let shape = scan_version(version, 0)?;
            return specifier(operator, version, 0, &shape);
        }
        // Only an exact version may have a local label in PEP 440.
        "<" | "<=" | ">" | ">=" | "~=" if shape.local.is_some() => {
            let version = version.split('+').next()?;
            let shape = scan_version(version, 0)?;
            return specifier(operator, version, 0, &shape);
        }
        _ => operator,
    };
    specifier(operator, version, 0, shape)
}

fn wrong(operator: &str, version: &str) -> String {
    match operator {
        "=>" | "=<" => {
            format!("versions are compared with `{}`, not `{operator}`", right_operator(operator))
        }
        _ if version.is_empty() => format!("a version is missing after `{operator}`"),
        _ => format!(
            "`{}` is not a bound that Poetry knows, such as `^1.2`, `>=1.2,<2` or `*`",
            excerpt(&format!("{operator}{version}"))
        ),
    }
}

fn right_operator(operator: &str) -> &'static str {
    match operator {
        "=>" => ">=",
        _ => "<=",
    }
}

/// `*`, `x`, `*.*`
fn is_any(text: &str) -> bool {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    !text.is_empty() && text.split('.').all(|part| matches!(part, "*" | "x" | "X"))
}

/// The first version that may break what `version` promised: its leftmost number that is not zero counts.
fn next_breaking(version: &Version) -> Version {
    let release = version.release();
    let at = release.iter().take(3).position(|part| *part > 0).unwrap_or(release.len().min(3) - 1);
    bumped(version, at)
}

/// `~1.2.3` takes what begins with `1.2`, `~1` what begins with `1`.
fn next_minor(version: &Version) -> Version {
    bumped(version, usize::from(version.release().len() > 1))
}

fn bumped(version: &Version, at: usize) -> Version {
    let mut release: Vec<u64> = version.release()[..=at].to_vec();
    release[at] = release[at].saturating_add(1);
    Version::new(release).with_epoch(version.epoch())
}

/// The specifiers as PEP 440 writes them, joined by commas; of alternatives those of the highest versions, which take
/// none that the constraint does not.
pub(crate) fn as_pep_440(any_of: &[Vec<Specifier>]) -> String {
    let highest =
        any_of.iter().max_by_key(|all_of| all_of.iter().map(|specifier| specifier.value.version()).max());
    let specifiers = highest.map(Vec::as_slice).unwrap_or_default();
    specifiers.iter().map(|specifier| specifier.value.to_string()).collect::<Vec<_>>().join(",")
}

/// What to write in the place of `text`, a constraint of Poetry's, where only PEP 440 is known; with an edit of what
/// stands at `place`.
pub(crate) fn foreign(text: &str, place: Span) -> SyntaxError {
    let sign = if text.starts_with('~') { '~' } else { '^' };
    let any_of = parse_poetry_constraint(text, &mut Vec::new()).unwrap_or_default();
    if any_of.len() != 1 || any_of[0].is_empty() {
        let message = format!("`{sign}` is Poetry's alone: write a range such as `>=1.2,<2`");
        return SyntaxError::requirement(place, message);
    }
    let range = as_pep_440(&any_of);
    let shown = excerpt(text);
    // `~1.2` is not `~=1.2`, and either may be meant.
    let both = sign == '~' && text.matches('.').count() == 1;
    if both {
        let message =
            format!("`~` is Poetry's alone: write `{range}`, or `~={}`, which takes more", shown[1..].trim());
        return SyntaxError::requirement(place, message);
    }
    SyntaxError::requirement(place, format!("`{sign}` is Poetry's alone: write `{range}`")).fixed_by(
        place,
        &range,
        format!("Replace `{shown}` with `{range}`"),
    )
}

/// Passes the spans of the specifiers through `map`.
pub(crate) fn remap_specifiers(any_of: &mut [Vec<Specifier>], map: impl Fn(Span) -> Span) {
    for specifier in any_of.iter_mut().flatten() {
        for span in [&mut specifier.span, &mut specifier.operator, &mut specifier.version] {
            *span = map(*span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let mut errors = Vec::new();
        match parse_poetry_constraint(text, &mut errors) {
            Some(any_of) => any_of
                .iter()
                .map(|all| {
                    all.iter().map(|specifier| specifier.value.to_string()).collect::<Vec<_>>().join(",")
                })
                .collect::<Vec<_>>()
                .join(" or "),
            None => errors
                .iter()
                .map(|error| format!("{:?} {}", error.span.slice(text), error.message))
                .collect::<Vec<_>>()
                .join("; "),
        }
    }

    #[test]
    fn bounds_are_those_of_pep_440() {
        for (constraint, specifiers) in [
            ("^1.2.3", ">=1.2.3,<2"),
            ("^1", ">=1,<2"),
            ("^0.2.3", ">=0.2.3,<0.3"),
            ("^0.0.3", ">=0.0.3,<0.0.4"),
            ("^0.0", ">=0.0,<0.1"),
            ("^0", ">=0,<1"),
            ("~1.2.3", ">=1.2.3,<1.3"),
            ("~1.2", ">=1.2,<1.3"),
            ("~1", ">=1,<2"),
            ("~=1.4.5", "~=1.4.5"),
            ("1.2.*", "==1.2.*"),
            (">1.2.*", ">1.2"),
            ("1.2.3", "==1.2.3"),
            ("=1.2.3", "==1.2.3"),
            ("!=1.2", "!=1.2"),
            ("<>1.2", "!=1.2"),
            ("~=1", ">=1,<2"),
            ("1.*.*", "==1.*"),
            ("^1.2+local", ">=1.2,<2"),
            (">=1.2+local", ">=1.2"),
            ("==1.2+local", "==1.2+local"),
            (">=1.2, <2.0", ">=1.2,<2.0"),
            (">= 1.2 <2.0", ">=1.2,<2.0"),
            (">=1.2,", ">=1.2"),
            ("^1.2 || ^2.1", ">=1.2,<2 or >=2.1,<3"),
            ("^1.2|2.1", ">=1.2,<2 or ==2.1"),
            ("*", ""),
            ("^1.0 || *", ""),
            ("^1!2.0", ">=1!2.0,<1!3"),
        ] {
            assert_eq!(read(constraint), specifiers, "{constraint}");
        }
    }

    #[test]
    fn what_is_no_bound_says_so() {
        for (constraint, errors) in [
            ("", r#""" a version is missing here: write `*` for any"#),
            ("^", r#""^" a version is missing after `^`"#),
            ("=>1.2", r#""=>1.2" versions are compared with `>=`, not `=>`"#),
            (
                "latest",
                r#""latest" `latest` is not a bound that Poetry knows, such as `^1.2`, `>=1.2,<2` or `*`"#,
            ),
            ("^1.2 || ", r#"" " a version is missing here: write `*` for any"#),
        ] {
            assert_eq!(read(constraint), errors, "{constraint}");
        }
    }
}
