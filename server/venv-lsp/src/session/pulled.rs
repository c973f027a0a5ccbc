//! A file that changed behind the editor's back, as `git pull` does, may ask for something new: then the user is asked
//! whether it shall be installed, once.
//!
//! The editor's own saves are no such change. It says so some time after the file was written, and may take over what
//! is on the disk before or after the change is seen here: so the file is read when that is over.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use ls_types::{MessageType, Uri};
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::oneshot;
use venv_analysis::{Context, Effect, Facts, Manifest, News, news};

use super::Session;
use super::analysis::Analysis;
use super::event::Event;
use super::offer::Offer;
use super::work::carry_on;
use crate::client::Outgoing;
use crate::convert;

/// By then an editor has said that it was its own save.
const SETTLED: Duration = Duration::from_secs(1);

const YES: &str = "Install";

#[derive(Default)]
pub(super) struct Pulled {
    /// What is on the disk of the open files, as far as the editor has said it or it was seen.
    pub(super) saved: FxHashMap<PathBuf, Arc<str>>,
    pub(super) is_asking: bool,
    changes: FxHashMap<PathBuf, Change>,
    count: u64,
    /// What was asked already: an environment and names.
    asked: FxHashSet<(PathBuf, Vec<String>)>,
}

/// What changed under one open file and was not looked at yet.
struct Change {
    /// The last one counts.
    number: u64,
    before: Arc<Analysis>,
    paths: Vec<PathBuf>,
}

/// What came of looking at it.
pub struct Reread {
    path: PathBuf,
    number: u64,
    texts: Vec<(PathBuf, Arc<str>)>,
    news: Option<News>,
}

impl Session {
    pub(super) fn saved(&mut self, uri: &Uri) {
        let Some(path) = convert::path(uri) else { return };
        if let Some(document) = self.documents.get(&path).or_else(|| self.others.get(&path)) {
            self.pulled.saved.insert(path, Arc::clone(&document.text));
        }
    }

    /// Looks at the open files to which `paths` belong, when it has become quiet.
    pub(super) fn note_pulled(&mut self, paths: &[PathBuf]) {
        if !self.abilities.asks || !self.options.trusted || !self.options.ask_to_install {
            return;
        }
        let open = self.open_texts();
        let mut looks = Vec::new();
        for document in self.documents.values() {
            let Some(known) = &document.analysis else { continue };
            let is_part =
                |path: &&PathBuf| **path == document.path || known.facts.include_places.contains(*path);
            let mut changed: Vec<PathBuf> = paths.iter().filter(is_part).cloned().collect();
            // A folder that is watched from now on may have changed before.
            if paths.iter().any(|path| document.path.parent() == Some(path)) {
                changed.push(document.path.clone());
            }
            if changed.is_empty() {
                continue;
            }
            self.pulled.count += 1;
            let change = self.pulled.changes.entry(document.path.clone()).or_insert_with(|| Change {
                number: 0,
                before: Arc::clone(known),
                paths: Vec::new(),
            });
            change.number = self.pulled.count;
            change.paths.extend(changed);
            change.paths.sort_unstable();
            change.paths.dedup();
            let saved = self.pulled.saved.get(&document.path).unwrap_or(&document.text);
            looks.push((
                document.path.clone(),
                change.number,
                Arc::clone(&change.before),
                change.paths.clone(),
                Arc::clone(saved),
            ));
        }
        for (path, number, before, paths, saved) in looks {
            let mut texts = (*open).clone();
            texts.retain(|open, _| !paths.contains(open));
            let question = self.question(&path, Arc::new(texts));
            let (reader, config, events) =
                (Arc::clone(&self.reader), Arc::clone(&self.config), self.events.clone());
            self.runtime.spawn(async move {
                tokio::time::sleep(SETTLED).await;
                let looked = tokio::task::spawn_blocking(move || {
                    let read = |path: &PathBuf| Some((path.clone(), reader.text(path, &question.open).ok()?));
                    let texts: Vec<(PathBuf, Arc<str>)> = paths.iter().filter_map(read).collect();
                    let is_other =
                        |(changed, text): &&(PathBuf, Arc<str>)| *changed != path || *text != saved;
                    let Some((changed, _)) =
                        texts.iter().filter(is_other).min_by_key(|(changed, _)| *changed != path)
                    else {
                        return Reread { path, number, texts, news: None };
                    };
                    let after = reader.manifest(&path, &question).ok();
                    let news = after.and_then(|after| {
                        let facts = reader.facts_to_act(&after, &question);
                        let then = Facts {
                            includes: before.facts.includes.clone(),
                            include_places: before.facts.include_places.clone(),
                            ..facts.clone()
                        };
                        let saved = Manifest::parse(path.clone(), saved);
                        news(
                            changed,
                            &Context { manifest: &saved, facts: &then, config: &config },
                            &Context { manifest: &after, facts: &facts, config: &config },
                        )
                    });
                    Reread { path, number, texts, news }
                });
                if let Ok(reread) = looked.await {
                    // The session may have ended in the meantime.
                    events.send(Event::Reread(Box::new(reread))).ok();
                }
            });
        }
    }

    pub(super) fn reread(&mut self, reread: Reread) {
        let Reread { path, number, texts, news } = reread;
        if self.pulled.changes.get(&path).is_none_or(|change| change.number != number) {
            return;
        }
        self.pulled.changes.remove(&path);
        let is_foreign = texts.iter().any(|(path, text)| !self.is_own(path, text));
        for (path, text) in texts {
            self.pulled.saved.entry(path).and_modify(|saved| *saved = text);
        }
        let Some(document) = self.documents.get(&path) else { return };
        let Some(News { environment, names, message, from }) = news.filter(|_| is_foreign) else { return };
        let is_wanted = self.options.trusted && self.options.ask_to_install;
        if !is_wanted
            || self.pulled.is_asking
            || !self.works.is_empty()
            || !self.pulled.asked.insert((environment.clone(), names.clone()))
        {
            return;
        }
        self.pulled.is_asking = true;
        let command = convert::command(
            &document.uri,
            &Effect::Install { environment, names: Some(names), installer: None },
            Some(&from),
        );
        let offers = [Offer { title: YES.to_owned(), command: Some(command) }];
        let choices = vec![YES.to_owned(), "Not now".to_owned()];
        let (reply, answer) = oneshot::channel();
        self.outbox.send(Outgoing::Ask { kind: MessageType::INFO, question: message, choices, reply });
        let events = self.events.clone();
        self.runtime.spawn(async move {
            let chosen = answer.await.ok().flatten();
            // The session may have ended in the meantime.
            events.send(Event::AnsweredNews).ok();
            let (reply, answer) = oneshot::channel();
            reply.send(chosen).ok();
            carry_on(answer, &offers, &events).await;
        });
    }

    /// Whether the editor has written `text`, or it was there before.
    fn is_own(&self, path: &Path, text: &Arc<str>) -> bool {
        let open = self.documents.get(path).or_else(|| self.others.get(path));
        let is_in_editor = open.is_some_and(|document| document.text == *text);
        self.pulled.saved.get(path).is_some_and(|saved| saved == text)
            || (is_in_editor && !self.abilities.tells_saves)
    }
}
