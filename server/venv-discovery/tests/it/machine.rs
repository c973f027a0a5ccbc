//! Interpreters and tools, without starting one.

use test_support::memory_system::MemorySystem;
use venv_analysis::facts::{Implementation, Machine};
use venv_discovery::read_machine;

const DEBIAN: &str = "
    /usr/bin/python3 -> python3.11
    /usr/bin/python3.11*
    /usr/lib/python3.11/os.py
    /usr/lib/python3.11/EXTERNALLY-MANAGED: [externally-managed]
    /usr/lib/python3/dist-packages/pip-23.0.1.dist-info/
    /usr/lib/python3/dist-packages/pip/__init__.py: from typing import List, Optional | __version__ = '23.0.1'
    /usr/local/bin/
    /bin -> usr/bin
";

const PYENV: &str = "
    /home/u/.pyenv/versions/3.12.1/bin/python3 -> python3.12
    /home/u/.pyenv/versions/3.12.1/bin/python3.12*
    /home/u/.pyenv/versions/3.12.1/lib/python3.12/os.py
    /home/u/.pyenv/versions/3.12.1/lib/python3.12/ensurepip/__main__.py
    /home/u/.pyenv/versions/3.12.1/lib/python3.12/site-packages/pip-23.2.1.dist-info/
    /home/u/.pyenv/versions/3.12.1/lib/python3.12/site-packages/pip/__init__.py: from typing import List, Optional | __version__ = '23.2.1'
    /home/u/.pyenv/versions/3.9.18/bin/python3 -> python3.9
    /home/u/.pyenv/versions/3.9.18/bin/python3.9*
    /home/u/.pyenv/versions/3.9.18/lib/python3.9/os.py
    /home/u/.pyenv/versions/2.7.18/bin/python -> python2.7
    /home/u/.pyenv/versions/2.7.18/bin/python2.7*
    /home/u/.pyenv/versions/2.7.18/lib/python2.7/os.py
    /home/u/.pyenv/versions/tools/pyvenv.cfg: home = /home/u/.pyenv/versions/3.12.1/bin
    /home/u/.pyenv/versions/tools/bin/python3 -> /home/u/.pyenv/versions/3.12.1/bin/python3
    /home/u/.pyenv/version: 3.9.18
";

fn linux(tree: &[&str], path: &str) -> MemorySystem {
    let mut system = MemorySystem::linux(&tree.concat());
    system.set_env("PATH", path);
    system
}

fn with_shims(mut system: MemorySystem) -> MemorySystem {
    for name in ["python", "python3", "python3.12"] {
        system
            .write_script(&format!("/home/u/.pyenv/shims/{name}"), "#!/usr/bin/env bash\nexec pyenv exec\n");
    }
    system
}

fn found(machine: &Machine) -> Vec<String> {
    let interpreters = machine.interpreters.iter();
    interpreters.map(|found| format!("{} {}", found.executable.display(), found.version)).collect()
}

#[test]
fn the_systems_own_python_is_known_with_its_marker() {
    let machine = read_machine(&linux(&[DEBIAN], "/usr/local/bin:/usr/bin:/bin"));
    assert_eq!(found(&machine), ["/usr/bin/python3 3.11"]);
    let python = &machine.interpreters[0];
    assert_eq!(python.externally_managed.as_deref(), Some("/usr/lib/python3.11/EXTERNALLY-MANAGED".as_ref()));
    assert!(!python.has_ensurepip, "`python3-venv` is not installed");
    assert_eq!(python.pip.as_ref().map(ToString::to_string).as_deref(), Some("23.0.1"));
    assert_eq!(python.markers.python_version.as_deref(), Some("3.11"));
    assert_eq!(machine.tools.uv, None);
}

