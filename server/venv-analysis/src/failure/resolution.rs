//! Nothing fits what is asked for.

use venv_syntax::{Version, VersionSpecifier, normalize_name, satisfies};

use super::kind::FailureKind;
use super::output::{Output, all_in, find_in};

/// What pip or uv say of a requirement for which they found nothing.
pub(super) fn resolution(output: &Output) -> Option<FailureKind> {
    by_pip(output).or_else(|| by_uv(output))
}

fn by_pip(output: &Output) -> Option<FailureKind> {
    if let Some([name, has, needs]) =
        output.find::<3>(r"Package '([\w.-]+)' requires a different Python: ([\d.]+\S*) not in '([^']+)'")
    {
        return Some(FailureKind::WrongPython { name, needs, has: Some(has) });
    }
    if output.has("resolution-too-deep|ResolutionTooDeep") {
        return Some(FailureKind::TooDeep);
    }
    let line = output.first(r"Could not find a version that satisfies the requirement ([^\n]*)")?;
    let (asked, versions) = match line.rsplit_once(" (from versions: ") {
        Some((asked, versions)) => (asked, versions.trim_end_matches(')')),
        None => (line.as_str(), "none"),
    };
    let (requirement, by) = asked.split_once(" (from ").map_or((asked, None), |(requirement, by)| {
        let by = find_in::<1>(by, r"^([A-Za-z0-9][\w.-]*(?:==[\w.]+)?)(?:\)|->)");
        (requirement, by.map(|[by]| by))
    });
    let [name, specifier] = find_in::<2>(requirement, r"^([\w.-]+)(?:\[[^\]]*\])?\s*([^;]*)")?;
    let specifier = specifier.trim().to_owned();
    let available: Vec<String> =
        versions.split(", ").filter(|version| *version != "none").map(str::to_owned).collect();
    let fits = |version: &str| specifier.is_empty() || is_in(version, &specifier).unwrap_or(false);
    // The line has no name: it is about what could not be found.
    let ignored =
        output.last("Ignored the following versions that require a different python version: ([^\n]*)");
    let ignored = all_in::<2>(&ignored.unwrap_or_default(), r"(\S+) Requires-Python ([^;\n]+)");
    if let Some([_, needs]) = ignored.iter().rev().find(|[version, _]| fits(version)) {
        return Some(FailureKind::WrongPython { name, needs: needs.trim().to_owned(), has: None });
    }
    // An older pip tells only its log.
    let links = output.all::<3>(
        r"Link requires a different Python \(([^ )]+) not in: '([^']+)'\): (?:[^\s#]*/)?([^/\s#]+)",
    );
    if let Some([has, needs, _]) = links.into_iter().rev().find(|[_, _, file]| {
        let file = find_in::<2>(file, r"^([\w.-]+?)-(\d[\w.!+]*?)(?:-|\.tar|\.zip)");
        file.is_some_and(|[of, version]| normalize_name(&of) == normalize_name(&name) && fits(&version))
    }) {
        return Some(FailureKind::WrongPython { name, needs, has: Some(has) });
    }
    let yanked = output.last("Ignored the following yanked versions: ([^\n]*)").unwrap_or_default();
    if yanked.split(", ").any(|version| !version.is_empty() && fits(version)) {
        return Some(FailureKind::Yanked { name });
    }
    // An old pip does not even say which versions there are.
    if available.is_empty() {
        return Some(FailureKind::NoSuchDistribution { name, wanted_by: by, is_certain: false });
    }
    Some(FailureKind::NoVersion { name, specifier, available, wanted_by: by })
}

fn by_uv(output: &Output) -> Option<FailureKind> {
    let text = output.first(r"(Because [^\n]*)")?;
    let required =
        find_in::<1>(&text, r"you require ([\w.-]+(?:\[[^\]]*\])?(?:[<>=!~][^ ]*)?)").map(|[asked]| asked);
    let wanted_by = |name: &str| {
        let by = all_in::<2>(&text, r"([\w.-]+?)(?:(?:==|[<>~!]=?)\S+)? depends? on ([\w.-]+)");
        by.into_iter().find(|[_, what]| what.as_str() == name).map(|[by, _]| by)
    };
    if let Some([name]) =
        find_in::<1>(&text, r"([\w.-]+) was not found in the (?:package registry|provided package locations)")
    {
        let wanted_by = wanted_by(&name);
        return Some(FailureKind::NoSuchDistribution { name, wanted_by, is_certain: true });
    }
    if let Some([has]) =
        find_in::<1>(&text, r"(?:current|requested) Python version \(([^)]+)\) does not satisfy Python")
    {
        let needing =
            all_in::<2>(&text, r"([\w.-]+?)(?:(?:==|[<>~!]=?)[^\s]+)? depends? on Python([<>=!~][^ ]*[^ ,])");
        let [name, needs] = needing.into_iter().next_back()?;
        return Some(FailureKind::WrongPython { name, needs, has: Some(has) });
    }
    if let Some([name]) = find_in::<1>(
        &text,
        r"([\w.-]+?)(?:(?:==|[<>~!]=?)\S+)? (?:has|have) no (?:wheels with a matching|usable wheels|wheels usable|source distribution|[\w ]*compatible)",
    ) {
        return Some(FailureKind::WrongPlatform { name });
    }
    if let Some([name]) = find_in::<1>(&text, r"([\w.-]+?)(?:==\S+)? was yanked") {
        return Some(FailureKind::Yanked { name });
    }
    let none =
        find_in::<2>(&text, r"there (?:is|are) no versions? of ([\w.-]+?)((?:==|[<>~!]=?)[^\s]+)?(?: |,|$)");
    let only = || {
        find_in::<2>(
            &text,
            r"only (?:the following versions of )?([\w.-]+?)(?:\[[^\]]*\])?((?:==|[<>~!]=?)\S+)? (?:is|are) available",
        )
    };
    let (name, available) = match none {
        Some([name, _]) => (name, Vec::new()),
        None => only()
            .map(|[name, versions]| (name, Some(versions).filter(|v| !v.is_empty()).into_iter().collect()))?,
    };
    let required = required.filter(|asked| asked.starts_with(&name));
    let by = all_in::<2>(&text, r"([\w.-]+?)(?:(?:==|[<>~!]=?)\S+)? depends? on ([\w.-]+[<>=!~]?[^\s]*)");
    let by = by.into_iter().find(|[_, what]| what.starts_with(&name));
    let asked = required.clone().or_else(|| by.clone().map(|[_, what]| what)).unwrap_or_default();
    let specifier = asked.trim_start_matches(|c| !"<>=!~".contains(c)).trim_end_matches(',').to_owned();
    let wanted_by = if required.is_some() { None } else { by.map(|[by, _]| by) };
    Some(FailureKind::NoVersion { name, specifier, available, wanted_by })
}

/// Whether the version is what is asked for; nothing where one of the two cannot be read.
fn is_in(version: &str, specifier: &str) -> Option<bool> {
    let version: Version = version.parse().ok()?;
    let specifiers: Option<Vec<VersionSpecifier>> =
        specifier.split(',').map(|part| part.trim().parse().ok()).collect();
    Some(satisfies(&version, &specifiers?))
}
