//! The way from here to a package index: which proxy a program takes, by the program's own rules.
//!
//! pip asks `requests`, which asks `urllib` (`getproxies_environment`, `select_proxy`, `should_bypass_proxies`); uv asks
//! `reqwest`. What a system has configured apart from variables (macOS, Windows) is not known here.

use std::net::Ipv4Addr;
use std::str::FromStr as _;

use super::pip::{PipSettings, PipSource};

/// What is known of the network for one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Every variable whose name ends in `_proxy`, in whatever case, as it is set; also those that are empty.
    pub proxies: Vec<(Box<str>, Box<str>)>,
    /// The index that the pip which would install was made for, as its own files say.
    pub default_index: Option<Box<str>>,
    /// Whether `import socks` works in the environment that serves the file, whatever brought it.
    pub imports_socks: bool,
}

/// A proxy with where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Proxy {
    /// As it is written, credentials included.
    pub url: Box<str>,
    pub scheme: ProxyScheme,
    pub source: ProxySource,
}

/// What kind of proxy a URL names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyScheme {
    /// `http://`, or none: the programs take that for HTTP.
    Http,
    Https,
    /// `socks4://`: names are looked up here.
    Socks4,
    /// `socks4a://`: the proxy looks names up.
    Socks4a,
    /// `socks5://`: names are looked up here.
    Socks5,
    /// `socks5h://`: the proxy looks names up.
    Socks5h,
    /// `socks://`, which says no version: pip does not take it even with PySocks, and uv ignores it.
    Socks,
    Other,
}

/// What names a proxy.
#[derive(Clone, Debug, PartialEq)]
pub enum ProxySource {
    /// A variable, as it is written: `ALL_PROXY`, `https_proxy`.
    Variable(Box<str>),
    /// pip's option `proxy`, in a file or as `PIP_PROXY`.
    Pip(PipSource),
}

impl ProxyScheme {
    /// Of a proxy's URL.
    pub fn of(url: &str) -> Self {
        let Some((scheme, _)) = url.split_once("://") else { return Self::Http };
        match &*scheme.trim().to_ascii_lowercase() {
            "http" => Self::Http,
            "https" => Self::Https,
            "socks4" => Self::Socks4,
            "socks4a" => Self::Socks4a,
            "socks5" => Self::Socks5,
            "socks5h" => Self::Socks5h,
            "socks" => Self::Socks,
            _ => Self::Other,
        }
    }

    /// Whether pip needs PySocks for it.
    pub fn is_socks(self) -> bool {
        match self {
            Self::Socks4 | Self::Socks4a | Self::Socks5 | Self::Socks5h | Self::Socks => true,
            Self::Http | Self::Https | Self::Other => false,
        }
    }
}

/// `url` in the form that every program understands: `socks://` says no version, and means version 5 with names that
/// the proxy looks up.
pub fn with_socks_version(url: &str) -> Option<String> {
    let rest = url.split_once("://").filter(|_| ProxyScheme::of(url) == ProxyScheme::Socks)?.1;
    Some(format!("socks5h://{rest}"))
}

impl Network {
    /// The proxy that pip takes to `url`, with `pip` for its settings.
    pub fn pip_proxy(&self, pip: &PipSettings, url: &str) -> Option<Proxy> {
        let target = Target::of(url)?;
        if let Some(setting) = pip.find("proxy", "install") {
            // An explicit one counts for every host, whatever `NO_PROXY` says.
            return Some(Proxy::new(&setting.value, ProxySource::Pip(setting.source.clone())));
        }
        if pip.find_on("no-proxy-env", "install").is_some() || self.is_bypassed(&target) {
            return None;
        }
        let keys = [
            format!("{}://{}", target.scheme, target.host),
            target.scheme.clone(),
            format!("all://{}", target.host),
            "all".to_owned(),
        ];
        let (name, url) = keys.iter().find_map(|key| self.variable(key))?;
        Some(Proxy::new(url, ProxySource::Variable(name.into())))
    }

    /// The proxy that uv takes to `url`.
    pub fn uv_proxy(&self, url: &str) -> Option<Proxy> {
        let target = Target::of(url)?;
        let exact = |key: &str| {
            let (upper, lower) = (format!("{key}_PROXY").to_uppercase(), format!("{key}_proxy"));
            let named = |wanted: &str| self.proxies.iter().find(|(name, _)| **name == *wanted);
            named(&upper).or_else(|| named(&lower)).filter(|(_, value)| !value.is_empty())
        };
        if let Some((_, no_proxy)) = exact("no")
            && (no_proxy.split(',').any(|host| host.trim() == "*") || target.is_among(no_proxy))
        {
            return None;
        }
        let (name, url) = exact(&target.scheme).or_else(|| exact("all"))?;
        let proxy = Proxy::new(url, ProxySource::Variable(name.clone()));
        (proxy.scheme != ProxyScheme::Socks).then_some(proxy)
    }

