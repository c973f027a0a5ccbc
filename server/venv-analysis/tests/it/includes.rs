//! Files that include others: in what order they count, and that no chain is too long.

use std::fmt::Write as _;
use std::path::Path;

use test_support::fixture::Fixture;
use venv_analysis::{check, wanted};

/// The names that are asked for, in their order.
fn names(fixture: &Fixture) -> Vec<String> {
    let wanted = wanted(&fixture.context());
    wanted.iter().filter_map(|wanted| Some(wanted.entry.name()?.text.to_string())).collect()
}

#[test]
fn a_file_comes_before_what_it_includes_and_each_counts_once() {
    let fixture = Fixture::parse(
        "#- env /p/.venv\n#- /p/requirements.txt\n-r a.txt\n-r b.txt\nfirst\n#- /p/a.txt\n-r c.txt\na\n\
         #- /p/b.txt\n-r c.txt\n-r requirements.txt\nb\n#- /p/c.txt\nc\n",
    );
    assert_eq!(names(&fixture), ["first", "a", "c", "b"]);
}

#[test]
fn a_long_chain_is_followed_to_its_end() {
    const FILES: usize = 14_000;
    let mut text = String::from("#- env /p/.venv\n#- /p/requirements.txt\n-r r1.txt\n");
    for number in 1..FILES {
        let _ = writeln!(text, "#- /p/r{number}.txt\n-r r{}.txt", number + 1);
    }
    let _ = writeln!(text, "#- /p/r{FILES}.txt\nsix\n-r requirements.txt");
    let fixture = Fixture::parse(&text);
    assert_eq!(names(&fixture), ["six"]);
    let codes: Vec<&str> = check(&fixture.context()).iter().map(|found| found.rule.code).collect();
    assert_eq!(codes, ["include-cycle", "requirement-not-installed"]);
}

#[test]
fn what_an_included_file_lacks_is_shown_where_it_stands() {
    let fixture = Fixture::parse(
        "#- env /p/.venv\n#- /p/requirements.txt\nflask\n-r a.txt\n-r b.txt\n#- /p/a.txt\n-r b.txt\n\
         #- /p/b.txt\n# tools\nsix\n",
    );
    let found = check(&fixture.context());
    let [own, included] = &found[..] else { panic!("two findings, not {found:?}") };
    assert!(own.related.is_empty());
    // `b.txt` is read for `a.txt` already.
    assert_eq!(included.message, "`a.txt` asks for `six`, which is not installed in `.venv`");
    assert!(included.environment.is_some());
    let [related] = &included.related[..] else { panic!("one place, not {:?}", included.related) };
    assert_eq!(related.file.as_deref(), Some(Path::new("/p/b.txt")));
    assert_eq!((related.span.start, related.span.end), (8, 11));
}

#[cfg(unix)]
#[test]
fn a_file_that_is_included_under_two_names_is_one() {
    let fixture = Fixture::parse(
        "#- env /p/.venv\n#- /p/dev/requirements.txt\n-r ../base.txt\n#- /p/dev/../base.txt\n\
         -r dev/../dev/requirements.txt\nsix\n#- /p/dev/../dev/requirements.txt\nflask\n-r ../base.txt\n",
    );
    assert_eq!(names(&fixture), ["six"]);
    let findings = fixture.findings();
    assert!(findings.iter().any(|found| found.contains("include-cycle")), "{findings:?}");
    assert!(!findings.iter().any(|found| found.contains("include-not-found")), "{findings:?}");
}

#[test]
fn a_mistyped_url_does_not_repeat_its_password() {
    let findings =
        Fixture::parse("#- env /p/.venv\n#- /p/requirements.txt\n-r ftp//me:hunter2@host/x.txt\n").findings();
    let [found] = &findings[..] else { panic!("one finding, not {findings:?}") };
    assert!(
        found.contains("include-not-found") && found.contains("`ftp//***@host/x.txt` was not found"),
        "{found}"
    );
    assert!(!found.contains("hunter2"), "{found}");
}

#[test]
fn a_broken_environment_says_nothing_of_includes() {
    let fixture = Fixture::parse(
        "#- env /p/.venv broken=python\n#- /p/requirements.txt\n-r base.txt\n#- /p/base.txt\nsix\n",
    );
    let codes: Vec<&str> = check(&fixture.context()).iter().map(|found| found.rule.code).collect();
    assert_eq!(codes, ["environment-broken"]);
}
