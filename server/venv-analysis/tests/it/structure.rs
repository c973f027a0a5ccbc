//! The outline of a file, and what of it can be folded away.

use insta::assert_snapshot;
use test_support::fixture::Fixture;
use venv_analysis::assist::{Symbol, foldings, symbols};

fn outline(text: &str) -> String {
    let fixture = Fixture::parse(text);
    let mut shown = String::new();
    let source = &*fixture.manifest.text;
    for symbol in symbols(&fixture.manifest) {
        add(&symbol, source, "", &mut shown);
    }
    shown
}

fn add(symbol: &Symbol, source: &str, indent: &str, shown: &mut String) {
    assert!(symbol.span.cover(symbol.name_span) == symbol.span, "the name of {symbol:?} is not within it");
    let lines = source[..symbol.span.end as usize].lines().count();
    let first = source[..symbol.span.start as usize].matches('\n').count() + 1;
    let detail = symbol.detail.as_ref().map_or_else(String::new, |detail| format!(" ({detail})"));
    *shown += &format!("{indent}{:?} {}{detail} {first}-{lines}\n", symbol.kind, symbol.name);
    for child in &symbol.children {
        add(child, source, &format!("{indent}  "), shown);
    }
}

fn folded(text: &str) -> String {
    let fixture = Fixture::parse(text);
    let source = &*fixture.manifest.text;
    let line = |at: u32| source[..at as usize].matches('\n').count() + 1;
    let shown = foldings(&fixture.manifest);
    shown
        .iter()
        .map(|fold| format!("{:?} {}-{}\n", fold.kind, line(fold.span.start), line(fold.span.end)))
        .collect()
}

const FILE: &str = "#- /p/requirements.txt\n\
    # -*- coding: utf-8 -*-\n# what we need\n-r base.txt --pre\n--index-url https://me:secret@example.org/simple\n\n\
    # --- web ---\nflask[async]>=2,<3 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n./here\n\n\
    ## Tests\n# --pre\n-e git+https://example.org/x#egg=x\n$\n# =========\n# ==== nothing ====\n";

#[test]
fn lines_stand_under_the_comments_that_head_them() {
    assert_snapshot!(outline(FILE), @r#"
    Include -r base.txt 3-3
    Option --pre 3-3
    Option --index-url (https://***@example.org/simple) 4-4
    Section web 6-10
      Requirement flask (>=2,<3) 7-9
      Requirement ./here 10-10
    Section Tests 12-16
      Requirement x (git+https://example.org/x#egg=x) 14-14
    Section nothing 17-17
    "#);
}

#[test]
fn hashes_comments_and_parts_fold() {
    assert_snapshot!(folded(FILE), @r#"
    Comment 1-2
    Region 6-10
    Region 7-9
    Region 12-16
    Comment 12-13
    "#);
}

#[test]
fn sections_hold_their_requirements() {
    let text = "#- /p/pyproject.toml\n[build-system]\nrequires = [\"hatchling\"]\n\n[project]\nname = \"x\"\n\
        dependencies = [\n  \"six>=1\",\n  \"flask @ https://a:b@example.org/f.whl\",\n]\n\n[dependency-groups]\ntest = [\n  \"pytest\",\n]\n\
        dev = [\"ruff\", {include-group = \"test\"}]\n[tool.setuptools.dynamic]\ndependencies = {file = [\"requirements.txt\"]}\n";
    assert_snapshot!(outline(text), @r#"
    Section build-system.requires 2-2
      Requirement hatchling 2-2
    Section project.dependencies 6-9
      Requirement six (>=1) 7-7
      Requirement flask (https://***@example.org/f.whl) 8-8
    Section dependency-groups.test 12-14
      Requirement pytest 13-13
    Section dependency-groups.dev 15-15
      Requirement ruff 15-15
      Include test (group) 15-15
    Section tool.setuptools.dynamic.dependencies 17-17
      Include requirements.txt 17-17
    "#);
    assert_snapshot!(folded(text), @r#"
    Region 6-9
    Region 12-14
    "#);
}
