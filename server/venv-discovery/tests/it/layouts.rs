//! The table: layout × platform × maker.

use test_support::memory_system::MemorySystem;
use venv_analysis::facts::{EnvironmentKind, Implementation};
use venv_discovery::read_environment;

use crate::{codes, read, venv, version};

type Make = fn(&str) -> MemorySystem;

struct Case {
    what: &'static str,
    machine: Make,
    tree: &'static str,
    root: &'static str,
    kind: EnvironmentKind,
    implementation: Implementation,
    version: &'static str,
    executable: &'static str,
    site_packages: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        what: "venv on Debian, whose links go by way of `python3`",
        machine: MemorySystem::linux,
        tree: "
            /usr/bin/python3 -> python3.11
            /usr/bin/python3.11*
            /p/.venv/pyvenv.cfg: home = /usr/bin | include-system-site-packages = false | version = 3.11.2
            /p/.venv/bin/python -> python3
            /p/.venv/bin/python3 -> /usr/bin/python3
            /p/.venv/bin/activate
            /p/.venv/lib64 -> lib
            /p/.venv/lib/python3.11/site-packages/
        ",
        root: "/p/.venv",
        kind: EnvironmentKind::Venv,
        implementation: Implementation::CPython,
        version: "3.11.2",
        executable: "/p/.venv/bin/python",
        site_packages: &["/p/.venv/lib/python3.11/site-packages"],
    },
    Case {
        what: "the base was updated since, as its headers tell",
        machine: MemorySystem::linux,
        tree: "
            /opt/py/bin/python3.12*
            /opt/py/include/python3.12/patchlevel.h: #define PY_MAJOR_VERSION 3 | #define PY_VERSION    \"3.12.9\"
            /p/.venv/pyvenv.cfg: home = /opt/py/bin | include-system-site-packages = false | version = 3.12.1
            /p/.venv/bin/python -> /opt/py/bin/python3.12
            /p/.venv/bin/activate
            /p/.venv/lib/python3.12/site-packages/
        ",
        root: "/p/.venv",
        kind: EnvironmentKind::Venv,
        implementation: Implementation::CPython,
        version: "3.12.9",
        executable: "/p/.venv/bin/python",
        site_packages: &["/p/.venv/lib/python3.12/site-packages"],
    },
    Case {
        what: "uv, free-threaded, without pip",
        machine: MemorySystem::linux,
        tree: "
            /home/u/.local/share/uv/python/cpython-3.13.1/bin/python3.13t*
            /p/.venv/pyvenv.cfg: home = /home/u/.local/share/uv/python/cpython-3.13.1/bin | implementation = CPython | uv = 0.13.9 | version_info = 3.13.1 | include-system-site-packages = false
            /p/.venv/bin/python -> /home/u/.local/share/uv/python/cpython-3.13.1/bin/python3.13t
            /p/.venv/lib/python3.13t/site-packages/
        ",
        root: "/p/.venv",
        kind: EnvironmentKind::Uv,
        implementation: Implementation::CPython,
        version: "3.13.1",
        executable: "/p/.venv/bin/python",
        site_packages: &["/p/.venv/lib/python3.13t/site-packages"],
    },
    Case {
        what: "virtualenv with PyPy",
        machine: MemorySystem::linux,
        tree: "
            /opt/pypy/bin/pypy3.10*
            /p/.venv/pyvenv.cfg: home = /opt/pypy/bin | implementation = PyPy | version_info = 3.10.14.final.0 | virtualenv = 21.15.8 | include-system-site-packages = false
            /p/.venv/bin/python -> /opt/pypy/bin/pypy3.10
            /p/.venv/bin/activate
            /p/.venv/lib/pypy3.10/site-packages/
        ",
        root: "/p/.venv",
        kind: EnvironmentKind::Virtualenv,
        implementation: Implementation::PyPy,
        version: "3.10.14",
        executable: "/p/.venv/bin/python",
        site_packages: &["/p/.venv/lib/pypy3.10/site-packages"],
    },
    Case {
        what: "an old PyPy, which has no folder for the version",
        machine: MemorySystem::linux,
        tree: "
            /opt/pypy/bin/pypy3*
            /p/.venv/pyvenv.cfg: home = /opt/pypy/bin | implementation = PyPy | version_info = 3.6.12.final.0 | virtualenv = 20.4.0 | include-system-site-packages = false
            /p/.venv/bin/python -> /opt/pypy/bin/pypy3
            /p/.venv/bin/activate
            /p/.venv/site-packages/
        ",
        root: "/p/.venv",
        kind: EnvironmentKind::Virtualenv,
        implementation: Implementation::PyPy,
        version: "3.6.12",
        executable: "/p/.venv/bin/python",
        site_packages: &["/p/.venv/site-packages"],
    },
    Case {
        what: "GraalPy, whose folder in `lib` is called `python3.11`",
        machine: MemorySystem::linux,
        tree: "
            /opt/graalpy/bin/graalpy*
            /p/.venv/pyvenv.cfg: home = /opt/graalpy/bin | implementation = GraalVM | version_info = 3.11.7.final.0 | virtualenv = 21.15.8 | include-system-site-packages = false
            /p/.venv/bin/python -> /opt/graalpy/bin/graalpy
            /p/.venv/bin/activate
            /p/.venv/lib/python3.11/site-packages/
        ",
        root: "/p/.venv",
        kind: EnvironmentKind::Virtualenv,
        implementation: Implementation::GraalPy,
        version: "3.11.7",
        executable: "/p/.venv/bin/python",
        site_packages: &["/p/.venv/lib/python3.11/site-packages"],
    },
    Case {
        what: "Fedora, where `lib64` can be a folder of its own",
        machine: MemorySystem::linux,
        tree: "
            /usr/bin/python3.12*
            /p/.venv/pyvenv.cfg: home = /usr/bin | include-system-site-packages = false | version = 3.12.1
            /p/.venv/bin/python -> /usr/bin/python3.12
            /p/.venv/bin/activate
            /p/.venv/lib64/python3.12/site-packages/
            /p/.venv/lib/python3.12/site-packages/
        ",
        root: "/p/.venv",
        kind: EnvironmentKind::Venv,
        implementation: Implementation::CPython,
        version: "3.12.1",
        executable: "/p/.venv/bin/python",
        site_packages: &["/p/.venv/lib64/python3.12/site-packages", "/p/.venv/lib/python3.12/site-packages"],
    },
    Case {
        what: "venv from Homebrew's Python on a Mac",
        machine: MemorySystem::macos,
        tree: "
            /opt/homebrew/opt/python@3.12 -> ../Cellar/python@3.12/3.12.4_1
            /opt/homebrew/Cellar/python@3.12/3.12.4_1/bin/python3.12 -> ../Frameworks/Python.framework/Versions/3.12/bin/python3.12
            /opt/homebrew/Cellar/python@3.12/3.12.4_1/Frameworks/Python.framework/Versions/3.12/bin/python3.12*
            /Users/u/p/.venv/pyvenv.cfg: home = /opt/homebrew/opt/python@3.12/bin | include-system-site-packages = false | version = 3.12.4
            /Users/u/p/.venv/bin/python -> python3.12
            /Users/u/p/.venv/bin/python3.12 -> /opt/homebrew/opt/python@3.12/bin/python3.12
            /Users/u/p/.venv/bin/activate
            /Users/u/p/.venv/lib/python3.12/site-packages/
        ",
        root: "/Users/u/p/.venv",
        kind: EnvironmentKind::Venv,
        implementation: Implementation::CPython,
        version: "3.12.4",
        executable: "/Users/u/p/.venv/bin/python",
        site_packages: &["/Users/u/p/.venv/lib/python3.12/site-packages"],
    },
    Case {
        what: "venv on Windows",
        machine: MemorySystem::windows,
        tree: "
            C:/Python312/python.exe*
            C:/p/.venv/pyvenv.cfg: home = C:\\Python312 | include-system-site-packages = false | version = 3.12.1
            C:/p/.venv/Scripts/python.exe*
            C:/p/.venv/Scripts/activate
            C:/p/.venv/Lib/site-packages/
        ",
        root: "C:/p/.venv",
        kind: EnvironmentKind::Venv,
        implementation: Implementation::CPython,
        version: "3.12.1",
        executable: "C:/p/.venv/Scripts/python.exe",
        site_packages: &["C:/p/.venv/Lib/site-packages"],
    },
    Case {
        what: "venv of MSYS2's Python on Windows, laid out as on POSIX",
        machine: MemorySystem::windows,
        tree: "
            C:/msys64/mingw64/bin/python.exe*
            C:/p/.venv/pyvenv.cfg: home = C:\\msys64\\mingw64\\bin | include-system-site-packages = false | version = 3.12.1
            C:/p/.venv/bin/python.exe*
            C:/p/.venv/bin/activate
            C:/p/.venv/lib/python3.12/site-packages/
        ",
        root: "C:/p/.venv",
        kind: EnvironmentKind::Venv,
        implementation: Implementation::CPython,
        version: "3.12.1",
        executable: "C:/p/.venv/bin/python.exe",
        site_packages: &["C:/p/.venv/lib/python3.12/site-packages"],
    },
    Case {
        what: "venv of MSYS2's own shell, whose paths are those of POSIX",
        machine: MemorySystem::windows,
        tree: "
            C:/p/.venv/pyvenv.cfg: home = /usr/bin | include-system-site-packages = false | version = 3.12.1
            C:/p/.venv/bin/python.exe*
            C:/p/.venv/bin/activate
            C:/p/.venv/lib/python3.12/site-packages/
        ",
        root: "C:/p/.venv",
        kind: EnvironmentKind::Venv,
        implementation: Implementation::CPython,
        version: "3.12.1",
        executable: "C:/p/.venv/bin/python.exe",
        site_packages: &["C:/p/.venv/lib/python3.12/site-packages"],
    },
    Case {
        what: "conda",
        machine: MemorySystem::linux,
        tree: "
            /c/envs/e/conda-meta/history
            /c/envs/e/conda-meta/python-dateutil-2.9.0-pyhd8ed1ab_0.json
            /c/envs/e/conda-meta/python-3.12.4-h5148396_1.json
            /c/envs/e/bin/python -> python3.12
            /c/envs/e/bin/python3.12*
            /c/envs/e/lib/python3.1 -> python3.12
            /c/envs/e/lib/python3.12/os.py
            /c/envs/e/lib/python3.12/site-packages/
        ",
        root: "/c/envs/e",
        kind: EnvironmentKind::Conda,
        implementation: Implementation::CPython,
        version: "3.12.4",
        executable: "/c/envs/e/bin/python",
        site_packages: &["/c/envs/e/lib/python3.12/site-packages"],
    },
    Case {
        what: "conda on Windows",
        machine: MemorySystem::windows,
        tree: "
            C:/c/envs/e/conda-meta/python-3.12.4-h5148396_1.json
            C:/c/envs/e/python.exe*
            C:/c/envs/e/Scripts/
            C:/c/envs/e/Lib/os.py
            C:/c/envs/e/Lib/site-packages/
        ",
        root: "C:/c/envs/e",
        kind: EnvironmentKind::Conda,
        implementation: Implementation::CPython,
        version: "3.12.4",
        executable: "C:/c/envs/e/python.exe",
        site_packages: &["C:/c/envs/e/Lib/site-packages"],
    },
    Case {
        what: "virtualenv before 20, which wrote no `pyvenv.cfg`",
        machine: MemorySystem::linux,
        tree: "
            /p/env/bin/python3.6*
            /p/env/bin/python -> python3.6
            /p/env/bin/activate
            /p/env/lib/python3.6/os.py -> /usr/lib/python3.6/os.py
            /p/env/lib/python3.6/orig-prefix.txt: /usr
            /p/env/lib/python3.6/site-packages/
            /usr/lib/python3.6/os.py
        ",
        root: "/p/env",
        kind: EnvironmentKind::Virtualenv,
        implementation: Implementation::CPython,
        version: "3.6",
        executable: "/p/env/bin/python",
        site_packages: &["/p/env/lib/python3.6/site-packages"],
    },
    Case {
        what: "spaces and letters beyond ASCII in the path",
        machine: MemorySystem::linux,
        tree: "
            /usr/bin/python3.12*
            /home/u/Mein Käse 计划/.venv/pyvenv.cfg: home = /usr/bin | include-system-site-packages = false | version = 3.12.1
            /home/u/Mein Käse 计划/.venv/bin/python -> /usr/bin/python3.12
            /home/u/Mein Käse 计划/.venv/bin/activate
            /home/u/Mein Käse 计划/.venv/lib/python3.12/site-packages/
        ",
        root: "/home/u/Mein Käse 计划/.venv",
        kind: EnvironmentKind::Venv,
        implementation: Implementation::CPython,
        version: "3.12.1",
        executable: "/home/u/Mein Käse 计划/.venv/bin/python",
        site_packages: &["/home/u/Mein Käse 计划/.venv/lib/python3.12/site-packages"],
    },
];

