//! What is wrong with a line, as a picture: what is underlined, what is said, what the fix makes of it.

mod picture;

use picture::picture;
use venv_syntax::parse_requirements_txt;

/// One picture for every logical line of `text` that has an error.
fn pictures(text: &str) -> String {
    let mut out = String::new();
    for line in parse_requirements_txt(text).lines {
        let start = line.start as usize;
        let source = &text[start..start + line.tree.len as usize];
        for error in &line.tree.errors {
            picture(&mut out, source, error);
        }
    }
    out
}

fn of_lines(lines: &[&str]) -> String {
    pictures(&lines.join("\n"))
}

#[test]
fn operators_that_pip_does_not_know() {
    insta::assert_snapshot!(of_lines(&[
        "six=1.0",
        "six=>1.0",
        "six=<2",
        "six<>1.0",
        "six > = 1.0",
        "six==>1",
        "six><1",
        "requests = \"2.31\"",
    ]), @r##"
    six=1.0
       ^ pip needs `==`, not `=`
      Replace `=` with `==`: six==1.0
    six=>1.0
       ^^ pip needs `>=`, not `=>`
      Replace `=>` with `>=`: six>=1.0
    six=<2
       ^^ pip needs `<=`, not `=<`
      Replace `=<` with `<=`: six<=2
    six<>1.0
       ^^ pip needs `!=`, not `<>`
      Replace `<>` with `!=`: six!=1.0
    six > = 1.0
        ^^^ there must be no space inside `>=`
      Write `>=`: six >= 1.0
    six==>1
       ^^^ pip needs `>=`, not `==>`
      Replace `==>` with `>=`: six>=1
    six><1
       ^^ `><` is not an operator: use one of `==`, `>=`, `<=`, `~=`, `!=`, `<`, `>`
    requests = "2.31"
             ^ pip needs `==`, not `=`
      Replace `=` with `==`: requests == "2.31"
    requests = "2.31"
               ^^^^^^ a version is written without quotes
      Remove the quotes: requests = 2.31
    "##);
}

#[test]
fn versions_in_a_row() {
    insta::assert_snapshot!(of_lines(&[
        "six>=1.0 <2",
        "six>=1.0<2",
        "six>=1.0,,<2",
        "six>=1.0,2",
        "six (>=1.0",
        "six==1.0 ==2.0",
        "flask, jinja2",
    ]), @r##"
    six>=1.0 <2
            ^ a `,` is missing between two versions
      Insert `,`: six>=1.0, <2
    six>=1.0<2
            ^ a `,` is missing between two versions
      Insert `,`: six>=1.0,<2
    six>=1.0,,<2
             ^ a version is missing before this `,`
      Remove the `,`: six>=1.0,<2
    six>=1.0,2
             ^ an operator such as `<` or `!=` is missing before `2`
    six (>=1.0
        ^ this `(` has no matching `)`
      Add the missing `)`: six (>=1.0)
    six==1.0 ==2.0
            ^ a `,` is missing between two versions
      Insert `,`: six==1.0, ==2.0
    flask, jinja2
         ^^^^^^^^ write one requirement on a line, without `,`
    "##);
}

#[test]
fn versions_that_are_none() {
    insta::assert_snapshot!(of_lines(&[
        "six==",
        "six==,<2",
        "six==latest",
        "six==1.0-foo",
        "six==3.x",
        "six==*",
        "six>=1.*",
        "six~=1.*",
        "six>=1.0+local",
        "six~=1",
        "six==1.0a1.*",
        "six==\"1.0\"",
        "six===1.0, >=1",
        "six===1.0,2",
        "six 1.0",
        "six^1.0",
        "six^1.0 || ^2",
        "six~1",
        "six ~ 1.2, !=1.3",
        "six~1.2.3; os_name == 'nt'",
    ]), @r##"
    six==
       ^^ a version is missing after `==`
    six==,<2
       ^^ a version is missing after `==`
    six==latest
         ^^^^^^ `latest` is not a version: without one, the newest is installed
    six==1.0-foo
         ^^^^^^^ `1.0-foo` is not a version
    six==3.x
         ^^^ `3.x` is not a version: write `.*` for any number
    six==*
         ^ `*` is not a version: without one, the newest is installed
    six>=1.*
       ^^^^^ `.*` goes with `==` and `!=` only, not with `>=`
      Write `>=1`: six>=1
    six~=1.*
       ^^^^^ `.*` goes with `==` and `!=` only, not with `~=`
    six>=1.0+local
            ^^^^^^ a local version such as `+local` goes with `==` and `!=` only
      Remove `+local`: six>=1.0
    six~=1
       ^^^ `~=` needs a version of two numbers or more: `~=1.0`, which means `>=1.0,==1.*`
      Write `~=1.0`: six~=1.0
    six==1.0a1.*
         ^^^^^^^ `1.0a1.*` is not a version: `.*` can follow plain numbers only
    six=="1.0"
         ^^^^^ a version is written without quotes
      Remove the quotes: six==1.0
    six===1.0, >=1
             ^ `===` takes this `,` for a part of its version
      Put a space before the `,`: six===1.0 , >=1
    six===1.0,2
              ^ `2` is not a version
    six 1.0
        ^^^ an operator is missing before the version: `==1.0`
      Insert `==`: six==1.0
    six^1.0
       ^^^^ `^` is Poetry's alone: write `>=1.0,<2`
      Replace `^1.0` with `>=1.0,<2`: six>=1.0,<2
    six^1.0 || ^2
       ^^^^^^^^^^ `^` is Poetry's alone: write a range such as `>=1.2,<2`
    six~1
       ^^ `~` is Poetry's alone: write `>=1,<2`
      Replace `~1` with `>=1,<2`: six>=1,<2
    six ~ 1.2, !=1.3
        ^^^^^ `~` is Poetry's alone: write `>=1.2,<1.3`, or `~=1.2`, which takes more
    six~1.2.3; os_name == 'nt'
       ^^^^^^ `~` is Poetry's alone: write `>=1.2.3,<1.3`
      Replace `~1.2.3` with `>=1.2.3,<1.3`: six>=1.2.3,<1.3; os_name == 'nt'
    "##);
}

#[test]
fn extras() {
    insta::assert_snapshot!(of_lines(&[
        "six[security",
        "six[a b]",
        "six[a,]",
        "six[,a]",
        "six[a;b]",
        "six[a/b]",
        "six==1.0[a]",
    ]), @r##"
    six[security
       ^ this `[` has no matching `]`
      Add the missing `]`: six[security]
    six[a b]
          ^ extras are separated by `,`
      Add the missing `,`: six[a, b]
    six[a,]
         ^ an extra is missing after this `,`
      Remove the `,`: six[a]
    six[,a]
        ^ an extra is missing before this `,`
      Remove the `,`: six[a]
    six[a;b]
       ^ this `[` has no matching `]`
    six[a;b]
           ^ a comparison is missing here: one of `==`, `!=`, `<`, `<=`, `>`, `>=`, `~=`, `in`, `not in`
    six[a/b]
         ^^ `/b` cannot be an extra: a name is expected here
    six==1.0[a]
            ^^^ extras come directly after the name
    "##);
}

#[test]
fn locations() {
    insta::assert_snapshot!(of_lines(&[
        "six @",
        "six @ 1.17.0",
        "six@1.17.0",
        "six @ https://e.example/six.zip and more",
        "git@git.example:team/tool.git",
        "git://git.example/tool.git",
        "thing.whl",
        "-e six",
        "-e six[dev]==1.0",
        "-e https://e.example/x.zip",
        "-e git+https://git.example/team/tool.git",
        "-e https://e.example/x.zip#egg=x",
        "-e 'x @ https://e.example/x.zip'",
        "file://pkg/x",
        "six @ file://pkg/x",
        "https://[::1/x",
        "https://[e.example]/x",
        "git+gopher://e.example/x",
        ".x",
        ".[a b]",
        "./x[a,]",
        "x.zip[-]",
        "x\\y=1",
        "x-latest-py3-none-any.whl",
        "./w/x-1.0-x-py3-none-any.whl",
        "https://e.example/_x-1.0-py3-none-any.whl",
    ]), @r##"
    six @
        ^ a URL is missing after `@`
    six @ 1.17.0
        ^^^^^^^^ a version is asked for with `==`: `six==1.17.0`
      Replace `@` with `==`: six==1.17.0
    six@1.17.0
       ^^^^^^^ a version is asked for with `==`: `six==1.17.0`
      Replace `@` with `==`: six==1.17.0
    six @ https://e.example/six.zip and more
                                    ^^^^^^^^ `and more` is not expected after the URL: a URL ends at a space
    git@git.example:team/tool.git
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ pip needs a URL here: `git+ssh://git@git.example/team/tool.git`
      Write it as a URL: git+ssh://git@git.example/team/tool.git
    git://git.example/tool.git
    ^^^^^^^^^^^^^^^^^^^^^^^^^^ version control URLs begin with the program's name: `git+https://…`
    thing.whl
    ^^^^^^^^^ `thing.whl` is not the name of a wheel: that has the form `name-version-python-abi-platform.whl`
    -e six
       ^^^ `-e` needs a path or a version control URL: write `./six` for a folder, or leave out `-e`
    -e six[dev]==1.0
       ^^^^^^^^^^^^^ `-e` needs a path or a version control URL: write `./six` for a folder, or leave out `-e`
    -e https://e.example/x.zip
       ^^^^^^^^^^^^^^^^^^^^^^^ `-e` needs a path or a version control URL such as `git+https://…#egg=name`
    -e git+https://git.example/team/tool.git
       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `-e` with a URL needs the package's name: put `#egg=name` at its end
    -e https://e.example/x.zip#egg=x
       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `-e` needs a path or a version control URL such as `git+https://…#egg=name`
    -e 'x @ https://e.example/x.zip'
            ^^^^^^^^^^^^^^^^^^^^^^^ `-e` takes a URL of version control or `file:` behind `@`, such as `git+https://…`
    file://pkg/x
    ^^^^^^^^^^^^ `pkg` names a computer here, and pip reads files of this one only: a path has three `/`, as in `file:///home`
    six @ file://pkg/x
          ^^^^^^^^^^^^ `pkg` names a computer here, and pip reads files of this one only: a path has three `/`, as in `file:///home`
    https://[::1/x
    ^^^^^^^^^^^^^^ the `[` and `]` of the host in this URL do not match
    https://[e.example]/x
    ^^^^^^^^^^^^^^^^^^^^^ only an IPv6 address is written in `[` and `]` in a URL
    git+gopher://e.example/x
       ^^^^^^^^^^^^^^^^^^^^^ `+gopher://e.example/x` is not expected after the name
    .x
    ^ `.x` is not a requirement: a package name must come first
    .[a b]
        ^ extras are separated by `,`
      Add the missing `,`: .[a, b]
    ./x[a,]
         ^ an extra is missing after this `,`
      Remove the `,`: ./x[a]
    x.zip[-]
          ^ `-` cannot be an extra: a name is expected here
    x\y=1
     ^^^^ `\y=1` is not expected after the name
    x-latest-py3-none-any.whl
    ^^^^^^^^^^^^^^^^^^^^^^^^^ `x-latest-py3-none-any.whl` is not the name of a wheel: `latest` is not a version
    ./w/x-1.0-x-py3-none-any.whl
        ^^^^^^^^^^^^^^^^^^^^^^^^ `x-1.0-x-py3-none-any.whl` is not the name of a wheel: the build number `x` does not begin with a digit
    https://e.example/_x-1.0-py3-none-any.whl
                      ^^^^^^^^^^^^^^^^^^^^^^^ `_x-1.0-py3-none-any.whl` is not the name of a wheel: `_x` is not the name of a package
    "##);
}

#[test]
fn markers() {
    insta::assert_snapshot!(of_lines(&[
        "six; python_version > 3",
        "six; platform_system == Windows",
        "six; python_version",
        "six; python_version >",
        "six; > \"3\"",
        "six; python > \"3\"",
        "six; \"a\" == b",
        "six; Python_Version > \"3\"",
        "six; python_version > \"3\" && os_name == \"nt\"",
        "six; os_name == \"nt\" OR os_name == \"posix\"",
        "six; python_version > \"3",
        "six; (python_version > \"3\"",
        "six; python_version > \"3\")",
        "six; \"3\" < python_version < \"4\"",
        "six; os_name = \"nt\"",
        "six; os_name is \"nt\"",
        "six; not os_name == \"nt\"",
        "six; os_name not \"nt\"",
        "six; python_version >= “3.8”",
        "six; os_name == \"nt\", python_version > \"3\"",
        "six; os_name == \"nt\"; python_version > \"3\"",
        "six; os_name == \"nt\"#x",
        "six; os_name == 'it\\'s'",
        "six; os_name == '\\x1'",
        "six; os_name == ‘a\\\n’",
        "six; os_name == '\\u{e9}'",
    ]), @r##"
    six; python_version > 3
                          ^ values in markers need quotes: `"3"`
      Replace `3` with `"3"`: six; python_version > "3"
    six; platform_system == Windows
                            ^^^^^^^ values in markers need quotes: `"Windows"`
      Replace `Windows` with `"Windows"`: six; platform_system == "Windows"
    six; python_version
                      ^ a comparison is missing here: one of `==`, `!=`, `<`, `<=`, `>`, `>=`, `~=`, `in`, `not in`
    six; python_version >
                        ^ a marker variable such as `python_version` or a quoted text is missing here
    six; > "3"
         ^ a marker variable such as `python_version` or a quoted text is missing here
    six; python > "3"
         ^^^^^^ `python` is not a marker variable: did you mean `python_version`?
    six; "a" == b
                ^ `b` is not a marker variable such as `python_version` or `sys_platform`
    six; Python_Version > "3"
         ^^^^^^^^^^^^^^ marker variables are written in lower case: `python_version`
      Replace `Python_Version` with `python_version`: six; python_version > "3"
    six; python_version > "3" && os_name == "nt"
                              ^^ markers are joined with `and`, not `&&`
      Replace `&&` with `and`: six; python_version > "3" and os_name == "nt"
    six; os_name == "nt" OR os_name == "posix"
                         ^^ markers are joined with `or`, not `OR`
      Replace `OR` with `or`: six; os_name == "nt" or os_name == "posix"
    six; python_version > "3
                          ^^ this `"` is never closed
    six; (python_version > "3"
         ^ this `(` has no matching `)`
      Add the missing `)`: six; (python_version > "3")
    six; python_version > "3")
                             ^ this `)` has no matching `(`
    six; "3" < python_version < "4"
                              ^ comparisons cannot be chained: join two of them with `and`
    six; os_name = "nt"
                 ^ markers compare with `==`, not `=`
      Replace `=` with `==`: six; os_name == "nt"
    six; os_name is "nt"
                 ^^ markers compare with `==`, not `is`
      Replace `is` with `==`: six; os_name == "nt"
    six; not os_name == "nt"
         ^^^ a marker variable such as `python_version` or a quoted text is missing here
    six; os_name not "nt"
                 ^^^ `not` must be followed by `in`
    six; python_version >= “3.8”
                           ^^^^^ write straight quotes: `"3.8"`
      Replace with straight quotes: six; python_version >= "3.8"
    six; os_name == "nt", python_version > "3"
                        ^^^^^^^^^^^^^^^^^^^^^^ markers are joined with `and` or `or`, not `,`
    six; os_name == "nt"; python_version > "3"
                        ^^^^^^^^^^^^^^^^^^^^^^ a requirement has one `;` only: join markers with `and`
    six; os_name == "nt"#x
                        ^^ a comment needs a space before its `#`
      Put a space before `#`: six; os_name == "nt"  #x
    six; os_name == 'it\'s'
                    ^^^^^ a `\` before the closing quote makes it a part of the value: remove the `\`
    six; os_name == '\x1'
                    ^^^^^ `\x`, `\u` and `\U` need two, four and eight hexadecimal digits
    six; os_name == ‘a\⏎’
                    ^^^^^ write straight quotes: `"a"`
    six; os_name == '\u{e9}'
                    ^^^^^^^^ `\x`, `\u` and `\U` need two, four and eight hexadecimal digits
    "##);
}

#[test]
fn names() {
    insta::assert_snapshot!(of_lines(&[
        "flask-",
        "naïve==1.0",
        "[project]",
        "==1.0",
        "; python_version > \"3\"",
        "\"django\"",
        "'celery==5.4',",
        "“six”",
        "scikit learn",
        "pandas: 2.0",
        "six#comment",
        "six==1.0#comment",
        "requests\u{a0}==2.0",
    ]), @r##"
    flask-
    ^^^^^^ a package name ends with a letter or a digit: `flask`
    naïve==1.0
    ^^^^^ `naïve` cannot be a package name: only ASCII letters, digits, `-`, `_` and `.` can be in one
    [project]
    ^^^^^^^^^ `[project]` begins no requirement: a package name must come first
    ==1.0
    ^^^^^ a package name must come before `==1.0`
    ; python_version > "3"
    ^ a package name is missing before `;`
    "django"
    ^^^^^^^^ a requirement is written without quotes
      Remove the quotes: django
    'celery==5.4',
    ^^^^^^^^^^^^^^ a requirement is written without quotes
      Remove the quotes: celery==5.4
    “six”
    ^^^^^ a requirement is written without quotes
      Remove the quotes: six
    scikit learn
           ^^^^^ `learn` is not expected here: write one requirement on a line
    pandas: 2.0
          ^^^^^ `: 2.0` is not expected after the name
    six#comment
       ^^^^^^^^ a comment needs a space before its `#`
      Put a space before `#`: six  #comment
    six==1.0#comment
            ^^^^^^^^ a comment needs a space before its `#`
      Put a space before `#`: six==1.0  #comment
    requests ==2.0
            ^ there is an invisible character here instead of a space
      Replace it with a space: requests ==2.0
    "##);
}

#[test]
fn lines_of_other_languages() {
    insta::assert_snapshot!(of_lines(&[
        "pip install requests",
        "pip install -U flask",
        "!pip3 install pandas>=2",
        "$ pip install numpy scipy",
        "python -m pip install scipy",
        "import os",
        "from bs4 import BeautifulSoup",
        "<<<<<<< HEAD",
        "=======",
        ">>>>>>> theirs",
    ]), @r##"
    pip install requests
    ^^^^^^^^^^^^^^^^^^^^ `pip install` is a command for a terminal: write only the names of packages here
      Keep only `requests`: requests
    pip install -U flask
    ^^^^^^^^^^^^^^^^^^^^ `pip install` is a command for a terminal: write only the names of packages here
    !pip3 install pandas>=2
    ^^^^^^^^^^^^^^^^^^^^^^^ `pip3 install` is a command for a terminal: write only the names of packages here
      Keep only `pandas>=2`: pandas>=2
    $ pip install numpy scipy
    ^^^^^^^^^^^^^^^^^^^^^^^^^ `pip install` is a command for a terminal: write only the names of packages here
    python -m pip install scipy
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ `python -m pip install scipy` is a command for a terminal: write only the names of packages here
    import os
    ^^^^^^^^^ this is Python, not a requirement: write the name of the package that provides `os`
    from bs4 import BeautifulSoup
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this is Python, not a requirement: write the name of the package that provides `bs4`
    <<<<<<< HEAD
    ^^^^^^^^^^^^ a merge conflict was left here: keep one side and delete its marks
    =======
    ^^^^^^^ a merge conflict was left here: keep one side and delete its marks
    >>>>>>> theirs
    ^^^^^^^^^^^^^^ a merge conflict was left here: keep one side and delete its marks
    "##);
}

#[test]
fn options() {
    insta::assert_snapshot!(of_lines(&[
        "--foo",
        "--foo bar",
        "--req more.txt",
        "-x",
        "--upgrade",
        "--install-option=x",
        "six --global-option=x",
        "--index-url",
        "-r",
        "-i \"https://packages.example",
        "--pre=yes",
        "six --hash=md5:abc",
        "six --hash sha256",
        "six -C fast",
        "--no-binary --pre",
        "--use-feature=2020-resolver",
        "six==1.0\t--hash=sha256:abc",
    ]), @r##"
    --foo
    ^^^^^ pip knows no option `--foo` in a requirements file
    --foo bar
    ^^^^^ pip knows no option `--foo` in a requirements file
    --req more.txt
    ^^^^^ `--req` is ambiguous: it could be `--require-hashes`, `--requirement`
    -x
    ^^ pip knows no option `-x` in a requirements file
    --upgrade
    ^^^^^^^^^ `--upgrade` belongs on pip's command line, not in a file: remove it
    --install-option=x
    ^^^^^^^^^^^^^^^^ `--install-option` was removed in pip 23.1: use `--config-settings`
    six --global-option=x
        ^^^^^^^^^^^^^^^ `--global-option` was removed in pip 25.3: use `--config-settings`
    --index-url
    ^^^^^^^^^^^ `--index-url` needs a URL
    -r
    ^^ `-r` needs a file name
    -i "https://packages.example
       ^^^^^^^^^^^^^^^^^^^^^^^^^ this `"` is never closed
    --pre=yes
         ^^^^ `--pre` takes no value
      Remove the value: --pre
    six --hash=md5:abc
               ^^^^^^^ pip takes `sha256`, `sha384` and `sha512` hashes only, not `md5`
    six --hash sha256
               ^^^^^^ a hash is written `--hash=sha256:…`, the algorithm first
    six -C fast
           ^^^^ `-C` needs the form `key=value`
    --no-binary --pre
    ^^^^^^^^^^^^^^^^^ `--no-binary` needs package names, or `:all:`
    --use-feature=2020-resolver
                  ^^^^^^^^^^^^^ pip has no feature `2020-resolver` that can be switched on: it knows `fast-deps`, `inprocess-build-deps`, `venv-isolation`, `truststore`, `no-binary-enable-wheel-cache`, `build-constraint`
    six==1.0→--hash=sha256:abc
             ^^^^^^^^^^^^^^^^^ options are separated by a space: a tab does not do
      Replace the tab with a space: six==1.0 --hash=sha256:abc
    "##);
}

#[test]
fn what_pip_drops_in_silence() {
    insta::assert_snapshot!(of_lines(&[
        "- six",
        "--pre six",
        "-r a.txt b.txt",
        "-r a.txt -c b.txt",
        "--pre -r a.txt",
        "six --pre",
        "--hash=sha256:abc",
        "-e . --hash=sha256:abc",
        "-e . -e ./other",
        ". -e ./other",
        "-e . ; python_version > \"3\"",
    ]), @r##"
    - six
    ^^^^^ pip ignores a line that begins with `- `: write one package on a line, without a dash
    --pre six
          ^^^ pip ignores `six` here: put it on a line of its own
    -r a.txt b.txt
             ^^^^^ pip ignores `b.txt` here: put it on a line of its own
    -r a.txt -c b.txt
             ^^^^^^^^ pip ignores `-c` on a line that has `-r`: put it on a line of its own
    --pre -r a.txt
    ^^^^^ pip ignores `--pre` on a line that has `-r`: put it on a line of its own
    six --pre
        ^^^^^ pip ignores `--pre` on the line of a requirement: put it on a line of its own
    --hash=sha256:abc
    ^^^^^^^^^^^^^^^^^ `--hash` belongs behind a requirement: pip ignores it on a line of its own
    -e . --hash=sha256:abc
         ^^^^^^^^^^^^^^^^^ pip ignores `--hash` for an editable requirement: remove it
    -e . -e ./other
         ^^^^^^^^^^ pip ignores what is behind `-e` on the line of a requirement: put it on a line of its own
    . -e ./other
      ^^^^^^^^^^ pip ignores what is behind `-e` on the line of a requirement: put it on a line of its own
    -e . ; python_version > "3"
         ^^^^^^^^^^^^^^^^^^^^^^ pip ignores `; python_version > "3"` here: put it on a line of its own
    "##);
}

#[test]
fn lines_that_are_continued() {
    insta::assert_snapshot!(of_lines(&[
        "six=\\\n1.0\n",
        "six \\\n  >=1.0 \\\n  <2\n",
        "click==8.1.7 \\ \n",
        "click\\\t\n",
        "rich # a comment \\\nidna\n",
        "attrs \\\n  # a comment\n  --hash=sha256:abc\n",
        "si\\\nx=1.0\n",
    ]), @r##"
    six=\⏎1.0
       ^ pip needs `==`, not `=`
      Replace `=` with `==`: six==\⏎1.0
    six \⏎  >=1.0 \⏎  <2
                 ^^^^^ a `,` is missing between two versions
      Insert `,`: six \⏎  >=1.0, \⏎  <2
    click==8.1.7 \ 
                 ^ this `\` does not continue the line, because blanks follow it: remove them
      Remove the blanks behind `\`: click==8.1.7 \
    click\→
         ^ this `\` does not continue the line, because blanks follow it: remove them
      Remove the blanks behind `\`: click\
    rich # a comment \⏎idna
                     ^ this `\` makes the next line part of the comment, and pip drops it: remove the `\`
      Remove the `\`: rich # a comment ⏎idna
      --hash=sha256:abc
      ^^^^^^^^^^^^^^^^^ `--hash` belongs behind a requirement: pip ignores it on a line of its own
    si\⏎x=1.0
         ^ pip needs `==`, not `=`
      Replace `=` with `==`: si\⏎x==1.0
    "##);
}
