//! What an editor asks about a file beside findings and actions.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use test_support::client::{editor_capabilities, uri_of};

use crate::desk::{Desk, Editor};

/// Each request about a file, with parameters that fit any file.
const REQUESTS: [&str; 14] = [
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/inlayHint",
    "textDocument/definition",
    "textDocument/documentLink",
    "textDocument/documentSymbol",
    "textDocument/foldingRange",
    "textDocument/semanticTokens/full",
    "textDocument/semanticTokens/range",
    "textDocument/formatting",
    "textDocument/rangeFormatting",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/codeAction",
];

/// Parameters for any of them.
fn about(path: &Path, range: &Value) -> Value {
    json!({
        "textDocument": {"uri": uri_of(path)},
        "position": range["start"],
        "range": range,
        "options": {"tabSize": 4, "insertSpaces": true},
        "newName": "other",
        "context": {"diagnostics": [], "triggerKind": 1},
    })
}

fn ask(editor: &mut Editor, method: &str, path: &Path, part: &str) -> Value {
    let range = editor.range_of(path, part);
    editor
        .request(&format!("textDocument/{method}"), about(path, &range))
        .unwrap_or_else(|error| panic!("{method}: {error}"))
}

/// A file and an editor that has it open, with `flask` 3.0.0 and `requests` 2.31.0 installed.
fn open(desk: &Desk, name: &str, text: &str) -> (PathBuf, Editor) {
    desk.environment(".venv", &["flask==3.0.0", "requests==2.31.0"]);
    let file = desk.write(name, text);
    let mut editor = desk.editor();
    editor.open(&file, text);
    (file, editor)
}

#[test]
fn what_there_is_is_announced() {
    let desk = Desk::new();
    let mut editor = desk.editor_without_a_word();
    let result = editor.initialize(&[&desk.work()], editor_capabilities(), json!({})).expect("an answer");
    let capabilities = &result["capabilities"];
    for provider in [
        "hoverProvider",
        "inlayHintProvider",
        "definitionProvider",
        "documentSymbolProvider",
        "foldingRangeProvider",
        "documentFormattingProvider",
        "documentRangeFormattingProvider",
    ] {
        assert_eq!(capabilities[provider], true, "{provider}");
    }
    let kinds = &capabilities["codeActionProvider"]["codeActionKinds"];
    assert!(kinds.as_array().is_some_and(|kinds| kinds.contains(&json!("quickfix"))), "{kinds}");
    assert!(kinds.to_string().contains("\"source."), "{kinds}");
    assert_eq!(capabilities["renameProvider"]["prepareProvider"], true);
    assert!(capabilities["documentLinkProvider"].is_object());
    let triggers = capabilities["completionProvider"]["triggerCharacters"].as_array().expect("a list");
    assert!(triggers.contains(&json!("[")) && !triggers.contains(&json!(" ")), "{triggers:?}");
    let tokens = &capabilities["semanticTokensProvider"];
    assert_eq!((&tokens["full"], &tokens["range"]), (&json!(true), &json!(true)));
    assert!(tokens["legend"]["tokenTypes"].as_array().is_some_and(|types| types.contains(&json!("class"))));
}

#[test]
fn what_is_for_requirements_files_alone_is_registered_for_them_where_that_can_be_done() {
    let desk = Desk::new();
    let mut capabilities = editor_capabilities();
    let dynamic = json!({"dynamicRegistration": true});
    capabilities["textDocument"]["formatting"] = dynamic.clone();
    capabilities["textDocument"]["rangeFormatting"] = dynamic;
    capabilities["textDocument"]["semanticTokens"]["dynamicRegistration"] = json!(true);
    let mut editor = desk.editor_without_a_word();
    let result = editor.initialize(&[&desk.work()], capabilities, json!({})).expect("an answer");
    for provider in
        ["documentFormattingProvider", "documentRangeFormattingProvider", "semanticTokensProvider"]
    {
        assert_eq!(result["capabilities"][provider], Value::Null, "{provider}");
    }
    let asked = editor.wait_for_method("client/registerCapability").expect("it is registered");
    let registrations = asked["params"]["registrations"].as_array().expect("a list").clone();
    for method in ["textDocument/formatting", "textDocument/rangeFormatting", "textDocument/semanticTokens"] {
        let registration = registrations.iter().find(|it| it["method"] == method);
        let options =
            &registration.unwrap_or_else(|| panic!("{method} among {registrations:?}"))["registerOptions"];
        let patterns = options["documentSelector"].as_array().expect("a selector");
        assert!(
            patterns.contains(&json!({"scheme": "file", "pattern": "**/constraints*.txt"})),
            "{patterns:?}"
        );
        assert!(!patterns.iter().any(|filter| filter.to_string().contains("py")), "{patterns:?}");
    }
}

