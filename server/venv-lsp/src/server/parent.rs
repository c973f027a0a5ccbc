//! Ends the server when the client's process has ended, even if something else still holds the pipe open.

use std::sync::{Arc, PoisonError};

use super::Ending;

/// The client's process, taken hold of while it is surely there: before it has the answer to `initialize`.
pub(super) struct ClientProcess(imp::Handle);

impl ClientProcess {
    /// `None` where nothing can be known: a client in another container has a number that means nothing here.
    pub(super) fn open(id: u32) -> Option<Self> {
        imp::Handle::open(id).map(Self)
    }
}

pub(super) async fn watch(ending: Arc<Ending>) {
    ending.initialized.notified().await;
    let process = ending.client_process.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(ClientProcess(handle)) = process else { return };
    if tokio::task::spawn_blocking(move || handle.wait_for_end()).await.unwrap_or(false) {
        tracing::info!("the client's process has ended");
        ending.gone.notify_one();
    }
}

#[cfg(target_os = "linux")]
mod imp {
    use std::os::fd::OwnedFd;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::process::{Pid, PidfdFlags, pidfd_open};

    pub(super) struct Handle(OwnedFd);

    impl Handle {
        pub(super) fn open(id: u32) -> Option<Self> {
            let process = Pid::from_raw(i32::try_from(id).ok()?)?;
            pidfd_open(process, PidfdFlags::empty()).ok().map(Self)
        }

        /// Waits without a clock. `false`: it cannot be known any more.
        pub(super) fn wait_for_end(&self) -> bool {
            loop {
                match poll(&mut [PollFd::new(&self.0, PollFlags::IN)], None) {
                    Ok(_) => return true,
                    Err(rustix::io::Errno::INTR) => {}
                    Err(_) => return false,
                }
            }
        }
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
mod imp {
    use rustix::process::{Pid, test_kill_process};

    pub(super) struct Handle(Pid);

    impl Handle {
        pub(super) fn open(id: u32) -> Option<Self> {
            let handle = Self(Pid::from_raw(i32::try_from(id).ok()?)?);
            handle.is_there().then_some(handle)
        }

        pub(super) fn wait_for_end(&self) -> bool {
            while self.is_there() {
                std::thread::sleep(std::time::Duration::from_secs(1));
            }
            true
        }

        fn is_there(&self) -> bool {
            !matches!(test_kill_process(self.0), Err(rustix::io::Errno::SRCH))
        }
    }
}

/// On Windows the pipe closes with the client.
#[cfg(not(unix))]
mod imp {
    pub(super) struct Handle;

    impl Handle {
        pub(super) fn open(_id: u32) -> Option<Self> {
            None
        }

        pub(super) fn wait_for_end(&self) -> bool {
            false
        }
    }
}
