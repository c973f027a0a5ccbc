//! conda's `environment.yml`.

use super::record::{check as check_spans, pictures, short};
use venv_syntax::parse_conda_environment;

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = parse_conda_environment(text);
    assert_eq!(short(text, &found).trim_end(), expected, "{text:?}");
    assert_eq!(pictures(text, &found), "", "{text:?}");
}

/// What the items of the `pip` list, each on lines of its own, ask for, and what is taken away with each.
#[track_caller]
fn check_pip(items: &str, expected: &str, extents: &[&str]) {
    for (text, newline) in [(items.to_owned(), "\n"), (items.replace('\n', "\r\n"), "\r\n")] {
        let text = format!("dependencies:{newline}- pip{newline}- pip:{newline}{text}");
        check(&text, &format!("dependencies.pip (Dependencies, Always):{expected}"));
        let found = parse_conda_environment(&text);
        let found: Vec<_> = found
            .declared
            .iter()
            .map(|declared| declared.extent.slice(&text).replace("\r\n", "\n"))
            .collect();
        assert_eq!(found, extents, "{text:?}");
    }
}

#[test]
fn items_of_the_pip_list_are_lines_of_a_requirements_file() {
    check_pip(
        "  - six\n  - requests >= 2 ; os_name == 'nt'\n  - a @ https://e.example/a.zip\n",
        " `six` `requests>=2;` `a@https://e.example/a.zip`",
        &["- six", "- requests >= 2 ; os_name == 'nt'", "- a @ https://e.example/a.zip"],
    );
    check_pip(
        "  - -r req.txt\n  - --pre\n  - -e ./a\n  - ./b\n",
        " 1 options 1 options <./a> <./b>",
        &["- -r req.txt", "- --pre", "- -e ./a", "- ./b"],
    );
}

#[test]
fn texts_have_many_forms() {
    check_pip(
        "  - 'six; os_name == ''nt'''\n",
        " `six;` = \"six; os_name == 'nt'\"",
        &["- 'six; os_name == ''nt'''"],
    );
    check_pip(
        "  - \"six; os_name == \\\"\\x6et\\\"\"\n",
        " `six;` = \"six; os_name == \\\"nt\\\"\"",
        &["- \"six; os_name == \\\"\\x6et\\\"\""],
    );
    check_pip(
        "  - \"si\\\n    x\"  # é\n  - é.zip @ x\n".replace("  - é.zip @ x\n", "").as_str(),
        " `six` = \"six\"",
        &["- \"si\\\n    x\""],
    );
    check_pip(
        "    [six, 'requests', \"a[b]\"]\n",
        " `six` `requests` `a[b]`",
        &["six", "'requests'", "\"a[b]\""],
    );
    check_pip(
        "  - >-\n    requests>=2,\n    <3\n",
        " `requests>=2,<3` = \"requests>=2, <3\"",
        &["requests>=2,\n    <3"],
    );
    check_pip("  - |\n    six\n    # no\n\n    requests\n", " `six` `requests`", &["six", "requests"]);
    check_pip(
        "  - requests>=2,\n    <3\n",
        " `requests>=2,<3` = \"requests>=2, <3\"",
        &["- requests>=2,\n    <3"],
    );
    check_pip(
        "  - !!str six\n  - &x requests\n  - *x\n  -\n  - # é\n    a\n",
        " `six` `requests` `a`",
        &["six", "requests", "a"],
    );
}

#[test]
fn columns_count_characters() {
    check_pip(
        "  # é 🐍\n  - six # é\n  - \"requests\" # 🐍\n",
        " `six` `requests`",
        &["- six", "- \"requests\""],
    );
}

#[test]
fn what_is_condas_own_is_left_alone() {
    check("name: a\ndependencies:\n  - numpy=1.26\n  - conda-forge::x=1=0\n  - foo bar\nx: [pip]\n", "");
    check("dependencies:\n", "");
    check("dependencies: [a, {pip: [six]}]", "dependencies.pip (Dependencies, Always): `six`");
    check("- dependencies\n", "");
    check("", "");
    check("dependencies:\n- a\n---\ndependencies:\n- pip: [b]\n", "");
}

#[test]
fn python_has_bounds() {
    for (item, expected) in [
        ("python=3.11", "==3.11.*"),
        ("python =3.11.*", "==3.11.*"),
        ("python=3.11=*_cpython", "==3.11.*"),
        ("python==3.11.4", "==3.11.4"),
        ("conda-forge::python>=3.9,<3.13", ">=3.9,<3.13"),
        ("python >=3.9.*", ">=3.9"),
        ("python=3.9|=3.11", "==3.9.* || ==3.11.*"),
        ("python!=3.10.*", "!=3.10.*"),
    ] {
        check(&format!("dependencies:\n  - {item}\n"), &format!("python dependencies.python: {expected}"));
        check(&format!("dependencies: ['{item}']"), &format!("python dependencies.python: {expected}"));
    }
    for item in [
        "python",
        "python 3.11",
        "python-dateutil=2",
        "pythonnet>=3",
        "python=x",
        "python>=3.9 <4",
        "python>=${A}",
    ] {
        check(&format!("dependencies:\n  - {item}\n"), "");
    }
}

