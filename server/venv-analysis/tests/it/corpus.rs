//! The requirements files that every reader is tried on.

use std::path::Path;

/// The name and the text of each.
#[expect(clippy::disallowed_methods, reason = "a test reads its corpus")]
pub(crate) fn corpus() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    let entries = std::fs::read_dir(folder).expect("the corpus is in the project");
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.expect("the corpus can be listed").path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let bytes = std::fs::read(&path).expect("a file of the corpus can be read");
            let text = venv_syntax::decode(&bytes).expect("a file of the corpus is text");
            files.push((path.display().to_string(), text));
        }
    }
    assert!(files.len() > 10, "the corpus is not where it was");
    files
}
