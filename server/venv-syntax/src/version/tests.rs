//! What `packaging` 26.3 says of an installed version: `SpecifierSet(spec).contains(version, prereleases=True)`.
//! Every specifier of the table is asked about every version.

use super::grammar::{parse_specifier, parse_version, scan_version};
use super::{Version, satisfies};

const VERSIONS: &str = "1 1.0 1.0.0 1.1 1.0.1 0.9 2 2.0 1.0a1 1.0b2 1.0rc1 1.0.dev1 1.0.dev2 1.0a1.dev1 \
     1.0a1.post1 1.0a1.post1.dev2 1.0.post1 1.0.post2 1.0.post1.dev1 1.0.post1.dev2 1.0+cpu \
     1.0+cpu.1 1.0+2 1.0.post1+x 1.0a1+x 1.0.dev1+x 1!1.0 1!0.5 1.1.dev1 2.0.dev0 2.0rc1 1.4.5 \
     1.4 1.5.dev0 0 0.dev0 1.0.post1.dev1+l 10 1.10 1.0.0.0.1 2.1+cu118";

/// A specifier, and those of [`VERSIONS`] that are within it.
const TABLE: &str = include_str!("tests/specifiers.txt");

fn operator_of(specifier: &str) -> (&str, &str) {
    specifier.split_at(specifier.find(|c| !"=<>!~".contains(c)).unwrap())
}

#[test]
fn specifiers_take_the_versions_that_packaging_takes() {
    let versions: Vec<(&str, Version)> =
        VERSIONS.split_whitespace().map(|text| (text, parse_version(text).unwrap())).collect();
    for row in TABLE.lines() {
        let (specifier, expected) = row.split_once(" |").unwrap();
        let (operator, version) = operator_of(specifier);
        let value = parse_specifier(operator, version).unwrap_or_else(|| panic!("{specifier}"));
        let found: Vec<&str> = versions
            .iter()
            .filter(|(_, version)| satisfies(version, [&value]))
            .map(|(text, _)| *text)
            .collect();
        assert_eq!(found.join(" "), expected.trim(), "{specifier}");
    }
}

#[test]
fn all_specifiers_must_hold() {
    let [from, to] = [(">=", "1.0"), ("<", "2")].map(|(o, v)| parse_specifier(o, v).unwrap());
    let within = |version: &str| satisfies(&parse_version(version).unwrap(), [&from, &to]);
    assert!(within("1.5"));
    assert!(!within("0.9"));
    assert!(!within("2.0"));
    assert!(satisfies(&parse_version("1").unwrap(), []));
}

#[test]
fn versions_are_read_as_long_as_they_go() {
    for (text, length) in [
        ("1", 1),
        ("1.2.3,", 5),
        ("v1.0", 4),
        ("1!2.0", 5),
        ("1!x", 1),
        ("1.*", 3),
        ("1.0a1.*", 5),
        ("1.0-alpha_2.post-3.dev", 22),
        ("1.0-1", 5),
        ("1.0-foo", 3),
        ("1.0+Ubuntu-1_x.y", 16),
        ("1.0+", 3),
        ("1.0RC1", 6),
        ("1..2", 1),
        ("1.0.", 3),
    ] {
        assert_eq!(scan_version(text, 0).map(|shape| shape.end), Some(length), "{text}");
    }
    for text in ["", "v", "x1", ".1", "*", "é"] {
        assert_eq!(scan_version(text, 0), None, "{text}");
    }
}

#[test]
fn numbers_of_any_length_are_versions() {
    let huge = parse_version("1.99999999999999999999999").unwrap();
    assert!(huge > parse_version("1.9999").unwrap());
    assert_eq!(parse_version("1.0a."), parse_version("1.0a0"));
    assert_eq!(parse_version("99999999999999999999!1.0.post-.dev_+A.1").unwrap().local().len(), 2);
}

#[test]
fn operators_and_versions_that_do_not_go_together() {
    for (operator, version) in [
        ("~=", "1"),
        (">=", "1.*"),
        ("<", "1.0+local"),
        ("~=", "1.0.*"),
        ("==", "1.0a1.*"),
        ("===", "a b"),
        ("==", ""),
    ] {
        assert_eq!(parse_specifier(operator, version), None, "{operator}{version}");
    }
}
