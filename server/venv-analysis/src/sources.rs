//! From where an installation takes what it installs, as far as a file says so and the user has not: what is named
//! in the title of the action, so that who carries it out knows.
//!
//! The user has what pip's and uv's own configuration and variables name, with what lies beside it: a host may have the
//! indexes of many. The rest is the file's: its indexes, the URLs of its requirements, and the computers whose
//! certificates it does not want checked. What lies in an environment came with it, and counts as the file's.

use venv_syntax::{LineKind, OptionKind, RequirementTarget, parse_requirements_txt};

use crate::check::Context;
use crate::config::Installer;
use crate::facts::{PipSetting, PipSettings};
use crate::manifest::{IncludeTarget, Manifest, Role};
use crate::requirements::{Walk, Wanted};
use crate::words::{listed_whole, without_secrets};

/// What a file brings along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    /// Hosts with their ports, as they are shown; the user has those not. Where the user has another place on the same
    /// host, with the path.
    hosts: Vec<String>,
    /// Of which the certificate is not to be checked.
    unchecked: Vec<String>,
    /// The variables whose values are a part of what the hosts are asked.
    told: Vec<String>,
    /// What the user has: hosts, and the folder on each in which the place lies.
    known: Vec<(String, String)>,
}

impl Sources {
    /// Those that count for whatever is installed.
    pub(crate) fn new(context: &Context<'_>) -> Self {
        let mut sources = Self::default();
        let pip = context.facts.pip.as_deref();
        let uv = context.facts.uv.as_deref();
        let of_pip = || pip.into_iter().flat_map(indexes_of_pip);
        let (of_environment, of_user): (Vec<_>, Vec<_>) =
            of_pip().partition(|(setting, _)| setting.is_of_environment());
        let of_uv = uv.into_iter().flat_map(|uv| uv.own.iter().map(|url| &**url));
        for url in of_user.into_iter().map(|(_, url)| url).chain(of_uv) {
            let folder = folder(&path(url));
            sources.known.extend(hosts(url).into_iter().map(|host| (host, folder.clone())));
        }
        let trusted = pip.and_then(|pip| pip.find("trusted-host", "install"));
        let (of_environments_pip, trusted): (Vec<_>, Vec<_>) =
            trusted.iter().partition(|setting| setting.is_of_environment());
        let hosts_of = |settings: &[&&PipSetting]| -> Vec<String> {
            settings.iter().flat_map(|it| it.value.split_whitespace()).map(shown_host).collect()
        };
        let trusted = hosts_of(&trusted);
        for (_, url) in of_environment {
            sources.add(url);
        }
        for host in hosts_of(&of_environments_pip) {
            sources.add_unchecked(&host, &trusted);
        }
        let mut walk = Walk::new(*context);
        walk.enter(context.manifest, context.manifest.role);
        while let Some((manifest, _)) = walk.next() {
            sources.add_options(manifest, &trusted);
        }
        let has_uv = context.facts.machine.as_ref().is_some_and(|machine| machine.tools.uv.is_some());
        if let Some(uv) = uv.filter(|_| has_uv && context.config.installer != Installer::Pip) {
            for url in &uv.project {
                sources.add(url);
            }
            for host in &uv.project_unchecked {
                sources.add_unchecked(host, &[]);
            }
        }
        sources
    }

    /// Those of the user's own indexes, from which something is fetched that the file does not ask for.
    pub(crate) fn of_indexes(urls: &[Box<str>]) -> Self {
        let mut sources = Self::default();
        for url in urls {
            sources.add(url);
        }
        sources
    }