    /// The variables that have to be written in another form, so that the programs that are started understand them.
    pub fn rewritten(&self) -> impl Iterator<Item = (&str, String)> {
        self.proxies.iter().filter_map(|(name, value)| Some((&**name, with_socks_version(value)?)))
    }

    /// Whether any SOCKS proxy is named at all, for pip or for everybody.
    pub fn names_socks(&self, pip: &PipSettings) -> bool {
        let own = pip.find("proxy", "install").map(|setting| &setting.value);
        let mut all = self.proxies.iter().map(|(_, value)| value).chain(own);
        all.any(|value| ProxyScheme::of(value).is_socks())
    }

    /// `KEY_proxy` as `urllib` reads it: in any case, where the lower case counts more, and takes away when empty.
    fn variable(&self, key: &str) -> Option<(&str, &str)> {
        let mut found = None;
        let same = |name: &str| {
            let name = name.to_lowercase();
            name.strip_suffix("_proxy") == Some(key)
        };
        for (name, value) in self.proxies.iter().filter(|(name, _)| same(name)) {
            if !value.is_empty() {
                found = Some((&**name, &**value));
            }
        }
        for (name, value) in self.proxies.iter().filter(|(name, _)| name.ends_with("_proxy") && same(name)) {
            found = (!value.is_empty()).then_some((&**name, &**value));
        }
        found
    }

    fn is_bypassed(&self, target: &Target) -> bool {
        let exact = |wanted: &str| {
            let found = self.proxies.iter().find(|(name, _)| **name == *wanted);
            found.map(|(_, value)| &**value).filter(|value| !value.is_empty())
        };
        // `requests` looks itself first, then asks `urllib`.
        let by_requests = exact("no_proxy").or_else(|| exact("NO_PROXY"));
        by_requests.is_some_and(|hosts| target.is_among(hosts))
            || self.variable("no").is_some_and(|(_, hosts)| hosts == "*" || target.is_suffixed(hosts))
    }
}

impl Proxy {
    fn new(url: &str, source: ProxySource) -> Self {
        Self { url: url.trim().into(), scheme: ProxyScheme::of(url.trim()), source }
    }
}

/// What a URL leads to.
struct Target {
    /// Lower case, as is the host.
    scheme: String,
    host: String,
    port: Option<String>,
}

impl Target {
    fn of(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(&*scheme, "http" | "https") {
            return None;
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place).to_lowercase();
        let (host, port) = match place.strip_prefix('[').and_then(|place| place.split_once(']')) {
            Some((host, rest)) => (host.to_owned(), rest.strip_prefix(':').map(str::to_owned)),
            None => match place.split_once(':') {
                Some((host, port)) => (host.to_owned(), Some(port.to_owned())),
                None => (place, None),
            },
        };
        Some(Self { scheme, host, port })
    }

    fn is_among(&self, hosts: &str) -> bool {
        let hosts = hosts.replace(' ', "");
        let Ok(address) = Ipv4Addr::from_str(&self.host) else { return self.is_suffixed(&hosts) };
        hosts.split(',').any(|host| match host.split_once('/') {
            Some((network, bits)) => is_in(address, network, bits),
            None => host == self.host,
        })
    }

