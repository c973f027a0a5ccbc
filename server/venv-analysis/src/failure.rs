//! What pip and uv said when they failed, in one line that says what to do next.

use regex::Regex;

use crate::words::plain;

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
        pattern: r"Could not fetch URL .*certificate|invalid peer certificate|CERTIFICATE_VERIFY_FAILED",
        says: "The package index could not be reached: its TLS certificate was refused",
    },
    Kind {
        pattern: r"Retrying \(.*ProxyError|error connecting to socks proxy|tunnel error|407 Proxy Authentication",
        says: "The package index could not be reached: the proxy did not answer as it should",
    },
    Kind {
        pattern: r"Retrying \(|Could not fetch URL|dns error|tcp connect error|Failed to fetch",
        says: "The package index could not be reached; check the network and the proxy settings",
    },
    // Python's last line names the exception; what is indented leads to it.
    Kind { pattern: r"(?s)Traceback \(most recent call last\).*\n([^\s][^\n]*)", says: "It crashed: $1" },
    Kind { pattern: r"ERROR: (Could not find a version[^\n]*|Cannot install [^\n]*)", says: "$1" },
    Kind { pattern: r"(Because [^\n]*)", says: "$1" },
    Kind { pattern: r"(?s).*(?:^|\n)\s*(?:ERROR|error|Error): ([^\n]*)", says: "$1" },
    Kind { pattern: r"(?s).*(?:^|\n)[\s×╰─▶>]*([^\s][^\n]*)", says: "$1" },
];

/// The reason of a failure, from the lines that the program printed (both streams, in order of arrival).
pub fn explain_failure(lines: &[String]) -> String {
    let output = lines.join("\n");
    let explained = KINDS.iter().find_map(|kind| {
        let found = pattern(kind.pattern).captures(&output)?;
        let mut said = String::new();
        found.expand(kind.says, &mut said);
        Some(plain(said.trim()))
    });
    explained.unwrap_or_else(|| "It ended without saying why".to_owned())
}

/// Failures are rare: nothing is kept.
fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns of the table are valid")
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
