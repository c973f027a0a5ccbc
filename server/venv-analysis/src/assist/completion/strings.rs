//! Where in a file of keys and values a cursor is: in which table, under which keys, in which string.
//!
//! TOML and Python are alike in all that matters here: `#` begins a comment, quotes are single or triple, brackets
//! nest. Nothing has to be right or complete: who is typing has just broken it.

/// The two languages that are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Toml,
    Python,
}

/// What is around a place.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Surroundings {
    /// The table of the last header: `project.optional-dependencies`.
    pub(super) table: String,
    /// The key whose value the place is in, of the innermost table.
    pub(super) key: String,
    /// The open brackets, each with the key whose value it begins.
    pub(super) open: Vec<(u8, String)>,
    pub(super) place: Place,
}

/// What the place itself is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Between strings, where a value can begin.
    #[default]
    Value,
    /// In a key, or where one can begin: where it begins.
    Key(usize),
    /// In a string: where its text begins, and its quote.
    String { start: usize, quote: char, triple: bool },
    /// In a comment.
    Comment,
}

impl Surroundings {
    /// The table, the keys of the open brackets, and the last key, joined by dots.
    pub(super) fn path(&self) -> String {
        let keys = self.open.iter().map(|(_, key)| key).chain(self.open.is_empty().then_some(&self.key));
        let parts = std::iter::once(&self.table).chain(keys);
        parts.filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(".")
    }

    /// Whether the innermost bracket is a list.
    pub(super) fn is_in_list(&self) -> bool {
        self.open.last().is_some_and(|(bracket, _)| *bracket == b'[')
    }
}

/// What is around the end of `text`.
pub(super) fn surroundings(text: &str, language: Language) -> Surroundings {
    let mut reader =
        Reader { text, at: 0, language, found: Surroundings::default(), word: 0..0, indent: None };
    reader.read();
    reader.found
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    language: Language,
    found: Surroundings,
    /// The last word, which may turn out to be a key.
    word: std::ops::Range<usize>,
    /// Of the first line.
    indent: Option<usize>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let mut line_start = true;
        while let Some(byte) = self.text.as_bytes().get(self.at).copied() {
            if line_start && !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                self.begin_line();
                line_start = false;
                continue;
            }
            match byte {
                b'\n' => {
                    line_start = true;
                    self.at += 1;
                    self.word = self.at..self.at;
                    if self.found.open.is_empty() {
                        self.found.key.clear();
                    }
                }
                b'#' => {
                    let end = self.text[self.at..].find('\n').map(|length| self.at + length);
                    let Some(end) = end else {
                        self.found.place = Place::Comment;
                        return;
                    };
                    self.at = end;
                }
                b'"' | b'\'' => {
                    if self.string(byte) {
                        return;
                    }
                }
                b'[' | b'{' | b'(' => {
                    let key = std::mem::take(&mut self.found.key);
                    self.found.open.push((byte, key));
                    self.at += 1;
                    self.word = self.at..self.at;
                }
                b']' | b'}' | b')' => {
                    if let Some((_, key)) = self.found.open.pop() {
                        self.found.key = key;
                    }
                    self.at += 1;
                }
                b'=' => {
                    let key = &self.text[self.word.clone()];
                    self.found.key = key.split('.').map(unquoted).collect::<Vec<_>>().join(".");
                    self.at += 1;
                    self.word = self.at..self.at;
                }
                b',' => {
                    // The next item has a key of its own, if it has one.
                    self.found.key.clear();
                    self.at += 1;
                    self.word = self.at..self.at;
                }
                _ => self.word(),
            }
        }
        let is_key = self.found.open.is_empty() && self.found.key.is_empty();
        if is_key && self.language == Language::Toml {
            self.found.place = Place::Key(self.word.start.min(self.at));
        }
    }

    /// At the first character of a line.
    fn begin_line(&mut self) {
        let rest = &self.text[self.at..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        self.word = self.at..self.at;
        if self.language == Language::Python {
            return;
        }
        // A key or a header that is indented no more than the first one ends a list that was not closed.
        let indent = self.at - self.text[..self.at].rfind('\n').map_or(0, |at| at + 1);
        let is_outermost = indent <= *self.indent.get_or_insert(indent);
        let header = header(line);
        if is_outermost && (header.is_some() || begins_with_key(line)) {
            self.found.open.clear();
            self.found.key.clear();
        }
        if let Some(table) = header.filter(|_| self.found.open.is_empty()) {
            self.found.table = table;
            self.at += line.len();
        }
    }

    /// At a quote. Returns whether the end of the text is within the string.
    fn string(&mut self, quote: u8) -> bool {
        let before = self.at;
        let rest = &self.text[before..];
        let triple = matches!(rest.as_bytes(), [a, b, c, ..] if *a == quote && a == b && b == c);
        let start = before + if triple { 3 } else { 1 };
        let escapes = quote == b'"' || self.language == Language::Python;
        let bytes = self.text.as_bytes();
        let mut at = start;
        loop {
            match bytes.get(at) {
                None => {
                    self.found.place = Place::String { start, quote: char::from(quote), triple };
                    return true;
                }
                Some(b'\n') if !triple => break,
                Some(b'\\') if escapes => at += 2,
                Some(byte) if *byte == quote && !triple => {
                    at += 1;
                    break;
                }
                Some(byte) if *byte == quote && bytes[at..].starts_with(&[quote; 3]) => {
                    at += 3;
                    break;
                }
                Some(_) => at += 1,
            }
        }
        self.at = at;
        // `"a key" = 1`
        if self.word.is_empty() {
            self.word.start = before;
        }
        self.word.end = at;
        false
    }

    fn word(&mut self) {
        let is_word =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') || byte >= 0x80;
        let bytes = self.text.as_bytes();
        let start = self.at;
        while bytes.get(self.at).is_some_and(|byte| is_word(*byte)) {
            self.at += 1;
        }
        if self.at == start {
            self.at += 1;
            return;
        }
        // `a . b` and `a."b"` are one key.
        let joins = self.text[self.word.clone()].ends_with('.') || self.text[start..].starts_with('.');
        if !(joins && !self.word.is_empty() && self.text[self.word.end..start].trim().is_empty()) {
            self.word.start = start;
        }
        self.word.end = self.at;
    }
}

