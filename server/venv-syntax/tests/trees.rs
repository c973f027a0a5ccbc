//! What is read from lines that are right, in a short form, and from lines that are nearly right.

use venv_syntax::{
    Line, LineKind, Name, OptionItem, RequirementTarget, logical_text, parse_requirement,
    parse_requirements_txt,
};

/// `name[extras] specifiers @url ;` of one requirement, or `<location>name[extras] ;`, then its options.
fn short(text: &str, line: &Line) -> String {
    let source = &text[line.start as usize..][..line.tree.len as usize];
    match &line.tree.kind {
        LineKind::Blank => "blank".to_owned(),
        LineKind::Invalid => "invalid".to_owned(),
        LineKind::Options(options) => short_options(options),
        LineKind::Requirement(line) => {
            let editable = line.editable.map_or("", |_| "editable ");
            let target = match &line.target {
                RequirementTarget::Named(requirement) => format!(
                    "{}{}{}{}{}",
                    requirement.name.normalized,
                    short_extras(&requirement.extras),
                    requirement
                        .specifiers
                        .iter()
                        .map(|part| format!(" {}", part.span.slice(source)))
                        .collect::<String>(),
                    requirement.url.as_ref().map_or_else(String::new, |url| format!(" @{}", url.text)),
                    requirement.marker.as_ref().map_or("", |_| " ;"),
                ),
                RequirementTarget::Location { location, name, extras, marker, .. } => format!(
                    "<{}>{}{}{}",
                    location.text,
                    name.as_ref().map_or("", |name| &name.normalized),
                    short_extras(extras),
                    marker.as_ref().map_or("", |_| " ;"),
                ),
            };
            format!("{editable}{target} {}", short_options(&line.options)).trim_end().to_owned()
        }
    }
}

fn short_extras(extras: &[Name]) -> String {
    if extras.is_empty() {
        return String::new();
    }
    format!("[{}]", extras.iter().map(|extra| &*extra.normalized).collect::<Vec<_>>().join(","))
}

fn short_options(options: &[OptionItem]) -> String {
    let one = |option: &OptionItem| match &option.value {
        Some(value) => format!("{:?}={}", option.kind, value.text),
        None => format!("{:?}", option.kind),
    };
    options.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let tree = parse_requirements_txt(text);
    let found: Vec<String> = tree.lines.iter().map(|line| short(text, line)).collect();
    assert_eq!(found.join(" | "), expected, "{text:?}");
    for line in &tree.lines {
        assert_eq!(line.tree.errors, [], "{text:?}");
    }
}

#[test]
fn requirements_by_name() {
    for (text, expected) in [
        ("six", "six"),
        ("  six\t", "six"),
        ("Flask_SQLAlchemy.x", "flask-sqlalchemy-x"),
        ("six==1.0", "six ==1.0"),
        ("six == 1.0 , != 1.5", "six == 1.0 != 1.5"),
        ("six>=1.0,", "six >=1.0"),
        ("six (>=1.0,<2)", "six >=1.0 <2"),
        ("six()", "six"),
        ("six===anything-goes", "six ===anything-goes"),
        ("six~=1.4.2", "six ~=1.4.2"),
        ("six!=1.*", "six !=1.*"),
        ("six==1.0+local.1", "six ==1.0+local.1"),
        ("a [ b , C_d ] >= 1", "a[b,c-d] >= 1"),
        ("a[]", "a"),
        ("a ; os_name == 'nt'", "a ;"),
        ("a;os_name=='nt'", "a ;"),
        ("a>1;os_name=='nt'", "a >1 ;"),
        ("a ;", "a"),
        ("a @ https://e.example/a.zip", "a @https://e.example/a.zip"),
        ("a[b]@git+https://e.example/a@main#egg=x", "a[b] @git+https://e.example/a@main#egg=x"),
        ("a @ https://e.example/a.zip ; os_name == 'nt'", "a @https://e.example/a.zip ;"),
        ("a @ file:///opt/a", "a @file:///opt/a"),
        ("six_", "six-"),
        ("six==1.0 # comment", "six ==1.0"),
        ("six ;os_name=='#'", "six ;"),
        // Blanks of every kind may be between an operator and its version, and at the end of a part.
        ("six==\u{a0}1.0", "six ==\u{a0}1.0"),
        ("six==1.0 \x1f; os_name == 'nt'", "six ==1.0 ;"),
        // `===` takes everything for its version, and nothing.
        ("six===", "six ==="),
        ("six====2", "six ====2"),
        ("six===1.0,>=1", "six ===1.0 >=1"),
        ("six===a,,===b,", "six ===a ===b"),
        // What is in brackets at the very end are extras, whatever they follow.
        ("six[a] @ https://e.example/x[b,c]", "six[b,c] @https://e.example/x[b,c]"),
    ] {
        check(text, expected);
    }
}

