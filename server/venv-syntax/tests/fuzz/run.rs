//! Tries a target with many texts, and makes small what fails.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, Once};
use std::time::{Duration, Instant, SystemTime};

use super::mutate::{self, Random};

/// How many texts each target is tried with where no time is given.
const TEXTS: usize = 1_500;

/// One text may take so long before it is printed, where a time is given.
const TOO_LONG: Duration = Duration::from_secs(10);

/// A reader, and how to tell that what it has read is sound.
pub(super) struct Target {
    pub(super) name: &'static str,
    /// What means something to the format.
    pub(super) dictionary: &'static [&'static str],
    /// Texts without mistakes; a path is one of a file of the corpus.
    pub(super) files: &'static [Seed],
    /// Panics where something is wrong.
    pub(super) check: fn(&str),
}

pub(super) enum Seed {
    Text(&'static str),
    Corpus(&'static str),
}

impl Target {
    #[expect(clippy::disallowed_methods, reason = "a test reads its corpus")]
    pub(super) fn seeds(&self) -> Vec<String> {
        let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
        let text = |seed: &Seed| match seed {
            Seed::Text(text) => (*text).to_owned(),
            Seed::Corpus(name) => {
                let bytes = std::fs::read(corpus.join(name)).expect("the corpus has this file");
                String::from_utf8(bytes).expect("the corpus is UTF-8")
            }
        };
        self.files.iter().map(text).collect()
    }
}

/// Tries `target` with many texts.
#[expect(clippy::print_stderr, reason = "who asks for a time wants to know what was done with it")]
#[expect(clippy::disallowed_methods, reason = "a time is asked for")]
pub(super) fn fuzz(target: &Target) {
    let seeds = target.seeds();
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let seconds = seconds();
    let end = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut random = Random::new(seconds.map_or(0, |_| now()));
    let mut number = 0;
    watched(target, |check| {
        while end.map_or(number < TEXTS, |end| Instant::now() < end) {
            check(&mutate::text(&mut random, &seeds, target.dictionary));
            number += 1;
        }
    });
    if seconds.is_some() {
        eprintln!("{}: {number} texts", target.name);
    }
}

/// How long a text of one piece is.
pub(super) fn length() -> usize {
    if seconds().is_some() { 1 << 18 } else { 1 << 11 }
}

/// Gives `try_all` what checks a text. Where a time is given, a text that takes too long is printed.
pub(super) fn watched(target: &Target, try_all: impl FnOnce(&mut dyn FnMut(&String))) {
    if seconds().is_none() {
        return try_all(&mut |text| check(target, text));
    }
    let (tell, told) = channel();
    std::thread::scope(|scope| {
        scope.spawn(move || watch(target, &told));
        // Dropping it ends the watch, however the checks end.
        let tell = tell;
        try_all(&mut |text| {
            tell.send(text.clone()).ok();
            check(target, text);
        });
    });
}

/// Prints the text that takes too long.
#[expect(clippy::print_stderr, reason = "a test that hangs says nothing else")]
fn watch(target: &Target, told: &Receiver<String>) {
    let mut last = String::new();
    loop {
        match told.recv_timeout(TOO_LONG) {
            Ok(text) => last = text,
            Err(RecvTimeoutError::Timeout) => {
                eprintln!("`{}` takes more than {TOO_LONG:?} for this text:\n\n    {last:?}\n", target.name);
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test may ask the environment")]
fn seconds() -> Option<u64> {
    std::env::var("VENV_LSP_FUZZ_SECONDS").ok()?.parse().ok()
}

/// If `text` fails, prints the smallest part of it that does, and panics with what that says.
#[expect(clippy::print_stderr, reason = "the text is what a test for it needs")]
fn check(target: &Target, text: &str) {
    if fails(target, text) {
        let small = smallest(target, text);
        eprintln!("`{}` fails for this text:\n\n    {small:?}\n", target.name);
        (target.check)(&small);
        panic!("`{}` fails, but not every time", target.name);
    }
}

/// A part of `text` that fails and of which no part that was tried does.
pub(super) fn smallest(target: &Target, text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut size = chars.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < chars.len() {
            let rest: Vec<char> =
                chars[..at].iter().chain(&chars[(at + size).min(chars.len())..]).copied().collect();
            if fails(target, &rest.iter().collect::<String>()) {
                chars = rest;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    chars.into_iter().collect()
}

/// Whether the target panics. Nothing of that is printed.
fn fails(target: &Target, text: &str) -> bool {
    thread_local! {
        static IS_QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    // Tests that run beside this one print their panics.
    HOOK.call_once(|| {
        let previous = Mutex::new(std::panic::take_hook());
        std::panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get()
                && let Ok(previous) = previous.lock()
            {
                previous(panic);
            }
        }));
    });
    IS_QUIET.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.check)(text)));
    IS_QUIET.set(false);
    outcome.is_err()
}
