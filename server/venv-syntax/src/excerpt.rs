//! Pieces of a file, fit for people to read: in one line, not too long, without what gives access.
//!
//! Every message that repeats what stands in a file does it through [`excerpt`], in backticks.

use std::borrow::Cow;
use std::ops::Range;

/// A piece of a file as messages show it between backticks: one line, not too long, without secrets. What cannot be
/// seen, or would end the quotation, is named: `U+200B`.
pub fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let text = without_secrets(text);
    let mut excerpt = String::new();
    let mut chars = text.chars();
    for c in chars.by_ref().take(LONGEST) {
        if matches!(c, '\t' | '\n' | '\r') {
            excerpt.push(' ');
        } else if c == '`' || is_invisible(c) {
            excerpt.push_str(&format!("U+{:04X}", u32::from(c)));
        } else {
            excerpt.push(c);
        }
    }
    if chars.next().is_some() {
        excerpt.push('…');
    }
    excerpt
}

/// Whether a character leaves no mark of its own: control characters, blanks that are not U+0020, characters without
/// a width and those that change the direction of a text.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with `***` for what gives access in each URL in it: see [`secrets`].
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    let mut masked = String::new();
    let mut kept = 0;
    for secret in secrets(text) {
        masked.push_str(&text[kept..secret.start]);
        masked.push_str("***");
        kept = secret.end;
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(&text[kept..]);
    Cow::Owned(masked)
}

/// What gives access in each URL in `text`, in bytes: what stands before its `@` (a password, a token, a user's name),
/// its query, and a step of its path that only a token looks like. Where a `:` or a `/` is missing from the `://`,
/// what stands before the `@` is taken for a secret if a `:` parts it into name and password.
pub fn secrets(text: &str) -> Vec<Range<usize>> {
    let is_end = |c: char| matches!(c, '"' | '\'' | '`' | '<' | '>') || c.is_whitespace();
    let mut secrets = Vec::new();
    let mut from = 0;
    while let Some(slash) = text[from..].find('/') {
        let slash = from + slash;
        let before = text[..slash].ends_with(':');
        let doubled = text[slash + 1..].starts_with('/');
        let start = slash + 1 + usize::from(doubled);
        from = start;
        if !before && !doubled {
            continue;
        }
        let until = |found: Option<usize>| found.map_or(text.len(), |length| start + length);
        from = until(text[start..].find(|c| matches!(c, '/' | '?' | '#') || is_end(c)));
        // The last one: a password may hold an `@` of its own.
        if let Some(at) = text[start..from].rfind('@')
            && ((before && doubled) || text[start..start + at].contains(':'))
            // The user of every host of repositories, who needs a key.
            && text[start..start + at] != *"git"
        {
            secrets.push(start..start + at);
        }
        if doubled && from > start {
            let end = until(text[start..].find(is_end));
            secrets.extend(secrets_behind_host(&text[from..end]).map(|it| from + it.start..from + it.end));
            from = end;
        }
    }
    secrets
}

/// The same in the path, query and fragment of one URL.
fn secrets_behind_host(text: &str) -> impl Iterator<Item = Range<usize>> {
    let path = text.find(['?', '#']).unwrap_or(text.len());
    let mut at = 0;
    let tokens = text[..path].split('/').filter_map(move |step| {
        let start = at;
        at += step.len() + 1;
        looks_like_token(step).then_some(start..start + step.len())
    });
    let query = text[path..].starts_with('?').then(|| {
        let end = text[path..].find('#').map_or(text.len(), |length| path + length);
        path + 1..end
    });
    tokens.chain(query.filter(|query| !query.is_empty()))
}

/// Whether nobody would give this name to a folder or a file: long, without a word in it, and of letters and digits.
fn looks_like_token(step: &str) -> bool {
    let count = |is: fn(&u8) -> bool| step.bytes().filter(is).count();
    step.len() >= 16
        && step.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && count(u8::is_ascii_digit) >= 3
        && count(u8::is_ascii_alphabetic) >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_or_ends_the_quotation_is_named() {
        for (text, shown) in [
            ("six == 1.0", "six == 1.0"),
            ("evil[x`y]", "evil[xU+0060y]"),
            ("a\u{200b}b\u{1b}[31m\u{a0}\u{202e}é", "aU+200BbU+001B[31mU+00A0U+202Eé"),
            ("a\tb\nc", "a b c"),
        ] {
            assert_eq!(excerpt(text), shown);
        }
        assert_eq!(excerpt(&"x".repeat(61)), format!("{}…", "x".repeat(60)));
        assert_eq!(excerpt(&"x".repeat(60)), "x".repeat(60));
    }

    #[test]
    fn what_gives_access_is_not_repeated() {
        for (text, masked) in [
            ("-i https://me:se%20cret@example.org/simple", "-i https://***@example.org/simple"),
            ("https://token@a.org, http://u:p@ss@b.org:80/x", "https://***@a.org, http://***@b.org:80/x"),
            ("git+ssh://git@example.org/a@main", "git+ssh://git@example.org/a@main"),
            ("`http://u:p@a.org` and 'http://u:p@b.org'", "`http://***@a.org` and 'http://***@b.org'"),
            ("-r ftp//u:p@host/x", "-r ftp//***@host/x"),
            ("https:/u:p@host/x https://u:p@host", "https:/***@host/x https://***@host"),
            ("https://example.org/a@1 me@example.org", "https://example.org/a@1 me@example.org"),
            ("six @ file:///tmp/a", "six @ file:///tmp/a"),
            ("./a//b@main file:///a@b", "./a//b@main file:///a@b"),
            ("https://a.org/x?token=s3cret&y#z, b", "https://a.org/x?***#z, b"),
            ("-i https://u:p@a.org/simple/?k=v", "-i https://***@a.org/simple/?***"),
            ("https://dl.a.org/aB3dE6fG9hJ2kL5m/simple", "https://dl.a.org/***/simple"),
            ("https://a.org/python3_requirements_v2/x.txt", "https://a.org/python3_requirements_v2/x.txt"),
            ("https://a.org/2025_01_02_03_04_05/x?", "https://a.org/2025_01_02_03_04_05/x?"),
            ("https://a.org?", "https://a.org?"),
            ("://", "://"),
            ("six", "six"),
        ] {
            assert_eq!(without_secrets(text), masked);
        }
    }

    #[test]
    fn a_secret_is_masked_before_the_text_is_cut() {
        let shown = excerpt(&format!("git+https://me:{}@example.org/x", "s".repeat(100)));
        assert_eq!(shown, "git+https://***@example.org/x");
    }
}
