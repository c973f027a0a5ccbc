//! Files that Python's `configparser` reads, as keys with values: pip's configuration files, and the file that marks
//! a Python as externally managed (<https://packaging.python.org/en/latest/specifications/externally-managed-environments/>).
//!
//! What a key means is left to whoever asks. Interpolation (`%(name)s`) is off in both.

use crate::ini::parse_ini;
use crate::{Span, SyntaxError};

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConfigFile {
    /// The names of the sections, in the order of the text.
    pub sections: Vec<Box<str>>,
    /// In the order of the text.
    pub entries: Vec<ConfigEntry>,
    /// Why `configparser` would refuse the whole file.
    pub errors: Vec<SyntaxError>,
}

/// `key = value`, below a `[section]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigEntry {
    /// Without the brackets. Sections are told apart by capitals, keys are not.
    pub section: Box<str>,
    /// As it is written.
    pub key: Box<str>,
    /// The lines of the value without blanks at their ends, with `\n` between them.
    pub value: Box<str>,
    /// From the key to the end of the value, in bytes from the start of the file.
    pub span: Span,
}

/// Reads a file. Never fails.
pub fn parse_config_file(text: &str) -> ConfigFile {
    let ini = parse_ini(text);
    let mut file = ConfigFile { errors: ini.errors, ..ConfigFile::default() };
    for section in &ini.sections {
        file.sections.push(section.name.into());
        for entry in &section.entries {
            let lines: Vec<&str> = entry.lines.iter().map(|line| line.slice(text)).collect();
            file.entries.push(ConfigEntry {
                section: section.name.into(),
                key: entry.key.into(),
                value: lines.join("\n").into(),
                span: entry.span(),
            });
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_lines() {
        let text = "[externally-managed]\nError=Try apt\n install this.\n\n  And that = 1: 100 %(x)s\n\n";
        let file = parse_config_file(text);
        assert_eq!(file.sections, ["externally-managed".into()]);
        let [entry] = &file.entries[..] else { panic!("{:?}", file.entries) };
        assert_eq!((&*entry.section, &*entry.key), ("externally-managed", "Error"));
        assert_eq!(&*entry.value, "Try apt\ninstall this.\n\nAnd that = 1: 100 %(x)s");
        assert_eq!(entry.span.slice(text), text["[externally-managed]\n".len()..].trim_end());
        assert_eq!(file.errors, []);
    }

    #[test]
    fn what_configparser_refuses_is_known() {
        assert_eq!(parse_config_file("user = true\n").errors.len(), 1);
        assert_eq!(parse_config_file("[global]\nuser\n").errors.len(), 1);
        assert_eq!(parse_config_file("").errors, []);
    }
}
