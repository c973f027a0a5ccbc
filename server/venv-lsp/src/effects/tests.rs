//! What is moved comes back, wherever it was interrupted: the lock of whoever is dropped is free, as after a `kill -9`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::identity::Identity;
use super::journal::Journal;
use super::moves::{Moves, Old};
use super::place::Place;
use super::unfinished::{Resumed, settle_unfinished};

/// A project with an environment, and a state folder elsewhere.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(desk.folder.path().join("p")).unwrap();
        desk
    }

    fn with_environment() -> Self {
        let desk = Self::new();
        desk.write(".venv/pyvenv.cfg", "home = /usr/bin\n");
        desk.write(".venv/lib/python3.12/site-packages/six.py", "");
        desk.write(".venv/lib/python3.12/site-packages/six-1.0.dist-info/RECORD", "six.py,,\n");
        desk.write(".venv/bin/python", "");
        desk
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("p").join(path)
    }

    fn state(&self) -> PathBuf {
        self.folder.path().join("state/works")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn succeed(&self) -> Place {
        let place = Place::succeed(&self.path(".venv"), Some(&self.state())).unwrap();
        self.write(".venv/pyvenv.cfg", "home = /opt\n");
        self.write(".venv/lib/python3.13/site-packages/half.py", "");
        place
    }

    fn settle(&self) -> Vec<Resumed> {
        settle_unfinished(&self.state())
    }

    fn contents(&self) -> BTreeMap<String, String> {
        let mut contents = BTreeMap::new();
        add_contents(&self.path(""), "", &mut contents);
        contents
    }

    fn is_settled(&self) -> bool {
        fs::read_dir(self.state()).map_or(true, |mut entries| entries.next().is_none())
    }
}

/// Every path with what is there.
fn add_contents(folder: &Path, prefix: &str, contents: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let (path, name) = (entry.path(), format!("{prefix}{}", entry.file_name().to_string_lossy()));
        let kind = entry.file_type().unwrap();
        let what = if kind.is_symlink() {
            format!("-> {}", fs::read_link(&path).unwrap().display())
        } else if kind.is_dir() {
            add_contents(&path, &format!("{name}/"), contents);
            "/".to_owned()
        } else {
            fs::read_to_string(&path).unwrap()
        };
        contents.insert(name, what);
    }
}

#[test]
fn a_place_is_taken_once() {
    let desk = Desk::new();
    let place = Place::take(&desk.path(".venv"), Some(&desk.state())).unwrap();
    assert!(Place::take(&desk.path(".venv"), Some(&desk.state())).unwrap_err().contains("is there already"));
    desk.write(".venv/half", "");
    assert_eq!(place.give_back(), "nothing was left behind");
    assert!(desk.contents().is_empty() && desk.is_settled());
}

#[test]
fn what_somebody_else_put_there_stays() {
    let desk = Desk::new();
    let place = Place::take(&desk.path(".venv"), Some(&desk.state())).unwrap();
    fs::rename(desk.path(".venv"), desk.path("aside")).unwrap();
    desk.write(".venv/precious", "");
    assert!(place.give_back().contains("stays"));
    assert!(desk.path(".venv/precious").exists() && desk.is_settled());
}

#[test]
fn a_creation_that_was_interrupted_leaves_nothing() {
    let desk = Desk::new();
    let place = Place::take(&desk.path(".venv"), Some(&desk.state())).unwrap();
    desk.write(".venv/pyvenv.cfg", "home = /usr/bin\n");
    // Whoever lives is left alone.
    assert_eq!(desk.settle(), []);
    assert!(desk.path(".venv/pyvenv.cfg").exists());
    drop(place);
    let resumed = desk.settle();
    let folder = desk.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    assert_eq!(
        resumed[0].message,
        format!(
            "`.venv` was being created when venv-lsp was interrupted; nothing was left behind (in `{folder}`)"
        )
    );
    assert!(desk.contents().is_empty() && desk.is_settled());
    assert_eq!(desk.settle(), []);
}