#[test]
fn locations() {
    for (text, expected) in [
        ("./a", "<./a>"),
        ("../a[x,y]", "<../a>[x,y]"),
        (".", "<.>"),
        ("a/b", "<a/b>"),
        ("C:\\a\\b", "<C:\\a\\b>"),
        ("~/a", "<~/a>"),
        ("a-1.0.tar.gz", "<a-1.0.tar.gz>"),
        ("A_b-1.0-py3-none-any.whl", "<A_b-1.0-py3-none-any.whl>a-b"),
        ("./w/a-1.0-1-py3-none-any.whl[x] ; os_name == 'nt'", "<./w/a-1.0-1-py3-none-any.whl>a[x] ;"),
        (
            "https://e.example/a-1.0-py3-none-any.whl#sha256=ab",
            "<https://e.example/a-1.0-py3-none-any.whl#sha256=ab>a",
        ),
        ("https://e.example/a;b.zip", "<https://e.example/a;b.zip>"),
        ("https://e.example/a.zip ; os_name == 'nt'", "<https://e.example/a.zip> ;"),
        ("HTTPS://e.example/a.zip#egg=b", "<HTTPS://e.example/a.zip#egg=b>b"),
        (
            "git+https://e.example/a@v1#subdirectory=x&egg=b[c]",
            "<git+https://e.example/a@v1#subdirectory=x&egg=b[c]>b[c]",
        ),
        ("file:///a", "<file:///a>"),
        ("-e .", "editable <.>"),
        ("-e .[dev]", "editable <.>[dev]"),
        ("-e./a", "editable <./a>"),
        ("--editable=git+https://e.example/a#egg=a", "editable <git+https://e.example/a#egg=a>a"),
        ("-e 'a @ git+https://e.example/a'", "editable a @git+https://e.example/a"),
        ("-e git://e.example/a#egg=a", "editable <git://e.example/a#egg=a>a"),
        ("-e \"./my folder\"", "editable <./my folder>"),
        ("..", "<..>"),
        (". [a]", "<.>[a]"),
        ("a b.zip", "<a b.zip>"),
        ("a==1.0.zip", "<a==1.0.zip>"),
        ("a.tar.lzma", "<a.tar.lzma>"),
        ("a.zip/", "<a.zip/>"),
        ("a.zip[b]", "<a.zip>[b]"),
        ("C:\\a.zip", "<C:\\a.zip>"),
        // A file name that is no wheel's.
        ("A.WHL", "<A.WHL>"),
        ("http:.whl", "<http:.whl>"),
        ("https://e.example/a-1.0%2Bb-py3-none-any.whl", "<https://e.example/a-1.0%2Bb-py3-none-any.whl>a"),
        ("https://e.example/a-1.0-py3-none-any.whl/?b#c", "<https://e.example/a-1.0-py3-none-any.whl/?b#c>a"),
        ("https://a-1.0-py3-none-any.whl", "<https://a-1.0-py3-none-any.whl>"),
        // The brackets are part of a URL.
        ("https://e.example/a.zip[b]", "<https://e.example/a.zip[b]>"),
        ("https://e.example/a?x&egg=b#egg=c", "<https://e.example/a?x&egg=b#egg=c>"),
        ("https://e.example/a?x&egg=b&c", "<https://e.example/a?x&egg=b&c>b"),
        // pip makes a path of it, which has no fragment.
        ("file:../a#egg=b", "<file:../a#egg=b>"),
        ("file://localhost/a", "<file://localhost/a>"),
        ("https://[::1]/a", "<https://[::1]/a>"),
        ("-e file:///a[b]", "editable <file:///a>[b]"),
        ("-e file:///a-1.0-py3-none-any.whl", "editable <file:///a-1.0-py3-none-any.whl>"),
        ("-e git+https://e.example/a#eg\\g=b", "editable <git+https://e.example/a#egg=b>b"),
        ("-e 'a @ git+https://e.example/a;b'", "editable a @git+https://e.example/a;b"),
    ] {
        check(text, expected);
    }
}

