//! Requirements that say where a package is rather than what it is called: URLs, version control, paths,
//! archives.

use crate::cursor::{span, trim};
use crate::excerpt;
use crate::marker::parse_marker;
use crate::requirement::{Dialect, bracketed_extras, name, parse};
use crate::{Marker, Name, Requirement, SyntaxError, Url, is_valid_name};

use super::RequirementTarget;
use super::place::{Place, foreign_computer, host, host_problem, is_path, scheme, split_extras, url};
use super::wheel::wheel;

/// Reads the requirement in `text[start..end]`, which has no blanks at its ends.
pub(super) fn parse_target(
    text: &str,
    start: usize,
    end: usize,
    errors: &mut Vec<SyntaxError>,
) -> Option<RequirementTarget> {
    let content = &text[start..end];
    let url = url(content);
    // The marker of a URL needs a blank behind its `;`, because URLs have `;` too.
    let semicolon = match url {
        // Before options, the blanks behind the last one count too.
        Some(_) if content.ends_with(';') && text[end..].starts_with("  ") => Some(content.len() - 1),
        Some(_) => memchr::memmem::find(content.as_bytes(), b"; "),
        None => memchr::memchr(b';', content.as_bytes()),
    };
    let (_, head_end) = trim(text, start, semicolon.map_or(end, |at| start + at));
    let place = url.or_else(|| is_path(&text[start..head_end]).then_some(Place::Path));
    let Some(place) = place else {
        let mut own = Vec::new();
        let mut requirement = parse(&text[..end], start, Dialect::RequirementsFile, &mut own);
        if let Some(requirement) = &mut requirement {
            check_requirement(text, start, head_end, requirement, &mut own);
        }
        if let Some(error) = scp_style(content, start) {
            // `git@host:path` reads as the requirement `git` with a URL.
            let is_read = own.is_empty() && requirement.is_some();
            errors.push(if is_read { error.late() } else { error });
            return requirement.filter(|_| is_read).map(RequirementTarget::Named);
        }
        errors.append(&mut own);
        return requirement.map(RequirementTarget::Named);
    };
    let marker = semicolon.and_then(|at| {
        let (marker_start, _) = trim(text, start + at + 1, end);
        (marker_start < end).then(|| parse_marker(&text[..end], marker_start, errors)).flatten()
    });
    Some(location(text, start, head_end, place, marker, errors))
}

/// Reads the value of `-e` in `text[start..end]`.
pub(super) fn parse_editable(
    text: &str,
    start: usize,
    end: usize,
    errors: &mut Vec<SyntaxError>,
) -> Option<RequirementTarget> {
    let content = &text[start..end];
    let whole = span(start, end);
    if content.contains('@') && !content.starts_with("git@") {
        let mut own = Vec::new();
        let requirement = parse(&text[..end], start, Dialect::Specification, &mut own);
        if let Some(requirement) = requirement
            && let Some(found) = &requirement.url
        {
            let is_file = scheme(&found.text).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file"));
            if url(&found.text) != Some(Place::VersionControl) && !is_file {
                let message =
                    "`-e` takes a URL of version control or `file:` behind `@`, such as `git+https://…`";
                own.push(SyntaxError::requirement(found.span, message));
            }
            check_url(found, true, &mut own);
            errors.append(&mut own);
            return Some(RequirementTarget::Named(requirement));
        }
    }
    let prefixed =
        ["git", "svn"].iter().any(|known| scheme(content).is_some_and(|s| s.eq_ignore_ascii_case(known)));
    let place = match url(content) {
        Some(place) => place,
        None if prefixed => Place::VersionControl,
        None if is_path(content) => Place::Path,
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
            errors.push(SyntaxError::requirement(whole, message));
            Place::Path
        }
    };
    let is_file =
        place == Place::Url && scheme(content).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file"));
    let target = editable_location(text, start, end, place, is_file, errors);
    let is_named = matches!(target, RequirementTarget::Location { name: Some(_), .. });
    if place == Place::Url && !is_file {
        let message = "`-e` needs a path or a version control URL such as `git+https://…#egg=name`";
        errors.push(SyntaxError::requirement(whole, message));
    } else if place == Place::VersionControl && !is_named {
        let message = "`-e` with a URL needs the package's name: put `#egg=name` at its end";
        errors.push(SyntaxError::requirement(whole, message));
    }
    Some(target)
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

/// What pip makes of a requirement by name beyond the specification: it looks at its URL, and takes a `[extra]` at
/// the very end of the line for the extras, whatever it belongs to.
fn check_requirement(
    text: &str,
    start: usize,
    end: usize,
    requirement: &mut Requirement,
    errors: &mut Vec<SyntaxError>,
) {
    if let Some(found) = &requirement.url {
        check_url(found, true, errors);
    }
    let after_name = requirement.url.is_some() || !requirement.specifiers.is_empty();
    if after_name
        && errors.is_empty()
        && let (_, Some(open)) = split_extras(&text[start..end])
    {
        requirement.extras = bracketed_extras(&text[..end], start + open, errors);
    }
}

