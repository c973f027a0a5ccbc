//! Names of distributions and extras (PEP 508), and the form in which they compare (PEP 503).

use crate::Span;

/// A name as it is written, and as it compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Where it is written.
    pub span: Span,
    /// As written: `Flask_SQLAlchemy`.
    pub text: Box<str>,
    /// As PEP 503 compares it: `flask-sqlalchemy`.
    pub normalized: Box<str>,
}

/// The form in which two names are the same package: lower case, runs of `-`, `_` and `.` as one `-`
/// (PEP 503).
pub fn normalize_name(name: &str) -> String {
    let mut normalized = String::with_capacity(name.len());
    let mut separator = false;
    for c in name.chars() {
        if matches!(c, '-' | '_' | '.') {
            separator = true;
            continue;
        }
        if separator {
            normalized.push('-');
            separator = false;
        }
        normalized.push(c.to_ascii_lowercase());
    }
    if separator {
        normalized.push('-');
    }
    normalized
}

/// Whether `name` matches the grammar of PEP 508: letters and digits, with `-`, `_` and `.` between them.
pub fn is_valid_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_as_pep_503_says() {
        for (name, normalized) in [
            ("Flask", "flask"),
            ("Flask_SQLAlchemy", "flask-sqlalchemy"),
            ("ruamel.yaml", "ruamel-yaml"),
            ("a-_.b", "a-b"),
            ("six", "six"),
        ] {
            assert_eq!(normalize_name(name), normalized);
        }
    }

    #[test]
    fn names_begin_and_end_with_a_letter_or_digit() {
        for name in ["six", "A", "7z", "a.b-c_d"] {
            assert!(is_valid_name(name), "{name}");
        }
        for name in ["", "-six", "six_", "six ", "sïx", "a/b", "--pre"] {
            assert!(!is_valid_name(name), "{name}");
        }
    }
}