    fn is_suffixed(&self, hosts: &str) -> bool {
        let with_port = self.port.as_ref().map(|port| format!("{}:{port}", self.host));
        hosts.split(',').any(|name| {
            let name = name.trim().trim_start_matches('.').to_lowercase();
            let is_below = |host: &str| {
                host.strip_suffix(&*name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            };
            !name.is_empty() && (is_below(&self.host) || with_port.as_deref().is_some_and(is_below))
        })
    }
}

fn is_in(address: Ipv4Addr, network: &str, bits: &str) -> bool {
    let (Ok(network), Ok(bits)) = (Ipv4Addr::from_str(network), bits.parse::<u32>()) else { return false };
    let Some(mask) = 32_u32.checked_sub(bits).map(|rest| u32::MAX.checked_shl(rest).unwrap_or(0)) else {
        return false;
    };
    address.to_bits() & mask == network.to_bits() & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = "https://index.test/simple/";

    fn network(variables: &[&str]) -> Network {
        let parts = variables.iter().map(|variable| variable.split_once('=').expect("NAME=value"));
        Network {
            proxies: parts.map(|(name, value)| (name.into(), value.into())).collect(),
            ..Network::default()
        }
    }

    fn by_pip(variables: &[&str], settings: &[(&'static str, &str)], url: &str) -> Option<String> {
        let mut pip = PipSettings::default();
        for (name, value) in settings {
            pip.add_variable(name, value);
        }
        network(variables).pip_proxy(&pip, url).map(|proxy| proxy.url.into())
    }

    #[test]
    fn pip_asks_in_the_order_of_requests() {
        let tried: &[(&[&str], Option<&str>)] = &[
            (&["ALL_PROXY=socks5://p"], Some("socks5://p")),
            (&["all_proxy=a", "ALL_PROXY=b"], Some("a")),
            (&["all_proxy=", "ALL_PROXY=b"], None),
            (&["ALL_PROXY=b", "all_proxy="], None),
            (&["All_Proxy=mixed"], Some("mixed")),
            (&["ALL_PROXY=a", "HTTPS_PROXY=b"], Some("b")),
            (&["ALL_PROXY=a", "HTTPS_PROXY=b", "https_proxy="], Some("a")),
            (&["HTTP_PROXY=h"], None),
            (&["https_proxy=b", "https://index.test_proxy=one"], Some("one")),
            (&["all_proxy=b", "all://index.test_proxy=one"], Some("one")),
            (&["https_proxy=b", "all://index.test_proxy=one"], Some("b")),
            (&["ALL_PROXY=a", "NO_PROXY=index.test"], None),
            (&["ALL_PROXY=a", "NO_PROXY=.test"], None),
            (&["ALL_PROXY=a", "NO_PROXY=index.test:443"], Some("a")),
            (&["ALL_PROXY=a", "NO_PROXY=other, test"], None),
            (&["ALL_PROXY=a", "NO_PROXY=est"], Some("a")),
            (&["ALL_PROXY=a", "NO_PROXY=*"], None),
            (&["ALL_PROXY=a", "NO_PROXY=*", "no_proxy="], Some("a")),
        ];
        for (variables, expected) in tried {
            assert_eq!(by_pip(variables, &[], INDEX).as_deref(), *expected, "{variables:?}");
        }
    }

    #[test]
    fn what_pip_is_told_itself_counts_more() {
        let by = |settings: &[_], url| by_pip(&["HTTPS_PROXY=v", "NO_PROXY=index.test"], settings, url);
        assert_eq!(by(&[("PIP_PROXY", "p")], INDEX).as_deref(), Some("p"));
        assert_eq!(by(&[("PIP_PROXY", "")], "https://other.test").as_deref(), Some("v"));
        assert_eq!(by(&[("PIP_NO_PROXY_ENV", "1")], "https://other.test"), None);
        assert_eq!(by(&[("PIP_PROXY", "p")], "file:///srv/simple"), None);
    }

    #[test]
    fn addresses_are_compared_as_such() {
        let by = |hosts: &str, url| by_pip(&["ALL_PROXY=a", &format!("NO_PROXY={hosts}")], &[], url);
        assert_eq!(by("10.0.0.0/8", "http://10.2.3.4:8080/"), None);
        assert_eq!(by("10.0.0.0/8", "http://11.2.3.4/"), Some("a".into()));
        assert_eq!(by("10.2.3.4", "http://u:p@10.2.3.4/"), None);
        assert_eq!(by("::1", "http://[::1]:80/"), None);
    }

    #[test]
    fn uv_prefers_the_upper_case_and_ignores_what_names_no_version() {
        let by = |variables: &[_]| network(variables).uv_proxy(INDEX).map(|proxy| proxy.url);
        assert_eq!(by(&["ALL_PROXY=a", "all_proxy=b"]).as_deref(), Some("a"));
        assert_eq!(by(&["ALL_PROXY=", "all_proxy=b"]), None);
        assert_eq!(by(&["ALL_PROXY=a", "https_proxy=socks5://b"]).as_deref(), Some("socks5://b"));
        assert_eq!(by(&["ALL_PROXY=socks://a"]), None);
        assert_eq!(by(&["ALL_PROXY=a", "NO_PROXY=test"]), None);
        assert_eq!(by(&["All_Proxy=a"]), None);
    }

    #[test]
    fn schemes_are_told_apart() {
        for (url, scheme) in [
            ("socks5://h", ProxyScheme::Socks5),
            ("SOCKS5H://h", ProxyScheme::Socks5h),
            ("socks4://h", ProxyScheme::Socks4),
            ("socks4a://h", ProxyScheme::Socks4a),
            ("socks://u:p@h:1", ProxyScheme::Socks),
            ("http://h", ProxyScheme::Http),
            ("https://h", ProxyScheme::Https),
            ("h:8080", ProxyScheme::Http),
            ("ftp://h", ProxyScheme::Other),
        ] {
            assert_eq!(ProxyScheme::of(url), scheme, "{url}");
        }
        assert_eq!(with_socks_version("socks://u:p@h:1").as_deref(), Some("socks5h://u:p@h:1"));
        assert_eq!(with_socks_version("socks5://h"), None);
    }
}
