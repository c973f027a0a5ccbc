//! What files do to `sys.path`.

use venv_syntax::{SearchFolder, parse_imports};

fn folders(text: &str) -> Vec<String> {
    let found = parse_imports(&format!("import sys, os\nfrom pathlib import Path\n{text}"));
    found
        .search_paths
        .iter()
        .map(|change| match &change.folder {
            SearchFolder::OfFile(path) => format!("file:{path}"),
            SearchFolder::AsWritten(path) => format!("as:{path}"),
            SearchFolder::Unknown => "?".to_owned(),
        })
        .collect()
}

#[test]
fn folders_are_told_where_they_can_be() {
    for (text, expected) in [
        ("sys.path.insert(0, 'lib')", "as:lib"),
        ("sys.path.append('/opt/./x/../lib/')", "as:/opt/lib"),
        ("sys.path.append('C:\\\\lib\\\\x')", "as:C:/lib/x"),
        ("sys.path.insert(0, '')", "as:"),
        ("sys.path.append('..')", "as:.."),
        ("sys.path.append(os.getcwd())", "as:"),
        ("sys.path.append(os.path.dirname(__file__))", "file:"),
        ("sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'lib'))", "file:../lib"),
        ("sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))", "file:.."),
        ("sys.path.append(os.path.abspath(os.path.join(__file__, os.pardir, 'lib')))", "file:lib"),
        ("sys.path.append(os.path.dirname(__file__) + '/../lib')", "file:../lib"),
        ("sys.path.insert(0, str(Path(__file__).parent))", "file:"),
        ("sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'src'))", "file:../src"),
        ("sys.path.insert(0, str(Path(__file__).absolute().parents[1] / 'a' / 'b'))", "file:../a/b"),
        ("sys.path.insert(0, Path(__file__).parent.joinpath('a', 'b').as_posix())", "file:a/b"),
        ("sys.path.insert(0, os.fspath(Path('a', 'b')))", "as:a/b"),
        ("sys.path.insert(0, str(Path.cwd() / 'a'))", "as:a"),
        ("ROOT = Path(__file__).parent\nSRC = ROOT / 'src'\nsys.path.insert(0, str(SRC))", "file:src"),
        ("if True:\n    def f():\n        sys.path.insert(0, 'lib')", "as:lib"),
        ("import site\nsite.addsitedir('vendor')", "as:vendor"),
        ("import sys as s\ns.path.append('lib')", "as:lib"),
        ("sys.path.insert(0, root)", "?"),
        ("sys.path.insert(0, sys.argv[1])", "?"),
        ("sys.path.append(os.environ['X'])", "?"),
        ("sys.path.append('~/lib')", "?"),
        ("sys.path.append(__file__)", "?"),
        ("root = 'a'\nroot = f()\nsys.path.append(root)", "?"),
    ] {
        assert_eq!(folders(text), [expected], "{text}");
    }
}

#[test]
fn lists_of_folders() {
    for (text, expected) in [
        ("sys.path.extend(['a', x, os.path.dirname(__file__)])", vec!["as:a", "?", "file:"]),
        ("sys.path += ['a', 'b']", vec!["as:a", "as:b"]),
        ("sys.path[:0] = ['a']", vec!["as:a"]),
        ("sys.path = ['a'] + sys.path", vec!["as:a"]),
        ("sys.path = ['a', *sys.path]", vec!["as:a"]),
        ("sys.path = ['a'] + others", vec!["as:a", "?"]),
        ("sys.path.remove('a')\nprint(sys.path)", vec![]),
        ("other.path.append('a')  # sys.path", vec![]),
    ] {
        assert_eq!(folders(text), expected, "{text}");
    }
}
