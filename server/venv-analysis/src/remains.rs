//! What a work has left in an environment that did not come to its end, in words: from what was installed before and
//! what is installed after.

use std::path::Path;

use crate::facts::{Distribution, Distributions};
use crate::words::{environment_name, joined, plain, quoted};

/// What is there that belongs to nothing whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rests {
    /// The normalised names of distributions of which a part is missing that was not missing before.
    pub incomplete: Vec<String>,
    /// The names of what lies among the packages and belongs to no distribution.
    pub strays: Vec<String>,
}

/// "`.venv` now also has `a` 1.0 and `b` 2.0", or "`.venv` is as it was".
pub fn remains(root: &Path, before: &Distributions, after: &Distributions, rests: &Rests) -> String {
    let place = environment_name(root);
    let is_whole = |name: &str| !rests.incomplete.iter().any(|incomplete| incomplete == name);
    let (mut added, mut replaced, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for (name, found) in after.sorted() {
        match before.find(name) {
            _ if !is_whole(name) => {}
            None => added.push(versioned(found)),
            Some(old) if old.version != found.version => {
                replaced.push(format!("{} instead of {}", versioned(found), plain(&old.version)));
            }
            Some(_) => {}
        }
    }
    for (name, old) in before.sorted() {
        if after.find(name).is_none() {
            removed.push(versioned(old));
        }
    }
    let changes = [("now also has", added), ("has", replaced), ("no longer has", removed)];
    let changes = changes.into_iter().filter(|(_, list)| !list.is_empty());
    let changes: Vec<String> = changes.map(|(verb, list)| format!("{verb} {}", joined(&list))).collect();
    let incomplete: Vec<String> = rests
        .incomplete
        .iter()
        .map(|name| after.find(name).map_or_else(|| quoted(name), versioned))
        .collect();
    let strays: Vec<String> = rests.strays.iter().map(|name| quoted(name)).collect();
    let mut said = match (&changes[..], incomplete.is_empty() && strays.is_empty()) {
        ([], true) => return format!("{place} is as it was"),
        ([], false) => format!("{place} is no longer whole"),
        (changes, _) => format!("{place} {}", joined(changes)),
    };
    if !incomplete.is_empty() {
        let (are, them) = if incomplete.len() == 1 { ("is", "it") } else { ("are", "them") };
        said +=
            &format!(": {} {are} incomplete, and the file offers to reinstall {them}", joined(&incomplete));
    }
    if !strays.is_empty() {
        let lie = if strays.len() == 1 { "lies" } else { "lie" };
        said += &format!("; of what was not finished {} still {lie} there", joined(&strays));
    }
    said
}

fn versioned(distribution: &Distribution) -> String {
    format!("{} {}", quoted(&distribution.name), plain(&distribution.version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Info;

    fn distributions(list: &[&str]) -> Distributions {
        let mut distributions = Distributions::default();
        for (name, version) in list.iter().filter_map(|one| one.split_once(' ')) {
            let (name, version): (Box<str>, Box<str>) = (name.into(), version.into());
            let normalized = venv_syntax::normalize_name(&name);
            let found = Distribution {
                parsed: version.parse().ok(),
                name,
                version,
                site: 0,
                editable: false,
                info: Info::DistInfo,
            };
            distributions.add(&normalized, found);
        }
        distributions
    }

    fn said(before: &[&str], after: &[&str], incomplete: &[&str], strays: &[&str]) -> String {
        let names = |list: &[&str]| list.iter().map(|&name| name.to_owned()).collect();
        let rests = Rests { incomplete: names(incomplete), strays: names(strays) };
        remains(Path::new("/p/.venv"), &distributions(before), &distributions(after), &rests)
    }

    #[test]
    fn nothing_less_than_the_truth_is_said() {
        assert_eq!(said(&["a 1.0"], &["a 1.0"], &[], &[]), "`.venv` is as it was");
        assert_eq!(said(&[], &["a 1.0", "B 2.0"], &[], &[]), "`.venv` now also has `a` 1.0 and `B` 2.0");
        assert_eq!(
            said(&["a 1.0", "c 1.0"], &["a 2.0", "b 1.0"], &[], &[]),
            "`.venv` now also has `b` 1.0, has `a` 2.0 instead of 1.0 and no longer has `c` 1.0"
        );
        assert_eq!(
            said(&[], &["a 1.0", "b 1.0"], &["b"], &[]),
            "`.venv` now also has `a` 1.0: `b` 1.0 is incomplete, and the file offers to reinstall it"
        );
        assert_eq!(
            said(&[], &[], &[], &["numpy", "~umpy"]),
            "`.venv` is no longer whole; of what was not finished `numpy` and `~umpy` still lie there"
        );
        let many: Vec<String> = (0..20).map(|number| format!("p{number:02} 1")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(said(&[], &many, &[], &[]), "`.venv` now also has `p00` 1, `p01` 1, `p02` 1 and 17 more");
    }
}
