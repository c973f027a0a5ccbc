//! Options of a line, as Python's `optparse` reads them: `--name value`, `--name=value`, `-nvalue`, and
//! abbreviations of long names that fit one option only.

use crate::cursor::span;
use crate::excerpt;
use crate::{Span, SyntaxError};

use super::mistakes::refused_option;
use super::words::{Word, words};
use super::{OptionItem, OptionKind, OptionValue};

/// What the part of a line from its first option on says.
#[derive(Default)]
pub(super) struct Options {
    pub(super) items: Vec<OptionItem>,
    /// Words that belong to no option. pip drops them in silence.
    pub(super) stray: Option<Span>,
    /// An option could not be read, so that what follows it cannot be judged.
    pub(super) unreadable: bool,
}

/// Every long name that pip has for the lines of a requirements file.
const LONG: [(&str, OptionKind); 21] = [
    ("--all-releases", OptionKind::AllReleases),
    ("--config-settings", OptionKind::ConfigSettings),
    ("--constraint", OptionKind::Constraint),
    ("--editable", OptionKind::Editable),
    ("--extra-index-url", OptionKind::ExtraIndexUrl),
    ("--find-links", OptionKind::FindLinks),
    ("--hash", OptionKind::Hash),
    ("--index-url", OptionKind::IndexUrl),
    ("--no-binary", OptionKind::NoBinary),
    ("--no-index", OptionKind::NoIndex),
    ("--no-require-hashes", OptionKind::NoRequireHashes),
    ("--only-binary", OptionKind::OnlyBinary),
    ("--only-final", OptionKind::OnlyFinal),
    ("--pre", OptionKind::Pre),
    ("--prefer-binary", OptionKind::PreferBinary),
    ("--pypi-url", OptionKind::IndexUrl),
    ("--require-hashes", OptionKind::RequireHashes),
    ("--requirement", OptionKind::Requirement),
    ("--trusted-host", OptionKind::TrustedHost),
    ("--use-feature", OptionKind::UseFeature),
    // pip dropped it in 25.3; it is known so that the error can say so.
    ("--global-option", OptionKind::GlobalOption),
];

/// What `--use-feature` takes; the last three have become the rule and are taken without effect (pip 26.3).
const FEATURES: [&str; 6] = [
    "fast-deps",
    "inprocess-build-deps",
    "venv-isolation",
    "truststore",
    "no-binary-enable-wheel-cache",
    "build-constraint",
];

impl OptionKind {
    fn takes_value(self) -> bool {
        match self {
            Self::NoIndex | Self::PreferBinary | Self::RequireHashes | Self::NoRequireHashes | Self::Pre => {
                false
            }
            Self::Requirement
            | Self::Constraint
            | Self::Editable
            | Self::IndexUrl
            | Self::ExtraIndexUrl
            | Self::FindLinks
            | Self::NoBinary
            | Self::OnlyBinary
            | Self::AllReleases
            | Self::OnlyFinal
            | Self::TrustedHost
            | Self::UseFeature
            | Self::Hash
            | Self::ConfigSettings
            | Self::GlobalOption => true,
        }
    }

    /// Whether it belongs to the requirement on its line rather than to the file.
    pub(super) fn is_per_requirement(self) -> bool {
        matches!(self, Self::Hash | Self::ConfigSettings | Self::GlobalOption)
    }

    fn short(letter: u8) -> Option<Self> {
        Some(match letter {
            b'r' => Self::Requirement,
            b'c' => Self::Constraint,
            b'e' => Self::Editable,
            b'i' => Self::IndexUrl,
            b'f' => Self::FindLinks,
            b'C' => Self::ConfigSettings,
            _ => return None,
        })
    }
}

/// Reads the options in `text[start..end]`.
pub(super) fn parse_options(text: &str, start: usize, end: usize, errors: &mut Vec<SyntaxError>) -> Options {
    let mut options = Options::default();
    let (words, unbalanced) = words(text, start, end);
    if let Some(unbalanced) = unbalanced {
        let quote = &text[unbalanced.at..=unbalanced.at];
        let message = if quote == "\\" {
            "there is nothing after this `\\`".to_owned()
        } else {
            format!("this `{quote}` is never closed")
        };
        errors.push(SyntaxError::option(span(unbalanced.at, end), message));
        options.unreadable = true;
    }
    let unreadable_end = options.unreadable;
    options.items.reserve_exact(words.len());
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if &*word.value == "--" {
            if let Some(first) = words.next() {
                options.stray(&first, words.next_back().as_ref());
            }
            break;
        }
        if let Some((found, name)) = identify(text, &word, errors, &mut options) {
            // Its value may be what could not be read.
            if unreadable_end && found.inline.is_none() && found.kind.takes_value() && words.len() == 0 {
                break;
            }
            options.item(text, &word, found, name, &mut words, errors);
        }
    }
    options
}

