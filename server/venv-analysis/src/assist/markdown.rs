//! Markdown in which nothing that a file or a distribution says can be more than text
//! (<https://spec.commonmark.org/0.31.2/#backslash-escapes>, and what editors add to it: tables, struck out text,
//! addresses that become links by themselves).

use crate::facts::{Chosen, Origin};
use crate::words::{folders_up, is_elsewhere, plain};

/// `text` as prose on one line: what would be markup is shown as it is written.
pub(super) fn escape(text: &str) -> String {
    let text = plain(text.trim());
    let mut escaped = String::with_capacity(text.len());
    // At the start of a block, `-` and `1.` begin a list, `=` and `-` make a heading.
    let number = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut before: Option<char> = None;
    let mut rest = text.chars().enumerate().peekable();
    while let Some((index, c)) = rest.next() {
        let next = rest.peek().map(|(_, next)| *next);
        let in_word = before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric);
        let is_markup = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '@' | '$' => true,
            '_' => !in_word,
            ':' => next == Some('/'),
            '.' => escaped.to_ascii_lowercase().ends_with("www") || (index > 0 && index == number),
            ')' => index > 0 && index == number,
            '#' | '+' | '-' | '=' => index == 0,
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(c);
        before = Some(c);
    }
    escaped
}

/// `text` between backticks, of which there are as many as it needs.
pub(super) fn code(text: &str) -> String {
    let text = plain(text);
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    if longest == 0 && !text.trim().is_empty() {
        return format!("`{text}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

/// `<https://example.org/>`, if `url` is one that a browser can open and that gives nothing away.
pub(super) fn link(url: &str) -> Option<String> {
    is_open_url(url).then(|| format!("<{url}>"))
}

/// Whether `url` is an `http` or `https` URL with a host, without a user or a password, and without anything that
/// would have to be escaped.
pub(super) fn is_open_url(url: &str) -> bool {
    let Some(rest) = strip_scheme(url, "https://").or_else(|| strip_scheme(url, "http://")) else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_safe =
        |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '`' | '\\' | '^' | '{' | '}' | '|');
    !authority.is_empty() && !authority.contains('@') && !url.contains("${") && url.chars().all(is_safe)
}

/// `` `.venv` (two folders up) ``, as the messages say it.
pub(super) fn environment(chosen: &Chosen) -> String {
    let root = &chosen.environment.root;
    let name = root.file_name().map_or_else(|| root.to_string_lossy(), |name| name.to_string_lossy());
    let name = code(&name);
    match &chosen.origin {
        Origin::Nearest { folder, levels } if is_elsewhere(chosen, folder) => folders_up(*levels)
            .map_or(format!("{name} (by a redirect file)"), |levels| {
                format!("{name} (by a redirect file {levels})")
            }),
        Origin::Nearest { levels, .. } => {
            folders_up(*levels).map_or(name.clone(), |levels| format!("{name} ({levels})"))
        }
        Origin::Declared { by, levels, .. } => folders_up(*levels)
            .map_or(format!("{name} (by {by})"), |levels| format!("{name} (by {by}, {levels})")),
        Origin::Script => format!("{name} (the script's own)"),
        Origin::Variable(variable) => format!("{name} (from {})", code(variable)),
        Origin::Named(by) => format!("{name} ({})", escape(by)),
    }
}

/// "`a`, `b` and 3 more", of texts that are Markdown already.
pub(super) fn listed(texts: &[String]) -> String {
    const MOST: usize = 12;
    let Some(more) = texts.len().checked_sub(MOST).filter(|more| *more > 0) else {
        return texts.join(", ");
    };
    format!("{} and {more} more", texts[..MOST].join(", "))
}

fn strip_scheme<'t>(url: &'t str, scheme: &str) -> Option<&'t str> {
    let (start, rest) = url.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_markup_is_text() {
        for (text, escaped) in [
            ("HTTP for people.", "HTTP for people."),
            ("[click](command:evil)", "\\[click\\](command:evil)"),
            ("<img src=x> &lt;", "\\<img src=x\\> \\&lt;"),
            ("see https://example.org or www.example.org", "see https\\://example.org or www\\.example.org"),
            ("me@example.org", "me\\@example.org"),
            ("*a* _b_ snake_case ~~c~~", "\\*a\\* \\_b\\_ snake_case \\~\\~c\\~\\~"),
            ("# head", "\\# head"),
            ("- item", "\\- item"),
            ("1. item", "1\\. item"),
            ("1) item", "1\\) item"),
            ("a\n\n# b\u{202e}", "a\u{FFFD}\u{FFFD}# b\u{FFFD}"),
            ("    code", "code"),
            ("a | b", "a \\| b"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn backticks_do_not_end_what_is_in_backticks() {
        for (text, written) in [
            ("six>=1", "`six>=1`"),
            ("a`b", "`` a`b ``"),
            ("`", "`` ` ``"),
            ("``", "``` `` ```"),
            ("a\nb", "`a\u{FFFD}b`"),
        ] {
            assert_eq!(code(text), written);
        }
    }

    #[test]
    fn only_what_a_browser_opens_is_a_link() {
        for url in ["https://example.org", "http://example.org/a?b=c#d", "HTTPS://EXAMPLE.ORG/"] {
            assert_eq!(link(url), Some(format!("<{url}>")));
        }
        for url in [
            "command:evil",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://",
            "https:///a",
            "https://user:secret@example.org",
            "https://example.org/a b",
            "https://example.org/>x",
            "https://example.org/\n",
            "https://example.org/${TOKEN}",
            "example.org",
            "",
        ] {
            assert_eq!(link(url), None, "{url}");
        }
    }
}
