//! What a cursor is in: the text of a requirement, a key that is a name, the name of a group.
//!
//! While it is being written a requirement is rarely one that can be read, and a file rarely without errors. So the
//! text around the cursor tells, and not the tree.

use crate::manifest::{Manifest, ManifestKind};

use super::strings::{Language, Place, Surroundings, surroundings};

/// What can be completed. Places are bytes from the start of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A requirement.
    Requirement(Text),
    /// A place in a list where a string can begin.
    Item,
    /// A key that is the name of what is asked for.
    Key { start: usize },
    /// The version behind such a key, in the operators of Poetry or of pip.
    Version { text: Text, name: String, caret: bool },
    /// The name of a group.
    Group(Text),
    /// A place where such a name can begin, with its quotes.
    GroupItem,
}

/// A text that stands in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) start: usize,
    /// Behind its last byte.
    pub(super) end: usize,
    /// The quote around it, which cannot be in it.
    pub(super) quote: Option<char>,
    /// Whether it is a line of a requirements file, which can have options.
    pub(super) is_line: bool,
}

/// What `at` is in. Nothing in comments, and where nothing is asked for.
pub(super) fn slot_at(manifest: &Manifest, at: usize) -> Option<Slot> {
    let text = &*manifest.text;
    // A place within a character is none.
    text.get(..at)?;
    match manifest.kind {
        ManifestKind::Requirements => line(manifest, at),
        ManifestKind::Pyproject => toml(text, 0, at, ""),
        ManifestKind::Script => {
            let (start, block) = script_block(text, at)?;
            toml(&block, start, at, "project")
        }
        ManifestKind::Pipfile => pipfile(text, at),
        ManifestKind::SetupCfg => setup_cfg(text, at),
        ManifestKind::SetupPy => setup_py(text, at),
        ManifestKind::CondaEnvironment => conda(text, at),
        // A lock file is not written by hand, and pip's configuration asks for nothing.
        ManifestKind::Pylock | ManifestKind::PipConfiguration => None,
    }
}

fn line(manifest: &Manifest, at: usize) -> Option<Slot> {
    let place = u32::try_from(at).ok()?;
    let line = manifest.line_at(place)?;
    let in_comment = |comment: &venv_syntax::Span| {
        let comment = comment.shift(line.start);
        comment.start < place && place <= comment.end
    };
    if line.tree.comments.iter().any(in_comment) {
        return None;
    }
    let (start, end) = (line.start as usize, (line.start + line.tree.len) as usize);
    Some(Slot::Requirement(Text { start, end, quote: None, is_line: true }))
}

/// `text` begins at `base` in the file; `root` is the table that keys without a header stand in.
fn toml(text: &str, base: usize, at: usize, root: &str) -> Option<Slot> {
    let found = surroundings(text.get(..at.checked_sub(base)?)?, Language::Toml);
    let mut path = found.path();
    if !root.is_empty() && found.table.is_empty() {
        path = format!("{root}.{path}");
    }
    let is_names = is_table_of_names(if found.open.is_empty() { &found.table } else { "" });
    match found.place {
        Place::Comment => None,
        Place::Key(start) => is_names.then_some(Slot::Key { start: base + start }),
        Place::Value if is_group(&found, &path) => Some(Slot::GroupItem),
        Place::Value => (found.is_in_list() && is_list(&path)).then_some(Slot::Item),
        Place::String { start, quote, triple } => {
            let string = string(text, base, start, at, quote, triple);
            if is_group(&found, &path) {
                return Some(Slot::Group(string));
            }
            if let Some(name) = version_of(&found, is_table_of_names) {
                return Some(Slot::Version { text: string, name, caret: true });
            }
            (found.is_in_list() && is_list(&path)).then_some(Slot::Requirement(string))
        }
    }
}

/// Whether the value is the name of a group.
fn is_group(found: &Surroundings, path: &str) -> bool {
    found.key == "include-group" && path.starts_with("dependency-groups.")
        || path == "tool.uv.default-groups" && found.is_in_list()
}

/// The name of what the string bounds the versions of: `six = "1"`, `six = { version = "1" }`, or `version = "1"` in
/// a table of its own.
fn version_of(found: &Surroundings, is_names: fn(&str) -> bool) -> Option<String> {
    let name = match &found.open[..] {
        [] if is_names(&found.table) => &*found.key,
        [] if found.key == "version" => found.table.rsplit_once('.').filter(|(table, _)| is_names(table))?.1,
        [(b'{', name)] if found.key == "version" && is_names(&found.table) => name,
        _ => return None,
    };
    (name != "python").then(|| name.to_owned())
}

