//! Where the files that a manifest includes lie.

use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

use super::IncludeTarget;

/// Where the value of a `-r` or `-c` in a file of `folder` leads to.
pub(crate) fn include_target(folder: &Path, value: &str) -> IncludeTarget {
    if let Some(path) = file_url_path(value) {
        return IncludeTarget::File(as_opened(Path::new(&path)));
    }
    if value.contains("://") || value.contains("${") {
        return IncludeTarget::Elsewhere(value.to_owned());
    }
    // The folder's own `..` go: files that include one another by `..` would else lead to ever longer paths.
    IncludeTarget::File(as_opened(&without_parents(folder).join(value)))
}

/// The path that a `file:` URL of this machine names.
fn file_url_path(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let (host, path) = rest.split_at(rest.find('/')?);
    if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
        return None;
    }
    let path = percent_decoded(path.split(['?', '#']).next()?)?;
    let has_drive = cfg!(windows) && path.as_bytes().get(2) == Some(&b':');
    Some(if has_drive { path[1..].to_owned() } else { path })
}

/// `None` where the result is no text.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|code| *first == b'%' && code.iter().all(u8::is_ascii_hexdigit));
        let decoded = code
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(decoded.unwrap_or(*first));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).ok()
}

/// `path` as it is given to the system. What `..` leads to is the system's to say: the folder before it may be a
/// link. Windows itself goes by the text.
fn as_opened(path: &Path) -> PathBuf {
    if cfg!(windows) { without_parents(path).into_owned() } else { path.components().collect() }
}

/// `path` without `..`, by its text alone.
pub fn without_parents(path: &Path) -> Cow<'_, Path> {
    if !path.components().any(|component| component == Component::ParentDir) {
        return Cow::Borrowed(path);
    }
    let mut normalized = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normalized.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => normalized.push(component),
        }
    }
    Cow::Owned(normalized)
}

#[cfg(test)]
mod tests {
    use super::super::Manifest;
    use super::*;

    fn targets(path: &str, text: &str) -> Vec<IncludeTarget> {
        let manifest = Manifest::parse(path.into(), text.into());
        manifest.includes.into_iter().map(|include| include.target).collect()
    }

    #[cfg(unix)]
    #[test]
    fn what_two_dots_lead_to_is_left_to_the_system() {
        let [IncludeTarget::File(path)] = &targets("/p/link/dev.txt", "-r .././base.txt\n")[..] else {
            panic!("it leads to a file");
        };
        assert_eq!(path.as_os_str(), "/p/link/../base.txt");
        // An included file's own `..` are not carried on.
        let [IncludeTarget::File(path)] = &targets("/p/link/../base.txt", "-r ../x.txt\n")[..] else {
            panic!("it leads to a file");
        };
        assert_eq!(path.as_os_str(), "/p/../x.txt");
    }

    #[test]
    fn file_urls_are_decoded() {
        let file = |path: &str| IncludeTarget::File(path.into());
        let elsewhere = |url: &str| IncludeTarget::Elsewhere(url.to_owned());
        for (url, target) in [
            ("file:///tmp/x%20y.txt", file("/tmp/x y.txt")),
            ("file://localhost/tmp/%C3%A9.txt", file("/tmp/\u{e9}.txt")),
            ("FILE:///tmp/100%.txt?a#b", file("/tmp/100%.txt")),
            ("file://elsewhere/tmp/x.txt", elsewhere("file://elsewhere/tmp/x.txt")),
            ("file:///tmp/%FF.txt", elsewhere("file:///tmp/%FF.txt")),
        ] {
            assert_eq!(targets("/p/requirements.txt", &format!("-r {url}\n")), [target], "{url}");
        }
    }
}
