//! What is offered at the cursor: `[what is replaced] label (detail) -> what is written`, the last if it is another
//! text than the label.

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::assist::{Completion, complete};

fn items(text: &str) -> (Fixture, Vec<Completion>) {
    let fixture = Fixture::parse(text);
    let at = fixture.cursor.expect("the fixture has a cursor");
    let items = complete(&fixture.context(), at);
    for item in &items {
        assert!(item.replaces.touches(at), "{item:?} does not touch {at}");
        assert!(!item.replaces.slice(&fixture.manifest.text).contains('\n'), "{item:?} is not within a line");
    }
    (fixture, items)
}

fn offered(text: &str) -> String {
    let (fixture, items) = items(text);
    let mut shown = String::new();
    for item in items {
        shown += &format!("[{}] {}", item.replaces.slice(&fixture.manifest.text), item.label);
        if let Some(detail) = &item.detail {
            shown += &format!(" ({detail})");
        }
        if item.text != item.label {
            shown += &format!(" -> {:?}", item.text);
        }
        shown += "\n";
    }
    shown
}

/// Only the labels, for lists that are told elsewhere.
fn labels(text: &str) -> String {
    items(text).1.iter().map(|item| item.label.as_str()).collect::<Vec<_>>().join(" ")
}

const ENV: &str = "#- env /p/.venv requests==2.31.0 typing_extensions==4.9.0 torch==2.1.0+cpu zope.interface==5.0\n\
    #- metadata requests==2.31.0 extra=socks extra=use_chardet_on_py3 requires-socks=\"PySocks>=1.5\"\n";

fn requirements(text: &str) -> String {
    format!("{ENV}#- /p/requirements.txt\n{text}")
}

fn pyproject(text: &str) -> String {
    format!("{ENV}#- /p/pyproject.toml\n{text}")
}

