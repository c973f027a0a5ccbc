//! What is wrong with an environment, in words that say what to do about it.
//!
//! An environment without pip is not ill: uv makes them so, and packages get in without it. What is wrong with
//! single distributions is not looked at here.

mod binary;
mod moved;

use std::io;
use std::path::PathBuf;

use venv_analysis::counted;
use venv_analysis::facts::{Cure, EnvironmentKind, Harm, HealthIssue, Implementation};

use crate::environment::{Read, UNREACHABLE, is_forbidden};
use crate::health::binary::{Kind, runs_on, target_of};
use crate::installation::title;
use crate::layout::PythonName;
use crate::pyvenv_cfg::{Config, PyvenvCfg};
use crate::system::FileKind;

/// What is known when an environment is examined.
pub(crate) struct Findings<'a> {
    pub(crate) read: &'a Read<'a>,
    pub(crate) kind: EnvironmentKind,
    pub(crate) has_pip: bool,
    /// The environment's own folders of packages, without those of the base.
    pub(crate) own: &'a [PathBuf],
    /// The folders that could not be listed.
    pub(crate) unread: &'a [(PathBuf, io::Error)],
    /// What an interrupted installation left behind, in whatever folder.
    pub(crate) leftovers: &'a [PathBuf],
}

/// Something with which the environment cannot be used, until it is made anew.
pub(crate) fn issue(code: &'static str, message: String) -> HealthIssue {
    HealthIssue { code, message, harm: Harm::Unusable, cure: Cure::Recreate }
}

/// The same of something that leads nowhere, which `what` names.
pub(crate) fn replaceable(code: &'static str, message: String, what: String) -> HealthIssue {
    HealthIssue { cure: Cure::Replace(what.into()), ..issue(code, message) }
}

/// Something with which the environment cannot be used, and which a program should not touch.
pub(crate) fn by_hand(code: &'static str, message: String) -> HealthIssue {
    HealthIssue { cure: Cure::ByHand, ..issue(code, message) }
}

/// Everything that is wrong, the cause before its consequences, what makes it unusable before the rest.
pub(crate) fn examine(findings: &Findings<'_>) -> Vec<HealthIssue> {
    let read = findings.read;
    if let Some(found) = other_platform(read) {
        // Whatever else is missing here is missing because of that.
        return vec![found];
    }
    let mut found = Vec::new();
    found.extend(config(findings));
    let python = python(read);
    let python_works = python.is_none();
    found.extend(python);
    let versions = versions(read);
    let versions_agree = versions.is_none();
    found.extend(versions);
    if let Some(unreadable) = unreadable(findings) {
        // Whether pip is among what cannot be read is not known, nor what else is.
        found.push(unreadable);
    } else {
        let half_made = python_works.then(|| half_made(findings)).flatten();
        if versions_agree && half_made.is_none() {
            found.extend(site_packages(findings));
        }
        found.extend(half_made);
    }
    if found.is_empty() {
        found.extend(legacy(read));
        found.extend(moved::moved(findings));
    }
    found.extend(leftovers(findings));
    if read.conda {
        // conda alone makes and repairs its environments.
        for issue in found.iter_mut().filter(|issue| issue.cure == Cure::Recreate) {
            issue.cure = Cure::ByHand;
        }
    }
    found
}

fn other_platform(read: &Read<'_>) -> Option<HealthIssue> {
    let windows = read.system.platform().is_windows();
    let home = read.config.values().and_then(|values| values.home.as_deref()?.to_str());
    // `C:\Python312`
    let home_on_windows = home.is_some_and(|home| home.as_bytes().get(1) == Some(&b':'));
    let home_on_posix = home.is_some_and(|home| home.starts_with('/'));
    // MSYS2's Python is at home on Windows, and lays everything out as on POSIX.
    let foreign = if windows { home_on_posix && read.bin.folder != "bin" } else { home_on_windows };
    if !read.bin.foreign && !foreign {
        return None;
    }
    Some(made_on(if windows { "Linux or macOS" } else { "Windows" }))
}

fn made_on(maker: &str) -> HealthIssue {
    issue(
        "other-platform",
        format!(
            "it was made on {maker} and does not work here: recreate it, or, where both systems use this folder, make one of this system's own under another name"
        ),
    )
}

