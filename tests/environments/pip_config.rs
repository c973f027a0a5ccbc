//! pip's configuration: what we take from its files and variables is what the real pip does with them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use venv_analysis::facts::PipSettings;
use venv_discovery::system::{DirEntry, Metadata, Platform};
use venv_discovery::{OsSystem, System, read_pip_settings};

use super::{machine, make_venv};

/// This machine, with another home and other variables.
struct Elsewhere {
    system: OsSystem,
    home: PathBuf,
    variables: Vec<(&'static str, String)>,
}

impl Elsewhere {
    fn new(home: &Path) -> Self {
        let lists = format!("{0}/one:{0}/two", home.display());
        let variables = vec![("XDG_CONFIG_DIRS", lists)];
        Self { system: OsSystem::new(), home: home.to_owned(), variables }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.home.join(path);
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }

    /// What `pip` of this Python says here.
    fn pip(&self, python: &Path, args: &[&str]) -> String {
        let output = Command::new(python)
            .args(["-m", "pip"])
            .args(args)
            .current_dir(&self.home)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.home)
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap_or_else(|error| panic!("`{}` does not start: {error}", python.display()));
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }
}

impl System for Elsewhere {
    fn read_head(&self, path: &Path, limit: usize) -> io::Result<Vec<u8>> {
        self.system.read_head(path, limit)
    }
    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        self.system.read_dir(path)
    }
    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.system.metadata(path)
    }
    fn link_metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.system.link_metadata(path)
    }
    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.system.read_link(path)
    }
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.system.canonicalize(path)
    }
    fn env(&self, name: &str) -> Option<String> {
        let found = self.variables.iter().find(|(variable, _)| *variable == name);
        found.map(|(_, value)| value.clone()).filter(|value| !value.is_empty())
    }
    fn variables_ending_in(&self, _: &str) -> Vec<(String, String)> {
        Vec::new()
    }
    fn home(&self) -> Option<PathBuf> {
        Some(self.home.clone())
    }
    fn user_id(&self) -> Option<u32> {
        self.system.user_id()
    }
    fn platform(&self) -> &Platform {
        self.system.platform()
    }
}

/// What is in the files, by their paths in the home folder, and in the variable; the option is `$`.
type Case = (&'static [(&'static str, &'static str)], Option<&'static str>);

const CASES: &[Case] = &[
    (&[], None),
    (&[("one/pip/pip.conf", "[global]\n$ = true\n")], None),
    (&[("one/pip/pip.conf", "[global]\n$ = true\n"), ("two/pip/pip.conf", "[global]\n$ = false\n")], None),
    (&[("one/pip/pip.conf", "[install]\n$ = no\n"), (".config/pip/pip.conf", "[global]\n$ = yes\n")], None),
    (&[(".pip/pip.conf", "[install]\n--$: ON\n")], None),
    (&[(".pip/pip.conf", "[global]\n$ = 1\n"), (".config/pip/pip.conf", "[global]\n$ = 0\n")], None),
    (&[(".config/pip/pip.conf", "[uninstall]\n$ = true\n[GLOBAL]\n$ = true\n")], None),
    (&[(".config/pip/pip.conf", "[global]\n$ = true\n[install]\n$ =\n")], None),
    (&[(".config/pip/pip.conf", "[global]\n$ = true\n")], Some("0")),
    (&[(".config/pip/pip.conf", "[global]\n$ = true\n")], Some("")),
    (&[(".config/pip/pip.conf", "[install]\n$ = false\n")], Some("yes")),
    (&[(".config/pip/pip.conf", "[:env:]\n$ = t\n[install]\n$ = false\n")], None),
    (&[(".config/pip/pip.conf", "[DEFAULT]\n$ = true\n[list]\n[install]\n")], None),
    (&[(".config/pip/pip.conf", "[global] ; note\n# $ = false\n$ = true\n  \n; $ = false\n")], None),
];

