//! The blocks of Python scripts (PEP 723).

use super::record::{pictures, short};
use insta::assert_snapshot;
use venv_syntax::parse_script;

fn read(text: &str) -> String {
    let found = parse_script(text);
    short(text, &found) + &pictures(text, &found)
}

#[test]
fn a_block_is_toml_in_a_comment() {
    let text = "#!/usr/bin/env python\n# /// script\n# requires-python = \">=3.11\"\n# dependencies = [\n#   \"s\\u0069x<3\",\n#\n#   'rich',\n# ]\n\
                # [tool.uv]\n# constraint-dependencies = [\"z<1\"]\n# [tool.uv.sources]\n# rich = { path = \"..\" }\n# ///\nimport six\n";
    assert_snapshot!(read(text), @r##"
    script (Dependencies, Always): `six<3` = "six<3" `rich` = ""
    tool.uv.constraint-dependencies (Constraints, Nobody): `z<1`
    python script.requires-python: >=3.11
    "##);
    assert_eq!(read(&text.replace('\n', "\r\n")), read(text));
    assert_eq!(read(&text.replace('\n', "\r")), read(text));
}

#[test]
fn a_block_goes_to_the_last_line_that_can_close_it() {
    for (text, names) in [
        ("# /// script\n# dependencies = [\"six\"]\n# ///", vec!["six"]),
        ("# /// script\n# dependencies = [\"six\"]\n# ///\n# /// documentation\n", vec!["six"]),
        ("# /// other\n# /// script\n# dependencies = [\"six\"]\n# ///\n", vec![]),
        ("x = '''\n# /// script\n# dependencies = [\"six\"]\n# ///\n'''\n", vec!["six"]),
        ("# /// script \n# dependencies = [\"six\"]\n# ///\n", vec![]),
        (" # /// script\n# dependencies = [\"six\"]\n# ///\n", vec![]),
        ("# /// scr_ipt\n# dependencies = [\"six\"]\n# ///\n", vec![]),
        ("# /// script\n# ///\n", vec![]),
        ("import six\n", vec![]),
        ("", vec![]),
    ] {
        let found = parse_script(text);
        let texts: Vec<&str> = found.declared.iter().map(|declared| &*declared.text).collect();
        assert_eq!(texts, names, "{text}");
    }
}

#[test]
fn blocks_that_are_wrong() {
    assert_snapshot!(
        [
            "# /// script\n# dependencies = [\"six\"]\n\nimport six\n",
            "# /// script\n# dependencies = [\"six\"]\n# /// \n",
            "# /// script\n#dependencies = [\"six\"]\n# ///\n",
            "# /// script\n# dependencies = [\"six\"]\n# ///\n\n# /// script\n# dependencies = [\"flask\"]\n# ///\n",
            "# /// script\n# dependencies = [\n#   \"six=1\",\n# requires-python = 3\n# ///\n",
            "# /// script\n# dependencies = \"six\"\n# ///\n",
            "# /// script\n# dependencies = [\"six\"]\n# ///\n# [x]\n# ///\n",
        ]
        .map(read)
        .concat(),
        @r##"
    # /// script
    ^^^^^^^^^^^^ this block is never closed: write `# ///` on a line of its own behind its last line
    # /// script
    ^^^^^^^^^^^^ this block is never closed: write `# ///` on a line of its own behind its last line
    #dependencies = ["six"]
    ^^^^^^^^^^^^^^^^^^^^^^^ every line of a script block begins with `# `: put a space behind the `#`
      Put a space behind `#`: # dependencies = ["six"]
    script (Dependencies, Always): `six`
    # /// script
    ^^^^^^^^^^^^ there can be only one `# /// script` block: put everything into the first one
    script (Dependencies, Always): `six==1`
    # dependencies = [⏎#   "six=1",
                     ^ this `[` is never closed: write `]` behind its last item
      Insert `]`: # dependencies = [⏎#   "six=1",]
    #   "six=1",
            ^ pip needs `==`, not `=`
      Replace `=` with `==`: #   "six==1",
    # requires-python = 3
                        ^ `requires-python` must be a string such as `">=3.9"`
    # dependencies = "six"
                     ^^^^^ `dependencies` must be a list of strings: put it in `[` and `]`
      Put it in `[` and `]`: # dependencies = ["six"]
    script (Dependencies, Always): `six`
    # ///
      ^^^ `///` is not TOML: a line is `name = value` or `[table]`
    "##
    );
}

/// This takes seconds when time is not linear.
#[test]
fn long_files_are_read() {
    for text in [
        "x = 1\n".repeat(200_000),
        "# /// x\n".repeat(100_000),
        "# /// script\n".repeat(100_000),
        "# /// x\n# ///\n".repeat(50_000),
        "# /// x\n#\n# ///\n\n".repeat(50_000),
        format!("# /// script\n{}# ///\n", "# # c\n".repeat(100_000)),
        format!("# /// script\n# dependencies = [\n{}# ]\n# ///\n", "#   \"six\",\n".repeat(50_000)),
    ] {
        short(&text, &parse_script(&text));
    }
}
