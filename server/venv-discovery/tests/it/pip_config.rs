//! pip's configuration files, where each platform has them.

use std::path::Path;

use test_support::memory_system::MemorySystem;
use venv_analysis::facts::{PipLevel, PipSettings, PipSource};
use venv_discovery::read_pip_settings;

/// Every setting as `section.name=value @ level path:line`, or `@ VARIABLE`.
fn said(settings: &PipSettings) -> Vec<String> {
    let settings = settings.settings.iter();
    settings
        .map(|setting| {
            let place = match &setting.source {
                PipSource::File { file, line, .. } => {
                    format!("{:?} {}:{line}", file.level, file.path.display()).replace('\\', "/")
                }
                PipSource::Variable(name) => (*name).to_owned(),
            };
            format!("{}.{}={} @ {place}", setting.section, setting.name, setting.value)
        })
        .collect()
}

fn value(settings: &PipSettings) -> Option<&str> {
    settings.find("user", "install").map(|setting| &*setting.value)
}

#[test]
fn linux_reads_the_machines_the_users_and_the_environments_file() {
    let mut system = MemorySystem::linux(
        "
        /etc/xdg/pip/pip.conf: [global] | user = xdg
        /etc/pip.conf: [global] | user = etc
        /home/u/.pip/pip.conf: [global] | user = old
        /home/u/.config/pip/pip.conf: [global] | timeout = 5 | user = new
        /p/.venv/pip.conf: [global] | user = site
        /named.conf: [global] | user = named
        ",
    );
    let prefix = Some(Path::new("/p/.venv"));
    assert_eq!(
        said(&read_pip_settings(&system, prefix)),
        [
            "global.user=xdg @ Global /etc/xdg/pip/pip.conf:2",
            "global.user=etc @ Global /etc/pip.conf:2",
            "global.user=old @ User /home/u/.pip/pip.conf:2",
            "global.timeout=5 @ User /home/u/.config/pip/pip.conf:2",
            "global.user=new @ User /home/u/.config/pip/pip.conf:3",
            "global.user=site @ Site /p/.venv/pip.conf:2",
        ]
    );
    assert_eq!(value(&read_pip_settings(&system, None)), Some("new"));

    system.set_env("PIP_USER", "variable");
    assert_eq!(value(&read_pip_settings(&system, prefix)), Some("variable"));
    system.set_env("PIP_USER", "");
    system.set_env("XDG_CONFIG_DIRS", "/etc/xdg:/other");
    system.add("/other/pip/pip.conf: [global] | user = other");
    system.set_env("XDG_CONFIG_HOME", "/home/u/settings");
    assert_eq!(
        said(&read_pip_settings(&system, None)),
        [
            "global.user=xdg @ Global /etc/xdg/pip/pip.conf:2",
            "global.user=other @ Global /other/pip/pip.conf:2",
            "global.user=etc @ Global /etc/pip.conf:2",
            "global.user=old @ User /home/u/.pip/pip.conf:2",
        ]
    );
}

#[test]
fn a_named_file_replaces_the_users() {
    let mut system = MemorySystem::linux(
        "
        /etc/pip.conf: [global] | user = etc
        /home/u/.config/pip/pip.conf: [install] | user = new
        /p/.venv/pip.conf: [global] | user = site
        /named.conf: [global] | user = named
        ",
    );
    system.set_env("PIP_CONFIG_FILE", "/named.conf");
    let settings = read_pip_settings(&system, Some(Path::new("/p/.venv")));
    let levels: Vec<PipLevel> = settings
        .settings
        .iter()
        .filter_map(|setting| match &setting.source {
            PipSource::File { file, .. } => Some(file.level),
            PipSource::Variable(_) => None,
        })
        .collect();
    assert_eq!(levels, [PipLevel::Global, PipLevel::Site, PipLevel::Named]);
    assert_eq!(value(&settings), Some("named"));

    system.set_env("PIP_CONFIG_FILE", "/gone.conf");
    assert_eq!(value(&read_pip_settings(&system, None)), Some("new"));
    system.set_env("PIP_CONFIG_FILE", "/dev/null");
    system.set_env("PIP_BREAK_SYSTEM_PACKAGES", "1");
    assert_eq!(
        said(&read_pip_settings(&system, None)),
        [":env:.break-system-packages=1 @ PIP_BREAK_SYSTEM_PACKAGES"]
    );
}

#[test]
fn macs_have_a_folder_of_their_own_if_it_is_there() {
    let mut system = MemorySystem::macos(
        "
        /Library/Application Support/pip/pip.conf: [global] | user = all
        /Users/u/.config/pip/pip.conf: [global] | user = unix
        ",
    );
    assert_eq!(value(&read_pip_settings(&system, None)), Some("unix"));
    system.add("/Users/u/Library/Application Support/pip/");
    assert_eq!(value(&read_pip_settings(&system, None)), Some("all"));
    system.add("/Users/u/Library/Application Support/pip/pip.conf: [global] | user = apple");
    assert_eq!(value(&read_pip_settings(&system, None)), Some("apple"));
}

#[test]
fn windows_calls_its_files_otherwise() {
    let mut system = MemorySystem::windows(
        "
        C:/ProgramData/pip/pip.ini: [global] | user = all
        C:/Users/u/pip/pip.ini: [global] | user = old
        C:/Users/u/AppData/Roaming/pip/pip.ini: [global] | user = new
        C:/p/.venv/pip.ini: [global] | user = site
        C:/p/.venv/pip.conf: [global] | user = nobody
        ",
    );
    system.set_env("APPDATA", "C:\\Users\\u\\AppData\\Roaming");
    assert_eq!(
        said(&read_pip_settings(&system, Some(Path::new("C:/p/.venv")))),
        [
            "global.user=all @ Global C:/ProgramData/pip/pip.ini:2",
            "global.user=old @ User C:/Users/u/pip/pip.ini:2",
            "global.user=new @ User C:/Users/u/AppData/Roaming/pip/pip.ini:2",
            "global.user=site @ Site C:/p/.venv/pip.ini:2",
        ]
    );
    system.set_env("PIP_CONFIG_FILE", "nul");
    assert_eq!(said(&read_pip_settings(&system, None)), [""; 0]);
}
