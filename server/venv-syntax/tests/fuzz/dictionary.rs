//! What means something to each format: the words and signs of which texts are made that are nearly right.

pub(super) const REQUIREMENTS: &[&str] = &[
    "six", "Flask_SQLAlchemy", "x-", "[a, b]", "[", "]", "(", ")", "==", ">=", "~=", "===", "!=", "=", "=>", "<>",
    "1.0", "1.0.*", "*", "2!1.0a1.post2.dev3+l.1", "latest", ",", ";", "@", " ", "  ", "\t", "\n", "\r\n", "\r",
    "\\\n", "\\\r\n", "\\", "\\ \n", "\\\\\n", "#", " # comment", "# c \\\n", "#egg=name[x]", "&subdirectory=x",
    "-r ", "-ra.txt", "-e ", "-c a.txt", "--hash=sha256:ab", "--hash ", "--pre", "--no-b", "-", "--",
    "--index-url=", "-C", "--config-settings=a=b", "--use-feature=fast-deps", "'", "\"", "“", "’", "`", "${VAR}",
    "$", "{{ x }}", "{%", "%}", "python_version", "os.name", " and ", " or ", " not in ", "'3.8'", "\"linux\"",
    "extra", "é", "🐍", "\u{a0}", "\u{85}", "\u{2028}", "\u{feff}", "\x0b", "\x0c", "\x1c", "\0", "./x", "~/",
    "C:\\x", "x.whl", "x.zip", "six-1.0-py3-none-any.whl", "six-1.0%2Bl-1-py2.py3-none-any.whl",
    "https://e.example/x", "file://", "//", "[::1]", "git+https://e.example/x", "git@h:p", "pip install ",
    "import ", "<<<<<<< ", "%", "^", ".", "!", ".tar.gz",
];

pub(super) const MARKERS: &[&str] = &[
    "python_version", "python_full_version", "os_name", "os.name", "sys_platform", "platform_release",
    "platform_python_implementation", "python_implementation", "implementation_version", "extra", "extras",
    "dependency_groups", "Python_Version", "==", "!=", "<", "<=", ">", ">=", "~=", "===", "=", "=>", "in",
    "not in", " not  in ", "not", "is", " and ", " or ", "&&", "||", "AND", "(", ")", "((", "'3.8'", "\"3.8\"",
    "'3.8.*'", "''", "'a b'", "'linux'", "'", "\"", "“", "’", "\\", "\\'", "\\x4", "\\n", "\\N{DASH}", "\\777",
    "\\ud800", " ", "\t", "\u{a0}", "é", "🐍", "\0", ",", ";", "#", "${VAR}", "_", "3", "linux",
];

pub(super) const BYTES: &[&str] = &[
    "\u{ef}\u{bb}\u{bf}", "\u{ff}\u{fe}", "\u{fe}\u{ff}", "\u{ff}\u{fe}\0\0", "\0\0\u{fe}\u{ff}", "\0", "\0\0",
    "\u{d8}\0", "\0\u{d8}", "\u{10}", "\u{80}", "\u{81}", "\u{c2}", "\u{e2}\u{80}", "\u{f0}\u{9f}",
    "\u{ed}\u{a0}", "# coding: ", "# coding=", "#coding:utf-8\n", "ascii", "latin-1", "cp1252", "iso-8859-15",
    "koi8-r", "utf-16", "klingon", "\n", "\r", "#", "six", " ", "\x0b", "é", "🐍",
];

pub(super) const TOML: &[&str] = &[
    "\n", "\r\n", " ", "\t", "=", " = ", ".", ",", ", ", "#", " # c", "'", "\"", "'''", "\"\"\"", "\\", "\\n",
    "\\\n", "\\u00e9", "\\U0001f40d", "\\x", "[", "]", "[[", "]]", "{", "}", "{ ", " }", "[project]\n",
    "[tool.poetry]\n", "[[packages]]\n", "[dependency-groups]\n", "[build-system]\n", "[tool.uv]\n",
    "[packages]\n", "dependencies", "optional-dependencies", "requires-python", "requires",
    "include-group = \"test\"", "dynamic", "name", "version", "markers", "extras", "git", "path", "optional",
    "python", "true", "false", "1.2", "-1", "0x1f", "nan", "1979-05-27", "07:32:00", "\"six>=1.0\"", "\"^1.2\"",
    "\"~1 || ^2\"", "\"*\"", "\"six ; os_name == 'nt'\"", "\"a.b\"", "a.b.c", "é", "🐍", "\u{2028}", "\u{feff}",
    "\0", "\x7f", "\u{85}",
];

pub(super) const INI: &[&str] = &[
    "\n", "\r\n", "\r", "\n  ", "\n\t", "\n\n", " ", "\t", "=", " = ", ":", "#", " # c", ";", " ; ", "[", "]",
    "[options]\n", "[options.extras_require]\n", "[metadata]\n", "[dependency_groups]\n", "install_requires",
    "setup_requires", "tests_require", "python_requires", "extras_require", "file: a.txt", "attr: a.b", "%(x)s",
    "%%", "six>=1.0", "six ; os_name == 'nt'", ">=3.8,<4", ",", "'", "\"", "\\", "\\\n", "é", "🐍", "\u{2028}",
    "\u{feff}", "\0", "\x0b", "\x0c", "\u{a0}",
];

