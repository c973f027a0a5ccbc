//! What the index has, and its answers: a page, a file, or a status.

use std::collections::BTreeMap;

use serde_json::json;

use super::Abilities;
use crate::wheel::{Wheel, normalized, sha256};

/// The wheels by normalised project name, and how they are shown.
pub(super) struct Catalogue {
    projects: BTreeMap<String, Vec<File>>,
    abilities: Abilities,
}

/// What is written back, but for the header lines.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: Vec<u8>,
}

struct File {
    wheel: Wheel,
    name: String,
    bytes: Vec<u8>,
    digest: String,
}

const HTML: &str = "text/html; charset=utf-8";
pub(super) const JSON: &str = "application/vnd.pypi.simple.v1+json";

impl Catalogue {
    pub(super) fn new(wheels: impl IntoIterator<Item = Wheel>, abilities: Abilities) -> Catalogue {
        let mut projects: BTreeMap<String, Vec<File>> = BTreeMap::new();
        for wheel in wheels {
            let bytes = wheel.bytes();
            let file = File { name: wheel.file_name(), digest: sha256(&bytes), bytes, wheel };
            projects.entry(normalized(&file.wheel.name)).or_default().push(file);
        }
        Catalogue { projects, abilities }
    }

    /// The answer to a GET of this path.
    pub(super) fn answer(&self, path: &str, accept: &str) -> Answer {
        let json = self.abilities.json && accept.contains(JSON);
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            ["simple"] => self.projects_page(json),
            ["simple", name] => match self.projects.get(&normalized(name)) {
                Some(files) => self.project_page(name, files, json),
                None => Answer::empty(404),
            },
            ["files", name] => self.file(name).unwrap_or_else(|| Answer::empty(404)),
            _ => Answer::empty(404),
        }
    }

    fn projects_page(&self, json: bool) -> Answer {
        if json {
            let projects: Vec<_> = self.projects.keys().map(|name| json!({ "name": name })).collect();
            return Answer::json(&json!({ "meta": { "api-version": "1.1" }, "projects": projects }));
        }
        let links: String =
            self.projects.keys().map(|name| format!("<a href=\"{name}/\">{name}</a><br>\n")).collect();
        Answer::page("Simple index", &links)
    }

    fn project_page(&self, name: &str, files: &[File], json: bool) -> Answer {
        if json {
            let versions: Vec<&str> = files.iter().map(|file| file.wheel.version.as_str()).collect();
            let files: Vec<_> = files.iter().map(|file| self.file_as_json(file)).collect();
            return Answer::json(&json!({
                "meta": { "api-version": "1.1" }, "name": normalized(name), "versions": versions, "files": files,
            }));
        }
        let links: String = files.iter().map(|file| self.file_as_link(file)).collect();
        Answer::page(&format!("Links for {}", normalized(name)), &links)
    }

    fn file_as_json(&self, file: &File) -> serde_json::Value {
        let mut entry = json!({
            "filename": file.name, "url": file.href(), "hashes": { "sha256": file.digest }, "size": file.bytes.len(),
            "yanked": file.wheel.yanked.as_ref().map_or(json!(false), |reason| json!(reason)),
        });
        if let Some(specifier) = &file.wheel.requires_python {
            entry["requires-python"] = json!(specifier);
        }
        if self.abilities.metadata {
            entry["core-metadata"] = json!({ "sha256": sha256(file.wheel.metadata().as_bytes()) });
        }
        entry
    }

    fn file_as_link(&self, file: &File) -> String {
        let mut attributes = String::new();
        let mut attribute =
            |name: &str, value: &str| attributes.push_str(&format!(" {name}=\"{}\"", quoted(value)));
        if let Some(specifier) = &file.wheel.requires_python {
            attribute("data-requires-python", specifier);
        }
        if let Some(reason) = &file.wheel.yanked {
            attribute("data-yanked", reason);
        }
        if self.abilities.metadata {
            let digest = format!("sha256={}", sha256(file.wheel.metadata().as_bytes()));
            attribute("data-dist-info-metadata", &digest);
            attribute("data-core-metadata", &digest);
        }
        format!("<a href=\"{}#sha256={}\"{attributes}>{}</a><br>\n", file.href(), file.digest, file.name)
    }

    fn file(&self, name: &str) -> Option<Answer> {
        let (name, wants_metadata) = match name.strip_suffix(".metadata") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let file = self.projects.values().flatten().find(|file| file.name == name)?;
        let body = match wants_metadata {
            true if self.abilities.metadata => file.wheel.metadata().into_bytes(),
            true => return None,
            false => file.bytes.clone(),
        };
        Some(Answer { status: 200, content_type: "application/octet-stream", body })
    }
}

impl Answer {
    /// No content.
    pub(super) fn empty(status: u16) -> Answer {
        Answer { status, content_type: "text/plain; charset=utf-8", body: Vec::new() }
    }

    fn json(value: &serde_json::Value) -> Answer {
        Answer { status: 200, content_type: JSON, body: value.to_string().into_bytes() }
    }

    fn page(title: &str, links: &str) -> Answer {
        let head = format!("<meta name=\"pypi:repository-version\" content=\"1.0\"><title>{title}</title>");
        let body = format!("<!DOCTYPE html>\n<html><head>{head}</head><body>\n{links}</body></html>\n");
        Answer { status: 200, content_type: HTML, body: body.into_bytes() }
    }
}

impl File {
    /// Relative to a project's page.
    fn href(&self) -> String {
        format!("../../files/{}", self.name.replace('+', "%2B"))
    }
}

/// Text as an HTML attribute holds it.
fn quoted(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
