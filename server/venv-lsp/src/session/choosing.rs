//! The environment that the user names instead of the one that is found. What cannot be used is not chosen, and it is said
//! why; the choice before it stays.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ls_types::{MessageType, Uri};
use serde_json::{Value, json};
use tower_lsp::jsonrpc;
use venv_analysis::environment_name;
use venv_analysis::facts::{Origin, Resolution};
use venv_syntax::excerpt;

use super::Session;
use super::event::{Event, Reply};
use super::requests::answer;
use crate::convert;

/// The words that say who named an environment.
pub(super) const IN_EDITOR: &str = "chosen in the editor";
pub(super) const IN_SETTINGS: &str = "named in the settings";

/// What the user chose, before it is known to be an environment.
pub struct Selection {
    /// The folder that it is for.
    base: PathBuf,
    environment: PathBuf,
    /// Which choice for that folder it is.
    number: u64,
    reply: Reply<Option<Value>>,
}

impl Session {
    pub(super) fn select(&mut self, uri: &Uri, environment: Option<PathBuf>, reply: Reply<Option<Value>>) {
        let path = convert::path(uri);
        let base = path.as_ref().and_then(|path| self.workspace_root(path).or_else(|| path.parent()));
        let (Some(path), Some(base)) = (&path, base.map(Path::to_owned)) else {
            let message = format!("`{}` is not a file", uri.as_str());
            return answer(reply, Err(jsonrpc::Error::invalid_params(message)));
        };
        let number = self.choices.get(&base).map_or(1, |number| number + 1);
        self.choices.insert(base.clone(), number);
        let Some(environment) = environment else {
            self.selected.remove(&base);
            self.facts_changed(|_| true);
            return answer(reply, Ok(Some(outcome(true, "The environment is the one that is found again"))));
        };
        let mut question = self.question(path, self.open_texts());
        question.named = Some((environment.clone(), IN_EDITOR.to_owned()));
        let (reader, events, path) = (Arc::clone(&self.reader), self.events.clone(), path.clone());
        let selection = Box::new(Selection { base, environment, number, reply });
        self.runtime.spawn_blocking(move || {
            let problem = problem(&reader.resolve(&path, &question));
            events.send(Event::Weighed { selection, problem }).ok();
        });
    }

    /// Takes what can be chosen.
    pub(super) fn weighed(&mut self, selection: Selection, problem: Option<String>) {
        let Selection { base, environment, number, reply } = selection;
        let shown = excerpt(&environment.to_string_lossy());
        if let Some(problem) = problem {
            let message = format!("`{shown}` cannot be chosen: {problem}");
            self.outbox.show(MessageType::ERROR, message.clone());
            return answer(reply, Ok(Some(outcome(false, &message))));
        }
        if self.choices.get(&base) != Some(&number) {
            let message = format!("`{shown}` is not chosen: something else was chosen after it");
            return answer(reply, Ok(Some(outcome(false, &message))));
        }
        self.selected.insert(base.clone(), environment);
        self.facts_changed(|_| true);
        let message = format!("`{shown}` serves {} from now on", environment_name(&base));
        answer(reply, Ok(Some(outcome(true, &message))));
    }

    /// Says once in the log that the settings name what is no environment.
    pub(super) fn tell_of_settings(&mut self, path: &Path) {
        let analysis = self.documents.get(path).and_then(|document| document.analysis.as_ref());
        let resolution = analysis.and_then(|analysis| analysis.facts.resolution.as_deref());
        let passed_over = resolution.and_then(|resolution| {
            let mut candidates = resolution.candidates.iter().filter(|candidate| !candidate.chosen);
            candidates.find(|candidate| candidate.origin == Origin::Named(IN_SETTINGS.to_owned()))
        });
        let Some(candidate) = passed_over else { return };
        let path = excerpt(&candidate.path.to_string_lossy());
        let message = format!("`{path}` is not used: it is {}", candidate.reason);
        if self.said_of_settings.insert(message.clone()) {
            self.outbox.log(MessageType::WARNING, message);
        }
    }
}

/// Why what the user named is not to be chosen.
fn problem(resolution: &Resolution) -> Option<String> {
    if let Some(chosen) = &resolution.chosen
        && matches!(chosen.origin, Origin::Named(_))
    {
        return chosen.environment.broken_by().map(|issue| format!("it is broken: {}", issue.message));
    }
    let named = resolution.candidates.iter().find(|named| matches!(named.origin, Origin::Named(_)));
    let words = named.map_or("it is no environment", |named| {
        named
            .reason
            .strip_prefix(IN_EDITOR)
            .and_then(|rest| rest.strip_prefix(", but "))
            .unwrap_or(&named.reason)
    });
    Some(words.to_owned())
}

fn outcome(ok: bool, message: &str) -> Value {
    json!({"ok": ok, "message": message})
}