#[test]
fn every_layout_is_understood() {
    for case in CASES {
        let system = (case.machine)(case.tree);
        let found = read(&system, case.root);
        let what = case.what;
        // That such an environment is old is all that is wrong with it.
        let known: &[&str] =
            if case.what.starts_with("virtualenv before 20") { &["legacy-virtualenv"] } else { &[] };
        assert_eq!(codes(&found), known, "{what}");
        assert_eq!(found.kind, case.kind, "{what}");
        assert_eq!(version(&found), case.version, "{what}");
        assert_eq!(found.python.map(|python| python.implementation), Some(case.implementation), "{what}");
        assert_eq!(found.executable.to_str(), Some(case.executable), "{what}");
        let folders: Vec<_> = found.site_packages.iter().filter_map(|folder| folder.to_str()).collect();
        assert_eq!(folders, case.site_packages, "{what}");
        assert_eq!(found.root.to_str(), Some(case.root), "{what}");
    }
}

#[test]
fn what_is_no_environment_is_none() {
    let system = MemorySystem::linux(
        "
        /empty/
        /project/src/main.py
        /file: home = /usr/bin
        /usr/bin/python -> python3.12
        /usr/bin/python3.12*
        /usr/lib/python3.12/os.py
        /usr/lib/python3.12/site-packages/
        ",
    );
    for path in ["/nothing", "/empty", "/project", "/file", "/usr"] {
        assert_eq!(read_environment(&system, path.as_ref()), None, "{path}");
    }
}

