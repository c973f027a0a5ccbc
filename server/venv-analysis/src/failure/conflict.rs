//! What is asked for contradicts itself.

use super::kind::{FailureKind, Want, Wanter};
use super::output::{Output, all_in, find_in};

pub(super) fn conflict(output: &Output) -> Option<FailureKind> {
    by_pip(output).or_else(|| by_uv(output))
}

fn by_pip(output: &Output) -> Option<FailureKind> {
    const TWICE: &str = r"(?m)Double requirement given: ([^\n]+?) \(already in ([^,\n]+)";
    if let Some([one, other]) = output.find::<2>(TWICE) {
        let what = |text: String| Want {
            who: Wanter::File,
            what: text.split(" (from").next().unwrap_or_default().to_owned(),
        };
        return Some(FailureKind::Conflict {
            wants: vec![what(one), what(other)],
            explanation: String::new(),
        });
    }
    let explanation = output.first(r"ERROR: (Cannot install [^\n]* conflicting dependencies)")?;
    let mut wants = Vec::new();
    for line in output.block("The conflict is caused by:", 4).unwrap_or_default() {
        let want = if let Some(what) = line.strip_prefix("The user requested (constraint) ") {
            Want { who: Wanter::Constraint, what: what.to_owned() }
        } else if let Some(what) = line.strip_prefix("The user requested ") {
            Want { who: Wanter::File, what: what.to_owned() }
        } else if let Some((who, what)) = line.split_once(" depends on ") {
            Want { who: Wanter::Distribution(who.to_owned()), what: what.to_owned() }
        } else {
            continue;
        };
        add(&mut wants, want);
    }
    Some(FailureKind::Conflict { wants, explanation })
}

fn by_uv(output: &Output) -> Option<FailureKind> {
    let explanation = output.first(r"(Because [^\n]*)")?;
    // Only that two parties want something of the same third is a conflict.
    let mut wants = Vec::new();
    const WHO: &str = r"([\w.-]+(?:==[\w.]+)?)(?:[<>]=?\S+)? depends? on (?:one of: )?([\w.-]+(?:\[[^\]]*\])?(?:(?:==|[<>~!]=?)[^\s]+)?)";
    for [who, what] in all_in::<2>(&explanation, WHO) {
        let who = Wanter::Distribution(who.replace("==", " "));
        add(&mut wants, Want { who, what: what.trim_end_matches([',', '.']).to_owned() });
    }
    for [what] in all_in::<1>(
        &explanation,
        r"(?:you require|and) ([\w.-]+(?:\[[^\]]*\])?(?:==|[<>~!]=?)[^\s]+?)(?:,? |\.?$)",
    ) {
        let is_told = |want: &Want| want.what == what;
        if !wants.iter().any(is_told) && explanation.contains("you require") {
            add(&mut wants, Want { who: Wanter::File, what: what.trim_end_matches([',', '.']).to_owned() });
        }
    }
    let subject = |want: &Want| find_in::<1>(&want.what, r"^([\w.-]+)").map(|[name]| name);
    let shared = wants.iter().find_map(|want| {
        let name = subject(want)?;
        let is_other = |other: &&Want| other.what != want.what && subject(other).as_ref() == Some(&name);
        wants.iter().any(|other| is_other(&other)).then_some(name)
    })?;
    if shared == "Python" || explanation.contains("is available and you require") {
        return None;
    }
    wants.retain(|want| subject(want).as_ref() == Some(&shared));
    Some(FailureKind::Conflict { wants, explanation })
}

/// Trying one version after the other, pip names the same one many times.
fn add(wants: &mut Vec<Want>, want: Want) {
    let who = |want: &Want| match &want.who {
        Wanter::Distribution(name) => name.split(' ').next().unwrap_or_default().to_owned(),
        Wanter::File => "file".to_owned(),
        Wanter::Constraint => "constraint".to_owned(),
    };
    let is_known = wants.iter().any(|known| known.what == want.what && who(known) == who(&want));
    if !is_known {
        wants.push(want);
    }
}
