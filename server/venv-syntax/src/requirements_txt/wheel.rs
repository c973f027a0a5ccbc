//! The names of wheels: `name-version[-build]-python-abi-platform.whl`
//! (<https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention>).

use std::borrow::Cow;

use crate::excerpt;
use crate::version::grammar::parse_version;
use crate::{Version, is_valid_name, normalize_name};

/// What the name of a wheel tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wheel {
    /// Of the distribution; as long as it is in the file's name, unless that has escapes (`%2B`) in that part.
    pub(super) name: Option<usize>,
    pub(super) version: Version,
}

/// Reads the name of a file that ends in `.whl`, as `packaging.utils.parse_wheel_filename` does. In a URL it has
/// escapes (`%2B`).
///
/// # Errors
/// What is wrong, fit for a message.
pub(super) fn wheel(file: &str, in_url: bool) -> Result<Wheel, String> {
    let wrong = |why: &str| Err(format!("`{}` is not the name of a wheel: {why}", excerpt(file)));
    let decoded = if in_url { percent_decoded(file) } else { Cow::Borrowed(file) };
    let parts: Vec<&str> = decoded.strip_suffix(".whl").unwrap_or(&decoded).split('-').collect();
    let (name, version, build, tags) = match parts.as_slice() {
        [name, version, tags @ ..] if tags.len() == 3 => (*name, version, None, tags),
        [name, version, build, tags @ ..] if tags.len() == 3 => (*name, version, Some(*build), tags),
        _ => return wrong("that has the form `name-version-python-abi-platform.whl`"),
    };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_');
    if !name.chars().all(plain) || name.contains("__") || !is_valid_name(&normalize_name(name)) {
        return wrong(&format!("`{}` is not the name of a package", excerpt(name)));
    }
    let Some(version) = parse_version(version) else {
        return wrong(&format!("`{}` is not a version", excerpt(version)));
    };
    if let Some(build) = build.filter(|build| !build.starts_with(|c: char| c.is_ascii_digit())) {
        return wrong(&format!("the build number `{}` does not begin with a digit", excerpt(build)));
    }
    let identifier = |part: &str| {
        part.chars().all(|c| c.is_alphanumeric() || c == '_') && !part.starts_with(|c: char| c.is_numeric())
    };
    let is_empty = |tag: &&&str| tag.split('.').any(str::is_empty);
    if let Some(tag) =
        tags.iter().find(is_empty).or(tags.first().filter(|tag| !tag.split('.').all(identifier)))
    {
        return wrong(&format!("`{}` is not a tag such as `py3`", excerpt(tag)));
    }
    let name = file.starts_with(name).then_some(name.len());
    Ok(Wheel { name, version })
}

/// `%2B` as `+`. What is not UTF-8 then is kept as it is.
fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digit = |index: usize| after.get(index).and_then(|byte| char::from(*byte).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).expect("two hexadecimal digits are one byte"));
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_wheels_tell_name_and_version() {
        for (file, name, version) in [
            ("six-1.0-py3-none-any.whl", Some(3), "1.0"),
            ("a.B_c-1!2.0rc1-py2.py3-none-any.whl", Some(5), "1!2.0rc1"),
            ("torch-2.1.0%2Bcu118-1abc-cp310-cp310-linux_x86_64.whl", Some(5), "2.1.0+cu118"),
            ("s%69x-1.0-py3-none-any.whl", None, "1.0"),
        ] {
            let version = version.parse().unwrap();
            assert_eq!(wheel(file, true), Ok(Wheel { name, version }), "{file}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (file, why) in [
            ("six.whl", "that has the form `name-version-python-abi-platform.whl`"),
            ("six-1.0-1-py3-none-any-x.whl", "that has the form `name-version-python-abi-platform.whl`"),
            ("s__x-1.0-py3-none-any.whl", "`s__x` is not the name of a package"),
            ("six_-1.0-py3-none-any.whl", "`six_` is not the name of a package"),
            ("naïve-1.0-py3-none-any.whl", "`naïve` is not the name of a package"),
            ("six-latest-py3-none-any.whl", "`latest` is not a version"),
            ("six-1.0-x-py3-none-any.whl", "the build number `x` does not begin with a digit"),
            ("six-1.0-py3..py2-none-any.whl", "`py3..py2` is not a tag such as `py3`"),
            ("six-1.0-py3--any.whl", "`` is not a tag such as `py3`"),
            ("six-1.0-3-none-any.whl", "`3` is not a tag such as `py3`"),
        ] {
            let message = format!("`{file}` is not the name of a wheel: {why}");
            assert_eq!(wheel(file, false).unwrap_err(), message);
        }
    }
}