#[test]
fn options() {
    for (text, expected) in [
        ("-r a.txt", "Requirement=a.txt"),
        ("-ra.txt", "Requirement=a.txt"),
        ("--requirement=a.txt", "Requirement=a.txt"),
        ("--requirem a.txt", "Requirement=a.txt"),
        ("-c 'a b.txt'", "Constraint=a b.txt"),
        ("--extra-index https://e.example", "ExtraIndexUrl=https://e.example"),
        ("--index-url=\"https://e.example/?a=b\"", "IndexUrl=https://e.example/?a=b"),
        ("--pre --prefer-binary -i https://e.example", "Pre PreferBinary IndexUrl=https://e.example"),
        ("--index-url --pre", "IndexUrl=--pre"),
        ("six --hash=sha256:ab --hash sha512:cd", "six Hash=sha256:ab Hash=sha512:cd"),
        ("six -C a=b -C 'c=d e'", "six ConfigSettings=a=b ConfigSettings=c=d e"),
        ("-e . --config-settings a=b", "editable <.> ConfigSettings=a=b"),
        ("--no-binary :all: --only-binary=a,b", "NoBinary=:all: OnlyBinary=a,b"),
        ("-f ./wheels#1", "FindLinks=./wheels#1"),
        ("--use-feature=fast-deps --use-feature truststore", "UseFeature=fast-deps UseFeature=truststore"),
    ] {
        check(text, expected);
    }
}

#[test]
fn logical_lines() {
    for (text, expected) in [
        ("", "blank"),
        ("\n", "blank | blank"),
        ("a\nb\r\nc\rd", "a | b | c | d"),
        ("a\x0bb\x0cc\u{85}d\u{2028}e", "a | b | c | d | e"),
        ("a \\\n >=1 \\\n ,<2\nb", "a >=1 <2 | b"),
        ("a\\\r\nb==1", "ab ==1"),
        ("# c \\\na", "blank | a"),
        ("a \\\n# c \\\nb", "a | b"),
        ("a \\\n  --hash=sha256:ab \\\n  --hash=sha256:cd", "a Hash=sha256:ab Hash=sha256:cd"),
        ("a \\", "a"),
        ("\\\n\\\n", "blank"),
        ("a===\\\n", "a ==="),
    ] {
        check(text, expected);
    }
}

#[test]
fn comments_are_found_where_they_are() {
    let comments = |text: &str| -> Vec<String> {
        let lines = parse_requirements_txt(text).lines;
        let of = |line: &Line| {
            let source = &text[line.start as usize..];
            line.tree.comments.iter().map(|span| span.slice(source).to_owned()).collect::<Vec<_>>()
        };
        lines.iter().flat_map(of).collect()
    };
    assert_eq!(comments("# a\nsix # b\n  # c\nsix#d\n"), ["# a", "# b", "# c"]);
    assert_eq!(comments("six \\\n  # é\nb"), ["# é"]);
    assert_eq!(comments("six # a \\\n  # b \\\nc"), ["# a \\", "# b \\"]);
    assert_eq!(comments("https://e.example/#egg=a # b"), ["# b"]);
}

#[test]
fn the_span_of_a_part_may_hold_the_end_of_a_line() {
    let text = "# é\nsix \\\n  ==\\\n  1.0 ; os_\\\nname == 'nt'";
    let tree = parse_requirements_txt(text);
    let line = &tree.lines[1];
    let source = &text[line.start as usize..];
    let LineKind::Requirement(found) = &line.tree.kind else { panic!("{line:?}") };
    let RequirementTarget::Named(requirement) = &found.target else { panic!("{line:?}") };
    assert_eq!(requirement.name.span.slice(source), "six");
    assert_eq!(requirement.specifiers[0].operator.slice(source), "==");
    assert_eq!(requirement.specifiers[0].version.slice(source), "1.0");
    assert_eq!(requirement.specifiers[0].span.slice(source), "==\\\n  1.0");
    assert_eq!(requirement.span.slice(source), "six \\\n  ==\\\n  1.0 ; os_\\\nname == 'nt'");
    assert!(requirement.marker.is_some());
}

