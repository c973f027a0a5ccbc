//! Tidied files, and that they say what they said.

use insta::assert_snapshot;
use proptest::prelude::*;
use venv_analysis::Manifest;
use venv_analysis::assist::format;
use venv_syntax::{LineKind, Marker, MarkerTerm, MarkerValue, OptionItem, RequirementTarget};

use crate::corpus::corpus;

fn tidied(text: &str) -> String {
    let manifest = Manifest::parse("/p/requirements.txt".into(), text.into());
    let mut tidied = text.to_owned();
    let mut end = usize::MAX;
    for edit in format(&manifest).iter().rev() {
        assert!(edit.span.end as usize <= end, "the edits are not in order: {edit:?}");
        end = edit.span.start as usize;
        tidied.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    tidied
}

/// What each line that is not blank says.
fn said(text: &str) -> Vec<String> {
    let manifest = Manifest::parse("/p/requirements.txt".into(), text.into());
    let mut said = Vec::new();
    for line in &manifest.tree.lines {
        let whole = &text[line.start as usize..][..line.tree.len as usize];
        let slice = |span: venv_syntax::Span| span.slice(whole).to_owned();
        let mut line_says = match &line.tree.kind {
            LineKind::Blank => String::new(),
            LineKind::Invalid => whole.to_owned(),
            LineKind::Options(options) => options.iter().map(option).collect(),
            LineKind::Requirement(line) => {
                let target = match &line.target {
                    RequirementTarget::Named(requirement) => {
                        let extras: Vec<_> = requirement.extras.iter().map(|extra| &extra.text).collect();
                        let specifiers: Vec<_> =
                            requirement.specifiers.iter().map(|found| &found.value).collect();
                        format!(
                            "{} {extras:?} {specifiers:?} {:?} {}",
                            requirement.name.text,
                            requirement.url.as_ref().map(|url| &url.text),
                            requirement.marker.as_ref().map_or_else(String::new, |found| marker(found))
                        )
                    }
                    RequirementTarget::Location { location, name, extras, marker: condition, .. } => format!(
                        "{} {:?} {:?} {}",
                        location.text,
                        name.as_ref().map(|name| &name.text),
                        extras.iter().map(|extra| &extra.text).collect::<Vec<_>>(),
                        condition.as_ref().map_or_else(String::new, |found| marker(found))
                    ),
                };
                let options: String = line.options.iter().map(option).collect();
                format!("{:?} {target} {options}", line.editable.map(slice))
            }
        };
        for comment in &line.tree.comments {
            line_says += slice(*comment).trim_end();
        }
        for error in &line.tree.errors {
            line_says += &error.message;
        }
        if !line_says.is_empty() {
            said.push(line_says);
        }
    }
    said
}

fn option(option: &OptionItem) -> String {
    format!("{:?}={:?} ", option.kind, option.value.as_ref().map(|value| &value.text))
}

fn marker(found: &Marker) -> String {
    let term = |term: &MarkerTerm| match &term.value {
        MarkerValue::Variable(variable) => variable.name().to_owned(),
        MarkerValue::Literal(text) => format!("{text:?}"),
    };
    match found {
        Marker::Or(markers) => format!("or{:?}", markers.iter().map(marker).collect::<Vec<_>>()),
        Marker::And(markers) => format!("and{:?}", markers.iter().map(marker).collect::<Vec<_>>()),
        Marker::Compare { left, operator, right, .. } => {
            format!("{} {} {}", term(left), operator.text(), term(right))
        }
    }
}

#[track_caller]
fn check(name: &str, text: &str) {
    let once = tidied(text);
    assert_eq!(said(&once), said(text), "{name}");
    assert_eq!(tidied(&once), once, "{name}");
}

#[test]
fn a_line_is_spaced_as_pip_compile_does_it() {
    for (text, expected) in [
        ("six", "six\n"),
        ("  six == 1.0 \n", "six==1.0\n"),
        ("Flask [ async , dotenv ] >= 2 , < 3\n", "Flask[async,dotenv]>=2,<3\n"),
        ("six;python_version<'3'\n", "six ; python_version < '3'\n"),
        (
            "six ; ( os_name=='nt'  and python_version not   in \"3\" ) or extra == 'x;y'\n",
            "six ; (os_name == 'nt' and python_version not in \"3\") or extra == 'x;y'\n",
        ),
        ("six@https://example.org/a  ; os_name=='nt'\n", "six @ https://example.org/a ; os_name == 'nt'\n"),
        ("six # why \n", "six  # why\n"),
        ("six==1   --hash=sha256:aa\t\n", "six==1 --hash=sha256:aa\n"),
        ("-r   base.txt   # more\n", "-r base.txt  # more\n"),
        (
            "--index-url   'https://example.org/a b'   --pre\n",
            "--index-url 'https://example.org/a b' --pre\n",
        ),
        ("-e   ./a[b]  # c\n", "-e ./a[b]  # c\n"),
        ("./a/b.whl;os_name == 'nt'\n", "./a/b.whl;os_name == 'nt'\n"),
        ("# a  \n    # via b\n", "# a\n    # via b\n"),
        (
            "six==1 \\\n  --hash=sha256:aa --hash=sha256:bb # c\n",
            "six==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb  # c\n",
        ),
        ("six\n\n\n  \n", "six\n"),
        ("six\r\n\r\nflask \r\n\r\n", "six\r\n\r\nflask\r\n"),
        ("six \\\r\n --hash=sha256:aa\r\n", "six \\\r\n    --hash=sha256:aa\r\n"),
        ("six\r\nflask", "six\r\nflask\r\n"),
        ("\n\n", ""),
        ("", ""),
    ] {
        assert_eq!(tidied(text), expected, "{text:?}");
        check(text, text);
    }
}

#[test]
fn what_is_not_understood_is_left_alone() {
    for text in [
        "six = 1  \n",
        "{{ six }}   # x\n",
        "six == ${VERSION}  # x\n",
        "--index-url   https://${TOKEN}@example.org  \n",
        "six (>=1)  # x\n",
        "six >= \\\n 1\n",
        "six \\\n # c\n --hash=sha256:aa\n",
        "six # a \\ \nflask\n",
        "six \\",
        "six  # see  this\n",
    ] {
        assert_eq!(tidied(text), text, "{text:?}");
    }
}

#[test]
fn an_edit_is_no_longer_than_it_must_be() {
    let manifest = Manifest::parse("/p/requirements.txt".into(), "flask\nrequests >=1\n".into());
    let edits = format(&manifest);
    assert_snapshot!(format!("{edits:?}"), @r#"[Replacement { span: 14..15, text: "", title: "Tidy the line" }]"#);
}

#[test]
fn other_formats_have_their_own_tools() {
    let manifest =
        Manifest::parse("/p/pyproject.toml".into(), "[project]\ndependencies = ['six >=1']  \n".into());
    assert_eq!(format(&manifest), []);
}

#[test]
fn the_corpus_says_what_it_said() {
    for (name, text) in corpus() {
        check(&name, &text);
    }
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "six",
        "Flask",
        "[a]",
        "[a , b]",
        "==1.0",
        ">=",
        "1.*",
        ",",
        " , ",
        "<2",
        " ",
        "  ",
        "\t",
        ";",
        " ; ",
        "os_name",
        "python_version",
        "'nt'",
        "\"3\"",
        "==",
        "not  in",
        "in",
        "and",
        "or",
        "(",
        ")",
        "#",
        " # why",
        " # \\ ",
        " --hash=sha256:aa",
        " --hash  sha256:bb",
        "-r",
        "-e ",
        "./a",
        "https://example.org/a;b",
        "@",
        "--pre",
        "\\\n",
        "\\\r\n",
        "\n",
        "\r\n",
        "\\",
        "${X}",
        "{{",
        "é",
        "\u{a0}",
        "git+https://example.org/x#egg=x",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_tidied_says_what_it_said(text in pieces()) {
        let once = tidied(&text);
        prop_assert_eq!(said(&once), said(&text));
        prop_assert_eq!(tidied(&once), once);
    }
}
