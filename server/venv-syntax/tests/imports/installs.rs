//! Cells of notebooks: the commands of IPython, and what they install.

use super::record::short_cell;
use insta::assert_snapshot;

#[test]
fn commands_stand_between_statements() {
    assert_snapshot!(short_cell(
        "%matplotlib inline\nimport a\n!ls -l\n?help\nb?\nfiles = !ls *.py\nx = %time f()\nimport c\nfor x in y:\n    !echo {x}\n    import d\n%timeit import e\n"
    ), @"
    import a
    import c
    import d
    ");
}

#[test]
fn cells_of_other_languages() {
    for (text, expected) in [
        ("%%bash\nimport a\n", "(OtherLanguage)\n"),
        ("\n\n%%html\n<b>import a</b>\n", "(OtherLanguage)\n"),
        ("%%writefile x.py\nimport a\n", "(OtherLanguage)\n"),
        ("%%time\nimport a\n", "import a\n"),
        ("%%capture out\n%matplotlib inline\nimport a\n", "import a\n"),
        ("%%timeit -n 1\nimport a\n", "import a\n"),
        ("%%\nimport a\n", "(OtherLanguage)\n"),
        ("", ""),
    ] {
        assert_eq!(short_cell(text), expected, "{text}");
    }
}

#[test]
fn what_is_installed() {
    assert_snapshot!(
        [
            "%pip install a b>=1 'c[x] >= 2; python_version > \"3\"'",
            "!pip install -q --upgrade a",
            "!pip3 --quiet install -r requirements.txt --index-url=https://e.example/simple -c c.txt",
            "!python -m pip install a",
            "!{sys.executable} -m pip install a",
            "!$PYTHON -u -m pip install a",
            "!uv pip install --system a",
            "!python3.11 -m uv pip install a",
            "%conda install -y -c conda-forge a=1.0 b",
            "!sudo -H pip install a && pip install b; ls | pip install c",
            "!DEBUG=1 /usr/bin/pip install a > /dev/null 2>&1 # b",
            "!!pip install a",
            "x = !pip install a",
            "!pip install \\\n    a \\\n    b",
            "!pip install git+https://e.example/a.git#egg=a ./b.whl .",
            "!pip install {name} $other 'a$b'",
            "!pip install a==",
            "!pip install -- a",
            "if x:\n    !pip install a\n    %pip install b",
            "pip install a\nimport b",
            "%%capture\n!pip install a",
            "%%bash\nset -e\npip install a\ncd x &&\\\n  pip install b",
        ]
        .map(short_cell)
        .concat(),
        @r#"
    Pip `%pip install a b>=1 \'c[x] >= 2; python_version > \"3\"\'`: a=a b>=1=b c[x] >= 2; python_version > "3"=c
    Pip `!pip install -q --upgrade a`: a=a (-q) (--upgrade)
    Pip `!pip3 --quiet install -r requirements.txt --index-url=https://e.example/simple -c c.txt`: (-r=requirements.txt) (--index-url=https://e.example/simple) (-c=c.txt)
    Pip `!python -m pip install a`: a=a
    Pip `!{sys.executable} -m pip install a`: a=a
    Pip `!$PYTHON -u -m pip install a`: a=a
    Uv `!uv pip install --system a`: a=a (--system)
    Uv `!python3.11 -m uv pip install a`: a=a
    Conda `%conda install -y -c conda-forge a=1.0 b`: a=1.0=? b=? (-y) (-c=conda-forge)
    Pip `!sudo -H pip install a`: a=a
    Pip `pip install b`: b=b
    Pip `pip install c`: c=c
    Pip `!DEBUG=1 /usr/bin/pip install a`: a=a
    Pip `!!pip install a`: a=a
    Pip `!pip install a`: a=a
    Pip `!pip install \\\n    a \\\n    b`: a=a b=b
    Pip `!pip install git+https://e.example/a.git#egg=a ./b.whl .`: git+https://e.example/a.git#egg=a=location ./b.whl=location! .=location
    Pip `!pip install {name} $other \'a$b\'`: {name}=? $other=? a$b=?
    Pip `!pip install a==`: a===a!
    Pip `!pip install -- a`: a=a
    Pip `!pip install a`: a=a
    Pip `%pip install b`: b=b
    import b
    Pip `pip install a`: a=a
    Pip `!pip install a`: a=a
    (OtherLanguage)
    Pip `pip install a`: a=a
    Pip `pip install b`: b=b
    "#
    );
}

#[test]
fn what_installs_nothing() {
    for text in [
        "%pip list",
        "!pip uninstall a",
        "!pip",
        "!pipx install a",
        "!install a",
        "%pip",
        "!python -m install a",
        "!echo pip install a",
        "# %pip install a",
        "'''\n%pip install a\n'''",
        "%%html\npip install a",
    ] {
        assert!(!short_cell(text).contains('`'), "{text}");
    }
}
