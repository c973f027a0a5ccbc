//! What pip and uv said when they failed, in one line that says what to do next.

use std::borrow::Cow;

use regex::Regex;

use crate::words::{plain, without_secrets};

/// One kind of failure: what the output looks like, and what is said of it. `$1` is the first group.
struct Kind {
    pattern: &'static str,
    says: &'static str,
}

/// In the order in which they count. pip reports an index that cannot be reached as a package that does not
/// exist, and only the lines before tell; so the causes come before the complaint.
const KINDS: &[Kind] = &[
    Kind {
        pattern: r"Missing dependencies for SOCKS support",
        says: "pip cannot use the SOCKS proxy: it needs PySocks, or uv as the installer",
    },
    Kind {
        pattern: r"externally-managed-environment|is externally managed",
        says: "The Python is externally managed, so nothing was installed into it",
    },
    Kind { pattern: r"No space left on device", says: "The disk is full" },
    Kind {
        pattern: r"(?:HTTP error |HTTP status client error \()(40[13])[^\n]*? (?:getting|for url) \(?[a-z]+://(?:[^/\s]*@)?([^/:\s]+)",
        says: "`$2` refused the access ($1): check the credentials",
    },
    Kind {
        pattern: r"(?:\(|returned a |WARNING: )(40[13]) (?:Unauthorized|Forbidden|Error, Credentials)",
        says: "The package index refused the access ($1): check the credentials",
    },
    // Some index answered, so another one that did not is not the cause.
    Kind { pattern: r"(Could not find a version[^\n]*\(from versions: [0-9][^\n]*)", says: "$1" },
    Kind {
        pattern: r"Could not fetch URL .*certificate|invalid peer certificate|CERTIFICATE_VERIFY_FAILED",
        says: "The package index could not be reached: its TLS certificate was refused",
    },
    Kind {
        pattern: r"Retrying \(.*ProxyError|error connecting to socks proxy|tunnel error|407 Proxy Authentication",
        says: "The package index could not be reached: the proxy did not answer as it should",
    },
    // A package that is asked for by its own URL.
    Kind {
        pattern: r"ConnectionPool\(host='([^']+)'[^\n]*too many (5\d\d) error|(?s:Failed to download `[^`]* @ .*)HTTP status server error \((5\d\d)[^\n]*://(?:[^/\s]*@)?([^/:\s]+)",
        says: "`$1$4` answered with an error ($2$3)",
    },
    Kind {
        pattern: r"\b(5\d\d) (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out|Server Error|error responses|<unknown status code>)",
        says: "The package index answered with an error ($1)",
    },
    Kind {
        pattern: r"HTTP error (\d{3}) while getting ([^\s]+)|(?s:Failed to download `[^`]* @ .*)HTTP status client error \((\d{3})[^\n]* for url \(([^\s)]+)",
        says: "`$2$4` could not be fetched ($1$3)",
    },
    Kind {
        pattern: r"OSError: HTTPS?ConnectionPool\(host='([^']+)'[^\n]*Max retries|Failed to connect to ([^\s]+) while fetching|Failed to download `[^`]* @ [a-z]+://(?:[^/`\s]*@)?([^/:`\s]+)(?s:.*)(?:tcp connect error|dns error)",
        says: "`$1$2$3` could not be reached; check the network and the proxy settings",
    },
    Kind {
        pattern: r"Retrying \(|Could not fetch URL|dns error|tcp connect error|Failed to fetch",
        says: "The package index could not be reached; check the network and the proxy settings",
    },
    Kind { pattern: r"\n *([^\s][^\n]*)\n *\[end of output\]", says: "{building} failed: $1" },
    Kind { pattern: r"Traceback \(most recent call last\)", says: "It crashed: {exception}" },
    Kind { pattern: r"ERROR: (Could not find a version[^\n]*|Cannot install [^\n]*)", says: "$1" },
    Kind { pattern: r"(Because [^\n]*)", says: "$1" },
    Kind { pattern: r"(?s).*(?:^|\n)\s*(?:ERROR|error|Error): ([^\n]*)", says: "$1" },
    Kind { pattern: r"(?s).*(?:^|\n)[\s×╰─▶>]*([^\s][^\n]*)", says: "$1" },
];

/// What starts the report of a build that failed.
const BUILD_FAILED: &str = r"subprocess-exited-with-error|build backend returned an error";

/// Where the project that failed to build is named, the surest first.
const BUILT: [&str; 4] = [
    r"Failed to build `([\w.-]+)",
    r"Failed building (?:wheel|editable) for ([\w.-]+)",
    r"Building (?:wheel|editable) for ([\w.-]+) [^\n]*'error'",
    // What was being prepared last. A path or a URL has no name yet.
    r"(?s)^(?:.*\n)?\s*(?:Collecting ([A-Za-z0-9][\w.-]*)|Processing |Obtaining ).*?(?:subprocess-exited-with-error)",
];

/// No message is longer, in characters.
const LIMIT: usize = 300;

/// The reason of a failure, from the lines that the program printed (both streams, in order of arrival). No
/// password of a URL is in it.
pub fn explain_failure(lines: &[String]) -> String {
    let output = with_sentences_joined(lines);
    let said = build_exception(&output).or_else(|| {
        KINDS.iter().find_map(|kind| {
            let found = pattern(kind.pattern).captures(&output)?;
            let mut said = String::new();
            found.expand(&filled(kind.says, &output), &mut said);
            Some(said)
        })
    });
    said.map_or_else(|| "It ended without saying why".to_owned(), |said| fit(&said))
}