/// An option's kind, with the value that is in the same word.
#[derive(Clone, Copy)]
struct Found<'w> {
    kind: OptionKind,
    inline: Option<(usize, &'w str)>,
}

/// Tells which option a word is. `None` when it is none, which is then noted.
fn identify<'w>(
    text: &str,
    word: &'w Word<'_>,
    errors: &mut Vec<SyntaxError>,
    options: &mut Options,
) -> Option<(Found<'w>, Span)> {
    let value = &*word.value;
    if value.starts_with("--") {
        let (written, inline) = match equals_sign(value) {
            Some(equals) => {
                // Quotes may stand before it in the file.
                let at = equals_sign(&text[word.start..word.end]).unwrap_or(0);
                (&value[..equals], Some((word.start + at + 1, &value[equals + 1..])))
            }
            None => (value, None),
        };
        let name_end = inline.as_ref().map_or(word.end, |(at, _)| at - 1);
        let name = span(word.start, name_end.max(word.start));
        return match long(written) {
            Ok(kind) => Some((Found { kind, inline }, name)),
            Err(candidates) => {
                errors.push(SyntaxError::option(name, unknown(written, &candidates)));
                options.unreadable = true;
                None
            }
        };
    }
    match value.as_bytes() {
        [b'-', letter, rest @ ..] => {
            let Some(kind) = OptionKind::short(*letter) else {
                let name = span(word.start, word.end);
                errors.push(SyntaxError::option(name, unknown(value, &[])));
                options.unreadable = true;
                return None;
            };
            let inline = (!rest.is_empty()).then(|| (word.start + 2, &value[2..]));
            Some((Found { kind, inline }, span(word.start, (word.start + 2).min(word.end))))
        }
        _ => {
            options.stray(word, None);
            None
        }
    }
}

/// Where the first `=` is. It is near, so that bytes one by one are quicker than a search for it.
fn equals_sign(text: &str) -> Option<usize> {
    text.bytes().position(|byte| byte == b'=')
}

impl Options {
    fn stray(&mut self, first: &Word<'_>, last: Option<&Word<'_>>) {
        let found = span(first.start, last.unwrap_or(first).end);
        self.stray = Some(self.stray.map_or(found, |stray| stray.cover(found)));
    }

    fn item<'t>(
        &mut self,
        text: &str,
        word: &Word<'t>,
        found: Found<'_>,
        name: Span,
        words: &mut impl Iterator<Item = Word<'t>>,
        errors: &mut Vec<SyntaxError>,
    ) {
        let written = name.slice(text);
        let kind = found.kind;
        let mut item = OptionItem { span: span(word.start, word.end), name, kind, value: None };
        if !kind.takes_value() {
            if found.inline.is_some() {
                let message = format!("`{written}` takes no value");
                let value = Span::new(name.end, item.span.end);
                errors.push(SyntaxError::option(value, message).fixed_by(value, "", "Remove the value"));
            }
            self.items.push(item);
            return;
        }
        item.value = match found.inline {
            Some((at, value)) => {
                let at = at.min(word.end);
                Some(OptionValue { span: unquoted(text, at, word.end), text: value.into() })
            }
            None => words.next().map(|word| {
                item.span = span(item.span.start as usize, word.end);
                OptionValue { span: unquoted(text, word.start, word.end), text: word.value.into() }
            }),
        };
        check_value(&item, written, errors);
        self.items.push(item);
    }
}

