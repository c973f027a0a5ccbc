//! What distributions say of each other, and what is read for it.

use test_support::memory_system::{Call, MemorySystem};
use venv_analysis::inspection::{Contradiction, ContradictionKind, Inspection};
use venv_discovery::Digests;

use crate::{read, venv};

const SITE: &str = "/p/.venv/lib/python3.12/site-packages";

fn system(tree: &str) -> MemorySystem {
    let mut system = MemorySystem::linux(&venv("/p/.venv"));
    // It has nothing but a name.
    system.remove(&format!("{SITE}/pip-24.0.dist-info"));
    add(&mut system, tree);
    system
}

fn add(system: &mut MemorySystem, tree: &str) {
    for line in tree.lines().map(str::trim).filter(|line| !line.is_empty()) {
        system.add(&if line.starts_with('/') { line.to_owned() } else { format!("{SITE}/{line}") });
    }
}

/// A distribution that lacks nothing.
fn whole(name: &str, version: &str, needs: &str) -> String {
    let info = format!("{name}-{version}.dist-info");
    format!(
        "{info}/METADATA: Name: {name} | Version: {version} | {needs}\n{info}/WHEEL: Tag: py3-none-any\n\
         {info}/RECORD: {name}/__init__.py,,\n{name}/__init__.py\n"
    )
}

fn inspect(system: &MemorySystem) -> Inspection {
    let environment = read(system, "/p/.venv");
    Digests::default().read_again(system, &environment).inspect(&environment)
}

fn told(found: &[Contradiction]) -> Vec<String> {
    let tell = |found: &Contradiction| match &found.kind {
        ContradictionKind::Missing(need) => format!("{} misses {}{}", found.of, need.name, need.versions),
        ContradictionKind::Version(need) => format!("{} wants {}{}", found.of, need.name, need.versions),
        ContradictionKind::Python(versions) => format!("{} is for Python {versions}", found.of),
        ContradictionKind::Platform(tag) => format!("{} is for {tag}", found.of),
        ContradictionKind::Unreadable { line, missing } => {
            format!("{} says `{line}`, {missing:?}", found.of)
        }
    };
    found.iter().map(tell).collect()
}

#[test]
fn contradictions_are_those_of_pip_check() {
    let mut system = system(&whole(
        "a",
        "1.0",
        "Requires-Dist: b (>=2) | Requires-Dist: gone | Requires-Dist: gone; extra == 'x'",
    ));
    add(&mut system, &whole("b", "1.5", "Requires-Python: >=3.13"));
    add(&mut system, &whole("c", "1.0", "Requires-Dist: gone; python_version < '3' | Requires-Dist: A==1.*"));
    add(&mut system, "c-1.0.dist-info/WHEEL: Tag: cp311-cp311-linux_x86_64 | Tag: py2-none-any");
    add(&mut system, "old-1.0-py3.12.egg-info/PKG-INFO: Name: old | Version: 1.0");
    add(&mut system, "old-1.0-py3.12.egg-info/requires.txt: missing | [x] | more");
    let found = inspect(&system);
    assert_eq!(
        told(&found.contradictions),
        [
            "a wants b>=2",
            "a misses gone",
            "b is for Python >=3.13",
            "c is for cp311-cp311-linux_x86_64",
            "old misses missing"
        ]
    );
    assert_eq!(found.issues, []);
}

#[test]
fn what_has_lost_a_part_is_told_with_its_cure() {
    let mut system = system(&whole("whole", "1.0", ""));
    add(
        &mut system,
        &(whole("a", "1.0", "") + &whole("b", "1.0", "") + &whole("c", "1.0", "") + &whole("d", "2", "")),
    );
    system.remove(&format!("{SITE}/a-1.0.dist-info/METADATA"));
    system.remove(&format!("{SITE}/b-1.0.dist-info/RECORD"));
    system.remove(&format!("{SITE}/c"));
    system.remove(&format!("{SITE}/d"));
    add(
        &mut system,
        "e-1.0.dist-info/METADATA: Name: e\ne-1.0.dist-info/RECORD: e-1.0.dist-info/METADATA,,\n",
    );
    let found = inspect(&system);
    let issues: Vec<_> = found.issues.iter().map(|issue| (issue.code, &*issue.message)).collect();
    assert_eq!(
        issues,
        [
            (
                "metadata-missing",
                "`a` 1.0 has lost its `METADATA`, so pip does not know it: install `a==1.0` again"
            ),
            (
                "record-missing",
                "`b` 1.0 has lost its `RECORD`, so pip cannot upgrade or remove it: install `b==1.0` again"
            ),
            (
                "files-missing",
                "`c` and `d` have lost their files, so Python cannot import them: install these 2 distributions again"
            ),
        ]
    );
    assert_eq!(found.contradictions, []);
}

#[test]
fn what_others_have_installed_has_records_of_its_own() {
    let mut system = system("far.pth: /far");
    system.add("/far/six-1.0.dist-info/METADATA: Name: six");
    system.add("/far/lost-1.0.dist-info/");
    assert_eq!(inspect(&system), Inspection::default());
}

#[test]
fn only_what_has_changed_is_read_again() {
    let mut system = system(&(whole("a", "1.0", "Requires-Dist: c") + &whole("b", "1.0", "")));
    let environment = read(&system, "/p/.venv");
    let first = Digests::default().read_again(&system, &environment);
    assert_eq!(told(&first.inspect(&environment).contradictions), ["a misses c"]);

    add(&mut system, &whole("c", "1.0", ""));
    let environment = read(&system, "/p/.venv");
    let before = system.calls().len();
    let second = first.read_again(&system, &environment);
    assert_eq!(told(&second.inspect(&environment).contradictions), [""; 0]);
    let calls = &system.calls()[before..];
    let opened: Vec<_> = calls.iter().filter(|(call, _)| *call == Call::Read).collect();
    assert!(
        opened.len() == 2
            && opened.iter().all(|(_, path)| path.starts_with(format!("{SITE}/c-1.0.dist-info"))),
        "{opened:?}"
    );
    assert_eq!(calls.iter().filter(|(call, _)| *call == Call::ReadDir).count(), 1);

    // The same version, installed once more.
    system.remove(&format!("{SITE}/c-1.0.dist-info"));
    add(&mut system, &whole("c", "1.0", "Requires-Dist: d"));
    let environment = read(&system, "/p/.venv");
    let third = second.read_again(&system, &environment);
    assert_eq!(told(&third.inspect(&environment).contradictions), ["c misses d"]);

    // The files go, and the description stays.
    system.remove(&format!("{SITE}/b"));
    let third = third.read_again(&system, &environment).inspect(&environment);
    assert_eq!(third.issues[0].code, "files-missing");
}
