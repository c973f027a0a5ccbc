//! Notebooks as files.

use super::record::{check_notebook, short_import, short_install};
use insta::assert_snapshot;
use venv_syntax::{Reading, parse_notebook};

fn short(text: &str) -> String {
    let notebook = parse_notebook(text);
    check_notebook(text, &notebook);
    let mut out = if notebook.is_whole { String::new() } else { "(not whole)\n".to_owned() };
    for cell in &notebook.cells {
        out.push_str(&format!("cell {} {:?}\n", cell.index, cell.imports.reading));
        for import in &cell.imports.imports {
            out.push_str(&format!("  {} = {}\n", short_import(import), import.span.slice(text)));
        }
        for command in &cell.imports.installs {
            out.push_str(&format!("  {}\n", short_install(text, command)));
            for requirement in &command.requirements {
                let start = requirement.line.start as usize;
                let line = &text[start..start + requirement.line.tree.len as usize];
                out.push_str(&format!("    {line} in {}\n", requirement.extent.slice(text)));
            }
        }
    }
    out
}

#[test]
fn spans_lead_through_the_strings() {
    assert_snapshot!(short(
        r##"{"cells": [
            {"cell_type": "markdown", "source": ["import none"]},
            {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [{"text": ["import x"]}], "source": [
                "import a\n", "from b.c import \\\n", "    d\n", "x = \"\u00e9\\n\"; import e"]},
            {"cell_type": "code", "source": "%pip install \"six >= 1\" 'rich'\nimport \u0066.g"},
            {"cell_type": "code", "source": []},
            {"cell_type": "code", "source": ["%%bash\n", "pip install h"]},
            {"cell_type": "code", "source": "import i", "metadata": {"vscode": {"languageId": "sql"}}},
            {"cell_type": "code", "source": "import \ud83d\ude00j"}
        ], "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}"##
    ), @r#"
    cell 1 Whole
      import a = a
      from b.c [d] = b.c
      import e = e
    cell 2 Whole
      import f.g = \u0066.g
      Pip `%pip install \\\"six >= 1\\\" \'rich\'`: six >= 1=six rich=rich
        six >= 1 in \"six >= 1\"
        rich in 'rich'
    cell 3 Whole
    cell 4 OtherLanguage
      Pip `pip install h`: h=h
        h in h
    cell 5 OtherLanguage
    cell 6 Broken
      import j = j
    "#);
}

#[test]
fn other_languages_and_other_files() {
    let cell = r#""cells": [{"cell_type": "code", "source": "import a"}]"#;
    for (text, cells, reading) in [
        (format!("{{{cell}}}"), 1, Some(Reading::Whole)),
        (format!("\u{feff}{{{cell}}}\n"), 1, Some(Reading::Whole)),
        (
            format!(r#"{{{cell}, "metadata": {{"kernelspec": {{"language": "R"}}}}}}"#),
            1,
            Some(Reading::OtherLanguage),
        ),
        (r#"{"cells": {}}"#.to_owned(), 0, None),
        (r#"[{"cells": []}]"#.to_owned(), 0, None),
        (
            r#"{"cells": [1, null, {"cell_type": "code"}, {"cell_type": 1, "source": "import a"}]}"#
                .to_owned(),
            0,
            None,
        ),
    ] {
        let notebook = parse_notebook(&text);
        assert!(notebook.is_whole, "{text}");
        assert_eq!(notebook.cells.len(), cells, "{text}");
        assert_eq!(notebook.cells.first().map(|cell| cell.imports.reading), reading, "{text}");
    }
}

#[test]
fn what_stands_before_a_mistake_is_kept() {
    assert_snapshot!(short(
        "{\"cells\": [{\"cell_type\": \"code\", \"source\": \"import a\"},\n<<<<<<< ours\n{\"cell_type\": \"code\", \"source\": \"import b\"}]}"
    ), @"
    (not whole)
    cell 0 Whole
      import a = a
    ");
    for text in [
        "",
        "{",
        "import a",
        "{\"cells\": [",
        "{\"cells\": \"",
        "{\"a\" 1}",
        "[1,]",
        "{} {}",
        "\"\\",
        "{\"cells\": [{\"cell_type\": \"code\", \"source\": \"import a",
    ] {
        let notebook = parse_notebook(text);
        assert!(!notebook.is_whole, "{text}");
        check_notebook(text, &notebook);
    }
}

/// This takes seconds when time is not linear.
#[test]
fn long_notebooks_are_read() {
    let cell = r#"{"cell_type": "code", "source": ["import a\n", "%pip install \u0062 c"], "outputs": []},"#;
    let text = format!(r#"{{"cells": [{} {{}}]}}"#, cell.repeat(3_000));
    let notebook = parse_notebook(&text);
    assert_eq!(notebook.cells.len(), 3_000);
    let lines = r#""import a\n","#.repeat(20_000);
    let text = format!(r#"{{"cells": [{{"cell_type": "code", "source": [{lines} ""]}}]}}"#);
    assert_eq!(parse_notebook(&text).cells[0].imports.imports.len(), 20_000);
    for text in ["[".repeat(100_000), "{\"a\":".repeat(50_000), "\\".repeat(100_000), "\"\\\"".repeat(50_000)]
    {
        assert!(!parse_notebook(&text).is_whole);
    }
}