    /// With where `asked` come from themselves, and, if all of the file is installed, the other files that it names.
    pub(crate) fn with(&self, asked: &[Wanted<'_>]) -> Self {
        let mut sources = self.clone();
        for wanted in asked {
            if wanted.entry.section().is_none() {
                sources.add_target(&wanted.entry.line().target);
                continue;
            }
            // Other formats say apart from the requirement where it comes from.
            let joined = wanted.entry.joined(&wanted.manifest.text);
            for line in &parse_requirements_txt(&joined).lines {
                if let LineKind::Requirement(line) = &line.tree.kind {
                    sources.add_target(&line.target);
                }
            }
        }
        sources
    }

    fn add_target(&mut self, target: &RequirementTarget) {
        match target {
            RequirementTarget::Named(requirement) => {
                if let Some(url) = &requirement.url {
                    self.add(&url.text);
                }
            }
            RequirementTarget::Location { location, .. } => self.add(&location.text),
        }
    }

    /// The same with the lists that lie elsewhere and are fetched with the file.
    pub(crate) fn with_lists(mut self, context: &Context<'_>) -> Self {
        let mut walk = Walk::new(*context);
        walk.enter(context.manifest, context.manifest.role);
        while let Some((manifest, _)) = walk.next() {
            self.add_lists(manifest, Role::Requirements);
        }
        self
    }

    /// Whether there is nothing to say.
    pub(crate) fn is_empty(&self) -> bool {
        self.hosts.is_empty() && self.unchecked.is_empty()
    }

    /// One for each thing to say, for comparing what was agreed to with what is about to be done.
    pub(crate) fn names(&self) -> Vec<String> {
        let unchecked = self.unchecked.iter().map(|host| format!("{host} (certificate not checked)"));
        let told = self.told.iter().map(|variable| format!("{variable} (sent)"));
        self.hosts.iter().cloned().chain(unchecked).chain(told).collect()
    }

    /// For the end of a title: " from `index.example.org` without checking its certificate". Or nothing.
    pub(crate) fn words(&self) -> String {
        let mut words = String::new();
        let list = |names: &[String]| listed_whole(names);
        if !self.hosts.is_empty() {
            words += &format!(" from {}", list(&self.hosts));
        }
        if !self.told.is_empty() && !self.hosts.is_empty() {
            words += &format!(" (sends {})", list(&self.told));
        }
        let without_port = |host: &str| host.rsplit_once(':').map_or(host, |(host, _)| host).to_owned();
        match (&*self.hosts, &*self.unchecked) {
            (_, []) => {}
            ([host], [unchecked]) if host == unchecked || without_port(host) == *unchecked => {
                words += " without checking its certificate";
            }
            (_, [_]) => words += &format!(" without checking the certificate of {}", list(&self.unchecked)),
            (_, _) => words += &format!(" without checking the certificates of {}", list(&self.unchecked)),
        }
        words
    }

    fn add_options(&mut self, manifest: &Manifest, trusted: &[String]) {
        for option in &manifest.options {
            let Some(value) = &option.value else { continue };
            match option.kind {
                OptionKind::IndexUrl | OptionKind::ExtraIndexUrl | OptionKind::FindLinks => self.add(value),
                OptionKind::TrustedHost => self.add_unchecked(value, trusted),
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
                | OptionKind::UseFeature
                | OptionKind::Hash
                | OptionKind::ConfigSettings
                | OptionKind::GlobalOption => {}
            }
        }
        // Bounds always come along.
        self.add_lists(manifest, Role::Constraints);
    }

    fn add_lists(&mut self, manifest: &Manifest, role: Role) {
        for include in manifest.includes.iter().filter(|include| include.role == role) {
            if let IncludeTarget::Elsewhere(value) = &include.target {
                self.add(value);
            }
        }
    }

    fn add(&mut self, url: &str) {
        let mut is_new = false;
        let path = path(url);
        for host in hosts(url) {
            let mut folders =
                self.known.iter().filter(|known| known.0 == host).map(|known| &*known.1).peekable();
            let is_elsewhere = folders.peek().is_some();
            if folders.any(|folder| path.starts_with(folder) && !path.contains("..")) {
                continue;
            }
            is_new = true;
            let whole = || without_secrets(&format!("//{host}{path}")).trim_start_matches('/').to_owned();
            let shown = if is_elsewhere { whole() } else { host };
            if !self.hosts.contains(&shown) {
                self.hosts.push(shown);
            }
        }
        if is_new {
            let whole = variables(url);
            for variable in whole.into_iter().filter(|it| !self.hosts.iter().any(|host| host.contains(&**it)))
            {
                if !self.told.contains(&variable) {
                    self.told.push(variable);
                }
            }
        }
    }

    fn add_unchecked(&mut self, host: &str, trusted: &[String]) {
        let host = shown_host(host);
        if !trusted.contains(&host) && !self.unchecked.contains(&host) {
            self.unchecked.push(host);
        }
    }
}

/// Each URL with what sets it.
fn indexes_of_pip(pip: &PipSettings) -> impl Iterator<Item = (&PipSetting, &str)> {
    let found = ["index-url", "extra-index-url", "find-links"].map(|name| pip.find(name, "install"));
    let found = found.into_iter().flatten();
    found.flat_map(|setting| setting.value.split_whitespace().map(move |url| (setting, url)))
}

/// The hosts that `url` leads to: one, none (a path), or several where programs read it in several ways.
fn hosts(url: &str) -> Vec<String> {
    let Some((scheme, rest)) = url.split_once(':') else {
        // A variable may stand for all of it.
        return variables(url).into_iter().take(1).collect();
    };
    let has_scheme = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !has_scheme {
        return variables(scheme).into_iter().take(1).collect();
    }
    // Of a web address some take `\` for `/`, and forgive one that is missing.
    let rest = rest.trim_start_matches(['/', '\\']);
    let is_file = scheme.eq_ignore_ascii_case("file") || scheme.to_ascii_lowercase().ends_with("+file");
    if is_file || (scheme.len() == 1 && !url.contains("://")) {
        return Vec::new();
    }
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    // Who takes it for `/` and who does not come to different hosts.
    let parts = authority.split('\\').map(|part| part.rsplit_once('@').map_or(part, |(_, host)| host));
    parts.filter(|part| !part.is_empty()).map(shown_host).collect()
}

/// The path of `url`, as it is written: what the host is asked for. It begins with `/`.
fn path(url: &str) -> String {
    let rest = url.split_once(':').map_or("", |(_, rest)| rest).trim_start_matches(['/', '\\']);
    let path = &rest[rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len())..];
    let path = path[..path.find(['?', '#']).unwrap_or(path.len())].trim_start_matches(['/', '\\']);
    // `%2e%2e` leads upwards as well.
    format!("/{}", path.replace('\\', "/").replace("%2e", ".").replace("%2E", "."))
}

