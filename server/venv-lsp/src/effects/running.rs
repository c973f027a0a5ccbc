//! The programs that run from an environment while it is replaced: they go on with what they have loaded, and with
//! nothing of what is there now.
//!
//! Linux alone tells it at once and for nothing. A Python that a shell has found on `PATH` is not seen: it has the name
//! of the base's file and was called by its name alone.

use std::path::{Path, PathBuf};

use venv_analysis::{environment_name, plain};

/// A program that runs from an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Running {
    id: u32,
    /// Its file in the environment.
    program: PathBuf,
    /// A number is given to another process once it is free.
    began: u64,
}

/// More than these are counted only.
const MOST_SHOWN: usize = 3;

/// Those that run from the environment that is known by these paths.
pub(super) fn running_from(roots: &[PathBuf]) -> Vec<Running> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let own = std::process::id();
    let mut found: Vec<Running> = ids
        .filter(|id| *id != own)
        .filter_map(|id| {
            let program = roots.iter().find_map(|root| program_in(id, root))?;
            Some(Running { id, program, began: began(id)? })
        })
        .collect();
    found.sort_unstable_by_key(|running| running.id);
    found
}

/// One line on those that still run; nothing where none does.
pub(super) fn still_running(root: &Path, before: &[Running]) -> Option<String> {
    let still: Vec<&Running> =
        before.iter().filter(|running| began(running.id) == Some(running.began)).collect();
    let shown = still.iter().take(MOST_SHOWN).map(|running| {
        let name = running.program.file_name().unwrap_or_default().to_string_lossy();
        format!("`{}` (process {})", plain(&name), running.id)
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    let name = environment_name(root);
    match still.len() {
        0 => None,
        1 => Some(format!("{shown} still runs from the old {name}; restart it")),
        count if count <= MOST_SHOWN => Some(format!("{shown} still run from the old {name}; restart them")),
        count => {
            let more = count - MOST_SHOWN;
            Some(format!("{shown} and {more} more still run from the old {name}; restart them"))
        }
    }
}

/// The program of the process, if it lies in the environment: its file, or what it was called by.
#[cfg(target_os = "linux")]
fn program_in(id: u32, root: &Path) -> Option<PathBuf> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let process = Path::new("/proc").join(id.to_string());
    let bin = root.join("bin");
    let line = std::fs::read(process.join("cmdline")).ok()?;
    let first = Path::new(OsStr::from_bytes(line.split(|byte| *byte == 0).next()?));
    if first.is_absolute() && first.starts_with(&bin) {
        return Some(first.to_owned());
    }
    if first.components().count() > 1
        && let Ok(folder) = std::fs::read_link(process.join("cwd"))
    {
        let called = venv_analysis::without_parents(&folder.join(first)).into_owned();
        if called.starts_with(&bin) {
            return Some(called);
        }
    }
    let file = std::fs::read_link(process.join("exe")).ok()?;
    file.starts_with(&bin).then_some(file)
}

/// When the process was started, in ticks; nothing of one that has ended and was only not fetched yet.
#[cfg(target_os = "linux")]
fn began(id: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program comes before, in brackets, and may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let is_over = matches!(fields.next()?, "Z" | "X");
    fields.nth(18)?.parse().ok().filter(|_| !is_over)
}

#[cfg(not(target_os = "linux"))]
fn began(_: u32) -> Option<u64> {
    None
}

#[cfg(not(target_os = "linux"))]
fn program_in(_: u32, _: &Path) -> Option<PathBuf> {
    None
}
