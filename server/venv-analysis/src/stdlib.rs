//! The modules of Python's standard library, by the versions of Python 3 that have them.
//!
//! Left out are names that begin with `_`, which no requirement can have, and `configparser`: the distribution of that
//! name brings newer versions of the module under another name.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use venv_syntax::normalize_name;

use crate::manifest::hash_of_name;

/// A module of the standard library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StdlibModule {
    /// As it is imported.
    pub name: &'static str,
    /// The first version 3.x that has it; 0 where that was before 3.7.
    pub since: u32,
    /// The first version 3.x that has it no more.
    pub until: Option<u32>,
    /// Where it is found; `None`: everywhere.
    pub only_on: Option<Platform>,
}

/// A kind of system that offers what some modules need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    Unix,
    Windows,
}

/// The newest version 3.x that the tables know.
pub(crate) const NEWEST: u32 = 14;

/// The oldest version 3.x that still got security fixes when the tables were made.
pub(crate) const OLDEST_CURRENT: u32 = 10;

impl StdlibModule {
    /// Whether every Python from `3.FIRST` to `3.LAST` has it, on the systems where it is at home.
    pub fn is_in_all(&self, first: u32, last: u32) -> bool {
        self.since <= first && self.until.is_none_or(|until| last < until)
    }
}

/// Every module that some Python from 3.6 on has.
pub fn stdlib_modules() -> impl Iterator<Item = StdlibModule> {
    let always = ALWAYS.split_whitespace().map(|name| (name, 0, None));
    let platform = |name: &str| {
        let unix = UNIX.contains(&name).then_some(Platform::Unix);
        unix.or_else(|| WINDOWS.contains(&name).then_some(Platform::Windows))
    };
    always.chain(CHANGED.iter().copied()).map(move |(name, since, until)| StdlibModule {
        name,
        since,
        until,
        only_on: platform(name),
    })
}

/// The module whose name a distribution has; by the hash of the normalised name.
pub(crate) fn stdlib_module(name_hash: u64) -> Option<&'static StdlibModule> {
    static BY_NAME: LazyLock<FxHashMap<u64, StdlibModule>> = LazyLock::new(|| {
        stdlib_modules().map(|module| (hash_of_name(&normalize_name(module.name)), module)).collect()
    });
    BY_NAME.get(&name_hash)
}

const ALWAYS: &str = "
    abc antigravity argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile
    calendar cmath cmd code codecs codeop collections colorsys compileall concurrent contextlib copy copyreg
    csv ctypes curses datetime dbm decimal difflib dis doctest email encodings ensurepip enum errno
    faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass
    gettext glob grp gzip hashlib heapq hmac html http idlelib imaplib importlib inspect io ipaddress
    itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder
    msvcrt multiprocessing netrc nt ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle
    pickletools pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile
    pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched
    secrets select selectors shelve shlex shutil signal site smtplib socket socketserver sqlite3 ssl stat
    statistics string stringprep struct subprocess symtable sys sysconfig syslog tabnanny tarfile tempfile
    termios textwrap this threading time timeit tkinter token tokenize trace traceback tracemalloc tty
    turtle turtledemo types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser
    winreg winsound wsgiref xml xmlrpc zipapp zipfile zipimport zlib
";

/// Name, first version 3.x with it, first version 3.x without it again.
const CHANGED: &[(&str, u32, Option<u32>)] = &[
    ("aifc", 0, Some(13)),
    ("annotationlib", 14, None),
    ("asynchat", 0, Some(12)),
    ("asyncore", 0, Some(12)),
    ("audioop", 0, Some(13)),
    ("binhex", 0, Some(11)),
    ("cgi", 0, Some(13)),
    ("cgitb", 0, Some(13)),
    ("chunk", 0, Some(13)),
    ("compression", 14, None),
    ("contextvars", 7, None),
    ("crypt", 0, Some(13)),
    ("dataclasses", 7, None),
    ("distutils", 0, Some(12)),
    ("dummy_threading", 0, Some(9)),
    ("formatter", 0, Some(10)),
    ("graphlib", 9, None),
    ("imghdr", 0, Some(13)),
    ("imp", 0, Some(12)),
    ("lib2to3", 0, Some(13)),
    ("macpath", 0, Some(8)),
    ("macurl2path", 0, Some(7)),
    ("mailcap", 0, Some(13)),
    ("msilib", 0, Some(13)),
    ("nis", 0, Some(13)),
    ("nntplib", 0, Some(13)),
    ("ossaudiodev", 0, Some(13)),
    ("parser", 0, Some(10)),
    ("pipes", 0, Some(13)),
    ("smtpd", 0, Some(12)),
    ("sndhdr", 0, Some(13)),
    ("spwd", 0, Some(13)),
    ("sre_compile", 0, Some(15)),
    ("sre_constants", 0, Some(15)),
    ("sre_parse", 0, Some(15)),
    ("sunau", 0, Some(13)),
    ("symbol", 0, Some(10)),
    ("telnetlib", 0, Some(13)),
    ("tomllib", 11, None),
    ("uu", 0, Some(13)),
    ("xdrlib", 0, Some(13)),
    ("zoneinfo", 9, None),
];

const UNIX: &[&str] = &[
    "crypt",
    "curses",
    "fcntl",
    "grp",
    "nis",
    "ossaudiodev",
    "posix",
    "pty",
    "pwd",
    "readline",
    "resource",
    "spwd",
    "syslog",
    "termios",
    "tty",
];

const WINDOWS: &[&str] = &["msilib", "msvcrt", "nt", "winreg", "winsound"];
