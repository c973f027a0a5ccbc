//! Requirements that say where a package is rather than what it is called: URLs, version control, paths,
//! archives.

use crate::cursor::{offset, span};
use crate::error::excerpt;
use crate::marker::parse_marker;
use crate::requirement::{Dialect, name, parse};
use crate::{Name, Span, SyntaxError, Url, is_valid_name};

use super::RequirementTarget;

const SCHEMES: [&str; 4] = ["http", "https", "file", "ftp"];
const VERSION_CONTROL: [&str; 4] = ["git", "hg", "svn", "bzr"];
const ARCHIVES: [&str; 11] =
    [".whl", ".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar.lz", ".tlz"];

/// What kind of location a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Url,
    VersionControl,
    Path,
}

/// Reads the requirement in `text[start..end]`, which has no blanks at its ends.
pub(super) fn parse_target(
    text: &str,
    start: usize,
    end: usize,
    errors: &mut Vec<SyntaxError>,
) -> Option<RequirementTarget> {
    let content = &text[start..end];
    let Some(place) = place(content) else {
        if let Some(error) = scp_style(content, start) {
            errors.push(error);
            return None;
        }
        let requirement = parse(&text[..end], start, Dialect::RequirementsFile, errors)?;
        return Some(RequirementTarget::Named(requirement));
    };
    // The marker of a URL needs a blank behind its `;`, because URLs have `;` too.
    let separator = if place == Place::Path { ";" } else { "; " };
    let semicolon = content.find(separator).map(|at| start + at);
    let marker = semicolon.and_then(|at| {
        let blanks = text[at + 1..end].len() - text[at + 1..end].trim_start().len();
        (at + 1 + blanks < end).then(|| parse_marker(&text[..end], at + 1 + blanks, errors)).flatten()
    });
    let location_end = semicolon.unwrap_or(end);
    let location_end = start + text[start..location_end].trim_end().len();
    Some(location(text, start, location_end, place, marker, errors))
}

/// Reads the value of `-e` in `text[start..end]`.
pub(super) fn parse_editable(
    text: &str,
    start: usize,
    end: usize,
    errors: &mut Vec<SyntaxError>,
) -> Option<RequirementTarget> {
    let content = &text[start..end];
    let place = match place(content) {
        Some(place) => place,
        None if content.contains('@') && !content.starts_with("git@") => {
            let requirement = parse(&text[..end], start, Dialect::RequirementsFile, errors)?;
            return Some(RequirementTarget::Named(requirement));
        }
        None if VERSION_CONTROL.iter().any(|control| scheme(content) == Some(*control)) => {
            Place::VersionControl
        }
        None => {
            if let Some(error) = scp_style(content, start) {
                errors.push(error);
                return None;
            }
            let folder = content.split(['[', '=', '<', '>', '!', '~', ';', ' ']).next().unwrap_or(content);
            let message = format!(
                "`-e` needs a path or a version control URL: write `./{folder}` for a folder, or leave out `-e`",
                folder = excerpt(folder)
            );
            errors.push(SyntaxError::requirement(span(start, end), message));
            return Some(location(text, start, end, Place::Path, None, errors));
        }
    };
    let target = location(text, start, end, place, None, errors);
    if let RequirementTarget::Location { name: None, .. } = &target {
        match place {
            Place::VersionControl => {
                let message = "`-e` with a URL needs the package's name: put `#egg=name` at its end";
                errors.push(SyntaxError::requirement(span(start, end), message));
            }
            Place::Url if scheme(content) != Some("file") => {
                let message = "`-e` needs a path or a version control URL such as `git+https://…#egg=name`";
                errors.push(SyntaxError::requirement(span(start, end), message));
            }
            Place::Url | Place::Path => {}
        }
    }
    Some(target)
}

fn place(content: &str) -> Option<Place> {
    // Most requirements have none of these, and end in a number or a letter of their name.
    let bytes = content.as_bytes();
    if memchr::memchr3(b':', b'/', b'\\', bytes).is_none() && !content.starts_with('.') {
        return archive(content).then_some(Place::Path);
    }
    if let Some(scheme) = scheme(content) {
        let lower = scheme.to_ascii_lowercase();
        if SCHEMES.contains(&lower.as_str()) {
            return Some(Place::Url);
        }
        if let Some((control, _)) = lower.split_once('+')
            && VERSION_CONTROL.contains(&control)
        {
            return Some(Place::VersionControl);
        }
        if scheme.len() == 1 && content[2..].starts_with(['\\', '/']) {
            return Some(Place::Path);
        }
        if content[scheme.len()..].starts_with("://") {
            return None;
        }
    }
    // What comes before anything that only a requirement by name has.
    let stop =
        |c: char| c.is_whitespace() || matches!(c, ';' | '@' | '=' | '<' | '>' | '!' | '~' | '[' | '(' | ',');
    let head = content.split(stop).next().unwrap_or(content);
    // On its own, a `\` is a continuation gone wrong.
    if head == "\\" {
        return None;
    }
    if head.starts_with('.') || head.contains(['/', '\\']) || content.starts_with("~/") {
        return Some(Place::Path);
    }
    archive(content).then_some(Place::Path)
}

