//! What is said of the thing at the cursor. The first line is what it speaks of.

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::assist::hover;

fn shown(text: &str) -> String {
    let fixture = Fixture::parse(text);
    let at = fixture.cursor.expect("the fixture has a cursor");
    match hover(&fixture.context(), at) {
        Some(hover) => format!("[{}]\n{}", hover.span.slice(&fixture.manifest.text), hover.markdown),
        None => "nothing".to_owned(),
    }
}

const REQUESTS: &str = "#- env /p/.venv levels=2 requests==2.31.0 urllib3==3.0 poetry==1.8 pip-audit==2.7\n\
    #- metadata requests==2.31.0 summary=\"HTTP for <b>people</b>, see https://evil.example\" python=\">=3.8,<4\" \
    home=https://requests.example.org requires=\"urllib3<3\" requires=\"idna>=2.5\" \
    requires=\"win-inet; sys_platform == 'win32'\" extra=socks requires-socks=\"PySocks>=1.5.6,!=1.5.7\" \
    extra=empty\n\
    #- metadata poetry==1.8 requires=\"requests>=2.26\"\n\
    #- metadata pip-audit==2.7 requires=\"Requests>=2.31\"\n\
    #- metadata gone==1.0 requires=requests\n";

#[test]
fn a_name_tells_what_is_installed() {
    assert_snapshot!(shown(&format!("{REQUESTS}#- /p/requirements.txt\nrequ$0ests>=2\n")), @r#"
    [requests]
    **requests** `2.31.0` is installed in `.venv` (two folders up)

    HTTP for \<b\>people\</b\>, see https\://evil.example

    - Lies in `/p/.venv/lib/python3.12/site-packages`
    - For Python `>=3.8,<4`
    - Requires `urllib3<3` (`3.0` is installed), `idna>=2.5` (not installed)
    - Required by `pip-audit`, `poetry`
    - <https://requests.example.org>
    "#);
}

#[test]
fn extras_that_are_asked_for_count_among_what_is_required() {
    let text = shown(&format!("{REQUESTS}#- /p/requirements.txt\nrequ$0ests[socks]\n"));
    assert!(text.contains("`PySocks>=1.5.6,!=1.5.7` (not installed)"), "{text}");
}

#[test]
fn what_is_missing_or_has_another_version_is_said() {
    assert_snapshot!(shown("#- env /p/.venv\n#- /p/requirements.txt\nfl$0ask\n"), @r#"
    [flask]
    **flask** is not installed in `.venv`
    "#);
    assert_snapshot!(shown("#- env /p/.venv flask==2.0\n#- /p/requirements.txt\n$0flask >=3, <4\n"), @r#"
    [flask]
    **flask** `2.0` is installed in `.venv`, the file asks for `>=3,<4`

    - Lies in `/p/.venv/lib/python3.12/site-packages`
    "#);
    assert_snapshot!(
        shown("#- env /p/.venv\n#- /p/requirements.txt\nfl$0ask; sys_platform == 'win32'\n"), @r#"
    [flask]
    **flask** is not installed in `.venv`

    Its marker does not hold there, so that it is not asked for
    "#
    );
    assert_snapshot!(shown("#- /p/requirements.txt\nfl$0ask\n"), @r#"
    [flask]
    **flask**: no environment serves this file
    "#);
    assert_snapshot!(shown("#- loading\n#- /p/requirements.txt\nfl$0ask\n"), @"nothing");
    assert_snapshot!(shown("#- env /p/.venv broken=python\n#- /p/requirements.txt\nfl$0ask\n"), @r#"
    [flask]
    **flask**: `.venv` is broken, python is gone
    "#);
}

#[test]
fn an_extra_tells_what_it_needs() {
    assert_snapshot!(shown(&format!("{REQUESTS}#- /p/requirements.txt\nrequests[soc$0ks]\n")), @r#"
    [socks]
    **requests\[socks\]** needs in `.venv` (two folders up)

    - `PySocks>=1.5.6,!=1.5.7` (not installed)
    "#);
    assert_snapshot!(shown(&format!("{REQUESTS}#- /p/requirements.txt\nrequests[empty$0]\n")), @r#"
    [empty]
    **requests\[empty\]** needs nothing more in `.venv` (two folders up)
    "#);
    assert_snapshot!(shown(&format!("{REQUESTS}#- /p/requirements.txt\nrequests[sokcs$0]\n")), @r#"
    [sokcs]
    **requests\[sokcs\]**: `requests` `2.31.0` has no such extra, it has `socks`, `empty`
    "#);
    assert_snapshot!(shown(&format!("{REQUESTS}#- /p/requirements.txt\nflask[async$0]\n")), @r#"
    [async]
    **flask\[async\]**: `flask` is not installed in `.venv` (two folders up)
    "#);
}

#[test]
fn a_specifier_takes_what_is_installed_or_does_not() {
    assert_snapshot!(shown("#- env /p/.venv flask==2.0\n#- /p/requirements.txt\nflask>=1,<$02\n"), @r#"
    [<2]
    `<2` does not take `2.0`, which is installed in `.venv`
    "#);
    assert_snapshot!(shown("#- env /p/.venv flask==2.0\n#- /p/requirements.txt\nflask$0 ~= 1.4.2\n"), @r#"
    [flask]
    **flask** `2.0` is installed in `.venv`, the file asks for `~=1.4.2`

    - Lies in `/p/.venv/lib/python3.12/site-packages`
    "#);
    assert_snapshot!(shown("#- env /p/.venv flask==2.0\n#- /p/requirements.txt\nflask ~=$0 1.4.2\n"), @r#"
    [~= 1.4.2]
    `~=1.4.2` (`>=1.4.2,==1.4.*`) does not take `2.0`, which is installed in `.venv`
    "#);
    assert_snapshot!(shown("#- env /p/.venv\n#- /p/requirements.txt\nflask >=$0 1\n"), @r#"
    [>= 1]
    `>=1`: `flask` is not installed in `.venv`
    "#);
}

#[test]
fn a_marker_has_a_verdict() {
    assert_snapshot!(
        shown("#- env /p/.venv\n#- /p/requirements.txt\nsix; python_ver$0sion < '3.9' or os_name == 'nt'\n"), @r#"
    [python_version]
    `python_version`: The first two numbers of the Python's version.

    In `.venv`: `3.12`

    The marker does not hold in `.venv`: the requirement is not asked for
    "#
    );
    assert_snapshot!(
        shown("#- env /p/.venv\n#- /p/requirements.txt\nsix; python_version < '3.$09' or os_name == 'posix'\n"), @r#"
    [python_version < '3.9']
    The marker holds in `.venv`: the requirement is asked for
    "#
    );
    assert_snapshot!(shown("#- /p/requirements.txt\nsix; platf$0orm_release < '6'\n"), @r#"
    [platform_release]
    `platform_release`: The release of the operating system, as `platform.release()` says it.
    "#);
}

#[test]
fn options_are_explained() {
    assert_snapshot!(shown("#- /p/requirements.txt\n-$0r base.txt\n"), @r#"
    [-r]
    `-r FILE`, `--requirement FILE`

    Takes in everything that another requirements file asks for. The path starts from the folder of this file.
    "#);
    assert_snapshot!(shown("#- /p/requirements.txt\n--extra-index$0=https://example.org/simple\n"), @r#"
    [--extra-index]
    `--extra-index-url URL`

    One more package index. All indexes are equal: the best version counts, wherever it comes from, which lets a stranger's package take the place of a private one of the same name.
    "#);
    assert_snapshot!(shown("#- /p/requirements.txt\n-$0e ./here\n"), @r#"
    [-e]
    `-e PATH or URL`, `--editable PATH or URL`

    Installs a project so that it runs from its own folder: changes there count at once.
    "#);
    assert_snapshot!(shown("#- /p/requirements.txt\nsix==1 \\\n  --hash=sha256:a$0a \\\n  --hash=sha256:bb\n"), @r#"
    [sha256:aa]
    `sha256` (SHA-256, 64 digits)

    pip takes an archive only if it has one of these 2 hashes
    "#);
    assert_snapshot!(shown("#- /p/requirements.txt\nsix==1 --ha$0sh=sha512:aa\n"), @r#"
    [--hash]
    `--hash ALGORITHM:DIGEST`

    The archive of this requirement must have this hash, or one of several. Every requirement then needs one.

    In requirements files since pip 8.0
    "#);
}

#[test]
fn an_included_file_tells_what_it_asks_for() {
    assert_snapshot!(
        shown("#- /p/requirements.txt\n-r base.t$0xt\n#- /p/base.txt\nflask\nrequests\n-r more.txt\n"), @r#"
    [base.txt]
    `/p/base.txt`

    2 requirements, and it takes in 1 more file
    "#
    );
    assert_snapshot!(shown("#- /p/requirements.txt\n-c gone.t$0xt\n"), @r#"
    [gone.txt]
    `/p/gone.txt`

    There is no such file
    "#);
    assert_snapshot!(shown("#- /p/requirements.txt\n-c https://example.org/c.t$0xt\n"), @r#"
    [https://example.org/c.txt]
    This file is not on disk, and is not read
    "#);
}

#[test]
fn comments_and_broken_lines_say_nothing() {
    assert_snapshot!(shown("#- env /p/.venv\n#- /p/requirements.txt\nsix  # fl$0ask\n"), @"nothing");
    assert_snapshot!(shown("#- env /p/.venv\n#- /p/requirements.txt\n!!$0\n"), @"nothing");
}

#[test]
fn what_others_say_is_text() {
    let text = shown(
        "#- env /p/.venv six==1.0 `x==1\n\
         #- metadata six==1.0 summary=\"[a](command:b) `c` <script> ![d](e)\" home=javascript:alert(1) \
         requires=\"x ; python_version > '3'\"\n\
         #- /p/requirements.txt\ns$0ix\n",
    );
    assert_snapshot!(text, @r#"
    [six]
    **six** `1.0` is installed in `.venv`

    \[a\](command:b) \`c\` \<script\> !\[d\](e)

    - Lies in `/p/.venv/lib/python3.12/site-packages`
    - Requires `x` (not installed)
    "#);
}

#[test]
fn sections_tell_what_they_ask_for() {
    let project = |text: &str| {
        shown(&format!(
            "#- env /p/.venv six==1.0 pytest==7.0\n#- /p/pyproject.toml\n[project]\nname = \"x\"\n{text}"
        ))
    };
    assert_snapshot!(project("depend$0encies = [\"six\", \"flask>=2\", \"win; os_name == 'nt'\"]\n"), @r#"
    [dependencies]
    What the project needs to run: 3 requirements

    `six`, `flask`, `win`

    In `.venv` as it asks: 1 of 2
    "#);
    assert_snapshot!(project("[project.optional-dependencies]\ntest = []\nal$0l = [\"pytest>=8\", \"x[test]\"]\n"), @r#"
    [all]
    The extra `all`: 2 requirements

    `pytest`, `x`

    In `.venv` as it asks: 0 of 2
    "#);
    assert_snapshot!(
        project("[dependency-groups]\ntest = [\"pytest\"]\ndev = [\"six\", {include-group = \"te$0st\"}]\n"), @r#"
    [test]
    The group `test`: 1 requirement

    `pytest`

    In `.venv` as it asks: 1 of 1
    "#
    );
    assert_snapshot!(project("[dependency-groups]\ntest = [\"pytest\"]\nd$0ev = [{include-group = \"test\"}]\n"), @r#"
    [dev]
    The group `dev`: 0 requirements

    Takes in `test`
    "#);
    assert_snapshot!(
        project("[project.optional-dependencies]\ntest = [\"six\"]\nall = [\"x[te$0st]\"]\n"), @r#"
    [test]
    The extra `test`: 1 requirement

    `six`

    In `.venv` as it asks: 1 of 1
    "#
    );
    assert_snapshot!(project("[build-system]\nrequires = [\"si$0x\"]\n"), @r#"
    [six]
    **six** `1.0` is installed in `.venv`

    It is asked for in another environment than this one

    - Lies in `/p/.venv/lib/python3.12/site-packages`
    "#);
    assert_snapshot!(project("[build-system]\nrequ$0ires = [\"hatchling\"]\n"), @r#"
    [requires]
    What the build needs, in an environment of its own: 1 requirement

    `hatchling`
    "#);
}

#[test]
fn requires_python_has_a_verdict() {
    let project = |text: &str| {
        shown(&format!("#- env /p/.venv python=3.12.1\n#- /p/pyproject.toml\n[project]\n{text}"))
    };
    assert_snapshot!(project("requires-python = \">=3.9,$0<3.14\"\n"), @r#"
    [>=3.9,<3.14]
    Python `3.12.1` of `.venv` is within `>=3.9,<3.14`
    "#);
    assert_snapshot!(project("requires-python = \">=$03.13\"\n"), @r#"
    [>=3.13]
    Python `3.12.1` of `.venv` is not within `>=3.13`
    "#);
}

#[test]
fn requirements_of_every_format_are_known() {
    let env = "#- env /p/.venv six==1.0\n";
    for file in [
        "/p/pyproject.toml\n[project]\ndependencies = [\"s$0ix>=1\"]\n",
        "/p/tool.py\n# /// script\n# dependencies = [\n#   \"s$0ix\",\n# ]\n# ///\n",
        "/p/setup.cfg\n[options]\ninstall_requires =\n  s$0ix\n",
        "/p/Pipfile\n[packages]\ns$0ix = \"*\"\n",
        "/p/environment.yml\ndependencies:\n  - pip:\n    - s$0ix>=1\n",
        "/p/pyproject.toml\n[tool.poetry.dependencies]\ns$0ix = \"^1\"\n",
        "/p/setup.py\nfrom setuptools import setup\nsetup(install_requires=[\"s$0ix\"])\n",
    ] {
        let text = shown(&format!("{env}#- {file}"));
        assert!(text.starts_with("[six]\n**six** `1.0` is installed in `.venv`"), "{file}: {text}");
    }
}
