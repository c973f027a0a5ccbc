//! What the programs know and nobody should read in what they print: the values of the variables that stand in an URL of
//! the plan's files, and names and passwords in the user's own settings, as they are written and as they are meant.
//!
//! What gives access in an URL is masked wherever it stands; this is for its other forms.

use std::borrow::Cow;
use std::cell::RefCell;

use venv_analysis::Plan;
use venv_syntax::expand_variables;

/// The longest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Secrets(Vec<String>);

/// In bytes. What is shorter stands in other words, too.
const SHORTEST: usize = 4;

impl Secrets {
    /// Those of the programs that carry out `plan`.
    pub(super) fn of(plan: &Plan) -> Self {
        let mut secrets = Self::default();
        let variables = |name: &str| std::env::var(name).ok();
        for file in &plan.files {
            secrets.add_text(&file.text, &variables);
        }
        for (_, proxy) in plan.steps.iter().flat_map(|step| &step.proxies) {
            secrets.add_credentials(proxy);
        }
        for (name, value) in std::env::vars_os() {
            let (Ok(name), Ok(value)) = (name.into_string(), value.into_string()) else { continue };
            secrets.add_setting(&name, &value);
        }
        secrets.settled()
    }

    /// `line` with `***` for each of them.
    pub(super) fn mask<'a>(&self, line: &'a str) -> Cow<'a, str> {
        let mut masked = Cow::Borrowed(line);
        for secret in &self.0 {
            if masked.contains(secret.as_str()) {
                masked = Cow::Owned(masked.replace(secret.as_str(), "***"));
            }
        }
        masked
    }

    fn add_text(&mut self, text: &str, value: &dyn Fn(&str) -> Option<String>) {
        for word in text.split_whitespace() {
            let word = word.rsplit_once('=').map_or(word, |(option, url)| {
                // `--index-url=https://…`, and not the query of an URL.
                if option.contains("://") { word } else { url }
            });
            match word.split_once("://") {
                // A path is no secret.
                Some(("file", _)) => continue,
                Some((_, rest)) => {
                    // The name of a host is needed to understand what is said of it.
                    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
                    let host = authority.rfind('@').map_or(0, |at| at + 1)..authority.len();
                    self.0.extend(values(&rest[..host.start], value));
                    self.0.extend(values(&rest[host.end..], value));
                }
                None => {}
            }
            let expanded = expand_variables(word, value);
            self.add_credentials(expanded.as_deref().unwrap_or(word));
        }
    }

    fn add_setting(&mut self, name: &str, value: &str) {
        let name = name.to_ascii_uppercase();
        if name.starts_with("UV_INDEX_") && name.ends_with("_PASSWORD") {
            self.0.push(value.to_owned());
        } else if name.starts_with("PIP_") || name.starts_with("UV_") || name.ends_with("_PROXY") {
            value.split([' ', ',', '\n']).for_each(|url| self.add_credentials(url));
        }
    }

    /// What stands before the `@`: the password, or a token where there is none.
    fn add_credentials(&mut self, url: &str) {
        let Some((_, rest)) = url.split_once("://") else { return };
        let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
        let Some((credentials, _)) = authority.rsplit_once('@') else { return };
        let secret = match credentials.split_once(':') {
            Some((_, password)) if !password.is_empty() => password,
            Some((token, _)) => token,
            // The user of every host of repositories, who needs a key.
            None if credentials == "git" => return,
            None => credentials,
        };
        self.0.push(secret.to_owned());
        self.0.push(decoded(secret));
    }

    fn settled(mut self) -> Self {
        self.0.retain(|secret| secret.len() >= SHORTEST);
        self.0.sort_unstable_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        self.0.dedup();
        self
    }
}

/// The values of the variables in `text`.
fn values(text: &str, value: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let found = RefCell::new(Vec::new());
    expand_variables(text, |name| {
        found.borrow_mut().extend(value(name));
        None
    });
    found.into_inner()
}

/// With each `%40` as the character that it means.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let code = if first == b'%' { behind.get(..2) } else { None };
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(text: &str, settings: &[(&str, &str)]) -> Secrets {
        let mut secrets = Secrets::default();
        let value = |name: &str| match name {
            "TOKEN" => Some("t0ken-value".to_owned()),
            "HOST" => Some("index.example.org".to_owned()),
            "INDEX" => Some("https://u:whole%21@a.org/simple".to_owned()),
            "SHORT" => Some("abc".to_owned()),
            _ => None,
        };
        secrets.add_text(text, &value);
        settings.iter().for_each(|(name, value)| secrets.add_setting(name, value));
        secrets.settled()
    }

    #[test]
    fn what_a_variable_brings_into_an_url_is_masked_and_names_of_hosts_are_not() {
        let line = "Looking in indexes: https://index.example.org/t0ken-value/simple/ (t0ken-value)";
        let masked = "Looking in indexes: https://index.example.org/***/simple/ (***)";
        for text in [
            "--index-url https://${HOST}/${TOKEN}/simple/\n",
            "--index-url=https://u:${TOKEN}@${HOST}/simple/\nsix\n",
            "a @ https://${HOST}/a.whl?k=${TOKEN}\n",
        ] {
            assert_eq!(secrets(text, &[]).mask(line), masked, "{text}");
        }
        assert_eq!(
            secrets("--find-links file:///${TOKEN}\nsix ${TOKEN}\nb @ https://${SHORT}@h/\n", &[]).0,
            [""; 0]
        );
    }

    #[test]
    fn credentials_are_masked_as_they_are_written_and_as_they_are_meant() {
        let found = secrets("--index-url ${INDEX}\n", &[("https_proxy", "http://me:p%40ss@proxy:3128")]);
        assert_eq!(found.0, ["whole%21", "p%40ss", "whole!", "p@ss"]);
        let settings = [("UV_INDEX_OWN_PASSWORD", "letmein"), ("PATH", "https://u:nothing@h/")];
        assert_eq!(secrets("", &settings).0, ["letmein"]);
        assert_eq!(secrets("a @ git+ssh://git@h/a\nb @ https://token@h/b\n", &[]).0, ["token"]);
        assert_eq!(decoded("a%4"), "a%4");
    }
}