#[test]
fn a_hover_says_what_is_installed() {
    let desk = Desk::new();
    let (file, mut editor) = open(&desk, "requirements.txt", "# é😀\r\nflask  # é\r\nrequests>=2\r\n");
    let hover = ask(&mut editor, "hover", &file, "requests");
    assert_eq!(hover["contents"]["kind"], "markdown");
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(text.contains("requests") && text.contains("2.31.0") && text.contains(".venv"), "{text}");
    assert_eq!(hover["range"], editor.range_of(&file, "requests"));
    assert_eq!(ask(&mut editor, "hover", &file, "# é😀"), Value::Null);
}

#[test]
fn a_hover_is_plain_text_for_clients_without_markdown() {
    let desk = Desk::new();
    desk.environment(".venv", &["flask==3.0.0"]);
    let file = desk.write("requirements.txt", "flask\n");
    let mut capabilities = editor_capabilities();
    capabilities["textDocument"]["hover"] = json!({"contentFormat": ["plaintext"]});
    let mut editor = desk.editor_with(capabilities, json!({}));
    editor.open(&file, "flask\n");
    let hover = ask(&mut editor, "hover", &file, "flask");
    assert_eq!(hover["contents"]["kind"], "plaintext");
    let text = hover["contents"]["value"].as_str().expect("a text");
    assert!(text.contains("flask") && !text.contains(['*', '`', '\\']), "{text}");
}