pub(super) const PYTHON: &[&str] = &[
    "\n", "\r\n", "\r", "\n    ", " ", "\t", "(", ")", "[", "]", "{", "}", ",", ":", "=", "==", "+", "*", "**",
    ".", "'", "\"", "'''", "\"\"\"", "r'", "b'", "f'", "rb\"", "u'", "t'", "\\", "\\\n", "\\n", "\\x41",
    "\\N{DASH}", "\\u00e9", "\\777", "#", "# c", "# ///", "# /// script\n", "# ///\n", "# dependencies = [\n",
    "#\n", "setup(", "setuptools.setup(", "install_requires=", "extras_require=", "python_requires=",
    "from setuptools import setup\n", "import ", "def f():\n", "if x:\n", "lambda x: ", "'six>=1.0'",
    "'six ; os_name == \"nt\"'", "{'a': ['b']}", "REQUIRES = ", "REQUIRES", "open('x').read()", "%", ".format(",
    "é", "🐍", "\u{2028}", "\u{feff}", "\0", "\x0c",
];

pub(super) const YAML: &[&str] = &[
    "\n", "\r\n", "\r", "\n  ", "\n- ", "\n  - ", "\n    - ", " ", "  ", "\t", ":", ": ", "- ", "-", "?", "? ",
    "#", " # c", "'", "\"", "''", "\\", "\\u00e9", "\\\n", "|", "|\n", ">-\n", "|2+\n", "&a ", "*a", "!!str ",
    "!x ", "<<: *a", "---\n", "...\n", "%YAML 1.2\n", "[", "]", "{", "}", ", ", "dependencies:", "pip:",
    "- pip:\n", "name: x", "prefix: /x", "channels:", "python=3.12", "six>=1.0", "conda-forge::six=1.0=py_0",
    "-r a.txt", "-e .", "{{ x }}", "# [win]", "~", "null", "@", "`", "é", "🐍", "\u{85}", "\u{2028}", "\u{feff}",
    "\0",
];

pub(super) const METADATA: &[&str] = &[
    "\n", "\r\n", "\r", "\n\n", "\n        ", "\n\t", ": ", ":", " ", "Name: ", "Version: ", "Summary: ",
    "Home-page: ", "Project-URL: ", "Requires-Dist: ", "Requires-Python: ", "Provides-Extra: ", "Description: ",
    "Requires: ", "requires-dist:", "Homepage, https://e.example", "six>=1.0", "six (>=1.0)", " ; extra == 'x'",
    ">=3.8", "é", "🐍", "\u{85}", "\u{2028}", "\u{feff}", "\0", "\x0b", "\x0c", ",", ";", "UNKNOWN", "-",
    "=?utf-8?q?=C3=A9?=",
];

pub(super) const IMPORTS: &[&str] = &[
    "\n", "\r\n", "\r", "\n    ", "\n\t", " ", ";", ":", ",", ".", "..", "...", "(", ")", "[", "]", "{", "}", "\\\n", "\\",
    "#", "'", "\"", "'''", "\"\"\"", "f'{", "f\"\"\"{", "}'", "b'", "r'", "t'", "=", "==", "->", "*", "**", "@", ":=", "~", "!", "?",
    "import ", "from ", " as ", "lazy ", "import a.b\n", "from . import a\n", "from ..a import (b, c)\n", "import a.",
    "def f(a=1):", "class A(B):", "if ", "elif ", "else:", "try:", "except ImportError:", "except* E:", "except:",
    "finally:", "with suppress(ImportError):", "match x:", "case [1, *_]:", "for x in y:", "while ", "async ", "await ",
    "lambda a, b: ", "yield ", "return ", "raise", "pass", "del ", "global ", "type X = ", "not ", " and ", " or ", " if ",
    " else ", " in ", "TYPE_CHECKING", "sys.version_info", " >= (3, 8)", "[:2]", "[0]", "sys.platform", " == 'win32'",
    "importlib.import_module('a')", "import_module('.a', 'b')", "__import__('a')", "importorskip('a')",
    "sys.path.insert(0, ", "sys.path += [", "__file__", "os.path.dirname(", "Path(__file__)", ".parents[1]", " / 'a'",
    "# noqa", ": F401", "# type: ignore", "[import]", "# pyright: basic", "# ruff: noqa", "0x", "1_", "1e", "1j", "é",
    "🐍", "\u{2028}", "\u{feff}", "\0", "\x0c", "\u{fe33}", "ª",
];

pub(super) const CELL: &[&str] = &[
    "\n", "\r\n", "\r", "\n    ", " ", ";", ",", "/", "%", "%%", "!", "!!", "?", "??", "(", ")", "[", "]", "{", "}",
    "\\\n", "\\", "#", "'", "\"", "'''", "f'{", "=", " = !", "= %", "!=", "%%bash\n", "%%time\n", "%%", "%pip install ",
    "!pip install ", "pip install ", "!python -m pip install ", "!uv pip install ", "%conda install ", "{x}", "$x", ">",
    "2>&1", "<", "&&", "||", "|", "&", "-r ", "--index-url=", "-q", "--", "a>=1", "'a >= 1'", "\"a[b]\"", "a==", "import a",
    "from a import b\n", "import ", "if x:\n    ", "é", "🐍", "\u{2028}", "\0", "\x0c",
];

pub(super) const NOTEBOOK: &[&str] = &[
    "\n", "\r\n", " ", "{", "}", "[", "]", ",", ":", "\"", "\\\"", "\\n", "\\\\", "\\u0069", "\\ud83d\\ude00", "\\ud83d", "\\u",
    "\\", "\\x", "\"cells\": [", "\"cell_type\": \"code\"", "\"source\": ", "\"source\": [", "\"import a\\n\"", "\"%pip install a\"",
    "\"metadata\": {", "\"language_info\": {\"name\": \"R\"}", "null", "true", "-1.5e3", "é", "🐍", "\u{feff}", "\0",
];
