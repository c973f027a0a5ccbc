//! Which Pythons a file is for, and which of those that are there a new environment gets.

use std::cmp::Reverse;
use std::path::Path;

use venv_syntax::{RequiresPython, VersionSpecifier};

use crate::check::Context;
use crate::config::Config;
use crate::facts::{Implementation, Interpreter, Machine, PinnedPython, PythonVersion};
use crate::manifest::{ManifestKind, Role};
use crate::plan::creator;
use crate::project::{may_be, may_be_in};
use crate::words::{file_name, plain, quoted};

/// What a file, and the `.python-version` that counts for it, say of the Python to use. By default: nothing.
#[derive(Clone, Debug, Default)]
pub struct AskedPython<'a> {
    text: &'a str,
    required: &'a [RequiresPython],
    pinned: Option<Pinned<'a>>,
}

impl<'a> AskedPython<'a> {
    pub fn new(context: &Context<'a>) -> Self {
        let manifest = context.manifest;
        Self { text: &manifest.text, required: &manifest.requires_python, pinned: Pinned::new(context) }
    }

    /// Whether `python` is, or could be, one of those that are asked for.
    pub fn fits(&self, python: &PythonVersion) -> bool {
        self.is_required(python) && self.pinned.as_ref().is_none_or(|pinned| pinned.fits(python))
    }

    /// How well `python` is what is asked for: not at all, but for its patch level, or in all.
    fn suits(&self, python: &PythonVersion) -> u8 {
        let is_exact = || self.pinned.as_ref().is_none_or(|pinned| pinned.is_exactly(python));
        u8::from(self.fits(python)) + u8::from(self.fits(python) && is_exact())
    }

    /// What is to be said where `python` is taken: that it is of another patch level than the one that is named.
    pub fn compromise(&self, python: &PythonVersion) -> Option<String> {
        let pinned = self.pinned.as_ref().filter(|_| self.suits(python) == 1)?;
        let asks = format!("{} asks for Python {}", file_name(pinned.path), plain(pinned.first));
        Some(format!("{asks}; {python} is taken"))
    }

    /// The same as far as the file itself says it.
    pub(crate) fn is_required(&self, python: &PythonVersion) -> bool {
        self.required.iter().all(|required| may_be(required, python))
    }

    /// The end of the title of what is done with `python`: who asks for another one, if somebody does.
    pub(crate) fn although(&self, python: &PythonVersion) -> String {
        let mut required = self.required.iter().filter(|required| !may_be(required, python));
        let required = required.next().map(|it| (quoted(&it.path), it.span.slice(self.text)));
        let pinned = self.pinned.as_ref().filter(|pinned| !pinned.fits(python));
        let pinned = || pinned.map(|pinned| (file_name(pinned.path), pinned.first));
        let Some((who, what)) = required.or_else(pinned) else { return String::new() };
        let is_version = what.starts_with(|first: char| first.is_ascii_digit());
        let what = if is_version { plain(what) } else { quoted(what) };
        format!(", although {who} asks for {what}")
    }

    /// Why none of the Pythons that are there is to be taken, though there are some; `None` if one fits and can make
    /// an environment.
    pub fn misfit(&self, machine: &Machine, config: &Config) -> Option<String> {
        let mut fitting = machine.interpreters.iter().filter(|known| self.fits(&known.version)).peekable();
        let first = fitting.peek().copied();
        if fitting.any(|known| creator(machine, known, config.installer).is_ok()) {
            return None;
        }
        if let Some(first) = first {
            return creator(machine, first, config.installer).err();
        }
        let mut wishes: Vec<String> = self
            .required
            .iter()
            .map(|required| asks_for(&quoted(&required.path), required.span.slice(self.text)))
            .collect();
        wishes.extend(self.pinned.as_ref().map(|pinned| asks_for(&file_name(pinned.path), pinned.first)));
        let mut there: Vec<&PythonVersion> =
            machine.interpreters.iter().map(|known| &known.version).collect();
        there.sort_by_key(|version| Reverse((version.major, version.minor)));
        let mut names: Vec<String> = there.iter().map(|version| plain(&version.to_string())).collect();
        names.dedup();
        let last = names.pop()?;
        let there = if names.is_empty() {
            format!("Python {last} is there")
        } else {
            format!("Python {} and {last} are there", names.join(", "))
        };
        Some(format!("{}, and only {there}", wishes.join(", ")))
    }
}

fn asks_for(who: &str, what: &str) -> String {
    format!("{who} asks for Python {}", quoted(what))
}

