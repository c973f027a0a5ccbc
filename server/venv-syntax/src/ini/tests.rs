use super::*;

/// `section.key=line|line` for each key, then the errors.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let ini = parse_ini(text);
    let mut found = Vec::new();
    for section in &ini.sections {
        assert_eq!(&section.head.slice(text)[1..section.head.len() as usize - 1], section.name);
        for entry in &section.entries {
            assert_eq!(entry.key_span.slice(text), entry.key);
            let lines: Vec<_> = entry.lines.iter().map(|line| line.slice(text)).collect();
            found.push(format!("{}.{}={}", section.name, entry.key, lines.join("|")));
        }
    }
    found.extend(ini.errors.iter().map(|e| format!("{}: {}", e.span.slice(text), e.message)));
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn values_go_on_in_indented_lines() {
    check("[a]\nx = 1\n  2\n\n  3\n\ny: 4", &["a.x=1|2||3", "a.y=4"]);
    check("[a]\r\nx =\r\n  1\r\n  2\r\n", &["a.x=|1|2"]);
    check("[a]\n  x = 1\n    2\n  y = 3\n", &["a.x=1|2", "a.y=3"]);
    check("[a]\nx = 1\n\t[b]\n", &["a.x=1|[b]"]);
    check("[a]\n  x = 1\n[b]\n", &["a.x=1"]);
}

#[test]
fn comments_have_a_line_of_their_own() {
    check("# c\n; c\n[a] # c\nx = 1 # 2 ; 3\n  # c\n  ; c\n  4\n", &["a.x=1 # 2 ; 3|4"]);
}

#[test]
fn the_first_equals_sign_or_colon_ends_a_key() {
    check("[a]\nx = b:c=d\ny : e = f\nz z=\n", &["a.x=b:c=d", "a.y=e = f", "a.z z="]);
}

#[test]
fn what_configparser_refuses_has_an_error() {
    check("x = 1\n[a]\n", &["x = 1: a section such as `[options]` must come before this line"]);
    check("[a]\nx\n", &["x: `x` is not `key = value`"]);
    check(
        "[a]\nx =\nsix\n",
        &["a.x=", "six: `six` is not `key = value`: indent it if it belongs to the value above"],
    );
    check(
        "[a\nx = 1\n",
        &[
            "[a: the `]` behind `[a` is missing",
            "x = 1: a section such as `[options]` must come before this line",
        ],
    );
    check("[a]\n= 1\n", &["a.=1", "=: a key is missing before `=`"]);
    check("[a]\nx=1\nx=2\n", &["a.x=1", "a.x=2", "x: `x` is in `[a]` twice: put both into one"]);
    check("[a]\n[a]\n", &["[a]: `[a]` is in the file twice: put both into one"]);
}
