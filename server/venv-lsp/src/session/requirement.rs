//! The requirement that something failed for: shown in the editor, or given another name there.
//!
//! What is laid over a text is planned from the text that the editor has at that moment. If the editor has moved on all the
//! same, it refuses the change, and what it has by then comes here soon, if it has not come before: then it is planned
//! once more.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ls_types::{MessageType, Range, TextEdit, Uri, WorkspaceEdit};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc;
use venv_analysis::{Config, Context, Manifest, asked_as, renamed};
use venv_syntax::{Replacement, excerpt};

use super::Session;
use super::event::{Event, Reply};
use super::requests::answer;
use crate::client::{Abilities, Outgoing};
use crate::convert;
use crate::positions::LineIndex;
use crate::reader::{FactReader, MachineNeed, Question};

/// Another name on its way into the editor's texts.
pub struct Renaming {
    uri: Uri,
    from: String,
    to: String,
    /// What the editor had when it was planned.
    texts: FxHashMap<PathBuf, (Uri, i32)>,
    reply: Reply<Option<Value>>,
    /// Whether the texts were given time to come.
    has_waited: bool,
}

/// An answer overtakes what the editor has sent before it by less.
const OVERTAKES: Duration = Duration::from_secs(1);

/// What is looked at beside the session.
struct Place {
    path: PathBuf,
    question: Question,
    config: Arc<Config>,
    reader: Arc<FactReader>,
    abilities: Abilities,
    texts: FxHashMap<PathBuf, (Uri, i32)>,
}

impl Session {
    pub(super) fn rename_requirement(
        &mut self,
        uri: Uri,
        from: String,
        to: String,
        reply: Reply<Option<Value>>,
    ) {
        let texts = self.versions();
        self.rename(Renaming { uri, from, to, texts, reply, has_waited: false });
    }

    /// The editor refused it. That is the end of it, unless its texts are others by now.
    pub(super) fn not_renamed(&mut self, mut renaming: Renaming, reason: &str) {
        let texts = self.versions();
        if texts != renaming.texts {
            renaming.texts = texts;
            renaming.has_waited = false;
            return self.rename(renaming);
        }
        if !renaming.has_waited {
            renaming.has_waited = true;
            let (events, reason, renaming) = (self.events.clone(), reason.to_owned(), Box::new(renaming));
            self.runtime.spawn(async move {
                tokio::time::sleep(OVERTAKES).await;
                // The session may have ended in the meantime.
                events.send(Event::NotRenamed { renaming, reason }).ok();
            });
            return;
        }
        let message = format!(
            "`{}` was not changed to `{}`, because the editor did not take it: {}",
            excerpt(&renaming.from),
            renaming.to,
            excerpt(reason)
        );
        self.outbox.show(MessageType::ERROR, message.clone());
        answer(renaming.reply, Ok(Some(json!({"ok": false, "message": message}))));
    }

    fn rename(&mut self, renaming: Renaming) {
        let place = match self.place(&renaming.uri, self.abilities.applies_edits) {
            Ok(place) => place,
            Err(problem) => return answer(renaming.reply, Err(jsonrpc::Error::invalid_params(problem))),
        };
        let (events, outbox) = (self.events.clone(), self.outbox.clone());
        self.runtime.spawn(async move {
            let (from, to) = (renaming.from.clone(), renaming.to.clone());
            let planned = tokio::task::spawn_blocking(move || place.edit(&from, &to)).await;
            let (from, to) = (excerpt(&renaming.from), &renaming.to);
            let Ok(Some(edit)) = planned else {
                let message = format!("`{from}` is not asked for any more, so nothing was changed");
                outbox.show(MessageType::INFO, message.clone());
                return answer(renaming.reply, Ok(Some(json!({"ok": false, "message": message}))));
            };
            let (reply, applied) = oneshot::channel();
            outbox.send(Outgoing::ApplyEdit(edit, reply));
            match applied.await.unwrap_or_else(|_| Err("it is gone".to_owned())) {
                Ok(()) => {
                    let message = format!("Changed `{from}` to `{to}`");
                    answer(renaming.reply, Ok(Some(json!({"ok": true, "message": message}))));
                }
                Err(reason) => {
                    let renaming = Box::new(renaming);
                    // The session may have ended in the meantime.
                    events.send(Event::NotRenamed { renaming, reason }).ok();
                }
            }
        });
    }

