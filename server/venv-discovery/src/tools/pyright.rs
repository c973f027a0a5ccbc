//! The environment that pyright is told to look into: `venv`, a folder in `venvPath`, in `pyrightconfig.json` or else
//! in `[tool.pyright]` of `pyproject.toml` (<https://microsoft.github.io/pyright/#/configuration>).

use super::{Claim, Folder};
use crate::user_folders::expand;

pub(super) fn claim(folder: &Folder<'_>) -> Option<Claim> {
    const NAME: &str = "pyrightconfig.json";
    let (name, venv, parent) = match folder.lookup.text(&folder.path.join(NAME)) {
        // The other file does not count then, whatever it says.
        Some(text) => {
            let [venv, parent] = top_level_texts(&text, ["venv", "venvPath"]);
            (NAME, venv?, parent)
        }
        None => {
            let pyproject = folder.pyproject()?;
            let setting = |tool, key| pyproject.text(&["tool", tool, key]).map(str::to_owned);
            let tool =
                ["pyright", "basedpyright"].into_iter().find(|tool| setting(tool, "venv").is_some())?;
            ("pyproject.toml", setting(tool, "venv")?, setting(tool, "venvPath"))
        }
    };
    let words = format!("the `venv` of pyright in {}", folder.file_words(name));
    let base = expand(folder.lookup.system, parent.as_deref().unwrap_or_default(), folder.path);
    let mut claim = Claim::new("pyright", folder.path.join(name), base.join(venv), words);
    if parent.is_none() {
        claim.objection = Some("pyright takes it only together with a `venvPath`");
    }
    Some(claim)
}

/// The texts of `keys` in the outermost object of a JSON document, which may have comments and commas too many.
fn top_level_texts<const N: usize>(json: &str, keys: [&str; N]) -> [Option<String>; N] {
    let mut found = [const { None }; N];
    let mut depth = 0_usize;
    let mut key: Option<String> = None;
    let mut is_value = false;
    let mut rest = json;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '/' if rest.starts_with('/') => rest = rest.split_once('\n').map_or("", |(_, rest)| rest),
            '/' if rest.starts_with('*') => rest = rest.split_once("*/").map_or("", |(_, rest)| rest),
            '"' => {
                let (text, after) = string(rest);
                rest = after;
                if depth != 1 {
                    continue;
                }
                if is_value {
                    let number = keys.iter().position(|wanted| key.as_deref() == Some(*wanted));
                    if let Some(number) = number.filter(|_| !text.is_empty()) {
                        found[number] = Some(text);
                    }
                } else {
                    key = Some(text);
                }
            }
            ':' => is_value = true,
            ',' => is_value = false,
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
}

/// The string that begins `rest`, behind its quote, and what follows it. Escapes that no path needs are left out.
fn string(rest: &str) -> (String, &str) {
    let mut text = String::new();
    let mut characters = rest.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (text, &rest[at + 1..]),
            '\\' => {
                if let Some((_, escaped @ ('"' | '\\' | '/'))) = characters.next() {
                    text.push(escaped);
                }
            }
            _ => text.push(c),
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_among_comments_and_other_keys() {
        let json = r#"{
            // "venv": "a",
            "include": ["venv", {"venv": "b"}], /* "venv": "c" */
            "strict" : true,
            "venv":"d\\e" , "venvPath": ".",
        }"#;
        assert_eq!(
            top_level_texts(json, ["venv", "venvPath"]),
            [Some("d\\e".to_owned()), Some(".".to_owned())]
        );
        for nothing in ["", "{", "[\"venv\", \"x\"]", "{\"venv\": 1, \"a\": \"venv\"}", "{\"venv\": \""] {
            assert_eq!(top_level_texts(nothing, ["venv"]), [None], "{nothing}");
        }
    }
}
