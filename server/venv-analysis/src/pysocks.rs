//! pip behind a SOCKS proxy: which proxy stands before the indexes of a file, and what pip lacks to use it.

use venv_syntax::OptionKind;

use crate::check::Context;
use crate::facts::{Environment, Proxy};
use crate::manifest::Manifest;
use crate::requirements::wanted;

/// The distribution with which pip can use SOCKS proxies, normalised.
pub(crate) const PYSOCKS: &str = "pysocks";

/// An index that pip would ask for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexUrl {
    /// As the file or the configuration writes it.
    Named(String),
    /// The one that pip was made for.
    Default,
}

/// The indexes that pip would ask for what the file asks for, in pip's order; none where it is told to ask none.
pub(crate) fn index_urls(context: &Context<'_>) -> Vec<IndexUrl> {
    let mut urls = Vec::new();
    let mut asks_none = false;
    if let Some(pip) = context.facts.pip.as_deref() {
        asks_none = pip.find_on("no-index", "install").is_some();
        let named = pip.find("index-url", "install");
        urls.push(named.map_or(IndexUrl::Default, |setting| IndexUrl::Named(setting.value.trim().into())));
        let extra = pip.find("extra-index-url", "install");
        let extra = extra.iter().flat_map(|setting| setting.value.split_whitespace());
        urls.extend(extra.map(|url| IndexUrl::Named(url.to_owned())));
    } else {
        urls.push(IndexUrl::Default);
    }
    let mut read: Vec<&Manifest> = vec![context.manifest];
    for wanted in wanted(context) {
        if !read.iter().any(|known| known.path == wanted.manifest.path) {
            read.push(wanted.manifest);
        }
    }
    for option in read.iter().flat_map(|manifest| &manifest.options) {
        asks_none |= option.kind == OptionKind::NoIndex;
        let Some(url) = &option.value else { continue };
        if option.kind == OptionKind::IndexUrl {
            urls = vec![IndexUrl::Named(url.clone())];
        } else if option.kind == OptionKind::ExtraIndexUrl {
            urls.push(IndexUrl::Named(url.clone()));
        }
    }
    if asks_none { Vec::new() } else { urls }
}

/// The SOCKS proxy that pip would have to take to an index of this file, if there is one.
pub(crate) fn socks_proxy(context: &Context<'_>) -> Option<Proxy> {
    let (pip, network) = (context.facts.pip.as_deref()?, context.facts.network.as_deref()?);
    let proxies = index_urls(context).into_iter().filter_map(|index| {
        let url = match &index {
            // What stands for the host is not known.
            IndexUrl::Named(url) if url.contains("${") => ANYWHERE,
            IndexUrl::Named(url) => url,
            IndexUrl::Default => network.default_index.as_deref().unwrap_or(ANYWHERE),
        };
        network.pip_proxy(pip, url)
    });
    proxies.into_iter().find(|proxy| proxy.scheme.is_socks())
}

/// A host that no `NO_PROXY` names.
const ANYWHERE: &str = "https://index.invalid/";

/// Whether pip in `environment` cannot use a SOCKS proxy.
pub(crate) fn lacks_pysocks(context: &Context<'_>, environment: &Environment) -> bool {
    let serves = context.chosen().is_some_and(|chosen| chosen.environment.root == environment.root);
    let imports = serves && context.facts.network.as_deref().is_some_and(|network| network.imports_socks);
    !imports && environment.distributions.find(PYSOCKS).is_none()
}