#[test]
fn a_creation_that_was_interrupted_does_not_touch_what_came_after_it() {
    let desk = Desk::new();
    drop(Place::take(&desk.path(".venv"), Some(&desk.state())).unwrap());
    fs::remove_dir(desk.path(".venv")).unwrap();
    desk.write("filler", "so that the number of the folder is taken");
    desk.write(".venv/pyvenv.cfg", "mine");
    fs::remove_file(desk.path("filler")).unwrap();
    let before = desk.contents();
    desk.settle();
    assert_eq!(desk.contents(), before);
    assert!(desk.is_settled());
}

#[test]
fn the_old_one_comes_back_from_wherever_it_was_interrupted() {
    // By hand, up to the point of each interruption.
    let steps: [fn(&Desk, &Moves, &mut Journal); 6] = [
        |_, _, _| {},
        |_, moves, _| fs::rename(&moves.place, &moves.old.as_ref().unwrap().aside).unwrap(),
        |_, moves, _| fs::create_dir(&moves.place).unwrap(),
        |desk, moves, journal| {
            journal.made(&Identity::at(&moves.place).unwrap()).unwrap();
            desk.write(".venv/pyvenv.cfg", "home = /opt\n");
        },
        // An earlier settlement got so far.
        |_, moves, _| fs::rename(&moves.place, &moves.doomed).unwrap(),
        |_, moves, _| fs::rename(&moves.old.as_ref().unwrap().aside, &moves.place).unwrap(),
    ];
    for count in 0..=steps.len() {
        let desk = Desk::with_environment();
        let before = desk.contents();
        let place = desk.path(".venv");
        let moves = Moves {
            old: Some(Old { identity: Identity::at(&place).unwrap(), aside: desk.path(".venv.before-1") }),
            made: None,
            doomed: desk.path(".venv.removed-1"),
            place,
        };
        let mut journal = Journal::begin(&desk.state(), &moves).unwrap();
        for step in &steps[..count] {
            step(&desk, &moves, &mut journal);
        }
        drop(journal);
        let resumed = desk.settle();
        assert_eq!(desk.contents(), before, "after {count} steps: {resumed:?}");
        assert_eq!(resumed.len(), 1, "after {count} steps");
        assert!(desk.is_settled(), "after {count} steps");
    }
}

#[test]
fn a_successor_that_was_verified_stays() {
    let steps: [fn(&Moves); 3] = [
        |_| {},
        |moves| fs::rename(&moves.old.as_ref().unwrap().aside, &moves.doomed).unwrap(),
        |moves| fs::remove_file(moves.doomed.join("pyvenv.cfg")).unwrap(),
    ];
    for count in 0..=steps.len() {
        let desk = Desk::with_environment();
        let mut place = desk.succeed();
        place.journal.as_mut().unwrap().verified().unwrap();
        let moves = place.moves.clone();
        for step in &steps[..count] {
            step(&moves);
        }
        drop(place);
        let resumed = desk.settle();
        assert!(resumed[0].message.contains("had been replaced"), "{resumed:?}");
        assert_eq!(fs::read_to_string(desk.path(".venv/pyvenv.cfg")).unwrap(), "home = /opt\n");
        assert_eq!(fs::read_dir(desk.path("")).unwrap().count(), 1, "after {count} steps");
        assert!(desk.is_settled());
    }
}

#[test]
fn the_old_one_goes_when_its_successor_stays() {
    let desk = Desk::with_environment();
    assert_eq!(desk.succeed().keep(), "");
    assert_eq!(fs::read_to_string(desk.path(".venv/pyvenv.cfg")).unwrap(), "home = /opt\n");
    assert_eq!(fs::read_dir(desk.path("")).unwrap().count(), 1);
    assert!(desk.is_settled());
}

