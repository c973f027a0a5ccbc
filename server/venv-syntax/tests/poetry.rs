//! `[tool.poetry]`: what each entry is in a requirements file, who gets it, and what is wrong with it.

use std::fmt::Write as _;

use insta::assert_snapshot;
use venv_syntax::{Span, parse_pyproject};

fn read(text: &str) -> String {
    let found = parse_pyproject(text);
    let mut read = String::new();
    for declared in &found.declared {
        let section = &found.sections[declared.section];
        let line = &declared.line;
        let whole = Span::new(line.start, line.start + line.tree.len);
        assert_eq!(whole, declared.extent);
        let _ = write!(read, "{:?} {:?}", section.demand, declared.text);
        for error in &line.tree.errors {
            let _ = write!(read, "  {:?}: {}", error.span.shift(line.start).slice(text), error.message);
        }
        read.push('\n');
    }
    for python in &found.requires_python {
        let _ = writeln!(read, "{} {:?}", python.path, python.span.slice(text));
    }
    for error in &found.errors {
        let _ = writeln!(read, "{:?}: {}", error.span.slice(text), error.message);
    }
    read
}

#[test]
fn versions_tables_and_several_of_them() {
    assert_snapshot!(read(r#"
[tool.poetry.dependencies]
python = "^3.8"
Django = "^4.2"
requests = { version = ">=2.28,<3", extras = ["socks"], python = "<3.12", platform = "linux || darwin" }
numpy = [
    { version = "<1.27", python = "<3.9" },
    { version = ">=1.27", markers = "python_version >= '3.9'" },
]
mylib = { git = "https://example.org/a.git", rev = "abc", subdirectory = "lib" }
local = { path = "../local", develop = true }
any = "*"
either = "^7.0 || ^8.0 || ^6.0"
"#), @r#"
    Always "Django>=4.2,<5"
    Always "requests[socks]>=2.28,<3 ; (python_version < \"3.12\") and (sys_platform == \"linux\" or sys_platform == \"darwin\")"
    Always "numpy<1.27 ; python_version < \"3.9\""
    Always "numpy>=1.27 ; python_version >= '3.9'"
    Always "mylib @ git+https://example.org/a.git@abc#subdirectory=lib"
    Always ""
    Always "any"
    Always "either>=8.0,<9"
    tool.poetry.dependencies.python "^3.8"
    "#);
}

#[test]
fn groups_and_what_is_optional() {
    assert_snapshot!(read(r#"
[tool.poetry.dependencies]
six = "*"
extra = { version = "1.0", optional = true }

[tool.poetry.dev-dependencies]
black = "^23"

[tool.poetry.group.docs]
optional = true

[tool.poetry.group.docs.dependencies]
sphinx = "~7.1"

[tool.poetry.group.test]
dependencies.pytest = "^8.0"
"#), @r#"
    Always "six"
    OnRequest "extra==1.0"
    Always "black>=23,<24"
    OnRequest "sphinx>=7.1,<7.2"
    Always "pytest>=8.0,<9"
    "#);
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    assert_snapshot!(read(r#"
[tool.poetry.dependencies]
python = "latest"
turned = "=>1.0"
number = 3
"not ok" = "*"
extras = { version = "1", extras = "socks" }
marker = { version = "1", markers = "python_version > 3" }
template = "{{ cookiecutter.version }}"
"#), @r#"
    Always "turned"  "=>1.0": versions are compared with `>=`, not `=>`
    Always "number"  "3": this must be a version in quotes, such as `"^1.2"`, or a table with a `version`
    Always "not ok"  "\"not ok\"": `not ok` is not the name of a package
    Always "extras==1"  "\"socks\"": `extras` must be a list of strings
    Always "marker==1 ; python_version > 3"  "3": values in markers need quotes: `'3'`
    Always "template"
    tool.poetry.dependencies.python "latest"
    "latest": `latest` is not a bound that Poetry knows, such as `^1.2`, `>=1.2,<2` or `*`
    "#);
}