    pub(super) fn show_requirement(&mut self, uri: &Uri, name: String, reply: Reply<Option<Value>>) {
        let place = match self.place(uri, self.abilities.shows_documents) {
            Ok(place) => place,
            Err(problem) => return answer(reply, Err(jsonrpc::Error::invalid_params(problem))),
        };
        let outbox = self.outbox.clone();
        self.runtime.spawn(async move {
            let shown = format!("`{}`", excerpt(&name));
            let found = tokio::task::spawn_blocking(move || place.find(&name)).await;
            let problem = match found {
                Ok(Some((uri, range))) => {
                    let (reply, is_shown) = oneshot::channel();
                    outbox.send(Outgoing::ShowDocument(uri, range, reply));
                    match is_shown.await {
                        Ok(true) => None,
                        Ok(false) | Err(_) => {
                            Some(format!("The editor did not show the requirement of {shown}"))
                        }
                    }
                }
                Ok(None) | Err(_) => Some(format!("{shown} is not asked for any more")),
            };
            if let Some(problem) = &problem {
                outbox.show(MessageType::INFO, problem.clone());
            }
            let message = problem
                .as_ref()
                .map_or_else(|| format!("The requirement of {shown} is shown"), String::clone);
            answer(reply, Ok(Some(json!({"ok": problem.is_none(), "message": message}))));
        });
    }

    /// What is needed to look at the file beside the session; or why there is nothing to be done.
    fn place(&self, uri: &Uri, is_able: bool) -> Result<Place, String> {
        if !is_able {
            return Err("The client has not said that it can do that".to_owned());
        }
        let path = convert::path(uri).ok_or_else(|| format!("`{}` is not a file", uri.as_str()))?;
        Ok(Place {
            question: self.question(&path, self.open_texts()),
            path,
            config: Arc::clone(&self.config),
            reader: Arc::clone(&self.reader),
            abilities: self.abilities,
            texts: self.versions(),
        })
    }

    /// What the client calls its open files, and which versions it has.
    fn versions(&self) -> FxHashMap<PathBuf, (Uri, i32)> {
        let documents = self.documents.values().chain(self.others.values());
        documents.map(|document| (document.path.clone(), (document.uri.clone(), document.version))).collect()
    }
}

impl Place {
    fn edit(&self, from: &str, to: &str) -> Option<WorkspaceEdit> {
        let files = self.look(|context| {
            let mut files: Vec<(Uri, Option<i32>, Vec<TextEdit>)> = Vec::new();
            for (manifest, replacement) in renamed(context, from, to) {
                let (uri, version) = self.identity(manifest)?;
                let edit = TextEdit { range: self.range(manifest, &replacement), new_text: replacement.text };
                match files.iter_mut().find(|(known, _, _)| *known == uri) {
                    Some((_, _, edits)) => edits.push(edit),
                    None => files.push((uri, version, vec![edit])),
                }
            }
            Some(files)
        })?;
        let is_something = !files.is_empty();
        is_something.then(|| convert::edit_of_files(files, self.abilities.versioned_edits))
    }

    fn find(&self, name: &str) -> Option<(Uri, Range)> {
        self.look(|context| {
            let asked = asked_as(context, name)?;
            let (uri, _) = self.identity(asked.manifest)?;
            let text = &asked.manifest.text;
            let range = LineIndex::new(text).range(text, asked.entry.span(), self.abilities.encoding);
            Some((uri, range))
        })
    }

    fn look<T>(&self, with: impl FnOnce(&Context<'_>) -> Option<T>) -> Option<T> {
        let manifest = self.reader.manifest(&self.path, &self.question).ok()?;
        let facts = self.reader.facts(&manifest, &self.question, MachineNeed::WhereNoEnvironment);
        with(&Context { manifest: &manifest, facts: &facts, config: &self.config })
    }

    /// What the client calls the file, and the version that it has of it, if it has it open.
    fn identity(&self, manifest: &Manifest) -> Option<(Uri, Option<i32>)> {
        match self.texts.get(&manifest.path) {
            Some((uri, version)) => Some((uri.clone(), Some(*version))),
            None => Some((convert::uri(&manifest.path)?, None)),
        }
    }

    fn range(&self, manifest: &Manifest, replacement: &Replacement) -> Range {
        LineIndex::new(&manifest.text).range(&manifest.text, replacement.span, self.abilities.encoding)
    }
}