#[test]
fn what_is_no_part_of_an_environment_is_kept() {
    let desk = Desk::with_environment();
    desk.write(".venv/notes.txt", "mine");
    desk.write(".venv/lib/python3.12/site-packages/mine.py", "");
    let left = desk.succeed().keep();
    let own = "(`lib/python3.12/site-packages/mine.py`, `notes.txt`) stays in `";
    assert!(left.contains(own), "{left}");
    let aside = Path::new(left.split('`').nth(5).unwrap());
    assert_eq!(fs::read_to_string(aside.join("notes.txt")).unwrap(), "mine");
    assert_eq!(fs::read_dir(aside.join("lib/python3.12/site-packages")).unwrap().count(), 1);
    assert_eq!(fs::read_dir(aside).unwrap().count(), 2);
}

#[test]
fn what_is_somebodys_own_in_the_folder_of_a_package_is_kept() {
    let desk = Desk::with_environment();
    let site = ".venv/lib/python3.12/site-packages";
    desk.write(&format!("{site}/beta-1.0.dist-info/RECORD"), "beta/__init__.py,,\nbeta/data/a.bin,,\n");
    for path in ["__init__.py", "data/a.bin", "__pycache__/x.pyc"] {
        desk.write(&format!("{site}/beta/{path}"), "");
    }
    let own = ["data/model.bin", "local_settings.py", "mine/work.py"];
    for path in own {
        desk.write(&format!("{site}/beta/{path}"), path);
    }
    desk.write(".venv/bin/activate", "export DB=secret\n");
    let place = desk.succeed();
    desk.write(".venv/bin/activate", "");
    let left = place.keep();
    assert!(
        left.contains("`bin/activate`")
            && left.contains("beta/local_settings.py")
            && left.contains(" and 1 more"),
        "{left}"
    );
    let aside = Path::new(left.rsplit('`').nth(1).unwrap());
    let mut kept = BTreeMap::new();
    add_contents(aside, "", &mut kept);
    kept.retain(|_, what| what != "/");
    let in_package = own.map(|path| (format!("lib/python3.12/site-packages/beta/{path}"), path.to_owned()));
    let script = ("bin/activate".to_owned(), "export DB=secret\n".to_owned());
    assert_eq!(kept, BTreeMap::from_iter(in_package.into_iter().chain([script])));
}

#[cfg(unix)]
#[test]
fn a_successor_is_for_the_same_people() {
    use std::os::unix::fs::PermissionsExt as _;
    for mode in [0o700, 0o750, 0o775] {
        let desk = Desk::with_environment();
        let folder = desk.path(".venv");
        fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
        desk.succeed().keep();
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o7777, mode);
    }
}

#[test]
fn whatever_is_put_into_the_place_meanwhile_stays() {
    let desk = Desk::with_environment();
    let place = desk.succeed();
    fs::rename(desk.path(".venv"), desk.path("elsewhere")).unwrap();
    desk.write(".venv/precious", "");
    let left = place.give_back();
    assert!(left.contains("replaced by somebody else") && left.contains(".venv.before-"), "{left}");
    assert!(desk.path(".venv/precious").exists());
    let aside = PathBuf::from(left.split('`').nth(3).unwrap());
    assert!(aside.join("lib/python3.12/site-packages/six.py").exists());
}

#[test]
fn two_do_not_work_on_one_place() {
    let desk = Desk::with_environment();
    let place = desk.succeed();
    let second = Place::succeed(&desk.path(".venv"), Some(&desk.state())).unwrap_err();
    assert!(second.contains("another venv-lsp"), "{second}");
    assert_eq!(place.give_back(), "the old `.venv` is back as it was");
}

