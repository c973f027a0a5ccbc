//! A person's desk: a folder with files and environments in it, a home of its own, and an editor.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::client::{Client, editor_capabilities};
use test_support::index::Index;

pub struct Desk {
    folder: TempDir,
    /// Variables for everything that is started here.
    variables: Vec<(&'static str, String)>,
    /// A program that starts venv-lsp, with its arguments.
    through: Vec<&'static str>,
}

/// A server that is told to end when its test ends, and has to.
pub struct Editor {
    client: Client,
    done: bool,
}

impl Desk {
    pub fn new() -> Self {
        Self::within(&std::env::temp_dir())
    }

    /// A desk that lies in this folder.
    pub fn within(folder: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("venv-lsp-desk-").tempdir_in(folder);
        let folder = folder.expect("a temporary folder");
        std::fs::create_dir(folder.path().join("home")).expect("a home");
        std::fs::create_dir(folder.path().join("work")).expect("a folder to work in");
        Self { folder, variables: Vec::new(), through: Vec::new() }
    }

    /// The workspace.
    pub fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.work().join(path)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("its folder");
        std::fs::write(&path, text).expect("the file");
        path
    }

    /// From now on everything that is started here has this variable.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.variables.push((name, value.into()));
    }

    /// The names in the folder that is worked in, in their order.
    pub fn entries(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.work()).expect("a folder").flatten();
        let mut names: Vec<_> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }

    /// From now on venv-lsp is started by this program.
    pub fn start_through(&mut self, words: &[&'static str]) {
        self.through = words.to_vec();
    }

    /// From now on pip and uv use this index, and nothing else.
    pub fn use_index(&mut self, index: &Index) {
        self.set("PIP_INDEX_URL", index.url());
        self.set("UV_DEFAULT_INDEX", index.url());
        self.set("PIP_CONFIG_FILE", if cfg!(windows) { "nul" } else { "/dev/null" });
        self.set("UV_NO_CONFIG", "1");
        self.set("PIP_RETRIES", "0");
        self.set("UV_HTTP_RETRIES", "0");
        self.set("UV_LINK_MODE", "copy");
    }

    /// An environment of files alone, as `python -m venv` lays it out, with these distributions.
    pub fn environment(&self, path: &str, distributions: &[&str]) -> PathBuf {
        let root = self.path(path);
        let site = root.join("lib/python3.12/site-packages");
        std::fs::create_dir_all(&site).expect("site-packages");
        std::fs::create_dir_all(root.join("bin")).expect("bin");
        let home = self.folder.path().join("base");
        std::fs::create_dir_all(&home).expect("the base");
        for python in [home.join("python3.12"), home.join("python3")] {
            std::fs::write(&python, "").expect("the base's python");
            executable(&python);
        }
        std::fs::write(
            root.join("pyvenv.cfg"),
            format!("home = {}\ninclude-system-site-packages = false\nversion = 3.12.1\n", home.display()),
        )
        .expect("pyvenv.cfg");
        for name in ["python", "python3", "python3.12"] {
            link(&home.join("python3.12"), &root.join("bin").join(name));
        }
        std::fs::write(root.join("bin/activate"), "").expect("activate");
        for distribution in distributions {
            install_by_hand(&root, distribution);
        }
        root
    }

    /// Runs the program on its command line.
    pub fn run(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
        self.command().args(arguments).output().expect("venv-lsp starts")
    }

    pub fn command(&self) -> Command {
        let mut words = self.through.iter().copied().chain([env!("CARGO_BIN_EXE_venv-lsp")]);
        let mut command = Command::new(words.next().expect("there is one word at least"));
        command.args(words);
        let home = self.folder.path().join("home");
        for variable in [
            "VIRTUAL_ENV",
            "CONDA_PREFIX",
            "PYTHONHOME",
            "PYTHONPATH",
            "VENV_LSP_LOG",
            "XDG_CACHE_HOME",
            "XDG_STATE_HOME",
        ] {
            command.env_remove(variable);
        }
        // pyenv and the like are found by the home of the user who runs the tests.
        if let Some(real_home) = std::env::var_os("HOME")
            && std::env::var_os("PYENV_ROOT").is_none()
        {
            command.env("PYENV_ROOT", Path::new(&real_home).join(".pyenv"));
        }
        command.env("HOME", &home).env("XDG_CACHE_HOME", home.join(".cache")).current_dir(self.work());
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }

    /// An editor with the workspace open.
    pub fn editor(&self) -> Editor {
        self.editor_with(editor_capabilities(), json!({}))
    }

    pub fn editor_with(&self, capabilities: Value, options: Value) -> Editor {
        let mut editor = self.editor_without_a_word();
        editor.initialize(&[&self.work()], capabilities, options).expect("`initialize` is answered");
        editor
    }

    /// An editor that has said nothing yet.
    pub fn editor_without_a_word(&self) -> Editor {
        let client = Client::spawn(self.command().arg("server")).expect("the server starts");
        Editor { client, done: false }
    }
}

impl Editor {
    /// The codes of the diagnostics with their lines, once they are these.
    pub fn expect(&mut self, path: &Path, wanted: &[&str]) -> Vec<Value> {
        let codes = |list: &[Value]| -> Vec<String> {
            list.iter()
                .map(|found| {
                    let line = found["range"]["start"]["line"].as_u64().unwrap_or(u64::MAX);
                    format!("{line}:{}", found["code"].as_str().unwrap_or("?"))
                })
                .collect()
        };
        match self.client.diagnostics(path, |list| codes(list) == wanted) {
            Ok(list) => list,
            Err(error) => panic!("{wanted:?} did not come: {error}"),
        }
    }

    /// The action whose title starts so.
    pub fn action(&mut self, path: &Path, part: &str, title: &str) -> Value {
        let range = self.client.range_of(path, part);
        let actions = self.client.code_actions(path, &range).expect("actions are answered");
        let titles: Vec<_> = actions.iter().map(|action| action["title"].clone()).collect();
        let found = actions
            .into_iter()
            .find(|action| action["title"].as_str().is_some_and(|it| it.starts_with(title)));
        found.unwrap_or_else(|| panic!("no action `{title}` among {titles:?}"))
    }

    /// The test ends the server in its own way.
    pub fn ended(mut self) {
        self.done = true;
    }
}

impl std::ops::Deref for Editor {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl std::ops::DerefMut for Editor {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        if self.done || std::thread::panicking() {
            return;
        }
        let status = self.client.shutdown().expect("the server ends when it is asked to");
        assert!(status.success(), "the server ended with {status}: {}", self.client.stderr());
        let panicked = self.client.stderr().contains("panicked");
        assert!(!panicked, "a defect was survived: {}", self.client.stderr());
    }
}

/// What an installer leaves behind, as far as names and versions go.
pub fn install_by_hand(environment: &Path, distribution: &str) {
    let (name, version) = distribution.split_once("==").expect("`name==version`");
    let folder = environment.join(format!("lib/python3.12/site-packages/{name}-{version}.dist-info"));
    std::fs::create_dir_all(&folder).expect("dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
    std::fs::write(folder.join("METADATA"), metadata).expect("METADATA");
    std::fs::write(folder.join("RECORD"), "").expect("RECORD");
}

#[cfg(unix)]
fn link(target: &Path, link: &Path) {
    std::os::unix::fs::symlink(target, link).expect("a link");
}

#[cfg(not(unix))]
fn link(target: &Path, link: &Path) {
    std::fs::copy(target, link).expect("a copy");
}

#[cfg(unix)]
fn executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("permissions");
}

#[cfg(not(unix))]
fn executable(_: &Path) {}