fn config(findings: &Findings<'_>) -> Option<HealthIssue> {
    let read = findings.read;
    match read.config {
        Config::Found(values) => too_long(read, values),
        Config::Unreadable(_) => {
            let message = "this user may not read `pyvenv.cfg` (permission denied): make it readable again, or ask whoever owns it";
            Some(by_hand("pyvenv-cfg-unreadable", message.to_owned()))
        }
        Config::Corrupt(_, problem) => {
            Some(issue("pyvenv-cfg-corrupt", format!("`pyvenv.cfg` {problem}: recreate the environment")))
        }
        Config::Missing if read.conda || read.legacy => None,
        Config::Missing => {
            let message = "`pyvenv.cfg` is missing, so its Python works as the one that it was made from: recreate the environment";
            let issue = issue("pyvenv-cfg-missing", message.to_owned());
            // A Python in a folder `bin` proves nothing; with `activate` or packages of its own it was an environment.
            let is_proven = is_activated(read) || findings.own.iter().any(|site| read.system.is_dir(site));
            Some(if is_proven { issue } else { HealthIssue { cure: Cure::ByHand, ..issue } })
        }
    }
}

/// Of CPython since 3.11, which then says "cannot read file larger than 32KB during initialization".
fn too_long(read: &Read<'_>, values: &PyvenvCfg) -> Option<HealthIssue> {
    const LIMIT: usize = 32 << 10;
    if values.length < LIMIT {
        return None;
    }
    let (major, minor) =
        read.python_name().filter(|name| name.implementation == Implementation::CPython)?.version()?;
    let message = format!(
        "`pyvenv.cfg` is larger than 32 KB, with which Python {major}.{minor} does not start: recreate the environment"
    );
    ((major, minor) >= (3, 11)).then(|| issue("pyvenv-cfg-corrupt", message))
}

fn is_activated(read: &Read<'_>) -> bool {
    read.system.link_metadata(&read.root.join(read.bin.folder).join("activate")).is_ok()
}

fn python(read: &Read<'_>) -> Option<HealthIssue> {
    let own = relative(read);
    if !read.bin.present {
        let message = if read.conda {
            "it has no Python: run `conda install python` in it".to_owned()
        } else {
            format!("`{own}` is missing: recreate the environment")
        };
        return Some(issue("python-missing", message));
    }
    let Some(end) = read.chain.end else {
        let target = read.chain.last().unwrap_or(&read.bin.executable);
        if read.chain.forbidden {
            let message = format!("`{own}` leads to `{}`, {UNREACHABLE}", target.display());
            return Some(by_hand("python-unreachable", message));
        }
        if read.chain.is_circle() {
            let message = format!(
                "`{own}` is a link, and the links go in a circle: recreate the environment with an installed Python"
            );
            return Some(issue("python-missing", message));
        }
        let message = format!(
            "`{own}` leads to `{}`, which is gone: recreate the environment with an installed Python",
            target.display()
        );
        return Some(issue("python-missing", message));
    };
    if end.kind != FileKind::File || !end.executable {
        let message = format!("`{own}` is no program that may be executed: recreate the environment");
        return Some(issue("python-not-executable", message));
    }
    if read.chain.is_link() || read.conda {
        return None;
    }
    other_machine(read).or_else(|| base_python(read))
}

/// A copied executable may come from another machine along with its folder.
fn other_machine(read: &Read<'_>) -> Option<HealthIssue> {
    let target = target_of(read.system, &read.bin.executable)?;
    let platform = read.system.platform();
    if runs_on(target, platform) {
        return None;
    }
    Some(match (target.system, target.machine) {
        (Kind::Elf, Some(machine)) if platform.sys_platform == "linux" => other_cpu(read, machine),
        (Kind::MachO, Some(machine)) if platform.sys_platform == "darwin" => other_cpu(read, machine),
        (Kind::Pe, Some(machine)) if platform.is_windows() => other_cpu(read, machine),
        (Kind::Elf, _) => made_on("Linux"),
        (Kind::MachO, _) => made_on("macOS"),
        (Kind::Pe, _) => made_on("Windows"),
    })
}

fn other_cpu(read: &Read<'_>, machine: &str) -> HealthIssue {
    let message = format!(
        "`{}` was made for another processor ({machine}; this one is {}): recreate the environment",
        relative(read),
        read.system.platform().machine
    );
    issue("other-cpu", message)
}

/// A copied executable, as on Windows, needs the installation that it was copied from.
fn base_python(read: &Read<'_>) -> Option<HealthIssue> {
    let home = read.config.values()?.home.as_deref()?;
    if read.system.platform().is_windows() && home.starts_with("/") {
        // A path in MSYS2's own tree, whose place on the disk is not known here.
        return None;
    }
    let names: &[&str] =
        if read.system.platform().is_windows() { &["python.exe"] } else { &["python3", "python"] };
    let versioned = read.folders.first().and_then(|folder| folder.name.folder());
    let names = names.iter().copied().chain(versioned.as_deref()).chain(["pypy3", "graalpy"]);
    if names.clone().any(|name| read.system.is_file(&home.join(name))) {
        return None;
    }
    if names.clone().any(|name| is_forbidden(&read.system.metadata(&home.join(name)))) {
        let message = format!("the Python that it was made from is in `{}`, {UNREACHABLE}", home.display());
        return Some(by_hand("python-unreachable", message));
    }
    let message = format!(
        "the Python that it was made from is gone from `{}`: recreate the environment with an installed Python",
        home.display()
    );
    Some(issue("base-python-missing", message))
}