#[test]
fn what_brings_pip_is_looked_for_where_a_python_cannot() {
    let mut system = linux(&[DEBIAN, PYENV], "/usr/bin:/home/u/.local/bin");
    for file in [
        "/usr/share/python-wheels/pip-23.0.1-py3-none-any.whl",
        "/usr/share/python-wheels/setuptools-66.1.1-py3-none-any.whl",
        "/home/u/.pyenv/versions/3.12.1/lib/python3.12/ensurepip/_bundled/pip-23.2.1-py3-none-any.whl",
    ] {
        system.add(file);
    }
    system.write_script("/usr/bin/virtualenv", "#!/usr/bin/env bash\nexec pyenv exec\n");
    assert_eq!(read_machine(&system).tools.virtualenv, None, "a shim says nothing of what is there");
    system.write_script("/home/u/.local/bin/virtualenv", "#!/usr/bin/python3\n");
    let tools = read_machine(&system).tools;
    assert_eq!(tools.virtualenv.as_deref(), Some("/home/u/.local/bin/virtualenv".as_ref()));
    let wheels = tools.pip_wheels.iter().map(|wheel| wheel.version.to_string()).collect::<Vec<_>>();
    assert_eq!(wheels, ["23.0.1", "23.2.1"]);
    assert!(read_machine(&system).fetchable.is_empty(), "uv is not there");
    system.add("/home/u/.local/bin/uv*");
    let fetchable = read_machine(&system).fetchable;
    let minors: Vec<u32> = fetchable.iter().map(|python| python.version.minor).collect();
    assert_eq!(minors, [15, 14, 13, 10], "3.11 and 3.12 are here");
}

