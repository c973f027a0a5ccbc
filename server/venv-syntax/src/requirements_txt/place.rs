//! Whether a line says where a package is, rather than what it is called: the tests that pip makes before it reads
//! a line as a requirement by name (`is_url`, `is_archive_file` and `_looks_like_path` in its sources).
//!
//! pip also asks the disk: what looks like a path is one if the folder is there. Nothing is asked here, and what
//! looks like a path is taken for one.

use std::net::Ipv6Addr;

use crate::cursor::is_python_space;

const SCHEMES: [&str; 4] = ["http", "https", "file", "ftp"];
const VERSION_CONTROL_SCHEMES: [&str; 22] = [
    "bzr+file",
    "bzr+ftp",
    "bzr+http",
    "bzr+https",
    "bzr+lp",
    "bzr+sftp",
    "bzr+ssh",
    "git+file",
    "git+git",
    "git+http",
    "git+https",
    "git+ssh",
    "hg+file",
    "hg+http",
    "hg+https",
    "hg+ssh",
    "hg+static-http",
    "svn+file",
    "svn+http",
    "svn+https",
    "svn+ssh",
    "svn+svn",
];
const ARCHIVES: [&str; 6] = ["whl", "zip", "tar", "tgz", "tbz", "txz"];
const ARCHIVES_OF_ONE_WORD: [&str; 1] = ["tlz"];
const COMPRESSED_TARS: [&str; 5] = ["gz", "bz2", "xz", "lz", "lzma"];

/// What kind of location a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Url,
    VersionControl,
    Path,
}

/// The kind of URL that `content` is; `None` where pip knows no such scheme.
pub(super) fn url(content: &str) -> Option<Place> {
    let scheme = scheme(content)?;
    let is_one_of = |schemes: &[&str]| schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme));
    if is_one_of(&SCHEMES) {
        Some(Place::Url)
    } else if is_one_of(&VERSION_CONTROL_SCHEMES) {
        Some(Place::VersionControl)
    } else {
        None
    }
}

/// What is before the first `:`, if it can be the scheme of a URL.
pub(super) fn scheme(content: &str) -> Option<&str> {
    let (scheme, _) = content.split_once(':')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(plain)).then_some(scheme)
}

/// Whether `content`, which is no URL and has no marker, is a path: one of an archive, or one that looks like a folder.
pub(super) fn is_path(content: &str) -> bool {
    // Most requirements have none of these.
    let bytes = content.as_bytes();
    let slash = memchr::memchr2(b'/', b'\\', bytes).is_some();
    let (path, _) = split_extras(content);
    is_archive_path(path) || ((slash || bytes.first() == Some(&b'.')) && looks_like_folder(content))
}

/// `folder[extra]`: the path, and where the `[` is.
pub(super) fn split_extras(content: &str) -> (&str, Option<usize>) {
    let Some(before) = content.strip_suffix(']') else { return (content, None) };
    // There is something in the brackets.
    let last = before.chars().next_back().map_or(0, char::len_utf8);
    match before[..before.len() - last].rfind('[') {
        Some(open) if !before[open..].contains(']') => {
            (content[..open].trim_end_matches(is_python_space), Some(open))
        }
        Some(_) | None => (content, None),
    }
}

/// What an archive is called ends in one of a few ways, whatever is before that.
fn is_archive_path(path: &str) -> bool {
    if !has_archive_extension(path) {
        return false;
    }
    // `name @ https://…/x.zip` is a requirement by name.
    match path.split_once('@') {
        Some((before, _)) => before.starts_with('.') || before.contains(['/', '\\']),
        None => true,
    }
}

fn has_archive_extension(path: &str) -> bool {
    // Every extension ends in one of these.
    if !matches!(
        path.as_bytes().last(),
        Some(b'l' | b'p' | b'z' | b'r' | b'2' | b'a' | b'L' | b'P' | b'Z' | b'R' | b'A' | b'/' | b'.')
    ) {
        return false;
    }
    let path = path.trim_end_matches("/.").trim_end_matches('/');
    let file = path.rfind('/').map_or(path, |at| &path[at + 1..]);
    let Some((stem, extension)) = file.rsplit_once('.') else { return false };
    // A name that begins with dots has no other extension.
    if stem.bytes().all(|byte| byte == b'.') {
        return false;
    }
    let is_tar = stem.len() >= 4 && stem.as_bytes()[stem.len() - 4..].eq_ignore_ascii_case(b".tar");
    let is_one_of = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(extension));
    if is_tar {
        is_one_of(&COMPRESSED_TARS)
    } else {
        is_one_of(&ARCHIVES) || is_one_of(&ARCHIVES_OF_ONE_WORD)
    }
}

fn looks_like_folder(content: &str) -> bool {
    let before_colon = content.split(':').next().unwrap_or(content);
    if before_colon.len() < content.len() {
        let rest = &content[before_colon.len() + 1..];
        // A drive of Windows.
        if before_colon.len() == 1
            && before_colon.as_bytes()[0].is_ascii_alphabetic()
            && rest.starts_with(['\\', '/'])
        {
            return true;
        }
        if scheme(content).is_some() && rest.starts_with("//") {
            return false;
        }
    }
    // What comes before anything that only a requirement by name has.
    let stop =
        |c: char| c.is_whitespace() || matches!(c, ';' | '@' | '=' | '<' | '>' | '!' | '~' | '[' | '(' | ',');
    let head = content.split(stop).next().unwrap_or(content);
    let is_whole = head.len() == content.len() || content[head.len()..].starts_with('[');
    // A `\` is one of a path on Windows only, and on its own it is a continuation gone wrong.
    let by_backslash = || {
        is_whole
            && head.contains('\\')
            && head.bytes().any(|byte| byte.is_ascii_alphanumeric())
            && !head.contains(['"', '\'', '*', '?', '|', '#', '$'])
    };
    let by_dot = || matches!(split_extras(content).0, "." | "..");
    head.contains('/') || content.starts_with("~/") || by_dot() || by_backslash()
}

/// What is wrong with the host of a URL for Python's `urlsplit`.
pub(super) fn host_problem(url: &str) -> Option<&'static str> {
    let host = host(url)?;
    match (host.split_once('['), host.contains(']')) {
        (None, false) => None,
        (Some((_, rest)), true) => {
            let address = rest.split(']').next().unwrap_or(rest);
            (!is_bracketed_address(address))
                .then_some("only an IPv6 address is written in `[` and `]` in a URL")
        }
        (Some(_), false) | (None, true) => Some("the `[` and `]` of the host in this URL do not match"),
    }
}

/// The computer that a `file:` URL names, where pip knows its own only.
pub(super) fn foreign_computer(url: &str) -> Option<&str> {
    let is_file = scheme(url).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file"));
    host(url).filter(|host| is_file && !matches!(*host, "" | "localhost"))
}

/// The host of a URL, with user and port.
pub(super) fn host(url: &str) -> Option<&str> {
    let rest = url[scheme(url)?.len() + 1..].strip_prefix("//")?;
    Some(&rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())])
}

fn is_bracketed_address(address: &str) -> bool {
    if let Some(future) = address.strip_prefix('v') {
        return future.split_once('.').is_some_and(|(version, rest)| {
            !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_hexdigit()) && !rest.is_empty()
        });
    }
    let (address, scope) = address.split_once('%').map_or((address, None), |(a, scope)| (a, Some(scope)));
    address.parse::<Ipv6Addr>().is_ok() && scope.is_none_or(|scope| !scope.is_empty() && !scope.contains('%'))
}
