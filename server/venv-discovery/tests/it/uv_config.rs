//! Which configuration counts for uv, and what of it is handed on. The first table was made by asking uv 0.5.31, 0.8.24
//! and 0.13.9 (`uv pip install --show-settings`), which agree.

use std::path::Path;

use test_support::memory_system::MemorySystem;
use venv_analysis::facts::UvSettings;
use venv_discovery::read_uv_settings;

const FOLDER: &str = "/w/a/sub";

fn read(tree: &str) -> UvSettings {
    read_uv_settings(&MemorySystem::linux(tree), Path::new(FOLDER))
}

#[test]
fn the_configuration_is_that_which_uv_would_use() {
    let project = "[project] | name = 'a' | version = '1'";
    let other = "[project] | name = 'b' | version = '1'";
    let uv = "[tool.uv] | offline = true";
    let workspace = "[tool.uv.workspace] | members";
    for (case, tree, expected) in [
        ("nothing", "/w/a/sub/x".to_owned(), None),
        (
            "the root of the project, not the folder",
            format!("/w/a/pyproject.toml: {project} | {uv}\n/w/a/sub/uv.toml"),
            Some("/w/a/pyproject.toml"),
        ),
        (
            "`uv.toml` before `pyproject.toml`",
            format!("/w/a/sub/pyproject.toml: {project} | {uv}\n/w/a/sub/uv.toml"),
            Some("/w/a/sub/uv.toml"),
        ),
        ("no project", format!("/w/a/pyproject.toml: {uv}\n/w/a/sub/uv.toml"), Some("/w/a/sub/uv.toml")),
        ("no project, further up", format!("/w/a/pyproject.toml: {uv}"), Some("/w/a/pyproject.toml")),
        (
            "not managed",
            format!("/w/a/pyproject.toml: {project} | [tool.uv] | managed = false\n/w/a/sub/uv.toml"),
            Some("/w/a/sub/uv.toml"),
        ),
        (
            "a project without a name",
            format!("/w/a/pyproject.toml: [project] | version = '1' | {uv}\n/w/a/sub/uv.toml"),
            Some("/w/a/sub/uv.toml"),
        ),
        (
            "a project without a version",
            format!("/w/a/pyproject.toml: [project] | name = 'a' | {uv}\n/w/a/sub/uv.toml"),
            Some("/w/a/sub/uv.toml"),
        ),
        (
            "a project with a version that is made",
            format!(
                "/w/a/pyproject.toml: [project] | name = 'a' | dynamic = ['version'] | {uv}\n/w/a/sub/uv.toml"
            ),
            Some("/w/a/pyproject.toml"),
        ),
        (
            "a member",
            format!(
                "/w/a/pyproject.toml: {project} | {workspace} = ['s*']\n/w/a/sub/pyproject.toml: {other} | {uv}"
            ),
            Some("/w/a/pyproject.toml"),
        ),
        (
            "a member of a workspace without a project",
            format!(
                "/w/a/pyproject.toml: {workspace} = ['sub']\n/w/a/sub/uv.toml\n/w/a/sub/pyproject.toml: {other}"
            ),
            Some("/w/a/pyproject.toml"),
        ),
        (
            "no member",
            format!("/w/a/pyproject.toml: {workspace} = ['b']\n/w/a/sub/pyproject.toml: {other} | {uv}"),
            Some("/w/a/sub/pyproject.toml"),
        ),
        (
            "no member, and silent",
            format!("/w/a/pyproject.toml: {workspace} = ['b']\n/w/a/sub/pyproject.toml: {other}"),
            Some("/w/a/pyproject.toml"),
        ),
        (
            "left out of the members",
            format!(
                "/w/a/pyproject.toml: {workspace} = ['*'] | exclude = ['su?']\n/w/a/sub/pyproject.toml: {other} | {uv}"
            ),
            Some("/w/a/sub/pyproject.toml"),
        ),
        (
            "two folders down",
            format!("/w/pyproject.toml: {workspace} = ['a/*']\n/w/a/sub/pyproject.toml: {other} | {uv}"),
            Some("/w/pyproject.toml"),
        ),
        (
            "deeper than the members",
            format!("/w/pyproject.toml: {workspace} = ['*']\n/w/a/sub/pyproject.toml: {other} | {uv}"),
            Some("/w/a/sub/pyproject.toml"),
        ),
        (
            "a file between",
            format!(
                "/w/pyproject.toml: {workspace} = ['a/sub']\n/w/a/pyproject.toml: [build-system] | requires = []\n\
                 /w/a/sub/pyproject.toml: {other} | {uv}"
            ),
            Some("/w/a/sub/pyproject.toml"),
        ),
        (
            "a workspace of its own",
            format!(
                "/w/a/pyproject.toml: {workspace} = ['sub']\n\
                 /w/a/sub/pyproject.toml: {other} | {workspace} = ['x']"
            ),
            Some("/w/a/sub/pyproject.toml"),
        ),
        ("a silent project", format!("/w/uv.toml\n/w/a/sub/pyproject.toml: {project}"), Some("/w/uv.toml")),
        (
            "an empty table",
            format!("/w/uv.toml\n/w/a/sub/pyproject.toml: {project} | [tool.uv]"),
            Some("/w/a/sub/pyproject.toml"),
        ),
        (
            "no TOML",
            format!("/w/a/pyproject.toml: {project} | {uv}\n/w/a/sub/pyproject.toml: [project"),
            Some("/w/a/pyproject.toml"),
        ),
        (
            "a folder of that name",
            format!("/w/a/pyproject.toml: {project} | {uv}\n/w/a/sub/pyproject.toml/x"),
            Some("/w/a/pyproject.toml"),
        ),
    ] {
        let found = read(&tree).configuration;
        let found = found.map(|found| found.path.to_string_lossy().replace('\\', "/"));
        assert_eq!(found.as_deref(), expected, "{case}");
    }
}

