//! What a file says of the project that it belongs to.

use venv_syntax::{
    Mention, Name, RequiresPython, Section, SectionKind, Span, Version, VersionSpecifier,
    any_version_satisfies, normalize_name,
};

use crate::check::Context;
use crate::facts::{Environment, PythonVersion};
use crate::manifest::{Entry, Manifest, ManifestKind, hash_of_name};

/// The name of the project whose file this is.
pub(crate) fn own_name(manifest: &Manifest) -> Option<&str> {
    let text = &*manifest.text;
    let value = match manifest.kind {
        ManifestKind::Pyproject => {
            value_of(text, "[project]", "name").or_else(|| value_of(text, "[tool.poetry]", "name"))?
        }
        ManifestKind::SetupCfg => value_of(text, "[metadata]", "name")?,
        ManifestKind::SetupPy => argument_of_setup(text, "name")?,
        ManifestKind::Requirements
        | ManifestKind::Script
        | ManifestKind::Pylock
        | ManifestKind::Pipfile
        | ManifestKind::CondaEnvironment
        | ManifestKind::PipConfiguration => return None,
    };
    let value = text[value..].lines().next()?.trim();
    let name = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => value[1..].split(quote).next()?,
        None => value,
    };
    venv_syntax::is_valid_name(name).then_some(name)
}

/// The normalised name of the project whose file this is, if it can be installed and is not in `environment` as one in
/// development.
pub(crate) fn project_to_install(context: &Context<'_>, environment: &Environment) -> Option<String> {
    let manifest = context.manifest;
    let name = normalize_name(own_name(manifest)?);
    let text = &*manifest.text;
    let is_no = |header, key| value_of(text, header, key).is_some_and(|at| text[at..].starts_with("false"));
    let can_be_built = match manifest.kind {
        ManifestKind::Pyproject => {
            let has_table = |wanted: &str| {
                let headers = text.lines().map(str::trim).filter(|line| is_header(line));
                headers.filter_map(|line| line.split('#').next()).any(|header| header.trim() == wanted)
            };
            (has_table("[build-system]") || has_table("[project]"))
                && !is_no("[tool.uv]", "package")
                && !is_no("[tool.poetry]", "package-mode")
        }
        ManifestKind::SetupCfg => context.facts.is_built_beside,
        ManifestKind::SetupPy => true,
        ManifestKind::Requirements
        | ManifestKind::Script
        | ManifestKind::Pylock
        | ManifestKind::Pipfile
        | ManifestKind::CondaEnvironment
        | ManifestKind::PipConfiguration => false,
    };
    let is_there = environment.distributions.find(&name).is_some_and(|found| found.editable);
    (can_be_built && !is_there).then(|| name.to_string())
}

/// The hash of that name, as entries have it.
pub(crate) fn own_name_hash(manifest: &Manifest) -> Option<u64> {
    own_name(manifest).map(|name| hash_of_name(&normalize_name(name)))
}

/// Where the value of `setup(…, key=` begins.
fn argument_of_setup(text: &str, key: &str) -> Option<usize> {
    let call = text.find("setup(")?;
    text[call..].match_indices(key).find_map(|(at, _)| {
        let at = call + at;
        let is_word = text[..at].ends_with(|c: char| c.is_whitespace() || matches!(c, '(' | ','));
        let value = text[at + key.len()..].trim_start().strip_prefix('=')?.trim_start();
        (is_word && value.starts_with(['"', '\''])).then(|| text.len() - value.len())
    })
}

fn is_header(line: &str) -> bool {
    line.starts_with('[')
        && line.split('#').next().unwrap_or(line).trim_end().ends_with(']')
        && !line.contains(['"', '\''])
}

/// The section of `extra`, if `entry` asks for it of the project whose file this is: `project[extra]`.
pub(crate) fn own_extra<'a>(manifest: &'a Manifest, entry: Entry<'_>, extra: &Name) -> Option<&'a Section> {
    if normalize_name(own_name(manifest)?) != *entry.name()?.normalized {
        return None;
    }
    let mut extras = manifest.sections.iter().filter(|section| section.kind == SectionKind::Extra);
    extras.find(|section| section.name.as_ref().is_some_and(|name| name.normalized == extra.normalized))
}

/// The section of the extra or group that the tools' own tables name at `at`, and the place of that name.
pub(crate) fn mentioned(manifest: &Manifest, at: u32) -> Option<(&Section, Span)> {
    let mention = manifest.mentions.iter().find(|mention| mention.name.span.touches(at))?;
    let section = manifest.sections.iter().find(|section| is_mentioned(section, mention))?;
    Some((section, mention.name.span))
}

/// Whether `mention` is one of `section`. Poetry's groups are another's than those that all tools share.
pub(crate) fn is_mentioned(section: &Section, mention: &Mention) -> bool {
    let poetry = "tool.poetry.group";
    let is_of_table = match mention.kind {
        SectionKind::Group if &*mention.path == poetry => section.path.starts_with(poetry),
        SectionKind::Group => section.path.starts_with("dependency-groups."),
        SectionKind::Extra
        | SectionKind::Dependencies
        | SectionKind::Build
        | SectionKind::Constraints
        | SectionKind::Overrides
        | SectionKind::Environment
        | SectionKind::Lock => true,
    };
    section.kind == mention.kind
        && is_of_table
        && section.name.as_ref().is_some_and(|name| name.normalized == mention.name.normalized)
}

/// Where the value of `key` begins, in the table with this header.
fn value_of(text: &str, header: &str, key: &str) -> Option<usize> {
    let mut at = 0;
    let mut is_in_table = false;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if is_header(content) {
            is_in_table = content.split('#').next().is_some_and(|found| found.trim() == header);
        } else if is_in_table
            && let Some(rest) = line.trim_start().strip_prefix(key)
            && let Some(value) = rest.trim_start().strip_prefix('=')
        {
            return Some(at + line.len() - value.trim_start().len());
        }
        at += line.len();
    }
    None
}

/// Whether `python` is, or could be, one of the Pythons that the file is for.
pub(crate) fn may_be(required: &RequiresPython, python: &PythonVersion) -> bool {
    let mut any_of = required.any_of.iter();
    required.any_of.is_empty()
        || any_of.any(|specifiers| may_be_in(specifiers.iter().map(|specifier| &specifier.value), python))
}

/// Whether all of `specifiers` hold, or could hold, for `python`. The third number counts as far as it is known; pip
/// looks at the numbers only, and so `3.14.0rc1` is a `3.14.0`.
pub(crate) fn may_be_in<'a>(
    specifiers: impl Iterator<Item = &'a VersionSpecifier>,
    python: &PythonVersion,
) -> bool {
    let line = [u64::from(python.major), u64::from(python.minor)];
    let patch: String = python.patch.chars().take_while(char::is_ascii_digit).collect();
    let version = match patch.parse::<u64>() {
        Ok(patch) => VersionSpecifier::equals_version(Version::new([line[0], line[1], patch])),
        Err(_) => VersionSpecifier::equals_star_version(Version::new(line)),
    };
    let mut all: Vec<&VersionSpecifier> = specifiers.collect();
    all.push(&version);
    any_version_satisfies(all)
}
