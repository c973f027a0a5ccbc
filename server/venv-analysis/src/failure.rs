//! What pip, uv, venv and virtualenv said when they failed: the kind of failure, a sentence about it that also says
//! what to do, and the next step as data.
//!
//! The texts are those that the tools really print: `tests/failures/record.py` makes them fail, and every output
//! that it has recorded is tested.

mod asked;
mod build;
mod conflict;
mod create;
mod files;
mod kind;
mod known;
mod machine;
mod near;
mod network;
mod output;
mod providers;
mod resolution;
mod sentence;
mod step;

pub use asked::{asked_as, place_name, renamed};
pub use kind::{BuildCause, FailureKind, ProxyProblem, Want, Wanter, WheelProblem};
pub use known::pythons_within;
pub use near::near_name;
use output::Output;
pub use step::NextStep;
use venv_syntax::normalize_name;

use crate::words::{plain, without_secrets};

/// Why something failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    /// One line of at most 300 characters, without secrets and control characters: what happened, and in words what
    /// to do about it.
    pub message: String,
    /// What could be done at once, the best first. Whether it can be done here is for whoever knows the machine.
    pub next: Vec<NextStep>,
}

/// The reason of a failure, from the lines that the program printed (both streams, in order of arrival).
pub fn explain_failure(lines: &[String]) -> Failure {
    let output = Output::new(lines);
    let kind = READERS.iter().find_map(|read| read(&output)).unwrap_or(FailureKind::Unknown { said: None });
    Failure { message: sentence::sentence(&kind), next: step::next_steps(&kind), kind }
}

/// The same, where pip has also written a log. There it tells why it found nothing, which it prints only after it has
/// tried something twice: without that, an index that cannot be reached looks like one that has nothing.
pub fn explain_failure_with_log(lines: &[String], log: &str) -> Failure {
    let failure = explain_failure(lines);
    if matches!(failure.kind, FailureKind::Build { cause: BuildCause::Unknown, .. }) {
        let mut all = lines.to_vec();
        all.extend(last_command(log));
        return explain_failure(&all);
    }
    let is_sure = match &failure.kind {
        FailureKind::NoSuchDistribution { is_certain, .. } => *is_certain,
        kind => !matches!(kind, FailureKind::NoVersion { .. }),
    };
    if is_sure {
        return failure;
    }
    // Each line begins with the time. An index that has no page for a name answers with 404.
    let told = log.lines().filter(|line| {
        line.contains("Link requires a different Python")
            || line.contains("Could not fetch URL ") && !line.contains(": 404 ")
    });
    let mut all: Vec<String> = told.map(|line| plain(without_secrets(line).trim_end())).collect();
    if all.is_empty() {
        return failure;
    }
    all.extend_from_slice(lines);
    explain_failure(&all)
}

/// What the last command printed that pip ran: while it writes a log, pip prints that only there.
fn last_command(log: &str) -> Vec<String> {
    let lines: Vec<&str> =
        log.lines().map(|line| line.split_once(' ').map_or("", |(_, said)| said)).collect();
    let start = lines.iter().rposition(|line| line.trim_start().starts_with("Running command "));
    let output = start.map_or(&[][..], |start| &lines[start + 1..]);
    let end = output.iter().position(|line| line.contains("subprocess-exited-with-error"));
    let output = &output[..end.unwrap_or(output.len())];
    output.iter().map(|line| plain(without_secrets(line).trim_end())).collect()
}

impl Failure {
    /// The same, with the name that was meant, if a name that is not on the index is nearly one of those that are
    /// `installed`, or `asked` for (normalised) where it is not asked for itself: of two that a file asks for, neither is
    /// meant by the other. The names that are known to be right for a wrong one count too.
    #[must_use]
    pub fn with_names<'a>(mut self, asked: &[&'a str], installed: impl IntoIterator<Item = &'a str>) -> Self {
        let FailureKind::NoSuchDistribution { name, .. } = &self.kind else { return self };
        let normalized = normalize_name(name);
        let others = if asked.iter().any(|asked| *asked == normalized) { &[] } else { asked };
        if let Some(meant) = near_name(name, installed.into_iter().chain(others.iter().copied())) {
            self.message = sentence::fit(&format!("{}; did you mean `{meant}`?", self.message));
            self.next.insert(0, NextStep::Rename { from: name.clone(), to: meant });
        }
        self
    }
}

type Reader = fn(&Output) -> Option<FailureKind>;

/// In the order in which they count. pip reports an index that cannot be reached as a package that does not exist,
/// and only the lines before tell; so the causes come before the complaint.
const READERS: &[Reader] = &[
    network::socks,
    machine::set_up,
    machine::disk,
    files::hashes,
    network::access,
    network::way,
    files::fetched,
    files::git,
    build::build,
    conflict::conflict,
    resolution::resolution,
    machine::permission,
    files::files,
    create::create,
    machine::ended,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_that_a_file_asks_for_neither_is_meant_by_the_other() {
        let meant = |name: &str, asked: &[&str], installed: &[&'static str]| {
            let kind =
                FailureKind::NoSuchDistribution { name: name.into(), wanted_by: None, is_certain: true };
            let failure = Failure { message: "No".to_owned(), next: Vec::new(), kind };
            let failure = failure.with_names(asked, installed.iter().copied());
            failure.message.strip_prefix("No; did you mean `")?.split('`').next().map(str::to_owned)
        };
        assert_eq!(meant("pkg-0", &["pkg-0", "pkg-1"], &[]), None);
        assert_eq!(meant("Pkg_0", &["pkg-0", "pkg-1"], &[]), None);
        assert_eq!(meant("reqeusts", &["reqeusts"], &["requests"]).as_deref(), Some("requests"));
        assert_eq!(meant("cv2", &["cv2"], &[]).as_deref(), Some("opencv-python"));
        // What another distribution asks for.
        assert_eq!(meant("reqeusts", &["requests"], &[]).as_deref(), Some("requests"));
    }
}
