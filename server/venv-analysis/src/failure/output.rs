//! The text of an output, as the patterns want it.

use std::sync::{LazyLock, Mutex, PoisonError};

use regex::Regex;
use rustc_hash::FxHashMap;

/// An output without empty lines, and with the sentences of uv's explanations on one line each.
pub(super) struct Output {
    text: String,
}

impl Output {
    pub(super) fn new(lines: &[String]) -> Self {
        Self { text: with_sentences_joined(lines) }
    }

    pub(super) fn has(&self, looks: &'static str) -> bool {
        pattern(looks).is_match(&self.text)
    }

    /// The groups of the first place that looks so: empty where they took no part.
    pub(super) fn find<const N: usize>(&self, looks: &'static str) -> Option<[String; N]> {
        find_in(&self.text, looks)
    }

    /// Every place's groups.
    pub(super) fn all<const N: usize>(&self, looks: &'static str) -> Vec<[String; N]> {
        all_in(&self.text, looks)
    }

    /// The first group that took part, at the first place that looks so.
    pub(super) fn first(&self, looks: &'static str) -> Option<String> {
        let found = pattern(looks).captures(&self.text)?;
        found.iter().skip(1).flatten().next().map(|group| group.as_str().to_owned())
    }

    /// The same at the last place.
    pub(super) fn last(&self, looks: &'static str) -> Option<String> {
        let found = pattern(looks).captures_iter(&self.text).last()?;
        found.iter().skip(1).flatten().next().map(|group| group.as_str().to_owned())
    }

    /// What comes from the first place that looks so.
    pub(super) fn from(&self, looks: &'static str) -> Option<Self> {
        let start = pattern(looks).find(&self.text)?.start();
        Some(Self { text: self.text[start..].to_owned() })
    }

    /// The lines after the first one with `start` in it, as long as they are `deeper` than that.
    pub(super) fn block(&self, start: &str, deeper: usize) -> Option<Vec<&str>> {
        let mut lines = self.text.lines().skip_while(|line| !line.contains(start));
        lines.next()?;
        let is_deep = |line: &&str| line.len() - line.trim_start().len() >= deeper;
        Some(lines.take_while(is_deep).map(str::trim).collect())
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// The line that ends the last traceback: the first that is not deeper than the traceback's own.
    pub(super) fn exception(&self) -> Option<String> {
        const START: &str = "Traceback (most recent call last):";
        let depth = |line: &str| line.len() - line.trim_start().len();
        let start = self.text.rfind(START)?;
        let before = self.text[..start].rsplit('\n').next().unwrap_or_default();
        let mut lines = self.text[start..].lines().skip(1);
        lines.find(|line| depth(line) <= before.len()).map(|line| line.trim().to_owned())
    }
}

pub(super) fn find_in<const N: usize>(text: &str, looks: &'static str) -> Option<[String; N]> {
    let found = pattern(looks).captures(text)?;
    Some(std::array::from_fn(|index| {
        found.get(index + 1).map(|group| group.as_str().to_owned()).unwrap_or_default()
    }))
}

/// Every place's groups.
pub(super) fn all_in<const N: usize>(text: &str, looks: &'static str) -> Vec<[String; N]> {
    let groups = |found: regex::Captures<'_>| {
        std::array::from_fn(|index| {
            found.get(index + 1).map(|group| group.as_str().to_owned()).unwrap_or_default()
        })
    };
    pattern(looks).captures_iter(text).map(groups).collect()
}

/// The pattern, made when it is first needed. The lock is held for that only: a clone shares what was made.
fn pattern(looks: &'static str) -> Regex {
    static MADE: LazyLock<Mutex<FxHashMap<&'static str, Regex>>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || Regex::new(looks).expect("the patterns are literals of this crate, and its tests try them");
    made.entry(looks).or_insert_with(make).clone()
}

/// uv breaks an explanation after each step; older ones draw a tree, and break its lines where a terminal would end.
/// What a build printed is left as it is.
fn with_sentences_joined(lines: &[String]) -> String {
    const BRANCHES: [char; 4] = ['│', '├', '╰', ' '];
    let mut output = String::new();
    let mut in_sentence = false;
    for line in lines.iter().filter(|line| !line.trim_matches(BRANCHES).is_empty()) {
        let text = line.trim();
        let is_branch = text.starts_with(['×', '├', '╰']) && line.starts_with(' ');
        let is_hint = ["hint:", "help:"].iter().any(|word| text.starts_with(word));
        let starts = text.split_once("Because ").is_some_and(|(before, _)| {
            matches!(before.trim_matches(|c: char| !c.is_ascii_alphabetic()), "" | "cause")
        });
        let ends = !line.starts_with(' ')
            || is_branch
            || is_hint
            || text.starts_with("cause:")
            || text.starts_with("[std");
        if in_sentence && !ends && !starts {
            output.push(' ');
            output.push_str(text.trim_start_matches(BRANCHES));
            continue;
        }
        if !output.is_empty() {
            output.push('\n');
        }
        output.push_str(line);
        // pip draws a branch in front of what a build printed.
        let is_report = text.contains("output]") || text.contains("exit code:");
        in_sentence = starts || ((is_branch || (is_hint && line.starts_with(' '))) && !is_report);
    }
    output
}