/// The table of `[table]` or `[[table]]`, also while its end is missing.
fn header(line: &str) -> Option<String> {
    let inner = line.strip_prefix("[[").or_else(|| line.strip_prefix('['))?;
    let (inner, rest) = inner.split_once(']')?;
    let rest = rest.trim_start_matches(']').trim_start();
    let is_name = |part: &str| !part.trim().is_empty() && !part.contains(['=', '[', '{']);
    let is_header =
        (rest.is_empty() || rest.starts_with('#')) && inner.split('.').all(is_name) && !inner.contains(',');
    // `["six"]` is a list of one.
    let is_value =
        inner.trim_start().starts_with(['"', '\'']) && !line.starts_with("[[") && !inner.contains('.');
    (is_header && !is_value).then(|| inner.split('.').map(unquoted).collect::<Vec<_>>().join("."))
}

fn begins_with_key(line: &str) -> bool {
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let rest = line.trim_start_matches(is_key);
    rest.len() < line.len() && rest.trim_start().starts_with('=')
}

fn unquoted(part: &str) -> &str {
    part.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> String {
        let found = surroundings(text, Language::Toml);
        let place = match found.place {
            Place::Value => "value".to_owned(),
            Place::Key(start) => format!("key {:?}", &text[start..]),
            Place::String { start, quote, triple } => {
                format!("string {:?} {quote}{}", &text[start..], if triple { " triple" } else { "" })
            }
            Place::Comment => "comment".to_owned(),
        };
        format!("{} {place}", found.path())
    }

    #[test]
    fn the_place_is_known_in_what_is_unfinished() {
        for (text, expected) in [
            ("[project]\ndependencies = [\"a\", \"b>=", "project.dependencies string \"b>=\" \""),
            ("[project]\ndependencies = [\n  'a', # x\n  'b", "project.dependencies string \"b\" '"),
            ("[project]\ndependencies = [\n  \"a\n  \"b", "project.dependencies string \"b\" \""),
            ("[project]\ndependencies = [\n  # \"b", "project.dependencies comment"),
            ("[project]\ndependencies = [\n  \"a\",\n  ", "project.dependencies value"),
            (
                "[project]\ndependencies = [\n  \"a\",\n\n[dependency-groups]\ndev = [{include-group = \"x",
                "dependency-groups.dev string \"x\" \"",
            ),
            ("[tool.poetry.dependencies]\nreq", "tool.poetry.dependencies key \"req\""),
            (
                "[tool.poetry.dependencies]\nrequests = \"^2",
                "tool.poetry.dependencies.requests string \"^2\" \"",
            ),
            (
                "[project.optional-dependencies]\n\"dev\" = [\"",
                "project.optional-dependencies.dev string \"\" \"",
            ),
            ("[project]\nx = \"\"\"\n[no]\n", "project.x string \"\\n[no]\\n\" \" triple"),
            ("project.dependencies = [\"a\\\"b", "project.dependencies string \"a\\\\\\\"b\" \""),
            ("a = [\"x\"]\n", " key \"\""),
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
    }

    #[test]
    fn an_inner_key_is_known() {
        let found = surroundings("[dependency-groups]\ndev = [\"a\", {include-group = \"x", Language::Toml);
        assert_eq!(found.key, "include-group");
        assert_eq!(found.table, "dependency-groups");
        assert_eq!(found.open, [(b'[', "dev".to_owned()), (b'{', String::new())]);
    }

    #[test]
    fn the_keys_of_a_call_are_known() {
        let text = "setup(\n    name='x',  # (\n    extras_require={'test': ['a', 'b";
        let found = surroundings(text, Language::Python);
        assert!(found.is_in_list());
        assert_eq!(found.open[1], (b'{', "extras_require".to_owned()));
    }
}
