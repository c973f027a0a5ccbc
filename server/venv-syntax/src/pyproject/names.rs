//! The names of extras and groups: what they may be made of, and what somebody may have meant by one that is not there.

use crate::declarations::Builder;
use crate::excerpt;
use crate::requirements_txt::is_template;
use crate::toml::Text;
use crate::{Name, SyntaxError, SyntaxErrorKind, is_valid_name};

/// Says what is wrong with the name of an extra or a group, which is called `what` and, as one of them, `one`: PEP 508
/// does not allow it, or a section from `first` on has the same.
pub(super) fn check((what, one): (&str, &str), key: &Text, first: usize, builder: &mut Builder) {
    if is_template(&key.text) {
        return;
    }
    let name = key.name();
    if !is_valid_name(&name.text) {
        let message = format!(
            "`{}` cannot be the name of {one}: it has letters, digits, `-`, `_` and `.`, and begins and ends with a \
             letter or a digit",
            excerpt(&name.text)
        );
        return builder.error(key.extent, message);
    }
    let mut twins = builder.found.sections[first..].iter().filter_map(|section| section.name.as_ref());
    if let Some(twin) = twins.find(|twin| twin.normalized == name.normalized) {
        let message = format!("`{}` is the same {what} as `{}`: join them", name.text, twin.text);
        builder.error(key.extent, message);
    }
}

/// There is no extra or group of this name among `all`, which stand in `table`.
pub(super) fn unknown(name: &Name, all: &[Name], what: &str, table: &str) -> SyntaxError {
    /// Of more names than people write none is near.
    const MOST: usize = 200;
    let near = all
        .iter()
        .take(MOST)
        .filter(|other| other.normalized.len().abs_diff(name.normalized.len()) <= 2)
        .map(|other| (distance(&name.normalized, &other.normalized), other))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, other)| *distance <= 2 && *distance * 2 < other.normalized.len());
    let written = excerpt(&name.text);
    let message = match near {
        Some((_, other)) => format!("there is no {what} `{written}`: did you mean `{}`?", other.text),
        None => format!("there is no {what} `{written}` in `{table}`"),
    };
    let kind = SyntaxErrorKind::IncludeNotFound;
    let error = SyntaxError { span: name.span, kind, message, fix: None, is_late: false };
    match near {
        Some((_, other)) => error.fixed_by(name.span, &*other.text, format!("Write `{}`", other.text)),
        None => error,
    }
}

/// How many letters to add, remove, replace or swap with the next one lead from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().take(64).collect(), to.chars().take(64).collect());
    let mut rows = vec![(0..=to.len()).collect::<Vec<usize>>()];
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(a != b)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from[i - 1] == *b && to[j - 1] == *a {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}
