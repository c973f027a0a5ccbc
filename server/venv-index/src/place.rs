//! URLs, as far as an index has them: taken apart, joined, decoded.

use std::borrow::Cow;
use std::net::IpAddr;

use percent_encoding::percent_decode_str;

/// A URL of `http` or `https`, without credentials and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) url: String,
    /// Name and password, decoded.
    pub(crate) credentials: Option<(String, String)>,
    pub(crate) fragment: Option<String>,
}

impl Place {
    /// `None` for what is no URL of these schemes.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let (url, fragment) = match url.trim().split_once('#') {
            Some((url, fragment)) => (url, Some(fragment.to_owned())),
            None => (url.trim(), None),
        };
        let (scheme, rest) = url.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(&*scheme, "http" | "https") {
            return None;
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, host) =
            authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        if host.is_empty() {
            return None;
        }
        let credentials = user.map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            (decoded(name), decoded(password))
        });
        let slash = if path.starts_with('/') { "" } else { "/" };
        Some(Self { url: format!("{scheme}://{host}{slash}{path}"), credentials, fragment })
    }

    /// Where `reference`, a URL or a part of one, leads from here.
    pub(crate) fn join(&self, reference: &str) -> Option<Self> {
        let reference = reference.trim();
        let has_scheme =
            reference.find([':', '/', '?', '#']).is_some_and(|at| reference[at..].starts_with(':') && at > 0);
        if has_scheme {
            return Self::parse(reference);
        }
        let (scheme, rest) = self.url.split_once("://")?;
        if let Some(rest) = reference.strip_prefix("//") {
            return Self::parse(&format!("{scheme}://{rest}"));
        }
        let (host, path) = rest.split_at(rest.find('/')?);
        let path = path.split('?').next().unwrap_or_default();
        let (reference, tail) = reference.split_at(reference.find(['?', '#']).unwrap_or(reference.len()));
        let joined = if reference.is_empty() {
            path.to_owned()
        } else if reference.starts_with('/') {
            without_dots(reference)
        } else {
            let folder = &path[..=path.rfind('/').unwrap_or(0)];
            without_dots(&format!("{folder}{reference}"))
        };
        Self::parse(&format!("{scheme}://{host}{joined}{tail}"))
    }

    /// The host with its port, as it is written.
    pub(crate) fn host(&self) -> &str {
        let rest = self.url.split_once("://").map_or(&*self.url, |(_, rest)| rest);
        rest.split(['/', '?']).next().unwrap_or_default()
    }

    /// The host alone.
    pub(crate) fn name(&self) -> &str {
        let host = self.host();
        let has_port =
            host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
        has_port.map_or(host, |(name, _)| name).trim_matches(['[', ']'])
    }

    /// Whether nobody between here and there can change what comes: encrypted, or this machine (pip's
    /// `SECURE_ORIGINS`).
    pub(crate) fn is_private(&self) -> bool {
        let name = self.name();
        let is_here = || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        self.url.starts_with("https://") || name.eq_ignore_ascii_case("localhost") || is_here()
    }

    /// The same; with the credentials of `asked`, if it is on the same host, no less safe, and has none of its own.
    #[must_use]
    pub(crate) fn with_access_of(self, asked: &Self) -> Self {
        let is_safe = self.url.starts_with("https://") || asked.url.starts_with("http://");
        if self.credentials.is_some() || !is_safe || self.host() != asked.host() {
            return self;
        }
        Self { credentials: asked.credentials.clone(), ..self }
    }

    /// The last part of the path, decoded.
    pub(crate) fn file(&self) -> String {
        let path = self.url.split('?').next().unwrap_or_default();
        decoded(path.rsplit('/').next().unwrap_or_default())
    }
}

pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// `text` with the references of HTML resolved that names, links and versions need.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let known = after.split_once(';').and_then(|(name, after)| Some((referred(name)?, after)));
        match known {
            Some((c, after)) => {
                plain.push(c);
                rest = after;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

fn referred(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let hexadecimal = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
            char::from_u32(hexadecimal.unwrap_or_else(|| number.parse()).ok()?)?
        }
    })
}

fn without_dots(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut ends_open = false;
    for part in path.split('/').skip(1) {
        ends_open = matches!(part, "." | "..");
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let end = if ends_open && !parts.is_empty() { "/" } else { "" };
    format!("/{}{end}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_and_fragments_are_taken_off() {
        let place = Place::parse("HTTPS://me:p%40ss@index.test:8443/simple?x#sha256=00").unwrap();
        assert_eq!(place.url, "https://index.test:8443/simple?x");
        assert_eq!(place.credentials, Some(("me".into(), "p@ss".into())));
        assert_eq!(place.fragment.as_deref(), Some("sha256=00"));
        assert_eq!((place.host(), place.name()), ("index.test:8443", "index.test"));
        assert_eq!(
            Place::parse("http://token@h").unwrap().credentials,
            Some(("token".into(), String::new()))
        );
        assert_eq!(Place::parse("http://[::1]:80/").unwrap().name(), "::1");
        for url in ["file:///srv/simple", "/srv", "http://", "http:///x", ""] {
            assert_eq!(Place::parse(url), None, "{url}");
        }
    }

    #[test]
    fn references_lead_where_browsers_would_go() {
        let base = Place::parse("https://index.test/simple/six/?a=/b").unwrap();
        for (reference, url) in [
            ("six-1.whl", "https://index.test/simple/six/six-1.whl"),
            ("../../files/a%2Bb.whl#sha256=0", "https://index.test/files/a%2Bb.whl"),
            ("../../../../x", "https://index.test/x"),
            ("/x/./y", "https://index.test/x/y"),
            ("..", "https://index.test/simple/"),
            ("//files.test/x", "https://files.test/x"),
            ("http://files.test/x?y", "http://files.test/x?y"),
            ("#top", "https://index.test/simple/six/"),
            ("a:b", ""),
        ] {
            assert_eq!(base.join(reference).map(|place| place.url).unwrap_or_default(), url, "{reference}");
        }
    }

    #[test]
    fn what_comes_unencrypted_from_elsewhere_is_not_private() {
        for (url, is_private) in [
            ("https://index.test/simple", true),
            ("http://index.test/simple", false),
            ("http://LOCALHOST:8080/", true),
            ("http://127.3.2.1/", true),
            ("http://[::1]:80/", true),
            ("http://127.0.0.1.test/", false),
        ] {
            assert_eq!(Place::parse(url).unwrap().is_private(), is_private, "{url}");
        }
    }

    #[test]
    fn credentials_go_on_to_the_same_host_alone() {
        for (asked, next, has) in [
            ("https://me:p@index.test/a", "https://index.test/b", true),
            ("https://me:p@index.test/a", "https://index.test:8443/b", false),
            ("https://me:p@index.test/a", "https://files.test/b", false),
            ("https://me:p@index.test/a", "http://index.test/b", false),
            ("http://me:p@index.test/a", "https://index.test/b", true),
        ] {
            let next = Place::parse(next).unwrap().with_access_of(&Place::parse(asked).unwrap());
            assert_eq!(next.credentials.is_some(), has, "{asked} {}", next.url);
        }
    }

    #[test]
    fn html_is_read_as_text() {
        assert_eq!(
            unescaped("&gt;=3.8, &#60;4 &amp;amp; &#x41; & &nope; x&"),
            ">=3.8, <4 &amp; A & &nope; x&"
        );
    }
}