fn check_value(item: &OptionItem, written: &str, errors: &mut Vec<SyntaxError>) {
    if item.kind == OptionKind::GlobalOption {
        errors.push(SyntaxError::option(item.name, refused_option("--global-option").unwrap_or_default()));
        return;
    }
    let value = match &item.value {
        Some(value) if !value.text.is_empty() => value,
        Some(_) | None => {
            let what = match item.kind {
                OptionKind::Requirement | OptionKind::Constraint => "a file name",
                OptionKind::Editable => "a path or a URL",
                OptionKind::IndexUrl | OptionKind::ExtraIndexUrl => "a URL",
                OptionKind::FindLinks => "a path or a URL",
                OptionKind::NoBinary
                | OptionKind::OnlyBinary
                | OptionKind::AllReleases
                | OptionKind::OnlyFinal => "package names, or `:all:`",
                OptionKind::TrustedHost => "a host name",
                OptionKind::Hash => "a hash such as `sha256:…`",
                OptionKind::ConfigSettings => "a setting such as `key=value`",
                OptionKind::UseFeature
                | OptionKind::GlobalOption
                | OptionKind::NoIndex
                | OptionKind::PreferBinary
                | OptionKind::RequireHashes
                | OptionKind::NoRequireHashes
                | OptionKind::Pre => "a value",
            };
            errors.push(SyntaxError::option(item.span, format!("`{written}` needs {what}")));
            return;
        }
    };
    match item.kind {
        OptionKind::Hash => {
            let colon = value.text.bytes().position(|byte| byte == b':');
            let algorithm = colon.map(|colon| &value.text[..colon]);
            let message = match algorithm {
                Some("sha256" | "sha384" | "sha512") => return,
                Some(algorithm) => format!(
                    "pip takes `sha256`, `sha384` and `sha512` hashes only, not `{}`",
                    excerpt(algorithm)
                ),
                None => "a hash is written `--hash=sha256:…`, the algorithm first".to_owned(),
            };
            errors.push(SyntaxError::option(value.span, message));
        }
        OptionKind::UseFeature if !FEATURES.contains(&&*value.text) => {
            let shown = excerpt(&value.text);
            let names = FEATURES.map(|name| format!("`{name}`")).join(", ");
            let message = format!("pip has no feature `{shown}` that can be switched on: it knows {names}");
            errors.push(SyntaxError::option(value.span, message));
        }
        OptionKind::ConfigSettings if !value.text.contains('=') => {
            errors.push(SyntaxError::option(value.span, format!("`{written}` needs the form `key=value`")));
        }
        OptionKind::NoBinary | OptionKind::OnlyBinary | OptionKind::AllReleases | OptionKind::OnlyFinal
            if value.text.starts_with('-') =>
        {
            errors
                .push(SyntaxError::option(item.span, format!("`{written}` needs package names, or `:all:`")));
        }
        OptionKind::NoBinary
        | OptionKind::OnlyBinary
        | OptionKind::AllReleases
        | OptionKind::OnlyFinal
        | OptionKind::Requirement
        | OptionKind::Constraint
        | OptionKind::Editable
        | OptionKind::IndexUrl
        | OptionKind::ExtraIndexUrl
        | OptionKind::NoIndex
        | OptionKind::FindLinks
        | OptionKind::PreferBinary
        | OptionKind::RequireHashes
        | OptionKind::NoRequireHashes
        | OptionKind::Pre
        | OptionKind::TrustedHost
        | OptionKind::UseFeature
        | OptionKind::ConfigSettings
        | OptionKind::GlobalOption => {}
    }
}

/// The option of this long name, which may be abbreviated. Otherwise the names that it could stand for.
fn long(written: &str) -> Result<OptionKind, Vec<&'static str>> {
    // A file with hashes has little else.
    if written == "--hash" {
        return Ok(OptionKind::Hash);
    }
    if let Some((_, kind)) = LONG.iter().find(|(name, _)| *name == written) {
        return Ok(*kind);
    }
    let candidates: Vec<_> = LONG
        .iter()
        .filter(|(name, kind)| name.starts_with(written) && *kind != OptionKind::GlobalOption)
        .collect();
    match candidates.as_slice() {
        [(_, kind)] => Ok(*kind),
        _ => Err(candidates.iter().map(|(name, _)| *name).collect()),
    }
}

fn unknown(written: &str, candidates: &[&str]) -> String {
    if !candidates.is_empty() && written.len() > 2 {
        let names = candidates.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return format!("`{}` is ambiguous: it could be {names}", excerpt(written));
    }
    refused_option(written)
        .unwrap_or_else(|| format!("pip knows no option `{}` in a requirements file", excerpt(written)))
}

/// The span of a value without the pair of quotes around it.
fn unquoted(text: &str, start: usize, end: usize) -> Span {
    let (mut start, mut end) = (start, end);
    let bytes = &text.as_bytes()[start..end];
    if let ([first @ (b'"' | b'\''), .., last], true) = (bytes, bytes.len() > 1)
        && first == last
    {
        start += 1;
        end -= 1;
    } else if let [inner @ .., b'"' | b'\''] = bytes
        && !inner.iter().any(|byte| matches!(byte, b'"' | b'\''))
    {
        // The quote was opened before the option's name: `"--index-url=…"`.
        end -= 1;
    }
    span(start, end)
}
