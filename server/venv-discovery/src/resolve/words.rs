//! The words in which it is said where something is, and why it is not the answer.

use std::path::Path;

use venv_syntax::excerpt;

use super::Search;
use crate::system::FileKind;

impl Search<'_> {
    /// "two folders up, above the workspace folder"
    pub(super) fn place(&self, folder: &Path, levels: usize) -> String {
        const WORDS: [&str; 10] = ["", "", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
        let mut place = match levels {
            0 if self.is_folder => "in the folder".to_owned(),
            0 => "beside the file".to_owned(),
            1 => "one folder up".to_owned(),
            _ => match WORDS.get(levels) {
                Some(word) => format!("{word} folders up"),
                None => format!("{levels} folders up"),
            },
        };
        // Of the folder that is asked about nobody need be told that it is the one that is open.
        let is_asked = |root: &Path| self.is_folder && root == self.start;
        if self.workspace.is_some_and(|root| root != folder && root.starts_with(folder) && !is_asked(root)) {
            place.push_str(", above the workspace folder");
        }
        place
    }

    /// Why there is no environment at `path`: a clause that goes on from "but". That it becomes one will be seen.
    pub(super) fn problem(&self, path: &Path) -> &'static str {
        match self.lookup.metadata(path) {
            None if self.lookup.link_metadata(path).is_some() => "it is a link that leads nowhere",
            None => "nothing is there",
            Some(found) if found.kind != FileKind::Directory => "it is no folder",
            Some(_) => {
                for sign in ["pyvenv.cfg", "conda-meta"] {
                    self.lookup.note(&path.join(sign), true);
                }
                if self.system.read_dir(path).is_ok_and(|entries| entries.is_empty()) {
                    "it is an empty folder"
                } else {
                    "it is no environment, for it has no `pyvenv.cfg` and no `conda-meta`"
                }
            }
        }
    }

    /// What the name of an environment is, where it is no folder: one link, however many follow.
    pub(super) fn named_as(&self, path: &Path, kind: FileKind, words: &str) -> String {
        match kind {
            FileKind::File => format!("the redirect file {words}"),
            FileKind::Link => match self.system.read_link(path) {
                Ok(target) => format!("{words}, a link to `{}`", excerpt(&target.to_string_lossy())),
                Err(_) => format!("{words}, a link"),
            },
            FileKind::Directory | FileKind::Other => words.to_owned(),
        }
    }
}
