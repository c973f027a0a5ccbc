//! What `packaging` 26.3 says of an installed version: `SpecifierSet(spec).contains(version, prereleases=True)`.
//! Every specifier of the table is asked about every version. And whether sets of them can be satisfied at all.

use super::grammar::{parse_specifier, parse_version, scan_version};
use super::{Version, VersionSpecifier, any_version_satisfies, satisfies};

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

/// `yes` or `no`, and the specifiers: whether `SpecifierSet(specifiers).is_unsatisfiable()` of `packaging` 26.3 is false.
const SATISFIABLE: &str = include_str!("tests/satisfiable.txt");

fn all_of(specifiers: &str) -> Vec<VersionSpecifier> {
    let parse = |specifier| {
        let (operator, version) = operator_of(specifier);
        parse_specifier(operator, version).unwrap_or_else(|| panic!("{specifier}"))
    };
    specifiers.split(',').filter(|specifier| !specifier.is_empty()).map(parse).collect()
}

#[test]
fn what_no_version_can_satisfy_is_what_packaging_says() {
    for row in SATISFIABLE.lines() {
        let (verdict, specifiers) = row.split_once(' ').unwrap();
        assert_eq!(any_version_satisfies(&all_of(specifiers)), verdict == "yes", "{row}");
    }
}

#[test]
fn what_a_version_satisfies_can_be_satisfied() {
    let versions: Vec<Version> =
        VERSIONS.split_whitespace().map(|text| parse_version(text).unwrap()).collect();
    let rows: Vec<Vec<VersionSpecifier>> =
        SATISFIABLE.lines().map(|row| all_of(row.split_once(' ').unwrap().1)).collect();
    for (one, other) in rows.iter().zip(rows.iter().skip(1)) {
        let both = || one.iter().chain(other);
        if versions.iter().any(|version| satisfies(version, both())) {
            assert!(any_version_satisfies(both()), "{one:?} {other:?}");
        }
    }
}

#[test]
fn where_it_cannot_be_told_some_version_may_satisfy() {
    for specifiers in
        ["", "===nonsense,===other", ">99999999999999999999,<99999999999999999999", "===1.00,==2"]
    {
        assert!(any_version_satisfies(&all_of(specifiers)), "{specifiers}");
    }
    for specifiers in
        ["==1.0,==1.0.0", "==1.0,===1.0+cpu", ">1,<1.0.1", ">=1.0.dev1,<1.0a1", "~=1.4.5,!=1.4.6"]
    {
        assert!(any_version_satisfies(&all_of(specifiers)), "{specifiers}");
    }
    for specifiers in
        [">2,<1", "==1.0,!=1.0.0", ">1.0,<1.0.post2", "===1.0,===1.0.0", "~=1.4,==2.*", "<0.dev0"]
    {
        assert!(!any_version_satisfies(&all_of(specifiers)), "{specifiers}");
    }
}

#[test]
fn of_very_many_specifiers_it_is_not_told() {
    let excluded: Vec<String> = (0..100_000).map(|number| format!("!={number}")).collect();
    assert!(any_version_satisfies(&all_of(&excluded.join(","))));
    assert!(!any_version_satisfies(&all_of(&format!(">2,<1,{}", excluded[..400].join(",")))));
}

#[test]
fn requirements_may_have_alternatives() {
    let requirement = |text: &str| crate::parse_requirement(text).0.unwrap();
    let mut one = requirement("x==1.*");
    one.alternatives = vec![requirement("x==3.*").specifiers];
    let other = |text: &str| crate::any_version_allowed(&[&one, &requirement(text)]);
    assert!(other("x>2") && other("x<2") && other("x"));
    assert!(!other("x==2.*") && !other("x>1.9999,<3.dev0,!=1.*"));
    assert!(crate::any_version_allowed(&[]));
}