#[test]
fn a_completion_replaces_the_word_at_the_cursor() {
    let desk = Desk::new();
    let (file, mut editor) = open(&desk, "requirements.txt", "é😀\nre\n");
    let mut at = editor.range_of(&file, "re\n");
    at["start"]["character"] = json!(2);
    let list = editor.request("textDocument/completion", about(&file, &at)).expect("an answer");
    let items = list["items"].as_array().expect("a list");
    let item = items.iter().find(|item| item["label"] == "requests").unwrap_or_else(|| panic!("{items:?}"));
    assert_eq!(item["textEdit"]["newText"], "requests");
    assert_eq!(
        item["textEdit"]["range"],
        json!({"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 2}})
    );
    let ranks: Vec<_> = items.iter().map(|item| item["sortText"].as_str().unwrap_or_default()).collect();
    assert!(ranks.is_sorted(), "{ranks:?}");
}

#[test]
fn what_distributions_say_of_themselves_is_known_and_followed() {
    let desk = Desk::new();
    let (file, mut editor) = open(&desk, "requirements.txt", "flask[]\nrequests\n");
    let site = desk.path(".venv/lib/python3.12/site-packages");
    let metadata = "Metadata-Version: 2.1\nName: flask\nVersion: 3.0.0\nSummary: A small framework\n\
                    Requires-Dist: requests>=2\nRequires-Dist: asgiref; extra == 'async'\nProvides-Extra: async\n";
    std::fs::write(site.join("flask-3.0.0.dist-info/METADATA"), metadata).expect("METADATA");
    let hover = ask(&mut editor, "hover", &file, "flask");
    assert!(hover.to_string().contains("A small framework"), "{hover}");
    let needed = ask(&mut editor, "hover", &file, "requests");
    assert!(needed.to_string().contains("flask"), "who needs it is not said: {needed}");
    let items = ask(&mut editor, "completion", &file, "]");
    let labels: Vec<_> = items["items"].as_array().into_iter().flatten().map(|item| &item["label"]).collect();
    assert_eq!(labels, ["async"], "the extras");

    // Another version says something else.
    std::fs::remove_dir_all(site.join("flask-3.0.0.dist-info")).expect("it goes");
    crate::desk::install_by_hand(&desk.path(".venv"), "flask==3.1.0");
    let refreshed = editor.wait_for_method("workspace/inlayHint/refresh");
    refreshed.expect("the client is told to ask again");
    let until = std::time::Instant::now() + editor.timeout;
    while !ask(&mut editor, "hover", &file, "flask").to_string().contains("3.1.0") {
        assert!(std::time::Instant::now() < until, "the new version is not noticed");
    }
    assert!(!ask(&mut editor, "hover", &file, "flask").to_string().contains("A small framework"));
}

#[test]
fn hints_follow_what_is_installed() {
    let desk = Desk::new();
    let (file, mut editor) = open(&desk, "requirements.txt", "flask\nsix\n");
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    let hints = |editor: &mut Editor| {
        let hints = editor.request("textDocument/inlayHint", about(&file, &whole)).expect("an answer");
        let hints = hints.as_array().cloned().unwrap_or_default();
        hints.iter().map(|hint| (hint["position"]["line"].clone(), hint["label"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(hints(&mut editor), [(json!(0), json!("3.0.0"))]);
    crate::desk::install_by_hand(&desk.path(".venv"), "six==1.17.0");
    editor.wait_for_method("workspace/inlayHint/refresh").expect("the client is told to ask again");
    assert_eq!(hints(&mut editor), [(json!(0), json!("3.0.0")), (json!(1), json!("1.17.0"))]);
}

#[test]
fn definitions_and_links_lead_to_included_files() {
    let desk = Desk::new();
    let base = desk.write("base.txt", "flask\n");
    let (file, mut editor) = open(&desk, "requirements.txt", "😀\n-r base.txt\n");
    let found = ask(&mut editor, "definition", &file, "base.txt");
    let start = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    assert_eq!(found[0]["targetUri"], uri_of(&base));
    assert_eq!(found[0]["targetSelectionRange"], start);
    assert_eq!(found[0]["originSelectionRange"], editor.range_of(&file, "base.txt"));
    let links = ask(&mut editor, "documentLink", &file, "base.txt");
    assert_eq!(links[0]["target"], uri_of(&base));
    assert_eq!(links[0]["range"], editor.range_of(&file, "base.txt"));

    let mut capabilities = editor_capabilities();
    capabilities["textDocument"]["definition"] = json!({});
    let mut older = desk.editor_with(capabilities, json!({}));
    older.open(&file, "-r base.txt\n");
    let found = ask(&mut older, "definition", &file, "base.txt");
    assert_eq!(found, json!({"uri": uri_of(&base), "range": start}));
}

const PROJECT: &str = "[project]\nname = \"app\"\nversion = \"1\"\ndependencies = [\n    \"flask\",\n    \"requests\",\n]\n\
                       [project.optional-dependencies]\ndocs = [\n    \"six\",\n]\nall = [\"app[docs]\"]\n";

#[test]
fn the_outline_is_a_tree_or_a_list() {
    let desk = Desk::new();
    let (file, mut editor) = open(&desk, "pyproject.toml", PROJECT);
    let tree = ask(&mut editor, "documentSymbol", &file, "flask");
    let names = |symbols: &Value| -> Vec<Value> {
        symbols.as_array().into_iter().flatten().map(|symbol| symbol["name"].clone()).collect()
    };
    assert_eq!(names(&tree[0]["children"]), ["flask", "requests"]);
    assert_eq!(tree[0]["children"][0]["selectionRange"], editor.range_of(&file, "flask"));

    let mut capabilities = editor_capabilities();
    capabilities["textDocument"]["documentSymbol"] = json!({});
    let mut older = desk.editor_with(capabilities, json!({}));
    older.open(&file, PROJECT);
    let list = ask(&mut older, "documentSymbol", &file, "flask");
    assert_eq!(names(&list)[1..3], ["flask", "requests"]);
    assert_eq!(list[1]["containerName"], list[0]["name"]);
    assert_eq!(list[1]["location"]["uri"], uri_of(&file));
}

#[test]
fn hashes_and_sections_fold() {
    let desk = Desk::new();
    let text = "flask==3.0.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nsix\n";
    let (file, mut editor) = open(&desk, "requirements.txt", text);
    let ranges = ask(&mut editor, "foldingRange", &file, "six");
    assert_eq!(ranges, json!([{"startLine": 0, "endLine": 2, "kind": "region"}]));
    let project = desk.write("pyproject.toml", PROJECT);
    editor.open(&project, PROJECT);
    let ranges = ask(&mut editor, "foldingRange", &project, "flask");
    let first = ranges.as_array().into_iter().flatten().find(|range| range["startLine"] == 3);
    assert_eq!(first.expect("the list")["endLine"], 6, "{ranges}");
}

#[test]
fn tokens_are_told_in_the_columns_that_were_agreed_on() {
    for (offered, after_emoji) in [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)] {
        let desk = Desk::new();
        let mut capabilities = editor_capabilities();
        capabilities["general"]["positionEncodings"] = json!([offered]);
        let text = "# é\r\nsix @ https://e.org/😀 ; python_version > \"3\"\r\nflask>=3\r\n";
        let file = desk.write("requirements.txt", text);
        let mut editor = desk.editor_with(capabilities, json!({}));
        editor.open(&file, text);
        let tokens = ask(&mut editor, "semanticTokens/full", &file, "six");
        let (mut line, mut column, mut found) = (0, 0, Vec::new());
        let numbers: Vec<u64> =
            tokens["data"].as_array().expect("data").iter().filter_map(Value::as_u64).collect();
        for token in numbers.chunks(5) {
            let &[lines, columns, length, _, _] = token else { panic!("{numbers:?}") };
            column = if lines > 0 { columns } else { column + columns };
            line += lines;
            found.push((line, column, length));
        }
        assert!(found.is_sorted(), "{found:?}");
        let url = found.iter().find(|token| (token.0, token.1) == (1, 6)).expect("the URL");
        assert_eq!(url.2, "https://e.org/".len() as u64 + after_emoji, "{offered}");
        assert!(found.contains(&(2, 0, 5)), "{offered}: {found:?}");

        let only = json!({"start": {"line": 2, "character": 0}, "end": {"line": 2, "character": 8}});
        let tokens =
            editor.request("textDocument/semanticTokens/range", about(&file, &only)).expect("an answer");
        assert_eq!(tokens["data"][0], 2, "the first token is told from the start of the file");
    }
}

#[test]
fn formatting_tidies_all_or_a_part() {
    let desk = Desk::new();
    let text = "flask  >=  3\r\nrequests  >  2   # é😀\r\n";
    let (file, mut editor) = open(&desk, "requirements.txt", text);
    let second = editor.range_of(&file, "requests  >  2   # é😀");
    let edits = editor.request("textDocument/rangeFormatting", about(&file, &second)).expect("an answer");
    let lines: Vec<_> =
        edits.as_array().expect("edits").iter().map(|edit| &edit["range"]["start"]["line"]).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| **line == 1), "{edits}");
    let edits = ask(&mut editor, "formatting", &file, "flask");
    editor.apply_edits(&file, &edits);
    assert_eq!(editor.text(&file), "flask>=3\r\nrequests>2  # é😀\r\n");
    assert_eq!(ask(&mut editor, "formatting", &file, "flask"), json!([]), "it is tidy now");
}

#[test]
fn sorting_is_an_action_for_those_who_ask_for_it() {
    let desk = Desk::new();
    let (file, mut editor) = open(&desk, "requirements.txt", "requests\nflask\n");
    let range = editor.range_of(&file, "requests");
    let mut actions = |only: Value| {
        let mut params = about(&file, &range);
        params["context"]["only"] = only;
        let actions = editor.request("textDocument/codeAction", params).expect("an answer");
        actions.as_array().cloned().unwrap_or_default()
    };
    for only in [json!(["source"]), json!(["source.sort.requirements"])] {
        let found = actions(only);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0]["kind"], "source.sort.requirements");
        assert_eq!(found[0]["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
    }
    for only in [Value::Null, json!(["quickfix"]), json!(["source.organizeImports"]), json!(["refactor"])] {
        let found = actions(only.clone());
        assert!(found.iter().all(|action| action["kind"] == "quickfix"), "{only}: {found:?}");
    }
    let sort = actions(json!(["source"])).remove(0);
    editor.execute(&sort).expect("the edit is applied");
    assert_eq!(editor.text(&file), "flask\nrequests\n");
}

#[test]
fn an_extra_is_renamed_in_its_file() {
    let desk = Desk::new();
    let text = PROJECT.replace("name = \"app\"", "name = \"app\" # 😀");
    let (file, mut editor) = open(&desk, "pyproject.toml", &text);
    let place = editor.range_of(&file, "docs");
    let prepared = editor.request("textDocument/prepareRename", about(&file, &place));
    assert_eq!(prepared, Ok(json!({"range": place, "placeholder": "docs"})));
    let mut params = about(&file, &place);
    params["newName"] = json!("manual");
    let edit = editor.request("textDocument/rename", params.clone()).expect("an edit");
    assert_eq!(edit["documentChanges"][0]["textDocument"]["version"], 1);
    editor.execute(&json!({"edit": edit})).expect("it is applied");
    assert_eq!(editor.text(&file), text.replace("docs", "manual"));

    params["newName"] = json!("no name");
    let refused = editor.request("textDocument/rename", params).expect_err("that is no name");
    assert_eq!(refused["code"], -32803);
    assert!(refused["message"].as_str().is_some_and(|message| message.contains("`no name`")), "{refused}");
    assert_eq!(ask(&mut editor, "prepareRename", &file, "flask"), Value::Null);
    assert_eq!(ask(&mut editor, "rename", &file, "flask"), Value::Null);
}

#[test]
fn a_file_that_is_none_of_ours_has_no_answers() {
    let desk = Desk::new();
    let notes = desk.write("notes.txt", "flask\n");
    let closed = desk.write("requirements.txt", "flask\n");
    let mut editor = desk.editor();
    editor.open(&notes, "flask\n");
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}});
    for method in REQUESTS {
        for file in [&notes, &closed] {
            assert_eq!(editor.request(method, about(file, &range)), Ok(Value::Null), "{method}");
        }
        let mut nowhere = about(&notes, &range);
        nowhere["textDocument"]["uri"] = json!("untitled:Untitled-1");
        assert_eq!(editor.request(method, nowhere), Ok(Value::Null), "{method}");
    }
}

