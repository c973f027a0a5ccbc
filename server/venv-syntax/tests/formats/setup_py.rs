//! `setup.py`, read and never run.

use super::record::{check as check_spans, pictures, short};
use venv_syntax::parse_setup_py;

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = parse_setup_py(text);
    assert_eq!(short(text, &found).trim_end(), expected, "{text:?}");
    assert_eq!(pictures(text, &found), "", "{text:?}");
}

/// What `install_requires=value` asks for.
#[track_caller]
fn check_list(value: &str, expected: &str) {
    let text =
        format!("from setuptools import setup\nsetup(name='a', install_requires={value}, zip_safe=False)\n");
    let expected = format!("install_requires (Dependencies, Always):{expected}");
    check(&text, &expected);
}

#[test]
fn lists_of_strings() {
    for (value, expected) in [
        ("[]", ""),
        ("['six']", " `six`"),
        ("('six', \"requests>=2\",)", " `six` `requests>=2`"),
        ("[\n  'six',  # 'not this'\n  # 'nor this',\n  'requests',\n]", " `six` `requests`"),
        ("['six' '>=1', ('requests'\n '>=2')]", " `six>=1` = \"six>=1\" `requests>=2` = \"requests>=2\""),
        ("r'six'", " `six`"),
        ("'six\\nrequests # two'", " `six` `requests`"),
        ("'''\nsix\n  # one\n\n  requests>=2\n'''", " `six` `requests>=2`"),
        ("['six'] + ('requests',) + [\"a\"]", " `six` `requests` `a`"),
        ("[['six'], ('requests', *['a'])]", " `six` `requests` `a`"),
        (r#"["si\x78", 'a;os_name=="\u006et"']"#, r#" `six` = "six" `a;` = "a;os_name==\"nt\"""#),
        ("['six', 'a;os_name==\"nt\\\n\"']", " `six` `a;` = \"a;os_name==\\\"nt\\\"\""),
    ] {
        check_list(value, expected);
    }
}

#[test]
fn what_is_no_literal_is_left_alone() {
    for (value, expected) in [
        (
            "['six', f'a=={v}', b'b', 'c' + v, 'd' if e else '', get('f'), g, *h, 'requests']",
            " `six` `requests`",
        ),
        ("[x for x in ['a'] if 'b']", ""),
        ("['six'] + read('requirements.txt')", " `six`"),
        (r"['\N{LATIN SMALL LETTER A}', 'six']", " `six`"),
    ] {
        check_list(value, expected);
    }
    for value in [
        "read('a.txt')",
        "['a'] if b else ['c']",
        "['a'] * 2",
        "open('a').read().split()",
        "'a' + b",
        "None",
        "x",
    ] {
        check(&format!("setup(install_requires={value})"), "");
    }
}

#[test]
fn names_stand_for_what_they_are_assigned_once() {
    let of = |before: &str, expected: &str| {
        check(&format!("{before}\nsetup(install_requires=REQUIRES)\n"), expected);
    };
    let six = "install_requires (Dependencies, Always): `six`";
    of("REQUIRES = ['six']", six);
    of("REQUIRES: list[str] = ['six']", six);
    of("BASE = ['six']\nREQUIRES = BASE + more()", six);
    of("SIX = 'six'\nREQUIRES = [SIX]", six);
    // What is added later takes nothing away.
    of("REQUIRES = ['six']\nif x:\n    REQUIRES.append('a')\nREQUIRES += ['b']", six);
    of("REQUIRES = REQUIRES", "");
    for unknown in [
        "REQUIRES = ['six']\nREQUIRES = ['a']",
        "if x:\n    REQUIRES = ['six']",
        "REQUIRES = ['six']\nif x:\n    REQUIRES = ['a']",
        "REQUIRES = ['six']\nfor REQUIRES in x: pass",
        "REQUIRES = ['six']\nfrom a import REQUIRES",
        "REQUIRES = ['six']\nREQUIRES.remove('six')",
        "REQUIRES = ['six']\nREQUIRES[0] = 'a'",
        "REQUIRES = ['six']\ndef f(REQUIRES):\n    setup(install_requires=REQUIRES)",
        "a, REQUIRES = ['six'], ['a']",
        "A = REQUIRES = ['six']",
        "with a as REQUIRES: pass\nREQUIRES = ['six']",
        "REQUIRES = ['six']\nprint(REQUIRES := [])",
        "REQUIRES = ['six']\ndel REQUIRES",
    ] {
        of(unknown, "");
    }
}

#[test]
fn every_list_has_its_meaning() {
    let text = "\
import setuptools
setuptools.setup(
    setup_requires=['wheel'],
    tests_require='pytest',
    extras_require=dict(dev=['tox'], **extras),
    python_requires='>=3.' '8',
)
";
    check(
        text,
        "setup_requires (Build, Elsewhere): `wheel`\n\
         tests_require (Group, OnRequest): `pytest`\n\
         extras_require.dev (Extra, OnRequest `dev`): `tox`\n\
         python python_requires: >=3.8",
    );
}

#[test]
fn a_key_of_extras_may_name_a_marker() {
    let text = "\
extras = {
    'Docs': ['sphinx'],
    ':os_name == \"nt\"': ['colorama', 'a; python_version < \"3\"'],
    'x:y': [],
}
extras['all'] = []
setup(extras_require=extras, python_requires=PYTHON)
PYTHON = '~=3.8'
";
    check(
        text,
        "extras_require.Docs (Extra, OnRequest `docs`): `sphinx`\n\
         extras_require.:os_name == \"nt\" (Dependencies, Always): \
         `colorama;` = \"colorama ; os_name == \\\"nt\\\"\" \
         `a;` = \"a; (python_version < \\\"3\\\") and (os_name == \\\"nt\\\")\"\n\
         extras_require.x:y (Extra, OnRequest `x`):\n\
         python python_requires: ~=3.8",
    );
}

