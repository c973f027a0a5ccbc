//! `[tool.setuptools.dynamic]`, where requirements come from files
//! (<https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html#dynamic-metadata>).

use crate::declarations::Builder;
use crate::toml::{Entry, Table, ValueKind};
use crate::{Demand, Name, SectionKind};

/// Adds the files that are named.
pub(super) fn read(setuptools: &Table, builder: &mut Builder) {
    let Some(dynamic) = setuptools.table(&["dynamic"]) else { return };
    const PATH: &str = "tool.setuptools.dynamic";
    if let Some(entry) = dynamic.entry("dependencies") {
        let path = format!("{PATH}.dependencies");
        read_files((SectionKind::Dependencies, Demand::Always), path, None, entry, builder);
    }
    let extras = dynamic.table(&["optional-dependencies"]);
    for extra in extras.iter().flat_map(|extras| &extras.entries) {
        let path = format!("{PATH}.optional-dependencies.{}", extra.key.text);
        let meaning = (SectionKind::Extra, Demand::OnRequest);
        read_files(meaning, path, Some(extra.key.name()), extra, builder);
    }
}

/// `{file = "requirements.txt"}` or `{file = ["a.txt", "b.txt"]}`
fn read_files(
    meaning: (SectionKind, Demand),
    path: String,
    name: Option<Name>,
    entry: &Entry,
    builder: &mut Builder,
) {
    let Some(file) = entry.value.as_table().and_then(|table| table.entry("file")) else { return };
    let section = builder.section(meaning, path, name, entry);
    if let ValueKind::Text(file) = &file.value.kind {
        // Setuptools takes a list with commas in one string too.
        return builder.file(section, file);
    }
    for file in builder.strings(file).into_iter().flatten() {
        builder.file(section, file);
    }
}
