//! What is wrong among the distributions of an environment is found out after everything else has been said, beside the
//! session; then the files that the environment serves are looked at once more, if there is something to say.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use super::Session;
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

    pub(super) fn inspected(&mut self, root: &Path, found_something: bool) {
        self.inspecting.remove(root);
        if found_something {
            self.facts_changed(|document| {
                let analysis = document.analysis.as_ref();
                let environment = analysis.and_then(|analysis| worth_inspecting(&analysis.facts));
                environment.is_some_and(|environment| environment.root == root)
            });
        }
    }
}
