//! One project's page: which files there are, where, with which digest.

use serde::Deserialize;

use crate::client::Client;
use crate::error::Error;
use crate::place::{Place, decoded, unescaped};

/// What an index has of one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The index's host, for messages.
    pub place: String,
    /// As it was asked for.
    pub name: String,
    /// In the order of the page.
    pub files: Vec<File>,
}

/// One file of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    /// Absolute, without a fragment. It may hold credentials.
    pub url: String,
    /// In lower-case hexadecimal digits.
    pub sha256: Option<String>,
    pub is_yanked: bool,
    /// For which Pythons it is, as the index writes it.
    pub requires_python: Option<String>,
}

/// The page of every project is smaller.
const LARGEST_PAGE: u64 = 32 << 20;

const ACCEPT: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";

/// Reads the page of the project `name`, which is normalised.
///
/// # Errors
/// Where the index cannot be reached, has no such project, or answers with something else.
pub fn read_project(client: &Client, index: &str, name: &str) -> Result<Project, Error> {
    let wrong = || Error::Url { url: venv_syntax::without_secrets(index).into_owned() };
    let index = index.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let asked = Place::parse(&format!("{index}/{name}/")).ok_or_else(wrong)?;
    let place = asked.host().to_owned();
    let answer = match client.get(&asked, ACCEPT, LARGEST_PAGE) {
        Err(Error::Status { status: 404 | 410, .. }) => {
            return Err(Error::NoProject { place, name: name.to_owned() });
        }
        answer => answer?,
    };
    let text = String::from_utf8_lossy(&answer.bytes);
    // Some answer in HTML to whoever asks for JSON alone.
    let files = match &*answer.content_type {
        "application/vnd.pypi.simple.v1+json" | "application/json" => from_json(&text, &answer.from),
        "text/html" | "application/vnd.pypi.simple.v1+html" | "application/xhtml+xml" | "" => {
            Some(from_html(&text, &answer.from))
        }
        _ => None,
    };
    let mut files = files.ok_or_else(|| Error::NoIndex { place: place.clone() })?;
    for file in &mut files {
        // Whoever is known to the index is known to its files (pip: the same host).
        if let Some(there) = Place::parse(&file.url)
            && let (None, Some((user, password))) = (&there.credentials, &asked.credentials)
            && there.host() == asked.host()
        {
            file.url = with_credentials(&there.url, user, password);
        }
    }
    Ok(Project { place, name: name.to_owned(), files })
}

#[derive(Deserialize)]
struct Page {
    files: Vec<JsonFile>,
}

#[derive(Deserialize)]
struct JsonFile {
    filename: String,
    url: String,
    #[serde(default)]
    hashes: Hashes,
    #[serde(default)]
    yanked: Yanked,
    #[serde(rename = "requires-python")]
    requires_python: Option<String>,
}

#[derive(Default, Deserialize)]
struct Hashes {
    sha256: Option<String>,
}

/// `true`, or why.
#[derive(Deserialize)]
#[serde(untagged)]
enum Yanked {
    Whether(bool),
    Because(String),
}

impl Default for Yanked {
    fn default() -> Self {
        Self::Whether(false)
    }
}

fn from_json(text: &str, from: &Place) -> Option<Vec<File>> {
    let page: Page = serde_json::from_str(text).ok()?;
    let files = page.files.into_iter().filter_map(|file| {
        let (url, fragment) = joined(from, &file.url)?;
        Some(File {
            name: file.filename,
            url,
            sha256: file.hashes.sha256.map(|digest| digest.to_ascii_lowercase()).or(fragment),
            is_yanked: match file.yanked {
                Yanked::Whether(yanked) => yanked,
                Yanked::Because(why) => !why.is_empty(),
            },
            requires_python: file.requires_python,
        })
    });
    Some(files.collect())
}

/// The anchors of a page, wherever they stand in it.
fn from_html(text: &str, from: &Place) -> Vec<File> {
    let mut base = from.clone();
    let mut files = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let name = after.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let (attributes, after) = attributes(&after[name.len()..]);
        rest = after;
        let find = |wanted: &str| {
            attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| unescaped(value).into_owned())
        };
        if name.eq_ignore_ascii_case("base") {
            base = find("href").and_then(|url| from.join(&url)).unwrap_or(base);
        }
        let (true, Some(reference)) = (name.eq_ignore_ascii_case("a"), find("href")) else { continue };
        let Some((url, sha256)) = joined(&base, &reference) else { continue };
        let name = Place::parse(&url).map(|place| place.file()).unwrap_or_default();
        let (is_yanked, requires_python) = (find("data-yanked").is_some(), find("data-requires-python"));
        files.push(File { name, url, sha256, is_yanked, requires_python });
    }
    files
}

