//! Where the tools and installers of each platform put their Pythons.

use test_support::memory_system::MemorySystem;
use venv_analysis::facts::Machine;
use venv_discovery::read_machine;

fn found(machine: &Machine) -> Vec<String> {
    let interpreters = machine.interpreters.iter();
    interpreters
        .map(|found| {
            format!("{} {}", found.executable.display(), found.version).replace('\\', "/").replace("//", "/")
        })
        .collect()
}

/// A Python of POSIX at `prefix`, whose patch level only its headers tell.
fn posix(prefix: &str, version: &str) -> String {
    let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
    format!(
        "
        {prefix}/bin/python3 -> python{minor}
        {prefix}/bin/python{minor}*
        {prefix}/lib/python{minor}/os.py
        {prefix}/include/python{minor}/patchlevel.h: #define PY_VERSION \"{version}\"
        "
    )
}

/// A Python of Windows at `prefix`.
fn windows(prefix: &str, version: &str) -> String {
    let mut parts = version.split('.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    format!(
        "
        {prefix}/python.exe*
        {prefix}/python{major}.dll
        {prefix}/python{major}{minor}.dll
        {prefix}/Lib/os.py
        {prefix}/include/patchlevel.h: #define PY_VERSION \"{version}\"
        "
    )
}

#[test]
fn conda_has_a_python_of_its_own() {
    for (prefix, variable) in [
        ("/home/u/miniforge3", None),
        ("/home/u/miniconda3", None),
        ("/home/u/anaconda3", None),
        ("/opt/conda", None),
        ("/opt/miniforge3", None),
        ("/data/conda", Some(("_CONDA_ROOT", "/data/conda"))),
        ("/data/conda", Some(("CONDA_EXE", "/data/conda/bin/conda"))),
        ("/data/mamba", Some(("MAMBA_ROOT_PREFIX", "/data/mamba"))),
    ] {
        let mut system = MemorySystem::linux(&posix(prefix, "3.12.4"));
        system.add(&format!("{prefix}/conda-meta/history"));
        if let Some((name, value)) = variable {
            system.set_env(name, value);
        }
        assert_eq!(found(&read_machine(&system)), [format!("{prefix}/bin/python3 3.12.4")]);
    }
    let system = MemorySystem::macos(&posix("/opt/homebrew/Caskroom/miniconda/base", "3.12.4"));
    assert_eq!(found(&read_machine(&system)), ["/opt/homebrew/Caskroom/miniconda/base/bin/python3 3.12.4"]);
    let mut system = MemorySystem::windows(&windows("C:/ProgramData/miniconda3", "3.12.4"));
    system.set_env("ProgramData", "C:\\ProgramData");
    assert_eq!(found(&read_machine(&system)), ["C:/ProgramData/miniconda3/python.exe 3.12.4"]);
}

#[test]
fn a_conda_that_marks_its_python_is_managed() {
    let mut system = MemorySystem::linux(&posix("/opt/conda", "3.12.4"));
    system.add("/opt/conda/lib/python3.12/EXTERNALLY-MANAGED: [externally-managed] | Error=Use conda.");
    let machine = read_machine(&system);
    assert!(machine.interpreters[0].externally_managed.is_some());
    assert_eq!(machine.interpreters[0].managed_message.as_deref(), Some("Use conda."));
}

#[test]
fn fedora_keeps_its_library_in_another_folder() {
    let mut system = MemorySystem::linux(
        "
        /usr/bin/python3 -> python3.13
        /usr/bin/python3.13*
        /usr/lib64/python3.13/os.py
        /usr/lib64/python3.13/EXTERNALLY-MANAGED: [externally-managed] | Error=Use dnf.
        /usr/lib/python3.13/site-packages/
        ",
    );
    system.set_env("PATH", "/usr/bin");
    let machine = read_machine(&system);
    assert_eq!(found(&machine), ["/usr/bin/python3 3.13"]);
    assert_eq!(machine.interpreters[0].managed_message.as_deref(), Some("Use dnf."));
}

#[test]
fn a_python_tells_its_version_in_a_file_of_its_own() {
    let mut system = MemorySystem::linux(
        "
        /usr/bin/python3 -> python3.14
        /usr/bin/python3.14*
        /usr/lib/python3.14/os.py
        ",
    );
    system.write(
        "/usr/lib/python3.14/build-details.json",
        r#"{"schema_version": "1.0", "language": {"version": "3.14", "version_info":
            {"major": 3, "minor": 14, "micro": 2, "releaselevel": "final", "serial": 0}}}"#,
    );
    system.set_env("PATH", "/usr/bin");
    assert_eq!(found(&read_machine(&system)), ["/usr/bin/python3 3.14.2"]);
}