/// The exception that ended a build, whatever the build printed before it.
fn build_exception(output: &str) -> Option<String> {
    let report = &output[pattern(BUILD_FAILED).find(output)?.start()..];
    Some(format!("{} failed: {}", building(output), exception(report)?))
}

/// "Building `x`", or "Building a package" where its name is not known.
fn building(output: &str) -> String {
    let name = BUILT.iter().find_map(|place| Some(pattern(place).captures(output)?.get(1)?.as_str()));
    name.map_or_else(|| "Building a package".to_owned(), |name| format!("Building `{name}`"))
}

/// The line that ends the last traceback of `output`: the first that is not deeper than the traceback's own.
fn exception(output: &str) -> Option<&str> {
    const START: &str = "Traceback (most recent call last):";
    let depth = |line: &str| line.len() - line.trim_start().len();
    let before = output[..output.rfind(START)?].rsplit('\n').next().unwrap_or_default();
    let mut lines = output[output.rfind(START)?..].lines().skip(1);
    lines.find(|line| !line.trim().is_empty() && depth(line) <= before.len()).map(str::trim)
}

/// `says` with the words in braces replaced, as a template for what was captured.
fn filled<'a>(says: &'a str, output: &str) -> Cow<'a, str> {
    let literal = |text: &str| text.replace('$', "$$");
    if says.contains("{building}") {
        return Cow::Owned(says.replace("{building}", &literal(&building(output))));
    }
    if says.contains("{exception}") {
        let exception = exception(output).unwrap_or("it did not say how");
        return Cow::Owned(says.replace("{exception}", &literal(exception)));
    }
    Cow::Borrowed(says)
}

/// The lines, with the sentences of uv's explanation, which it may break, on one line each.
fn with_sentences_joined(lines: &[String]) -> String {
    let mut output = String::new();
    let mut in_sentence = false;
    for line in lines {
        let text = line.trim();
        let starts = text.split_once("Because ").is_some_and(|(before, _)| {
            matches!(before.trim_matches(|c: char| !c.is_ascii_alphabetic()), "" | "cause")
        });
        let ends = text.is_empty() || !line.starts_with(' ') || text.starts_with("cause:");
        in_sentence = in_sentence && !ends && !starts;
        if in_sentence {
            output.push(' ');
            output.push_str(text.trim_start_matches(['│', ' ']));
        } else {
            if !output.is_empty() {
                output.push('\n');
            }
            output.push_str(line);
        }
        in_sentence |= starts;
    }
    output
}

/// `said` as it may be shown: without secrets, on one line that is not too long.
fn fit(said: &str) -> String {
    let said = plain(without_secrets(said.trim()).trim());
    match said.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &said[..end]),
        None => said,
    }
}

/// Failures are rare: nothing is kept.
fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns of the tables are valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explain(output: &str) -> String {
        explain_failure(&output.lines().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn an_index_out_of_reach_is_not_a_package_that_does_not_exist() {
        let output = "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by \
                      'NewConnectionError(...)': /simple/six/\n\
                      ERROR: Could not find a version that satisfies the requirement six (from versions: none)\n\
                      ERROR: No matching distribution found for six";
        assert_eq!(
            explain(output),
            "The package index could not be reached; check the network and the proxy settings"
        );
    }

    #[test]
    fn a_package_that_does_not_exist_is_named() {
        let output = "ERROR: Could not find a version that satisfies the requirement zzz (from versions: none)\n\
                      ERROR: No matching distribution found for zzz";
        assert_eq!(
            explain(output),
            "Could not find a version that satisfies the requirement zzz (from versions: none)"
        );
    }

    #[test]
    fn uv_says_why_nothing_fits() {
        let output = "  × No solution found when resolving dependencies:\n  ╰─▶ Because zzz was not found in the \
                      package registry and you require zzz, we can conclude that your requirements are unsatisfiable.";
        assert!(explain(output).starts_with("Because zzz was not found in the package registry"));
    }

    #[test]
    fn socks_without_pysocks_names_the_way_out() {
        let output =
            "ERROR: Could not install packages due to an OSError: Missing dependencies for SOCKS support.";
        assert_eq!(
            explain(output),
            "pip cannot use the SOCKS proxy: it needs PySocks, or uv as the installer"
        );
    }

    #[test]
    fn a_crash_is_named_by_its_exception() {
        let output = "ERROR: Exception:\nTraceback (most recent call last):\n  File \"x.py\", line 1, in run\n    \
                      return 1\nTypeError: unhashable type: 'dict'";
        assert_eq!(explain(output), "It crashed: TypeError: unhashable type: 'dict'");
    }

    #[test]
    fn the_last_line_is_better_than_nothing() {
        assert_eq!(explain("Collecting six\n  × something odd happened\n\n"), "something odd happened");
        assert_eq!(explain("error: first\nerror: last\n  detail"), "last");
    }

    #[test]
    fn silence_is_said() {
        assert_eq!(explain(""), "It ended without saying why");
    }
}
