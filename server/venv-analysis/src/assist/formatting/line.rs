//! One line as it is written best.

use venv_syntax::{Line, LineKind, OptionItem, Requirement, RequirementLine, RequirementTarget, Span};

/// The line without its line ending; `None` if it is left as it is.
pub(super) fn tidy(line: &Line, text: &str) -> Option<String> {
    let written = Span::new(line.start, line.start + line.tree.len).slice(text);
    let is_blank = matches!(line.tree.kind, LineKind::Blank);
    if !line.tree.errors.is_empty() || written.contains("${") || (written.ends_with('\\') && !is_blank) {
        return None;
    }
    let parts = Parts { text: written, is_continued: written.contains(['\n', '\r']) };
    // A comment within a continued line has no other place.
    let comment = match line.tree.comments.as_slice() {
        [] => "",
        [comment] if comment.end == line.tree.len && !parts.is_alone(*comment) => {
            parts.slice(*comment)?.trim_end_matches([' ', '\t'])
        }
        [..] => return None,
    };
    let content = match &line.tree.kind {
        LineKind::Invalid => return None,
        LineKind::Blank if parts.is_continued => return None,
        // The indentation of a comment says what it belongs to.
        LineKind::Blank => {
            return Some(written.trim_end_matches([' ', '\t']).to_owned());
        }
        LineKind::Options(_) if parts.is_continued => return None,
        LineKind::Options(options) => {
            let options: Option<Vec<String>> = options.iter().map(|option| parts.option(option)).collect();
            options?.join(" ")
        }
        LineKind::Requirement(requirement) => parts.requirement(requirement)?,
    };
    // Without the blanks behind it, this would continue the line.
    if comment.ends_with('\\') {
        return None;
    }
    Some(if comment.is_empty() { content } else { format!("{content}  {comment}") })
}

/// The text of a line, from which parts are taken.
struct Parts<'t> {
    text: &'t str,
    is_continued: bool,
}

impl<'t> Parts<'t> {
    /// `None` where it goes on in the next line of the text.
    fn slice(&self, span: Span) -> Option<&'t str> {
        Some(span.slice(self.text)).filter(|text| !text.contains(['\n', '\r']))
    }

    /// Whether a continued line ends in a line of the text that is only this comment.
    fn is_alone(&self, comment: Span) -> bool {
        let before = &self.text[..comment.start as usize];
        self.is_continued && before.trim_end_matches([' ', '\t']).ends_with(['\n', '\r'])
    }

    fn requirement(&self, line: &RequirementLine) -> Option<String> {
        let mut head = match (&line.target, line.editable) {
            (RequirementTarget::Named(requirement), None) => self.named(requirement)?,
            // What stands behind `-e` may be quoted.
            (_, Some(editable)) => joined(self.slice(line.span)?.trim_end(), self.slice(editable)?)?,
            (RequirementTarget::Location { location, marker: None, .. }, None) => {
                let location = Span::new(location.span.start, line.span.end);
                self.slice(location)?.trim_end().to_owned()
            }
            (RequirementTarget::Location { location, marker: Some(_), .. }, None) => {
                let whole = self.slice(Span::new(location.span.start, line.span.end))?;
                let (place, marker) = whole.split_once("; ")?;
                format!("{} ; {}", place.trim_end(), spaced(marker)?)
            }
        };
        let options: Option<Vec<String>> = line.options.iter().map(|option| self.option(option)).collect();
        let separator =
            if self.is_continued { format!(" \\{}    ", self.line_ending()) } else { " ".to_owned() };
        for option in options? {
            head.push_str(&separator);
            head.push_str(&option);
        }
        Some(head)
    }

    fn named(&self, requirement: &Requirement) -> Option<String> {
        let whole = self.slice(requirement.span)?;
        let (before_marker, marker) = match &requirement.marker {
            Some(_) if requirement.url.is_some() => whole.split_once(" ;")?,
            Some(_) => whole.split_once(';')?,
            None => (whole, ""),
        };
        // Parentheses around versions are old, and right.
        if before_marker.contains('(') && requirement.url.is_none() {
            return None;
        }
        let mut text = self.slice(requirement.name.span)?.to_owned();
        if !requirement.extras.is_empty() {
            let extras: Option<Vec<&str>> =
                requirement.extras.iter().map(|extra| self.slice(extra.span)).collect();
            text.push_str(&format!("[{}]", extras?.join(",")));
        } else if before_marker.contains('[') && requirement.url.is_none() {
            text.push_str("[]");
        }
        if let Some(url) = &requirement.url {
            text.push_str(&format!(" @ {}", self.slice(url.span)?));
        }
        for (index, specifier) in requirement.specifiers.iter().enumerate() {
            text.push_str(if index > 0 { "," } else { "" });
            text.push_str(self.slice(specifier.operator)?);
            text.push_str(self.slice(specifier.version)?);
        }
        if !marker.is_empty() {
            text.push_str(&format!(" ; {}", spaced(marker)?));
        }
        Some(text)
    }

    /// `--name value` with one blank, `--name=value` as it is.
    fn option(&self, option: &OptionItem) -> Option<String> {
        joined(self.slice(option.span)?, self.slice(option.name)?)
    }

    fn line_ending(&self) -> &'static str {
        super::line_ending(self.text)
    }
}

/// An option with one blank behind its name, if it has blanks there.
fn joined(option: &str, name: &str) -> Option<String> {
    let rest = option.strip_prefix(name)?;
    let value = rest.trim_start_matches([' ', '\t']);
    Some(if value.len() < rest.len() { format!("{name} {value}") } else { option.to_owned() })
}

/// A marker with one blank around each part, texts and quotes as they are; `None` where a part is none of a marker.
fn spaced(marker: &str) -> Option<String> {
    let mut spaced = String::with_capacity(marker.len());
    let mut rest = marker.trim_matches([' ', '\t']);
    let is_operator = |c: char| matches!(c, '<' | '>' | '=' | '!' | '~');
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => rest[1..].find(first)? + 2,
            '(' | ')' => 1,
            _ if is_operator(first) => rest.find(|c| !is_operator(c)).unwrap_or(rest.len()),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => return None,
        };
        let (part, behind) = rest.split_at(length);
        if !spaced.is_empty() && !spaced.ends_with('(') && part != ")" {
            spaced.push(' ');
        }
        spaced.push_str(part);
        rest = behind.trim_start_matches([' ', '\t']);
    }
    Some(spaced)
}
