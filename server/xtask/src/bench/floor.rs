//! `cargo xtask floor-server`: the least that a server can do with the same pipe and the same JSON.
//!
//! It keeps a text, cuts it into lines at every change, looks the first word of each line up among the installed
//! names and publishes. It knows of requirements only what a name is and what `==` is, counts columns in bytes, and
//! trusts its client: something to measure beside, not a model.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::Value;
use test_support::client::read_frame;

#[derive(Args)]
pub(crate) struct Options {
    /// The folder of the installed distributions
    site_packages: PathBuf,
}

/// Serves until the input ends.
pub(crate) fn run(options: &Options) -> anyhow::Result<bool> {
    let installed = installed(&options.site_packages)?;
    let mut input = BufReader::with_capacity(1 << 16, io::stdin().lock());
    let mut output = io::stdout().lock();
    let mut text = String::new();
    while let Some(message) = read_frame(&mut input)? {
        let params = &message["params"];
        let answer = match message["method"].as_str() {
            Some("exit") => break,
            Some("initialize") => Some(answered(
                &message,
                r#"{"capabilities":{"textDocumentSync":2,"codeActionProvider":true,"positionEncoding":"utf-8"}}"#,
            )),
            Some("textDocument/didOpen") => {
                text = params["textDocument"]["text"].as_str().unwrap_or_default().to_owned();
                Some(publication(&params["textDocument"], &text, &installed))
            }
            Some("textDocument/didChange") => {
                for change in params["contentChanges"].as_array().into_iter().flatten() {
                    apply(&mut text, change);
                }
                Some(publication(&params["textDocument"], &text, &installed))
            }
            Some(_) if !message["id"].is_null() => Some(answered(&message, "null")),
            Some(_) | None => None,
        };
        if let Some(body) = answer {
            write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
            output.flush()?;
        }
    }
    Ok(true)
}

/// Versions by normalised name, from the names of the folders.
fn installed(site_packages: &Path) -> anyhow::Result<HashMap<String, String>> {
    let entries = std::fs::read_dir(site_packages)
        .with_context(|| format!("`{}` cannot be read", site_packages.display()))?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names
        .filter_map(|name| {
            let (name, version) = name.strip_suffix(".dist-info")?.split_once('-')?;
            Some((normalized(name), version.to_owned()))
        })
        .collect())
}

fn normalized(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

fn answered(request: &Value, result: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{},"result":{result}}}"#, request["id"])
}

fn apply(text: &mut String, change: &Value) {
    let new = change["text"].as_str().unwrap_or_default();
    match change.get("range") {
        Some(range) => {
            let (start, end) = (offset(text, &range["start"]), offset(text, &range["end"]));
            text.replace_range(start..end, new);
        }
        None => new.clone_into(text),
    }
}

fn offset(text: &str, position: &Value) -> usize {
    let number = |key: &str| position[key].as_u64().and_then(|number| usize::try_from(number).ok());
    let line = number("line").unwrap_or(0);
    let start = match line {
        0 => 0,
        _ => text.match_indices('\n').nth(line - 1).map_or(text.len(), |(at, _)| at + 1),
    };
    (start + number("character").unwrap_or(0)).min(text.len())
}

fn publication(document: &Value, text: &str, installed: &HashMap<String, String>) -> String {
    let mut body = format!(
        r#"{{"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{{"uri":{},"version":{},"diagnostics":["#,
        document["uri"], document["version"]
    );
    let mut separator = "";
    for (number, line) in text.split('\n').enumerate() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let end = line.find(|c| !is_word(c)).unwrap_or(line.len());
        let (name, rest) = line.split_at(end);
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            continue;
        }
        let (code, problem) = match (installed.get(&normalized(name)), rest.strip_prefix("==")) {
            (None, _) => ("requirement-not-installed", "is not installed"),
            (Some(version), Some(asked)) if asked.split([' ', '\\']).next() != Some(version) => {
                ("requirement-version-mismatch", "has another version than the one that is asked for")
            }
            (Some(_), _) => continue,
        };
        // Nothing can go wrong when text is added to text.
        write!(
            body,
            concat!(
                r#"{}{{"range":{{"start":{{"line":{},"character":0}},"end":{{"line":{},"character":{}}}}},"#,
                r#""severity":2,"code":"{}","codeDescription":{{"href":"https://example.invalid/rules/{}"}},"#,
                r#""source":"floor","message":"`{}` {} in the environment `.venv` of this folder"}}"#,
            ),
            separator, number, number, end, code, code, name, problem,
        )
        .ok();
        separator = ",";
    }
    body.push_str("]}}");
    body
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_missing_and_what_has_another_version_is_published() {
        let installed = HashMap::from([("six".to_owned(), "1.0".to_owned())]);
        let document = json!({ "uri": "file:///r.txt", "version": 3 });
        let mut text = "six==1.0\nabsent>=1\n# six\nsix==2.0 \\\n".to_owned();
        let lines = |text: &str| {
            let message: Value = serde_json::from_str(&publication(&document, text, &installed)).unwrap();
            assert_eq!(message["params"]["version"], 3);
            let diagnostics = message["params"]["diagnostics"].as_array().unwrap();
            diagnostics.iter().map(|one| one["range"]["start"]["line"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(lines(&text), [1, 3]);
        let position = |line: i32, character: i32| json!({ "line": line, "character": character });
        apply(&mut text, &json!({ "range": { "start": position(1, 0), "end": position(2, 0) }, "text": "" }));
        assert_eq!(lines(&text), [2]);
    }
}
