//! Names that are nearly the one that was asked for.

use venv_syntax::normalize_name;

use crate::manifest::hash_of_name;
use crate::renamings::renaming;

/// The name of `names`, or the one that is known to be right for a wrong one, that was probably meant by `wrong`.
/// Whether the index has it is not known.
pub fn near_name<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let asked = normalize_name(wrong);
    if let Some(right) = renaming(hash_of_name(&asked)).and_then(|renaming| renaming.right) {
        return Some(right.to_owned());
    }
    let nearness = |name: &str| {
        let other = normalize_name(name);
        if other == asked {
            return None;
        }
        if bare(&other) == bare(&asked) {
            return Some(0);
        }
        // Of short names, two letters are most of it.
        let most = match asked.chars().count() {
            0..=2 => return None,
            3..=5 => 1,
            _ => 2,
        };
        Some(distance(&asked, &other)).filter(|distance| *distance <= most)
    };
    let near = names.into_iter().filter_map(|name| Some((nearness(name)?, name)));
    near.min_by(|one, other| one.0.cmp(&other.0).then_with(|| one.1.cmp(other.1)))
        .map(|(_, name)| name.to_owned())
}

/// A name without what people add or forget.
fn bare(normalized: &str) -> String {
    let name = normalized
        .strip_prefix("python-")
        .or_else(|| normalized.strip_suffix("-python"))
        .unwrap_or(normalized);
    let name = name.strip_prefix("py").filter(|rest| rest.len() > 2).unwrap_or(name);
    name.replace(['-', '_', '.'], "")
}

/// Letters to insert, remove, replace, or swap with the next one (optimal string alignment).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for row in 1..=one.len() {
        let mut current = vec![row];
        for column in 1..=other.len() {
            let replaced = last[column - 1] + usize::from(one[row - 1] != other[column - 1]);
            let mut least = replaced.min(last[column] + 1).min(current[column - 1] + 1);
            let is_swapped = row > 1
                && column > 1
                && one[row - 1] == other[column - 2]
                && one[row - 2] == other[column - 1];
            if is_swapped {
                least = least.min(before[column - 2] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut last, current);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_or_asked_for_is_meant() {
        let names = ["requests", "python-dateutil", "Flask-Login", "pip", "numpy"];
        let near = |wrong| near_name(wrong, names);
        assert_eq!(near("reqeusts").as_deref(), Some("requests"));
        assert_eq!(near("request").as_deref(), Some("requests"));
        assert_eq!(near("flasklogin").as_deref(), Some("Flask-Login"));
        assert_eq!(near("python-requests").as_deref(), Some("requests"));
        assert_eq!(near("nunpy").as_deref(), Some("numpy"));
        assert_eq!(near("pop").as_deref(), Some("pip"));
        assert_eq!(near("zzz"), None);
        assert_eq!(near("requests"), None);
    }

    #[test]
    fn what_is_known_to_be_wrong_needs_no_likeness() {
        assert_eq!(near_name("cv2", []).as_deref(), Some("opencv-python"));
    }

    #[test]
    fn distances() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abcd", "abdc"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
