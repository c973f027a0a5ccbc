//! A machine in memory: files, folders, links, owners, variables, and a count of everything that was asked.
//!
//! Paths are compared as text, part by part, with `/` between the parts. On a Windows machine `\` separates
//! as well, so that a `pyvenv.cfg` can say `C:\Python312` while the test that runs on Linux says
//! `C:/Python312`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use venv_discovery::system::{DirEntry, FileKind, Metadata, Platform, System};

/// The user that a [`MemorySystem`] acts for, and the owner of what it holds.
pub const USER: u32 = 1000;

/// A machine in memory.
#[derive(Debug)]
pub struct MemorySystem {
    nodes: BTreeMap<Vec<String>, Node>,
    variables: BTreeMap<String, String>,
    home: PathBuf,
    user_id: Option<u32>,
    platform: Platform,
    /// Goes on with each change; one unit is a second.
    clock: u64,
    calls: Mutex<Vec<(Call, PathBuf)>>,
}

/// What was asked of a [`MemorySystem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `read_head`, also through `read_within` and `read`.
    Read,
    /// `read_dir`.
    ReadDir,
    /// `metadata` and `link_metadata`, also through `is_file` and `is_dir`.
    Metadata,
    /// `read_link`.
    ReadLink,
    /// `canonicalize`.
    Canonicalize,
}

#[derive(Clone, Debug)]
struct Node {
    content: Content,
    owner: u32,
    readable: bool,
    modified: u64,
}

#[derive(Clone, Debug)]
enum Content {
    File { bytes: Vec<u8>, executable: bool },
    Folder,
    Link(String),
}

impl MemorySystem {
    /// A Linux machine with the home folder `/home/u`, holding `tree`; see [`MemorySystem::add`].
    #[track_caller]
    pub fn linux(tree: &str) -> Self {
        Self::new(platform("posix", "linux", "Linux", "x86_64"), "/home/u", Some(USER), tree)
    }

    /// A Mac with the home folder `/Users/u`.
    #[track_caller]
    pub fn macos(tree: &str) -> Self {
        Self::new(platform("posix", "darwin", "Darwin", "arm64"), "/Users/u", Some(USER), tree)
    }

    /// A Windows machine with the home folder `C:/Users/u`. It knows no owners.
    #[track_caller]
    pub fn windows(tree: &str) -> Self {
        Self::new(platform("nt", "win32", "Windows", "AMD64"), "C:/Users/u", None, tree)
    }

    #[track_caller]
    fn new(platform: Platform, home: &str, user_id: Option<u32>, tree: &str) -> Self {
        let mut system = Self {
            nodes: BTreeMap::new(),
            variables: BTreeMap::new(),
            home: PathBuf::from(home),
            user_id,
            platform,
            clock: 0,
            calls: Mutex::default(),
        };
        system.insert(home, Content::Folder);
        system.add(tree);
        system
    }

