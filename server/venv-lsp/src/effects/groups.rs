//! The process groups that are running, so that none outlives the server.

use std::sync::{Mutex, PoisonError};

/// The groups of the running steps, by the id of their first process.
#[derive(Debug, Default)]
pub struct ProcessGroups(Mutex<Vec<u32>>);

/// Takes its group off the list when the step has ended.
pub(super) struct Membership<'a> {
    groups: &'a ProcessGroups,
    id: u32,
}

impl ProcessGroups {
    /// Ends every group at once. Called when the server goes.
    pub fn kill_all(&self) {
        let ids = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for id in ids {
            kill(id);
        }
    }

    pub(super) fn enter(&self, id: u32) -> Membership<'_> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(id);
        Membership { groups: self, id }
    }
}

impl Drop for Membership<'_> {
    fn drop(&mut self) {
        self.groups.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|id| *id != self.id);
    }
}

/// Asks the group to end.
#[cfg(unix)]
pub(super) fn terminate(id: u32) {
    signal(id, rustix::process::Signal::TERM);
}

/// Ends the group.
#[cfg(unix)]
pub(super) fn kill(id: u32) {
    signal(id, rustix::process::Signal::KILL);
}

#[cfg(unix)]
fn signal(id: u32, signal: rustix::process::Signal) {
    let group = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group
        && let Err(error) = rustix::process::kill_process_group(group, signal)
    {
        // The group may have ended by itself in the meantime.
        tracing::debug!("process group {id} could not be signalled: {error}");
    }
}

/// Windows has no gentle way that reaches a whole tree.
#[cfg(windows)]
pub(super) fn terminate(id: u32) {
    kill(id);
}

#[cfg(windows)]
#[expect(clippy::disallowed_methods, reason = "this is where processes are started, and ended")]
pub(super) fn kill(id: u32) {
    let ended = std::process::Command::new("taskkill").args(["/T", "/F", "/PID", &id.to_string()]).output();
    if let Err(error) = ended {
        tracing::warn!("process {id} could not be ended: {error}");
    }
}
