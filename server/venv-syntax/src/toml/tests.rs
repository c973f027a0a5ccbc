use insta::assert_snapshot;

use super::*;

fn read(text: &str) -> Document {
    let document = parse(text, &SourceMap::plain(text.len(), 0));
    check(text, &document);
    document
}

/// The tree on one line, then what is wrong.
fn tree(text: &str) -> String {
    let document = read(text);
    let mut out = String::new();
    table(&mut out, &document.root);
    out.push('\n');
    for error in &document.errors {
        out.push_str(&format!("{:?} {}\n", error.span.slice(text), error.message));
        if let Some(fix) = &error.fix {
            let mut fixed = text.to_owned();
            fixed.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.text);
            out.push_str(&format!("  {}: {fixed:?}\n", fix.title));
        }
    }
    out
}

fn trees(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("{text:?}\n{}", tree(text))).collect()
}

fn table(out: &mut String, table: &Table) {
    let entries: Vec<String> = table
        .entries
        .iter()
        .map(|entry| {
            let mut inner = String::new();
            value(&mut inner, &entry.value);
            format!("{}={inner}", entry.key.text)
        })
        .collect();
    out.push_str(&format!("{{{}}}", entries.join(" ")));
}

fn value(out: &mut String, value: &Value) {
    match &value.kind {
        ValueKind::Text(text) => out.push_str(&format!("{:?}", text.text)),
        ValueKind::Boolean(value) => out.push_str(&value.to_string()),
        ValueKind::Number => out.push_str("number"),
        ValueKind::Date => out.push_str("date"),
        ValueKind::Invalid => out.push('?'),
        ValueKind::Array(items) => {
            let mut parts = Vec::new();
            for item in items {
                let mut inner = String::new();
                self::value(&mut inner, item);
                parts.push(inner);
            }
            out.push_str(&format!("[{}]", parts.join(" ")));
        }
        ValueKind::Table(inner) => table(out, inner),
    }
}

/// Panics unless every span is one of `text` and every string is where its map says.
fn check(text: &str, document: &Document) {
    let whole = |span: Span| assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
    for error in &document.errors {
        whole(error.span);
        assert!(!error.message.contains('\n') && !error.message.ends_with('.'), "{}", error.message);
        error.fix.iter().for_each(|fix| whole(fix.span));
    }
    assert!(document.errors.is_sorted_by_key(|error| error.span.start));
    check_table(text, &document.root);
}

fn check_table(text: &str, table: &Table) {
    assert!(text.get(table.span.start as usize..table.span.end as usize).is_some(), "{table:?}");
    for entry in &table.entries {
        check_text(text, &entry.key);
        check_value(text, &entry.value);
    }
}

fn check_value(text: &str, value: &Value) {
    assert!(text.get(value.span.start as usize..value.span.end as usize).is_some(), "{value:?}");
    match &value.kind {
        ValueKind::Text(inner) => check_text(text, inner),
        ValueKind::Array(items) => items.iter().for_each(|item| check_value(text, item)),
        ValueKind::Table(table) => check_table(text, table),
        ValueKind::Boolean(_) | ValueKind::Number | ValueKind::Date | ValueKind::Invalid => {}
    }
}

fn check_text(source: &str, text: &Text) {
    assert!(source.get(text.extent.start as usize..text.extent.end as usize).is_some(), "{text:?}");
    assert_eq!(text.map.length(), text.text.len());
    let mut end = text.span().start;
    for (at, c) in text.text.char_indices() {
        let place = text.map.to_source(span(at, at + c.len_utf8()));
        assert!(end <= place.start && place.end <= text.extent.end, "{text:?}");
        end = place.end;
        let written = place.slice(source);
        // What was put in to mend the text can end up in a string that nothing ends.
        let put_in = written.is_empty();
        assert!(
            put_in || written.starts_with('\\') || written == "\r\n" || written == c.to_string(),
            "{c:?} is {written:?} in {text:?}"
        );
    }
}

#[test]
fn everything_is_in_the_order_of_the_text() {
    let text =
        "z = 1\na.y = true\na.b = '1'\n[tool.uv]\nx = ['b', \"a\"]\n[build]\n[[t]]\nq = 2020-01-01\n[[t]]\n";
    assert_eq!(
        tree(text),
        "{z=number a={y=true b=\"1\"} tool={uv={x=[\"b\" \"a\"]}} build={} t=[{q=date} {}]}\n"
    );
}