#[test]
fn macs_have_frameworks() {
    let python_org = "/Library/Frameworks/Python.framework/Versions";
    let tools = "/Library/Developer/CommandLineTools";
    let xcode = "/Applications/Xcode.app/Contents/Developer";
    let mut system = MemorySystem::macos(&posix(&format!("{python_org}/3.13"), "3.13.1"));
    system.add(&posix("/opt/local/Library/Frameworks/Python.framework/Versions/3.11", "3.11.9"));
    for parent in [tools, xcode] {
        let framework = format!("{parent}/Library/Frameworks/Python3.framework/Versions/3.9");
        system.add(&posix(&framework, "3.9.6"));
        system.add(&format!(
            "{parent}/usr/bin/python3 -> ../../Library/Frameworks/Python3.framework/Versions/3.9/bin/python3"
        ));
    }
    system.add(&format!(
        "
        {python_org}/Current -> 3.13
        /usr/local/bin/python3 -> {python_org}/3.13/bin/python3
        /usr/bin/python3*
        "
    ));
    system.set_env("PATH", "/usr/bin:/bin");
    assert_eq!(
        found(&read_machine(&system)),
        [
            format!("{python_org}/3.13/bin/python3 3.13.1"),
            "/opt/local/Library/Frameworks/Python.framework/Versions/3.11/bin/python3 3.11.9".to_owned(),
            format!("{tools}/usr/bin/python3 3.9.6"),
            format!("{xcode}/usr/bin/python3 3.9.6"),
        ],
        "`/usr/bin/python3` is a shim"
    );
}

#[test]
fn windows_has_many_installers() {
    let local = "C:/Users/u/AppData/Local";
    let mut system = MemorySystem::windows(&windows(&format!("{local}/Programs/Python/Python313"), "3.13.1"));
    for (prefix, version) in [
        (&*format!("{local}/Python/pythoncore-3.14-64"), "3.14.0"),
        ("C:/Program Files/Python312", "3.12.4"),
        ("C:/Program Files (x86)/Python311-32", "3.11.9"),
        ("C:/Python310", "3.10.4"),
        ("C:/Users/u/.pyenv/pyenv-win/versions/3.9.13", "3.9.13"),
        ("C:/Users/u/AppData/Roaming/uv/python/cpython-3.8.20-windows-x86_64-none", "3.8.20"),
    ] {
        system.add(&windows(prefix, version));
    }
    // What only chooses a Python: the launcher, those of the manager, the alias for the shop, pyenv's scripts.
    system.add(&format!(
        "
        C:/Windows/py.exe*
        {local}/Python/bin/python.exe*
        {local}/Python/bin/python3.14.exe*
        {local}/Microsoft/WindowsApps/python.exe
        {local}/Microsoft/WindowsApps/python3.exe
        C:/Users/u/.pyenv/pyenv-win/shims/python.bat*
        "
    ));
    let path = format!(
        "C:\\Windows;{local}\\Python\\bin;{local}\\Microsoft\\WindowsApps;C:\\Users\\u\\.pyenv\\pyenv-win\\shims"
    );
    for (name, value) in [
        ("PATH", &*path.replace('/', "\\")),
        ("LOCALAPPDATA", "C:\\Users\\u\\AppData\\Local"),
        ("APPDATA", "C:\\Users\\u\\AppData\\Roaming"),
        ("ProgramFiles", "C:\\Program Files"),
        ("ProgramFiles(x86)", "C:\\Program Files (x86)"),
        ("SystemDrive", "C:"),
    ] {
        system.set_env(name, value);
    }
    assert_eq!(
        found(&read_machine(&system)),
        [
            format!("{local}/Python/pythoncore-3.14-64/python.exe 3.14.0"),
            format!("{local}/Programs/Python/Python313/python.exe 3.13.1"),
            "C:/Program Files/Python312/python.exe 3.12.4".to_owned(),
            "C:/Program Files (x86)/Python311-32/python.exe 3.11.9".to_owned(),
            "C:/Python310/python.exe 3.10.4".to_owned(),
            "C:/Users/u/.pyenv/pyenv-win/versions/3.9.13/python.exe 3.9.13".to_owned(),
            "C:/Users/u/AppData/Roaming/uv/python/cpython-3.8.20-windows-x86_64-none/python.exe 3.8.20"
                .to_owned(),
        ]
    );
}