#[test]
fn the_specification_differs_from_pip_at_a_semicolon() {
    let url = |text: &str| parse_requirement(text).0.unwrap().url.unwrap().text.into_string();
    // A URL may hold a `;`.
    assert_eq!(url("a @ https://e.example/a;b"), "https://e.example/a;b");
    assert_eq!(parse_requirement("a @ https://e.example/a;b").1, []);
    // But what reads as a marker is meant as one.
    let text = "a @ https://e.example/a;os_name == 'nt'";
    let (requirement, errors) = parse_requirement(text);
    assert_eq!(url(text), "https://e.example/a");
    assert!(requirement.unwrap().marker.is_some());
    assert_eq!(errors[0].message, "a URL ends at a space only: put one before the `;` of the marker");
    assert_eq!(errors[0].fix.as_ref().unwrap().text, " ");
    // And nothing behind a `;` is a mistake.
    assert_eq!(parse_requirement("a ;").1[0].message, "a marker is missing after `;`");
    assert_eq!(parse_requirement("a ; os_name == 'nt'").1, []);
}

#[test]
fn a_name_is_known_whatever_is_wrong_behind_it() {
    for text in [
        "six=1.0",
        "six>=",
        "six[",
        "six @",
        "six; x",
        "six one",
        "six==latest",
        "six-",
        "six(",
        "six,",
        "six^1",
    ] {
        let (requirement, errors) = parse_requirement(text);
        assert_eq!(&*requirement.unwrap().name.text, "six", "{text}");
        assert_ne!(errors, [], "{text}");
    }
    for text in ["", "==1", "[x]", "é", "; x", "@ x", "-r x"] {
        let (requirement, errors) = parse_requirement(text);
        assert_eq!(requirement, None, "{text}");
        assert_ne!(errors, [], "{text}");
    }
}

#[test]
fn templates_and_variables_say_nothing_wrong() {
    for text in [
        "{{ a }}",
        "{% if a %}",
        "a=={{ b }}",
        "-r {{ c }}",
        "${A}",
        "a==${B}",
        "a-${B}",
        "-r ${C}/x",
        "-e ${D}",
        "${A} b c",
    ] {
        let lines = parse_requirements_txt(text).lines;
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].tree.errors, [], "{text}");
    }
    // What these ask for is not known.
    for text in ["a-${B}", "a${B}", "a${B}==1.0", "${B}a"] {
        assert_eq!(parse_requirements_txt(text).lines[0].tree.kind, LineKind::Invalid, "{text}");
    }
    check("a==1.0,${B}", "a ==1.0");
    // These are no variables for pip.
    for text in ["a==$B", "a==${b}", "a==%B%"] {
        assert_ne!(parse_requirements_txt(text).lines[0].tree.errors, [], "{text}");
    }
}

#[test]
fn the_text_of_a_logical_line_is_what_pip_reads_of_it() {
    for (source, text) in [
        ("  six==1.0  # one", "six==1.0"),
        ("six \\\n  --hash=sha256:ab \\\r\n  --hash=sha256:cd", "six   --hash=sha256:ab   --hash=sha256:cd"),
        ("six \\\n  # one\\\n==1.0", "six"),
        ("rich # one \\\nidna", "rich"),
        ("\\\\six\\\\\\\u{2028}==1.0", "six==1.0"),
        ("six#one", "six#one"),
        ("# one", ""),
    ] {
        assert_eq!(logical_text(source), text, "{source:?}");
    }
}

#[test]
fn parts_of_a_quoted_value_are_where_they_are_written() {
    for text in
        ["-e 'git+https://e.example/a#egg=b'", "-e git+https://e.exam\\ple/a#egg='b'", "-e \"./x y\"'[b]'"]
    {
        let tree = parse_requirements_txt(text);
        let LineKind::Requirement(line) = &tree.lines[0].tree.kind else { panic!("{text}") };
        let RequirementTarget::Location { name, extras, .. } = &line.target else { panic!("{text}") };
        let name = name.iter().chain(extras).next().unwrap();
        assert_eq!((&*name.text, name.span.slice(text)), ("b", "b"), "{text}");
        assert_eq!(tree.lines[0].tree.errors, [], "{text}");
    }
}
