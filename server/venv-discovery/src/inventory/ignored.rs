//! What git does not see: the patterns of `.gitignore` and of the places beside it (gitignore(5)), and those of
//! `.ignore`, which search tools read in the same way.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::system::{DirEntry, FileKind, System};

/// The patterns of one folder, and those of the folders above it, which count less.
#[derive(Debug)]
pub(super) struct Ignored {
    patterns: Gitignore,
    above: Option<Arc<Ignored>>,
}

/// In the order in which they are read; of two patterns that match, the later one counts.
const FILES: [&str; 2] = [".gitignore", ".ignore"];

/// Nobody writes more patterns by hand, and those of a program that runs wild are not wanted.
const LARGEST: usize = 1 << 20;

impl Ignored {
    /// What counts above `root`: the user's own patterns, and, in a repository, those of the folders that lead to it.
    pub(super) fn above(system: &dyn System, root: &Path) -> Option<Arc<Self>> {
        let is_repository = |folder: &&Path| system.link_metadata(&folder.join(".git")).is_ok();
        let top = root.ancestors().find(is_repository);
        let rules = add(system, top.unwrap_or(root), excludes_file(system), None);
        let Some(top) = top else { return rules };
        let mut rules = add(system, top, [top.join(".git/info/exclude")], rules);
        let mut folders: Vec<&Path> = root.ancestors().skip(1).take_while(|it| it.starts_with(top)).collect();
        folders.reverse();
        for folder in folders {
            rules = add(system, folder, FILES.map(|name| folder.join(name)), rules);
        }
        rules
    }

    /// What counts in `folder`, which holds these entries.
    pub(super) fn inside(
        system: &dyn System,
        folder: &Path,
        entries: &[DirEntry],
        above: Option<Arc<Self>>,
    ) -> Option<Arc<Self>> {
        let is_there = |name: &&str| {
            entries.iter().any(|entry| entry.name == **name && entry.kind != FileKind::Directory)
        };
        let files = FILES.iter().filter(|name| is_there(name)).map(|name| folder.join(name));
        add(system, folder, files, above)
    }

    /// Whether git would not see `path`, which lies in the folder, if everything above it is seen.
    pub(super) fn hides(&self, path: &Path, is_folder: bool) -> bool {
        let mut rules = Some(self);
        while let Some(these) = rules {
            match these.patterns.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => rules = these.above.as_deref(),
            }
        }
        false
    }
}

/// The patterns in `files`, which are meant for what lies in `folder`, before those `above`.
fn add(
    system: &dyn System,
    folder: &Path,
    files: impl IntoIterator<Item = PathBuf>,
    above: Option<Arc<Ignored>>,
) -> Option<Arc<Ignored>> {
    let mut builder = GitignoreBuilder::new(folder);
    for file in files {
        // A file that cannot be read hides nothing, and neither does a line that is no pattern; git does the same.
        let Ok(bytes) = system.read_within(&file, LARGEST) else { continue };
        for line in String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').lines() {
            builder.add_line(None, line).ok();
        }
    }
    match builder.build() {
        Ok(patterns) if !patterns.is_empty() => Some(Arc::new(Ignored { patterns, above })),
        Ok(_) | Err(_) => above,
    }
}

/// The file of the user's own patterns: `core.excludesFile`, or where git looks without it.
fn excludes_file(system: &dyn System) -> Option<PathBuf> {
    let home = system.home()?;
    let config = system.env_folder("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config")).join("git");
    let named = [home.join(".gitconfig"), config.join("config")].into_iter().find_map(|file| {
        let bytes = system.read_within(&file, LARGEST).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        // No other section has a key of this name.
        text.lines().rev().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            let value = value.trim().trim_matches('"');
            key.trim().eq_ignore_ascii_case("excludesfile").then(|| match value.strip_prefix("~/") {
                Some(rest) => home.join(rest),
                None => PathBuf::from(value),
            })
        })
    });
    Some(named.unwrap_or_else(|| config.join("ignore")))
}