#[test]
fn pip_comes_from_where_pip_or_uv_is_told_to_look() {
    let indexes = |prepare: &dyn Fn(&mut MemorySystem)| {
        let mut system = linux(&[DEBIAN], "/usr/bin");
        prepare(&mut system);
        let found = read_machine(&system).tools.pip_indexes;
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let nothing = |_: &mut MemorySystem| {};
    assert_eq!(indexes(&nothing), [] as [String; 0], "none is built in");
    let made_for = |system: &mut MemorySystem| {
        let index = "PyPI = PackageIndex(\"https://made.test/\")\n";
        system.write("/usr/lib/python3/dist-packages/pip/_internal/models/index.py", index);
    };
    assert_eq!(indexes(&made_for), ["https://made.test/simple"], "that of a pip which is too old to help");
    let by_uv = |system: &mut MemorySystem| {
        made_for(system);
        system.write("/home/u/.config/uv/uv.toml", "index-url = 'https://uv.test/simple'\n");
    };
    assert_eq!(indexes(&by_uv), ["https://uv.test/simple"]);
    let by_pip = |system: &mut MemorySystem| {
        by_uv(system);
        system.set_env("PIP_EXTRA_INDEX_URL", "https://more.test file:///srv");
        system.write("/home/u/.config/pip/pip.conf", "[global]\nindex-url = https://pip.test/simple\n");
    };
    assert_eq!(indexes(&by_pip), ["https://pip.test/simple", "https://more.test"]);
    let by_none = |system: &mut MemorySystem| {
        by_pip(system);
        system.set_env("PIP_NO_INDEX", "1");
    };
    assert_eq!(indexes(&by_none), [] as [String; 0]);
}

#[test]
fn a_folder_called_like_the_marker_is_no_marker() {
    let mut system = linux(&[DEBIAN], "/usr/bin");
    system.remove("/usr/lib/python3.11/EXTERNALLY-MANAGED");
    system.add("/usr/lib/python3.11/EXTERNALLY-MANAGED/");
    assert_eq!(read_machine(&system).interpreters[0].externally_managed, None);
}

#[test]
fn shims_are_resolved_and_environments_left_out() {
    let system = with_shims(linux(&[DEBIAN, PYENV], "/home/u/.pyenv/shims:/usr/bin:/bin"));
    let machine = read_machine(&system);
    assert_eq!(
        found(&machine),
        [
            "/home/u/.pyenv/versions/3.9.18/bin/python3 3.9.18",
            "/home/u/.pyenv/versions/3.12.1/bin/python3 3.12.1",
            "/usr/bin/python3 3.11",
        ],
        "first what the shim starts, then newest first"
    );
    assert!(machine.interpreters[1].has_ensurepip);
    assert_eq!(machine.interpreters[1].pip.as_ref().map(ToString::to_string).as_deref(), Some("23.2.1"));
    assert_eq!(machine.interpreters[1].markers.python_full_version.as_deref(), Some("3.12.1"));
}

#[test]
fn what_the_shim_starts_is_looked_up() {
    for (version, first) in [
        ("# mine\n\n3.12.1 # comment\n", "/home/u/.pyenv/versions/3.12.1/bin/python3 3.12.1"),
        ("3.12\n", "/home/u/.pyenv/versions/3.12.1/bin/python3 3.12.1"),
        ("2.7.18\n3.9.18\n", "/home/u/.pyenv/versions/3.9.18/bin/python3 3.9.18"),
        ("system\n", "/usr/bin/python3 3.11"),
        ("3.99\n", "/usr/bin/python3 3.11"),
    ] {
        let mut system = with_shims(linux(&[DEBIAN, PYENV], "/home/u/.pyenv/shims:/usr/bin"));
        system.write("/home/u/.pyenv/version", version);
        assert_eq!(found(&read_machine(&system))[0], first, "{version:?}");
    }
    let mut system = with_shims(linux(&[DEBIAN, PYENV], "/home/u/.pyenv/shims:/usr/bin"));
    system.set_env("PYENV_VERSION", "3.12.1");
    assert_eq!(found(&read_machine(&system))[0], "/home/u/.pyenv/versions/3.12.1/bin/python3 3.12.1");
}

#[test]
fn an_activated_environment_on_path_is_no_interpreter() {
    let mut system = linux(&[DEBIAN], "/p/.venv/bin:/usr/bin");
    system.add("/p/.venv/pyvenv.cfg: home = /usr/bin\n/p/.venv/bin/python3 -> /usr/bin/python3.11");
    assert_eq!(found(&read_machine(&system)), ["/usr/bin/python3 3.11"]);
}

#[test]
fn programs_that_choose_a_python_are_none() {
    let mut system = linux(&[DEBIAN], "/home/u/.local/share/mise/shims:/usr/bin");
    system.add("/usr/bin/mise*\n/home/u/.local/share/mise/shims/python3 -> /usr/bin/mise");
    assert_eq!(found(&read_machine(&system)), ["/usr/bin/python3 3.11"]);
}

#[test]
fn pythons_behind_the_shims_of_asdf_and_mise_are_found() {
    let mut system = linux(&[DEBIAN], "/home/u/.asdf/shims:/usr/bin");
    system.write_script("/home/u/.asdf/shims/python3", "#!/usr/bin/env bash\n");
    system.add(
        "
        /home/u/.asdf/installs/python/3.10.4/bin/python3 -> python3.10
        /home/u/.asdf/installs/python/3.10.4/bin/python3.10*
        /home/u/.asdf/installs/python/3.10.4/lib/python3.10/os.py
        /home/u/.local/share/mise/installs/python/3.13 -> ./3.13.2
        /home/u/.local/share/mise/installs/python/3.13.2/bin/python3 -> python3.13
        /home/u/.local/share/mise/installs/python/3.13.2/bin/python3.13*
        /home/u/.local/share/mise/installs/python/3.13.2/lib/python3.13/os.py
        ",
    );
    assert_eq!(
        found(&read_machine(&system)),
        [
            "/usr/bin/python3 3.11",
            "/home/u/.local/share/mise/installs/python/3.13.2/bin/python3 3.13.2",
            "/home/u/.asdf/installs/python/3.10.4/bin/python3 3.10.4",
        ]
    );
}

#[test]
fn pythons_of_uv_and_homebrew_are_found_without_path() {
    let mut system = MemorySystem::linux(
        "
        /home/u/.local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/bin/python3 -> python3.13
        /home/u/.local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/bin/python3.13*
        /home/u/.local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/lib/python3.13/os.py
        /home/u/.local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/lib/python3.13/EXTERNALLY-MANAGED
        /home/u/.local/share/uv/python/cpython-3.13-linux-x86_64-gnu -> cpython-3.13.1-linux-x86_64-gnu
        /home/u/.local/share/uv/python/cpython-3.14.0rc2+freethreaded-linux-x86_64-gnu/bin/python3 -> python3.14t
        /home/u/.local/share/uv/python/cpython-3.14.0rc2+freethreaded-linux-x86_64-gnu/bin/python3.14t*
        /home/u/.local/share/uv/python/cpython-3.14.0rc2+freethreaded-linux-x86_64-gnu/lib/python3.14t/os.py
        /home/u/.local/share/uv/python/pypy-3.10.14-linux-x86_64-gnu/bin/python3 -> pypy3.10
        /home/u/.local/share/uv/python/pypy-3.10.14-linux-x86_64-gnu/bin/pypy3.10*
        /home/u/.local/share/uv/python/pypy-3.10.14-linux-x86_64-gnu/lib/pypy3.10/os.py
        /home/u/.local/share/uv/python/pypy-3.10.14-linux-x86_64-gnu/include/pypy3.10/patchlevel.h: #define PY_VERSION \"3.10.14\"
        /home/linuxbrew/.linuxbrew/opt/python@3.12 -> ../Cellar/python@3.12/3.12.4_1
        /home/linuxbrew/.linuxbrew/Cellar/python@3.12/3.12.4_1/bin/python3.12*
        /home/linuxbrew/.linuxbrew/Cellar/python@3.12/3.12.4_1/lib/python3.12/os.py
        /home/u/.local/bin/uv*
        ",
    );
    let machine = read_machine(&system);
    let uv = "/home/u/.local/share/uv/python";
    assert_eq!(
        found(&machine),
        [
            format!("{uv}/cpython-3.14.0rc2+freethreaded-linux-x86_64-gnu/bin/python3 3.14.0rc2"),
            format!("{uv}/cpython-3.13.1-linux-x86_64-gnu/bin/python3 3.13.1"),
            "/home/linuxbrew/.linuxbrew/opt/python@3.12/bin/python3.12 3.12.4".to_owned(),
            format!("{uv}/pypy-3.10.14-linux-x86_64-gnu/bin/python3 3.10.14"),
        ]
    );
    assert!(machine.interpreters[1].externally_managed.is_some());
    assert_eq!(machine.interpreters[3].version.implementation, Implementation::PyPy);
    assert_eq!(machine.tools.uv.as_deref(), Some("/home/u/.local/bin/uv".as_ref()));

    system.set_env("UV_PYTHON_INSTALL_DIR", "/elsewhere");
    assert_eq!(found(&read_machine(&system)).len(), 1);
}

#[test]
fn homebrew_on_a_mac_is_followed_into_its_framework() {
    let mut system = MemorySystem::macos(
        "
        /opt/homebrew/bin/python3.12 -> ../opt/python@3.12/bin/python3.12
        /opt/homebrew/opt/python@3.12 -> ../Cellar/python@3.12/3.12.4_1
        /opt/homebrew/Cellar/python@3.12/3.12.4_1/bin/python3.12 -> ../Frameworks/Python.framework/Versions/3.12/bin/python3.12
        /opt/homebrew/Cellar/python@3.12/3.12.4_1/Frameworks/Python.framework/Versions/3.12/bin/python3.12*
        /opt/homebrew/Cellar/python@3.12/3.12.4_1/Frameworks/Python.framework/Versions/3.12/lib/python3.12/os.py
        /opt/homebrew/Cellar/python@3.12/3.12.4_1/Frameworks/Python.framework/Versions/3.12/lib/python3.12/EXTERNALLY-MANAGED
        /usr/bin/python3*
        ",
    );
    system.set_env("PATH", "/opt/homebrew/bin:/usr/bin");
    let machine = read_machine(&system);
    assert_eq!(
        found(&machine),
        ["/opt/homebrew/bin/python3.12 3.12.4"],
        "`/usr/bin/python3` is Apple's shim"
    );
    assert!(machine.interpreters[0].externally_managed.is_some());
}

#[test]
fn windows_keeps_its_pythons_elsewhere() {
    let mut system = MemorySystem::windows(
        "
        C:/Users/u/AppData/Local/Microsoft/WindowsApps/python.exe
        C:/Users/u/AppData/Local/Programs/Python/Python312/python.exe*
        C:/Users/u/AppData/Local/Programs/Python/Python312/python3.dll
        C:/Users/u/AppData/Local/Programs/Python/Python312/python312.dll
        C:/Users/u/AppData/Local/Programs/Python/Python312/Lib/os.py
        C:/Users/u/AppData/Local/Programs/Python/Python312/Lib/ensurepip/__main__.py
        C:/Users/u/AppData/Local/Programs/Python/Python312/Lib/site-packages/pip-24.0.dist-info/
        C:/Users/u/AppData/Local/Programs/Python/Python312/Lib/site-packages/pip/__init__.py: from typing import List, Optional | __version__ = '24.0'
        C:/Users/u/AppData/Local/Programs/Python/Python312/include/patchlevel.h: #define PY_VERSION \"3.12.4\"
        C:/Users/u/.local/bin/uv.exe*
        ",
    );
    system.set_env("PATH", "C:\\Users\\u\\AppData\\Local\\Microsoft\\WindowsApps;C:\\Windows");
    system.set_env("LOCALAPPDATA", "C:\\Users\\u\\AppData\\Local");
    let machine = read_machine(&system);
    assert_eq!(machine.interpreters.len(), 1, "the alias for the shop is none");
    let python = &machine.interpreters[0];
    assert_eq!(python.version.to_string(), "3.12.4");
    assert!(python.has_ensurepip && python.pip.is_some() && python.externally_managed.is_none());
    assert!(machine.tools.uv.is_some());
}

#[test]
fn a_machine_without_python_is_empty() {
    assert_eq!(read_machine(&linux(&[], "/usr/bin:/bin::relative")), Machine::default());
}

#[test]
fn relative_folders_on_path_say_nothing_about_the_machine() {
    for path in [".:/usr/bin", "node_modules/.bin:./tools:/usr/bin", ":/usr/bin:..", "~/tools:/usr/bin"] {
        let mut system = linux(&[DEBIAN], path);
        for folder in ["", "node_modules/.bin/", "tools/", "~/tools/"] {
            // A machine in memory takes relative paths for ones that begin at its root, as if it ran there.
            system.add(&format!("/{folder}uv*\n/{folder}python3.12*\n/{folder}python3 -> python3.12"));
        }
        system.add("/lib/python3.12/os.py\n/node_modules/lib/python3.12/os.py\n/~/lib/python3.12/os.py");
        let machine = read_machine(&system);
        assert_eq!(found(&machine), ["/usr/bin/python3 3.11"], "{path}");
        assert_eq!(machine.tools.uv, None, "{path}");
    }
    let mut system = MemorySystem::windows("C:/tools/uv.exe*\nC:/bin/uv.exe*\nbin/uv.exe*\nC:bin/uv.exe*");
    system.set_env("PATH", ".;bin;C:bin;\\bin;\"C:\\tools\"");
    assert_eq!(read_machine(&system).tools.uv.as_deref(), Some("C:\\tools/uv.exe".as_ref()));
}

#[test]
fn variables_that_name_relative_folders_do_not_count() {
    let python = "
        $F/bin/python3 -> python3.12
        $F/bin/python3.12*
        $F/lib/python3.12/os.py
    ";
    for (variable, below) in [
        ("PYENV_ROOT", "versions/3.12.1"),
        ("UV_PYTHON_INSTALL_DIR", "cpython-3.12.1"),
        ("ASDF_DATA_DIR", "installs/python/3.12.1"),
        ("MISE_DATA_DIR", "installs/python/3.12.1"),
        ("XDG_DATA_HOME", "uv/python/cpython-3.12.1"),
    ] {
        let mut system = linux(&[&python.replace("$F", &format!("/tools/{below}"))], "/usr/bin");
        system.set_env(variable, "tools");
        assert_eq!(found(&read_machine(&system)), [""; 0], "{variable}");
        system.set_env(variable, "/tools");
        let expected = format!("/tools/{below}/bin/python3 3.12.1");
        assert_eq!(found(&read_machine(&system)), [expected], "{variable}");
    }
}

#[test]
fn tools_behind_shims_are_not_counted_on() {
    let mut system = linux(&[DEBIAN], "/home/u/.pyenv/shims:/usr/bin");
    system.write_script("/home/u/.pyenv/shims/uv", "#!/usr/bin/env bash\n");
    assert_eq!(read_machine(&system).tools.uv, None);
    system.add("/usr/bin/uv*");
    assert_eq!(read_machine(&system).tools.uv.as_deref(), Some("/usr/bin/uv".as_ref()));
}

#[test]
fn the_distributors_words_are_read_in_the_users_language() {
    let marker = "[externally-managed]\nError-de_DE=Nimm apt.\nError-de=Nimm nicht pip.\nerror=Use apt\n install x.\n\n See \u{1b}[1mhere\u{202e}: 100 %\n\n";
    let said = |variables: &[(&str, &str)]| {
        let mut system = linux(&[DEBIAN], "/usr/bin");
        system.write("/usr/lib/python3.11/EXTERNALLY-MANAGED", marker);
        for (name, value) in variables {
            system.set_env(name, value);
        }
        read_machine(&system).interpreters[0].managed_message.as_deref().map(str::to_owned)
    };
    let english = Some("Use apt\ninstall x.\n\nSee \u{FFFD}[1mhere\u{FFFD}: 100 %".to_owned());
    assert_eq!(said(&[]), english);
    for other in ["C", "POSIX", "C.UTF-8", "en_GB.UTF-8", "fr_FR"] {
        assert_eq!(said(&[("LANG", other)]), english, "{other}");
    }
    assert_eq!(said(&[("LANG", "de_DE.UTF-8")]).as_deref(), Some("Nimm apt."));
    assert_eq!(said(&[("LANG", "de_DE@euro"), ("LC_ALL", "de_AT")]).as_deref(), Some("Nimm nicht pip."));
    assert_eq!(said(&[("LANG", "fr_FR"), ("LC_MESSAGES", "de")]).as_deref(), Some("Nimm nicht pip."));
    assert_eq!(said(&[("LC_ALL", "C"), ("LANG", "de_DE")]), english);
}

#[test]
fn a_marker_that_says_nothing_marks_all_the_same() {
    for text in [
        &b""[..],
        b"Error=no section\n",
        b"[Externally-Managed]\nError=other section\n",
        b"[externally-managed]\nHint=x\n",
        b"[externally-managed]\nError=\n",
        b"[externally-managed]\nError=\xff\n",
        b"[externally-managed]\nError=a\nError=b\n",
    ] {
        let mut system = linux(&[DEBIAN], "/usr/bin");
        system.write("/usr/lib/python3.11/EXTERNALLY-MANAGED", text);
        let python = &read_machine(&system).interpreters[0];
        assert!(python.externally_managed.is_some());
        assert_eq!(python.managed_message, None, "{:?}", String::from_utf8_lossy(text));
    }
}