/// Whether the text is the name of an archive and not a requirement by name.
fn archive(content: &str) -> bool {
    let path = match content.split_once([';', '[']) {
        Some((path, _)) => path.trim_end(),
        None => content,
    };
    let ends = |suffix: &&str| {
        let at = path.len().saturating_sub(suffix.len());
        path.as_bytes()[at..].eq_ignore_ascii_case(suffix.as_bytes())
    };
    matches!(path.as_bytes().last(), Some(b'l' | b'p' | b'z' | b'r' | b'2' | b'L' | b'P' | b'Z' | b'R'))
        && ARCHIVES.iter().any(ends)
        && !path.contains(['@', '=', '<', '>', ' '])
}

fn scheme(content: &str) -> Option<&str> {
    let (scheme, _) = content.split_once(':')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    (!scheme.is_empty() && scheme.bytes().all(plain)).then_some(scheme)
}

/// `git@host:owner/project` and `git://…`, which git knows and pip does not.
fn scp_style(content: &str, start: usize) -> Option<SyntaxError> {
    let whole = span(start, start + content.len());
    if let Some((host, path)) = content.strip_prefix("git@").and_then(|rest| rest.split_once(':'))
        && !host.contains([' ', '/'])
    {
        let url = format!("git+ssh://git@{host}/{path}");
        let message = format!("pip needs a URL here: `{}`", excerpt(&url));
        return Some(SyntaxError::requirement(whole, message).fixed_by(whole, url, "Write it as a URL"));
    }
    if ["git://", "ssh://", "hg://", "svn://"].iter().any(|scheme| content.starts_with(scheme)) {
        let kind = if content.starts_with("ssh://") { "git" } else { scheme(content).unwrap_or("git") };
        let message = format!("version control URLs begin with the program's name: `{kind}+https://…`");
        return Some(SyntaxError::requirement(whole, message));
    }
    None
}

fn location(
    text: &str,
    start: usize,
    end: usize,
    place: Place,
    marker: Option<crate::Marker>,
    errors: &mut Vec<SyntaxError>,
) -> RequirementTarget {
    let mut location_end = end;
    let mut extras = Vec::new();
    let fragment = if place == Place::Path { None } else { egg(text, start, end) };
    if fragment.is_none()
        && text[start..end].ends_with(']')
        && let Some(open) = text[start..end].rfind('[')
    {
        location_end = start + open;
        extras = extra_names(text, start + open + 1, end - 1);
    }
    let location = Url { span: span(start, location_end), text: text[start..location_end].into() };
    let found = match fragment {
        Some((egg_start, egg_end)) => {
            let name_end = text[egg_start..egg_end]
                .find(['[', '=', '<', '>', '!', '~'])
                .map_or(egg_end, |at| egg_start + at);
            let rest = &text[name_end..egg_end];
            if rest.starts_with('[')
                && let Some(close) = rest.find(']')
            {
                extras = extra_names(text, name_end + 1, name_end + close);
            }
            is_valid_name(&text[egg_start..name_end]).then(|| name(text, egg_start, name_end))
        }
        None => wheel_name(text, location.span, errors),
    };
    if let Some(open) = location.text.find("${").filter(|_| found.is_none()) {
        // The variable may hold what is missing.
        errors.retain(|error| error.span.start < offset(start + open));
    }
    RequirementTarget::Location { location, name: found, extras, marker: marker.map(Box::new) }
}

/// The value of `#egg=` or `&egg=`.
fn egg(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let hash = start + text[start..end].find('#')?;
    let mut at = hash + 1;
    for part in text[hash + 1..end].split('&') {
        if part.starts_with("egg=") {
            return Some((at + 4, at + part.len()));
        }
        at += part.len() + 1;
    }
    None
}

fn extra_names(text: &str, start: usize, end: usize) -> Vec<Name> {
    let mut at = start;
    let mut extras = Vec::new();
    for part in text[start..end].split(',') {
        let blanks = part.len() - part.trim_start().len();
        let written = part.trim();
        if is_valid_name(written) {
            extras.push(name(text, at + blanks, at + blanks + written.len()));
        }
        at += part.len() + 1;
    }
    extras
}

/// `…/name-1.0-py3-none-any.whl`. The names of other archives say nothing that is certain.
fn wheel_name(text: &str, location: Span, errors: &mut Vec<SyntaxError>) -> Option<Name> {
    let path = location.slice(text);
    let path = &path[..path.find(['#', '?']).unwrap_or(path.len())];
    let file = path.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let stem = path[file..].strip_suffix(".whl")?;
    let start = location.start as usize + file;
    if !matches!(stem.split('-').count(), 5 | 6) {
        let message = format!(
            "`{}` is not the name of a wheel: that has the form `name-version-python-abi-platform.whl`",
            excerpt(&path[file..])
        );
        errors.push(SyntaxError::requirement(span(start, start + path.len() - file), message));
    }
    let (distribution, _) = stem.split_once('-')?;
    is_valid_name(distribution).then(|| name(text, start, start + distribution.len()))
}