/// The folder of what `path` names, which begins and ends with a slash.
fn folder(path: &str) -> String {
    let path = path.trim_end_matches('/');
    format!("{}/", &path[..path.rfind('/').unwrap_or(0)])
}

/// In small letters, and letters that are not ASCII as the name service gets them: many look like another.
fn shown_host(host: &str) -> String {
    let is_variable = |label: &str| label.contains('$');
    let labels = host.trim().split('.').map(|label| {
        if is_variable(label) || label.is_ascii() {
            if is_variable(label) { label.to_owned() } else { label.to_ascii_lowercase() }
        } else {
            punycode(&label.to_lowercase()).map_or_else(|| label.to_owned(), |code| format!("xn--{code}"))
        }
    });
    labels.collect::<Vec<_>>().join(".")
}

/// The `${NAME}` in `text`, each once.
fn variables(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split("${").skip(1) {
        let Some((name, _)) = part.split_once('}') else { continue };
        let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let variable = format!("${{{name}}}");
        if !name.is_empty() && name.bytes().all(is_name) && !found.contains(&variable) {
            found.push(variable);
        }
    }
    found
}

/// `label` in the form of RFC 3492; `None` where it is too long for that.
fn punycode(label: &str) -> Option<String> {
    let (base, first, last, skew, damp) = (36_u32, 1_u32, 26_u32, 38_u32, 700_u32);
    let mut code: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(code.len()).ok()?;
    if basic > 0 {
        code.push('-');
    }
    let (mut next, mut delta, mut bias, mut handled) = (0x80_u32, 0_u32, 72_u32, basic);
    let all = u32::try_from(label.chars().count()).ok()?;
    while handled < all {
        let least = label.chars().map(u32::from).filter(|c| *c >= next).min()?;
        delta = delta.checked_add((least - next).checked_mul(handled + 1)?)?;
        next = least;
        for c in label.chars().map(u32::from) {
            if c < next {
                delta = delta.checked_add(1)?;
            }
            if c != next {
                continue;
            }
            let mut rest = delta;
            let mut k = base;
            loop {
                let threshold = k.saturating_sub(bias).clamp(first, last);
                if rest < threshold {
                    break;
                }
                code.push(digit(threshold + (rest - threshold) % (base - threshold)));
                rest = (rest - threshold) / (base - threshold);
                k += base;
            }
            code.push(digit(rest));
            delta = if handled == basic { delta / damp } else { delta / 2 };
            delta += delta / (handled + 1);
            let mut steps = 0;
            while delta > ((base - first) * last) / 2 {
                delta /= base - first;
                steps += base;
            }
            bias = steps + (base - first + 1) * delta / (delta + skew);
            delta = 0;
            handled += 1;
        }
        delta += 1;
        next += 1;
    }
    Some(code)
}

