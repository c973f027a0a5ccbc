//! What happens to environments in real life, done to real ones, with a proof that it does the harm that we say.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use venv_analysis::facts::{Cure, Harm, Interpreter};
use venv_discovery::read_environment;

use super::{machine, make_venv, run};

fn issues(root: &Path) -> Vec<(&'static str, Harm)> {
    let found = read_environment(&machine().0, root).expect("it is an environment");
    found.health.iter().map(|issue| (issue.code, issue.harm)).collect()
}

/// The folder without links, so that tools write the paths that we compare with.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let temporary = tempfile::tempdir().expect("a temporary folder can be made");
    let path = fs::canonicalize(temporary.path()).expect("it exists");
    (temporary, path)
}

/// What a program says, whether or not it likes what it sees. `None` where it does not even start.
fn said(program: &Path, args: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(args)
        .env_remove("PYTHONHOME")
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

fn copy(from: &Path, to: &Path) {
    let (from, to) = (from.to_str().expect("a plain name"), to.to_str().expect("a plain name"));
    run(Path::new("cp"), &["-a", from, to], Path::new("/"));
}

#[expect(clippy::print_stderr, reason = "what is left out is named in the output of the test")]
fn with_pip() -> Option<Interpreter> {
    let found = machine().1.interpreters.into_iter().find(|python| python.has_ensurepip);
    if found.is_none() {
        eprintln!("skipped: no Python here can put pip into an environment");
    }
    found
}

#[test]
fn environments_of_every_python_are_moved_copied_and_renamed_by_links() {
    let (_kept, folder) = folder();
    for (index, python) in machine().1.interpreters.iter().enumerate() {
        let made = folder.join(format!("made {index}"));
        if make_venv(python, &made, &["--without-pip"]).is_none() {
            continue;
        }
        let link = folder.join(format!("link-{index}"));
        symlink(&made, &link).expect("links can be made");
        assert_eq!(issues(&link), [], "Python {}", python.version);

        let copied = folder.join(format!("copied-{index}"));
        copy(&made, &copied);
        assert_eq!(issues(&copied), [("copied", Harm::Partial)], "Python {}", python.version);
        fs::remove_dir_all(&made).expect("it can be removed");
        assert_eq!(issues(&copied), [("moved", Harm::Partial)], "Python {}", python.version);
        eprintln!("checked: `venv` with Python {}", python.version);
    }
}

#[test]
fn the_pip_of_a_copy_belongs_to_the_original() {
    let Some(python) = with_pip() else { return };
    let (_kept, folder) = folder();
    let (made, copied) = (folder.join("made"), folder.join("copied"));
    make_venv(&python, &made, &[]).expect("it has ensurepip");
    copy(&made, &copied);
    let found = read_environment(&machine().0, &copied).expect("it is an environment");
    assert_eq!(
        found.health[0].message,
        format!(
            "it is a copy of `{}`, and its `bin/pip` installs into that one: recreate the environment",
            made.display()
        )
    );
    let pip = said(&copied.join("bin/pip"), &["--version"]).expect("it starts");
    assert!(pip.contains(&format!("{}/", made.display())), "{pip}");
    // Its Python is its own, so that `python -m pip` would be right.
    let pip = said(&copied.join("bin/python"), &["-m", "pip", "--version"]).expect("it starts");
    assert!(pip.contains(&format!("{}/", copied.display())), "{pip}");

    fs::remove_dir_all(&made).expect("it can be removed");
    assert_eq!(issues(&copied), [("moved", Harm::Partial)]);
    assert_eq!(said(&copied.join("bin/pip"), &["--version"]), None, "its interpreter is gone");

    // `venv` over it writes a new `activate`, and leaves `pip` as it is.
    make_venv(&python, &copied, &["--without-pip"]).expect("it has `venv`");
    assert_eq!(issues(&copied), [("moved", Harm::Partial)]);
}

#[test]
fn environments_of_uv_are_moved_unless_they_are_relocatable() {
    let (_, machine) = machine();
    let Some(uv) = &machine.tools.uv else {
        eprintln!("skipped: there is no `uv` on `PATH`");
        return;
    };
    let (_kept, folder) = folder();
    let executable = machine.interpreters[0].executable.to_str().expect("a plain name");
    for (options, expected) in [(&[][..], &[("moved", Harm::Partial)][..]), (&["--relocatable"], &[])] {
        let (made, moved) = (folder.join("made"), folder.join("moved"));
        let mut args = vec!["venv", "--quiet", "--no-config", "--python", executable];
        args.extend(options);
        args.push(made.to_str().expect("a plain name"));
        run(uv, &args, &folder);
        fs::rename(&made, &moved).expect("it can be moved");
        assert_eq!(issues(&moved), expected, "{options:?}");
        fs::remove_dir_all(&moved).expect("it can be removed");
    }
}

#[test]
fn an_environment_of_virtualenv_is_moved() {
    if said(Path::new("virtualenv"), &["--version"]).is_none() {
        eprintln!("skipped: there is no `virtualenv` on `PATH`");
        return;
    }
    let (_kept, folder) = folder();
    let (made, moved) = (folder.join("made"), folder.join("moved"));
    let name = made.to_str().expect("a plain name");
    run(Path::new("virtualenv"), &["--quiet", "--no-periodic-update", name], &folder);
    fs::rename(&made, &moved).expect("it can be moved");
    assert_eq!(issues(&moved), [("moved", Harm::Partial)]);
}

#[test]
fn a_creation_that_was_stopped_is_seen_for_every_python() {
    // As `venv` goes about it: everything up to pip, and nothing after it.
    const STOPPED: &str = "
import sys, venv
class Builder(venv.EnvBuilder):
    def _setup_pip(self, context):
        raise SystemExit(0)
Builder(with_pip=True, symlinks=True).create(sys.argv[1])
";
    let (_kept, folder) = folder();
    for (index, python) in machine().1.interpreters.iter().enumerate() {
        let root = folder.join(format!("stopped-{index}"));
        let name = root.to_str().expect("a plain name");
        let started = said(&python.executable, &["-I", "-c", STOPPED, name]);
        if !root.join("pyvenv.cfg").exists() {
            eprintln!("skipped: Python {} has no `venv`: {started:?}", python.version);
            continue;
        }
        assert_eq!(issues(&root), [("half-made", Harm::Unusable)], "Python {}", python.version);
        if !python.has_ensurepip {
            let root = folder.join(format!("refused-{index}"));
            said(&python.executable, &["-m", "venv", root.to_str().expect("a plain name")]);
            assert_eq!(issues(&root), [("half-made", Harm::Unusable)], "Python {}", python.version);
            eprintln!("checked: `venv` without `ensurepip`, Python {}", python.version);
        }
    }
}

#[test]
fn a_base_that_was_replaced_leaves_its_packages_behind() {
    let (_, machine) = machine();
    let python = &machine.interpreters[0];
    let version = |python: &Interpreter| (python.version.major, python.version.minor);
    let Some(other) = machine.interpreters.iter().find(|other| version(other) != version(python)) else {
        eprintln!("skipped: there is one Python only");
        return;
    };
    let (_kept, folder) = folder();
    // A folder of links stands for `/usr/bin`, where an upgrade gives `python3` another meaning.
    let base = folder.join("base");
    fs::create_dir(&base).expect("folders can be made");
    let link = base.join("python3");
    symlink(fs::canonicalize(&python.executable).expect("it exists"), &link).expect("links can be made");
    let root = folder.join("made");
    let made = Command::new(&link)
        .args(["-m", "venv", "--without-pip"])
        .arg(&root)
        .output()
        .is_ok_and(|output| output.status.success());
    if !made || fs::read_link(root.join("bin/python3")).ok() != Some(link.clone()) {
        eprintln!("skipped: the environment is not linked to the folder of links");
        return;
    }
    fs::remove_file(&link).expect("it can be removed");
    symlink(fs::canonicalize(&other.executable).expect("it exists"), &link).expect("links can be made");
    assert_eq!(issues(&root)[0], ("version-mismatch", Harm::Unusable));
}

#[test]
fn a_spoilt_configuration_is_seen() {
    let (_kept, folder) = folder();
    let python = &machine().1.interpreters[0];
    let root = folder.join("made");
    if make_venv(python, &root, &["--without-pip"]).is_none() {
        return;
    }
    let config = root.join("pyvenv.cfg");
    let text = fs::read(&config).expect("it is there");
    fs::write(&config, [&text, &b"prompt = \xe4\n"[..]].concat()).expect("it can be written");
    assert_eq!(issues(&root), [("pyvenv-cfg-corrupt", Harm::Unusable)]);
    let failed = said(&root.join("bin/python"), &["-c", "print('works')"]).expect("it starts");
    assert!(!failed.contains("works"), "{failed}");
    fs::write(&config, "").expect("it can be written");
    assert_eq!(issues(&root), [("pyvenv-cfg-corrupt", Harm::Unusable)]);
}

#[test]
fn a_copied_python_for_another_processor_or_without_its_base() {
    let (_kept, folder) = folder();
    let python = &machine().1.interpreters[0];
    let root = folder.join("made");
    if make_venv(python, &root, &["--without-pip", "--copies"]).is_none() {
        return;
    }
    assert_eq!(issues(&root), []);
    let own = root.join("bin/python");
    let program = fs::read(&own).expect("it is there");
    if program.starts_with(b"\x7fELF") {
        let mut foreign = program.clone();
        // S/390: nothing else runs that.
        foreign[18..20].copy_from_slice(&[22, 0]);
        fs::write(&own, foreign).expect("it can be written");
        let codes: Vec<_> = issues(&root);
        assert_eq!(codes[0], ("other-cpu", Harm::Unusable));
        assert_eq!(said(&own, &["--version"]), None, "the kernel refuses it");
        fs::write(&own, program).expect("it can be written");
    } else {
        eprintln!("skipped: the Pythons of this machine are no ELF files");
    }
    let config = root.join("pyvenv.cfg");
    let text = fs::read_to_string(&config).expect("it is there");
    let lines = text.lines().map(|line| if line.starts_with("home") { "home = /gone/bin" } else { line });
    fs::write(&config, lines.collect::<Vec<_>>().join("\n")).expect("it can be written");
    assert_eq!(issues(&root), [("base-python-missing", Harm::Unusable)]);
}

#[test]
fn what_an_interrupted_installation_leaves_is_what_pip_complains_about() {
    let Some(python) = with_pip() else { return };
    let (_kept, folder) = folder();
    let root = folder.join("made");
    make_venv(&python, &root, &[]).expect("it has ensurepip");
    let site = read_environment(&machine().0, &root).expect("it is one").site_packages.swap_remove(0);
    let left = site.join("~ip-1.0.dist-info");
    fs::create_dir(&left).expect("folders can be made");
    let found = read_environment(&machine().0, &root).expect("it is one");
    let cures: Vec<_> = found.health.iter().map(|issue| (issue.code, issue.cure.clone())).collect();
    assert_eq!(cures, [("leftovers", Cure::Remove(vec![left.clone()]))]);
    let own = root.join("bin/python");
    let complaint = said(&own, &["-m", "pip", "list"]).expect("it starts");
    assert!(complaint.contains("WARNING") && complaint.contains("~ip"), "{complaint}");
    fs::remove_dir(&left).expect("it can be removed");
    assert_eq!(issues(&root), []);
    assert!(!said(&own, &["-m", "pip", "list"]).expect("it starts").contains("WARNING"));
}
