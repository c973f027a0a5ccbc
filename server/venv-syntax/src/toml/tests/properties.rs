//! What holds for every text.

use proptest::prelude::*;

use super::*;

fn pieces() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "=",
        " = ",
        ",",
        ".",
        "\n",
        "\r\n",
        "\r",
        "#",
        " ",
        "\t",
        "\"",
        "'",
        "\"\"\"",
        "'''",
        "\\",
        "\\u00e9",
        "\\n",
        "\\\n",
        "a",
        "b",
        "tool",
        "x-y",
        "\"a\"",
        "'b'",
        "['a', \"b\"]",
        "[t]\n",
        "k = 'v'\n",
        "1",
        "2020-01-01",
        "true",
        "é",
        "🐍",
        "\u{7}",
        "{{",
        "{%",
        "<<<<<<< ",
        "six>=1.0",
        "\u{feff}",
        "\0",
    ];
    let piece =
        prop_oneof![12 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_text_is_read(text in pieces()) {
        read(&text);
    }

    #[test]
    fn strings_say_what_the_crate_says(text in pieces()) {
        let text = format!("k = {text}");
        if let Ok(table) = DeTable::parse(&text)
            && let Some(DeValue::String(said)) = table.get_ref().get("k").map(toml::Spanned::get_ref)
        {
            let document = read(&text);
            let found = document.root.value("k").and_then(Value::as_text).unwrap();
            prop_assert_eq!(&*found.text, said.replace("\r\n", "\n"));
        }
    }

    #[test]
    fn what_is_written_is_read(value in any::<String>()) {
        let mut written = String::new();
        for c in value.chars() {
            match c {
                '"' | '\\' => written.extend(['\\', c]),
                c if c.is_control() => written.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => written.push(c),
            }
        }
        let document = read(&format!("k = \"{written}\""));
        prop_assert_eq!(&document.errors, &[]);
        prop_assert_eq!(&*document.root.value("k").and_then(Value::as_text).unwrap().text, value);
    }
}