fn digit(value: u32) -> char {
    char::from_digit(value.saturating_sub(26), 10)
        .filter(|_| value >= 26)
        .or_else(|| char::from_u32(u32::from(b'a') + value))
        .unwrap_or('?')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_a_program_connects_to() {
        for (url, expected) in [
            ("https://Index.Example.org/simple", &["index.example.org"][..]),
            ("https://user:pass@evil.example:8443/simple?x=good.example", &["evil.example:8443"]),
            ("https://good.example@evil.example/x", &["evil.example"]),
            ("https://evil.example\\@good.example/x", &["evil.example", "good.example"]),
            ("https:\\\\evil.example/x", &["evil.example"]),
            ("https:/evil.example/x", &["evil.example"]),
            ("git+ssh://git@host.example/a/b", &["host.example"]),
            ("http://[::1]:8080/simple", &["[::1]:8080"]),
            ("file:///tmp/wheels", &[]),
            ("wheels", &[]),
            ("C:\\wheels", &[]),
            ("${INDEX}", &["${INDEX}"]),
            ("https://${HOST}/simple", &["${HOST}"]),
            ("https://b\u{fc}cher.example/x", &["xn--bcher-kva.example"]),
            ("https://p\u{443}thon.example/x", &["xn--pthon-eze.example"]),
        ] {
            assert_eq!(hosts(url), expected, "{url}");
        }
    }

    #[test]
    fn another_place_on_a_host_of_many_is_named() {
        let known = |url: &str| Sources {
            known: hosts(url).into_iter().map(|host| (host, folder(&path(url)))).collect(),
            ..Sources::default()
        };
        let mine = "https://many.example/api/mine/simple/";
        for (has, url, said) in [
            (mine, "https://many.example/api/mine/simple", ""),
            (mine, "https://MANY.example/api/mine/files/six.whl", ""),
            (mine, "https://many.example/api/theirs/simple", " from `many.example/api/theirs/simple`"),
            (mine, "https://many.example/api/mine/../theirs", " from `many.example/api/mine/../theirs`"),
            (mine, "https://many.example/api/mine/%2e%2E/theirs", " from `many.example/api/mine/../theirs`"),
            (mine, "https://many.example", " from `many.example/`"),
            (mine, "https://many.example:8443/api/mine/simple", " from `many.example:8443`"),
            (mine, "https://many.example/aB3dE6fG9hJ2kL5m/simple", " from `many.example/***/simple`"),
            ("https://one.example/simple", "https://one.example/files/a/b.whl", ""),
            ("https://one.example", "https://one.example/simple", ""),
        ] {
            let mut sources = known(has);
            sources.add(url);
            assert_eq!(sources.words(), said, "{url}");
        }
    }

    #[test]
    fn letters_of_all_scripts_become_those_of_the_name_service() {
        // RFC 3492, section 7.1.
        for (label, code) in [
            (
                "\u{4ed6}\u{4eec}\u{4e3a}\u{4ec0}\u{4e48}\u{4e0d}\u{8bf4}\u{4e2d}\u{6587}",
                "ihqwcrb4cv8a8dqg056pqjye",
            ),
            ("3\u{5e74}b\u{7d44}\u{91d1}\u{516b}\u{5148}\u{751f}", "3b-ww4c5e180e575a65lsy2b"),
        ] {
            assert_eq!(punycode(label).as_deref(), Some(code));
        }
    }
}