#[test]
fn strings_know_where_they_are_written() {
    for (written, meant) in [
        (r#""a\u00e9\n\"b\\""#, "aé\n\"b\\"),
        (r#""\U0001F40D\t""#, "🐍\t"),
        (r"'a\n'", "a\\n"),
        ("\"\"", ""),
        ("''", ""),
        ("\"\"\"\"\"\"", ""),
        ("\"\"\"\na\r\nb\"\"\"", "a\nb"),
        ("\"\"\"a \\\n   b\\\r\n\r\n c\"\"\"", "a bc"),
        ("'''\r\na\\\nb'''", "a\\\nb"),
        ("\"\"\"a\"\"\"\"", "a\""),
        ("'''''a'''''", "''a''"),
        ("\"é'🐍\"", "é'🐍"),
    ] {
        let text = format!("k = [ {written} ] # '");
        let document = read(&text);
        let items = document.root.value("k").and_then(Value::as_array).unwrap();
        let string = items[0].as_text().unwrap();
        assert_eq!(document.errors, [], "{written}");
        assert_eq!(&*string.text, meant, "{written}");
        assert_eq!(string.extent.slice(&text), written);
        assert!(string.extent.slice(&text).contains(string.span().slice(&text)));
    }
}

#[test]
fn what_is_embedded_is_found_in_its_file() {
    let file = "# /// script\n# x = [\n#   \"\\u0073ix\",\n# ]\n# ///\n";
    let mut text = String::new();
    let mut map = SourceMap::default();
    for (start, line) in [(13, "x = [\n"), (21, "  \"\\u0073ix\",\n"), (40, "]\n")] {
        let start = start + 2;
        map.push(line.len(), start..start + line.len());
        text.push_str(line);
    }
    let document = parse(&text, &map);
    let items = document.root.value("x").and_then(Value::as_array).unwrap();
    let string = items[0].as_text().unwrap();
    assert_eq!(&*string.text, "six");
    assert_eq!(string.extent.slice(file), "\"\\u0073ix\"");
    assert_eq!(string.map.to_source(Span::new(0, 1)).slice(file), "\\u0073");
    assert_eq!(string.map.to_source(Span::new(1, 3)).slice(file), "ix");
}

#[test]
fn tables_know_how_far_they_go() {
    let text = "[a]\nb = 1\n[a.c] # x\nd = {e = 1}\nf.g = 2\n[h]\n";
    let root = read(text).root;
    let a = root.table(&["a"]).unwrap();
    assert_eq!(a.span.slice(text), "[a]\nb = 1");
    let c = root.table(&["a", "c"]).unwrap();
    assert_eq!(c.span.slice(text), "[a.c] # x\nd = {e = 1}\nf.g = 2");
    assert_eq!(c.header.unwrap().slice(text), "[a.c]");
    assert_eq!(c.entry("d").unwrap().extent().slice(text), "d = {e = 1}");
    assert_eq!(c.table(&["f"]).unwrap().span.slice(text), "f.g = 2");
    assert_eq!(c.table(&["d"]).unwrap().span.slice(text), "{e = 1}");
    assert_eq!(c.table(&["d"]).unwrap().header, None);
}

#[test]
fn what_is_not_closed_does_not_swallow_what_follows() {
    assert_snapshot!(trees(&[
        "x = [\n  'a',\n\n[t]\ny = ['z']\n",
        "x = ['a' # c\ny = ['b']\n",
        "x = [\n  { g = 'x',\n]\ny = 1\n",
        "x = ['a', ['b', 'c'\n",
        "x = {a = 1\n[b]\nc = 1\n",
        "x = [\n  'a,\n  \"b\n]\ny = 1\n",
        "x = ['a, 'b\"]\ny = 1\n",
        "x = ['a[b]]\ny = 1\n",
        "x = \"\"\"a\ny = 1\n",
        "[tool.uv\nx = 1\n",
        "[[a]\nx = 1\n",
        "[a # c\nx = 1\n",
        "[\nx = 1\n",
    ]), @r##"
    "x = [\n  'a',\n\n[t]\ny = ['z']\n"
    {x=["a"] t={y=["z"]}}
    "[" this `[` is never closed: write `]` behind its last item
      Insert `]`: "x = [\n  'a',]\n\n[t]\ny = ['z']\n"
    "x = ['a' # c\ny = ['b']\n"
    {x=["a"] y=["b"]}
    "[" this `[` is never closed: write `]` behind its last item
      Insert `]`: "x = ['a'] # c\ny = ['b']\n"
    "x = [\n  { g = 'x',\n]\ny = 1\n"
    {x=[{g="x"}] y=number}
    "{" this `{` is never closed: write `}` behind its last value
      Insert `}`: "x = [\n  { g = 'x',}\n]\ny = 1\n"
    "x = ['a', ['b', 'c'\n"
    {x=["a" ["b" "c"]]}
    "[" this `[` is never closed: write `]` behind its last item
      Insert `]]`: "x = ['a', ['b', 'c']]\n"
    "x = {a = 1\n[b]\nc = 1\n"
    {x={a=number} b={c=number}}
    "{" this `{` is never closed: write `}` behind its last value
      Insert `}`: "x = {a = 1}\n[b]\nc = 1\n"
    "x = [\n  'a,\n  \"b\n]\ny = 1\n"
    {x=["a" "b"] y=number}
    "'a" a closing `'` is missing
      Insert `'`: "x = [\n  'a',\n  \"b\n]\ny = 1\n"
    "\"b" a closing `"` is missing
      Insert `"`: "x = [\n  'a,\n  \"b\"\n]\ny = 1\n"
    "x = ['a, 'b\"]\ny = 1\n"
    {x=["a, " ?] y=number}
    "'" a `,` is missing between two items
      Insert `,`: "x = ['a, ',b\"]\ny = 1\n"
    "x = ['a[b]]\ny = 1\n"
    {x=["a[b]"] y=number}
    "'a[b]" a closing `'` is missing
      Insert `'`: "x = ['a[b]']\ny = 1\n"
    "x = \"\"\"a\ny = 1\n"
    {x="a" y=number}
    "\"\"\"" this `"""` is never closed: write `"""` behind the text
    "[tool.uv\nx = 1\n"
    {tool={uv={x=number}}}
    "[tool.uv" this `[` is never closed: write `]` behind the name
      Insert `]`: "[tool.uv]\nx = 1\n"
    "[[a]\nx = 1\n"
    {a=[{x=number}]}
    "[[a]" this `[[` is never closed: write `]` behind the name
      Insert `]`: "[[a]]\nx = 1\n"
    "[a # c\nx = 1\n"
    {a={x=number}}
    "[a" this `[` is never closed: write `]` behind the name
      Insert `]`: "[a] # c\nx = 1\n"
    "[\nx = 1\n"
    {={x=number}}
    "[" a name is missing here
    "##);
}

#[test]
fn a_line_that_is_no_toml_is_left_out() {
    assert_snapshot!(trees(&[
        "a = 1\nb\nc = 2\n",
        "a = 1\nb.c d\nc = 2\n",
        "'six',\n]\nc = 2\n",
        "<<<<<<< HEAD\nc = 2\n=======\nc = 3\n>>>>>>> x\n",
        "a =\nb = 1\n",
        "= 1\nb = 1\n",
        "[]\nb = 1\n",
        "é = 1\nb = 1\n",
        "pip install six\nb = 1\n",
    ]), @r##"
    "a = 1\nb\nc = 2\n"
    {a=number c=number}
    "b" `b` has no value: write `b = …`
    "a = 1\nb.c d\nc = 2\n"
    {a=number c=number}
    "b.c d" `b.c d` is not TOML: a line is `name = value` or `[table]`
    "'six',\n]\nc = 2\n"
    {c=number}
    "'six'," this is in no list: a `[` is missing before it, or there is a `]` too many
    "]" this `]` closes nothing: remove it
    "<<<<<<< HEAD\nc = 2\n=======\nc = 3\n>>>>>>> x\n"
    {c=number}
    "<<<<<<< HEAD" a merge conflict was left here: keep one side and delete its marks
    "=======" a merge conflict was left here: keep one side and delete its marks
    "c" `c` is there twice: keep one of them
    ">>>>>>> x" a merge conflict was left here: keep one side and delete its marks
    "a =\nb = 1\n"
    {b=number}
    "=" a value is missing after `=`
    "= 1\nb = 1\n"
    {=number b=number}
    "=" a name is missing here
    "[]\nb = 1\n"
    {={b=number}}
    "[" a name is missing here
    "é = 1\nb = 1\n"
    {é=number b=number}
    "é" a name with other characters than letters, digits, `-` and `_` must be in quotes
    "pip install six\nb = 1\n"
    {b=number}
    "pip install six" `pip install six` is not TOML: a line is `name = value` or `[table]`
    "##);
}

#[test]
fn values_that_are_none() {
    assert_snapshot!(trees(&[
        "x = [six, requests>=2]\ny = 1\n",
        "x = foo\ny = >=3\nz = True\nw = truthy\n",
        "x = 'a' 'b'\ny = 1\n",
        "x = ['a' 'b'\n 'c']\n",
        "x = ['a',, 'b']\n",
        "x = 1\nx = 2\n",
        "[a]\nx = 1\n[b]\n[a]\ny = 2\n",
        "a = 1\na.b = 2\n",
        "x = \"a\\qb\"\n",
        "x = \"\\u00\"\n",
        "x = \"a\u{7}\"\n",
        "x = 09\ny = 2022-13-01\nz = 0xZ\n",
        "x = [}\ny = 1\n",
        "x = {a}\ny = 1\n",
    ]), @r##"
    "x = [six, requests>=2]\ny = 1\n"
    {x=[? ? number] y=number}
    "six" text must be in quotes: `"six"`
    "x = foo\ny = >=3\nz = True\nw = truthy\n"
    {x=? y=? z=? w=?}
    "foo" text must be in quotes: `"foo"`
    ">=3" text must be in quotes: `">=3"`
    "True" TOML writes `true` in lower case
      Write `true`: "x = foo\ny = >=3\nz = true\nw = truthy\n"
    "truthy" text must be in quotes: `"truthy"`
    "x = 'a' 'b'\ny = 1\n"
    {x="a" y=number}
    "'b'" `'b'` is not expected here: a value ends its line
    "x = ['a' 'b'\n 'c']\n"
    {x=["a" "b" "c"]}
    "'" a `,` is missing between two items
      Insert `,`: "x = ['a', 'b'\n 'c']\n"
    "x = ['a',, 'b']\n"
    {x=["a" "b"]}
    "," there is one `,` too many here
      Remove the `,`: "x = ['a', 'b']\n"
    "x = 1\nx = 2\n"
    {x=number}
    "x" `x` is there twice: keep one of them
    "[a]\nx = 1\n[b]\n[a]\ny = 2\n"
    {b={} a={x=number y=number}}
    "a" the table `a` is there twice: put everything under one header
    "a = 1\na.b = 2\n"
    {a=number}
    "a" `a` is not a table: it has a value already
    "x = \"a\\qb\"\n"
    {x="a\\qb"}
    "\\" this `\` begins no escape: write `\\`, or put the text in single quotes
    "x = \"\\u00\"\n"
    {x="\\u00"}
    "0" this `\` begins no escape: write `\\`, or put the text in single quotes
    "x = \"a\u{7}\"\n"
    {x="a\u{7}"}
    "\u{7}" a control character must be written as an escape, such as `\t`
    "x = 09\ny = 2022-13-01\nz = 0xZ\n"
    {x=number y=date z=number}
    "09" `09` is not a value: write a text in quotes, a number, a date, `true` or `false`
    "2022-13-01" `2022-13-01` is not a value: write a text in quotes, a number, a date, `true` or `false`
    "Z" `Z` is not a value: write a text in quotes, a number, a date, `true` or `false`
    "x = [}\ny = 1\n"
    {x=[{}] y=number}
    "[" this is not an inline table: it is `{ name = value, name = value }`
    "x = {a}\ny = 1\n"
    {x={} y=number}
    "a" a value is missing here
    "##);
}

#[test]
fn templates_are_left_alone() {
    for text in
        ["{% if x %}\na = 1\n{% else %}\na = 2\n{% endif %}\n", "a = {{ x }}\nb = 1\n", "{{ x }}\nb = 1\n"]
    {
        assert_eq!(read(text).errors, [], "{text}");
    }
    // What is within a string is no reason for what is wrong elsewhere.
    assert_eq!(read("a = '''\n{% x %}\n'''\nb =\n").errors.len(), 1);
    // Another line of a file without any template mark is as wrong as ever.
    assert_eq!(read("a = '{{ x }}'\nb =\n").errors.len(), 1);
}

#[test]
fn depth_does_not_exhaust_the_stack() {
    let dotted = "a.".repeat(70) + "a = {";
    for text in [
        "x = ".to_owned() + &"[".repeat(100_000),
        "x = ".to_owned() + &"{a = ".repeat(100_000),
        "a.".repeat(100_000) + "a = 1",
        "[".to_owned() + &"a.".repeat(100_000) + "a]",
        dotted.repeat(70),
        "x = [\n".repeat(10_000),
        "[a".repeat(10_000),
        "\"\"\"".repeat(10_001),
        "x = 'a\n".repeat(10_000),
        format!("x = [{}", "a ".repeat(100_000)),
        format!("x = [{}]", "'a' ".repeat(100_000)),
        format!("x = [{}", "'a, \"".repeat(50_000)),
        format!("x = {{{}", "a=1 ".repeat(50_000)),
        "x = [\n[\n".repeat(20_000),
        "a.b = 1\n".repeat(20_000),
        "[[a]]\n[a]\n".repeat(10_000),
    ] {
        assert_ne!(read(&text).errors, [], "{:?}", &text[..20]);
    }
}

mod properties;
