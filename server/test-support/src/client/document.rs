//! An open document as the client knows it, and positions in the encoding that was agreed on.

use serde_json::{Value, json};

/// What the `character` of a position counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, what is meant when nothing is agreed on.
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

pub(crate) struct Document {
    pub(crate) version: i64,
    pub(crate) text: String,
}

impl Document {
    /// The text after these `TextEdit`s, all of which refer to the text as it is now.
    pub(crate) fn edited(&self, edits: &[Value], encoding: Encoding) -> String {
        let span = |edit: &Value| {
            (self.offset(&edit["range"]["start"], encoding), self.offset(&edit["range"]["end"], encoding))
        };
        let mut edits: Vec<_> = edits.iter().map(|edit| (span(edit), edit["newText"].as_str())).collect();
        // Stable, so that insertions at one place keep their order; applied from the end, they are taken reversed.
        edits.sort_by_key(|((start, _), _)| *start);
        let mut text = self.text.clone();
        for ((start, end), new) in edits.into_iter().rev() {
            text.replace_range(start..end, new.unwrap_or_default());
        }
        text
    }

    /// The range of the first occurrence of `part`.
    pub(crate) fn range_of(&self, part: &str, encoding: Encoding) -> Value {
        let start = self.text.find(part).unwrap_or_else(|| panic!("no {part:?} in {:?}", self.text));
        json!({ "start": self.position(start, encoding), "end": self.position(start + part.len(), encoding) })
    }

    fn position(&self, offset: usize, encoding: Encoding) -> Value {
        let starts = line_starts(&self.text);
        let line = starts.partition_point(|start| *start <= offset) - 1;
        let before = &self.text[starts[line]..offset];
        json!({ "line": line, "character": before.chars().map(|char| units(char, encoding)).sum::<usize>() })
    }

    /// The byte offset of a position; past the end of its line it is that end.
    fn offset(&self, position: &Value, encoding: Encoding) -> usize {
        let number =
            |key: &str| position[key].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
        let Some(start) = line_starts(&self.text).get(number("line")).copied() else {
            return self.text.len();
        };
        let line = self.text[start..].split(['\r', '\n']).next().unwrap_or_default();
        let mut units_left = number("character");
        for (offset, char) in line.char_indices() {
            if units_left < units(char, encoding) {
                return start + offset;
            }
            units_left -= units(char, encoding);
        }
        start + line.len()
    }
}

/// The edits of a `WorkspaceEdit`, in either of its two forms.
pub(crate) fn edits_by_uri(edit: &Value) -> Vec<(String, Vec<Value>)> {
    let list = |edits: &Value| edits.as_array().cloned().unwrap_or_default();
    let uri = |change: &Value| change["textDocument"]["uri"].as_str().unwrap_or_default().to_owned();
    if let Some(changes) = edit["documentChanges"].as_array() {
        return changes.iter().map(|change| (uri(change), list(&change["edits"]))).collect();
    }
    let changes = edit["changes"].as_object().into_iter().flatten();
    changes.map(|(uri, edits)| (uri.clone(), list(edits))).collect()
}

/// Whether two ranges have a position in common.
pub(crate) fn touch(one: &Value, other: &Value) -> bool {
    let key = |position: &Value| (position["line"].as_u64(), position["character"].as_u64());
    key(&one["start"]) <= key(&other["end"]) && key(&other["start"]) <= key(&one["end"])
}

fn units(char: char, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => char.len_utf8(),
        Encoding::Utf16 => char.len_utf16(),
        Encoding::Utf32 => 1,
    }
}

/// Where lines start: after `\n`, `\r\n`, or a lone `\r`.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends_line =
        |at: usize| bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    std::iter::once(0).chain((0..bytes.len()).filter(|at| ends_line(*at)).map(|at| at + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document { version: 1, text: text.into() }
    }

    fn edit(start: (u32, u32), end: (u32, u32), text: &str) -> Value {
        let position = |(line, character)| json!({ "line": line, "character": character });
        json!({ "range": { "start": position(start), "end": position(end) }, "newText": text })
    }

    #[test]
    fn edits_refer_to_the_text_before_all_of_them() {
        let edits = [edit((0, 0), (0, 1), "A"), edit((1, 1), (1, 1), "1"), edit((1, 1), (1, 1), "2")];
        assert_eq!(document("abc\r\nd\r").edited(&edits, Encoding::Utf16), "Abc\r\nd12\r");
    }

    #[test]
    fn positions_count_what_was_agreed_on() {
        let document = document("x\ry😀é six\n");
        for (encoding, character) in [(Encoding::Utf8, 8), (Encoding::Utf16, 5), (Encoding::Utf32, 4)] {
            let range = document.range_of("six", encoding);
            assert_eq!(range["start"], json!({ "line": 1, "character": character }), "{encoding:?}");
            let removed = document.edited(&[json!({ "range": range, "newText": "" })], encoding);
            assert_eq!(removed, "x\ry😀é \n", "{encoding:?}");
        }
    }

    #[test]
    fn both_forms_of_a_workspace_edit_are_read() {
        let edits = json!([edit((0, 0), (0, 0), "a")]);
        let plain = json!({ "changes": { "file:///a": edits } });
        let versioned =
            json!({ "documentChanges": [{ "textDocument": { "uri": "file:///a" }, "edits": edits }] });
        assert_eq!(edits_by_uri(&plain), edits_by_uri(&versioned));
        assert_eq!(edits_by_uri(&plain).len(), 1);
    }
}
