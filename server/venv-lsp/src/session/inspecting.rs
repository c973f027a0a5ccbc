//! What is wrong among the distributions of an environment is found out after everything else has been said, beside the
//! session; then the files that the environment serves are looked at once more, if there is something to say. What may
//! be an installation that is under way is looked at again when it has been quiet for long enough.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::Session;
use super::document::Document;
use super::event::Event;
use crate::reader::worth_inspecting;

impl Session {
    /// Begins with the environment of the file at `path`, unless it is known or under way.
    pub(super) fn inspect(&mut self, path: &Path) {
        let analysis = self.documents.get(path).and_then(|document| document.analysis.as_ref());
        let Some(analysis) = analysis.filter(|analysis| analysis.facts.inspection.is_none()) else { return };
        let Some(environment) = worth_inspecting(&analysis.facts).map(Arc::clone) else { return };
        if self.reader.is_inspected(&environment) || !self.inspecting.insert(environment.root.clone()) {
            return;
        }
        let (reader, events) = (Arc::clone(&self.reader), self.events.clone());
        self.runtime.spawn_blocking(move || {
            // A defect in it costs these findings, and nothing else.
            let found = catch_unwind(AssertUnwindSafe(|| reader.inspect(&environment)));
            let found_something = found.is_ok_and(|found| !found.is_empty());
            events.send(Event::Inspected { root: environment.root.clone(), found_something }).ok();
        });
    }

    /// Notes when the environment of the file at `path` has to be looked at again, if it has.
    pub(super) fn note_unsettled(&mut self, path: &Path) {
        let analysis = self.documents.get(path).and_then(|document| document.analysis.as_ref());
        let Some(facts) = analysis.map(|analysis| &analysis.facts) else { return };
        let (Some(inspection), Some(environment)) = (&facts.inspection, worth_inspecting(facts)) else {
            return;
        };
        match inspection.unsettled_until {
            Some(until) => {
                let left = until.duration_since(SystemTime::now()).unwrap_or(Duration::ZERO);
                self.unsettled.insert(environment.root.clone(), Instant::now() + left);
            }
            None => {
                self.unsettled.remove(&environment.root);
            }
        }
    }

    /// When [`Session::look_at_unsettled`] should be called next.
    pub(super) fn unsettled_deadline(&self) -> Option<Instant> {
        self.unsettled.values().min().copied()
    }

    /// Looks again at what seemed to be under way, where the time has come.
    pub(super) fn look_at_unsettled(&mut self, now: Instant) {
        let due = self.unsettled.iter().filter(|(_, at)| **at <= now).map(|(root, _)| root.clone());
        for root in due.collect::<Vec<_>>() {
            self.unsettled.remove(&root);
            self.reader.forget(std::slice::from_ref(&root));
            self.facts_changed(|document| serves(document, &root));
        }
    }

    pub(super) fn inspected(&mut self, root: &Path, found_something: bool) {
        self.inspecting.remove(root);
        if found_something {
            self.facts_changed(|document| serves(document, root));
        }
    }
}

/// Whether the environment at `root` serves `document`, as far as that is known.
fn serves(document: &Document, root: &Path) -> bool {
    let environment = document.analysis.as_ref().and_then(|analysis| worth_inspecting(&analysis.facts));
    environment.is_some_and(|environment| environment.root == root)
}