#[test]
fn a_link_to_an_environment_is_an_environment_of_its_own_name() {
    let mut system = MemorySystem::linux(&venv("/envs/shared"));
    system.add("/p/.venv -> ../envs/shared");
    let found = read(&system, "/p/.venv");
    assert_eq!(found.root.to_str(), Some("/p/.venv"));
    assert_eq!(found.site_packages, [std::path::Path::new("/p/.venv/lib/python3.12/site-packages")]);
    assert!(found.health.is_empty());
}

#[test]
fn a_file_can_say_where_the_environment_is() {
    for (text, root) in [
        ("../envs/shared\n", "/envs/shared"),
        ("/envs/shared\r\nreserved\n", "/envs/shared"),
        ("/envs/shared", "/envs/shared"),
    ] {
        let mut system = MemorySystem::linux(&venv("/envs/shared"));
        system.write("/p/.venv", text);
        let found = read(&system, "/p/.venv");
        assert_eq!(found.root.to_str(), Some(root), "{text:?}");
        assert!(found.health.is_empty(), "{text:?}");
        assert_eq!(version(&found), "3.12.1");
    }
}

#[test]
fn a_redirect_is_followed_one_step_only() {
    let mut system = MemorySystem::linux(&venv("/envs/shared"));
    system.write("/p/.venv", "/q/.venv\n");
    system.write("/q/.venv", "/envs/shared\n");
    assert_eq!(codes(&read(&system, "/p/.venv")), ["redirect-broken"]);
}

