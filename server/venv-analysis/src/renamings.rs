//! Names that are surely wrong in a requirement, and the right ones.
//!
//! A name is here only if nobody who writes it can mean the distribution of that name, if there is one at all: names of
//! modules, dummies that exist to say so, and names that a project has left behind while its module kept its own. Where
//! another library has the name, the reason says so.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use venv_syntax::normalize_name;

use crate::manifest::hash_of_name;

/// A wrong name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Renaming {
    /// As it is usually written.
    pub(crate) wrong: &'static str,
    /// `None`: the requirement can go.
    pub(crate) right: Option<&'static str>,
    pub(crate) reason: Reason,
}

/// Why a name is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It is what is imported, and no distribution that is meant has it.
    Module,
    /// A distribution of this name exists only to say or to do the right thing.
    Dummy,
    /// A library of this name exists that is imported by the same name, and is another one.
    OtherLibrary,
    /// The right one goes on where this one has ended. The rest of the sentence that begins with the name.
    Ended(&'static str),
    /// The same; but only when it is written exactly so: in other letters it is another project.
    ModuleAsWritten,
}

/// What is wrong with a name; by the hash of the normalised name.
pub(crate) fn renaming(name_hash: u64) -> Option<&'static Renaming> {
    static BY_NAME: LazyLock<FxHashMap<u64, Renaming>> = LazyLock::new(|| {
        let all = RENAMINGS.iter().map(|(wrong, right, reason)| Renaming {
            wrong,
            right: (!right.is_empty()).then_some(right),
            reason: *reason,
        });
        all.map(|renaming| (hash_of_name(&normalize_name(renaming.wrong)), renaming)).collect()
    });
    BY_NAME.get(&name_hash)
}

const RENAMINGS: &[(&str, &str, Reason)] = &[
    ("airflow", "apache-airflow", Reason::Ended("was renamed when it moved to the Apache foundation")),
    ("attr", "attrs", Reason::OtherLibrary),
    ("beautifulsoup", "beautifulsoup4", Reason::Ended("is its version 3, for Python 2 only")),
    ("bs4", "beautifulsoup4", Reason::Dummy),
    ("corsheaders", "django-cors-headers", Reason::Module),
    ("Crypto", "pycryptodome", Reason::ModuleAsWritten),
    ("Cryptodome", "pycryptodomex", Reason::Module),
    ("cv2", "opencv-python", Reason::Module),
    ("dateutil", "python-dateutil", Reason::Module),
    ("debug_toolbar", "django-debug-toolbar", Reason::Module),
    ("discord", "discord.py", Reason::Dummy),
    ("distribute", "setuptools", Reason::Ended("was merged back in 2013")),
    ("django-rest-framework", "djangorestframework", Reason::Dummy),
    ("docx", "python-docx", Reason::OtherLibrary),
    ("dotenv", "python-dotenv", Reason::Dummy),
    ("fitz", "PyMuPDF", Reason::OtherLibrary),
    ("grpc", "grpcio", Reason::Dummy),
    ("jwt", "PyJWT", Reason::OtherLibrary),
    ("mpl_toolkits", "matplotlib", Reason::Module),
    ("mysql-python", "mysqlclient", Reason::Ended("is for Python 2 only")),
    ("MySQLdb", "mysqlclient", Reason::Module),
    ("OpenSSL", "pyOpenSSL", Reason::Module),
    ("PIL", "Pillow", Reason::Ended("ended in 2009 and cannot be installed")),
    ("pkg-resources", "", Reason::Module),
    ("pycrypto", "pycryptodome", Reason::Ended("ended in 2013, with known holes")),
    ("pytorch", "torch", Reason::Dummy),
    ("pythoncom", "pywin32", Reason::Module),
    ("pywintypes", "pywin32", Reason::Module),
    ("rest_framework", "djangorestframework", Reason::Module),
    ("serial", "pyserial", Reason::OtherLibrary),
    ("skimage", "scikit-image", Reason::Dummy),
    ("sklearn", "scikit-learn", Reason::Dummy),
    ("websocket", "websocket-client", Reason::OtherLibrary),
    ("win32api", "pywin32", Reason::Module),
    ("win32con", "pywin32", Reason::Module),
    ("win32gui", "pywin32", Reason::Module),
    ("yaml", "PyYAML", Reason::Module),
    ("zmq", "pyzmq", Reason::Dummy),
];
