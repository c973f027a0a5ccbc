//! Which environment a tool uses, as the tool itself says, against what is found by its files. A tool that is not on
//! `PATH` is named in the output.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use venv_analysis::facts::Resolution;
use venv_discovery::{
    OsSystem, Request, System, read_environment, resolve,
    system::{DirEntry, Metadata, Platform},
};

/// This machine, with another home folder, and without the variables of the process.
struct AtHome {
    system: OsSystem,
    home: PathBuf,
}

impl System for AtHome {
    fn read_head(&self, path: &Path, limit: usize) -> std::io::Result<Vec<u8>> {
        self.system.read_head(path, limit)
    }
    fn read_dir(&self, path: &Path) -> std::io::Result<Vec<DirEntry>> {
        self.system.read_dir(path)
    }
    fn metadata(&self, path: &Path) -> std::io::Result<Metadata> {
        self.system.metadata(path)
    }
    fn link_metadata(&self, path: &Path) -> std::io::Result<Metadata> {
        self.system.link_metadata(path)
    }
    fn read_link(&self, path: &Path) -> std::io::Result<PathBuf> {
        self.system.read_link(path)
    }
    fn canonicalize(&self, path: &Path) -> std::io::Result<PathBuf> {
        self.system.canonicalize(path)
    }
    fn env(&self, name: &str) -> Option<String> {
        if name == "PATH" { self.system.env(name) } else { None }
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

/// A home folder and a project in it.
struct Desk {
    _folder: tempfile::TempDir,
    system: AtHome,
    project: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = fs::canonicalize(folder.path()).expect("it exists");
        let (home, project) = (root.join("home"), root.join("home").join("My (Demo) ä"));
        fs::create_dir_all(&project).expect("folders can be made");
        Self { _folder: folder, system: AtHome { system: OsSystem::new(), home }, project }
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.project.join(name), text).expect("files can be written");
    }

    /// What `tool` prints last. `None` where it is not there.
    #[expect(clippy::print_stderr, reason = "what is left out is named in the output of the test")]
    fn ask(&self, tool: &str, args: &[&str]) -> Option<String> {
        let mut command = Command::new(tool);
        command.args(args).current_dir(&self.project).env_clear().env("HOME", &self.system.home);
        command.env("PATH", self.system.env("PATH").unwrap_or_default()).env("UV_PYTHON_DOWNLOADS", "never");
        command.env("PDM_CHECK_UPDATE", "0").env("PIPENV_NOSPIN", "1").env("LANG", "C.UTF-8");
        command.env("UV_OFFLINE", "1");
        // A shim of a version manager may be there without the tool.
        let works = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
        let Some(output) = works.then(|| command.output().ok()).flatten() else {
            eprintln!("skipped: there is no `{tool}` on `PATH`");
            return None;
        };
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "`{tool} {args:?}` fails: {errors}");
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Some(text.lines().last().unwrap_or_default().to_owned())
    }

    fn resolve(&self, file: &str) -> Resolution {
        let request = Request {
            file: self.project.join(file),
            workspace_root: Some(self.project.clone()),
            named: None,
        };
        resolve(&self.system, &request, &|root| read_environment(&self.system, root).map(Arc::new))
    }

    /// Ours is theirs, and of the kind that the tool has.
    #[track_caller]
    #[expect(clippy::print_stderr, reason = "what was compared is named in the output of the test")]
    fn check(&self, file: &str, theirs: &str, kind: &str) {
        let found = self.resolve(file);
        let chosen = found.chosen.unwrap_or_else(|| panic!("nothing is found: {:#?}", found.candidates));
        assert_eq!(chosen.environment.root, Path::new(theirs), "{}", chosen.reason);
        assert_eq!(chosen.environment.kind.as_str(), kind);
        assert_eq!(chosen.environment.health, []);
        eprintln!("checked: {} is {}", chosen.environment.root.display(), chosen.reason);
    }
}

#[test]
fn poetry_finds_the_same() {
    let desk = Desk::new();
    desk.write(
        "pyproject.toml",
        "[tool.poetry]\nname = \"My_Demo.x\"\nversion = \"0\"\ndescription = \"\"\nauthors = []\npackages = []\n\
         [tool.poetry.dependencies]\npython = \">=3.9\"\n",
    );
    if desk.ask("poetry", &["install", "--no-root", "--no-interaction"]).is_none() {
        return;
    }
    let theirs = || desk.ask("poetry", &["env", "info", "--path"]).expect("it is there");
    desk.check("a/b/r.txt", &theirs(), "poetry");
    // Poetry takes a `.venv` as soon as there is one, unless it is told not to.
    fs::create_dir(desk.project.join(".venv")).expect("folders can be made");
    assert_eq!(Path::new(&theirs()), desk.project.join(".venv"));
    assert!(desk.resolve("r.txt").chosen.is_none(), "Poetry would, but it is no environment");
    desk.write("poetry.toml", "[virtualenvs]\nin-project = false\n");
    desk.check("r.txt", &theirs(), "poetry");
}

#[test]
fn pipenv_finds_the_same() {
    let desk = Desk::new();
    desk.write("Pipfile", "[packages]\n");
    if desk.ask("pipenv", &["install", "--skip-lock"]).is_none() {
        return;
    }
    let theirs = || desk.ask("pipenv", &["--venv"]).expect("it is there");
    desk.check("a/b/r.txt", &theirs(), "pipenv");
    // A folder that somebody else made changes nothing; a name in a file does.
    fs::create_dir(desk.project.join(".venv")).expect("folders can be made");
    desk.check("r.txt", &theirs(), "pipenv");
    fs::remove_dir(desk.project.join(".venv")).expect("it is there");
    desk.write(".venv", "shared\n");
    desk.ask("pipenv", &["install", "--skip-lock"]);
    desk.check("r.txt", &theirs(), "pipenv");
}

#[test]
fn hatch_finds_the_same() {
    let desk = Desk::new();
    desk.write(
        "pyproject.toml",
        "[project]\nname = \"My_Demo.x\"\nversion = \"0\"\n[tool.hatch.envs.default]\nskip-install = true\n",
    );
    if desk.ask("hatch", &["env", "create"]).is_none() {
        return;
    }
    let theirs = desk.ask("hatch", &["env", "find"]).expect("it is there");
    desk.check("a/b/r.txt", &theirs, "hatch");
}

#[test]
fn pdm_finds_the_same() {
    let desk = Desk::new();
    desk.write(
        "pyproject.toml",
        "[project]\nname = \"demo\"\nversion = \"0\"\nrequires-python = \">=3.9\"\n[tool.pdm]\ndistribution = false\n",
    );
    if desk.ask("pdm", &["config", "venv.in_project", "false"]).is_none() {
        return;
    }
    desk.ask("pdm", &["install"]);
    let python = desk.ask("pdm", &["info", "--python"]).expect("it is there");
    let theirs = Path::new(&python).parent().and_then(Path::parent).and_then(Path::to_str);
    let theirs = theirs.expect("it lies in an environment");
    desk.check("a/b/r.txt", theirs, "pdm");
    fs::remove_file(desk.project.join(".pdm-python")).expect("it is there");
    desk.check("r.txt", theirs, "pdm");
}

#[test]
fn uv_finds_the_same_for_a_script() {
    let desk = Desk::new();
    for name in ["My tool.py", "__main__.py"] {
        desk.write(name, "# /// script\n# dependencies = []\n# ///\nimport sys\nprint(sys.prefix)\n");
        let Some(theirs) = desk.ask("uv", &["run", "--quiet", "--no-config", name]) else { return };
        desk.check(name, &theirs, "uv");
    }
}