#[cfg(unix)]
#[test]
fn links_and_redirects_that_lead_nowhere_are_moved_themselves() {
    let link = std::os::unix::fs::symlink::<&Path, PathBuf>;
    let make: [&dyn Fn(&Desk); 2] = [&|desk| link(Path::new("gone"), desk.path(".venv")).unwrap(), &|desk| {
        desk.write(".venv", "./gone\n");
    }];
    let said = ["the link to `gone`", "the file with `./gone`"];
    for (make, said) in make.into_iter().zip(said) {
        let desk = Desk::new();
        make(&desk);
        let before = desk.contents();
        assert_eq!(desk.succeed().give_back(), "the old `.venv` is back as it was");
        assert_eq!(desk.contents(), before);
        drop(desk.succeed());
        desk.settle();
        assert_eq!(desk.contents(), before);
        let kept = desk.succeed().keep();
        assert!(
            kept.starts_with(said) && kept.contains(" that was there is kept as `.venv.before-"),
            "{kept}"
        );
        assert!(desk.path(".venv").symlink_metadata().unwrap().is_dir());
        let aside = kept.split('`').rev().nth(1).unwrap();
        assert_eq!(desk.contents().get(aside), before.get(".venv"));
        assert!(desk.is_settled());
    }
}

#[test]
fn what_may_be_somebodys_work_is_not_moved() {
    type Make = fn(&Desk);
    let make: [(Make, &str); 8] = [
        (|_| {}, "cannot be looked at"),
        (|desk| desk.write(".venv/notes.txt", ""), "no `pyvenv.cfg`"),
        (|desk| desk.write(".venv", "a letter\nof two lines"), "may be yours"),
        (|desk| desk.write(".venv", "hello\n"), "may be yours"),
        (
            |desk| {
                desk.write("real/notes.txt", "");
                desk.write(".venv", "real");
            },
            "which is there",
        ),
        (
            |desk| {
                desk.write(".venv/pyvenv.cfg", "");
                desk.write(".venv/pyproject.toml", "");
            },
            "more than an environment",
        ),
        (
            |desk| {
                desk.write(".venv/pyvenv.cfg", "");
                desk.write(".venv/conda-meta/history", "");
            },
            "conda",
        ),
        (
            |desk| {
                desk.write(".venv/bin/python3", "");
                desk.write(".venv/lib/python3.12/site-packages/six.py", "");
                desk.write(".venv/lib/python3.12/os.py", "");
            },
            "no environment",
        ),
    ];
    for (make, reason) in make {
        let desk = Desk::new();
        make(&desk);
        let before = desk.contents();
        let refused = Place::succeed(&desk.path(".venv"), Some(&desk.state())).unwrap_err();
        assert!(refused.contains(reason), "{refused}");
        assert_eq!(desk.contents(), before);
    }
}

#[test]
fn what_cannot_be_moved_stays() {
    let desk = Desk::new();
    // Nothing beside it can have a longer name.
    let name = "e".repeat(250);
    desk.write(&format!("{name}/pyvenv.cfg"), "");
    let before = desk.contents();
    let refused = Place::succeed(&desk.path(&name), Some(&desk.state())).unwrap_err();
    assert!(
        refused.contains("cannot be moved aside") && refused.ends_with("nothing was changed"),
        "{refused}"
    );
    assert_eq!(desk.contents(), before);
    assert!(desk.is_settled());
    // Without a place to write it down, nothing is moved either.
    let desk = Desk::with_environment();
    let before = desk.contents();
    fs::write(desk.folder.path().join("state"), "").unwrap();
    let refused = Place::succeed(&desk.path(".venv"), Some(&desk.state())).unwrap_err();
    assert!(refused.contains("could not be written down"), "{refused}");
    assert!(Place::succeed(&desk.path(".venv"), None).is_err());
    assert_eq!(desk.contents(), before);
}

#[test]
fn a_journal_that_was_cut_off_moved_nothing() {
    let desk = Desk::with_environment();
    let before = desk.contents();
    fs::create_dir_all(desk.state()).unwrap();
    fs::write(desk.state().join("work-1.journal"), "{\"begun\":{\"place\":").unwrap();
    assert_eq!(desk.settle(), []);
    assert_eq!(desk.contents(), before);
    assert!(desk.is_settled());
}