    /// Adds what `tree` describes, one path per line; the folders on the way are made, and blank lines and
    /// lines that begin with `#` are skipped.
    ///
    /// | line                      | is                                               |
    /// |---------------------------|--------------------------------------------------|
    /// | `/p/folder/`              | a folder                                         |
    /// | `/p/file`                 | an empty file                                    |
    /// | `/p/file: one \| two`     | a file of two lines                              |
    /// | `/p/program*`             | a file that may be executed                      |
    /// | `/p/link -> target`       | a link                                           |
    #[track_caller]
    pub fn add(&mut self, tree: &str) {
        for line in tree.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some((path, target)) = line.split_once(" -> ") {
                self.insert(path, Content::Link(target.to_owned()));
            } else if let Some((path, text)) = line.split_once(": ") {
                let text: String = text.split('|').map(|line| format!("{}\n", line.trim())).collect();
                self.insert(path, Content::File { bytes: text.into_bytes(), executable: false });
            } else if let Some(path) = line.strip_suffix('*') {
                self.insert(path, Content::File { bytes: b"\x7fELF".to_vec(), executable: true });
            } else if let Some(path) = line.strip_suffix('/') {
                self.insert(path, Content::Folder);
            } else {
                self.insert(line, Content::File { bytes: Vec::new(), executable: false });
            }
        }
    }

    /// A file of exactly these bytes.
    #[track_caller]
    pub fn write(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.insert(path, Content::File { bytes: bytes.into(), executable: false });
    }

    /// A script that may be executed.
    #[track_caller]
    pub fn write_script(&mut self, path: &str, text: &str) {
        self.insert(path, Content::File { bytes: text.as_bytes().to_vec(), executable: true });
    }

    /// Takes a path away, with everything below it.
    pub fn remove(&mut self, path: &str) {
        let parts = self.parts(Path::new(path));
        self.nodes.retain(|key, _| !key.starts_with(&parts));
        self.clock += 1;
        if let Some((_, folder)) = parts.split_last()
            && let Some(folder) = self.nodes.get_mut(folder)
        {
            folder.modified = self.clock;
        }
    }

    /// Gives a path, without what is below it, to another user.
    #[track_caller]
    pub fn set_owner(&mut self, path: &str, owner: u32) {
        let parts = self.parts(Path::new(path));
        self.nodes.get_mut(&parts).unwrap_or_else(|| panic!("there is no `{path}`")).owner = owner;
    }

    /// Makes every attempt to read the file, or to list the folder and to reach what is in it, fail.
    #[track_caller]
    pub fn forbid(&mut self, path: &str) {
        let parts = self.parts(Path::new(path));
        self.nodes.get_mut(&parts).unwrap_or_else(|| panic!("there is no `{path}`")).readable = false;
    }

    /// Sets a variable of the process's environment.
    pub fn set_env(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Acts for another user.
    pub fn set_user(&mut self, user_id: u32) {
        self.user_id = Some(user_id);
    }

    /// Everything that was asked so far, in order.
    pub fn calls(&self) -> Vec<(Call, PathBuf)> {
        self.lock().clone()
    }

    /// How often `call` was asked so far.
    pub fn count(&self, call: Call) -> usize {
        self.lock().iter().filter(|(made, _)| *made == call).count()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Call, PathBuf)>> {
        self.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn note(&self, call: Call, path: &Path) {
        self.lock().push((call, path.to_owned()));
    }

    #[track_caller]
    fn insert(&mut self, path: &str, content: Content) {
        let parts = self.parts(Path::new(path));
        assert!(!parts.is_empty() || path == "/", "`{path}` is no absolute path");
        self.clock += 1;
        let modified = self.clock;
        for end in 0..parts.len() {
            let folder = Node { content: Content::Folder, owner: USER, readable: true, modified };
            let parent = self.nodes.entry(parts[..end].to_vec()).or_insert(folder);
            assert!(matches!(parent.content, Content::Folder), "a parent of `{path}` is no folder");
            if end + 1 == parts.len() {
                parent.modified = modified;
            }
        }
        self.nodes.insert(parts, Node { content, owner: USER, readable: true, modified });
    }

    fn parts(&self, path: &Path) -> Vec<String> {
        let text = path.to_string_lossy();
        let text = if self.platform.is_windows() { text.replace('\\', "/") } else { text.into_owned() };
        text.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
    }

    /// The parts of what `path` leads to, without links except for the last one if it is not to be followed.
    fn locate(&self, path: &Path, follow_last: bool) -> io::Result<(Vec<String>, &Node)> {
        let mut rest: Vec<String> = self.parts(path);
        rest.reverse();
        let mut at: Vec<String> = Vec::new();
        let mut links = 0;
        while let Some(part) = rest.pop() {
            if part == ".." {
                at.pop();
                continue;
            }
            if self.nodes.get(&at).is_some_and(|folder| !folder.readable) {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            at.push(part);
            let node = self.nodes.get(&at).ok_or(io::ErrorKind::NotFound)?;
            match &node.content {
                Content::Link(target) if follow_last || !rest.is_empty() => {
                    links += 1;
                    if links > 40 {
                        return Err(io::Error::other("too many levels of links"));
                    }
                    if self.is_absolute(target) {
                        at.clear();
                    } else {
                        at.pop();
                    }
                    let target = self.parts(Path::new(target));
                    rest.extend(target.into_iter().rev());
                }
                Content::File { .. } if !rest.is_empty() => return Err(io::ErrorKind::NotADirectory.into()),
                Content::File { .. } | Content::Folder | Content::Link(_) => {}
            }
        }
        let node = self.nodes.get(&at).ok_or(io::ErrorKind::NotFound)?;
        Ok((at, node))
    }

    fn is_absolute(&self, path: &str) -> bool {
        path.starts_with('/') || (self.platform.is_windows() && path.as_bytes().get(1) == Some(&b':'))
    }

    fn describe(&self, node: &Node) -> Metadata {
        let (kind, executable, len) = match &node.content {
            Content::File { bytes, executable } => (FileKind::File, *executable, bytes.len()),
            Content::Folder => (FileKind::Directory, true, 0),
            Content::Link(target) => (FileKind::Link, true, target.len()),
        };
        Metadata {
            kind,
            user_id: self.user_id.map(|_| node.owner),
            executable: executable || self.platform.is_windows(),
            len: len as u64,
            modified: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(node.modified)),
        }
    }
}

impl System for MemorySystem {
    fn read_head(&self, path: &Path, limit: usize) -> io::Result<Vec<u8>> {
        self.note(Call::Read, path);
        let (_, node) = self.locate(path, true)?;
        match &node.content {
            Content::File { .. } if !node.readable => Err(io::ErrorKind::PermissionDenied.into()),
            Content::File { bytes, .. } => Ok(bytes[..bytes.len().min(limit)].to_vec()),
            Content::Folder | Content::Link(_) => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<DirEntry>> {
        self.note(Call::ReadDir, path);
        let (parts, node) = self.locate(path, true)?;
        match &node.content {
            Content::Folder if !node.readable => Err(io::ErrorKind::PermissionDenied.into()),
            Content::Folder => {
                let below = self.nodes.range(parts.clone()..).take_while(|(key, _)| key.starts_with(&parts));
                let children = below.filter(|(key, _)| key.len() == parts.len() + 1);
                Ok(children
                    .filter_map(|(key, node)| {
                        Some(DirEntry { name: key.last()?.clone(), kind: self.describe(node).kind })
                    })
                    .collect())
            }
            Content::File { .. } | Content::Link(_) => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.note(Call::Metadata, path);
        self.locate(path, true).map(|(_, node)| self.describe(node))
    }

    fn link_metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.note(Call::Metadata, path);
        self.locate(path, false).map(|(_, node)| self.describe(node))
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.note(Call::ReadLink, path);
        match &self.locate(path, false)?.1.content {
            Content::Link(target) => Ok(PathBuf::from(target)),
            Content::File { .. } | Content::Folder => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.note(Call::Canonicalize, path);
        let (parts, _) = self.locate(path, true)?;
        let root = if self.platform.is_windows() { "" } else { "/" };
        Ok(PathBuf::from(format!("{root}{}", parts.join("/"))))
    }

    fn variables_ending_in(&self, ending: &str) -> Vec<(String, String)> {
        let ending = ending.to_lowercase();
        let matching = self.variables.iter().filter(|(name, _)| name.to_lowercase().ends_with(&ending));
        matching.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    fn env(&self, name: &str) -> Option<String> {
        self.variables.get(name).filter(|value| !value.is_empty()).cloned()
    }

    fn home(&self) -> Option<PathBuf> {
        Some(self.home.clone())
    }

    fn user_id(&self) -> Option<u32> {
        self.user_id
    }

    fn platform(&self) -> &Platform {
        &self.platform
    }
}

fn platform(os_name: &str, sys_platform: &str, system: &str, machine: &str) -> Platform {
    Platform {
        os_name: os_name.to_owned(),
        sys_platform: sys_platform.to_owned(),
        machine: machine.to_owned(),
        system: system.to_owned(),
        release: None,
        version: None,
    }
}
