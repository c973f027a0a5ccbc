//! `pyproject.toml` (<https://packaging.python.org/en/latest/specifications/pyproject-toml/>).
//!
//! Read are the tables of the specifications (`[project]`, `[build-system]`, `[dependency-groups]`) and those of the
//! tools that ask for packages in tables of their own. Where a tool's table changes what another asks for, as
//! `[tool.uv.sources]` does, the requirement stays what it is and only its text for pip is another.

use std::collections::HashSet;

use crate::declarations::Builder;
use crate::source_map::SourceMap;
use crate::toml::{self, Entry, Table, ValueKind};
use crate::{Declarations, Demand, Name, SectionKind};

mod groups;
mod hatch;
mod mentions;
mod names;
mod pdm;
mod poetry;
mod setuptools;
mod uv;

pub(crate) use uv::{read_bounds, read_sources};

/// Reads a `pyproject.toml`. Never fails.
pub fn parse_pyproject(text: &str) -> Declarations {
    let document = toml::parse(text, &SourceMap::plain(text.len(), 0));
    let mut builder = Builder::default();
    builder.found.errors = document.errors;
    let root = &document.root;
    if let Some(project) = table(root, "project", "project", &mut builder) {
        read_project(project, &mut builder);
    }
    if let Some(build) = table(root, "build-system", "build-system", &mut builder)
        && let Some(requires) = build.entry("requires")
    {
        let meaning = (SectionKind::Build, Demand::Elsewhere);
        builder.list(meaning, "build-system.requires", None, requires);
    }
    let tool = root.table(&["tool"]);
    let tool = |name| tool.and_then(|tool| tool.table(&[name]));
    if let Some(groups) = root.entry("dependency-groups") {
        groups::read(groups, tool("uv"), &mut builder);
    }
    if let Some(uv) = tool("uv") {
        uv::read(uv, &mut builder);
    }
    if let Some(pdm) = tool("pdm") {
        pdm::read(pdm, &mut builder);
    }
    if let Some(hatch) = tool("hatch") {
        hatch::read(hatch, &mut builder);
    }
    if let Some(setuptools) = tool("setuptools") {
        setuptools::read(setuptools, &mut builder);
    }
    if let Some(poetry) = tool("poetry") {
        poetry::read(poetry, &mut builder);
    }
    follow_own_extras(root, &mut builder);
    mentions::read(text, root, &mut builder);
    builder.finish().with_fitting_quotes(text)
}

/// The table `key` of `root`; says so where it is something else.
fn table<'t>(root: &'t Table, key: &str, path: &str, builder: &mut Builder) -> Option<&'t Table> {
    let entry = root.entry(key)?;
    must_be_table(entry, path, builder)
}

/// The table that is `entry`'s value; says so where it is something else.
fn must_be_table<'t>(entry: &'t Entry, path: &str, builder: &mut Builder) -> Option<&'t Table> {
    match &entry.value.kind {
        ValueKind::Table(table) => return Some(table),
        ValueKind::Invalid => {}
        ValueKind::Text(_)
        | ValueKind::Boolean(_)
        | ValueKind::Number
        | ValueKind::Date
        | ValueKind::Array(_) => {
            let message = format!("`{}` must be a table: write `[{path}]`", entry.key.shown());
            builder.error(entry.value.span, message);
        }
    }
    None
}

/// `[project]`
fn read_project(project: &Table, builder: &mut Builder) {
    if let Some(dependencies) = project.entry("dependencies") {
        let meaning = (SectionKind::Dependencies, Demand::Always);
        builder.list(meaning, "project.dependencies", None, dependencies);
    }
    let extras = table(project, "optional-dependencies", "project.optional-dependencies", builder);
    let first = builder.found.sections.len();
    for extra in extras.iter().flat_map(|extras| &extras.entries) {
        names::check(("extra", "an extra"), &extra.key, first, builder);
        let path = format!("project.optional-dependencies.{}", extra.key.text);
        let meaning = (SectionKind::Extra, Demand::OnRequest);
        builder.list(meaning, path, Some(extra.key.name()), extra);
    }
    if let Some(python) = project.entry("requires-python") {
        builder.requires_python("project.requires-python", python);
    }
    let dynamic = project.value("dynamic").and_then(|dynamic| dynamic.as_array());
    for name in dynamic.into_iter().flatten().filter_map(|name| name.as_text()) {
        if let key @ ("dependencies" | "optional-dependencies" | "requires-python") = &*name.text
            && project.value(key).is_some()
        {
            let message =
                format!("`{key}` cannot be dynamic, because `[project]` has it: keep one of the two");
            builder.error(name.extent, message);
        }
    }
}

/// Finds what asks for extras of the project itself, and says where it has none of that name.
fn follow_own_extras(root: &Table, builder: &mut Builder) {
    let string = |path: &[&str]| root.table(path)?.value("name")?.as_text();
    let Some(name) = string(&["project"]).or_else(|| string(&["tool", "poetry"])) else { return };
    builder.take_in_own_extras(&name.text);
    let dynamic = root.table(&["project"]).and_then(|project| project.value("dynamic")?.as_array());
    let mut dynamic = dynamic.into_iter().flatten().filter_map(|name| name.as_text());
    if dynamic.any(|name| &*name.text == "optional-dependencies") {
        return;
    }
    let tables: [&[&str]; 2] = [&["project", "optional-dependencies"], &["tool", "poetry", "extras"]];
    let tables = tables.into_iter().filter_map(|path| root.table(path));
    let all: Vec<Name> = tables.flat_map(|table| &table.entries).map(|extra| extra.key.name()).collect();
    let known: HashSet<&str> = all.iter().map(|extra| &*extra.normalized).collect();
    for name in builder.own_extras_asked_for(&name.text) {
        if !known.contains(&*name.normalized) {
            let error = names::unknown(&name, &all, "extra", "[project.optional-dependencies]");
            builder.found.errors.push(error);
        }
    }
}