/// What a `.python-version` asks for.
#[derive(Clone, Debug)]
pub(crate) struct Pinned<'a> {
    pub(crate) path: &'a Path,
    /// The first of the versions, as it is written.
    pub(crate) first: &'a str,
    wishes: Vec<Wish>,
}

/// One line of a `.python-version`.
#[derive(Clone, Debug)]
enum Wish {
    /// `3.12.1`, `cpython@3.12` or `pypy3.10-7.3.15`.
    Release { implementation: Option<Implementation>, major: u32, minor: Option<u32>, patch: Option<u32> },
    /// `>=3.12,<3.14`
    Range(Vec<VersionSpecifier>),
}

impl<'a> Pinned<'a> {
    /// `None` where it does not count for the file, or where what it says may stand for anything, such as the name of
    /// an environment.
    pub(crate) fn new(context: &Context<'a>) -> Option<Self> {
        // A script has an environment of its own, and says itself which Pythons it is for.
        if context.manifest.kind == ManifestKind::Script || context.manifest.role == Role::Constraints {
            return None;
        }
        let pinned: &'a PinnedPython = context.facts.pinned.as_deref()?;
        let words = pinned.text.lines().filter_map(|line| line.split_whitespace().next());
        let words: Vec<&str> = words.filter(|word| !word.starts_with('#')).collect();
        let wishes = words.iter().map(|word| Wish::parse(word)).collect::<Option<Vec<_>>>()?;
        Some(Self { path: &pinned.path, first: words.first()?, wishes })
    }

    pub(crate) fn fits(&self, python: &PythonVersion) -> bool {
        self.wishes.iter().any(|wish| wish.fits(python))
    }

    /// Whether `python` is one of them to the third number, where that is named.
    fn is_exactly(&self, python: &PythonVersion) -> bool {
        self.wishes.iter().any(|wish| wish.fits(python) && wish.is_exactly(python))
    }
}

impl Wish {
    fn parse(word: &str) -> Option<Self> {
        if word.starts_with(['<', '>', '=', '!', '~']) {
            let specifiers = word.split(',').map(|specifier| specifier.trim().parse().ok());
            return Some(Self::Range(specifiers.collect::<Option<_>>()?));
        }
        let names = [
            ("cpython", Some(Implementation::CPython)),
            ("python", None),
            ("pypy", Some(Implementation::PyPy)),
            ("graalpy", Some(Implementation::GraalPy)),
        ];
        let named = names.iter().find_map(|(name, it)| Some((word.strip_prefix(name)?, *it)));
        let (number, implementation) = named.unwrap_or((word, None));
        let mut parts = number.trim_start_matches(['@', '-']).split('-').next()?.split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next().map(|minor| minor.trim_end_matches('t').parse()).transpose().ok()?;
        let patch = parts.next().and_then(|patch| patch.trim_end_matches('t').parse().ok());
        Some(Self::Release { implementation, major, minor, patch })
    }

    /// Another patch level does no harm.
    fn fits(&self, python: &PythonVersion) -> bool {
        match self {
            Self::Release { implementation, major, minor, patch: _ } => {
                implementation.is_none_or(|wanted| wanted == python.implementation)
                    && *major == python.major
                    && minor.is_none_or(|minor| minor == python.minor)
            }
            Self::Range(specifiers) => may_be_in(specifiers.iter(), python),
        }
    }

    fn is_exactly(&self, python: &PythonVersion) -> bool {
        match self {
            Self::Release { patch: Some(patch), .. } => python.patch == patch.to_string(),
            Self::Release { patch: None, .. } | Self::Range(_) => true,
        }
    }
}

/// The interpreters that can make an environment here, one of each minor version: those that are asked for before the
/// others; among these the default one first, then the newest.
pub fn capable<'a>(machine: &'a Machine, config: &Config, asked: &AskedPython<'_>) -> Vec<&'a Interpreter> {
    let mut able: Vec<&Interpreter> = Vec::new();
    for interpreter in &machine.interpreters {
        if creator(machine, interpreter, config.installer).is_err() {
            continue;
        }
        let version = (interpreter.version.major, interpreter.version.minor);
        match able.iter_mut().find(|known| (known.version.major, known.version.minor) == version) {
            None => able.push(interpreter),
            // `>=3.11.9` is not for every 3.11.
            Some(known) if asked.suits(&known.version) < asked.suits(&interpreter.version) => {
                *known = interpreter;
            }
            Some(_) => {}
        }
    }
    if let Some(others) = able.get_mut(1..) {
        others.sort_by_key(|interpreter| Reverse((interpreter.version.major, interpreter.version.minor)));
    }
    able.sort_by_key(|interpreter| !asked.fits(&interpreter.version));
    able
}
