//! Markdown, and plain text for clients that show no Markdown.

use ls_types::{MarkupContent, MarkupKind};

/// `markdown` in the form that the client takes.
pub(super) fn markup(markdown: String, takes_markdown: bool) -> MarkupContent {
    if takes_markdown {
        MarkupContent { kind: MarkupKind::Markdown, value: markdown }
    } else {
        MarkupContent { kind: MarkupKind::PlainText, value: plain_text(&markdown) }
    }
}

/// What a reader of the Markdown sees, as far as our own Markdown goes: headings, emphasis, code, links, lists,
/// escaped characters.
fn plain_text(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for line in markdown.lines().filter(|line| !line.trim_start().starts_with("```")) {
        if !text.is_empty() {
            text.push('\n');
        }
        // A hard break is a line of its own already.
        let line = line.trim_end().trim_start_matches('#');
        push_line(&mut text, line.strip_suffix('\\').unwrap_or(line).trim_start_matches("> "));
    }
    text.trim().to_owned()
}

fn push_line(text: &mut String, line: &str) {
    let mut rest = line;
    let mut in_code = false;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            '`' => in_code = !in_code,
            '\\' if !in_code && after.starts_with(|c: char| c.is_ascii_punctuation()) => {
                text.push_str(&after[..1]);
                rest = &after[1..];
                continue;
            }
            '*' if !in_code => {}
            '[' if !in_code && let Some((label, target, behind)) = link(after) => {
                push_line(text, label);
                if label != target {
                    text.push_str(" (");
                    text.push_str(target);
                    text.push(')');
                }
                rest = behind;
                continue;
            }
            _ => text.push(c),
        }
        rest = after;
    }
}

/// The parts of `label](target)…`.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let (label, rest) = text.split_once("](")?;
    let (target, behind) = rest.split_once(')')?;
    (!label.contains('[')).then_some((label, target.trim_start_matches('<').trim_end_matches('>'), behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_what_a_reader_sees() {
        let markdown = "### **flask** 3.0.0\n\nA *simple* framework for `a*b` \\*\\[x\\]\\\\  \n[home](https://example.org)\n\n- `six`\n";
        let text = "flask 3.0.0\n\nA simple framework for a*b *[x]\\\nhome (https://example.org)\n\n- six";
        assert_eq!(plain_text(markdown), text);
    }
}