#[test]
fn at_the_start_of_a_line_names_are_offered() {
    assert_snapshot!(offered(&requirements("requests\n$0\n")), @r#"
    [] torch (2.1.0+cpu)
    [] typing-extensions (4.9.0)
    [] zope-interface (5.0)
    "#);
    assert_snapshot!(offered(&requirements("torch\ntyp$0ing\n")), @r#"
    [typing] requests (2.31.0)
    [typing] typing-extensions (4.9.0)
    [typing] zope-interface (5.0)
    "#);
    assert_snapshot!(labels(&requirements("typing_e$0\n")), @"requests torch typing_extensions zope_interface");
    assert_snapshot!(labels("#- /p/requirements.txt\nreq$0\n"), @"");
}

#[test]
fn behind_a_name_operators_are_offered() {
    assert_snapshot!(offered(&requirements("requests $0\n")), @r#"
    [] ==2.31.0 (installed)
    [] >=2.31.0 (installed)
    [] ~=2.31.0 (installed)
    [] ==
    [] >=
    [] <=
    [] ~=
    [] !=
    [] <
    [] >
    [] ===
    "#);
    assert_snapshot!(labels(&requirements("torch $0; python_version > '3'\n")), @"==2.1.0+cpu >=2.1.0 ~=2.1.0 == >= <= ~= != < > ===");
    assert_snapshot!(labels(&requirements("requests$0\n")), @"requests torch typing-extensions zope-interface ==2.31.0 >=2.31.0 ~=2.31.0 == >= <= ~= != < > ===");
    assert_snapshot!(labels(&requirements("nothing >=1,$0\n")), @"== >= <= ~= != < > ===");
    assert_snapshot!(offered(&requirements("requests =$0\n")), @r#"
    [=] ==2.31.0 (installed)
    [=] >=2.31.0 (installed)
    [=] ~=2.31.0 (installed)
    [=] ==
    [=] >=
    [=] <=
    [=] ~=
    [=] !=
    [=] <
    [=] >
    [=] ===
    "#);
}

#[test]
fn behind_an_operator_the_installed_version_is_offered() {
    assert_snapshot!(offered(&requirements("requests==$0\n")), @"[] 2.31.0 (installed)");
    assert_snapshot!(offered(&requirements("requests >= 2.$01, <3 # c\n")), @"[2.1] 2.31.0 (installed)");
    assert_snapshot!(offered(&requirements("torch==$0\n")), @"[] 2.1.0+cpu (installed)");
    assert_snapshot!(offered(&requirements("torch>=1,<$0\n")), @"[] 2.1.0 (installed)");
    assert_snapshot!(offered(&requirements("flask==$0\n")), @"");
    assert_snapshot!(offered(&requirements("requests \\\n  >=$0\n")), @"[] 2.31.0 (installed)");
}

#[test]
fn in_brackets_extras_are_offered() {
    assert_snapshot!(offered(&requirements("requests[$0\n")), @r#"
    [] socks
    [] use_chardet_on_py3
    "#);
    assert_snapshot!(offered(&requirements("requests[socks, us$0e]>=2\n")), @"[use] use_chardet_on_py3");
    assert_snapshot!(offered(&requirements("requests[$0, socks]>=2\n")), @"[] use_chardet_on_py3");
    assert_snapshot!(offered(&requirements("flask[$0]\n")), @"");
}

#[test]
fn behind_a_semicolon_the_marker_is_completed() {
    assert_snapshot!(offered(&requirements("six; $0\n")), @r#"
    [] python_version (3.12)
    [] sys_platform (linux)
    [] platform_system (Linux)
    [] platform_machine (x86_64)
    [] implementation_name (cpython)
    [] platform_python_implementation (CPython)
    [] os_name (posix)
    [] python_full_version (3.12.1)
    [] implementation_version (3.12.1)
    [] platform_release
    [] platform_version
    [] extra
    "#);
    assert_snapshot!(labels(&requirements("six; sys_platform $0\n")), @"== != >= <= > < ~= in not in");
    assert_snapshot!(labels(&requirements("six; sys_platform not $0\n")), @"== != >= <= > < ~= in not in");
    assert_snapshot!(offered(&requirements("six; sys_platform == $0\n")), @r#"
    [] "linux" (this environment)
    [] "win32"
    [] "darwin"
    "#);
    assert_snapshot!(offered(&requirements("six; sys_platform=='li$0nux' and x\n")), @r#"
    ['linux'] 'linux' (this environment)
    ['linux'] 'win32'
    ['linux'] 'darwin'
    "#);
    assert_snapshot!(offered(&requirements("six; python_version>=\"3$0\n")), @r#"
    ["3] "3.12" (this environment)
    ["3] "3.14"
    ["3] "3.13"
    ["3] "3.11"
    ["3] "3.10"
    ["3] "3.9"
    "#);
    assert_snapshot!(labels(&requirements("six; python_version >= \"3.9\" $0\n")), @"and or");
    assert_snapshot!(labels(&requirements("six; (os_name == 'nt' and pla$0)\n")), @"python_version sys_platform platform_system platform_machine implementation_name platform_python_implementation os_name python_full_version implementation_version platform_release platform_version extra");
    assert_snapshot!(labels(&requirements("six @ https://example.org/a;b ; os_name == $0\n")), @r#""posix" "nt""#);
}

#[test]
fn options_are_offered_where_they_can_stand() {
    assert_snapshot!(offered(&requirements("-$0\n")), @r#"
    [-] -r (FILE) -> "-r "
    [-] --requirement (FILE) -> "--requirement "
    [-] -c (FILE) -> "-c "
    [-] --constraint (FILE) -> "--constraint "
    [-] -e (PATH or URL) -> "-e "
    [-] --editable (PATH or URL) -> "--editable "
    [-] -i (URL) -> "-i "
    [-] --index-url (URL) -> "--index-url "
    [-] --extra-index-url (URL) -> "--extra-index-url "
    [-] --no-index
    [-] -f (PATH or URL) -> "-f "
    [-] --find-links (PATH or URL) -> "--find-links "
    [-] --no-binary (NAMES) -> "--no-binary "
    [-] --only-binary (NAMES) -> "--only-binary "
    [-] --prefer-binary
    [-] --require-hashes
    [-] --no-require-hashes
    [-] --pre
    [-] --all-releases (NAMES) -> "--all-releases "
    [-] --only-final (NAMES) -> "--only-final "
    [-] --trusted-host (HOST) -> "--trusted-host "
    [-] --use-feature (FEATURE) -> "--use-feature "
    "#);
    assert_snapshot!(offered(&requirements("six==1 --h$0\n")), @r#"
    [--h] --hash (ALGORITHM:DIGEST) -> "--hash="
    [--h] -C (KEY=VALUE) -> "-C "
    [--h] --config-settings (KEY=VALUE) -> "--config-settings "
    "#);
    assert_snapshot!(offered(&requirements("six==1 --hash=$0\n")), @r#"
    [] sha256:
    [] sha384:
    [] sha512:
    "#);
    assert_snapshot!(offered(&requirements("six==1 \\\n    --hash=sha2$0\n")), @r#"
    [sha2] sha256:
    [sha2] sha384:
    [sha2] sha512:
    "#);
    assert_snapshot!(offered(&requirements("--only-binary $0\n")), @r#"
    [] :all:
    [] :none:
    "#);
    assert_snapshot!(offered(&requirements("--index-url $0\n")), @"");
    assert_snapshot!(offered(&requirements("-e $0\n")), @"");
    assert_snapshot!(offered(&requirements("--pre $0\n")), @"");
    assert_snapshot!(offered(&requirements("--index$0 https://example.org\n")), @r#"
    [--index] -r (FILE)
    [--index] --requirement (FILE)
    [--index] -c (FILE)
    [--index] --constraint (FILE)
    [--index] -e (PATH or URL)
    [--index] --editable (PATH or URL)
    [--index] -i (URL)
    [--index] --index-url (URL)
    [--index] --extra-index-url (URL)
    [--index] --no-index
    [--index] -f (PATH or URL)
    [--index] --find-links (PATH or URL)
    [--index] --no-binary (NAMES)
    [--index] --only-binary (NAMES)
    [--index] --prefer-binary
    [--index] --require-hashes
    [--index] --no-require-hashes
    [--index] --pre
    [--index] --all-releases (NAMES)
    [--index] --only-final (NAMES)
    [--index] --trusted-host (HOST)
    [--index] --use-feature (FEATURE)
    "#);
}

#[test]
fn files_that_are_known_are_offered() {
    assert_snapshot!(
        offered("#- /p/a/requirements.txt\n-r base.txt\n-c $0\n#- /p/a/base.txt\nsix\n#- /p/a/sub/x.txt\n#- /p/c.txt\n"), @r#"
    [] ../c.txt
    [] sub/x.txt
    "#
    );
}

#[test]
fn in_comments_nothing_is_offered() {
    for text in [
        "# $0\n",
        "six  # req$0\n",
        "six \\\n # x$0\n",
        "https://example.org/$0\n",
        "./a$0\n",
        "six >= 1 $0\n",
    ] {
        assert_eq!(offered(&requirements(text)), "", "{text}");
    }
    assert_eq!(offered(&pyproject("[project]\ndependencies = [\n  # \"req$0\n]\n")), "");
    assert_eq!(offered(&pyproject("[project]\ndependencies = [\"six\"$0]\n")), "");
    assert_eq!(offered(&pyproject("[project]\ndependencies = [\"six\"]$0\n")), "");
}

#[test]
fn strings_of_a_project_are_requirements() {
    assert_snapshot!(labels(&pyproject("[project]\ndependencies = [\"req$0\"]\n")), @"requests torch typing-extensions zope-interface");
    assert_snapshot!(offered(&pyproject("[project]\ndependencies = [\"requests==$0\n")), @"[] 2.31.0 (installed)");
    assert_snapshot!(offered(&pyproject("[project]\ndependencies = [\n  'requests[$0',\n]\n")), @r#"
    [] socks
    [] use_chardet_on_py3
    "#);
    assert_snapshot!(labels(&pyproject("[project]\ndependencies = [\"six; sys_platform == $0\"]\n")), @"'linux' 'win32' 'darwin'");
    assert_snapshot!(labels(&pyproject("[project]\ndependencies = ['six; sys_platform == $0']\n")), @r#""linux" "win32" "darwin""#);
    assert_snapshot!(offered(&pyproject("[dependency-groups]\ntest = [$0]\n")), @r#"
    [] requests (2.31.0) -> "\"requests\""
    [] torch (2.1.0+cpu) -> "\"torch\""
    [] typing-extensions (4.9.0) -> "\"typing-extensions\""
    [] zope-interface (5.0) -> "\"zope-interface\""
    "#);
    assert_snapshot!(labels(&pyproject("[project.optional-dependencies]\ntest = [\"$0\n[tool.x]\n")), @"requests torch typing-extensions zope-interface");
    assert_snapshot!(labels(&pyproject("[project]\nname = \"req$0\"\nkeywords = [\"$0\"]\n")), @"");
    assert_snapshot!(labels(&pyproject("[project]\nkeywords = [\"req$0\"]\n")), @"");
}

#[test]
fn poetry_and_pipenv_have_keys() {
    assert_snapshot!(labels(&pyproject("[tool.poetry.dependencies]\npython = \"^3.9\"\nre$0\n")), @"requests torch typing-extensions zope-interface");
    assert_snapshot!(offered(&pyproject("[tool.poetry.group.dev.dependencies]\nrequests = \"$0\"\n")), @r#"
    [] ^2.31.0 (installed)
    [] ==2.31.0 (installed)
    [] >=2.31.0 (installed)
    [] ~=2.31.0 (installed)
    [] * (any version)
    "#);
    assert_snapshot!(labels(&format!("{ENV}#- /p/Pipfile\n[packages]\nre$0\n")), @"requests torch typing-extensions zope-interface");
    assert_snapshot!(offered(&format!("{ENV}#- /p/Pipfile\n[packages]\nrequests = \"$0\"\n")), @r#"
    [] ==2.31.0 (installed)
    [] >=2.31.0 (installed)
    [] ~=2.31.0 (installed)
    [] * (any version)
    "#);
    assert_snapshot!(labels(&format!("{ENV}#- /p/Pipfile\n[requires]\npy$0\n")), @"");
}

#[test]
fn the_other_formats_are_read_around_the_cursor() {
    assert_snapshot!(
        offered(&format!("{ENV}#- /p/tool.py\n# /// script\n# dependencies = [\n#   \"requests>=$0\n# ]\n# ///\nx = ['$0']\n")), @"[] 2.31.0 (installed)"
    );
    assert_snapshot!(labels(&format!("{ENV}#- /p/tool.py\ndependencies = [\"requests>=$0\"]\n")), @"");
    assert_snapshot!(
        offered(&format!("{ENV}#- /p/setup.cfg\n[metadata]\nname = x\n[options]\ninstall_requires =\n  six\n  requests[$0\n")), @r#"
    [] socks
    [] use_chardet_on_py3
    "#
    );
    assert_snapshot!(labels(&format!("{ENV}#- /p/setup.cfg\n[metadata]\ndescription =\n  requests[$0\n")), @"");
    assert_snapshot!(
        offered(&format!("{ENV}#- /p/setup.py\nsetup(name='x', extras_require={{'t': ['a', 'requests==', $0]}})\n")), @r#"
    [] torch (2.1.0+cpu) -> "\"torch\""
    [] typing-extensions (4.9.0) -> "\"typing-extensions\""
    [] zope-interface (5.0) -> "\"zope-interface\""
    "#
    );
    assert_snapshot!(
        offered(&format!("{ENV}#- /p/setup.py\nsetup(name='x', extras_require={{'t': ['a', 'requests==$0']}})\n")), @"[] 2.31.0 (installed)"
    );
    assert_snapshot!(labels(&format!("{ENV}#- /p/setup.py\nprint(['requests==$0'])\n")), @"");
    assert_snapshot!(
        offered(&format!("{ENV}#- /p/environment.yml\ndependencies:\n  - python\n  - pip:\n    - six\n    - requests>=$0\n")), @"[] 2.31.0 (installed)"
    );
    assert_snapshot!(labels(&format!("{ENV}#- /p/environment.yml\ndependencies:\n  - req$0\n")), @"");
}

#[test]
fn groups_and_own_extras_are_offered() {
    assert_snapshot!(
        offered(&pyproject(
            "[dependency-groups]\nlint = []\ntest = []\ndocs = []\ndev = [{include-group = \"docs\"}, {include-group = \"l$0\"}]\n"
        )), @r#"
    [l] lint
    [l] test
    "#
    );
    assert_snapshot!(
        offered(&pyproject("[dependency-groups]\ntest = []\ndev = [{include-group = \"$0\n")), @"[] test"
    );
    assert_snapshot!(
        offered(&pyproject("[tool.uv]\ndefault-groups = [\"$0\"]\n[dependency-groups]\ntest = []\n")), @"[] test"
    );
    assert_snapshot!(
        offered(&pyproject(
            "[project]\nname = \"My_Proj\"\n[project.optional-dependencies]\ntest = []\nall = [\"my-proj[$0]\"]\n"
        )), @"[] test"
    );
}

#[test]
fn groups_are_offered_with_their_quotes_where_there_are_none() {
    let groups = |item: &str| {
        offered(&pyproject(&format!("[dependency-groups]\ntest = []\ndev = [\"six\", {item}]\nlint = []\n")))
    };
    assert_eq!(groups("{include-group=$0}"), "[] test -> \"\\\"test\\\"\"\n[] lint -> \"\\\"lint\\\"\"\n");
    assert_eq!(
        groups("{include-group = te$0}"),
        "[te] test -> \"\\\"test\\\"\"\n[te] lint -> \"\\\"lint\\\"\"\n"
    );
    assert_eq!(groups("{include-group = \"test\" $0}"), "");
    assert_eq!(
        offered(&pyproject("[tool.uv]\ndefault-groups = [$0]\n[dependency-groups]\ntest = []\n")),
        "[] test -> \"\\\"test\\\"\"\n"
    );
}

#[test]
fn the_tables_of_packages_have_versions() {
    let all =
        "[] ==2.31.0 (installed)\n[] >=2.31.0 (installed)\n[] ~=2.31.0 (installed)\n[] * (any version)\n";
    let pipfile = |text: &str| offered(&format!("{ENV}#- /p/Pipfile\n{text}\n"));
    assert_eq!(pipfile("[packages]\nrequests = {version = \"$0\", extras = [\"socks\"]}"), all);
    assert_eq!(pipfile("[dev-packages.requests]\nversion = \"$0\""), all);
    assert_eq!(pipfile("[packages.requests]\nmarkers = \"$0\""), "");
    assert_eq!(pipfile("[packages.requests]\nver$0"), "");
    assert_eq!(pipfile("[packages]\nrequests = {index = \"$0\"}"), "");
    assert_eq!(pipfile("[source.requests]\nversion = \"$0\""), "");
    assert_eq!(
        labels(&format!("{ENV}#- /p/Pipfile\n[packages.re$0]\n")),
        "requests torch typing-extensions zope-interface"
    );
    let poetry = |text: &str| labels(&pyproject(text));
    let carets = "^2.31.0 ==2.31.0 >=2.31.0 ~=2.31.0 *";
    assert_eq!(poetry("[tool.poetry.dependencies]\nrequests = {version = \"$0\"}\n"), carets);
    assert_eq!(poetry("[tool.poetry.group.dev.dependencies.requests]\nversion = \"$0\"\n"), carets);
    assert_eq!(poetry("[tool.poetry.dependencies]\nrequests = {python = \"$0\"}\n"), "");
}

#[test]
fn escaped_quotes_are_quotes() {
    let marker = |text: &str| {
        let (fixture, items) = items(&pyproject(&format!("[project]\ndependencies = [{text}]\n")));
        let item = items.first().unwrap_or_else(|| panic!("nothing for {text}"));
        format!("{} -> {}", item.replaces.slice(&fixture.manifest.text), item.text)
    };
    assert_eq!(marker(r#""six; os_name == \"po$0\"", "flask""#), r#"\"po\" -> 'posix'"#);
    assert_eq!(marker(r#""six; os_name == \"po$0""#), r#"\"po -> 'posix'"#);
    assert_eq!(marker(r#""six; os_name == \"nt\" a$0""#), "a -> and");
    assert_eq!(marker(r#"'six; os_name == "po$0"'"#), "\"po\" -> \"posix\"");
}

#[test]
fn lists_in_brackets_of_yaml_are_lists() {
    let conda = |list: &str| labels(&format!("{ENV}#- /p/environment.yml\ndependencies: {list}\n"));
    assert_eq!(conda("\n  - pip: [torch, $0]"), "requests typing-extensions zope-interface");
    assert_eq!(conda("\n  - pip: [re$0]"), "requests torch typing-extensions zope-interface");
    assert_eq!(conda("[python, {pip: ['torch', \"requests[$0\"]}]"), "socks use_chardet_on_py3");
    assert_eq!(conda("\n  - pip: [\n      torch,\n      requests>=$0\n    ]"), "2.31.0");
    for elsewhere in [
        "[py$0]",
        "[{pip: [torch]}, $0]",
        "\n  - pip: ['torch' $0]",
        "\n  - xpip: [$0]",
        "\n  - pip: [a, # $0",
    ] {
        assert_eq!(conda(elsewhere), "", "{elsewhere}");
    }
}
