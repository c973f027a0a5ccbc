//! What in a file leads somewhere: other files, URLs.

use std::path::PathBuf;

use venv_syntax::{LineKind, OptionItem, OptionKind, RequirementTarget, Span, Url};

use crate::assist::markdown::is_open_url;
use crate::check::{Context, Included};
use crate::manifest::{IncludeTarget, include_target};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// In bytes from the start of the file.
    pub span: Span,
    pub target: LinkTarget,
    pub tooltip: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// Absolute.
    File(PathBuf),
    /// `http` or `https`, without a password.
    Url(String),
}

/// The files of `-r` and `-c`, local paths, and the URLs that a browser can open.
pub fn links(context: &Context<'_>) -> Vec<Link> {
    let manifest = context.manifest;
    let mut links = Vec::new();
    let mut add = |span: Span, target: Option<LinkTarget>| {
        links.extend(target.map(|target| Link { span, target, tooltip: None }));
    };
    for include in &manifest.includes {
        let target = match &include.target {
            IncludeTarget::File(path) => match context.facts.includes.get(path) {
                Some(Included::Manifest(_) | Included::Unreadable(_)) => Some(LinkTarget::File(path.clone())),
                Some(Included::NotFound) | None => None,
            },
            IncludeTarget::Elsewhere(url) => open_url(url).map(LinkTarget::Url),
        };
        add(include.span, target);
    }
    for line in &manifest.tree.lines {
        match &line.tree.kind {
            LineKind::Options(options) => {
                for (span, target) in options.iter().filter_map(|option| in_option(context, option)) {
                    add(span.shift(line.start), Some(target));
                }
            }
            LineKind::Requirement(requirement) => match &requirement.target {
                RequirementTarget::Named(requirement) => {
                    if let Some(url) = &requirement.url {
                        add(url.span.shift(line.start), location(context, url));
                    }
                }
                RequirementTarget::Location { location: url, .. } => {
                    add(url.span.shift(line.start), location(context, url));
                }
            },
            LineKind::Blank | LineKind::Invalid => {}
        }
    }
    links.sort_by_key(|link| link.span);
    links
}

fn in_option(context: &Context<'_>, option: &OptionItem) -> Option<(Span, LinkTarget)> {
    let value = option.value.as_ref()?;
    let target = match option.kind {
        OptionKind::IndexUrl | OptionKind::ExtraIndexUrl => open_url(&value.text).map(LinkTarget::Url),
        OptionKind::FindLinks => target(context, &value.text),
        OptionKind::Requirement
        | OptionKind::Constraint
        | OptionKind::Editable
        | OptionKind::NoIndex
        | OptionKind::NoBinary
        | OptionKind::OnlyBinary
        | OptionKind::PreferBinary
        | OptionKind::RequireHashes
        | OptionKind::NoRequireHashes
        | OptionKind::Pre
        | OptionKind::AllReleases
        | OptionKind::OnlyFinal
        | OptionKind::TrustedHost
        | OptionKind::UseFeature
        | OptionKind::Hash
        | OptionKind::ConfigSettings
        | OptionKind::GlobalOption => None,
    };
    Some((value.span, target?))
}

fn location(context: &Context<'_>, url: &Url) -> Option<LinkTarget> {
    target(context, &url.text)
}

/// What a URL or a path leads to. A path starts where pip is run by us: in the folder of the file.
fn target(context: &Context<'_>, text: &str) -> Option<LinkTarget> {
    if let Some(url) = open_url(text) {
        return Some(LinkTarget::Url(url));
    }
    match include_target(context.manifest.folder(), text) {
        IncludeTarget::File(path) => Some(LinkTarget::File(path)),
        IncludeTarget::Elsewhere(_) => None,
    }
}

/// The page that a browser shows for `url`: without who asks, and of a repository its front page.
fn open_url(url: &str) -> Option<String> {
    let of_repository =
        url.split_once('+').filter(|(control, _)| matches!(*control, "git" | "hg" | "svn" | "bzr"));
    let plain = of_repository.map_or(url, |(_, url)| url);
    let (scheme, rest) = plain.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let mut path = path.to_owned();
    if of_repository.is_some() {
        let page = path.split(['#', '?', '@']).next().unwrap_or_default();
        path = page.strip_suffix(".git").unwrap_or(page).to_owned();
    }
    let page = format!("{scheme}://{host}{path}");
    is_open_url(&page).then_some(page)
}
