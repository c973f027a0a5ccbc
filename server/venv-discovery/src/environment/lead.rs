//! Links and files at the place of an environment that lead to one, or nowhere.

use std::io;
use std::path::{Path, PathBuf};

use venv_analysis::facts::Environment;
use venv_syntax::excerpt;

use super::{UNREACHABLE, clean, follow_links, is_forbidden, read_folder, unreadable};
use crate::health;
use crate::system::System;
use crate::tools;

/// A link that leads nowhere, or where this user may not go.
pub(super) fn dangling(system: &dyn System, root: &Path, error: &io::Error) -> Environment {
    let target = system.read_link(root).unwrap_or_default();
    let target = excerpt(&target.to_string_lossy());
    if error.kind() == io::ErrorKind::PermissionDenied {
        let message = format!("it is a link to `{target}`, {UNREACHABLE}");
        return unreadable(system, root, health::by_hand("redirect-broken", message));
    }
    let links = follow_links(system, root);
    // One that is relative leads to the same disk, mostly.
    let is_far = system.read_link(root).is_ok_and(|target| system.platform().is_absolute(&target));
    let message = if links.is_circle() {
        format!("it is a link to `{target}`, and the links go in a circle: create the environment again")
    } else if let Some(reason) =
        links.steps.last().and_then(|end| may_be_away(system, end)).filter(|_| is_far)
    {
        let message = format!("it is a link to `{target}`, which is not there, {reason}, or delete the link");
        return unreadable(system, root, health::by_hand("redirect-broken", message));
    } else {
        format!("it is a link to `{target}`, which is not there: create the environment again")
    };
    // Nothing is there that could be lost, and the link is kept.
    let what = format!("the link to `{target}`");
    unreadable(system, root, health::replaceable("redirect-broken", message, what))
}

/// Why `target`, which is not there, may only be away for a time, and what to do: the disk that it lies on is not
/// mounted, and so the folder that it lies in is not there either, or empty.
fn may_be_away(system: &dyn System, target: &Path) -> Option<String> {
    let folder = target.parent()?;
    let is_empty = match system.read_dir(folder) {
        Ok(entries) => entries.is_empty(),
        Err(_) => false,
    };
    let state = if is_empty {
        "is empty"
    } else if system.link_metadata(folder).is_err() {
        "is not there either"
    } else {
        return None;
    };
    let folder = excerpt(&folder.to_string_lossy());
    Some(format!("and `{folder}` {state}: mount the disk that it lies on"))
}

/// A file that holds the path of the environment.
pub(super) fn follow_redirect(system: &dyn System, file: &Path) -> Environment {
    let broken = |message| unreadable(system, file, health::by_hand("redirect-broken", message));
    let target = match redirect_target(system, file) {
        Ok(target) => target,
        Err(problem) => return broken(problem),
    };
    let text = redirect_text(system, file).unwrap_or_default();
    let found = if system.is_dir(&target) { read_folder(system, &target) } else { None };
    found.unwrap_or_else(|| {
        let shown = excerpt(&target.to_string_lossy());
        if system.link_metadata(&target).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            let line = first_line(&text);
            if is_name(line) {
                // Other programs keep the names of their environments in such a file.
                return broken(format!(
                    "it is a file with the word `{}`, which names no environment here: delete it, or write the path of \
                     an environment into it",
                    excerpt(line)
                ));
            }
            if text.trim_end_matches(['\r', '\n']) != line {
                return broken(format!(
                    "it is a file with more than a path in it: delete it, or write only the path of an environment \
                     into it (`{shown}` is not there)"
                ));
            }
            if let Some(reason) = may_be_away(system, &target).filter(|_| system.platform().is_absolute(Path::new(line))) {
                return broken(format!(
                    "it is a file that leads to `{shown}`, which is not there, {reason}, or delete the file"
                ));
            }
            let what = format!("the file that leads to `{shown}`");
            let message = format!(
                "it is a file that leads to `{shown}`, which is not there: create the environment again, or write the \
                 right path into the file"
            );
            return unreadable(system, file, health::replaceable("redirect-broken", message, what));
        }
        if is_forbidden(&system.metadata(&target)) {
            return broken(format!("it is a file that leads to `{shown}`, {UNREACHABLE}"));
        }
        broken(format!(
            "it is a file that leads to `{shown}`, which is no environment: delete the file or write the right path \
             into it"
        ))
    })
}

/// What the first line of `file` names: a path, relative to the file's own folder, or else a name in the folder
/// where Pipenv keeps environments. Otherwise what is wrong with the file.
pub(crate) fn redirect_target(system: &dyn System, file: &Path) -> Result<PathBuf, String> {
    let text = redirect_text(system, file)?;
    let line = first_line(&text);
    if line.is_empty() {
        return Err("it is an empty file: delete it and create the environment again".to_owned());
    }
    let target = clean(system, &file.parent().unwrap_or(Path::new("")).join(line));
    if is_name(line) && !system.is_dir(&target) {
        let central = tools::workon_home(system).map(|home| home.join(line));
        if let Some(central) = central.filter(|central| system.is_dir(central)) {
            return Ok(central);
        }
    }
    Ok(target)
}

fn redirect_text(system: &dyn System, file: &Path) -> Result<String, String> {
    let text = system
        .read_head(file, 4096)
        .map_err(|error| format!("it is a file that cannot be read ({})", error.kind()))?;
    String::from_utf8(text)
        .map_err(|_| "it is a file that holds no path: delete it and create the environment again".to_owned())
}

fn first_line(text: &str) -> &str {
    let line = text.split('\n').next().unwrap_or_default();
    line.strip_suffix('\r').unwrap_or(line)
}

/// Whether this is a name rather than a path.
fn is_name(line: &str) -> bool {
    !line.contains(['/', '\\', ':']) && !matches!(line, "." | "..")
}