#[test]
fn a_list_that_is_used_twice_is_in_the_section_that_most_get() {
    check(
        "T = ['pytest']\nsetup(extras_require={'t': T}, tests_require=T, install_requires=['six'] + T)\n",
        "extras_require.t (Extra, OnRequest `t`):\n\
         tests_require (Group, OnRequest):\n\
         install_requires (Dependencies, Always): `pytest` `six`",
    );
}

#[test]
fn the_rest_of_the_file_confuses_nothing() {
    for before in [
        "x = '''setup(install_requires=['a'])'''",
        "# setup(install_requires=['a'])",
        "x = 'setup(install_requires=[\\'a\\'])'",
        "x = r'\\' # '",
        "x = f'{\"}\"}'",
        "x = f'{a['b']}'; y = f'''{'''x'''}'''",
        "x = 'never closed",
        "x = rb'\\x' B\"\"\"\n'\"\"\"",
        "x = (1, [2\ndef f(a): return a",
        "x = a) ] }",
        "def setup(): pass\nclass setup(object): pass",
        "x.setup(install_requires=['a'])",
        "print 'Python 2', x<>y, 0777L, `x`",
        "é = “x” ?? $ \u{feff}",
        "x = \\\n  1",
        "if x: y = {'a': 1}",
    ] {
        let text = format!("{before}\nsetup(install_requires=['six'])\n");
        check(&text, "install_requires (Dependencies, Always): `six`");
        let text = text.replace('\n', "\r\n");
        check(&text, "install_requires (Dependencies, Always): `six`");
    }
    // What is never closed ends with the file.
    check("x = '''\nsetup(install_requires=['six'])\n", "");
    check("setup(install_requires=['six'", "install_requires (Dependencies, Always): `six`");
}

#[test]
fn long_and_deep_texts_are_read() {
    let length = 1 << 16;
    let doubled: String = (0..15).map(|n| format!("A{} = A{n} + A{n}\n", n + 1)).collect();
    for text in [
        "(".repeat(length),
        "f'{".repeat(length),
        "f'".repeat(length),
        "f'{''\n".repeat(length),
        format!("setup(install_requires={}", "[".repeat(length)),
        format!("setup(install_requires={}'six'{})", "[".repeat(length), "]".repeat(length)),
        format!("setup(install_requires=[{}])", "'six',".repeat(length)),
        format!("setup(install_requires={}[])", "[]+".repeat(length)),
        format!("A = A + A\nsetup(install_requires={}A)", "A+".repeat(length)),
        format!("A0 = ['six']\n{doubled}setup(install_requires={}A)", "A15+".repeat(length)),
        "setup(".repeat(length),
        format!("setup(install_requires=['{}'])", "\\n".repeat(length)),
        "x = [\n".repeat(length),
    ] {
        check_spans(&text, &parse_setup_py(&text));
    }
}

#[test]
fn errors() {
    let text = "\
setup(
    install_requires=['six=1.0', \"flask\\x3d1\", 'a' ' b'],
    extras_require={'x': '''
        requests >== 2
        ok
    '''},
    python_requires='3.8',
    setup_requires=['a; python_version > 3', \"b; python_version > 3\", 'c; os_name == \"nt\" and python_version > 3'],
)
";
    insta::assert_snapshot!(pictures(text, &parse_setup_py(text)), @r##"
      install_requires=['six=1.0', "flask\x3d1", 'a' ' b'],
                            ^ pip needs `==`, not `=`
    Replace `=` with `==`:     install_requires=['six==1.0', "flask\x3d1", 'a' ' b'],
      install_requires=['six=1.0', "flask\x3d1", 'a' ' b'],
                                         ^^^^ pip needs `==`, not `=`
      install_requires=['six=1.0', "flask\x3d1", 'a' ' b'],
                                                       ^ `b` is not expected here: write one requirement on a line
          requests >== 2
                   ^^^ pip needs `>=`, not `>==`
    Replace `>==` with `>=`:         requests >= 2
      python_requires='3.8',
                       ^^^ an operator is missing before `3.8`: write `>=3.8` or `==3.8`
      setup_requires=['a; python_version > 3', "b; python_version > 3", 'c; os_name == "nt" and python_version > 3'],
                                           ^ values in markers need quotes: `"3"`
    Replace `3` with `"3"`:     setup_requires=['a; python_version > "3"', "b; python_version > 3", 'c; os_name == "nt" and python_version > 3'],
      setup_requires=['a; python_version > 3', "b; python_version > 3", 'c; os_name == "nt" and python_version > 3'],
                                                                    ^ values in markers need quotes: `'3'`
    Replace `3` with `'3'`:     setup_requires=['a; python_version > 3', "b; python_version > '3'", 'c; os_name == "nt" and python_version > 3'],
      setup_requires=['a; python_version > 3', "b; python_version > 3", 'c; os_name == "nt" and python_version > 3'],
                                                                                                                 ^ values in markers need quotes: `"3"`
    Replace `3` with `"3"`:     setup_requires=['a; python_version > 3', "b; python_version > 3", 'c; os_name == "nt" and python_version > "3"'],
    "##);
}