fn versions(read: &Read<'_>) -> Option<HealthIssue> {
    // conda moves its packages along when it changes its Python, and may leave a folder behind.
    if read.conda {
        return None;
    }
    let mut names: Vec<PythonName> = read.folders.iter().map(|folder| folder.name).collect();
    names.sort_unstable_by_key(|name| (name.version(), name.free_threaded));
    names.dedup();
    let alive = read.chain.end.and(read.chain.name);
    if let Some(executable) = alive
        && !names.is_empty()
        && !names.iter().any(|name| name.version() == executable.version())
    {
        let folder = names[0].folder().unwrap_or_default();
        let message = format!(
            "`{}` is {} by now, but the packages are in `lib/{folder}`, where it does not look: recreate the environment",
            relative(read),
            title(executable)
        );
        return Some(issue("version-mismatch", message));
    }
    if names.len() > 1 {
        let all: Vec<String> = names.iter().map(|&name| title(name)).collect();
        let message = format!(
            "it was made twice, for {}, and its parts no longer fit together: recreate the environment",
            all.join(" and for ")
        );
        return Some(issue("two-pythons", message));
    }
    None
}

/// `venv` writes `activate` last, after pip.
fn half_made(findings: &Findings<'_>) -> Option<HealthIssue> {
    let read = findings.read;
    if findings.kind != EnvironmentKind::Venv || findings.has_pip || !matches!(read.config, Config::Found(_))
    {
        return None;
    }
    if is_activated(read) {
        return None;
    }
    Some(issue(
        "half-made",
        "its creation stopped half-way, without pip and `activate`: recreate the environment, on Debian and Ubuntu after installing `python3-venv`"
            .to_owned(),
    ))
}

/// The folders of its own that could not be listed.
fn failed<'a>(findings: &'a Findings<'_>) -> impl Iterator<Item = &'a (PathBuf, io::Error)> {
    findings.unread.iter().filter(|(folder, _)| findings.own.contains(folder))
}

fn unreadable(findings: &Findings<'_>) -> Option<HealthIssue> {
    let (folder, error) = failed(findings).find(|(_, error)| error.kind() != io::ErrorKind::NotFound)?;
    let message = format!(
        "`{}` cannot be read ({}), often after a `sudo pip install`: make its files yours again",
        folder.display(),
        error.kind()
    );
    Some(by_hand("site-packages-unreadable", message))
}

fn site_packages(findings: &Findings<'_>) -> Option<HealthIssue> {
    let own = findings.own;
    // Where there are `lib64` and `lib`, one of them is enough.
    if own.is_empty() || failed(findings).count() < own.len() {
        return None;
    }
    let message = format!("`{}` is missing: recreate the environment", own[0].display());
    Some(issue("site-packages-missing", message))
}

/// virtualenv before 20 wrote no `pyvenv.cfg`.
fn legacy(read: &Read<'_>) -> Option<HealthIssue> {
    let message = "a virtualenv older than 20 made it, in a way that pip 26.2 and other tools no longer take for an environment: recreate the environment";
    let found = HealthIssue { harm: Harm::Partial, ..issue("legacy-virtualenv", message.to_owned()) };
    read.legacy.then_some(found)
}

/// pip renames what it replaces to `~…`, and removes that at the end.
fn leftovers(findings: &Findings<'_>) -> Option<HealthIssue> {
    let is_own =
        |path: &&PathBuf| path.parent().is_some_and(|folder| findings.own.iter().any(|own| own == folder));
    let mut paths: Vec<PathBuf> = findings.leftovers.iter().filter(is_own).cloned().collect();
    paths.sort_unstable();
    let first = paths.first()?.file_name()?.to_string_lossy().into_owned();
    let message = match paths.len() {
        1 => format!("an installation was interrupted and left the folder `{first}` behind: remove it"),
        count => format!(
            "an installation was interrupted and left `{first}` and {} behind: remove them",
            counted(count - 1, "more folder")
        ),
    };
    Some(HealthIssue { code: "leftovers", message, harm: Harm::Partial, cure: Cure::Remove(paths) })
}

/// The executable as it is called inside the environment.
fn relative(read: &Read<'_>) -> String {
    let executable = &read.bin.executable;
    executable.strip_prefix(read.root).unwrap_or(executable).display().to_string()
}
