//! Ends the server when the client's process has ended, even if something else still holds the pipe open.

use std::sync::{Arc, PoisonError};

use super::Ending;

pub(super) async fn watch(ending: Arc<Ending>) {
    ending.initialized.notified().await;
    let process = *ending.client_process.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(id) = process else { return };
    if tokio::task::spawn_blocking(move || wait_for_end(id)).await.unwrap_or(false) {
        tracing::info!("the client, process {id}, has ended");
        ending.gone.notify_one();
    }
}

/// Waits without a clock where the system can. `false`: it cannot be known, so nothing follows from it; a client
/// in another container has a number that means nothing here.
#[cfg(target_os = "linux")]
fn wait_for_end(id: u32) -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::process::{Pid, PidfdFlags, pidfd_open};

    let Some(process) = i32::try_from(id).ok().and_then(Pid::from_raw) else { return false };
    let Ok(handle) = pidfd_open(process, PidfdFlags::empty()) else { return false };
    loop {
        match poll(&mut [PollFd::new(&handle, PollFlags::IN)], None) {
            Ok(_) => return true,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
fn wait_for_end(id: u32) -> bool {
    use rustix::process::{Pid, test_kill_process};

    let Some(process) = i32::try_from(id).ok().and_then(Pid::from_raw) else { return false };
    let is_there = || !matches!(test_kill_process(process), Err(rustix::io::Errno::SRCH));
    if !is_there() {
        return false;
    }
    while is_there() {
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
    true
}

/// On Windows the pipe closes with the client.
#[cfg(not(unix))]
fn wait_for_end(_id: u32) -> bool {
    false
}
