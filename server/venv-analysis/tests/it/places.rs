//! Versions beside requirements, and the ways from them to other places.

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::assist::{LinkTarget, definition, inlay_hints, links};
use venv_syntax::Span;

/// The file with `«hints»` in it.
fn hinted(text: &str) -> String {
    let fixture = Fixture::parse(text);
    let whole = Span::new(0, fixture.cursor.unwrap_or(u32::MAX));
    let mut shown = fixture.manifest.text.to_string();
    for hint in inlay_hints(&fixture.context(), whole).iter().rev() {
        shown.insert_str(hint.at as usize, &format!("«{}»", hint.label));
    }
    shown
}

/// `origin -> file`, or `origin -> what is there in this file`.
fn defined(text: &str) -> String {
    let fixture = Fixture::parse(text);
    let at = fixture.cursor.expect("the fixture has a cursor");
    let source = &fixture.manifest.text;
    match definition(&fixture.context(), at) {
        Some(found) => {
            let place = match &found.file {
                Some(file) => file.display().to_string(),
                None => format!(
                    "line {}: {}",
                    source[..found.span.start as usize].matches('\n').count() + 1,
                    found.span.slice(source)
                ),
            };
            format!("{} -> {place}", found.origin.slice(source))
        }
        None => "nowhere".to_owned(),
    }
}

fn linked(text: &str) -> String {
    let fixture = Fixture::parse(text);
    let show = |target: &LinkTarget| match target {
        LinkTarget::File(path) => path.display().to_string(),
        LinkTarget::Url(url) => url.clone(),
    };
    let links = links(&fixture.context());
    let shown = links
        .iter()
        .map(|link| format!("{} -> {}\n", link.span.slice(&fixture.manifest.text), show(&link.target)));
    shown.collect()
}

#[test]
fn installed_versions_stand_behind_what_does_not_name_them() {
    assert_snapshot!(
        hinted(
            "#- env /p/.venv six==1.16.0 flask==2.0 torch==2.1.0+cpu old==1.0 win==1.0\n#- /p/requirements.txt\n\
             six>=1  # why\nflask==2.0\nflask==3.0\nsix==1.16 # same\nmissing\ntorch==2.1.0\nold \\\n  --hash=sha256:aa\nold==1.*\n\
             win; sys_platform == 'win32'\nsix[a] >= 1 ; python_version > '3'\n"
        ), @r#"
    six>=1«1.16.0»  # why
    flask==2.0
    flask==3.0«2.0»
    six==1.16 # same
    missing
    torch==2.1.0«2.1.0+cpu»
    old«1.0» \
      --hash=sha256:aa
    old==1.*«1.0»
    win; sys_platform == 'win32'
    six[a] >= 1 ; python_version > '3'«1.16.0»
    "#
    );
    assert_snapshot!(hinted("#- /p/requirements.txt\nsix\n"), @"six");
    assert_snapshot!(hinted("#- env /p/.venv six==1.0\n#- /p/requirements.txt\nsix\nsix\n$0six\n\nsix\n"), @r#"
    six«1.0»
    six«1.0»
    six«1.0»

    six
    "#);
}

#[test]
fn in_lists_they_stand_behind_the_item() {
    assert_snapshot!(
        hinted("#- env /p/.venv six==1.16.0\n#- /p/pyproject.toml\n[build-system]\nrequires = [\"six\"]\n[project]\ndependencies = [\n  \"six>=1\",\n]\n"), @r#"
    [build-system]
    requires = ["six"]
    [project]
    dependencies = [
      "six>=1"«1.16.0»,
    ]
    "#
    );
}

#[test]
fn an_include_leads_to_its_file() {
    assert_snapshot!(defined("#- /p/requirements.txt\n-r ba$0se.txt\n#- /p/base.txt\nsix\n"), @"base.txt -> /p/base.txt");
    assert_snapshot!(defined("#- /p/requirements.txt\n-c gone$0.txt\n"), @"nowhere");
    assert_snapshot!(defined("#- /p/requirements.txt\n-r https://example.org/$0a.txt\n"), @"nowhere");
}

#[test]
fn a_name_leads_to_what_is_installed() {
    assert_snapshot!(defined("#- env /p/.venv Flask==2.0\n#- /p/requirements.txt\nfl$0ask\n"), @"flask -> /p/.venv/lib/python3.12/site-packages/Flask-2.0.dist-info/METADATA");
    assert_snapshot!(defined("#- env /p/.venv\n#- /p/requirements.txt\nfl$0ask\n"), @"nowhere");
}

#[test]
fn a_group_leads_to_its_head() {
    assert_snapshot!(
        defined("#- /p/pyproject.toml\n[dependency-groups]\ntest = [\"six\"]\ndev = [{include-group = \"te$0st\"}]\n"), @"test -> line 2: test"
    );
    assert_snapshot!(
        defined("#- /p/pyproject.toml\n[project]\nname = \"My.Proj\"\n[project.optional-dependencies]\ntest = [\"six\"]\nall = [\"my-proj[te$0st]\"]\n"), @"test -> line 4: test"
    );
    for mention in ["default-groups = ['te$0st']", "sources.six = { index = 'a', group = 'te$0st' }"] {
        let text =
            format!("#- /p/pyproject.toml\n[dependency-groups]\ntest = [\"six\"]\n[tool.uv]\n{mention}\n");
        assert_eq!(defined(&text), "test -> line 2: test");
    }
}

#[test]
fn files_and_urls_are_links() {
    assert_snapshot!(
        linked(
            "#- /p/requirements.txt\n-r base.txt\n-c gone.txt\n-r https://example.org/more.txt\n\
             -i https://user:secret@example.org/simple --extra-index-url https://${TOKEN}@example.org/simple\n\
             -f ./wheels\nsix @ https://example.org/six-1.0.tar.gz#sha256=aa ; python_version > '3'\n\
             git+https://git@example.org/owner/repo.git@v1#egg=repo\n-e git+ssh://git@example.org/owner/repo.git#egg=other\n\
             ./dist/here-1.0-py3-none-any.whl\n-e ./sub[extra]\n-i ${URL}\n# https://example.org\n\
             #- /p/base.txt\nsix\n"
        ), @r#"
    base.txt -> /p/base.txt
    https://example.org/more.txt -> https://example.org/more.txt
    https://user:secret@example.org/simple -> https://example.org/simple
    https://${TOKEN}@example.org/simple -> https://example.org/simple
    ./wheels -> /p/wheels
    https://example.org/six-1.0.tar.gz#sha256=aa -> https://example.org/six-1.0.tar.gz#sha256=aa
    git+https://git@example.org/owner/repo.git@v1#egg=repo -> https://example.org/owner/repo
    ./dist/here-1.0-py3-none-any.whl -> /p/dist/here-1.0-py3-none-any.whl
    ./sub -> /p/sub
    "#
    );
}
