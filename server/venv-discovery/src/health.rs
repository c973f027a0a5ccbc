//! What is wrong with an environment, in words that say what to do about it.
//!
//! An environment without pip is not ill: uv makes them so, and packages get in without it.

use std::io;
use std::path::PathBuf;

use venv_analysis::facts::{Cure, EnvironmentKind, Harm, HealthIssue};

use crate::environment::Read;
use crate::installation::title;
use crate::layout::PythonName;
use crate::pyvenv_cfg::Config;
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
}

/// Something with which the environment cannot be used, until it is made anew.
pub(crate) fn issue(code: &'static str, message: String) -> HealthIssue {
    HealthIssue { code, message, harm: Harm::Unusable, cure: Cure::Recreate }
}

/// Everything that is wrong, the cause before its consequences.
pub(crate) fn examine(findings: &Findings<'_>) -> Vec<HealthIssue> {
    let read = findings.read;
    if let Some(found) = other_platform(read) {
        // Whatever else is missing here is missing because of that.
        return vec![found];
    }
    let mut found = Vec::new();
    found.extend(config(read));
    let python = python(read);
    let python_works = python.is_none();
    found.extend(python);
    let versions = versions(read);
    let versions_agree = versions.is_none();
    found.extend(versions);
    let half_made = python_works.then(|| half_made(findings)).flatten();
    if versions_agree && half_made.is_none() {
        found.extend(site_packages(findings));
    }
    found.extend(half_made);
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
    let maker = if windows { "Linux or macOS" } else { "Windows" };
    Some(issue(
        "other-platform",
        format!(
            "it was made on {maker} and does not work here: create one of this system's own in another folder, or delete it first"
        ),
    ))
}

fn config(read: &Read<'_>) -> Option<HealthIssue> {
    match read.config {
        Config::Found(_) => None,
        Config::Corrupt(_, problem) => {
            Some(issue("pyvenv-cfg-corrupt", format!("`pyvenv.cfg` {problem}: recreate the environment")))
        }
        Config::Missing if read.conda || read.legacy => None,
        Config::Missing => Some(issue(
            "pyvenv-cfg-missing",
            "`pyvenv.cfg` is missing, so its Python works as the one that it was made from: recreate the environment"
                .to_owned(),
        )),
    }
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
    base_python(read)
}

/// A copied executable, as on Windows, needs the installation that it was copied from.
fn base_python(read: &Read<'_>) -> Option<HealthIssue> {
    if read.chain.is_link() || read.conda {
        return None;
    }
    let home = read.config.values()?.home.as_deref()?;
    if read.system.platform().is_windows() && home.starts_with("/") {
        // A path in MSYS2's own tree, whose place on the disk is not known here.
        return None;
    }
    let names: &[&str] =
        if read.system.platform().is_windows() { &["python.exe"] } else { &["python3", "python"] };
    let versioned = read.folders.first().and_then(|folder| folder.name.folder());
    let mut names = names.iter().copied().chain(versioned.as_deref()).chain(["pypy3", "graalpy"]);
    if names.any(|name| read.system.is_file(&home.join(name))) {
        return None;
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
    if read.system.link_metadata(&read.root.join(read.bin.folder).join("activate")).is_ok() {
        return None;
    }
    Some(issue(
        "half-made",
        "its creation stopped half-way, without pip and `activate`: recreate the environment, on Debian and Ubuntu after installing `python3-venv`"
            .to_owned(),
    ))
}

fn site_packages(findings: &Findings<'_>) -> Option<HealthIssue> {
    let own = findings.own;
    // Where there are `lib64` and `lib`, one of them is enough.
    let failed: Vec<_> = findings.unread.iter().filter(|(folder, _)| own.contains(folder)).collect();
    if let Some((folder, error)) = failed.iter().find(|(_, error)| error.kind() != io::ErrorKind::NotFound) {
        let message = format!(
            "`{}` cannot be read ({}): make its files yours again, or recreate the environment",
            folder.display(),
            error.kind()
        );
        return Some(issue("site-packages-unreadable", message));
    }
    if !own.is_empty() && failed.len() == own.len() {
        let message = format!("`{}` is missing: recreate the environment", own[0].display());
        return Some(issue("site-packages-missing", message));
    }
    None
}

/// The executable as it is called inside the environment.
fn relative(read: &Read<'_>) -> String {
    let executable = &read.bin.executable;
    executable.strip_prefix(read.root).unwrap_or(executable).display().to_string()
}