/// Whether the keys of the table of a Pipfile are names of packages.
fn is_pipfile_table(table: &str) -> bool {
    !table.contains('.') && !matches!(table, "source" | "requires" | "scripts" | "pipenv" | "")
}

/// Whether the list at `path` holds requirements.
fn is_list(path: &str) -> bool {
    const LISTS: [&str; 7] = [
        "project.dependencies",
        "build-system.requires",
        "tool.uv.dev-dependencies",
        "tool.uv.constraint-dependencies",
        "tool.uv.override-dependencies",
        "tool.uv.build-constraint-dependencies",
        "tool.setuptools.dependencies",
    ];
    const TABLES: [&str; 3] =
        ["project.optional-dependencies", "dependency-groups", "tool.pdm.dev-dependencies"];
    let (table, key) = path.rsplit_once('.').unwrap_or(("", path));
    LISTS.contains(&path)
        || TABLES.contains(&table)
        || (table.starts_with("tool.hatch.envs.") && matches!(key, "dependencies" | "extra-dependencies"))
}

/// Whether the keys of the table are names of what is asked for.
fn is_table_of_names(table: &str) -> bool {
    let group = table.strip_prefix("tool.poetry.group.").and_then(|rest| rest.strip_suffix(".dependencies"));
    matches!(table, "tool.poetry.dependencies" | "tool.poetry.dev-dependencies") || group.is_some()
}

fn pipfile(text: &str, at: usize) -> Option<Slot> {
    let line = text[..at].rfind('\n').map_or(0, |line| line + 1);
    // `[packages.six]`, which is being written.
    if let Some((table, name)) = text[line..at].strip_prefix('[').and_then(|table| table.split_once('.')) {
        let is_names = is_pipfile_table(table) && !name.contains([']', '.', '"', '\'']);
        return is_names.then_some(Slot::Key { start: at - name.len() });
    }
    let found = surroundings(text.get(..at)?, Language::Toml);
    match found.place {
        Place::Key(start) => is_pipfile_table(&found.table).then_some(Slot::Key { start }),
        Place::String { start, quote, triple } => {
            let name = version_of(&found, is_pipfile_table)?;
            let text = string(text, 0, start, at, quote, triple);
            Some(Slot::Version { text, name, caret: false })
        }
        Place::Value | Place::Comment => None,
    }
}

fn setup_py(text: &str, at: usize) -> Option<Slot> {
    const LISTS: [&str; 4] = ["install_requires", "extras_require", "setup_requires", "tests_require"];
    let found = surroundings(text.get(..at)?, Language::Python);
    let Surroundings { open, place, .. } = &found;
    if !found.is_in_list() || !open.iter().any(|(_, key)| LISTS.contains(&&**key)) {
        return None;
    }
    match place {
        Place::String { start, quote, triple } => {
            Some(Slot::Requirement(string(text, 0, *start, at, *quote, *triple)))
        }
        Place::Value | Place::Key(_) => Some(Slot::Item),
        Place::Comment => None,
    }
}

/// The string whose text begins at `start` of `text` and in which the place `at` of the file is.
fn string(text: &str, base: usize, start: usize, at: usize, quote: char, triple: bool) -> Text {
    let rest = &text[at - base..];
    let mut is_escaped = false;
    let ends = |c: char| {
        let is_quote = c == quote && !is_escaped;
        // In single quotes TOML has no escapes.
        is_escaped = c == '\\' && !is_escaped && quote == '"';
        c == '\n' || c == '\r' || is_quote
    };
    let end = at + rest.find(ends).unwrap_or(rest.len());
    // In a longer text, the line that the cursor is in.
    let from = text[start..at - base].rfind('\n').filter(|_| triple).map_or(start, |line| start + line + 1);
    Text { start: base + from, end, quote: Some(quote), is_line: false }
}

/// The block of inline metadata (PEP 723) that `at` is in, as TOML: what is in front of it on each line becomes
/// blanks. With the place where it begins.
fn script_block(text: &str, at: usize) -> Option<(usize, String)> {
    let mut start = None;
    let mut position = 0;
    for line in text.split_inclusive('\n') {
        let next = position + line.len();
        let content = line.trim_end();
        if content == "# /// script" {
            start = Some(next);
        } else if content == "# ///" || !line.starts_with('#') {
            start =
                start.filter(|_| next > at && position <= at && content != "# ///" && line.starts_with('#'));
        }
        if at < next || next == text.len() {
            break;
        }
        position = next;
    }
    let start = start.filter(|start| *start <= at)?;
    let line_start = text[..at].rfind('\n').map_or(0, |line| line + 1);
    if at < line_start + 2 {
        return None;
    }
    let mut block = String::new();
    for line in text[start..].split_inclusive('\n') {
        let Some(content) = line.strip_prefix('#').filter(|_| line.trim_end() != "# ///") else { break };
        let content = content.strip_prefix(' ').map_or(content, |content| {
            block.push(' ');
            content
        });
        block.push(' ');
        block.push_str(content);
    }
    Some((start, block))
}

