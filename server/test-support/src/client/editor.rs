//! What a person does in an editor: open, type, look at the diagnostics, choose an action.

use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Instant;

use serde_json::{Value, json};

use super::document::{self, Document, Encoding};
use super::{Client, NoAnswer, uri_of};

/// The capabilities of an editor that supports all that the server can use, except pull diagnostics
/// (see [`pull_capabilities`]). A test takes away what its editor lacks.
pub fn editor_capabilities() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "window": { "workDoneProgress": true, "showMessage": {}, "showDocument": { "support": true } },
        "workspace": {
            "applyEdit": true,
            "configuration": true,
            "workspaceFolders": true,
            "executeCommand": {},
            "didChangeConfiguration": {},
            "didChangeWatchedFiles": { "dynamicRegistration": true, "relativePatternSupport": true },
            "workspaceEdit": { "documentChanges": true },
            "inlayHint": { "refreshSupport": true },
        },
        "textDocument": {
            "synchronization": { "didSave": true },
            "publishDiagnostics": {
                "versionSupport": true, "codeDescriptionSupport": true, "dataSupport": true,
                "relatedInformation": true,
            },
            "codeAction": {
                "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix", "source"] } },
                "isPreferredSupport": true, "dataSupport": true, "disabledSupport": true,
            },
            "completion": { "completionItem": { "documentationFormat": ["markdown", "plaintext"] } },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "definition": { "linkSupport": true },
            "documentLink": { "tooltipSupport": true },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "foldingRange": { "lineFoldingOnly": true },
            "formatting": {},
            "rangeFormatting": {},
            "inlayHint": {},
            "rename": { "prepareSupport": true },
            "semanticTokens": {
                "requests": { "full": true, "range": true },
                "tokenTypes": [], "tokenModifiers": [], "formats": ["relative"],
            },
        },
    })
}

/// The same for an editor that asks for diagnostics itself.
pub fn pull_capabilities() -> Value {
    let mut capabilities = editor_capabilities();
    capabilities["textDocument"]["diagnostic"] = json!({ "dynamicRegistration": false });
    capabilities["workspace"]["diagnostics"] = json!({ "refreshSupport": true });
    capabilities
}

impl Client {
    /// `initialize` and `initialized`, with these workspace folders; the result is what the server announced.
    pub fn initialize(
        &mut self,
        folders: &[&Path],
        capabilities: Value,
        options: Value,
    ) -> Result<Value, Value> {
        let named = |folder: &&Path| {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            json!({ "uri": uri_of(folder), "name": name })
        };
        let mut params = json!({
            "processId": std::process::id(),
            "clientInfo": { "name": "test-support" },
            "rootUri": folders.first().map(|folder| uri_of(folder)),
            "workspaceFolders": folders.iter().map(named).collect::<Vec<_>>(),
        });
        params["capabilities"] = capabilities;
        params["initializationOptions"] = options;
        let result = self.request("initialize", params)?;
        self.encoding = match result["capabilities"]["positionEncoding"].as_str() {
            Some("utf-8") => Encoding::Utf8,
            Some("utf-32") => Encoding::Utf32,
            Some(_) | None => Encoding::Utf16,
        };
        self.notify("initialized", json!({}));
        Ok(result)
    }