#[test]
fn a_file_that_cannot_be_read_counts_because_uv_stops_there() {
    for tree in ["/w/uv.toml\n/w/a/uv.toml: [pip", "/w/uv.toml\n/w/a/uv.toml/x"] {
        let found = read(tree).configuration.expect("it counts");
        assert_eq!(found.path, Path::new("/w/a/uv.toml"));
        assert!(found.problem.is_some() && found.given.is_empty(), "{found:?}");
    }
}

#[test]
fn what_leads_elsewhere_is_not_handed_on() {
    let found = read(
        "/w/a/uv.toml: index-url = 'https://a.example/simple' | cache-dir = 'c' | http-proxy = 'http://p.example' \
         | find-links = ['wheels', 'https://b.example/l', 'file:///l'] | prerelease = 'allow' | sources = {} \
         | allow-insecure-host = ['c.example'] | override-dependencies = ['x[y] @ https://d.example/x.whl ; a>1'] \
         | python-install-mirror = 'https://e.example' | config-settings = { \"a b\" = [1, 'x\"\\\\'], c = true } \
         | extra-build-dependencies = { x = ['z@git+https://f.example/z'] } | new-key = 1 \
         | [[index]] | url = 'https://g.example/s' | publish-url = 'https://h.example' | default = true \
         | [[index]] | name = 'i' | url = 'https://i.example' | explicit = true \
         | [pip] | target = '/t' | prefix = 'p' | no-deps = true | index-url = '../simple' | torch-backend = 'cpu'",
    );
    let configuration = found.configuration.expect("it counts");
    let mut given: Vec<&str> = configuration.given.lines().collect();
    let pip = given.split_off(given.iter().position(|line| *line == "[pip]").expect("`[pip]`"));
    given.sort_unstable();
    assert_eq!(
        given,
        [
            r#"allow-insecure-host = ["c.example"]"#,
            r#"config-settings = { "a b" = [1, "x\"\\\\"], "c" = true }"#,
            r#"extra-build-dependencies = { "x" = ["z@git+https://f.example/z"] }"#,
            r#"find-links = ["/w/a/wheels", "https://b.example/l", "file:///l"]"#,
            r#"index = [{ url = "https://g.example/s", default = true }, { name = "i", url = "https://i.example", explicit = true }]"#,
            r#"index-url = "https://a.example/simple""#,
            r#"override-dependencies = ["x[y] @ https://d.example/x.whl ; a>1"]"#,
            r#"prerelease = "allow""#,
        ]
    );
    assert_eq!(pip, ["[pip]", r#"index-url = "/w/a/../simple""#, "no-deps = true"]);
    let mut left_out: Vec<&str> = configuration.left_out.iter().map(|key| &**key).collect();
    left_out.sort_unstable();
    let keys = ["cache-dir", "http-proxy", "new-key", "pip.prefix", "pip.target", "pip.torch-backend"];
    assert_eq!(left_out, [&keys[..], &["python-install-mirror"]].concat());
    let mut named: Vec<&str> = found.project.iter().map(|url| &**url).collect();
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "../simple",
            "file:///l",
            "git+https://f.example/z",
            "https://a.example/simple",
            "https://b.example/l",
            "https://d.example/x.whl",
            "https://g.example/s",
            "wheels",
        ]
    );
    assert_eq!(found.project_unchecked, ["c.example".into()]);
    assert_eq!(found.own, []);
}

#[test]
fn the_users_own_choice_of_a_file_is_the_only_one() {
    let tree = "/w/a/uv.toml: index-url = 'https://a.example'\n/home/u/.config/uv/uv.toml: index-url = 'https://u.example'\n\
                /mine.toml: index-url = 'https://m.example'\n/w/a/sub/near.toml: index-url = 'https://n.example'";
    let read = |name: &str, value: &str| {
        let mut system = MemorySystem::linux(tree);
        system.set_env(name, value);
        let found = read_uv_settings(&system, Path::new(FOLDER));
        (found.own, found.project, found.configuration.is_some())
    };
    let url = |name: &str| vec![format!("https://{name}.example").into()];
    assert_eq!(read("OTHER", "1"), (url("u"), url("a"), true));
    assert_eq!(read("UV_CONFIG_FILE", "/mine.toml"), (url("m"), vec![], false));
    // That is whichever lies where uv is started.
    assert_eq!(read("UV_CONFIG_FILE", "near.toml"), (vec![], url("n"), false));
    assert_eq!(read("UV_NO_CONFIG", "1"), (vec![], vec![], false));
}

#[test]
fn what_of_the_users_own_leads_elsewhere_is_found() {
    let elsewhere = |tree: &str| {
        let found = read(tree).elsewhere;
        found.map(|(path, key)| format!("{} {key}", path.display()))
    };
    let own = "/home/u/.config/uv/uv.toml";
    assert_eq!(
        elsewhere(&format!("{own}: [pip] | target = '/x'")).as_deref(),
        Some(&*format!("{own} pip.target"))
    );
    assert_eq!(
        elsewhere("/etc/uv/uv.toml: [pip] | prefix = '/x'").as_deref(),
        Some("/etc/uv/uv.toml pip.prefix")
    );
    assert_eq!(elsewhere(&format!("{own}: target = '/x'")), None);
    // It is not passed on.
    assert_eq!(elsewhere("/w/a/sub/uv.toml: [pip] | target = '/x'"), None);
}