#[test]
fn a_file_of_packages_below_the_base_follows_the_own_one() {
    let debian = "
        /usr/bin/python3.11*
        /usr/lib/python3.11/os.py
        /usr/lib/python3/dist-packages/PyYAML-6.0.dist-info/
        /usr/lib/python3/dist-packages/six-1.16.0.egg-info
        /usr/local/lib/python3.11/dist-packages/requests-2.31.0.dist-info/
        /home/u/.local/lib/python3.11/site-packages/black-24.1.0.dist-info/
        /p/.venv/pyvenv.cfg: home = /usr/bin | include-system-site-packages = true | version = 3.11.2
        /p/.venv/bin/python -> /usr/bin/python3.11
        /p/.venv/bin/activate
        /p/.venv/lib/python3.11/site-packages/six-1.17.0.dist-info/
    ";
    let found = read(&MemorySystem::linux(debian), "/p/.venv");
    let folders: Vec<_> = found.site_packages.iter().filter_map(|folder| folder.to_str()).collect();
    assert_eq!(
        folders,
        [
            "/p/.venv/lib/python3.11/site-packages",
            "/home/u/.local/lib/python3.11/site-packages",
            "/usr/local/lib/python3.11/dist-packages",
            "/usr/lib/python3/dist-packages",
        ]
    );
    let installed: Vec<_> = found
        .distributions
        .sorted()
        .iter()
        .map(|(name, found)| format!("{name} {} {}", found.version, found.site))
        .collect();
    assert_eq!(installed, ["black 24.1.0 1", "pyyaml 6.0 3", "requests 2.31.0 2", "six 1.17.0 0"]);
    assert!(found.include_system_site_packages);
}