#[test]
fn templates_are_left_alone() {
    check(
        "dependencies:\n  - pip:\n    - {{ a }}\n    - '{{ b }}'\n",
        "dependencies.pip (Dependencies, Always): invalid",
    );
    check("{% if a %}\ndependencies: [\n", "");
}

#[test]
fn what_is_before_a_mistake_is_read() {
    let text = "dependencies:\n  - python=3.11\n  - pip:\n    - six\n    - 'requests\n";
    let found = parse_conda_environment(text);
    assert_eq!(
        short(text, &found),
        "dependencies.pip (Dependencies, Always): `six`\npython dependencies.python: ==3.11.*\n"
    );
}

#[test]
fn errors() {
    let mut all = String::new();
    for text in [
        "dependencies:\n  - pip:\n    - six=1.0\n    - 'it''s \"six\" <> 1'\n    - -x\n",
        "dependencies:\n  - pip:\n    - a; os_name == nt\n    - 'a; os_name == nt'\n    - \"a; os_name == nt\"\n",
        "dependencies:\n  - pip:\n    - six: 1\n    - [a]\n",
        "dependencies:\n  - a\npip:\n  - six\n",
        "dependencies:\n  - 'a\n",
        "dependencies:\n\t- a\n",
        "dependencies: - a\n",
        "dependencies:\n  - a\n - b\n",
        "dependencies:\n  - a\nb\n",
        "dependencies: [a\nb: c\n",
        "name: a: b\n",
        "dependencies:\n  - @x\n",
        "dependencies:\n  - *x\n",
        "dependencies:\n  - \"\\d\"\n",
        "dependencies:\n  - {a: b\n",
    ] {
        let found = parse_conda_environment(text);
        all.push_str(&pictures(text, &found));
    }
    insta::assert_snapshot!(all, @r##"
        - six=1.0
             ^ pip needs `==`, not `=`
      Replace `=` with `==`:     - six==1.0
        - 'it''s "six" <> 1'
             ^^^^^^^^^^^^^^ `'s "six" <> 1` is not expected after the name
        - -x
          ^^ pip knows no option `-x` in a requirements file
        - a; os_name == nt
                        ^^ values in markers need quotes: `"nt"`
      Replace `nt` with `"nt"`:     - a; os_name == "nt"
        - 'a; os_name == nt'
                         ^^ values in markers need quotes: `"nt"`
      Replace `nt` with `"nt"`:     - 'a; os_name == "nt"'
        - "a; os_name == nt"
                         ^^ values in markers need quotes: `'nt'`
      Replace `nt` with `'nt'`:     - "a; os_name == 'nt'"
        - six: 1
          ^^^^^^ a requirement is one text: write `name==version`, and put it in quotes if it has a `:`
        - [a]
          ^^^ a requirement is one text, not a list: take it out of the list
    pip:
    ^^^ conda looks for `pip` within `dependencies`: write `- pip:` there
      - 'a
        ^^ this quote is never closed
    →- a
     ^^^ YAML is indented with spaces: replace the tab
    dependencies: - a
                  ^^^ the items of a list begin on a line of their own
     - b
     ^^^ this line is indented in another way than those that it belongs to
    b
    ^ a `:` is missing behind the key, or `-` before the item of a list
    b: c
     ^^^ a `]`, `}` or `,` is missing before this
    name: a: b
           ^^^ a `:` with a space behind it makes a table, which cannot be here: put the text in quotes
      - @x
        ^^ a text cannot begin with this character: put it in quotes
      - *x
        ^^ `*` begins the name of another value: put the text in quotes
      - "\d"
        ^^^^ there is a `\` in this text that begins no escape: use single quotes
      - {a: b
      ^^^^^^^ a `]`, `}` or `,` is missing before this
    "##);
}

#[test]
fn long_and_deep_texts_are_read() {
    let length = 1 << 14;
    for text in [
        "[".repeat(length),
        "{a: ".repeat(length),
        "- ".repeat(length),
        format!("dependencies:\n- pip:\n{}", "  - six==1.0\n".repeat(length)),
        format!("dependencies:\n- pip:\n  - {}\n", "six ".repeat(length)),
        format!("dependencies:\n- pip:\n  - \"{}\"\n", "\\x41".repeat(length)),
        format!("dependencies:\n- pip:\n  - |\n{}", "    six\n".repeat(length)),
        format!("dependencies:\n- pip:\n{}", "  - é\n".repeat(length)),
    ] {
        check_spans(&text, &parse_conda_environment(&text));
    }
}