/// Whether `pip install` works as if the option were on, by our reading and by pip's own word.
fn compare(python: &Path, prefix: Option<&Path>, option: &str, sign: &str, sign_means_on: bool) {
    let variable = if option == "user" { "PIP_USER" } else { "PIP_BREAK_SYSTEM_PACKAGES" };
    for (files, value) in CASES {
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        let mut here = Elsewhere::new(&fs::canonicalize(home.path()).expect("it exists"));
        for (path, text) in *files {
            here.write(path, &text.replace('$', option));
        }
        here.variables.extend(value.map(|value| (variable, value.to_owned())));
        let settings: PipSettings = read_pip_settings(&here, prefix);
        let ours = settings.find_on(option, "install").is_some();
        let said = here.pip(python, &["install", "--dry-run", "--no-index", "no-such-distribution"]);
        let theirs = said.contains(sign) == sign_means_on;
        assert_eq!(ours, theirs, "{option} in {files:?}, {variable}={value:?}: {said}");
    }
}

#[test]
fn a_managed_python_is_protected_as_we_say() {
    let managed = machine().1.interpreters.into_iter().find(|python| {
        // Before 23.0.1 pip knew no such option.
        let minors = (23, 1);
        python.externally_managed.is_some()
            && python
                .pip
                .as_ref()
                .is_some_and(|pip| *pip >= venv_syntax::Version::new([minors.0, 0, minors.1]))
    });
    let Some(python) = managed else {
        eprintln!("skipped: no Python here is externally managed and has pip 23.0.1");
        return;
    };
    compare(&python.executable, None, "break-system-packages", "externally-managed-environment", false);
    eprintln!("checked: `{}`", python.executable.display());
}

#[test]
fn an_environment_is_installed_into_as_we_say() {
    let Some(python) = machine().1.interpreters.into_iter().find(|python| python.has_ensurepip) else {
        eprintln!("skipped: no Python here can put pip into an environment");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let root = fs::canonicalize(folder.path()).expect("it exists").join("made");
    make_venv(&python, &root, &[]).expect("it has ensurepip");
    let own = root.join("bin/python");
    compare(&own, Some(&root), "user", "Can not perform a '--user' install", true);

    // Every file that pip says it reads is one of ours.
    let home = tempfile::tempdir().expect("a temporary folder can be made");
    let mut here = Elsewhere::new(&fs::canonicalize(home.path()).expect("it exists"));
    for path in ["one/pip/pip.conf", "two/pip/pip.conf", ".pip/pip.conf", ".config/pip/pip.conf", "mine.conf"]
    {
        here.write(path, "[global]\nuser = false\n");
    }
    fs::write(root.join("pip.conf"), "[install]\nuser = true\n").expect("files can be written");
    let read_by_pip = |here: &Elsewhere| -> BTreeSet<PathBuf> {
        let said = here.pip(&own, &["config", "debug"]);
        let lines = said.lines().filter_map(|line| line.trim().strip_suffix(", exists: True"));
        lines.map(PathBuf::from).filter(|path| *path != Path::new("/etc/pip.conf")).collect()
    };
    let read_by_us = |here: &Elsewhere| -> BTreeSet<PathBuf> {
        let settings = read_pip_settings(here, Some(&root));
        settings.files().filter(|path| *path != Path::new("/etc/pip.conf")).map(Path::to_owned).collect()
    };
    assert_eq!(read_by_us(&here).len(), 5);
    assert_eq!(read_by_us(&here), read_by_pip(&here));
    let named = here.home.join("mine.conf").to_string_lossy().into_owned();
    here.variables.push(("PIP_CONFIG_FILE", named));
    assert!(read_by_us(&here).contains(&here.home.join("mine.conf")));
    // pip lists the user's files all the same, and does not read them.
    let of_user = |path: &PathBuf| {
        !path.starts_with(here.home.join(".pip")) && !path.starts_with(here.home.join(".config"))
    };
    let theirs: BTreeSet<PathBuf> = read_by_pip(&here).into_iter().filter(of_user).collect();
    assert_eq!(read_by_us(&here), theirs);
    let on = |here: &Elsewhere| read_pip_settings(here, Some(&root)).find_on("user", "install").is_some();
    assert!(on(&here), "the environment's own file has a section for the command");
    here.variables.pop();
    here.variables.push(("PIP_CONFIG_FILE", "/dev/null".to_owned()));
    assert!(!on(&here));
    let said = here.pip(&own, &["install", "--dry-run", "--no-index", "no-such-distribution"]);
    assert!(!said.contains("--user"), "{said}");
}