fn check_url(url: &Url, names_computers: bool, errors: &mut Vec<SyntaxError>) {
    if let Some(problem) = host_problem(&url.text) {
        errors.push(SyntaxError::requirement(url.span, problem));
    } else if names_computers && let Some(computer) = foreign_computer(&url.text) {
        let message = format!(
            "`{}` names a computer here, and pip reads files of this one only: a path has three `/`, as in `file:///home`",
            excerpt(computer)
        );
        errors.push(SyntaxError::requirement(url.span, message));
    }
}

fn location(
    text: &str,
    start: usize,
    end: usize,
    place: Place,
    marker: Option<Marker>,
    errors: &mut Vec<SyntaxError>,
) -> RequirementTarget {
    let (location, mut extras) = match place {
        Place::Path => path_and_extras(text, start, end, errors),
        Place::Url | Place::VersionControl => (url_at(text, start, end), Vec::new()),
    };
    // pip makes such a URL a path first.
    let is_relative =
        place == Place::Url && location.text.contains("../") && scheme(&location.text) == Some("file");
    let mut found = None;
    if place != Place::Path {
        check_url(&location, !is_relative, errors);
        if !is_relative {
            (found, extras) = egg(text, start, end);
        }
    }
    let mut version = None;
    if let Some(file) = wheel_file(&location.text, place) {
        let file_start = start + file.start;
        let file_end = start + file.end;
        match wheel(&text[file_start..file_end], place != Place::Path) {
            Ok(wheel) => {
                version = Some(wheel.version);
                found = wheel.name.map(|length| name(text, file_start, file_start + length)).or(found);
            }
            Err(message) => errors.push(SyntaxError::requirement(span(file_start, file_end), message)),
        }
    }
    RequirementTarget::Location { location, name: found, version, extras, marker: marker.map(Box::new) }
}

fn editable_location(
    text: &str,
    start: usize,
    end: usize,
    place: Place,
    is_file: bool,
    errors: &mut Vec<SyntaxError>,
) -> RequirementTarget {
    let (location, mut extras) = if place == Place::Path || is_file {
        path_and_extras(text, start, end, errors)
    } else {
        (url_at(text, start, end), Vec::new())
    };
    let mut found = None;
    if place != Place::Path {
        check_url(&location, true, errors);
        let (egg, egg_extras) = egg(text, start, location.span.end as usize);
        found = egg;
        if !is_file {
            extras = egg_extras;
        }
    }
    RequirementTarget::Location { location, name: found, version: None, extras, marker: None }
}

fn url_at(text: &str, start: usize, end: usize) -> Url {
    Url { span: span(start, end), text: text[start..end].into() }
}

fn path_and_extras(text: &str, start: usize, end: usize, errors: &mut Vec<SyntaxError>) -> (Url, Vec<Name>) {
    let (path, open) = split_extras(&text[start..end]);
    let extras = open.map_or_else(Vec::new, |open| bracketed_extras(&text[..end], start + open, errors));
    (url_at(text, start, start + path.len()), extras)
}

/// What the first `#egg=` or `&egg=` says: `name`, or `name[extra]`, which pip took until 26.0.
fn egg(text: &str, start: usize, end: usize) -> (Option<Name>, Vec<Name>) {
    let content = &text.as_bytes()[start..end];
    let found = memchr::memmem::find_iter(content, b"egg=")
        .find(|at| at.checked_sub(1).is_some_and(|before| matches!(content[before], b'#' | b'&')));
    let Some(egg_start) = found.map(|at| start + at + 4) else { return (None, Vec::new()) };
    let egg_end = memchr::memchr(b'&', &text.as_bytes()[egg_start..end]).map_or(end, |at| egg_start + at);
    let name_end =
        text[egg_start..egg_end].find(['[', '=', '<', '>', '!', '~']).map_or(egg_end, |at| egg_start + at);
    let rest = &text[name_end..egg_end];
    let extras = match (rest.starts_with('['), rest.find(']')) {
        (true, Some(close)) => extra_names(text, name_end + 1, name_end + close),
        (true | false, _) => Vec::new(),
    };
    let is_name = is_valid_name(&text[egg_start..name_end]);
    (is_name.then(|| name(text, egg_start, name_end)), extras)
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

/// Where in a location the name of a wheel is. The names of other archives say nothing that is certain.
fn wheel_file(location: &str, place: Place) -> Option<std::ops::Range<usize>> {
    // Most locations are none, and need not be taken apart.
    memchr::memmem::find(location.as_bytes(), b".whl")?;
    let (path_start, path_end) = match place {
        Place::Path => (0, location.len()),
        Place::Url | Place::VersionControl => {
            let before = scheme(location).map_or(0, |scheme| scheme.len() + 1);
            let start = before + host(location).map_or(0, |host| 2 + host.len());
            (start, location[start..].find(['#', '?']).map_or(location.len(), |at| start + at))
        }
    };
    let path = location[path_start..path_end].trim_end_matches('/');
    // Whatever separates folders, a file name has none of it.
    let separators: &[char] = if place == Place::Path { &['/', '\\'] } else { &['/'] };
    let file = path.rfind(separators).map_or(0, |at| at + 1);
    let stem = path[file..].strip_suffix(".whl")?;
    let is_wheel = !stem.bytes().all(|byte| byte == b'.') && !stem.to_ascii_lowercase().ends_with(".tar");
    is_wheel.then_some(path_start + file..path_start + path.len())
}
