//! What a process has used: processor time and memory, as Linux tells it. Nothing elsewhere.

use std::path::PathBuf;
use std::time::Duration;

/// Processor time of all threads so far.
pub(super) fn cpu(process: u32) -> Option<Duration> {
    let tasks = std::fs::read_dir(PathBuf::from(format!("/proc/{process}/task"))).ok()?;
    let nanoseconds = tasks.flatten().map(|task| {
        let times = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        times.split_whitespace().next()?.parse::<u64>().ok()
    });
    // A thread that ends between the listing and the reading is not an error.
    Some(Duration::from_nanos(nanoseconds.flatten().sum()))
}

/// Resident memory, in bytes.
pub(super) fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}