    /// Opens a document with this text, which need not be on disk.
    pub fn open(&mut self, path: &Path, text: &str) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let language = match name.rsplit_once('.').map_or(&*name, |(_, ending)| ending) {
            "py" | "pyw" => "python",
            "toml" | "Pipfile" => "toml",
            "cfg" | "conf" | "ini" => "ini",
            "yml" | "yaml" => "yaml",
            _ => "pip-requirements",
        };
        let document = Document { version: 1, text: text.into() };
        let uri = uri_of(path);
        let item = json!({ "uri": uri, "languageId": language, "version": document.version, "text": text });
        self.documents.insert(uri, document);
        self.notify("textDocument/didOpen", json!({ "textDocument": item }));
    }

    /// Replaces the whole text of an open document.
    pub fn change(&mut self, path: &Path, text: &str) {
        self.change_document(&uri_of(path), text.into(), &json!([{ "text": text }]));
    }

    /// Replaces one range of an open document, as a keystroke does.
    pub fn change_range(&mut self, path: &Path, range: &Value, text: &str) {
        let uri = uri_of(path);
        let encoding = self.encoding;
        let edited = self.document(&uri).edited(&[json!({ "range": range, "newText": text })], encoding);
        self.change_document(&uri, edited, &json!([{ "range": range, "text": text }]));
    }

    /// Replaces the whole text of an open document just before the next `workspace/applyEdit` is carried out, which was
    /// planned for the text before.
    pub fn change_before_next_edit(&mut self, path: &Path, text: &str) {
        self.typed_first = Some((path.to_owned(), text.to_owned()));
    }

    /// Closes a document.
    pub fn close(&mut self, path: &Path) {
        let uri = uri_of(path);
        self.documents.remove(&uri);
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// The text of an open document, after the edits that were applied to it.
    pub fn text(&mut self, path: &Path) -> &str {
        &self.document(&uri_of(path)).text
    }

    /// The range of the first occurrence of `part` in an open document.
    pub fn range_of(&mut self, path: &Path, part: &str) -> Value {
        let encoding = self.encoding;
        self.document(&uri_of(path)).range_of(part, encoding)
    }

    /// Waits for a `publishDiagnostics` of this file whose list satisfies `wanted`. Those that do not, and those of an
    /// older version of the text, are taken from the queue and dropped.
    pub fn diagnostics(
        &mut self,
        path: &Path,
        wanted: impl Fn(&[Value]) -> bool,
    ) -> Result<Vec<Value>, NoAnswer> {
        let uri = uri_of(path);
        let version = self.documents.get(&uri).map_or(0, |document| document.version);
        let mut passed_over = Vec::new();
        let deadline = Instant::now() + self.timeout;
        loop {
            let of_this_file = |message: &Value| {
                message["method"] == "textDocument/publishDiagnostics"
                    && message["params"]["uri"] == uri.as_str()
            };
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(message) = self.wait_for(of_this_file, left) else {
                let waited_for = format!("diagnostics of {uri} (passed over: {})", Value::from(passed_over));
                return Err(self.silence(&waited_for, RecvTimeoutError::Timeout));
            };
            let list = message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
            let is_stale = message["params"]["version"].as_i64().is_some_and(|given| given < version);
            if !is_stale && wanted(&list) {
                return Ok(list);
            }
            passed_over.push(message["params"]["diagnostics"].clone());
        }
    }

    /// What was published or pulled last for this file.
    pub fn known_diagnostics(&self, path: &Path) -> &[Value] {
        self.published.get(&uri_of(path)).map_or(&[], Vec::as_slice)
    }

    /// Asks for the diagnostics of this file (`textDocument/diagnostic`).
    pub fn pull_diagnostics(&mut self, path: &Path) -> Result<Vec<Value>, Value> {
        let uri = uri_of(path);
        let report = self.request("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }))?;
        let list = report["items"].as_array().cloned().unwrap_or_default();
        self.published.insert(uri, list.clone());
        Ok(list)
    }

    /// The actions that the server offers on this range, given the diagnostics known there.
    pub fn code_actions(&mut self, path: &Path, range: &Value) -> Result<Vec<Value>, Value> {
        let touches = |diagnostic: &&Value| document::touch(&diagnostic["range"], range);
        let diagnostics: Vec<Value> = self.known_diagnostics(path).iter().filter(touches).cloned().collect();
        let context = json!({ "diagnostics": diagnostics, "triggerKind": 1 });
        let params = json!({ "textDocument": { "uri": uri_of(path) }, "range": range, "context": context });
        let actions = self.request("textDocument/codeAction", params)?;
        Ok(actions.as_array().cloned().unwrap_or_default())
    }

    /// Does what choosing this action does in an editor: applies its edit, then has its command executed.
    /// The result is that of the command.
    pub fn execute(&mut self, action: &Value) -> Result<Value, Value> {
        if let Some(edit) = action.get("edit") {
            self.apply(edit)?;
        }
        match action.get("command") {
            Some(command) => self.request(
                "workspace/executeCommand",
                json!({ "command": command["command"], "arguments": command["arguments"] }),
            ),
            None => Ok(Value::Null),
        }
    }

    /// Applies a list of text edits to an open document, and tells the server.
    pub fn apply_edits(&mut self, path: &Path, edits: &Value) {
        let uri = uri_of(path);
        let encoding = self.encoding;
        let edits = edits.as_array().map(Vec::as_slice).unwrap_or_default();
        let text = self.document(&uri).edited(edits, encoding);
        let changes = json!([{ "text": text }]);
        self.change_document(&uri, text, &changes);
    }

    fn document(&mut self, uri: &str) -> &mut Document {
        self.documents.get_mut(uri).unwrap_or_else(|| panic!("{uri} is not open in this client"))
    }

    fn change_document(&mut self, uri: &str, text: String, changes: &Value) {
        let document = self.document(uri);
        document.text = text;
        document.version += 1;
        let identifier = json!({ "uri": uri, "version": document.version });
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": identifier, "contentChanges": changes }),
        );
    }

    /// Applies a workspace edit to open documents, and tells the server. One for another version of a text is refused.
    pub(super) fn apply(&mut self, edit: &Value) -> Result<(), Value> {
        let encoding = self.encoding;
        for change in edit["documentChanges"].as_array().into_iter().flatten() {
            let identifier = &change["textDocument"];
            let document = self.documents.get(identifier["uri"].as_str().unwrap_or_default());
            let version = document.map(|document| document.version);
            if identifier["version"].as_i64().is_some_and(|wanted| Some(wanted) != version) {
                return Err(json!({ "code": "stale", "message": "the text has changed" }));
            }
        }
        for (uri, edits) in document::edits_by_uri(edit) {
            let Some(document) = self.documents.get(&uri) else {
                return Err(json!({ "code": "not open", "message": format!("the edit changes {uri}") }));
            };
            let text = document.edited(&edits, encoding);
            let changes = json!([{ "text": text }]);
            self.change_document(&uri, text, &changes);
        }
        Ok(())
    }
}
