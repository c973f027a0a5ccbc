//! A terminal that nobody sits at: a pair of pseudo-terminals, so that a program which asks on a terminal can be asked.
//!
//! Not here: what a screen makes of escape sequences.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::ffi::OsStringExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// A program with a terminal for stdin, stdout and stderr.
pub struct Terminal {
    /// What the program writes is read here, and the other way round.
    far_end: File,
    child: Child,
    shown: String,
    timeout: Duration,
}

impl Terminal {
    /// Starts the program in a terminal; no wait for it takes longer than `timeout`.
    pub fn start(mut command: Command, timeout: Duration) -> io::Result<Terminal> {
        let far_end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&far_end)?;
        unlockpt(&far_end)?;
        let name = std::ffi::OsString::from_vec(ptsname(&far_end, Vec::new())?.into_bytes());
        let near_end = OpenOptions::new().read(true).write(true).open(name)?;
        command.stdin(near_end.try_clone()?).stdout(near_end.try_clone()?).stderr(Stdio::from(near_end));
        let child = command.spawn()?;
        // The command holds the near end, and with it open nothing would ever end.
        drop(command);
        Ok(Terminal { far_end: far_end.into(), child, shown: String::new(), timeout })
    }

    /// Waits until `text` is shown, and gives all that was shown so far.
    pub fn wait_for(&mut self, text: &str) -> io::Result<&str> {
        while !self.shown.contains(text) {
            if !self.read()? {
                let said = format!("`{text}` was not shown, but: {}", self.shown);
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, said));
            }
        }
        Ok(&self.shown)
    }

    /// Types a line.
    pub fn enter(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.far_end, "{line}")
    }

    /// All that was shown, and how the program ended.
    pub fn end(mut self) -> io::Result<(String, ExitStatus)> {
        while self.read()? {}
        let status = self.child.wait()?;
        Ok((std::mem::take(&mut self.shown), status))
    }

    /// Reads what there is, once there is something; false at the end.
    fn read(&mut self) -> io::Result<bool> {
        let seconds = i64::try_from(self.timeout.as_secs()).unwrap_or(i64::MAX);
        let timeout = Timespec { tv_sec: seconds, tv_nsec: 0 };
        if poll(&mut [PollFd::new(&self.far_end, PollFlags::IN)], Some(&timeout))? == 0 {
            let said = format!("nothing more came after: {}", self.shown);
            return Err(io::Error::new(io::ErrorKind::TimedOut, said));
        }
        let mut bytes = [0; 4096];
        match self.far_end.read(&mut bytes) {
            // Linux says that the other end is closed by an error.
            Ok(0) => Ok(false),
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => Ok(false),
            Ok(count) => {
                self.shown += &String::from_utf8_lossy(&bytes[..count]);
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has ended already where all went well.
        self.child.kill().and_then(|()| self.child.wait()).ok();
    }
}
