//! For what a wheel was built: the `Tag`s in the `WHEEL` of a distribution
//! (<https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/>).
//!
//! pip asks the running Python for all tags that it takes. Without running it, some of that is not known (the version
//! of the C library, that of macOS), and a tag of which it is not certain that it is wrong counts as right.

use venv_syntax::{MarkerEnvironment, metadata_headers};

use crate::facts::{Implementation, PythonVersion};

/// The first tag in the text of a `WHEEL` file, if none of them can be for this Python on this platform.
pub fn built_for_another(
    wheel: &str,
    python: &PythonVersion,
    markers: &MarkerEnvironment,
) -> Option<Box<str>> {
    let tags = || metadata_headers(wheel).filter(|(key, _)| *key == "Tag").map(|(_, tag)| tag.trim());
    let fits = |tag: &str| may_fit(tag, python, markers).unwrap_or(true);
    let first = tags().next()?;
    (!tags().any(fits)).then(|| first.into())
}

/// `None` for what is no tag.
fn may_fit(tag: &str, python: &PythonVersion, markers: &MarkerEnvironment) -> Option<bool> {
    let mut parts = tag.split('-');
    let (pythons, abis, platforms) = (parts.next()?, parts.next()?, parts.next()?);
    let for_python = pythons.split('.').any(|tag| abis.split('.').any(|abi| fits_python(tag, abi, python)));
    Some(for_python && platforms.split('.').any(|platform| fits_platform(platform, markers)))
}

fn fits_python(tag: &str, abi: &str, python: &PythonVersion) -> bool {
    let digits = tag.trim_start_matches(|c: char| !c.is_ascii_digit());
    let (name, digits) = (&tag[..tag.len() - digits.len()], digits.split('_').next().unwrap_or(digits));
    let (Some(major), minor) = (digits.get(..1).and_then(|major| major.parse::<u32>().ok()), digits.get(1..))
    else {
        return true;
    };
    let minor: Option<u32> = minor.filter(|minor| !minor.is_empty()).and_then(|minor| minor.parse().ok());
    let is_older = major == python.major && minor.is_none_or(|minor| minor <= python.minor);
    let is_same = major == python.major && minor.is_none_or(|minor| minor == python.minor);
    match (name, abi) {
        ("py", _) => is_older,
        ("cp", "abi3" | "abi3t" | "none") => is_older && python.implementation == Implementation::CPython,
        ("cp", _) => is_same && python.implementation == Implementation::CPython,
        ("pp", _) => is_same && python.implementation == Implementation::PyPy,
        (_, _) => true,
    }
}

fn fits_platform(platform: &str, markers: &MarkerEnvironment) -> bool {
    if platform == "any" {
        return true;
    }
    let (Some(system), Some(machine)) = (&markers.sys_platform, &markers.platform_machine) else {
        return true;
    };
    let machine = machine.to_ascii_lowercase();
    match &**system {
        "linux" => {
            let is_linux =
                ["linux_", "manylinux", "musllinux"].iter().any(|start| platform.starts_with(start));
            // On one kind of machine programs of another may run: those with 32 bits where all have 64.
            let machines: &[&str] = match &*machine {
                "x86_64" => &["x86_64", "i686", "i386"],
                "aarch64" => &["aarch64", "armv8l", "armv7l", "armv6l"],
                other => return is_linux && (platform.ends_with(other) || !other.is_ascii()),
            };
            is_linux && machines.iter().any(|machine| platform.ends_with(machine))
        }
        "darwin" => platform.starts_with("macosx_"),
        "win32" => platform.starts_with("win"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_for_another(tags: &[&str]) -> bool {
        let tags: String = tags.iter().map(|tag| format!("Tag: {tag}\n")).collect();
        let python = PythonVersion {
            major: 3,
            minor: 12,
            patch: "1".to_owned(),
            implementation: Implementation::CPython,
        };
        let markers = MarkerEnvironment {
            sys_platform: Some("linux".to_owned()),
            platform_machine: Some("x86_64".to_owned()),
            ..MarkerEnvironment::default()
        };
        let wheel = format!("Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\n{tags}");
        built_for_another(&wheel, &python, &markers).is_some()
    }

    #[test]
    fn only_what_is_certainly_wrong_is_wrong() {
        for right in [
            "py3-none-any",
            "py2.py3-none-any",
            "py38-none-any",
            "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64",
            "cp312-cp312-musllinux_1_2_x86_64",
            "cp37-abi3-linux_x86_64",
            "py3-none-manylinux1_x86_64",
            "cp312-none-linux_i686",
            "graalpy240-x-any",
            "nonsense",
        ] {
            assert!(!is_for_another(&[right]), "{right}");
        }
        for wrong in [
            "py2-none-any",
            "py313-none-any",
            "cp311-cp311-manylinux_2_17_x86_64",
            "cp313-abi3-linux_x86_64",
            "pp310-pypy310_pp73-linux_x86_64",
            "cp312-cp312-win_amd64",
            "py3-none-macosx_11_0_arm64",
            "cp312-cp312-manylinux_2_17_aarch64",
        ] {
            assert!(is_for_another(&[wrong]), "{wrong}");
        }
        assert!(!is_for_another(&["py2-none-any", "py3-none-any"]));
        assert!(!is_for_another(&[]));
    }
}
