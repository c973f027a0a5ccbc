//! What markers say. The answers for a known environment are those of `packaging` 26.3.

use venv_syntax::{Marker, MarkerEnvironment, evaluate, parse_requirement};

fn marker(text: &str) -> Marker {
    let (requirement, errors) = parse_requirement(&format!("six ; {text}"));
    assert_eq!(errors, [], "{text}");
    *requirement.and_then(|requirement| requirement.marker).unwrap_or_else(|| panic!("{text}"))
}

fn linux() -> MarkerEnvironment {
    let known = |text: &str| Some(text.to_owned());
    MarkerEnvironment {
        python_version: known("3.12"),
        python_full_version: known("3.12.1"),
        os_name: known("posix"),
        sys_platform: known("linux"),
        platform_release: known("6.1.0-18-amd64"),
        platform_system: known("Linux"),
        platform_version: known("#1 SMP Debian 6.1.76-1"),
        platform_machine: known("x86_64"),
        platform_python_implementation: known("CPython"),
        implementation_name: known("cpython"),
        implementation_version: known("3.12.1"),
    }
}

#[test]
fn markers_compare_as_packaging_does() {
    let environment = linux();
    for (text, expected) in [
        ("python_version < '3.9'", Some(false)),
        ("python_version > '3.9'", Some(true)),
        ("'3.9' < python_version", Some(true)),
        ("python_version == '3.12.*'", Some(true)),
        ("python_version ~= '3.8'", Some(true)),
        ("python_version ~= '3.8.0'", Some(false)),
        ("python_version === '3.12'", Some(true)),
        ("python_version in '3.11 3.12'", Some(true)),
        ("python_version not in '3.11 3.12'", Some(false)),
        ("python_version != 'three'", Some(true)),
        ("python_full_version >= '3.12.1'", Some(true)),
        ("python_full_version == '3.12'", Some(false)),
        ("python_full_version == 'v3.12.1'", Some(true)),
        ("implementation_version >= '3.12'", Some(true)),
        ("platform_release >= '6'", Some(false)),
        ("platform_version >= '6'", Some(false)),
        ("os_name == 'posix'", Some(true)),
        ("os_name >= 'posix'", Some(true)),
        ("os_name > 'nt'", Some(false)),
        ("os_name ~= 'posix'", None),
        ("os_name === 'posix'", None),
        ("'linux' in sys_platform", Some(true)),
        ("sys_platform in 'linux darwin'", Some(true)),
        ("'win' not in sys_platform", Some(true)),
        ("os.name == 'posix' and sys.platform == 'linux'", Some(true)),
        ("platform.python_implementation == \"CPython\"", Some(true)),
        ("python_implementation == 'CPython' and platform.machine == 'x86_64'", Some(true)),
        ("os_name == sys_platform", Some(false)),
        ("'a' <= 'a'", None),
        ("'a' < 'b' or os_name == 'posix'", Some(true)),
        ("python_version < '3' and os_name == 'nt' or os_name == 'posix'", Some(true)),
        ("python_version < '3' and (os_name == 'nt' or os_name == 'posix')", Some(false)),
        ("extra == 'x'", Some(false)),
        ("extra != 'x'", Some(true)),
        ("extra == ''", Some(true)),
    ] {
        assert_eq!(evaluate(&marker(text), &environment, &[]), expected, "{text}");
    }
}

#[test]
fn extras_are_tried_one_by_one() {
    let environment = linux();
    for (text, extras, expected) in [
        ("extra == 'docs'", &["docs"][..], true),
        ("extra == 'docs'", &["test", "docs"], true),
        ("extra == 'A_b'", &["a.B"], true),
        ("'docs' == extra", &["docs"], true),
        ("extra != 'docs'", &["docs"], false),
        ("extra != 'docs'", &["docs", "test"], true),
        ("extra == 'docs' and extra == 'test'", &["docs", "test"], false),
        ("extra == 'docs' and python_version < '3'", &["docs"], false),
        ("'docs' in extras", &["Docs"], true),
        ("'docs' not in extras", &["test"], true),
    ] {
        assert_eq!(evaluate(&marker(text), &environment, extras), Some(expected), "{text} with {extras:?}");
    }
}

#[test]
fn what_is_not_known_decides_only_where_it_must() {
    let environment = MarkerEnvironment { os_name: Some("posix".to_owned()), ..MarkerEnvironment::default() };
    for (text, expected) in [
        ("python_version > '3'", None),
        ("os_name == 'posix' or python_version > '3'", Some(true)),
        ("python_version > '3' or os_name == 'posix'", Some(true)),
        ("os_name == 'nt' or python_version > '3'", None),
        ("os_name == 'nt' and python_version > '3'", Some(false)),
        ("python_version > '3' and os_name == 'nt'", Some(false)),
        ("os_name == 'posix' and python_version > '3'", None),
        ("os_name == '${SYSTEM}'", None),
        ("'x' in dependency_groups", None),
        ("platform_release > '5' or extra == 'x'", None),
    ] {
        assert_eq!(evaluate(&marker(text), &environment, &[]), expected, "{text}");
    }
}

#[test]
fn a_python_built_from_a_checkout_has_a_version() {
    let environment = MarkerEnvironment {
        python_full_version: Some("3.14.0a1+".to_owned()),
        ..MarkerEnvironment::default()
    };
    assert_eq!(evaluate(&marker("python_full_version < '3.14'"), &environment, &[]), Some(false));
    assert_eq!(evaluate(&marker("python_full_version > '3.13'"), &environment, &[]), Some(true));
}

#[test]
fn markers_are_written_as_packaging_writes_them() {
    for (text, written) in [
        ("python_version<'3'", "python_version < \"3\""),
        ("os.name not  in 'a\"b'", "os_name not in 'a\"b'"),
        ("extra == 'A_b' and 'C.d' in extras", "extra == \"a-b\" and \"c-d\" in extras"),
        (
            "((os_name == 'a') or os_name == 'b') and os_name != 'c'",
            "(os_name == \"a\" or os_name == \"b\") and os_name != \"c\"",
        ),
        (
            "os_name == 'a' or os_name == 'b' and '3' == python_version",
            "os_name == \"a\" or (os_name == \"b\" and \"3\" == python_version)",
        ),
    ] {
        let found = marker(text);
        assert_eq!(found.to_string(), written);
        // What is written says the same.
        assert_eq!(marker(&found.to_string()).to_string(), written);
    }
}
