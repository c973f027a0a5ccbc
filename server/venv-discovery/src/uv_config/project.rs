//! Which configuration of a project counts for uv, found by trying what uv 0.5, 0.8 and 0.13 do.
//!
//! It is looked for from the root of the workspace upwards, or where there is none from the folder in which uv is
//! started. Of a workspace only what leads to its root is read: uv takes one for none at all in which a member is missing
//! or two have the same name.

use std::io;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::{LARGEST, list, table, texts, value};
use crate::system::System;

const PYPROJECT: &str = "pyproject.toml";

/// The file that counts.
pub(super) struct Counting {
    pub(super) path: PathBuf,
    /// Or why uv cannot read it, as a clause.
    pub(super) text: Result<String, String>,
    /// Whether it is a `uv.toml`, and no `[tool.uv]`.
    pub(super) is_uv_toml: bool,
}

/// The one that uv would use if it were started in `folder`.
pub(super) fn find(system: &dyn System, folder: &Path) -> Option<Counting> {
    let root = workspace_root(system, folder);
    root.as_deref().unwrap_or(folder).ancestors().find_map(|folder| in_folder(system, folder))
}

fn in_folder(system: &dyn System, folder: &Path) -> Option<Counting> {
    let path = folder.join("uv.toml");
    match read(system, &path) {
        Ok(text) => {
            let text = match DeTable::parse(&text) {
                Ok(_) => Ok(text),
                Err(_) => Err("it is no valid TOML".to_owned()),
            };
            return Some(Counting { path, text, is_uv_toml: true });
        }
        Err(error) if is_absent(&error) => {}
        // uv does not go on either.
        Err(error) => return Some(Counting { path, text: Err(error.to_string()), is_uv_toml: true }),
    }
    let path = folder.join(PYPROJECT);
    let text = read(system, &path).ok()?;
    // Without `[tool.uv]`, or where it cannot be read, uv looks further up.
    let parsed = DeTable::parse(&text).ok()?;
    tool_uv(parsed.get_ref())?;
    Some(Counting { path, text: Ok(text), is_uv_toml: false })
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The folder of the workspace that `folder` is a part of, for uv.
fn workspace_root(system: &dyn System, folder: &Path) -> Option<PathBuf> {
    let has_file = |folder: &&Path| system.is_file(&folder.join(PYPROJECT));
    let nearest = folder.ancestors().find(has_file)?;
    let text = read(system, &nearest.join(PYPROJECT)).ok()?;
    let parsed = DeTable::parse(&text).ok()?;
    let parsed = parsed.get_ref();
    let uv = tool_uv(parsed);
    let is_unmanaged = uv.is_some_and(|uv| matches!(value(uv, "managed"), Some(DeValue::Boolean(false))));
    let project = table(parsed, "project");
    if is_unmanaged || project.is_some_and(|project| !is_valid(project)) {
        return None;
    }
    if uv.is_some_and(|uv| value(uv, "workspace").is_some()) {
        return Some(nearest.to_owned());
    }
    project?;
    // Only the next one may be the root of a workspace that it belongs to.
    let Some(above) = nearest.parent().and_then(|parent| parent.ancestors().find(has_file)) else {
        return Some(nearest.to_owned());
    };
    let text = read(system, &above.join(PYPROJECT)).ok()?;
    let parsed = DeTable::parse(&text).ok()?;
    let workspace = tool_uv(parsed.get_ref()).and_then(|uv| table(uv, "workspace"));
    let is_member = workspace.is_some_and(|workspace| is_member(workspace, above, nearest));
    Some(if is_member { above } else { nearest }.to_owned())
}

/// What uv demands of a project's table before it looks at anything else.
fn is_valid(project: &DeTable<'_>) -> bool {
    let [name] = &*texts(project, "name") else { return false };
    let is_dynamic = || texts(project, "dynamic").iter().any(|name| &**name == "version");
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    !name.is_empty() && is_name && (value(project, "version").is_some() || is_dynamic())
}

fn is_member(workspace: &DeTable<'_>, root: &Path, folder: &Path) -> bool {
    let Ok(folder) = folder.strip_prefix(root) else { return false };
    let parts: Vec<String> = folder.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let is_one_of = |key: &str, deep: bool| {
        texts(workspace, key).iter().any(|pattern| {
            let pattern = pattern.replace('\\', "/");
            let parts_of_pattern = pattern.split('/').filter(|part| !matches!(*part, "" | "."));
            let pattern: Vec<&str> =
                parts_of_pattern.map(|part| if part == "**" && !deep { "*" } else { part }).collect();
            fits_path(&pattern, &parts)
        })
    };
    // A folder between that is no project makes the workspace none; so `**` is one folder among the members.
    !list(workspace, "members").is_empty() && is_one_of("members", false) && !is_one_of("exclude", true)
}

fn fits_path(pattern: &[&str], parts: &[String]) -> bool {
    match (pattern, parts) {
        ([], []) => true,
        (["**", rest @ ..], parts) => (0..=parts.len()).any(|skipped| fits_path(rest, &parts[skipped..])),
        ([first, rest @ ..], [part, parts @ ..]) => {
            fits(first.as_bytes(), part.as_bytes()) && fits_path(rest, parts)
        }
        ([], [_, ..]) | ([_, ..], []) => false,
    }
}

fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], name) => (0..=name.len()).any(|skipped| fits(rest, &name[skipped..])),
        ([b'?', rest @ ..], [_, name @ ..]) => fits(rest, name),
        ([first, rest @ ..], [letter, name @ ..]) => first == letter && fits(rest, name),
        ([], [_, ..]) | ([_, ..], []) => false,
    }
}

fn tool_uv<'a>(root: &'a DeTable<'_>) -> Option<&'a DeTable<'a>> {
    table(table(root, "tool")?, "uv")
}

fn read(system: &dyn System, path: &Path) -> io::Result<String> {
    Ok(String::from_utf8_lossy(&system.read_within(path, LARGEST)?).into_owned())
}