fn setup_cfg(text: &str, at: usize) -> Option<Slot> {
    let (mut section, mut key) = ("", "");
    let mut position = 0;
    for line in text.split_inclusive('\n') {
        let next = position + line.len();
        let content = line.trim_end_matches(['\n', '\r']);
        let is_comment = content.trim_start().starts_with(['#', ';']);
        let mut start = position + (content.len() - content.trim_start().len());
        if is_comment || content.trim().is_empty() {
            // Neither ends a value.
        } else if let Some(name) = content.strip_prefix('[') {
            section = name.split(']').next().unwrap_or(name);
            key = "";
        } else if !content.starts_with([' ', '\t']) {
            let separator = content.find(['=', ':']);
            key = content[..separator.unwrap_or(content.len())].trim();
            start = separator.map_or(next, |separator| position + separator + 1);
        }
        if at <= position + content.len() {
            let is_list = match section {
                "options" => matches!(key, "install_requires" | "setup_requires" | "tests_require"),
                "options.extras_require" => !key.is_empty(),
                _ => false,
            };
            // A value goes on as long as lines are indented.
            let is_indented = start > position;
            let end = position + content.len();
            return (is_list && is_indented && !is_comment && start <= at)
                .then_some(Slot::Requirement(Text { start, end, quote: None, is_line: false }));
        }
        position = next;
    }
    None
}

fn conda(text: &str, at: usize) -> Option<Slot> {
    if let Some(slot) = conda_flow(text, at) {
        return Some(slot);
    }
    let start = text[..at].rfind('\n').map_or(0, |line| line + 1);
    let end = at + text[at..].find(['\n', '\r']).unwrap_or(text.len() - at);
    let line = &text[start..end];
    let dash = line.find(|c: char| c != ' ')?;
    let item = line[dash..].strip_prefix("- ")?;
    let blanks = item.len() - item.trim_start().len();
    let mut from = start + dash + 2 + blanks;
    if text[start..at].contains(" #") || at < from {
        return None;
    }
    let quote = item.trim_start().chars().next().filter(|c| matches!(c, '"' | '\''));
    let mut to = end;
    if let Some(quote) = quote {
        from += 1;
        to = text.get(at..end).and_then(|rest| rest.find(quote)).map_or(end, |length| at + length);
        if at < from || text[from..at].contains(quote) {
            return None;
        }
    }
    // The list that it is an item of belongs to the nearest line that is indented less.
    let owner = text[..start].lines().rev().find(|above| {
        let content = above.trim_start();
        !content.is_empty() && !content.starts_with('#') && above.len() - content.len() < dash
    })?;
    let is_pip = owner.trim_start().trim_start_matches("- ").trim_start().starts_with("pip:");
    is_pip.then_some(Slot::Requirement(Text { start: from, end: to, quote, is_line: true }))
}

/// An item of `pip: [six, "flask"]`.
fn conda_flow(text: &str, at: usize) -> Option<Slot> {
    let key = text[..at].rfind("pip:")?;
    let before = text[..key].trim_end_matches([' ', '\t']);
    if !(before.is_empty() || before.ends_with(['\n', '-', '{', ','])) {
        return None;
    }
    let list = text[key + "pip:".len()..at].trim_start().strip_prefix('[')?;
    let base = at - list.len();
    let (mut start, mut quote) = (0, None);
    for (index, c) in list.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if list[start..index].trim().is_empty() => {
                (quote, start) = (Some(c), index + 1);
            }
            (None, ',' | '\n') => start = index + 1,
            (None, ']' | '#') => return None,
            (None, _) => {}
        }
    }
    // Behind a text that is closed.
    if quote.is_none() && list[..start].ends_with(['"', '\'']) {
        return None;
    }
    let item = &list[start..];
    let start = base + start + if quote.is_none() { item.len() - item.trim_start().len() } else { 0 };
    let ends = |c: char| quote.map_or(matches!(c, ',' | ']' | '#'), |quote| c == quote) || c == '\n';
    let end = at + text[at..].find(ends).unwrap_or(text.len() - at);
    Some(Slot::Requirement(Text { start, end, quote, is_line: true }))
}
