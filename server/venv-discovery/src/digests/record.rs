//! The `RECORD` of a distribution: its files, one per line, relative to the folder of packages
//! (<https://packaging.python.org/en/latest/specifications/recording-installed-packages/>).

/// What the files of a record lie in beside the `*.dist-info`, or what they are there; each once. The record may be cut
/// off at its end.
pub(crate) fn first_parts(record: &str) -> Vec<Box<str>> {
    let mut parts: Vec<Box<str>> = Vec::new();
    let whole = record.rfind('\n').map_or("", |end| &record[..end]);
    for path in whole.lines().map(path_of) {
        let part = path.split('/').next().unwrap_or_default();
        let is_beside = !part.is_empty()
            && part != ".."
            && part != "__pycache__"
            && !part.ends_with(".dist-info")
            && !part.ends_with(".data");
        // Most lines name the same folder as the one before.
        if is_beside && !parts.iter().rev().any(|known| **known == *part) {
            parts.push(part.into());
        }
    }
    parts
}

/// The path in a line of comma-separated values.
pub(crate) fn path_of(line: &str) -> &str {
    match line.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default(),
        None => line.split(',').next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_parts_are_those_beside_the_description() {
        let record = "../../../bin/x,,\n__pycache__/six.cpython-312.pyc,,\nsix.py,sha256=a,10\n\"a,b/c.py\",,\nd/e.py,,\nd/f.py,,\n\
                      six-1.0.dist-info/RECORD,,\ncut/o";
        let parts = first_parts(record);
        assert_eq!(parts.iter().map(|part| &**part).collect::<Vec<_>>(), ["six.py", "a,b", "d"]);
    }
}
