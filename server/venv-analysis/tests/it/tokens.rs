//! The colours of requirements files, as `text<Kind>`.

use insta::assert_snapshot;
use venv_analysis::Manifest;
use venv_analysis::assist::{SemanticToken, semantic_tokens};
use venv_syntax::Span;

use crate::corpus::corpus;

const ALL: Span = Span::new(0, u32::MAX);

fn manifest(text: &str) -> Manifest {
    Manifest::parse("/p/requirements.txt".into(), text.into())
}

/// Panics unless the tokens are in order, apart from one another, and each within one line and on characters.
#[track_caller]
fn check(manifest: &Manifest, tokens: &[SemanticToken]) {
    let mut end = 0;
    for token in tokens {
        assert!(token.span.start >= end && !token.span.is_empty(), "{token:?} is out of order");
        assert!(!token.span.slice(&manifest.text).contains(['\n', '\r']), "{token:?} is on several lines");
        end = token.span.end;
    }
}

fn coloured(text: &str) -> String {
    let manifest = manifest(text);
    let tokens = semantic_tokens(&manifest, ALL);
    check(&manifest, &tokens);
    let mut shown = String::new();
    let mut line = 0;
    for token in tokens {
        let on = text[..token.span.start as usize].matches('\n').count();
        shown += if on == line { " " } else { "\n" };
        line = on;
        shown += &format!("{}<{:?}>", token.span.slice(text), token.kind);
    }
    shown.trim().to_owned()
}

#[test]
fn every_part_has_its_kind() {
    assert_snapshot!(
        coloured("Flask[async,dotenv]>=2.0, !=2.1.* ; (python_version < '3.9' and os_name == \"nt\") or 'linux' in sys_platform # why\n"), @r#"Flask<Class> async<Parameter> dotenv<Parameter> >=<Operator> 2.0<Number> !=<Operator> 2.1.*<Number> python_version<Variable> <<Operator> '3.9'<String> and<Keyword> os_name<Variable> ==<Operator> "nt"<String> or<Keyword> 'linux'<String> in<Keyword> sys_platform<Variable> # why<Comment>"#
    );
    assert_snapshot!(coloured("six @ https://example.org/six.whl ; os_name not  in 'nt'\n"), @"six<Class> @<Keyword> https://example.org/six.whl<String> os_name<Variable> not  in<Keyword> 'nt'<String>");
    assert_snapshot!(coloured("-e git+https://example.org/x#egg=x[a]\n./here[b] ; os_name == 'nt'\n"), @r#"
    -e<Keyword> git+https://example.org/x#egg=x[a]<String>
    ./here<String> b<Parameter> os_name<Variable> ==<Operator> 'nt'<String>
    "#);
    assert_snapshot!(coloured("-r base.txt\n--index-url=https://example.org --pre\n-i 'quoted'\n"), @r#"
    -r<Keyword> base.txt<String>
    --index-url<Keyword> https://example.org<String> --pre<Keyword>
    -i<Keyword> quoted<String>
    "#);
    assert_snapshot!(coloured("# only\n\n!! wrong\n{{ template }}\nsix=1\n"), @r#"
    # only<Comment>
    six<Class> =<Operator> 1<Number>
    "#);
}

#[test]
fn a_continued_line_has_tokens_on_each_line() {
    assert_snapshot!(coloured("six==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb  # é\nreq\\\r\nuests\n"), @r#"
    six<Class> ==<Operator> 1.0<Number>
    --hash<Keyword> sha256:aa<String>
    --hash<Keyword> sha256:bb<String> # é<Comment>
    req<Class>
    uests<Class>
    "#);
}

#[test]
fn only_the_range_is_told() {
    let manifest = manifest("six\nflask\nrequests\n");
    let tokens = semantic_tokens(&manifest, Span::new(4, 9));
    assert_eq!(tokens.iter().map(|token| token.span.slice(&manifest.text)).collect::<Vec<_>>(), ["flask"]);
}

#[test]
fn the_corpus_has_tokens_in_order() {
    for (_, text) in corpus() {
        let manifest = manifest(&text);
        check(&manifest, &semantic_tokens(&manifest, ALL));
    }
}
