//! Whatever has been typed so far, and wherever the cursor is: every answer is one, about places that there are.

use test_support::fixture::Fixture;
use venv_analysis::assist::{
    complete, definition, foldings, format, hover, inlay_hints, links, rename, renameable, semantic_tokens,
    sorting, symbols,
};
use venv_syntax::Span;

const ENV: &str = "#- env /p/.venv six==1.0 Flask==2.0 my-proj==1.0\n\
    #- metadata flask==2.0 summary=\"web\" extra=async requires-async=asgiref requires=\"six>=1\"\n";

const REQUIREMENTS: &str = "# --- é ---\n-r base.txt # x\n--index-url=https://u:p@example.org/simple\n\
    Flask[async,b]>=2, <3 ; (python_version < '3.9' and os_name == \"nt\") or 'x' in extra \\\n  --hash=sha256:aa \\\r\n  --hash=md5:é  # why\n\
    six @ git+https://example.org/six.git@v1 ; os_name=='nt'\n-e ./ü[a]\n${X}==1\n{{ y }}\nsix\\";

const PYPROJECT: &str = "[build-system]\nrequires = ['hatchling']\n[project]\nname = \"my-proj\"\nrequires-python = \">=3.9\"\n\
    dependencies = [\n  \"Flask[async]>=2 ; os_name == 'nt'\", # é\n  \"s\\u0069x\",\n]\ndynamic = [\"x\"]\n\
    [project.optional-dependencies]\ntest = [\"my-proj[all]\"]\n\"all\" = ['''six''']\n\
    [dependency-groups]\ndev = [{include-group = \"lint\"}, \"six\"]\nlint = [\"flask\"]\n\
    [tool.uv]\ndefault-groups = [\"dev\"]\n\
    [tool.poetry.dependencies]\npython = \"^3.9\"\nflask = {version = \"^2\", extras = [\"async\"]}\n\
    [tool.setuptools.dynamic]\ndependencies = {file = [\"requirements.txt\"]}\n";

const OTHERS: [(&str, &str); 6] = [
    (
        "tool.py",
        "# /// script\n# requires-python = \">=3.9\"\n# dependencies = [\n#   \"Flask[async]>=2\",\n# ]\n# ///\nx = '''\n",
    ),
    (
        "setup.cfg",
        "[metadata]\nname = my-proj\n[options]\ninstall_requires =\n  Flask[async]>=2\n  # é\n  six; os_name == 'nt'\n[options.extras_require]\ntest = six\n",
    ),
    (
        "setup.py",
        "from setuptools import setup\nsetup(name='x', install_requires=['Flask[async]>=2', \"six\"], extras_require={'a': ['six']})\n",
    ),
    (
        "Pipfile",
        "[packages]\nflask = {version = \">=2\", extras = [\"async\"]}\nsix = \"*\"\n[requires]\npython_version = \"3.9\"\n",
    ),
    (
        "environment.yml",
        "name: x\ndependencies:\n  - python\n  - pip:\n    - Flask[async]>=2  # é\n    - \"six\"\n    - -r base.txt\n",
    ),
    ("pylock.toml", "lock-version = \"1.0\"\n[[packages]]\nname = \"six\"\nversion = \"1.0\"\n"),
];

/// Asks everything about `text`, with the cursor at `at`.
fn ask(path: &str, text: &str, at: usize) {
    let fixture = Fixture::parse(&format!("{ENV}#- /p/{path}\n"));
    let manifest = venv_analysis::Manifest::parse(fixture.manifest.path.clone(), text.into());
    let context = venv_analysis::Context { manifest: &manifest, ..fixture.context() };
    let at = u32::try_from(at).expect("the texts are short");
    let whole = Span::new(0, u32::try_from(text.len()).expect("the texts are short"));
    // Slicing fails at a place that is none.
    let is_there = |span: Span| span.slice(text).len() <= text.len();
    for item in complete(&context, at) {
        assert!(is_there(item.replaces) && item.replaces.touches(at), "{item:?}");
    }
    assert!(hover(&context, at).is_none_or(|hover| is_there(hover.span) && hover.span.touches(at)));
    assert!(definition(&context, at).is_none_or(|found| is_there(found.origin) && found.origin.touches(at)));
    if renameable(&context, at).is_some_and(|(span, _)| is_there(span)) {
        let edits = rename(&context, at, "another").expect("the name is free");
        assert!(edits.is_sorted_by_key(|edit| edit.span) && edits.iter().all(|edit| is_there(edit.span)));
    }
    if at != whole.end {
        return;
    }
    assert!(inlay_hints(&context, whole).iter().all(|hint| is_there(Span::empty(hint.at))));
    assert!(links(&context).iter().all(|link| is_there(link.span)));
    assert!(foldings(&manifest).iter().all(|folding| is_there(folding.span)));
    assert!(semantic_tokens(&manifest, whole).iter().all(|token| is_there(token.span)));
    assert!(format(&manifest).iter().all(|edit| is_there(edit.span)));
    for symbol in symbols(&manifest) {
        assert!(is_there(symbol.span) && symbol.span.cover(symbol.name_span) == symbol.span, "{symbol:?}");
    }
    sorting(&manifest);
}

fn type_all(path: &str, text: &str) {
    for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
        ask(path, &text[..at], at);
        ask(path, text, at);
    }
}

#[test]
fn requirements_can_be_typed() {
    type_all("requirements.txt", REQUIREMENTS);
}

#[test]
fn projects_can_be_typed() {
    type_all("pyproject.toml", PYPROJECT);
}

#[test]
fn the_other_formats_can_be_typed() {
    for (path, text) in OTHERS {
        type_all(path, text);
    }
}