#[test]
fn positions_outside_of_the_text_are_answered() {
    for name in ["requirements.txt", "pyproject.toml", "tool.py"] {
        let desk = Desk::new();
        let (file, mut editor) = open(&desk, name, "# /// script\n# é😀\n# ///\n");
        let range =
            json!({"start": {"line": 1, "character": 99}, "end": {"line": 4_000_000, "character": 7}});
        for method in REQUESTS {
            let answer = editor.request(method, about(&file, &range));
            assert!(answer.is_ok(), "{name}: {method}: {answer:?}");
        }
        editor.close(&file);
    }
}

#[test]
fn every_request_in_a_burst_of_edits_is_answered_once_and_fits_the_text() {
    let desk = Desk::new();
    let (file, mut editor) = open(&desk, "requirements.txt", "flask  >=  3\n");
    let start = json!({"line": 0, "character": 0});
    let mut ids = Vec::new();
    for number in 0..60 {
        let range = json!({"start": start, "end": start});
        for method in REQUESTS {
            let id = editor.start(method, about(&file, &range));
            if number % 5 == 0 {
                editor.cancel(id);
            }
            ids.push((number, method, id));
        }
        editor.change_range(&file, &range, "six  ==  1\n");
    }
    for (number, method, id) in ids {
        match editor.answer(id) {
            Ok(_) => {}
            // The text was another one by then, which must not be formatted by what was asked about this one.
            Err(error) if error["code"] == -32801 => {
                let is_laid_over_the_text =
                    ["Tokens", "ormatting", "ename"].iter().any(|it| method.contains(it));
                assert!(is_laid_over_the_text, "{method}: {error}");
            }
            Err(error) => assert!(error["code"] == -32800 && number % 5 == 0, "{method}: {error}"),
        }
    }
    let edits = ask(&mut editor, "formatting", &file, "flask");
    editor.apply_edits(&file, &edits);
    assert_eq!(editor.text(&file), format!("{}flask>=3\n", "six==1\n".repeat(60)));
}