/// The attributes of a tag, names in lower case, and what follows the tag.
fn attributes(text: &str) -> (Vec<(String, &str)>, &str) {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            return (found, rest.get(1..).unwrap_or_default());
        }
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end.max(rest.chars().next().map_or(0, char::len_utf8)));
        let name = name.to_ascii_lowercase();
        let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
            found.push((name, ""));
            rest = after;
            continue;
        };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, after) = match quote {
            Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            None => {
                value.split_at(value.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(value.len()))
            }
        };
        found.push((name, value));
        rest = after;
    }
}

/// A URL without its fragment, with its own credentials, and the digest that the fragment says.
fn joined(base: &Place, reference: &str) -> Option<(String, Option<String>)> {
    let place = base.join(reference)?;
    let digest = place.fragment.as_deref().and_then(|fragment| {
        fragment.split('&').find_map(|part| Some(decoded(part.strip_prefix("sha256=")?).to_ascii_lowercase()))
    });
    let url = match &place.credentials {
        Some((user, password)) => with_credentials(&place.url, user, password),
        None => place.url,
    };
    Some((url, digest))
}

fn with_credentials(url: &str, user: &str, password: &str) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    url.replacen("://", &format!("://{}:{}@", encoded(user), encoded(password)), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(files: &[File]) -> Vec<String> {
        let files = files.iter();
        files
            .map(|file| {
                let digest = file.sha256.as_deref().unwrap_or("-");
                let yanked = if file.is_yanked { " yanked" } else { "" };
                let python = file.requires_python.as_deref().map(|python| format!(" for {python}"));
                format!("{} {} {digest}{yanked}{}", file.name, file.url, python.unwrap_or_default())
            })
            .collect()
    }

    #[test]
    fn anchors_are_read_however_they_are_written() {
        let from = Place::parse("https://index.test/simple/six/").unwrap();
        let text = "<!DOCTYPE html><html><head><title>a < b</title></head><body>\n\
            <!-- <a href='gone.whl'>gone</a> -->\n\
            <a href=\"../../f/six-1%2Blocal.whl#sha256=AB&amp;x=1\" data-requires-python=\"&gt;=3\">six-1</a>\n\
            <A  data-yanked HREF = 'https://files.test/six-2.whl' >six-2</A ><a name=top>x</a>\n\
            <a href=six-3.tar.gz#md5=0>six-3</a><a href=\"mailto:me@x\">me</a><a href=\"unclosed";
        assert_eq!(
            said(&from_html(text, &from)),
            [
                "six-1+local.whl https://index.test/f/six-1%2Blocal.whl ab for >=3",
                "six-2.whl https://files.test/six-2.whl - yanked",
                "six-3.tar.gz https://index.test/simple/six/six-3.tar.gz -",
                "unclosed https://index.test/simple/six/unclosed -",
            ]
        );
        let with_base = "<base href='/mirror/'><a href=x.whl>";
        assert_eq!(said(&from_html(with_base, &from)), ["x.whl https://index.test/mirror/x.whl -"]);
    }

    #[test]
    fn json_says_the_same() {
        let from = Place::parse("https://index.test/simple/six/").unwrap();
        let text = r#"{"meta": {"api-version": "1.1"}, "name": "six", "files": [
            {"filename": "six-1.whl", "url": "../../six-1.whl", "hashes": {"sha256": "AB", "md5": "x"}, "yanked": false},
            {"filename": "six-2.whl", "url": "https://files.test/six-2.whl", "hashes": {}, "yanked": "broken", "requires-python": null},
            {"filename": "six-3.whl", "url": "six-3.whl#sha256=cd", "hashes": {}, "requires-python": ">=3.9"}]}"#;
        assert_eq!(
            said(&from_json(text, &from).unwrap()),
            [
                "six-1.whl https://index.test/six-1.whl ab",
                "six-2.whl https://files.test/six-2.whl - yanked",
                "six-3.whl https://index.test/simple/six/six-3.whl cd for >=3.9",
            ]
        );
        assert_eq!(from_json("<html>", &from), None);
    }
}
